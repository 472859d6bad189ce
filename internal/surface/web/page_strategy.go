package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// strategyPageView is the page on which the strategy is written.
type strategyPageView struct {
	frame
	Tabs     []choice
	Heading  string
	Action   string
	Back     string
	Where    []string // computed: where they are
	Rethink  *rethinkView
	Bet      *betView
	NextBet  bool // the bet was just answered, and the next one is written
	Now      *strategyView
	Review   []string // what a reader would ask of the version in force
	Form     strategyForm
	Asked    []choice // questions left that no version answers
	Versions []versionView
	Score    string // how earlier bets came off
	Problem  string // why what was sent was not kept
	Charter  []charterView
	Starts   []choice // what the process offers to begin with
	Won      choice   // leads to won deals like this one
	Checked  bool     // it was asked what a reader would ask, and nothing kept
	Begun    string   // with which of them the form was begun
}

// rethinkView is what has happened since the strategy was written.
type rethinkView struct {
	Text string
	Why  []string
	Href string
	Stop bool // three bets in a row: rethink or stop

	Asks    bool     // the question is asked, with three answers
	Action  string   // where an answer goes
	Then    string   // and where one is afterwards
	Because []string // the facts that ask for it
	Write   string   // it was said that it changes: the word of the link to the page on which it is written
}

// betView is the one question on a bet's day.
type betView struct {
	Action, Strategy, Bet, When string
	Later                       string // the day on which too early asks again
	Next                        string // where the bet that follows is written; empty: nowhere from here
}

// strategyForm is what stands in the form: the version in force, to be changed.
type strategyForm struct {
	BetRead, StopsRead, MovesRead          string // the lines as one reads them
	Aim, Bet, By, Against, StopIf, Because string
	Stops                                  []stopField
	Moves                                  []moveField
	People                                 []choice
}

type stopField struct {
	N, What, Owner, Sign string
	Outside              bool
	Folded               bool // empty, and not the first
}

type moveField struct {
	N, What, Purpose, Person, Bring, Expect, By string
	People, Serves                              []choice
	Folded                                      bool
}

// versionView is an earlier version: what caused it, what changed, how its bet came off.
type versionView struct {
	ID, Heading, When, Who, Because, Bet, Verdict, Href string
	Changes                                             []changeView
}

type changeView struct{ Field, Was, Is string }

func (s *site) strategy(v *visit) (component, error) {
	out, err := s.strategyView(v)
	if err != nil {
		return nil, err
	}
	return strategyPage(out), nil
}

func (s *site) strategyView(v *visit) (strategyPageView, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return strategyPageView{}, err
	}
	t := v.teller(page)
	p, r := v.p, page.Reading
	id := page.ID.String()
	out := strategyPageView{
		Heading: heading(p, page.DealRow),
		Action:  "/deals/" + id + "/strategy",
		Back:    "/deals/" + id,
		Tabs:    v.tabs(id, "strategy"),
		Charter: v.charterOf(v.desk.Book),
	}
	out.frame = v.frame(out.Heading, "deals")
	out.Live = "/deals/" + id + "/live"
	out.Where = []string{p.Where(page.Names.Book, r), p.Class(r.Class)}
	if g := t.lowerGauge(); g != "" {
		out.Where = append(out.Where, g)
	}
	out.Rethink, out.Bet = t.rethink(), t.bet()
	out.Now = t.strategy()
	versions := page.Deal.Strategies(v.day())
	if n := len(versions); n > 0 {
		last := versions[n-1].Strategy
		out.Form = t.strategyForm(last)
		out.Review = t.reviewed(last)
	} else {
		out.Form = t.strategyForm(deal.Strategy{Aim: t.aim()})
	}
	for _, q := range page.Deal.Questions() {
		if q.Answer == 0 {
			out.Asked = append(out.Asked, choice{Word: p.Text(t.names, q.Text), Href: q.ID.String(), Here: len(out.Asked) == 0})
		}
	}
	if r.Outcome == throughline.StillOpen && v.asOf.IsZero() {
		out.Won = t.toAlike()
		if out.Form.roomy() { // three moves are what gets done
			out.Starts = t.starts()
		}
		out.Begun = t.begin(&out.Form, v.query.Get("start"))
		if out.NextBet = v.query.Get("next") == "bet" && out.Bet == nil; out.NextBet { // the one before has been answered
			out.Form.Bet, out.Form.By = "", ""
		}
	}
	if v.Method == http.MethodPost { // what was sent was not kept: it stands in its boxes as it was typed
		out.Form = t.sentStrategy(v)
		if out.Checked = v.text("do") == "check"; out.Checked {
			out.Review = t.reviewed(v.typedStrategy())
		}
		for i := range out.Asked {
			out.Asked[i].Here = out.Asked[i].Href == v.text("answers")
		}
	}
	happened, failed := 0, 0
	for i := len(versions) - 1; i >= 0; i-- {
		w := versions[i]
		view := versionView{
			ID:      w.Anchor(),
			Heading: p.Say("strategy.number", "n", w.Number),
			When:    p.Instant(w.Fact.When(), v.day(), v.zone()),
			Because: p.Text(t.names, w.Because),
			Bet:     p.Text(t.names, w.Strategy.Bet),
			Href:    t.factHref(w.Fact),
		}
		if !w.Fact.Author().IsZero() {
			view.Who = p.Who(t.names, w.Fact.Author())
		}
		switch {
		case w.Result != nil:
			view.Verdict = p.Say("fact.bet_" + string(w.Result.Result))
			if w.Result.Result == deal.BetHappened {
				happened++
			} else if w.Result.Result == deal.BetDidNot {
				failed++
			}
		case w.Bet == deal.BetDropped:
			view.Verdict = p.Say("strategy.dropped")
		}
		if i > 0 {
			for _, c := range deal.Difference(versions[i-1].Strategy, w.Strategy) {
				view.Changes = append(view.Changes, changeView{p.Say("strategy.field_" + c.Field), p.Text(t.names, c.Was), p.Text(t.names, c.Is)})
			}
		}
		out.Versions = append(out.Versions, view)
	}
	if happened+failed > 0 {
		out.Score = p.Say("strategy.score", "n", happened+failed, "happened", happened)
	}
	return out, nil
}

// reviewKey is the key under review.* for a check: those of the strategy by
// their own name, those of a statement by what they are about.
func reviewKey(check string) string {
	switch {
	case strings.HasPrefix(check, "strategy-"):
		return strings.TrimPrefix(check, "strategy-")
	case check == "L13":
		return "label"
	case check == "L04":
		return "hope"
	case check == "L01" || check == "L02" || check == "L03":
		return "ours"
	}
	return "vague"
}

// aim proposes the aim: their own measure where they set one.
func (t teller) aim() string {
	all := t.page.Deal.Measures()
	if len(all) == 0 {
		return ""
	}
	m := all[len(all)-1]
	if m.Baseline != "" {
		return phrase.Together(
			t.p.Say(
				"strategy.aim_from",
				"measure",
				t.p.Text(t.names, m.Measure),
				"from",
				t.p.Text(t.names, m.Baseline),
				"target",
				t.p.Text(t.names, m.Target),
			),
		)
	}
	return phrase.Together(t.p.Say("strategy.aim_to", "measure", t.p.Text(t.names, m.Measure), "target", t.p.Text(t.names, m.Target)))
}

// lowerGauge tells the gauge that is lower, as far as either is known.
func (t teller) lowerGauge() string {
	c, s := t.page.Reading.Consensus, t.page.Reading.Confidence
	switch {
	case c.Known && (!s.Known || c.Value <= s.Value):
		return t.p.Say("strategy.gauge_consensus", "for", len(c.For), "n", len(c.For)+len(c.Against))
	case s.Known && len(s.Signs) > 0:
		return t.p.Say("strategy.gauge_confidence", "n", len(s.Signs))
	}
	return ""
}

// rethink tells what has happened since the strategy was written.
func (t teller) rethink() *rethinkView {
	list, said := t.page.Reading.Rethink, t.page.Reading.Thought
	due := said != nil && said.Due(t.day())
	changes := said != nil && said.Answer == deal.StrategyChanges
	if len(list) == 0 && !due && !changes || !t.asOf.IsZero() {
		return nil
	}
	href := "/deals/" + t.page.ID.String()
	out := &rethinkView{Text: t.p.Say("strategy.rethink"), Href: href + "/strategy", Action: href + "/rethink", Then: t.URL.Path, Asks: true}
	switch {
	case changes:
		out.Text, out.Asks, out.Write = t.p.Say("strategy.said_yes"), false, t.p.Say("strategy.edit")
	case due:
		out.Text = t.p.Say("strategy.later_due")
	case said != nil && said.Answer == deal.StrategyLater:
		return &rethinkView{Text: t.p.Say("strategy.said_later", "day", t.p.DayNear(said.Until, t.day()))}
	}
	for _, y := range list {
		if y.Code == "bets_failed" {
			out.Stop = true
		}
		out.Why = append(out.Why, phrase.Initial(t.p.Reason(t.names, t.page.Reading, y)))
	}
	return out
}

// next is where answering leads: to the next bet, where the strategy is the page's own
// affair; else to where it was asked.
func (b *betView) next(then string) string { return cmp.Or(b.Next, then) }

// bet asks the one question where a bet's day has come.
func (t teller) bet() *betView {
	if t.page.Reading.Outcome != throughline.StillOpen || !t.asOf.IsZero() {
		return nil
	}
	by, ok := t.page.Deal.BetDue()
	versions := t.page.Deal.Strategies(t.day())
	if !ok || by.Sub(t.day()) > 0 || len(versions) == 0 {
		return nil
	}
	last := versions[len(versions)-1]
	if last.Bet != deal.BetIsDue {
		return nil
	}
	return &betView{Action: "/deals/" + t.page.ID.String() + "/bet", Next: "/deals/" + t.page.ID.String() + "/strategy?next=bet", Strategy: last.Fact.ID.String(), Bet: t.p.Text(t.names, last.Strategy.Bet),
		When: t.p.DayNear(by, t.day()), Later: t.day().Add(14).String()}
}

func (t teller) strategyForm(s deal.Strategy) strategyForm {
	tell := func(x string) string { return t.p.Text(t.names, x) }
	out := strategyForm{Aim: tell(s.Aim), Bet: tell(s.Bet), By: s.By, Against: tell(s.Against), StopIf: tell(s.StopIf)}
	for i := range 3 {
		f := stopField{N: strconv.Itoa(i)}
		if i < len(s.Stops) {
			x := s.Stops[i]
			f.What, f.Owner, f.Sign, f.Outside = tell(x.What), tell(x.Owner), tell(x.Sign), x.Outside
		}
		out.Stops = append(out.Stops, f)
		m := moveField{N: strconv.Itoa(i)}
		if i < len(s.Moves) {
			x := s.Moves[i]
			m.What, m.Purpose, m.Bring, m.Expect, m.By = tell(x.What), tell(x.Purpose), tell(x.Bring), tell(x.Expect), x.By
			m.Person = x.Person.String()
		}
		m.People, m.Serves = t.personChoices(m.Person), t.servesChoices("")
		if i < len(s.Moves) {
			m.Serves = t.servesChoices(s.Moves[i].Serves)
		}
		out.Moves = append(out.Moves, m)
	}
	out.BetRead = out.Bet
	if by, err := throughline.ParseDay(s.By); err == nil && out.Bet != "" {
		out.BetRead = t.p.Say("plan.dated", "text", out.Bet, "day", t.p.DayNear(by, t.day()))
	}
	for _, x := range s.Stops {
		out.StopsRead = together(out.StopsRead, phrase.Initial(tell(x.What)))
	}
	for _, m := range s.Moves {
		out.MovesRead = together(out.MovesRead, phrase.Initial(cmp.Or(tell(m.What), tell(m.Expect))))
	}
	return out.fold()
}

// together puts what stands on one line of several things side by side.
func together(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

// opens tells whether a line is a field from the beginning: nothing is written
// yet, what was sent was not kept, or it was begun from what the process offers.
func (s strategyPageView) opens(line string) bool {
	return s.Now == nil || s.Problem != "" || s.Checked || s.Begun != "" && line == "moves" || s.NextBet && line == "bet"
}

// sentStrategy is the form as it was sent.
func (t teller) sentStrategy(v *visit) strategyForm {
	out := strategyForm{
		Aim:     v.text("aim"),
		Bet:     v.text("bet"),
		By:      v.text("by"),
		Against: v.text("against"),
		StopIf:  v.text("stop_if"),
		Because: v.text("because"),
	}
	for i := range 3 {
		n := strconv.Itoa(i)
		of := func(list, name string) string { return v.text(list + "." + n + "." + name) }
		out.Stops = append(
			out.Stops,
			stopField{N: n, What: of("stop", "what"), Owner: of("stop", "owner"), Sign: of("stop", "sign"), Outside: of("stop", "outside") != ""},
		)
		out.Moves = append(
			out.Moves,
			moveField{N: n, What: of("move", "what"), Purpose: of("move", "purpose"), Person: of("move", "person"), Bring: of("move", "bring"),
				Expect: of("move", "expect"), By: of("move", "by"), People: t.personChoices(of("move", "person")),
				Serves: t.servesChoices(throughline.Address(of("move", "serves")))},
		)
	}
	return out.fold()
}

// fold marks the lines after the first in which nothing stands yet.
func (f strategyForm) fold() strategyForm {
	for i := range f.Stops {
		x := f.Stops[i]
		f.Stops[i].Folded = i > 0 && x.What+x.Owner+x.Sign == "" && !x.Outside
	}
	for i := range f.Moves {
		x := f.Moves[i]
		f.Moves[i].Folded = i > 0 && x.What+x.Purpose+x.Person+x.Bring+x.Expect+x.By == ""
	}
	return f
}

// personChoices lists the customer's people of the deal for a choice.
func (t teller) personChoices(chosen string) []choice {
	out := []choice{{Word: t.p.Say("capture.nobody"), Here: chosen == ""}}
	for _, id := range t.page.Deal.PersonIDs() {
		if name := t.page.People[id].Name; name != "" && !t.page.Deal.People[id].Left.Value {
			out = append(out, choice{Word: name, Href: id.String(), Here: id.String() == chosen})
		}
	}
	return out
}

// bookOf is the playbook that the page's deal follows.
func (t teller) book() *playbook.Playbook { return t.names.Book }

// process is the one of ours that the deal follows.
func (t teller) process() playbook.Process {
	pr, _ := t.book().ProcessCalled(string(t.page.Reading.Process.Process))
	return pr
}

// postStrategy keeps a version of the strategy; one that cannot be kept comes
// back in the form it was written in.
func (s *site) postStrategy(v *visit) (component, error) {
	if v.text("do") == "check" { // nothing is kept; the page says what a reader would ask
		out, err := s.strategyView(v)
		return strategyPage(out), err
	}
	then, err := v.keepStrategy()
	if err == nil {
		v.goTo = then
		return nil, nil
	}
	switch kind := throughline.KindOf(err); kind {
	case throughline.Invalid, throughline.Conflict:
		out, again := s.strategyView(v)
		if again != nil {
			return nil, again
		}
		v.status, out.Problem = statuses[kind], v.refusal(err)
		return strategyPage(out), nil
	}
	return v.again(err)
}

func (v *visit) keepStrategy() (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("strategy", operation.RecordStrategy, v.strategyInput(w))
}

// strategyInput reads the form.
func (v *visit) strategyInput(w recording.Writing) *recording.StrategyInput {
	in := &recording.StrategyInput{
		Writing: w,
		Aim:     v.text("aim"),
		Bet:     v.text("bet"),
		By:      v.text("by"),
		Against: v.text("against"),
		StopIf:  v.text("stop_if"),
		Because: v.text("because"),
		Answers: v.text("answers"),
	}
	for i := range 3 {
		n := strconv.Itoa(i)
		in.Stops = append(
			in.Stops,
			deal.Stop{What: v.text("stop." + n + ".what"), Owner: v.text("stop." + n + ".owner"), Sign: v.text("stop." + n + ".sign"),
				Outside: v.text("stop."+n+".outside") != ""},
		)
		in.Moves = append(
			in.Moves,
			recording.MoveInput{
				What:    v.text("move." + n + ".what"),
				Purpose: v.text("move." + n + ".purpose"),
				Person:  v.text("move." + n + ".person"),
				Bring:   v.text("move." + n + ".bring"),
				Expect:  v.text("move." + n + ".expect"),
				By:      v.text("move." + n + ".by"),
				Serves:  v.text("move." + n + ".serves"),
			},
		)
	}
	return in
}
