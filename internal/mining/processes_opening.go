package mining

import (
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
)

// opening is one attribute as a case had it when it opened, coded for
// counting: 0 where missing, 1 to len(values) for a value that can be asked
// for, above that a value too rare to be asked for; or the number of the
// stretch between two bounds.
type opening struct {
	name    string
	code    []uint16 // case (index in the selection) -> code
	codes   int      // codes run below this
	values  []eventlog.Value
	bounds  []float64 // numbers: code k holds values up to bounds[k-1]; nil where values are asked for
	missing bool
	kinds   int // different values
}

const (
	mostValues = 64 // values of an attribute that a rule can ask for
	mostBounds = 31 // bounds a rule can put between numbers
)

// Skip says why an attribute of the log is no ground for a rule.
type Skip string

// The reasons. Hindsight means that the values name the path the case took,
// which nobody knows when it opens.
const (
	SkipConstant  Skip = "constant"
	SkipNames     Skip = "names"
	SkipHindsight Skip = "hindsight"
	SkipFirst     Skip = "first"
	SkipRunning   Skip = "running"
	SkipTime      Skip = "time"
	SkipUnknown   Skip = "unknown"
)

// LeftOut is an attribute that was left out.
type LeftOut struct {
	Attr  string `json:"attr"`
	Why   Skip   `json:"-"`
	Words string `json:"why"` // in words; whoever answers puts them in
}

// hindsight lists the names, letters only, under which tools store what they
// worked out from the whole path.
var hindsight = []string{"variant", "variantindex", "casevariant", "variantid", "outcome", "endstate"}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

// openings codes the attributes that may separate groups.
func openings(l *eventlog.Log, s eventlog.Selection, opened []float64, names, without []string) (out []opening, skipped []LeftOut) {
	given := names != nil
	if !given {
		for _, cols := range [][]*eventlog.Column{l.CaseColumns(), l.EventColumns()} {
			for _, c := range cols {
				if !slices.Contains(names, c.Name) {
					names = append(names, c.Name)
				}
			}
		}
	}
	paths := pathsOf(l, s)
	for _, name := range names {
		if slices.Contains(without, name) {
			continue
		}
		col := l.Opening(name)
		switch {
		case col == nil:
			skipped = append(skipped, LeftOut{Attr: name, Why: SkipUnknown})
			continue
		case col.Type() == eventlog.Time:
			skipped = append(skipped, LeftOut{Attr: name, Why: SkipTime})
			continue
		case !given && slices.Contains(hindsight, letters(name)):
			skipped = append(skipped, LeftOut{Attr: name, Why: SkipHindsight})
			continue
		}
		made, why := code(col, s)
		if why == "" && !given && runs(col, s, opened) {
			why = SkipRunning
		}
		for i := range made {
			if why == "" && !given {
				why = made[i].tells(paths)
			}
		}
		if why != "" {
			skipped = append(skipped, LeftOut{Attr: name, Why: why})
			continue
		}
		out = append(out, made...)
	}
	return out, skipped
}

// runs reports whether a quantity of which nine in ten values differ rises with
// the opening days.
func runs(col *eventlog.Column, s eventlog.Selection, opened []float64) bool {
	var x, at []float64
	kinds := map[float64]bool{}
	for i, c := range s {
		if f, ok := number(col.Value(int(c))); ok && opened[i] == opened[i] {
			x, at = append(x, f), append(at, opened[i])
			kinds[f] = true
		}
	}
	return len(x) > 50 && 10*len(kinds) > 9*len(x) && math.Abs(leak.Spearman(x, at)) > 0.95
}

// paths number each case's path and first activity, to recognise attributes that only name these.
type paths struct{ whole, first []uint32 }

func pathsOf(l *eventlog.Log, s eventlog.Selection) paths {
	p := paths{make([]uint32, len(s)), make([]uint32, len(s))}
	ids := map[string]uint32{}
	var key []byte
	for i, c := range s {
		lo, hi := l.Span(int(c))
		key = key[:0]
		for _, a := range l.Activity()[lo:hi] {
			key = append(key, byte(a), byte(a>>8), byte(a>>16))
		}
		id, ok := ids[string(key)]
		if !ok {
			id = uint32(len(ids))
			ids[string(key)] = id
		}
		p.whole[i] = id
		if p.first[i] = math.MaxUint32; lo < hi {
			p.first[i] = l.Activity()[lo]
		}
	}
	return p
}

// tells reports whether the values stand one for one for paths or first activities.
func (o *opening) tells(p paths) Skip {
	if o.bounds != nil || o.kinds > mostValues {
		return ""
	}
	oneForOne := func(of []uint32) bool {
		to, back := map[uint16]uint32{}, map[uint32]uint16{}
		for i, k := range o.code {
			if k == 0 {
				continue
			}
			a, ok := to[k]
			b, back2 := back[of[i]]
			if ok && a != of[i] || back2 && b != k {
				return false
			}
			to[k], back[of[i]] = of[i], k
		}
		return len(to) > 1
	}
	switch {
	case oneForOne(p.first):
		return SkipFirst
	case oneForOne(p.whole):
		return SkipHindsight
	}
	return ""
}

// code codes a column; a number with few values can be asked for both by value and by bound.
func code(col *eventlog.Column, s eventlog.Selection) ([]opening, Skip) {
	seen, missing := tally(col, s)
	present := 0
	for _, n := range seen {
		present += n
	}
	if len(seen) == 0 || len(seen) == 1 && !missing {
		return nil, SkipConstant
	}
	numbers := 0
	for v := range seen {
		if _, ok := number(v); ok {
			numbers++
		}
	}
	var out []opening
	if numbers*20 >= len(seen)*19 && len(seen) > 4 {
		if o := byBound(col, s, missing, len(seen)); len(o.bounds) > 0 {
			out = append(out, o)
		}
		if len(seen) > mostBounds {
			return out, ""
		}
	}
	if len(seen)*2 > present {
		return nil, SkipNames
	}
	return append(out, byValue(col, s, seen, missing)), ""
}

// tally counts the cases of each value.
func tally(col *eventlog.Column, s eventlog.Selection) (seen map[eventlog.Value]int, missing bool) {
	seen = map[eventlog.Value]int{}
	if col.Type() == eventlog.String {
		counts := make([]int, col.Dict().Len())
		for _, c := range s {
			counts[col.Codes()[c]]++
		}
		for k, n := range counts[1:] {
			if n > 0 {
				seen[eventlog.TextValue(col.Dict().At(uint32(k+1)))] += n
			}
		}
		return seen, counts[0] > 0
	}
	for _, c := range s {
		if v := col.Value(int(c)); v.IsMissing() {
			missing = true
		} else {
			seen[v]++
		}
	}
	return seen, missing
}

func byValue(col *eventlog.Column, s eventlog.Selection, seen map[eventlog.Value]int, missing bool) opening {
	o := opening{name: col.Name, missing: missing, kinds: len(seen), code: make([]uint16, len(s))}
	for v := range seen {
		o.values = append(o.values, v)
	}
	slices.SortFunc(o.values, func(a, b eventlog.Value) int {
		if d := seen[b] - seen[a]; d != 0 {
			return d
		}
		return strings.Compare(a.Text(), b.Text())
	})
	o.values = o.values[:min(len(o.values), mostValues)]
	codes := make(map[eventlog.Value]uint16, len(seen))
	for i, v := range o.values {
		codes[v] = uint16(i + 1)
	}
	rare := uint16(len(o.values) + 1)
	o.codes = int(rare) + 1
	if col.Type() == eventlog.String {
		of := make([]uint16, col.Dict().Len())
		for k := range of[1:] {
			if of[k+1] = codes[eventlog.TextValue(col.Dict().At(uint32(k+1)))]; of[k+1] == 0 {
				of[k+1] = rare
			}
		}
		for i, c := range s {
			o.code[i] = of[col.Codes()[c]]
		}
		return o
	}
	for i, c := range s {
		v := col.Value(int(c))
		if v.IsMissing() {
			continue
		}
		k, ok := codes[v]
		if !ok {
			k = rare
		}
		o.code[i] = k
	}
	return o
}

func byBound(col *eventlog.Column, s eventlog.Selection, missing bool, kinds int) opening {
	o := opening{name: col.Name, missing: missing, kinds: kinds, code: make([]uint16, len(s))}
	values := make([]float64, len(s))
	sorted := make([]float64, 0, len(s))
	for i, c := range s {
		f, ok := number(col.Value(int(c)))
		if !ok {
			f = math.NaN()
			o.missing = true
		} else {
			sorted = append(sorted, f)
		}
		values[i] = f
	}
	slices.Sort(sorted)
	for k := range mostBounds {
		b := sorted[(k+1)*len(sorted)/(mostBounds+1)]
		if b < sorted[len(sorted)-1] && (len(o.bounds) == 0 || b > o.bounds[len(o.bounds)-1]) {
			o.bounds = append(o.bounds, b)
		}
	}
	for i, f := range values {
		if f == f {
			k, _ := slices.BinarySearch(o.bounds, f)
			o.code[i] = uint16(k + 1)
		}
	}
	o.codes = len(o.bounds) + 2
	return o
}
