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
	back := takingBack{Import: m, by: d.Actor(), at: now.UTC(), copies: map[throughline.DealID]map[throughline.FactID]bool{}}
	var told []throughline.DealID // deals that tell others too: after those
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return out, err
		}
		live := deal.Live(facts)
		if len(deal.TakenIn(live)) > 0 {
			told = append(told, facts[0].Deal)
			continue
		}
		back.of(facts, live, &out)
	}
	if err := back.afterThose(ctx, d, told, &out); err != nil {
		return out, err
	}
	corrections := back.corrections
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

// takingBack is an import that is being taken back.
type takingBack struct {
	store.Import
	by          deal.Actor
	at          time.Time
	copies      map[throughline.DealID]map[throughline.FactID]bool // what a deal was given of it by taking another in
	corrections []deal.Fact
}

// of takes back what the import brought of one deal, and notes which copies of
// that the deal has which tells it now.
func (b *takingBack) of(facts, live []deal.Fact, out *ImportUndone) {
	n, stays := 0, false
	var gone time.Time // since the first that was known of it
	removals := map[throughline.FactID]bool{}
	for _, f := range facts {
		if e, is := f.Body.(deal.Ended); is && e.Outcome == throughline.Removed && e.Foreign == takenBackReason {
			removals[f.ID] = true
		}
	}
	add := func(f deal.Fact) {
		f.Recorded, f.By, f.Source, f.Turn = b.at, b.by, deal.Source{System: b.System}, int32(len(facts)+n)
		b.corrections = append(b.corrections, f)
		n++
	}
	merging, merged := deal.Merging(live)
	for _, f := range live {
		copied := b.copies[f.Deal][f.ID]
		if !copied && (f.Source.System != b.System || !f.Recorded.Equal(b.Started)) {
			// What the program concluded of it by itself goes with it, and that it is
			// one with another deal is nothing that is known of it.
			own := f.Source.System == programSystem || f.OfMerging()
			stays = stays || f.Body.Kind() != deal.KindCorrection && !own
			continue
		}
		if c, is := f.Body.(deal.Correction); is && removals[c.Of] {
			continue // it brought the deal back; what took it away is not to come back with it
		}
		if merged {
			into := merging.Body.(deal.Linked).To
			if b.copies[into] == nil {
				b.copies[into] = map[throughline.FactID]bool{}
			}
			b.copies[into][deal.MergedID(merging.ID, f.ID)] = true
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
				ID:      throughline.FactID(throughline.KeyedID(b.Started, "import undone", b.ID.String(), throughline.ID(f.ID).String())),
				Deal:    f.Deal,
				Learned: known,
				Body:    deal.Correction{Of: f.ID, Reason: takenBackReason},
			},
		)
		out.Facts++
	}
	if n == 0 {
		return
	}
	if out.Deals++; !stays {
		out.Removed++
		add(
			deal.Fact{
				ID:      throughline.FactID(throughline.KeyedID(b.Started, "import undone", b.ID.String(), throughline.ID(facts[0].Deal).String())),
				Deal:    facts[0].Deal,
				Learned: gone,
				Body:    deal.Ended{Outcome: throughline.Removed, Foreign: takenBackReason},
			},
		)
	}
}

// afterThose takes back what was brought of deals that took others in, each after
// those that it took in: only they say what it has of them.
func (b *takingBack) afterThose(ctx context.Context, d *Desk, told []throughline.DealID, out *ImportUndone) error {
	waits := map[throughline.DealID]bool{}
	for _, id := range told {
		waits[id] = true
	}
	var next func(throughline.DealID) error
	next = func(id throughline.DealID) error {
		if !waits[id] {
			return nil
		}
		waits[id] = false
		facts, err := d.Read().Facts(ctx, id)
		if err != nil {
			return err
		}
		live := deal.Live(facts)
		for _, in := range deal.TakenIn(live) {
			if err := next(in); err != nil {
				return err
			}
		}
		b.of(facts, live, out)
		return nil
	}
	for _, id := range told {
		if err := next(id); err != nil {
			return err
		}
	}
	return nil
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
