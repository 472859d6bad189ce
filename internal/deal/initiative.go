package deal

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// An initiative is a change effort of the customer's, of which a purchase is
// one part. It has no ledger of its own: what is said of it is said in each
// deal that belongs to it, so that every deal can be read by itself, and what
// is taken back is taken back in each. Facts about one thing in several deals
// are told by Same, the fact that said it first; a fact without it is the first.

// InitiativeStated says something of an initiative. What is empty is not changed.
type InitiativeStated struct {
	Initiative  throughline.ID       `json:"initiative"`
	Same        throughline.FactID   `json:"same,omitzero"`
	Name        string               `json:"name,omitempty"`
	Outcome     string               `json:"outcome,omitempty"` // what is to be better, in their words
	Measure     string               `json:"measure,omitempty"` // by what they will know: from what to what
	Sponsor     string               `json:"sponsor,omitempty"` // who of theirs stands behind it, in words
	NoSponsor   bool                 `json:"no_sponsor,omitempty"`
	Consequence string               `json:"consequence,omitempty"` // what happens if it is not done
	By          throughline.Day      `json:"by,omitzero"`           // on which day
	Person      throughline.PersonID `json:"person,omitzero"`       // who of theirs says so
}

// InitiativeJoined says that the deal is one purchase of an initiative, or that
// it is no longer.
type InitiativeJoined struct {
	Initiative throughline.ID `json:"initiative"`
	Left       bool           `json:"left,omitempty"`
	Observer   bool           `json:"observer,omitempty"` // we look on: the purchase is hardly what it hangs on
	Serves     string         `json:"serves,omitempty"`   // which part of the outcome it serves
}

// PurchaseStated says of another purchase of an initiative, from another
// supplier or their own house, how far it has come.
type PurchaseStated struct {
	Initiative throughline.ID     `json:"initiative"`
	Same       throughline.FactID `json:"same,omitzero"`
	Of         throughline.FactID `json:"of,omitzero"` // the first fact about it in this deal; zero: this is the first
	What       string             `json:"what,omitempty"`
	Supplier   string             `json:"supplier,omitempty"`
	State      PurchaseState      `json:"state,omitempty"`
	Due        throughline.Day    `json:"due,omitzero"`
	Serves     string             `json:"serves,omitempty"`
}

// PurchaseState is how far a purchase that is not ours has come.
type PurchaseState string

// How far a purchase of others may have come.
const (
	Considered PurchaseState = "considered"
	Chosen     PurchaseState = "chosen"
	Ordered    PurchaseState = "ordered"
	InUse      PurchaseState = "in_use"
	Stopped    PurchaseState = "stopped"
)

// PurchaseStates lists them.
func PurchaseStates() []PurchaseState {
	return []PurchaseState{Considered, Chosen, Ordered, InUse, Stopped}
}

// Part is what a deal is to an initiative.
type Part string

// The parts. A deal that has left has none.
const (
	NoPart   Part = ""
	Supplies Part = "supplies"
	Observes Part = "observes"
)

// joined takes whether a deal belongs to an initiative.
func (s *Summary) joined(b InitiativeJoined, f Fact) {
	part := Supplies
	switch {
	case b.Left:
		part = NoPart
	case b.Observer:
		part = Observes
	}
	keep(&s.Initiatives, b.Initiative, part, f, cmp.Compare)
}

// In reports whether the deal belongs to an initiative.
func (s *Summary) In(id throughline.ID) bool { return s.Initiatives[id].Value != NoPart }

// InitiativeIDs lists those the deal belongs to, the one it joined last first;
// with gone, also those it has left.
func (s *Summary) InitiativeIDs(gone bool) []throughline.ID {
	ids := slices.SortedFunc(maps.Keys(s.Initiatives), func(a, b throughline.ID) int {
		x, y := s.Initiatives[a], s.Initiatives[b]
		return cmp.Or(y.At.Compare(x.At), slices.Compare(a[:], b[:]))
	})
	return slices.DeleteFunc(ids, func(id throughline.ID) bool { return !gone && !s.In(id) })
}

// Weighs reports whether a duty counts for this deal: it is open, and where it
// is an initiative's, the deal still belongs to it.
func (s *Summary) Weighs(d Duty) bool {
	return d.Open() && (d.Initiative.IsZero() || s.In(d.Initiative))
}

// Sponsorless reports whether it is known that nobody of theirs stands behind
// it: they said so of the initiative, or whoever did is gone and nobody came.
func (s *Summary) Sponsorless() (since time.Time, so bool) {
	said := s.Sponsor.Set() && len(s.InitiativeIDs(false)) > 0
	if said && !s.Sponsor.Value {
		return s.Sponsor.At, true
	}
	for _, st := range s.People {
		if !slices.Contains(st.Roles, throughline.SponsorRole) {
			continue
		}
		if !st.Left.Value || said && s.Sponsor.At.After(st.Left.At) {
			return time.Time{}, false
		}
		since = later(since, st.Left.At)
	}
	return since, !since.IsZero()
}

// Initiative is a change effort as far as its deals know of it.
type Initiative struct {
	ID throughline.ID
	InitiativeStated
	Begun     time.Time
	Last      Fact // the latest word on what it is
	Members   []Member
	Works     []Work // of the initiative, in the order in which they were named
	Purchases []Purchase
}

// Member is a deal that belongs to an initiative, or did.
type Member struct {
	Deal   throughline.DealID
	Part   Part
	Serves string
	Since  time.Time
}

// Purchase is another purchase as it stands.
type Purchase struct {
	ID throughline.FactID // of the first fact
	PurchaseStated
	Since time.Time
}

// InitiativeOf puts together what deals know of an initiative. The order of
// deals does not matter.
func InitiativeOf(id throughline.ID, deals []Deal) (out Initiative, ok bool) {
	out.ID = id
	var all []Fact
	told := map[throughline.FactID]bool{}
	for _, d := range deals {
		mine := false
		for _, f := range d.Known {
			switch b := f.Body.(type) {
			case InitiativeStated:
				if b.Initiative == id && !told[cmp.Or(b.Same, f.ID)] {
					told[cmp.Or(b.Same, f.ID)] = true
					all = append(all, f)
				}
			case InitiativeJoined:
				mine = mine || b.Initiative == id
			}
		}
		if mine {
			out.Members, ok = append(out.Members, d.member(id)), true
		}
	}
	Sort(all)
	for _, f := range all {
		out.state(f, f.Body.(InitiativeStated))
	}
	slices.SortFunc(out.Members, func(a, b Member) int { return slices.Compare(a.Deal[:], b.Deal[:]) })
	out.works(deals)
	out.purchases(deals)
	return out, ok
}

func (d Deal) member(id throughline.ID) Member {
	m := Member{Deal: d.Deal, Part: d.Initiatives[id].Value}
	for _, f := range d.OfKind(KindInitiativeJoined) {
		if b := f.Body.(InitiativeJoined); b.Initiative == id {
			m.Since = f.When()
			if b.Serves != "" {
				m.Serves = b.Serves
			}
		}
	}
	return m
}

func (i *Initiative) state(f Fact, b InitiativeStated) {
	if i.Begun.IsZero() {
		i.Begun = f.When()
	}
	say := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	say(&i.Name, b.Name)
	say(&i.Outcome, b.Outcome)
	say(&i.Measure, b.Measure)
	say(&i.Consequence, b.Consequence)
	if b.Sponsor != "" || b.NoSponsor {
		i.Sponsor, i.NoSponsor = b.Sponsor, b.NoSponsor
	}
	if !b.By.IsZero() {
		i.By = b.By
	}
	i.Last = f
}

// works gathers the work of the initiative; of what several deals know, the
// latest word counts.
func (i *Initiative) works(deals []Deal) {
	for _, d := range deals {
		for _, w := range d.Works() {
			if w.Initiative != i.ID {
				continue
			}
			w.ID = cmp.Or(w.Same, w.ID)
			if k := slices.IndexFunc(i.Works, func(x Work) bool { return x.ID == w.ID }); k < 0 {
				i.Works = append(i.Works, w)
			} else if w.Since.After(i.Works[k].Since) {
				i.Works[k] = w
			}
		}
	}
	slices.SortFunc(i.Works, func(a, b Work) int { return compareFacts(a.ID, b.ID) })
}

func (i *Initiative) purchases(deals []Deal) {
	for _, d := range deals {
		for _, p := range d.Purchases() {
			if p.Initiative != i.ID {
				continue
			}
			p.ID = cmp.Or(p.Same, p.ID)
			if k := slices.IndexFunc(i.Purchases, func(x Purchase) bool { return x.ID == p.ID }); k < 0 {
				i.Purchases = append(i.Purchases, p)
			} else if p.Since.After(i.Purchases[k].Since) {
				i.Purchases[k] = p
			}
		}
	}
	slices.SortFunc(i.Purchases, func(a, b Purchase) int { return compareFacts(a.ID, b.ID) })
}

// Purchases gives the purchases of others that were stated in the deal.
func (d Deal) Purchases() []Purchase {
	var out []Purchase
	for _, f := range d.OfKind(KindPurchaseStated) {
		b := f.Body.(PurchaseStated)
		if b.Of.IsZero() {
			out = append(out, Purchase{f.ID, b, f.When()})
			continue
		}
		k := slices.IndexFunc(out, func(p Purchase) bool { return p.ID == b.Of })
		if k < 0 {
			continue // what it speaks of was taken back
		}
		was := out[k].PurchaseStated
		b.Same = was.Same
		b.What, b.Supplier, b.Serves = cmp.Or(b.What, was.What), cmp.Or(b.Supplier, was.Supplier), cmp.Or(b.Serves, was.Serves)
		b.State = cmp.Or(b.State, was.State)
		if b.Due.IsZero() {
			b.Due = was.Due
		}
		out[k].PurchaseStated, out[k].Since = b, f.When()
	}
	return out
}

// SameAs gives the fact that first said what this one says, in whichever deal;
// the fact itself where it was the first.
func SameAs(f Fact) throughline.FactID {
	switch b := f.Body.(type) {
	case InitiativeStated:
		return cmp.Or(b.Same, f.ID)
	case PurchaseStated:
		return cmp.Or(b.Same, f.ID)
	case WorkMoved:
		return cmp.Or(b.Same, f.ID)
	}
	return f.ID
}

// InitiativeIn gives the initiative a body speaks of, the zero ID where none.
func InitiativeIn(b Body) throughline.ID {
	switch b := b.(type) {
	case InitiativeStated:
		return b.Initiative
	case InitiativeJoined:
		return b.Initiative
	case PurchaseStated:
		return b.Initiative
	case WorkMoved:
		return b.Initiative
	}
	return throughline.ID{}
}
