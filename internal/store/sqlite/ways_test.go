package sqlite_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/sqlite"
)

// What is asked for by a list of values is looked up by them: the order that is asked
// for tempts the database to read the table through, which no small test notices.
func TestListsOfValuesAreLookedUp(t *testing.T) {
	w, ctx := newWriter(t, 3), context.Background()
	for range 3 {
		w.write()
	}
	const ws = throughline.Workspace(1)
	var deals []throughline.DealID
	var accounts []throughline.AccountID
	var people []throughline.PersonID
	var any []throughline.ID
	for s, err := range w.l.Summaries(ctx, ws) {
		if err != nil {
			t.Fatal(err)
		}
		deals, accounts, people = append(deals, s.Deal), append(accounts, s.Account.Value), append(people, s.Owner.Value)
		any = append(any, throughline.ID(s.Deal), throughline.ID(s.Account.Value))
	}
	asked := []func() error{
		func() error { _, err := w.l.Foreign(ctx, ws, any); return err },
		func() error { _, err := w.l.SummariesOf(ctx, ws, deals); return err },
		func() error { _, err := w.l.Accounts(ctx, ws, accounts); return err },
		func() error { _, err := w.l.People(ctx, ws, people); return err },
		func() error { _, err := w.l.Resolve(ctx, ws, "crm", "deal", []string{"a", "b"}); return err },
		func() error { _, err := w.l.FindDeals(ctx, ws, "a", 20); return err },
		func() error { _, err := w.l.Facts(ctx, ws, deals[0]); return err },
	}
	for _, ask := range asked {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	ways, err := sqlite.Ways(ctx, w.l)
	if err != nil {
		t.Fatal(err)
	}
	among, seen := regexp.MustCompile(`(\w+) in \(`), 0
	for query, way := range ways {
		column := among.FindStringSubmatch(query)
		if column == nil {
			continue
		}
		seen++
		// Customers that are found by name are few, and their deals are asked for once a
		// search; an index for that would be written with each deal.
		if strings.Contains(query, " from deal where workspace = ? and account in ") {
			continue
		}
		if !strings.Contains(way, column[1]+"=?") {
			t.Errorf("%s\nis answered by: %s", query, way)
		}
	}
	if seen < 6 {
		t.Errorf("only %d questions name lists of values", seen)
	}
}
