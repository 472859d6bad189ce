package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// dealHeadView is what stands above every reading of a deal: what it is called,
// whose it is, what it is worth, when, where we stand and who of us has it. Each
// of them is changed where it stands.
type dealHeadView struct {
	Heading string
	Address string
	Tabs    []choice

	Ended, EndWhy, EndKind, EndHref string
	Merged                          choice // the deal that tells this one now
	Gone                            bool   // it is on no list any more

	Account, Amount, Close, Stage, Owner headValue
	Opened                               choice
	Chips                                []chipView

	Title      string // as a form shows it
	AmountNow  string
	CloseDate  string
	Past       bool // the day on which the order was expected has passed
	Stages     []choice
	Owners     []choice
	AccountNow string
}

// headValue is a value of the head, where it comes from, and its name.
type headValue struct {
	Name, Word string
	Href       string // the fact that says so
	Far        bool
	Plain      bool // the word alone says which value it is
}

// aloud is the value as it is read, with what a tap on it does.
func (h headValue) aloud(p phraser) string {
	if h.Plain {
		return p.Say("head.change_value", "value", h.Word)
	}
	return p.Say("head.change", "name", h.Name, "value", h.Word)
}

type chipView struct {
	Word string
	Far  bool
	Href string
}

// head fills what stands above the road.
func (t teller) head() dealHeadView {
	p, page, r := t.p, t.page, t.page.Reading
	today, open := t.day(), r.Outcome == throughline.StillOpen
	out := dealHeadView{Heading: heading(p, page.DealRow), Address: "/deals/" + page.ID.String(), Title: page.Title, AccountNow: page.Account}
	out.Account = headValue{Name: p.Say("head.customer"), Word: page.Account, Href: t.lastOf(deal.KindOpened, deal.KindDescribed)}
	out.Amount = headValue{Name: p.Say("field.amount"), Word: p.Money(page.Amount), Href: t.lastOf(deal.KindAmountChanged)}
	if !page.CloseDate.IsZero() {
		out.Close = headValue{Plain: true, Word: p.Say("deal.close_date", "day", p.DayNear(page.CloseDate, today)), Href: t.lastOf(deal.KindCloseDateMoved)}
		out.Past = open && page.CloseDate.Sub(today) < 0
		out.Close.Far = out.Past
	}
	out.Close.Name = p.Say("more.date")
	out.Stage = headValue{Name: p.Say("more.stage"), Word: page.ForeignStage, Href: t.lastOf(deal.KindStageMoved)}
	if page.Stage != "" {
		out.Stage.Plain = true
		out.Stage.Word = p.Say("road.stage", "name", p.Place(t.book(), page.Stage))
	}
	out.Owner = headValue{Name: p.Say("head.owner"), Plain: true, Href: t.lastOf(deal.KindOpened, deal.KindOwnerChanged)}
	if page.Owner != "" {
		out.Owner.Word = p.Say("deal.owner", "who", page.Owner)
	}
	if !page.Opened.IsZero() {
		out.Opened = choice{Word: p.Say("deal.opened", "ago", p.Ago(page.Opened, today)), Href: t.lastOf(deal.KindOpened)}
	}
	out.chips(t)
	out.end(t)
	out.CloseDate = page.CloseDate.String()
	if a := page.Amount; !a.Zero() {
		out.AmountNow = strings.TrimSpace(strings.ReplaceAll(throughline.Money{Cents: a.Cents}.String(), ",", "") + " " + a.Currency)
	}
	out.Stages = t.stageChoices()
	return out
}

func (h *dealHeadView) chips(t teller) {
	p, r := t.p, t.page.Reading
	h.Chips = append(h.Chips, chipView{Word: p.Class(r.Class), Href: t.link(h.Address + "/class")})
	if r.Outcome == throughline.StillOpen {
		h.Chips = append(h.Chips, chipView{Word: p.Silence(r.Silence), Far: r.Silence.Silent, Href: t.lastAct()})
	}
	if r.Decided {
		h.Chips = append(h.Chips, chipView{Word: p.Say("deal.decided"), Href: t.link(h.Address + "/contracting")})
	}
}

// end says in the head how a deal ended.
func (h *dealHeadView) end(t teller) {
	outcome := t.page.Reading.Outcome
	if outcome == throughline.StillOpen {
		return
	}
	h.Ended, h.EndWhy, h.EndKind = t.page.End, t.page.EndWhy, endTone(outcome)
	h.EndHref, h.Gone = t.lastOf(deal.KindEnded), outcome == throughline.Removed
	for _, f := range t.page.Deal.OfKind(deal.KindLinked) {
		if l := f.Body.(deal.Linked); h.Gone && l.As == deal.MergedInto {
			h.Merged = choice{Word: t.p.Say("head.merged_into"), Href: t.link("/deals/" + l.To.String())}
		}
	}
}

// stageChoices lists the stages of our process, for the form.
func (t teller) stageChoices() (out []choice) {
	here := t.page.Stage
	if from, ok := t.book().Stage(here); ok {
		if own, ok := t.process().StageFor(from); ok {
			here = own.Addr
		}
	}
	for _, s := range t.process().Stages {
		out = append(out, choice{Word: s.Name.Text.In(t.p.Code()), Href: string(s.Addr), Here: s.Addr == here})
	}
	return out
}

// headOf is the head of a page of a deal, with whom it may be handed to.
func (t teller) headOf(tab string) dealHeadView {
	out := t.head()
	out.Tabs = t.tabs(t.page.ID.String(), tab)
	if !t.desk.MayWrite() || !t.asOf.IsZero() {
		return out
	}
	ours, err := ask[showing.Ours](t.visit, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return out // the head can be read without it, and a name typed
	}
	for _, o := range ours.People {
		out.Owners = append(out.Owners, choice{Word: o.Name, Href: o.ID.String(), Here: o.ID == t.page.Deal.Owner.Value})
	}
	return out
}

// factHref gives the place of a fact: on this page of the ledger, or on the one
// that it stands on.
func (t teller) factHref(f deal.Fact) string {
	place := "#f-" + f.ID.String()
	if t.shown[f.ID] {
		return place
	}
	known := t.page.Deal.Known
	i := len(known) - 1 - slices.IndexFunc(known, func(k deal.Fact) bool { return k.ID == f.ID })
	return t.ledgerAt("offset", offsetWord(i/ledgerRows*ledgerRows)) + place
}

// ledgerAt gives the address of the deal's ledger.
func (t teller) ledgerAt(pairs ...string) string {
	q := url.Values{}
	if !t.asOf.IsZero() {
		q.Set("as_of", t.asOf.String())
	}
	return address("/deals/"+t.page.ID.String()+"/ledger", q, pairs...)
}

// questionHref leads to what speaks to a question, a milestone or a step.
func (t teller) questionHref(a throughline.Address) string {
	path := "/questions"
	if _, step := a.Step(); step {
		path = "/contracting"
	}
	return t.link("/deals/"+t.page.ID.String()+path) + "#" + anchor(a)
}

// lastOf leads to the newest fact of some kinds; "" where there is none.
func (t teller) lastOf(kinds ...deal.Kind) string {
	facts := t.page.Deal.OfKind(kinds...)
	if len(facts) == 0 {
		return ""
	}
	return t.factHref(facts[len(facts)-1])
}

// lastAct leads to what the customer did last.
func (t teller) lastAct() string {
	for _, f := range slices.Backward(t.page.Deal.Known) {
		if t.page.Deal.ActOfTheirs(f) {
			return t.factHref(f)
		}
	}
	return ""
}

func anchor(a throughline.Address) string {
	if a.Milestone() {
		return "m-" + a.Last()
	}
	return a.Last() // p3, k1, c2
}
