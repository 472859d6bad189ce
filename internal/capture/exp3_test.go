package capture

import (
	"testing"

	"github.com/throughline/throughline/internal/language/english"
)

func TestCalled(t *testing.T) {
	lx, _ := shipped()
	for _, lang := range []string{"en", "zh"} {
		for _, f := range []string{"develop", "signs"} {
			for _, one := range freshSentences(t, "testdata/"+f+"_"+lang+".txt") {
				toks := english.Tokens(one.text, 0, len(one.text))
				for _, x := range lx.called(one.text, 0, len(one.text), toks) {
					t.Logf("[%s", x.Of(one.text))
				}
			}
		}
	}
}
