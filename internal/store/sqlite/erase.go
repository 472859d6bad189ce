package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// ErasePerson removes a person's personal fields and names; see store.Ledger.
//
// It is done in two steps: one transaction that takes the names out, and then
// a rewriting of the file, because a database leaves what it deletes lying in
// unused pages and in its log. If the second step fails the error says so;
// erasing again does what is missing.
func (l *Ledger) ErasePerson(ctx context.Context, ws throughline.Workspace, p throughline.PersonID, at time.Time) (redacted int, err error) {
	const op = "erase person"
	err = l.numbered(ctx, ws, func(t txn, w *store.Written) error {
		redacted, err = t.erase(ctx, ws, p, at, w)
		return err
	})
	if err != nil {
		return 0, fail(op, p.String(), err)
	}
	return redacted, fail(op, p.String(), l.rewrite(ctx))
}

func (t txn) erase(ctx context.Context, ws throughline.Workspace, p throughline.PersonID, at time.Time, w *store.Written) (redacted int, err error) {
	var versions []store.Person
	if err := personVersions(ctx, t, ws, []throughline.PersonID{p}, func(v store.Person) { versions = append(versions, v) }); err != nil {
		return 0, err
	}
	if len(versions) == 0 {
		return 0, refuse(throughline.NotFound, "there is no such person")
	}
	var names []string
	for _, v := range versions {
		names = append(names, v.Name, v.Email)
	}
	r := store.NewRedactor(p, names)
	ids, err := t.dealsNaming(ctx, ws, p)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		n, err := t.redactDeal(ctx, ws, id, r)
		if err != nil {
			return 0, err
		}
		if redacted += n; n > 0 {
			w.Deals = append(w.Deals, id)
		}
	}
	w.People = []throughline.PersonID{p}
	named, gone, err := t.redactRecords(ctx, ws, throughline.ID(p), r)
	if err != nil {
		return 0, err
	}
	if named > 0 {
		w.Records = []throughline.ID{throughline.ID(p)}
	}
	_, err = t.exec(ctx, "update person set name = null, title = null, email = null, account = null, erased = coalesce(erased, $1) where workspace = $2 and id = $3",
		at.UnixMicro(), int64(ws), p[:])
	if err == nil {
		err = t.reseal(ctx, personTable, "workspace = ? and id = ?", int64(ws), p[:])
	}
	if err == nil {
		err = t.tally(ctx, ws, func(y *tally) {
			y.records -= int64(gone)
		})
	}
	return redacted, err
}

// dealsNaming lists the deals in which a person appears in any fact: as its
// author, in a field, or as a mention in its words. Erasing is rare, so that
// all facts are read rather than an index kept.
func (t txn) dealsNaming(ctx context.Context, ws throughline.Workspace, p throughline.PersonID) (ids []throughline.DealID, err error) {
	err = each(ctx, t, "select d.deal, f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq where d.workspace = $1 order by d.deal", []any{int64(ws)}, func(rows *sql.Rows) error {
		var id, bundle sql.RawBytes
		if err := rows.Scan(&id, &bundle); err != nil {
			return err
		}
		if d := throughline.DealID(id); store.BundleNames(bundle, p) && (len(ids) == 0 || ids[len(ids)-1] != d) {
			ids = append(ids, d)
		}
		return nil
	})
	return ids, err
}

// redactDeal takes names out of a deal's facts and, where there were any, folds it anew.
func (t txn) redactDeal(ctx context.Context, ws throughline.Workspace, id throughline.DealID, r store.Redactor) (redacted int, err error) {
	type bundle struct {
		first throughline.FactID
		facts []deal.Fact
	}
	var changed []bundle
	var seq int64
	err = each(ctx, t, "select f.seq, f.first, f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq where d.workspace = $1 and d.deal = $2", []any{int64(ws), id[:]}, func(rows *sql.Rows) error {
		var first, raw sql.RawBytes
		if err := rows.Scan(&seq, &first, &raw); err != nil {
			return err
		}
		facts, err := store.Unbundle(nil, id, raw)
		if err != nil {
			return err
		}
		n := 0
		for i := range facts {
			var is bool
			if facts[i], is = r.Fact(facts[i]); is {
				n++
			}
		}
		if n > 0 {
			changed = append(changed, bundle{throughline.FactID(first), facts})
			redacted += n
		}
		return nil
	})
	if err != nil || len(changed) == 0 {
		return redacted, err
	}
	for _, c := range changed {
		entries, err := store.Entries(c.facts)
		if err != nil {
			return 0, err
		}
		_, err = t.exec(ctx, "update fact set bundle = $1 where workspace = $2 and seq = $3 and first = $4", store.Bundle(entries), int64(ws), seq, c.first[:])
		if err == nil {
			err = t.reseal(ctx, factTable, "workspace = ? and seq = ? and first = ?", int64(ws), seq, c.first[:])
		}
		if err != nil {
			return 0, err
		}
	}
	return redacted, t.refoldDeals(ctx, ws, []throughline.DealID{id})
}

// redactRecords replaces foreign ids that name the person by a digest, so that
// the same record is known when it comes again and tells no name. It gives how
// many named them, and how many records there are fewer.
func (t txn) redactRecords(ctx context.Context, ws throughline.Workspace, id throughline.ID, r store.Redactor) (named, gone int, err error) {
	var naming []store.Record
	err = each(ctx, t, "select system, kind, foreign_id from record where workspace = $1 and id = $2", []any{int64(ws), id[:]}, func(rows *sql.Rows) error {
		rec := store.Record{ID: id}
		if err := rows.Scan(&rec.System, (*string)(&rec.Kind), &rec.Foreign); err != nil {
			return err
		}
		if _, names := r.Words(rec.Foreign); names {
			naming = append(naming, rec)
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	for _, rec := range naming {
		// Two spellings of one name have one digest.
		n, err := t.exec(ctx, insertRecords+places(1, recordColumns)+" on conflict do nothing",
			recordRow(ws, store.Record{System: rec.System, Kind: rec.Kind, Foreign: digest(rec), ID: id})...)
		if err != nil {
			return 0, 0, err
		}
		gone += 1 - n
		_, err = t.exec(ctx, "delete from record where workspace = $1 and system = $2 and kind = $3 and foreign_id = $4", int64(ws), rec.System, string(rec.Kind), rec.Foreign)
		if err != nil {
			return 0, 0, err
		}
	}
	return len(naming), gone, nil
}

// rewrite writes the file anew without what was deleted and empties its log.
func (l *Ledger) rewrite(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if err := l.connect(ctx); err != nil {
		return err
	}
	if err := l.wait(ctx, l.conn, longWait); err != nil {
		return err
	}
	defer l.wait(context.WithoutCancel(ctx), l.conn, shortWait)
	if _, err := l.conn.ExecContext(ctx, "vacuum"); err != nil {
		return refuse(throughline.Unavailable, "the names were taken out, but traces remain in the file because it could not be rewritten (%v); erase the person again", err)
	}
	if err := l.wait(ctx, l.conn, 5000); err != nil { // somebody may read for long
		return err
	}
	for _, pause := range []time.Duration{0, time.Second, 5 * time.Second} {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		var blocked, pages, moved int
		if err := l.conn.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&blocked, &pages, &moved); err != nil {
			return err
		}
		if blocked == 0 {
			return nil
		}
	}
	return refuse(throughline.Unavailable, "the names were taken out, but traces remain in the log beside the file because someone is still reading it; erase the person again later")
}
