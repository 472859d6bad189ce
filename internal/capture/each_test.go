package capture

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// fitEach makes a log-linear model that judges every label by itself, this one
// against the rest: a sentence may be like none of them, which one model over
// all labels cannot say. It is the logistic regression with weights drawn to
// nothing, solved in its dual, one sample after the other (Yu, Huang and
// Lin 2011): no step to choose, no chance, and the same numbers every time.
//
// A sample's loss counts its weight times hardness against half the square of
// the weights. Features that fewer than least samples have are left out. The
// samples are gone over in so many orders.
func fitEach(samples []sample, least int, hardness float64, turns int) *fitted {
	m := &fitted{each: true, index: map[string]int{}}
	times := map[string]int{}
	for _, s := range samples {
		if !slices.Contains(m.labels, s.label) {
			m.labels = append(m.labels, s.label)
		}
		for _, name := range s.has {
			times[name]++
		}
	}
	slices.Sort(m.labels)
	rows := make([]dualRow, len(samples))
	for i, s := range samples {
		r := dualRow{label: slices.Index(m.labels, s.label), value: norm(len(s.has)), most: s.weight * hardness}
		for _, name := range s.has {
			if times[name] < least {
				continue
			}
			at, ok := m.index[name]
			if !ok {
				at = len(m.index)
				m.index[name] = at
			}
			r.has = append(r.has, int32(at))
		}
		r.square = r.value*r.value*float64(len(r.has)) + 1
		rows[i] = r
	}
	n := len(m.labels)
	m.weight, m.bias = make([]float64, len(m.index)*n), make([]float64, n)
	var all sync.WaitGroup
	atOnce := make(chan struct{}, runtime.GOMAXPROCS(0))
	for l := range m.labels { // none of them needs another
		all.Go(func() {
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			w, alpha := make([]float64, len(m.index)), make([]float64, len(rows))
			for _, order := range orders[:turns] {
				m.bias[l] += dual(rows, l, order, w, alpha) / float64(turns)
				for f, x := range w {
					m.weight[f*n+l] += x / float64(turns)
				}
			}
		})
	}
	all.Wait()
	return m
}

// sweeps says how often the samples are gone over, and orders in how many
// orders. So few sweeps end before everything has settled, which keeps weights modest but lets
// the order speak; the mean of several orders does not. Chosen by
// cross-validation.
const (
	sweeps = 12
	still  = 1e-4 // less than this share of what it may is no pull
)

var orders = [...]int{7919, 5231, 6007, 9973, 4001}

// dualRow is a sample as the solver sees it: all its features have one value.
type dualRow struct {
	label  int
	has    []int32
	value  float64
	square float64 // of its length, the bias included
	most   float64 // that it may pull
}

// dual finds the weights by which one label is told from the rest, and gives
// the bias. Each sample pulls by alpha, which lies between nought and its most.
// w and alpha are room to work in, and w the weights when it is done.
func dual(rows []dualRow, label, order int, w, alpha []float64) (bias float64) {
	clear(w)
	pull := func(r *dualRow, by float64) {
		if r.label != label {
			by = -by
		}
		bias += by
		by *= r.value
		for _, f := range r.has {
			w[f] += by
		}
	}
	for i := range rows {
		alpha[i] = min(0.001*rows[i].most, 1e-8)
		pull(&rows[i], alpha[i])
	}
	stride := stride(order, len(rows))
	for sweep := range sweeps {
		for k := range rows {
			i := (k*stride + sweep) % len(rows)
			r := &rows[i]
			score := 0.0
			for _, f := range r.has {
				score += w[f]
			}
			score = score*r.value + bias
			if r.label != label {
				score = -score
			}
			next := settle(alpha[i], r.most, r.square, score)
			if by := next - alpha[i]; math.Abs(by) > still*r.most {
				pull(r, by)
				alpha[i] = next
			}
		}
	}
	return bias
}

// settle gives the best pull of one sample while all others hold still, by
// Newton's steps from whichever of its two ends is nearer.
func settle(old, most, square, score float64) float64 {
	flip := square*(most-2*old)/2+score < 0
	at, sign := old, 1.0
	if flip {
		at, sign = most-old, -1
	}
	z := at
	if most-z < most/2 {
		z *= 0.1
	}
	for range 30 {
		slope := square*(z-at) + sign*score + math.Log(z/(most-z))
		if math.Abs(slope) < 1e-4 {
			break
		}
		next := z - slope/(square+most/(most-z)/z)
		if next <= 0 {
			next = z * 0.1
		}
		z = next
	}
	if flip {
		return most - z
	}
	return z
}

// stride is a step, from this one on, by which each round visits every sample
// once, labels mixed: it has no divisor with how many there are.
func stride(from, n int) int {
	common := func(a, b int) int {
		for b != 0 {
			a, b = b, a%b
		}
		return a
	}
	for n > 1 && common(from, n) != 1 {
		from++
	}
	return from
}
