package learning

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// FuzzWhere: --where is read or refused, and what is read chooses some or no
// cases, never panics.
func FuzzWhere(f *testing.F) {
	for _, s := range []string{"region=north,south", "size<=5", "size>=", "a!=b", `a=x\,y`, "=", "x", "activity=pay", "a==b", "when>2026-01-01T00:00:00Z", "!", "a<>b"} {
		f.Add(s)
	}
	b := eventlog.NewBuilder()
	c := b.Case("1")
	b.CaseAttr(c, "size", eventlog.IntValue(5))
	b.CaseAttr(c, "region", eventlog.TextValue("north"))
	b.Event(c, "pay", 0)
	l, _ := b.Build()
	f.Fuzz(func(t *testing.T, s string) {
		where, err := conditions("test", []string{s})
		if (err == nil) != (len(where) == 1) || err != nil && throughline.KindOf(err) != throughline.Invalid {
			t.Fatalf("%q: %v, %v", s, where, err)
		}
		if n := len(l.Select(eventlog.Filter{Where: where})); n > 1 {
			t.Fatalf("%q chooses %d cases of one", s, n)
		}
	})
}

// FuzzRoad: --road is read into steps that are activities of the log, or refused.
func FuzzRoad(f *testing.F) {
	for _, s := range []string{"ask,pay?", "ask+", "ask*,pay", "", ",", "what?", "?", `a\,b`, "what", "?,ask"} {
		f.Add(s)
	}
	b := eventlog.NewBuilder()
	c := b.Case("1")
	for _, a := range []string{"ask", "pay", "what?", "a,b", ""} {
		b.Event(c, a, 0)
	}
	l, _ := b.Build()
	f.Fuzz(func(t *testing.T, s string) {
		road, err := parseRoad(s, l)
		for _, step := range road {
			if _, ok := l.Activities().Find(step.Name); !ok || err != nil {
				t.Fatalf("%q: %+v, %v", s, road, err)
			}
		}
	})
}

// TestWhere: what a person writes means what it says.
func TestWhere(t *testing.T) {
	b := eventlog.NewBuilder()
	for i, size := range []int64{3, 5, 9} {
		c := b.Case([]string{"a", "b", "c"}[i])
		b.CaseAttr(c, "size", eventlog.IntValue(size))
		b.CaseAttr(c, "region", eventlog.TextValue([]string{"north", "south", "east, far"}[i]))
		b.Event(c, []string{"ask", "ask", "pay"}[i], 0)
	}
	l, _ := b.Build()
	for spec, want := range map[string]string{"size<=5": "ab", "size>5": "c", "size=5": "b", "size!=5": "ac", "region=north,south": "ab", `region=east\, far`: "c",
		"activity=ask": "ab", "activity!=ask": "c", "region==south": "b"} {
		where, err := conditions("test", []string{spec})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, c := range l.Select(eventlog.Filter{Where: where}) {
			got += l.CaseID(int(c))
		}
		if got != want {
			t.Errorf("%s chooses %q, not %q", spec, got, want)
		}
	}
}
