package learning

import (
	"context"
	"errors"
	"fmt"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/mining"
)

// MapInput says which map to draw.
type MapInput struct {
	HistoryInput
	Compare    bool    `name:"compare" query:"compare" json:"compare,omitempty" help:"Won cases beside those without a decision."`
	Activities float64 `name:"activities" placeholder:"SHARE" default:"0.95" query:"activities" json:"activities,omitempty" help:"Show the activities of this share of events."`
	Steps      float64 `name:"steps" placeholder:"SHARE" default:"0.8" query:"steps" json:"steps,omitempty" help:"Show this share of steps, and each activity's strongest."`
	Format     string  `name:"format" placeholder:"FORM" enum:"text,svg,dot" default:"text" query:"-" json:"format,omitempty" help:"text, svg or dot."`
}

// ProcessMap is the answer of MineMap. With --compare, map is of the won cases
// and other_cases count those without a decision.
type ProcessMap struct {
	Origin
	Outcome string      `json:"outcome,omitempty"`
	Compare bool        `json:"compare,omitempty"`
	Map     *mining.Map `json:"map"`
	Format  string      `json:"-"`
}

// MineMap draws what comes after what.
func MineMap(ctx context.Context, d *Learner, in MapInput) (ProcessMap, error) {
	const op = "draw map"
	if in.Activities < 0 || in.Activities > 1 || in.Steps < 0 || in.Steps > 1 {
		return ProcessMap{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--activities and --steps are shares from 0 to 1"))
	}
	if in.Compare && in.Outcome != "" {
		return ProcessMap{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--compare and --outcome exclude each other"))
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return ProcessMap{}, err
	}
	out := ProcessMap{Origin: h.Origin, Outcome: in.Outcome, Compare: in.Compare, Format: in.Format}
	if h.log == nil {
		return out, nil
	}
	set := mining.MapSettings{Activities: in.Activities, Steps: in.Steps}
	switch {
	case in.Compare:
		won, none := h.pick(throughline.Won), h.pick(noneEnds...)
		if len(won) == 0 || len(none) == 0 {
			return out, throughline.Fail(
				op,
				throughline.Invalid,
				"",
				fmt.Errorf(
					"to compare, some cases must end won and some without a decision; here %d and %d do: --won and --no-decision say which",
					len(won),
					len(none),
				),
			)
		}
		out.Map = mining.Draw(h.log, won, none, set)
	default:
		out.Map = mining.Draw(h.log, h.sel, nil, set)
	}
	return out, nil
}

// endsNamed reads an end, or "lost" for all kinds of losing.
func endsNamed(word string) ([]throughline.Outcome, error) {
	switch {
	case word == "open":
		return []throughline.Outcome{throughline.StillOpen}, nil
	case word == "lost":
		return lostEnds, nil
	case throughline.Outcome(word).Known():
		return []throughline.Outcome{throughline.Outcome(word)}, nil
	}
	return nil, diag.Unknown(word, append(desk.OutcomeWords(), "lost"))
}
