package desk

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Sight says which deals somebody sees: whose, and of which customers besides or not.
// The zero value sees none.
type Sight struct {
	all         bool
	owners      []throughline.PersonID // in their order, each once; the zero id: deals of nobody
	open, close map[throughline.AccountID]bool
	own         []throughline.PersonID
}

// Everything is the sight of whoever sees every deal.
func Everything() Sight { return Sight{all: true} }

// Only is the sight of whoever sees the deals of some of ours; the zero id stands
// for deals of nobody.
func Only(owners []throughline.PersonID) Sight {
	return Sight{owners: Distinct(append([]throughline.PersonID{}, owners...))}
}

// With is a sight with customers all of whose deals are seen too, and others of whose
// deals none is seen but those of own, which are the names of whoever looks.
func (s Sight) With(own []throughline.PersonID, open, close []throughline.AccountID) Sight {
	set := func(ids []throughline.AccountID) (out map[throughline.AccountID]bool) {
		for _, id := range ids {
			if out == nil {
				out = make(map[throughline.AccountID]bool, len(ids))
			}
			out[id] = true
		}
		return out
	}
	if s.own, s.close = Distinct(slices.Clone(own)), set(close); !s.all {
		s.open = set(open)
	}
	return s
}

// Whole reports whether nothing is left out.
func (s Sight) Whole() bool { return s.all && len(s.close) == 0 }

// Part reports whether it is by sellers that something is left out, which whoever looks
// is told; of customers that are held close they are not.
func (s Sight) Part() bool { return !s.all }

// Sees reports whether a deal of somebody's with a customer is seen.
func (s Sight) Sees(owner throughline.PersonID, account throughline.AccountID) bool {
	switch {
	case s.open[account]:
		return true
	case s.close[account] && !within(s.own, owner):
		return false
	}
	return s.all || within(s.owners, owner)
}

func within(sorted []throughline.PersonID, who throughline.PersonID) bool {
	_, is := slices.BinarySearchFunc(sorted, who, func(a, b throughline.PersonID) int { return bytes.Compare(a[:], b[:]) })
	return is
}

// kept is the sight as a store cuts by it.
func (s Sight) kept() (out store.Sight) {
	if !s.all {
		out.Owners = append([]throughline.PersonID{}, s.owners...)
	}
	if len(s.open)+len(s.close) == 0 {
		return out
	}
	out.Own = slices.Clone(s.own)
	out.Open, out.Close = Distinct(slices.Collect(maps.Keys(s.open))), Distinct(slices.Collect(maps.Keys(s.close)))
	return out
}

// Key tells sights apart, for what is kept of one and may be shown to no other.
func (s Sight) Key() string {
	if s.Whole() {
		return "all"
	}
	k, b := s.kept(), strings.Builder{}
	b.WriteString("only")
	if s.all {
		b.WriteString(" all")
	}
	for _, who := range k.Owners {
		b.WriteString(" " + who.String())
	}
	for _, id := range k.Open {
		b.WriteString(" +" + id.String())
	}
	for _, id := range k.Close {
		b.WriteString(" -" + id.String())
	}
	for _, who := range k.Own {
		b.WriteString(" =" + who.String())
	}
	return b.String()
}

// Seeing finds out what somebody sees as it is now.
type Seeing func(context.Context) (Sight, error)

// sightFor is how long a sight that was found out holds: no longer than a page is
// made, so that who goes on listening loses sight too.
const sightFor = time.Second

// SeenFor makes a Seeing of one that asks each time: of one page, once.
func SeenFor(now throughline.Clock, find Seeing) Seeing {
	var mu sync.Mutex
	var known Sight
	var at time.Time
	return func(ctx context.Context) (Sight, error) {
		mu.Lock()
		defer mu.Unlock()
		if t := now(); at.IsZero() || t.Sub(at) >= sightFor || t.Before(at) {
			s, err := find(ctx)
			if err != nil {
				return Sight{}, err
			}
			known, at = s, t
		}
		return known, nil
	}
}

// Sight gives what the one at the desk sees.
func (d *Desk) Sight(ctx context.Context) (Sight, error) {
	if d.Seeing == nil {
		return Everything(), nil
	}
	return d.Seeing(ctx)
}

// Whole is the desk of somebody who sees everything: for what is worked out of all
// deals and tells of none of them, and for what has to be written to each.
func (d *Desk) Whole() *Desk {
	own := *d
	own.Seeing = nil
	return &own
}
