package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestOnlyWhatIsInTheFileGetsTheName: a file beside which a log lies that holds
// something gets no name, and nothing of it is left.
func TestOnlyWhatIsInTheFileGetsTheName(t *testing.T) {
	for log, refused := range map[string]bool{"-wal": true, "-journal": true, "-shm": false, "": false} {
		to := filepath.Join(t.TempDir(), "copy.db")
		err := sqlite.Beside(to, func(part string) error {
			return errors.Join(os.WriteFile(part, []byte("a file"), 0o600), os.WriteFile(part+log, []byte("a log"), 0o600))
		})
		if _, e := os.Stat(to); (err != nil) != refused || errors.Is(e, fs.ErrNotExist) != refused {
			t.Errorf("with a log %q: %v, and there is %v", log, err, e)
		}
		if left, _ := os.ReadDir(filepath.Dir(to)); len(left) > 1 || refused && len(left) > 0 {
			t.Errorf("with a log %q: left are %v", log, left)
		}
	}
}

// TestIntoFile: afterwards the log is empty and the file by itself holds all; where
// somebody reads an older state it is said that it does not.
func TestIntoFile(t *testing.T) {
	ctx := context.Background()
	path, facts := prepared(t)
	raw(t, path, "pragma wal_checkpoint(truncate)")
	reads, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer reads.Close()
	tx, err := reads.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("select count(*) from fact"); err != nil {
		t.Fatal(err)
	}
	l := open(t, path)
	more := appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(22, 5)), 10, 200, true)).Facts
	if err := l.IntoFile(ctx); throughline.KindOf(err) != throughline.Unavailable {
		t.Errorf("while somebody reads: %v", err)
	}
	if _, n, _, err := sqlite.InFile(ctx, path); err != nil || n != len(facts) {
		t.Errorf("the file by itself holds %d facts, not the %d of before, %v", n, len(facts), err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := l.IntoFile(ctx); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() > 0 {
		t.Errorf("the log has %v, %v", info, err)
	}
	if _, n, _, err := sqlite.InFile(ctx, path); err != nil || n != len(facts)+more {
		t.Errorf("the file by itself holds %d facts, want %d, %v", n, len(facts)+more, err)
	}
}
