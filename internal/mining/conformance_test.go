package mining

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// cheapest walks through every way to align and gives the least cost.
func cheapest(road Road, path []int, free []bool, whole bool, j int, begun bool) int {
	best := 1 << 30
	if len(path) == 0 && j == len(road) {
		return 0
	}
	if len(path) > 0 {
		best = min(best, 1+cheapest(road, path[1:], free, whole, j, begun))
		if j < len(road) && path[0] == j {
			best = min(best, cheapest(road, path[1:], free, whole, j+1, true))
		}
		if j > 0 && begun && road[j-1].Repeatable && path[0] == j-1 {
			best = min(best, cheapest(road, path[1:], free, whole, j, true))
		}
	}
	if j < len(road) {
		cost := 1
		if free[j] || len(path) == 0 && (!whole || road[j].Later) {
			cost = 0
		}
		best = min(best, cost+cheapest(road, path, free, whole, j+1, false))
	}
	return best
}

// TestAlignmentsAreOptimal compares with brute force on small cases, and holds
// every alignment to being one: it spells the path, and the road in order.
func TestAlignmentsAreOptimal(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for n := range 4000 {
		road := make(Road, r.IntN(5))
		free := make([]bool, len(road))
		for k := range road {
			road[k] = RoadElement{Name: fmt.Sprint(k), Optional: r.IntN(4) == 0, Repeatable: r.IntN(3) == 0, Later: r.IntN(6) == 0}
			free[k] = road[k].Optional || r.IntN(6) == 0
		}
		path := make([]int, r.IntN(6))
		for i := range path {
			path[i] = r.IntN(len(road)+1) - 1
		}
		whole := r.IntN(2) == 0
		moves := align(road, path, free, whole)
		cost, events, step := 0, 0, 0
		for _, v := range moves {
			switch v.Kind {
			case Skipped, Extra:
				cost++
			}
			if v.Kind == InStep || v.Kind == Again || v.Kind == Extra {
				if v.Kind != Extra && path[events] != v.Step {
					t.Fatalf("case %d: %v is no alignment of %v", n, moves, path)
				}
				events++
			}
			if v.Kind != Extra && v.Kind != Again {
				if v.Step != step {
					t.Fatalf("case %d: %v goes the road out of order", n, moves)
				}
				step++
			}
		}
		if want := cheapest(road, path, free, whole, 0, false); events != len(path) || step != len(road) || cost != want {
			t.Fatalf("case %d: road %+v path %v free %v whole %v: cost %d, want %d: %v", n, road, path, free, whole, cost, want, moves)
		}
	}
}

// TestConform tells skips, additions, other orders and adaptations apart.
func TestConform(t *testing.T) {
	road := Road{{Name: "A", Activities: []string{"a"}}, {Name: "B", Activities: []string{"b", "bb"}}, {Name: "C", Activities: []string{"c"}, Repeatable: true}, {Name: "D", Activities: []string{"d"}, Optional: true}, {Name: "E", Activities: []string{"e"}, Later: true}}
	for _, c := range []struct {
		path, end string
		free      []int
		fit       float64
		kinds     string
	}{
		{"a b c", "won", nil, 1, "done done done adapted not_reached"},
		{"a b c c c d e", "won", nil, 1, "done done done again again done done"},
		{"a c", "won", nil, 2. / 3, "done skipped done adapted not_reached"},
		{"a c", "won", []int{1}, 1, "done adapted done adapted not_reached"},
		{"a", "none", nil, 1, "done not_reached not_reached adapted not_reached"},
		{"b a c", "won", nil, 1 - 0.5/3, "other_order done done adapted not_reached"},
		{"a bb x c", "won", nil, 0.75, "done done extra done adapted not_reached"},
		{"a b note c", "won", nil, 1, "done done done adapted not_reached"},
		{"", "won", nil, 0, "skipped skipped skipped adapted not_reached"},
	} {
		b := eventlog.NewBuilder()
		k := b.Case("1")
		b.CaseAttr(k, "end", eventlog.TextValue(c.end))
		var word string
		for i, rest := 0, c.path; rest != ""; i++ {
			word, rest, _ = cut(rest)
			b.Event(k, word, int64(i))
		}
		l, _ := b.Build()
		ends, _ := l.Outcomes(eventlog.OutcomeMap{{Outcome: throughline.Won, Attr: "end", Values: []string{"won"}}, {Outcome: throughline.NoDecision, Attr: "end", Values: []string{"none"}}})
		r := Conform(l, l.All(), ends, road, ConformanceSettings{Ignore: []string{"note"}, NotNeeded: func(uint32) []int { return c.free }})
		got := ""
		for i, v := range r.Ways[0].Moves {
			if i > 0 {
				got += " "
			}
			got += string(v.Kind)
		}
		if d := r.Fit - c.fit; d > 1e-9 || d < -1e-9 || got != c.kinds {
			t.Errorf("%q ending %s: fit %g, %s; want %g, %s", c.path, c.end, r.Fit, got, c.fit, c.kinds)
		}
	}
}

func cut(s string) (word, rest string, more bool) {
	for i := range s {
		if s[i] == ' ' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
