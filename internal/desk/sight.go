package desk

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
)

// Sight says whose deals somebody sees. The zero value sees none.
type Sight struct {
	all    bool
	owners []throughline.PersonID // in their order, each once; the zero id: deals of nobody
}

// Everything is the sight of whoever sees every deal.
func Everything() Sight { return Sight{all: true} }

// Only is the sight of whoever sees the deals of some of ours; the zero id stands
// for deals of nobody.
func Only(owners []throughline.PersonID) Sight {
	return Sight{owners: Distinct(append([]throughline.PersonID{}, owners...))}
}

// Whole reports whether nothing is left out.
func (s Sight) Whole() bool { return s.all }

// Sees reports whether a deal of somebody's is seen.
func (s Sight) Sees(owner throughline.PersonID) bool {
	if s.all {
		return true
	}
	_, is := slices.BinarySearchFunc(s.owners, owner, func(a, b throughline.PersonID) int { return bytes.Compare(a[:], b[:]) })
	return is
}

// among cuts whose deals are asked for, nil for everybody's, to those that are seen.
func (s Sight) among(asked []throughline.PersonID) []throughline.PersonID {
	switch {
	case s.all:
		return asked
	case asked == nil:
		return append([]throughline.PersonID{}, s.owners...)
	}
	out := []throughline.PersonID{}
	for _, who := range asked {
		if s.Sees(who) {
			out = append(out, who)
		}
	}
	return out
}

// Key tells sights apart, for what is kept of one and may be shown to no other.
func (s Sight) Key() string {
	if s.all {
		return "all"
	}
	var b strings.Builder
	b.WriteString("only")
	for _, who := range s.owners {
		b.WriteString(" " + who.String())
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
