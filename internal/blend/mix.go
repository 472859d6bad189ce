package blend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/playbook"
)

// useful is the weight from which a pack counts at a place (DOMAIN 6.5).
const useful = 2

// member is a pack of the blend with where it leads and where it stands in it.
type member struct {
	playbook.Pack
	lead  []string
	order int
}

func (m member) leads(place string) bool { return slices.Contains(m.lead, place) }

// mix is the blend of one deal.
type mix struct {
	book    *playbook.Playbook
	reading alignment.Reading
	members []member
	calm    bool // urgency would do harm
	a       *Advice
}

func mixOf(book *playbook.Playbook, process playbook.Process, r alignment.Reading, a *Advice) mix {
	m := mix{book: book, reading: r, a: a, calm: choosing(r, a.Phase)}
	for _, u := range book.BlendOf(process, r.Class) {
		k, ok := book.AnyPack(u.Pack)
		if !ok || k.Core || slices.ContainsFunc(m.members, func(o member) bool { return o.ID == k.ID }) {
			continue // the core helps anyway
		}
		in := member{Pack: k, order: len(m.members)}
		for _, at := range u.Lead {
			in.lead = append(in.lead, playbook.Place(at))
		}
		m.members = append(m.members, in)
	}
	return m
}

// ranked are the packs with something to say at a place, the core's apart:
// who leads, then who is useful there, heavier first, then as the blend names them.
func (m mix) ranked(place string) []member {
	var out []member
	for _, k := range m.members {
		if k.leads(place) || k.Weights[place] >= useful || says(k.Pack, place) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b member) int {
		return cmp.Or(-cmpBool(a.leads(place), b.leads(place)), cmp.Compare(b.Weights[place], a.Weights[place]), cmp.Compare(a.order, b.order))
	})
	return out
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// says reports whether a pack has a prompt or a tool of its own at a place.
func says(k playbook.Pack, place string) bool {
	return slices.ContainsFunc(k.Prompts, func(p playbook.Prompt) bool { return p.Place == place }) ||
		slices.ContainsFunc(k.Tools, func(t playbook.Tool) bool { return t.Place == place })
}

// seat is a pack that is heard at a place, in its part, or one that is not, and why.
type seat struct {
	member
	part  Part
	why   Why // "" is heard
	with  string
	rule  playbook.Value
	tools bool // only its tools are left out
}

// seats gives who is heard at a place: one leads, one supports, as far as they
// do not pull apart; then the core.
func (m mix) seats(place string) []seat {
	most := cmp.Or(m.book.Limits.PacksPerPhase, 2)
	practised := m.reading.Class == throughline.Transactional || m.reading.Class == throughline.TransactionalInformal
	if practised {
		most = 1
	}
	var out []seat
	heard := 0
	for _, k := range m.ranked(place) {
		s := seat{member: k, part: Support}
		if heard == 0 {
			s.part = Lead
		}
		for _, o := range out {
			if o.why != "" {
				continue
			}
			if c, ok := clash(o.member, k, place); ok {
				s.with, s.rule = o.ID, c.rule
				if c.takes == everything {
					s.why = Clashes
					break
				}
				s.tools = s.tools || c.takes == tooling
			}
		}
		switch {
		case s.why != "":
		case practised && m.other(k):
			s.why = OnlyOne
		case heard >= most:
			s.why = TooMany
		default:
			heard++
		}
		out = append(out, s)
	}
	for _, k := range m.book.Core {
		if says(k, place) {
			out = append(out, seat{member: member{Pack: k}, part: Core})
		}
	}
	return out
}

// other reports whether a practised purchase, which takes one pack at most, is
// helped by another than k: the first of its blend.
func (m mix) other(k member) bool { return k.order != 0 }

// takes is what a clash takes from the pack that gives way.
type takes int

const (
	everything takes = iota
	tooling          // its tools; what it asks may stand
	nothing          // both may speak: a thing to keep apart
)

type clashed struct {
	rule  playbook.Value
	takes takes
}

// keepApart are the clashes of DOMAIN 6.5 whose rule is not that one of the
// two falls silent: one inspection tool only; two roles to be told apart.
// Clashes that packs of a company's own state take everything.
var keepApart = map[[2]string]takes{
	{"meddpicc", "value_based"}:           tooling,
	{"command_of_message", "value_based"}: tooling,
	{"command_of_message", "meddpicc"}:    tooling,
	{"meddpicc", "strategic_selling"}:     nothing,
}

// clash tells whether two packs pull apart at a place, and what the second,
// which goes after the first, gives up. Both must be useful there, unless a
// company's playbook lets one lead where it has little weight.
func clash(first, second member, place string) (clashed, bool) {
	if first.Weights[place] < useful && !first.leads(place) || second.Weights[place] < useful && !second.leads(place) {
		return clashed{}, false
	}
	pair := [2]string{min(first.ID, second.ID), max(first.ID, second.ID)}
	for _, x := range []struct{ a, b member }{{second, first}, {first, second}} {
		for _, c := range x.a.Clashes {
			if slices.Contains(strings.Fields(c.With), x.b.ID) && (len(c.Places) == 0 || slices.Contains(c.Places, place)) {
				return clashed{c.Rule, keepApart[pair]}, true
			}
		}
	}
	return clashed{}, false
}

// calming are the packs that take risk off a choice; what clashes with one of
// them at P7 presses there.
const calming = "jolt"

// presses reports whether a pack's prompts press at P7: it, or the calming
// pack, says that the two clash there.
func (m mix) presses(k playbook.Pack) bool {
	p7 := throughline.Commit.String()
	says := func(a playbook.Pack, other string) bool {
		return slices.ContainsFunc(a.Clashes, func(c playbook.Clash) bool {
			return slices.Contains(strings.Fields(c.With), other) && (len(c.Places) == 0 || slices.Contains(c.Places, p7))
		})
	}
	if k.ID == calming {
		return false
	}
	calm, ok := m.book.AnyPack(calming)
	return says(k, calming) || ok && says(calm, k.ID)
}

func (m mix) unadapted(k playbook.Pack) bool {
	return !k.Core && (k.Shipped || k.Status == "" || k.Status == playbook.StartingPoint)
}
