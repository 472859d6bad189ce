package mining

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// StallSettings say what counts as quiet.
type StallSettings struct {
	Days     float64 // a pause longer than this; 0: Quantile of the pauses seen
	Quantile float64 // 0 is 0.9
	Cause    string  // case attribute that holds the cause of no decision, "" where there is none
	AsOf     int64   // how long open cases have been quiet by; 0: the log's last time
	Limit    int     // rows at most; 0 is all
	Only     string  // this activity's cases are listed in Behind; "" none
}

// Stalls says after what cases go quiet, and what became of them.
// docs/methods/mining-stalls.md.
type Stalls struct {
	Days   float64  `json:"quiet_after_days"` // a longer pause is quiet
	Pauses int      `json:"pauses"`           // seen in all
	Rows   []Stall  `json:"rows"`             // most cases lost to quiet first
	Behind []uint32 `json:"-"`                // cases that died or wait after Settings.Only
}

// Stall is the pauses that began after one activity.
type Stall struct {
	After   string         `json:"after"`
	Passed  int            `json:"passed"` // how often cases came by here
	Quiet   int            `json:"quiet"`  // and how often a pause longer than usual followed
	Share   float64        `json:"share"`
	Median  float64        `json:"days_median"` // of the quiet pauses
	Back    int            `json:"came_back"`
	Died    int            `json:"no_decision"` // the next that was heard was the end, without a decision
	Ended   int            `json:"other_end"`
	Waiting int            `json:"still_quiet"`
	Causes  map[string]int `json:"causes,omitempty"` // of those that died
	Cases   []string       `json:"cases"`            // those that died or wait, the first twenty
}

// FindStalls looks at every pause between an event and the next, and between
// the last event of an open case and now.
func FindStalls(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, set StallSettings) *Stalls {
	asOf := set.AsOf
	if asOf == 0 {
		_, asOf = l.Bounds()
	}
	if set.Quantile <= 0 {
		set.Quantile = 0.9
	}
	type pause struct {
		c     uint32
		after uint32
		wait  int64
		kind  int // 0 came back, 1 no decision, 2 another end, 3 still quiet
	}
	var pauses []pause
	var seen []int64
	for _, c := range s {
		lo, hi := l.Span(int(c))
		end := ends[c]
		stop := hi
		if end.Event >= 0 {
			stop = end.Event + 1
		}
		last, when := -1, eventlog.NoTime
		for e := lo; e < stop; e++ {
			t := l.Times()[e]
			if t == eventlog.NoTime {
				continue
			}
			if last >= 0 {
				p := pause{c, l.Activity()[last], t - when, 0}
				if e == end.Event {
					p.kind = endPause(end.Outcome)
				}
				pauses = append(pauses, p)
				seen = append(seen, p.wait)
			}
			last, when = e, t
		}
		if last >= 0 && end.Outcome == throughline.StillOpen && asOf > when {
			pauses = append(pauses, pause{c, l.Activity()[last], asOf - when, 3})
		}
	}
	out := &Stalls{Days: set.Days, Pauses: len(seen), Rows: []Stall{}}
	if set.Days <= 0 {
		out.Days = days(eventlog.Quantile(seen, set.Quantile))
	}
	limit := int64(out.Days * dayMicros)
	var cause *eventlog.Column
	if set.Cause != "" {
		cause = l.CaseColumn(set.Cause)
	}
	rows := map[uint32]*Stall{}
	waits := map[uint32][]int64{}
	for _, p := range pauses {
		r := rows[p.after]
		if r == nil {
			r = &Stall{After: l.ActivityName(p.after), Causes: map[string]int{}, Cases: []string{}}
			rows[p.after] = r
		}
		r.Passed++
		if p.wait <= limit {
			continue
		}
		r.Quiet++
		waits[p.after] = append(waits[p.after], p.wait)
		switch p.kind {
		case 0:
			r.Back++
		case 1:
			r.Died++
			word := "unknown"
			if cause != nil && !cause.IsMissing(int(p.c)) {
				word = cause.Text(int(p.c))
			}
			r.Causes[word]++
		case 2:
			r.Ended++
		case 3:
			r.Waiting++
		}
		if p.kind == 1 || p.kind == 3 {
			if len(r.Cases) < 20 {
				r.Cases = append(r.Cases, l.CaseID(int(p.c)))
			}
			if r.After == set.Only {
				out.Behind = append(out.Behind, p.c)
			}
		}
	}
	for a, r := range rows {
		if r.Quiet == 0 {
			continue
		}
		r.Share = float64(r.Quiet) / float64(r.Passed)
		r.Median = days(eventlog.Quantile(waits[a], 0.5))
		out.Rows = append(out.Rows, *r)
	}
	slices.SortFunc(out.Rows, func(a, b Stall) int {
		return cmp.Or(cmp.Compare(b.Died+b.Waiting, a.Died+a.Waiting), cmp.Compare(b.Quiet, a.Quiet), cmp.Compare(a.After, b.After))
	})
	if set.Limit > 0 && len(out.Rows) > set.Limit {
		out.Rows = out.Rows[:set.Limit]
	}
	return out
}

func endPause(o throughline.Outcome) int {
	if o.Kind() == throughline.EndNoDecision {
		return 1
	}
	return 2
}
