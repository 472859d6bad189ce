package phrase_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
)

var update = flag.Bool("update", false, "write the golden sentences anew")

// found are findings of every kind, with and without what may be missing.
func found() (names []string, values []any) {
	text := func(words ...string) (out []eventlog.Value) {
		for _, w := range words {
			out = append(out, eventlog.TextValue(w))
		}
		return out
	}
	bound := 12.5
	rules := []mining.Rule{
		{{{Attr: "deal_size", In: text("small")}}},
		{{{Attr: "deal_size", In: text("small", "large"), Not: true}}},
		{{{Attr: "(case)_Amount", AtMost: &bound}, {Attr: "region", In: text("north")}}},
		{{{Attr: "(case)_Amount", AtMost: &bound, Not: true}}, {{Attr: "region", In: text("a", "b", "c")}, {Attr: "x", In: text("y")}}},
	}
	add := func(name string, v any) { names, values = append(names, name), append(values, v) }
	elbow := []mining.Point{{Processes: 1}, {Processes: 2, Saved: 12.345, Elbow: true}}
	group := func(r mining.Rule) mining.Group {
		return mining.Group{Rule: r, Steps: []mining.Habit{{Step: "ask", Here: 0.1, There: 0.9}, {Step: "demo_1", Here: 0.9, There: 0.2}, {Step: "try", Here: 0.8, There: 0.3},
			{Step: "pay", Here: 0.7, There: 0.3}}, Days: 0.74, DaysRest: 127.4, Won: 0.885, WonRest: 0.25}
	}
	for name, next := range map[string]*mining.Further{"": nil, " next": {Saved: 1.234}, " next none": {Saved: -0.5}} {
		add("one"+name, &mining.Partition{Code: mining.OneProcess, Processes: 1, Next: next})
		add("two"+name, &mining.Partition{Code: mining.SeveralBetter, Processes: 2, Curve: elbow, Next: next, Groups: []mining.Group{{Rule: rules[1]}, group(rules[0])}})
		add("three"+name, &mining.Partition{Code: mining.SeveralBetter, Processes: 3, Curve: elbow, Next: next, Groups: []mining.Group{{Rule: rules[0]}, {Rule: rules[2]}, {Rule: rules[3]}}})
		add("eleven"+name, &mining.Partition{Code: mining.SeveralBetter, Processes: 11, Next: next, Groups: []mining.Group{{Rule: rules[0]}}})
	}
	add("two alike", &mining.Partition{Code: mining.SeveralBetter, Processes: 2, Groups: []mining.Group{{Rule: rules[1]}, {Rule: rules[0]}}})
	add("ten", &mining.Partition{Code: mining.SeveralBetter, Processes: 10, Next: &mining.Further{}, Groups: []mining.Group{{Rule: rules[0]}}})
	add("too few", &mining.Partition{Code: mining.TooFewToTell, Method: mining.Method{Ended: 1234}})
	add("one alone", &mining.Partition{Code: mining.TooFewToTell, Method: mining.Method{Ended: 1}})
	add("no attributes", &mining.Partition{Code: mining.NothingToSplit})
	add("group of all", mining.Group{})
	for i, r := range rules {
		add(fmt.Sprint("group alike ", i), mining.Group{Rule: r, Days: 10, DaysRest: 9, Won: 0.5, WonRest: 0.45})
		add(fmt.Sprint("group ", i), group(r))
	}
	add("group fast", mining.Group{Rule: rules[0], Days: 8.04, DaysRest: 10.5, Won: 0, WonRest: 0.104})
	for _, kind := range []mining.NoticeKind{mining.ChangedOverTime, mining.WhoLogs, mining.StandsForTime, mining.StandsForWho} {
		add("notice "+string(kind), mining.Notice{Kind: kind, Rule: rules[2], Day: "2026-03-01", Terms: mining.Terms()})
		add("notice bare "+string(kind), mining.Notice{Kind: kind, Rule: rules[0], Day: "2026-03-01"})
	}
	for _, code := range []mining.EffectStatus{mining.MoreOften, mining.LessOften, mining.NoSign, mining.NoOverlap, mining.TooFew} {
		m := mining.Milestone{Name: "ask", Rare: code == mining.LessOften, Met: map[string]float64{"won": 0.123}}
		for i, end := range []string{"won", "lost", "no_decision"} {
			m.Effects = append(m.Effects, mining.Effect{End: end, Code: code, Ratio: 1.25 * float64(i+1), Low: 0.95, High: 12.34, N: 1 + 1000*i})
		}
		add("milestone "+string(code), m)
	}
	fit := func(exact int, steps []mining.StepFit, extras ...mining.ExtraActivity) *mining.Conformance {
		return &mining.Conformance{Exact: exact, Fit: 0.876, Steps: steps, Extras: extras,
			Ends: []mining.EndFit{{End: "won", Cases: 4000}, {End: "open", Cases: 566}}}
	}
	add("fit", fit(4566, []mining.StepFit{{Name: "a", Skipped: 3}, {Name: "b_1", Skipped: 1200, SkippedBy: map[string]int{"won": 7}, OtherOrder: 1}, {Name: "c", Skipped: 1200}},
		mining.ExtraActivity{Name: "x", Cases: 1}, mining.ExtraActivity{Name: "y", Cases: 1}))
	add("fit exact", fit(10, []mining.StepFit{{Name: "a"}}))
	add("fit nothing", &mining.Conformance{})
	add("handover", &mining.Handover{Decided: 1500, Fell: 1, Days: mining.Days{N: 1234, Median: 9.4, P90: 91.5}, Place: 0.235, Placed: 12,
		Early: mining.PaperKind{Days: mining.Days{N: 49, Median: 41.2}}, Late: mining.PaperKind{Days: mining.Days{N: 63, Median: 13.6}}})
	add("handover late", &mining.Handover{Decided: 3, Place: 0.75, Placed: 1, Early: mining.PaperKind{Days: mining.Days{N: 4}}, Late: mining.PaperKind{Days: mining.Days{N: 63}}})
	add("aside", mining.Aside{Name: "signed_off", Cases: 1, Of: 1200})
	for _, why := range []mining.Skip{mining.SkipConstant, mining.SkipNames, mining.SkipHindsight, mining.SkipFirst, mining.SkipRunning, mining.SkipTime, mining.SkipUnknown} {
		add("left out "+string(why), why)
	}
	return names, values
}

// said words a finding as a reader of a language hears it.
func said(p *phrase.Phrase, v any) []string {
	switch v := v.(type) {
	case *mining.Partition:
		return []string{p.Partition(v)}
	case mining.Group:
		return []string{p.Group(v)}
	case mining.Notice:
		return []string{p.Notice(v)}
	case mining.Milestone:
		return p.Milestone(v)
	case *mining.Conformance:
		return p.Fit(v)
	case *mining.Handover:
		days := func(d float64) string { return fmt.Sprintf("%.0f", d) }
		return p.Handover(v, func(d float64) string { return p.Say("mine.days_whole", "x", days(d)) }, days)
	case mining.Aside:
		return []string{p.SetAside(v)}
	case mining.Skip:
		return []string{p.NoGround(v)}
	}
	panic(fmt.Sprintf("%T", v))
}

// TestWhatWasFoundIsSaid holds every finding of a history to its sentence in
// each language, and in the English that programs are answered in. That one
// stands as it stood when mining wrote its sentences itself: programs read it.
func TestWhatWasFoundIsSaid(t *testing.T) {
	names, values := found()
	for file, p := range map[string]*phrase.Phrase{"programs": phrase.ForPrograms(), "en": phrase.For("en"), "zh": phrase.For("zh")} {
		var all []string
		for i, v := range values {
			all = append(all, "# "+names[i]+"\n"+strings.Join(said(p, v), "\n")+"\n")
		}
		slices.Sort(all)
		got, path := strings.Join(all, "\n"), "testdata/mined."+file+".golden"
		if strings.Contains(got, "[") || strings.Contains(got, "<no value>") || strings.Contains(got, "%!") {
			t.Errorf("%s: a sentence lacks something:\n%s", file, got)
		}
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: said otherwise than in %s; look, then -update:\n%s", file, path, got)
		}
	}
}
