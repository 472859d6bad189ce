package assembly

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// filledFile is a database with facts, closed.
func filledFile(t *testing.T, facts int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	l, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range facts / 1000 {
		all := storetest.Facts(rand.New(rand.NewPCG(uint64(i), 41)), 50, 1000, true)
		if _, err := l.Append(t.Context(), throughline.DefaultWorkspace, store.Batch{Facts: all}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAFileHoldsWhatWasTold: a file that lacks a part of what was told of it, or says
// something else, is refused.
func TestAFileHoldsWhatWasTold(t *testing.T) {
	path := filledFile(t, 1000)
	_, facts, digest, err := sqlite.InFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for told, want := range map[caretaking.Copied]throughline.Kind{
		{Facts: facts, Digest: digest}:     "",
		{Facts: facts + 1, Digest: digest}: throughline.Corrupt,
		{Facts: facts, Digest: "another"}:  throughline.Corrupt,
	} {
		if err := asTold(t.Context(), path, told); (err != nil || want != "") && throughline.KindOf(err) != want {
			t.Errorf("%+v: %v", told, err)
		}
	}
}

// TestACopyChangesNothingInItsSource: what is copied is only read; tables of another
// version are refused in words, and stay of that version.
func TestACopyChangesNothingInItsSource(t *testing.T) {
	ctx, folder := t.Context(), t.TempDir()
	served := pgtest.Shared(t).Database(t)
	file := filledFile(t, 1000)
	if _, err := copyLedger(ctx, caretaking.CopyInput{From: file, To: served}, nil); err != nil {
		t.Fatal(err)
	}
	pool, err := pgx.Connect(ctx, served)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close(context.Background())
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const back = "delete from %s where version_id = (select max(version_id) from %[1]s)"
	if _, err := pool.Exec(ctx, fmt.Sprintf(back, "throughline_version")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(fmt.Sprintf(back, "goose_db_version")); err != nil {
		t.Fatal(err)
	}
	versions := func() (a, b int64) {
		t.Helper()
		err := pool.QueryRow(ctx, "select max(version_id) from throughline_version").Scan(&a)
		if err := errors.Join(err, db.QueryRow("select max(version_id) from goose_db_version").Scan(&b)); err != nil {
			t.Fatal(err)
		}
		return a, b
	}
	a, b := versions()
	for i, from := range []string{served, file} {
		to := filepath.Join(folder, fmt.Sprint(i, ".db"))
		_, err := copyLedger(ctx, caretaking.CopyInput{From: from, To: to}, nil)
		if throughline.KindOf(err) != throughline.Unsupported || !strings.Contains(err.Error(), "with the version of throughline that its servers run") {
			t.Errorf("%v, of kind %s", err, throughline.KindOf(err))
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s was made", to)
		}
	}
	if c, d := versions(); a != c || b != d {
		t.Errorf("the tables were of versions %d and %d and are of %d and %d", a, b, c, d)
	}
}
