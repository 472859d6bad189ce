package web

import (
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/customer"
)

// afterView is what lies between an order and its result: the two questions
// that are left, what has to happen for it to be used, and the result.
type afterView struct {
	Heading, Where string
	Why            []string
	Asks           []afterAsk
	Steps          []afterStep
	Address, Then  string
	Note           string // the page of the result
	Results        string // how many of their targets are measured
	Due            string // when the next result is to be there
	Far            bool
}

type afterAsk struct {
	Name, Ask  string
	Sub, Helps []string
	Answered   bool
}

type afterStep struct {
	ID, Text, When, Who, Mark string
	Late, Open                bool
}

// after tells a won deal's page what is still to come; nil for others.
func (t teller) after() *afterView {
	p, r := t.p, t.page.Reading
	if r.Outcome != throughline.Won {
		return nil
	}
	address := "/deals/" + t.page.ID.String()
	out := &afterView{Heading: p.Say("after.heading"), Address: address, Then: t.URL.Path + "#after", Note: t.link(address + "/result")}
	for _, y := range r.Reasons {
		out.Why = append(out.Why, phrase.Initial(p.Reason(t.names, r, y)))
	}
	answered := 0
	for _, ph := range []throughline.Phase{throughline.Adopt, throughline.Prove} {
		x := r.Phase(ph)
		if !x.Shown { // not asked of a purchase like this
			answered++
			continue
		}
		ask := afterAsk{Name: p.Phase(t.book(), ph), Answered: x.State == throughline.Answered || x.State == throughline.NotNeeded}
		if q, ok := t.book().Question(ph); ok {
			ask.Ask = q.Ask.Text.In(p.Code())
			for _, s := range q.Sub {
				ask.Sub = append(ask.Sub, s.Text.In(p.Code()))
			}
			for _, s := range q.Helps {
				ask.Helps = append(ask.Helps, s.Text.In(p.Code()))
			}
		}
		if ask.Answered {
			answered++
		}
		out.Asks = append(out.Asks, ask)
	}
	out.Where = p.Say([]string{"after.at_use", "after.at_result", "after.at_end"}[answered])
	for _, s := range t.page.Deal.StatedSteps() {
		if ph, is := s.About.Phase(); !is || ph < throughline.Adopt {
			continue
		}
		v := t.statedStep(s)
		out.Steps = append(out.Steps, afterStep{ID: v.ID, Text: v.Text, When: v.When, Who: v.Who, Mark: v.Mark, Late: v.Late, Open: s.Open()})
	}
	t.afterResults(out)
	return out
}

// afterResults counts what is measured of what they wanted, and says when the
// next result is to be there.
func (t teller) afterResults(out *afterView) {
	p := t.p
	measured, all := 0, 0
	var next throughline.Day
	for _, m := range t.page.Deal.Measures() {
		all++
		if m.Result != nil {
			measured++
		} else if !m.By.IsZero() && (next.IsZero() || m.By.Sub(next) < 0) {
			next = m.By
		}
	}
	switch {
	case all == 0:
		out.Results = p.Say("after.no_target")
	case measured == all:
		out.Results = p.Say("after.all_measured")
	default:
		out.Results = p.Say("after.measured", "of", all, "n", measured)
	}
	if !next.IsZero() {
		out.Far = next.Sub(t.day()) < 0
		key := "after.due"
		if out.Far {
			key = "after.overdue"
		}
		out.Due = p.Say(key, "day", p.DayNear(next, t.day()))
	}
}

// afterPages adds the pages that are given to a customer beside the plan: what
// came of it, and one to go by for whom there is no plan yet.
func (s *site) afterPages(mux *http.ServeMux) {
	mux.Handle("GET /deals/{id}/result", s.page(s.resultNote))
	mux.Handle("GET /deals/{id}/guide", s.page(s.guide))
}

func (s *site) resultNote(v *visit) (component, error) {
	page, err := ask[sharing.PlanPage](v, operation.ShowPlan, &sharing.PlanInput{ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return customer.Note(page.Preview(), v.p.Code(), v.link("/deals/"+page.Deal.String())), nil
}

// guide is one page to print for a customer who has no plan yet.
func (s *site) guide(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t := v.teller(page)
	in := customer.GuideInput{Name: page.Account, At: guideFrom(page.Reading), Book: t.book(), Today: v.day(), Lang: v.p.Code(), Back: v.link("/deals/" + page.ID.String() + "/plan")}
	for _, ph := range page.Reading.Phases {
		if ph.Shown {
			in.Shown = append(in.Shown, ph.Phase)
		}
	}
	return customer.Guide(in), nil
}

// guideFrom is the question from which on a customer is guided.
func guideFrom(r alignment.Reading) throughline.Phase {
	switch {
	case r.Firm.Known():
		return r.Firm
	case len(r.Ask) > 0:
		return r.Ask[0]
	case r.Outcome == throughline.Won:
		return throughline.Adopt
	}
	return throughline.Notice
}

// sides are whose step of using it is.
func (a afterView) sides(p phraser) []choice {
	return []choice{
		{Word: phrase.Initial(p.Say("way.theirs")), Href: string(deal.Customer), Here: true},
		{Word: phrase.Initial(p.Say("way.our_own")), Href: string(deal.Us)},
	}
}
