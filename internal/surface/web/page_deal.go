package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// dealView is the first page of a deal: its head, the two roads, what to do now,
// and the strategy in five lines. Everything else has a page of its own and
// stands only there.
type dealView struct {
	frame
	Head       dealHeadView
	Large      string // the road, for wide screens
	Down       string // and for narrow ones
	Theirs     choice // what our reading of their position rests on
	Ours       choice // and that of ours
	Over       bool   // the deal has ended: the picture is history
	Now        nowView
	Then       *thenView  // what an end that is no order offers
	After      *afterView // of a won deal: what is still to come
	Strategy   *fiveView
	Bet        *betView
	Rethink    *rethinkView
	Alike      *alikeView  // won deals like this one, folded until they are asked for
	Lineage    lineageView // other deals of the same growth
	Initiative *initiativeLineView
	Private    choice // the way to what whoever looks keeps to themselves

	Stated   statedView // a purchase of somebody who knows how to buy: their steps
	Promises promisesView
	Measures measuresView // what they wanted to have moved, beside what came of it
}

func (s *site) deal(v *visit) (templ.Component, error) {
	for _, name := range []string{"facts", "order", "offset"} { // the ledger once stood on this page
		if v.query.Get(name) != "" {
			v.goTo = address("/deals/"+v.PathValue("id")+"/ledger", v.query)
			return nil, nil
		}
	}
	in := showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id"), Alike: v.query.Get(alikeParameter) != ""}
	page, err := ask[reviewing.Preparation](v, operation.PrepareCall, &in)
	if err != nil {
		return nil, err
	}
	view := v.dealView(page)
	view.Alike = v.teller(page.DealPage).alike()
	// The lineage reads the facts once more; most deals have none to show.
	if _, grows := blend.Conversion(&page.Deal.Summary, v.zone()); grows || len(page.Deal.OfKind(deal.KindLinked)) > 0 {
		if view.Lineage, err = v.lineage(page.ID.String()); err != nil {
			return nil, err
		}
	}
	if view.Private, err = v.privately(page.ID); err != nil {
		return nil, err
	}
	if view.Initiative, _, err = v.initiativeLine(&page.Deal.Summary); err != nil {
		return nil, err
	}
	view.Initiative = v.teller(page.DealPage).withWider(view.Initiative)
	if followed(page.DealPage) && v.query.Get("whole") == "" {
		return followPage(view), nil
	}
	return dealPage(view), nil
}

func (v *visit) dealView(prepared reviewing.Preparation) dealView {
	page := prepared.DealPage
	t := v.teller(page)
	r := page.Reading
	out := dealView{Head: t.headOf("deal"), Over: r.Outcome != throughline.StillOpen}
	out.frame = v.frame(out.Head.Heading, "deals")
	out.Live = v.liveAt(page)
	out.Now = t.now(prepared)
	out.Rethink, out.Bet = t.rethink(), t.bet()
	out.Promises = t.promises()
	picture := v.road(page.DealRow, "road", t.questionHref)
	picture.GapHref = "#distance"
	if out.Over {
		picture.GapHref = ""
		out.Then, out.After = t.then(), t.after()
		if r.Outcome == throughline.Won {
			out.Measures = t.measures()
		}
	} else {
		out.Theirs, out.Ours = t.rests()
	}
	out.Large, out.Down = picture.Large(), picture.Down()
	out.Strategy = t.five()
	if followed(page) {
		out.Stated = t.stated()
	}
	return out
}

// rests says what both ends of the distance rest on.
func (t teller) rests() (theirs, ours choice) {
	p, r, book := t.p, t.page.Reading, t.book()
	theirs.Word = p.Say("distance.unknown")
	switch {
	case r.FromCustomer && r.Firm.Known():
		theirs = choice{Word: p.Say("distance.theirs", "phase", p.Phase(book, r.Firm)), Href: t.questionHref(r.Firm.Address())}
	case r.FromCustomer:
		theirs = choice{Word: p.Say("where.all"), Href: t.link("/deals/" + t.page.ID.String() + "/questions")}
	}
	if !r.Ours.Phase.Known() {
		ours.Word = p.Say("gap.unknown")
		if r.Ours.Foreign != "" {
			ours.Word = p.Say("distance.foreign", "stage", r.Ours.Foreign)
		}
		ours.Href = t.lastOf(deal.KindStageMoved)
		return theirs, ours
	}
	since := p.Instant(r.Ours.Since, t.day(), t.zone())
	ours = choice{Word: p.Say("distance.ours", "phase", p.Phase(book, r.Ours.Phase), "name", p.Place(book, r.Ours.By), "day", since),
		Href: t.lastOf(deal.KindStageMoved)}
	if r.Ours.By.Milestone() {
		ours.Href = t.questionHref(r.Ours.By)
	}
	return theirs, ours
}

// thenView is what a deal that ended without an order offers next.
type thenView struct {
	Treat  []string // what helps against the cause of a no decision
	Links  []choice
	Resume bool
}

// then says what comes after an end without an order.
func (t teller) then() *thenView {
	p, id := t.p, "/deals/"+t.page.ID.String()
	outcome := t.page.Reading.Outcome
	if outcome == throughline.Won {
		return nil
	}
	out := &thenView{Resume: outcome != throughline.Removed}
	link := func(key, to string) { out.Links = append(out.Links, choice{Word: p.Say(key), Href: t.link(id + to)}) }
	if outcome != throughline.Removed {
		link("then.how", "/close")
		link("then.people", "/people")
	}
	for _, f := range t.page.Deal.OfKind(deal.KindEnded) {
		if end := f.Body.(deal.Ended); end.Outcome == throughline.NoDecision && end.Cause != throughline.CauseUnknown {
			out.Treat = []string{p.Say("treat." + string(end.Cause)), p.Say("avoid." + string(end.Cause))}
		}
	}
	return out
}

// dealPages adds the pages of one deal that this room draws.
func (s *site) dealPages(mux *http.ServeMux) {
	mux.Handle("GET /deals/{id}", s.page(s.deal))
	mux.Handle("GET /deals/{id}/questions", s.page(s.questions))
	mux.Handle("GET /deals/{id}/ledger", s.page(s.ledger))
	mux.Handle("GET /deals/{id}/forecast", s.page(s.dealForecast))
	mux.Handle("GET /deals/{id}/strategy", s.page(s.strategy))
	mux.Handle("POST /deals/{id}/strategy", s.form(s.postStrategy))
}
