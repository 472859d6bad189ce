package desk_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
)

// TestAFeedTellsWhatOthersWrote: a page that waits for a deal is woken by what
// another process wrote to it and by nothing else, and whoever could not listen
// is told again.
func TestAFeedTellsWhatOthersWrote(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "x.db")
	here, there := seat.Desk(t, &now), seat.Desk(t, &now)
	for _, d := range []*operation.Desk{here, there} {
		l, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		d.Ledger = l
	}
	a := seat.Run[recording.Recorded](t, there, operation.RecordDeal, &recording.NewDealInput{Title: "One handover"})
	b := seat.Run[recording.Recorded](t, there, operation.RecordDeal, &recording.NewDealInput{Title: "Another"})
	pulse, deaf, heard := &desk.Pulse{}, true, []int64{}
	feed, err := desk.NewFeed(t.Context(), &here.Desk, pulse.Hear, func(_ context.Context, w store.Written) error {
		if deaf {
			return errors.New("not now")
		}
		heard = append(heard, w.Number)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wrote, done := pulse.Wait(a.Deal)
	defer done()
	woken := func() bool {
		select {
		case <-wrote:
			return true
		default:
			return false
		}
	}
	if err := feed.Look(t.Context()); err != nil || woken() {
		t.Errorf("woken by what was there before, %v", err)
	}
	note := func(deal string) {
		seat.Run[recording.Recorded](t, there, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: deal}, Text: "They wait for the budget."})
	}
	note(b.Deal.String())
	if err := feed.Look(t.Context()); err == nil || woken() {
		t.Errorf("woken by another deal, %v", err)
	}
	note(a.Deal.String())
	deaf = false
	if err := feed.Look(t.Context()); err != nil || !woken() {
		t.Errorf("not woken, %v", err)
	}
	if err := feed.Look(t.Context()); err != nil || woken() || len(heard) != 2 || heard[1] != heard[0]+1 {
		t.Errorf("told of %v, %v", heard, err)
	}
}
