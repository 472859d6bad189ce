package forecast

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestDiagAll(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("DIAG"))
	if n == 0 {
		t.Skip()
	}
	for _, s := range shapes {
		if !strings.Contains(s.name, os.Getenv("SHAPE")) || s.deals > 5000 && os.Getenv("SHAPE") == "" {
			continue
		}
		var hold, all, old, oldall, low, high, width, took, logs, ideal float64
		for seed := range uint64(n) {
			if x := os.Getenv("SEED"); x != "" {
				v, _ := strconv.Atoi(x)
				seed = uint64(v)
			}
			c := s.make(seed)
			days := askedDays()
			start := time.Now()
			m, err := Fit(c.h, c.h.Until, Settings{Seed: seed, Horizons: days})
			took += time.Since(start).Seconds()
			if os.Getenv("TELL") != "" {
				fmt.Printf("lingers %.2f half %.0f trend %.0f crossed %v ridge %v old hold so far %.0f of %.0f\n", c.h.lingering(c.h.Until), m.Half, m.Trend, m.Crossed, m.Ridge, hold, all)
			}
			if err != nil {
				t.Fatal(err)
			}
			row := make([]float64, len(c.h.Fields))
			every := 1 + stillOpen(c)/2000
			for i := range c.h.Subjects {
				if c.h.Subjects[i].End != Open || i%every > 0 {
					continue
				}
				state := c.h.At(i, c.h.Until, row)
				o, _ := m.Outlook(Question{State: state, Row: row, Horizons: days, Use: Hazards})
				truth := c.truth(i, c.h.Until, asked)
				for q := range days {
					for k, v := range truth[q] {
						logs -= v * math.Log(max(o.Chance[q][k], 1e-12))
						if v > 0 {
							ideal -= v * math.Log(v)
						}
						lo, hi := o.Low[q][k], o.High[q][k]
						const e = 0.005
						oldall++
						if lo <= max(v, e) && v <= max(hi, e) {
							old++
						}
						cl := func(x float64) float64 { return min(max(x, e), 1-e) }
						v, lo, hi = cl(v), cl(lo), cl(hi)
						if lo == hi && v == lo {
							continue
						}
						all++
						width += hi - lo
						switch {
						case v < lo:
							low++
						case v > hi:
							high++
						default:
							hold++
						}
					}
				}
			}
		}
		fmt.Printf("%-32s old %.1f  new %.1f (truth below %.1f above %.1f) width %.3f counted %.0f%%  fit %.1fs score over ideal %.4f\n", s.name, 100*old/oldall, 100*hold/all, 100*low/all, 100*high/all, width/all, 100*all/oldall, took/float64(n), logs/ideal)
	}
}
