package ledger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Rows of lists, how many of them say what, and their words to search are
// written together, so that an answer never counts what it does not list. What
// a row adds to a count is worked out from the row itself; the one it replaces
// is taken out the same way.

// noDay stands for a day that is not known: it comes after all others.
const noDay = math.MaxInt32

func dayIn(d throughline.Day) int64 {
	if d.IsZero() {
		return noDay
	}
	return int64(d.Number())
}

func dayOut(n int64) throughline.Day {
	if n == noDay {
		return throughline.Day{}
	}
	return throughline.DayNumber(int(n))
}

// The places of a row's columns that are counted and compared.
var (
	colOwner, colOutcome, colOpen = Listings.Column("owner"), Listings.Column("outcome"), Listings.Column("open")
	colTitle, colCalled           = Listings.Column("title"), Listings.Column("called")
	colProcess                    = Listings.Column("process")
	colAccount                    = Listings.Column("account")
	colCents, colCurrency         = Listings.Column("cents"), Listings.Column("currency")
	colFrontier                   = Listings.Column("frontier")
	colStage, colWord             = Listings.Column("stage"), Listings.Column("word")
	colSince, colActed            = Listings.Column("since"), Listings.Column("acted")
	colWeight, colUsage           = Listings.Column("weight"), Listings.Column("usage")
)

// listingRow gives the row of a deal, workspace first.
func listingRow(ws throughline.Workspace, seq int64, l *store.Listed) Row {
	return Row{
		int64(ws),
		seq,
		l.Deal[:],
		l.Title,
		l.Called,
		l.Account[:],
		l.Owner[:],
		l.Outcome.Word(),
		alive(l.Outcome == throughline.StillOpen),
		string(l.Stage),
		l.Foreign,
		string(l.Process),
		string(l.Class),
		int64(
			l.Frontier,
		),
		l.Amount.Cents,
		l.Amount.Currency,
		l.Opened.UnixMicro(),
		l.Closed.UnixMicro(),
		l.Latest.UnixMicro(),
		dayIn(l.CloseDate),
		dayIn(l.Since),
		alive(l.Acted),
		int64(l.Weight),
		usageIn(l),
	}
}

// calledIn is what a deal is found by.
func calledIn(row Row) string {
	switch s := row.Text(colCalled); s {
	case "":
	case store.Nameless:
		return ""
	default:
		return s
	}
	return row.Text(colTitle)
}

// usageIn spells what a deal adds to what is usual: its length plus one, 0 for
// none, and the gaps.
func usageIn(l *store.Listed) []byte {
	b := binary.AppendUvarint(nil, uint64(max(l.Cycle, -1)+1))
	for _, g := range l.Gaps {
		b = binary.AppendUvarint(b, uint64(max(g, 0)))
	}
	return b
}

// countKey names a count: of a kind, of a seller's deals or of all.
type countKey struct {
	kind, owner, word string
	day               int64
}

// The kinds of counts.
const (
	countEnds          = "end"          // deals that ended like word
	countAsking        = "asks"         // those with a reason to look at them
	countQuiet         = "quiet"        // open deals that are quiet since a day, by what that is counted from
	countCalls         = "calls"        // those with a reason to look at them
	countProcess       = "process"      // deals that follow a process, by how they ended
	countProcessAsking = "process-asks" // those with a reason to look at them
	countMoney         = "money"        // what deals are worth in hundredths, by currency and how they ended
	countStages        = "stage"        // open deals, by the stage they are in
	countQuestion      = "question"     // open deals, by the question their customer is at and their currency
	countWorth         = "worth"        // what those are worth in hundredths
	countDay           = "day"          // days on which something of a deal is due
	countUntil         = "until"        // deals that are to be looked at again at an instant
)

// anybody is the owner of counts of all deals.
const anybody = "\x00"

// The words of countQuiet and countCalls.
const (
	fromAct     = "acted"
	fromOpening = "opened"
)

// processWord is the word of a count of deals that follow a process.
func processWord(process, outcome string) string { return process + " " + outcome }

// parted is the word of a count of two things.
func parted(a, b string) string { return a + "\x1f" + b }

// tallying gathers by how much counts change.
type tallying struct {
	counts             map[countKey]int64
	gaps, cycles, wons []int32
	touched            bool // of those
}

func (y *tallying) row(row Row, by int64) {
	outcome, asks := row.Text(colOutcome), row.Int(colWeight) > 0
	for _, owner := range []string{anybody, string(row.Bytes(colOwner))} {
		add := func(kind, word string, day int64) { y.counts[countKey{kind, owner, word, day}] += by }
		follows := processWord(row.Text(colProcess), outcome)
		add(countEnds, outcome, 0)
		add(countProcess, follows, 0)
		y.counts[countKey{countMoney, owner, parted(row.Text(colCurrency), outcome), 0}] += by * row.Int(colCents)
		if row.Int(colOpen) == 1 {
			at := parted(strconv.FormatInt(row.Int(colFrontier), 10), row.Text(colCurrency))
			add(countQuestion, at, 0)
			y.counts[countKey{countWorth, owner, at, 0}] += by * row.Int(colCents)
		}
		if asks {
			add(countAsking, outcome, 0)
			add(countProcessAsking, follows, 0)
		}
		if since := row.Int(colSince); row.Int(colOpen) == 1 && since != noDay {
			word := fromOpening
			if row.Int(colActed) == 1 {
				word = fromAct
			}
			add(countQuiet, word, since)
			if asks {
				add(countCalls, word, since)
			}
		}
	}
	if row.Int(colOpen) == 1 {
		y.counts[countKey{countStages, anybody, parted(row.Text(colStage), row.Text(colWord)), 0}] += by
	}
	b := row.Bytes(colUsage)
	for i := 0; len(b) > 0; i++ {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return // damaged: the check says so by its checksum
		}
		b = b[n:]
		switch {
		case i > 0:
			y.used(&y.gaps, int(v), by)
		case v > 0:
			y.used(&y.cycles, int(v-1), by)
			if outcome == throughline.Won.Word() {
				y.used(&y.wons, int(v-1), by)
			}
		}
	}
}

func (y *tallying) used(bins *[]int32, days int, by int64) {
	days = min(days, store.MostDays)
	if days >= len(*bins) {
		*bins = append(*bins, make([]int32, days+1-len(*bins))...)
	}
	(*bins)[days] += int32(by)
	y.touched = true
}

// relisted is one deal whose row is to be written or dropped.
type relisted struct {
	id       throughline.DealID
	seq      int64
	row      Row // nil: it is on no list
	days     []throughline.Day
	until    time.Time
	known    bool // a row stands
	same     bool // which says the same
	relabels bool // its words to search may be others
}

// Relist writes rows of lists; see store.Lists.
func (l *Ledger) Relist(ctx context.Context, ws throughline.Workspace, from store.Listing, r store.Relisting) (to store.Listing, err error) {
	defer l.relisted.Add(1)
	err = l.write(ctx, ws, func(w *writing) error {
		to, err = w.relist(ctx, from, r)
		return err
	})
	return to, l.base.Fail("write lists in", "", err)
}

func (w *writing) relist(ctx context.Context, from store.Listing, r store.Relisting) (to store.Listing, err error) {
	have, usage, err := stateOf(ctx, w, w.ws)
	if err != nil {
		return to, err
	}
	if !sameListing(have, from) {
		return to, Refuse(throughline.Conflict, "somebody else has made the lists meanwhile")
	}
	y := tallying{counts: map[countKey]int64{}, gaps: usage.Gaps, cycles: usage.Cycles, wons: usage.Won}
	if err := w.rows(ctx, r, &y); err != nil {
		return to, err
	}
	to = r.To
	to.Usual = have.Usual
	usage = store.Usage{Gaps: y.gaps, Cycles: y.cycles, Won: y.wons}
	if r.Usual != nil {
		to.Usual = r.Usual(usage)
	}
	if sameListing(have, to) && !y.touched {
		return to, nil
	}
	return to, w.put(
		ctx,
		States,
		to.Number,
		to.Form,
		to.Making,
		to.Reached[:],
		dayIn(to.Day),
		to.Weighed,
		to.Usual,
		histogram(usage.Gaps),
		histogram(usage.Cycles),
		histogram(usage.Won),
	)
}

// rows writes the rows that say something else than they did, with what stands beside them.
func (w *writing) rows(ctx context.Context, r store.Relisting, y *tallying) error {
	works, err := w.relisted(ctx, r)
	if err != nil {
		return err
	}
	bySeq := make(map[int64]*relisted, len(works))
	for _, k := range works {
		bySeq[k.seq] = k
	}
	err = among(ctx, w, Listings, Ask{Prefix: in(w.ws), In: "seq"}, works, func(k **relisted) any { return (*k).seq }, func(row Row) error {
		k := bySeq[row.Int(1)]
		k.known = true
		if k.row != nil && sameRow(row, k.row) {
			k.same = true
			return nil
		}
		k.relabels = k.row == nil || calledIn(row) != calledIn(k.row) || !bytes.Equal(row.Bytes(colAccount), k.row.Bytes(colAccount))
		y.row(row, -1)
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range works {
		switch {
		case k.row != nil && !k.same:
			k.relabels = k.relabels || !k.known
			y.row(k.row, 1)
			err = w.Put(ctx, Listings, k.row...)
		case k.row == nil && k.known:
			err = w.Drop(ctx, Listings, in(w.ws, k.seq)...)
		}
		if err != nil {
			return err
		}
	}
	if err := w.respell(ctx, slices.DeleteFunc(slices.Clone(works), func(k *relisted) bool {
		return !k.relabels &&
			!(r.Renamed && k.row != nil)
	})); err != nil {
		return err
	}
	if err := w.due(ctx, works, y.counts); err != nil {
		return err
	}
	if err := w.hold(ctx, works, y.counts); err != nil {
		return err
	}
	return w.count(ctx, y.counts)
}

// relisted looks up the running numbers of deals, in whose order it gives them.
// A deal that is not there is left out.
func (w *writing) relisted(ctx context.Context, r store.Relisting) ([]*relisted, error) {
	byID := make(map[throughline.DealID]*relisted, len(r.Rows)+len(r.Gone))
	for i := range r.Rows {
		l := &r.Rows[i]
		byID[l.Deal] = &relisted{id: l.Deal, row: listingRow(w.ws, 0, l), until: l.Until, days: l.Days}
	}
	for _, d := range r.Gone {
		byID[d] = &relisted{id: d, until: r.Later[d]}
	}
	ids := make([]throughline.DealID, 0, len(byID))
	for d := range byID {
		ids = append(ids, d)
	}
	ids = distinct(ids)
	out := make([]*relisted, 0, len(ids))
	err := among(ctx, w, Deals, Ask{Columns: []string{"deal", "seq"}, Prefix: in(w.ws), In: "deal"}, ids, bytesOf, func(row Row) error {
		k := byID[id[throughline.DealID](row, 0)]
		if k.seq = row.Int(1); k.row != nil {
			k.row[1] = k.seq
		}
		out = append(out, k)
		return nil
	})
	slices.SortFunc(out, func(a, b *relisted) int { return cmp.Compare(a.seq, b.seq) })
	return out, err
}

func sameRow(a, b Row) bool {
	for i := range a {
		switch v := b[i].(type) {
		case int64:
			if a.Int(i) != v {
				return false
			}
		case string:
			if a.Text(i) != v {
				return false
			}
		case []byte:
			if !bytes.Equal(a.Bytes(i), v) {
				return false
			}
		}
	}
	return true
}

// count brings counts up to date. One that comes to nothing is no row.
func (w *writing) count(ctx context.Context, by map[countKey]int64) error {
	for k, n := range by {
		if n == 0 {
			continue
		}
		key := in(w.ws, k.kind, []byte(k.owner), k.word, k.day)
		err := w.Read(ctx, Counts, Ask{Columns: []string{"n"}, Prefix: key}, func(row Row) error {
			n += row.Int(0)
			return nil
		})
		switch {
		case err != nil:
		case n == 0:
			err = w.Drop(ctx, Counts, key...)
		default:
			err = w.Put(ctx, Counts, append(key, n)...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// due keeps on which days something of deals is due.
func (w *writing) due(ctx context.Context, works []*relisted, counts map[countKey]int64) error {
	all := countKey{kind: countDay, owner: anybody}
	type dayKey struct {
		deal throughline.DealID
		day  int64
	}
	had := map[dayKey]throughline.PersonID{}
	ask := Ask{Columns: []string{"day", "deal", "owner"}, Prefix: in(w.ws), In: "deal", By: "listing_day_deal"}
	err := among(ctx, w, DueDays, ask, works, func(k **relisted) any { return (*k).id[:] }, func(row Row) error {
		had[dayKey{id[throughline.DealID](row, 1), row.Int(0)}] = id[throughline.PersonID](row, 2)
		return nil
	})
	for _, k := range works {
		for _, day := range k.days {
			if k.row == nil || err != nil {
				break
			}
			key, owner := dayKey{k.id, dayIn(day)}, k.row.Bytes(colOwner)
			was, stands := had[key]
			if delete(had, key); !stands || !bytes.Equal(was[:], owner) {
				err = w.put(ctx, DueDays, key.day, k.id[:], owner)
				counts[all] += alive(!stands)
			}
		}
	}
	for key := range had { // due no more
		if err == nil {
			err = w.Drop(ctx, DueDays, in(w.ws, key.day, key.deal[:])...)
			counts[all]--
		}
	}
	return err
}

// hold keeps until when rows hold.
func (w *writing) hold(ctx context.Context, works []*relisted, counts map[countKey]int64) error {
	until := map[throughline.DealID]int64{}
	err := w.Read(ctx, Untils, Ask{Prefix: in(w.ws)}, func(row Row) error {
		until[id[throughline.DealID](row, 1)] = row.Int(2)
		return nil
	})
	for _, k := range works {
		had, is := until[k.id]
		switch {
		case err != nil:
			return err
		case k.until.IsZero() && is:
			err = w.Drop(ctx, Untils, in(w.ws, k.id[:])...)
			counts[countKey{kind: countUntil, owner: anybody}]--
		case !k.until.IsZero() && had != k.until.UnixMicro():
			err = w.put(ctx, Untils, k.id[:], k.until.UnixMicro())
			counts[countKey{kind: countUntil, owner: anybody}] += alive(!is)
		}
	}
	return err
}

// stateOf reads of what rows speak, and what they add to what is usual.
func stateOf(ctx context.Context, r Reader, ws throughline.Workspace) (s store.Listing, u store.Usage, err error) {
	err = r.Read(ctx, States, Ask{Prefix: in(ws)}, func(row Row) error {
		s = listingIn(row)
		var errs [3]error
		u.Gaps, errs[0] = bins(row.Bytes(8))
		u.Cycles, errs[1] = bins(row.Bytes(9))
		u.Won, errs[2] = bins(row.Bytes(10))
		return errors.Join(errs[:]...)
	})
	return s, u, err
}

func listingIn(row Row) store.Listing {
	return store.Listing{
		Number:  row.Int(1),
		Form:    row.Text(2),
		Making:  row.Text(3),
		Reached: id[throughline.DealID](row, 4),
		Day:     dayOut(row.Int(5)),
		Weighed: row.Text(6),
		Usual:   row.Text(7),
	}
}

func sameListing(a, b store.Listing) bool {
	same := a.Day.Compare(b.Day) == 0
	a.Day, b.Day = throughline.Day{}, throughline.Day{}
	return same && a == b
}

// histogram spells how often numbers of days occurred: what they are apart, and
// how often, of those that did.
func histogram(bins []int32) []byte {
	b := []byte{}
	last := -1
	for i, n := range bins {
		if n != 0 {
			b = binary.AppendVarint(binary.AppendUvarint(b, uint64(i-last)), int64(n))
			last = i
		}
	}
	return b
}

func bins(b []byte) (out []int32, err error) {
	for len(b) > 0 {
		gap, n := binary.Uvarint(b)
		if n <= 0 || gap == 0 || gap > store.MostDays+1 || len(out)+int(gap) > store.MostDays+1 {
			return nil, Refuse(throughline.Corrupt, "what is usual is damaged")
		}
		times, m := binary.Varint(b[n:])
		if m <= 0 {
			return nil, Refuse(throughline.Corrupt, "what is usual is cut short")
		}
		b = b[n+m:]
		out = append(out, make([]int32, gap)...)
		out[len(out)-1] = int32(times)
	}
	return out, nil
}

// retitle takes a former title out of a deal's row and words, where names were
// taken out of its facts.
func (w *writing) retitle(ctx context.Context, d dealRef, title string) error {
	k := &relisted{id: d.id, seq: d.seq}
	err := w.Read(ctx, Listings, Ask{Prefix: in(w.ws, d.seq)}, func(row Row) error {
		k.row = slices.Clone(row)
		for i, v := range k.row {
			if b, is := v.([]byte); is {
				k.row[i] = bytes.Clone(b)
			}
		}
		return nil
	})
	if err != nil || k.row == nil || k.row.Text(colTitle) == title && k.row.Text(colCalled) == "" {
		return err
	}
	k.row[colTitle], k.row[colCalled] = title, ""
	if err := w.Put(ctx, Listings, k.row...); err != nil {
		return err
	}
	return w.respell(ctx, []*relisted{k})
}
