package web

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/surface/customer"
)

// planView is the page on which a deal's plan is shared.
type planView struct {
	frame
	Tabs       []choice
	Heading    string
	Address    string
	Made       bool
	Stands     bool
	Standing   string // of a made-up company: a link to open as the customer would
	Link       string // just made; shown once
	LinkUntil  string
	LinkOpen   bool // it goes over the network in the clear
	Begins     []choice
	Domain     string   // what binding a link to a domain comes to here
	Domains    []string // those to which a link is bound that stands
	Code       string   // just made; shown once
	CodeOnce   string
	Links      []planLinkView
	Kept       string
	Goal       string
	Late       bool
	Asks       []choice // what nobody has answered yet
	Many, None string
	Persons    []choice
	Sections   []planSectionView
}

type planLinkView struct {
	For, Made, State string
	Bound            string
	Off              bool
}

type planSectionView struct {
	Name  string
	Steps []planStepView
}

type planStepView struct {
	Text, Who, When, Begin string
	Late, Far, Proposed    bool
	Mark                   string
}

// plans adds the pages of a deal's plan.
func (s *site) plans(mux *http.ServeMux) {
	mux.Handle("GET /deals/{id}/plan", s.page(s.plan))
	mux.Handle("GET /deals/{id}/plan/preview", s.page(s.planPreview))
	mux.Handle("POST /deals/{id}/plan", s.form(s.postPlan))
	mux.Handle("POST /deals/{id}/plan/code", s.form(s.postPlanCode))
	mux.Handle("POST /deals/{id}/plan/revoke", s.post(s.postPlanRevoke))
	mux.HandleFunc("GET /deals/{id}/plan/file", s.planFile)
}

func (s *site) plan(v *visit) (component, error) {
	out, err := v.planView()
	if err != nil {
		return nil, err
	}
	return planPage(out), nil
}

func (v *visit) planView() (planView, error) {
	page, err := ask[sharing.PlanPage](v, operation.ShowPlan, &sharing.PlanInput{ID: v.PathValue("id")})
	if err != nil {
		return planView{}, err
	}
	p, id, today := v.p, page.Deal.String(), v.desk.Today()
	out := planView{
		frame:   v.frame(heading(p, page.Row), "deals"),
		Tabs:    v.tabs(id, "plan"),
		Heading: p.Say("planning.heading"),
		Address: "/deals/" + id + "/plan",
		Made:    page.Made,
		Stands:  page.Shared,

		Standing: page.Standing,
	}
	out.Begins = []choice{{Word: p.Say("planning.from_won"), Href: sharing.FromWon}}
	for _, m := range sharing.Markets(p.Code()) {
		out.Begins = append(out.Begins, choice{Word: m.Name, Href: m.Word})
	}
	out.Domain = p.Say("planning.domain_hand")
	if v.desk.Mail != nil {
		out.Domain = p.Say("planning.domain_means")
	}
	if page.Kept > 0 {
		out.Kept = p.Say("planning.kept", "n", page.Kept)
	}
	for _, l := range page.Links {
		row := planLinkView{For: l.For, Made: p.Say("planning.made", "day", p.DayNear(l.Made, today)), Off: !l.Stands}
		if row.For == "" {
			row.For = p.Say("planning.anybody")
		}
		if l.Domain != "" {
			row.Bound = p.Say("planning.bound", "domain", l.Domain)
			if l.Stands && !slices.Contains(out.Domains, l.Domain) {
				out.Domains = append(out.Domains, l.Domain)
			}
		}
		if l.Theirs {
			row.Made = p.Say("planning.made_theirs", "day", p.DayNear(l.Made, today))
		}
		switch {
		case l.Revoked:
			row.State = p.Say("planning.revoked")
		case !l.Stands:
			row.State = p.Say("planning.ended", "day", p.DayNear(l.Expires, today))
		case l.Opened.IsZero():
			row.State = p.Say("planning.unopened", "day", p.DayNear(l.Expires, today))
		default:
			row.State = p.Say("planning.opened", "opened", p.DayNear(l.Opened, today), "day", p.DayNear(l.Expires, today))
		}
		out.Links = append(out.Links, row)
	}
	x := page.Plan
	switch {
	case x.Goal.IsZero():
		out.Goal = p.Say("planning.no_goal")
	case x.End.IsZero():
	case x.End.Sub(x.Goal) > 0:
		out.Goal, out.Late = p.Say("planning.late", "goal", p.DayNear(x.Goal, today), "end", p.DayNear(x.End, today)), true
	default:
		out.Goal = p.Say("planning.holds", "goal", p.DayNear(x.Goal, today), "end", p.DayNear(x.End, today))
	}
	for _, q := range x.Questions {
		if !q.Known || q.Unknown {
			out.Asks = append(out.Asks, choice{Word: p.Say("decision." + string(q.Aspect))})
		}
	}
	if n := len(x.Steps); n > plan.Most {
		out.Many = p.Say("planning.many", "n", n)
	}
	for _, s := range plan.Sections() {
		sec := planSectionView{Name: p.Say("plan.section_" + string(s))}
		for _, step := range x.In(s) {
			row := planStepView{
				Text:     step.Text,
				Who:      whoseStep(p, step),
				When:     p.PlanWhen(step, today),
				Late:     step.Late(today) > 0,
				Proposed: step.Proposed && step.Open(),
				Mark:     stepKind(step.State),
			}
			if step.Open() && !step.Begin.IsZero() && step.State == throughline.StepNotBegun {
				row.Begin, row.Far = p.Say("plan.begin", "day", p.DayNear(step.Begin, today)), step.Critical
			}
			sec.Steps = append(sec.Steps, row)
		}
		if len(sec.Steps) > 0 {
			out.Sections = append(out.Sections, sec)
		}
	}
	for _, who := range page.People {
		out.Persons = append(out.Persons, choice{Word: page.Names.Person(who), Href: who.String()})
	}
	return out, nil
}

// whoseStep says whose a step is, as one of ours sees it.
func whoseStep(p *phrase.Phrase, s plan.Step) string {
	if s.Owner != "" {
		return s.Owner
	}
	if s.Side == deal.Us {
		return p.Say("way.our_own")
	}
	return p.Say("way.theirs")
}

// postPlan makes a link and shows it, once: it is kept nowhere.
func (s *site) postPlan(v *visit) (component, error) {
	w, err := v.writing()
	if err != nil {
		return v.again(err)
	}
	days, err := strconv.Atoi(strings.TrimSpace(v.text("days")))
	if err != nil {
		days = 0
	}
	made, err := ask[sharing.PlanLinked](v, operation.LinkPlan, &sharing.LinkInput{Writing: w, For: v.text("person"), Days: days, Domain: v.text("domain"), From: v.text("from")})
	if err != nil {
		return v.again(err)
	}
	out, err := v.planView()
	if err != nil {
		return nil, err
	}
	out.Link, out.LinkUntil = made.URL, v.p.Say("planning.until", "day", v.p.Day(made.Expires))
	if v.desk.PublicURL == "" {
		out.Link = "http://" + v.Host + made.Path
		if arrival.Secure(v.Request) {
			out.Link = "https://" + v.Host + made.Path
		}
		out.LinkOpen = !arrival.Secure(v.Request) && !loopback(v.Host)
	}
	return planPage(out), nil
}

// postPlanCode makes a code for an address and shows it, once.
func (s *site) postPlanCode(v *visit) (component, error) {
	made, err := ask[sharing.PlanCode](v, operation.PassCode, &sharing.CodeInput{ID: v.PathValue("id"), Address: v.text("address")})
	if err != nil {
		return v.again(err)
	}
	out, err := v.planView()
	if err != nil {
		return nil, err
	}
	out.Code = v.p.Say("planning.code_made", "address", v.text("address"), "code", made.Code)
	out.CodeOnce = v.p.Say("planning.code_once", "minutes", made.Minutes)
	return planPage(out), nil
}

// loopback reports whether a host, with or without a port, is this machine.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *site) postPlanRevoke(v *visit) (string, error) {
	if _, err := ask[sharing.PlanPage](v, operation.RevokePlan, &sharing.PlanInput{ID: v.PathValue("id")}); err != nil {
		return "", err
	}
	v.tell(said{What: "plan_revoked"})
	return "/deals/" + v.PathValue("id") + "/plan", nil
}

// planPreview is the customer's page, in the language of whoever looks.
func (s *site) planPreview(v *visit) (component, error) {
	page, err := ask[sharing.PlanPage](v, operation.ShowPlan, &sharing.PlanInput{ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return customer.Preview(page.Preview(), v.p.Code()), nil
}

func (s *site) planFile(w http.ResponseWriter, r *http.Request) {
	d := s.options.Desk(r, s.language(w, r))
	out, err := operation.ExportPlan.Run(r.Context(), d, &sharing.PlanExportInput{ID: r.PathValue("id"), As: r.URL.Query().Get("as")})
	if err != nil {
		s.page(func(*visit) (component, error) { return nil, err }).ServeHTTP(w, r)
		return
	}
	file := out.(sharing.PlanExport)
	w.Header().Set("Content-Type", file.Type)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	_, _ = w.Write([]byte(file.Text))
}
