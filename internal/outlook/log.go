package outlook

import (
	"fmt"
	"math"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/playbook"
)

// LogChoice says which attributes of a log may be used; the zero value lets
// OfLog choose.
type LogChoice struct {
	Use   []string // these and no others, whatever they look like
	Leave []string // not these

	FirstDay []string // known on the first day, whatever they look like
}

// mostActivities bounds the activities that have a covariate of their own; the
// rest are one.
const mostActivities = 200

// OfLog reads an event log as columns for forecast.FromLog. A case ends on the
// day of the event that decided; cases that no rule of m matches are open and
// censored at the log's last day. Attributes count as known at opening: those
// of the first event and of the case. Left out are those that m speaks of;
// those that name the case, with a finding; and those that were not known on
// the first day (internal/leak), which excluded names. docs/methods/outlook.md.
func OfLog(l *eventlog.Log, m eventlog.OutcomeMap, choice LogChoice) (_ forecast.Log, excluded []leak.Finding, _ diag.Findings) {
	ends, found := l.Outcomes(m)
	first, last := l.Bounds()
	var out forecast.Log
	if first == eventlog.NoTime {
		return out, nil, append(
			found,
			diag.Finding{Check: "forecast-log", Severity: diag.Error, Message: "no event of the log has a time, so nothing can be said about when"},
		)
	}
	out.Until = dayOf(last)
	code, names := activities(l)
	out.Activities = names
	var cases []int
	untimed := 0
	for c := range l.Cases() {
		lo, hi := l.Span(c)
		begin, end := eventlog.NoTime, eventlog.NoTime
		row := int32(len(cases))
		for e := lo; e < hi; e++ {
			t := l.Times()[e]
			if t == eventlog.NoTime {
				continue
			}
			if begin == eventlog.NoTime {
				begin = t
			}
			if ends[c].Event < 0 || e <= ends[c].Event {
				end = t
			}
			out.Case, out.Activity, out.Day = append(out.Case, row), append(out.Activity, code[l.Activity()[e]]), append(out.Day, dayOf(t))
		}
		if begin == eventlog.NoTime {
			untimed++
			continue
		}
		if end == eventlog.NoTime {
			end = begin
		}
		cases = append(cases, c)
		out.IDs = append(out.IDs, l.CaseID(c))
		out.End = append(out.End, forecast.EndOf(ends[c].Outcome))
		out.EndDay = append(out.EndDay, dayOf(end))
	}
	if untimed > 0 {
		found = append(found, diag.Finding{Check: "forecast-log", Severity: diag.Warning, Count: untimed,
			Message: fmt.Sprintf("%d cases have no event with a time and are left out", untimed)})
	}
	for _, r := range m {
		if e := forecast.EndOf(r.Outcome); e != forecast.Other && !slices.Contains(out.Ends, e) && slices.Contains(out.End, e) {
			out.Ends = append(out.Ends, e)
		}
	}
	slices.Sort(out.Ends)
	attrs, excluded, more := openingAttributes(l, m, choice, cases, ends)
	out.Attributes = attrs
	return out, excluded, append(found, more...)
}

func dayOf(us int64) float64 { return float64(us) / 86_400e6 }

// activities numbers the activities, the rarest together where there are too many.
func activities(l *eventlog.Log) (code []int32, names []string) {
	all := l.Activities().All()
	code = make([]int32, len(all))
	if len(all) <= mostActivities {
		for i := range code {
			code[i] = int32(i)
		}
		return code, all
	}
	count := make([]int, len(all))
	for _, a := range l.Activity() {
		count[a]++
	}
	order := make([]int, len(all))
	for i := range order {
		order[i], code[i] = i, mostActivities
	}
	slices.SortStableFunc(order, func(a, b int) int { return count[b] - count[a] })
	for k, a := range order[:mostActivities] {
		code[a] = int32(k)
		names = append(names, all[a])
	}
	return code, append(names, "any other")
}

// openingAttributes gives the attributes known when a case opens, and those
// that only look so.
func openingAttributes(
	l *eventlog.Log,
	m eventlog.OutcomeMap,
	choice LogChoice,
	cases []int,
	ends []eventlog.End,
) ([]forecast.Attribute, []leak.Finding, diag.Findings) {
	names := leak.Names(l)
	var found diag.Findings
	for _, lists := range [][]string{choice.Use, choice.Leave} {
		for _, name := range lists {
			if !slices.Contains(names, name) {
				found = append(found, diag.Finding{Check: "forecast-attribute", Severity: diag.Warning, Field: name,
					Message: fmt.Sprintf("the log has no attribute %q", name), Nearest: diag.Nearest(name, names)})
			}
		}
	}
	var out []forecast.Attribute
	var doubtful []string
	for _, name := range names {
		if slices.Contains(choice.Leave, name) || choice.Use != nil && !slices.Contains(choice.Use, name) {
			continue
		}
		byRule := slices.ContainsFunc(m, func(r eventlog.OutcomeRule) bool { return r.Attr == name })
		if byRule { // silently: nobody expects otherwise
			continue
		}
		col := l.Opening(name)
		if col == nil || col.Type() == eventlog.Time || col.Type() == eventlog.None || name == "" {
			continue
		}
		a := newCandidate(col, cases)
		if choice.Use == nil {
			why := a.useless()
			if why == "-" {
				continue
			}
			if why != "" {
				found = append(found, diag.Finding{Check: "forecast-attribute", Severity: diag.Hint, Field: name,
					Message: fmt.Sprintf(
						"attribute %q is left out: %s",
						name,
						why,
					), Hint: fmt.Sprintf("--attribute %q takes it in, and only those named so", name)})
				continue
			}
			if !slices.Contains(choice.FirstDay, name) {
				doubtful = append(doubtful, name)
			}
		}
		out = append(out, a.attribute(name))
	}
	if len(doubtful) == 0 {
		return out, nil, found
	}
	excluded := leak.InLog(l, l.All(), ends, doubtful)
	out = slices.DeleteFunc(out, func(a forecast.Attribute) bool {
		return slices.ContainsFunc(excluded, func(f leak.Finding) bool { return f.Attr == a.Name })
	})
	return out, excluded, found
}

// OutcomesOf are the ends a set of rules speaks of.
func OutcomesOf(m eventlog.OutcomeMap) []throughline.Outcome {
	var out []throughline.Outcome
	for _, r := range m {
		if !slices.Contains(out, r.Outcome) {
			out = append(out, r.Outcome)
		}
	}
	return out
}

var missing = math.NaN()

// EndsIn gives what a mapping says of how cases of a log end. What is about
// attributes of other logs says nothing of this one.
func EndsIn(l *eventlog.Log, words playbook.Mapping) eventlog.OutcomeMap {
	var out eventlog.OutcomeMap
	for _, e := range words.History {
		r, err := eventlog.ParseOutcomeRule(e.Spec, e.Outcome)
		if err != nil {
			continue // the playbook's check has said so
		}
		known := l.CaseColumn(r.Attr) != nil || l.EventColumn(r.Attr) != nil
		if r.Attr == eventlog.ActivityAttr {
			known = slices.ContainsFunc(r.Values, func(v string) bool { _, ok := l.Activities().Find(v); return ok })
		}
		if known {
			out = append(out, r)
		}
	}
	return out
}
