package survival

import "slices"

// Brier is a mean squared error of forecast chances under censoring.
type Brier struct {
	Time       []float64
	Score      []float64 // at each time
	Integrated float64   // mean of Score from the first time to the last
}

// Weights are the inverse chances of being still observed, from the censoring
// times themselves. Ends at a time come before censorings at the same time.
type Weights struct {
	time   []float64
	stay   []float64
	Before []float64 // a subject: chance of being observed just before its time
}

// CensoringWeights estimates the chance of being still observed (Kaplan-Meier
// of censoring, all strata together). docs/methods/survival-scores.md.
func CensoringWeights(s Spells) (*Weights, error) {
	s.Stratum, s.Strata = nil, 0
	s, err := s.sized("weigh the censored")
	if err != nil {
		return nil, err
	}
	t, err := Count(s)
	if err != nil {
		return nil, err
	}
	w := &Weights{time: t.Time, stay: make([]float64, len(t.Time)), Before: make([]float64, len(s.Time))}
	stay := 1.0
	for r := range t.Time {
		d, n := t.events(r)
		if c := float64(t.Count[r*(t.Ends+1)]); c > 0 {
			stay *= 1 - c/(n-d)
		}
		w.stay[r] = stay
	}
	for i, x := range s.Time {
		r, _ := slices.BinarySearch(w.time, x)
		w.Before[i] = 1
		if r > 0 {
			w.Before[i] = w.stay[r-1]
		}
	}
	return w, nil
}

// At gives the chance of being still observed after time x.
func (w *Weights) At(x float64) float64 {
	r, found := slices.BinarySearch(w.time, x)
	if !found {
		r--
	}
	if r < 0 {
		return 1
	}
	return w.stay[r]
}

// ScoreBrier measures forecasts that end cause comes by each of the ascending
// times; risk(i, q) is that of subject i at times[q]. Subjects censored before a
// time are stood in for by those observed longer (inverse censoring weights).
// Source: Graf 1999, Schoop 2011; docs/methods/survival-scores.md.
func ScoreBrier(s Spells, cause uint8, times []float64, risk func(i, q int) float64) (Brier, error) {
	var out Brier
	s, err := s.sized("score forecasts")
	if err != nil {
		return out, err
	}
	w, err := CensoringWeights(s)
	if err != nil {
		return out, err
	}
	if !slices.IsSorted(times) || cause == 0 {
		return out, invalid("score forecasts", "end %d, or times are not ascending", cause)
	}
	n := len(s.Time)
	out = Brier{Time: times, Score: make([]float64, len(times))}
	parallel(len(times), 4, func(_, from, to int) {
		for q := from; q < to; q++ {
			x := times[q]
			after, sum := w.At(x), 0.0
			for i, t := range s.Time {
				p := risk(i, q)
				switch {
				case t > x:
					if after > 0 {
						sum += p * p / after
					}
				case s.End[i] == cause:
					if b := w.Before[i]; b > 0 {
						sum += (1 - p) * (1 - p) / b
					}
				case s.End[i] != 0:
					if b := w.Before[i]; b > 0 {
						sum += p * p / b
					}
				}
			}
			if n > 0 {
				out.Score[q] = sum / float64(n)
			}
		}
	})
	out.Integrated = stepMean(times, out.Score)
	return out, nil
}

// stepMean is the mean over time of a curve that holds each value until the next.
func stepMean(times, score []float64) float64 {
	last := len(times) - 1
	if last < 0 {
		return 0
	}
	if times[last] == times[0] {
		return score[last]
	}
	area := 0.0
	for q := range last {
		area += score[q] * (times[q+1] - times[q])
	}
	return area / (times[last] - times[0])
}
