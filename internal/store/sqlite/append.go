package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// work is what a batch brings for one deal, and the deal's row.
type work struct {
	id        throughline.DealID
	seq       int64         // 0: the deal is new
	entries   []store.Entry // by id
	summary   deal.Summary
	wasLive   bool   // there were facts that count
	kept      int    // facts in the ledger
	label     string // what the deal's row says: title and account
	corrected bool   // among them a correction
}

// Append writes a batch in one transaction; see store.Ledger.
func (l *Ledger) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	var r store.Receipt
	entries, err := store.Entries(b.Facts)
	if err != nil {
		return r, throughline.Fail("write to", throughline.Invalid, l.path, err)
	}
	works := byDeal(entries)
	err = l.numbered(ctx, ws, func(t txn, w *store.Written) error {
		r = store.Receipt{}
		if b.Form != nil {
			if r.Known, err = t.appendForm(ctx, ws, *b.Form); err != nil || r.Known {
				return err
			}
		}
		if err := t.appendFacts(ctx, ws, works, w, &r); err != nil {
			return err
		}
		if err := t.appendPeople(ctx, ws, b.People, w); err != nil {
			return err
		}
		if err := t.appendAccounts(ctx, ws, b.Accounts, w); err != nil {
			return err
		}
		if err := t.appendRecords(ctx, ws, b.Records, w, &r); err != nil {
			return err
		}
		fresh := 0
		if b.Import != nil {
			if fresh, err = t.putImport(ctx, ws, *b.Import); err != nil {
				return err
			}
			w.Imports = []throughline.ID{b.Import.ID}
		}
		r.People, r.Accounts = len(w.People), len(w.Accounts)
		w.People, w.Accounts, w.Records = distinct(w.People), distinct(w.Accounts), distinct(w.Records)
		return t.countNames(ctx, ws, r, fresh, alive(b.Form != nil))
	})
	if err != nil {
		return store.Receipt{}, fail("write to", l.path, err)
	}
	return r, nil
}

// appendForm keeps that a form was sent; known says that it was before, with
// the same words. With others it is a conflict.
func (t txn) appendForm(ctx context.Context, ws throughline.Workspace, f store.Form) (known bool, err error) {
	var digest []byte
	err = t.QueryRowContext(ctx, "select digest from form where workspace = ? and token = ?", int64(ws), f.Token[:]).Scan(&digest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = t.put(ctx, formTable, formTable.insert, int64(ws), f.Token[:], f.Digest[:])
		return false, err
	case err == nil && !bytes.Equal(digest, f.Digest[:]):
		return false, refuse(throughline.Conflict, "this form was sent before, with other words")
	}
	return err == nil, err
}

// FormSent gives the digest of a form's words; see store.Ledger.
func (l *Ledger) FormSent(ctx context.Context, ws throughline.Workspace, token throughline.ID) (digest [32]byte, sent bool, err error) {
	var kept []byte
	err = l.read.QueryRowContext(ctx, "select digest from form where workspace = ? and token = ?", int64(ws), token[:]).Scan(&kept)
	if errors.Is(err, sql.ErrNoRows) {
		return digest, false, nil
	}
	return digest, copy(digest[:], kept) == len(digest), fail("look up form in", l.path, err)
}

// countNames counts what a batch wrote beside facts, which have counted themselves.
func (t txn) countNames(ctx context.Context, ws throughline.Workspace, r store.Receipt, imports, forms int) error {
	if r.People+r.Accounts+r.Records+imports+forms == 0 {
		return nil
	}
	return t.tally(ctx, ws, func(y *tally) {
		y.people, y.accounts, y.records = y.people+int64(r.People), y.accounts+int64(r.Accounts), y.records+int64(r.Records)
		y.imports, y.forms = y.imports+int64(imports), y.forms+int64(forms)
	})
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
func (t txn) appendFacts(ctx context.Context, ws throughline.Workspace, works []*work, said *store.Written, r *store.Receipt) error {
	if len(works) == 0 {
		return nil
	}
	if err := chunks(works, func(part []*work) error { return t.loadRows(ctx, ws, part) }); err != nil {
		return err
	}
	old := slices.DeleteFunc(slices.Clone(works), func(w *work) bool { return w.seq == 0 })
	slices.SortFunc(old, func(a, b *work) int { return cmp.Compare(a.seq, b.seq) })
	if err := chunks(old, func(part []*work) error { return t.dropKnown(ctx, ws, part) }); err != nil {
		return err
	}
	works = slices.DeleteFunc(works, func(w *work) bool { return len(w.entries) == 0 })
	if len(works) == 0 {
		return nil
	}
	was, err := tallyOf(ctx, t, ws)
	if err != nil {
		return err
	}
	last, live, bundles := was.seq, 0, 0
	for _, w := range works {
		fresh := w.seq == 0
		if fresh {
			last++
			w.seq = last
			r.Deals++
		}
		if err := t.putBundles(ctx, ws, w, said.Number); err != nil {
			return err
		}
		if err := t.grow(ctx, ws, w); err != nil {
			return err
		}
		w.kept += len(w.entries)
		r.Facts += len(w.entries)
		said.Deals = append(said.Deals, w.id)
		live += alive(w.summary.Facts > 0) - alive(w.wasLive)
		bundles += (len(w.entries) + store.MostInBundle - 1) / store.MostInBundle
		if err := t.putDeal(ctx, ws, w, fresh); err != nil {
			return err
		}
	}
	said.Facts = r.Facts
	return t.tally(ctx, ws, func(y *tally) {
		y.seq, y.deals, y.facts, y.bundles = last, y.deals+int64(live), y.facts+int64(r.Facts), y.bundles+int64(bundles)
	})
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
	q := `select d.deal, d.seq, d.title, d.account, s.kept, s.counted, s.corrected, s.summary, s.attributes
		from deal d join summary s on s.workspace = d.workspace and s.seq = d.seq where d.workspace = ? and d.deal in ` + places(1, len(part))
	return each(ctx, t, q, args, func(rows *sql.Rows) error {
		var id, title, account, summary, attributes sql.RawBytes
		var seq, kept, counted, corrected int64
		if err := rows.Scan(&id, &seq, &title, &account, &kept, &counted, &corrected, &summary, &attributes); err != nil {
			return err
		}
		i, ok := slices.BinarySearchFunc(part, throughline.DealID(id), func(w *work, id throughline.DealID) int {
			return bytes.Compare(w.id[:], id[:])
		})
		if !ok {
			return nil
		}
		w := part[i]
		w.seq, w.kept, w.wasLive, w.corrected = seq, int(kept), counted > 0, corrected != 0
		w.label = string(title) + "\x00" + string(account)
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
		if first := w.entries[0].Fact.ID; bytes.Compare(first[:], lowest[:]) < 0 {
			lowest = first
		}
		if last := w.entries[len(w.entries)-1].Fact.ID; bytes.Compare(last[:], highest[:]) > 0 {
			highest = last
		}
		args = append(args, w.seq)
	}
	args[0], args[1], args[2] = int64(ws), highest[:], lowest[:]
	known := map[int64]map[throughline.FactID]bool{}
	var ids []throughline.FactID
	q := "select seq, bundle from fact where workspace = ? and first <= ? and last >= ? and seq in " + places(1, len(part))
	err := each(ctx, t, q, args, func(rows *sql.Rows) error {
		var seq int64
		var bundle sql.RawBytes
		err := rows.Scan(&seq, &bundle)
		if err != nil {
			return err
		}
		if ids, err = store.BundleIDs(ids[:0], bundle); err != nil {
			return err
		}
		set := known[seq]
		if set == nil {
			set = make(map[throughline.FactID]bool, len(ids))
			known[seq] = set
		}
		for _, f := range ids {
			set[f] = true
		}
		return nil
	})
	for _, w := range part {
		if set := known[w.seq]; set != nil {
			w.entries = slices.DeleteFunc(w.entries, func(e store.Entry) bool { return set[e.Fact.ID] })
		}
	}
	return err
}

// putBundles writes the new facts of a deal.
func (t txn) putBundles(ctx context.Context, ws throughline.Workspace, w *work, number int64) error {
	for rest := w.entries; len(rest) > 0; {
		n := min(len(rest), store.MostInBundle)
		first, last := rest[0].Fact.ID, rest[n-1].Fact.ID
		_, err := t.put(ctx, factTable, factTable.insert, int64(ws), w.seq, first[:], last[:], int64(n), store.Bundle(rest[:n]), number)
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
	facts, err := bundlesOf(ctx, t, ws, w.id, w.seq)
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

// putDeal writes the rows of a deal. Each statement writes one row: with
// several, SQLite would keep a second copy of every page it touches.
func (t txn) putDeal(ctx context.Context, ws throughline.Workspace, w *work, fresh bool) error {
	s := &w.summary
	title, account := store.Folded(s.Title.Value), []byte(nil)
	if s.Account.Set() {
		account = s.Account.Value[:]
	}
	var err error
	if fresh || title+"\x00"+string(account) != w.label {
		var a any
		if account != nil {
			a = account
		}
		_, err = t.put(ctx, dealTable, putDeal, int64(ws), w.id[:], w.seq, title, a)
		if err != nil {
			return err
		}
	}
	_, err = t.put(ctx, summaryTable, putSummary, int64(ws), w.seq, w.id[:], int64(w.kept), int64(s.Facts), int64(alive(w.corrected)), s.Encode(nil), s.EncodeAttributes())
	if err != nil {
		return err
	}
	_, err = t.put(ctx, headTable, putHead, int64(ws), w.seq, int64(s.Facts), s.EncodeHead(nil))
	return err
}

func decodeSummary(summary, attributes []byte) (deal.Summary, error) {
	s, err := deal.DecodeSummary(summary)
	if err == nil {
		err = s.DecodeAttributes(attributes)
	}
	return s, err
}
