package desk

import (
	"context"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Pulse tells those who look at a deal that somebody wrote to it: at once where
// this process did, and where a feed tells it, whoever did.
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

// Hear is Wrote for what a feed tells.
func (p *Pulse) Hear(_ context.Context, w store.Written) error {
	deals := w.Deals
	if w.Whole || w.Register { // who listens may be let in no longer
		p.mu.Lock()
		for d := range p.waiting {
			deals = append(deals, d)
		}
		p.mu.Unlock()
	}
	for _, d := range deals {
		p.Wrote(d)
	}
	return nil
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
