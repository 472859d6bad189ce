package survival

import "slices"

// Tally counts, at each distinct time of each stratum, who was at risk and
// what happened. Rows of stratum g are From[g]:From[g+1], ascending in time.
type Tally struct {
	Ends  int
	From  []int
	Time  []float64
	Risk  []int32 // under observation just before the time
	Count []int32 // Ends+1 a row: censored, end 1, end 2, …

	// With late entries only: subjects by the row at which they leave, and for
	// each the row before which it entered; From of its stratum if on time.
	leave, entered []int32
}

// Count tallies spells. Times and entries have to be finite, and an entry
// before its time. Whole-numbered times are counted without sorting.
func Count(s Spells) (*Tally, error) {
	const op = "count spells"
	s, err := s.sized(op)
	if err != nil {
		return nil, err
	}
	lo, hi, whole, ok := grid(s.Time)
	if !ok {
		return nil, invalid(op, "a time is not a finite number")
	}
	for i, e := range s.Entry {
		if !finite(e) || e >= s.Time[i] {
			return nil, invalid(op, "row %d enters at %g and leaves at %g", i, e, s.Time[i])
		}
	}
	n, c := len(s.Time), s.Ends+1
	t := &Tally{Ends: s.Ends, From: make([]int, s.Strata+1)}
	if n == 0 {
		return t, nil
	}
	if cells := (hi - lo + 1) * float64(c*s.Strata); whole && cells <= max(4*float64(n), 1<<16) {
		t.byCounting(s, lo, int(hi-lo)+1)
	} else {
		t.bySorting(s)
	}
	if s.Entry != nil {
		t.enter(s)
	}
	return t, nil
}

func (t *Tally) byCounting(s Spells, lo float64, width int) {
	c := t.Ends + 1
	tables := make([][]int32, 64)
	w := parallel(len(s.Time), 1<<16, func(k, from, to int) {
		if k >= len(tables) {
			panic("survival: more workers than tables")
		}
		table := make([]int32, s.Strata*width*c)
		times, ends := s.Time[from:to], s.End[from:to]
		if s.Stratum == nil {
			for i, x := range times {
				table[int(x-lo)*c+int(ends[i])]++
			}
		} else {
			strata := s.Stratum[from:to]
			for i, x := range times {
				table[(int(strata[i])*width+int(x-lo))*c+int(ends[i])]++
			}
		}
		tables[k] = table
	})
	sum := tables[0]
	for _, other := range tables[1:w] {
		for i, v := range other {
			sum[i] += v
		}
	}
	rows := 0
	for r := 0; r < len(sum); r += c {
		for _, v := range sum[r : r+c] {
			if v != 0 {
				rows++
				break
			}
		}
	}
	t.Time, t.Risk, t.Count = make([]float64, 0, rows), make([]int32, rows), make([]int32, 0, rows*c)
	for g := range s.Strata {
		for d := range width {
			cell := sum[(g*width+d)*c:][:c]
			var any int32
			for _, v := range cell {
				any += v
			}
			if any != 0 {
				t.Time = append(t.Time, lo+float64(d))
				t.Count = append(t.Count, cell...)
			}
		}
		t.From[g+1] = len(t.Time)
	}
	t.risk()
}

func (t *Tally) bySorting(s Spells) {
	c := t.Ends + 1
	rows := byStratum(s.ordered(), s)
	last := int32(-1)
	for _, i := range rows {
		g := s.stratum(int(i))
		if g != last || s.Time[i] != t.Time[len(t.Time)-1] {
			for k := last + 1; k <= g; k++ {
				t.From[k] = len(t.Time)
			}
			last = g
			t.Time = append(t.Time, s.Time[i])
			t.Count = append(t.Count, make([]int32, c)...)
		}
		t.Count[(len(t.Time)-1)*c+int(s.End[i])]++
	}
	for k := int(last) + 1; k < len(t.From); k++ {
		t.From[k] = len(t.Time)
	}
	t.Risk = make([]int32, len(t.Time))
	t.risk()
}

// risk counts backwards who is still there, as if all had entered on time.
func (t *Tally) risk() {
	c := t.Ends + 1
	for g := range len(t.From) - 1 {
		var at int32
		for r := t.From[g+1] - 1; r >= t.From[g]; r-- {
			for _, v := range t.Count[r*c : r*c+c] {
				at += v
			}
			t.Risk[r] = at
		}
	}
}

// enter takes those who had not come yet out of the risk sets.
func (t *Tally) enter(s Spells) {
	n := len(s.Time)
	t.leave, t.entered = make([]int32, n), make([]int32, n)
	late := make([]int32, len(t.Time)+1)
	for i, e := range s.Entry {
		g := s.stratum(i)
		from, to := t.From[g], t.From[g+1]
		// At risk at the first time after the entry.
		r, found := slices.BinarySearch(t.Time[from:to], e)
		if found {
			r++
		}
		out, _ := slices.BinarySearch(t.Time[from:to], s.Time[i])
		t.entered[i], t.leave[i] = int32(from+r), int32(from+out)
		if r > 0 {
			late[from+r]++
		}
	}
	for g := range len(t.From) - 1 {
		var missing int32
		for r := t.From[g+1] - 1; r >= t.From[g]; r-- {
			t.Risk[r] -= missing
			missing += late[r]
		}
	}
}

// upTo gives the last row of stratum g at or before time x, and false if none.
func (t *Tally) upTo(g int, x float64) (int, bool) {
	from, to := t.From[g], t.From[g+1]
	r, found := slices.BinarySearch(t.Time[from:to], x)
	if !found {
		r--
	}
	return from + r, r >= 0
}

// events sums the ends of a row and gives them with the number at risk.
func (t *Tally) events(r int) (d, n float64) {
	c := t.Ends + 1
	for _, v := range t.Count[r*c+1 : r*c+c] {
		d += float64(v)
	}
	return d, float64(t.Risk[r])
}
