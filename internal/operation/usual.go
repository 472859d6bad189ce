package operation

import (
	"context"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/store"
)

// Usual keeps the norms of a company's history between questions. They move
// slowly and cost a pass over all deals, so a page may show those of some
// minutes ago; a list works them out anew and puts them here.
type Usual struct {
	mu   sync.Mutex
	kept map[usualKey]usualNorms
	fits fitted // the forecast's last fit
	jobs map[string]*job
	runs []rememberedRun
	held []store.Shown // what was shown and not kept, newest last

	fitting sync.Mutex // guards fits, and lets one forecast be worked out at a time

	// Work runs something behind the caller until the server ends; nil: nothing
	// goes on behind anybody, and whoever asks waits.
	Work func(func(context.Context))
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

// norms gives what is usual as of an instant.
func (d *Desk) norms(ctx context.Context, asOf time.Time) (alignment.Norms, error) {
	if n, ok := d.Board.norms(asOf); ok {
		return n, nil
	}
	key, now := usualKey{d.Workspace, throughline.DayOf(asOf, asOf.Location())}, d.Now()
	if d.Usual != nil {
		if n, ok := d.Usual.get(key, now); ok {
			return n, nil
		}
	}
	o, err := survey(ctx, d, asOf, false, nil)
	return o.norms, err
}
