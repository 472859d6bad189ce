package operation

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
)

// tell adds the words of a run: drivers, and what stands behind the numbers.
func (r *ForecastRun) tell(d *Desk) {
	p := phrase.For(d.Language)
	for _, s := range r.Money.Splits {
		for k := range s.Groups {
			for _, pr := range d.Book.Processes {
				if s.By == byProcess && pr.ID == s.Groups[k].Key {
					s.Groups[k].Name = pr.Name.Text.In(d.Language)
				}
			}
		}
	}
	if r.Pending != nil && !r.Pending.Older { // nothing has been worked out yet
		return
	}
	for i := range r.Deals {
		x := &r.Deals[i]
		if !x.named {
			continue
		}
		x.Raises, x.Lowers = driverWords(p, d, x.Drivers)
	}
	add := func(key string, pairs ...any) { r.Words = append(r.Words, p.Say("forecast."+key, pairs...)) }
	r.Words = []string{}
	if r.Open == 0 {
		add("nothing_open")
	}
	closed := r.Closed["won"] + r.Closed["lost"] + r.Closed["no_decision"]
	switch {
	case closed == 0:
		add("no_closed")
	default:
		var parts []string
		for _, e := range []string{"won", "lost", "no_decision"} {
			parts = append(parts, p.Say("ends.said", "count", p.Number(r.Closed[e]), "word", endWord(p, e)))
		}
		add("learned", "n", closed, "parts", p.List(parts))
	}
	if len(r.Unseen) > 0 {
		var none []string
		for _, e := range r.Unseen {
			none = append(none, endWord(p, e))
		}
		add("unseen", "ends", p.List(none))
	}
	if r.Thin {
		var few []string
		for _, e := range []string{"won", "lost", "no_decision"} {
			if r.Closed[e] < forecast.Enough && !slices.Contains(r.Unseen, e) {
				few = append(few, endWord(p, e))
			}
		}
		add("thin", "ends", p.List(few))
	}
	if r.Ledger > mostLearned {
		add("drawn", "n", r.Learned, "of", p.Number(r.Ledger))
	}
	if r.Undated > 0 {
		add("undated", "n", r.Undated)
	}
	switch {
	case !r.Enough:
		add("unproven", "model", ModelWord(p, r.Model))
	default:
		for _, m := range r.Scores {
			if m.Used && m.Slope != nil {
				add("proven", "model", ModelWord(p, r.Model), "n", m.N)
			}
		}
	}
	if r.Money.Unpriced > 0 {
		add("unpriced", "n", r.Money.Unpriced)
	}
	if r.Money.Other > 0 {
		add("other_currency", "n", r.Money.Other, "currency", r.Money.Currency)
	}
	if r.Enough && r.Money.Shock == 0 {
		add("no_shock", "per", p.Percent(r.Money.Believed))
	} else if r.Enough {
		add("shock", "per", p.Percent(r.Money.Shock))
	}
}

func endWord(p *phrase.Phrase, e string) string {
	switch e {
	case "lost":
		return p.Say("forecast.lost")
	case "no_decision":
		return p.Say("ends.none")
	case "other":
		return p.Say("forecast.aside")
	}
	return p.Say("ends." + e)
}

// EndWord names an end of the forecast in a language.
func EndWord(p *phrase.Phrase, e string) string { return endWord(p, e) }

// leastEffect is how much a driver has to do to be worth a sentence.
const leastEffect = 0.01

// driverWords says what raises and what lowers the chance of winning, three
// things at most each, and one of those that say nearly the same.
func driverWords(p *phrase.Phrase, d *Desk, drivers []Driver) (raises, lowers []string) {
	raises, lowers = []string{}, []string{}
	told := map[string]bool{}
	for _, x := range drivers {
		if math.Abs(x.Effect) < leastEffect {
			continue
		}
		about := x.Field
		switch {
		case about == outlook.Gap || about == outlook.Ahead || about == "state":
			about = "where"
		case about == outlook.PaperDone || about == outlook.PaperBegun:
			about = "paper"
		case about == outlook.Answered || strings.HasPrefix(about, "answered "):
			about = "answers"
		}
		words := driverWord(p, d, x)
		if words == "" || told[about] {
			continue
		}
		told[about] = true
		if x.Effect > 0 && len(raises) < 3 {
			raises = append(raises, words)
		} else if x.Effect < 0 && len(lowers) < 3 {
			lowers = append(lowers, words)
		}
	}
	return raises, lowers
}

func driverWord(p *phrase.Phrase, d *Desk, x Driver) string {
	gone := x.Level == "missing"
	n := int(math.Round(x.Value))
	yes := func(key string) string {
		if x.Value != 0 {
			return p.Say("forecast.why_" + key)
		}
		return p.Say("forecast.why_" + key + "_not")
	}
	switch x.Field {
	case "state":
		return StateWord(p, d, x.Level)
	case "days since last event":
		return p.Say("forecast.why_last_event", "days", p.Days(n))
	case "events so far":
		return p.Say("forecast.why_events", "n", n)
	case "times last activity came":
		return p.Say("forecast.why_times", "n", n)
	case outlook.Age, outlook.InStage, outlook.Untouched:
		if gone {
			return ""
		}
		return p.Say("forecast.why_"+x.Field, "days", p.Days(n))
	case outlook.Quiet:
		if gone {
			return p.Say("forecast.why_unheard")
		}
		return p.Say("forecast.why_quiet", "days", p.Days(n))
	case outlook.ToCloseDate:
		switch {
		case gone:
			return p.Say("forecast.why_no_date")
		case n < 0:
			return p.Say("forecast.why_date_passed", "days", p.Days(-n))
		}
		return p.Say("forecast.why_date", "days", p.Days(n))
	case outlook.Gap:
		switch {
		case gone:
			return ""
		case n > 0:
			return p.Say("forecast.why_ahead", "n", n)
		case n < 0:
			return p.Say("forecast.why_behind", "n", -n)
		}
		return p.Say("forecast.why_level")
	case outlook.Ahead:
		if gone {
			return ""
		}
		return yes("runs_ahead")
	case outlook.Pushes, outlook.Reopened, outlook.People, outlook.Against, outlook.Signs, outlook.Answered, outlook.PaperDone:
		if gone {
			return ""
		}
		if n == 0 {
			return p.Say("forecast.why_none_" + x.Field)
		}
		return p.Say("forecast.why_"+x.Field, "n", n)
	case outlook.Consensus:
		if gone {
			return p.Say("forecast.why_no_consensus")
		}
		return p.Say("forecast.why_consensus", "per", p.Percent(x.Value))
	case outlook.PaperBegun, outlook.Decided:
		return yes(x.Field)
	case outlook.Class:
		return p.Class(throughline.Class(x.Level))
	}
	if ph, ok := strings.CutPrefix(x.Field, "answered "); ok {
		phase, _ := throughline.ParsePhase(ph)
		if x.Value != 0 {
			return p.Say("forecast.why_phase", "phase", p.Phase(d.Book, phase))
		}
		return p.Say("forecast.why_phase_not", "phase", p.Phase(d.Book, phase))
	}
	if act, ok := strings.CutPrefix(x.Field, "seen "); ok {
		if x.Value != 0 {
			return p.Say("forecast.why_seen", "activity", act)
		}
		return p.Say("forecast.why_seen_not", "activity", act)
	}
	name := p.Attribute(strings.TrimPrefix(x.Field, "attribute "))
	switch {
	case gone:
		return p.Say("forecast.why_attribute_not", "name", name)
	case x.Level == withheld:
		return ""
	case x.Level != "":
		return p.Say("forecast.why_attribute", "name", name, "value", x.Level)
	}
	return p.Say("forecast.why_attribute", "name", name, "value", strconv.FormatFloat(x.Value, 'g', 6, 64))
}

// StateWord says what a state of the history is.
func StateWord(p *phrase.Phrase, d *Desk, state string) string {
	if ph, ok := strings.CutPrefix(state, outlook.StatePhase); ok {
		phase, _ := throughline.ParsePhase(ph)
		return p.Say("forecast.state_phase", "phase", p.Phase(d.Book, phase))
	}
	if state == outlook.StateDone {
		return p.Say("forecast.state_done")
	}
	if stage, ok := strings.CutPrefix(state, outlook.StateStage); ok {
		if a, err := throughline.ParseAddress(stage); err == nil {
			stage = p.Place(d.Book, a)
		}
		return p.Say("forecast.state_stage", "stage", stage)
	}
	if state == "" {
		return ""
	}
	return p.Say("forecast.state_activity", "activity", state) // of an event log
}
