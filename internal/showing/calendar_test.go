package showing_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

func calendar(t testing.TB, d *operation.Desk, in showing.CalendarInput) showing.Calendar {
	t.Helper()
	return seat.Run[showing.Calendar](t, d, operation.ListCalendar, &in)
}

// TestCalendar: each kind of thing with a day stands on its day in words, and
// goes when it is done or the deal has ended; days outside the span do not;
// filters are those of the list; a span is bounded.
func TestCalendar(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	on := func(days int) throughline.Day { return throughline.DayOf(seat.Today, d.Days()).Add(days) }
	promise := seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "send the list of wards", Person: "Maria", By: on(4)})
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: w, Bet: "If Maria takes it to the board, they move", By: on(9).String(),
		Moves: []recording.MoveInput{{What: "walk the night ward", Person: "Colin", Expect: "he shows us the sheet", By: on(2).String()}}})
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "the board meets", Due: on(12)})
	seat.Run[recording.Recorded](t, d, operation.RecordDate, &recording.DateInput{Writing: w, To: on(30)})
	seat.Run[recording.Recorded](t, d, operation.RecordTarget, &recording.TargetInput{Writing: w, Measure: "minutes", Target: "15", By: on(60)})
	kinds := func(c showing.Calendar) (out []errand.DueKind) {
		for _, x := range c.Items {
			out = append(out, x.Kind)
		}
		return out
	}
	month := calendar(t, d, showing.CalendarInput{From: on(0), To: on(60)})
	if want := []errand.DueKind{errand.OurMove, errand.TheirPromise, errand.OurBet, errand.TheirDuty, errand.OrderDay, errand.ResultDay}; !slices.Equal(kinds(month), want) || month.Deals != 1 {
		t.Fatalf("%d deals, %v, want %v", month.Deals, kinds(month), want)
	}
	for i, words := range []string{"walk the night ward (with Colin Hartwig)", "Maria Chen promised: send the list", "The bet", "Their step: the board meets", "The order is expected", "A result is to be there"} {
		if !strings.Contains(month.Items[i].Words, words) {
			t.Errorf("%q, want %q", month.Items[i].Words, words)
		}
	}
	if c := calendar(t, d, showing.CalendarInput{From: on(3), To: on(9)}); !slices.Equal(kinds(c), []errand.DueKind{errand.TheirPromise, errand.OurBet}) {
		t.Errorf("of a week: %v", kinds(c))
	}
	for _, in := range []showing.CalendarInput{{Search: "nobody"}, {Outcome: "won"}, {Owner: "hanna"}, {Narrow: showing.Narrow{Currency: "EUR"}}} {
		if c := calendar(t, d, in); len(c.Items) != 0 {
			t.Errorf("%+v leaves %v", in, kinds(c))
		}
	}
	for _, in := range []showing.CalendarInput{{From: on(1), To: on(0)}, {From: on(0), To: on(400)}} {
		if _, err := operation.ListCalendar.Run(t.Context(), d, &in); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%v to %v is %v", in.From, in.To, err)
		}
	}
	seen := map[string]bool{}
	for _, e := range month.Events() {
		if seen[e.Ref] || !strings.HasPrefix(e.Title, "Montrevel: ") {
			t.Errorf("%q: %q", e.Ref, e.Title)
		}
		seen[e.Ref] = true
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: w, Result: "kept", Promise: promise.Facts[0].String()})
	if c := calendar(t, d, showing.CalendarInput{From: on(0), To: on(60)}); slices.Contains(kinds(c), errand.TheirPromise) {
		t.Errorf("it was kept, and stands there still: %v", kinds(c))
	}
	if c := calendar(t, d, showing.CalendarInput{View: desk.View{AsOf: on(-1)}, From: on(0), To: on(60)}); len(c.Items) != 0 {
		t.Errorf("the day before anything was known: %v", kinds(c))
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "postponed", Until: on(40), Text: "the merger takes all hands"})
	if c := calendar(t, d, showing.CalendarInput{From: on(0), To: on(60)}); !slices.Equal(kinds(c), []errand.DueKind{errand.BackDay}) {
		t.Errorf("put off: %v", kinds(c))
	}
}

// BenchmarkCalendar says how long the calendar takes among 20,000 deals, beside
// a page of the list in the same run.
func BenchmarkCalendar(b *testing.B) {
	now := time.Date(2025, 3, 12, 9, 0, 0, 0, time.UTC)
	d := seat.Desk(b, &now)
	l, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "many.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	d.Ledger = l
	today := throughline.DayOf(now, time.UTC)
	for first := 0; first < 20_000; first += 1000 {
		var batch store.Batch
		for i := first; i < first+1000; i++ {
			at := now.AddDate(0, 0, -i%200-1)
			add := func(body deal.Body) {
				batch.Facts = append(batch.Facts, deal.Fact{ID: throughline.FactID(storetest.ID("f", i, len(batch.Facts))), Deal: throughline.DealID(storetest.ID("deal", i)),
					Happened: at, Learned: at, Recorded: at, Source: deal.Source{System: "person"}, Turn: int32(len(batch.Facts) % 4), Body: body})
			}
			add(deal.Opened{Title: fmt.Sprintf("Rota for ward %d", i), Owner: throughline.PersonID(storetest.ID("person", i%200))})
			add(deal.CloseDateMoved{To: today.Add(i % 180)})
			add(deal.PromiseMade{What: "send the list", Who: "their lawyers", Due: today.Add(i % 90)})
			add(deal.Strategy{Bet: "if they sign", By: today.Add(i % 120).String(), Moves: []deal.Move{{What: "walk the ward", By: today.Add(i % 60).String()}}})
		}
		if _, err := l.Append(b.Context(), d.Workspace, batch); err != nil {
			b.Fatal(err)
		}
	}
	k := listing.New(&d.Desk)
	if err := k.Check(b.Context()); err != nil {
		b.Fatal(err)
	}
	d.Lists = k
	mine := throughline.PersonID(storetest.ID("person", 3)).String()
	for name, q := range map[string]question{
		"list of everybody":     {operation.ListDeals, &showing.DealsInput{Sort: "close-date", Limit: 100, Sums: true}},
		"list of one seller":    {operation.ListDeals, &showing.DealsInput{Sort: "close-date", Limit: 100, Owner: mine, Sums: true}},
		"calendar of one":       {operation.ListCalendar, &showing.CalendarInput{Owner: mine, From: today, To: today.Add(34)}},
		"calendar of everybody": {operation.ListCalendar, &showing.CalendarInput{From: today, To: today.Add(34)}},
		"today of one":          {operation.ListToday, &showing.TodayInput{Owner: mine}},
		"today of everybody":    {operation.ListToday, &showing.TodayInput{}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := q.ask(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
