package store_test

import (
	"encoding/json"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FuzzRedactorJSON: whatever somebody was called and whatever was said, what is kept
// of it stays readable, says it of the same and holds no name.
func FuzzRedactorJSON(f *testing.F) {
	for _, name := range []string{"12", "by", "text", `Ann "Q" <& Co>`, "person", "-", "{person:", "Ann\u2028Lee", `\`} {
		f.Add(name, "what "+name+", said; "+name+" "+name)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		p := throughline.PersonID{7}
		said := store.RemarkLine{By: p, About: "pack/jolt", Of: 12, Text: text}
		body, err := json.Marshal(said)
		if err != nil {
			t.Skip()
		}
		r := store.NewRedactor(p, []string{name})
		out, changed := r.Remark(body)
		got, err := store.ReadRemark(out)
		if err != nil || got.By != said.By || got.About != said.About || got.Of != said.Of {
			t.Fatalf("%q became %q: %v", body, out, err)
		}
		was, _ := store.ReadRemark(body)
		if want, is := r.Words(was.Text); got.Text != want || changed != is {
			t.Fatalf("%q became %q, want %q", was.Text, got.Text, want)
		}
	})
}
