package sharing_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
)

// TestAFactSaysWhoActed: ours by the way they came, what was read out of a note,
// what a model proposed, and the customer, by the link, with the person of it.
func TestAFactSaysWhoActed(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Acting = deal.Actor{Via: deal.ViaPage}
	id := seat.Ward(t, d)
	ann := throughline.PersonID(d.NewID())
	d.Author = ann
	last := func() deal.Fact {
		t.Helper()
		all := seat.Shown(t, d, id).Deal.Known
		return all[len(all)-1]
	}
	w := recording.Writing{ID: id}
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: w, Text: "by hand"})
	if f := last(); f.By != (deal.Actor{Person: ann, Side: deal.Us, Via: deal.ViaPage}) || f.Author() != ann {
		t.Errorf("a note on a page is by %+v", f.By)
	}
	d.Acting = deal.Actor{Via: deal.ViaREST}
	for model, via := range map[bool]deal.Via{false: deal.ViaNote, true: deal.ViaModel} {
		seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: w, Text: "x",
			Accepted: []recording.Accepted{{Kind: "evidence", About: "journey/p1", Text: "they counted it", New: "Ana Ruiz", Grade: "E2", Model: model}}})
		if f := last(); f.By != (deal.Actor{Person: ann, Side: deal.Us, Via: via}) {
			t.Errorf("what was accepted is by %+v, want %s", f.By, via)
		}
	}
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: w, Text: "after it"})
	if f := last(); f.By.Via != deal.ViaREST {
		t.Errorf("what comes after it is by %+v", f.By)
	}
	token := tokenOf(t, d, id)
	fine(t, guest(t, d, token).Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: "the head of care"}))
	if f := last(); f.By != (deal.Actor{Side: deal.Customer, Via: deal.ViaPlan}) || !f.Author().IsZero() {
		t.Errorf("what somebody of theirs wrote who has not said who they are is by %+v", f.By)
	}
	fine(t, guest(t, d, token).Introduce(t.Context(), "Lena Fischer", "finance", ""))
	fine(t, guest(t, d, token).Comment(t.Context(), "", "sooner", ""))
	f, page := last(), seat.Shown(t, d, id)
	if f.By.Side != deal.Customer || f.By.Via != deal.ViaPlan || page.People[f.By.Person].Name != "Lena Fischer" || !f.Author().IsZero() {
		t.Errorf("a comment of theirs is by %+v, %q", f.By, page.People[f.By.Person].Name)
	}
	if d.Author != ann || d.Acting.Via != deal.ViaREST {
		t.Error("the desk of a guest is ours")
	}
}
