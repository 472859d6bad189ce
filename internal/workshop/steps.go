package workshop

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/diag"
)

// ReadSteps says whether stated steps tell how a customer will decide.
func ReadSteps(_ context.Context, _ *Bench, in StepsInput) (Steps, error) {
	var frontier throughline.Phase
	if in.Frontier != "" {
		p, ok := throughline.ParsePhase(in.Frontier)
		if !ok {
			return Steps{}, throughline.Fail("read steps", throughline.Invalid, "frontier "+in.Frontier, diag.Unknown(in.Frontier, phaseWords()))
		}
		frontier = p
	}
	text := []byte(in.Text)
	if in.Text == "" {
		var err error
		if text, err = readText("read steps", in.File); err != nil {
			return Steps{}, err
		}
	}
	r, found := buyingissue.Of(in.File, text, frontier)
	if found == nil {
		found = diag.Findings{}
	}
	return Steps{Reading: r, Found: found}, nil
}

func phaseWords() []string {
	var out []string
	for _, p := range throughline.Phases() {
		out = append(out, p.String())
	}
	return out
}

// StepsInput names the file and, where known, the frontier.
type StepsInput struct {
	File     string `arg:"" name:"file" json:"file" help:"The steps, one a line; - for standard input."`
	Text     string `kong:"-" json:"text,omitempty"` // the steps themselves, where a page has them
	Frontier string `name:"frontier" placeholder:"PHASE" json:"frontier,omitempty" help:"The question they are at, p1 to p9: of equal gaps the nearer is asked first."`
}

// Steps is the answer of ReadSteps.
type Steps struct {
	buyingissue.Reading
	Found diag.Findings `json:"findings"`
}

// Findings gives the findings.
func (s Steps) Findings() diag.Findings { return s.Found }
