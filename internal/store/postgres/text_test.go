package postgres

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTexts: whatever bytes a text has, the database can hold what is made of
// it, and gives the same bytes back.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "Ann", "a\x00b", "\xff\xfe", "北\x80京", "\xf4\x8f", "😀\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := kept(s)
		if !utf8.ValidString(k) || strings.IndexByte(k, 0) >= 0 {
			t.Fatalf("%q is kept as %q", s, k)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r >= bytePlane && r < bytePlane+256 }) {
			return // that plane's own
		}
		if back := said(k); back != s {
			t.Fatalf("%q comes back as %q", s, back)
		}
	})
}

// FuzzUnzeroed: JSON without zero characters stays as it is, and what comes out
// never has any.
func FuzzUnzeroed(f *testing.F) {
	for _, s := range []string{`{"a":"b"}`, `{"a":"\u0000"}`, `{"a":"\\u0000"}`, `{"a":"\\\u0000\\"}`, `\`, `\\\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := unzeroed(s)
		if !strings.Contains(s, `\u0000`) && out != s || len(out) != len(s) {
			t.Fatalf("%q becomes %q", s, out)
		}
		if again := unzeroed(out); again != out {
			t.Fatalf("%q becomes %q, and then %q", s, out, again)
		}
	})
}
