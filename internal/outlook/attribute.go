package outlook

import (
	"math"
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
