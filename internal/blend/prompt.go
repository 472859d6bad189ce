package blend

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// prompts fills the advice with at most six, and with what was left out.
func (m mix) prompts() {
	most := MostPrompts
	if n := m.book.Limits.Prompts; n > 0 {
		most = min(most, n)
	}
	if m.a.Mode == Respond {
		for _, c := range respond(m.a.Phase) {
			m.take(Prompt{Code: c, Part: Rules, Place: m.a.Phase.String(), Inward: true}, most)
		}
	}
	risks := m.a.Mode == Settle && m.a.Phase != throughline.Commit && m.a.Signs > 0
	for i, place := range m.a.Places {
		room := most
		if i < len(m.a.Places)-1 {
			room = most / 2 // leave as much to the question itself
		}
		m.fromPacks(place, room)
		if risks && place == throughline.Commit.String() {
			m.fromJourney(throughline.Commit, min(room, len(m.a.Prompts)+1))
		}
	}
	m.fromJourney(m.a.Phase, most)
}

// fromPacks takes what the packs heard at a place ask there.
func (m mix) fromPacks(place string, most int) {
	for _, s := range m.seats(place) {
		for _, q := range s.Prompts {
			if q.Place != place || len(q.Text) == 0 {
				continue
			}
			h := Hidden{Prompt: q.Value, Pack: s.ID, Place: place, With: s.with, Rule: s.rule}
			switch {
			case m.a.Mode == Respond && !q.Inward:
				h.Why, h.With, h.Rule = NeedsThem, "", playbook.Value{}
			case s.why != "":
				h.Why = s.why
			case m.calm && (q.Urgency || place == throughline.Commit.String() && m.presses(s.Pack)):
				h.Why, h.With, h.Rule = Presses, "", playbook.Value{}
			default:
				m.take(Prompt{Text: q.Value, Pack: s.ID, Part: s.part, Place: place, Inward: q.Inward, Unadapted: m.unadapted(s.Pack),
					Risk: m.calm && place == throughline.Commit.String() && s.ID == calming}, most)
				continue
			}
			if h.Why != Clashes {
				h.With, h.Rule = "", playbook.Value{}
			}
			m.a.Hidden = append(m.a.Hidden, h)
		}
	}
}

// fromJourney fills up with the question's own sub-questions, which need no method.
func (m mix) fromJourney(p throughline.Phase, most int) {
	q, ok := m.book.Question(p)
	if !ok || m.a.Mode == Respond {
		return
	}
	calmed := slices.ContainsFunc(m.a.Prompts, func(p Prompt) bool { return p.Risk })
	for i, sub := range q.Sub {
		if len(m.a.Prompts) >= most {
			return // they stand on the question's own page; that they are not repeated here needs no word
		}
		m.take(Prompt{Text: sub, Part: Journey, Place: p.String(), Risk: m.calm && p == throughline.Commit && i == 0 && !calmed}, most)
	}
}

// take adds a prompt where there is room and nothing says the same already.
func (m mix) take(p Prompt, most int) {
	hide := func(w Why) {
		if p.Pack != "" {
			m.a.Hidden = append(m.a.Hidden, Hidden{Prompt: p.Text, Pack: p.Pack, Place: p.Place, Why: w})
		}
	}
	switch {
	case p.Code == "" && slices.ContainsFunc(m.a.Prompts, func(o Prompt) bool { return same(o.Text, p.Text) }):
		hide(Repeats)
	case len(m.a.Prompts) >= most:
		hide(NoRoom)
	default:
		m.a.Prompts = append(m.a.Prompts, p)
	}
}

// same reports whether two texts say the same in any language.
func same(a, b playbook.Value) bool {
	for l, s := range a.Text {
		if t, ok := b.Text[l]; ok && playbook.Fold(s) == playbook.Fold(t) && s != "" {
			return true
		}
	}
	return false
}

// respond lists what is left to do while outreach is locked, by question.
func respond(p throughline.Phase) []PromptCode {
	switch {
	case p <= throughline.Rules:
		return []PromptCode{StatedFactors, WrittenQuestion, Amendments}
	case p == throughline.Choose:
		return []PromptCode{StatedFactors, OwnReview, WrittenQuestion, Amendments}
	}
	return []PromptCode{Amendments, AskDebriefing}
}

// tools lists what there is to work with at the places.
func (m mix) tools() {
	for _, place := range m.a.Places {
		for _, s := range m.seats(place) {
			for _, t := range s.Tools {
				if t.Place != place {
					continue
				}
				at := throughline.Address("pack/" + s.ID + "/tool/" + t.ID)
				h := Hidden{Tool: at, Pack: s.ID, Place: place, With: s.with, Rule: s.rule}
				switch {
				case m.a.Mode == Respond && !t.Inward:
					h.Why, h.With, h.Rule = NeedsThem, "", playbook.Value{}
				case s.why != "":
					h.Why = s.why
				case s.tools:
					h.Why = OneTooling
				case m.calm && place == throughline.Commit.String() && m.presses(s.Pack):
					h.Why = Presses
				default:
					m.a.Tools = append(m.a.Tools, Tool{Address: at, Name: t.Name, In: t.In, Out: t.Out, Pack: s.ID, Part: s.part, Place: place,
						Minutes: t.Minutes, Milestone: t.Milestone, Unadapted: !s.Core && (t.Milestone == "" || m.unadapted(s.Pack))})
					continue
				}
				if h.Why != Clashes && h.Why != OneTooling {
					h.With, h.Rule = "", playbook.Value{}
				}
				m.a.Hidden = append(m.a.Hidden, h)
			}
		}
	}
}
