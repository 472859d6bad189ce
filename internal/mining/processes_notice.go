package mining

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/eventlog"
)

// NoticeKind says what a difference is that is no process.
type NoticeKind string

// The kinds: cases changed at a day; some people's cases differ; a rule stands
// for when cases opened, or for who wrote them down.
const (
	ChangedOverTime NoticeKind = "changed_over_time"
	WhoLogs         NoticeKind = "who_logs"
	StandsForTime   NoticeKind = "stands_for_time"
	StandsForWho    NoticeKind = "stands_for_who"
)

// Notice is a difference between cases that asks for no process of its own.
type Notice struct {
	Kind  NoticeKind `json:"kind"`
	Rule  Rule       `json:"rule,omitempty"` // of those that differ
	Day   string     `json:"day,omitempty"`  // on which cases changed, by their opening
	Terms []Term     `json:"terms"`          // in what they differ
	Words string     `json:"words"`          // a sentence; whoever answers puts it in
	who   *opening
}

// isWho reports whether a name is one of those under which systems keep who
// works on a case.
func isWho(name string) bool {
	for _, w := range []string{"负责人", "销售员", "业务员", "销售代表", "经办人", "创建人", "所有者"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return slices.Contains(
		[]string{
			"seller",
			"salesperson",
			"salesrep",
			"salesrepresentative",
			"salesagent",
			"salesman",
			"agent",
			"rep",
			"owner",
			"ownerid",
			"ownername",
			"dealowner",
			"opportunityowner",
			"recordowner",
			"accountexecutive",
			"accountmanager",
			"ae",
			"user",
			"username",
			"userid",
			"resource",
			"orgresource",
			"assignedto",
			"assignee",
			"responsible",
			"responsibleperson",
			"creator",
			"createdby",
			"createdbyid",
			"person",
			"actor",
			"employee",
			"vendedor",
			"verkaeufer",
			"vendeur",
		},
		letters(name),
	)
}

// notice looks, in each group, for a day on which cases changed, and for people
// whose cases differ.
func (g *grower) notice(l *eventlog.Log) {
	_, last := l.Bounds()
	until := days(last)
	for _, leaves := range g.groups {
		var cases []uint32
		var lasts []float64
		for _, f := range leaves {
			for _, i := range f.cases {
				if x := g.t.long[i]; x == x {
					lasts = append(lasts, math.Exp(x))
				}
				cases = append(cases, i)
			}
		}
		slices.Sort(cases)
		if len(lasts) == 0 {
			continue
		}
		slices.Sort(lasts)
		long := lasts[len(lasts)*9/10]
		var old []uint32 // those of which slow ones too have had time to end
		for _, i := range cases {
			if g.ends == nil || g.opened[i]+long <= until {
				old = append(old, i)
			}
		}
		if s, ok := g.alone(byDay(g.opened, old), old); ok {
			day := time.UnixMicro(int64(*s.when.AtMost * dayMicros)).UTC()
			g.notices = append(g.notices, Notice{Kind: ChangedOverTime, Day: day.Format(time.DateOnly), Terms: g.termsOf(s.gain)})
		}
		if g.who == nil || g.set.Attributes != nil {
			continue
		}
		if s, ok := g.alone(*g.who, cases); ok {
			g.notices = append(g.notices, Notice{Kind: WhoLogs, Rule: Rule{{s.when}}.tidy(), Terms: g.termsOf(s.gain)})
		}
	}
}

// alone asks whether one attribute alone would split cases, chance being beaten.
func (g *grower) alone(o opening, cases []uint32) (split, bool) {
	one := tree{t: g.t, open: []opening{o}, least: g.least, share: g.share, whole: g.whole}
	if len(cases) < 2*g.least {
		return split{}, false
	}
	s := one.search(cases)[0]
	if !one.worth(nil, &s) {
		return s, false
	}
	return s, one.beats(one.byChance(cases, g.set.Random), &s)
}

// byDay codes opening days by their sixteenths.
func byDay(opened []float64, cases []uint32) opening {
	o := opening{name: "opened", code: make([]uint16, len(opened))}
	var sorted []float64
	for _, i := range cases {
		if x := opened[i]; x == x {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	for k := 1; k < 16 && len(sorted) > 0; k++ {
		b := sorted[k*len(sorted)/16]
		if b < sorted[len(sorted)-1] && (len(o.bounds) == 0 || b > o.bounds[len(o.bounds)-1]) {
			o.bounds = append(o.bounds, b)
		}
	}
	for i, x := range opened {
		if x == x {
			k, _ := slices.BinarySearch(o.bounds, x)
			o.code[i] = uint16(k + 1)
		}
	}
	o.codes = len(o.bounds) + 2
	if len(o.bounds) == 0 {
		o.bounds = []float64{math.Inf(1)}
		o.codes = 3
	}
	return o
}
