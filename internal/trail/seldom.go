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
	of  throughline.ID // of somebody not signed in: whom they said to be
}

// First reports whether a refusal is the first of its kind in a while, and keeps
// in mind that it was; what was no refusal always is.
func (s *Seldom) First(d store.Deed) bool {
	if d.Outcome != store.DeedRefused {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	of := refusal{who: d.Person, via: d.Via, did: d.Did}
	if d.Person.IsZero() {
		of.of = d.Object
	}
	if last, is := s.seen[of]; is && d.At.Sub(last) < refusedOnce {
		return false
	}
	if s.seen == nil || len(s.seen) >= mostRefused { // forgets all: at worst a line more is kept
		s.seen = map[refusal]time.Time{}
	}
	s.seen[of] = d.At
	return true
}
