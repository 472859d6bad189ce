package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/throughline/throughline"
)

// Copyable is a ledger that can be copied into another, whichever database
// keeps either.
type Copyable interface {
	// Whole has do read one state of all workspaces.
	Whole(ctx context.Context, do func(r Reader, all []throughline.Workspace) error) error

	// Fill has do write in one transaction, in which all of these workspaces are
	// its own.
	Fill(ctx context.Context, all []throughline.Workspace, do func(Writer) error) error

	// Fail is that of its Base.
	Fail(op, subject string, err error) error
}

// Copying is what a copy is at.
type Copying string

// What a copy does, one after the other.
const (
	Writing   Copying = "writing"
	Comparing Copying = "comparing"
)

// Copied says what was copied.
type Copied struct {
	Workspaces, Deals, Facts int
	Rows                     int64
	Digest                   string // of every deal's facts, as a restored copy tells it
	Cut                      Cut    // what was left out, where it was brought back to an instant
}

// Copy writes all rows of one ledger into another that holds none, reads every
// deal's facts in both, and keeps what it wrote only if they are the same. A
// ledger that holds something is a conflict.
func Copy(ctx context.Context, from, to Copyable, tell func(doing Copying, done, total int64)) (Copied, error) {
	return CopyUntil(ctx, from, to, nil, tell)
}

// CopyUntil is Copy, and brings what it wrote back to an instant in the same
// transaction, so that nobody ever finds there what came later; without a cut it is Copy.
func CopyUntil(ctx context.Context, from, to Copyable, c *Cutting, tell func(doing Copying, done, total int64)) (out Copied, err error) {
	const op = "copy database to"
	err = from.Whole(ctx, func(r Reader, all []throughline.Workspace) error {
		return to.Fill(ctx, all, func(w Writer) error {
			if err := empty(ctx, w); err != nil {
				return err
			}
			rows, err := copyRows(ctx, r, w, c != nil, tell)
			if err != nil {
				return err
			}
			out = Copied{Workspaces: len(all), Rows: rows}
			if err := out.compare(ctx, r, w, all, tell); err != nil || c == nil {
				return err
			}
			cut, err := CutAll(ctx, w, all, *c)
			if err != nil {
				return err
			}
			left := Copied{Workspaces: len(all), Rows: rows, Cut: cut}
			err = left.compare(ctx, w, w, all, func(Copying, int64, int64) {})
			out = left
			return err
		})
	})
	if err != nil {
		return Copied{}, to.Fail(op, "", err)
	}
	return out, nil
}

// Vacant refuses a ledger in which anything is; see Copy.
func Vacant(ctx context.Context, to Copyable) error {
	err := to.Whole(ctx, func(r Reader, _ []throughline.Workspace) error { return empty(ctx, r) })
	return to.Fail("copy database to", "", err)
}

// empty refuses a ledger in which anything is.
func empty(ctx context.Context, r Reader) error {
	for _, t := range Tables() {
		n, err := r.Total(ctx, t, "", Ask{})
		if err != nil {
			return err
		}
		if n > 0 {
			return Refuse(throughline.Conflict, "it is not empty: its table %s has %d rows; a copy goes where nothing is", t.Name, n)
		}
	}
	return nil
}

// everyRows is how many rows are written between two tellings.
const everyRows = 1000

// copyRows writes every row; what is cut does without those of which nothing is kept.
func copyRows(ctx context.Context, r Reader, w Writer, cut bool, tell func(Copying, int64, int64)) (done int64, err error) {
	total := int64(0)
	tables := Tables()
	if cut {
		tables = slices.DeleteFunc(slices.Clone(tables), (*Table).passing)
	}
	for _, t := range tables {
		n, err := r.Total(ctx, t, "", Ask{})
		if err != nil {
			return 0, err
		}
		total += n
	}
	tell(Writing, 0, total)
	for _, t := range tables {
		err := r.Read(ctx, t, Ask{}, func(row Row) error {
			if done++; done%everyRows == 0 {
				tell(Writing, done, total)
			}
			return w.Insert(ctx, t, row...)
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// compare holds every deal's facts in one ledger against those in the other.
func (c *Copied) compare(ctx context.Context, a, b Reader, all []throughline.Workspace, tell func(Copying, int64, int64)) error {
	total, err := a.Total(ctx, Deals, "", Ask{})
	if err != nil {
		return err
	}
	everything := sha256.New()
	for _, ws := range all {
		here := sha256.New()
		var after throughline.DealID
		known := 0
		for {
			one, err := factsAfter(ctx, a, ws, after)
			if err != nil {
				return err
			}
			two, err := factsAfter(ctx, b, ws, after)
			if err != nil {
				return err
			}
			if len(one) != len(two) {
				return Refuse(throughline.Corrupt, "after deal %s there are not as many deals in the copy", after)
			}
			for i, d := range one {
				if d.id != two[i].id || d.facts != two[i].facts || d.sum != two[i].sum {
					return Refuse(throughline.Corrupt, "deal %s has %d facts, and in the copy %d that are not the same", d.id, d.facts, two[i].facts)
				}
				if d.facts == 0 {
					continue
				}
				known++
				c.Facts += d.facts
				here.Write(d.said)
			}
			c.Deals += len(one)
			if tell(Comparing, int64(c.Deals), total); len(one) < longChunk {
				break
			}
			after = one[len(one)-1].id
		}
		if known > 0 {
			everything.Write(here.Sum(nil))
		}
	}
	c.Digest = hex.EncodeToString(everything.Sum(nil))
	return nil
}

// dealFacts is what a deal's facts come to.
type dealFacts struct {
	id    throughline.DealID
	facts int
	said  []byte // its bundles, each behind the deal and a length
	sum   [sha256.Size]byte
}

// factsAfter gives the deals that follow one in the order of ids, some at once.
func factsAfter(ctx context.Context, r Reader, ws throughline.Workspace, after throughline.DealID) ([]dealFacts, error) {
	refs, err := dealsAfter(ctx, r, ws, after, longChunk)
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	out := make([]dealFacts, len(refs))
	at := make(map[int64]int, len(refs))
	for i, d := range refs {
		out[i].id, at[d.seq] = d.id, i
	}
	ask := Ask{Columns: []string{"seq", "facts", "bundle"}, Prefix: in(ws), In: "seq"}
	err = among(ctx, r, Facts, ask, refs, func(d *dealRef) any { return d.seq }, func(row Row) error {
		d := &out[at[row.Int(0)]]
		d.facts += int(row.Int(1))
		bundle := row.Bytes(2)
		d.said = append(d.said, d.id[:]...)
		d.said = binary.BigEndian.AppendUint64(d.said, uint64(len(bundle)))
		d.said = append(d.said, bundle...)
		return nil
	})
	for i := range out {
		out[i].sum = sha256.Sum256(out[i].said)
	}
	return out, err
}
