package survival

import "math"

// lateEntries fills the curves where subjects enter late: one who entered at v
// has the influence of one at risk since the origin less what had gathered by
// v, so sums over those at risk take the place of their number.
func (c *Incidence) lateEntries(s Spells) {
	m, n := c.Ends, len(c.Time)
	// Subjects by the row before which they come, and by the row at which they go.
	come, comeAt := bucket(c.entered, n)
	gone, goneAt := bucket(c.leave, n)

	phiIn := make([]float64, len(s.Time)) // cumulative phi on entry
	alphaIn := make([]float64, len(s.Time)*m)
	var leftOpen, riskOpen, riskPhi float64
	left, risk := make([]sumsOf, m), make([]sumsOf, m)
	base, f := make([]float64, m), make([]float64, m)
	for g := range len(c.From) - 1 {
		clear(left)
		clear(risk)
		clear(base)
		clear(f)
		leftOpen, riskOpen, riskPhi = 0, 0, 0
		open, phi := 1.0, 0.0
		for r := c.From[g]; r < c.From[g+1]; r++ {
			for _, i := range come[comeAt[r]:comeAt[r+1]] {
				phiIn[i] = phi
				riskOpen, riskPhi = riskOpen+phi*phi, riskPhi+phi
				for k := range m {
					a, b := phi*f[k]-base[k], -phi
					alphaIn[int(i)*m+k] = a
					risk[k].add(a, b, 1)
				}
			}
			d, at := c.events(r)
			count := c.Count[r*(m+1) : r*(m+1)+m+1]
			before, phiBefore := open, phi
			if d > 0 {
				open *= 1 - d/at
				if at > d {
					phi += d / (at * (at - d))
				}
				for k := range m {
					dk := float64(count[k+1])
					f[k] += before / at * dk
					base[k] += before / at * dk * (phiBefore - 1/at)
				}
			}
			for _, i := range gone[goneAt[r]:goneAt[r+1]] {
				own := phi - phiIn[i]
				riskOpen, riskPhi = riskOpen-phiIn[i]*phiIn[i], riskPhi-phiIn[i]
				after := own
				if s.End[i] != 0 {
					if after = 0; at > d {
						after = own - 1/(at-d)
					}
				}
				leftOpen += after * after
				for k := range m {
					a, b := alphaIn[int(i)*m+k], -phiIn[i]
					risk[k].add(a, b, -1)
					now := base[k] + a + b*f[k]
					if int(s.End[i]) == k+1 {
						now += before / at
					}
					left[k].add(now-after*f[k], after, 1)
				}
			}
			stay := at - d - float64(count[0])
			c.Open[r] = open
			c.OpenErr[r] = open * math.Sqrt(max(leftOpen+stay*phi*phi-2*phi*riskPhi+riskOpen, 0))
			for k := range m {
				l, q := left[k], risk[k]
				v := l.aa + 2*f[k]*l.ab + f[k]*f[k]*l.bb
				v += stay*base[k]*base[k] + 2*base[k]*(q.a+q.b*f[k]) + q.aa + 2*f[k]*q.ab + f[k]*f[k]*q.bb
				c.Prob[r*m+k], c.Err[r*m+k] = f[k], math.Sqrt(max(v, 0))
			}
		}
	}
}

func (s *sumsOf) add(a, b, w float64) {
	s.aa, s.ab, s.bb, s.a, s.b = s.aa+w*a*a, s.ab+w*a*b, s.bb+w*b*b, s.a+w*a, s.b+w*b
}

// sumsOf gathers moments of the pairs (a, b) over a set of subjects.
type sumsOf struct{ aa, ab, bb, a, b float64 }

// bucket groups subjects by row: those of row r are list[at[r]:at[r+1]].
func bucket(row []int32, n int) (list, at []int32) {
	at = make([]int32, n+2)
	for _, r := range row {
		at[r+1]++
	}
	for r := range n + 1 {
		at[r+1] += at[r]
	}
	list = make([]int32, len(row))
	next := append([]int32(nil), at...)
	for i, r := range row {
		list[next[r]] = int32(i)
		next[r]++
	}
	return list, at
}
