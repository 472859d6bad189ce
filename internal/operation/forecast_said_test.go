package operation_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/store"
)

// The table of forecasts gives back every score that the backtest shows.
func TestForecastsCanBeScoredAnew(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	r := rand.New(rand.NewPCG(3, 1))
	var b store.Batch
	for i := range 160 {
		b.Facts = append(b.Facts, facts(fmt.Sprintf("deal %d", i), mixed(i, r))...)
	}
	seat.Keep(t, d, b)
	path := filepath.Join(t.TempDir(), "said.csv")
	got := seat.Run[forecasting.Backtest](t, d, operation.BacktestForecast, &forecasting.BacktestInput{Forecasts: path})
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type sum struct{ n, brier, log float64 }
	sums := map[string]*sum{}
	for _, row := range rows[1:] {
		s := sums[row[4]]
		if s == nil {
			s = &sum{}
			sums[row[4]] = s
		}
		s.n++
		for k, end := range []string{"won", "lost", "no_decision", "open"} {
			p, err := strconv.ParseFloat(row[5+k], 64)
			if err != nil {
				t.Fatal(err)
			}
			y := 0.0
			if row[9] == end {
				y = 1
				s.log -= math.Log(p)
			}
			s.brier += (p - y) * (p - y)
		}
	}
	if len(got.Models) != 6 {
		t.Fatalf("%d models", len(got.Models))
	}
	for _, m := range got.Models {
		s := sums[m.Name]
		if s == nil || m.N == 0 || int(s.n) != m.N || math.Abs(s.brier/s.n-*m.Brier) > 1e-9 || math.Abs(s.log/s.n-*m.LogScore) > 1e-9 {
			t.Errorf("%s: scored anew %+v, shown n %d brier %v log %v", m.Name, s, m.N, *m.Brier, *m.LogScore)
		}
	}
}
