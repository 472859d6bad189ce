package recording_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
)

// notesOf gives the notes that count on a deal.
func notesOf(t *testing.T, d *operation.Desk, id string) (out []string) {
	t.Helper()
	for _, f := range seat.Shown(t, d, id).Deal.OfKind(deal.KindNoted) {
		out = append(out, f.Body.(deal.Noted).Text)
	}
	slices.Sort(out)
	return out
}

// merging gives the facts of a deal that say that it is told by another, or tells one.
func merging(t *testing.T, d *operation.Desk, id string) (out []string) {
	t.Helper()
	for _, f := range seat.Shown(t, d, id).Deal.Known {
		if f.OfMerging() {
			out = append(out, f.ID.String())
		}
	}
	return out
}

func refusedAs(t *testing.T, d *operation.Desk, code string, o operation.Operation, in any) {
	t.Helper()
	_, err := o.Run(t.Context(), d, in)
	var r *throughline.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%T is answered with %v, want the refusal %s", in, err, code)
	}
}

// TestAMergingIsWholeOrNone: a deal that another one tells is opened by nothing
// but taking the two apart, so that nothing is told twice; no part of a merging,
// or of taking apart, is taken back by itself.
func TestAMergingIsWholeOrNone(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	w := recording.Writing{ID: gone}
	note := seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: w, Text: "Of the first."}).Facts[0]
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	refusedAs(t, d, "merge_told", operation.RecordResume, &recording.ResumeInput{Writing: w})
	refusedAs(t, d, "merge_told", operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "won"})
	for _, id := range []string{gone, stays} {
		of := merging(t, d, id)
		if len(of) == 0 {
			t.Fatal("no fact says that they are merged")
		}
		for _, f := range of {
			refusedAs(t, d, "merge_whole", operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: []string{f}})
		}
	}
	if got := notesOf(t, d, stays); !slices.Equal(got, []string{"Of the first."}) {
		t.Errorf("the one that stays has %v", got)
	}
	apart := seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: w})
	if got := seat.Shown(t, d, gone); got.Deal.Outcome() != throughline.StillOpen || len(notesOf(t, d, stays)) != 0 {
		t.Errorf("apart, it is %s and the other has %v", got.Deal.Outcome(), notesOf(t, d, stays))
	}
	refusedAs(t, d, "merge_whole", operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{apart.Facts[0].String()}})
	// what has nothing to do with it is taken back as ever
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{note.String()}})
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "lost_unknown"})
	seat.Run[recording.Recorded](t, d, operation.RecordResume, &recording.ResumeInput{Writing: w})
}

// TestUnmergingGoesBackward: of three deals that became one, the one that was
// taken in last comes out first; the other way round is refused and says so.
func TestUnmergingGoesBackward(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	a, b, c := seat.Ward(t, d), seat.Ward(t, d), seat.Ward(t, d)
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: a}, Text: "a"})
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: b}, Text: "b"})
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: b}, Other: a})
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: c}, Other: b})
	refusedAs(t, d, "unmerge_order", operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: a}})
	if _, err := operation.RecordUnmerge.Run(t.Context(), d, &recording.UnmergeInput{Writing: recording.Writing{ID: a}}); !strings.Contains(err.Error(), b) {
		t.Errorf("it does not say which comes first: %v", err)
	}
	if got := notesOf(t, d, c); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("the last one has %v", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: b}})
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: a}})
	for id, want := range map[string]string{a: "a", b: "b", c: ""} {
		if got := strings.Join(notesOf(t, d, id), " "); got != want {
			t.Errorf("apart again, the deal of %q has %q", want, got)
		}
	}
}

// TestWhatWasTakenBackStaysSo: a fact that was taken back on the deal that told
// both does not count again on its own once they are apart.
func TestWhatWasTakenBackStaysSo(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: gone}, Text: "wrong"})
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: gone}, Text: "wrong, and right after all"})
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	w := recording.Writing{ID: stays}
	for _, f := range seat.Shown(t, d, stays).Deal.OfKind(deal.KindNoted) {
		back := seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{f.ID.String()}, Reason: "heard wrongly"})
		if strings.Contains(f.Body.(deal.Noted).Text, "right") {
			seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{back.Facts[0].String()}})
		}
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: gone}})
	if got := notesOf(t, d, gone); !slices.Equal(got, []string{"wrong, and right after all"}) {
		t.Errorf("apart again, it has %q", got)
	}
}
