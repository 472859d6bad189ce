package survival

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// cholesky factors a symmetric p x p matrix in place (lower triangle) as
// L D L', and marks columns that depend on earlier ones: their pivot is zero.
func cholesky(a []float64, p int, dead []bool) {
	eps := 0.0
	for i := range p {
		eps = max(eps, math.Abs(a[i*p+i]))
	}
	eps *= 1.8e-12
	if p >= largeMatrix && blocked(a, p, eps) {
		clear(dead)
		return
	}
	for i := range p { // row by row, so that memory is read in order
		row := a[i*p : i*p+i+1]
		for j := range i { // row[j] becomes L_ij D_j
			if dead[j] {
				row[j] = 0
				continue
			}
			row[j] -= dot(row[:j], a[j*p:j*p+j])
		}
		d := row[i]
		for j := range i {
			if dead[j] {
				continue
			}
			v := row[j] / a[j*p+j]
			d -= v * row[j]
			row[j] = v
		}
		dead[i] = !(d > eps)
		if row[i] = d; dead[i] {
			row[i] = 0
		}
	}
}

// largeMatrix is from which size on factoring in blocks pays.
const largeMatrix = 200

// blocked factors a matrix whose columns are independent, in blocks that stay
// near the processor. It gives false, and leaves a as it was, where they are not.
func blocked(a []float64, p int, eps float64) bool {
	l := slices.Clone(a)
	if _, ok := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Lower, N: p, Stride: p, Data: l}); !ok {
		return false
	}
	for j := range p { // from L L' to L D L'
		if d := l[j*p+j]; !(d*d > eps) {
			return false
		}
	}
	for i := range p {
		row := l[i*p : i*p+i+1]
		for j := range i {
			row[j] /= l[j*p+j]
		}
		copy(a[i*p:], row[:i])
		a[i*p+i] = row[i] * row[i]
	}
	return true
}

// solve replaces b by the solution of the factored system; dead columns give 0.
func solve(l []float64, p int, b []float64) {
	for i := range p {
		b[i] -= dot(l[i*p:i*p+i], b)
	}
	for i := range p {
		if d := l[i*p+i]; d > 0 {
			b[i] /= d
		} else {
			b[i] = 0
		}
	}
	for i := p - 1; i >= 0; i-- {
		v := b[i]
		if l[i*p+i] == 0 {
			b[i], v = 0, 0
		}
		if v == 0 {
			continue
		}
		row := l[i*p : i*p+i]
		for k, x := range row {
			b[k] -= x * v
		}
	}
}

// inverse gives the inverse of the factored matrix, rows of dead columns zero.
func inverse(l []float64, p int) []float64 {
	out, col := make([]float64, p*p), make([]float64, p)
	for j := range p {
		clear(col)
		if l[j*p+j] == 0 {
			continue
		}
		col[j] = 1
		solve(l, p, col)
		for i := range p {
			out[i*p+j] = col[i]
		}
	}
	return out
}

func dot(a, b []float64) (s float64) {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s += a[i] * b[i]
	}
	return s + (s0 + s1) + (s2 + s3)
}

// weightedGram adds the lower triangle of sum w_i x_i x_i' to g, where x holds
// rows of p. Four rows at a time, so that each cell is loaded once for four.
func weightedGram(g, x, w []float64, p int) {
	n := len(w)
	i := 0
	for ; i+4 <= n; i += 4 {
		w0, w1, w2, w3 := w[i], w[i+1], w[i+2], w[i+3]
		r := x[i*p : i*p+4*p]
		x0, x1, x2, x3 := r[:p], r[p:2*p], r[2*p:3*p], r[3*p:4*p]
		for j := range p {
			a0, a1, a2, a3 := w0*x0[j], w1*x1[j], w2*x2[j], w3*x3[j]
			row := g[j*p : j*p+j+1]
			y0, y1, y2, y3 := x0[:len(row)], x1[:len(row)], x2[:len(row)], x3[:len(row)]
			for k := range row {
				row[k] += a0*y0[k] + a1*y1[k] + a2*y2[k] + a3*y3[k]
			}
		}
	}
	for ; i < n; i++ {
		r := x[i*p : i*p+p]
		for j := range p {
			a := w[i] * r[j]
			for k := range j + 1 {
				g[j*p+k] += a * r[k]
			}
		}
	}
}
