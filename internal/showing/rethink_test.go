package showing_test

import (
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
	"github.com/throughline/throughline/internal/showing"
)

// TestDoesItChangeTheStrategy: what touches the bet, or when we stop, is told
// when it is recorded; no asks no more, later comes back on its day, yes asks
// until a version is written, undo asks again; without a strategy nothing asks.
func TestDoesItChangeTheStrategy(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	on := func(days int) throughline.Day { return throughline.DayOf(now, d.Days()).Add(days) }
	w := recording.Writing{ID: id}
	says := func(text string) recording.Recorded {
		now = now.Add(time.Minute)
		return seat.Run[recording.Recorded](t, d, operation.RecordEvidence, &recording.EvidenceInput{Writing: w, Text: text, About: "journey/p6", Grade: "E2", Person: "Colin"})
	}
	answers := func(answer string, until throughline.Day, because ...string) recording.Recorded {
		now = now.Add(time.Minute)
		return seat.Run[recording.Recorded](t, d, operation.RecordRethink, &recording.RethinkInput{Writing: w, Answer: answer, Until: until, Because: because})
	}
	asks := func() (out []alignment.Reason) {
		for _, y := range seat.Shown(t, d, id).Reading.Reasons {
			if y.Code == alignment.StrategyAsked || y.Code == alignment.EventNow {
				out = append(out, y)
			}
		}
		return out
	}
	const against = "The works council votes down the pilot on the night wards"
	if r := says(against); len(r.Touches) != 0 {
		t.Errorf("there is no strategy, and it touches %v", r.Touches)
	}
	if _, err := operation.RecordRethink.Run(t.Context(), d, &recording.RethinkInput{Writing: w, Answer: "no"}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("there is no strategy to change, and the answer is %v", err)
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: w, By: "2027-01-15",
		Bet: "If the works council approves the pilot by 15 January, the board follows", StopIf: "the merger is announced before the budget closes"})
	r := says(against)
	if len(r.Touches) != 1 || r.Touches[0].Part != "bet" || r.Touches[0].Fact != r.Facts[0] {
		t.Fatalf("it speaks against the bet, and touches %+v", r.Touches)
	}
	if r := says("Their merger was announced this morning"); len(r.Touches) != 1 || r.Touches[0].Part != "stop_if" {
		t.Errorf("it is when we stop, and touches %+v", r.Touches)
	}
	if r := says("The board liked the colours of the screens"); len(r.Touches) != 0 {
		t.Errorf("it touches nothing, and %+v", r.Touches)
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordEvent, &recording.EventInput{Writing: w, Event: "reorganisation", Text: "wards are put together"})
	if list := asks(); len(list) != 1 || list[0].Code != alignment.EventNow {
		t.Fatalf("an event happened, and what asks is %+v", list)
	}
	first := answers("no", throughline.Day{}, r.Facts[0].String())
	if page := seat.Shown(t, d, id); len(page.Reading.Rethink) != 0 || len(asks()) != 0 || page.Reading.Thought.Answer != deal.StrategyStands {
		t.Errorf("it stands, and %+v asks, %+v", page.Reading.Rethink, asks())
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{first.Facts[0].String()}})
	if len(asks()) != 1 || len(seat.Shown(t, d, id).Reading.Rethink) == 0 {
		t.Error("the answer was taken back, and nothing asks")
	}
	if _, err := operation.RecordRethink.Run(t.Context(), d, &recording.RethinkInput{Writing: w, Answer: "later", Until: on(0)}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("later on today is %v", err)
	}
	answers("later", on(9))
	if list := asks(); len(list) != 0 {
		t.Errorf("it was put off, and %+v asks", list)
	}
	now = now.AddDate(0, 0, 9)
	if list := asks(); len(list) != 1 || list[0].Code != alignment.StrategyAsked || list[0].Count != 0 {
		t.Fatalf("its day has come, and what asks is %+v", list)
	}
	row := todays(t, d, showing.HeldInput{Held: []throughline.DealID{seat.Shown(t, d, id).ID}}).Rows[0]
	if !slices.ContainsFunc(row.Why, func(s string) bool { return strings.Contains(s, "changes the strategy was put off") }) {
		t.Errorf("Today says %q of it", row.Why)
	}
	answers("yes", throughline.Day{})
	if list := asks(); len(list) != 0 {
		t.Errorf("the day itself is there to write it, and %+v asks", list)
	}
	now = now.AddDate(0, 0, 1)
	if list := asks(); len(list) != 1 || list[0].Count != 1 {
		t.Fatalf("it changes and nothing was written; what asks is %+v", list)
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: w, By: "2027-02-15", Bet: "If the nurses ask for it themselves by February, they will move"})
	if list := asks(); len(list) != 0 || seat.Shown(t, d, id).Reading.Thought != nil {
		t.Errorf("another version stands, and %+v asks", list)
	}
}
