package learning

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/setting"
)

// OverviewInput says as of when to look, at which of the deals, and what to tell.
type OverviewInput struct {
	desk.View
	Part
	Where    []string `name:"where" sep:"none" placeholder:"ATTR=VALUE" json:"where,omitempty" query:"where" help:"Only deals whose attribute, as it was at the opening, is so: = (with several values between commas), !=, <, <=, >, >=."`
	Sections []string `name:"section" sep:"none" enum:"processes,map,milestones,stalls,conformance,handover,trends" placeholder:"WHAT" json:"sections,omitempty" query:"section" help:"Tell only this, and what else is named so: processes, map, milestones, stalls, conformance, handover, trends. Without any: all."`
}

// The sections of an overview.
const (
	OfProcesses  = "processes"
	OfMap        = "map"
	OfMilestones = "milestones"
	OfStalls     = "stalls"
	OfRoad       = "conformance"
	OfHandover   = "handover"
	OfTrends     = "trends"
)

var sections = []string{OfProcesses, OfMap, OfMilestones, OfStalls, OfRoad, OfHandover, OfTrends}

// Overview is the answer of MineOverview. A section that was not asked for is null.
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

// parted is a part of the ledger's deals, and what every answer about it needs.
type parted struct {
	history
	key      answerKey
	traits   map[throughline.DealID]trait
	splits   []Split
	excluded []leak.Finding // attributes that were not known on the first day
	asOf     time.Time
}

// part narrows the ledger's history to a part of the deals, kept until something
// is written.
func (d *Learner) part(ctx context.Context, op string, v desk.View, p Part, where []string) (*parted, error) {
	h, err := d.history(ctx, op, HistoryInput{View: v, Where: where, sampled: true})
	if err != nil {
		return nil, err
	}
	asOf := v.Instant(&d.Desk)
	key := d.answerOf(h.log, throughline.DayOf(asOf, d.Days()), p, where)
	traits, err := remember(d.Logs, key.of("traits"), func() (map[throughline.DealID]trait, error) { return d.traits(ctx, asOf) })
	if err != nil {
		return nil, err
	}
	kept, err := remember(d.Logs, key.of("part"), func() (*parted, error) {
		splits, err := h.parted(ctx, d, p, traits, nil)
		if err != nil {
			return nil, throughline.Fail(op, throughline.Invalid, "", err)
		}
		excluded := h.leaks(d, h.written(), nil)
		splits = slices.DeleteFunc(splits, func(s Split) bool {
			name, is := strings.CutPrefix(s.By, BySegment)
			return is && slices.Contains(left(excluded), name)
		})
		own := *h
		return &parted{history: own, key: key, traits: traits, splits: splits, excluded: excluded, asOf: asOf}, nil
	})
	if err != nil {
		return nil, err
	}
	own := *kept
	own.words = h.words // in the language of whoever asks
	return &own, nil
}

// MineOverview gives what the learning page shows.
func MineOverview(ctx context.Context, d *Learner, in OverviewInput) (Overview, error) {
	const op = "read the history"
	for _, s := range in.Sections {
		if !slices.Contains(sections, s) {
			return Overview{}, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("--section: %w", diag.Unknown(s, sections)))
		}
	}
	h, err := d.part(ctx, op, in.View, in.Part, in.Where)
	if err != nil {
		return Overview{}, err
	}
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{Origin: h.Origin, Causes: map[string]int{}, Whole: counts.Deals, Splits: h.splits}
	out.Found = nil // an empty ledger is a beginning, not a fault
	if cause := h.log.CaseColumn(ledgerCause); cause != nil {
		for _, c := range h.pick(throughline.NoDecision) {
			out.Causes[cause.Text(int(c))]++
		}
	}
	asked := func(section string) bool { return len(in.Sections) == 0 || slices.Contains(in.Sections, section) }
	if asked(OfProcesses) {
		out.Processes = sure(d.Logs, h.key.of(OfProcesses), func() *mining.Partition { return h.processes(d, 10) })
	}
	if asked(OfTrends) {
		if out.Trends, out.States, err = h.trendsOf(ctx, d, in.View); err != nil {
			return Overview{}, err
		}
	}
	if asked(OfMap) {
		out.Map = sure(d.Logs, h.key.of(OfMap), h.drawn)
	}
	if asked(OfMilestones) {
		out.Milestones = sure(d.Logs, h.key.of(OfMilestones), func() *mining.Usefulness { return h.milestones(d) })
	}
	if asked(OfStalls) {
		out.Stalls = sure(d.Logs, h.key.of(OfStalls), func() *mining.Stalls {
			return mining.FindStalls(h.log, h.sel, h.end, mining.StallSettings{Cause: ledgerCause, AsOf: eventlog.Micros(h.asOf), Limit: 8})
		})
	}
	if asked(OfRoad) {
		out.Road = sure(d.Logs, h.key.of(OfRoad+"/"+d.Language), func() *mining.Conformance { return h.onRoad(d, in.Process) }) // it holds names
	}
	if asked(OfHandover) {
		out.Handover = sure(d.Logs, h.key.of(OfHandover), func() *mining.Handover { return toldHandover(mining.HandOver(h.log, h.sel, h.end, ledgerHandover())) })
	}
	return out, nil
}

// sure is remember of what cannot fail.
func sure[T any](l *Logs, k answerKey, work func() T) T {
	out, _ := remember(l, k, func() (T, error) { return work(), nil })
	return out
}

// quarters are the trends with the states of their days.
type quarters struct {
	list   []Trend
	states []string
}

func (h *parted) trendsOf(ctx context.Context, d *Learner, v desk.View) ([]Trend, []string, error) {
	kept, err := d.Read().Settings(ctx)
	if err != nil {
		return nil, nil, err
	}
	begins := setting.Of(kept).Fiscal
	q := sure(d.Logs, h.key.of(OfTrends+begins.String()), func() quarters {
		w := h.ways(d, SimulateInput{HistoryInput: HistoryInput{View: v}}, h.traits, nil)
		return quarters{h.trends(d, w, h.asOf, begins), w.past.States}
	})
	return q.list, q.states, nil
}

// drawn is the map of won deals against those without a decision; nil where one
// of them is missing.
func (h *parted) drawn() *mining.Map {
	won, none := h.pick(throughline.Won), h.pick(noneEnds...)
	if len(won) == 0 || len(none) == 0 {
		return nil
	}
	return mining.Draw(h.log, won, none, h.roadMap())
}

func (h *parted) milestones(d *Learner) *mining.Usefulness {
	out := mining.Milestones(h.log, h.sel, h.ends, mining.MilestoneSettings{
		Names:  d.milestoneIDs(),
		Adjust: mining.AdjustFor(h.log, h.sel, h.end, append(h.written(), left(h.excluded)...)),
		AsOf:   eventlog.Micros(h.asOf),
	})
	out.Excluded = h.excluded
	return toldMilestones(out)
}

// onRoad holds the deals to the road of the process that most of what is to be
// learned is about, or of the one that is named.
func (h *parted) onRoad(d *Learner, process string) *mining.Conformance {
	pr, err := d.processNamed(process)
	if err != nil {
		return nil
	}
	road, err := d.bookRoad(h.log, pr)
	if err != nil {
		return nil
	}
	var fit mining.ConformanceSettings
	h.onRoadOnly(&fit, road)
	return toldRoad(mining.Conform(h.log, h.along(pr.ID), h.end, road, fit))
}

// processes counts the processes of the ledger's deals.
func (h *parted) processes(d *Learner, resamples int) *mining.Partition {
	set := mining.ProcessSettings{Without: h.written(), Ends: h.known(), Resamples: resamples, Random: rand.New(rand.NewPCG(1, 1))}
	set.Excluded = h.excluded
	return toldPartition(mining.Processes(h.log, h.sel, set))
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
