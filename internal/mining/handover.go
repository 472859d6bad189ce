package mining

import (
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// HandoverSettings name the activities that mark the way from a yes to an order.
type HandoverSettings struct {
	Paper   []string // contracting is begun by any of these
	Decided []string // the customer has decided
	Ordered []string // the paper is through
}

// Handover says when contracting starts, and how long an order takes from the
// decision on. docs/methods/mining-handover.md.
type Handover struct {
	Decided int       `json:"decided"` // cases with a decision
	Ordered int       `json:"ordered"` // of these, with an order
	Waiting int       `json:"waiting"` // of these, without one, and not ended otherwise
	Fell    int       `json:"fell"`    // decided, and yet ended otherwise
	Days    Days      `json:"decided_to_order"`
	Early   PaperKind `json:"paper_before_decision"`
	Late    PaperKind `json:"paper_after_decision"`
	None    PaperKind `json:"paper_not_seen"`
	Place   float64   `json:"paper_place_median"` // where contracting starts between opening and order: 0 to 1
	Before  Days      `json:"paper_before_order"` // how long before the order it starts
	Words   []string  `json:"words"`              // in sentences; whoever answers puts them in
	Placed  int       `json:"-"`                  // cases of which the place is known
}

// Days is a duration's middle and its nine tenths, in days of 24 hours.
type Days struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
}

// PaperKind is the cases whose contracting began at one time.
type PaperKind struct {
	Cases int  `json:"cases"`
	Days  Days `json:"decided_to_order"`
}

func daysOf(us []int64) Days {
	return Days{len(us), days(eventlog.Quantile(us, 0.5)), days(eventlog.Quantile(us, 0.9))}
}

// HandOver follows cases from the decision to the order.
func HandOver(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, set HandoverSettings) *Handover {
	mark := func(names []string) []bool {
		out := make([]bool, l.Activities().Len())
		for a := range out {
			out[a] = slices.Contains(names, l.ActivityName(uint32(a)))
		}
		return out
	}
	paper, decided, ordered := mark(set.Paper), mark(set.Decided), mark(set.Ordered)
	out := &Handover{Words: []string{}}
	var all, before []int64
	var kinds [3][]int64
	var places []int64 // in thousandths
	for _, c := range s {
		lo, hi := l.Span(int(c))
		open, p, d, o := eventlog.NoTime, eventlog.NoTime, eventlog.NoTime, eventlog.NoTime
		for e := lo; e < hi; e++ {
			t := l.Times()[e]
			if t == eventlog.NoTime {
				continue
			}
			if open == eventlog.NoTime {
				open = t
			}
			first := func(to *int64, is bool) {
				if is && *to == eventlog.NoTime {
					*to = t
				}
			}
			a := l.Activity()[e]
			first(&p, paper[a])
			first(&d, decided[a])
			first(&o, ordered[a])
		}
		if o != eventlog.NoTime && p != eventlog.NoTime && p <= o {
			before = append(before, o-p)
			if o > open {
				places = append(places, (p-open)*1000/(o-open))
			}
		}
		if d == eventlog.NoTime {
			continue
		}
		out.Decided++
		kind := 2
		switch {
		case p == eventlog.NoTime:
		case p <= d:
			kind = 0
		default:
			kind = 1
		}
		k := []*PaperKind{&out.Early, &out.Late, &out.None}[kind]
		k.Cases++
		switch {
		case o != eventlog.NoTime && o >= d:
			out.Ordered++
			all = append(all, o-d)
			kinds[kind] = append(kinds[kind], o-d)
		case o != eventlog.NoTime:
			out.Ordered++ // ordered before the decision was heard of: no duration
		case outcomeOf(ends, c).Word() == "open":
			out.Waiting++
		default:
			out.Fell++
		}
	}
	out.Days, out.Before = daysOf(all), daysOf(before)
	out.Early.Days, out.Late.Days, out.None.Days = daysOf(kinds[0]), daysOf(kinds[1]), daysOf(kinds[2])
	out.Place = eventlog.Quantile(places, 0.5) / 1000
	out.Placed = len(places)
	return out
}
