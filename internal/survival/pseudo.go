package survival

import "math"

// Pseudo gives each subject's pseudo-value of the chance that end cause has come
// by a horizon: n F - (n-1) F without the subject. Their mean over a group is
// what came there, with censoring taken from all subjects together.
// Source: Andersen, Klein and Rosthoj 2003; docs/methods/survival-scores.md.
func Pseudo(s Spells, cause int, horizon float64) ([]float64, error) {
	const op = "leave subjects out"
	s.Stratum, s.Strata = nil, 0
	s, err := s.sized(op)
	if err != nil {
		return nil, err
	}
	if s.Entry != nil || cause < 1 || cause > s.Ends {
		return nil, invalid(op, "end %d of %d, late entries %t", cause, s.Ends, s.Entry != nil)
	}
	t, err := Count(s)
	if err != nil {
		return nil, err
	}
	c := t.Ends + 1
	// The curve with one subject fewer, who left at row out with an end.
	without := func(out, end int) float64 {
		open, f := 1.0, 0.0
		for r := 0; r < len(t.Time) && t.Time[r] <= horizon; r++ {
			d, n := t.events(r)
			own := float64(t.Count[r*c+cause])
			if r <= out {
				n--
			}
			if r == out && end > 0 {
				d--
				if end == cause {
					own--
				}
			}
			if d > 0 {
				f += open * own / n
				open *= 1 - d/n
			}
		}
		return f
	}
	n := float64(len(s.Time))
	all := without(-1, 0)
	// Subjects with the same time and end share a value.
	known := make([]float64, len(t.Count))
	for i := range known {
		known[i] = math.NaN()
	}
	out := make([]float64, len(s.Time))
	for i, x := range s.Time {
		r, _ := t.upTo(0, x)
		cell := &known[r*c+int(s.End[i])]
		if math.IsNaN(*cell) {
			*cell = n*all - (n-1)*without(r, int(s.End[i]))
		}
		out[i] = *cell
	}
	return out, nil
}
