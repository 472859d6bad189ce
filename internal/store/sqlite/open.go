// Package sqlite keeps the ledger in one SQLite file, without cgo.
//
// Takes: a path; batches of facts; questions by workspace.
// Gives: a store.Ledger; when Append returns, the batch is on the disk.
// Never: says something is written before it is, or changes a fact, except to take an erased person's name out of it.
package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
)

// applicationID marks a file as ours: "Thrl" in the header.
const applicationID = 0x5468726c

// readers is how many questions can be answered at once; spare is how many of
// them are never held for long.
const (
	readers = 8
	spare   = 2
)

// Options says how to open.
type Options struct {
	MustExist bool // a file that is not there is an error, not a new ledger
	ReadOnly  bool // nothing is written, not even a migration; what an older program wrote is read as it stands

	// Present, with ReadOnly, refuses what an older program wrote as well.
	Present bool

	// Clock tells when something is written; nil: the machine's.
	Clock throughline.Clock

	// Progress is told how many of what an older program wrote have been brought
	// to this version's form: "rows" that got a checksum, "deals" that were folded
	// anew. May be nil.
	Progress func(unit string, done, total int)
}

// Ledger is one SQLite file.
type Ledger struct {
	*ledger.Ledger
	base *base
}

// base is the file, with one writing connection and several reading ones.
type base struct {
	path     string // as it was given, for messages
	file     string // absolute
	readOnly bool
	clock    throughline.Clock
	read     *sql.DB
	write    *sql.DB

	writing sync.Mutex // held around each write
	conn    *sql.Conn  // the writing connection; nil when it was given up
	closed  bool
	stmts   map[string]*sql.Stmt
	asks    sync.Map      // from a query to its *sql.Stmt, for the reading connections
	held    chan struct{} // a token for each reading connection that a view holds
	holding chan struct{} // one for the view that is taking them
	spelt   []byte        // a row that is being written, for its checksum
}

var (
	_ store.Ledger = (*Ledger)(nil)
	_ ledger.Base  = (*base)(nil)
)

// Open opens the ledger in the file at path, makes it where there is none, and
// brings its tables to this version. Kinds of error: not_found, denied,
// invalid (no ledger), unsupported (written by a newer program), unavailable
// (locked, disk full), corrupt.
func Open(ctx context.Context, path string, o Options) (*Ledger, error) {
	l, err := open(ctx, path, o)
	if err != nil {
		return nil, fail("open database", path, err)
	}
	return l, nil
}

func open(ctx context.Context, path string, o Options) (_ *Ledger, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := look(abs, o); err != nil {
		return nil, err
	}
	l := &base{
		path:     path,
		file:     abs,
		readOnly: o.ReadOnly,
		clock:    o.Clock,
		stmts:    map[string]*sql.Stmt{},
		held:     make(chan struct{}, readers-spare),
		holding:  make(chan struct{}, 1),
	}
	if l.clock == nil {
		l.clock = time.Now
	}
	logic := ledger.New(l)
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	if o.ReadOnly {
		if l.read, err = openReadOnly(ctx, abs); err != nil {
			return nil, err
		}
		if err := ours(ctx, l.read, false); err != nil {
			return nil, err
		}
		current, target, err := versions(ctx, l.read)
		if err == nil && (current < readable || o.Present && current < target) {
			err = ledger.Refuse(
				throughline.Unsupported,
				"its tables are of version %d and have to be brought to %d before they can be read; anything that writes to it does",
				current,
				target,
			)
		}
		logic.Old, logic.Unlisted = current < numbered, current < listed
		logic.Unsettled, logic.Untrailed, logic.Unused = current < settled, current < trailed, current < counting
		logic.Unreached, logic.Unjobbed = current < reached, current < working
		return &Ledger{logic, l}, err
	}
	reserve(abs)
	l.write, err = sql.Open("sqlite", dsn(abs, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(60000)",
			"journal_mode(WAL)",
			"synchronous(FULL)",
			"foreign_keys(1)",
			"cache_size(-65536)",
			"wal_autocheckpoint(16384)",
			"temp_store(memory)",
		},
	}))
	if err != nil {
		return nil, err
	}
	l.write.SetMaxOpenConns(1)
	if err := ours(ctx, l.write, true); err != nil {
		return nil, err
	}
	if err := migrate(ctx, l.write); err != nil {
		return nil, err
	}
	if err := makeViews(ctx, l.write); err != nil {
		return nil, err
	}
	l.read, err = sql.Open("sqlite", dsn(abs, url.Values{
		"_pragma": {"busy_timeout(60000)", "query_only(1)", "mmap_size(8589934592)", "cache_size(-16384)"},
	}))
	if err != nil {
		return nil, err
	}
	l.read.SetMaxOpenConns(readers)
	l.read.SetMaxIdleConns(readers)
	unit := func(name string) func(done, total int) {
		return func(done, total int) {
			if o.Progress != nil {
				o.Progress(name, done, total)
			}
		}
	}
	if err := l.sealOld(ctx, unit("rows")); err != nil {
		return nil, err
	}
	return &Ledger{logic, l}, logic.Refold(ctx, unit("deals"))
}

// readable is the oldest version of the tables that can be read as it stands,
// settled the first with settings, numbered that in which writes have numbers,
// listed that with rows for lists, trailed that with an audit, counting that with
// counts of use, reached that with how people are reached, working that with jobs.
const (
	readable = 4
	settled  = 6
	numbered = 7
	listed   = 11
	trailed  = 13
	counting = 14
	reached  = 16
	working  = 18
)

// reserve makes the file, where there is none, readable by its owner alone.
// What SQLite makes beside it gets the rights of the file. Where it cannot be
// made, opening it says why.
func reserve(path string) {
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err == nil {
		f.Close()
	}
}

// look says early, and in words, what the database library would only hint at.
func look(path string, o Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if o.MustExist || o.ReadOnly {
			return err
		}
		folder := filepath.Dir(path)
		if info, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return ledger.Refuse(throughline.NotFound, "there is no folder %s", folder)
		} else if err == nil && !info.IsDir() {
			return ledger.Refuse(throughline.Invalid, "%s is no folder", folder)
		}
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return ledger.Refuse(throughline.Invalid, "is no file")
	case info.Size() == 0:
		if o.ReadOnly {
			return ledger.Refuse(throughline.Invalid, "is empty")
		}
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 16)
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte("SQLite format 3\x00")) {
		return ledger.Refuse(throughline.Invalid, "is no throughline database")
	}
	return nil
}

// dsn spells a path and its options so that no character of the path is read as an option.
func dsn(path string, q url.Values) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// openReadOnly reads a file without touching it. A ledger in a folder where
// nothing can be written, with nothing left over to replay, is read as it stands.
func openReadOnly(ctx context.Context, path string) (*sql.DB, error) {
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(60000)", "cache_size(-16384)"}}
	for {
		db, err := sql.Open("sqlite", dsn(path, q))
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(readers)
		db.SetMaxIdleConns(readers)
		if _, err = db.ExecContext(ctx, "select count(*) from sqlite_master"); err == nil {
			return db, nil
		}
		db.Close()
		if info, e := os.Stat(path + "-wal"); q.Has("immutable") || e == nil && info.Size() > 0 {
			return nil, err
		}
		q.Set("immutable", "1")
	}
}

// ours refuses the database of another program, and marks a new one as ours.
func ours(ctx context.Context, db *sql.DB, mark bool) error {
	var id, tables int
	if err := db.QueryRowContext(ctx, "pragma application_id").Scan(&id); err != nil {
		return err
	}
	if id == applicationID {
		return nil
	}
	if err := db.QueryRowContext(ctx, "select count(*) from sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if id != 0 || tables > 0 || !mark {
		return ledger.Refuse(throughline.Invalid, "is the SQLite database of another program")
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("pragma application_id = %d", applicationID))
	return err
}

// provider knows the migrations that this program carries.
func provider(db *sql.DB) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectSQLite3, db, migrations.SQLite(), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// versions gives the version of the tables in the file, and that of this
// program; tables newer than the program are an error.
func versions(ctx context.Context, db *sql.DB) (current, target int64, err error) {
	p, err := provider(db)
	if err != nil {
		return 0, 0, err
	}
	for _, s := range p.ListSources() {
		target = max(target, s.Version)
	}
	var there int
	if err := db.QueryRowContext(ctx, "select count(*) from sqlite_master where name = 'goose_db_version'").Scan(&there); err != nil {
		return 0, 0, err
	}
	if there > 0 {
		if err := db.QueryRowContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&current); err != nil {
			return 0, 0, err
		}
	}
	if current > target {
		err = ledger.Refuse(
			throughline.Unsupported,
			"was written by a newer version of throughline: its tables are of version %d, this program knows %d",
			current,
			target,
		)
	}
	return current, target, err
}

func migrate(ctx context.Context, db *sql.DB) error {
	current, target, err := versions(ctx, db)
	if err != nil || current == target {
		return err
	}
	p, err := provider(db)
	if err != nil {
		return err
	}
	if _, err = p.Up(ctx); err != nil {
		// Another program may have opened the same new file and been quicker.
		if now, _, e := versions(ctx, db); e == nil && now == target {
			return nil
		}
	}
	return err
}

// viewText is a view as SQLite keeps it.
func viewText(v migrations.View) string { return "CREATE VIEW " + v.Name + " as " + v.Select }

// makeViews makes the views that other programs read, where they are not as this
// program makes them.
func makeViews(ctx context.Context, db *sql.DB) error {
	for _, v := range migrations.SQLiteViews() {
		made := viewText(v)
		var has string
		err := db.QueryRowContext(ctx, "select sql from sqlite_master where type = 'view' and name = $1", v.Name).Scan(&has)
		if err == nil && has == made {
			continue
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, "drop view if exists "+v.Name); err == nil {
			_, err = tx.ExecContext(ctx, made)
		}
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// Instant is now; see ledger.Base.
func (l *base) Instant() time.Time { return l.clock() }

// Close ends all connections. A stream that is still being read fails.
func (l *Ledger) Close() error { return l.base.Close() }

// Close ends all connections.
func (l *base) Close() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.closed = true
	l.disconnect()
	var errs []error
	if l.read != nil {
		errs = append(errs, l.read.Close())
	}
	if l.write != nil {
		errs = append(errs, l.write.Close())
	}
	return fail("close database", l.path, errors.Join(errs...))
}
