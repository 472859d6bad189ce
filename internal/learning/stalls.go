package learning

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// StallsInput says what counts as quiet.
type StallsInput struct {
	HistoryInput
	Days  float64 `name:"days" placeholder:"N" json:"days,omitempty" query:"days" help:"A longer pause is quiet (default: longer than nine in ten)."`
	Cause string  `name:"cause" placeholder:"NAME" json:"cause,omitempty" query:"-" help:"Case attribute that holds the cause of no decision."`
	Limit int     `name:"limit" short:"n" placeholder:"N" default:"15" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *StallsInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// StallReport is the answer of MineStalls.
type StallReport struct {
	Origin
	*mining.Stalls
}

// MineStalls finds where cases go quiet.
func MineStalls(ctx context.Context, d *Learner, in StallsInput) (StallReport, error) {
	const op = "find stalls"
	if desk.Outside(in.Limit) || in.Days < 0 || in.Days != in.Days {
		return StallReport{}, throughline.Fail(
			op,
			throughline.Invalid,
			"",
			errors.New("--days and --limit are not negative, and no list has more than a thousand million rows"),
		)
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return StallReport{}, err
	}
	out := StallReport{Origin: h.Origin, Stalls: &mining.Stalls{Rows: []mining.Stall{}}}
	if h.log == nil {
		return out, nil
	}
	set := mining.StallSettings{Days: in.Days, Cause: in.Cause, Limit: in.Limit}
	if len(in.Logs) == 0 {
		set.Cause, set.AsOf = ledgerCause, eventlog.Micros(in.Instant(&d.Desk))
	} else if in.Cause != "" && h.log.CaseColumn(in.Cause) == nil {
		return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(in.Cause, attributes(h.log)))
	}
	out.Stalls = mining.FindStalls(h.log, h.sel, h.end, set)
	return out, nil
}
