package showing

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Contact is how one of ours knows somebody of a customer's, by what a fact says.
type Contact string

// The ways, from near to far. A task, a role, and what others said of somebody are
// no meeting with them: whoever wrote that down has named them and no more.
const (
	Met    Contact = "met"    // a meeting that was held
	Called Contact = "called" // a call
	Wrote  Contact = "wrote"  // a mail of either side
	Heard  Contact = "heard"  // wrote down what they said, wrote or did
	NoteOf Contact = "named"  // wrote of them, with none of that
)

// contacts lists them in that order.
var contacts = []Contact{Met, Called, Wrote, Heard, NoteOf}

// OursAbout is one of us, with how often they wrote of somebody, in which ways, and when last.
type OursAbout struct {
	ID    throughline.PersonID `json:"id"`
	Times int                  `json:"times"`
	Last  throughline.Day      `json:"last"`
	Ways  []ContactTimes       `json:"ways"` // nearest first
}

// ContactTimes is how often that was in one way, and when last.
type ContactTimes struct {
	How   Contact         `json:"how"`
	Times int             `json:"times"`
	Last  throughline.Day `json:"last"`
}

// Nearest is the way in which they know somebody best.
func (o OursAbout) Nearest() Contact { return o.Ways[0].How }

// Latest is the way in which they wrote of somebody last, of several on that day the nearest.
func (o OursAbout) Latest() Contact {
	return o.Ways[slices.IndexFunc(o.Ways, func(w ContactTimes) bool { return w.Last == o.Last })].How
}

// knowing gathers, of people of theirs, who of ours wrote what of each.
type knowing map[throughline.PersonID]map[throughline.PersonID]*OursAbout

// see counts a fact that one of ours wrote, once for each person of theirs it points
// at. What was imported has no author of ours and counts for nobody: an owner in
// another system need not have been there.
func (k knowing) see(s SaidInDeal, theirs func(throughline.PersonID) bool) {
	by := s.Fact.Author()
	if by.IsZero() {
		return
	}
	seen := map[throughline.PersonID]bool{by: true}
	for _, who := range deal.PeopleOf(s.Fact.Body) {
		if seen[who] || !theirs(who) {
			continue
		}
		seen[who] = true
		if k[who] == nil {
			k[who] = map[throughline.PersonID]*OursAbout{}
		}
		o := k[who][by]
		if o == nil {
			o = &OursAbout{ID: by}
			k[who][by] = o
		}
		o.Times, o.Last = o.Times+1, laterDay(o.Last, s.On)
		how := contactBy(s.Fact, who)
		i := slices.IndexFunc(o.Ways, func(w ContactTimes) bool { return w.How == how })
		if i < 0 {
			i, o.Ways = len(o.Ways), append(o.Ways, ContactTimes{How: how})
		}
		o.Ways[i].Times, o.Ways[i].Last = o.Ways[i].Times+1, laterDay(o.Ways[i].Last, s.On)
	}
}

// of gives who of ours wrote of somebody, most first.
func (k knowing) of(who throughline.PersonID) (out []OursAbout) {
	for _, o := range k[who] {
		slices.SortFunc(o.Ways, func(a, b ContactTimes) int { return slices.Index(contacts, a.How) - slices.Index(contacts, b.How) })
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b OursAbout) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), b.Last.Compare(a.Last), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return out
}

// contactBy says how whoever wrote a fact knows somebody by it.
func contactBy(f deal.Fact, who throughline.PersonID) Contact {
	if a, is := f.Body.(deal.Activity); is {
		if way := (map[string]Contact{"meeting": Met, "call": Called, "email": Wrote})[a.What]; way != "" && !a.Open && a.Person == who {
			return way
		}
		return NoteOf
	}
	if f.Grade.FromCustomer() && deal.Speaker(f.Body) == who {
		return Heard
	}
	return NoteOf
}
