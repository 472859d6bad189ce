package operation

import (
	"context"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/howmany"
)

// CountProcesses is `throughline playbook count`.
var CountProcesses = define(Operation{
	Words:   []string{"playbook", "count"},
	Summary: "How many processes do we need, before there is a history?",
	About: "Reads a table of what is sold to whom, a line an offer to a market, with how each is bought: the classifier's factors, 0 to 2, six of which " +
		"suffice (repetition, buyer_knowledge, risk_understood, veto_holders, work_change, rule_and_decider), deals a year, and whether public law rules the " +
		"purchase. What is bought alike needs one process, however many products or industries there are. Says what each further one buys and costs, which " +
		"rule would choose it, and what to ask where too little is known. Once there are deals, throughline mine processes answers from them.",
	Examples: []string{"throughline playbook count offers.csv", "throughline playbook count offers.csv --json", "throughline playbook count - < offers.csv"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, in OffersInput) (OffersCounted, error) {
	if d.Book == nil {
		return OffersCounted{}, unusable(d)
	}
	out := OffersCounted{Cells: in.Cells}
	if in.Cells == nil {
		text, err := readText("count processes", in.File)
		if err != nil {
			return OffersCounted{}, err
		}
		out.Cells, out.Found = howmany.Read(in.File, text)
	}
	out.Answer = howmany.Count(out.Cells, d.Book)
	return out, nil
})

// OffersInput names the table, or holds its lines.
type OffersInput struct {
	File  string         `arg:"" name:"file" json:"file" help:"The table as CSV; - for standard input."`
	Cells []howmany.Cell `kong:"-" json:"cells,omitempty"` // the lines themselves, where a page has them
}

// OffersCounted is the answer of CountProcesses.
type OffersCounted struct {
	Cells []howmany.Cell `json:"cells"`
	howmany.Answer
	Found diag.Findings `json:"findings,omitempty"`
}

// Findings gives the findings.
func (c OffersCounted) Findings() diag.Findings { return c.Found }
