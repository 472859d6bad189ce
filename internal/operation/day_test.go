package operation_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TestTodayIsTheCompanysDay: what is recorded "today" has the day of whoever
// records it, for every reader; a day that has begun there is not still to come,
// and one that has not is.
func TestTodayIsTheCompanysDay(t *testing.T) {
	for _, c := range []struct{ zone, now, today string }{
		{"Pacific/Auckland", "2024-03-31T19:30:00Z", "2024-04-01"},
		{"Pacific/Kiritimati", "2024-03-31T10:00:00Z", "2024-04-01"},
		{"Pacific/Chatham", "2024-03-31T10:15:00Z", "2024-04-01"},
		{"Asia/Tokyo", "2024-03-31T14:59:59Z", "2024-03-31"},
		{"America/Phoenix", "2024-04-01T06:59:00Z", "2024-03-31"},
		{"Europe/Berlin", "2024-03-31T21:59:00Z", "2024-03-31"}, // the day has 23 hours
		{"America/New_York", "2024-11-04T04:30:00Z", "2024-11-03"},
		{"UTC", "2024-03-31T23:59:00Z", "2024-03-31"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		d, today := seat.Desk(t, &now), seat.On(t, c.today)
		d.Zone = seat.Place(t, c.zone)
		opened := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Pumps"})
		at := recording.Writing{ID: opened.Deal.String()}
		note := func(text string, day throughline.Day) error {
			w := at
			w.On = day
			_, err := operation.RecordNote.Run(t.Context(), d, &recording.NoteInput{Writing: w, Text: text})
			return err
		}
		for text, day := range map[string]throughline.Day{"now": {}, "today": today, "before": today.Add(-1)} {
			if err := note(text, day); err != nil {
				t.Errorf("%s: a note of %s (%s) is refused: %v", c.zone, text, day, err)
			}
		}
		if note("tomorrow", today.Add(1)) == nil {
			t.Errorf("%s: a note of tomorrow, %s, was taken", c.zone, today.Add(1))
		}
		for _, reader := range []string{c.zone, "Pacific/Kiritimati", "Pacific/Pago_Pago"} {
			d.Zone = seat.Place(t, reader)
			days := map[string]string{}
			for _, f := range seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: opened.Deal.String()}).Facts {
				if b, is := f.Body.(deal.Noted); is {
					days[b.Text] = f.Day(d.Days()).String()
				}
			}
			if days["now"] != c.today || days["today"] != c.today || days["before"] != today.Add(-1).String() || len(days) != 3 {
				t.Errorf("recorded in %s on %s, read in %s: %v", c.zone, c.today, reader, days)
			}
		}
		d.Zone = seat.Place(t, c.zone)
		if got := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{}); got.AsOf != today || got.Rows[0].Opened != today {
			t.Errorf("%s: the list is as of %s, the deal opened on %s; it is %s", c.zone, got.AsOf, got.Rows[0].Opened, today)
		}
		then := seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: today}, ID: opened.Deal.String()})
		if !slices.ContainsFunc(then.Facts, func(f deal.Fact) bool { b, is := f.Body.(deal.Noted); return is && b.Text == "now" }) {
			t.Errorf("%s: as of today leaves out what was recorded today", c.zone)
		}
		if _, err := operation.ShowDeal.Run(t.Context(), d, &showing.DealInput{View: desk.View{AsOf: today.Add(-2)}, ID: opened.Deal.String()}); err == nil {
			t.Errorf("%s: the day before yesterday knows of it", c.zone)
		}
	}
}

// TestAnInstantHasEachReadersDay: an instant of an export that says no
// zone has each reader's own day, a date has one.
func TestAnInstantHasEachReadersDay(t *testing.T) {
	now := time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	folder := t.TempDir()
	file := filepath.Join(folder, "Opportunity.csv")
	if err := os.WriteFile(file, []byte("Id,Name,StageName,IsClosed,IsWon,CreatedDate,LastModifiedDate,CloseDate\n"+
		"0065e0000000001AAA,Pumps,Closed Won,true,true,2024-03-31T18:00:00.000Z,2024-05-20T09:00:00.000Z,2024-05-10\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.Zone = seat.Place(t, "Europe/Berlin")
	seat.Run[importing.Imported](t, d, operation.ImportSalesforce, &importing.ImportSalesforceInput{Paths: []string{folder}})
	for zone, opened := range map[string]string{"Asia/Tokyo": "2024-04-01", "America/New_York": "2024-03-31", "Europe/Berlin": "2024-03-31", "Pacific/Auckland": "2024-04-01"} {
		d.Zone = seat.Place(t, zone)
		row := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{}).Rows[0]
		if row.Opened.String() != opened || row.Closed.String() != "2024-05-10" {
			t.Errorf("%s: opened %s, closed %s; want %s and 2024-05-10", zone, row.Opened, row.Closed, opened)
		}
	}
}

// TestAgesCountDays: evidence loses a grade on the same day of the calendar,
// all day long, whether or not clocks were put in between.
func TestAgesCountDays(t *testing.T) {
	for _, c := range []struct{ zone, said string }{{"Europe/Berlin", "2024-03-20"}, {"Europe/Berlin", "2024-10-20"}, {"America/New_York", "2024-03-05"}, {"America/New_York", "2024-10-28"}, {"America/Phoenix", "2024-03-05"}, {"Pacific/Chatham", "2024-04-01"}} {
		zone, said := seat.Place(t, c.zone), seat.On(t, c.said)
		now := said.Start(zone).Add(15 * time.Hour)
		d := seat.Desk(t, &now)
		d.Zone = zone
		id := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Pumps"}).Deal
		f := deal.Fact{ID: throughline.FactID{1}, Deal: id, Happened: throughline.Dated(now, zone), Learned: throughline.Dated(now, zone), Grade: throughline.E2, Body: deal.Evidence{About: "journey/p3", Text: "said"}}
		if _, err := d.Ledger.Append(context.Background(), d.Workspace, store.Batch{Facts: []deal.Fact{f}}); err != nil {
			t.Fatal(err)
		}
		strength := func(at time.Time) (throughline.Grade, throughline.Day) {
			now = at
			p := seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: id.String()}).Reading.Phase(3)
			return p.Evidence[0].Strength, p.Evidence[0].Until
		}
		last, first := said.Add(29), said.Add(30) // a shelf life of 30 days
		if g, until := strength(last.End(zone)); g != throughline.E2 || until != last {
			t.Errorf("%s, said on %s: late on %s it is %s, good until %s", c.zone, said, last, g, until)
		}
		if g, _ := strength(first.Start(zone).Add(time.Minute)); g != throughline.E1 {
			t.Errorf("%s, said on %s: early on %s it is still %s", c.zone, said, first, g)
		}
	}
}

// TestTheTimezoneIsASetting: it is kept, taken back, and held to the list of zones.
func TestTheTimezoneIsASetting(t *testing.T) {
	now := time.Date(2024, 3, 31, 20, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	set := func(value string) caretaking.Settled {
		t.Helper()
		return seat.Run[caretaking.Settled](t, d, operation.ManageSettings, &caretaking.SettingsInput{Name: "timezone", Value: value})
	}
	if got := set("Pacific/Auckland"); got.Today.String() != "2024-04-01" || got.Zone != "Pacific/Auckland" || got.Offset != "+13:00" || len(got.Settings) != 1 {
		t.Errorf("after it was set: %+v", got)
	}
	if zone, err := caretaking.KeptZone(t.Context(), d.Ledger, d.Workspace); err != nil || zone.String() != "Pacific/Auckland" {
		t.Errorf("kept is %v, %v", zone, err)
	}
	for _, bad := range []caretaking.SettingsInput{{Name: "timezone", Value: "Mars/Olympus"}, {Name: "timezone", Value: "Local"}, {Name: "colour", Value: "blue"}} {
		if _, err := operation.ManageSettings.Run(t.Context(), d, &bad); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if got := set("default"); len(got.Settings) != 0 {
		t.Errorf("after it was taken back: %+v", got)
	}
	if zone, err := caretaking.KeptZone(t.Context(), d.Ledger, d.Workspace); err != nil || zone != nil {
		t.Errorf("kept is %v, %v", zone, err)
	}
}
