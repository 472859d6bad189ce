package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// work is what a batch brings for one deal, and the deal's row.
type work struct {
	id        throughline.DealID
	entries   []store.Entry // by id
	summary   deal.Summary
	exists    bool // the deal has a row
	wasLive   bool // and facts that count
	kept      int  // facts in the ledger
	corrected bool // among them a correction
}

// Append writes a batch in one transaction; see store.Ledger.
func (l *Ledger) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	var r store.Receipt
	entries, err := store.Entries(b.Facts)
	if err != nil {
		return r, throughline.Fail("write to", throughline.Invalid, l.path, err)
	}
	works := byDeal(entries)
	err = l.transact(ctx, func(t txn) error {
		r = store.Receipt{}
		if err := t.appendFacts(ctx, ws, works, &r); err != nil {
			return err
		}
		if err := t.appendPeople(ctx, ws, b.People, &r); err != nil {
			return err
		}
		if err := t.appendAccounts(ctx, ws, b.Accounts, &r); err != nil {
			return err
		}
		if err := t.appendRecords(ctx, ws, b.Records, &r); err != nil {
			return err
		}
		if b.Import == nil {
			return nil
		}
		return t.putImport(ctx, ws, *b.Import)
	})
	if err != nil {
		return store.Receipt{}, fail("write to", l.path, err)
	}
	return r, nil
}

func byDeal(entries []store.Entry) []*work {
	var out []*work
	for len(entries) > 0 {
		id, n := entries[0].Fact.Deal, 1
		for n < len(entries) && entries[n].Fact.Deal == id {
			n++
		}
		out = append(out, &work{id: id, entries: entries[:n:n], summary: deal.Summary{Deal: id}})
		entries = entries[n:]
	}
	return out
}

// appendFacts writes what is new of each deal, and the deals' rows.
func (t txn) appendFacts(ctx context.Context, ws throughline.Workspace, works []*work, r *store.Receipt) error {
	if len(works) == 0 {
		return nil
	}
	if err := chunks(works, func(part []*work) error { return t.loadRows(ctx, ws, part) }); err != nil {
		return err
	}
	old := slices.DeleteFunc(slices.Clone(works), func(w *work) bool { return !w.exists })
	if err := chunks(old, func(part []*work) error { return t.dropKnown(ctx, ws, part) }); err != nil {
		return err
	}
	works = slices.DeleteFunc(works, func(w *work) bool { return len(w.entries) == 0 })
	live := 0
	for _, w := range works {
		if err := t.putBundles(ctx, ws, w); err != nil {
			return err
		}
		if err := t.grow(ctx, ws, w); err != nil {
			return err
		}
		w.kept += len(w.entries)
		r.Facts += len(w.entries)
		if !w.exists {
			r.Deals++
		}
		live += alive(w.summary.Facts > 0) - alive(w.wasLive)
	}
	if len(works) == 0 {
		return nil
	}
	if err := chunks(works, func(part []*work) error { return t.putRows(ctx, ws, part) }); err != nil {
		return err
	}
	return t.count(ctx, ws, live, r.Facts)
}

func alive(v bool) int {
	if v {
		return 1
	}
	return 0
}

// loadRows reads the rows of the deals that are there already.
func (t txn) loadRows(ctx context.Context, ws throughline.Workspace, part []*work) error {
	args := make([]any, 1, len(part)+1)
	args[0] = int64(ws)
	for _, w := range part {
		args = append(args, w.id[:])
	}
	q := "select deal, kept, counted, corrected, summary, attributes from deal where workspace = ? and deal in " + places(1, len(part))
	return each(ctx, t, q, args, func(rows *sql.Rows) error {
		var id, summary, attributes sql.RawBytes
		var kept, counted, corrected int
		if err := rows.Scan(&id, &kept, &counted, &corrected, &summary, &attributes); err != nil {
			return err
		}
		i, ok := slices.BinarySearchFunc(part, throughline.DealID(id), func(w *work, id throughline.DealID) int {
			return slices.Compare(w.id[:], id[:])
		})
		if !ok {
			return nil
		}
		w := part[i]
		w.exists, w.kept, w.wasLive, w.corrected = true, kept, counted > 0, corrected != 0
		s, err := decodeSummary(summary, attributes)
		if err != nil {
			w.corrected = true // another form, or damaged: fold it anew
			return nil
		}
		w.summary = s
		return nil
	})
}

// dropKnown takes out the entries whose facts are there already. Only bundles
// whose ids overlap with those of the batch are read.
func (t txn) dropKnown(ctx context.Context, ws throughline.Workspace, part []*work) error {
	lowest, highest := part[0].entries[0].Fact.ID, throughline.FactID{}
	args := make([]any, 3, len(part)+3)
	for _, w := range part {
		if first := w.entries[0].Fact.ID; slices.Compare(first[:], lowest[:]) < 0 {
			lowest = first
		}
		if last := w.entries[len(w.entries)-1].Fact.ID; slices.Compare(last[:], highest[:]) > 0 {
			highest = last
		}
		args = append(args, w.id[:])
	}
	args[0], args[1], args[2] = int64(ws), highest[:], lowest[:]
	known := map[throughline.DealID]map[throughline.FactID]bool{}
	var ids []throughline.FactID
	q := "select deal, bundle from fact where workspace = ? and first <= ? and last >= ? and deal in " + places(1, len(part))
	err := each(ctx, t, q, args, func(rows *sql.Rows) error {
		var id, bundle sql.RawBytes
		err := rows.Scan(&id, &bundle)
		if err != nil {
			return err
		}
		if ids, err = store.BundleIDs(ids[:0], bundle); err != nil {
			return err
		}
		set := known[throughline.DealID(id)]
		if set == nil {
			set = make(map[throughline.FactID]bool, len(ids))
			known[throughline.DealID(id)] = set
		}
		for _, f := range ids {
			set[f] = true
		}
		return nil
	})
	for _, w := range part {
		if set := known[w.id]; set != nil {
			w.entries = slices.DeleteFunc(w.entries, func(e store.Entry) bool { return set[e.Fact.ID] })
		}
	}
	return err
}

// putBundles writes the new facts of a deal.
func (t txn) putBundles(ctx context.Context, ws throughline.Workspace, w *work) error {
	for rest := w.entries; len(rest) > 0; {
		n := min(len(rest), store.MostInBundle)
		first, last := rest[0].Fact.ID, rest[n-1].Fact.ID
		_, err := t.exec(ctx, "insert into fact (workspace, deal, first, last, facts, bundle) values (?, ?, ?, ?, ?, ?)",
			int64(ws), w.id[:], first[:], last[:], int64(n), store.Bundle(rest[:n]))
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// grow brings the summary up to the facts just written: fact by fact, or, where
// there is a correction among all the deal's facts, by folding them anew.
func (t txn) grow(ctx context.Context, ws throughline.Workspace, w *work) error {
	for _, e := range w.entries {
		if w.corrected || !w.summary.Apply(e.Fact) {
			w.corrected = true
			break
		}
	}
	if !w.corrected {
		return nil
	}
	facts, err := factsOf(ctx, t, ws, w.id)
	if err == nil {
		w.summary, w.corrected = fold(w.id, facts)
	}
	return err
}

// end is after every instant a fact may have.
var end = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// fold gives the summary of all facts of a deal, and whether a correction is among them.
func fold(id throughline.DealID, facts []deal.Fact) (s deal.Summary, corrected bool) {
	d, _ := deal.Fold(facts, end)
	s = d.Summary
	s.Deal = id // also where nothing counts any more
	for _, f := range facts {
		if _, is := f.Body.(deal.Correction); is {
			return s, true
		}
	}
	return s, false
}

const dealColumns = 9

// putRows writes the rows of deals.
func (t txn) putRows(ctx context.Context, ws throughline.Workspace, part []*work) error {
	args := make([]any, 0, dealColumns*len(part))
	for _, w := range part {
		s := &w.summary
		var account any
		if s.Account.Set() {
			account = s.Account.Value[:]
		}
		args = append(args, int64(ws), w.id[:], folded(s.Title.Value), account, int64(w.kept), int64(s.Facts), int64(alive(w.corrected)),
			s.Encode(nil), s.EncodeAttributes())
	}
	_, err := t.exec(ctx, "insert into deal (workspace, deal, title, account, kept, counted, corrected, summary, attributes) values "+places(len(part), dealColumns)+
		` on conflict (workspace, deal) do update set title = excluded.title, account = excluded.account, kept = excluded.kept,
		counted = excluded.counted, corrected = excluded.corrected, summary = excluded.summary, attributes = excluded.attributes`, args...)
	return err
}

// folded is the form in which words are compared: lower case, single spaces.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// count says that something was written, and how many deals and facts came with it.
func (t txn) count(ctx context.Context, ws throughline.Workspace, deals, facts int) error {
	_, err := t.exec(ctx, `insert into tally (workspace, writes, deals, facts, codec) values ($1, 1, $2, $3, $4)
		on conflict (workspace) do update set writes = tally.writes + 1, deals = tally.deals + excluded.deals, facts = tally.facts + excluded.facts`,
		int64(ws), int64(deals), int64(facts), int64(codec))
	return err
}

func decodeSummary(summary, attributes []byte) (deal.Summary, error) {
	s, err := deal.DecodeSummary(summary)
	if err == nil {
		err = s.DecodeAttributes(attributes)
	}
	return s, err
}
