package operation

import (
	"sync"

	"github.com/throughline/throughline"
)

// Pulse tells those who look at a deal that somebody wrote to it in this
// process. What other processes write is seen by looking.
type Pulse struct {
	mu      sync.Mutex
	waiting map[throughline.DealID]map[chan struct{}]bool
}

// Wrote wakes everybody who waits for the deal. It never blocks.
func (p *Pulse) Wrote(d throughline.DealID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.waiting[d] {
		select {
		case c <- struct{}{}:
		default: // they have been told and have not looked yet
		}
	}
}

// Wait gives a channel that is sent to when the deal is written to, and what
// ends the waiting.
func (p *Pulse) Wait(d throughline.DealID) (wrote <-chan struct{}, done func()) {
	c := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == nil {
		p.waiting = map[throughline.DealID]map[chan struct{}]bool{}
	}
	if p.waiting[d] == nil {
		p.waiting[d] = map[chan struct{}]bool{}
	}
	p.waiting[d][c] = true
	return c, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.waiting[d], c)
		if len(p.waiting[d]) == 0 {
			delete(p.waiting, d)
		}
	}
}
