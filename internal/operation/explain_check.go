package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/docs/checks"
	"github.com/throughline/throughline/internal/diag"
)

// ExplainCheck is `throughline playbook explain`.
var ExplainCheck = define(Operation{
	Words: []string{"playbook", "explain"}, Route: "GET /playbook/checks/{check}",
	Summary:  "Print the page of a check",
	About:    "Says what a check looks for, what to avoid, what to prefer, why, and how to keep a line anyway.",
	Examples: []string{"throughline playbook explain L02"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, _ *Desk, in ExplainInput) (Explanation, error) {
	for _, id := range checks.IDs() {
		if strings.EqualFold(id, in.Check) {
			text, _ := checks.Page(id)
			return Explanation{Check: id, Text: text}, nil
		}
	}
	return Explanation{}, throughline.Fail("explain check", throughline.NotFound, in.Check, diag.Unknown(in.Check, checks.IDs()))
})

// ExplainInput names the check.
type ExplainInput struct {
	Check string `arg:"" name:"check" path:"check" json:"check" help:"The check, as findings name it."`
}

// Explanation is a check's page.
type Explanation struct {
	Check string `json:"check"`
	Text  string `json:"text"`
}
