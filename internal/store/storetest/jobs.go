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

// jobs: one of a kind and a topic waits or runs, one of a kind and a period is
// ever there, one holder does it, what fails is tried again later and not more
// often than it may be, what nobody is heard of is taken over and its holder
// refused, what is handed back counts as not tried, workspaces are apart.
func jobs(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	minute := func(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	new := func(name, kind, topic, once string) store.Job {
		return store.Job{ID: id(name), Kind: kind, Topic: topic, Once: once, Asked: at, Most: 3, Input: []byte("{}"), By: throughline.PersonID(id("asker"))}
	}
	ask := func(w throughline.Workspace, j store.Job) (store.Job, bool) {
		t.Helper()
		kept, added, err := l.AskJob(ctx, w, j, at.AddDate(0, 0, -90))
		if err != nil {
			t.Fatal(err)
		}
		return kept, added
	}
	take := func(who string, n int, kinds ...string) (store.Job, bool) {
		t.Helper()
		j, ok, err := l.TakeJob(ctx, ws, store.Taking{Kinds: kinds, Holder: id(who), At: minute(n), Stale: minute(n - 1), Back: func(_ string, tries int) time.Duration { return time.Duration(tries) * 10 * time.Minute }})
		if err != nil {
			t.Fatal(err)
		}
		return j, ok
	}
	state := func(name string) store.Job {
		t.Helper()
		for _, j := range must[[]store.Job](t)(l.Jobs(ctx, ws, store.JobAsk{})) {
			if j.ID == id(name) {
				return j
			}
		}
		t.Fatalf("there is no job %s", name)
		return store.Job{}
	}
	end := func(j store.Job, e store.JobEnd) {
		t.Helper()
		if err := l.EndJob(ctx, ws, j.ID, j.Holder, e); err != nil {
			t.Fatal(err)
		}
	}
	before := must[int64](t)(l.Number(ctx, ws))

	// Unique.
	if j, added := ask(ws, new("a", "copy", "", "monday")); !added || j.State != store.JobWaiting || !j.Due.Equal(at) {
		t.Errorf("the first: %+v, %v", j, added)
	}
	if j, added := ask(ws, new("b", "copy", "", "")); added || j.ID != id("a") {
		t.Errorf("a second while one waits: %+v, %v", j, added)
	}
	if _, added := ask(ws, new("c", "copy", "elsewhere", "")); !added {
		t.Error("of another topic none is added")
	}
	if _, added := ask(other, new("a", "copy", "", "monday")); !added {
		t.Error("another workspace is told of it")
	}
	// Nobody takes what is not theirs or not due.
	if _, ok := take("p", 0, "other"); ok {
		t.Error("a job of another kind was taken")
	}
	j, ok := take("p", 0, "copy")
	if !ok || j.ID != id("a") && j.ID != id("c") || j.State != store.JobRunning || j.Tries != 1 || string(j.Input) != "{}" || j.By != throughline.PersonID(id("asker")) {
		t.Fatalf("%+v, %v", j, ok)
	}
	k, ok := take("q", 0, "copy")
	if !ok || k.ID == j.ID {
		t.Fatalf("the second is %+v, %v", k, ok)
	}
	if _, ok := take("r", 0, "copy"); ok {
		t.Error("what runs is taken once more")
	}
	if j.ID != id("a") {
		j, k = k, j
	}
	// How far it is, and that it failed; it is tried again later.
	if err := l.BeatJob(ctx, ws, j.ID, j.Holder, minute(1), 3, 10, "copying"); err != nil {
		t.Fatal(err)
	}
	kind(t, l.BeatJob(ctx, ws, j.ID, k.Holder, minute(1), 3, 10, "copying"), throughline.Conflict)
	if s := state("a"); s.Done != 3 || s.Total != 10 || s.Doing != "copying" || !s.Beat.Equal(minute(1)) {
		t.Errorf("%+v", s)
	}
	end(j, store.JobEnd{At: minute(1), Why: "unavailable", Said: "the disk is full", Again: minute(5)})
	end(k, store.JobEnd{At: minute(1), Answer: "there"})
	kind(t, l.EndJob(ctx, ws, j.ID, j.Holder, store.JobEnd{At: minute(1)}), throughline.Conflict)
	if s := state("a"); s.State != store.JobWaiting || s.Why != "unavailable" || s.Said != "the disk is full" {
		t.Errorf("%+v", s)
	}
	if s := state("c"); s.State != store.JobDone || s.Answer != "there" || !s.Ended.Equal(minute(1)) {
		t.Errorf("%+v", s)
	}
	if _, ok := take("p", 4, "copy"); ok {
		t.Error("it is tried again too early")
	}
	// Handed back: that try does not count.
	j, _ = take("p", 5, "copy")
	end(j, store.JobEnd{At: minute(5), Handed: true})
	if j, ok = take("q", 5, "copy"); !ok || j.Tries != 2 {
		t.Fatalf("after it was handed back: %+v, %v", j, ok)
	}
	// Nobody is heard of it: it waits again, and who had it is told.
	if _, ok := take("r", 6, "copy"); ok {
		t.Error("taken over too early")
	}
	if _, ok := take("r", 7, "copy"); ok || state("a").State != store.JobWaiting || state("a").Why != store.JobLost {
		t.Errorf("lost: %+v", state("a"))
	}
	kind(t, l.EndJob(ctx, ws, j.ID, j.Holder, store.JobEnd{At: minute(7)}), throughline.Conflict)
	if j, ok = take("r", 25, "copy"); !ok || j.Tries != 3 {
		t.Fatalf("after it was lost: %+v, %v", j, ok)
	}
	if _, ok := take("s", 60, "copy"); ok || state("a").State != store.JobFailed {
		t.Errorf("lost as often as it may be tried: %+v", state("a"))
	}
	// A person has it tried again, and gives it up.
	if _, added := ask(ws, new("d", "copy", "", "monday")); added {
		t.Error("there is another one of a period")
	}
	turned := must[store.Job](t)(l.TurnJob(ctx, ws, id("a"), store.JobWaiting, throughline.PersonID{}, minute(61)))
	if turned.State != store.JobWaiting || turned.Tries != 0 {
		t.Errorf("%+v", turned)
	}
	_, err := l.TurnJob(ctx, ws, id("a"), store.JobWaiting, throughline.PersonID{}, minute(61))
	kind(t, err, throughline.Conflict)
	_, err = l.TurnJob(ctx, ws, id("nothing"), store.JobWaiting, throughline.PersonID{}, minute(61))
	kind(t, err, throughline.NotFound)
	j, _ = take("t", 62, "copy")
	must[store.Job](t)(l.TurnJob(ctx, ws, id("a"), store.JobGivenUp, throughline.PersonID{}, minute(63)))
	kind(t, l.BeatJob(ctx, ws, j.ID, j.Holder, minute(63), 1, 1, ""), throughline.Conflict)
	if pending := must[[]store.Job](t)(l.Jobs(ctx, ws, store.JobAsk{Pending: true})); len(pending) > 0 {
		t.Errorf("there wait %+v", pending)
	}
	if _, added := ask(ws, new("e", "copy", "", "")); !added {
		t.Error("after all have ended none is added")
	}
	must[store.Job](t)(l.TurnJob(ctx, ws, id("e"), store.JobGivenUp, throughline.PersonID{}, minute(63)))
	_, err = l.TurnJob(ctx, ws, id("e"), store.JobGivenUp, throughline.PersonID{}, minute(63))
	kind(t, err, throughline.Conflict)

	// What is old is dropped, but for the last that was done.
	f := new("f", "copy", "", "tuesday")
	f.Asked = at.AddDate(1, 0, 0)
	if _, _, err := l.AskJob(ctx, ws, f, at.AddDate(0, 6, 0)); err != nil {
		t.Fatal(err)
	}
	if all := must[[]store.Job](t)(l.Jobs(ctx, ws, store.JobAsk{Kinds: []string{"copy"}})); len(all) != 2 || all[0].ID != id("f") || all[1].ID != id("c") {
		t.Errorf("there are %+v", all)
	}
	for _, bad := range []store.Job{{}, {ID: id("x"), Kind: "copy", Asked: at}, {ID: id("x"), Asked: at, Most: 1}} {
		_, _, err := l.AskJob(ctx, ws, bad, at)
		kind(t, err, throughline.Invalid)
	}
	if after := must[int64](t)(l.Number(ctx, ws)); after != before {
		t.Errorf("number %d became %d", before, after)
	}
	who := throughline.PersonID(id("erased"))
	appendAll(t, l, store.Batch{People: []store.Person{{ID: who, Recorded: at, Name: "Grizelda Quartermain"}}})
	must[int](t)(l.ErasePerson(ctx, ws, who, at))
	if s := state("c"); s.Answer != "" || len(s.Input) > 0 || s.State != store.JobDone {
		t.Errorf("after somebody was erased: %+v", s)
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}

// jobsTogether: many ask for one job of a period and take it at the same time.
func jobsTogether(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	var wg sync.WaitGroup
	var added, taken atomic.Int64
	for i := range 8 {
		wg.Go(func() {
			j := store.Job{ID: throughline.ID{byte(i + 1)}, Kind: "copy", Once: "monday", Asked: at, Most: 3}
			_, is, err := l.AskJob(ctx, ws, j, at)
			if err != nil {
				t.Error(err)
			}
			_, got, err := l.TakeJob(ctx, ws, store.Taking{Kinds: []string{"copy"}, Holder: throughline.ID{byte(i + 1)}, At: at, Stale: at,
				Back: func(string, int) time.Duration { return time.Hour }})
			if err != nil {
				t.Error(err)
			}
			if is {
				added.Add(1)
			}
			if got {
				taken.Add(1)
			}
		})
	}
	wg.Wait()
	if added.Load() != 1 || taken.Load() != 1 {
		t.Errorf("%d were added, %d taken", added.Load(), taken.Load())
	}
}
