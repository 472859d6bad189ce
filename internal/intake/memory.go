package intake

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Memory is a sink that keeps everything in memory: for a look at what an
// import would do before anything is written. It holds to the contract of
// store.Ledger as far as Sink asks for it.
type Memory struct {
	mu       sync.Mutex
	facts    map[throughline.DealID][]deal.Fact
	has      map[throughline.FactID]bool
	summary  map[throughline.DealID]deal.Summary
	people   map[throughline.PersonID]store.Person
	accounts map[throughline.AccountID]store.Account
	ids      map[recordKey]throughline.ID
	imports  []store.Import
}

// forever is the instant as of which everything is known.
var forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

type recordKey struct {
	system, foreign string
	kind            store.RecordKind
}

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{facts: map[throughline.DealID][]deal.Fact{}, has: map[throughline.FactID]bool{}, summary: map[throughline.DealID]deal.Summary{},
		people: map[throughline.PersonID]store.Person{}, accounts: map[throughline.AccountID]store.Account{},
		ids: map[recordKey]throughline.ID{}}
}

// Append adds a batch.
func (m *Memory) Append(_ context.Context, _ throughline.Workspace, b store.Batch) (store.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var r store.Receipt
	for _, f := range b.Facts {
		if m.has[f.ID] {
			continue
		}
		m.has[f.ID] = true
		r.Facts++
		s, ok := m.summary[f.Deal]
		if !ok {
			r.Deals++
			s.Deal = f.Deal
		}
		m.facts[f.Deal] = append(m.facts[f.Deal], f)
		s = clone(s)
		if !s.Apply(f) {
			d, _ := deal.Fold(m.facts[f.Deal], forever)
			s = d.Summary
		}
		m.summary[f.Deal] = s
	}
	for _, p := range b.People {
		m.people[p.ID] = p
		r.People++
	}
	for _, a := range b.Accounts {
		m.accounts[a.ID] = a
		r.Accounts++
	}
	for _, rec := range b.Records {
		k := recordKey{rec.System, rec.Foreign, rec.Kind}
		if _, ok := m.ids[k]; !ok {
			m.ids[k] = rec.ID
			r.Records++
		}
	}
	if b.Import != nil {
		m.imports = append(m.imports, *b.Import)
	}
	return r, nil
}

// clone keeps a summary handed out from changing with the ledger's.
func clone(s deal.Summary) deal.Summary {
	s.Attributes, s.Skipped, s.Milestones, s.Steps, s.People = maps.Clone(s.Attributes), maps.Clone(s.Skipped), maps.Clone(s.Milestones), maps.Clone(s.Steps), maps.Clone(s.People)
	s.Settled, s.Promises, s.Bets, s.Classes, s.Occasions = maps.Clone(s.Settled), slices.Clone(s.Promises), slices.Clone(s.Bets), slices.Clone(s.Classes), slices.Clone(s.Occasions)
	s.CloseDates, s.Marks, s.Events, s.Acts = slices.Clone(s.CloseDates), slices.Clone(s.Marks), slices.Clone(s.Events), slices.Clone(s.Acts)
	return s
}

// Facts gives the facts of a deal.
func (m *Memory) Facts(_ context.Context, _ throughline.Workspace, d throughline.DealID) ([]deal.Fact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.facts[d]), nil
}

// Summaries gives the summary of every deal.
func (m *Memory) Summaries(context.Context, throughline.Workspace) iter.Seq2[deal.Summary, error] {
	m.mu.Lock()
	all := slices.Collect(maps.Values(m.summary))
	m.mu.Unlock()
	return func(yield func(deal.Summary, error) bool) {
		for _, s := range all {
			if !yield(clone(s), nil) {
				return
			}
		}
	}
}

// SummariesOf gives the summaries of some deals.
func (m *Memory) SummariesOf(_ context.Context, _ throughline.Workspace, ids []throughline.DealID) ([]deal.Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []deal.Summary
	for _, id := range ids {
		if s, ok := m.summary[id]; ok {
			out = append(out, clone(s))
		}
	}
	return out, nil
}

// People gives some people.
func (m *Memory) People(_ context.Context, _ throughline.Workspace, ids []throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	return pick(m, m.people, ids), nil
}

// Accounts gives some accounts.
func (m *Memory) Accounts(_ context.Context, _ throughline.Workspace, ids []throughline.AccountID) (map[throughline.AccountID]store.Account, error) {
	return pick(m, m.accounts, ids), nil
}

func pick[K comparable, V any](m *Memory, from map[K]V, ids []K) map[K]V {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[K]V{}
	for _, id := range ids {
		if v, ok := from[id]; ok {
			out[id] = v
		}
	}
	return out
}

// Resolve gives our ids for foreign ones.
func (m *Memory) Resolve(_ context.Context, _ throughline.Workspace, system string, kind store.RecordKind, foreign []string) (map[string]throughline.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]throughline.ID{}
	for _, f := range foreign {
		if id, ok := m.ids[recordKey{system, f, kind}]; ok {
			out[f] = id
		}
	}
	return out, nil
}

// Imports lists what was imported, as it was appended.
func (m *Memory) Imports() []store.Import {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.imports)
}
