package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestBundlesKeepTurnsAndDays: both come back; a bundle of the version that
// knew neither is read without them; what says a mark that is none is read as
// an instant.
func TestBundlesKeepTurnsAndDays(t *testing.T) {
	at := time.Date(2024, 3, 31, 15, 0, 0, 0, time.UTC)
	tokyo := time.FixedZone("", 9*3600)
	id := throughline.DealID{1}
	plain := deal.Fact{ID: throughline.FactID{1}, Deal: id, Happened: at, Learned: at.Add(time.Hour), Body: deal.Noted{Text: "x"}}
	full := plain
	full.ID, full.Turn, full.Happened = throughline.FactID{2}, 300, throughline.Dated(at, tokyo)
	read := func(b []byte) []deal.Fact {
		t.Helper()
		out, err := store.Unbundle(nil, id, b)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	entries, err := store.Entries([]deal.Fact{full, plain})
	if err != nil {
		t.Fatal(err)
	}
	if got := read(store.Bundle(entries)); !reflect.DeepEqual(got, []deal.Fact{plain, full}) || got[1].Day(time.UTC).String() != "2024-04-01" || got[0].Day(time.UTC).String() != "2024-03-31" {
		t.Errorf("got %+v", got)
	}
	old := store.Bundle(entries[:1])
	old[0] = 1
	if got := read(old); !reflect.DeepEqual(got, []deal.Fact{plain}) {
		t.Errorf("of version 1: %+v", got)
	}
	old[0] = 4
	if _, err := store.Unbundle(nil, id, old); err != store.ErrBundleVersion {
		t.Errorf("of a version to come: %v", err)
	}
	old[0], full.Turn = 1, -1
	if _, err := store.Entries([]deal.Fact{full}); err == nil {
		t.Error("a turn below nought was taken")
	}
}
