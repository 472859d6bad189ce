package forecasting

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// Signed writes an amount with its sign, as a change: "+€1,200", "−€300".
func Signed(p *phrase.Phrase, cents int64, currency string) string {
	word := p.Money(throughline.Money{Cents: abs(cents), Currency: currency})
	if cents < 0 {
		return "−" + word
	}
	return "+" + word
}

// RangeOf writes a chance with its range.
func RangeOf(p *phrase.Phrase, said, low, high float64) string {
	return p.Say("forecast.range_of", "said", p.Percent(said), "low", p.Percent(low), "high", p.Percent(high))
}

// CallWord says what people call a deal; another system's word as it stands.
func CallWord(p *phrase.Phrase, call string) string {
	if call == "" {
		return ""
	}
	return p.Category(deal.Category(call))
}

// ChangeHeading says what a change is told since, or why it is not told.
func ChangeHeading(p *phrase.Phrase, v PeriodForecast, since, asked string) string {
	switch c := v.Changes; {
	case c.Missing == "":
		if c.Said {
			return p.Say("period.since_said", "day", since)
		}
		return p.Say("period.since_anew", "day", since)
	case c.Missing == "kept" && c.Waiting:
		return p.Say("period.since_waits", "day", asked)
	default:
		return p.Say("period.missing_"+c.Missing, "day", asked)
	}
}
