package learning

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/mining"
)

// MilestonesInput says which milestones to weigh.
type MilestonesInput struct {
	HistoryInput
	Milestones []string `name:"milestone" sep:"none" placeholder:"ACTIVITY" json:"milestones,omitempty" query:"milestone" help:"Look at this activity, and only those named so."`
	Adjust     []string `name:"adjust" sep:"none" placeholder:"NAME" json:"adjust,omitempty" query:"adjust" help:"Adjust for this attribute of the opening (default: those with few values)."`
}

// MilestoneReport is the answer of MineMilestones.
type MilestoneReport struct {
	Origin
	*mining.Usefulness
}

// MineMilestones tells which steps matter to the end.
func MineMilestones(ctx context.Context, d *Learner, in MilestonesInput) (MilestoneReport, error) {
	const op = "weigh milestones"
	if in.Outcome != "" {
		return MilestoneReport{}, throughline.Fail(
			op,
			throughline.Invalid,
			"",
			errors.New("ends are what milestones are compared by; --outcome would leave nothing to compare"),
		)
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return MilestoneReport{}, err
	}
	out := MilestoneReport{Origin: h.Origin, Usefulness: &mining.Usefulness{Adjusted: []string{}, Milestones: []mining.Milestone{}}}
	if h.log == nil {
		return out, nil
	}
	set := mining.MilestoneSettings{Names: in.Milestones, Adjust: in.Adjust,
		Progress: func(done, total int) {
			d.Report(desk.Progress{Doing: "weighing", Done: int64(done), Total: int64(total), Unit: "milestones"})
		}}
	for _, name := range in.Milestones {
		if _, ok := h.log.Activities().Find(name); !ok {
			return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(name, h.log.Activities().All()))
		}
	}
	for _, name := range in.Adjust {
		if h.log.Opening(name) == nil {
			return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(name, attributes(h.log)))
		}
	}
	if len(in.Logs) == 0 {
		set.AsOf = eventlog.Micros(in.Instant(&d.Desk))
		if in.Milestones == nil {
			set.Names = d.milestoneIDs()
		}
	}
	var excluded []leak.Finding
	if in.Adjust == nil {
		excluded = h.leaks(d, h.written(), nil)
		set.Adjust = mining.AdjustFor(h.log, h.sel, h.end, append(h.written(), left(excluded)...))
	}
	out.Usefulness = toldMilestones(mining.Milestones(h.log, h.sel, h.ends, set))
	out.Usefulness.Excluded = excluded
	return out, nil
}

// written lists the attributes that say how a case ended by their own meaning.
func (h *history) written() []string {
	out := []string{ledgerOutcome, ledgerCause, ledgerKind, ledgerSpared, ledgerProcess}
	if !h.ledger {
		out = nil
	}
	for _, r := range h.ends {
		out = append(out, r.Attr)
	}
	return out
}
