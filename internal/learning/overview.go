package learning

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/setting"
)

// OverviewInput says as of when to look, and at which of the deals.
type OverviewInput struct {
	desk.View
	Part
	Where []string `name:"where" sep:"none" placeholder:"ATTR=VALUE" json:"where,omitempty" query:"where" help:"Only deals whose attribute, as it was at the opening, is so: = (with several values between commas), !=, <, <=, >, >=."`
}

// Overview is the answer of MineOverview.
type Overview struct {
	Origin
	Causes     map[string]int      `json:"causes"` // of the deals without a decision
	Processes  *mining.Partition   `json:"processes"`
	Map        *mining.Map         `json:"map"` // won against no decision; null where one of them is missing
	Milestones *mining.Usefulness  `json:"milestones"`
	Stalls     *mining.Stalls      `json:"stalls"`
	Road       *mining.Conformance `json:"conformance"`
	Handover   *mining.Handover    `json:"handover"`
	Whole      int                 `json:"deals"`  // in the ledger
	Splits     []Split             `json:"splits"` // what deals are told apart by
	Trends     []Trend             `json:"trends"` // by quarter, the oldest first
	States     []string            `json:"states"` // of the days in trends, in the order in which deals go forward
}

// MineOverview gives what the learning page shows.
func MineOverview(ctx context.Context, d *Learner, in OverviewInput) (Overview, error) {
	const op = "read the history"
	h, err := d.history(ctx, op, HistoryInput{View: in.View, Where: in.Where, sampled: true})
	if err != nil {
		return Overview{}, err
	}
	asOf := in.Instant(&d.Desk)
	traits, err := d.traits(ctx, asOf)
	if err != nil {
		return Overview{}, err
	}
	splits, err := h.parted(ctx, d, in.Part, traits, nil)
	if err != nil {
		return Overview{}, throughline.Fail(op, throughline.Invalid, "", err)
	}
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{Origin: h.Origin, Causes: map[string]int{}, Whole: counts.Deals}
	out.Found = nil // an empty ledger is a beginning, not a fault
	if cause := h.log.CaseColumn(ledgerCause); cause != nil {
		for _, c := range h.pick(throughline.NoDecision) {
			out.Causes[cause.Text(int(c))]++
		}
	}
	out.Processes = h.processes(d, 10)
	excluded := out.Processes.Excluded
	out.Splits = slices.DeleteFunc(splits, func(s Split) bool {
		name, is := strings.CutPrefix(s.By, BySegment)
		return is && slices.Contains(left(excluded), name)
	})
	w := h.ways(d, SimulateInput{HistoryInput: HistoryInput{View: in.View}}, traits, nil)
	kept, err := d.Read().Settings(ctx)
	if err != nil {
		return Overview{}, err
	}
	out.Trends, out.States = h.trends(d, w, asOf, setting.Of(kept).Fiscal), w.past.States
	won, none := h.pick(throughline.Won), h.pick(noneEnds...)
	if len(won) > 0 && len(none) > 0 {
		out.Map = mining.Draw(h.log, won, none, h.roadMap())
	}
	set := mining.MilestoneSettings{
		Names:  d.milestoneIDs(),
		Adjust: mining.AdjustFor(h.log, h.sel, h.end, append(h.written(), left(excluded)...)),
		AsOf:   eventlog.Micros(in.Instant(&d.Desk)),
	}
	out.Milestones = mining.Milestones(h.log, h.sel, h.ends, set)
	out.Milestones.Excluded = excluded
	out.Stalls = mining.FindStalls(h.log, h.sel, h.end, mining.StallSettings{Cause: ledgerCause, AsOf: set.AsOf, Limit: 8})
	if pr, err := d.processNamed(in.Process); err == nil { // the one that most of what is to be learned is about
		if road, err := d.bookRoad(h.log, pr); err == nil {
			var fit mining.ConformanceSettings
			h.onRoadOnly(&fit, road)
			out.Road = mining.Conform(h.log, h.along(pr.ID), h.end, road, fit)
		}
	}
	out.Handover = mining.HandOver(h.log, h.sel, h.end, ledgerHandover())
	return out, nil
}

// processes counts the processes of the ledger's deals.
func (h *history) processes(d *Learner, resamples int) *mining.Partition {
	set := mining.ProcessSettings{Without: h.written(), Ends: h.known(), Resamples: resamples, Random: rand.New(rand.NewPCG(1, 1))}
	set.Excluded = h.leaks(d, set.Without, nil)
	return mining.Processes(h.log, h.sel, set)
}

// roadMap is the short map of the ledger: openings, milestones and ends, which
// is what people speak of.
func (h *history) roadMap() mining.MapSettings {
	set := mining.MapSettings{Activities: 1, Steps: 0.7, Most: 16, Only: []string{}}
	kind := h.log.EventColumn(ledgerKind)
	seen := map[uint32]bool{}
	for e, a := range h.log.Activity() {
		if kind != nil && !seen[a] {
			if seen[a] = true; slices.Contains([]string{"opened", "milestone", "reopened", "end"}, kind.Text(e)) {
				set.Only = append(set.Only, h.log.ActivityName(a))
			}
		}
	}
	return set
}

// milestoneIDs lists the milestones on the way to an order; what comes after
// it does not lead to it.
func (d *Learner) milestoneIDs() []string {
	out := []string{}
	for _, p := range d.Book.Processes {
		for _, m := range p.Milestones {
			if m.Serves < throughline.Adopt {
				out = append(out, m.Addr.Last())
			}
		}
	}
	return out
}
