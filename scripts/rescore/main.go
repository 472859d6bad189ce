// Command rescore scores forecasts anew, from the table that
// `throughline forecast backtest --forecasts FILE` wrote and nothing else.
//
// Takes: the table's path.
// Gives: for each model the number of forecasts, Brier and log score, on standard output.
// Never: uses anything of Throughline, so that it can disagree.
//
// The formulas stand in docs/methods/forecast-backtest.md.
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
)

type score struct{ n, brier, log float64 }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/rescore FILE")
		os.Exit(2)
	}
	f, err := os.Open(os.Args[1])
	if err == nil {
		err = rescore(f, os.Stdout)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "score forecasts of %s: %v\n", os.Args[1], err)
		os.Exit(3)
	}
}

func rescore(in io.Reader, out io.Writer) error {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	ends := []string{"won", "lost", "no_decision", "open"}
	for _, name := range append([]string{"model", "came"}, ends...) {
		if _, ok := at[name]; !ok {
			return fmt.Errorf("there is no column %q", name)
		}
	}
	scores, order := map[string]*score{}, []string{}
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		s := scores[row[at["model"]]]
		if s == nil {
			s = &score{}
			scores[row[at["model"]]] = s
			order = append(order, row[at["model"]])
		}
		met, sum := false, 0.0
		for _, e := range ends {
			if row[at[e]] == "" { // an end that cannot come
				continue
			}
			p, err := strconv.ParseFloat(row[at[e]], 64)
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			y := 0.0
			if row[at["came"]] == e {
				y, met = 1, true
				s.log -= math.Log(math.Max(p, 1e-12))
			}
			s.brier += (p - y) * (p - y)
			sum += p
		}
		if !met || math.Abs(sum-1) > 1e-6 {
			return fmt.Errorf("line %d: %q came, and the chances sum to %g", line, row[at["came"]], sum)
		}
		s.n++
	}
	for _, name := range order {
		s := scores[name]
		fmt.Fprintf(out, "%-26s n %6.0f  brier %.6f  log %.6f\n", name, s.n, s.brier/s.n, s.log/s.n)
	}
	return nil
}
