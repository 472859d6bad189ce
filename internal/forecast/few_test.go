package forecast

import (
	"math"
	"testing"

	"github.com/throughline/throughline/internal/survival"
)

// TestFewEndsMakeModest: of some twenty ends the likeliest parameters are too sure
// of themselves. What is said is the mean over what they may be: it says less that
// is far out, is nearer to the truth, and one company's deals come in any order.
func TestFewEndsMakeModest(t *testing.T) {
	var s shape
	for _, x := range shapes {
		if x.name == "very tiny" {
			s = x
		}
	}
	days := askedDays()
	var truth, mean, likeliest []float64
	score := map[bool]float64{}
	for seed := range uint64(25) {
		c := s.make(2000 + seed)
		m, err := Fit(c.h, c.h.Until, Settings{Horizons: days, Draws: -1})
		if err != nil {
			t.Fatal(err)
		}
		plug := *m
		plug.likely = nil
		row, w := make([]float64, len(c.h.Fields)), m.work()
		a, b := make([]float64, len(days)*(Kinds+1)), make([]float64, len(days)*(Kinds+1))
		for i := range c.h.Subjects {
			if c.h.Subjects[i].End != Open {
				continue
			}
			state := int32(c.h.At(i, c.h.Until, row))
			m.say(Hazards, state, row, days, w, a)
			plug.say(Hazards, state, row, days, w, b)
			for q, known := range c.truth(i, c.h.Until, asked) {
				sum := 0.0
				for k, v := range known {
					x, y := a[q*(Kinds+1)+k], b[q*(Kinds+1)+k]
					sum += x
					score[true] -= v * math.Log(x)
					score[false] -= v * math.Log(y)
					if k < Kinds {
						truth, mean, likeliest = append(truth, v), append(mean, x), append(likeliest, y)
					}
				}
				if math.Abs(sum-1) > 1e-9 {
					t.Fatalf("chances sum to %g", sum)
				}
			}
		}
	}
	modest, sure := survival.CalibrationSlope(truth, mean, nil, nil, nil, 0.9).Slope, survival.CalibrationSlope(truth, likeliest, nil, nil, nil, 0.9).Slope
	t.Logf("slopes %.2f and %.2f, log scores %.1f and %.1f", modest, sure, score[true], score[false])
	if modest < sure+0.08 || modest < 0.65 || score[true] >= score[false] {
		t.Errorf("the mean is no more modest than the likeliest: slopes %.2f and %.2f, log scores %.1f and %.1f", modest, sure, score[true], score[false])
	}
}

// TestLuckDoesNotSpeak: another model has to do better by more than chance, on
// thirty deals at least.
func TestLuckDoesNotSpeak(t *testing.T) {
	forecasts := func(deals, each int, right, wrong float64, every int) (list []saying) {
		for i := range deals {
			for range each {
				p := right
				if i%every == 0 {
					p = wrong
				}
				list = append(list, saying{subject: int32(i), came: 0, chance: []float64{p, 1 - p}})
			}
		}
		return list
	}
	for _, c := range []struct {
		what          string
		deals, each   int
		right, wrong  float64
		every         int
		beyond, again bool
	}{
		{"better on each of forty", 40, 3, 0.6, 0.6, 1, true, true},
		{"better on each of twenty-nine", 29, 3, 0.6, 0.6, 1, false, false},
		{"no better", 400, 1, 0.5, 0.5, 1, false, false},
		{"better on two of three by little, worse on the third by more", 60, 3, 0.6, 0.3, 3, false, false},
		{"better by luck", 40, 1, 0.6, 0.36, 3, false, true},
	} {
		said, than := forecasts(c.deals, c.each, c.right, c.wrong, c.every), forecasts(c.deals, c.each, 0.5, 0.5, 1)
		if got := beyondChance(said, than); got != c.beyond {
			t.Errorf("%s: %t", c.what, got)
		}
		// Forecasts of one deal repeat each other: thrice as many say no more, deals do.
		if got := beyondChance(forecasts(c.deals, 3*c.each, c.right, c.wrong, c.every), forecasts(c.deals, 3*c.each, 0.5, 0.5, 1)); got != c.beyond {
			t.Errorf("%s, said more often: %t", c.what, got)
		}
		if got := beyondChance(forecasts(300*c.deals, c.each, c.right, c.wrong, c.every), forecasts(300*c.deals, c.each, 0.5, 0.5, 1)); c.deals >= Enough && got != c.again {
			t.Errorf("%s, of three hundred times as many deals: %t", c.what, got)
		}
	}
}
