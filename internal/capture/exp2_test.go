package capture

import (
	"testing"

	"github.com/throughline/throughline"
)

func TestNames(t *testing.T) {
	r, _ := New(starterBook(t))
	day, _ := throughline.ParseDay("2026-11-26")
	for _, lang := range []string{"en", "zh"} {
		for _, one := range freshSentences(t, "testdata/develop_"+lang+".txt") {
			n := Note{Text: one.text, People: freshPeople(), Today: day, Frontier: throughline.Align, From: Conversation}
			q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
			for _, x := range q.sentences() {
				s := q.look(x)
				var got []string
				for _, m := range s.people {
					got = append(got, q.text[m.start:m.end])
				}
				t.Logf("%q %s", got, one.text)
			}
		}
	}
}
