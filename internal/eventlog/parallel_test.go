package eventlog

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
)

// TestCoresDoNotMatter asks a log that is large enough to be shared out.
func TestCoresDoNotMatter(t *testing.T) {
	for _, acts := range []int{7, denseActivities + 100} {
		for _, gaps := range []int{1 << 30, 50} { // how seldom a time is missing
			r := rand.New(rand.NewPCG(uint64(acts), 2))
			b := NewBuilder()
			for c := range 12000 {
				k := b.Case(fmt.Sprint(c))
				at := r.Int64N(1e15)
				for range r.IntN(24) {
					at += r.Int64N(1e9)
					if r.IntN(gaps) == 0 {
						b.Event(k, fmt.Sprint(r.IntN(acts)), NoTime)
					} else {
						b.Event(k, fmt.Sprint(r.IntN(acts)), at)
					}
				}
			}
			l, _ := b.Build()
			if l.Events() < 2*smallWork {
				t.Fatal("too small to be shared out")
			}
			s := l.All()
			ask := func(s Selection) []any { return []any{l.DirectlyFollows(s), l.Variants(s)} }
			many, some := ask(s), ask(s[100:9000])
			before := runtime.GOMAXPROCS(1)
			one, part := ask(s), ask(s[100:9000])
			runtime.GOMAXPROCS(before)
			if !reflect.DeepEqual(many, one) || !reflect.DeepEqual(some, part) {
				t.Errorf("%d activities: the answers differ by the number of cores", acts)
			}
		}
	}
}
