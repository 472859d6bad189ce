package postgres_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// databases gives each test's names a database each.
func databases() storetest.Factory {
	var known sync.Map
	type key struct {
		t    *testing.T
		name string
	}
	return func(t *testing.T, name string) store.Ledger {
		url, ok := known.Load(key{t, name})
		if !ok {
			url, _ = known.LoadOrStore(key{t, name}, pgtest.Shared(t).Database(t))
		}
		return open(t, url.(string))
	}
}

func open(t testing.TB, url string) *postgres.Ledger {
	t.Helper()
	l, err := postgres.Open(context.Background(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestSuite(t *testing.T) {
	pgtest.Shared(t)
	storetest.Run(t, databases())
}

// TestAlike holds the database against the store in memory, answer by answer;
// store/sqlite holds its own against the same.
func TestAlike(t *testing.T) {
	pgtest.Shared(t)
	storetest.Alike(t, databases(), func(*testing.T, string) store.Ledger { return memory.New() })
}
