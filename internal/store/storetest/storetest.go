// Package storetest is the suite that every store of the ledger must pass.
//
// Takes: a Factory that opens a store by name.
// Gives: subtests, with random sequences from a seed.
// Never: looks into a store other than through its contract, or leaves anything behind.
package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Factory opens the store of a name, which lives as long as the test; a name
// that is new to the test gives an empty store, a known one what was written
// there before. The suite closes what it opens.
type Factory func(t *testing.T, name string) store.Ledger

const (
	ws    = throughline.DefaultWorkspace
	other = throughline.Workspace(2)
)

// Run runs the suite.
func Run(t *testing.T, open Factory) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Factory)
	}{
		{"an empty store answers", empty},
		{"facts come back as they were written", factsComeBack},
		{"the same again adds nothing", idempotent},
		{"any order gives the same", anyOrder},
		{"random sequences keep summaries equal to folds", sequences},
		{"corrections are folded anew", corrections},
		{"as of a day", asOf},
		{"lists come in the order of ids", order},
		{"what cannot be kept is refused whole", refused},
		{"foreign ids", records},
		{"people have versions", people},
		{"erasing a person", erasure},
		{"accounts have versions", accounts},
		{"imports", imports},
		{"forecasts that were shown", forecasts},
		{"published playbooks", playbooks},
		{"settings", settings},
		{"drafts", drafts},
		{"what is shared", sharing},
		{"what was read is remembered for a moment", moments},
		{"who may come in", register},
		{"who did what", deeds},
		{"many note what was done at once", deedsTogether},
		{"counts of use", uses},
		{"a form is sent once", forms},
		{"a key is claimed once", keys},
		{"tries are counted together", tries},
		{"who may come in, where nobody wrote meanwhile", amid},
		{"jobs are done by one at a time", jobs},
		{"many take a job at once", jobsTogether},
		{"lists say what a look at everything says", lists},
		{"lists forget who was erased", listsErased},
		{"cursors that nobody gave", forged},
		{"finding deals", finding},
		{"finding people", findPeople},
		{"every transaction has a number", feed},
		{"numbers leave nothing out", feedSequences},
		{"one follows while two write", followed},
		{"workspaces do not see each other", workspaces},
		{"one writes while others read", concurrent},
		{"two writers lose nothing", writers},
		{"what is cut off leaves nothing", cutOff},
		{"a backup is a whole ledger", backup},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, open) })
	}
}

func opened(t *testing.T, open Factory) store.Ledger {
	t.Helper()
	l := open(t, "ledger")
	t.Cleanup(func() { l.Close() })
	return l
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func appendAll(t *testing.T, l store.Ledger, b store.Batch) store.Receipt {
	t.Helper()
	return must[store.Receipt](t)(l.Append(context.Background(), ws, b))
}

func factsOf(t *testing.T, l store.Ledger, d throughline.DealID) []deal.Fact {
	t.Helper()
	fs := must[[]deal.Fact](t)(l.Facts(context.Background(), ws, d))
	deal.Sort(fs)
	return fs
}

func summaries(t *testing.T, l store.Ledger, w throughline.Workspace) []deal.Summary {
	t.Helper()
	var out []deal.Summary
	for s, err := range l.Summaries(context.Background(), w) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// same compares what a store holds with what was written to it.
func same(t *testing.T, l store.Ledger, w throughline.Workspace, written []deal.Fact) {
	t.Helper()
	ctx := context.Background()
	byDeal := map[throughline.DealID][]deal.Fact{}
	known := map[throughline.DealID]map[throughline.FactID]bool{}
	facts := 0
	for _, f := range written {
		if known[f.Deal] == nil {
			known[f.Deal] = map[throughline.FactID]bool{}
		}
		if known[f.Deal][f.ID] {
			continue
		}
		known[f.Deal][f.ID] = true
		byDeal[f.Deal] = append(byDeal[f.Deal], f)
		facts++
	}
	var want []deal.Summary
	var ids []throughline.DealID
	for id, fs := range byDeal {
		deal.Sort(fs)
		if d, ok := deal.Fold(fs, forever); ok {
			want, ids = append(want, d.Summary), append(ids, id)
		}
	}
	slices.SortFunc(want, func(a, b deal.Summary) int { return slices.Compare(a.Deal[:], b.Deal[:]) })
	slices.SortFunc(ids, func(a, b throughline.DealID) int { return slices.Compare(a[:], b[:]) })
	full := must[[]deal.Summary](t)(l.SummariesOf(ctx, w, ids))
	if !reflect.DeepEqual(full, want) && len(full)+len(want) > 0 {
		t.Fatalf("summaries with attributes\n got %+v\nwant %+v", full, want)
	}
	for i := range want {
		want[i].Attributes = nil
	}
	if got := summaries(t, l, w); !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
		t.Fatalf("summaries\n got %+v\nwant %+v", got, want)
	}
	if c := must[store.Counts](t)(l.Counts(ctx, w)); c != (store.Counts{Deals: len(want), Facts: facts}) {
		t.Fatalf("counts %+v, want %d deals and %d facts", c, len(want), facts)
	}
	n := 0
	var last throughline.DealID
	for fs, err := range l.AllFacts(ctx, w) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 1 && slices.Compare(fs[0].Deal[:], last[:]) <= 0 {
			t.Fatalf("deal %s comes after %s", fs[0].Deal, last)
		}
		last = fs[0].Deal
		deal.Sort(fs)
		if !reflect.DeepEqual(fs, byDeal[last]) {
			t.Fatalf("facts of deal %s\n got %+v\nwant %+v", last, fs, byDeal[last])
		}
	}
	if n != len(byDeal) {
		t.Fatalf("facts of %d deals, want %d", n, len(byDeal))
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Fatalf("the check finds %q", faults)
	}
}

// faultsOf is what a store's own check finds, in all workspaces.
func faultsOf(t *testing.T, l store.Ledger) []string {
	t.Helper()
	return must[store.Checked](t)(l.Check(context.Background())).Faults
}

// forever is after every instant of the suite.
var forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

func kind(t *testing.T, err error, want throughline.Kind) {
	t.Helper()
	if err == nil || throughline.KindOf(err) != want {
		t.Errorf("got the error %v of kind %q, want kind %q", err, throughline.KindOf(err), want)
	}
}

func id(parts ...any) throughline.ID {
	return throughline.KeyedID(day0, fmt.Sprint(parts...))
}
