package xes

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

const shared = "../../../../shared"

func need(t testing.TB, path string) string {
	t.Helper()
	p := filepath.Join(shared, path)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("%s is not here", p)
	}
	return p
}

// reference is an answer another program gave; see the note inside the files.
type reference struct {
	Traces, Events, Activities, Variants int
	Min                                  int            `json:"min_trace_len"`
	Max                                  int            `json:"max_trace_len"`
	First                                string         `json:"first_timestamp"`
	Last                                 string         `json:"last_timestamp"`
	Counts                               map[string]int `json:"activity_counts"`
	Start                                map[string]int `json:"start_activities"`
	End                                  map[string]int `json:"end_activities"`
	DFG                                  [][3]any
}

// TestReferenceAnswers holds two classics against another program's answers.
func TestReferenceAnswers(t *testing.T) {
	for name, file := range map[string]string{"running-example": "running-example.xes", "receipt": "receipt.xes.gz"} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(need(t, "reference/pm/"+name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want reference
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			l, found, err := ReadFile(need(t, "data/logs/"+file), Options{})
			if err != nil || l == nil || found.Bad() {
				t.Fatal(err, found)
			}
			if err := l.Check(); err != nil {
				t.Fatal(err)
			}
			all := l.All()
			s := l.Summary(all)
			same(t, "traces", s.Cases, want.Traces)
			same(t, "events", s.Events, want.Events)
			same(t, "activities", counts(l, s.Activities), want.Counts)
			same(t, "lengths", [2]float64{s.Lengths[0], s.Lengths[2]}, [2]float64{float64(want.Min), float64(want.Max)})
			same(t, "bounds", eventlog.FormatTime(s.First)+eventlog.FormatTime(s.Last), iso(want.First)+iso(want.Last))
			start, end := l.Ends(all)
			same(t, "start", counts(l, start), want.Start)
			same(t, "end", counts(l, end), want.End)
			got := map[string]int{}
			for _, e := range l.DirectlyFollows(all).Edges {
				got[l.ActivityName(e.From)+" > "+l.ActivityName(e.To)] = e.Count
			}
			dfg := map[string]int{}
			for _, e := range want.DFG {
				dfg[fmt.Sprint(e[0], " > ", e[1])] = int(e[2].(float64))
			}
			same(t, "directly follows", got, dfg)
			same(t, "variants", variants(l), readVariants(t, need(t, "reference/pm/"+name+"_variants.csv")))
		})
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s:\n got  %s\n want %s", what, g, w)
	}
}

func iso(s string) string {
	us, _, _ := eventlog.ParseInstant([]byte(s))
	return eventlog.FormatTime(us)
}

func counts(l *eventlog.Log, list []eventlog.ActivityCount) map[string]int {
	m := map[string]int{}
	for _, a := range list {
		m[l.ActivityName(a.Activity)] = a.Count
	}
	return m
}

// variants spells them in the form of the reference files, in our order.
func variants(l *eventlog.Log) []string {
	var out []string
	for _, v := range l.Variants(l.All()) {
		var names []string
		for _, a := range v.Activities {
			names = append(names, l.ActivityName(a))
		}
		out = append(out, fmt.Sprintf("%d,%d,%s", v.Cases, len(names), strings.Join(names, " | ")))
	}
	return out
}

func readVariants(t *testing.T, path string) []string {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(string(raw), "\r", "")), "\n")[1:]
}

// TestKnownCounts reads the logs whose size is known.
func TestKnownCounts(t *testing.T) {
	for file, want := range map[string][2]int{
		"bpic2020_DomesticDeclarations.xes.gz":      {10357, 55628},
		"bpic2020_InternationalDeclarations.xes.gz": {6323, 70727},
		"bpic2020_RequestForPayment.xes.gz":         {6760, 36072},
	} {
		l, found, err := ReadFile(need(t, "data/logs/"+file), Options{})
		if err != nil || found.Bad() {
			t.Fatal(err, found)
		}
		if got := [2]int{l.Cases(), l.Events()}; got != want {
			t.Errorf("%s has %v cases and events, not %v", file, got, want)
		}
	}
}

// verdict spells what became of a file: "accepted", "accepted with …" or "refused: …".
func verdict(l *eventlog.Log, found diag.Findings) string {
	var what []string
	for _, f := range found {
		what = append(what, fmt.Sprintf("%s %d:%d", f.Check, f.Range.Begin.Line, f.Range.Begin.Column))
	}
	switch {
	case l == nil:
		return "refused: " + strings.Join(what, ", ")
	case len(found) == 0:
		return "accepted"
	}
	return "accepted with " + strings.Join(what, ", ")
}

// TestEdgeCases holds each file of a folder of odd files to a line of
// testdata/edge_cases.txt: file, cases, events, verdict.
func TestEdgeCases(t *testing.T) {
	dir := need(t, "data/logs/xes_edge_cases")
	table, err := os.Open("testdata/edge_cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	want := map[string]string{}
	for sc := bufio.NewScanner(table); sc.Scan(); {
		if line := sc.Text(); line != "" && line[0] != '#' {
			name, rest, _ := strings.Cut(line, " ")
			want[name] = strings.Join(strings.Fields(rest), " ")
		}
	}
	files, _ := filepath.Glob(dir + "/*.xes")
	if len(files) != 71 {
		t.Errorf("%d files, not 71", len(files))
	}
	var lines []string
	for _, f := range files {
		name := filepath.Base(f)
		l, found, err := ReadFile(f, Options{File: name})
		if err != nil {
			t.Fatal(err)
		}
		cases, events := 0, 0
		if l != nil {
			cases, events = l.Cases(), l.Events()
		}
		got := fmt.Sprintf("%d %d %s", cases, events, verdict(l, found))
		if got != want[name] {
			t.Errorf("%s\n got  %s\n want %s", name, got, want[name])
		}
		lines = append(lines, fmt.Sprintf("%-42s %s", name, got))
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s has a line and no file", name)
	}
	if t.Failed() && os.Getenv("WRITE_TABLE") != "" {
		slices.Sort(lines)
		_ = os.WriteFile("testdata/edge_cases.txt", []byte("# file, cases, events, what becomes of it (checks with line:column)\n"+strings.Join(lines, "\n")+"\n"), 0o644)
	}
}
