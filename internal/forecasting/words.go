package forecasting

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/phrase"
)

// ModelWord names a model in a language.
func ModelWord(p *phrase.Phrase, name string) string {
	key := map[string]string{forecast.Hazards: "hazards", forecast.ByState: "state", forecast.StageRate: "stage",
		forecast.LastQuarter: "quarter", forecast.PlainRate: "plain", forecast.AgeAndState: "age"}[name]
	if key == "" {
		return name
	}
	return p.Say("forecast.model_" + key)
}

// backtestWords says what a backtest comes to.
func backtestWords(b Backtest, language string) []string {
	p := phrase.For(language)
	var out []string
	add := func(key string, pairs ...any) { out = append(out, p.Say("forecast."+key, pairs...)) }
	var used, plain *ModelScore
	for i := range b.Models {
		m := &b.Models[i]
		if m.Used {
			used = m
		}
		if m.Name != forecast.Hazards && m.LogScore != nil && (plain == nil || *m.LogScore < *plain.LogScore) {
			plain = m
		}
	}
	if !b.Enough || used == nil || used.LogScore == nil {
		add("not_enough")
		return out
	}
	add("looked", "n", used.N, "origins", p.Number(len(b.Origins)))
	switch {
	case used.Name == forecast.Hazards && plain != nil && *plain.LogScore < *used.LogScore:
		add("used_tied", "model", ModelWord(p, plain.Name))
	case used.Name == forecast.Hazards:
		add("used_ours")
		if plain != nil && *plain.LogScore > 0 {
			add("better", "per", p.Percent(1 - *used.LogScore / *plain.LogScore), "model", ModelWord(p, plain.Name))
		}
	default:
		add("used_other", "model", ModelWord(p, used.Name))
	}
	if used.Slope != nil && used.SlopeLow != nil && used.SlopeUp != nil {
		key := "calibrated"
		switch {
		case *used.Slope < 0.8:
			key = "too_sure"
		case *used.Slope > 1.25:
			key = "too_shy"
		}
		two := func(x float64) string { return fmt.Sprintf("%.2f", x) }
		add(key, "slope", two(*used.Slope), "low", two(*used.SlopeLow), "high", two(*used.SlopeUp))
	}
	if b.EndedOnly {
		add("ended_only")
	}
	if b.Forgotten > 0 {
		add("forgotten", "n", b.Forgotten)
	}
	return out
}

// ChangeParts says in words what moved the expectation, greatest part first.
func ChangeParts(p *phrase.Phrase, c Changes) []string {
	list := []struct {
		key string
		x   float64
	}{{"opened", c.Opened}, {"ended", c.Ended}, {"facts", c.Facts}, {"time", c.Time}, {"model", c.Model}}
	slices.SortStableFunc(list, func(a, b struct {
		key string
		x   float64
	}) int {
		return cmp.Compare(math.Abs(b.x), math.Abs(a.x))
	})
	var out []string
	for _, part := range list {
		if math.Abs(part.x) < 0.05 && len(out) > 0 {
			continue
		}
		out = append(out, p.Say("forecast.part_"+part.key, "x", strings.ReplaceAll(fmt.Sprintf("%+.1f", part.x), "-", "−")))
	}
	return out
}

// CategoryWords says what people take a deal for, and, where it is a commit on
// nobody's word but the seller's, that too; "" for nothing to say.
func CategoryWords(p *phrase.Phrase, c Categorised) (said, override string) {
	if c.Word == "" {
		return "", ""
	}
	key := "forecast.category"
	if c.By == "import" {
		key = "forecast.category_import"
	}
	said = p.Say(key, "word", p.Category(deal.Category(c.Word)))
	switch {
	case c.Needs:
		override = p.Say("forecast.override")
	case c.Override:
		override = p.Say("forecast.overridden", "why", c.Reason)
	case c.Reason != "":
		said = p.Say("fact.because", "what", said, "why", c.Reason)
	}
	return said, override
}

// RangeWord says the range of a chance; one so wide that it says nothing is not
// known yet.
func RangeWord(p *phrase.Phrase, low, high float64) string {
	if forecast.Vague(low, high) {
		return p.Say("forecast.not_known")
	}
	return p.Say("forecast.range", "low", p.Percent(low), "high", p.Percent(high))
}

// ChanceWord says a chance with its range, or that it is not known yet.
func ChanceWord(p *phrase.Phrase, said, low, high float64) string {
	if forecast.Vague(low, high) {
		return p.Say("forecast.not_known")
	}
	return p.Say("forecast.range_of", "said", p.Percent(said), "low", p.Percent(low), "high", p.Percent(high))
}

// DecisionWords says the two probabilities, and how long the paper takes; "" for
// nothing to say.
func DecisionWords(p *phrase.Phrase, x DealForecast) string {
	if x.PDecide == nil || x.PContract == nil || x.PaperLow == nil || x.PaperUp == nil {
		return ""
	}
	key, takes := "forecast.decide", "forecast.paper_takes"
	decideUnknown := x.DecideLow == nil || x.DecideUp == nil || forecast.Vague(*x.DecideLow, *x.DecideUp)
	paperUnknown := forecast.Vague(*x.PaperLow, *x.PaperUp)
	switch {
	case x.Decided && paperUnknown:
		key, takes = "forecast.decided_not_known", "forecast.paper_left"
	case x.Decided:
		key, takes = "forecast.decided", "forecast.paper_left"
	case decideUnknown && paperUnknown:
		key = "forecast.decide_none_known"
	case decideUnknown:
		key = "forecast.decide_not_known"
	case paperUnknown:
		key = "forecast.decide_alone"
	}
	pairs := []any{
		"decide",
		p.Percent(*x.PDecide),
		"paper",
		p.Percent(*x.PContract),
		"paperlow",
		p.Percent(*x.PaperLow),
		"paperhigh",
		p.Percent(*x.PaperUp),
	}
	if !decideUnknown {
		pairs = append(pairs, "low", p.Percent(*x.DecideLow), "high", p.Percent(*x.DecideUp))
	}
	out := p.Say(key, pairs...)
	if x.Paper != nil && x.Paper.P90 >= 1 {
		out += " " + p.Say(takes, "low", p.Days(int(math.Round(x.Paper.P10))), "high", p.Days(int(math.Round(x.Paper.P90))))
		if x.Paper.Typical {
			out += " " + p.Say("forecast.paper_typical")
		}
	}
	return out
}

// SplitWord names what a split goes by.
func SplitWord(p *phrase.Phrase, s PipelineSplit) string {
	switch s.By {
	case bySegment:
		return phrase.Initial(p.Attribute(s.Attribute))
	case byTeam:
		return p.Say("forecast.split_team", "attribute", p.Attribute(s.Attribute))
	}
	return p.Say("forecast.split_" + s.By)
}

// GroupWord names a group of a split.
func GroupWord(p *phrase.Phrase, s PipelineSplit, g PipelineGroup) string {
	switch {
	case s.By == bySeller && g.Name != "":
		return g.Name
	case s.By == bySeller:
		return p.Say("forecast.nobody")
	case g.Key == "":
		return p.Say("forecast.group_none")
	case s.By == byCategory:
		return p.Category(deal.Category(g.Key))
	case g.Name != "":
		return g.Name
	}
	return g.Key
}

// PendingWord says how far a forecast that is being worked out has come.
func PendingWord(p *phrase.Phrase, x Pending) string {
	word := map[string]string{"reading": "reading", "looking back": "back", "learning": "learning", "asking about open deals": "asking"}[x.Doing]
	if word == "" {
		word = "reading"
	}
	doing := p.Say("forecast.doing_" + word)
	if x.Total > 0 {
		return p.Say(
			"forecast.pending_at",
			"doing",
			doing,
			"done",
			p.Number(int(x.Done)),
			"total",
			p.Number(int(x.Total)),
			"unit",
			p.Say("forecast.unit_"+x.Unit),
		)
	}
	return p.Say("forecast.pending_doing", "doing", doing)
}
