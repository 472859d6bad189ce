package forecasting

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
)

// tell adds the words of a run: drivers, and what stands behind the numbers.
func (r *ForecastRun) tell(d *Forecaster) {
	p, book := phrase.For(d.Language), d.Book
	r.nameProcesses(book, d.Language)
	if r.Pending != nil && !r.Pending.Older { // nothing has been worked out yet
		return
	}
	r.tellDeals(p, book)
	add := func(key string, pairs ...any) { r.Words = append(r.Words, p.Say("forecast."+key, pairs...)) }
	r.Words = []string{}
	if r.Open == 0 {
		add("nothing_open")
	}
	r.tellLearned(p, add)
	if r.Forgotten > 0 {
		add("forgotten", "n", r.Forgotten)
	}
	if r.Ledger > outlook.MostLearned {
		add("drawn", "n", r.Learned, "of", p.Number(r.Ledger))
	}
	if r.Undated > 0 {
		add("undated", "n", r.Undated)
	}
	if r.Endless > 0 {
		add("endless", "n", r.Endless)
	}
	r.Words = append(r.Words, p.LeftOut(r.Excluded)...)
	r.tellModel(p, add)
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

// nameProcesses names the groups that are processes, in the language asked for.
func (r *ForecastRun) nameProcesses(book *playbook.Playbook, language string) {
	for _, s := range r.Money.Splits {
		if s.By != byProcess {
			continue
		}
		for k := range s.Groups {
			for _, pr := range book.Processes {
				if pr.ID == s.Groups[k].Key {
					s.Groups[k].Name = pr.Name.Text.In(language)
				}
			}
		}
	}
}

// tellDeals says of each deal that is named what raises and lowers it, and where
// so little is known that no chance is shown.
func (r *ForecastRun) tellDeals(p *phrase.Phrase, book *playbook.Playbook) {
	for i := range r.Deals {
		x := &r.Deals[i]
		if !x.named {
			continue
		}
		x.Raises, x.Lowers = driverWords(p, book, x.Drivers)
		x.By = slices.Clone(x.By) // what is kept is shared
		for k := range x.By {
			x.By[k].NotKnown = x.By[k].notKnown()
		}
		x.DecideNotKnown = x.DecideLow != nil && x.DecideUp != nil && forecast.Vague(*x.DecideLow, *x.DecideUp)
		x.PaperNotKnown = x.PaperLow != nil && x.PaperUp != nil && forecast.Vague(*x.PaperLow, *x.PaperUp)
	}
}

// tellLearned says how many ended deals the model learned from, which ends it
// never saw, and of which it saw few.
func (r *ForecastRun) tellLearned(p *phrase.Phrase, add func(string, ...any)) {
	closed := r.Closed["won"] + r.Closed["lost"] + r.Closed["no_decision"]
	switch {
	case closed == 0:
		if r.Endless > 0 {
			add("no_closed_day")
			break
		}
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
}

// tellModel says whether the model has been held against what came about.
func (r *ForecastRun) tellModel(p *phrase.Phrase, add func(string, ...any)) {
	if !r.Enough {
		add("unproven", "model", ModelWord(p, r.Model))
		return
	}
	for _, m := range r.Scores {
		if !m.Used || m.Slope == nil || m.LogScore == nil {
			continue
		}
		key := "proven"
		if slices.ContainsFunc(r.Scores, func(o ModelScore) bool { return o.LogScore != nil && *o.LogScore < *m.LogScore }) {
			key = "proven_tied" // another did better, by less than can be told apart
		}
		add(key, "model", ModelWord(p, r.Model), "n", m.N)
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

// StateWord says what a state of the history is.
func StateWord(p *phrase.Phrase, book *playbook.Playbook, state string) string {
	if ph, ok := strings.CutPrefix(state, outlook.StatePhase); ok {
		phase, _ := throughline.ParsePhase(ph)
		return p.Say("forecast.state_phase", "phase", p.Phase(book, phase))
	}
	if state == outlook.StateDone {
		return p.Say("forecast.state_done")
	}
	if stage, ok := strings.CutPrefix(state, outlook.StateStage); ok {
		if a, err := throughline.ParseAddress(stage); err == nil {
			stage = p.Place(book, a)
		}
		return p.Say("forecast.state_stage", "stage", stage)
	}
	if state == "" {
		return ""
	}
	return p.Say("forecast.state_activity", "activity", state) // of an event log
}
