package workshop

import (
	"context"
	"slices"
	"sync"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// Shelf holds the published playbooks that a server's desks work with. Another
// process may publish while it runs; what it published is there at the next look.
type Shelf struct {
	bench Bench

	mu       sync.RWMutex
	versions []desk.PublishedBook
	book     *playbook.Playbook
	findings diag.Findings
}

// NewShelf gives the shelf of a desk. It has nothing to follow where a folder was
// named, which then holds for all deals.
func NewShelf(d *Bench) *Shelf {
	return &Shelf{bench: *d, versions: d.Versions, book: d.Book, findings: d.Findings}
}

// Lay puts on a desk what is on the shelf.
func (s *Shelf) Lay(d *Bench) {
	if s == nil {
		return
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	d.Versions, d.Book, d.Findings = s.versions, s.book, s.findings
}

// Look takes in what has been published since, and reports whether that was
// anything. rebook is told of it: whoever keeps lists makes them anew.
func (s *Shelf) Look(ctx context.Context, rebook func([]desk.PublishedBook)) (bool, error) {
	if s.bench.BookDir != "" || s.bench.Compile == nil {
		return false, nil
	}
	kept, err := s.bench.Read().Playbooks(ctx)
	if err != nil {
		return false, err
	}
	s.mu.RLock()
	same := len(kept) == len(s.versions)
	for i := range kept {
		same = same && kept[i].Hash == s.versions[i].Hash
	}
	s.mu.RUnlock()
	if same {
		return false, nil
	}
	versions, err := LoadVersions(ctx, &s.bench)
	if err != nil || len(versions) == 0 {
		return false, err
	}
	s.mu.Lock()
	s.versions, s.book, s.findings = slices.Clip(versions), versions[len(versions)-1].Book, nil
	s.mu.Unlock()
	rebook(versions)
	return true, nil
}

// Hear looks where a feed tells that something was published.
func (s *Shelf) Hear(rebook func([]desk.PublishedBook)) func(context.Context, store.Written) error {
	return func(ctx context.Context, w store.Written) error {
		if len(w.Playbooks) == 0 && !w.Whole {
			return nil
		}
		_, err := s.Look(ctx, rebook)
		return err
	}
}
