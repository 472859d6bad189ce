package outlook

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/forecast"
)

// candidate is an attribute that may be a covariate: one value a case, as a
// code (0 is missing) and, where it is one, as a number.
type candidate struct {
	code   []int32
	levels int
	texts  []string  // of the codes
	number []float64 // nil: no quantity
}

func newCandidate(col *eventlog.Column, cases []int) *candidate {
	a := &candidate{code: make([]int32, len(cases)), texts: []string{""}}
	quantity := col.Type() == eventlog.Int || col.Type() == eventlog.Float
	if quantity {
		a.number = make([]float64, len(cases))
	}
	if codes := col.Codes(); codes != nil { // coded already
		at := make([]int32, col.Dict().Len())
		for i, c := range cases {
			k := codes[c]
			if k > 0 && at[k] == 0 {
				a.texts = append(a.texts, col.Dict().At(k))
				at[k] = int32(len(a.texts) - 1)
			}
			a.code[i] = at[k]
		}
		a.levels = len(a.texts) - 1
		return a
	}
	at := map[float64]int32{}
	for i, c := range cases {
		if col.IsMissing(c) {
			if quantity {
				a.number[i] = missing
			}
			continue
		}
		v := col.Value(c)
		x := v.Float()
		if !quantity {
			x = float64(v.Int())
		} else {
			a.number[i] = x
		}
		k, ok := at[x]
		if !ok {
			if !quantity {
				a.texts = append(a.texts, v.Text())
			}
			k = int32(len(at) + 1)
			at[x] = k
		}
		a.code[i] = k
	}
	a.levels = len(at)
	return a
}

func (a *candidate) attribute(name string) forecast.Attribute {
	out := forecast.Attribute{Name: name}
	if a.number != nil {
		out.Number = a.number
		return out
	}
	out.Text = make([]string, len(a.code))
	for i, k := range a.code {
		out.Text[i] = a.texts[k]
	}
	return out
}

// useless says why an attribute can say nothing; "-" where nobody needs to be told.
func (a *candidate) useless() string {
	n, some := len(a.code), 0
	for _, k := range a.code {
		if k > 0 {
			some++
		}
	}
	switch {
	case some == 0 || a.levels == 1 && some == n:
		return "-" // one value says nothing
	case a.number == nil && a.levels > 50 && 2*a.levels > some:
		return "it names the case rather than a kind of case"
	case a.number != nil && n > 50 && 10*a.levels > 9*some && a.rises():
		return "it is a running number"
	}
	return ""
}

// rises reports whether the numbers follow the order in which cases first appear.
func (a *candidate) rises() bool {
	up, pairs := 0, 0
	last := missing
	for _, v := range a.number {
		if math.IsNaN(v) {
			continue
		}
		if !math.IsNaN(last) {
			pairs++
			if v > last {
				up++
			}
		}
		last = v
	}
	return pairs > 0 && float64(up) > 0.95*float64(pairs)
}

// afterwards says why an attribute must have been written after the end of its
// cases, "" where nothing speaks for it. A table of events often repeats on
// every row what was worked out over the whole case. Two marks give that away:
// cases of one value all took one and the same course, though courses differ;
// or the value alone tells the end of (nearly) every case, or parts them at one
// number, though ends differ. docs/methods/outlook.md.
func (a *candidate) afterwards(courses []uint64, ends []forecast.End) string {
	if a.tellsCourse(courses) {
		return "its value tells the whole course of a case, so it was written after the end"
	}
	if miss, base, n := a.tellsEnd(ends); n >= 30 && base >= 0.02 && miss <= 0.02*base {
		return fmt.Sprintf("its value tells how %d closed cases ended, so it was written after the end", n)
	}
	if a.number != nil {
		if miss, base, n := a.partsEnds(ends); n >= 30 && base >= 0.02 && miss <= 0.02*base {
			return fmt.Sprintf("one limit on it tells how %d closed cases ended, so it was written after the end", n)
		}
	}
	return ""
}

func (a *candidate) tellsCourse(courses []uint64) bool {
	if len(courses) == 0 || a.levels < 3 {
		return false
	}
	common := map[uint64]int{}
	for _, c := range courses {
		common[c]++
	}
	most := 0
	for _, n := range common {
		most = max(most, n)
	}
	if 2*most > len(courses) {
		return false
	}
	first, n := make([]uint64, a.levels+1), make([]int, a.levels+1)
	shared, other := 0, 0
	for i, k := range a.code {
		if k == 0 {
			continue
		}
		if n[k]++; n[k] == 1 {
			first[k] = courses[i]
			continue
		}
		shared++
		if courses[i] != first[k] {
			other++
		}
	}
	return shared >= 20 && 50*other <= shared
}

// tellsEnd gives the share of closed cases that the commonest end of their
// value would get wrong, and that of the commonest end of all; n closed cases
// share their value with another.
func (a *candidate) tellsEnd(ends []forecast.End) (miss, base float64, n int) {
	type counts [forecast.Other + 1]int
	by := make([]counts, a.levels+1)
	all, closed := counts{}, 0
	for i, k := range a.code {
		if e := ends[i]; e != forecast.Open {
			by[k][e]++
			all[e]++
			closed++
		}
	}
	wrong := 0
	for _, c := range by {
		sum := 0
		for _, v := range c {
			sum += v
		}
		if sum >= 2 {
			n += sum
			wrong += sum - slices.Max(c[:])
		}
	}
	if n == 0 || 2*n < closed {
		return 1, 0, 0
	}
	return float64(wrong) / float64(n), 1 - float64(slices.Max(all[:]))/float64(closed), n
}

// partsEnds is tellsEnd for one limit on a quantity; missing lies below all.
func (a *candidate) partsEnds(ends []forecast.End) (miss, base float64, n int) {
	type pair struct {
		x float64
		e forecast.End
	}
	var pairs []pair
	var above, below [forecast.Other + 1]int
	for i, x := range a.number {
		if e := ends[i]; e != forecast.Open {
			if math.IsNaN(x) {
				x = math.Inf(-1)
			}
			pairs = append(pairs, pair{x, e})
			above[e]++
		}
	}
	if len(pairs) == 0 {
		return 1, 0, 0
	}
	base = 1 - float64(slices.Max(above[:]))/float64(len(pairs))
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	best := len(pairs)
	for i, p := range pairs {
		if i > 0 && p.x > pairs[i-1].x {
			best = min(best, len(pairs)-slices.Max(above[:])-slices.Max(below[:]))
		}
		above[p.e]--
		below[p.e]++
	}
	return float64(best) / float64(len(pairs)), base, len(pairs)
}

// CategoryIn finds another system's forecast category among attributes; "" for none.
func CategoryIn(attributes map[string]string) string {
	for name, v := range attributes {
		switch strings.ToLower(strings.NewReplacer("_", "", " ", "").Replace(name)) {
		case "forecastcategory", "forecastcategoryname":
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// Category gives the forecast category that another system stated last of a
// deal, and when; "" where it stated none.
func (p *Past) Category(id throughline.DealID) (word string, at time.Time) {
	if _, known := p.Attributes(id); !known {
		return "", at
	}
	for _, f := range p.lives[p.byDeal[id]].facts {
		var attributes map[string]string
		switch b := f.Body.(type) {
		case deal.Opened:
			attributes = b.Attributes
		case deal.Described:
			attributes = b.Attributes
		}
		if v := CategoryIn(attributes); v != "" {
			word, at = v, f.When()
		}
	}
	return word, at
}
