package mining

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// RoadElement is one element of a road map: met by any of its activities.
type RoadElement struct {
	Name       string   `json:"name"`
	Activities []string `json:"-"`
	Optional   bool     `json:"optional,omitempty"`
	Repeatable bool     `json:"repeatable,omitempty"`
	Later      bool     `json:"later,omitempty"` // after the order: not yet having come so far is no lack
}

// Road is a road map: steps in their order.
type Road []RoadElement

// ConformanceSettings say what else is known of the cases.
type ConformanceSettings struct {
	Ignore    []string                    // activities that say nothing about the road
	NotNeeded func(c uint32) []int        // steps somebody marked as not needed in a case; nil: none
	Whole     func(end eventlog.End) bool // whether a case that ended so must have gone the whole road; nil: won
	Limit     int                         // ways listed; 0 is 20
}

// Conformance says how well cases fit a road map. docs/methods/mining-conformance.md.
type Conformance struct {
	Road   Road            `json:"road"`
	Fit    float64         `json:"fit"` // mean over cases, 1 is exact
	Exact  int             `json:"exact"`
	Ends   []EndFit        `json:"by_end"`
	Steps  []StepFit       `json:"steps"`
	Extras []ExtraActivity `json:"extra"`
	Ways   []FitWay        `json:"ways"` // commonest first
	Paths  int             `json:"paths"`
	Words  []string        `json:"words"` // what stands out, in sentences; whoever answers puts them in
}

// EndFit is the fit of the cases of one end.
type EndFit struct {
	End   string  `json:"end"`
	Cases int     `json:"cases"`
	Fit   float64 `json:"fit"`
	Exact int     `json:"exact"`
}

// StepFit counts what cases did with a step. A step that came in another order
// is neither done in place nor skipped.
type StepFit struct {
	Name       string         `json:"name"`
	Done       int            `json:"done"`
	Skipped    int            `json:"skipped"`
	OtherOrder int            `json:"other_order"`
	Adapted    int            `json:"adapted"`     // marked as not needed, or optional and left out: healthy
	NotReached int            `json:"not_reached"` // the case ended or stands before it
	SkippedBy  map[string]int `json:"skipped_by_end"`
}

// ExtraActivity is something done beside the road.
type ExtraActivity struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
}

// FitWay is a way through the road: the steps of one path, aligned.
type FitWay struct {
	Cases int             `json:"cases"`
	Fit   float64         `json:"fit"`
	Moves []AlignmentMove `json:"moves"`
	First string          `json:"first_case"`
}

// MoveKind is what one move of an alignment does.
type MoveKind string

// The kinds of move.
const (
	InStep     MoveKind = "done"
	Again      MoveKind = "again"       // a repeatable step once more
	Skipped    MoveKind = "skipped"     //
	Adapted    MoveKind = "adapted"     // left out for a reason
	NotReached MoveKind = "not_reached" //
	Extra      MoveKind = "extra"
	OtherOrder MoveKind = "other_order" // done, but not where the road has it
)

// AlignmentMove is one move of an alignment. Step is -1 for what is not on the road.
type AlignmentMove struct {
	Kind     MoveKind `json:"kind"`
	Step     int      `json:"step"`
	Activity string   `json:"activity,omitempty"`
}

// Conform aligns each case with the road: of all ways to explain its path by
// doing, skipping and adding, the one with the fewest skips and additions.
func Conform(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, road Road, set ConformanceSettings) *Conformance {
	if set.Limit <= 0 {
		set.Limit = 20
	}
	if set.Whole == nil {
		set.Whole = func(e eventlog.End) bool { return e.Outcome.Word() == "won" }
	}
	out := &Conformance{Road: road, Ends: []EndFit{}, Steps: make([]StepFit, len(road)), Extras: []ExtraActivity{}, Ways: []FitWay{}}
	l = l.Doings().Log                        // what starts and completes was done once
	step := make([]int, l.Activities().Len()) // activity -> step, -1 extra, -2 ignored
	for a := range step {
		step[a] = -1
		name := l.ActivityName(uint32(a))
		if slices.Contains(set.Ignore, name) {
			step[a] = -2
		}
		for k, r := range road {
			if slices.Contains(r.Activities, name) {
				step[a] = k
			}
		}
	}
	for k := range road {
		out.Steps[k] = StepFit{Name: road[k].Name, SkippedBy: map[string]int{}}
	}
	known := map[string]*FitWay{}
	order := []*FitWay{}
	extra := map[string]int{}
	byEnd := map[string]*EndFit{}
	var path []int
	var acts []uint32
	for _, c := range s {
		lo, hi := l.Span(int(c))
		path, acts = path[:0], acts[:0]
		for _, a := range l.Activity()[lo:hi] {
			if step[a] > -2 {
				path, acts = append(path, step[a]), append(acts, a)
			}
		}
		free := make([]bool, len(road))
		for k, r := range road {
			free[k] = r.Optional
		}
		if set.NotNeeded != nil {
			for _, k := range set.NotNeeded(c) {
				free[k] = true
			}
		}
		whole := int(c) < len(ends) && set.Whole(ends[c])
		key := wayKey(acts, free, whole)
		w := known[key]
		if w == nil {
			moves := align(road, path, free, whole)
			for i, at := 0, 0; i < len(moves); i++ {
				if k := moves[i].Kind; k == InStep || k == Again || k == Extra {
					moves[i].Activity = l.ActivityName(acts[at])
					at++
				}
			}
			moves = reorder(moves, step, l)
			w = &FitWay{Moves: moves, Fit: fit(moves), First: l.CaseID(int(c))}
			known[key] = w
			order = append(order, w)
		}
		w.Cases++
		out.count(w.Moves, outcomeOf(ends, c).Word(), extra)
		e := byEnd[outcomeOf(ends, c).Word()]
		if e == nil {
			e = &EndFit{End: outcomeOf(ends, c).Word()}
			byEnd[e.End] = e
		}
		e.Cases++
		e.Fit += w.Fit
		out.Fit += w.Fit
		if w.Fit == 1 {
			e.Exact++
			out.Exact++
		}
	}
	if len(s) > 0 {
		out.Fit /= float64(len(s))
	}
	for _, e := range byEnd {
		e.Fit /= float64(e.Cases)
		out.Ends = append(out.Ends, *e)
	}
	slices.SortFunc(out.Ends, func(a, b EndFit) int { return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.End, b.End)) })
	for name, n := range extra {
		out.Extras = append(out.Extras, ExtraActivity{name, n})
	}
	slices.SortFunc(out.Extras, func(a, b ExtraActivity) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(order, func(a, b *FitWay) int { return cmp.Compare(b.Cases, a.Cases) })
	out.Paths = len(order)
	for _, w := range order[:min(len(order), set.Limit)] {
		out.Ways = append(out.Ways, *w)
	}
	return out
}

// FitFinding is what stands out of a comparison with a road map.
type FitFinding struct {
	Code  FitCode
	Step  string  // whose step or activity it is; "" of FitExact
	Cases int     // of FitExact all of them, else those that did so with the step
	Count int     // of FitExact those that went the road exactly, of FitSkipped those that were won
	Fit   float64 // the mean, of FitExact
}

// FitCode says what stands out.
type FitCode string

// The findings: how many went the road exactly, and what was most often skipped,
// done in another order, done beside the road.
const (
	FitExact   FitCode = "exactly"
	FitSkipped FitCode = "most_skipped"
	FitMoved   FitCode = "most_moved"
	FitExtra   FitCode = "most_extra"
)

// Findings says what stands out, nil where no case was compared. Of steps that
// are equal the first on the road is named.
func (r *Conformance) Findings() []FitFinding {
	cases := 0
	for _, e := range r.Ends {
		cases += e.Cases
	}
	if cases == 0 {
		return nil
	}
	out := []FitFinding{{Code: FitExact, Cases: cases, Count: r.Exact, Fit: r.Fit}}
	if len(r.Steps) > 0 {
		skipped := slices.MaxFunc(r.Steps, func(a, b StepFit) int { return cmp.Compare(a.Skipped, b.Skipped) })
		moved := slices.MaxFunc(r.Steps, func(a, b StepFit) int { return cmp.Compare(a.OtherOrder, b.OtherOrder) })
		if skipped.Skipped > 0 {
			out = append(out, FitFinding{Code: FitSkipped, Step: skipped.Name, Cases: skipped.Skipped, Count: skipped.SkippedBy["won"]})
		}
		if moved.OtherOrder > 0 {
			out = append(out, FitFinding{Code: FitMoved, Step: moved.Name, Cases: moved.OtherOrder})
		}
	}
	if len(r.Extras) > 0 {
		out = append(out, FitFinding{Code: FitExtra, Step: r.Extras[0].Name, Cases: r.Extras[0].Cases})
	}
	return out
}

func wayKey(acts []uint32, free []bool, whole bool) string {
	b := make([]byte, 0, 3*len(acts)+len(free)+1)
	for _, a := range acts {
		b = append(b, byte(a), byte(a>>8), byte(a>>16))
	}
	b = append(b, 0xff)
	for _, f := range free {
		b = append(b, byte(b2i(f)))
	}
	return string(append(b, byte(b2i(whole))))
}

// align finds the moves with the least cost by dynamic programming over
// (events passed, steps passed): a step done costs nothing, one skipped costs 1
// unless it is free, an event beside the road costs 1. Of equals the one that
// does most in step, then skips latest. Where the case need not have gone the
// whole road, steps after the last one done are not reached and cost nothing.
// Source: Adriansyah 2014, for a road without branches.
func align(road Road, path []int, free []bool, whole bool) []AlignmentMove {
	n, m := len(path), len(road)
	type cell struct {
		cost, done int
		kind       MoveKind
		from       int // whether the last step was done, before the move
	}
	// the third index tells whether the last step passed was done: only then can it be done again
	at := make([][][2]cell, n+1)
	for i := range at {
		at[i] = make([][2]cell, m+1)
		for j := range at[i] {
			for b := range 2 {
				at[i][j][b].cost = 1 << 30
			}
			if i == 0 && j == 0 {
				at[i][j][0] = cell{}
				continue
			}
			reach := func(pi, pj, pb, b, cost, done int, kind MoveKind) {
				c := at[pi][pj][pb]
				c.cost, c.done, c.kind, c.from = c.cost+cost, c.done+done, kind, pb
				if old := at[i][j][b]; c.cost < old.cost || c.cost == old.cost && c.done > old.done {
					at[i][j][b] = c
				}
			}
			for b := range 2 {
				if i > 0 && j > 0 && path[i-1] == j-1 {
					reach(i-1, j-1, b, 1, 0, 1, InStep)
				}
				if j > 0 {
					switch {
					case free[j-1]:
						reach(i, j-1, b, 0, 0, 0, Adapted)
					case i == n && (!whole || road[j-1].Later): // nothing comes any more
						reach(i, j-1, b, 0, 0, 0, NotReached)
					default:
						reach(i, j-1, b, 0, 1, 0, Skipped)
					}
				}
				if i > 0 {
					reach(i-1, j, b, b, 1, 0, Extra)
				}
			}
			if i > 0 && j > 0 && path[i-1] == j-1 && road[j-1].Repeatable {
				reach(i-1, j, 1, 1, 0, 1, Again)
			}
		}
	}
	b := 0
	if x, y := at[n][m][0], at[n][m][1]; y.cost < x.cost || y.cost == x.cost && y.done > x.done {
		b = 1
	}
	var moves []AlignmentMove
	for i, j := n, m; i > 0 || j > 0; {
		c := at[i][j][b]
		b = c.from
		switch c.kind {
		case InStep:
			i, j = i-1, j-1
			moves = append(moves, AlignmentMove{Kind: c.kind, Step: j})
		case Again:
			i--
			moves = append(moves, AlignmentMove{Kind: c.kind, Step: j - 1})
		case Extra:
			i--
			moves = append(moves, AlignmentMove{Kind: c.kind, Step: -1})
		default:
			j--
			moves = append(moves, AlignmentMove{Kind: c.kind, Step: j})
		}
	}
	slices.Reverse(moves)
	return moves
}

// reorder names as one what an alignment tells as two: a step skipped at its
// place and done at another. An extra event of a step done already is a repetition.
func reorder(moves []AlignmentMove, step []int, l *eventlog.Log) []AlignmentMove {
	at := map[int]int{} // step -> where it was skipped or left out
	for i, v := range moves {
		if v.Kind == Skipped || v.Kind == NotReached || v.Kind == Adapted {
			at[v.Step] = i
		}
	}
	gone := map[int]bool{}
	for i, v := range moves {
		if v.Kind != Extra {
			continue
		}
		code, ok := l.Activities().Find(v.Activity)
		if !ok || step[code] < 0 {
			continue
		}
		if k, ok := at[step[code]]; ok {
			moves[i].Kind, moves[i].Step = OtherOrder, step[code]
			gone[k] = true
			delete(at, step[code])
		}
	}
	out := moves[:0]
	for i, v := range moves {
		if !gone[i] {
			out = append(out, v)
		}
	}
	return out
}

// fit is 1 less the share of moves that neither follow the road nor are free;
// a step done in another order counts half.
func fit(moves []AlignmentMove) float64 {
	off, all := 0.0, 0.0
	for _, v := range moves {
		switch v.Kind {
		case Adapted, NotReached:
			continue
		case Skipped, Extra:
			off++
		case OtherOrder:
			off += 0.5
		}
		all++
	}
	if all == 0 {
		return 1
	}
	return 1 - off/all
}

// count adds one case's moves.
func (r *Conformance) count(moves []AlignmentMove, end string, extra map[string]int) {
	seen := map[string]bool{}
	for _, v := range moves {
		switch v.Kind {
		case InStep:
			r.Steps[v.Step].Done++
		case Skipped:
			r.Steps[v.Step].Skipped++
			r.Steps[v.Step].SkippedBy[end]++
		case Adapted:
			r.Steps[v.Step].Adapted++
		case NotReached:
			r.Steps[v.Step].NotReached++
		case OtherOrder:
			r.Steps[v.Step].OtherOrder++
		case Extra:
			if !seen[v.Activity] {
				seen[v.Activity] = true
				extra[v.Activity]++
			}
		}
	}
}
