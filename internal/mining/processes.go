package mining

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
)

// ProcessSettings say how to look for processes; the zero value is METHODS' own.
type ProcessSettings struct {
	Attributes []string       // opening attributes to try; nil: all that can be known at the opening
	Without    []string       // attributes to leave out
	Excluded   []leak.Finding // attributes to leave out because they were not known on the first day
	Most       int            // processes the curve goes to; 0 is 6
	Share      float64        // of the code length that one more process must save; 0 is 0.02
	Resamples  int            // for the stability; 0 is none
	Random     *rand.Rand
	Progress   func(done, total int)

	// Further terms of the evidence, beside the order of activities.
	Durations bool           // how long it takes after each activity
	Ends      []eventlog.End // how cases end, by case of the log; nil leaves it out
}

// Partition says how many processes a history asks for, and which cases are
// of which. docs/methods/mining-processes.md.
type Partition struct {
	Processes int            `json:"processes"` // the number recommended
	Words     string         `json:"words"`     // the recommendation as a sentence
	Code      Advice         `json:"code"`      // and as a code
	Rules     []string       `json:"rules"`     // of each group, in the playbook's rule language
	Curve     []Point        `json:"curve"`
	Stability *Stability     `json:"stability"`
	Groups    []Group        `json:"groups"` // most cases first
	Cases     int            `json:"-"`
	Symbols   int            `json:"symbols"`         // activities and the end
	Terms     []string       `json:"terms,omitempty"` // what counted beside the steps: durations, outcomes
	Tried     []string       `json:"tried"`           // attributes that were tried
	Skipped   []LeftOut      `json:"skipped,omitempty"`
	Excluded  []leak.Finding `json:"excluded,omitempty"` // attributes that were not known on the first day
	Next      *Further       `json:"next,omitempty"`     // what one more process would separate
	of        map[uint32]int // case -> group
}

// Advice is the recommendation as a code.
type Advice string

// The recommendations.
const (
	OneProcess     Advice = "one"
	SeveralBetter  Advice = "several"
	TooFewToTell   Advice = "too_few"
	NothingToSplit Advice = "no_attributes"
)

// Point is the curve at one number of processes.
type Point struct {
	Processes int     `json:"processes"`
	Saved     float64 `json:"saved_percent"` // of the code length of one process
	Further   float64 `json:"further_percent"`
	Bits      float64 `json:"bits_a_deal"` // saved against one process
	Elbow     bool    `json:"elbow,omitempty"`
}

// Further is the best split that was not taken.
type Further struct {
	Rule  string  `json:"rule"`  // what it would set apart
	Saved float64 `json:"saved"` // per cent of the code length of one process; negative: it costs
}

// Group is the cases that share a process.
type Group struct {
	Rule      Rule           `json:"rule"`
	Cases     int            `json:"cases"`
	Share     float64        `json:"share"`
	Bits      float64        `json:"bits_a_deal"` // code length of a case in its own group
	Differs   []Differs      `json:"differs,omitempty"`
	Tendency  Tendency       `json:"tendency"`
	Ends      map[string]int `json:"ends,omitempty"` // where ends were a term: how its cases ended
	Selection []uint32       `json:"-"`              // the cases
	leaves    []*leaf        //
	counts    []uint32       //
}

// Differs is a step that the group takes more or less often than the rest.
// Bits is how much of what the group saves comes from it.
type Differs struct {
	From  string  `json:"from"` // "" before the first activity
	To    string  `json:"to"`   // "" after the last
	Here  float64 `json:"here"` // of the times From was reached, how often To came next
	There float64 `json:"there"`
	Count int     `json:"count"`
	Bits  float64 `json:"bits"`
}

// Processes asks how many groups of cases go through different enough motions
// to deserve a process of their own, and by which attribute, known at the
// opening, one can tell them apart.
func Processes(l *eventlog.Log, s eventlog.Selection, set ProcessSettings) *Partition {
	if set.Most <= 0 {
		set.Most = 6
	}
	if set.Share <= 0 {
		set.Share = 0.02
	}
	p := &Partition{Cases: len(s), Symbols: l.Activities().Len() + 1}
	if len(s) == 0 {
		p.Processes, p.Code = 1, TooFewToTell
		p.Curve, p.Rules = []Point{{Processes: 1}}, []string{"true"}
		p.Words = p.words()
		return p
	}
	t := &tree{w: walk(l, s), least: max(30, int(math.Ceil(0.01*float64(len(s)))))}
	if set.Ends != nil {
		t.w.addEnds(s, set.Ends)
		p.Terms = append(p.Terms, "outcomes")
	}
	if set.Durations {
		t.w.addWaits(l, s)
		p.Terms = append(p.Terms, "durations")
	}
	p.Excluded = set.Excluded
	for _, f := range set.Excluded {
		set.Without = append(slices.Clip(set.Without), f.Attr)
	}
	t.open, p.Skipped = openings(l, s, set.Attributes, set.Without)
	for i := range t.open {
		if !slices.Contains(p.Tried, t.open[i].name) {
			p.Tried = append(p.Tried, t.open[i].name)
		}
	}
	grown := t.grow(len(s), set.Most+1)
	best := t.choose(grown, set.Share)
	at, whole := best.at, grown[0].bits
	p.Processes = len(best.groups)
	p.groups(l, s, t, best.groups)
	if set.Ends != nil {
		for i := range p.Groups {
			g := &p.Groups[i]
			g.Ends = map[string]int{}
			for _, c := range g.Selection {
				g.Ends[set.Ends[c].Outcome.Word()]++
			}
		}
	}
	p.curve(grown, best)
	if at+1 < len(grown) {
		f := grown[at].leaves[pickOf(grown[at].leaves)]
		p.Next = &Further{Rule: t.affirm(Rule{append(slices.Clone(f.path), f.best.when)}.tidy()).String(), Saved: 100 * f.best.gain / whole}
	}
	switch {
	case p.Processes > 1:
		p.Code = SeveralBetter
	case len(s) < 2*t.least:
		p.Code = TooFewToTell
	case len(t.open) == 0:
		p.Code = NothingToSplit
	default:
		p.Code = OneProcess
	}
	if set.Resamples > 0 && set.Random != nil {
		p.Stability = t.resample(p, len(s), set)
	}
	p.Words = p.words()
	return p
}

func pickOf(leaves []*leaf) int {
	pick := -1
	for i, f := range leaves {
		if f.found && (pick < 0 || f.best.net > leaves[pick].best.net) {
			pick = i
		}
	}
	return pick
}

// curve gives what each number of processes saves; past what is worth it, the
// numbers are those of single splits, not joined.
func (p *Partition) curve(grown []growth, best choice) {
	whole := grown[0].bits
	point := func(n int, bits float64) {
		c := Point{Processes: n, Saved: 100 * (whole - bits) / whole, Bits: (whole - bits) / float64(p.Cases), Elbow: n == p.Processes}
		if k := len(p.Curve); k > 0 {
			c.Further = c.Saved - p.Curve[k-1].Saved
		}
		p.Curve = append(p.Curve, c)
	}
	for k := 0; k < best.at && k+1 < p.Processes; k++ {
		point(k+1, grown[k].bits)
	}
	point(p.Processes, best.bits)
	for k := best.at + 1; k < len(grown); k++ {
		point(p.Processes+k-best.at, best.bits-(grown[best.at].bits-grown[k].bits))
	}
}

func (p *Partition) groups(l *eventlog.Log, s eventlog.Selection, t *tree, merged [][]*leaf) {
	p.of = make(map[uint32]int, len(s))
	for _, leaves := range merged {
		g := Group{leaves: leaves, counts: make([]uint32, t.w.cells())}
		for _, f := range leaves {
			if len(f.path) > 0 {
				g.Rule = append(g.Rule, f.path)
			}
			for _, c := range f.cases {
				g.Selection = append(g.Selection, s[c])
			}
			for i, n := range f.counts {
				g.counts[i] += n
			}
		}
		g.Rule = t.affirm(g.Rule.tidy())
		slices.Sort(g.Selection)
		g.Cases = len(g.Selection)
		g.Share = float64(g.Cases) / float64(len(s))
		g.Bits = t.w.bits(g.counts) / float64(g.Cases)
		p.Groups = append(p.Groups, g)
	}
	slices.SortStableFunc(p.Groups, func(a, b Group) int { return b.Cases - a.Cases })
	all := make([]uint32, t.w.cells())
	for _, g := range p.Groups {
		for i, n := range g.counts {
			all[i] += n
		}
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		p.Rules = append(p.Rules, g.Rule.String())
		for _, c := range g.Selection {
			p.of[c] = i
		}
		if len(p.Groups) > 1 {
			g.Differs = t.w.differs(l, g.counts, all)
		}
		g.Tendency = tendency(l, g.Selection)
	}
}

// affirm says what is meant rather than what is not, where no case is without
// a value and the values left are no more than those named.
func (t *tree) affirm(r Rule) Rule {
	for _, branch := range r {
		for i, c := range branch {
			k := slices.IndexFunc(t.open, func(o opening) bool { return o.name == c.Attr && o.bounds == nil })
			if !c.Not || c.AtMost != nil || k < 0 || t.open[k].missing || t.open[k].kinds > len(t.open[k].values) {
				continue
			}
			rest := setOf{false, t.open[k].values}.and(setOf{true, c.In})
			if len(rest.of) <= max(1, len(c.In)) {
				branch[i] = rest.condition(c.Attr)
			}
		}
	}
	return r
}

// Of tells the group of a case, counted from 0; -1 for a case that was not selected.
func (p *Partition) Of(c uint32) int {
	if g, ok := p.of[c]; ok {
		return g
	}
	return -1
}

// mostDiffers bounds the steps shown for a group.
const mostDiffers = 6

// differs lists the steps that tell a group from the rest: each with its share
// of n log2(here/there), where the two are the means of the rows' posteriors.
func (w *walks) differs(l *eventlog.Log, group, all []uint32) []Differs {
	var out []Differs
	name := func(code uint32) string {
		if int(code) == l.Activities().Len() {
			return ""
		}
		return l.ActivityName(code)
	}
	for r := range len(w.rows) - 1 {
		here, there := uint32(0), uint32(0)
		for i := w.rows[r]; i < w.rows[r+1]; i++ {
			here += group[i]
			there += all[i] - group[i]
		}
		if here == 0 {
			continue
		}
		for i := w.rows[r]; i < w.rows[r+1]; i++ {
			n, o := float64(group[i]), float64(all[i]-group[i])
			base := alpha * float64(w.v)
			a, b := (n+alpha)/(float64(here)+base), (o+alpha)/(float64(there)+base)
			d := Differs{From: name(w.pairs[i].from), To: name(w.pairs[i].to), Count: int(n), Bits: n * math.Log2(a/b)}
			d.Here = n / float64(here)
			if there > 0 {
				d.There = o / float64(there)
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Differs) int {
		switch x, y := math.Abs(a.Bits), math.Abs(b.Bits); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	out = out[:min(len(out), mostDiffers)]
	return slices.DeleteFunc(out, func(d Differs) bool { return math.Abs(d.Bits) < 1 })
}
