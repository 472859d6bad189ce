package recording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/store"
)

const pastedMail = `From: Maria Chen <maria@montrevel.example>
Date: DAY
Subject: Re: handover

Hello,

we have measured the handover on two wards: 38 minutes.
Colin Hartwig will send the list of wards by Friday.

Kind regards
Maria

On Monday, Ines wrote:
> We approved the budget.
`

// TestAPastedMail: a customer's own mail is what they wrote, on its day, by its
// writer; what is quoted and what one of ours wrote is nobody's evidence.
func TestAPastedMail(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	on := throughline.DayOf(now, time.UTC).Add(-5)
	text := strings.Replace(pastedMail, "DAY", on.String(), 1)
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text})
	if got.Pasted == nil || got.Pasted.Form != "mail" || len(got.Proposals) != 2 {
		t.Fatalf("%+v\n%+v", got.Pasted, got.Proposals)
	}
	p := got.Proposals[0]
	if p.Who != "Maria Chen" || p.Grade != "E3" || p.On != on.String() || p.From != "message" || !strings.Contains(text[p.Start:p.End], "38 minutes") {
		t.Errorf("%+v", p)
	}
	if strings.Contains(text[got.Proposals[1].Start:got.Proposals[1].End], "budget") {
		t.Errorf("what is quoted was read: %+v", got.Proposals[1])
	}
	done := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text, All: true})
	wrote := 0
	for _, f := range seat.Shown(t, d, id).Deal.OfKind(deal.KindEvidence) {
		if e, ok := f.Body.(deal.Evidence); ok && f.Source.System == "message" && f.Grade == throughline.E3 && !e.Person.IsZero() && throughline.DayOf(f.Happened, time.UTC) == on {
			wrote++
		}
	}
	if len(done.Facts) == 0 || wrote == 0 {
		t.Errorf("%d facts, %d of them written by her", len(done.Facts), wrote)
	}
}

// TestAPastedTranscript: what is said on a call is said and no more, by whoever
// speaks; who is new is met once, and "Speaker 2" is nobody.
func TestAPastedTranscript(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	text := `Maria Chen  0:10
We have measured the handover on two wards, 38 minutes.
Tomas Rindt  0:31
Our board signed the budget for it last week.
Finance agreed that the night shift is the problem.
Speaker 2  0:50
We approved the order.`
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text})
	if got.Pasted == nil || got.Pasted.Form != "transcript" || len(got.Proposals) < 2 {
		t.Fatalf("%+v\n%+v", got.Pasted, got.Proposals)
	}
	for _, p := range got.Proposals {
		if p.Grade > "E2" {
			t.Errorf("said is more than said: %+v", p)
		}
		if strings.Contains(text[p.Start:p.End], "the order") && (p.Who != "" || p.Grade > "E1") {
			t.Errorf("nobody is somebody: %+v", p)
		}
	}
	seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text, All: true})
	met := 0
	page := seat.Shown(t, d, id)
	for p := range page.Deal.People {
		if page.Names.Person(p) == "Tomas Rindt" {
			met++
		}
	}
	if met > 1 {
		t.Errorf("Tomas is there %d times", met)
	}
}

// TestAMailOfOurs: what stands in a mail of ours is not read.
func TestAMailOfOurs(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	text := "From: Somebody Ofours <so@us.example>\nTo: Maria Chen\nSubject: next week\n\nWe have measured the handover on two wards: 38 minutes. The board approved the budget."
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text})
	if got.Pasted == nil || len(got.Proposals) != 0 || len(got.Pasted.Passed) != 2 || got.Pasted.Passed[1] != (recording.PassedOver{What: "ours", N: 1}) {
		t.Errorf("%+v %+v", got.Pasted, got.Proposals)
	}
}

func pastes(t *testing.T, d *operation.Desk, id, text string) recording.Captured {
	t.Helper()
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text})
	if got.Pasted == nil {
		t.Fatalf("it was not recognised: %+v", got.Proposals)
	}
	return got
}

// sells makes somebody of ours the deal's owner.
func sells(t *testing.T, d *operation.Desk, id string, p store.Person) {
	t.Helper()
	p.ID, p.Recorded, p.Ours = throughline.PersonID(d.NewID()), seat.Today, true
	seat.Keep(t, d, store.Batch{People: []store.Person{p}})
	seat.Run[recording.Recorded](t, d, operation.RecordOwner, &recording.OwnerInput{Writing: recording.Writing{ID: id}, Owner: p.ID.String()})
}

// TestANameOfSeveral: a first name that one of ours and one of theirs have names
// nobody, and adds nobody; what our house sends under it is not read.
func TestANameOfSeveral(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	sells(t, d, id, store.Person{Name: "Tom Brand", Email: "brand@us.example"})
	joins(t, d, id, "Tom Ek")
	text := "Maria Chen  0:10\nWe have measured the handover on two wards, 38 minutes.\nTom  0:12\nFinance agreed that the night shift is the problem. Their board signed the budget for it last week."
	got := pastes(t, d, id, text)
	if len(got.Pasted.Speeches) != 2 || got.Pasted.Speeches[1].Who != "" || got.Pasted.Speeches[1].New {
		t.Errorf("%+v", got.Pasted)
	}
	if len(got.Proposals) < 2 {
		t.Errorf("%+v", got.Proposals)
	}
	for _, p := range got.Proposals {
		if p.Speech == 2 && (p.Who != "" || p.Grade > "E1") {
			t.Errorf("%+v", p)
		}
	}
	reply := pastes(t, d, id, "From: Karl Ohm <karl@montrevel.example>\nTo: Maria Chen; Somebody <new@us.example>\nSubject: budget\n\nOur board signed the budget for it last week.")
	if s := reply.Pasted.Speeches; len(s) != 1 || s[0].Who != "Karl Ohm" {
		t.Errorf("what went to one of ours is ours: %+v", reply.Pasted)
	}
	for _, from := range []string{"Tom <tom@us.example>", "Tom Ek <tom@us.example>", "tom@us.example"} {
		mail := pastes(t, d, id, "From: "+from+"\nDate: 2 March 2026\nSubject: budget\n\nOur board signed the budget for it last week.")
		if len(mail.Proposals) != 0 {
			t.Errorf("%s: %+v", from, mail.Proposals)
		}
	}
}

// TestTwoNamesInWhatIsPasted: of people who are one each name and each address is
// theirs, and a house they write from is not ours alone.
func TestTwoNamesInWhatIsPasted(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	sells(t, d, id, store.Person{Name: "Ines Brand", Email: "ines@shared.example"})
	w := recording.Writing{ID: id}
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: w, Person: "Petra Lang", Email: "petra@one.example"})
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: w, Person: "Petra Lang-Ohm", Email: "p.lang@shared.example"})
	now = now.AddDate(0, 0, 1)
	seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: "Petra Lang", Other: "Petra Lang-Ohm"})
	for from, want := range map[string]string{
		"P <p.lang@shared.example>": "Petra Lang", "P <petra@one.example>": "Petra Lang", "Petra": "Petra Lang", "Petra Lang-Ohm": "Petra Lang",
		"Karl Ohm <karl@shared.example>": "Karl Ohm",
	} {
		mail := pastes(t, d, id, "From: "+from+"\nDate: 2 March 2026\nSubject: budget\n\nOur board signed the budget for it last week.")
		if s := mail.Pasted.Speeches; len(s) != 1 || s[0].Who != want || s[0].New != (want == "Karl Ohm") {
			t.Errorf("%s: %+v", from, mail.Pasted)
		}
	}
}
