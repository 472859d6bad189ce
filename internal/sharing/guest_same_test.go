package sharing_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
)

// TestAGuestOfTwoNamesIsTwoAgain: what whoever holds a link wrote while their name was
// told as another's is read as that one's and is theirs again afterwards; erasing them
// then takes it.
func TestAGuestOfTwoNamesIsTwoAgain(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	fine(t, guest(t, d, token).Introduce(t.Context(), "P. Lang", "finance", ""))
	other := pageOf(t, d, token).Person
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: "Petra Lang"})
	now = now.Add(time.Hour)
	seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: "Petra Lang", Other: other.String()})
	g := guest(t, d, token)
	fine(t, g.Comment(t.Context(), "", "my mother is qponm", ""))
	comment := func() (by throughline.PersonID, text string) {
		c := seat.Shown(t, d, id).Deal.OfKind(deal.KindCommented)
		b := c[len(c)-1].Body.(deal.Commented)
		return b.Person, b.Text
	}
	keep, _ := comment()
	if page := pageOf(t, d, token); keep == other || page.Person != keep || page.Me != "Petra Lang" {
		t.Errorf("while they are one, %s wrote it, and the page is %q's", keep, page.Me)
	}
	fine(t, g.Answer(t.Context(), answerOf("decider")))
	if err := guest(t, d, token).Answer(t.Context(), answerOf("decider")); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("the same answer of the same person: %v", err)
	}
	now = now.Add(time.Hour)
	seat.Run[recording.MergedPeople](t, d, operation.UnmergePeople, &recording.UnmergePeopleInput{ID: other.String()})
	if by, _ := comment(); by != other {
		t.Error("taken apart, what they wrote meanwhile is not theirs")
	}
	now = now.Add(time.Hour)
	seat.Run[caretaking.Erased](t, d, operation.ErasePerson, &caretaking.ErasePersonInput{ID: other.String(), Yes: true})
	if _, text := comment(); text != "{person:"+other.String()+"}" {
		t.Errorf("erased, their comment says %q", text)
	}
}

func answerOf(aspect string) sharing.GuestAnswer {
	return sharing.GuestAnswer{Aspect: aspect, Text: "the board"}
}
