package mining_test

import (
	"math"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// story writes cases as "id attr: day activity, day activity".
func story(t *testing.T, text string) (*eventlog.Log, []eventlog.End) {
	t.Helper()
	b := eventlog.NewBuilder()
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		head, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		id, cause, _ := strings.Cut(head, " ")
		k := b.Case(id)
		if cause != "" {
			b.CaseAttr(k, "cause", eventlog.TextValue(cause))
		}
		for _, part := range strings.Split(rest, ",") {
			day, name, _ := strings.Cut(strings.TrimSpace(part), " ")
			n := int64(0)
			for _, r := range day {
				n = n*10 + int64(r-'0')
			}
			b.Event(k, name, n*86400e6)
		}
	}
	l, _ := b.Build()
	ends, _ := l.Outcomes(eventlog.OutcomeMap{{Outcome: throughline.Won, Attr: "activity", Values: []string{"won"}}, {Outcome: throughline.NoDecision, Attr: "activity", Values: []string{"none"}}})
	return l, ends
}

func TestStalls(t *testing.T) {
	l, ends := story(t, `
		1 indecision: 0 open, 1 demo, 2 offer, 60 none
		2 indecision: 0 open, 1 demo, 2 offer, 70 none
		3 status_quo: 0 open, 1 demo, 50 none
		4: 0 open, 1 demo, 2 offer, 80 talk, 81 won
		5: 0 open, 1 demo, 2 offer, 3 won
		6: 0 open, 1 demo, 2 offer
		7: 0 open, 99 demo, 100 offer`)
	s := mining.FindStalls(l, l.All(), ends, mining.StallSettings{Days: 30, Cause: "cause"})
	if len(s.Rows) != 3 {
		t.Fatalf("%+v", s.Rows)
	}
	o := s.Rows[0]
	if o.After != "offer" || o.Passed != 5 || o.Quiet != 4 || o.Died != 2 || o.Back != 1 || o.Waiting != 1 || o.Causes["indecision"] != 2 || len(o.Cases) != 3 || o.Median != 73 {
		t.Errorf("%+v", o)
	}
	if d := s.Rows[1]; d.After != "demo" || d.Died != 1 || d.Causes["status_quo"] != 1 {
		t.Errorf("%+v", d)
	}
	if w := s.Rows[2]; w.After != "open" || w.Back != 1 {
		t.Errorf("%+v", w)
	}
	for _, q := range []float64{0.5, 0.9} {
		if s := mining.FindStalls(l, l.All(), ends, mining.StallSettings{Quantile: q}); math.Abs(s.Days-map[float64]float64{0.5: 1, 0.9: 70}[q]) > 1e-9 {
			t.Errorf("%g of pauses are under %g days", q, s.Days)
		}
	}
}

func TestHandover(t *testing.T) {
	l, ends := story(t, `
		1: 0 open, 10 paper, 20 decided, 40 won
		2: 0 open, 10 decided, 20 paper, 100 won
		3: 0 open, 10 decided, 30 won
		4: 0 open, 10 decided
		5: 0 open, 10 decided, 90 none
		6: 0 open, 5 paper`)
	h := mining.HandOver(l, l.All(), ends, mining.HandoverSettings{Paper: []string{"paper"}, Decided: []string{"decided"}, Ordered: []string{"won"}})
	if h.Decided != 5 || h.Ordered != 3 || h.Waiting != 1 || h.Fell != 1 || h.Days.N != 3 || h.Days.Median != 20 || math.Abs(h.Days.P90-76) > 1e-9 ||
		h.Early.Cases != 1 || h.Late.Days.Median != 90 || h.None.Cases != 3 || math.Abs(h.Place-0.225) > 1e-9 || h.Before.N != 2 || h.Placed == 0 {
		t.Errorf("%+v", h)
	}
}
