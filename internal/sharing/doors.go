package sharing

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/throughline/throughline"
)

// Doors opens plans to whoever brings a link, and remembers of plans at which was
// guessed which links open them: so that a guess costs no reading once there were
// many. The zero value is ready. Safe for several at once.
type Doors struct {
	mu    sync.Mutex
	plans map[throughline.ID]*knownLinks
}

// knownLinks are the hashes of the links that opened a plan when it was last read.
type knownLinks struct {
	at    time.Time
	links map[[32]byte]bool
}

const (
	glancesEvery = time.Second // a plan is read no more often for links that it is not known to have, where there is a hurry
	mostGlanced  = 1000        // plans of which links are remembered; then all are forgotten
)

// Enter is EnterPlan. In a hurry, which is where too much was guessed already, a
// plan is read once a second for all links that it was not known to have by then; any
// other is answered as one that opens nothing. So a link that is older than a second
// opens whatever is guessed beside it.
func (o *Doors) Enter(ctx context.Context, d *Desk, token, pass string, hurry bool) (*Guest, *Doorstep, error) {
	id, secret, ok := readToken(token)
	if !ok {
		return nil, nil, errNoPlan()
	}
	hash := sha256.Sum256(secret)
	if hurry && !o.worth(id, hash, d.Now()) {
		return nil, nil, errNoPlan()
	}
	g, step, share, err := enter(ctx, d, token, pass)
	switch {
	case throughline.KindOf(err) == throughline.NotFound:
		o.learn(id, share, hash, d.Now())
	case err == nil && hurry:
		o.learn(id, share, [32]byte{}, d.Now())
	}
	return g, step, err
}

// Made says that a link was made here just now: whoever was given it opens it at once.
func (o *Doors) Made(token string) {
	id, secret, ok := readToken(token)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.plans[id]; known != nil && known.links != nil {
		known.links[sha256.Sum256(secret)] = true
	} else {
		delete(o.plans, id)
	}
}

// worth reports whether a plan is to be read for a link, and notes that it is.
func (o *Doors) worth(id throughline.ID, hash [32]byte, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.plans[id]
	if known == nil {
		o.room()
		o.plans[id] = &knownLinks{at: now}
		return true
	}
	if known.links[hash] {
		return true
	}
	if age := now.Sub(known.at); age >= 0 && age < glancesEvery {
		return false
	}
	known.at = now
	return true
}

// learn remembers which links open a plan, but for one that has just not.
func (o *Doors) learn(id throughline.ID, s sharing, not [32]byte, now time.Time) {
	links := map[[32]byte]bool{}
	for _, l := range s.links {
		if l.holds(now) && l.Hash != not {
			links[l.Hash] = true
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.plans[id] == nil {
		o.room()
	}
	o.plans[id] = &knownLinks{at: now, links: links}
}

// room makes room for one more plan.
func (o *Doors) room() {
	if o.plans == nil || len(o.plans) >= mostGlanced {
		o.plans = map[throughline.ID]*knownLinks{}
	}
}
