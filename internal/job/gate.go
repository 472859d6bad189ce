// Package job is the work of a server: what goes on behind whoever asks, and how
// much is worked out at once.
//
// Takes: pieces of work, jobs that are kept in the ledger, and when the server ends.
// Gives: one after the other done, or as many at a time as a gate lets in.
// Never: knows what the work is, or goes on after it was stopped.
package job

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
)

// Gate lets so many run at once and so many wait for them; whoever comes when
// that is full is told so. A server that anybody may ask needs a bound on what
// it works out at a time.
type Gate struct {
	inside, waiting chan struct{}
}

// NewGate makes a gate for at most running at once and waiting before it.
func NewGate(running, waiting int) *Gate {
	return &Gate{inside: make(chan struct{}, running), waiting: make(chan struct{}, running+waiting)}
}

// State gives how many are being worked out and how many wait.
func (g *Gate) State() (working, waiting int) {
	working = len(g.inside)
	return working, max(0, len(g.waiting)-working)
}

// ErrFull says that a gate lets nobody in now.
var ErrFull = errors.New("too much is being worked out already; ask again in a minute")

// Enter waits for its turn; leave has to be called when the work is done.
func (g *Gate) Enter(ctx context.Context, op string) (leave func(), err error) {
	select {
	case g.waiting <- struct{}{}:
	default:
		return nil, throughline.Fail(op, throughline.Unavailable, "", ErrFull)
	}
	select {
	case g.inside <- struct{}{}:
		return func() { <-g.inside; <-g.waiting }, nil
	case <-ctx.Done():
		<-g.waiting
		return nil, throughline.Fail(op, throughline.Unavailable, "", ctx.Err())
	}
}
