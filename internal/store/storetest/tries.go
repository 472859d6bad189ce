package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// tries: so many at once, then one each while, for all who ask together; what the
// first of several refuses costs the others nothing; forgiven is as new; what has all
// its tries back is dropped.
func tries(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	named := func(name string, burst int) store.Try {
		return store.Try{Name: id(name), Burst: burst, Each: time.Minute}
	}
	wants := func(seconds int, want time.Duration, all ...store.Try) {
		t.Helper()
		if got := must[time.Duration](t)(l.Try(ctx, ws, at.Add(time.Duration(seconds)*time.Second), all...)); got != want {
			t.Errorf("after %d seconds one waits %v, want %v", seconds, got, want)
		}
	}
	before := must[int64](t)(l.Number(ctx, ws))
	a := named("a", 3)
	wants(0, 0, a)
	wants(0, 0, a)
	wants(0, 0, a)
	wants(0, time.Minute, a)
	wants(0, 0, named("b", 3))
	wants(30, 30*time.Second, a)
	wants(60, 0, a)
	wants(60, time.Minute, a)
	if wait := must[time.Duration](t)(l.Try(ctx, other, at, a)); wait != 0 {
		t.Errorf("another workspace waits %v", wait)
	}
	if err := l.Forgive(ctx, ws, a.Name); err != nil {
		t.Fatal(err)
	}
	if err := l.Forgive(ctx, ws, id("nobody")); err != nil {
		t.Fatal(err)
	}
	wants(60, 0, a)
	wants(3600, 0, a)
	wants(3600, 0, a)
	wants(3600, 0, a)
	wants(3600, time.Minute, a) // no more than all come back

	place, one := named("place", 1), named("one", 1)
	wants(3600, 0, place, named("c", 1))
	wants(3600, time.Minute, place, one)
	wants(3600, 0, one)
	wide := named("wide", 2)
	wants(3600, time.Minute, wide, one)
	wants(3600, 0, wide)
	wants(3600, time.Minute, wide)
	for _, bad := range []store.Try{{}, {Name: id("x"), Burst: 1}, {Name: id("x"), Each: 1}, {Burst: 1, Each: 1}} {
		_, err := l.Try(ctx, ws, at, bad)
		kind(t, err, throughline.Invalid)
	}
	var wg sync.WaitGroup
	var in atomic.Int64
	for range 8 { // the same instant
		wg.Go(func() {
			wait, err := l.Try(ctx, ws, at.Add(time.Hour), named("many", 3))
			if err != nil {
				t.Error(err)
			}
			if wait == 0 {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	if in.Load() != 3 {
		t.Errorf("%d of eight tried at once", in.Load())
	}
	rows := must[store.Checked](t)(l.Check(ctx)).Rows
	wants(24*3600, 0, a)
	if now := must[store.Checked](t)(l.Check(ctx)).Rows; now >= rows {
		t.Errorf("%d rows became %d when all were as new", rows, now)
	}
	if after := must[int64](t)(l.Number(ctx, ws)); after != before {
		t.Errorf("number %d became %d", before, after)
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}

// amid: a line that rests on how many its room has, and what goes with it, is written
// where it has them; who follows is told of what tells.
func amid(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	at := day0.UTC().Truncate(1000)
	line := func(subject byte, lines int) *store.Admission {
		return &store.Admission{Room: "user", Subject: throughline.ID{subject}, Kind: "added", At: at, Body: []byte("{}"), First: lines == 0, Lines: lines}
	}
	who := func(n byte) []store.Person {
		return []store.Person{{ID: throughline.PersonID{n}, Recorded: at, Ours: true, Name: "Bo Lind"}}
	}
	add := func(n byte, lines int) error {
		_, err := l.Append(ctx, ws, store.Batch{People: who(n), Register: line(n, lines)})
		return err
	}
	if err := add(1, 0); err != nil {
		t.Fatal(err)
	}
	for _, lines := range []int{0, 2} {
		kind(t, add(2, lines), throughline.Conflict)
	}
	if err := add(2, 1); err != nil {
		t.Fatal(err)
	}
	kind(t, add(3, 1), throughline.Conflict)
	_, err := l.Append(ctx, ws, store.Batch{People: who(3), Register: &store.Admission{Room: "user"}})
	kind(t, err, throughline.Invalid)
	if found := must[[]store.Person](t)(l.FindPeople(ctx, ws, "Bo Lind", 9)); len(found) != 2 {
		t.Errorf("there are %d people", len(found))
	}
	if lines := must[[]store.Admission](t)(l.Admissions(ctx, ws, "user", throughline.ID{})); len(lines) != 2 {
		t.Errorf("%d lines", len(lines))
	}
	var wg sync.WaitGroup
	var in atomic.Int64
	for n := range 6 {
		wg.Go(func() {
			if add(byte(10+n), 2) == nil {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 {
		t.Errorf("of six at once %d were added", in.Load())
	}
	before := must[int64](t)(l.Number(ctx, ws))
	quiet, loud := *line(1, 3), *line(1, 4)
	loud.Tells = true
	for _, e := range []store.Admission{quiet, loud} {
		if err := l.Admit(ctx, ws, e); err != nil {
			t.Fatal(err)
		}
	}
	if got := sinceOf(t, l, ws, before); len(got) != 1 || !got[0].Register || got[0].Number != before+1 {
		t.Errorf("told is %+v", got)
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}
