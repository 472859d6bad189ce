package phrase

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/usage"
)

// UseMeasure is one measure of use in words.
type UseMeasure struct {
	Key, Name, Says string
	Part            float64 // the share, 0 to 1; below 0 where it is none
	Kind            string  // won: the more the better; none: the less
}

// UseMeasures says what comes of using the product, in the order of DOMAIN 9.8.
// A measure of which nothing can be told says so.
func (p *Phrase) UseMeasures(m usage.Measures) []UseMeasure {
	out := []UseMeasure{
		p.share("fresh", "won", m.Fresh), p.share("answered", "won", m.Answered), p.share("revised", "won", m.Revised),
		p.noDecision(m), p.typical("order", m.ToOrder), p.share("results", "won", m.Results), p.share("plans", "won", m.Plans),
		p.share("picks", "none", m.Picks), p.typical("people", m.People), p.typical("steps", m.Steps),
	}
	return out
}

func (p *Phrase) share(key, kind string, s usage.Share) UseMeasure {
	out := UseMeasure{Key: key, Name: p.Say("use." + key), Says: p.Say("use.nothing"), Part: -1, Kind: kind}
	if part, ok := s.Part(); ok {
		out.Part, out.Says = part, p.Say("use."+key+"_says", "n", p.Number(s.N), "of", p.Number(s.Of))
	}
	return out
}

func (p *Phrase) typical(key string, t usage.Typical) UseMeasure {
	out := UseMeasure{Key: key, Name: p.Say("use." + key), Says: p.Say("use.nothing"), Part: -1}
	switch {
	case t.Of == 0:
	case key == "order":
		out.Says = p.Say("use.order_says", "days", p.Days(int(math.Round(t.Middle))), "n", t.Of)
	default:
		out.Says = p.Say("use."+key+"_says", "n", tenth(t.Middle).String(), "of", p.Number(t.Of))
	}
	return out
}

func (p *Phrase) noDecision(m usage.Measures) UseMeasure {
	out := UseMeasure{Key: "none", Name: p.Say("use.none"), Says: p.Say("use.nothing"), Part: -1, Kind: "none"}
	part, ok := m.NoDecision.Part()
	if !ok {
		return out
	}
	pairs := []any{"n", p.Number(m.NoDecision.N), "of", p.Number(m.NoDecision.Of), "per", p.Percent(part)}
	key := "use.none_only"
	if before, ok := m.Before.Part(); ok {
		key, pairs = "use.none_says", append(pairs, "before", p.Percent(before))
	}
	out.Part, out.Says = part, p.Say(key, pairs...)
	var causes []throughline.Cause
	for _, c := range throughline.Causes() {
		if m.Causes[string(c)] > 0 {
			causes = append(causes, c)
		}
	}
	slices.SortStableFunc(causes, func(a, b throughline.Cause) int { return cmp.Compare(m.Causes[string(b)], m.Causes[string(a)]) })
	var words []string
	for _, c := range causes[:min(2, len(causes))] {
		words = append(words, p.Cause(c)+" "+p.Number(m.Causes[string(c)]))
	}
	if len(words) > 0 {
		out.Says = strings.TrimSpace(out.Says + p.gap() + p.Say("use.none_why", "causes", p.List(words)))
	}
	return out
}

// UseCosts says what a complex deal takes of people's time, or why that is not known.
func (p *Phrase) UseCosts(c usage.Counted) string {
	complex := c.Complex()
	switch {
	case c.Off:
		return p.Say("use.off")
	case c.Since.IsZero():
		return p.Say("use.uncounted")
	case complex.Few:
		return p.Say("use.minutes_few")
	case complex.Open == 0:
		return p.Say("use.minutes_nothing")
	case complex.Minutes != nil:
		return p.Say("use.minutes_first", "minutes", p.useTenths("use.minutes_n", *complex.Minutes), "times", p.useTenths("use.times_n", *complex.Interactions))
	case *complex.Interactions > 0:
		return p.Say("use.minutes_untimed", "times", p.useTenths("use.times_n", *complex.Interactions))
	}
	return p.Say("use.minutes_none", "day", p.Day(c.Since))
}

// UseFew says of which classes it is not given what their deals take; nothing where
// it is given of all.
func (p *Phrase) UseFew(c usage.Counted) string {
	var list []string
	for _, k := range c.Classes {
		if k.Few {
			list = append(list, p.Class(k.Class))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return p.Say("use.few", "list", p.List(list))
}

// UseFigure writes a number of a table; a dash for none.
func (p *Phrase) UseFigure(x *float64) string {
	switch {
	case x == nil:
		return "–"
	case *x > 0 && *x < leastTenth:
		return "< 0.1"
	}
	return tenth(*x).String()
}

// leastTenth is from which on a number is not written as 0.
const leastTenth = 0.05

// useTenths says how much of something there is; of what is there, never 0.
func (p *Phrase) useTenths(key string, x float64) string {
	if x > 0 && x < leastTenth {
		return p.Say("use.under", "what", p.Say(key, "n", tenth(0.1)))
	}
	return p.Say(key, "n", tenth(x))
}

// tenth is a number that is written with at most one place.
type tenth float64

func (x tenth) String() string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(x), 'f', 1, 64), ".0")
}
