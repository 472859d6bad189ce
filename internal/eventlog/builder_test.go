package eventlog

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestMixedRows builds logs from rows of cases that lie between each other and
// out of order, by one builder and in pieces, and holds them to the rows themselves.
func TestMixedRows(t *testing.T) {
	type rowOf struct {
		of, act int
		at      int64
		attrs   []Attr
	}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		cases, acts, events := 1+r.IntN(300), 1+r.IntN(9), r.IntN(6000)
		if seed%10 == 5 {
			acts = 400 // more than one byte can
		}
		if seed%10 == 9 {
			acts = 70_000 // more than two bytes can tell apart
			events += 80_000
		}
		near := 1 + r.IntN(cases)
		rows := make([]rowOf, events)
		for i := range rows {
			k := rowOf{of: min(cases-1, i*cases/events+r.IntN(near)), act: r.IntN(acts), at: int64(i)}
			if r.IntN(20) == 0 {
				k.at = r.Int64N(int64(events))
			}
			if r.IntN(50) == 0 {
				k.at = NoTime
			}
			if acts > twoBytes {
				k.act = i % acts
			}
			for _, a := range []Attr{{"t", TextValue(fmt.Sprint(r.IntN(4)))}, {"u", TextValue(fmt.Sprint("u", i))}, {"i", IntValue(int64(i))}, {"f", FloatValue(r.Float64())}, {"b", BoolValue(r.IntN(2) == 0)}, {"d", TimeValue(int64(i))}} {
				if r.IntN(3) > 0 || a.Name == "u" {
					k.attrs = append(k.attrs, a)
				}
			}
			rows[i] = k
		}
		fill := func(b *Builder, rows []rowOf) {
			for _, k := range rows {
				b.Event(b.Case(fmt.Sprint("case ", k.of)), fmt.Sprint("act ", k.act), k.at)
				for _, a := range k.attrs {
					b.EventAttr(a.Name, a.Value)
				}
			}
		}
		whole, pieces, part := NewBuilder(), NewBuilder(), NewPiece()
		fill(whole, rows)
		for i, step := 0, 1+r.IntN(3000); i < len(rows); i += step {
			part.Reset()
			fill(part, rows[i:min(i+step, len(rows))])
			if err := pieces.Absorb(part); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				pieces.Expect(float64(len(rows)) / float64(step))
			}
		}
		for name, b := range map[string]*Builder{"one builder": whole, "pieces": pieces} {
			l, _ := b.Build()
			if err := l.Check(); err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if l.Events() != events {
				t.Fatalf("seed %d, %s: %d events of %d", seed, name, l.Events(), events)
			}
			if c := l.EventColumn("u"); c != nil && slices.Max(c.Codes()) != uint32(events) {
				t.Fatalf("seed %d, %s: %d different values of %d", seed, name, slices.Max(c.Codes()), events)
			}
			of := map[string][]rowOf{}
			for _, k := range rows {
				id := fmt.Sprint("case ", k.of)
				of[id] = append(of[id], k)
			}
			for c := range l.Cases() {
				want := of[l.CaseID(c)]
				key, last := map[int64]int64{}, NoTime // by row number, which attribute i or u carries
				for i, k := range want {
					if k.at != NoTime {
						last = k.at
					}
					key[int64(i)] = last
				}
				order := make([]int64, len(want))
				for i := range order {
					order[i] = int64(i)
				}
				slices.SortStableFunc(order, func(a, b int64) int { return cmp.Compare(key[a], key[b]) })
				lo, hi := l.Span(c)
				if hi-lo != len(want) {
					t.Fatalf("seed %d, %s: case %s has %d events of %d", seed, name, l.CaseID(c), hi-lo, len(want))
				}
				for i, o := range order {
					k, e := want[o], lo+i
					if l.ActivityName(l.Activity()[e]) != fmt.Sprint("act ", k.act) || l.Times()[e] != k.at {
						t.Fatalf("seed %d, %s: event %d of case %s is another", seed, name, i, l.CaseID(c))
					}
					for _, col := range l.EventColumns() {
						v := Missing
						for _, a := range k.attrs {
							if a.Name == col.Name {
								v = a.Value
							}
						}
						if !col.Value(e).Equal(v) {
							t.Fatalf("seed %d, %s: %s of event %d of case %s is %v, not %v", seed, name, col.Name, i, l.CaseID(c), col.Value(e), v)
						}
					}
				}
			}
		}
	}
}
