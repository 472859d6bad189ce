package importing

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/store"
)

// takenBack is the system under which it is kept that an import was taken back.
const takenBack = "taken-back"

// takenBackReason is what its corrections say.
const takenBackReason = intake.TakenBack

// programSystem is the source of what the program itself concludes.
const programSystem = "playbook"

// UndoImportInput names the import.
type UndoImportInput struct {
	ID string `arg:"" optional:"" name:"id" json:"id,omitempty" help:"The import's id, as it was given when it ended (default: the last one)."`
}

// ImportUndone says what was taken back.
type ImportUndone struct {
	ID      throughline.ID `json:"id"`
	System  string         `json:"system"`
	Files   []string       `json:"files"`
	Facts   int            `json:"facts"`   // that count no longer
	Deals   int            `json:"deals"`   // of which some were
	Removed int            `json:"removed"` // of which nothing else is known
}

// lastImport gives the newest import that stands, or that of an id.
func lastImport(ctx context.Context, d *Desk, id string) (store.Import, error) {
	const op = "take import back"
	all, err := d.Read().Imports(ctx)
	if err != nil {
		return store.Import{}, err
	}
	var found store.Import
	for _, m := range all {
		switch {
		case m.System == takenBack, m.Facts == 0 && !m.Finished.IsZero(): // it brought nothing
		case id != "":
			if strings.HasPrefix(m.ID.String(), strings.ToLower(id)) && len(id) >= 8 {
				found = m
			}
		case slices.ContainsFunc(all, func(b store.Import) bool { return b.System == takenBack && slices.Contains(b.Files, m.ID.String()) }):
		case found.ID.IsZero() || m.Started.After(found.Started):
			found = m
		}
	}
	switch {
	case found.ID.IsZero() && id != "":
		return found, throughline.Fail(op, throughline.NotFound, id, errors.New("no import has this id"))
	case found.ID.IsZero():
		return found, throughline.Fail(op, throughline.NotFound, "", errors.New("no import is there that could be taken back"))
	}
	return found, nil
}

// UndoImport does the work of operation.UndoImport: take a whole import back.
func UndoImport(ctx context.Context, d *Desk, in UndoImportInput) (ImportUndone, error) {
	m, err := lastImport(ctx, d, in.ID)
	if err != nil {
		return ImportUndone{}, err
	}
	out := ImportUndone{ID: m.ID, System: m.System, Files: m.Files}
	now := d.Present()
	var corrections []deal.Fact
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return out, err
		}
		n, stays := 0, false
		var gone time.Time // since the first that was known of it
		removals := map[throughline.FactID]bool{}
		for _, f := range facts {
			if e, is := f.Body.(deal.Ended); is && e.Outcome == throughline.Removed && e.Foreign == takenBackReason {
				removals[f.ID] = true
			}
		}
		add := func(f deal.Fact) {
			f.Recorded, f.By, f.Source, f.Turn = now.UTC(), d.Actor(), deal.Source{System: m.System}, int32(len(facts)+n)
			corrections = append(corrections, f)
			n++
		}
		for _, f := range deal.Live(facts) {
			if f.Source.System != m.System || !f.Recorded.Equal(m.Started) {
				// What the program concluded of it by itself goes with it.
				own := f.Source.System == programSystem
				stays = stays || f.Body.Kind() != deal.KindCorrection && !own
				continue
			}
			if c, is := f.Body.(deal.Correction); is && removals[c.Of] {
				continue // it brought the deal back; what took it away is not to come back with it
			}
			if gone.IsZero() || f.Learned.Before(gone) {
				gone = f.Learned
			}
			// It is taken back as of when it was known: no look back counts it.
			known := f.Learned
			if f.When().After(known) {
				known = f.When()
			}
			add(
				deal.Fact{
					ID:      throughline.FactID(throughline.KeyedID(m.Started, "import undone", m.ID.String(), throughline.ID(f.ID).String())),
					Deal:    f.Deal,
					Learned: known,
					Body:    deal.Correction{Of: f.ID, Reason: takenBackReason},
				},
			)
			out.Facts++
		}
		if n == 0 {
			continue
		}
		if out.Deals++; !stays {
			out.Removed++
			add(
				deal.Fact{
					ID: throughline.FactID(
						throughline.KeyedID(m.Started, "import undone", m.ID.String(), throughline.ID(facts[0].Deal).String()),
					),
					Deal:    facts[0].Deal,
					Learned: gone,
					Body:    deal.Ended{Outcome: throughline.Removed, Foreign: takenBackReason},
				},
			)
		}
	}
	mark := store.Import{
		ID:       throughline.KeyedID(now, "import undone", m.ID.String()),
		System:   takenBack,
		Started:  now.UTC(),
		Finished: now.UTC(),
		Files:    []string{m.ID.String()},
		Facts:    len(corrections),
	}
	const most = 10_000 // in a transaction
	for batch := range slices.Chunk(corrections, most) {
		b := store.Batch{Facts: batch}
		if _, err := d.Ledger.Append(ctx, d.Workspace, b); err != nil {
			return out, err
		}
	}
	_, err = d.Ledger.Append(ctx, d.Workspace, store.Batch{Import: &mark})
	return out, err
}

// again gives the sink of an import. Where imports were taken back, a fact
// whose id one of them used up gets a further one, always the same: what is
// brought again counts again, and only once.
func again(ctx context.Context, d *Desk) (intake.Sink, error) {
	all, err := d.Read().Imports(ctx)
	if err != nil || !slices.ContainsFunc(all, func(m store.Import) bool { return m.System == takenBack }) {
		return d.Ledger, err
	}
	return &reviving{Sink: d.Ledger, used: map[throughline.DealID]map[throughline.FactID]throughline.FactID{}}, nil
}

type reviving struct {
	intake.Sink
	used map[throughline.DealID]map[throughline.FactID]throughline.FactID // ids that were used up, and those in their place
}

// Append is called by one goroutine at a time.
func (r *reviving) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	for i := range b.Facts {
		f := &b.Facts[i]
		used, known := r.used[f.Deal]
		if !known {
			facts, err := r.Facts(ctx, ws, f.Deal)
			if err != nil {
				return store.Receipt{}, err
			}
			used = map[throughline.FactID]throughline.FactID{}
			for _, old := range deal.Live(facts) {
				if c, is := old.Body.(deal.Correction); is && c.Reason == takenBackReason {
					used[c.Of] = throughline.FactID(throughline.KeyedID(old.Learned, "again", throughline.ID(old.ID).String()))
				}
			}
			r.used[f.Deal] = used
		}
		f.ID = follow(used, f.ID)
		if c, is := f.Body.(deal.Correction); is {
			c.Of = follow(used, c.Of)
			f.Body = c
		}
	}
	return r.Sink.Append(ctx, ws, b)
}

func follow(used map[throughline.FactID]throughline.FactID, id throughline.FactID) throughline.FactID {
	for range len(used) {
		next, ok := used[id]
		if !ok {
			break
		}
		id = next
	}
	return id
}
