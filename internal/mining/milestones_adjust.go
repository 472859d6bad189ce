package mining

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
)

// mostKinds bounds the values of an attribute that is adjusted for; a quantity
// is cut into fourths.
const mostKinds = 8

// AdjustFor chooses attributes of the opening, of cases and of tables' columns
// alike, that part cases into two to eight kinds: those that have most to do
// with how cases end first, as many as there are wins for (ten a column). Not
// those in without, such as what says how a case ended.
func AdjustFor(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, without []string) []string {
	won := 0
	for _, c := range s {
		if ends[c].Outcome == throughline.Won {
			won++
		}
	}
	type candidate struct {
		name   string
		kinds  int
		weight float64
	}
	var all []candidate
	for _, name := range leak.Names(l) {
		col := l.Opening(name)
		if col == nil || slices.Contains(without, name) || col.Type() == eventlog.Time || col.Type() == eventlog.None ||
			slices.Contains(hindsight, letters(name)) {
			continue
		}
		if risesWithCases(col, s) { // a running number, or the row of the table
			continue
		}
		text := kindsOf(col, s)
		counts := map[string]int{}
		for _, v := range text {
			if counts[v]++; len(counts) > mostKinds {
				break
			}
		}
		if len(counts) < 2 || len(counts) > mostKinds {
			continue
		}
		all = append(all, candidate{name, len(counts), endWeight(text, s, ends)})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.weight, a.weight) })
	left := max(8, won/10)
	var out []string
	for _, c := range all {
		if left -= c.kinds - 1; left < 0 {
			break
		}
		out = append(out, c.name)
	}
	return out
}

func risesWithCases(col *eventlog.Column, s eventlog.Selection) bool {
	order := make([]float64, len(s))
	for i := range order {
		order[i] = float64(i)
	}
	return runs(col, s, order)
}

// endWeight is chi square of kinds against ends, open being one, by its degrees of freedom.
func endWeight(text []string, s eventlog.Selection, ends []eventlog.End) float64 {
	kind, end := map[string]float64{}, map[throughline.Outcome]float64{}
	both := map[string]map[throughline.Outcome]float64{}
	for i, c := range s {
		v, o := text[i], ends[c].Outcome
		kind[v]++
		end[o]++
		if both[v] == nil {
			both[v] = map[throughline.Outcome]float64{}
		}
		both[v][o]++
	}
	n, sum := float64(len(s)), 0.0
	for v, a := range kind {
		for o, b := range end {
			d := both[v][o] - a*b/n
			sum += d * d / (a * b / n)
		}
	}
	return sum / max(1, float64((len(kind)-1)*(len(end)-1)))
}

// kindsOf spells the values of cases; of a quantity with many, the fourth they lie in.
func kindsOf(col *eventlog.Column, cases []uint32) []string {
	out := make([]string, len(cases))
	var numbers []float64
	if col.Type() == eventlog.Int || col.Type() == eventlog.Float {
		kinds := map[float64]bool{}
		for _, c := range cases {
			if x, ok := number(col.Value(int(c))); ok {
				numbers = append(numbers, x)
				kinds[x] = true
			}
		}
		if len(kinds) <= mostKinds {
			numbers = nil
		}
	}
	if numbers == nil {
		for i, c := range cases {
			out[i] = col.Text(int(c))
		}
		return out
	}
	slices.Sort(numbers)
	var bounds []float64
	for k := 1; k < 4; k++ {
		bounds = append(bounds, numbers[k*len(numbers)/4])
	}
	for i, c := range cases {
		if x, ok := number(col.Value(int(c))); ok {
			k, _ := slices.BinarySearch(bounds, x)
			out[i] = fmt.Sprint("fourth ", k+1)
		}
	}
	return out
}
