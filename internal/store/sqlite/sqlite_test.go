package sqlite_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

func TestSuite(t *testing.T) {
	var folders sync.Map
	storetest.Run(t, func(t *testing.T, name string) store.Ledger {
		folder, ok := folders.Load(t)
		if !ok {
			folder, _ = folders.LoadOrStore(t, t.TempDir())
		}
		return open(t, filepath.Join(folder.(string), name+".db"))
	})
}

func open(t testing.TB, path string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// TestAlike holds the file against the store in memory, answer by answer.
func TestAlike(t *testing.T) {
	storetest.Alike(t, func(t *testing.T, name string) store.Ledger { return open(t, filepath.Join(t.TempDir(), name+".db")) },
		func(*testing.T, string) store.Ledger { return memory.New() })
}
