package learning

import (
	"context"
	"time"

	"github.com/throughline/throughline/internal/store"
)

// Ready keeps the answers about the whole company at hand, so that who opens a
// page of Learning does not wait for them. Logs must be kept.
type Ready struct {
	desk func() *Learner  // as it is now, with the playbook in force
	now  func() time.Time // by which work is timed
	wake chan struct{}
}

// NewReady makes one that works at the desk that is given each time.
func NewReady(desk func() *Learner, now func() time.Time) *Ready {
	return &Ready{desk: desk, now: now, wake: make(chan struct{}, 1)}
}

// Hear is told of what was written; see desk.Feed.
func (r *Ready) Hear(context.Context, store.Written) error {
	select {
	case r.wake <- struct{}{}:
	default: // it is awake already
	}
	return nil
}

// calm is how long nothing has to be written before answers are made anew, and
// idle how many times as long as that took nothing more is done: who writes all day
// costs others at most a tenth of one processor.
const (
	calm = 3 * time.Second
	idle = 10
)

// Keep makes the answers now, when something was written, and on each new day,
// until the context ends. What cannot be read is made when somebody asks.
func (r *Ready) Keep(ctx context.Context) {
	for {
		begun := r.now()
		_, _ = MineOverview(ctx, r.desk(), OverviewInput{})
		if !wait(ctx, idle*r.now().Sub(begun)) || !r.asleep(ctx) {
			return
		}
	}
}

// asleep waits until something was written and it is calm again; false where
// the context ended.
func (r *Ready) asleep(ctx context.Context) bool {
	day := r.desk().Today()
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if r.desk().Today() != day {
				return true
			}
		case <-r.wake:
			if !wait(ctx, calm) {
				return false
			}
			if len(r.wake) == 0 {
				return true
			}
		}
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
