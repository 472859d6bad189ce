package plain

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

func (l *Log) counts(m map[string]int) []eventlog.ActivityCount {
	var out []eventlog.ActivityCount
	for name, n := range m {
		out = append(out, eventlog.ActivityCount{Activity: l.code(name), Count: n})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Count != out[j].Count {
			return out[i].Count > out[j].Count
		}
		return l.dict.At(out[i].Activity) < l.dict.At(out[j].Activity)
	})
	return out
}

// Summary counts.
func (l *Log) Summary(s eventlog.Selection) eventlog.Summary {
	out := eventlog.Summary{Cases: len(s), First: eventlog.NoTime, Last: eventlog.NoTime}
	acts := map[string]int{}
	var lengths, lasting, all []int64
	for _, c := range s {
		events := l.cases[c].Events
		lengths = append(lengths, int64(len(events)))
		out.Events += len(events)
		if len(events) == 0 {
			out.Empty++
		}
		for _, e := range events {
			acts[e.Activity]++
			if e.Time == eventlog.NoTime {
				out.Untimed++
			}
		}
		if t := l.timed(int(c)); len(t) > 0 {
			all = append(all, t...)
			lasting = append(lasting, t[len(t)-1]-t[0])
		}
	}
	out.Activities = l.counts(acts)
	if len(all) > 0 {
		out.First, out.Last = slices.Min(all), slices.Max(all)
	}
	if len(lengths) > 0 {
		out.Lengths = [3]float64{float64(slices.Min(lengths)), quantile(lengths, 0.5), float64(slices.Max(lengths))}
	}
	out.Lasting, out.Median, out.P90 = wait(lasting), quantile(lasting, 0.5), quantile(lasting, 0.9)
	return out
}

// Variants spells each case and counts the spellings.
func (l *Log) Variants(s eventlog.Selection) []eventlog.Variant {
	counts, first, names := map[string]int{}, map[string]int{}, map[string][]string{}
	for _, c := range s {
		var way []string
		for _, e := range l.cases[c].Events {
			way = append(way, e.Activity)
		}
		key := fmt.Sprintf("%q", way)
		if counts[key]++; counts[key] == 1 {
			first[key], names[key] = int(c), way
		}
	}
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if counts[a] != counts[b] {
			return counts[a] > counts[b]
		}
		return slices.Compare(names[a], names[b]) < 0
	})
	var out []eventlog.Variant
	for _, k := range keys {
		v := eventlog.Variant{Activities: []uint32{}, Cases: counts[k], First: first[k]}
		for _, n := range names[k] {
			v.Activities = append(v.Activities, l.code(n))
		}
		out = append(out, v)
	}
	return out
}

// DirectlyFollows lists the waits of each pair.
func (l *Log) DirectlyFollows(s eventlog.Selection) eventlog.Flow {
	type pair struct{ a, b string }
	counts, waits := map[pair]int{}, map[pair][]int64{}
	for _, c := range s {
		ev := l.cases[c].Events
		for i := 0; i+1 < len(ev); i++ {
			p := pair{ev[i].Activity, ev[i+1].Activity}
			counts[p]++
			if ev[i].Time != eventlog.NoTime && ev[i+1].Time != eventlog.NoTime {
				waits[p] = append(waits[p], ev[i+1].Time-ev[i].Time)
			}
		}
	}
	var out eventlog.Flow
	for p, n := range counts {
		out.Edges = append(out.Edges, eventlog.Edge{From: l.code(p.a), To: l.code(p.b), Count: n, Wait: wait(waits[p])})
	}
	sort.Slice(out.Edges, func(i, j int) bool {
		a, b := out.Edges[i], out.Edges[j]
		if a.Count != b.Count {
			return a.Count > b.Count
		}
		if a.From != b.From {
			return l.dict.At(a.From) < l.dict.At(b.From)
		}
		return l.dict.At(a.To) < l.dict.At(b.To)
	})
	return out
}

// Ends counts first and last activities.
func (l *Log) Ends(s eventlog.Selection) (start, end []eventlog.ActivityCount) {
	first, last := map[string]int{}, map[string]int{}
	for _, c := range s {
		if ev := l.cases[c].Events; len(ev) > 0 {
			first[ev[0].Activity]++
			last[ev[len(ev)-1].Activity]++
		}
	}
	return l.counts(first), l.counts(last)
}

// Rework counts activities case by case.
func (l *Log) Rework(s eventlog.Selection) []eventlog.Rework {
	var out []eventlog.Rework
	for a := range l.dict.Len() {
		r, events := eventlog.Rework{Activity: uint32(a)}, 0
		for _, c := range s {
			times, open, has := 0, 0, false
			for i, e := range l.cases[c].Events {
				if e.Activity != l.dict.At(uint32(a)) {
					continue
				}
				has = true
				events++
				part := eventlog.Whole
				for _, attr := range e.Attrs {
					if attr.Name == eventlog.LifecycleAttr {
						part = eventlog.PartOf(attr.Value.Text())
					}
				}
				if part == eventlog.Begins {
					open++
				}
				if part == eventlog.Amid || part == eventlog.Ends && open > 0 {
					if part == eventlog.Ends {
						open--
					}
					continue
				}
				times++
				if times > 1 && i > 0 && l.cases[c].Events[i-1].Activity == e.Activity {
					r.Loops++
				}
			}
			if has {
				r.Cases++
			}
			if times > 1 {
				r.Extra += times - 1
				r.Again++
			}
		}
		if events > r.Cases {
			out = append(out, r)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Extra != out[j].Extra {
			return out[i].Extra > out[j].Extra
		}
		return l.dict.At(out[i].Activity) < l.dict.At(out[j].Activity)
	})
	return out
}

// Between looks for the first of one and the next of the other.
func (l *Log) Between(s eventlog.Selection, from, to uint32) []eventlog.Gap {
	var out []eventlog.Gap
	for _, c := range s {
		ev := l.cases[c].Events
		i := slices.IndexFunc(ev, func(e eventlog.Event) bool { return e.Activity == l.dict.At(from) })
		if i < 0 {
			continue
		}
		j := slices.IndexFunc(ev[i+1:], func(e eventlog.Event) bool { return e.Activity == l.dict.At(to) })
		if j < 0 {
			continue
		}
		g := eventlog.Gap{Case: int(c), From: i, To: i + 1 + j, Wait: eventlog.NoTime}
		if a, b := ev[g.From].Time, ev[g.To].Time; a != eventlog.NoTime && b != eventlog.NoTime {
			g.Wait = b - a
		}
		out = append(out, g)
	}
	return out
}

// Counts groups cases by the spelling of their values.
func (l *Log) Counts(s eventlog.Selection, by []string, m eventlog.OutcomeMap) []eventlog.Group {
	groups := map[string]*eventlog.Group{}
	for _, c := range s {
		values := []eventlog.Value{}
		var key []string
		for _, name := range by {
			v := l.opening(int(c), name)
			values = append(values, v)
			key = append(key, fmt.Sprintf("%s %q", v.Type, v.Text()))
		}
		k := strings.Join(key, "|")
		if groups[k] == nil {
			groups[k] = &eventlog.Group{Values: values, Outcomes: map[throughline.Outcome]int{}}
		}
		o, _ := l.end(int(c), m)
		groups[k].Cases++
		groups[k].Events += len(l.cases[c].Events)
		groups[k].Outcomes[o]++
	}
	var out []eventlog.Group
	for _, g := range groups {
		out = append(out, *g)
	}
	eventlog.SortGroups(out)
	return out
}

// Spells follows each case to its end or to the day of the question.
func (l *Log) Spells(s eventlog.Selection, m eventlog.OutcomeMap, asOf int64) []eventlog.Spell {
	if asOf == eventlog.NoTime {
		for c := range l.cases {
			for _, t := range l.timed(c) {
				asOf = max(asOf, t)
			}
		}
	}
	out := []eventlog.Spell{}
	for _, c := range s {
		times := l.timed(int(c))
		if len(times) == 0 || times[0] > asOf {
			continue
		}
		o, at := l.end(int(c), m)
		end := times[len(times)-1]
		if at >= 0 {
			if l.cases[c].Events[at].Time == eventlog.NoTime {
				continue
			}
			end = times[0]
			for _, e := range l.cases[c].Events[:at+1] {
				if e.Time != eventlog.NoTime {
					end = e.Time
				}
			}
		}
		if o == throughline.StillOpen || end > asOf {
			o, end = throughline.StillOpen, asOf
		}
		out = append(out, eventlog.Spell{Case: int(c), Begin: times[0], End: end, Outcome: o})
	}
	return out
}
