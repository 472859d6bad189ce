package capture

import (
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// contradiction reads what speaks against an answer given before.
func (q *reading) contradiction(s *said, p *Proposal) (string, bool) {
	h, ok := s.cue["against/disagree"]
	if !ok && q.twoViews(s, p) { // "Tom thinks it is a supplier problem, Ana a planning problem"
		p.Kind = Contradiction
		no := false
		p.Agrees = &no
		return q.text[s.people[0].start:s.people[0].end], true
	}
	if !ok || s.has("cue/resolve") {
		return "", false
	}
	p.Kind = Contradiction
	text := strings.ToLower(s.raw)
	if hasAny(text, "problem", "问题") {
		no := false
		p.Agrees = &no
	}
	return q.text[h.start:h.end], true
}

// twoViews reports whether two of theirs each name a problem of their own, and
// makes the first of them the person.
func (q *reading) twoViews(s *said, p *Proposal) bool {
	low := strings.ToLower(s.raw)
	if strings.Count(low, "problem") < 2 && strings.Count(low, "问题") < 2 || !s.doer.thinks && !s.spoke || s.doer.several {
		return false
	}
	var first *mention
	for i := range s.people {
		m := &s.people[i]
		switch {
		case m.ours() || m.who == nil:
		case first == nil:
			first = m
		case first.who != m.who:
			p.Person = first.who.ID
			return true
		}
	}
	return false
}

// stance reads where a named person stands. Words about a question count for
// more than a lean.
func (q *reading) stance(s *said, p *Proposal, person *mention, strong bool) (string, bool) {
	if person == nil || person.who == nil && person.name == "" {
		return "", false
	}
	for _, x := range []struct {
		group string
		value int
	}{{"against", -2}, {"doubts", -1}, {"leans", 1}, {"for", 2}} {
		h, ok := s.cue["stance/"+x.group]
		if !ok {
			continue
		}
		value := x.value
		if value > 0 && s.has("cue/negate") && s.cue["cue/negate"].start < h.start {
			if value = -1; x.group == "for" {
				value = -2
			}
		}
		if strong && (x.group == "leans" || x.group == "doubts") && !hasAny(strings.ToLower(s.raw), "lean", "倾向", "doubt", "疑") {
			continue
		}
		p.Kind, p.Stance = Stance, value
		return q.text[h.start:h.end], true
	}
	if !strong && s.has("cue/hope") &&
		hasAny(strings.ToLower(s.raw), "keen", "enthusiastic", "excited", "positive", "on board", "interested", "感兴趣", "积极", "热情") {
		p.Kind, p.Stance = Stance, 1
		h := s.cue["cue/hope"]
		return q.text[h.start:h.end], true
	}
	return "", false
}

// sureKind is how sure the model must be of a kind before it is proposed where
// the lists found none.
const sureKind = 0.4

// learnedKind asks the model for the kind where the lists found none and no
// strong phrase speaks for a place.
func (q *reading) learnedKind(s *said, p *Proposal, person *mention, ranked []place) (words string, decided, nothing bool) {
	listed := 0.0
	for _, x := range ranked {
		listed = max(listed, x.listed)
	}
	m := q.model()
	l, sure, _ := q.surest(s)
	if l < 0 || sure < sureKind || listed >= 3 {
		return "", false, false
	}
	from, to := m.why(s.features, l)
	words = q.text[from:to]
	named := person != nil && (person.who != nil || person.name != "")
	_, what, _ := strings.Cut(m.labels[l], " ")
	switch kind := kindOf(m.labels[l]); kind {
	case "":
		return "", false, listed < 1.5
	case Event:
		if !slices.Contains(deal.Events(), deal.Event(what)) || deal.Event(what) == deal.SponsorLeft {
			return "", false, false
		}
		p.Kind, p.Event = Event, deal.Event(what)
		if p.Event == deal.QuietAfterWarm {
			p.Grade = throughline.E1
		}
	case Stance:
		n, err := strconv.Atoi(what)
		if err != nil || !named {
			return "", false, false
		}
		p.Kind, p.Stance = Stance, n
	case Contradiction:
		p.Kind = Contradiction
	default: // that somebody came or went is not guessed
		return "", false, false
	}
	return words, true, false
}
