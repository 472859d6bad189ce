package mining

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/survival"
)

// EndKind is a kind of end whose hazard is looked at.
type EndKind struct {
	Name     string
	Outcomes []throughline.Outcome
}

// EndKinds are the three kinds of end that compete for a deal.
func EndKinds() []EndKind {
	return []EndKind{
		{"won", throughline.EndWon.Outcomes()},
		{"no_decision", throughline.EndNoDecision.Outcomes()},
		{"lost", throughline.EndLost.Outcomes()},
	}
}

// MilestoneSettings say which activities are milestones and what to adjust for.
type MilestoneSettings struct {
	Names    []string  // activities; nil: those met by some and not by all cases
	Leave    []string  // activities that are none, such as the end itself
	Adjust   []string  // opening attributes to adjust for
	Alone    bool      // do not adjust for how far the case had come
	Ends     []EndKind // nil: EndKinds
	AsOf     int64     // censors what is open; 0: the log's last time
	Most     int       // cases at most; 0 is 20,000, evenly drawn
	Progress func(done, total int)
}

// Usefulness says of each milestone whether what follows it differs from what
// would have followed without it. docs/methods/mining-milestones.md.
type Usefulness struct {
	Looked     int            `json:"cases_looked_at"` // with a time; drawn where there are many
	Adjusted   []string       `json:"adjusted_for"`
	Milestones []Milestone    `json:"milestones"`          // most telling first
	Aside      []Aside        `json:"set_aside,omitempty"` // steps that came with the end, which are no milestones on the way to it
	Lag        float64        `json:"lag_days"`            // a milestone counts from so long after it was met
	Excluded   []leak.Finding `json:"excluded,omitempty"`  // attributes not adjusted for, because they were not known on the first day
}

// Aside is a step that was recorded with the end: of the ended cases that met
// it, so many did within the lag before the end or after it.
type Aside struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
	Of    int    `json:"of"`
	Words string `json:"words"` // a sentence; whoever answers puts it in
}

// Milestone is one of them. Shares are of cases of that end that met it at any
// time; Days is the median from meeting it to the end, of won cases.
type Milestone struct {
	Name    string             `json:"name"`
	Cases   int                `json:"cases"`
	Met     map[string]float64 `json:"met_share"` // by kind of end, and "not_won"
	Days    float64            `json:"days_to_won_median"`
	Rare    bool               `json:"rare"` // met by fewer than a fifth of the won: a candidate for removal
	Effects []Effect           `json:"effects"`
	AtEnd   int                `json:"at_end,omitempty"` // cases that met it within the lag before their end, which count as not having met it
	Words   []string           `json:"words"`            // what was found, in sentences; whoever answers puts them in
}

// Effect is the cause-specific hazard of an end after the milestone against
// before it. Ratio is per unit of time, at any age; the interval is of 95 %.
type Effect struct {
	End    string       `json:"end"`
	Ratio  float64      `json:"hazard_ratio,omitempty"`
	Low    float64      `json:"low,omitempty"`
	High   float64      `json:"high,omitempty"`
	P      float64      `json:"p,omitempty"`
	Q      float64      `json:"q,omitempty"` // by Benjamini and Hochberg, over all milestones and ends
	N      int          `json:"n"`           // cases that met it while open
	After  int          `json:"ended_after"` // of these, how many then ended so
	Before int          `json:"ended_before"`
	Code   EffectStatus `json:"code"`
}

// What every comparison is adjusted for, beside attributes of the opening: the
// age of a case and, where nobody said otherwise, how far it had come.
const (
	AdjustAge    = "age"
	AdjustBefore = "milestones met before"
)

// EffectStatus says what an effect amounts to.
type EffectStatus string

// The states. TooFew: fewer than five ended so on one of the two sides.
// NoOverlap: at no age were there open cases with and without it side by side,
// so that nothing can be compared.
const (
	MoreOften EffectStatus = "more_often"
	LessOften EffectStatus = "less_often"
	NoSign    EffectStatus = "no_sign"
	TooFew    EffectStatus = "too_few"
	NoOverlap EffectStatus = "no_overlap"
)

const (
	falseRate = 0.05 // share of false alarms among the effects called
	leastEnds = 5
	rareShare = 0.2
)

// Milestones compares what happens after each milestone with what happens
// before it, in the same open cases, so that a milestone which only long cases
// reach gains nothing by it.
func Milestones(l *eventlog.Log, s eventlog.Selection, m eventlog.OutcomeMap, set MilestoneSettings) *Usefulness {
	if set.Ends == nil {
		set.Ends = EndKinds()
	}
	if set.Most <= 0 {
		set.Most = 20_000
	}
	asOf := set.AsOf
	if asOf == 0 {
		asOf = eventlog.NoTime
	}
	spells := l.Spells(thin(s, set.Most), m, asOf)
	u := &Usefulness{Looked: len(spells), Adjusted: []string{AdjustAge}, Milestones: []Milestone{}}
	if !set.Alone {
		u.Adjusted = append(u.Adjusted, AdjustBefore)
	}
	w := newCourse(l, spells, m, set)
	u.Adjusted = append(u.Adjusted, w.adjusted...)
	u.Aside, u.Lag = w.aside, days(w.lag)
	u.Milestones = make([]Milestone, len(w.names))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range next {
				u.Milestones[k] = w.milestone(k)
				mu.Lock()
				if done++; set.Progress != nil {
					set.Progress(done, len(w.names))
				}
				mu.Unlock()
			}
		}()
	}
	for k := range w.names {
		next <- k
	}
	close(next)
	wg.Wait()
	u.correct()
	slices.SortStableFunc(u.Milestones, func(a, b Milestone) int { return cmp.Compare(a.least(), b.least()) })
	return u
}

// thin draws at most so many cases, evenly.
func thin(s []uint32, most int) []uint32 {
	if len(s) <= most {
		return s
	}
	out := make([]uint32, most)
	for i := range out {
		out[i] = s[i*len(s)/most]
	}
	return out
}

// milestone fits the hazards of one milestone.
func (w *course) milestone(k int) Milestone {
	out := Milestone{Name: w.names[k], AtEnd: w.atEnd[k], Met: map[string]float64{}, Days: days(eventlog.Quantile(w.wait[k], 0.5))}
	of, met := make([]int, len(w.set.Ends)+2), make([]int, len(w.set.Ends)+2)
	for i, e := range w.end {
		of[e]++
		if w.any[k][i] {
			met[e]++
			out.Cases++
		}
	}
	notWon, notMet := 0, 0
	for e := range of {
		if e != 1 && e != 0 {
			notWon += of[e]
			notMet += met[e]
		}
	}
	rate := func(a, b int) float64 {
		if b == 0 {
			return 0
		}
		return float64(a) / float64(b)
	}
	for e, kind := range w.set.Ends {
		out.Met[kind.Name] = rate(met[e+1], of[e+1])
	}
	out.Met["not_won"] = rate(notMet, notWon)
	out.Rare = of[1] >= 10 && out.Met[w.set.Ends[0].Name] < rareShare
	x := make([]float64, len(w.met))
	others := make([]float64, len(w.met))
	spread := false
	for r, bits := range w.met {
		if bits[k/64]>>(k%64)&1 == 1 {
			x[r] = 1
		}
		others[r] = w.sum[r] - x[r]
		spread = spread || others[r] > 0
	}
	cols := [][]float64{x}
	if spread && !w.set.Alone {
		cols = append(cols, others)
	}
	cols = append(cols, w.extra...)
	reached, last := 0, int32(-1)
	for r := range x {
		if x[r] == 1 && w.spell[r] != last {
			reached++
			last = w.spell[r]
		}
	}
	for e, kind := range w.set.Ends {
		f := Effect{End: kind.Name, N: reached, Code: TooFew}
		for r := range x {
			if w.rows.End[r] == uint8(e+1) {
				if x[r] == 1 {
					f.After++
				} else {
					f.Before++
				}
			}
		}
		if f.After >= leastEnds && f.Before >= leastEnds {
			c, err := survival.FitCox(w.rows, uint8(e+1), cols, survival.CoxSettings{})
			f.Code = NoOverlap
			if err == nil && c.Settled && !c.Aliased[0] && !c.Endless[0] && c.Err[0] > 0 {
				f.Ratio = math.Exp(c.Coef[0])
				f.Low, f.High = math.Exp(c.Coef[0]-1.959964*c.Err[0]), math.Exp(c.Coef[0]+1.959964*c.Err[0])
				f.P = math.Erfc(math.Abs(c.Coef[0]/c.Err[0]) / math.Sqrt2)
				f.Code = NoSign
			}
		}
		out.Effects = append(out.Effects, f)
	}
	return out
}

// correct turns p-values into q-values over everything that was looked at.
// Source: Benjamini and Hochberg 1995.
func (u *Usefulness) correct() {
	var all []*Effect
	for i := range u.Milestones {
		for k := range u.Milestones[i].Effects {
			if e := &u.Milestones[i].Effects[k]; e.Code == NoSign {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b *Effect) int { return cmp.Compare(b.P, a.P) })
	q := 1.0
	for i, e := range all {
		q = min(q, e.P*float64(len(all))/float64(len(all)-i))
		if e.Q = q; q <= falseRate {
			e.Code = LessOften
			if e.Ratio > 1 {
				e.Code = MoreOften
			}
		}
	}
}

// least is the smallest q, for sorting.
func (m Milestone) least() float64 {
	q := 2.0
	for _, e := range m.Effects {
		if e.Code != TooFew && e.Code != NoOverlap {
			q = min(q, e.Q)
		}
	}
	return q
}
