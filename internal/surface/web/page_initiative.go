package web

import (
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/timeline"
)

// initiativesView is the list of what customers want to change.
type initiativesView struct {
	frame
	Rows []initiativeRow
}

type initiativeRow struct {
	Name, Href, Account, Outcome string
	Notes                        []string
	Trouble                      []string
}

// initiativeView is one change effort of a customer's.
type initiativeView struct {
	frame
	Name, Account, Outcome string
	Facts                  []field
	Sponsor                string // said when nobody stands behind it, else empty
	Deals                  []initiativeDealView
	Purchases              []purchaseView
	Risk                   riskView
	Address                string // /deals/ID of a deal of ours through which it is written; empty: nobody writes
	Here                   string
	States                 []choice // of other purchases
	By                     string
}

type initiativeDealView struct {
	Title, Href  string
	Notes        []string
	Left         bool
	Off, OffNote string // what trouble takes off, and because of what
	Because      []string
}

type purchaseView struct {
	ID, What string
	Notes    []string
	States   []choice
	Done     bool
}

// riskView is what of the wider change moves, is stuck, fails and is done, as
// one picture against the day of the consequence.
type riskView struct {
	Heading, Text string
	Counts        []riskCount
	Large, Down   string
	Rows          []riskRow // with words, for who writes
}

type riskCount struct {
	Word string
	Far  bool
}

type riskRow struct {
	ID, What string
	Notes    []string
	Far      bool
	Wider    bool
	States   []choice
	Action   string
}

func (s *site) initiativePages(mux *http.ServeMux) {
	mux.Handle("GET /initiatives", s.page(s.initiatives))
	mux.Handle("GET /initiatives/{id}", s.page(s.initiative))
}

func (s *site) initiatives(v *visit) (component, error) {
	all, err := ask[showing.InitiativeList](v, operation.ListInitiatives, &showing.InitiativesInput{View: desk.View{AsOf: v.asOf}})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := initiativesView{frame: v.frame(p.Say("initiative.title"), "deals")}
	for _, i := range all.Rows {
		row := initiativeRow{Name: i.Name, Href: v.link("/initiatives/" + i.ID.String()), Account: i.Account, Outcome: i.Outcome}
		ours := 0
		for _, d := range i.Deals {
			if d.Part != deal.NoPart {
				ours++
			}
		}
		row.Notes = append(row.Notes, p.Say("initiative.ours", "n", ours))
		if n := len(i.Purchases); n > 0 {
			row.Notes = append(row.Notes, p.Say("initiative.others", "n", n))
		}
		if !i.By.IsZero() {
			row.Notes = append(row.Notes, p.Say("initiative.by", "day", p.DayNear(i.By, v.day())))
		}
		for _, c := range v.riskCounts(i.Picture) {
			if c.Far {
				row.Trouble = append(row.Trouble, c.Word)
			}
		}
		if i.NoSponsor {
			row.Trouble = append(row.Trouble, p.Say("initiative.nobody"))
		}
		out.Rows = append(out.Rows, row)
	}
	return initiativesPage(out), nil
}

func (s *site) initiative(v *visit) (component, error) {
	i, err := ask[showing.InitiativePage](v, operation.ShowInitiative, &showing.InitiativeNamed{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return initiativePage(v.initiativeView(i)), nil
}

func (v *visit) initiativeView(i showing.InitiativePage) initiativeView {
	p, today := v.p, v.day()
	out := initiativeView{Name: i.Name, Account: i.Account, Outcome: i.Outcome, By: i.By.String(), Here: "/initiatives/" + i.ID.String()}
	out.frame = v.frame(i.Name, "deals")
	if i.By.IsZero() {
		out.By = ""
	}
	fact := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, field{p.Say("initiative." + key), value})
		}
	}
	fact("measure", i.Measure)
	fact("sponsor", i.Sponsor)
	if i.NoSponsor {
		out.Sponsor = p.Say("initiative.nobody")
	}
	switch {
	case i.Consequence != "" && !i.By.IsZero():
		fact("consequence", p.Say("initiative.consequence_on", "what", i.Consequence, "day", p.DayNear(i.By, today)))
	case i.Consequence != "":
		fact("consequence", i.Consequence)
	case !i.By.IsZero():
		fact("consequence", p.DayNear(i.By, today))
	}
	if !i.Said.IsZero() {
		fact("said", p.Ago(i.Said, today))
	}
	for _, d := range i.Deals {
		row := initiativeDealView{Title: d.Title, Href: v.link("/deals/" + d.ID.String()), Left: d.Part == deal.NoPart}
		switch {
		case row.Left:
			row.Notes = append(row.Notes, p.Say("initiative.has_left", "day", p.DayNear(d.Since, today)))
		case d.Part == deal.Observes:
			row.Notes = append(row.Notes, p.Say("initiative.we_look_on"))
		}
		if d.Serves != "" {
			row.Notes = append(row.Notes, p.Say("initiative.serves", "what", d.Serves))
		}
		if d.Outcome == throughline.StillOpen.Word() {
			row.Notes = append(row.Notes, p.Where(v.desk.Book, d.Reading))
		} else {
			row.Notes = append(row.Notes, p.Outcome(throughline.Outcome(d.Outcome)))
		}
		if d.Left < 1 && !row.Left {
			row.Off, row.Because = p.Say("initiative.off", "n", int((1-d.Left)*100+0.5)), d.Because
		}
		out.Deals = append(out.Deals, row)
		if out.Address == "" && !row.Left && v.asOf.IsZero() {
			out.Address = "/deals/" + d.ID.String()
		}
	}
	for _, x := range i.Purchases {
		row := purchaseView{ID: x.Fact.String(), What: x.What, States: v.purchaseStates(x.State), Done: x.State == deal.InUse || x.State == deal.Stopped}
		row.Notes = append(row.Notes, p.PurchaseState(x.State))
		if x.Supplier != "" {
			row.Notes = append(row.Notes, p.Say("initiative.from", "supplier", x.Supplier))
		}
		if !x.Due.IsZero() && !row.Done {
			row.Notes = append(row.Notes, p.Say("track.due", "day", p.DayNear(x.Due, today)))
		}
		if x.Serves != "" {
			row.Notes = append(row.Notes, p.Say("initiative.serves", "what", x.Serves))
		}
		out.Purchases = append(out.Purchases, row)
	}
	out.States = v.purchaseStates(deal.Considered)
	out.Risk = v.risk("initiative", i.Works, i.By)
	for k, w := range i.Works {
		at := out.Address
		if !w.Deal.IsZero() {
			at = "/deals/" + w.Deal.String()
		}
		if at != "" {
			out.Risk.Rows[k].Action = at + "/work"
		}
	}
	return out
}

func (v *visit) purchaseStates(now deal.PurchaseState) []choice {
	var out []choice
	for _, s := range deal.PurchaseStates() {
		out = append(out, choice{Word: phrase.Initial(v.p.PurchaseState(s)), Href: string(s), Here: s == now})
	}
	return out
}

// riskCounts says how much of the work stands how, the worst first.
func (v *visit) riskCounts(n map[showing.WorkStands]int) []riskCount {
	var out []riskCount
	for _, s := range showing.WorkStandings() {
		if n[s] > 0 {
			far := s == showing.WorkFails || s == showing.WorkIsStuck || s == showing.WorkOverdue
			out = append(out, riskCount{Word: v.p.Say("risk.count_"+string(s), "n", n[s]), Far: far})
		}
	}
	return out
}

// risk draws the work against the day of the consequence.
func (v *visit) risk(id string, works []showing.WorkRow, by throughline.Day) riskView {
	p, today := v.p, v.day()
	out := riskView{Heading: p.Say("risk.heading"), Text: p.Say("risk.none")}
	if len(works) == 0 {
		return out
	}
	n := map[showing.WorkStands]int{}
	picture := timeline.Timeline{ID: "risk-" + id, Title: out.Heading, Today: today, TodayName: p.Say("dates.today"), Goal: by,
		Legend: timeline.Legend{Done: p.Say("risk.done"), Going: p.Say("risk.goes"), Due: p.Say("risk.due"), Late: p.Say("risk.bad")}}
	if !by.IsZero() {
		picture.GoalName = p.Say("risk.by", "day", p.DayNear(by, today))
	}
	for _, w := range works {
		n[w.Stands]++
		say := p.Say("risk."+string(w.Stands), "ago", p.Ago(w.Since, today), "span", p.Days(w.Late))
		step := timeline.Step{Name: w.What, Label: w.What + ": " + say, Say: say, State: w.State, Due: w.Due, Href: "#work-" + w.Fact.String()}
		switch w.Stands {
		case showing.WorkFails, showing.WorkIsStuck:
			step.Late, step.From, step.Until = true, w.Since, today
		case showing.WorkOverdue:
			step.Late, step.From, step.Until, step.Began = true, w.Due, w.Due, w.Since
		case showing.WorkMoves:
			step.Began = w.Since
		case showing.WorkIsDone:
			step.Done = w.Since
		default:
			step.From, step.Until = w.Due, w.Due
		}
		picture.Steps = append(picture.Steps, step)
		row := riskRow{ID: w.Fact.String(), What: w.What, Far: step.Late, Wider: w.Deal.IsZero(), States: teller{visit: v}.workStates(w.State), Notes: []string{say}}
		if !w.Due.IsZero() && w.State != throughline.StepDone {
			row.Notes = append(row.Notes, p.Say("track.due", "day", p.DayNear(w.Due, today)))
		}
		if w.Owner != "" {
			row.Notes = append(row.Notes, w.Owner)
		}
		if w.Serves != "" {
			row.Notes = append(row.Notes, p.Say("initiative.serves", "what", w.Serves))
		}
		out.Rows = append(out.Rows, row)
	}
	out.Counts = v.riskCounts(n)
	out.Text = p.Say("risk.no_day")
	if !by.IsZero() {
		out.Text = p.Say("risk.against", "day", p.DayNear(by, today))
	}
	picture.Desc = out.Text
	from, to := picture.Span()
	for _, d := range timeline.Firsts(from, to) {
		picture.Ticks = append(picture.Ticks, timeline.Tick{Day: d, Name: p.Tick(d, today)})
	}
	out.Large, out.Down = picture.Large(), picture.Down()
	return out
}

// initiativeLineView is the one line in which a deal says of which change it is
// a part, and with which other purchases.
type initiativeLineView struct {
	Name, Href string // empty: it is a part of none
	Others     []choice
	Trouble    []string
	Why        []choice // what of the wider change stands badly for this deal
}

// withWider adds to the line what of the wider change stands badly for the
// deal; there is a line for that alone, too.
func (t teller) withWider(x *initiativeLineView) *initiativeLineView {
	for _, y := range t.page.Reading.Reasons {
		switch y.Code {
		case alignment.WorkFailing, alignment.WorkStuck, alignment.WorkLate, alignment.SponsorMissing, alignment.PriorityOld:
		default:
			continue
		}
		if t.page.Reading.Outcome != throughline.StillOpen {
			return x // the card of what comes after the order says it
		}
		if x == nil {
			x = &initiativeLineView{}
		}
		x.Why = append(x.Why, choice{Word: phrase.Initial(t.p.Reason(t.names, t.page.Reading, y)), Href: t.link("/deals/"+t.page.ID.String()+"/contracting") + "#risk-h"})
	}
	return x
}

// initiativeLine tells a deal's page of the initiative it belongs to.
func (v *visit) initiativeLine(s *deal.Summary) (*initiativeLineView, showing.InitiativePage, error) {
	if len(s.InitiativeIDs(false)) == 0 {
		return nil, showing.InitiativePage{}, nil
	}
	l, err := ask[showing.InitiativeLine](v, operation.ShowInitiativeOf, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: s.Deal.String()})
	if err != nil || l.ID.IsZero() {
		return nil, showing.InitiativePage{}, err
	}
	out := &initiativeLineView{Name: l.Name, Href: v.link("/initiatives/" + l.ID.String())}
	for _, o := range l.Others {
		out.Others = append(out.Others, choice{Word: o.Title, Href: v.link("/deals/" + o.ID.String())})
	}
	for _, c := range v.riskCounts(l.Page.Picture) {
		if c.Far {
			out.Trouble = append(out.Trouble, c.Word)
		}
	}
	return out, l.Page, nil
}

// widerView is what the page of a deal's change shows of it: the picture, and
// the initiative it is a part of or may join.
type widerView struct {
	Risk  riskView
	Line  *initiativeLineView
	Joins []choice // initiatives of this customer
}

// change puts the wider change of a deal into a picture.
func (v *visit) change(page showing.DealPage) (widerView, error) {
	var out widerView
	line, whole, err := v.initiativeLine(&page.Deal.Summary)
	if err != nil {
		return out, err
	}
	t := v.teller(page)
	words := func(s string) string { return v.p.Text(t.names, s) }
	by := whole.By
	for _, a := range page.Deal.Decision() {
		if a.Aspect == deal.Consequence && !a.Day.IsZero() && by.IsZero() {
			by = a.Day
		}
	}
	works := page.Deal.Works()
	rows := works[:0:0]
	for _, w := range works {
		if w.Initiative.IsZero() || page.Deal.In(w.Initiative) {
			rows = append(rows, w)
		}
	}
	out.Line = line
	out.Risk = v.risk("deal", showing.WorkRows(rows, v.day(), words), by)
	if line == nil && v.desk.MayWrite() && v.asOf.IsZero() {
		all, err := ask[showing.InitiativeList](v, operation.ListInitiatives, &showing.InitiativesInput{View: desk.View{AsOf: v.asOf}})
		if err != nil {
			return out, err
		}
		for _, i := range all.Rows {
			if i.Account != "" && i.Account == page.Account {
				out.Joins = append(out.Joins, choice{Word: i.Name, Href: i.ID.String()})
			}
		}
	}
	return out, nil
}
