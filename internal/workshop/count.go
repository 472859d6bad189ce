package workshop

import (
	"context"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/howmany"
)

// Count says how many processes a company needs, by questions.
func Count(_ context.Context, d *Bench, in OffersInput) (OffersCounted, error) {
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
}

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
