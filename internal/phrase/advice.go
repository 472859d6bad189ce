package phrase

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/playbook"
)

// AdviceMode says in one sentence how a deal is to be helped.
func (p *Phrase) AdviceMode(a blend.Advice) string {
	if a.Mode == blend.Settle && a.Signs > 0 {
		return p.Say("advice.mode.settle_signs", "n", a.Signs)
	}
	return p.Say("advice.mode." + string(a.Mode))
}

// AdvicePrompt gives a prompt's question.
func (p *Phrase) AdvicePrompt(q blend.Prompt) string {
	if q.Code != "" {
		return p.Say("advice.prompt." + string(q.Code))
	}
	return q.Text.Text.In(p.code)
}

// AdvicePart says whose a prompt or a tool is: "leads here".
func (p *Phrase) AdvicePart(part blend.Part) string { return p.Say("advice.part." + string(part)) }

// AdviceMarks says what else is to be known of a prompt: that it takes risk
// off, that it is to be asked of ourselves, that it is as it was shipped.
func (p *Phrase) AdviceMarks(risk, inward, unadapted bool) []string {
	var out []string
	if risk {
		out = append(out, p.Say("advice.risk"))
	}
	if inward {
		out = append(out, p.Say("advice.inward"))
	}
	if unadapted {
		out = append(out, p.Say("advice.unadapted"))
	}
	return out
}

// AdviceMinutes says how long a tool takes; nothing where that is not known.
func (p *Phrase) AdviceMinutes(t blend.Tool) string {
	if t.Minutes <= 0 {
		return ""
	}
	return p.Say("advice.minutes", "n", t.Minutes)
}

// AdviceHidden says why a prompt or a tool is left out.
func (p *Phrase) AdviceHidden(book *playbook.Playbook, h blend.Hidden) string {
	key, rule := "advice.hidden."+string(h.Why), h.Rule.Text.In(p.code)
	switch {
	case h.Why == blend.Clashes && rule != "":
		return p.Say(key+"_rule", "pack", p.Pack(book, h.With), "rule", rule)
	case h.With != "":
		return p.Say(key, "pack", p.Pack(book, h.With))
	}
	return p.Say(key)
}

// Pack gives the name of a pack, or its id where the playbook has none.
func (p *Phrase) Pack(book *playbook.Playbook, id string) string {
	if k, ok := book.AnyPack(id); ok {
		if s := k.Name.Text.In(p.code); s != "" {
			return s
		}
	}
	return id
}

// AdviceWhy says why somebody is to be asked, or that nobody is known yet.
func (p *Phrase) AdviceWhy(book *playbook.Playbook, y blend.Reason, today throughline.Day) string {
	switch y.Code {
	case blend.RoleMissing:
		return p.Say("advice.missing."+string(y.Role), "phase", p.Phase(book, y.Phase))
	case blend.SpokeOnIt:
		return p.Say("advice.ask.spoke", "ago", p.Ago(y.Since, today))
	case blend.QuietLongest:
		return p.Say("advice.ask.quiet", "span", p.Days(y.Count))
	}
	return p.Say("advice.ask." + string(y.Code))
}

// Conversion says why a land deal asks to be treated as another purchase, and
// offers the way.
func (p *Phrase) Conversion(y blend.Reason, today throughline.Day) (why, offer string) {
	key := "advice.conversion." + string(y.Code)
	offer = p.Say("advice.conversion.offer")
	switch y.Code {
	case blend.GateAppeared:
		return p.Say(key, "role", p.Say("advice.gate."+string(y.Role))), offer
	case blend.PaperEntered:
		return p.Say(key, "ago", p.Ago(y.Since, today)), offer
	}
	return p.Say(key, "n", y.Count), offer
}
