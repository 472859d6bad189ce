package showing

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
)

const (
	mostToday = 5   // deals on the list at once
	mostOpen  = 100 // deals with a day within the week that are looked at; where no list says which, open deals, those that ask most first
	mostNext  = 30  // deals with a day after today that are looked at for the next one
	mostWeek  = 8   // lines of the week
	weekDays  = 7
)

// TodayInput says whose deals.
type TodayInput struct {
	desk.View
	Owner string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
}

// HeldInput says whose deals, and which ones stand on the list already.
type HeldInput struct {
	TodayInput
	Held []throughline.DealID `json:"held"` // they stay, in this order, whatever has become of them; none: as many as begin a day
	More int                  `json:"more"` // how many others are added to those held
}

// Today is the answer of ListToday.
type Today struct {
	AsOf throughline.Day `json:"as_of"`
	desk.Tally
	Calls
	Rows    []TodayRow      `json:"rows"`
	Waiting int             `json:"waiting"`         // others with something to do
	Rest    int             `json:"rest"`            // open deals with nothing to do now
	Next    throughline.Day `json:"next,omitzero"`   // the next day on which something of those is due or asked again, of the first deals with a day
	Week    []TodayDue      `json:"week"`            // what has a day within a week, soonest first
	WeekAll int             `json:"week_all"`        // how much of it there is
	Newest  throughline.Day `json:"newest,omitzero"` // the newest day any fact speaks of
	Found   diag.Findings   `json:"findings,omitempty"`

	Behind time.Time `json:"-"` // since when it lacks what another program wrote; zero: it lacks nothing
}

// Findings gives what is to be said about the filter.
func (t Today) Findings() diag.Findings { return t.Found }

// TodayRow is a deal with the one thing to do about it.
type TodayRow struct {
	DealRow
	Errand  errand.Errand `json:"errand,omitzero"` // none where nothing is asked any more
	Act     string        `json:"act,omitempty"`   // the errand in words
	Because string        `json:"because,omitempty"`
	IfLeft  string        `json:"if_left,omitempty"`
	Said    string        `json:"said_not_theirs,omitempty"` // who said that it is not theirs

	looks throughline.PersonID // whose list it is
}

// Finished reports whether nothing is left to do about it today. That somebody
// else said that it is not theirs leaves it to whoever looks.
func (r TodayRow) Finished() bool {
	y := r.Reading.Aside
	return !r.Reading.Asks() || y != nil && (y.How != deal.AsideNotMine || y.By == r.looks)
}

// TodayDue is something of a deal that has a day.
type TodayDue struct {
	errand.Due
	Deal    Named  `json:"deal"`
	Account string `json:"account,omitempty"`
	Words   string `json:"words"`
}

// ListToday does the work of operation.ListToday: what to do today: at most five deals, each with one act, and what has a day this week.
func ListToday(ctx context.Context, d *Desk, in TodayInput) (Today, error) {
	return ListTodayHeld(ctx, d, HeldInput{TodayInput: in})
}

// ListTodayHeld does the work of operation.ListTodayHeld: the same list with
// what somebody has begun on left where it stood.
func ListTodayHeld(ctx context.Context, d *Desk, in HeldInput) (Today, error) {
	asOf := in.Instant(&d.Desk)
	add := in.More
	if len(in.Held) == 0 {
		add = mostToday
	}
	asking, err := DealsOf(ctx, d, DealsInput{View: in.View, Owner: in.Owner, Asking: true, Sort: "attention", Limit: len(in.Held) + mostToday + 15})
	if err != nil {
		return Today{}, err
	}
	if asking.Matched == 0 {
		if asking.Found, err = d.unknownNames(ctx, asOf, in.Owner, "", ""); err != nil {
			return Today{}, err
		}
	}
	out := Today{AsOf: asking.AsOf, Tally: asking.Tally, Calls: *asking.Calls, Rows: []TodayRow{}, Week: []TodayDue{}, Newest: asking.Newest,
		Found: asking.Found, Behind: asking.Behind}
	chosen, err := d.heldRows(ctx, asOf, in.Held, asking)
	if err != nil {
		return out, err
	}
	disowned := 0
	for _, r := range asking.Rows {
		if y := r.Reading.Aside; y != nil && y.How == deal.AsideNotMine && y.By == d.Author && !y.By.IsZero() {
			disowned++
			continue
		}
		if add > 0 && !slices.ContainsFunc(chosen, func(c DealRow) bool { return c.ID == r.ID }) {
			chosen, add = append(chosen, r), add-1
		}
	}
	left := 0
	for _, r := range chosen {
		row := TodayRow{DealRow: r, looks: d.Author}
		if left += desk.Count(!row.Finished()); r.Reading.Asks() {
			row.Errand, _ = d.errandOf(r)
		}
		out.Rows = append(out.Rows, row)
	}
	out.Waiting = max(0, out.Asking-left-disowned)
	open, listed, err := d.dueOnes(ctx, asOf, in.View, in.Owner)
	if err == nil && !listed {
		open, err = d.openOnes(ctx, asOf, in.View, in.Owner)
	}
	if err != nil {
		return out, err
	}
	dues := out.look(open)
	return out, d.sayToday(ctx, &out, dues)
}

// heldRows gives the rows of deals that stand on the list already, in their order.
func (d *Desk) heldRows(ctx context.Context, asOf time.Time, held []throughline.DealID, asking DealList) ([]DealRow, error) {
	at := make(map[throughline.DealID]DealRow, len(held))
	for _, r := range asking.Rows {
		at[r.ID] = r
	}
	var rest []throughline.DealID
	for _, id := range held {
		if _, there := at[id]; !there {
			rest = append(rest, id)
		}
	}
	some, err := d.summariesAt(ctx, rest, asOf)
	if err != nil {
		return nil, err
	}
	more, err := Rows(ctx, d, asking.Norms, asOf, some)
	if err != nil {
		return nil, err
	}
	for _, r := range more {
		at[r.ID] = r
	}
	var out []DealRow
	for _, id := range held {
		if r, there := at[id]; there {
			out = append(out, r)
		}
	}
	return out, nil
}

// errandOf gives the one thing to do about a deal.
func (d *Desk) errandOf(r DealRow) (errand.Errand, bool) {
	book := d.BookOf(r.Summary)
	process := OnProcess(r.Summary, book)
	today := r.Reading.AsOf
	var early []blend.StepDates
	if slices.ContainsFunc(r.Reading.Reasons, func(y alignment.Reason) bool { return y.Code == alignment.ContractingUnbegun }) {
		early = blend.Early(blend.Dates(book, process, r.Reading, throughline.Contracting, r.CloseDate, today), today, 14)
	}
	return errand.Of(r.Summary, r.Reading, blend.At(book, process, r.Summary, r.Reading, today), early)
}

// openOnes gives open deals, those that ask most first; a bounded number, so
// that it takes as long among a hundred thousand.
func (d *Desk) openOnes(ctx context.Context, asOf time.Time, view desk.View, owner string) ([]DealRow, error) {
	l, err := DealsOf(ctx, d, DealsInput{View: view, Owner: owner, Outcome: throughline.StillOpen.Word(), Sort: "attention", Limit: mostOpen})
	return l.Rows, err
}

// dueOnes gives the deals of which something is due within a week, and those of
// which something is due or asked again next, by the days that the lists keep;
// ok is false where these are not of now.
func (d *Desk) dueOnes(ctx context.Context, asOf time.Time, view desk.View, owner string) (rows []DealRow, ok bool, err error) {
	if !view.AsOf.IsZero() {
		return nil, false, nil
	}
	norms, ok, err := d.Lists.Listed(ctx, &d.Desk, asOf)
	if !ok || err != nil {
		return nil, false, err
	}
	owners, err := d.sellersMeant(ctx, owner)
	if err != nil {
		return nil, false, err
	}
	today := throughline.DayOf(asOf, asOf.Location())
	var ids []throughline.DealID
	for _, q := range []store.Days{{From: today, To: today.Add(weekDays - 1), Owners: owners, Limit: mostOpen}, {From: today.Add(1), Owners: owners, Limit: mostNext}} {
		due, err := d.Read().ListedDays(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, x := range due {
			ids = append(ids, x.Deal)
		}
	}
	some, err := d.summariesAt(ctx, desk.Distinct(ids), asOf)
	if err == nil {
		rows, err = Rows(ctx, d, norms, asOf, some)
	}
	return rows, true, err
}

// dated is something that has a day, with whose it is.
type dated struct {
	errand.Due
	row *DealRow
}

// look gathers what has a day within a week, and when something is asked next of
// the deals of which nothing is asked now.
func (t *Today) look(open []DealRow) (week []dated) {
	sooner := func(day throughline.Day) {
		if day.Sub(t.AsOf) > 0 && (t.Next.IsZero() || day.Sub(t.Next) < 0) {
			t.Next = day
		}
	}
	for i := range open {
		r := &open[i]
		quiet := !r.Reading.Asks()
		if y := r.Reading.Aside; quiet && y != nil {
			sooner(y.Until)
		}
		for _, due := range errand.Dues(r.Summary) {
			if quiet {
				sooner(due.Day)
			}
			shown := slices.ContainsFunc(t.Rows, func(x TodayRow) bool { return x.ID == r.ID && sameErrand(x.Errand, due) })
			if in := due.Day.Sub(t.AsOf); in >= 0 && in < weekDays && !shown {
				week = append(week, dated{due, r})
			}
		}
	}
	t.Rest = max(0, t.Outcomes[throughline.StillOpen.Word()]-t.Calls.Open())
	t.WeekAll = len(week)
	slices.SortStableFunc(week, func(a, b dated) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), bytes.Compare(a.row.ID[:], b.row.ID[:]))
	})
	return week[:min(len(week), mostWeek)]
}

// sameErrand reports whether an errand is what is due.
func sameErrand(e errand.Errand, d errand.Due) bool {
	return !d.Fact.IsZero() && d.Fact == e.Fact || e.Code == errand.Move && d.Kind == errand.OurMove && d.What == e.What ||
		e.Code == errand.Bet && d.Kind == errand.OurBet
}

// sayToday puts what was found into words.
func (d *Desk) sayToday(ctx context.Context, t *Today, week []dated) error {
	seen := map[throughline.PersonID]bool{}
	meet := func(id throughline.PersonID, texts ...string) {
		if !id.IsZero() {
			seen[id] = true
		}
		for _, s := range texts {
			desk.Mentioned(s, seen)
		}
	}
	for _, r := range t.Rows {
		meet(r.Errand.Person, r.Errand.What)
		if p := r.Errand.Promise; p != nil {
			meet(p.Person, p.What, p.Who)
		}
		if y := r.Reading.Aside; y != nil {
			meet(y.By)
		}
	}
	for _, w := range week {
		meet(w.Person, w.What, w.Who)
	}
	var ids []throughline.PersonID
	for id := range seen {
		ids = append(ids, id)
	}
	people, err := d.Read().People(ctx, ids)
	if err != nil {
		return err
	}
	words := phrase.For(d.Language)
	names := func(r *DealRow) phrase.Names {
		return phrase.Names{Book: d.BookOf(r.Summary), Today: t.AsOf, Person: func(id throughline.PersonID) string { return people[id].Name }}
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		n := names(&r.DealRow)
		if y := r.Reading.Aside; y != nil && y.How == deal.AsideNotMine {
			r.Said = people[y.By].Name
		}
		if r.Errand.Code == "" {
			continue
		}
		r.Act, r.IfLeft = words.Errand(n, r.Errand), words.ErrandLeft(n, r.Errand)
		if r.Because = phrase.Initial(words.Say("errand.planned")); r.Errand.Reason.Code != "" {
			r.Because = phrase.Initial(words.Reason(n, r.Reading, r.Errand.Reason))
		}
	}
	for _, w := range week {
		t.Week = append(t.Week, TodayDue{Due: w.Due, Deal: Named{ID: w.row.ID, Title: w.row.Title}, Account: w.row.Account, Words: words.Due(names(w.row), w.Due)})
	}
	return nil
}
