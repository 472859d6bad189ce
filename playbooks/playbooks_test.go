package playbooks_test

import (
	"testing"

	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

func TestWhatShipsHasNoFindings(t *testing.T) {
	p, found := compile.Playbook(playbooks.Starter())
	for _, f := range found {
		t.Errorf("%s:%d:%d: %s %s", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, f.Message, f.Hint)
	}
	if p == nil {
		t.Fatal("the starter playbook did not compile")
	}
}
