package desk

import (
	"context"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
)

// Usual keeps the norms of a company's history between questions. They move
// slowly and cost a pass over all deals, so a page may show those of some
// minutes ago; a list works them out anew and puts them here.
type Usual struct {
	mu   sync.Mutex
	kept map[usualKey]usualNorms
}

type usualKey struct {
	ws  throughline.Workspace
	day throughline.Day
}

type usualNorms struct {
	norms alignment.Norms
	at    time.Time
}

const usualFor = 10 * time.Minute

// put keeps norms, and forgets what has grown old.
func (u *Usual) put(k usualKey, n alignment.Norms, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept == nil {
		u.kept = map[usualKey]usualNorms{}
	}
	for key, v := range u.kept {
		if now.Sub(v.at) > usualFor {
			delete(u.kept, key)
		}
	}
	u.kept[k] = usualNorms{n, now}
}

func (u *Usual) get(k usualKey, now time.Time) (alignment.Norms, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	v, ok := u.kept[k]
	return v.norms, ok && now.Sub(v.at) <= usualFor
}

// Norms gives what is usual as of an instant, among all deals, seen or not.
func (d *Desk) Norms(ctx context.Context, asOf time.Time) (alignment.Norms, error) {
	key, now := usualKey{d.Workspace, throughline.DayOf(asOf, asOf.Location())}, d.Now()
	if d.Usual != nil {
		if n, ok := d.Usual.get(key, now); ok {
			return n, nil
		}
	}
	o, err := d.Whole().Survey(ctx, asOf, false, nil)
	return o.Norms, err
}
