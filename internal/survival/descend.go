package survival

import "math"

// descend minimises a smooth convex function from x, which it replaces: limited
// memory BFGS (Nocedal 1980), scaled by the given curvatures, with a backtracking
// line search. It stops when no scaled gradient exceeds eps.
func descend(x, curve []float64, rounds int, eps float64, value func(x, grad []float64) float64) (int, bool) {
	const memory = 12
	n := len(x)
	grad, next, ngrad, dir := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	type pair struct {
		s, y []float64
		rho  float64
	}
	var past []pair
	alpha := make([]float64, memory)
	f := value(x, grad)
	for round := 1; round <= rounds; round++ {
		worst := 0.0
		for _, g := range grad {
			worst = max(worst, math.Abs(g))
		}
		if worst <= eps {
			return round, true
		}
		copy(dir, grad)
		for i := len(past) - 1; i >= 0; i-- {
			p := past[i]
			alpha[i] = p.rho * dot(p.s, dir)
			for j := range dir {
				dir[j] -= alpha[i] * p.y[j]
			}
		}
		scale := 1.0
		if len(past) > 0 { // fit the curvature to the last step
			p := past[len(past)-1]
			yy := 0.0
			for j, v := range p.y {
				yy += v * v / curve[j]
			}
			scale = 1 / (p.rho * yy)
		}
		for j := range dir {
			dir[j] *= scale / curve[j]
		}
		for i, p := range past {
			b := p.rho * dot(p.y, dir)
			for j := range dir {
				dir[j] += p.s[j] * (alpha[i] - b)
			}
		}
		slope := -dot(grad, dir)
		if !(slope < 0) {
			past = past[:0]
			for j := range dir {
				dir[j] = grad[j] / curve[j]
			}
			slope = -dot(grad, dir)
		}
		step, fn := 1.0, 0.0
		moved := false
		for range 40 {
			for j := range x {
				next[j] = x[j] - step*dir[j]
			}
			fn = value(next, ngrad)
			if fn <= f+1e-4*step*slope+1e-13*math.Abs(f) {
				moved = true
				break
			}
			step /= 2
		}
		if !moved {
			return round, worst <= 1e3*eps
		}
		s, y := make([]float64, n), make([]float64, n)
		for j := range x {
			s[j], y[j] = next[j]-x[j], ngrad[j]-grad[j]
		}
		if sy := dot(s, y); sy > 0 {
			if len(past) == memory {
				past = append(past[:0], past[1:]...)
			}
			past = append(past, pair{s, y, 1 / sy})
		}
		gone := f - fn
		copy(x, next)
		copy(grad, ngrad)
		f = fn
		if gone <= 1e-14*math.Abs(f) && gone >= 0 && worst <= 1e3*eps {
			return round, true
		}
	}
	return rounds, false
}
