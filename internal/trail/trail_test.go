package trail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/trail"
)

// kept is a store of lines that may fail.
type kept struct {
	mu    sync.Mutex
	lines []store.Deed
	turns int
	fail  int // how many turns
}

func (k *kept) Note(_ context.Context, _ throughline.Workspace, deeds []store.Deed) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.turns++; k.fail > 0 {
		k.fail--
		return errors.New("the disk is full")
	}
	k.lines = append(k.lines, deeds...)
	return nil
}

func (k *kept) Deeds(context.Context, throughline.Workspace, store.DeedAsk) ([]store.Deed, error) {
	return nil, nil
}

func deed(i int) store.Deed {
	return store.Deed{At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Did: fmt.Sprintf("record_%d", i), Outcome: store.DeedDone}
}

func running(t *testing.T, k *kept) (q *trail.Queue, stop func()) {
	q = trail.NewQueue(k, throughline.DefaultWorkspace, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { q.Run(ctx); close(done) }()
	return q, func() { cancel(); <-done }
}

// TestLinesComeInOrderAndFewTurns: what nobody waits for is written in the order
// in which it came, many at a time, and all of it once the queue has stopped.
func TestLinesComeInOrderAndFewTurns(t *testing.T) {
	k := &kept{}
	q, stop := running(t, k)
	const all = 3000
	for i := range all {
		if err := q.Note(t.Context(), deed(i), false); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	for i, d := range k.lines {
		if d.Did != deed(i).Did {
			t.Fatalf("line %d is %s", i, d.Did)
		}
	}
	if len(k.lines) != all || k.turns > all/10 {
		t.Errorf("%d lines in %d turns", len(k.lines), k.turns)
	}
	if err := q.Note(t.Context(), deed(0), true); throughline.KindOf(err) != throughline.Unavailable {
		t.Errorf("after the end: %v", err)
	}
}

// TestWhoeverWaitsKnows: a line that is waited for is written when Note returns,
// behind those that came before it; one that could not be is told, and not written
// later, while what nobody waits for is.
func TestWhoeverWaitsKnows(t *testing.T) {
	k := &kept{}
	q, stop := running(t, k)
	for i := range 5 {
		if err := q.Note(t.Context(), deed(i), i == 4); err != nil {
			t.Fatal(err)
		}
	}
	k.mu.Lock()
	if len(k.lines) != 5 {
		t.Errorf("%d lines are written", len(k.lines))
	}
	k.fail = 1
	k.mu.Unlock()
	if err := q.Note(t.Context(), deed(5), false); err != nil {
		t.Error(err)
	}
	if err := q.Note(t.Context(), deed(6), true); err == nil {
		t.Error("what could not be written is told as written")
	}
	stop()
	if n := len(k.lines); n != 6 || k.lines[5].Did != deed(5).Did {
		t.Errorf("%d lines: %+v", n, k.lines)
	}
}

// TestNobodyStandsStill: as long as nothing can be written, whoever waits is told
// so, what nobody waits for keeps nobody, however much it is, and whoever goes away
// is not kept; what was in the queue is written once that can be.
func TestNobodyStandsStill(t *testing.T) {
	k := &kept{fail: 1 << 30}
	q, stop := running(t, k)
	for i := range 20_000 {
		if err := q.Note(t.Context(), deed(i), false); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if err := q.Note(t.Context(), deed(i), true); err == nil {
			t.Error("what could not be written is told as written")
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Note(gone, deed(0), true); throughline.KindOf(err) != throughline.Unavailable {
		t.Errorf("who had gone away is told %v", err)
	}
	k.mu.Lock()
	k.fail = 0
	k.mu.Unlock()
	if err := q.Note(t.Context(), deed(7), true); err != nil {
		t.Error(err)
	}
	stop()
	if k.lines[0].Did != deed(0).Did || len(k.lines) < 1000 {
		t.Errorf("%d lines were kept, the first is %s", len(k.lines), k.lines[0].Did)
	}
}

// TestARefusalIsNotedSeldom: of the same one a line in ten minutes, of another
// person, thing or way a line of its own; what was done is noted each time.
func TestARefusalIsNotedSeldom(t *testing.T) {
	var s trail.Seldom
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	a, b := throughline.PersonID{1}, throughline.PersonID{2}
	for i, c := range []struct {
		who     throughline.PersonID
		did     string
		outcome string
		after   time.Duration
		want    bool
	}{
		{a, "admin_audit", store.DeedRefused, 0, true},
		{a, "admin_audit", store.DeedRefused, 9 * time.Minute, false},
		{b, "admin_audit", store.DeedRefused, 9 * time.Minute, true},
		{a, "admin_person", store.DeedRefused, 9 * time.Minute, true},
		{a, "admin_audit", store.DeedDone, 9 * time.Minute, true},
		{a, "admin_audit", store.DeedDone, 9 * time.Minute, true},
		{a, "admin_audit", store.DeedRefused, 10 * time.Minute, true},
		{a, "admin_audit", store.DeedRefused, 11 * time.Minute, false},
	} {
		if got := s.First(store.Deed{At: at.Add(c.after), Person: c.who, Did: c.did, Outcome: c.outcome}); got != c.want {
			t.Errorf("%d: %t", i, got)
		}
	}
	for i, want := range []bool{true, false, true} { // a stranger who is refused hides no try to be somebody
		of := []throughline.ID{{}, {}, throughline.ID(a)}[i]
		if got := s.First(store.Deed{At: at, Did: "sign_in", Outcome: store.DeedRefused, Object: of}); got != want {
			t.Errorf("sign-in %d: %t", i, got)
		}
	}
}
