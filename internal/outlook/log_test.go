package outlook_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/outlook"
)

func rules(t testing.TB, won, lost, none string) eventlog.OutcomeMap {
	t.Helper()
	var m eventlog.OutcomeMap
	for _, x := range []struct {
		spec string
		o    throughline.Outcome
	}{{won, throughline.Won}, {lost, throughline.LostCompetitor}, {none, throughline.NoDecision}} {
		if x.spec == "" {
			continue
		}
		r, err := eventlog.ParseOutcomeRule(x.spec, x.o)
		if err != nil {
			t.Fatal(err)
		}
		m = append(m, r)
	}
	return m
}

// table makes a log of n cases; more gives columns beside case, activity, time
// for the k-th of a case's events, given how it will end.
func table(t testing.TB, n int, header string, more func(i, k, last int, won bool, r *rand.Rand) string) *eventlog.Log {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	b.WriteString("case,activity,time," + header + "\n")
	for i := range n {
		won, last := r.IntN(3) > 0, 2+r.IntN(4)
		for k := range last + 1 {
			act := []string{"call", "meet", "offer", "wait"}[r.IntN(4)]
			switch {
			case k == 0:
				act = "open"
			case k == last && won:
				act = "order"
			case k == last:
				act = "close"
			}
			day := 1 + i/3 + 3*k
			fmt.Fprintf(&b, "c%d,%s,%s,%s\n", i, act, forecast.Instant(17000+float64(day)).Format("2006-01-02T15:04:05Z"), more(i, k, last, won, r))
		}
	}
	l, found, err := eventcsv.Read(strings.NewReader(b.String()), eventcsv.Options{})
	if err != nil || found.Errors() {
		t.Fatal(err, found)
	}
	return l
}

// TestAttributesOfTheOpening: what was evidently written after the end, names
// the case or never varies is left out, and said; the rest is used.
func TestAttributesOfTheOpening(t *testing.T) {
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	for _, c := range []struct {
		name string
		more func(i, k, last int, won bool, r *rand.Rand) string
		used bool
		why  string
	}{
		{"a region", func(i, _, _ int, _ bool, _ *rand.Rand) string { return []string{"north", "south", "east"}[i%3] }, true, ""},
		{"a size", func(i, _, _ int, _ bool, _ *rand.Rand) string { return fmt.Sprint(i * 7919 % 1000) }, true, ""},
		{"a region known at the opening alone", func(i, k, _ int, _ bool, _ *rand.Rand) string {
			if k > 0 {
				return ""
			}
			return []string{"north", "south"}[i%2]
		}, true, ""},
		{"something that leans one way", func(_, _, _ int, won bool, r *rand.Rand) string { return yes(won == (r.IntN(10) > 1)) }, true, ""},
		{"the end, on every row", func(_, _, _ int, won bool, _ *rand.Rand) string { return yes(won) }, false, "after the end"},
		{"the end, nearly always", func(_, _, _ int, won bool, r *rand.Rand) string { return yes(won != (r.IntN(200) == 0)) }, false, "after the end"},
		{"a value of won cases only", func(i, _, _ int, won bool, _ *rand.Rand) string {
			if won {
				return fmt.Sprint(1000 + i*7919%1000)
			}
			return "0"
		}, false, "after the end"},
		{"the end, on its own row", func(_, k, last int, won bool, _ *rand.Rand) string {
			if k < last {
				return ""
			}
			return yes(won)
		}, false, ""},
		{"a small number", func(i, _, _ int, _ bool, _ *rand.Rand) string { return fmt.Sprint(i * 7919 % 6) }, true, ""},
		{"how many steps came", func(_, _, last int, _ bool, _ *rand.Rand) string { return fmt.Sprint(last) }, false, "grows"},
		{"a name for each case", func(i, _, _ int, _ bool, _ *rand.Rand) string { return fmt.Sprintf("quote-%d", i*7919%100000) }, false, "names the case"},
		{"a running number", func(i, _, _ int, _ bool, _ *rand.Rand) string { return fmt.Sprint(100 + i) }, false, "running number"},
		{"always the same", func(int, int, int, bool, *rand.Rand) string { return "x" }, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := table(t, 300, "extra", c.more)
			cols, excluded, found := outlook.OfLog(l, rules(t, "activity=order", "", "activity=close"), outlook.LogChoice{})
			used := slices.ContainsFunc(cols.Attributes, func(a forecast.Attribute) bool { return a.Name == "extra" })
			if used != c.used {
				t.Errorf("used is %t, want %t: %v", used, c.used, found)
			}
			said := slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Field == "extra" && strings.Contains(f.Message, c.why) }) ||
				slices.ContainsFunc(excluded, func(f leak.Finding) bool { return f.Attr == "extra" && strings.Contains(f.Words, c.why) })
			if c.why != "" && !said {
				t.Errorf("does not say %q: %v %v", c.why, found, excluded)
			}
		})
	}
}

// TestVariantOfACourse: a column that numbers the courses cases took is no
// opening attribute, though it stands on the first row.
func TestVariantOfACourse(t *testing.T) {
	course := map[string]int{}
	var b strings.Builder
	b.WriteString("case,activity,time,variant\n")
	r := rand.New(rand.NewPCG(6, 6))
	for i := range 400 {
		acts := []string{"open"}
		for range 1 + r.IntN(3) {
			acts = append(acts, []string{"call", "offer"}[r.IntN(2)])
		}
		acts = append(acts, []string{"order", "close"}[r.IntN(2)])
		key := strings.Join(acts, ">")
		if course[key] == 0 {
			course[key] = len(course) + 1
		}
		for k, a := range acts {
			fmt.Fprintf(&b, "c%d,%s,%s,Variant %d\n", i, a, forecast.Instant(17000+float64(i+k)).Format("2006-01-02T15:04:05Z"), course[key])
		}
	}
	l, _, err := eventcsv.Read(strings.NewReader(b.String()), eventcsv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := rules(t, "activity=order", "", "activity=close")
	cols, _, _ := outlook.OfLog(l, m, outlook.LogChoice{})
	if len(cols.Attributes) != 0 {
		t.Errorf("%s is used", cols.Attributes[0].Name)
	}
	cols, _, _ = outlook.OfLog(l, m, outlook.LogChoice{Use: []string{"variant"}})
	if len(cols.Attributes) != 1 {
		t.Error("what was asked for by name is not used")
	}
	_, _, found := outlook.OfLog(l, m, outlook.LogChoice{Leave: []string{"varaint"}})
	if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Nearest == "variant" }) {
		t.Errorf("a wrong name is not put right: %v", found)
	}
}

// TestNothingLaterShowsThrough: what is known of a case on a day does not
// change with what comes after that day.
func TestNothingLaterShowsThrough(t *testing.T) {
	more := func(i, _, _ int, _ bool, _ *rand.Rand) string { return []string{"north", "south"}[i%2] }
	m := rules(t, "activity=order", "", "activity=close")
	whole, _, _ := outlook.OfLog(table(t, 120, "region", more), m, outlook.LogChoice{Use: []string{"region"}})
	cut := whole
	cut.Case, cut.Activity, cut.Day = nil, nil, nil
	const day = 17020.0
	for e := range whole.Day {
		if whole.Day[e] <= day {
			cut.Case, cut.Activity, cut.Day = append(cut.Case, whole.Case[e]), append(cut.Activity, whole.Activity[e]), append(cut.Day, whole.Day[e])
		}
	}
	n := int(slices.Max(cut.Case)) + 1 // cases open one after the other
	cut.IDs, cut.End, cut.EndDay = cut.IDs[:n], cut.End[:n], cut.EndDay[:n]
	cut.Attributes = []forecast.Attribute{{Name: "region", Text: whole.Attributes[0].Text[:n]}}
	a, err := forecast.FromLog(whole)
	if err != nil {
		t.Fatal(err)
	}
	b, err := forecast.FromLog(cut)
	if err != nil {
		t.Fatal(err)
	}
	x, y := make([]float64, len(a.Fields)), make([]float64, len(b.Fields))
	for i := range n {
		if s, u := a.At(i, day, x), b.At(i, day, y); s != u || !slices.Equal(x, y) {
			t.Fatalf("case %d: state %d and %v, or %d and %v", i, s, x, u, y)
		}
	}
}

const logs = "../../../shared/data/logs"

// TestRealLogs: on real logs the backtest is run on what the log says at the
// opening, and ours beats each plain model with a slope near one. Age and state
// alone are the same hazards on fewer columns: a near tie with them is a tie,
// and the better of the two speaks.
func TestRealLogs(t *testing.T) {
	if _, err := os.Stat(logs); err != nil {
		t.Skipf("the real logs are not here (%s)", logs)
	}
	if testing.Short() {
		t.Skip("takes some seconds a log")
	}
	for _, c := range []struct{ file, won, lost, none string }{
		{"bpic2017_subset.csv", "outcome=True", "", "outcome=False"},
		{"purchasing_example.csv", "activity=Pay Invoice", "", "activity=Analyze Request for Quotation,Analyze Purchase Requisition"},
	} {
		t.Run(c.file, func(t *testing.T) {
			l, _, err := eventcsv.ReadFile(filepath.Join(logs, c.file), eventcsv.Options{})
			if err != nil {
				t.Fatal(err)
			}
			cols, _, _ := outlook.OfLog(l, rules(t, c.won, c.lost, c.none), outlook.LogChoice{})
			for _, a := range cols.Attributes {
				if strings.Contains(a.Name, "variant") || a.Name == "outcome" {
					t.Errorf("%s shows through", a.Name)
				}
			}
			h, err := forecast.FromLog(cols)
			if err != nil {
				t.Fatal(err)
			}
			b, err := forecast.RunBacktest(h, forecast.BacktestSettings{})
			if err != nil {
				t.Fatal(err)
			}
			ours, best := b.Models[0], b.Models[0]
			for _, s := range b.Models[1:] {
				if s.Log < best.Log {
					best = s
				}
				if s.Name == forecast.AgeAndState {
					if s.Brier < ours.Brier/1.02 || s.Log < ours.Log/1.02 {
						t.Errorf("%s is better: brier %.4f, log score %.4f; ours %.4f, %.4f", s.Name, s.Brier, s.Log, ours.Brier, ours.Log)
					}
					continue
				}
				if s.Brier <= ours.Brier || s.Log <= ours.Log {
					t.Errorf("%s does no worse: brier %.4f, log score %.4f; ours %.4f, %.4f", s.Name, s.Brier, s.Log, ours.Brier, ours.Log)
				}
			}
			if ours.Slope.Slope < 0.8 || ours.Slope.Slope > 1.25 || b.Used != best.Name {
				t.Errorf("slope %.2f, used %s", ours.Slope.Slope, b.Used)
			}
		})
	}
}
