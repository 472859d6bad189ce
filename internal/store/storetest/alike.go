package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Alike does the same random things to two stores and compares every answer.
func Alike(t *testing.T, one, two Factory) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 20))
			a, b := one(t, "alike"), two(t, "alike")
			defer a.Close()
			defer b.Close()
			facts := Facts(r, 12, 500, seed%2 == 0)
			for step := range 60 {
				do := something(r, &facts, step)
				x, errA := do(a)
				y, errB := do(b)
				if throughline.KindOf(errA) != throughline.KindOf(errB) || !reflect.DeepEqual(x, y) {
					t.Fatalf("step %d: one gives %+v, %v; the other %+v, %v", step, x, errA, y, errB)
				}
				if step%6 == 5 {
					alike(t, a, b, r, fmt.Sprint("after step ", step))
				}
			}
		})
	}
}

// Same compares every answer of two stores, as Alike does.
func Same(t *testing.T, a, b store.Ledger) {
	t.Helper()
	r := rand.New(rand.NewPCG(21, 20))
	for range 4 {
		alike(t, a, b, r, "at the end")
	}
}

// something makes a random deed, which can be done to several stores.
func something(r *rand.Rand, facts *[]deal.Fact, step int) func(store.Ledger) (any, error) {
	ctx := context.Background()
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	w := ws
	if r.IntN(6) == 0 {
		w = other
	}
	at := day0.AddDate(0, 0, r.IntN(9))
	person := throughline.PersonID(id("person", r.IntN(5)))
	names := []string{"Ann Doe", "Ärger & Söhne", "北方医院", "100% sure_thing", "ann   DOE", "x"}
	switch r.IntN(14) {
	case 0:
		return func(l store.Ledger) (any, error) { return l.ErasePerson(ctx, w, person, at) }
	case 1:
		f := store.Shown{
			ID:   id("said", step),
			Kind: pick("run", "backtest"),
			At:   at,
			AsOf: throughline.DayOf(at, time.UTC),
			Hash: pick("a", "b"),
			Body: []byte(pick("{}", "")),
		}
		return func(l store.Ledger) (any, error) { return l.AppendForecast(ctx, w, f) }
	case 2:
		v := store.Version{Hash: pick("a", "b", ""), Name: "Book", Published: at, Files: []byte(pick("zip", ""))}
		return func(l store.Ledger) (any, error) { return l.PublishPlaybook(ctx, w, v) }
	case 3:
		s := store.Setting{Name: pick("timezone", "other", ""), Value: pick("", "x", "y"), Since: at}
		return func(l store.Ledger) (any, error) { return nil, l.Settle(ctx, w, s) }
	case 5:
		s := store.Shared{Plan: throughline.ID{byte(r.IntN(3))}, Kind: pick("link", "opened", ""), At: at, Body: []byte(pick("{}", ""))}
		return func(l store.Ledger) (any, error) { return nil, l.Share(ctx, w, s) }
	case 4:
		d := store.Draft{
			ID:       throughline.ID{byte(r.IntN(3))},
			Revision: r.IntN(4),
			Name:     "Book",
			Written:  at,
			Did:      pick("began", ""),
			Gone:     r.IntN(3) == 0,
			Files:    []byte(pick("zip", "")),
		}
		return func(l store.Ledger) (any, error) { return nil, l.ReviseDraft(ctx, w, d) }
	}
	var b store.Batch
	if n := min(r.IntN(40), len(*facts)); n > 0 {
		b.Facts = slices.Clone((*facts)[:n])
		if r.IntN(3) > 0 { // else they come again
			*facts = (*facts)[n:]
		}
	}
	for range r.IntN(3) {
		b.People = append(
			b.People,
			store.Person{
				ID:       throughline.PersonID(id("person", r.IntN(5))),
				Recorded: day0.AddDate(0, 0, r.IntN(9)),
				Ours:     r.IntN(2) == 0,
				Name:     pick(names...),
				Title:    pick("CFO", ""),
			},
		)
		b.Accounts = append(
			b.Accounts,
			store.Account{
				ID:         throughline.AccountID(id("person", r.IntN(5))),
				Recorded:   day0.AddDate(0, 0, r.IntN(9)),
				Name:       pick(names...),
				Attributes: map[string]string{"k": pick("", "v")},
			},
		)
		b.Records = append(
			b.Records,
			store.Record{System: pick("sf", "hs"), Kind: store.DealRecord, Foreign: pick("006a", "006b", "7"), ID: id("deal", r.IntN(12))},
			store.Record{System: "sf", Kind: store.PersonRecord, Foreign: pick(names...), ID: throughline.ID(person)},
		)
	}
	if r.IntN(4) == 0 {
		b.Import = &store.Import{ID: id("import", r.IntN(3)), System: "csv", Started: at, Rows: step, Files: []string{"a.csv"}}
	}
	if r.IntN(5) == 0 {
		b.Form = &store.Form{Token: id("token", r.IntN(4)), Digest: sha256.Sum256([]byte(pick("a", "b")))}
	}
	if r.IntN(15) == 0 {
		b.Records = append(b.Records, store.Record{System: "sf"}) // which is refused
	}
	return func(l store.Ledger) (any, error) { return l.Append(ctx, w, b) }
}

// alike compares every answer of two stores.
func alike(t *testing.T, a, b store.Ledger, r *rand.Rand, when string) {
	t.Helper()
	ctx := context.Background()
	var deals []throughline.DealID
	var keys []throughline.ID
	var people []throughline.PersonID
	for i := range 12 {
		deals, keys = append(deals, throughline.DealID(id("deal", i))), append(keys, id("deal", i), id("person", i))
		people = append(people, throughline.PersonID(id("person", i)))
	}
	words := []string{"a", "north", "新的", "renamed", "006", "doe", "%", "_", "e f", id("deal", 3).String()[:13], "ä"}[r.IntN(11)]
	limit := 1 + r.IntN(20)
	for _, w := range []throughline.Workspace{ws, other} {
		for name, ask := range map[string]func(l store.Ledger) (any, error){
			"counts":    func(l store.Ledger) (any, error) { return l.Counts(ctx, w) },
			"number":    func(l store.Ledger) (any, error) { return l.Number(ctx, w) },
			"since":     func(l store.Ledger) (any, error) { return sinceOf(t, l, w, int64(limit)), nil },
			"added":     func(l store.Ledger) (any, error) { return l.Added(ctx, w, int64(limit)) },
			"facts":     func(l store.Ledger) (any, error) { return l.Facts(ctx, w, deals[limit%12]) },
			"summaries": func(l store.Ledger) (any, error) { return summaries(t, l, w), nil },
			"some":      func(l store.Ledger) (any, error) { return l.SummariesOf(ctx, w, deals) },
			"people":    func(l store.Ledger) (any, error) { return l.People(ctx, w, people) },
			"accounts": func(l store.Ledger) (any, error) {
				return l.Accounts(ctx, w, []throughline.AccountID{throughline.AccountID(people[0]), throughline.AccountID(people[1])})
			},
			"resolve": func(l store.Ledger) (any, error) {
				return l.Resolve(ctx, w, "sf", store.PersonRecord, []string{"Ann Doe", "x"})
			},
			"foreign": func(l store.Ledger) (any, error) { return l.Foreign(ctx, w, keys) },
			"imports": func(l store.Ledger) (any, error) { return l.Imports(ctx, w) },
			"forecasts": func(l store.Ledger) (any, error) {
				return l.Forecasts(ctx, w, store.ShownQuery{Kind: []string{"", "run"}[limit%2], Limit: limit % 4, Until: day0.AddDate(0, 0, limit)})
			},
			"playbooks":   func(l store.Ledger) (any, error) { return l.Playbooks(ctx, w) },
			"settings":    func(l store.Ledger) (any, error) { return l.Settings(ctx, w) },
			"drafts":      func(l store.Ledger) (any, error) { return l.Drafts(ctx, w) },
			"draft":       func(l store.Ledger) (any, error) { return l.DraftHistory(ctx, w, throughline.ID{byte(limit % 3)}) },
			"shared":      func(l store.Ledger) (any, error) { return l.Shares(ctx, w, throughline.ID{byte(limit % 3)}) },
			"entries":     func(l store.Ledger) (any, error) { return l.Admissions(ctx, w, "user", throughline.ID{}) },
			"find":        func(l store.Ledger) (any, error) { return l.FindDeals(ctx, w, words, limit) },
			"find people": func(l store.Ledger) (any, error) { return l.FindPeople(ctx, w, words, limit) },
			"faults":      func(l store.Ledger) (any, error) { return faultsOf(t, l), nil },
		} {
			x, errA := ask(a)
			y, errB := ask(b)
			if errA != nil || errB != nil || !reflect.DeepEqual(x, y) {
				t.Fatalf("%s, %s (%q, %d) of workspace %d\n one %+v, %v\nthe other %+v, %v", when, name, words, limit, w, x, errA, y, errB)
			}
		}
	}
}
