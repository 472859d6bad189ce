package listing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/storetest"
	"github.com/throughline/throughline/playbooks"
)

var start = time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)

// seat gives a desk over a ledger, whose clock is now.
func seat(t *testing.T, l store.Ledger, now *time.Time) *desk.Desk {
	t.Helper()
	book, findings := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(findings)
	}
	return &desk.Desk{Ledger: l, Workspace: throughline.DefaultWorkspace, Book: book, Now: func() time.Time { return *now }, Zone: time.UTC}
}

func write(t *testing.T, l store.Ledger, b store.Batch) {
	t.Helper()
	if _, err := l.Append(t.Context(), throughline.DefaultWorkspace, b); err != nil {
		t.Fatal(err)
	}
}

func opened(key string, title string, at time.Time) deal.Fact {
	return deal.Fact{ID: throughline.FactID(storetest.ID("f", key, at)), Deal: throughline.DealID(storetest.ID("d", key)), Happened: at, Learned: at, Recorded: start, Source: deal.Source{System: "csv"}, Body: deal.Opened{Title: title}}
}

// answers gives what the lists say to some questions.
func answers(t *testing.T, d *desk.Desk) (out []store.List) {
	t.Helper()
	day := throughline.DayOf(d.Now(), time.UTC)
	for _, order := range []store.ListOrder{store.ByRecent, store.ByAttention, store.ByQuiet, store.ByTitle} {
		l, err := d.Read().Query(t.Context(), store.Query{Order: order, Quiet: store.Quiet{AfterAct: day.Add(-30), AfterOpening: day.Add(-60)}})
		if err != nil {
			t.Fatal(err)
		}
		l.Making, l.Reached, l.Number = "", throughline.DealID{}, 0
		out = append(out, l)
	}
	return out
}

func check(t *testing.T, k *listing.Keeper) {
	t.Helper()
	if err := k.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// cut is a ledger that stops writing lists after some steps.
type cut struct {
	store.Ledger
	left, done int
}

var errCut = errors.New("the power went off")

func (c *cut) Relist(ctx context.Context, ws throughline.Workspace, from store.Listing, r store.Relisting) (store.Listing, error) {
	if c.left--; c.left < 0 {
		return store.Listing{}, errCut
	}
	c.done++
	return c.Ledger.Relist(ctx, ws, from, r)
}

// TestACutOffBuildIsFinished: wherever the making of lists is cut off, nothing is
// answered from them, and the next start goes on from there; in the end they say
// what they say where nothing was cut off.
func TestACutOffBuildIsFinished(t *testing.T) {
	now := start
	var facts []deal.Fact
	for i := range 2500 {
		facts = append(facts, opened(fmt.Sprint(i), fmt.Sprintf("Rota %d", i%700), start.AddDate(0, 0, -i%90)))
	}
	facts = append(facts, storetest.Facts(rand.New(rand.NewPCG(4, 4)), 40, 600, true)...)
	whole := seat(t, memory.New(), &now)
	write(t, whole.Ledger, store.Batch{Facts: facts})
	all := &cut{Ledger: whole.Ledger, left: 1 << 30}
	own := *whole
	own.Ledger = all
	check(t, listing.New(&own))
	want, steps := answers(t, whole), all.done
	if n := len(want[0].Deals); n < 2500 {
		t.Fatalf("%d deals are listed", n)
	}
	for at := 1; at < steps; at++ {
		d := seat(t, memory.New(), &now)
		write(t, d.Ledger, store.Batch{Facts: facts})
		first := *d
		first.Ledger = &cut{Ledger: d.Ledger, left: at}
		err := listing.New(&first).Check(t.Context())
		if !errors.Is(err, errCut) {
			t.Fatalf("cut off at step %d: %v", at, err)
		}
		l, err := d.Read().Listing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := listing.OfNow(l, d, now); ok && at < steps-1 {
			t.Errorf("cut off at step %d, the lists are of now: %+v", at, l)
		}
		rest := &cut{Ledger: d.Ledger, left: 1 << 30}
		second := *d
		second.Ledger = rest
		check(t, listing.New(&second))
		if got := answers(t, d); !reflect.DeepEqual(got, want) {
			t.Fatalf("cut off at step %d, the lists say\n%+v\nwant\n%+v", at, got[0], want[0])
		}
		if rest.done > steps-at+1 {
			t.Errorf("cut off at step %d of %d, the next start made %d more", at, steps, rest.done)
		}
	}
}

// TestWhatTimeMakesStale: a deal of a day to come is listed when that has come; lists
// of another day or by another playbook are not of now until they are made anew.
func TestWhatTimeMakesStale(t *testing.T) {
	now := start
	d := seat(t, memory.New(), &now)
	k := listing.New(d)
	write(t, d.Ledger, store.Batch{Facts: []deal.Fact{opened("1", "Rota", start.AddDate(0, 0, -3)), opened("2", "Soon", start.Add(2*time.Hour)), opened("3", "Tomorrow", start.AddDate(0, 0, 1))}})
	ofNow := func() bool {
		t.Helper()
		l, err := d.Read().Listing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, ok := listing.OfNow(l, d, now)
		return ok
	}
	listed := func() int { return len(answers(t, d)[0].Deals) }
	if ofNow() {
		t.Error("lists that nobody made are of now")
	}
	check(t, k)
	if n := listed(); n != 1 || !ofNow() {
		t.Fatalf("%d deals are listed, of now: %v", n, ofNow())
	}
	now = start.Add(2 * time.Hour)
	if check(t, k); listed() != 2 {
		t.Errorf("%d deals are listed after two hours", listed())
	}
	if now = start.AddDate(0, 0, 2); ofNow() {
		t.Error("lists of the day before yesterday are of now")
	}
	if check(t, k); listed() != 3 || !ofNow() {
		t.Errorf("%d deals are listed after two days, of now: %v", listed(), ofNow())
	}
	other := *d.Book
	other.Hash = "another"
	d.Book = &other
	if ofNow() {
		t.Error("lists by another playbook are of now")
	}
	k.Rebook([]desk.PublishedBook{{Version: store.Version{Hash: "v"}, Book: &other}})
	d.Versions = []desk.PublishedBook{{Version: store.Version{Hash: "v"}, Book: &other}}
	if check(t, k); listed() != 3 || !ofNow() {
		t.Errorf("made by the other playbook, %d deals are listed, of now: %v", listed(), ofNow())
	}
}

// TestTwoKeepersByOtherRules: each makes the lists once, and then leaves them to
// the other for a while.
func TestTwoKeepersByOtherRules(t *testing.T) {
	now := start
	l := memory.New()
	here, there := seat(t, l, &now), seat(t, l, &now)
	there.Zone = time.FixedZone("east", 3*3600)
	write(t, l, store.Batch{Facts: []deal.Fact{opened("1", "Rota", start.AddDate(0, 0, -3))}})
	one, two := listing.New(here), listing.New(there)
	form := func() string {
		s, err := here.Read().Listing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Form
	}
	check(t, one)
	check(t, two)
	if form() != listing.Form(there) {
		t.Fatal("the second keeper did not make the lists")
	}
	if check(t, one); form() != listing.Form(there) {
		t.Error("the first made them again at once")
	}
	now = now.Add(time.Hour)
	if check(t, one); form() != listing.Form(here) {
		t.Error("the first did not make them again after an hour")
	}
}

// TestAttributesFollow: what is remembered of attributes is what the deals say, after
// whatever was written, one by one or many at once, and however many attributes are asked for.
func TestAttributesFollow(t *testing.T) {
	now := start
	l := memory.New()
	d := seat(t, l, &now)
	k := listing.New(d)
	r := rand.New(rand.NewPCG(7, 7))
	var ids []throughline.DealID
	set := func(n int, step int) deal.Fact {
		key := fmt.Sprint("deal ", n)
		return deal.Fact{ID: throughline.FactID(storetest.ID("a", key, now.Add(time.Duration(step)))), Deal: throughline.DealID(storetest.ID("d", key)), Happened: now, Learned: now, Recorded: now,
			Source: deal.Source{System: "csv"}, Body: deal.Described{Attributes: map[string]string{fmt.Sprint("name", r.IntN(10)): fmt.Sprint("value", r.IntN(3))}}}
	}
	for step := range 60 {
		now = now.Add(time.Hour)
		var b store.Batch
		many := 1
		if step%20 == 19 {
			many = 300 // more than is taken in by itself
		}
		for range many {
			if n := r.IntN(4 + 10*step); n < len(ids) {
				b.Facts = append(b.Facts, set(n, len(b.Facts)))
			} else {
				f := opened(fmt.Sprint("deal ", len(ids)), "x", now)
				ids = append(ids, f.Deal)
				b.Facts = append(b.Facts, f)
			}
		}
		write(t, l, b)
		for range 3 {
			name := fmt.Sprint("name", r.IntN(10))
			got, ok, err := k.Attribute(t.Context(), d, name)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			want := map[throughline.DealID]string{}
			all, err := d.Read().SummariesOf(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range all {
				if v := s.Attributes[name].Value; v != "" {
					want[s.Deal] = v
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("step %d, %s: %v, want %v", step, name, got, want)
			}
		}
	}
}
