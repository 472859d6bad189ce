package workshop

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/docs/checks"
	"github.com/throughline/throughline/internal/diag"
)

// Explain gives the page of a check.
func Explain(_ context.Context, _ *Bench, in ExplainInput) (Explanation, error) {
	for _, id := range checks.IDs() {
		if strings.EqualFold(id, in.Check) {
			text, _ := checks.Page(id)
			return Explanation{Check: id, Text: text}, nil
		}
	}
	return Explanation{}, throughline.Fail("explain check", throughline.NotFound, in.Check, diag.Unknown(in.Check, checks.IDs()))
}

// ExplainInput names the check.
type ExplainInput struct {
	Check string `arg:"" name:"check" path:"check" json:"check" help:"The check, as findings name it."`
}

// Explanation is a check's page.
type Explanation struct {
	Check string `json:"check"`
	Text  string `json:"text"`
}
