package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

func sinceOf(t *testing.T, l *sqlite.Ledger, w throughline.Workspace, after int64) (out []store.Written) {
	t.Helper()
	for v, err := range l.Since(context.Background(), w, after) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// TestOldLedgersAreNumbered: what an older version wrote is one transaction that
// says that all may be new; what follows has numbers. Cut off anywhere, the next
// opening finishes it; read only, it is read as it stands.
func TestOldLedgersAreNumbered(t *testing.T) {
	t.Parallel()
	ctx, folder := context.Background(), t.TempDir()
	now := filepath.Join(folder, "now.db")
	l := open(t, now)
	facts := storetest.Facts(rand.New(rand.NewPCG(35, 1)), 60, 900, true)
	appendAll(t, l, facts[:800])
	if _, err := l.Append(ctx, 2, store.Batch{Facts: facts[:100]}); err != nil {
		t.Fatal(err)
	}
	l.Close()
	for version := int64(5); version <= 6; version++ {
		old := filepath.Join(folder, fmt.Sprint("old", version, ".db"))
		if err := sqlite.MakeOld(ctx, old, now, version); err != nil {
			t.Fatal(err)
		}
		l, err := sqlite.Open(ctx, old, sqlite.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := sinceOf(t, l, ws, 0); len(got) != 1 || !got[0].Whole {
			t.Errorf("version %d, read as it stands, says %+v", version, got)
		}
		if added, err := l.Added(ctx, ws, 1); len(added) > 0 || err != nil {
			t.Errorf("version %d, read as it stands, has numbered %d facts, %v", version, len(added), err)
		}
		if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 || !strings.Contains(strings.Join(c.Uncovered, "\n"), "the checksums of the table fact") {
			t.Errorf("the check of version %d: %+v, %v", version, c, err)
		}
		l.Close()
		// A bit that flipped in the older version is not made good by bringing it to this one.
		bad := filepath.Join(folder, fmt.Sprint("bad", version, ".db"))
		if err := sqlite.MakeOld(ctx, bad, now, version); err != nil {
			t.Fatal(err)
		}
		raw(t, bad, "update fact set facts = facts + 1 where workspace = 1 and seq = 3")
		if faults, err := faultsOf(open(t, bad)); err != nil || len(faults) != 1 {
			t.Errorf("version %d with a flipped bit: %q, %v", version, faults, err)
		}
		for cut := 1; ; cut++ {
			ctx, stop := context.WithCancel(ctx)
			n := 0
			l, err = sqlite.Open(ctx, old, sqlite.Options{Progress: func(string, int, int) {
				if n++; n == cut {
					stop()
				}
			}})
			stop()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		first := sinceOf(t, l, ws, 0)
		if len(first) != 1 || !first[0].Whole || first[0].Number < 1 {
			t.Errorf("version %d says %+v", version, first)
		}
		if got := sinceOf(t, l, 2, 0); len(got) != 1 || !got[0].Whole {
			t.Errorf("version %d says of the other workspace %+v", version, got)
		}
		appendAll(t, l, facts[700:])
		then := sinceOf(t, l, ws, first[0].Number)
		if len(then) != 1 || then[0].Number != first[0].Number+1 || then[0].Facts != 100 {
			t.Errorf("version %d, written to: %+v", version, then)
		}
		var had, have []deal.Fact
		for fs := range l.AllFacts(ctx, ws) {
			have = append(have, fs...)
		}
		whole := open(t, filepath.Join(folder, fmt.Sprint("whole", version, ".db")))
		appendAll(t, whole, facts)
		for fs := range whole.AllFacts(ctx, ws) {
			had = append(had, fs...)
		}
		deal.Sort(had)
		deal.Sort(have)
		if !reflect.DeepEqual(had, have) {
			t.Errorf("version %d holds other facts", version)
		}
		if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
			t.Errorf("version %d: %q, %v", version, faults, err)
		}
		l.Close()
	}
}
