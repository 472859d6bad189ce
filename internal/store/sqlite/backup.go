package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/throughline/throughline"
)

// Backup writes a copy as of now; see store.Ledger. Writing goes on meanwhile.
// The copy appears under its name when it is whole and on the disk.
func (l *Ledger) Backup(ctx context.Context, path string) error {
	return fail("back up to", path, l.backup(ctx, path))
}

func (l *Ledger) backup(ctx context.Context, path string) error {
	return beside(path, func(part string) error { return copyOf(ctx, l.file, part) })
}

// Restore makes a ledger at path of a copy that Backup wrote, by this version or
// an older one. It appears under its name once its tables are of this version
// and it has checked itself. Nothing that stands at path is touched: that is a
// conflict. A copy that is not whole is corrupt.
func Restore(ctx context.Context, from, path string) error {
	file, err := filepath.Abs(from)
	if err == nil {
		err = look(file, Options{MustExist: true, ReadOnly: true})
	}
	if err != nil {
		return fail("restore from", from, err)
	}
	return fail("restore to", path, beside(path, func(part string) error {
		if err := copyOf(ctx, file, part); err != nil {
			return fail("restore from", from, err)
		}
		l, err := Open(ctx, part, Options{MustExist: true})
		if err != nil {
			return fail("restore from", from, errors.Unwrap(err))
		}
		faults, err := l.Check(ctx, throughline.DefaultWorkspace)
		if err == nil && len(faults) > 0 {
			err = refuse(throughline.Corrupt, "it is not whole: %s", faults[0])
		}
		return fail("restore from", from, errors.Join(err, l.Close()))
	}))
}

// copyOf writes a consistent copy of a database to a path where nothing is.
func copyOf(ctx context.Context, file, to string) error {
	// A connection of its own: the reading ones refuse even this kind of writing.
	db, err := sql.Open("sqlite", dsn(file, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "vacuum into $1", to)
	return err
}

// beside has a file made in a folder beside path and gives it that name once it
// is on the disk.
func beside(path string, fill func(part string) error) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fs.ErrExist
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	part := filepath.Join(folder, "copy")
	if err := fill(part); err != nil {
		return err
	}
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	err = os.Link(part, path) // unlike a renaming, it overwrites nothing
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(part, path) // some file systems have no links
	}
	return err
}
