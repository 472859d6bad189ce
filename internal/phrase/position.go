package phrase

import (
	"github.com/throughline/throughline"
)

// PositionWords are the captions of the position map.
type PositionWords struct {
	Title   string
	Stances [5]string // from against (-2) to for (+2)
	Levels  [3]string // who decides, who shapes it, who lives with it
	Untold  string
	Empty   string
	Legend  PositionLegend
}

// PositionLegend names the map's marks, in the form that the picture takes.
type PositionLegend struct{ Agrees, Differs, Unstated, SaysNo, Seat string }

// Position gives the captions of the position map.
func (p *Phrase) Position() PositionWords {
	w := PositionWords{Title: p.Say("position.title"), Untold: p.Say("position.untold"), Empty: p.Say("position.empty"),
		Levels: [3]string{p.Say("position.level.decides"), p.Say("position.level.shapes"), p.Say("position.level.lives")},
		Legend: PositionLegend{
			p.Say("position.agrees"),
			p.Say("position.differs"),
			p.Say("position.unstated"),
			p.Say("position.says_no"),
			p.Say("position.seat"),
		}}
	for i := range w.Stances {
		w.Stances[i] = p.Stance(i - 2)
	}
	return w
}

// PositionDesc says in sentences what the map shows.
func (p *Phrase) PositionDesc(told, untold, seats int) string {
	if told+untold == 0 {
		return p.Say("position.empty")
	}
	var out []string
	if told == 0 {
		out = append(out, p.Say("position.told_none"))
	} else {
		out = append(out, Initial(p.Say("position.told", "n", told)))
	}
	if told > 0 && untold > 0 {
		out = append(out, Initial(p.Say("position.untold_n", "n", untold)))
	}
	if seats > 0 {
		out = append(out, Initial(p.Say("position.seats", "n", seats)))
	}
	return p.sentences(out)
}

// PositionOf says in one sentence where a person stands. Agrees is +1 where
// they see the same problem, -1 where another, 0 where that was not said.
func (p *Phrase) PositionOf(name string, roles []throughline.Role, known bool, stance, agrees int) string {
	words := []any{"name", name, "stance", p.Say("position.untold"), "problem", p.Say("position.unstated")}
	if known {
		words[3] = p.Stance(stance)
	}
	switch {
	case agrees > 0:
		words[5] = p.Say("position.agrees")
	case agrees < 0:
		words[5] = p.Say("position.differs")
	}
	if s := p.Roles(roles); s != "" {
		return p.Say("position.person_role", append(words, "role", s)...)
	}
	return p.Say("position.person", words...)
}

// Roles gives the roles of one person in words.
func (p *Phrase) Roles(roles []throughline.Role) string {
	var out []string
	for _, r := range roles {
		if r.Known() {
			out = append(out, p.Role(r))
		}
	}
	return p.List(out)
}

// PositionWas says where a person stood once, when that has grown old.
func (p *Phrase) PositionWas(stance int, since, today throughline.Day) string {
	return p.Say("position.was", "stance", p.Stance(stance), "ago", p.Ago(since, today))
}

// sentences sets sentences one after another.
func (p *Phrase) sentences(ss []string) string {
	out := ""
	for i, s := range ss {
		if i == 0 {
			out = s
		} else {
			out = p.Say("list.then", "a", out, "b", s)
		}
	}
	return out
}
