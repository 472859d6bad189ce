package learning

import (
	"math"
	"strconv"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/simulate"
)

// ChangeWords says the change as it was understood.
func (s *Simulation) ChangeWords(p *phrase.Phrase) string {
	c := s.Change
	if c == nil {
		return p.Say("simulate.change_none")
	}
	key, from, to := "simulate.change_time", c.From, c.To
	switch {
	case c.End != "":
		key = "simulate.change_" + c.End
	case c.Days:
		key = "simulate.change_days"
	}
	if from+to < 0 {
		key, from, to = key+"_more", -to, -from
	}
	say := func(x float64) string {
		if c.Days {
			return strconv.FormatFloat(x, 'f', -1, 64)
		}
		return p.Percent(x)
	}
	span := say(to)
	if from != to {
		span = p.Say("simulate.range", "low", say(from), "high", say(to))
	}
	share := p.Say("simulate.share_all")
	if c.Touches < 1 {
		share = p.Say("simulate.share_some", "n", p.Percent(c.Touches))
	}
	return phrase.Initial(p.Say(key, "what", s.StateWords(p, c.State), "range", span, "share", share))
}

// StateWords says a state: a question, the way to the order, a stage; "" is any.
func (s *Simulation) StateWords(p *phrase.Phrase, code string) string {
	if code == "" {
		return p.Say("simulate.every")
	}
	return s.Word(code)
}

// Effect gives the effect on a measure, nil where there is none.
func (s *Simulation) Effect(measure string) *SimEffect {
	for i := range s.Effects {
		if e := &s.Effects[i]; e.Measure == measure && e.Known {
			return e
		}
	}
	return nil
}

// LeadWords says the answer in a sentence; "" where there is none.
func (s *Simulation) LeadWords(p *phrase.Phrase) string {
	e := s.Effect(simulate.Won.String())
	if e == nil {
		return ""
	}
	d, days := e.Difference, p.Days(s.Ahead)
	say := func(key, n, low, high string) string {
		return p.Say(key, "days", days, "n", n, "today", figure(e.Today.Mean), "low", low, "high", high)
	}
	switch {
	case d == (SimRange{}):
		return say("simulate.lead_none", "", figure(e.Today.Low), figure(e.Today.High))
	case d.Low > 0:
		return say("simulate.lead_more", figure(d.Mean), figure(d.Low), figure(d.High))
	case d.High < 0:
		return say("simulate.lead_fewer", figure(-d.Mean), figure(-d.High), figure(-d.Low))
	}
	return say("simulate.lead_open", signedFigure(d.Mean), signedFigure(d.Low), signedFigure(d.High))
}

// LuckWords says how far luck carries one single stretch; "" where nothing differs.
func (s *Simulation) LuckWords(p *phrase.Phrase) string {
	e := s.Effect(simulate.Won.String())
	if e == nil || e.Luck == 0 {
		return ""
	}
	return p.Say("simulate.luck", "days", p.Days(s.Ahead), "n", figure(e.Luck))
}

// Hang is what the answer hangs on, in words, with its share.
type Hang struct {
	Words string
	Share float64
}

// HangWords says what the difference in deals won hangs on, the greatest first,
// and what to do about that.
func (s *Simulation) HangWords(p *phrase.Phrase) (list []Hang, do string) {
	e := s.Effect(simulate.Won.String())
	if e == nil || len(e.Hangs) == 0 {
		return nil, ""
	}
	most := ""
	for _, name := range []string{simulate.HangsChange, simulate.HangsHistory, simulate.HangsArrivals} {
		if most == "" || e.Hangs[name] > e.Hangs[most] {
			most = name
		}
		list = append(list, Hang{p.Say("simulate.hangs_" + name), e.Hangs[name]})
	}
	return list, p.Say("simulate.hangs_most_" + most)
}

// DoubtWords says why there is no answer.
func (s *Simulation) DoubtWords(p *phrase.Phrase) []string {
	var out, measures []string
	for _, d := range s.Doubts {
		what := ""
		switch simulate.Code(d.Code) {
		case simulate.NotReproduced:
			measures = append(measures, s.MeasureWords(p, d.Measure))
			continue
		case simulate.RareState:
			what = s.StateWords(p, d.State)
		case simulate.RareEnd:
			what = p.Say("simulate.m_" + d.End)
		}
		out = append(out, p.Say("simulate.doubt_"+d.Code, "n", d.N, "need", d.Need, "what", what))
	}
	if len(measures) > 0 {
		out = append(out, p.Say("simulate.doubt_not_reproduced", "what", p.List(measures)))
	}
	return out
}

// MeasureWords names a measure.
func (s *Simulation) MeasureWords(p *phrase.Phrase, measure string) string {
	if measure == simulate.Booked.String() && s.Currency != "" {
		return p.Say("simulate.m_booked_in", "currency", s.Currency)
	}
	return p.Say("simulate.m_" + measure)
}

// ValueWords spells a value of a measure, with a sign where it is a difference.
func (s *Simulation) ValueWords(p *phrase.Phrase, measure string, x float64, signed bool) string {
	sign := ""
	switch {
	case measure != simulate.Booked.String() && signed:
		return signedFigure(x)
	case measure != simulate.Booked.String():
		return figure(x)
	case math.Abs(x) < 1:
		return "0"
	case x < 0:
		sign = "−"
	case signed:
		sign = "+"
	}
	return sign + p.Money(throughline.Money{Cents: int64(math.Round(roundTo(math.Abs(x), 3))) * 100})
}

// figure spells a count: with a tenth where it is small.
func figure(x float64) string {
	if math.Abs(x) < 20 && math.Round(x*10)/10 != math.Round(x) {
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(math.Round(x)+0, 'f', 0, 64)
}

func signedFigure(x float64) string {
	switch s := figure(math.Abs(x)); {
	case s == "0":
		return "0"
	case x > 0:
		return "+" + s
	default:
		return "−" + s
	}
}

// roundTo keeps so many digits.
func roundTo(x float64, digits int) float64 {
	if x == 0 {
		return 0
	}
	f := math.Pow(10, float64(digits)-math.Ceil(math.Log10(math.Abs(x))))
	return math.Round(x*f) / f
}
