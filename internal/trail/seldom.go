package trail

import (
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Of what somebody is refused again and again one line is kept in so long, and of
// so many at once it is known.
const (
	refusedOnce = 10 * time.Minute
	mostRefused = 4096
	mostObjects = 20 // of one kind, each of something else: who tries ids leaves these, and no thousands
)

// Seldom knows what has been noted lately. A program that asks ten times a second
// for what it may not have would else bury what matters, for good: nothing is ever
// taken out of an audit. The zero value knows of nothing; many may ask at once.
type Seldom struct {
	mu   sync.Mutex
	seen map[refusal]time.Time
}

type refusal struct {
	who throughline.PersonID
	via string
	did string
	of  throughline.ID // what of; of somebody not signed in: whom they said to be
	n   int            // which of its kind, of those that are counted
}

// First reports whether a refusal is the first of its kind in a while, and keeps
// in mind that it was; what was no refusal always is.
func (s *Seldom) First(d store.Deed) bool {
	if d.Outcome != store.DeedRefused {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= mostRefused { // forgets all: at worst a line more is kept
		s.seen = map[refusal]time.Time{}
	}
	of := refusal{who: d.Person, via: d.Via, did: d.Did, of: d.Object}
	lately := func(of refusal) bool {
		last, is := s.seen[of]
		return is && d.At.Sub(last) < refusedOnce
	}
	if lately(of) {
		return false
	}
	if !d.Person.IsZero() && !d.Object.IsZero() {
		nth := refusal{who: d.Person, via: d.Via, did: d.Did, n: 1}
		for lately(nth) {
			nth.n++
		}
		if nth.n > mostObjects {
			return false
		}
		s.seen[nth] = d.At
	}
	s.seen[of] = d.At
	return true
}
