package leak

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// History is the cases that attributes are held against, by place. Days are
// fractions of days on one scale of the caller's, days since 1970 where
// months are to be told.
type History struct {
	Until  float64   // day up to which the history is known
	Opened []float64 // first day
	Ended  []float64 // day of the end; of open cases it is not looked at
	End    []uint8   // 0: open; else which end, from 1
	Steps  []int32   // how many steps until the end or Until; nil: not known
	Last   []int32   // the last step before the end, -1: none; nil: not known
	Course []uint64  // a number for the sequence of steps; nil: not known
}

// Column is one attribute as it stands in the source.
type Column struct {
	Name   string
	Code   []int32   // of each case its value's number, 0 where there is none
	Levels int       // codes run from 1 to Levels
	Number []float64 // of a quantity its values, NaN where there is none; nil: no quantity
	Later  []Later   // what the days on which values were learned say; nil: not known
}

// Later says whether a value was seen to be another later on.
type Later uint8

// The states: seen once only; seen again and the same; seen again and another,
// or only then filled.
const (
	SeenOnce Later = iota
	SeenSame
	SeenOther
)

// Why says how an attribute gives itself away.
type Why string

// The reasons.
const (
	TellsEnd     Why = "tells_end"     // the value tells which end came
	WrittenAtEnd Why = "written_end"   // the value, or having one, hardly occurs while a case is open
	BlankedAtEnd Why = "blanked_end"   // having none hardly occurs while a case is open
	Overwritten  Why = "overwritten"   // a value that is common while cases are open hardly occurs once they have ended
	TellsWhen    Why = "tells_when"    // the value follows the day of the end
	CountsUp     Why = "counts_up"     // the value grows for as long as a case is open
	TellsLast    Why = "tells_last"    // the value names the last step
	TellsCourse  Why = "tells_course"  // the value tells the whole course
	LearnedLater Why = "learned_later" // the value was seen to change by the time cases ended
)

// Finding is an attribute that was not known on the first day.
type Finding struct {
	Attr  string `json:"attr"`
	Why   Why    `json:"why"`
	Cases int    `json:"cases"` // that speak for it
	Words string `json:"words"`
}

// Find looks through attributes and gives those that were not known on the
// first day, in their order, each with its strongest reason.
func Find(h *History, columns []Column) []Finding {
	p := prepare(h)
	var out []Finding
	for i := range columns {
		if why, n := p.judge(&columns[i], len(columns)); why != "" {
			out = append(out, Finding{columns[i].Name, why, n, why.Words(n)})
		}
	}
	return out
}

// Words says a reason with the number of cases behind it.
func (w Why) Words(n int) string {
	switch w {
	case TellsEnd:
		return fmt.Sprintf("its value tells how %d closed cases ended, so it was written after the end", n)
	case WrittenAtEnd:
		return fmt.Sprintf("%d closed cases have it and hardly an open one does, so it is written when a case ends", n)
	case BlankedAtEnd:
		return fmt.Sprintf("%d closed cases lack it and hardly an open one does, so it is blanked when a case ends", n)
	case Overwritten:
		return fmt.Sprintf("a value that open cases have is found in hardly one of %d closed ones, so it is overwritten when a case ends", n)
	case TellsWhen:
		return fmt.Sprintf("its value follows the day on which %d cases ended", n)
	case CountsUp:
		return fmt.Sprintf("it grows for as long as a case is open, as %d cases show", n)
	case TellsLast:
		return fmt.Sprintf("its value names the last step of %d cases", n)
	case TellsCourse:
		return "its value tells the whole course of a case, so it was written after the end"
	case LearnedLater:
		return fmt.Sprintf("%d cases had another value, or none, when they were first seen", n)
	}
	return string(w)
}

// prepared is a history with what every test needs.
type prepared struct {
	*History
	n        int
	closed   int
	ends     int       // kinds of end
	share    []float64 // of the closed cases, by end
	exposure []float64 // days under observation
	age      []float64 // days from the opening until Until
	byTime   []int32   // cases by exposure, ended before open ones
	byAge    []int32   // cases by age
	young    float64   // cases younger than this, and
	old      float64   // at least this old, are set side by side
	fewer    float64   // open cases there are of those that all durations together foretell, at most 1
	cohort   []uint8   // stretch of opening days
}

const cohorts = 12

func prepare(h *History) *prepared {
	n := len(h.End)
	p := &prepared{
		History:  h,
		n:        n,
		exposure: make([]float64, n),
		age:      make([]float64, n),
		byTime:   make([]int32, n),
		byAge:    make([]int32, n),
		cohort:   make([]uint8, n),
		fewer:    1,
	}
	var lasted []float64
	for i, e := range h.End {
		p.age[i] = max(0, h.Until-h.Opened[i])
		p.exposure[i] = p.age[i]
		if e > 0 {
			p.exposure[i] = min(max(0, h.Ended[i]-h.Opened[i]), p.age[i])
			p.closed++
			p.ends = max(p.ends, int(e))
			lasted = append(lasted, p.exposure[i])
		}
		p.byTime[i], p.byAge[i] = int32(i), int32(i)
	}
	p.share = make([]float64, p.ends+1)
	for _, e := range h.End {
		if e > 0 {
			p.share[e] += 1 / float64(p.closed)
		}
	}
	open := func(i int32) int {
		if h.End[i] > 0 {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(p.byTime, func(a, b int32) int {
		return cmp.Or(cmp.Compare(p.exposure[a], p.exposure[b]), open(a)-open(b))
	})
	slices.SortStableFunc(p.byAge, func(a, b int32) int { return cmp.Compare(p.age[a], p.age[b]) })
	for r, i := range p.byAge {
		p.cohort[i] = uint8(r * cohorts / n)
	}
	slices.Sort(lasted)
	if p.closed > 0 {
		p.young, p.old = lasted[p.closed/4], lasted[p.closed*9/10]
	}
	all := p.sets(func(int32) int32 { return 0 }, 1)[0]
	if expected, seen := p.openOf(all), float64(all.open); expected > seen && expected > 0 {
		p.fewer = seen / expected
	}
	return p
}

// judge gives the strongest reason against a column and the cases behind it.
func (p *prepared) judge(c *Column, of int) (Why, int) {
	if n := p.learnedLater(c); n > 0 {
		return LearnedLater, n
	}
	if p.tellsCourse(c) {
		return TellsCourse, 0
	}
	if n := p.tellsEnd(c); n > 0 {
		return TellsEnd, n
	}
	if n := p.tellsLast(c); n > 0 {
		return TellsLast, n
	}
	if why, n := p.atEnd(c, of); n > 0 {
		return why, n
	}
	if n := p.tellsWhen(c); n > 0 {
		return TellsWhen, n
	}
	if n := p.countsUp(c); n > 0 {
		return CountsUp, n
	}
	return "", 0
}

// learnedLater counts the ended cases whose value was another when they were
// first seen: a tenth of those that were seen before and after, and ten.
func (p *prepared) learnedLater(c *Column) int {
	same, other := 0, 0
	for i, l := range c.Later {
		if p.End[i] == 0 {
			continue
		}
		switch l {
		case SeenSame:
			same++
		case SeenOther:
			other++
		}
	}
	if other >= 10 && 9*other >= same {
		return other
	}
	return 0
}

func missing(x float64) bool { return math.IsNaN(x) }
