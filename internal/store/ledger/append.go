package ledger

import (
	"bytes"
	"cmp"
	"context"
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
	corrected bool   // among them one that says how others are read
}

// Append writes a batch in one transaction; see store.Ledger.
func (l *Ledger) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	const op = "write to"
	entries, err := store.Entries(b.Facts)
	if err != nil {
		return store.Receipt{}, l.base.Fail(op, "", Refuse(throughline.Invalid, "%v", err))
	}
	works := byDeal(entries)
	var r store.Receipt
	err = l.write(ctx, ws, func(w *writing) error {
		r = store.Receipt{}
		if b.Form != nil {
			if r.Known, err = w.form(ctx, *b.Form); err != nil || r.Known {
				return err
			}
		}
		if err := w.unchanged(ctx, b.If); err != nil {
			return err
		}
		works, err := w.tellingSame(ctx, works)
		if err != nil {
			return err
		}
		if err := w.facts(ctx, works, &r); err != nil {
			return err
		}
		if err := w.people(ctx, b.People); err != nil {
			return err
		}
		if err := w.accounts(ctx, b.Accounts); err != nil {
			return err
		}
		if err := w.records(ctx, b.Records); err != nil {
			return err
		}
		if b.Import != nil {
			if err := w.importRun(ctx, *b.Import); err != nil {
				return err
			}
		}
		if b.Register != nil {
			if err := w.admit(ctx, *b.Register); err != nil {
				return err
			}
		}
		r.People, r.Accounts, r.Records = len(w.said.People), len(w.said.Accounts), len(w.said.Records)
		w.said.People, w.said.Accounts, w.said.Records = distinct(w.said.People), distinct(w.said.Accounts), distinct(w.said.Records)
		return nil
	})
	if err != nil {
		return store.Receipt{}, l.base.Fail(op, "", err)
	}
	return r, nil
}

// unchanged refuses what rests on another number of facts than a deal has.
func (w *writing) unchanged(ctx context.Context, u *store.Unchanged) error {
	if u == nil {
		return nil
	}
	kept := 0
	err := w.Read(ctx, Deals, Ask{Columns: []string{"seq"}, Prefix: in(w.ws, u.Deal[:])}, func(row Row) error {
		kept = int(row.Int(0))
		return nil
	})
	if err == nil && kept > 0 {
		err = w.Read(ctx, Summaries, Ask{Columns: []string{"kept"}, Prefix: in(w.ws, int64(kept))}, func(row Row) error {
			kept = int(row.Int(0))
			return nil
		})
	}
	if err == nil && !slices.Contains(u.Facts, kept) {
		err = &Refusal{throughline.Conflict, store.ErrChanged.Error(), store.ErrChanged}
	}
	return err
}

// form keeps that a form was sent; known says that it was before, with the same
// words. With others it is a conflict.
func (w *writing) form(ctx context.Context, f store.Form) (known bool, err error) {
	digest, known, err := formSent(ctx, w, w.ws, f.Token)
	switch {
	case err != nil:
		return false, err
	case known && digest != f.Digest:
		return false, Refuse(throughline.Conflict, "this form was sent before, with other words")
	case known:
		return true, nil
	}
	return false, w.mustAdd(ctx, Forms, f.Token[:], f.Digest[:])
}

// FormSent gives the digest of a form's words; see store.Ledger.
func (l *Ledger) FormSent(ctx context.Context, ws throughline.Workspace, token throughline.ID) (digest [32]byte, sent bool, err error) {
	digest, sent, err = formSent(ctx, l.now(), ws, token)
	return digest, sent, l.base.Fail("look up form in", "", err)
}

func formSent(ctx context.Context, r Reader, ws throughline.Workspace, token throughline.ID) (digest [32]byte, sent bool, err error) {
	err = r.Read(ctx, Forms, Ask{Prefix: in(ws, token[:])}, func(row Row) error {
		sent = true
		copy(digest[:], row.Bytes(2))
		return nil
	})
	return digest, sent, err
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

// facts writes what is new of each deal, and the deals' rows.
func (w *writing) facts(ctx context.Context, works []*work, r *store.Receipt) error {
	if len(works) == 0 {
		return nil
	}
	if err := w.load(ctx, works); err != nil {
		return err
	}
	old := slices.DeleteFunc(slices.Clone(works), func(k *work) bool { return k.seq == 0 })
	slices.SortFunc(old, func(a, b *work) int { return cmp.Compare(a.seq, b.seq) })
	if err := chunks(old, func(part []*work) error { return w.dropKnown(ctx, part) }); err != nil {
		return err
	}
	for _, k := range slices.DeleteFunc(works, func(k *work) bool { return len(k.entries) == 0 }) {
		fresh := k.seq == 0
		if fresh {
			w.tally.Seq++
			k.seq = w.tally.Seq
			r.Deals++
		}
		if err := w.bundles(ctx, k); err != nil {
			return err
		}
		if err := w.grow(ctx, k); err != nil {
			return err
		}
		k.kept += len(k.entries)
		r.Facts += len(k.entries)
		w.said.Deals = append(w.said.Deals, k.id)
		w.tally.Deals += alive(k.summary.Facts > 0) - alive(k.wasLive)
		if err := w.deal(ctx, k, fresh); err != nil {
			return err
		}
	}
	w.said.Facts = r.Facts
	w.tally.Facts += int64(r.Facts)
	return nil
}

func alive(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

// load reads the rows of the deals that are there already.
func (w *writing) load(ctx context.Context, works []*work) error {
	find := func(id throughline.DealID) *work {
		i, ok := slices.BinarySearchFunc(works, id, func(k *work, id throughline.DealID) int { return bytes.Compare(k.id[:], id[:]) })
		if !ok {
			return nil
		}
		return works[i]
	}
	var old []*work
	err := among(ctx, w, Deals, Ask{Prefix: in(w.ws), In: "deal"}, works, func(k **work) any { return (*k).id[:] }, func(row Row) error {
		if k := find(id[throughline.DealID](row, 1)); k != nil {
			k.seq, k.label = row.Int(2), row.Text(3)+"\x00"+string(row.Bytes(4))
			old = append(old, k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(old, func(a, b *work) int { return cmp.Compare(a.seq, b.seq) })
	return among(ctx, w, Summaries, Ask{Prefix: in(w.ws), In: "seq"}, old, func(k **work) any { return (*k).seq }, func(row Row) error {
		k := find(id[throughline.DealID](row, 2))
		if k == nil {
			return nil
		}
		k.kept, k.wasLive, k.corrected = int(row.Int(3)), row.Int(4) > 0, row.Int(5) != 0
		s, err := decodeSummary(row.Bytes(6), row.Bytes(7))
		if err != nil {
			k.corrected = true // another form, or damaged: fold it anew
			return nil
		}
		k.summary = s
		return nil
	})
}

// dropKnown takes out the entries whose facts are there already. Only bundles
// whose ids overlap with those of the batch are read.
func (w *writing) dropKnown(ctx context.Context, part []*work) error {
	lowest, highest := part[0].entries[0].Fact.ID, throughline.FactID{}
	seqs := make([]any, 0, len(part))
	for _, k := range part {
		if first := k.entries[0].Fact.ID; bytes.Compare(first[:], lowest[:]) < 0 {
			lowest = first
		}
		if last := k.entries[len(k.entries)-1].Fact.ID; bytes.Compare(last[:], highest[:]) > 0 {
			highest = last
		}
		seqs = append(seqs, k.seq)
	}
	known := map[int64]map[throughline.FactID]bool{}
	var ids []throughline.FactID
	ask := Ask{
		Columns: []string{"seq", "bundle"},
		Prefix:  in(w.ws),
		In:      "seq",
		Values:  seqs,
		Where:   []Cond{{Column: "first", Op: AtMost, Value: highest[:]}, {Column: "last", Op: AtLeast, Value: lowest[:]}},
	}
	err := w.Read(ctx, Facts, ask, func(row Row) (err error) {
		if ids, err = store.BundleIDs(ids[:0], row.Bytes(1)); err != nil {
			return err
		}
		set := known[row.Int(0)]
		if set == nil {
			set = make(map[throughline.FactID]bool, len(ids))
			known[row.Int(0)] = set
		}
		for _, f := range ids {
			set[f] = true
		}
		return nil
	})
	for _, k := range part {
		if set := known[k.seq]; set != nil {
			k.entries = slices.DeleteFunc(k.entries, func(e store.Entry) bool { return set[e.Fact.ID] })
		}
	}
	return err
}

// bundles writes the new facts of a deal.
func (w *writing) bundles(ctx context.Context, k *work) error {
	for rest := k.entries; len(rest) > 0; {
		n := min(len(rest), store.MostInBundle)
		first, last := rest[0].Fact.ID, rest[n-1].Fact.ID
		if err := w.mustAdd(ctx, Facts, k.seq, first[:], last[:], int64(n), store.Bundle(rest[:n]), w.said.Number); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// grow brings the summary up to the facts just written: fact by fact, or, where
// one of all the deal's facts says how others are read, by folding them anew.
func (w *writing) grow(ctx context.Context, k *work) error {
	for _, e := range k.entries {
		if k.corrected || !k.summary.Apply(e.Fact) {
			k.corrected = true
			break
		}
	}
	if !k.corrected {
		return nil
	}
	facts, err := bundlesOf(ctx, w, w.ws, k.id, k.seq)
	if err == nil {
		k.summary, k.corrected = fold(k.id, facts)
	}
	return err
}

// end is after every instant a fact may have.
var end = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// fold gives the summary of all facts of a deal, and whether one is among them that says how others are read.
func fold(id throughline.DealID, facts []deal.Fact) (s deal.Summary, corrected bool) {
	d, _ := deal.Fold(facts, end)
	s = d.Summary
	s.Deal = id // also where nothing counts any more
	return s, slices.ContainsFunc(facts, deal.Fact.Rereads)
}

// deal writes the rows of a deal, those that say something else than they did.
func (w *writing) deal(ctx context.Context, k *work, fresh bool) error {
	s := &k.summary
	title, account := store.Folded(s.Title.Value), any(nil)
	label := title + "\x00"
	if s.Account.Set() {
		account, label = s.Account.Value[:], label+string(s.Account.Value[:])
	}
	put := w.put
	if fresh {
		put = w.mustAdd
	}
	if fresh || label != k.label {
		if err := put(ctx, Deals, k.id[:], k.seq, title, account); err != nil {
			return err
		}
	}
	if err := put(ctx, Summaries, k.seq, k.id[:], int64(k.kept), int64(s.Facts), alive(k.corrected), s.Encode(nil), s.EncodeAttributes()); err != nil {
		return err
	}
	return put(ctx, Heads, k.seq, int64(s.Facts), s.EncodeHead(nil))
}

func decodeSummary(summary, attributes []byte) (deal.Summary, error) {
	s, err := deal.DecodeSummary(summary)
	if err == nil {
		err = s.DecodeAttributes(attributes)
	}
	return s, err
}

// codec is the form in which this program writes summaries.
var codec = func() int {
	var s deal.Summary
	return int(s.Encode(nil)[0])
}()
