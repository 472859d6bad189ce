package web

import (
	"fmt"
	"math"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/surface/chart"
)

// trendView is one thing over time: a sentence, a small picture, and the rows.
type trendView struct {
	Name, Says, Picture string
	Compared            bool       // the last year with the one before it
	Moved               bool       // by more than chance
	Key                 []trendKey // what the shades of the columns mean, from the ground up
	Head                []string
	Rows                [][]string
}

type trendKey struct{ Shade, Word string }

// band is one shade of the columns, a value for each quarter, and what it means.
type band struct {
	chart.Series
	word string
}

// year is how many quarters are set beside as many before.
const year = 4

func (v *visit) learnTrends(out *learningView, o learning.Overview) {
	if len(o.Trends) < 2 {
		out.TrendFirst = []string{v.p.Say("learning.time_few")}
		return
	}
	out.Trends = append(out.Trends, v.trendWon(o.Trends), v.trendLost(o.Trends), v.trendNone(o.Trends))
	if t, ok := v.trendContracting(o.Trends); ok {
		out.Trends = append(out.Trends, t)
	}
	out.Questions = v.trendDays(o)
	first, last := o.Trends[0].Quarter, o.Trends[len(o.Trends)-1].Quarter
	out.TrendLede = v.p.Say("learning.trends_lede", "from", first, "to", last)
	var moved []string
	none := "learning.time_few"
	for _, t := range out.Trends {
		if t.Compared {
			none = "learning.time_same"
		}
		if t.Moved {
			moved = append(moved, v.p.Say("learning.time_moved", "what", t.Name, "says", t.Says))
		}
	}
	if out.TrendFirst = moved; len(moved) == 0 {
		out.TrendFirst = []string{v.p.Say(none)}
	}
}

// shares makes a band of a count over those that ended.
func shares(list []learning.Trend, class, word string, of func(learning.Trend) int) band {
	b := band{Series: chart.Series{Shade: class}, word: word}
	for _, t := range list {
		x := math.NaN()
		if t.Ended > 0 {
			x = float64(of(t)) / float64(t.Ended)
		}
		b.Values = append(b.Values, x)
	}
	return b
}

// compared says how a share of the last year stands to that of the year before,
// whether enough ended to tell, and whether that is more than chance.
func (v *visit) compared(list []learning.Trend, of func(learning.Trend) int) (says string, told, moved bool) {
	var n, k [2]float64
	for i, t := range list {
		if back := len(list) - 1 - i; back < 2*year {
			n[back/year] += float64(t.Ended)
			k[back/year] += float64(of(t))
		}
	}
	p := v.p
	if n[0] == 0 {
		return p.Say("learning.trend_nothing"), false, false
	}
	now := p.Percent(k[0] / n[0])
	if n[1] < 10 || n[0] < 10 {
		return p.Say("learning.trend_only", "now", now, "n", int(n[0])), false, false
	}
	before := p.Percent(k[1] / n[1])
	both := (k[0] + k[1]) / (n[0] + n[1])
	z := (k[0]/n[0] - k[1]/n[1]) / math.Sqrt(math.Max(both*(1-both), 1e-12)*(1/n[0]+1/n[1]))
	key := "learning.trend_same"
	switch {
	case z > 1.96:
		key = "learning.trend_up"
	case z < -1.96:
		key = "learning.trend_down"
	}
	return p.Say(key, "now", now, "before", before, "n", int(n[0]), "m", int(n[1])), true, key != "learning.trend_same"
}

func (v *visit) trendWon(list []learning.Trend) trendView {
	of := func(t learning.Trend) int { return t.Won }
	return v.trendOf(list, v.p.Say("learning.trend_won"), of, []band{shares(list, "won", v.p.Outcome(throughline.Won), of)})
}

func (v *visit) trendLost(list []learning.Trend) trendView {
	sum := func(t learning.Trend) int {
		n := 0
		for _, k := range t.Lost {
			n += k
		}
		return n
	}
	var bands []band
	for i, o := range throughline.EndLost.Outcomes() {
		of := func(t learning.Trend) int { return t.Lost[string(o)] }
		if some(list, of) {
			bands = append(bands, shares(list, fmt.Sprintf("shade-%d", i%5), v.p.Outcome(o), of))
		}
	}
	return v.trendOf(list, v.p.Say("learning.trend_lost"), sum, bands)
}

func (v *visit) trendNone(list []learning.Trend) trendView {
	sum := func(t learning.Trend) int { return t.NoDecision }
	var bands []band
	for i, c := range append(throughline.Causes(), throughline.CauseUnknown) {
		of := func(t learning.Trend) int { return t.Causes[string(c)] }
		word := v.p.Cause(c)
		if c == throughline.CauseUnknown {
			of = func(t learning.Trend) int { return t.Causes[""] + t.Causes[string(throughline.CauseUnknown)] }
			word = v.p.Say("learning.cause_unknown")
			if string(throughline.CauseUnknown) == "" {
				of = func(t learning.Trend) int { return t.Causes[""] }
			}
		}
		if some(list, of) {
			bands = append(bands, shares(list, fmt.Sprintf("shade-%d", min(i, 5)), word, of))
		}
	}
	return v.trendOf(list, v.p.Say("learning.trend_none"), sum, bands)
}

func some(list []learning.Trend, of func(learning.Trend) int) bool {
	for _, t := range list {
		if of(t) > 0 {
			return true
		}
	}
	return false
}

// trendOf draws shares as columns on one scale and writes them down.
func (v *visit) trendOf(list []learning.Trend, name string, of func(learning.Trend) int, bands []band) trendView {
	says, told, moved := v.compared(list, of)
	var series []chart.Series
	for _, b := range bands {
		series = append(series, b.Series)
	}
	out := trendView{Name: name, Says: says, Compared: told, Moved: moved, Picture: chart.Columns(series, 1),
		Head: []string{v.p.Say("learning.quarter"), v.p.Say("learning.trend_ended")}}
	for _, b := range bands {
		out.Head = append(out.Head, b.word)
		if len(bands) > 1 {
			out.Key = append(out.Key, trendKey{b.Shade, b.word})
		}
	}
	for i, t := range list {
		row := []string{t.Quarter, v.p.Number(t.Ended)}
		for _, b := range bands {
			said := ""
			if !math.IsNaN(b.Values[i]) {
				said = v.p.Percent(b.Values[i])
			}
			row = append(row, said)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// trendContracting tells the days from the decision to the order; false where
// none is known.
func (v *visit) trendContracting(list []learning.Trend) (trendView, bool) {
	p := v.p
	b := chart.Series{Shade: "days"}
	out := trendView{Name: p.Say("learning.trend_contracting"),
		Head: []string{p.Say("learning.quarter"), p.Say("learning.trend_orders"), p.Say("learning.trend_days"), p.Say("learning.trend_early")}}
	most, last := 0.0, -1
	for i, t := range list {
		x := math.NaN()
		if t.Orders > 0 {
			x, last = t.Handover, i
			most = math.Max(most, x)
			out.Rows = append(out.Rows, []string{t.Quarter, p.Number(t.Orders), v.days(x), p.Number(t.Early)})
		}
		b.Values = append(b.Values, x)
	}
	if last < 0 {
		return out, false
	}
	out.Says = p.Say("learning.trend_contracting_says", "days", v.days(list[last].Handover), "quarter", list[last].Quarter, "n", list[last].Orders)
	out.Picture = chart.Columns([]chart.Series{b}, math.Max(most, 1))
	return out, true
}

// questionTrend is how long one question took, quarter by quarter.
type questionTrend struct {
	Name, Says, Picture string
	Try                 choice
}

// trendDays tells the days in each question.
func (v *visit) trendDays(o learning.Overview) []questionTrend {
	var out []questionTrend
	p := v.p
	for _, state := range o.States {
		b := chart.Series{Shade: "days"}
		most, first, last := 0.0, -1, -1
		for i, t := range o.Trends {
			x, ok := t.Days[state]
			if !ok {
				x = math.NaN()
			} else {
				if first < 0 {
					first = i
				}
				last = i
				most = math.Max(most, x)
			}
			b.Values = append(b.Values, x)
		}
		if last <= first {
			continue
		}
		word := v.activity(state)
		if state == "order" {
			word = p.Say("simulate.order")
		}
		out = append(out, questionTrend{Name: word, Picture: chart.Columns([]chart.Series{b}, math.Max(most, 1)),
			Says: p.Say("learning.trend_question", "from", v.days(o.Trends[first].Days[state]), "to", v.days(o.Trends[last].Days[state])),
			Try:  v.try("learning.try_question", "what", "time", "question", strings.TrimPrefix(state, "stage "), "low", "10", "high", "30")})
	}
	return out
}
