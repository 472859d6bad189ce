package postgres

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
)

// channel is that by which processes tell each other of their writes.
const channel = "throughline_written"

// ears are those who want to know of writes.
type ears struct {
	mu  sync.Mutex
	all map[chan struct{}]throughline.Workspace
}

// Wake gives a channel that holds a value after something was written to a
// workspace, by whichever process; see store.Telling. It may be late or lose one
// when the connection does, so whoever waits looks by the clock as well.
func (l *Ledger) Wake(ctx context.Context, ws throughline.Workspace) <-chan struct{} {
	wake := make(chan struct{}, 1)
	e := &l.base.ears
	e.mu.Lock()
	if e.all == nil {
		e.all = map[chan struct{}]throughline.Workspace{}
	}
	e.all[wake] = ws
	e.mu.Unlock()
	context.AfterFunc(ctx, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.all, wake)
	})
	l.base.listening.Do(func() { go l.base.listen() })
	return wake
}

// tell wakes those who wait for a workspace; everybody, where it is zero.
func (e *ears) tell(ws throughline.Workspace) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for wake, of := range e.all {
		if ws != 0 && of != ws {
			continue
		}
		select {
		case wake <- struct{}{}:
		default: // it has not been taken yet
		}
	}
}

// listen keeps a connection of its own on which the server tells of writes,
// until the ledger is closed; a lost one is made again.
func (b *base) listen() {
	pause := time.Duration(0)
	for b.ending.Err() == nil {
		began := time.Now()
		_ = b.hear(b.ending) // why it ended does not matter: it begins again, and who waits looks by the clock
		if pause = min(2*pause+50*time.Millisecond, 5*time.Second); time.Since(began) > time.Minute {
			pause = 0
		}
		select {
		case <-b.ending.Done():
		case <-time.After(pause):
		}
	}
}

func (b *base) hear(ctx context.Context) error {
	c, err := pgx.ConnectConfig(ctx, b.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	b.ears.tell(0) // for what was written before
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if ws, err := strconv.ParseInt(n.Payload, 10, 64); err == nil {
			b.ears.tell(throughline.Workspace(ws))
		}
	}
}
