package postgres

import (
	"strings"
	"unicode/utf8"
)

// A PostgreSQL text holds neither a zero byte nor what is no UTF-8; other stores
// keep both. Such a byte is kept as a character of the last private plane, and
// read back as the byte it was; that plane's own such characters cannot be told
// from them and come back as bytes.
const bytePlane = 0x10fe00

// kept gives a text as the database keeps it.
func kept(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			r = bytePlane + rune(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// lead is how every character of the plane begins in UTF-8.
const lead = "\xf4\x8f\xb8"

// said gives a text as it was before it was kept.
func said(s string) string {
	if !strings.Contains(s, lead) && !strings.Contains(s, "\xf4\x8f\xb9") && !strings.Contains(s, "\xf4\x8f\xba") && !strings.Contains(s, "\xf4\x8f\xbb") {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r >= bytePlane && r < bytePlane+256 {
			b.WriteByte(byte(r - bytePlane))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
