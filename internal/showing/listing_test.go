package showing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
	"github.com/throughline/throughline/playbooks"
)

func dayOf(word string) throughline.Day {
	d, err := throughline.ParseDay(word)
	if err != nil {
		panic(err)
	}
	return d
}

type question struct {
	operation.Operation
	in any
}

func (q question) ask(d *operation.Desk) (any, error) { return q.Run(context.Background(), d, q.in) }

// questions are what lists are asked, in every order and through every filter.
func questions(r *rand.Rand, names []string) (out []question) {
	ask := func(o operation.Operation, in any) { out = append(out, question{o, in}) }
	for _, limit := range []int{1, 7, 500} {
		ask(operation.ListAttention, &showing.AttentionInput{Limit: limit})
		ask(operation.ListAttention, &showing.AttentionInput{Limit: limit, Owner: names[r.IntN(len(names))]})
	}
	for _, n := range []int{0, 40, 300} {
		from := dayOf("2025-02-20").Add(r.IntN(40))
		ask(operation.ListCalendar, &showing.CalendarInput{From: from, To: from.Add(n)})
		ask(operation.ListCalendar, &showing.CalendarInput{From: from, To: from.Add(n), Owner: names[r.IntN(len(names))], Outcome: []string{"", "open"}[r.IntN(2)], Search: []string{"", "filiale"}[r.IntN(2)],
			Silent: r.IntN(4) == 0, Asking: r.IntN(4) == 0, Process: []string{"", "standard"}[r.IntN(2)], Narrow: showing.Narrow{Question: []string{"", "", "none", "p3"}[r.IntN(4)]}})
	}
	for _, sort := range []string{"recent", "attention", "quiet", "title", "amount", "opened", "closed", "close-date", "question"} {
		ask(operation.ListDeals, &showing.DealsInput{Sort: sort, Limit: 500})
		ask(operation.ListDeals, &showing.DealsInput{Sort: sort, Limit: 500, Reverse: true, Sums: true})
		narrow := []showing.Narrow{
			{Class: "complex"}, {Class: "unclassified", Currency: "EUR"}, {Question: "none"}, {Question: fmt.Sprintf("p%d", 1+r.IntN(9))},
			{DueFrom: dayOf("2025-02-01")}, {DueTo: dayOf("2025-06-30")}, {DueFrom: dayOf("2024-12-01"), DueTo: dayOf("2025-12-31")},
			{Least: "1"}, {Most: "100 EUR"}, {Least: "2", Most: "500"},
		}
		for _, n := range narrow {
			ask(operation.ListDeals, &showing.DealsInput{Narrow: n, Sort: sort, Limit: 1 + r.IntN(30), Reverse: r.IntN(2) == 0, Sums: r.IntN(2) == 0, Outcome: []string{"", "open"}[r.IntN(2)],
				Owner: names[r.IntN(len(names))], Search: []string{"", "", "filiale"}[r.IntN(3)], Silent: r.IntN(5) == 0})
		}
		ask(operation.ListDeals, &showing.DealsInput{Sort: sort, Limit: 1 + r.IntN(9), Offset: r.IntN(20), Silent: r.IntN(3) == 0, Asking: r.IntN(3) == 0, Owner: names[r.IntN(len(names))],
			Outcome: []string{"", "open", "won", "postponed"}[r.IntN(4)], Stage: []string{"", "demo", "process/p/stage/x"}[r.IntN(3)], Process: []string{"", "", "standard", "process/again", "practised"}[r.IntN(5)],
			Search: []string{"", "filiale", "RENAMED", "新", "acme", "older name", "rec-1", "a \"b\""}[r.IntN(8)]})
	}
	return out
}

// unlisted is a ledger whose lists nobody keeps, so that whoever asks reads all summaries.
type unlisted struct{ store.Ledger }

func (u unlisted) Listing(context.Context, throughline.Workspace) (store.Listing, error) {
	return store.Listing{}, nil
}

// sameAnswers compares what the lists say with what all summaries say.
func sameAnswers(t *testing.T, d *operation.Desk, b *listing.Keeper, r *rand.Rand, names []string, when string) {
	t.Helper()
	exact, quick := *d, *d
	exact.Lists, exact.Usual, exact.Ledger = nil, nil, unlisted{exact.Ledger}
	quick.Lists = b
	for _, q := range questions(r, names) {
		want, err := q.ask(&exact)
		if err != nil {
			t.Fatal(err)
		}
		got, err := q.ask(&quick)
		if err != nil {
			t.Fatal(err)
		}
		want, after := uncut(want)
		got, next := uncut(got)
		if in, is := q.in.(*showing.DealsInput); is && (after == "") == (next == "") && after != "" {
			onwards(t, &exact, &quick, *in, after, next)
		}
		x, _ := json.Marshal(want)
		y, _ := json.Marshal(got)
		if string(x) != string(y) {
			at := 0
			for at < min(len(x), len(y)) && x[at] == y[at] {
				at++
			}
			t.Fatalf("%s, %s %+v: the summaries say\n…%.500s\nthe lists say\n…%.500s", when, q.Name(), q.in, x[max(0, at-200):], y[max(0, at-200):])
		}
	}
}

// uncut takes the mark of the next page out of an answer: the two ways of
// answering spell it in their own way. That there is one stays.
func uncut(answer any) (any, string) {
	switch l := answer.(type) {
	case showing.DealList:
		next := l.Next
		if next != "" {
			l.Next = "there"
		}
		return l, next
	case showing.Attention:
		if l.Next != "" {
			l.Next = "there"
		}
		return l, ""
	}
	return answer, ""
}

// onwards asks for the next page of both, by the mark that either gave.
func onwards(t *testing.T, exact, quick *operation.Desk, in showing.DealsInput, marks ...string) {
	t.Helper()
	in.Offset = 0
	var first []byte
	for _, d := range []*operation.Desk{exact, quick} {
		for _, in.Cursor = range marks {
			answer, err := question{operation.ListDeals, &in}.ask(d)
			if err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
			answer, _ = uncut(answer)
			if said, _ := json.Marshal(answer); first == nil {
				first = said
			} else if string(first) != string(said) {
				t.Fatalf("%+v: the next page is\n%s\nor\n%s", in, first, said)
			}
		}
	}
}

// TestListsSayWhatSummariesSay: after any writes, of this process or another,
// corrections and facts of days to come among them, and as time goes on.
func TestListsSayWhatSummariesSay(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			now := time.Date(2025, 3, 12, 9, 0, 0, 0, time.UTC)
			d := seat.Desk(t, &now)
			if seed%2 == 1 { // norms that rest on few observations move often
				d.Book.Silence.Enough = 3
			}
			if seed%3 == 0 { // several processes, by rules
				d.Book = seat.TwoProcesses(t)
				d.Book.Silence.Enough = 3
			}
			elsewhere := d.Ledger
			b := listing.New(&d.Desk)
			d.Ledger = b.Ledger()
			if err := b.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			person := func(i int) throughline.PersonID { return throughline.PersonID(storetest.ID("person", i)) }
			names := []string{"", "maria", "KO", person(2).String(), "nobody"}
			for step := range 40 {
				batch := store.Batch{Facts: storetest.Facts(r, 25, 1+r.IntN(12), true)}
				if step == 0 {
					batch.Facts = storetest.Facts(r, 25, 300, true)
				}
				switch r.IntN(5) {
				case 0:
					batch.People = []store.Person{{ID: person(r.IntN(5)), Recorded: now, Ours: true, Name: []string{"Maria Lenz", "Kofi Brandvold", "Ines"}[r.IntN(3)]}}
				case 1:
					batch.Accounts = []store.Account{{ID: throughline.AccountID(person(r.IntN(5))), Recorded: now, Name: []string{"Acme Tools", "Older Name", "Neue Werke"}[r.IntN(3)]}}
				case 2:
					batch.Records = []store.Record{{System: "sf", Kind: store.DealRecord, Foreign: fmt.Sprintf("rec-%d", r.IntN(30)), ID: storetest.ID("deal", r.IntN(25))}}
				case 3:
					batch.Facts = nil
					batch.Accounts = []store.Account{{ID: throughline.AccountID(person(r.IntN(5))), Recorded: now, Name: fmt.Sprintf("Acme %d", step)}}
				}
				ledger := d.Ledger
				if r.IntN(3) == 0 {
					ledger = elsewhere
				}
				if _, err := ledger.Append(t.Context(), d.Workspace, batch); err != nil {
					t.Fatal(err)
				}
				if settled, is := map[int]store.Setting{10: {Name: "currency", Value: "CHF"}, 20: {Name: "rate.EUR", Value: "0.5 CHF 2025-03-01"}}[step]; is {
					settled.Since = now
					if err := d.Ledger.Settle(t.Context(), d.Workspace, settled); err != nil {
						t.Fatal(err)
					}
				}
				moved := r.IntN(4) == 0
				if moved {
					now = now.Add(time.Duration(r.IntN(30*24)) * time.Hour)
				}
				if ledger == elsewhere || moved {
					for range 6 { // an import that goes on is followed a fifth of the time
						asking := *d
						asking.Lists = b
						_ = seat.Run[showing.Attention](t, &asking, operation.ListAttention, &showing.AttentionInput{Limit: 1}) // so that the order is kept
						now = now.Add(time.Minute + time.Second)
						if err := b.Check(t.Context()); err != nil {
							t.Fatal(err)
						}
					}
				}
				sameAnswers(t, d, b, r, names, fmt.Sprintf("step %d", step))
			}
		})
	}
}

// TestListsWhileManyWrite: readers and writers at once, here and elsewhere; in
// the end the board says what the ledger says.
func TestListsWhileManyWrite(t *testing.T) {
	now := time.Date(2025, 5, 12, 9, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "board.db")
	open := func() *sqlite.Ledger {
		l, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	book, _ := compile.Playbook(playbooks.Starter())
	d := &operation.Desk{Holds: operation.MayAdmin}
	d.Ledger, d.Workspace, d.Book, d.Now = open(), throughline.DefaultWorkspace, book, func() time.Time { return now }
	d.Language = "en"
	elsewhere := open()
	b := listing.New(&d.Desk)
	d.Ledger = b.Ledger()
	d.Lists = b
	ctx, stop := context.WithCancel(t.Context())
	var keeping, writing, reading sync.WaitGroup
	keeping.Go(func() { b.Keep(ctx) })
	for i := range 4 {
		writing.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 9))
			ledger := d.Ledger
			if i == 3 {
				ledger = elsewhere
			}
			for range 25 {
				if _, err := ledger.Append(t.Context(), d.Workspace, store.Batch{Facts: storetest.Facts(r, 40, 1+r.IntN(8), true)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	for i := range 3 {
		reading.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 11))
			for {
				select {
				case <-done:
					return
				default:
				}
				for _, q := range questions(r, []string{""}) {
					if _, err := q.ask(d); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	stop()
	keeping.Wait()
	now = now.Add(time.Hour)
	if err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameAnswers(t, d, b, rand.New(rand.NewPCG(1, 1)), []string{""}, "after all")
}

// TestListsOfAProcess: deals are listed and counted by the process they follow;
// a word that is none of ours is told, with the nearest.
func TestListsOfAProcess(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Book = seat.TwoProcesses(t)
	d.Lists = listing.New(&d.Desk)
	d.Ledger = d.Lists.Ledger()
	if err := d.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, purchase := range []string{"order", "first", "order", ""} {
		knows := map[string]string{}
		if purchase != "" {
			knows["purchase"] = purchase
		}
		seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: fmt.Sprint("Deal ", i), Account: "Montrevel", Knows: knows})
	}
	now = now.Add(time.Minute)
	exact := *d
	exact.Lists, exact.Ledger = nil, unlisted{d.Ledger}
	for process, want := range map[string]int{"again": 2, "process/again": 2, "standard": 2, "practised": 0, "": 4} {
		for how, desk := range map[string]*operation.Desk{"lists": d, "summaries": &exact} {
			l := seat.Run[showing.DealList](t, desk, operation.ListDeals, &showing.DealsInput{Process: process, Outcome: "open", Limit: 10})
			if l.Matched != want || len(l.Rows) != want || l.Deals != 4 || len(l.Found) > 0 {
				t.Errorf("%s: %d deals follow %q, %d shown, %d in all, %v; want %d", how, l.Matched, process, len(l.Rows), l.Deals, l.Found, want)
			}
		}
	}
	l := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Process: "agian", Limit: 10})
	if len(l.Found) != 1 || l.Found[0].Nearest != "process/again" {
		t.Errorf("an unknown process is told as %+v", l.Found)
	}
}

// TestListsFind: what is written here is found at once, by every name it has.
func TestListsFind(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Lists = listing.New(&d.Desk)
	d.Ledger = d.Lists.Ledger()
	if err := d.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	fact := func(key, title string, acc string) deal.Fact {
		at := seat.Today.AddDate(0, 0, -3)
		return deal.Fact{ID: throughline.FactID(storetest.ID("f", key)), Deal: throughline.DealID(storetest.ID("d", key)), Happened: at, Learned: at, Recorded: at,
			Source: deal.Source{System: "csv"}, Body: deal.Opened{Title: title, Account: throughline.AccountID(storetest.ID("a", acc))}}
	}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{fact("1", "Rota in one place", "n"), fact("2", "One place for the rota", "s")},
		Accounts: []store.Account{{ID: throughline.AccountID(storetest.ID("a", "n")), Recorded: seat.Today, Name: "Northfield Hospitals"}},
		Records:  []store.Record{{System: "csv", Kind: store.DealRecord, Foreign: "A-17", ID: storetest.ID("d", "2")}}})
	for words, want := range map[string]int{"rota": 2, "rota in": 1, "NORTH": 1, "A-17": 1, "a-17": 0, "": 0, "nothing": 0, storetest.ID("d", "1").String(): 1} {
		if got := seat.Run[showing.FoundDeals](t, d, operation.FindDeals, &showing.FindInput{Words: words, Limit: 8}); len(got.Rows) != want {
			t.Errorf("%q finds %d deals, want %d", words, len(got.Rows), want)
		}
	}
	if got := seat.Run[showing.FoundDeals](t, d, operation.FindDeals, &showing.FindInput{Words: "rota", Limit: 8}); got.Rows[0].Title != "Rota in one place" || got.Rows[0].Account != "Northfield Hospitals" {
		t.Errorf("first comes %+v", got.Rows[0])
	}
}
