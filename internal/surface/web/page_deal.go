package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
)

type dealView struct {
	frame
	Heading    string
	Facts      []choice
	Chips      []chipView
	Ended      string // how and when it ended, as the head says it
	EndWhy     string
	EndKind    string // won, lost, none, healthy, off: how the head is coloured
	End        string // how it ended, as the fact says it
	EndHref    string
	Treat      []string // what helps against the cause of a no decision
	Override   string
	Over       string // href of the override's fact
	Locked     string
	Large      string // the road, for wide screens
	Down       string // and for narrow ones
	Theirs     choice // what our reading of their position rests on
	Ours       choice // and that of ours
	Origin     []field
	HereWord   string // "they are here"
	Why        []string
	Next       *phaseView
	NextNote   string
	Questions  []phaseView // to ask where nothing comes from the customer
	Aged       []choice    // answers that have grown old, to be confirmed
	Strategy   *strategyView
	Outlook    *outlookView // as it was last shown; nil: none was, or it has not earned its place
	Gauges     []gaugeView
	Phases     []phaseView
	People     []personView
	MorePeople []personView // folded away below them, where there are many
	Lacking    string
	Milestones []stepView
	Process    string
	OnProcess  string   // why the deal follows it; empty where there is only one
	Processes  []choice // those it may be put on by hand
	Tracks     []trackView
	Ledger     ledgerView
	LedgerOpen bool // it is being looked at
	Tabs       []choice
	Address    string // /deals/ID
	Rethink    *rethinkView
	Reclass    *reclassView
	Bet        *betView
	Promises   promisesView
	Stated     statedView
	Decision   decisionView
	Advice     adviceView
	Asked      []askedView // questions left that nothing answers
	Froms      []choice    // where words may come from
	Model      string
	Stages     []choice // of our process, for the form
	CloseDate  string
	AmountNow  string // as a form shows it
	Grades     []choice
	Persons    []choice     // of the customer's, for forms
	Measures   measuresView // what they wanted to have moved, beside what came of it
	Lineage    lineageView  // other deals of the same growth
	Initiative *initiativeLineView
	After      *afterView // of a won deal: what is still to come
}

// askedView is a question that was left for the deal.
type askedView struct{ Text, Who, When, Href string }

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
	Address                          string
	Rows                             []evidenceView
}

type trackView struct {
	ID, Name, Text string
	Steps          []stepView
}

func (s *site) deal(v *visit) (templ.Component, error) {
	page, err := ask[operation.Preparation](v, operation.PrepareCall, &operation.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	view := v.dealView(page)
	// The lineage reads the facts once more; most deals have none to show.
	if _, grows := blend.Conversion(&page.Deal.Summary, v.zone()); grows || len(page.Deal.OfKind(deal.KindLinked)) > 0 {
		if view.Lineage, err = v.lineage(page.ID.String()); err != nil {
			return nil, err
		}
	}
	if view.Initiative, _, err = v.initiativeLine(&page.Deal.Summary); err != nil {
		return nil, err
	}
	view.After = v.teller(page.DealPage).after()
	if page.Outcome == "open" {
		view.Outlook = v.dealOutlook(page.ID)
	}
	if followed(page.DealPage) && v.query.Get("whole") == "" {
		for _, name := range []string{"facts", "order", "offset"} {
			view.LedgerOpen = view.LedgerOpen || v.query.Get(name) != ""
		}
		return followPage(view), nil
	}
	return dealPage(view), nil
}

func (v *visit) dealView(prepared operation.Preparation) dealView {
	page := prepared.DealPage
	t := v.teller(page)
	p, r := v.p, page.Reading
	out := dealView{
		Heading: heading(p, page.DealRow),
		Tabs:    v.tabs(page.ID.String(), "deal"),
		Address: "/deals/" + page.ID.String(),
		Froms:   v.froms(),
		Model:   v.desk.Model.Name,
	}
	out.frame = v.frame(out.Heading, "deals")
	out.Live = v.liveAt(page)
	out.Rethink, out.Bet, out.Advice = t.rethink(), t.bet(), t.advice(prepared)
	t.forms(&out)
	out.Ledger = t.ledger()
	out.Promises, out.Stated, out.Decision = t.promises(), t.stated(), t.decision()
	t.summary(&out)
	picture := v.road(page.DealRow, "road", mark2anchor)
	picture.GapHref = "#distance"
	out.HereWord = picture.Here
	if r.Outcome == throughline.StillOpen {
		out.Theirs, out.Ours = t.rests()
	} else {
		picture.GapHref = ""
	}
	out.Large, out.Down = picture.Large(), picture.Down()
	out.Origin = t.origin()
	out.Reclass = t.reclass()
	for _, y := range r.Reasons {
		out.Why = append(out.Why, phrase.Initial(p.Reason(t.names, r, y)))
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
		if q, ok := t.book().Question(ph); ok {
			out.Aged = append(out.Aged, choice{Word: q.Ask.Text.In(p.Code()), Href: "#" + ph.String()})
		}
	}
	out.Strategy = t.strategy()
	if r.Outcome == throughline.StillOpen || r.Consensus.Known || r.Confidence.Known {
		out.Gauges = t.gauges()
	}
	for _, ph := range throughline.Phases() {
		out.Phases = append(out.Phases, t.phase(ph))
	}
	out.People, out.Lacking = t.people(prepared.Missing)
	if len(out.People) > peopleAtOnce { // whoever has said where they stand is seen first
		unknown := func(v personView) int { return max(0, 1-len(v.Since)) }
		slices.SortStableFunc(out.People, func(a, b personView) int { return unknown(a) - unknown(b) })
		out.People, out.MorePeople = out.People[:peopleAtOnce/2], out.People[peopleAtOnce/2:]
	}
	out.Process = p.Say("road.ours")
	if pr := t.process(); pr.ID != "" {
		out.Process = p.Say("milestone.heading", "process", pr.Name.Text.In(p.Code()))
	}
	out.OnProcess, out.Processes = p.OnProcess(t.names, page.Reading.Process), t.processChoices()
	t.milestones(&out)
	t.tracks(&out)
	out.Measures = t.measures()
	return out
}

// processChoices are the processes that the deal may be put on, and the way
// back to the rules; none where there is only one.
func (t teller) processChoices() []choice {
	on := t.page.Reading.Process
	if len(t.book().Processes) < 2 {
		return nil
	}
	var out []choice
	if on.By == alignment.ByPick {
		out = append(out, choice{Word: t.p.Say("process.rules", "process", t.p.Process(t.book(), cmp.Or(on.Suggested, on.Process))), Href: "rules"})
	}
	for _, pr := range t.book().Processes {
		if a := pr.Address(); a != on.Process && a != on.Suggested && !pr.When.Refused() {
			out = append(out, choice{Word: t.p.Process(t.book(), a), Href: pr.ID})
		}
	}
	return out
}

// forms fills what the forms of the page choose from, and the questions left.
func (t teller) forms(out *dealView) {
	p := t.p
	for _, q := range t.page.Deal.Questions() {
		if q.Answer > 0 {
			continue
		}
		a := askedView{Text: p.Text(t.names, q.Text), When: p.Instant(q.Fact.When(), t.day(), t.zone()), Href: out.Address + "/strategy"}
		if !q.Fact.Author.IsZero() {
			a.Who = p.Who(t.names, q.Fact.Author)
		}
		out.Asked = append(out.Asked, a)
	}
	here := t.page.Stage
	if from, ok := t.book().Stage(here); ok {
		if own, ok := t.process().StageFor(from); ok {
			here = own.Addr
		}
	}
	for _, s := range t.process().Stages {
		out.Stages = append(out.Stages, choice{Word: s.Name.Text.In(p.Code()), Href: string(s.Addr), Here: s.Addr == here})
	}
	out.CloseDate = t.page.CloseDate.String()
	if a := t.page.Amount; !a.Zero() {
		out.AmountNow = strings.TrimSpace(strings.ReplaceAll(throughline.Money{Cents: a.Cents}.String(), ",", "") + " " + a.Currency)
	}
	out.Grades = gradeChoices(p, throughline.E2)
	out.Persons = t.personChoices("")
}

// gradeChoices lists the grades, the strongest first, with what each means.
func gradeChoices(p *phrase.Phrase, chosen throughline.Grade) []choice {
	var out []choice
	for g := throughline.E4; ; g-- {
		out = append(out, choice{Word: g.String() + " · " + p.Grade(g), Href: g.String(), Here: g == chosen})
		if g == throughline.E0 {
			return out
		}
	}
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
	add := func(s string, kinds ...deal.Kind) {
		if s != "" {
			out.Facts = append(out.Facts, choice{Word: s, Href: t.lastOf(kinds...)})
		}
	}
	if page.Account != out.Heading {
		add(page.Account, deal.KindOpened, deal.KindDescribed)
	}
	add(p.Money(page.Amount), deal.KindAmountChanged)
	if !page.Opened.IsZero() {
		add(p.Say("deal.opened", "ago", p.Ago(page.Opened, today)), deal.KindOpened)
	}
	if r.Outcome == throughline.StillOpen && !page.CloseDate.IsZero() {
		add(p.Say("deal.close_date", "day", p.DayNear(page.CloseDate, today)), deal.KindCloseDateMoved)
	}
	if page.Owner != "" {
		add(p.Say("deal.owner", "who", page.Owner), deal.KindOpened, deal.KindOwnerChanged)
	}
	out.Chips = append(out.Chips, chipView{Word: p.Class(r.Class), Href: t.link("/deals/" + page.ID.String() + "/class")})
	if r.Outcome == throughline.StillOpen {
		out.Chips = append(out.Chips, chipView{Word: p.Silence(r.Silence), Far: r.Silence.Silent, Href: t.lastAct()})
	}
	if r.Decided {
		out.Chips = append(out.Chips, chipView{Word: p.Say("deal.decided")})
	}
	if r.Locked {
		out.Locked = phrase.Initial(p.Say("reason.locked"))
	}
	if r.Outcome != throughline.StillOpen {
		out.Ended, out.EndWhy, out.EndKind = page.End, page.EndWhy, endTone(r.Outcome)
		for _, f := range page.Deal.OfKind(deal.KindEnded) {
			out.End = p.Say("deal.ended", "what", p.Fact(t.names, f), "day", p.Instant(f.When(), today, t.zone()))
			if f.Happened.IsZero() {
				out.End = p.Say("deal.ended_undated", "what", p.Fact(t.names, f))
			}
			out.EndHref = t.factHref(f)
			if end := f.Body.(deal.Ended); end.Outcome == throughline.NoDecision && end.Cause != throughline.CauseUnknown {
				out.Treat = []string{p.Say("treat." + string(end.Cause)), p.Say("avoid." + string(end.Cause))}
			}
		}
	}
	if facts := page.Deal.OfKind(deal.KindOverride); len(facts) > 0 {
		last := facts[len(facts)-1]
		out.Override, out.Over = p.Say(
			"deal.override",
			"what",
			p.Fact(t.names, last),
			"day",
			p.Instant(last.When(), today, t.zone()),
		), t.factHref(
			last,
		)
	}
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
	known := t.page.Deal.Known
	for i := len(known) - 1; i >= 0; i-- {
		if t.page.Deal.ActOfTheirs(known[i]) {
			return t.factHref(known[i])
		}
	}
	return ""
}

// rests says what both ends of the distance rest on.
func (t teller) rests() (theirs, ours choice) {
	p, r, book := t.p, t.page.Reading, t.book()
	theirs.Word = p.Say("distance.unknown")
	switch {
	case r.FromCustomer && r.Firm.Known():
		theirs = choice{Word: p.Say("distance.theirs", "phase", p.Phase(book, r.Firm)), Href: "#" + r.Firm.String()}
	case r.FromCustomer:
		theirs = choice{Word: p.Say("where.all"), Href: "#phases-h"}
	}
	if !r.Ours.Phase.Known() {
		ours.Word = p.Say("gap.unknown")
		if r.Ours.Foreign != "" {
			ours.Word = p.Say("distance.foreign", "stage", r.Ours.Foreign)
		}
		ours.Href = t.lastOf(deal.KindStageMoved)
		return theirs, ours
	}
	ours = choice{
		Word: p.Say(
			"distance.ours",
			"phase",
			p.Phase(book, r.Ours.Phase),
			"name",
			p.Place(book, r.Ours.By),
			"day",
			p.Instant(r.Ours.Since, t.day(), t.zone()),
		),
		Href: t.lastOf(deal.KindStageMoved),
	}
	if r.Ours.By.Milestone() {
		ours.Href = "#" + anchor(r.Ours.By)
	}
	return theirs, ours
}

// origin lists where the deal came from and what its source says besides.
func (t teller) origin() []field {
	var out []field
	for _, r := range t.page.Records {
		out = append(out, field{t.p.Say("origin.record", "system", r.System), r.Foreign})
	}
	for _, name := range slices.Sorted(maps.Keys(t.page.Attributes)) {
		out = append(out, field{t.p.Attribute(name), t.p.Text(t.names, t.page.Attributes[name])})
	}
	return append(out, field{t.p.Say("origin.ours"), t.page.ID.String()})
}

func (t teller) strategy() *strategyView {
	p := t.p
	facts := t.page.Deal.OfKind(deal.KindStrategy)
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
		out.Stops = append(out.Stops, phrase.Initial(tell(s.What)))
	}
	for _, m := range b.Moves {
		move := moveView{What: tell(m.What), Expect: tell(m.Expect)}
		if m.By != "" {
			move.By = by(m.By)
		}
		out.Moves = append(out.Moves, move)
	}
	for _, g := range t.page.Deal.OfKind(deal.KindBetResolved) {
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
		v := stepView{
			ID:      anchor(m.Address),
			Address: string(m.Address),
			Name:    p.Place(t.book(), m.Address),
			State:   p.Say("milestone.unmet"),
			Kind:    "untouched",
			Rows:    t.behind(m.Address),
		}
		if full, ok := t.book().Milestone(m.Address); ok {
			if s := full.Name.Text.In(p.Code()); s != "" {
				v.Name = s
			}
		}
		switch {
		case m.NotNeeded:
			v.State, v.Kind = p.Say("milestone.skipped"), "not_needed"
		case m.Met:
			v.State, v.Kind, v.When = p.Say("milestone.met"), "answered", p.Instant(m.At, t.day(), t.zone())
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
			step := stepView{
				ID:    anchor(s.Address),
				Name:  p.Place(t.book(), s.Address),
				State: p.StepState(s.State),
				Kind:  "untouched",
				Rows:  t.behind(s.Address),
			}
			switch s.State {
			case throughline.StepDone:
				step.Kind = "answered"
			case throughline.StepBegun:
				step.Kind = "open"
			case throughline.StepNotNeeded:
				step.Kind = "not_needed"
			}
			if !s.Since.IsZero() {
				step.When = p.Instant(s.Since, t.day(), t.zone())
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

// eventChoices lists what can happen to a deal.
func eventChoices(p *phrase.Phrase) []choice {
	var out []choice
	for _, e := range deal.Events() {
		out = append(out, choice{Word: phrase.Initial(p.Say("event." + string(e))), Href: string(e)})
	}
	return out
}
