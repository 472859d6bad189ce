package recording_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// TestPromises: what they said they will do stands with who, what and by when,
// asks on its day, is settled and opened again; what we hope is never among it.
func TestPromises(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: w, Aim: "one handover", Bet: "If finance reads it, they move", By: day.Add(20).String(),
		Moves: []recording.MoveInput{{What: "Call Colin", Expect: "Names two people", By: day.Add(2).String()}}})
	prepared := func() reviewing.Preparation {
		return seat.Run[reviewing.Preparation](t, d, operation.PrepareCall, &showing.DealInput{ID: id})
	}
	if p := prepared(); len(p.Promises) != 0 || len(p.Hoped) != 1 || p.Hoped[0].Text != "Names two people" || len(p.Owed) != 1 {
		t.Fatalf("a hope is told as %+v, hoped %+v, owed %+v", p.Promises, p.Hoped, p.Owed)
	}
	before := seat.Shown(t, d, id).Reading
	list := seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "send the list of wards", Person: "Maria", By: day.Add(3), Words: "Maria Chen: you'll have the list by then"})
	seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "read the draft", Who: "their legal team"})
	p := prepared()
	if len(p.Promises) != 2 || p.Promises[0].What != "send the list of wards" || p.Promises[0].Late == nil || *p.Promises[0].Late != -3 || p.Promises[1].Late != nil {
		t.Fatalf("promises: %+v", p.Promises)
	}
	if strings.Contains(p.Promises[0].Words, "Chen") {
		t.Errorf("a name stands in the words: %q", p.Promises[0].Words)
	}
	if p.Promises[0].Grade != throughline.E2 || p.Promises[1].Grade != throughline.E1 {
		t.Errorf("grades %v and %v", p.Promises[0].Grade, p.Promises[1].Grade)
	}
	why := func() (out []string) {
		a := seat.Run[showing.Attention](t, d, operation.ListAttention, &showing.AttentionInput{Limit: 10})
		for _, r := range a.Rows {
			for i, y := range r.Reasons {
				if y.Code == alignment.PromiseDue || y.Code == alignment.PromiseLate {
					out = append(out, r.Why[i])
				}
			}
		}
		return out
	}
	if got := why(); len(got) != 0 {
		t.Errorf("asked about before its day: %v", got)
	}
	now = now.Add(3 * 24 * time.Hour)
	if got := why(); len(got) != 1 || got[0] != "Maria Chen promised “send the list of wards” by today" {
		t.Errorf("on its day: %v", got)
	}
	now = now.Add(3 * 24 * time.Hour)
	if got := why(); len(got) != 1 || !strings.HasPrefix(got[0], "Maria Chen promised “send the list of wards” by ") || !strings.HasSuffix(got[0], "it is 3 days late") {
		t.Errorf("three days later: %v", got)
	}
	// Two are open, so which one is meant has to be said.
	if _, err := operation.RecordPromiseResult.Run(t.Context(), d, &recording.PromiseResultInput{Writing: w, Result: "kept"}); err == nil || !strings.Contains(err.Error(), "several promises are open") {
		t.Errorf("which promise was not asked: %v", err)
	}
	kept := seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "kept", Promise: list.Facts[0].String()})
	if got := why(); len(got) != 0 {
		t.Errorf("kept, and asked about: %v", got)
	}
	if p := prepared(); len(p.Promises) != 2 || p.Promises[1].Result != deal.PromiseKept || p.Promises[0].Who != "their legal team" {
		t.Errorf("settled: %+v", p.Promises)
	}
	after := seat.Shown(t, d, id).Reading
	if !slices.EqualFunc(before.Phases, after.Phases, func(a, b alignment.PhaseReading) bool {
		return a.State == b.State && len(a.Evidence) == len(b.Evidence)
	}) ||
		before.FromCustomer != after.FromCustomer || before.Frontier != after.Frontier {
		t.Errorf("a promise moved their position from %+v to %+v", before, after)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{kept.Facts[0].String()}})
	if got := why(); len(got) != 1 {
		t.Errorf("taken back, and not asked about again: %v", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "not_kept", Promise: list.Facts[0].String(), Text: "she was ill"})
	seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "withdrawn"}) // the only one left
	if p := prepared(); p.Promises[0].Open() || p.Promises[1].Open() {
		t.Errorf("still open: %+v", p.Promises)
	}
	if b, err := json.Marshal(prepared()); err != nil || !strings.Contains(string(b), `"result":"not_kept"`) || !strings.Contains(string(b), `"hoped":[{"text":"Names two people"`) {
		t.Errorf("as JSON: %v", err)
	}
}

// TestAnEndedDealAsksForNoPromise: what they promised is history then.
func TestAnEndedDealAsksForNoPromise(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "decide", Who: "the board", By: throughline.DayOf(now, time.UTC).Add(1)})
	now = now.Add(48 * time.Hour)
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "lost_inhouse"})
	if got := seat.Shown(t, d, id); len(got.Reading.Reasons) != 0 || len(got.Promises) != 1 {
		t.Errorf("reasons %+v, promises %+v", got.Reading.Reasons, got.Promises)
	}
}

// TestPromisesThatAreRefused: each says why, and nothing is written.
func TestPromisesThatAreRefused(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	n := len(seat.Shown(t, d, id).Facts)
	for name, c := range map[string]struct {
		op   operation.Operation
		in   any
		says string
	}{
		"nobody's":              {operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "call"}, "somebody's"},
		"two people's":          {operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "call", Person: "Maria", Who: "the board"}, "not both"},
		"a stranger's":          {operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "call", Person: "Zoltan"}, "nobody of this deal"},
		"empty":                 {operation.RecordPromise, &recording.PromiseInput{Writing: w, What: " ", Person: "Maria"}, "is empty"},
		"due before":            {operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "call", Person: "Maria", By: day.Add(-1)}, "cannot be due before"},
		"no promise to settle":  {operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "kept"}, "no promise of theirs is open"},
		"another deal's":        {operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "kept", Promise: d.NewID().String()}, "no such promise"},
		"a result that is none": {operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "keept"}, `did you mean "kept"`},
	} {
		if _, err := c.op.Run(t.Context(), d, c.in); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", name, err, c.says)
		}
	}
	if got := len(seat.Shown(t, d, id).Facts); got != n {
		t.Errorf("%d facts were written by what was refused", got-n)
	}
	// A promise of last week that was due yesterday is a late one, not a wrong one.
	seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: recording.Writing{ID: id, On: day.Add(-7)}, What: "call", Person: "Maria", By: day.Add(-1)})
	if _, err := operation.RecordPromiseResult.Run(t.Context(), d, &recording.PromiseResultInput{Writing: recording.Writing{ID: id, On: day.Add(-8)}, Result: "kept"}); err == nil || !strings.Contains(err.Error(), "it was promised on") {
		t.Errorf("kept before it was made: %v", err)
	}
}
