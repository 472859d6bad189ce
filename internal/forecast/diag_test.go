package forecast

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
)

func TestDiag(t *testing.T) {
	only := os.Getenv("SHAPE")
	if only == "" {
		t.Skip()
	}
	for _, s := range shapes {
		if !strings.Contains(s.name, only) {
			continue
		}
		c := s.make(0)
		days := askedDays()
		m, err := Fit(c.h, c.h.Until, Settings{Horizons: days})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(s.name, "ridge", m.Ridge, "half", m.Half, "bins", m.bins.edge, "oldest", m.Oldest, "closed", m.Closed)
		type cell struct{ n, in, below, above, truth, said, low, high float64 }
		cells := map[string]*cell{}
		add := func(key string, v, p, lo, hi float64) {
			x := cells[key]
			if x == nil {
				x = &cell{}
				cells[key] = x
			}
			x.n++
			const least = 0.005
			switch {
			case max(v, least) < lo:
				x.above++
			case v > max(hi, least):
				x.below++
			default:
				x.in++
			}
			x.truth += v
			x.said += p
			x.low += lo
			x.high += hi
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
					a := func(key string) { add(key, v, o.Chance[q][k], o.Low[q][k], o.High[q][k]) }
					sil := row[1] / 7
					b := 0
					for _, x := range []float64{2, 4, 8, 16, 32, 64} {
						if sil >= x {
							b++
						}
					}
					sz := 0
					for _, x := range []float64{-0.67, 0, 0.67} {
						if row[2] > x {
							sz++
						}
					}
					if k == 0 && b < 5 {
						a(fmt.Sprintf("A size %d silent %d", sz, b))
						a(fmt.Sprintf("B state %d silent %d", state, b))
						a(fmt.Sprintf("C met %.0f silent %d", row[3], b))
						a(fmt.Sprintf("D state %d met %.0f", state, row[3]))
						a(fmt.Sprintf("D2 state %d size %d", state, sz))
						a(fmt.Sprintf("E state %d horizon %d", state, q))
						a(fmt.Sprintf("F silent %d horizon %d", b, q))
						a(fmt.Sprintf("G seller %.0f silent %d", row[5], b))
						a(fmt.Sprintf("H age %.0f silent %d", min(row[0]/60, 5), b))
					}
					a("all")
				}
			}
		}
		var keys []string
		for k := range cells {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			x := cells[k]
			fmt.Printf("%-26s n %6.0f in %.2f said-too-high %.2f too-low %.2f  truth %.3f said %.3f range %.3f-%.3f\n", k, x.n, x.in/x.n, x.above/x.n, x.below/x.n, x.truth/x.n, x.said/x.n, x.low/x.n, x.high/x.n)
		}
	}
}
