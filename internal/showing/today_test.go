package showing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

func todays(t testing.TB, d *operation.Desk, in showing.HeldInput) showing.Today {
	t.Helper()
	return seat.Run[showing.Today](t, d, operation.ListTodayHeld, &in)
}

// TestSetAside: done is asked again in a week, or when something of the deal is
// due; later next Monday, or on a day that is named; a day that has gone is
// refused; taken back it is asked at once.
func TestSetAside(t *testing.T) {
	now := seat.Today // a Monday
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	on := func(days int) throughline.Day { return throughline.DayOf(now, d.Days()).Add(days) }
	aside := func(how string, until throughline.Day) recording.Recorded {
		now = now.Add(time.Minute)
		return seat.Run[recording.Recorded](t, d, operation.RecordAside, &recording.AsideInput{Writing: recording.Writing{ID: id}, How: how, Until: until})
	}
	row := func() showing.TodayRow {
		t.Helper()
		for _, r := range todays(t, d, showing.HeldInput{Held: []throughline.DealID{seat.Shown(t, d, id).ID}}).Rows {
			return r
		}
		t.Fatal("the deal that is held is gone")
		return showing.TodayRow{}
	}
	if r := row(); r.Finished() || r.Act == "" || r.IfLeft == "" || r.Because == "" {
		t.Fatalf("to do: %+v", r)
	}
	first := aside("done", throughline.Day{})
	if r := row(); !r.Finished() || r.Reading.Aside.Until != on(7) || r.Act != "" {
		t.Errorf("done: %+v %q", r.Reading.Aside, r.Act)
	}
	if l := todays(t, d, showing.HeldInput{}); len(l.Rows) != 0 || l.Asking != 0 || l.Rest != 1 || l.Next != on(7) {
		t.Errorf("done, and the list has %d rows, %d ask, %d rest until %v", len(l.Rows), l.Asking, l.Rest, l.Next)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: []string{first.Facts[0].String()}})
	if row().Finished() {
		t.Error("taken back, and still done")
	}
	aside("later", throughline.Day{})
	back := row().Reading.Aside.Until
	if back.Civil().Weekday() != time.Monday || back.Sub(on(0)) < 1 || back.Sub(on(0)) > 7 {
		t.Errorf("not this week is until %v", back)
	}
	if aside("later", on(20)); row().Reading.Aside.Until != on(20) {
		t.Errorf("until %v", row().Reading.Aside.Until)
	}
	if _, err := operation.RecordAside.Run(t.Context(), d, &recording.AsideInput{Writing: recording.Writing{ID: id}, How: "later", Until: on(0)}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("until today: %v", err)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: recording.Writing{ID: id}, What: "send the list", Person: "Maria", By: on(3)})
	if row().Finished() {
		t.Error("they promised something, and it is still set aside")
	}
	if aside("done", throughline.Day{}); row().Reading.Aside.Until != on(3) {
		t.Errorf("done, and asked again on %v; a promise is due on %v", row().Reading.Aside.Until, on(3))
	}
	if l := todays(t, d, showing.HeldInput{}); len(l.Week) != 1 || l.Week[0].Words != "Maria Chen promised: send the list" || l.Week[0].Day != on(3) {
		t.Errorf("the week: %+v", l.Week)
	}
	now = now.AddDate(0, 0, 3)
	if r := row(); r.Finished() || r.Act != "Ask Maria Chen for what was promised: send the list, today" {
		t.Errorf("its day has come: %q", r.Act)
	}
}

// TestNotTheirsIsNotDone: what somebody said not to be theirs is done for them,
// and not for others.
func TestNotTheirsIsNotDone(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	who, other := throughline.PersonID{7}, throughline.PersonID{8}
	now, d.Author = now.Add(time.Minute), who
	seat.Run[recording.Recorded](t, d, operation.RecordAside, &recording.AsideInput{Writing: recording.Writing{ID: id}, How: "not_mine"})
	held := showing.HeldInput{Held: []throughline.DealID{seat.Shown(t, d, id).ID}}
	if l := todays(t, d, held); len(l.Rows) != 1 || !l.Rows[0].Finished() {
		t.Errorf("whose it is not has it to do: %+v", l.Rows)
	}
	d.Author = other
	if l := todays(t, d, held); len(l.Rows) != 1 || l.Rows[0].Finished() || l.Waiting != 0 {
		t.Errorf("nobody has it to do, and %d more wait", l.Waiting)
	}
}

// TestTheListIsFive: no more, unless more are held; those held stay in their
// order, whatever becomes of them, and others come after.
func TestTheListIsFive(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	var all []throughline.DealID
	for _, name := range strings.Fields("one two three four five six seven") {
		r := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: name, Account: name})
		all = append(all, r.Deal)
	}
	l := todays(t, d, showing.HeldInput{})
	if len(l.Rows) != 5 || l.Waiting != 2 {
		t.Fatalf("%d rows, %d more", len(l.Rows), l.Waiting)
	}
	held := []throughline.DealID{all[6], all[2], all[4]}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordAside, &recording.AsideInput{Writing: recording.Writing{ID: all[2].String()}, How: "done"})
	l = todays(t, d, showing.HeldInput{Held: held})
	if len(l.Rows) != 3 || l.Rows[0].ID != held[0] || l.Rows[1].ID != held[1] || l.Rows[2].ID != held[2] || !l.Rows[1].Finished() || l.Waiting != 4 {
		t.Errorf("held: %d rows, %d more", len(l.Rows), l.Waiting)
	}
	l = todays(t, d, showing.HeldInput{Held: held, More: 2})
	if len(l.Rows) != 5 || l.Rows[1].ID != held[1] || l.Waiting != 2 {
		t.Errorf("two more: %d rows, %d more", len(l.Rows), l.Waiting)
	}
}

// TestWhatCaptureChanged: how many facts, who is new, how the questions stand.
func TestWhatCaptureChanged(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: "x", Accepted: []recording.Accepted{
		{Kind: "evidence", About: "journey/p1", Grade: "E2", Person: "Maria", Text: "Twice a week a patient waits"},
		{Kind: "evidence", About: "journey/p3", Grade: "E2", New: "Anna Weber", Text: "Finance sees it too"},
	}})
	c := got.Changed
	if c.Facts < 3 || len(c.New) != 1 || c.New[0] != "Anna Weber" || len(c.Moved) == 0 || c.Strategy {
		t.Errorf("changed: %+v", c)
	}
	lost := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: "x", Accepted: []recording.Accepted{
		{Kind: "loss", Outcome: "lost_competitor", Text: "They went with another"}}})
	if lost.Changed.Ended.Outcome != throughline.LostCompetitor {
		t.Errorf("lost: %+v", lost.Changed)
	}
}
