package deal

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Same says who is told as whom, of people who are one: each leads to the one
// that stays, in one step.
type Same map[throughline.PersonID]throughline.PersonID

// Of gives who somebody is told as, themselves where nothing was said.
func (s Same) Of(p throughline.PersonID) throughline.PersonID {
	if into, is := s[p]; is {
		return into
	}
	return p
}

// SameID is the id of the fact that says in a deal that somebody is told as
// somebody else. It follows from what was said and when, so that a deal which
// names them only later says it once.
func SameID(at time.Time, p, into throughline.PersonID, d throughline.DealID) throughline.FactID {
	return throughline.FactID(throughline.KeyedID(at, "same", throughline.ID(p).String(), throughline.ID(into).String(), throughline.ID(d).String()))
}

// SameFact says in a deal that somebody is told as somebody else, as it was
// learned at an instant, by an actor.
func SameFact(at time.Time, p, into throughline.PersonID, d throughline.DealID, by Actor) Fact {
	return Fact{ID: SameID(at, p, into, d), Deal: d, Happened: at, Learned: at, Recorded: at, By: by, Source: Source{System: "person"},
		Body: PersonMerged{p, into}}
}

// sameIn gathers who is told as whom from facts in their order. What would lead
// back to where it began says nothing.
func sameIn(facts []Fact) Same {
	var step Same
	end := func(p throughline.PersonID) throughline.PersonID {
		for into, is := step[p]; is; into, is = step[p] {
			p = into
		}
		return p
	}
	for _, f := range facts {
		if b, is := f.Body.(PersonMerged); is && !b.Into.IsZero() && !b.Person.IsZero() && end(b.Into) != b.Person {
			if step == nil {
				step = Same{}
			}
			if _, told := step[b.Person]; !told {
				step[b.Person] = b.Into
			}
		}
	}
	out := make(Same, len(step))
	for p := range step {
		out[p] = end(p)
	}
	return out
}

// told gives a fact with whoever is told as somebody else under that name. What
// somebody said on a plan and another name of theirs had said too was not said by
// two: it was written, and no more.
func (s Same) told(f Fact) Fact {
	if f.Body.Kind() == KindPersonMerged {
		return f
	}
	var pairs []string
	one := s.merged(f.By.Person)
	for _, p := range PeopleOf(f.Body) {
		one = one || s.merged(p)
		if into, is := s[p]; is {
			pairs = append(pairs, throughline.ID(p).String(), throughline.ID(into).String())
		}
	}
	f.By.Person = s.Of(f.By.Person)
	if one && f.Source.System == "plan" {
		f.Grade = min(f.Grade, throughline.E3)
	}
	if len(pairs) == 0 {
		return f
	}
	text, err := json.Marshal(f.Body)
	if err != nil {
		return f
	}
	if body, err := family[f.Body.Kind()].decode([]byte(strings.NewReplacer(pairs...).Replace(string(text)))); err == nil {
		f.Body = body
	}
	return f
}

// merged reports whether somebody is one of several names of one human.
func (s Same) merged(p throughline.PersonID) bool {
	if p.IsZero() {
		return false
	}
	if _, is := s[p]; is {
		return true
	}
	for _, into := range s {
		if into == p {
			return true
		}
	}
	return false
}
