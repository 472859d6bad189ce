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
	"github.com/throughline/throughline/internal/store/ledger"
)

// Folder is that in which the file lies.
func (l *Ledger) Folder() string { return filepath.Dir(l.base.file) }

// Backup writes a copy as of now; see store.Ledger. Writing goes on meanwhile.
// The copy appears under its name when it is whole and on the disk, and holds
// its own count and digest of every deal's facts.
func (l *Ledger) Backup(ctx context.Context, path string) error {
	return fail("back up to", path, beside(path, func(part string) error {
		if err := copyOf(ctx, l.base.file, part); err != nil {
			return err
		}
		return note(ctx, part)
	}))
}

// copyOf writes a consistent copy of a database to a path where nothing is.
func copyOf(ctx context.Context, file, to string) error {
	// A connection of its own: the reading ones refuse even this kind of writing.
	db, err := sql.Open("sqlite", dsn(file, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(60000)"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "vacuum into $1", to)
	return err
}

// Beside has a file made in a folder beside path, where nothing is, and gives it that
// name once it is on the disk: of one that is killed meanwhile only that folder is left.
func Beside(path string, fill func(part string) error) error { return beside(path, fill) }

// beside has a file made in a folder beside path and gives it that name once it
// is on the disk. Nothing that stands at path is touched.
func beside(path string, fill func(part string) error) error {
	if err := vacant(path); err != nil {
		return err
	}
	return within(path, fill)
}

// vacant is an error where something stands at path.
func vacant(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fs.ErrExist
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// within is beside where fill may make room at path.
func within(path string, fill func(part string) error) error {
	folder, err := os.MkdirTemp(filepath.Dir(path), ".throughline-backup-") // as envelope knows it
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	part := filepath.Join(folder, "copy")
	reserve(part)
	if err := fill(part); err != nil {
		return err
	}
	if err := logless(part); err != nil {
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
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// logless refuses a file beside which a log lies that holds something: only the file
// gets the name, and what stands in the log would be gone with its folder.
func logless(part string) error {
	for _, log := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(part + log); err == nil && info.Size() > 0 {
			return ledger.Refuse(throughline.Unavailable, "what was written stands in a log still and could not be put into the file; is the disk full?")
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncFolder puts the names in a folder on the disk, where the system can.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // a folder that may be written to and not read
	}
	defer f.Close()
	_ = f.Sync() // not every file system can
	return nil
}
