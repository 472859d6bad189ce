package assembly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/envelope"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// database is a ledger that can be copied from and to.
type database interface {
	store.Ledger
	ledger.Copyable
}

// opening says how a database is opened, whichever it is.
type opening struct {
	mustExist, readOnly bool
	present             bool // with readOnly: what an older program wrote is refused
	progress            func(unit string, done, total int)
}

// openLedger opens the database at an address: a file, or postgres://….
func openLedger(ctx context.Context, address string, o opening) (database, error) {
	if postgres.Speaks(address) {
		l, err := postgres.Open(ctx, address, postgres.Options{MustExist: o.mustExist, ReadOnly: o.readOnly, Progress: o.progress})
		if err != nil {
			return nil, err
		}
		return l, nil
	}
	path, err := databasePath(address)
	if err != nil {
		return nil, err
	}
	l, err := sqlite.Open(ctx, path, sqlite.Options{MustExist: o.mustExist, ReadOnly: o.readOnly, Present: o.present, Progress: o.progress})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// openDatabase opens the one that --db names; write says whether it may be made.
func openDatabase(ctx context.Context, w cli.Where, write bool) (l store.Ledger, err error) {
	o := opening{mustExist: !write}
	if w.Progress != nil {
		o.progress = bringing(w.Progress)
	}
	if w.Looks {
		looking := o
		looking.readOnly = true
		l, err = openLedger(ctx, w.DB, looking)
	}
	if !w.Looks || throughline.KindOf(err) == throughline.Unsupported { // tables too old to be read as they stand are brought to this version
		l, err = openLedger(ctx, w.DB, o)
	}
	if throughline.KindOf(err) == throughline.NotFound {
		return nil, throughline.Fail("open database", throughline.NotFound, shown(w.DB), noneYet(err))
	}
	return l, err
}

// noneYet says how to make a database; where its server has none of that name,
// that goes before.
func noneYet(err error) error {
	const how = "throughline import makes one from an export, throughline demo shows a made-up company"
	var e *throughline.Error
	if errors.As(err, &e) && e.Err != nil && strings.Contains(e.Err.Error(), "createdb") {
		return e.Err
	}
	return errors.New("there is none yet; " + how)
}

func bringing(tell func(desk.Progress)) func(unit string, done, total int) {
	return func(unit string, done, total int) {
		tell(desk.Progress{Doing: "bringing the database to this version", Done: int64(done), Total: int64(total), Unit: unit})
	}
}

// shown is an address as it may be shown.
func shown(address string) string {
	if postgres.Speaks(address) {
		return store.ShownAddress(address)
	}
	if path, err := databasePath(address); err == nil {
		return path
	}
	return store.ShownAddress(address)
}

// copyLedger copies one database into another that is empty, whole or not at all; a
// new file appears under its name when it is whole.
func copyLedger(ctx context.Context, in caretaking.CopyInput, tell func(desk.Progress)) (out caretaking.Copied, err error) {
	if tell == nil {
		tell = func(desk.Progress) {}
	}
	to := in.To
	path, err := "", error(nil)
	if !postgres.Speaks(to) {
		path, err = databasePath(to)
	}
	if err != nil || path == "" || !vacant(path) {
		return copyInto(ctx, in, to, tell)
	}
	envelope.Unfinished(filepath.Dir(path))
	err = sqlite.Beside(path, func(part string) (err error) {
		if out, err = copyInto(ctx, in, part, tell); err != nil {
			return err
		}
		return asTold(ctx, part, out)
	})
	if err != nil && throughline.KindOf(err) == throughline.Internal {
		err = throughline.Fail("copy database to", throughline.Unavailable, path, err)
	}
	return out, err
}

// asTold is an error where a file by itself does not hold what was told of it.
func asTold(ctx context.Context, part string, told caretaking.Copied) error {
	_, facts, digest, err := sqlite.InFile(ctx, part)
	if err == nil && (facts != told.Facts || digest != told.Digest) {
		err = throughline.Fail("copy database to", throughline.Corrupt, told.To, fmt.Errorf(
			"%d facts were written, and %d stand in the file or are not the same; nothing was kept", told.Facts, facts))
	}
	return err
}

// openSource opens what is copied, which servers may be using: it is only read, and
// tables of another version than this program's are not brought to it under them.
func openSource(ctx context.Context, address string) (database, error) {
	l, err := openLedger(ctx, address, opening{mustExist: true, readOnly: true, present: true})
	if throughline.KindOf(err) == throughline.Unsupported {
		return nil, throughline.Fail("copy database", throughline.Unsupported, shown(address), fmt.Errorf(
			"%w; nothing was changed there: copy it with the version of throughline that its servers run", errors.Unwrap(err)))
	}
	return l, err
}

// vacant reports whether a file may be made at a path: nothing is there, in a folder that is.
func vacant(path string) bool {
	_, err := os.Lstat(path)
	info, bad := os.Stat(filepath.Dir(path))
	return errors.Is(err, fs.ErrNotExist) && bad == nil && info.IsDir()
}

// copyInto copies into what is empty at an address, which may be another for a while than that which was asked for.
func copyInto(ctx context.Context, in caretaking.CopyInput, address string, tell func(desk.Progress)) (out caretaking.Copied, err error) {
	from, err := openSource(ctx, in.From)
	if err != nil {
		return out, err
	}
	defer from.Close()
	to, err := openLedger(ctx, address, opening{})
	if err != nil {
		return out, err
	}
	done, err := ledger.Copy(ctx, from, to, func(doing ledger.Copying, n, total int64) {
		tell(desk.Progress{Doing: copyWords[doing], Done: n, Total: total, Unit: "rows"})
	})
	if file, is := to.(*sqlite.Ledger); is && err == nil {
		err = file.IntoFile(ctx)
	}
	if e := to.Close(); err == nil {
		err = e
	}
	if err != nil {
		return out, throughline.Fail("copy database to", throughline.KindOf(err), shown(in.To), errors.Unwrap(err))
	}
	return caretaking.Copied{
		From: shown(in.From), To: shown(in.To),
		Workspaces: done.Workspaces, Deals: done.Deals, Facts: done.Facts, Rows: done.Rows, Digest: done.Digest,
	}, nil
}

var copyWords = map[ledger.Copying]string{ledger.Writing: "copying", ledger.Comparing: "comparing every deal"}

// restore makes the database at the --db URL of a copy, and says what it holds.
func restore(ctx context.Context, url string, in caretaking.RestoreInput, cut *ledger.Cutting) (caretaking.Restored, error) {
	if postgres.Speaks(url) {
		return restoreOnServer(ctx, url, in, cut)
	}
	if postgres.Speaks(in.Path) {
		return caretaking.Restored{}, throughline.Fail("restore from", throughline.Unsupported, store.ShownAddress(in.Path), errors.New(
			"a file is made of a database on a server by throughline admin copy; --until brings it back from there"))
	}
	path, err := databasePath(url)
	if err != nil {
		return caretaking.Restored{}, err
	}
	o := sqlite.Restoring{SetAside: in.SetAside, Cut: cut}
	if err := sqlite.Restorable(path, o); err != nil { // before anything is opened
		return caretaking.Restored{}, err
	}
	sealed, err := envelope.Sealed(in.Path)
	if err != nil || !sealed { // what cannot be read is told by who restores
		return restored(ctx, in.Path, path, o)
	}
	var out caretaking.Restored
	err = envelope.Private(filepath.Dir(path), func(folder string) (err error) { // where the sealed copy lies nothing need be writable
		plain := filepath.Join(folder, "copy.db")
		if err := envelope.Open(ctx, in.Path, plain, in.Key); err != nil {
			return err
		}
		out, err = restored(ctx, plain, path, o)
		return err
	})
	return out, err
}

// restoreOnServer makes an empty database on a server what a copy holds, or what
// another database does that may be in use, in one transaction.
func restoreOnServer(ctx context.Context, url string, in caretaking.RestoreInput, cut *ledger.Cutting) (out caretaking.Restored, err error) {
	bad := func(kind throughline.Kind, err error) (caretaking.Restored, error) {
		return caretaking.Restored{}, throughline.Fail("restore to", kind, store.ShownAddress(url), err)
	}
	if in.SetAside {
		return bad(throughline.Unsupported, errors.New("only a file is set aside; name an empty database (createdb makes one)"))
	}
	served := postgres.Speaks(in.Path)
	if !served && !ownCopy(in.Path) {
		return bad(throughline.Unsupported, fmt.Errorf("a copy that pg_dump made is restored by PostgreSQL's own program, into an empty database: %s; "+
			"throughline admin restore takes a file of throughline admin backup or admin copy, or postgres://…", postgres.RestoreCommand(url, in.Path)))
	}
	to, err := postgres.Open(ctx, url, postgres.Options{})
	if err != nil {
		return caretaking.Restored{}, err
	}
	defer to.Close()
	if err := ledger.Vacant(ctx, to); err != nil { // before a long copy is opened
		return bad(throughline.KindOf(err), errors.Unwrap(err))
	}
	if served {
		return filled(ctx, in.Path, to, url, cut)
	}
	err = envelope.Private(os.TempDir(), func(folder string) (err error) {
		from, there := in.Path, filepath.Join(folder, "there.db")
		if sealed, err := envelope.Sealed(in.Path); err != nil {
			return err
		} else if sealed {
			from = filepath.Join(folder, "copy.db")
			if err := envelope.Open(ctx, in.Path, from, in.Key); err != nil {
				return err
			}
		}
		if _, err := sqlite.Restore(ctx, from, there, sqlite.Restoring{}); err != nil { // holds it against what it says of itself, and brings it to this version
			return err
		}
		out, err = filled(ctx, there, to, url, cut)
		return err
	})
	return out, err
}

// ownCopy reports whether a file may be a copy of ours: a database of SQLite, or a sealed one.
func ownCopy(path string) bool {
	const begins = "SQLite format 3\x00"
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(begins))
	if _, err := io.ReadFull(f, head); err != nil {
		return false
	}
	sealed, err := envelope.Sealed(path)
	return string(head) == begins || err == nil && sealed
}

// filled copies the database at an address into an empty one on a server, back to an
// instant where there is a cut, and looks whether it is whole.
func filled(ctx context.Context, from string, to *postgres.Ledger, url string, cut *ledger.Cutting) (caretaking.Restored, error) {
	l, err := openSource(ctx, from)
	if err != nil {
		return caretaking.Restored{}, err
	}
	defer l.Close()
	bad := func(err error) (caretaking.Restored, error) {
		kind := throughline.KindOf(err)
		if e := (*throughline.Error)(nil); errors.As(err, &e) && e.Err != nil {
			err = e.Err
		}
		return caretaking.Restored{}, throughline.Fail("restore to", kind, store.ShownAddress(url), err)
	}
	done, err := ledger.CopyUntil(ctx, l, to.Unlooked(), cut, func(ledger.Copying, int64, int64) {})
	if err != nil {
		return bad(err)
	}
	checked, err := to.Check(ctx)
	if err == nil && len(checked.Faults) > 0 {
		err = ledger.Refuse(throughline.Corrupt, "it is not whole: %s", checked.Faults[0])
	}
	if err != nil {
		return bad(err)
	}
	out := caretaking.Restored{Deals: done.Deals, Facts: done.Facts, Digest: done.Digest, SetAside: []string{}}
	if cut == nil {
		return out, to.LookedOver(ctx)
	}
	out.Cut = cutOff(cut, done.Cut)
	err = to.Rewrite(ctx)
	if e := to.LookedOver(context.WithoutCancel(ctx)); e != nil {
		return out, e
	}
	if err != nil {
		return out, throughline.Fail("restore to", throughline.KindOf(err), store.ShownAddress(url), fmt.Errorf(
			"it stands there and is whole, but traces of what was left out may lie in the server's files: vacuum (full) takes them out (%w)", err))
	}
	return out, nil
}

func cutOff(cut *ledger.Cutting, c ledger.Cut) *caretaking.CutOff {
	return &caretaking.CutOff{Instant: cut.Until, LeftOut: c.Left, Last: c.Last, LastAt: c.At, AuditOut: c.Audits}
}

// restored makes a database at a path of a copy that lies in the open.
func restored(ctx context.Context, from, path string, o sqlite.Restoring) (caretaking.Restored, error) {
	r, err := sqlite.Restore(ctx, from, path, o)
	out := caretaking.Restored{Deals: r.Deals, Facts: r.Facts, Digest: r.Digest, SetAside: append([]string{}, r.SetAside...)}
	if o.Cut != nil {
		out.Cut = cutOff(o.Cut, r.Cut)
	}
	return out, err
}

// cutting says how a copy is brought back to an instant; nil for none.
func cutting(until, now time.Time) *ledger.Cutting {
	if until.IsZero() {
		return nil
	}
	return &ledger.Cutting{Until: until, Now: now, Passing: team.Passing(), Still: append(team.TakingAway(), sharing.TakingAway()...)}
}

// databasePath reads the --db URL of a file.
func databasePath(url string) (string, error) {
	for _, own := range []string{"sqlite://", "sqlite:", "file://", "file:"} {
		if rest, ok := strings.CutPrefix(url, own); ok {
			url = rest
			break
		}
	}
	switch {
	case url == "":
		return "", throughline.Fail("open database", throughline.Invalid, "", errors.New("--db is empty"))
	case strings.Contains(url, "://"):
		return "", throughline.Fail("open database", throughline.Invalid, store.ShownAddress(url),
			errors.New("it is neither a file nor postgres://USER@HOST:PORT/NAME"))
	}
	return url, nil
}
