package lint_test

import (
	"testing"

	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook/lint"
)

// TestEveryCheckIsWorded: what a check finds is said in the studio in both
// languages; a check without words there would be seen in English alone.
func TestEveryCheckIsWorded(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		p := phrase.For(language)
		for _, c := range lint.Checks() {
			if !p.Has("check." + c.ID) {
				t.Errorf("%s has no words in %s: check.%s in internal/phrase/%s.studio.yaml", c.ID, language, c.ID, language)
			}
		}
	}
}
