package intake_test

import (
	"context"
	"encoding/binary"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
)

// TestSorter: any rows, in memory or through files, come in the order of key,
// time and arrival, and none is lost.
func TestSorter(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := intake.NewSorter(t.TempDir(), 1+r.IntN(20_000))
		n := r.IntN(2000)
		for i := range n {
			key, at := string(rune('a'+r.IntN(20))), int64(r.IntN(50))-25
			body := binary.AppendVarint([]byte(key), at)
			if err := s.Add(key, at, binary.AppendVarint(body, int64(i))); err != nil {
				t.Fatal(err)
			}
		}
		var key string
		var at, arrival int64
		count := 0
		for b, err := range s.Bodies() {
			if err != nil {
				t.Fatal(err)
			}
			k := string(b[:1])
			a, w := binary.Varint(b[1:])
			v, _ := binary.Varint(b[1+w:])
			if count > 0 && (k < key || k == key && (a < at || a == at && v <= arrival)) {
				t.Fatalf("%s %d %d after %s %d %d", k, a, v, key, at, arrival)
			}
			key, at, arrival = k, a, v
			count++
		}
		s.Close()
		if count != n {
			t.Fatalf("seed %d: %d of %d rows", seed, count, n)
		}
	}
}

// said is a source that says what it was given.
type said struct{ records []intake.Record }

func (s said) Size() int64 { return 100 }
func (s said) Survey(_ context.Context, read func(int64)) (intake.Plan, error) {
	read(100)
	return intake.Plan{System: "made", Surveyed: 100, Bytes: 100, Mapping: playbook.Mapping{}}, nil
}
func (s said) Records(_ context.Context, _ *intake.Notes, read func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		for _, r := range s.records {
			if !yield(r, nil) {
				return
			}
		}
		read(100)
	}
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestWhoWasErasedStaysErased: the next export does not bring a person back.
func TestWhoWasErasedStaysErased(t *testing.T) {
	ctx, mem := context.Background(), memory.New()
	src := said{[]intake.Record{&intake.Person{Foreign: "003A", Name: "Bo Berg", Email: "bo@acme.com"}}}
	if _, err := intake.Run(ctx, src, mem, intake.Options{Workspace: 1, Now: now}); err != nil {
		t.Fatal(err)
	}
	ids, _ := mem.Resolve(ctx, 1, "made", store.PersonRecord, []string{"003A"})
	id := throughline.PersonID(ids["003A"])
	if got, _ := mem.People(ctx, 1, []throughline.PersonID{id}); got[id].Name != "Bo Berg" {
		t.Fatalf("%+v", got)
	}
	if _, err := mem.ErasePerson(ctx, 1, id, now); err != nil {
		t.Fatal(err)
	}
	if _, err := intake.Run(ctx, src, mem, intake.Options{Workspace: 1, Now: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if got, _ := mem.People(ctx, 1, []throughline.PersonID{id}); got[id].Name != "" || got[id].Email != "" {
		t.Errorf("came back: %+v", got[id])
	}
}

// TestWhoIsTwoNamesJoinsOnce: the next export says nothing anew of somebody who is told
// as somebody else.
func TestWhoIsTwoNamesJoinsOnce(t *testing.T) {
	ctx, mem := context.Background(), memory.New()
	src := said{[]intake.Record{&intake.Snapshot{Foreign: "d", Title: "x"}, &intake.Person{Foreign: "003A", Name: "Bo Berg"}, &intake.Person{Foreign: "003B", Name: "B. Berg"},
		&intake.Member{Deal: "d", Person: "003A"}, &intake.Member{Deal: "d", Person: "003B"}}}
	run := func(hours int) int {
		t.Helper()
		at := now.Add(time.Duration(hours) * time.Hour)
		if _, err := intake.Run(ctx, src, mem, intake.Options{Workspace: 1, Now: at, ExportedOn: throughline.DayOf(at, time.UTC)}); err != nil {
			t.Fatal(err)
		}
		deals, _ := mem.Resolve(ctx, 1, "made", store.DealRecord, []string{"d"})
		facts, err := mem.Facts(ctx, 1, throughline.DealID(deals["d"]))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range facts {
			if f.Body.Kind() == deal.KindPersonJoined {
				n++
			}
		}
		return n
	}
	if n := run(0); n != 2 {
		t.Fatalf("%d joined", n)
	}
	ids, _ := mem.Resolve(ctx, 1, "made", store.PersonRecord, []string{"003A", "003B"})
	a, b := throughline.PersonID(ids["003A"]), throughline.PersonID(ids["003B"])
	deals, _ := mem.Resolve(ctx, 1, "made", store.DealRecord, []string{"d"})
	d, at := throughline.DealID(deals["d"]), now.Add(time.Hour)
	if _, err := mem.Append(ctx, 1, store.Batch{People: []store.Person{{ID: b, Recorded: at, Name: "B. Berg", Same: a}},
		Facts: []deal.Fact{deal.SameFact(at, b, a, d, deal.Actor{Via: deal.ViaJob})}}); err != nil {
		t.Fatal(err)
	}
	if n := run(48); n != 2 {
		t.Errorf("after the next export %d joined", n)
	}
}

// TestNamesComeLater: an account first seen by its id takes its name when it
// comes, and keeps it when the next row has none.
func TestNamesComeLater(t *testing.T) {
	ctx, mem := context.Background(), memory.New()
	for i, party := range []intake.Party{{Foreign: "001A"}, {Foreign: "001A", Name: "Acme"}, {Foreign: "001A"}} {
		at := now.Add(time.Duration(i) * time.Hour)
		if _, err := intake.Run(ctx, said{[]intake.Record{&intake.Snapshot{Foreign: "d", Title: "x", Account: party}}}, mem, intake.Options{Workspace: 1, Now: at}); err != nil {
			t.Fatal(err)
		}
		ids, _ := mem.Resolve(ctx, 1, "made", store.AccountRecord, []string{"001A"})
		id := throughline.AccountID(ids["001A"])
		got, _ := mem.Accounts(ctx, 1, []throughline.AccountID{id})
		if want := []string{"001A", "Acme", "Acme"}[i]; got[id].Name != want {
			t.Errorf("after %d: %q, want %q", i+1, got[id].Name, want)
		}
	}
}

// TestProgressGoesForward and ends at its total.
func TestProgressGoesForward(t *testing.T) {
	var last, end int64
	_, err := intake.Run(context.Background(), said{}, memory.New(), intake.Options{Now: now, Progress: func(done, total int64) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last, end = done, total
	}})
	if err != nil || last != 200 || end != 200 {
		t.Errorf("%d of %d, %v", last, end, err)
	}
}
