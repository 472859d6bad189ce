package deal

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
)

// SetAside is one of ours answering what was asked of them about a deal: it is
// done, it is not for this week, or it is not theirs to do. It speaks of our own
// attention: it is no evidence and no act of the customer's, and changes nothing
// of where they are.
type SetAside struct {
	How   Aside           `json:"how"`
	What  string          `json:"what,omitempty"` // what was asked: a code of package errand
	Until throughline.Day `json:"until,omitzero"` // from which day it may be asked again; left out for not_mine
}

// Aside is the answer to what was asked.
type Aside string

// The answers.
const (
	AsideDone    Aside = "done"
	AsideLater   Aside = "later"
	AsideNotMine Aside = "not_mine"
)

// Asides lists them.
func Asides() []Aside { return []Aside{AsideDone, AsideLater, AsideNotMine} }

// Laid is the answer that counts, and whose it is.
type Laid struct {
	SetAside
	Fact throughline.FactID
	By   throughline.PersonID
}

func compareLaid(a, b Laid) int { return compareFacts(a.Fact, b.Fact) }

// AsideNow gives the answer that still holds on a day. Done and later hold until
// their day, or until the customer acts: until an act of theirs is learned of.
// Whoever said that a deal is not theirs has said so until it is handed on.
func (s *Summary) AsideNow(today throughline.Day) (Laid, bool) {
	l := s.Aside
	switch {
	case !l.Set():
		return Laid{}, false
	case l.Value.How == AsideNotMine:
		return l.Value, !s.Owner.after(l.Learned, l.Turn)
	case l.Value.Until.Sub(today) <= 0:
		return Laid{}, false
	}
	return l.Value, cmp.Or(s.Heard.Learned.Compare(l.Learned), cmp.Compare(s.Heard.Turn, l.Turn)) <= 0
}

// heard takes that an act of theirs was learned of.
func (s *Summary) heard(f Fact) {
	h := saidBy(f)
	if cmp.Or(h.Learned.Compare(s.Heard.Learned), cmp.Compare(h.Turn, s.Heard.Turn), h.At.Compare(s.Heard.At), h.marks(s.Heard)) > 0 {
		s.Heard = h
	}
}

// Planned is a next move of the latest strategy, as lists need it.
type Planned struct {
	What   string
	Person throughline.PersonID // with whom of theirs
	By     throughline.Day      // the zero Day where none was named
}

// planned gives the moves of a strategy that say what is to be done.
func planned(b Strategy) (out []Planned) {
	for _, m := range b.Moves {
		if m.What != "" {
			by, _ := throughline.ParseDay(m.By) // a day that cannot be read is none
			out = append(out, Planned{m.What, m.Person, by})
		}
	}
	return slices.Clip(out)
}
