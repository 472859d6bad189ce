package assembly

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/store"
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
