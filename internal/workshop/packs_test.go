package workshop_test

import (
	"testing"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// TestAPackIsFoundInAnyLanguage: whoever reads Chinese pages still types the
// name a method has in English, and the other way round.
func TestAPackIsFoundInAnyLanguage(t *testing.T) {
	book, _ := compile.Playbook(playbooks.Starter())
	for _, language := range []string{"en", "zh"} {
		list, err := workshop.ShowPacks(t.Context(), &workshop.Bench{Desk: desk.Desk{Book: book, Language: language}}, workshop.PacksInput{})
		if err != nil {
			t.Fatal(err)
		}
		for words, id := range map[string]string{"eight-point": "meddpicc", "八点": "meddpicc", "challenger sale": "insight", "vito": "executive_access"} {
			found := ""
			for _, k := range list.Packs {
				if k.Known(words) {
					found = k.ID
				}
			}
			if found != id {
				t.Errorf("%s: %q finds %q, want %s", language, words, found, id)
			}
		}
		for _, k := range list.Packs {
			if k.ID == "spin" && (!k.Called("explicit") || !k.Called("隐含需求") || k.Known("explicit")) {
				t.Errorf("%s: words of its idea do not call it, or name it", language)
			}
		}
	}
}
