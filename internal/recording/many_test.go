package recording_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestManyDealsInOneAct: what applies is done to each, what does not is told with
// its reason, all of it is one transaction, and it is taken back at once, and
// done again.
func TestManyDealsInOneAct(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	ann, bo := throughline.PersonID(storetest.ID("person", 1)), throughline.PersonID(storetest.ID("person", 2))
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: ann, Recorded: now, Ours: true, Name: "Ann Archer"}, {ID: bo, Recorded: now, Ours: true, Name: "Bo Berg"}}})
	d.Author = ann
	var ids []string
	for _, title := range []string{"One", "Two", "Three"} {
		r := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: title})
		ids = append(ids, r.Deal.String())
	}
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: recording.Writing{ID: ids[2]}, Outcome: "won"})
	at := func(id string) deal.Summary {
		return seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: id}).Deal.Summary
	}
	day := seat.On(t, "2027-03-31")
	in := recording.ManyInput{Deals: append(ids, ids[0], "nothing"), Expect: day, Once: d.NewID().String()}
	number := func() int64 {
		n, err := d.Ledger.Number(t.Context(), d.Workspace)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := number()
	got := seat.Run[recording.Changed](t, d, operation.RecordMany, &in)
	if len(got.Deals) != 2 || len(got.Refused) != 2 || got.Refused[0].Title != "Three" || got.Refused[0].Why != "it has ended" || got.Number != before+1 || number() != before+1 {
		t.Fatalf("%+v, from %d to %d", got, before, number())
	}
	for i, want := range []throughline.Day{day, day, {}} {
		if s := at(ids[i]); s.CloseDate() != want {
			t.Errorf("deal %d is expected on %s", i, s.CloseDate())
		}
	}
	if again := seat.Run[recording.Changed](t, d, operation.RecordMany, &in); !again.Known || number() != before+1 {
		t.Errorf("sent again: %+v", again)
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: ids[0]}, Text: "in between"})
	back := seat.Run[recording.Changed](t, d, operation.RecordBack, &recording.BackInput{Number: strconv.FormatInt(got.Number, 10)})
	if s, o := at(ids[0]), at(ids[1]); len(back.Deals) != 2 || !s.CloseDate().IsZero() || !o.CloseDate().IsZero() {
		t.Errorf("taken back: %+v", back)
	}
	if twice := seat.Run[recording.Changed](t, d, operation.RecordBack, &recording.BackInput{Number: strconv.FormatInt(got.Number, 10)}); len(twice.Deals) != 0 || twice.Number != 0 || len(twice.Refused) != 2 {
		t.Errorf("taken back twice: %+v", twice)
	}
	seat.Run[recording.Changed](t, d, operation.RecordBack, &recording.BackInput{Number: strconv.FormatInt(back.Number, 10)})
	if s := at(ids[1]); s.CloseDate() != day {
		t.Error("what took it back was taken back, and it is not done again")
	}
	for _, c := range []struct {
		in    recording.ManyInput
		holds func(deal.Summary) bool
	}{
		{recording.ManyInput{Owner: "bo berg"}, func(s deal.Summary) bool { return s.Owner.Value == bo }},
		{recording.ManyInput{PutOff: day}, func(s deal.Summary) bool {
			return s.Outcome() == throughline.Postponed && s.End.Value.Until == day
		}},
	} {
		c.in.Deals = ids[:2]
		if got := seat.Run[recording.Changed](t, d, operation.RecordMany, &c.in); len(got.Deals) != 2 || !c.holds(at(ids[0])) || !c.holds(at(ids[1])) {
			t.Errorf("%+v: %+v", c.in, got)
		} else if seat.Run[recording.Changed](t, d, operation.RecordBack, &recording.BackInput{Number: strconv.FormatInt(got.Number, 10)}); c.holds(at(ids[0])) {
			t.Errorf("%+v is not taken back", c.in)
		}
	}
	seat.Run[recording.Changed](t, d, operation.RecordMany, &recording.ManyInput{Deals: ids[:1], NoDecision: "overtaken"})
	if s := at(ids[0]); s.Outcome() != throughline.NoDecision || s.End.Value.Cause != "overtaken" {
		t.Errorf("it ended as %+v", s.End.Value)
	}
	for name, in := range map[string]recording.ManyInput{
		"no deal": {Expect: day}, "nothing to do": {Deals: ids}, "two things": {Deals: ids, Expect: day, Owner: "Ann Archer"}, "a day gone by": {Deals: ids, PutOff: seat.On(t, "2026-11-23")},
		"no cause": {Deals: ids, NoDecision: "weather"}, "nobody of ours": {Deals: ids, Owner: "Zed"}, "too many": {Deals: make([]string, 501), Expect: day},
	} {
		if _, err := operation.RecordMany.Run(t.Context(), d, &in); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := operation.RecordBack.Run(t.Context(), d, &recording.BackInput{Number: "1"}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("what is no such act is taken back: %v", err)
	}
}
