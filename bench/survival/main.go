// Command survival times the survival and forecast rooms on the inputs that
// the scripts beside it give to R and numpy, and prints one JSON line for each.
//
// Takes: a folder made by gen_stats.py.
// Gives: one JSON line a measured thing on standard output.
// Never: compares across machines; run.sh runs everything in one go.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/survival"
)

func columns(path string) (map[string][]float64, []string) {
	f, err := os.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	in.Scan()
	names := strings.Split(in.Text(), ",")
	cols := make([][]float64, len(names))
	for in.Scan() {
		rest := in.Text()
		for j := range names {
			field, after, _ := strings.Cut(rest, ",")
			rest = after
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				fmt.Fprintln(os.Stderr, path, err)
				os.Exit(3)
			}
			cols[j] = append(cols[j], v)
		}
	}
	out := map[string][]float64{}
	for j, n := range names {
		out[n] = cols[j]
	}
	return out, names
}

func bytesOf(x []float64) []uint8 {
	out := make([]uint8, len(x))
	for i, v := range x {
		out[i] = uint8(v)
	}
	return out
}

func ints(x []float64) []int32 {
	out := make([]int32, len(x))
	for i, v := range x {
		out[i] = int32(v)
	}
	return out
}

func measure(what string, reps int, run func() string) {
	var took []float64
	extra := ""
	for range reps {
		start := time.Now()
		extra = run()
		took = append(took, time.Since(start).Seconds())
	}
	slices.Sort(took)
	b, _ := json.Marshal(map[string]any{"what": what, "peer": "ours", "wall": took[len(took)/2], "min": took[0], "extra": extra})
	fmt.Println(string(b))
}

func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	return v
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: survival DATA [aj|cox|csc|mc]...")
		os.Exit(2)
	}
	dir, cases := os.Args[1], os.Args[2:]
	if len(cases) == 0 {
		cases = []string{"aj", "cox", "csc", "mc"}
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range cases {
		switch c {
		case "aj":
			a, _ := columns(file("aj1m.csv"))
			s := survival.Spells{Time: a["day"], End: bytesOf(a["status"]), Stratum: ints(a["g100"])}
			measure("aj 1M x 100 strata", 11, func() string {
				c := must(survival.AalenJohansen(s))
				return fmt.Sprint(len(c.Time), " time points, with errors")
			})
			one := survival.Spells{Time: a["time"], End: s.End}
			measure("aj 1M continuous", 3, func() string { return fmt.Sprint(len(must(survival.AalenJohansen(one)).Time), " time points") })
		case "cox":
			d, names := columns(file("cox100k.csv"))
			var x [][]float64
			for _, n := range names[2:] {
				x = append(x, d[n])
			}
			s := survival.Spells{Time: d["day"], End: bytesOf(d["status"])}
			measure("cox 100k x 20", 5, func() string {
				c := must(survival.FitCox(s, 1, x, survival.CoxSettings{}))
				return fmt.Sprintf("rounds %d loglik %.7g", c.Rounds, c.LogLik[1])
			})
		case "csc":
			d, names := columns(file("fg100k.csv"))
			nd, _ := columns(file("new10k.csv"))
			var x, y [][]float64
			for _, n := range names[2:] {
				x, y = append(x, d[n]), append(y, nd[n])
			}
			s := survival.Spells{Time: d["day"], End: bytesOf(d["status"])}
			var m *survival.Causes
			measure("csc 3 x 100k x 5", 5, func() string { m = must(survival.FitCauses(s, x, survival.CoxSettings{})); return "" })
			times := make([]float64, 12)
			for i := range times {
				times[i] = float64(i+1) * 30
			}
			measure("csc risks 10k x 12", 5, func() string { return fmt.Sprint(len(must(m.Risks(0, 0, y, times)))) })
		case "mc":
			deals(file("deals10k.csv"))
		default:
			fmt.Fprintln(os.Stderr, "no case", c)
			os.Exit(2)
		}
	}
}
