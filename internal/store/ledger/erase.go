package ledger

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// ErasePerson removes a person's personal fields and names; see store.Ledger.
//
// It is done in two steps: one transaction that takes the names out, and then a
// scrubbing, because a database leaves what it deletes lying in unused pages and
// in its log. If the second step fails the error says so; erasing again does
// what is missing.
func (l *Ledger) ErasePerson(ctx context.Context, ws throughline.Workspace, p throughline.PersonID, at time.Time) (redacted int, err error) {
	const op = "erase person"
	err = l.write(ctx, ws, func(w *writing) error {
		redacted, err = w.eraseAll(ctx, p, at)
		return err
	})
	if err != nil {
		return 0, l.base.Fail(op, p.String(), err)
	}
	return redacted, l.base.Fail(op, p.String(), l.base.Scrub(ctx))
}

// eraseAll erases a person under each of the names that are one with theirs: a
// name of one may stand in words where only another is named.
func (w *writing) eraseAll(ctx context.Context, p throughline.PersonID, at time.Time) (redacted int, err error) {
	same, err := merged(ctx, w, w.ws)
	if err != nil {
		return 0, err
	}
	all := store.NamesOf(p, same)
	var names []string
	for _, id := range all {
		err := personVersions(ctx, w, w.ws, []throughline.PersonID{id}, func(v store.Person) { names = append(names, v.Naming()...) })
		if err != nil {
			return 0, err
		}
	}
	for _, id := range all {
		n, err := w.erase(ctx, id, names, at)
		if err != nil {
			return 0, err
		}
		redacted += n
	}
	w.said.People, w.said.Deals = distinct(w.said.People), distinct(w.said.Deals)
	if err := w.unanswer(ctx); err != nil {
		return 0, err
	}
	return redacted, w.unsay(ctx)
}

func (w *writing) erase(ctx context.Context, p throughline.PersonID, names []string, at time.Time) (redacted int, err error) {
	var rows [][]any
	err = w.Read(ctx, People, Ask{Prefix: in(w.ws, p[:])}, func(row Row) error {
		erased := row[9]
		if erased == nil {
			erased = at.UnixMicro()
		}
		rows = append(rows, []any{p[:], row.Int(2), row.Int(3), row.Int(4), nil, nil, nil, nil, erased})
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, Refuse(throughline.NotFound, "there is no such person")
	}
	r := store.NewRedactor(p, names)
	refs, err := w.naming(ctx, p)
	if err != nil {
		return 0, err
	}
	for _, d := range refs {
		n, err := w.redact(ctx, d, r)
		if err != nil {
			return 0, err
		}
		if redacted += n; n > 0 {
			w.said.Deals = append(w.said.Deals, d.id)
		}
	}
	if err := w.redactRecords(ctx, throughline.ID(p), r); err != nil {
		return 0, err
	}
	if err := w.forget(ctx, p, r); err != nil {
		return 0, err
	}
	for _, row := range rows {
		if err := w.put(ctx, People, row...); err != nil {
			return 0, err
		}
	}
	w.said.People = append(w.said.People, p)
	return redacted, w.eraseContacts(ctx, p)
}

// eraseContacts empties how somebody was reached. As whom they are told stays.
func (w *writing) eraseContacts(ctx context.Context, p throughline.PersonID) error {
	var rows [][]any
	err := w.Read(ctx, Contacts, Ask{Prefix: in(w.ws, p[:])}, func(row Row) error {
		rows = append(rows, []any{p[:], row.Int(2), nil, nil, idOrNil(id[throughline.ID](row, 5))})
		return nil
	})
	for i := 0; i < len(rows) && err == nil; i++ {
		err = w.put(ctx, Contacts, rows[i]...)
	}
	return err
}

// naming lists the deals in which a person appears in any fact: as its author,
// in a field, or as a mention in its words. Erasing is rare, so that all facts
// are read rather than an index kept.
func (w *writing) naming(ctx context.Context, p throughline.PersonID) ([]dealRef, error) {
	return naming(ctx, w, w.ws, p)
}

func naming(ctx context.Context, r Reader, ws throughline.Workspace, p throughline.PersonID) (out []dealRef, err error) {
	seqs := map[int64]bool{}
	err = r.Read(ctx, Facts, Ask{Columns: []string{"seq", "bundle"}, Prefix: in(ws)}, func(row Row) error {
		if store.BundleNames(row.Bytes(1), p) {
			seqs[row.Int(0)] = true
		}
		return nil
	})
	if err != nil || len(seqs) == 0 {
		return nil, err
	}
	err = r.Read(ctx, Deals, Ask{Columns: []string{"deal", "seq"}, Prefix: in(ws)}, func(row Row) error {
		if seqs[row.Int(1)] {
			out = append(out, dealRef{id[throughline.DealID](row, 0), row.Int(1)})
		}
		return nil
	})
	return out, err
}

// redact takes names out of a deal's facts and, where there were any, folds it anew.
func (w *writing) redact(ctx context.Context, d dealRef, r store.Redactor) (redacted int, err error) {
	var changed [][]any
	err = w.Read(ctx, Facts, Ask{Prefix: in(w.ws, d.seq)}, func(row Row) error {
		facts, err := store.Unbundle(nil, d.id, row.Bytes(5))
		if err != nil {
			return err
		}
		n, err := redactAll(facts, r)
		if n == 0 || err != nil {
			return err
		}
		entries, err := store.Entries(facts)
		if err != nil {
			return err
		}
		first, last := id[throughline.FactID](row, 2), id[throughline.FactID](row, 3)
		changed = append(changed, []any{d.seq, first[:], last[:], row.Int(4), store.Bundle(entries), row.Int(6)})
		redacted += n
		return nil
	})
	if err != nil || len(changed) == 0 {
		return redacted, err
	}
	for _, row := range changed {
		if err := w.put(ctx, Facts, row...); err != nil {
			return 0, err
		}
	}
	return redacted, w.refold(ctx, []dealRef{d})
}

// redactAll takes names out of facts, in place, and says out of how many.
func redactAll(facts []deal.Fact, r store.Redactor) (n int, err error) {
	for i := range facts {
		var is bool
		if facts[i], is = r.Fact(facts[i]); is {
			n++
		}
	}
	return n, nil
}

// redactRecords replaces foreign ids that name the person by a digest, so that
// the same record is known when it comes again and tells no name.
func (w *writing) redactRecords(ctx context.Context, of throughline.ID, r store.Redactor) error {
	var naming []store.Record
	err := recordsBehind(ctx, w, w.ws, []throughline.ID{of}, func(rec store.Record) {
		if _, names := r.Words(rec.Foreign); names {
			naming = append(naming, rec)
		}
	})
	if err != nil || len(naming) == 0 {
		return err
	}
	w.said.Records = []throughline.ID{of}
	for _, rec := range naming {
		// Two spellings of one name have one digest.
		if _, err := w.add(ctx, Records, string(rec.Kind), digestOf(rec), rec.System, of[:]); err != nil {
			return err
		}
		if err := w.Drop(ctx, Records, in(w.ws, string(rec.Kind), rec.Foreign, rec.System)...); err != nil {
			return err
		}
		w.tally.Rows[Records.counter]--
	}
	return nil
}
