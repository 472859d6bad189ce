package mining_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// drawnLog draws a log with loops, rare activities, empty cases and names that
// mean something to XML and DOT.
func drawnLog(seed uint64, cases int) *eventlog.Log {
	r := rand.New(rand.NewPCG(seed, 12))
	names := []string{"ask", `<b>"&'`, `back\slash "q"`, "很长的名字没有空格也要换行才放得下的", "a", "b", "see \x00 it", strings.Repeat("long ", 20), "x", "y", "z", "rare"}
	b := eventlog.NewBuilder()
	for i := range cases {
		k := b.Case(fmt.Sprint(i))
		b.CaseAttr(k, "end", eventlog.TextValue([]string{"won", "none", "open"}[r.IntN(3)]))
		at := 0
		for range r.IntN(15) {
			at = (at + r.IntN(5) - 1 + len(names)) % (len(names) - b2i(r.IntN(40) > 0))
			b.Event(k, names[at], int64(i)*1e9+r.Int64N(1e12))
		}
	}
	l, _ := b.Build()
	return l
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestWholeMapIsTheDirectlyFollowsRelation: with nothing hidden the map says
// what the log's own question says.
func TestWholeMapIsTheDirectlyFollowsRelation(t *testing.T) {
	for seed := range uint64(20) {
		l := drawnLog(seed, 60)
		m := mining.Draw(l, l.All(), nil, mining.MapSettings{Activities: 1, Steps: 1, Most: 100})
		got := map[[2]string]int{}
		starts, ends := 0, 0
		for _, e := range m.Edges {
			switch {
			case e.From == mining.MapStart:
				starts += e.Count
			case e.To == mining.MapEnd:
				ends += e.Count
			default:
				got[[2]string{m.NodeName(e.From), m.NodeName(e.To)}] = e.Count
			}
		}
		for _, e := range l.DirectlyFollows(l.All()).Edges {
			k := [2]string{l.ActivityName(e.From), l.ActivityName(e.To)}
			if got[k] != e.Count {
				t.Fatalf("seed %d: %v is %d, want %d", seed, k, got[k], e.Count)
			}
			delete(got, k)
		}
		filled := l.Cases() - l.Summary(l.All()).Empty
		if len(got) > 0 || starts != filled || ends != filled {
			t.Fatalf("seed %d: left %v, %d starts, %d ends of %d", seed, got, starts, ends, filled)
		}
	}
}

// TestMapHangsTogether: whatever is hidden, each activity has a way in and a
// way out, and what is hidden adds up with what is shown.
func TestMapHangsTogether(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		l := drawnLog(seed, 80)
		m := mining.Draw(l, l.All(), nil, mining.MapSettings{Activities: 0.3 + 0.7*r.Float64(), Steps: 0.01 + 0.9*r.Float64()})
		in, out := map[int]bool{}, map[int]bool{}
		for _, e := range m.Edges {
			if e.From != e.To {
				out[e.From], in[e.To] = true, true
			}
			if e.Cases > e.Count || e.Count <= 0 {
				t.Fatalf("seed %d: %+v", seed, e)
			}
		}
		for i, n := range m.Nodes {
			if !in[i] || !out[i] {
				t.Errorf("seed %d: %q hangs in the air", seed, n.Name)
			}
		}
	}
}

// TestNothingToDraw: an empty selection gives an empty map.
func TestNothingToDraw(t *testing.T) {
	l := drawnLog(1, 3)
	if m := mining.Draw(l, nil, nil, mining.MapSettings{}); len(m.Nodes) != 0 || len(m.Edges) != 0 {
		t.Errorf("%+v", m)
	}
}
