package recording_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
)

// TestAUsedTokenWithOtherWords: is a conflict, adds nothing, and is never told
// to be kept; with the same words it is known, whatever has happened since.
func TestAUsedTokenWithOtherWords(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id, Once: d.NewID().String()}
	note := func(text string) *recording.NoteInput { return &recording.NoteInput{Writing: w, Text: text} }
	first := seat.Run[recording.Recorded](t, d, operation.RecordNote, note("the list comes on Friday"))
	facts := len(seat.Shown(t, d, id).Facts)
	for name, c := range map[string]struct {
		op operation.Operation
		in any
	}{
		"other words":       {operation.RecordNote, note("the list comes on Monday")},
		"a word more":       {operation.RecordNote, &recording.NoteInput{Writing: w, Text: "the list comes on Friday", About: "journey/p3"}},
		"another day":       {operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: id, Once: w.Once, On: d.Today().Add(-3)}, Text: "the list comes on Friday"}},
		"another operation": {operation.RecordQuestion, &recording.QuestionInput{Writing: w, Text: "the list comes on Friday"}},
	} {
		_, err := c.op.Run(t.Context(), d, c.in)
		if throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	now = now.Add(time.Hour)
	w.Seen = now.Add(-30 * time.Minute)
	again := seat.Run[recording.Recorded](t, d, operation.RecordNote, note("the list comes on Friday"))
	if !again.Known || len(again.Facts) != 1 || again.Facts[0] != first.Facts[0] {
		t.Errorf("the same words again: %+v", again)
	}
	if n := len(seat.Shown(t, d, id).Facts); n != facts {
		t.Errorf("%d facts, want the %d of the first time", n, facts)
	}

	// An ending that is sent twice is known, though the deal has ended since.
	end := &recording.EndInput{Writing: recording.Writing{ID: id, Once: d.NewID().String()}, Outcome: "lost_competitor", Text: "they went with a rival"}
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, end)
	if r := seat.Run[recording.Recorded](t, d, operation.RecordEnd, end); !r.Known || len(r.Facts) != 1 {
		t.Errorf("an ending sent twice: %+v", r)
	}
}

// TestATokenIsOfOneDeal: the deal is part of a token's key, so that the same
// token writes to another deal, too.
func TestATokenIsOfOneDeal(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	once := d.NewID().String()
	seen := map[throughline.FactID]bool{}
	for _, id := range []string{seat.Ward(t, d), seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Another"}).Deal.String()} {
		r := seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: id, Once: once}, Text: "the list comes on Friday"})
		if r.Known || len(r.Facts) != 1 || seen[r.Facts[0]] {
			t.Errorf("in deal %s: %+v", id, r)
		}
		seen[r.Facts[0]] = true
	}
	// A new deal has no id yet, and its token is its own.
	open := func(title string) (recording.Recorded, error) {
		out, err := operation.RecordDeal.Run(t.Context(), d, &recording.NewDealInput{Title: title, Account: "Montrevel", Once: once})
		r, _ := out.(recording.Recorded)
		return r, err
	}
	first, err := open("All departments")
	if err != nil || first.Known {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := open("All departments"); err != nil || !again.Known || again.Deal != first.Deal {
		t.Errorf("opened again: %+v, %v", again, err)
	}
	if _, err := open("All wards"); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("opened under another title: %v", err)
	}
}

// TestWhatIsNoTokenIsRefused: words that are no id are never taken for a form
// that is known.
func TestWhatIsNoTokenIsRefused(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	for _, once := range []string{"1", "once", "0190b2f0-7c3a-7d11-8e22", strings.Repeat("x", 500)} {
		for range 2 {
			_, err := operation.RecordNote.Run(t.Context(), d, &recording.NoteInput{Writing: recording.Writing{ID: id, Once: once}, Text: "a note"})
			if throughline.KindOf(err) != throughline.Invalid || !strings.Contains(err.Error(), "no token") {
				t.Errorf("%.20q: %v", once, err)
			}
			if _, err := operation.RecordDeal.Run(t.Context(), d, &recording.NewDealInput{Title: "A deal", Once: once}); throughline.KindOf(err) != throughline.Invalid {
				t.Errorf("%.20q for a new deal: %v", once, err)
			}
		}
	}
}

// TestAFormSentAtOnce: a button pressed many times at the same moment.
func TestAFormSentAtOnce(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Drawing = &sync.Mutex{}
	id := seat.Ward(t, d)
	once := d.NewID().String()
	var wg sync.WaitGroup
	var mu sync.Mutex
	fresh, refused := 0, 0
	for n := range 12 {
		wg.Go(func() {
			text := []string{"the same", "other words"}[n%2]
			out, err := operation.RecordNote.Run(t.Context(), d, &recording.NoteInput{Writing: recording.Writing{ID: id, Once: once}, Text: text})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case throughline.KindOf(err) == throughline.Conflict:
				refused++
			case err != nil:
				t.Error(err)
			case !out.(recording.Recorded).Known:
				fresh++
			}
		})
	}
	wg.Wait()
	if fresh != 1 || refused != 6 {
		t.Errorf("written %d times and refused %d times, want once and six times", fresh, refused)
	}
	if n := len(seat.Shown(t, d, id).Deal.OfKind("noted")); n != 1 {
		t.Errorf("%d notes", n)
	}
}
