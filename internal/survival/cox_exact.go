package survival

import "math"

// exact is the conditional logistic likelihood: at each time the events are a
// draw of d from those at risk. The sum over all draws and its derivatives are
// built up one subject at a time (Gail, Lubin and Rubinstein 1981).
func (w *coxWork) exact(beta, grad, info []float64) float64 {
	p := w.p
	clear(grad)
	clear(info)
	for k := range w.n {
		eta := dot(w.x[k*p:k*p+p], beta)
		w.theta[k] = math.Exp(max(min(eta, 600), -600))
	}
	tri := p * (p + 1) / 2
	width := 1 + p + tri
	loglik := 0.0
	members := make([]int32, 0, w.n)
	for r := range w.ranks {
		members = members[:0]
		for k := range w.n {
			if int(w.lo[k]) <= r && int(w.hi[k]) >= r {
				members = append(members, int32(k))
				if w.event[k] && int(w.hi[k]) == r {
					row := w.x[k*p : k*p+p]
					loglik += dot(row, beta)
					for j, v := range row {
						grad[j] += v
					}
				}
			}
		}
		d := int(w.died[r])
		// b[l] is the sum over draws of l, then p first and tri second derivatives.
		b := make([]float64, (d+1)*width)
		b[0] = 1
		scale := 0.0
		for seen, k := range members {
			row, th := w.x[int(k)*p:int(k)*p+p], w.theta[k]
			for l := min(d, seen+1); l >= 1; l-- {
				to, from := b[l*width:(l+1)*width], b[(l-1)*width:l*width]
				s := from[0]
				to[0] += th * s
				at := 1 + p
				for i := range p {
					to[1+i] += th * (from[1+i] + row[i]*s)
					for j := range i + 1 {
						to[at] += th * (from[at] + row[i]*from[1+j] + row[j]*from[1+i] + row[i]*row[j]*s)
						at++
					}
				}
			}
			if big := b[min(d, seen+1)*width]; big > 1e100 { // keep it inside the floats
				for i := range b {
					b[i] *= 1e-100
				}
				scale += 100 * math.Ln10
			}
		}
		top := b[d*width:]
		loglik -= math.Log(top[0]) + scale
		at := 1 + p
		for i := range p {
			grad[i] -= top[1+i] / top[0]
			for j := range i + 1 {
				info[i*p+j] += top[at]/top[0] - top[1+i]*top[1+j]/(top[0]*top[0])
				at++
			}
		}
	}
	return loglik
}
