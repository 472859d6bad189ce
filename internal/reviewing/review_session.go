package reviewing

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/showing"
)

// SessionInput says whose deals to talk over.
type SessionInput struct {
	desk.View
	Seller string          `arg:"" name:"seller" query:"seller" json:"seller" help:"The seller: a name, part of one, or our id."`
	Deals  int             `name:"deals" short:"n" placeholder:"N" default:"2" query:"deals" json:"deals,omitempty" help:"How many deals, at most 12."`
	Since  throughline.Day `name:"since" placeholder:"DATE" query:"since" json:"since,omitzero" help:"What is new since this day (default: since each was last talked over, or for two weeks)."`
}

// Session is the answer of ReviewSession.
type Session struct {
	AsOf   throughline.Day      `json:"as_of"`
	Seller throughline.PersonID `json:"seller"`
	Name   string               `json:"name"`
	Open   int                  `json:"open"`
	Told   int                  `json:"told"` // open deals of which something comes from the customer
	Deals  []SessionDeal        `json:"deals"`
}

// SessionDeal is one deal to talk over.
type SessionDeal struct {
	showing.DealRow
	Says    []Clash                 `json:"says"`
	Judged  forecasting.Categorised `json:"judged"`
	Since   throughline.Day         `json:"since"`
	Named   bool                    `json:"since_named,omitempty"` // that day was asked for; else it was last talked over then
	Talked  bool                    `json:"talked_over"`           // somebody has talked it over; else nobody has yet
	Theirs  []Happened              `json:"theirs"`                // what the customer said or did since
	Ours    []Happened              `json:"ours"`                  // what we did
	Moved   []Happened              `json:"moved"`                 // dates, amounts, stages
	Due     []DueThing              `json:"due"`
	Ask     []AskThing              `json:"ask"` // at most three
	Asked   []Left                  `json:"asked"`
	Notes   []Left                  `json:"notes"`
	Untold  bool                    `json:"untold"` // nothing comes from the customer: there is nothing to compare with
	Bet     string                  `json:"bet,omitempty"`
	Version int                     `json:"strategy_version,omitempty"`
	Then    *forecasting.DealBy     `json:"then,omitempty"` // what was said of it by that day, and when
	ThenOn  throughline.Day         `json:"then_on,omitzero"`
	Now     *forecasting.DealBy     `json:"now,omitempty"`
}

// Happened is a fact in words.
type Happened struct {
	Text string             `json:"text"`
	On   throughline.Day    `json:"on"`
	Fact throughline.FactID `json:"fact"`
}

// DueThing is something with a day that has come or comes within two weeks.
type DueThing struct {
	Text string          `json:"text"`
	Due  throughline.Day `json:"due"`
	Side deal.Side       `json:"side"`
	Late int             `json:"late"` // days; negative before

	Promise string `json:"promise,omitempty"` // what they promised, bare; empty where nobody promised it
}

// AskThing is a question a manager may ask: a code with its arguments, in words.
type AskThing struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

const (
	mostSessionDeals = 12
	mostWeighed      = 300 // of a seller's open deals, those with most reason to look first
	mostNew          = 6   // facts of each kind
	mostAsk          = 3
	unreviewedDays   = 14
	dueWithin        = 14
)

// ReviewSession does the work of operation.ReviewSession: one seller's deals to talk over: what is new, what is due, what to ask.
func ReviewSession(ctx context.Context, d *Desk, in SessionInput) (Session, error) {
	const op = "review session"
	if desk.Outside(in.Deals) {
		return Session{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	seller, err := d.Lists.Seller(ctx, &d.Desk, strings.TrimSpace(in.Seller))
	if err != nil {
		return Session{}, err
	}
	today := in.Day(&d.Desk)
	out := Session{AsOf: today, Seller: seller, Deals: []SessionDeal{}}
	people, err := d.Read().People(ctx, []throughline.PersonID{seller})
	if err != nil {
		return out, err
	}
	out.Name = people[seller].Name
	list, err := showing.DealsOf(ctx, d.showing(),
		showing.DealsInput{View: in.View, Owner: seller.String(), Outcome: throughline.StillOpen.Word(), Sort: "attention", Limit: mostWeighed})
	if err != nil {
		return out, err
	}
	out.Open = list.Matched
	type candidate struct {
		row   showing.DealRow
		says  []Clash
		apart int
	}
	var all []candidate
	for _, row := range list.Rows {
		out.Told += desk.Count(row.Reading.FromCustomer)
		says, apart := disagree(row.Summary, row.Reading, forecasting.CategoryNow(row.Summary, d.Days()), today)
		all = append(all, candidate{row, says, apart})
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.apart, a.apart), cmp.Compare(b.row.Reading.Weight, a.row.Reading.Weight), bytes.Compare(a.row.ID[:], b.row.ID[:]))
	})
	most := in.Deals
	if most == 0 {
		most = mostPlaces
	}
	used := map[string]bool{}
	for _, c := range all[:min(most, mostSessionDeals, len(all))] {
		x, err := d.sessionDeal(ctx, in, c.row, c.says, used)
		if err != nil {
			return out, err
		}
		out.Deals = append(out.Deals, x)
	}
	return out, d.sessionChances(ctx, &out)
}

// sessionDeal tells one deal.
func (d *Desk) sessionDeal(ctx context.Context, in SessionInput, row showing.DealRow, says []Clash, used map[string]bool) (SessionDeal, error) {
	prep, err := PrepareCall(ctx, d, showing.DealInput{View: in.View, ID: row.ID.String()})
	if err != nil {
		return SessionDeal{}, err
	}
	today := in.Day(&d.Desk)
	x := SessionDeal{DealRow: row, Says: append([]Clash{}, says...), Judged: forecasting.CategoryNow(row.Summary, d.Days()), Untold: !prep.Reading.FromCustomer,
		Theirs: []Happened{}, Ours: []Happened{}, Moved: []Happened{}, Due: []DueThing{}, Ask: []AskThing{}, Asked: []Left{}, Notes: []Left{}}
	switch x.Since, x.Talked = talkedOver(prep.Deal, d); {
	case !in.Since.IsZero():
		x.Since, x.Named = in.Since, true
	case !x.Talked:
		x.Since = today.Add(-unreviewedDays)
	}
	p := phrase.For(d.Language)
	d.sinceThen(&x, prep, p)
	d.dueNow(&x, prep, p, today)
	if x.Asked, err = leftFor(ctx, d, row.ID, in.Instant(&d.Desk)); err != nil {
		return x, err
	}
	if all := prep.Deal.Strategies(today); len(all) > 0 {
		v := all[len(all)-1]
		x.Version, x.Bet = v.Number, p.Text(prep.Names, v.Strategy.Bet)
	}
	x.Ask = d.asks(x, prep, p, used)
	return x, nil
}

// talkedOver gives the last day on which somebody other than its seller left a
// question or a note on a deal.
func talkedOver(f deal.Deal, d *Desk) (day throughline.Day, ok bool) {
	for _, fact := range f.OfKind(deal.KindAsked, deal.KindNoted) {
		if fact.Author().IsZero() && fact.Body.Kind() == deal.KindAsked || !fact.Author().IsZero() && fact.Author() != f.Owner.Value {
			day, ok = throughline.DayOf(fact.When(), d.Days()), true
		}
	}
	return day, ok
}

// sinceThen sorts what was learned since a day: theirs, ours, and what the deal is.
func (d *Desk) sinceThen(x *SessionDeal, prep Preparation, p *phrase.Phrase) {
	moved := []deal.Kind{deal.KindCloseDateMoved, deal.KindAmountChanged, deal.KindStageMoved, deal.KindOwnerChanged, deal.KindJudged,
		deal.KindClassified, deal.KindProcessPicked, deal.KindResumed}
	for _, f := range slices.Backward(prep.Deal.Known) {
		day := throughline.DayOf(f.Learned, d.Days())
		if day.Compare(x.Since) < 0 {
			continue
		}
		kind := f.Body.Kind()
		h := Happened{Text: p.Fact(prep.Names, f), On: f.Day(d.Days()), Fact: f.ID}
		activity, act := f.Body.(deal.Activity)
		var into *[]Happened
		switch {
		case kind == deal.KindNoted:
			x.Notes = append(x.Notes, Left{Text: p.Text(prep.Names, f.Body.(deal.Noted).Text), By: prep.People[f.Author()].Name, On: h.On, Fact: f.ID})
			continue
		case kind == deal.KindAsked || kind == deal.KindCorrection || kind == deal.KindOpened || kind == deal.KindDescribed:
			continue
		case slices.Contains(moved, kind):
			into = &x.Moved
		case act && activity.By == deal.Customer || slices.Contains(deal.FromCustomer.Kinds(), kind) && (!f.Graded() || f.Grade.FromCustomer()):
			into = &x.Theirs
		default:
			into = &x.Ours
		}
		if len(*into) < mostNew {
			*into = append(*into, h)
		}
	}
	x.Notes = x.Notes[:min(len(x.Notes), mostNew)]
}

// dueNow lists what has a day that has come or comes soon.
func (d *Desk) dueNow(x *SessionDeal, prep Preparation, p *phrase.Phrase, today throughline.Day) {
	add := func(text string, due throughline.Day, side deal.Side, promise string) {
		if text != "" && !due.IsZero() && due.Sub(today) <= dueWithin {
			x.Due = append(x.Due, DueThing{text, due, side, today.Sub(due), promise})
		}
	}
	for _, r := range prep.Promises {
		if r.Result == "" {
			who := r.Who
			if n := prep.People[r.Person].Name; n != "" {
				who = n
			}
			what := p.Text(prep.Names, r.What)
			add(p.Say("session.promised", "who", who, "what", what), r.Due, deal.Customer, what)
		}
	}
	word := func(o Owed) string {
		if o.Text != "" {
			return p.Text(prep.Names, o.Text)
		}
		return p.Place(d.BookOf(x.Summary), o.Step)
	}
	for _, o := range prep.Underway {
		add(word(o), o.Due, deal.Customer, "")
	}
	for _, o := range prep.Owed {
		add(word(o), o.Due, deal.Us, "")
	}
	if by, ok := x.Summary.BetDue(); ok {
		add(p.Say("session.bet"), by, deal.Us, "")
	}
	add(p.Say("session.close_date"), x.CloseDate, deal.Us, "")
	slices.SortStableFunc(x.Due, func(a, b DueThing) int { return a.Due.Compare(b.Due) })
}

// asks chooses the questions that come from what is missing in just this deal;
// one that was asked of an earlier deal of the session is passed over.
func (d *Desk) asks(x SessionDeal, prep Preparation, p *phrase.Phrase, used map[string]bool) []AskThing {
	a := asker{Phrase: p, asOf: prep.Reading.AsOf, used: used, out: []AskThing{}}
	book := d.BookOf(x.Summary)
	a.late(x.Due)
	a.clashes(x.Says, book)
	for _, ph := range prep.Reading.Phases {
		if ph.Shown && ph.State == throughline.Reopened {
			a.add("reopened", "phase", p.Phase(book, ph.Phase))
		}
	}
	for _, r := range prep.Reading.Reasons {
		if r.Code == alignment.ContractingUnbegun {
			a.add("paper")
		}
	}
	for _, m := range prep.Missing {
		a.add("role", "role", p.Role(m.Role))
	}
	if by, ok := x.Summary.BetDue(); ok && by.Compare(a.asOf) <= 0 {
		a.add("bet", "day", p.DayNear(by, a.asOf))
	}
	if x.Version == 0 {
		a.add("strategy")
	}
	for _, q := range prep.Questions {
		if q.Ask != "" {
			a.put("question", q.Ask)
		}
	}
	at := prep.Reading.Firm
	if !at.Known() {
		at = throughline.Own
	}
	for _, issue := range issuesFrom(at, mostSessionDeals) {
		a.put("issue", p.Say("issue."+issue))
	}
	return a.out
}

// asker gathers what to ask of a deal: few things, none that was asked of another.
type asker struct {
	*phrase.Phrase
	asOf throughline.Day
	used map[string]bool
	out  []AskThing
}

func (a *asker) add(code string, pairs ...any) { a.put(code, a.Say("session.ask_"+code, pairs...)) }

func (a *asker) put(code, text string) {
	if len(a.out) < mostAsk && !a.used[text] {
		a.used[text] = true
		a.out = append(a.out, AskThing{code, text})
	}
}

// late asks after the first thing of the customer's that is overdue.
func (a *asker) late(all []DueThing) {
	for _, due := range all {
		if due.Side != deal.Customer || due.Late <= 0 {
			continue
		}
		day := a.DayNear(due.Due, a.asOf)
		if due.Promise != "" {
			a.add("promise", "what", due.Promise, "day", day)
		} else {
			a.add("due", "what", due.Text, "day", day)
		}
		return
	}
}

// clashes asks after what two say differently.
func (a *asker) clashes(all []Clash, book *playbook.Playbook) {
	for _, c := range all {
		day := a.DayNear(c.Since, a.asOf)
		switch c.Code {
		case OnOurWord:
			a.add("on_our_word", "word", a.Category(deal.Category(c.Word)))
		case GoneQuiet:
			a.add("quiet", "span", a.Days(c.Count))
		case LongPast:
			a.add("past", "day", day)
		case SoonAndOpen:
			a.add("soon", "day", day)
		case FarAhead:
			a.add("ahead", "phase", a.Phrase.Phase(book, c.Phase))
		case BetterThanWe:
			a.add("further")
		}
	}
}

// sessionChances adds what was said of each deal by its day, and is said now.
func (d *Desk) sessionChances(ctx context.Context, out *Session) error {
	bySince := map[throughline.Day][]throughline.DealID{}
	for _, x := range out.Deals {
		bySince[x.Since] = append(bySince[x.Since], x.ID)
	}
	for since, ids := range bySince {
		b, err := forecasting.SaidBetween(ctx, d.Forecaster(), ids, since, out.AsOf)
		if err != nil {
			return err
		}
		for i := range out.Deals {
			x := &out.Deals[i]
			if x.Since != since {
				continue
			}
			if now, ok := b.Now[x.ID]; ok {
				x.Now = &now
			}
			if then, ok := b.Then[x.ID]; ok && b.ThenOn != b.NowOn {
				x.Then, x.ThenOn = &then, b.ThenOn
			}
		}
	}
	return nil
}

// SessionMinutes is how long it takes to prepare some deals, in minutes: two and
// a half each, ten for four (DOMAIN 9.1).
func SessionMinutes(deals int) int { return (5*deals + 1) / 2 }
