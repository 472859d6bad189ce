package eventlog

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// TestWaysAreShortcuts holds the blocks of steps to the way event by event, and
// variants of a part to those of a log of that part: for cases longer than a
// block, for variants there was no room to keep, for gaps between the
// cases, and for waits whose sums have to be put away on the way.
func TestWaysAreShortcuts(t *testing.T) {
	for name, make := range map[string]struct {
		acts, cases, steps int
		gap                int64 // longest wait
		same               bool  // many go the same way
	}{
		"usual":      {9, 20000, 12, 1e12, true},
		"no room":    {30, 9000, 240, 1e9, false},
		"long cases": {5, 20, 2*blockEvents + 9, 1e9, true},
		"long waits": {6, 9000, 40, 1 << 47, true},
		"too long":   {6, 3000, 40, 1 << 56, true},
		"many pairs": {700, 9000, 24, 1e12, false},
	} {
		r := rand.New(rand.NewPCG(uint64(len(name)), 7))
		b := NewBuilder()
		for c := range make.cases {
			k := b.Case(fmt.Sprint(c))
			at := r.Int64N(1e15)
			for i := range r.IntN(make.steps) {
				act := i % make.acts
				if !make.same || r.IntN(30) == 0 {
					act = r.IntN(make.acts)
				}
				at += r.Int64N(make.gap)
				b.Event(k, fmt.Sprint(act), at)
			}
		}
		l, _ := b.Build()
		some := slices.DeleteFunc(l.All(), func(uint32) bool { return r.IntN(3) == 0 })
		for _, s := range []Selection{l.All(), some, some[len(some)/2:], some[:1], nil} {
			f := &follower{l: l, sums: newSums(l)}
			f.slowly(s)
			for i := range f.sums {
				f.sums[i].n = f.sums[i].count
			}
			if got := l.followed(s); !reflect.DeepEqual(got, f.sums) {
				t.Errorf("%s, %d cases: the ways give other sums than the events", name, len(s))
			}
			part := l.Subset(s)
			again := Join("from", Labelled{Log: part})
			want, short := again.Variants(again.All()), part.Variants(part.All())
			for i, v := range l.Variants(s) {
				w, p := want[i], short[i]
				if v.Cases != w.Cases || v.First != int(s[w.First]) || p.Cases != w.Cases || p.First != w.First || !slices.Equal(v.Activities, p.Activities) {
					t.Fatalf("%s, %d cases: variant %d is %+v in the log, %+v in its part, %+v made anew", name, len(s), i, v, p, w)
				}
			}
			flow := l.DirectlyFollows(s)
			if !reflect.DeepEqual(flow, again.DirectlyFollows(again.All())) || !reflect.DeepEqual(flow, part.DirectlyFollows(part.All())) {
				t.Errorf("%s, %d cases: a part flows otherwise than the log's part", name, len(s))
			}
		}
	}
}

// BenchmarkTellVariants is what a log pays once, when it is built or opened.
func BenchmarkTellVariants(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	bd := NewBuilder()
	for c := range 250_000 {
		k, end := bd.Case(fmt.Sprint(c)), 24
		if r.IntN(3) == 0 {
			end = 6 + r.IntN(18)
		}
		for i := 0; i < end; i++ {
			u := r.IntN(6400)
			if u < 100 {
				continue // left out
			}
			if i > 2 && u > 6333 {
				i -= 2 // done again
			}
			bd.EventCode(k, bd.ActivityCode(fmt.Append(nil, i)), int64(i))
		}
	}
	l, _ := bd.Build()
	for b.Loop() {
		l.variants = variants{}
		l.tellVariants()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.Events()), "ns/event")
	b.ReportMetric(float64(len(l.variants.first)), "variants")
}
