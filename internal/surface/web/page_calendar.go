package web

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/showing"
)

// calendarItems is how many things a day of the calendar shows unfolded.
const calendarItems = 4

// calendarView is the list as a calendar: a month of what is due, week by week.
type calendarView struct {
	listView
	Month                string
	Earlier, This, Later string // addresses of other months; This is empty in the present one
	Weekdays             []string
	Weeks                []calendarWeek
	Unseen               string
	ICS                  string // address of what is seen, for a calendar program
	Mine                 choice // that only one's own is shown, and the way to everybody's
}

type calendarWeek struct {
	Name  string // from its first to its last day
	Days  []calendarDay
	Void  bool   // nothing is due in it
	Count string // how many things are due in it
	Calm  string // "open": the one that a narrow screen begins with; it folds the others
}

type calendarDay struct {
	Number, Name, ISO string
	Today, Outside    bool // outside: of another month
	Items, Rest       []calendarItem
	More              string
}

type calendarItem struct {
	Words, Whose, Full, Href, Kind string
	Late                           bool
}

// month is the first day of the month that is asked for, the present one where
// none is, or what stands there is none.
func (v *visit) month() throughline.Day {
	if d, err := throughline.ParseDay(v.query.Get("month") + "-01"); err == nil && d.Civil().Year() >= 1900 && d.Civil().Year() < 2200 {
		return d
	}
	return firstOf(v.day())
}

func firstOf(d throughline.Day) throughline.Day {
	t := d.Civil()
	return throughline.DayOf(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC), time.UTC)
}

// monthAway is the month that lies some months before or after another, as
// addresses spell it.
func monthAway(first throughline.Day, months int) string {
	return first.Civil().AddDate(0, months, 0).Format("2006-01")
}

// calendarInput is what a calendar asks for: the filters of the list, and whole
// weeks around a month.
func (v *visit) calendarInput(in *showing.DealsInput, first throughline.Day) *showing.CalendarInput {
	from := first.Add(-((int(first.Civil().Weekday()) + 6) % 7)) // a week begins on Monday
	last := firstOf(first.Add(31)).Add(-1)
	to := last.Add((7 - int(last.Civil().Weekday())) % 7)
	return &showing.CalendarInput{View: in.View, Narrow: in.Narrow, From: from, To: to, Search: in.Search, Outcome: in.Outcome, Owner: in.Owner, Stage: in.Stage,
		Process: in.Process, Silent: in.Silent, Asking: in.Asking}
}

// calendar makes the page of the list as a calendar.
func (v *visit) calendar(head listView, in *showing.DealsInput) (component, error) {
	p, first := v.p, v.month()
	c, err := ask[showing.Calendar](v, operation.ListCalendar, v.calendarInput(in, first))
	if err != nil {
		return nil, err
	}
	out := calendarView{listView: head, Month: v.monthName(first), Earlier: v.to("month", monthAway(first, -1)), Later: v.to("month", monthAway(first, 1))}
	out.Old = nil
	if first != firstOf(v.day()) {
		out.This = v.to("month", "")
	}
	byDay, n := map[throughline.Day][]calendarItem{}, 0
	for _, x := range c.Items {
		byDay[x.Day] = append(byDay[x.Day], calendarItem{Words: x.Words, Whose: cmp.Or(x.Account, x.Deal.Title), Full: x.Deal.Title,
			Href: v.link("/deals/" + x.Deal.ID.String()), Kind: string(x.Kind), Late: x.Day.Sub(c.AsOf) < 0 && x.Kind != errand.OurMove}) // nobody ticks a move off
		if firstOf(x.Day) == first {
			n++
		}
	}
	if out.Heading = p.Say("calendar.heading", "n", n, "month", out.Month); n == 0 {
		out.Heading = p.Say("calendar.heading_none", "month", out.Month)
	}
	out.Worth, out.CSV, out.None = "", "", ""
	if len(c.Items) > 0 {
		out.ICS = address("/deals.ics", v.kept())
	} else {
		out.None = p.Say("calendar.none_here", "month", out.Month)
	}
	if c.Unseen > 0 {
		out.Unseen = p.Say("calendar.unseen", "n", c.Unseen)
	}
	if me := v.desk.Author; !me.IsZero() && in.Owner == throughline.ID(me).String() {
		out.Mine = choice{Word: p.Say("calendar.everybody"), Href: v.to("owner", "")}
	}
	begun := false
	for day := c.From; day.Compare(c.To) <= 0; {
		due := 0
		week := calendarWeek{Name: p.Say("calendar.week", "from", p.DayNear(day, v.day()), "to", p.DayNear(day.Add(6), v.day()))}
		for range 7 {
			d := calendarDay{Number: strconv.Itoa(day.Civil().Day()), Name: p.Say("today.weekday", "weekday", p.WeekdayName(day), "day", p.DayNear(day, v.day())),
				ISO: day.String(), Today: day == c.AsOf, Outside: firstOf(day) != first, Items: byDay[day]}
			if more := len(d.Items) - calendarItems; more > 1 { // one alone takes the room of the word that folds it
				d.Items, d.Rest, d.More = d.Items[:calendarItems], d.Items[calendarItems:], p.Say("calendar.more", "n", more)
			}
			due += len(d.Items) + len(d.Rest)
			week.Days = append(week.Days, d)
			day = day.Add(1)
		}
		week.Void, week.Count = due == 0, p.Say("calendar.count", "n", due)
		if due > 0 && !begun && (day.Compare(c.AsOf) > 0 || day.Compare(c.To) > 0) {
			week.Calm, begun = "open", true
		}
		out.Weeks = append(out.Weeks, week)
	}
	for i := range 7 {
		out.Weekdays = append(out.Weekdays, p.WeekdayName(c.From.Add(i)))
	}
	return calendarPage(out), nil
}

func (v *visit) monthName(first throughline.Day) string {
	t := first.Civil()
	return v.p.Say("calendar.month", "month", v.p.Say("month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// calendarFile gives what a calendar shows to a calendar program: as it is now,
// under no address that others could read.
func (s *site) calendarFile(w http.ResponseWriter, r *http.Request) {
	v := s.visitFor(w, r)
	in, _ := v.listInput()
	c, err := ask[showing.Calendar](v, operation.ListCalendar, v.calendarInput(in, v.month()))
	if err != nil {
		s.page(func(*visit) (component, error) { return nil, err }).ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="due-`+monthAway(v.month(), 0)+`.ics"`)
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(plan.Calendar(c.Events(), v.desk.Now()))
}
