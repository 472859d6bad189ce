package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// Backup writes a copy as of now; see store.Ledger. Writing goes on meanwhile.
// The copy appears under its name when it is whole and on the disk.
func (l *Ledger) Backup(ctx context.Context, path string) error {
	return fail("back up to", path, l.backup(ctx, path))
}

func (l *Ledger) backup(ctx context.Context, path string) error {
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
	// A connection of its own: the reading ones refuse even this kind of writing.
	db, err := sql.Open("sqlite", dsn(l.file, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	part := filepath.Join(folder, "copy")
	if _, err := db.ExecContext(ctx, "vacuum into $1", part); err != nil {
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
