package compile

import (
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
)

// Rule reads one rule that stands in no playbook: what someone asks for at the
// moment. knows are the attributes it may speak of; class is always known.
func Rule(text string, knows []playbook.Attribute) (segment.Rule, diag.Findings) {
	return newLanguage(knows).read(playbook.Rule{CEL: text}, func() string { return text })
}
