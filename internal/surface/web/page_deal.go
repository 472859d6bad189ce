package web

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
)

type dealView struct {
	frame
	Heading    string
	Facts      []string
	Chips      []chipView
	End        string // how it ended
	EndHref    string
	Treat      []string // what helps against the cause of a no decision
	Override   string
	Over       string // href of the override's fact
	Locked     string
	Large      string // the road, for wide screens
	Down       string // and for narrow ones
	Why        []string
	Next       *phaseView
	NextNote   string
	Questions  []phaseView // to ask where nothing comes from the customer
	Aged       []choice    // answers that have grown old, to be confirmed
	Strategy   *strategyView
	Gauges     []gaugeView
	Phases     []phaseView
	People     []personView
	Lacking    string
	Milestones []stepView
	Process    string
	Tracks     []trackView
	Ledger     ledgerView
}

type chipView struct {
	Word string
	Far  bool
	Href string
}

// strategyView is the strategy as it stands.
type strategyView struct {
	Heading, Aim, Bet, By, Against, StopIf, Because string
	Stops                                           []string
	Moves                                           []moveView
	Href                                            string
	Verdict                                         string
}

type moveView struct{ What, Expect, By string }

// stepView is a milestone or a step of a track with the facts behind it.
type stepView struct {
	ID, Name, State, Kind, When, Due string
	Rows                             []evidenceView
}

type trackView struct {
	ID, Name, Text string
	Steps          []stepView
}

func (s *site) deal(v *visit) (templ.Component, error) {
	page, err := ask[operation.DealPage](v, operation.ShowDeal, &operation.DealInput{View: operation.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return dealPage(v.dealView(page)), nil
}

func (v *visit) dealView(page operation.DealPage) dealView {
	t := v.teller(page)
	p, r := v.p, page.Reading
	out := dealView{Heading: heading(p, page.DealRow)}
	out.frame = v.frame(out.Heading, "deals")
	out.Ledger = t.ledger()
	t.summary(&out)
	picture := v.road(r, "road", mark2anchor)
	out.Large, out.Down = picture.Large(), picture.Down()
	for _, y := range r.Reasons {
		out.Why = append(out.Why, phrase.Initial(p.Reason(v.desk.Book, r, y)))
	}
	switch {
	case r.Outcome != throughline.StillOpen:
	case r.Firm.Known():
		next := t.phase(r.Firm)
		out.Next = &next
	case r.FromCustomer:
		out.NextNote = p.Say("next.all")
	default:
		for _, ph := range r.Ask {
			out.Questions = append(out.Questions, t.phase(ph))
		}
	}
	for _, ph := range r.Lapsed {
		if r.Outcome != throughline.StillOpen {
			break
		}
		if q, ok := v.desk.Book.Question(ph); ok {
			out.Aged = append(out.Aged, choice{Word: q.Ask.Text.In(p.Code()), Href: "#" + ph.String()})
		}
	}
	out.Strategy = t.strategy()
	out.Gauges = t.gauges()
	for _, ph := range throughline.Phases() {
		out.Phases = append(out.Phases, t.phase(ph))
	}
	out.People, out.Lacking = t.people()
	out.Process = p.Say("road.ours")
	if pr := v.desk.Book.Process(page.Stage); pr.ID != "" {
		out.Process = p.Say("milestone.heading", "process", pr.Name.Text.In(p.Code()))
	}
	t.milestones(&out)
	t.tracks(&out)
	return out
}

// mark2anchor gives the place on the page that a mark of the road leads to.
func mark2anchor(a throughline.Address) string { return "#" + anchor(a) }

func anchor(a throughline.Address) string {
	if a.Milestone() {
		return "m-" + a.Last()
	}
	return a.Last() // p3, k1, c2
}

// summary fills what stands above the road.
func (t teller) summary(out *dealView) {
	p, page, r := t.p, t.page, t.page.Reading
	today := t.day()
	add := func(s string) {
		if s != "" {
			out.Facts = append(out.Facts, s)
		}
	}
	if page.Account != out.Heading {
		add(page.Account)
	}
	add(p.Money(page.Amount))
	if !page.Opened.IsZero() {
		add(p.Say("deal.opened", "span", p.Days(max(0, today.Sub(page.Opened)))))
	}
	if r.Outcome == throughline.StillOpen && !page.CloseDate.IsZero() {
		add(p.Say("deal.close_date", "day", p.DayNear(page.CloseDate, today)))
	}
	if page.Owner != "" {
		add(p.Say("deal.owner", "who", page.Owner))
	}
	out.Chips = append(out.Chips, chipView{Word: p.Class(r.Class)})
	if r.Outcome == throughline.StillOpen {
		out.Chips = append(out.Chips, chipView{Word: p.Silence(r.Silence), Far: r.Silence.Silent})
	}
	if r.Decided {
		out.Chips = append(out.Chips, chipView{Word: p.Say("deal.decided")})
	}
	if r.Locked {
		out.Locked = phrase.Initial(p.Say("reason.locked"))
	}
	if r.Outcome != throughline.StillOpen {
		for _, f := range page.Deal.OfKind(deal.Ended{}.Kind()) {
			out.End = p.Say("deal.ended", "what", p.Fact(t.names, f), "day", p.Instant(f.When(), today))
			out.EndHref = t.factHref(f)
			if end := f.Body.(deal.Ended); end.Outcome == throughline.NoDecision && end.Cause != throughline.CauseUnknown {
				out.Treat = []string{p.Say("treat." + string(end.Cause)), p.Say("avoid." + string(end.Cause))}
			}
		}
	}
	if facts := page.Deal.OfKind(deal.Override{}.Kind()); len(facts) > 0 {
		last := facts[len(facts)-1]
		out.Override, out.Over = p.Say("deal.override", "what", p.Fact(t.names, last), "day", p.Instant(last.When(), today)), t.factHref(last)
	}
}

func (t teller) strategy() *strategyView {
	p := t.p
	facts := t.page.Deal.OfKind(deal.Strategy{}.Kind())
	if len(facts) == 0 {
		return nil
	}
	f := facts[len(facts)-1]
	b := f.Body.(deal.Strategy)
	tell := func(s string) string { return p.Text(t.names, s) }
	by := func(s string) string {
		day, err := throughline.ParseDay(s)
		if err != nil {
			return s
		}
		return p.Say("strategy.by", "day", p.DayNear(day, t.day()))
	}
	out := &strategyView{Heading: p.Say("strategy.version", "n", len(facts)), Aim: tell(b.Aim), Bet: tell(b.Bet), Against: tell(b.Against),
		StopIf: phrase.Initial(tell(b.StopIf)), Because: tell(b.Because), Href: t.factHref(f)}
	if b.By != "" {
		out.By = by(b.By)
	}
	for _, s := range b.Stops {
		out.Stops = append(out.Stops, phrase.Initial(tell(s)))
	}
	for _, m := range b.Moves {
		move := moveView{What: tell(m.What), Expect: tell(m.Expect)}
		if m.By != "" {
			move.By = by(m.By)
		}
		out.Moves = append(out.Moves, move)
	}
	for _, g := range t.page.Deal.OfKind(deal.BetResolved{}.Kind()) {
		if g.Body.(deal.BetResolved).Strategy == f.ID {
			out.Verdict = p.Fact(t.names, g)
		}
	}
	return out
}

// behind gives the facts behind a milestone or step, newest first.
func (t teller) behind(a throughline.Address) []evidenceView {
	facts := t.page.Deal.About(a)
	var out []evidenceView
	for i := len(facts) - 1; i >= 0; i-- {
		f := facts[i]
		e := t.evidence(f, nil)
		e.Keeps, e.Stale = "", false
		if !f.Graded() || f.Grade == throughline.E0 {
			e.Grade = ""
		}
		out = append(out, e)
	}
	return out
}

func (t teller) milestones(out *dealView) {
	p := t.p
	for _, m := range t.page.Reading.Milestones {
		v := stepView{ID: anchor(m.Address), Name: p.Place(t.desk.Book, m.Address), State: p.Say("milestone.unmet"), Kind: "untouched", Rows: t.behind(m.Address)}
		if full, ok := t.desk.Book.Milestone(m.Address); ok {
			if s := full.Name.Text.In(p.Code()); s != "" {
				v.Name = s
			}
		}
		switch {
		case m.NotNeeded:
			v.State, v.Kind = p.Say("milestone.skipped"), "not_needed"
		case m.Met:
			v.State, v.Kind, v.When = p.Say("milestone.met"), "answered", p.Instant(m.At, t.day())
		}
		out.Milestones = append(out.Milestones, v)
	}
}

func (t teller) tracks(out *dealView) {
	p := t.p
	for _, track := range []throughline.Track{throughline.Contracting, throughline.Change} {
		v := trackView{ID: string(track), Name: p.Say("road." + string(track)), Text: p.Say("track." + string(track))}
		for _, s := range t.page.Reading.Tracks {
			if s.Step.Track != track {
				continue
			}
			step := stepView{ID: anchor(s.Address), Name: p.Place(t.desk.Book, s.Address), State: p.StepState(s.State), Kind: "untouched", Rows: t.behind(s.Address)}
			switch s.State {
			case throughline.StepDone:
				step.Kind = "answered"
			case throughline.StepBegun:
				step.Kind = "open"
			case throughline.StepNotNeeded:
				step.Kind = "not_needed"
			}
			if !s.Since.IsZero() {
				step.When = p.Instant(s.Since, t.day())
			}
			if !s.Due.IsZero() && s.State == throughline.StepBegun {
				step.Due = p.Say("track.due", "day", p.DayNear(s.Due, t.day()))
			}
			v.Steps = append(v.Steps, step)
		}
		out.Tracks = append(out.Tracks, v)
	}
}

func offsetWord(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
