package storetest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// moments: whatever is written, and by whichever process, the next moment answers
// as if nothing were remembered; what one's own process writes is seen within it;
// and where nothing was written that could change an answer, the answer is given again.
func moments(t *testing.T, open Factory) {
	l := opened(t, open)
	beside := open(t, "ledger") // another process
	t.Cleanup(func() { beside.Close() })
	at := day0.UTC().Truncate(1000)
	ann, bob, far := throughline.PersonID{31}, throughline.PersonID{32}, throughline.AccountID{33}
	opened := fact("opened", 0, deal.Opened{Title: "x", Account: far})
	d := opened.Deal
	plan, token := throughline.ID{34}, throughline.ID{35}
	people := func(name string) []store.Person {
		return []store.Person{{ID: ann, Recorded: at, Name: name}, {ID: bob, Recorded: at, Name: "Bob"}}
	}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{opened}, People: people("Ann"), Accounts: []store.Account{{ID: far, Recorded: at, Name: "Far"}}})

	reads := map[string]func(ctx context.Context, l store.Ledger) (any, error){
		"facts": func(ctx context.Context, l store.Ledger) (any, error) {
			fs, err := l.Facts(ctx, ws, d)
			deal.Sort(fs)
			return fs, err
		},
		"summaries": func(ctx context.Context, l store.Ledger) (any, error) {
			return l.SummariesOf(ctx, ws, []throughline.DealID{d})
		},
		"people": func(ctx context.Context, l store.Ledger) (any, error) {
			return l.People(ctx, ws, []throughline.PersonID{ann, bob})
		},
		"merged": func(ctx context.Context, l store.Ledger) (any, error) { return l.Merged(ctx, ws) },
		"accounts": func(ctx context.Context, l store.Ledger) (any, error) {
			return l.Accounts(ctx, ws, []throughline.AccountID{far})
		},
		"foreign": func(ctx context.Context, l store.Ledger) (any, error) {
			return l.Foreign(ctx, ws, []throughline.ID{throughline.ID(d)})
		},
		"who": func(ctx context.Context, l store.Ledger) (any, error) {
			return l.Admissions(ctx, ws, "user", throughline.ID{})
		},
		"one":      func(ctx context.Context, l store.Ledger) (any, error) { return l.Admissions(ctx, ws, "token", token) },
		"settings": func(ctx context.Context, l store.Ledger) (any, error) { return l.Settings(ctx, ws) },
		"books":    func(ctx context.Context, l store.Ledger) (any, error) { return l.Playbooks(ctx, ws) },
		"shares":   func(ctx context.Context, l store.Ledger) (any, error) { return l.Shares(ctx, ws, plan) },
	}
	n := 0
	line := func(room string, subject throughline.ID) func(store.Ledger) error {
		return func(l store.Ledger) error {
			return l.Admit(context.Background(), ws, store.Admission{Room: room, Subject: subject, Kind: fmt.Sprint("k", n), At: at, Body: []byte("{}"), Tells: n%2 == 0})
		}
	}
	add := func(b func() store.Batch) func(store.Ledger) error {
		return func(l store.Ledger) error {
			_, err := l.Append(context.Background(), ws, b())
			return err
		}
	}
	writes := map[string]func(l store.Ledger) error{
		"a fact": add(func() store.Batch {
			return store.Batch{Facts: []deal.Fact{fact(fmt.Sprint("note ", n), n, deal.Noted{Text: "y"})}}
		}),
		"a person": add(func() store.Batch { return store.Batch{People: people(fmt.Sprint("Ann ", n))} }),
		"a customer": add(func() store.Batch {
			return store.Batch{Accounts: []store.Account{{ID: far, Recorded: at.AddDate(0, 0, n), Name: fmt.Sprint("Far ", n)}}}
		}),
		"a record": add(func() store.Batch {
			return store.Batch{Records: []store.Record{{System: "crm", Kind: store.DealRecord, Foreign: fmt.Sprint(n), ID: throughline.ID(d)}}}
		}),
		"told as another": add(func() store.Batch {
			one := people("Ann")[:1]
			one[0].Recorded = at.AddDate(0, 0, n)
			if n%2 == 0 {
				one[0].Same = bob
			}
			return store.Batch{People: one}
		}),
		"a user":  line("user", throughline.ID{36}),
		"a token": line("token", token),
		"a setting": func(l store.Ledger) error {
			return l.Settle(context.Background(), ws, store.Setting{Name: "timezone", Value: fmt.Sprint(n), Since: at})
		},
		"a playbook": func(l store.Ledger) error {
			_, err := l.PublishPlaybook(context.Background(), ws, store.Version{Hash: fmt.Sprint("h", n), Name: "b", Published: at, Files: []byte("zip")})
			return err
		},
		"a share": func(l store.Ledger) error {
			return l.Share(context.Background(), ws, store.Shared{Plan: plan, Kind: "made", At: at, Body: []byte("{}")})
		},
		"an erasing": func(l store.Ledger) error {
			_, err := l.ErasePerson(context.Background(), ws, bob, at)
			return err
		},
	}
	agree := func(ctx context.Context, when string) {
		t.Helper()
		for name, read := range reads {
			for range 2 { // asked, and remembered
				got, bad := read(ctx, l)
				want, err := read(context.Background(), beside)
				if bad != nil || err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s, %s\n got %v, %v\nwant %v, %v", name, when, got, bad, want, err)
				}
			}
		}
	}
	q := store.Question{Of: "all", By: "ann", Language: "en"}
	asked := func(ctx context.Context) bool {
		t.Helper()
		text, again, err := l.Answer(ctx, q, func() ([]byte, error) { return []byte(fmt.Sprint(n)), nil })
		if err != nil || again && string(text) == "" {
			t.Fatal(string(text), err)
		}
		return again
	}
	for _, name := range slices.Sorted(maps.Keys(writes)) {
		if name == "an erasing" {
			continue
		}
		for _, by := range []store.Ledger{l, beside, l} {
			n++
			ctx, end := l.Moment(context.Background(), ws)
			agree(ctx, "before "+name)
			asked(ctx)
			if !asked(ctx) {
				t.Fatalf("before %s, the same question was not answered as before", name)
			}
			if err := writes[name](by); err != nil {
				t.Fatal(name, err)
			}
			if by == l {
				agree(ctx, "within the moment, after "+name)
				if asked(ctx) {
					t.Errorf("after %s of one's own a question is answered as before", name)
				}
			}
			end()
			agree(ctx, "behind the moment, after "+name)
			next, over := l.Moment(context.Background(), ws)
			if asked(next) {
				t.Errorf("after %s a question is answered as before", name)
			}
			agree(next, "after "+name)
			if agree(l.Afresh(next), "afresh"); asked(l.Afresh(next)) {
				t.Error("afresh, an answer is remembered")
			}
			over()
		}
	}
	ctx, end := l.Moment(context.Background(), ws)
	defer end()
	if asked(ctx); !asked(ctx) {
		t.Fatal("not remembered")
	}
	// What no answer is made of leaves it as it is, whoever writes it.
	for _, by := range []store.Ledger{l, beside} {
		if err := by.Note(context.Background(), ws, []store.Deed{{At: at, Did: "deal", Outcome: store.DeedDone}}); err != nil {
			t.Fatal(err)
		}
		next, over := l.Moment(context.Background(), ws)
		if !asked(next) {
			t.Error("a line of the audit makes a question be answered anew")
		}
		over()
	}
	for name, other := range map[string]store.Question{"of": {Of: "some", By: "ann", Language: "en"}, "by": {Of: "all", By: "bob", Language: "en"},
		"language": {Of: "all", By: "ann", Language: "zh"}, "minute": {Of: "all", By: "ann", Language: "en", Minute: 1},
		"lists": {Of: "all", By: "ann", Language: "en", Listing: store.Listing{Number: 1}}, "book": {Of: "all", By: "ann", Language: "en", Book: &n}} {
		if _, again, err := l.Answer(ctx, other, func() ([]byte, error) { return nil, nil }); again || err != nil {
			t.Errorf("another question by its %s is answered as the one: %v", name, err)
		}
	}
	if err := writes["an erasing"](beside); err != nil {
		t.Fatal(err)
	}
	next, over := l.Moment(context.Background(), ws)
	defer over()
	if agree(next, "after erasing"); asked(next) {
		t.Error("after erasing a question is answered as before")
	}
}
