package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Restoring says how to restore.
type Restoring struct {
	SetAside bool            // a database that stands at the place is set aside; else it is a conflict
	Cut      *ledger.Cutting // the copy is brought back to an instant; nil: it is restored as it is
}

// Restored says what a restored ledger holds, of all workspaces.
type Restored struct {
	Deals, Facts int
	Digest       string   // of every deal's facts, in the copy and where they now stand
	SetAside     []string // what lay at the place, under its new name
	Cut          ledger.Cut
}

// Restore makes a ledger at path of a copy that Backup wrote, by this version or
// an older one. Of the copy only the file itself is read, never a log that lies
// beside it. It appears under its name once its tables are of this version, it
// has checked itself, and it holds what the copy holds. What is left of another
// database at path (-wal, -shm, -journal) is set aside, never played. A copy
// that is not whole is corrupt.
func Restore(ctx context.Context, from, path string, o Restoring) (Restored, error) {
	var r Restored
	file, err := filepath.Abs(from)
	if err == nil {
		err = look(file, Options{MustExist: true, ReadOnly: true})
	}
	if err == nil {
		err = alone(file)
	}
	if err != nil {
		return r, fail("restore from", from, err)
	}
	if err := Restorable(path, o); err != nil {
		return r, err
	}
	var want contents
	err = within(path, func(part string) (err error) {
		if want, err = restorePart(ctx, file, part, o.Cut, &r.Cut); err != nil {
			return fail("restore from", from, err)
		}
		r.SetAside, err = setAside(path)
		return err
	})
	if err != nil {
		return r, fail("restore to", path, err)
	}
	have, err := opened(ctx, path)
	if err == nil {
		err = want.same(have, "what stands there now is not what was copied")
	}
	if err != nil {
		return r, fail("restore to", path, err)
	}
	r.Deals, r.Facts, r.Digest = want.sum()
	return r, nil
}

// Restorable is an error where no ledger can be restored to a path, before anything is done.
func Restorable(path string, o Restoring) error {
	var err error
	if !o.SetAside {
		err = vacant(path)
	} else if info, e := os.Lstat(path); e == nil && !info.Mode().IsRegular() {
		err = ledger.Refuse(throughline.Invalid, "is no file")
	}
	if info, e := os.Stat(filepath.Dir(path)); err == nil && (e != nil || !info.IsDir()) {
		err = ledger.Refuse(throughline.NotFound, "there is no folder %s", filepath.Dir(path))
	}
	return fail("restore to", path, err)
}

// alone refuses a copy that was made by hand of a database in use: what its log
// says belongs to it, or to another state of it, and nobody can tell which.
// A copy by Backup has no log, and what lies beside it is not its own.
func alone(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 20)
	if _, err := io.ReadFull(f, head); err != nil {
		return ledger.Refuse(throughline.Invalid, "is no throughline database")
	}
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 && head[18] == 2 {
		return ledger.Refuse(throughline.Conflict, "it was in use when it was copied, and a log lies beside it that may hold newer facts; "+
			"open the two once where they lie and make a copy with throughline admin backup, or move %s away to restore the file without it",
			filepath.Base(file)+"-wal")
	}
	return nil
}

// restorePart makes a ledger of this version of the copy in file at part, and
// says what both hold; where it is cut, what is left.
func restorePart(ctx context.Context, file, part string, cutting *ledger.Cutting, cut *ledger.Cut) (contents, error) {
	if err := copyBytes(ctx, file, part); err != nil {
		return nil, err
	}
	want, err := asCopied(ctx, part)
	if err != nil {
		return nil, err
	}
	l, err := Open(ctx, part, Options{MustExist: true})
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	have, err := contentsOf(ctx, l.base.read)
	if err == nil {
		err = want.same(have, "bringing it to this version changed what it says")
	}
	if err == nil {
		err = l.base.transact(ctx, func(t txn) error {
			_, err := t.exec(ctx, "delete from copied") // it is no copy any more
			return err
		})
	}
	if err == nil && cutting != nil {
		if *cut, err = l.cut(ctx, *cutting); err == nil {
			want, err = contentsOf(ctx, l.base.read)
		}
	}
	if err == nil {
		var c store.Checked
		if c, err = l.Check(ctx); err == nil && len(c.Faults) > 0 {
			err = ledger.Refuse(throughline.Corrupt, "it is not whole: %s", c.Faults[0])
		}
	}
	if err == nil {
		err = l.base.intoFile(ctx)
	}
	if err = errors.Join(err, l.Close()); err != nil {
		return want, err
	}
	alone, err := inFile(ctx, part)
	if err == nil {
		err = want.same(alone, "what was written is not what was copied")
	}
	return want, err
}

// cut brings all workspaces back to an instant, in one transaction, and leaves no
// trace of what came later.
func (l *Ledger) cut(ctx context.Context, c ledger.Cutting) (out ledger.Cut, err error) {
	all, err := workspaces(ctx, l.base.read)
	if err != nil {
		return out, err
	}
	err = l.base.transact(ctx, func(t txn) error {
		out, err = ledger.CutAll(ctx, t, all, c)
		return err
	})
	if err == nil {
		err = l.base.Scrub(ctx)
	}
	return out, err
}

// copyBytes copies one file and nothing that lies beside it.
func copyBytes(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	buffer := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, out.Close())
		}
		n, err := in.Read(buffer)
		if n > 0 {
			if _, e := out.Write(buffer[:n]); e != nil {
				return errors.Join(e, out.Close())
			}
		}
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err != nil {
			return errors.Join(err, out.Close())
		}
	}
}

// asCopied says what a copy holds, before anything is done to it, and holds that
// against the copy's own note where it has one.
func asCopied(ctx context.Context, part string) (contents, error) {
	db, err := sql.Open("sqlite", dsn(part, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := ours(ctx, db, false); err != nil {
		return nil, err
	}
	if _, _, err := versions(ctx, db); err != nil {
		return nil, err
	}
	have, err := contentsOf(ctx, db)
	if err != nil {
		return nil, err
	}
	noted, err := noteIn(ctx, db)
	if err == nil && len(noted) > 0 {
		err = have.same(noted, "it does not hold what was noted when it was copied")
	}
	return have, err
}

// inFile says what a file holds by itself, whatever stands in a log beside it.
func inFile(ctx context.Context, path string) (contents, error) {
	db, err := sql.Open("sqlite", dsn(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return contentsOf(ctx, db)
}

// InFile says what a file of ours holds by itself, without the log beside it that a
// copy of the file alone would lack: how many deals and facts, and their digest as
// Restored tells it.
func InFile(ctx context.Context, path string) (deals, facts int, digest string, err error) {
	have, err := inFile(ctx, path)
	deals, facts, digest = have.sum()
	return deals, facts, digest, fail("read copy", path, err)
}

// opened says what the ledger at a path holds when it is opened there.
func opened(ctx context.Context, path string) (contents, error) {
	l, err := Open(ctx, path, Options{MustExist: true})
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	have, err := contentsOf(ctx, l.base.read)
	return have, errors.Join(err, l.Close())
}

// setAside gives other names to what stands at a path and to what SQLite would
// take for its log, and says which.
func setAside(path string) (aside []string, err error) {
	parts := []string{"", "-wal", "-shm", "-journal"}
	free := func(to string) bool {
		return !slices.ContainsFunc(parts, func(p string) bool { return !errors.Is(vacant(to+p), nil) })
	}
	to := path + ".set-aside"
	for n := 2; !free(to); n++ {
		to = fmt.Sprintf("%s.set-aside-%d", path, n)
	}
	for _, p := range parts {
		switch err := os.Rename(path+p, to+p); {
		case err == nil:
			aside = append(aside, to+p)
		case !errors.Is(err, fs.ErrNotExist):
			return aside, err
		}
	}
	return aside, nil
}

// content is what a ledger holds of one workspace.
type content struct {
	deals, facts int64
	digest       [sha256.Size]byte // of every deal's facts, in the order of the deals' ids
}

// contents is what a ledger holds, by workspace.
type contents map[throughline.Workspace]content

// contentsOf reads every fact. Deals are counted here whether or not anything
// of them counts still.
func contentsOf(ctx context.Context, q querier) (contents, error) {
	out := contents{}
	var ws int64
	var last throughline.DealID
	var c content
	var sum hash.Hash
	flush := func() {
		if sum != nil {
			c.digest = [sha256.Size]byte(sum.Sum(nil))
			out[throughline.Workspace(ws)] = c
		}
	}
	var ids []throughline.FactID
	bundles, held := 0, 0
	query := "select d.workspace, d.deal, f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq order by d.workspace, d.deal, f.first"
	err := each(ctx, q, query, nil, func(rows *sql.Rows) (err error) {
		var next int64
		var id, bundle sql.RawBytes
		if err := rows.Scan(&next, &id, &bundle); err != nil {
			return err
		}
		if bundles++; len(id) != len(last) {
			return ledger.Refuse(throughline.Corrupt, "the id of a deal is damaged")
		}
		if sum == nil || next != ws {
			flush()
			ws, c, sum, last = next, content{}, sha256.New(), throughline.DealID{}
		}
		if d := throughline.DealID(id); d != last {
			last = d
			c.deals++
		}
		if ids, err = store.BundleIDs(ids[:0], bundle); err != nil {
			return err
		}
		c.facts += int64(len(ids))
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(bundle)))
		sum.Write(last[:])
		sum.Write(length[:])
		sum.Write(bundle)
		return nil
	})
	flush()
	if err == nil {
		err = q.QueryRowContext(ctx, "select count(*) from fact").Scan(&held)
	}
	if err == nil && held != bundles {
		err = ledger.Refuse(throughline.Corrupt, "there are facts of deals that are not there")
	}
	return out, err
}

// same is an error where two ledgers do not hold the same.
func (c contents) same(other contents, why string) error {
	for ws := range other {
		if _, ok := c[ws]; !ok {
			return ledger.Refuse(throughline.Corrupt, "%s: workspace %d is there and should not be", why, ws)
		}
	}
	for ws, a := range c {
		switch b := other[ws]; {
		case a.deals != b.deals || a.facts != b.facts:
			return ledger.Refuse(throughline.Corrupt, "%s: %d deals with %d facts against %d with %d", why, b.deals, b.facts, a.deals, a.facts)
		case a != b:
			return ledger.Refuse(throughline.Corrupt, "%s: the facts are as many, and not the same", why)
		}
	}
	return nil
}

// sum adds all workspaces up.
func (c contents) sum() (deals, facts int, digest string) {
	var all []throughline.Workspace
	for ws := range c {
		all = append(all, ws)
	}
	slices.Sort(all)
	h := sha256.New()
	for _, ws := range all {
		d := c[ws].digest
		h.Write(d[:])
		deals, facts = deals+int(c[ws].deals), facts+int(c[ws].facts)
	}
	return deals, facts, hex.EncodeToString(h.Sum(nil))
}

// note writes into a copy what it holds.
func note(ctx context.Context, path string) (err error) {
	// Not as a ledger: opening it would leave a log beside it.
	db, err := sql.Open("sqlite", dsn(path, url.Values{"_pragma": {"synchronous(full)"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if there, err := takesNotes(ctx, db); err != nil || !there { // damaged, or of a version before notes
		return err
	}
	if _, err := noteIn(ctx, db); err != nil { // damaged
		return err
	}
	all, err := contentsOf(ctx, db)
	if err != nil {
		return err
	}
	for ws, c := range all {
		values := []any{int64(ws), c.deals, c.facts, c.digest[:]}
		if _, err := db.ExecContext(ctx, copiedTable.replace, append(values, sumOf(copiedTable, values...))...); err != nil {
			return err
		}
	}
	return nil
}

// takesNotes reports whether a copy has a table for what it says of itself.
func takesNotes(ctx context.Context, q querier) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "select count(*) from sqlite_master where type = 'table' and name = 'copied'").Scan(&n)
	return n > 0, err
}

// noteIn reads what note wrote; nothing where there is none, or an older
// version made the copy.
func noteIn(ctx context.Context, q querier) (contents, error) {
	if there, err := takesNotes(ctx, q); err != nil || !there {
		return nil, err
	}
	out := contents{}
	err := each(ctx, q, "select "+columnsOf(copiedTable)+", sum from copied", nil, func(rows *sql.Rows) error {
		var ws, sum int64
		var c content
		var digest []byte
		if err := rows.Scan(&ws, &c.deals, &c.facts, &digest, &sum); err != nil {
			return err
		}
		if len(digest) != sha256.Size || sum != sumOf(copiedTable, ws, c.deals, c.facts, bytes.Clone(digest)) {
			return ledger.Refuse(throughline.Corrupt, "what it says of itself is damaged")
		}
		c.digest = [sha256.Size]byte(digest)
		out[throughline.Workspace(ws)] = c
		return nil
	})
	return out, err
}
