package mining

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
)

// ProcessSettings say how to look for processes; the zero value is METHODS' own.
type ProcessSettings struct {
	Attributes []string       // opening attributes to try; nil: all that can be known at the opening
	Without    []string       // attributes to leave out
	Excluded   []leak.Finding // attributes to leave out because they were not known on the first day
	Ends       []eventlog.End // how cases end, by case of the log; nil: nothing is known of it, and every case counts as ended
	Terms      []Term         // by what groups may differ; nil: all
	Most       int            // processes at most; 0 is 6
	Share      float64        // of the code length, or of one term's, that one more process must save; 0 is 0.02
	Resamples  int            // for the stability; 0 is none
	Random     *rand.Rand     // nil: one with a fixed seed
	Progress   func(done, total int)
}

// Partition says how many processes a history asks for, and which cases are
// of which. docs/methods/mining-processes.md.
type Partition struct {
	Processes int            `json:"processes"` // the number recommended
	Words     string         `json:"words"`     // the recommendation as a sentence; whoever answers puts it in
	Code      Advice         `json:"code"`      // and as a code
	Rules     []string       `json:"rules"`     // of each group, in the playbook's rule language
	Curve     []Point        `json:"curve"`
	Stability *Stability     `json:"stability"`
	Groups    []Group        `json:"groups"` // most cases first
	Method    Method         `json:"method"`
	Cases     int            `json:"-"`
	Symbols   int            `json:"symbols"` // activities and the end
	Terms     []string       `json:"terms,omitempty"`
	Tried     []string       `json:"tried"` // attributes that were tried
	Skipped   []LeftOut      `json:"skipped,omitempty"`
	Excluded  []leak.Finding `json:"excluded"`          // attributes that were not known on the first day
	Notices   []Notice       `json:"notices,omitempty"` // differences that are no processes
	Next      *Further       `json:"next,omitempty"`    // what one more process would separate
	of        map[uint32]int // case -> group
}

// Method says what an answer rests on.
type Method struct {
	Ended        int     `json:"ended"`                        // cases that have ended, from which is learned
	Looked       int     `json:"looked_at"`                    // of these; of very many, as many are drawn evenly
	Shuffles     int     `json:"shuffles"`                     // that had to be beaten
	Level        float64 `json:"level"`                        // share of them that may do as well
	Share        float64 `json:"share"`                        // that a split must save
	Least        float64 `json:"least_seen_percent,omitempty"` // a difference that saves less would not be seen here
	Interactions bool    `json:"interactions"`                 // whether attributes that matter only together were looked for
	Time         bool    `json:"held_against_time"`            // rules were tested within stretches of opening days
	Who          string  `json:"held_against_who,omitempty"`   // and within the values of this attribute
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
	Processes int              `json:"processes"`
	Saved     float64          `json:"saved_percent"` // of the code length of one process
	Further   float64          `json:"further_percent"`
	Bits      float64          `json:"bits_a_deal"`       // saved against one process
	ByTerm    map[Term]float64 `json:"by_term,omitempty"` // per cent saved of each term's own code length
	Elbow     bool             `json:"elbow,omitempty"`
}

// Further is the best split that was not taken.
type Further struct {
	Rule  string  `json:"rule"`  // what it would set apart
	Saved float64 `json:"saved"` // per cent of the code length of one process; negative: it costs
}

// Group is the cases that share a process.
type Group struct {
	Rule      Rule           `json:"rule"`
	Words     string         `json:"words"` // the rule and what is different, as a sentence; whoever answers puts it in
	Cases     int            `json:"cases"`
	Share     float64        `json:"share"`
	Bits      float64        `json:"bits_a_deal"` // code length of an ended case in its own group
	Steps     []Habit        `json:"steps,omitempty"`
	Differs   []Differs      `json:"differs,omitempty"`
	Tendency  Tendency       `json:"tendency"`
	Days      float64        `json:"days_median_ended"`
	DaysRest  float64        `json:"days_median_of_the_rest,omitempty"`
	Won       float64        `json:"won_share,omitempty"` // of the ended
	WonRest   float64        `json:"won_share_of_the_rest,omitempty"`
	Ends      map[string]int `json:"ends,omitempty"` // how its cases ended, where that is known
	Selection []uint32       `json:"-"`              // the cases
	leaves    []*leaf        //
	count     *count         //
}

// Habit is a step that cases of the group take much more or less often than the rest.
type Habit struct {
	Step  string  `json:"step"`
	Here  float64 `json:"here"` // share of ended cases
	There float64 `json:"there"`
}

// Difference is what a group does otherwise than the rest.
type Difference struct {
	Code        DifferenceCode
	Steps       []string // of SkipsSteps and MoreSteps
	Here, There float64  // days in the middle, or the share that is won
}

// DifferenceCode says in what a group differs.
type DifferenceCode string

// The differences: steps the group rarely comes to, and those it more often
// comes to; how long it takes; how often it is won.
const (
	SkipsSteps DifferenceCode = "skips"
	MoreSteps  DifferenceCode = "more"
	TakesDays  DifferenceCode = "days"
	WonShares  DifferenceCode = "won"
)

// Differences says what a group does otherwise than the rest: days that are a
// quarter more or a fifth less, wins that are a tenth of all cases apart.
func (g Group) Differences() []Difference {
	var out []Difference
	var skips, more []string
	for _, h := range g.Steps {
		if h.Here < h.There {
			skips = append(skips, h.Step)
		} else {
			more = append(more, h.Step)
		}
	}
	if len(skips) > 0 {
		out = append(out, Difference{Code: SkipsSteps, Steps: skips})
	}
	if len(more) > 0 {
		out = append(out, Difference{Code: MoreSteps, Steps: more})
	}
	if g.DaysRest > 0 && (g.Days >= 1.25*g.DaysRest || g.Days <= 0.8*g.DaysRest) {
		out = append(out, Difference{Code: TakesDays, Here: g.Days, There: g.DaysRest})
	}
	if math.Abs(g.Won-g.WonRest) >= 0.1 {
		out = append(out, Difference{Code: WonShares, Here: g.Won, There: g.WonRest})
	}
	return out
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

// mostLooked bounds the ended cases that are learned from.
const mostLooked = 20_000

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
	if set.Random == nil {
		set.Random = rand.New(rand.NewPCG(1, 1))
	}
	p := &Partition{
		Cases:     len(s),
		Symbols:   l.Activities().Len() + 1,
		Excluded:  append([]leak.Finding{}, set.Excluded...),
		Processes: 1,
		Code:      TooFewToTell,
		Method:    Method{Shuffles: shuffles, Level: level, Share: set.Share},
	}
	ended := s
	if set.Ends != nil {
		ended = slices.DeleteFunc(slices.Clone(s), func(c uint32) bool { return set.Ends[c].Outcome == throughline.StillOpen })
	}
	looked := eventlog.Selection(thin(ended, mostLooked))
	p.Method.Ended, p.Method.Looked = len(ended), len(looked)
	if len(looked) == 0 {
		p.Curve, p.Rules = []Point{{Processes: 1}}, []string{"true"}
		return p
	}
	g := newGrower(l, looked, set, p)
	g.grow()
	p.Method.Interactions = g.paired
	if g.chance != nil {
		p.Method.Shuffles = len(g.chance.most)
		p.Method.Least = 100 * max(g.share, (g.chance.mean[allTerms]+g.chance.height*g.chance.spread[allTerms])/total(g.whole))
	}
	p.Processes = len(g.groups)
	p.assign(l, s, g)
	p.curve(g)
	switch {
	case p.Processes > 1:
		p.Code = SeveralBetter
	case len(looked) < 2*g.least:
		p.Code = TooFewToTell
	case len(g.open) == 0:
		p.Code = NothingToSplit
	default:
		p.Code = OneProcess
	}
	if p.Code != TooFewToTell {
		g.notice(l)
	}
	p.Notices = g.notices
	if set.Resamples > 0 {
		p.Stability = g.resample(p, len(looked), set)
	}
	return p
}

// curve gives what each number of processes saves, and what the best split
// that was not taken would.
func (p *Partition) curve(g *grower) {
	whole := total(g.whole)
	point := func(n int, bits [allTerms]float64) {
		c := Point{
			Processes: n,
			Saved:     100 * (whole - total(bits)) / whole,
			Bits:      (whole - total(bits)) / float64(g.root.count.n),
			Elbow:     n == p.Processes,
		}
		if n > 1 {
			c.ByTerm = map[Term]float64{}
			for k, t := range Terms() {
				if g.whole[k] > 0 {
					c.ByTerm[t] = 100 * (g.whole[k] - bits[k]) / g.whole[k]
				}
			}
		}
		if k := len(p.Curve); k > 0 {
			c.Further = c.Saved - p.Curve[k-1].Saved
		}
		p.Curve = append(p.Curve, c)
	}
	if whole <= 0 { // nothing to describe
		p.Curve = []Point{{Processes: 1, Elbow: true}}
		return
	}
	for k := 0; k+1 < p.Processes; k++ {
		point(k+1, g.after[k])
	}
	point(p.Processes, g.bits)
	if f := g.next; f.found() {
		point(p.Processes+1, minus(g.bits, f.gain))
		p.Next = &Further{Rule: g.affirm(Rule{append(slices.Clone(g.nextPath), f.when)}.tidy()).String(), Saved: 100 * total(f.gain) / whole}
	}
}

// assign gives every case, open ones too, to the group whose rule it fulfils.
func (p *Partition) assign(l *eventlog.Log, s eventlog.Selection, g *grower) {
	p.of = make(map[uint32]int, len(s))
	for _, leaves := range g.groups {
		var r Rule
		c := g.t.none()
		for _, f := range leaves {
			if len(f.path) > 0 {
				r = append(r, f.path)
			}
			c.plus(f.count)
		}
		p.Groups = append(p.Groups, Group{Rule: g.affirm(r.tidy()), leaves: leaves, count: c, Bits: total(g.t.bits(c)) / float64(max(1, c.n))})
	}
	columns := map[string]*eventlog.Column{}
	for _, gr := range p.Groups {
		for _, a := range gr.Rule.Attrs() {
			columns[a] = l.Opening(a)
		}
	}
	for _, c := range s {
		for i := range p.Groups {
			if p.Groups[i].Rule.Holds(func(attr string) eventlog.Value { return columns[attr].Value(int(c)) }) {
				p.Groups[i].Selection = append(p.Groups[i].Selection, c)
				break
			}
		}
	}
	slices.SortStableFunc(p.Groups, func(a, b Group) int { return len(b.Selection) - len(a.Selection) })
	for i := range p.Groups {
		gr := &p.Groups[i]
		gr.Cases, gr.Share = len(gr.Selection), float64(len(gr.Selection))/float64(len(s))
		p.Rules = append(p.Rules, gr.Rule.String())
		for _, c := range gr.Selection {
			p.of[c] = i
		}
		if len(p.Groups) > 1 {
			rest := g.t.none()
			rest.less(g.root.count, gr.count)
			gr.Steps, gr.Differs = g.t.habits(l, gr.count, rest), g.t.differs(l, gr.count, rest)
			gr.compare(l, g, rest)
		}
		if g.ends != nil {
			gr.Ends = map[string]int{}
			for _, c := range gr.Selection {
				gr.Ends[g.ends[c].Outcome.Word()]++
			}
		}
		gr.Tendency = tendency(l, gr.Selection)
	}
}

// compare sets days and wins of a group's ended cases beside those of the rest.
func (gr *Group) compare(l *eventlog.Log, g *grower, rest *count) {
	mine := map[uint32]bool{}
	for _, f := range gr.leaves {
		for _, i := range f.cases {
			mine[i] = true
		}
	}
	var here, there []float64
	for i, x := range g.t.long {
		if x == x {
			if mine[uint32(i)] {
				here = append(here, x)
			} else {
				there = append(there, x)
			}
		}
	}
	middle := func(x []float64) float64 {
		if len(x) == 0 {
			return 0
		}
		slices.Sort(x)
		return math.Exp((x[(len(x)-1)/2] + x[len(x)/2]) / 2)
	}
	gr.Days, gr.DaysRest = middle(here), middle(there)
	if k := slices.Index(g.t.kinds, throughline.Won); k >= 0 {
		cell := len(g.t.acts) + len(g.t.pairs) + k
		gr.Won = float64(gr.count.cells[cell]) / float64(max(1, gr.count.n))
		gr.WonRest = float64(rest.cells[cell]) / float64(max(1, rest.n))
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

// habits lists the steps that the group takes in a third of its cases more or
// fewer than the rest.
func (t *traits) habits(l *eventlog.Log, here, there *count) []Habit {
	var out []Habit
	for k, a := range t.acts {
		h := Habit{l.ActivityName(a), float64(here.cells[k]) / float64(max(1, here.n)), float64(there.cells[k]) / float64(max(1, there.n))}
		if math.Abs(h.Here-h.There) >= 0.33 {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b Habit) int { return cmp.Compare(math.Abs(b.Here-b.There), math.Abs(a.Here-a.There)) })
	return out[:min(len(out), mostDiffers)]
}

// differs lists the steps that tell a group from the rest: each with its share
// of n log2(here/there), half a step added on either side.
func (t *traits) differs(l *eventlog.Log, group, rest *count) []Differs {
	var out []Differs
	name := func(code uint32) string {
		if int(code) == l.Activities().Len() {
			return ""
		}
		return l.ActivityName(code)
	}
	first := len(t.acts)
	for r := range len(t.rows) - 1 {
		here, there := 0.0, 0.0
		for i := t.rows[r]; i < t.rows[r+1]; i++ {
			here += float64(group.cells[i])
			there += float64(rest.cells[i])
		}
		if here == 0 {
			continue
		}
		base := 0.5 * float64(t.rows[r+1]-t.rows[r])
		for i := t.rows[r]; i < t.rows[r+1]; i++ {
			n, o := float64(group.cells[i]), float64(rest.cells[i])
			p := t.pairs[int(i)-first]
			d := Differs{
				From:  name(p.from),
				To:    name(p.to),
				Count: int(n),
				Here:  n / here,
				Bits:  n * math.Log2((n+0.5)/(here+base)*(there+base)/(o+0.5)),
			}
			if there > 0 {
				d.There = o / there
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Differs) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	out = out[:min(len(out), mostDiffers)]
	return slices.DeleteFunc(out, func(d Differs) bool { return math.Abs(d.Bits) < 1 })
}
