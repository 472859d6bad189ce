package desk_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
)

var place = throughline.DefaultWorkspace

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func num[T ~[16]byte](kind, n byte) T { return T{kind, n} }

// shared is a ledger with a deal of each of two, and one of nobody; n of a deal's ids is its own.
func shared(t *testing.T) *desk.Desk {
	t.Helper()
	l := memory.New()
	t.Cleanup(func() { l.Close() })
	for n := byte(1); n <= 3; n++ {
		owner := num[throughline.PersonID]('o', n)
		if n == 3 {
			owner = throughline.PersonID{}
		}
		d, account, who := num[throughline.DealID]('d', n), num[throughline.AccountID]('a', n), num[throughline.PersonID]('p', n)
		fact := func(k byte, b deal.Body) deal.Fact {
			return deal.Fact{ID: throughline.FactID{'f', n, k}, Deal: d, Happened: began, Learned: began, Recorded: began, Source: deal.Source{System: "csv"}, Body: b}
		}
		_, err := l.Append(t.Context(), place, store.Batch{
			Accounts: []store.Account{{ID: account, Recorded: began, Name: fmt.Sprintf("Customer %d", n)}},
			People: []store.Person{{ID: who, Recorded: began, Name: fmt.Sprintf("Smith %d", n), Account: account},
				{ID: num[throughline.PersonID]('o', n), Recorded: began, Ours: true, Name: fmt.Sprintf("Seller %d", n)}},
			Facts: []deal.Fact{fact(1, deal.Opened{Title: fmt.Sprintf("Deal %d", n), Account: account, Owner: owner}),
				fact(2, deal.PersonJoined{Person: who, Role: throughline.SponsorRole})},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return &desk.Desk{Ledger: l, Workspace: place, Now: func() time.Time { return began.AddDate(0, 0, 1) }}
}

func seeing(owners ...throughline.PersonID) desk.Seeing {
	return func(context.Context) (desk.Sight, error) { return desk.Only(owners), nil }
}

// with is a sight of the n-th seller's with customers that are open and one that is closed.
func with(s desk.Sight, own byte, open []byte, close byte) desk.Seeing {
	var to []throughline.AccountID
	for _, n := range open {
		to = append(to, num[throughline.AccountID]('a', n))
	}
	s = s.With([]throughline.PersonID{num[throughline.PersonID]('o', own)}, to, []throughline.AccountID{num[throughline.AccountID]('a', close)})
	return func(context.Context) (desk.Sight, error) { return s, nil }
}

// TestAReaderIsCut: each way of asking gives the deals that are seen and no other;
// who sees everything is given all three. A new way of asking without a line here fails.
func TestAReaderIsCut(t *testing.T) {
	d := shared(t)
	all := []throughline.DealID{num[throughline.DealID]('d', 1), num[throughline.DealID]('d', 2), num[throughline.DealID]('d', 3)}
	people := func(list []store.Person) (out []byte) {
		for _, p := range list {
			if !p.Ours {
				out = append(out, p.ID[1])
			}
		}
		return out
	}
	ids := func(list []throughline.DealID) (out []byte) {
		for _, id := range list {
			out = append(out, id[1])
		}
		return out
	}
	asks := map[string]func(context.Context, desk.Reader) ([]byte, error){
		"Facts": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			for _, id := range all {
				facts, bad := r.Facts(ctx, id)
				if err = bad; len(facts) > 0 {
					out = append(out, id[1])
				}
			}
			return out, err
		},
		"AllFacts": func(ctx context.Context, r desk.Reader) (out []byte, _ error) {
			for facts, err := range r.AllFacts(ctx) {
				if err != nil {
					return nil, err
				}
				out = append(out, facts[0].Deal[1])
			}
			return out, nil
		},
		"Summaries": func(ctx context.Context, r desk.Reader) (out []byte, _ error) {
			for s, err := range r.Summaries(ctx) {
				if err != nil {
					return nil, err
				}
				out = append(out, s.Deal[1])
			}
			return out, nil
		},
		"Heads": func(ctx context.Context, r desk.Reader) (out []byte, _ error) {
			for s, err := range r.Heads(ctx) {
				if err != nil {
					return nil, err
				}
				out = append(out, s.Deal[1])
			}
			return out, nil
		},
		"SummariesOf": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			list, err := r.SummariesOf(ctx, all)
			for _, s := range list {
				out = append(out, s.Deal[1])
			}
			return out, err
		},
		"Seen": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			seen, err := r.Seen(ctx, all)
			for _, id := range all {
				if seen[id] {
					out = append(out, id[1])
				}
			}
			return out, err
		},
		"Since": func(ctx context.Context, r desk.Reader) (out []byte, _ error) {
			for w, err := range r.Since(ctx, 0) {
				if err != nil {
					return nil, err
				}
				out = append(out, ids(w.Deals)...)
			}
			return out, nil
		},
		"Added": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			for n := int64(1); n <= 3 && err == nil; n++ {
				var facts []deal.Fact
				if facts, err = r.Added(ctx, n); len(facts) > 0 {
					out = append(out, facts[0].Deal[1])
				}
			}
			return out, err
		},
		"FindDeals": func(ctx context.Context, r desk.Reader) ([]byte, error) {
			found, err := r.FindDeals(ctx, "Deal", 10)
			return ids(found), err
		},
		"DealsNaming": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			for n := byte(1); n <= 3 && err == nil; n++ {
				var found []throughline.DealID
				found, err = r.DealsNaming(ctx, num[throughline.PersonID]('p', n))
				out = append(out, ids(found)...)
			}
			return out, err
		},
		"FindPeople": func(ctx context.Context, r desk.Reader) ([]byte, error) {
			found, err := r.FindPeople(ctx, "Smith", 10)
			return people(found), err
		},
		"SeesPerson": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			for n := byte(1); n <= 3 && err == nil; n++ {
				var is bool
				if is, err = r.SeesPerson(ctx, store.Person{ID: num[throughline.PersonID]('p', n), Account: num[throughline.AccountID]('a', n)}); is {
					out = append(out, n)
				}
			}
			return out, err
		},
		"SeesAccount": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			for n := byte(1); n <= 3 && err == nil; n++ {
				var is bool
				if is, err = r.SeesAccount(ctx, num[throughline.AccountID]('a', n)); is {
					out = append(out, n)
				}
			}
			return out, err
		},
		"SeesAccounts": func(ctx context.Context, r desk.Reader) (out []byte, err error) {
			of := []throughline.AccountID{num[throughline.AccountID]('a', 1), num[throughline.AccountID]('a', 2), num[throughline.AccountID]('a', 3)}
			seen, err := r.SeesAccounts(ctx, of)
			for i, id := range of {
				if seen[id] {
					out = append(out, byte(i+1))
				}
			}
			return out, err
		},
		"PrivateOf": func(ctx context.Context, r desk.Reader) ([]byte, error) { return nil, nil }, // nobody's are here; the assembly's tests ask
	}
	// Those that ask the lists, which are not made here, are asked by the assembly's
	// tests; the others give nothing of a deal that was not asked for by it.
	for _, name := range strings.Fields("Counts Query Listing ListedUntil ListedDays ListedOf Sellers Stages Imports Forecasts " +
		"Number People Accounts Foreign Merged FormSent Playbooks Settings SettingsPast Shares Uses Private") {
		asks[name] = nil
	}
	for sight, want := range map[string][]byte{"all": {1, 2, 3}, "one": {1}, "nobody": {3}, "none": nil, "all but a customer": {1, 3},
		"all but others of a customer": {1, 2, 3}, "one and a customer": {1, 3}, "one with a closed customer": {1}} {
		own := *d
		switch sight {
		case "one":
			own.Seeing = seeing(num[throughline.PersonID]('o', 1))
		case "nobody":
			own.Seeing = seeing(throughline.PersonID{})
		case "none":
			own.Seeing = seeing()
		case "all but a customer":
			own.Seeing = with(desk.Everything(), 1, nil, 2)
		case "all but others of a customer":
			own.Seeing = with(desk.Everything(), 2, nil, 2)
		case "one and a customer":
			own.Seeing = with(desk.Only([]throughline.PersonID{num[throughline.PersonID]('o', 1)}), 1, []byte{3}, 2)
		case "one with a closed customer":
			own.Seeing = with(desk.Only([]throughline.PersonID{num[throughline.PersonID]('o', 1), num[throughline.PersonID]('o', 2)}), 1, nil, 2)
		}
		for name, ask := range asks {
			if ask == nil || name == "PrivateOf" {
				continue
			}
			got, err := ask(t.Context(), own.Read())
			if slices.Sort(got); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %s gives %v, %v; want %v", sight, name, got, err, want)
			}
		}
		if n, err := own.Read().Counts(t.Context()); err != nil || n.Deals != len(want) || n.Facts != 2*len(want) {
			t.Errorf("%s: counted %+v, %v", sight, n, err)
		}
	}
	for i := range reflect.TypeFor[desk.Reader]().NumMethod() {
		if name := reflect.TypeFor[desk.Reader]().Method(i).Name; func() bool { _, is := asks[name]; return !is }() {
			t.Errorf("Reader.%s: nobody has said whether it is cut", name)
		}
	}
}

// TestSightHoldsAMoment: it is found out once for a page, and again for who goes on
// listening; where it cannot be found out nothing is seen.
func TestSightHoldsAMoment(t *testing.T) {
	now, found := began, 0
	var bad error
	see := desk.SeenFor(func() time.Time { return now }, func(context.Context) (desk.Sight, error) {
		found++
		return desk.Everything(), bad
	})
	for range 3 {
		if s, err := see(t.Context()); err != nil || !s.Whole() {
			t.Fatal(s, err)
		}
	}
	if now = now.Add(time.Second); found != 1 {
		t.Errorf("for one page it was found out %d times", found)
	}
	bad = context.Canceled
	if s, err := see(t.Context()); err == nil || s.Whole() || found != 2 {
		t.Errorf("found out %d times, and then %v, %v", found, s, err)
	}
	d := shared(t)
	d.Seeing = see
	if facts, err := d.Read().Facts(t.Context(), num[throughline.DealID]('d', 1)); err == nil || len(facts) > 0 {
		t.Errorf("%d facts, %v", len(facts), err)
	}
}

// TestACustomerIsNamedWhole: what is written of a customer is of the one whose whole name
// or id is said; where there are two of a name, or only a part is said, of none.
func TestACustomerIsNamedWhole(t *testing.T) {
	d := shared(t)
	is := func(word string, kind throughline.Kind, n byte) {
		t.Helper()
		a, err := d.AccountNamed(t.Context(), "test", word)
		if err != nil && throughline.KindOf(err) != kind || err == nil && (kind != "" || a.ID != num[throughline.AccountID]('a', n)) {
			t.Errorf("%q: %v, %v", word, a, err)
		}
	}
	is(" customer 2 ", "", 2)
	is(num[throughline.AccountID]('a', 2).String(), "", 2)
	is("Customer", throughline.NotFound, 0)
	is("Custom", throughline.NotFound, 0)
	is("", throughline.NotFound, 0)
	if _, err := d.Ledger.Append(t.Context(), place, store.Batch{Accounts: []store.Account{
		{ID: num[throughline.AccountID]('a', 3), Recorded: began.Add(time.Hour), Name: "Customer 2"}}}); err != nil {
		t.Fatal(err)
	}
	is("Customer 2", throughline.Invalid, 0)
	is(num[throughline.AccountID]('a', 3).String(), "", 3)
	own := *d
	own.Seeing = seeing(num[throughline.PersonID]('o', 2))
	d = &own
	is("Customer 2", "", 2)
	is("Customer 3", throughline.NotFound, 0)
}
