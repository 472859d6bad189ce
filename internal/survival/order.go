package survival

import (
	"math"
	"runtime"
	"sync"
)

// parallel calls do on up to one span a processor, each at least least long,
// and waits. Spans are numbered from 0 in order.
func parallel(n, least int, do func(worker, from, to int)) int {
	w := min(runtime.GOMAXPROCS(0), max(1, n/max(least, 1)))
	if w <= 1 {
		do(0, 0, n)
		return 1
	}
	var wg sync.WaitGroup
	for i := range w {
		wg.Add(1)
		go func() {
			defer wg.Done()
			do(i, i*n/w, (i+1)*n/w)
		}()
	}
	wg.Wait()
	return w
}

// grid reports whether all times are whole numbers, with their bounds, so that
// counting can take the place of sorting. ok is false when one is not finite.
func grid(t []float64) (lo, hi float64, whole, ok bool) {
	type part struct {
		lo, hi    float64
		whole, ok bool
	}
	parts := make([]part, runtime.GOMAXPROCS(0)+1)
	w := parallel(len(t), 1<<16, func(k, from, to int) {
		p := part{math.Inf(1), math.Inf(-1), true, true}
		for _, x := range t[from:to] {
			if !(x-x == 0) {
				p.ok = false
				break
			}
			if x < p.lo {
				p.lo = x
			}
			if x > p.hi {
				p.hi = x
			}
			if p.whole && float64(int64(x)) != x {
				p.whole = false
			}
		}
		parts[k] = p
	})
	lo, hi, whole, ok = math.Inf(1), math.Inf(-1), true, true
	for _, p := range parts[:w] {
		lo, hi, whole, ok = min(lo, p.lo), max(hi, p.hi), whole && p.whole, ok && p.ok
	}
	return lo, hi, whole && hi-lo < 1<<40, ok
}

// ascending gives the rows in order of t, equal times in row order: a radix
// sort on the bits of the number, which leaves out digits that all rows share.
func ascending(t []float64) []int32 {
	n := len(t)
	keys, rows := make([]uint64, n), make([]int32, n)
	all, any := ^uint64(0), uint64(0)
	for i, x := range t {
		b := math.Float64bits(x + 0) // -0 and 0 are one time
		if x == 0 {
			b = 0
		}
		if b>>63 != 0 {
			b = ^b
		} else {
			b |= 1 << 63
		}
		keys[i], rows[i] = b, int32(i)
		all, any = all&b, any|b
	}
	const bits = 11
	keys2, rows2 := make([]uint64, n), make([]int32, n)
	var count [1 << bits]int32
	for shift := 0; shift < 64; shift += bits {
		const mask = 1<<bits - 1
		if (all^any)>>shift&mask == 0 {
			continue
		}
		clear(count[:])
		for _, k := range keys {
			count[k>>shift&mask]++
		}
		var at int32
		for d, c := range count {
			count[d], at = at, at+c
		}
		for i, k := range keys {
			d := k >> shift & mask
			keys2[count[d]], rows2[count[d]] = k, rows[i]
			count[d]++
		}
		keys, keys2, rows, rows2 = keys2, keys, rows2, rows
	}
	return rows
}

// byStratum regroups rows by stratum, keeping their order inside each.
func byStratum(rows []int32, s Spells) []int32 {
	if s.Stratum == nil || s.Strata == 1 {
		return rows
	}
	at := make([]int32, s.Strata+1)
	for _, g := range s.Stratum {
		at[g+1]++
	}
	for g := range s.Strata {
		at[g+1] += at[g]
	}
	out := make([]int32, len(rows))
	for _, i := range rows {
		g := s.Stratum[i]
		out[at[g]] = i
		at[g]++
	}
	return out
}
