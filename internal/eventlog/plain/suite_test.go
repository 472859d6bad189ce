package plain_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/eventlog/plain"
)

// history makes rows with everything that goes wrong in one: cases mixed up,
// events out of order, times missing or equal, cases without events, values missing.
func history(r *rand.Rand) ([]plain.Row, map[string][]eventlog.Attr) {
	acts := []string{"open", "ask", "offer", "wait", "sign", "drop", "", "ä|b", "offer "}[:2+r.IntN(8)]
	if r.IntN(12) == 0 { // more activities than the square table holds
		for i := range 600 {
			acts = append(acts, fmt.Sprint("act ", i))
		}
	}
	var rows []plain.Row
	attrs := map[string][]eventlog.Attr{}
	cases, span := 1+r.IntN(12), int64(1)<<(4+r.IntN(55))
	for range r.IntN(90) {
		id := fmt.Sprint("case ", r.IntN(cases))
		row := plain.Row{Case: id, Activity: acts[r.IntN(len(acts))], Time: r.Int64N(span) - span/2}
		if r.IntN(4) == 0 {
			row.Time = 77
		}
		if r.IntN(8) == 0 {
			row.Time = eventlog.NoTime
		}
		row.NoEvent = r.IntN(25) == 0
		if r.IntN(2) == 0 {
			row.Attrs = append(row.Attrs, eventlog.Attr{Name: "who", Value: eventlog.TextValue([]string{"ann", "bo", ""}[r.IntN(3)])})
		}
		if r.IntN(3) == 0 {
			row.Attrs = append(row.Attrs, eventlog.Attr{Name: "cost", Value: eventlog.FloatValue(float64(r.IntN(5)) / 2)})
		}
		if r.IntN(3) == 0 {
			row.Attrs = append(row.Attrs, eventlog.Attr{Name: "ok", Value: eventlog.BoolValue(r.IntN(2) == 0)})
		}
		rows = append(rows, row)
		if _, ok := attrs[id]; !ok {
			attrs[id] = nil
			if r.IntN(3) > 0 {
				attrs[id] = append(attrs[id], eventlog.Attr{Name: "size", Value: eventlog.IntValue(int64(r.IntN(4)))})
			}
			if r.IntN(3) > 0 {
				attrs[id] = append(attrs[id], eventlog.Attr{Name: "land", Value: eventlog.TextValue([]string{"de", "fr"}[r.IntN(2)])})
			}
			if r.IntN(3) > 0 {
				attrs[id] = append(attrs[id], eventlog.Attr{Name: "due", Value: eventlog.TimeValue(r.Int64N(9))})
			}
		}
	}
	return rows, attrs
}

func columns(t *testing.T, rows []plain.Row, attrs map[string][]eventlog.Attr) *eventlog.Log {
	b := eventlog.NewBuilder()
	for _, r := range rows {
		c := b.Case(r.Case)
		for _, a := range attrs[r.Case] {
			b.CaseAttr(c, a.Name, a.Value)
		}
		if r.NoEvent {
			continue
		}
		b.Event(c, r.Activity, r.Time)
		for _, a := range r.Attrs {
			b.EventAttr(a.Name, a.Value)
		}
	}
	l, _ := b.Build()
	if err := l.Check(); err != nil {
		t.Fatal(err)
	}
	return l
}

// pieces builds the same log from pieces that are absorbed in order.
func pieces(t *testing.T, r *rand.Rand, rows []plain.Row, attrs map[string][]eventlog.Attr) *eventlog.Log {
	b, part := eventlog.NewBuilder(), eventlog.NewBuilder()
	for _, row := range rows {
		c := part.Case(row.Case)
		for _, a := range attrs[row.Case] {
			part.CaseAttr(c, a.Name, a.Value)
		}
		if !row.NoEvent {
			part.Event(c, row.Activity, row.Time)
			for _, a := range row.Attrs {
				part.EventAttr(a.Name, a.Value)
			}
		}
		if r.IntN(6) == 0 {
			if err := b.Absorb(part); err != nil {
				t.Fatal(err)
			}
			part.Reset()
		}
	}
	if err := b.Absorb(part); err != nil {
		t.Fatal(err)
	}
	l, _ := b.Build()
	if err := l.Check(); err != nil {
		t.Fatal(err)
	}
	return l
}

func outcomeMap(r *rand.Rand) eventlog.OutcomeMap {
	all := eventlog.OutcomeMap{
		{Outcome: throughline.Won, Attr: "activity", Values: []string{"sign"}},
		{Outcome: throughline.LostUnknown, Attr: "who", Values: []string{"bo", ""}},
		{Outcome: throughline.NoDecision, Attr: "activity", Values: []string{"drop", "wait"}},
		{Outcome: throughline.Won, Attr: "size", Values: []string{"3"}},
		{Outcome: throughline.LostUnknown, Attr: "land", Values: []string{"fr"}},
		{Outcome: throughline.NoDecision, Attr: "ok", Values: []string{"false"}},
		{Outcome: throughline.NoDecision, Attr: "nothing", Values: []string{"x"}},
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:r.IntN(len(all))]
}

func filter(r *rand.Rand, m eventlog.OutcomeMap) eventlog.Filter {
	f := eventlog.Filter{Map: m}
	conds := []eventlog.Cond{
		{Attr: "size", Op: eventlog.AtMost, Values: []eventlog.Value{eventlog.FloatValue(1.5)}},
		{Attr: "size", Op: eventlog.NotIn, Values: []eventlog.Value{eventlog.IntValue(2)}},
		{Attr: "land", Op: eventlog.In, Values: []eventlog.Value{eventlog.TextValue("de"), eventlog.TextValue("it")}},
		{Attr: "land", Op: eventlog.Absent},
		{Attr: "who", Op: eventlog.Less, Values: []eventlog.Value{eventlog.TextValue("b")}},
		{Attr: "cost", Op: eventlog.More, Values: []eventlog.Value{eventlog.IntValue(1)}},
		{Attr: "due", Op: eventlog.AtLeast, Values: []eventlog.Value{eventlog.TimeValue(4)}},
		{Attr: "activity", Op: eventlog.In, Values: []eventlog.Value{eventlog.TextValue("ask")}},
		{Attr: "activity", Op: eventlog.NotIn, Values: []eventlog.Value{eventlog.TextValue("wait")}},
		{Attr: "no such", Op: eventlog.NotIn, Values: []eventlog.Value{eventlog.TextValue("wait")}},
	}
	for range r.IntN(3) {
		f.Where = append(f.Where, conds[r.IntN(len(conds))])
	}
	if r.IntN(3) == 0 {
		f.From, f.To = r.Int64N(200)-100, r.Int64N(1<<40)
		f.Window = []eventlog.Window{"", eventlog.Opened, eventlog.Within, eventlog.Touching}[r.IntN(4)]
	}
	if r.IntN(3) == 0 {
		f.Ends = []throughline.Outcome{throughline.Won, throughline.StillOpen}[:1+r.IntN(2)]
	}
	return f
}

// TestEnginesAgree asks both engines everything about random histories.
func TestEnginesAgree(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 4))
		rows, attrs := history(r)
		m := outcomeMap(r)
		f := filter(r, m)
		obvious := plain.New(rows, attrs)
		for name, fast := range map[string]eventlog.Engine{"whole": columns(t, rows, attrs), "pieces": pieces(t, r, rows, attrs)} {
			compare(t, fmt.Sprintf("seed %d, %s", seed, name), fast, obvious, f, m, r)
		}
	}
}

func compare(t *testing.T, what string, a, b eventlog.Engine, f eventlog.Filter, m eventlog.OutcomeMap, r *rand.Rand) {
	t.Helper()
	same := func(question string, x, y any) {
		t.Helper()
		if !reflect.DeepEqual(x, y) && !(reflect.ValueOf(x).Kind() == reflect.Slice && reflect.ValueOf(x).Len() == 0 && reflect.ValueOf(y).Len() == 0) {
			t.Fatalf("%s, %s:\n columns %+v\n plain   %+v", what, question, x, y)
		}
	}
	same("activities", a.Activities().All(), b.Activities().All())
	s := a.Select(f)
	same("selection", s, b.Select(f))
	same("summary", a.Summary(s), b.Summary(s))
	va, vb := a.Variants(s), b.Variants(s)
	for i := range va { // an empty view is an empty sequence
		if len(va[i].Activities) == 0 {
			va[i].Activities = []uint32{}
		}
	}
	same("variants", va, vb)
	same("directly follows", a.DirectlyFollows(s), b.DirectlyFollows(s))
	sa, ea := a.Ends(s)
	sb, eb := b.Ends(s)
	same("start activities", sa, sb)
	same("end activities", ea, eb)
	same("rework", a.Rework(s), b.Rework(s))
	if n := a.Activities().Len(); n > 0 {
		x, y := uint32(r.IntN(n)), uint32(r.IntN(n))
		same("between", a.Between(s, x, y), b.Between(s, x, y))
	}
	for _, by := range [][]string{nil, {"land"}, {"size", "who"}, {"cost", "no such"}} {
		same("counts", a.Counts(s, by, m), b.Counts(s, by, m))
	}
	asOf := eventlog.NoTime
	if r.IntN(2) == 0 {
		asOf = r.Int64N(100)
	}
	same("spells", a.Spells(s, m, asOf), b.Spells(s, m, asOf))
	for _, c := range s {
		ta, tb := a.Trace(int(c)), b.Trace(int(c))
		same("case id", ta.ID, tb.ID)
		same("case attributes", byName(ta.Attrs), byName(tb.Attrs))
		same("case events", len(ta.Events), len(tb.Events))
		for i := range ta.Events {
			x, y := ta.Events[i], tb.Events[i]
			same("event", fmt.Sprint(x.Activity, x.Time, byName(x.Attrs)), fmt.Sprint(y.Activity, y.Time, byName(y.Attrs)))
		}
	}
}

func byName(attrs []eventlog.Attr) map[string]eventlog.Value {
	m := map[string]eventlog.Value{}
	for _, a := range attrs {
		m[a.Name] = a.Value
	}
	return m
}
