package storetest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

func deed(person byte, did string) store.Deed {
	return store.Deed{At: day0.UTC(), Person: throughline.PersonID{person}, Via: "page", Did: did, About: "deal", Object: throughline.ID{person, 9},
		Detail: "manager", Outcome: store.DeedDone}
}

// deeds: lines come back as they were written, each chained to the one before;
// what is wrong with one of several leaves none; workspaces are apart; nothing
// that can be asked for is another by it; and erasing somebody changes no line.
func deeds(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	number := must[int64](t)(l.Number(ctx, ws))
	one, two, three := deed(1, "record_note"), deed(2, "sign_in"), deed(1, "export_csv")
	two.Outcome, two.About, two.Object, two.Detail = store.DeedRefused, "", throughline.ID{}, ""
	for _, some := range [][]store.Deed{{one, two}, {}, {three}} {
		if err := l.Note(ctx, ws, some); err != nil {
			t.Fatal(err)
		}
	}
	for name, bad := range map[string]func(*store.Deed){
		"nothing": func(d *store.Deed) { d.Did = "" }, "no outcome": func(d *store.Deed) { d.Outcome = "" }, "no instant": func(d *store.Deed) { d.At = time.Time{} },
		"somebody's words": func(d *store.Deed) { d.Detail = "Ann Bergmann" }, "long": func(d *store.Deed) { d.Did = strings.Repeat("a", 65) },
	} {
		d := deed(1, "record_note")
		bad(&d)
		if err := l.Note(ctx, ws, []store.Deed{deed(1, "record_note"), d}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	var before [32]byte
	want := []store.Deed{one, two, three}
	for i := range want {
		want[i].N = int64(i + 1)
		want[i] = want[i].Chained(ws, before)
		before = want[i].Hash
	}
	got := must[[]store.Deed](t)(l.Deeds(ctx, ws, store.DeedAsk{Oldest: true}))
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
	for name, c := range map[string]struct {
		ask  store.DeedAsk
		want string
	}{
		"the newest first": {store.DeedAsk{Limit: 2}, "3 2"}, "before": {store.DeedAsk{Before: 3, Limit: 1}, "2"}, "after": {store.DeedAsk{After: 1, Oldest: true}, "2 3"},
		"what was done": {store.DeedAsk{Did: "sign_in"}, "2"}, "of what": {store.DeedAsk{Object: throughline.ID{1, 9}}, "3 1"},
		"by whom": {store.DeedAsk{Person: throughline.PersonID{1}}, "3 1"}, "by another": {store.DeedAsk{Person: throughline.PersonID{7}}, ""},
	} {
		var numbers []string
		for _, d := range must[[]store.Deed](t)(l.Deeds(ctx, ws, c.ask)) {
			numbers = append(numbers, fmt.Sprint(d.N))
		}
		if got := strings.Join(numbers, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if err := l.Note(ctx, other, []store.Deed{deed(1, "record_note")}); err != nil {
		t.Fatal(err)
	}
	if got := must[[]store.Deed](t)(l.Deeds(ctx, other, store.DeedAsk{})); len(got) != 1 || got[0].N != 1 || got[0].Hash == want[0].Hash {
		t.Errorf("another workspace has %+v", got)
	}
	if n := must[int64](t)(l.Number(ctx, ws)); n != number {
		t.Errorf("what was done is told as written: %d after %d", n, number)
	}
	who := store.Person{ID: throughline.PersonID{1}, Recorded: day0, Ours: true, Name: "Ann Bergmann"}
	if _, err := l.Append(ctx, ws, store.Batch{People: []store.Person{who}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.ErasePerson(ctx, ws, who.ID, day0); err != nil {
		t.Fatal(err)
	}
	if got := must[[]store.Deed](t)(l.Deeds(ctx, ws, store.DeedAsk{Oldest: true})); !reflect.DeepEqual(got, want) {
		t.Errorf("erasing somebody changes what was done: %+v", got)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}

// deedsTogether: whoever writes at once, and while others write facts, there is
// one chain in which every line stands once.
func deedsTogether(t *testing.T, open Factory) {
	ctx := context.Background()
	const writers, each = 4, 6
	var wg sync.WaitGroup
	ledgers := []store.Ledger{opened(t, open), open(t, "ledger")}
	t.Cleanup(func() { ledgers[1].Close() })
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				d := deed(byte(w+1), fmt.Sprintf("record_%d", i))
				if err := ledgers[w%2].Note(ctx, ws, []store.Deed{d, d}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := must[[]store.Deed](t)(ledgers[0].Deeds(ctx, ws, store.DeedAsk{Oldest: true}))
	var before [32]byte
	seen := map[string]int{}
	for i, d := range got {
		if d.N != int64(i+1) || d.Chained(ws, before).Hash != d.Hash {
			t.Fatalf("line %d breaks the chain", i+1)
		}
		before = d.Hash
		seen[fmt.Sprint(d.Person, d.Did)]++
	}
	if len(got) != 2*writers*each || len(seen) != writers*each {
		t.Errorf("%d lines of %d", len(got), len(seen))
	}
}
