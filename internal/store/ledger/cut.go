package ledger

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Cutting says to which instant a copy is brought back.
type Cutting struct {
	Until time.Time // what was written by then is kept
	Now   time.Time

	Passing []string // rooms of the register that only live now: of them nothing is kept
	Still   []string // kinds of lines by which somebody's access was taken away: written since, they are kept
}

// Cut says what was left out.
type Cut struct {
	Left   int       // transactions
	Last   int64     // the number of the last that was kept; 0: none was
	At     time.Time // when that was written
	First  time.Time // when the first of all was written, where that is known
	Audits int       // lines of the audit that were left out
}

// CutAll brings all workspaces of a copy back to an instant; one of before anything was written is refused.
func CutAll(ctx context.Context, rows Writer, all []throughline.Workspace, c Cutting) (out Cut, err error) {
	for _, ws := range all {
		one, err := CutBack(ctx, rows, ws, c)
		if err != nil {
			return out, err
		}
		out = out.And(one)
	}
	if !out.At.IsZero() {
		return out, nil
	}
	first := "the copy is empty"
	if !out.First.IsZero() {
		first = "the first of it is of " + out.First.Format(time.RFC3339Nano)
	}
	return out, Refuse(throughline.Invalid, "nothing was written by %s; %s", c.Until.UTC().Format(time.RFC3339), first)
}

// CutBack brings a workspace of a copy back to an instant: what was written after
// it is taken out, deals are folded anew, and the audit goes on with a line that
// says so. Transactions are kept up to the last that was written by then, whatever
// clocks did in between; what is kept beside them goes by its own instant. Lists
// are made anew by whoever opens it. What was erased since stays erased.
func CutBack(ctx context.Context, rows Writer, ws throughline.Workspace, c Cutting) (out Cut, err error) {
	tally, err := TallyOf(ctx, rows, ws)
	if err != nil {
		return out, err
	}
	k := cutter{writing: writing{Writer: rows, ws: ws, tally: tally}, Cutting: c, until: c.Until.UnixMicro(), ctx: ctx}
	if out, err = k.transactions(); err != nil {
		return out, err
	}
	for _, t := range append([]*Table{Facts}, Tables()...) { // deals go by the facts that are left
		if t == Tallies {
			continue
		}
		cut, ok := cuts[t]
		if t.passing() {
			cut, ok = all, true
		}
		if !ok {
			return out, Refuse(throughline.Internal, "it is not said what of the table %s is of an instant", t.Name)
		}
		if err := cut(&k, t); err != nil {
			return out, err
		}
	}
	if err := k.refold(ctx, k.fold); err != nil {
		return out, err
	}
	out.Audits = k.audits
	return out, k.end(tally.Writes)
}

// cuts says of each table what of it is of an instant.
var cuts = map[*Table]func(*cutter, *Table) error{
	Facts:      (*cutter).facts,
	Deals:      (*cutter).deals,
	Summaries:  nothing, // with the deals
	Heads:      nothing,
	People:     versionsBy(func(w *store.Written) []throughline.PersonID { return w.People }),
	Contacts:   (*cutter).contacts,
	Accounts:   versionsBy(func(w *store.Written) []throughline.AccountID { return w.Accounts }),
	Records:    (*cutter).records,
	Imports:    (*cutter).imports,
	Forecasts:  linesBy("shown"),
	Playbooks:  linesBy("published"),
	Settings:   linesBy("written"),
	Drafts:     linesBy("written"),
	Sharings:   linesBy("written"),
	Admissions: linesBy("written"),
	Deeds:      (*cutter).deeds,
	UseCounts:  (*cutter).uses,
	Writes:     (*cutter).writes,
}

// passing are the tables of which nothing is of an instant: they only live now, or are made anew.
var passing = []*Table{Forms, Keyeds, JobRows, Trieds, Listings, Counts, Words, Untils, DueDays, States}

func (t *Table) passing() bool { return slices.Contains(passing, t) }

// cutter is one cut.
type cutter struct {
	writing
	Cutting
	ctx   context.Context
	until int64

	last          int64 // the number of the last transaction that is kept
	kept, dropped []store.Written
	gone          map[throughline.PersonID]int64 // from which version on people are left out
	fold          []dealRef                      // deals that lost facts and have some
	audits        int
}

// ask reads all rows of a table in the workspace.
func (k *cutter) ask(t *Table, take func(Row) error) error {
	return k.Read(k.ctx, t, Ask{Prefix: in(k.ws)}, take)
}

// key gives the key of a row, to be kept.
func (t *Table) key(row Row) []any {
	key := slices.Clone(row[:t.Key])
	for i, v := range key {
		if b, is := v.([]byte); is {
			key[i] = bytes.Clone(b)
		}
	}
	return key
}

func (k *cutter) drop(t *Table, keys [][]any) error {
	for _, key := range keys {
		if err := k.Drop(k.ctx, t, key...); err != nil {
			return err
		}
	}
	if t.counter >= 0 {
		k.tally.Rows[t.counter] -= int64(len(keys))
	}
	return nil
}

// dropIf takes out the rows that are to go.
func (k *cutter) dropIf(t *Table, goes func(Row) bool) error {
	var keys [][]any
	err := k.ask(t, func(row Row) error {
		if goes(row) {
			keys = append(keys, t.key(row))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return k.drop(t, keys)
}

func nothing(*cutter, *Table) error { return nil }

// all takes out every row, of which a copy may have written none.
func all(k *cutter, t *Table) error {
	err := k.dropIf(t, func(Row) bool { return true })
	if t.counter >= 0 {
		k.tally.Rows[t.counter] = 0
	}
	return err
}

// transactions finds the last that is kept. One of which it is not known when it
// was written goes with the one before it.
func (k *cutter) transactions() (out Cut, err error) {
	var every []store.Written
	var ats []int64
	unknown := false
	err = k.ask(Writes, func(row Row) error {
		w, err := writtenIn(row)
		every, ats = append(every, w), append(ats, row.Int(3))
		unknown = unknown || row.Int(3) == 0
		return err
	})
	if err != nil {
		return out, err
	}
	early := int64(0) // the last of what has no number
	if unknown || len(every) == 0 {
		if early, err = k.byFacts(every, ats); err != nil {
			return out, err
		}
	}
	end, last := 0, early
	for i, at := range ats {
		if at != 0 && at <= k.until {
			end, last = i+1, at
		}
	}
	for end < len(ats) && ats[end] == 0 {
		end++
	}
	if early > k.until {
		return out, Refuse(throughline.Invalid,
			"what an older version wrote has no numbers, and is of %s at the latest: an instant before that cannot be told apart",
			time.UnixMicro(early).UTC().Format(time.RFC3339))
	}
	k.kept, k.dropped = every[:end], every[end:]
	if out.Left = len(k.dropped); end > 0 {
		k.last = every[end-1].Number
	}
	out.Last = k.last
	if last > 0 {
		out.At = time.UnixMicro(last).UTC()
	}
	for _, at := range append([]int64{early}, ats...) {
		if at != 0 && out.First.IsZero() {
			out.First = time.UnixMicro(at).UTC()
		}
	}
	return out, nil
}

// byFacts tells when transactions were written that do not say it themselves: when
// the last of their facts landed. early is that of facts from before there were numbers.
func (k *cutter) byFacts(every []store.Written, ats []int64) (early int64, err error) {
	landed := map[int64]int64{}
	err = k.ask(Facts, func(row Row) error {
		return store.EachKept(row.Bytes(5), func(f store.Kept) error {
			if !f.Recorded.IsZero() {
				landed[row.Int(6)] = max(landed[row.Int(6)], f.Recorded.UnixMicro())
			}
			return nil
		})
	})
	for i, w := range every {
		if ats[i] == 0 {
			ats[i] = landed[w.Number]
		}
	}
	return landed[0], err
}

func (k *cutter) facts(t *Table) error {
	losing := map[int64]bool{}
	err := k.dropIf(t, func(row Row) bool {
		goes := row.Int(6) > k.last
		if goes {
			losing[row.Int(1)] = true
			k.tally.Facts -= row.Int(4)
		}
		return goes
	})
	if err != nil || len(losing) == 0 {
		return err
	}
	having := map[int64]bool{}
	err = k.Read(k.ctx, Facts, Ask{Columns: []string{"seq"}, Prefix: in(k.ws)}, func(row Row) error {
		having[row.Int(0)] = true
		return nil
	})
	if err != nil {
		return err
	}
	return k.Read(k.ctx, Deals, Ask{Columns: []string{"deal", "seq"}, Prefix: in(k.ws)}, func(row Row) error {
		if seq := row.Int(1); losing[seq] && having[seq] {
			k.fold = append(k.fold, dealRef{id[throughline.DealID](row, 0), seq})
		}
		return nil
	})
}

// deals takes out those of which nothing is left. They were the last to come, so
// that running numbers have no gaps.
func (k *cutter) deals(t *Table) error {
	having := map[int64]bool{}
	err := k.Read(k.ctx, Facts, Ask{Columns: []string{"seq"}, Prefix: in(k.ws)}, func(row Row) error {
		having[row.Int(0)] = true
		return nil
	})
	if err != nil {
		return err
	}
	var empty [][]any
	alone := map[int64]bool{}
	if err := k.dropIf(t, func(row Row) bool { return !having[row.Int(2)] }); err != nil {
		return err
	}
	err = k.ask(Summaries, func(row Row) error {
		if seq := row.Int(1); !having[seq] {
			empty, alone[seq] = append(empty, Summaries.key(row)), row.Int(4) > 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, live := range alone {
		k.tally.Seq--
		k.tally.Deals -= alive(live)
	}
	if err := k.drop(Summaries, empty); err != nil {
		return err
	}
	return k.drop(Heads, empty)
}

// named gathers which of some things the kept and the dropped transactions name.
func named[T comparable](k *cutter, of func(*store.Written) []T) (kept, dropped map[T]bool) {
	gather := func(all []store.Written) map[T]bool {
		out := map[T]bool{}
		for i := range all {
			for _, v := range of(&all[i]) {
				out[v] = true
			}
		}
		return out
	}
	return gather(k.kept), gather(k.dropped)
}

// versionsBy cuts what has versions: all of somebody who came later, and of others
// those that were recorded later.
func versionsBy[T ~[16]byte](of func(*store.Written) []T) func(*cutter, *Table) error {
	return func(k *cutter, t *Table) error {
		kept, dropped := named(k, of)
		gone := map[T]int64{}
		err := k.dropIf(t, func(row Row) bool {
			who, version := id[T](row, 1), row.Int(2)
			_, is := gone[who]
			switch {
			case is:
			case !dropped[who]: // nothing of them is of later
				return false
			case !kept[who] && !k.fromBefore(row.Int(3)), version > 1 && row.Int(3) > k.until:
				gone[who] = version
			default:
				return false
			}
			return true
		})
		if t == People {
			k.gone = map[throughline.PersonID]int64{}
			for who, version := range gone {
				k.gone[throughline.PersonID(who)] = version
			}
		}
		return err
	}
}

// fromBefore reports whether what no kept transaction names may be of before there
// were numbers: it is older than the instant, and one stands for all of that.
func (k *cutter) fromBefore(recorded int64) bool {
	return recorded <= k.until && slices.ContainsFunc(k.kept, func(w store.Written) bool { return w.Whole })
}

func (k *cutter) contacts(t *Table) error {
	return k.dropIf(t, func(row Row) bool {
		from, is := k.gone[id[throughline.PersonID](row, 1)]
		return is && row.Int(2) >= from
	})
}

// records takes out what was tied to something of ours for the first time since.
func (k *cutter) records(t *Table) error {
	kept, dropped := named(k, func(w *store.Written) []throughline.ID { return w.Records })
	whole := slices.ContainsFunc(k.kept, func(w store.Written) bool { return w.Whole })
	return k.dropIf(t, func(row Row) bool {
		of := id[throughline.ID](row, 4)
		return dropped[of] && !kept[of] && !whole
	})
}

// imports takes out those that began since; one that ended since is one that was
// cut off, and the next run completes it.
func (k *cutter) imports(t *Table) error {
	kept, dropped := named(k, func(w *store.Written) []throughline.ID { return w.Imports })
	var open [][]any
	finished := t.Column("finished")
	err := k.dropIf(t, func(row Row) bool {
		of := id[throughline.ID](row, 1)
		if dropped[of] && !kept[of] && !k.fromBefore(row.Int(3)) {
			return true
		}
		if row[finished] != nil && row.Int(finished) > k.until {
			now := slices.Clone(row)
			now[1], now[finished] = of[:], nil
			for i, v := range now {
				if b, is := v.([]byte); is {
					now[i] = bytes.Clone(b)
				}
			}
			open = append(open, now)
		}
		return false
	})
	for _, row := range open {
		if err == nil {
			err = k.Put(k.ctx, t, row...)
		}
	}
	return err
}

// linesBy cuts what is appended with an instant: of each subject the lines from the
// first that was written since. Those that took something away go on standing.
func linesBy(column string) func(*cutter, *Table) error {
	return func(k *cutter, t *Table) error {
		at, n, kind, room := t.Column(column), t.Column("n"), t.Column("kind"), t.Column("room")
		var subject []any // whose lines are cut
		var next int64
		var keep [][]any
		err := k.dropIf(t, func(row Row) bool {
			passing := room > 0 && slices.Contains(k.Passing, row.Text(room))
			if n < 0 {
				return row.Int(at) > k.until
			}
			if passing {
				return true
			}
			if !sameKey(subject, row[:n]) {
				if row.Int(at) <= k.until {
					return false
				}
				subject, next = t.key(row)[:n], row.Int(n)
			}
			if kind > 0 && row.Int(n) > 1 && next > 1 && slices.Contains(k.Still, row.Text(kind)) {
				own := slices.Clone(row)
				for i, v := range own {
					if b, is := v.([]byte); is {
						own[i] = bytes.Clone(b)
					}
				}
				own[n] = next
				next++
				keep = append(keep, own)
			}
			return true
		})
		for _, row := range keep {
			if err == nil {
				k.tally.Rows[t.counter]++
				err = k.Insert(k.ctx, t, row...)
			}
		}
		return err
	}
}

func sameKey(a []any, b Row) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if Row(a).Int(i) != b.Int(i) || Row(a).Text(i) != b.Text(i) {
			return false
		}
	}
	return true
}

// deeds cuts the audit from its first line that is of later, so that the chain is whole.
func (k *cutter) deeds(t *Table) error {
	later := false
	return k.dropIf(t, func(row Row) bool {
		if later = later || row.Int(2) > k.until; later {
			k.audits++
		}
		return later
	})
}

func (k *cutter) uses(t *Table) error {
	day := int64(throughline.DayOf(k.Until, time.UTC).Number())
	return k.dropIf(t, func(row Row) bool { return row.Int(1) > day })
}

func (k *cutter) writes(t *Table) error {
	return k.dropIf(t, func(row Row) bool { return row.Int(1) > k.last })
}

// CutDeed is what the audit calls a cut.
const CutDeed = "admin_restore"

// end writes what a cut leaves of itself. Its transaction comes after all there were,
// so that no number stands for two things, and says that anything may be another.
func (k *cutter) end(writes int64) error {
	k.tally.Writes = writes + 1
	whole := store.EncodeWritten(store.Written{Whole: true})
	if err := k.mustAdd(k.ctx, Writes, k.tally.Writes, whole, k.Now.UnixMicro()); err != nil {
		return err
	}
	deed := store.Deed{At: k.Now, Via: "command", Did: CutDeed, Detail: k.Until.UTC().Format("2006-01-02t15:04:05z"), Outcome: store.DeedDone}
	if err := k.note(k.ctx, []store.Deed{deed}); err != nil {
		return err
	}
	return k.Put(k.ctx, Tallies, k.tally.row(k.ws)...)
}

// And adds what was left out of another workspace. The last that was kept is the one
// that was written last.
func (c Cut) And(other Cut) Cut {
	if c.At.Before(other.At) {
		c.Last, c.At = other.Last, other.At
	}
	if c.First.IsZero() || !other.First.IsZero() && other.First.Before(c.First) {
		c.First = other.First
	}
	c.Left, c.Audits = c.Left+other.Left, c.Audits+other.Audits
	return c
}
