package web

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/timeline"
)

// soon is within how many days the latest start of a step is worth a sentence.
const soon = 28

// contractingView is the page of what runs beside: the paper, their change,
// and their work that has nothing to do with the purchase.
type contractingView struct {
	frame
	Tabs    []choice
	Heading string
	Facts   []string
	Locked  string
	Address string // /deals/ID
	Here    string // this page, for forms to come back to
	Open    bool   // the deal goes on: forms stand
	Decided *decidedView
	Live    liveView
	Ways    []wayView
	Hidden  []choice // what this class of purchase does not show, and where it is shown nevertheless
	Work    *worksView
	Persons []choice
	Change  widerView // the wider change as a picture, and the initiative it is a part of
}

// decidedView is the state of its own between their decision and the order,
// and the two probabilities, where they are known.
type decidedView struct {
	Heading string
	Because []choice // what it rests on
	Left    []choice // steps of the paper that are not done
	Chances string   // both probabilities with their ranges; "" where nothing is known
	Note    string   // what they were worked out from
	Href    string   // how good such forecasts have been
}

// liveView is the day that matters, from which everything is counted back.
type liveView struct {
	Text string
	Day  string // as a form wants it; "" where none is known
}

// wayView is one of the two ways with its picture and its steps.
type wayView struct {
	ID, Name, Text string
	Large, Down    string
	Expected       string
	Early          []string
	Steps          []wayStep
}

// wayStep is one step: its question, what shows that it is done, and where it stands.
type wayStep struct {
	ID, Address, Name, Ask string
	Evidence, Snag         string
	Owner, Typical         string // usually; to be checked
	Kind, State, Say       string
	Late                   bool
	Whose, Note, Serves    string
	Rows                   []evidenceView
	Next                   choice // what comes next as a rule: its word, and the state
	States, Sides, Persons []choice
	Due                    string
}

// worksView is their own work beside the purchase.
type worksView struct{ List []workView }

type workView struct {
	ID, What, Owner, Due, DueISO, Kind, State, Href, Serves string
	Late                                                    bool
	Next                                                    choice
	States                                                  []choice
	Trouble                                                 bool // stuck, or going wrong
}

func (s *site) contracting(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	view := v.contractingView(page)
	if view.Change, err = v.change(page); err != nil {
		return nil, err
	}
	return contractingPage(view), nil
}

func (v *visit) contractingView(page showing.DealPage) contractingView {
	t := v.teller(page)
	p, r, id := v.p, page.Reading, page.ID.String()
	out := contractingView{
		Heading: heading(p, page.DealRow),
		Tabs:    v.tabs(id, "contracting"),
		Address: "/deals/" + id,
		Here:    "/deals/" + id + "/contracting",
	}
	out.frame = v.frame(out.Heading, "deals")
	if v.asOf.IsZero() {
		out.Live.Day = page.CloseDate.String()
		out.frame.Live = out.Address + "/live"
	}
	out.Facts = []string{p.Where(t.book(), r), p.Class(r.Class)}
	out.Open = r.Outcome == throughline.StillOpen || r.Outcome == throughline.Won
	if r.Locked {
		out.Locked = p.Say("way.locked")
	}
	live := t.live()
	out.Live.Text = p.Say("way.no_day")
	if !live.IsZero() {
		out.Live.Text, out.Live.Day = p.Say("way.day", "day", p.DayNear(live, t.day())), live.String()
	}
	if page.CloseDate.IsZero() {
		out.Live.Day = ""
	}
	out.Persons = t.carriers()
	out.Ways = append(out.Ways, t.way(throughline.Contracting, live))
	// A practised purchase changes nothing for their people that would need a
	// way of its own; what is recorded is shown all the same.
	shown := slices.Contains(t.book().Consequence(r.Class).Shown, throughline.Adopt) || v.query.Get("all") != ""
	if shown || slices.ContainsFunc(r.Tracks, func(s alignment.StepReading) bool {
		return s.Step.Track == throughline.Change && s.State != throughline.StepNotBegun
	}) {
		out.Ways = append(out.Ways, t.way(throughline.Change, live))
	} else {
		out.Hidden = append(out.Hidden, choice{Word: p.Say("way.hidden"), Href: v.to("all", "yes")})
	}
	if works := t.works(); shown || len(works) > 0 {
		out.Work = &worksView{List: works}
	}
	out.Decided = t.decided()
	return out
}

// live is the day on which the order has to be live: what was agreed for it,
// else the day on which an order is expected.
func (t teller) live() throughline.Day {
	for _, s := range t.page.Reading.Tracks {
		if s.Step == (throughline.Step{Track: throughline.Contracting, Number: 8}) && s.State != throughline.StepDone && !s.Due.IsZero() {
			return s.Due
		}
	}
	return t.page.CloseDate
}

// decided tells the two probabilities, and, once they have decided for us,
// that this is a state of its own and what it rests on.
func (t teller) decided() *decidedView {
	p, r := t.p, t.page.Reading
	if r.Outcome != throughline.StillOpen {
		return nil
	}
	out := &decidedView{Heading: p.Say("way.chances"), Href: t.link("/forecast")}
	if o := t.dealOutlook(t.page.ID); o != nil && o.Decide != "" {
		out.Chances, out.Note = o.Decide, o.Note
	}
	if !r.Decided {
		if out.Chances == "" {
			return nil
		}
		return out
	}
	out.Heading = phrase.Initial(p.Say("deal.decided"))
	for _, ph := range []throughline.Phase{throughline.Choose, throughline.Commit} {
		out.Because = append(out.Because, choice{Word: p.Phase(t.book(), ph), Href: t.questionHref(ph.Address())})
	}
	for _, s := range r.Tracks {
		if s.Step.Track == throughline.Contracting && s.State != throughline.StepDone && s.State != throughline.StepNotNeeded {
			out.Left = append(out.Left, choice{Word: p.Place(t.book(), s.Address), Href: "#" + anchor(s.Address)})
		}
	}
	return out
}

// carriers are those who may carry a step: theirs, and ours who runs the deal.
func (t teller) carriers() []choice {
	out := t.personChoices("")
	if owner := t.page.Deal.Owner.Value; !owner.IsZero() && t.page.Owner != "" {
		out = append(out, choice{Word: t.p.Say("way.ours", "who", t.page.Owner), Href: owner.String()})
	}
	return out
}

// way is one of the two ways beside: the picture, what has to begin soon, and
// each step.
func (t teller) way(track throughline.Track, live throughline.Day) wayView {
	p, r, today := t.p, t.page.Reading, t.day()
	out := wayView{ID: string(track), Name: p.Say("road." + string(track)), Text: p.Say("track." + string(track))}
	process := t.process()
	dates := blend.Dates(t.book(), process, r, track, live, today)
	goes := r.Outcome == throughline.StillOpen || r.Outcome == throughline.Won
	words := p.Dates(track, live, today)
	picture := timeline.Timeline{
		ID:        "way-" + string(track),
		Title:     words.Title,
		Today:     today,
		TodayName: words.Today,
		Goal:      live,
		GoalName:  words.Goal,
		Typical:   words.Typical,
		Legend:    timeline.Legend(words.Legend),
	}
	for _, s := range dates {
		step := timeline.Step{
			Name:  p.Place(t.book(), s.Address),
			Label: p.StepLabel(t.book(), s, today),
			Say:   p.StepSay(s, today),
			Href:  "#" + anchor(s.Address),
			State: s.State,
			Late:  s.Late > 0,
			Began: s.Began,
			Done:  s.Done,
			Due:   s.Due,
			From:  s.Begin,
			Until: s.Finish,
			Best:  s.Days.Best,
			Mid:   s.Days.Middle,
			Worst: s.Days.Worst,
		}
		if live.IsZero() {
			step.From, step.Until = s.Start, s.End
		}
		for _, a := range s.After {
			step.After = append(step.After, a.Number-1)
		}
		picture.Steps = append(picture.Steps, step)
		out.Steps = append(out.Steps, t.wayStep(s))
	}
	if !goes {
		return out
	}
	if end := blend.Expected(dates); !end.IsZero() && slices.ContainsFunc(dates, func(s blend.StepDates) bool {
		return s.State == throughline.StepNotBegun || s.State == throughline.StepBegun
	}) {
		out.Expected = p.ExpectedReady(track, end, live, today)
	}
	picture.Desc = out.Expected
	from, to := picture.Span()
	for _, d := range timeline.Firsts(from, to) {
		picture.Ticks = append(picture.Ticks, timeline.Tick{Day: d, Name: p.Tick(d, today)})
	}
	out.Large, out.Down = picture.Large(), picture.Down()
	if r.Outcome == throughline.StillOpen && !r.Locked && !live.IsZero() {
		for _, s := range blend.Early(dates, today, soon) {
			out.Early = append(out.Early, p.EarlyStart(t.book(), s, live, today))
		}
	}
	return out
}

func (t teller) wayStep(s blend.StepDates) wayStep {
	p, lang := t.p, t.p.Code()
	out := wayStep{
		ID:      anchor(s.Address),
		Address: string(s.Address),
		Name:    p.Place(t.book(), s.Address),
		State:   p.StepState(s.State),
		Say:     p.StepSay(s, t.day()),
		Kind:    stepKind(s.State),
		Late:    s.Late > 0,
		Rows:    t.behind(s.Address),
		Due:     s.Due.String(),
	}
	if s.Due.IsZero() {
		out.Due = ""
	}
	if s.State == throughline.StepDone || s.State == throughline.StepNotNeeded {
		out.State = out.Say // says it, with its day
	}
	for _, full := range t.book().Tracks[s.Step.Track] {
		if full.Step == s.Step {
			out.Ask, out.Evidence, out.Snag, out.Owner = full.Ask.Text.In(
				lang,
			), full.Evidence.Text.In(
				lang,
			), full.Snag.Text.In(
				lang,
			), full.Owner.Text.In(
				lang,
			)
		}
	}
	if s.Days.Worst > 0 {
		out.Typical = p.Say("way.typical", "best", p.Number(s.Days.Best), "n", s.Days.Worst)
	}
	var now deal.StepMoved
	for _, f := range t.page.Deal.OfKind(deal.KindStepMoved) {
		if b := f.Body.(deal.StepMoved); b.Step == s.Address {
			if b.Person.IsZero() && !b.NoPerson { // who carries it goes on doing so until somebody else is named, or nobody
				b.Person = now.Person
			}
			if b.Serves == "" && !b.NoServes { // and what it is for holds until something else is said, or nothing
				b.Serves = now.Serves
			}
			now = b
		}
	}
	switch now.By {
	case deal.Customer:
		out.Whose = p.Say("way.theirs")
	case deal.Us:
		out.Whose = p.Say("way.our_own")
	}
	if !now.Person.IsZero() {
		out.Whose = p.Who(t.names, now.Person)
	}
	out.Note, out.Serves = p.Text(t.names, now.Text), p.Text(t.names, now.Serves)
	out.Next = t.nextState(s.State)
	out.States = t.states(s.State)
	for _, side := range []deal.Side{deal.Customer, deal.Us} {
		key := "way.theirs"
		if side == deal.Us {
			key = "way.our_own"
		}
		out.Sides = append(out.Sides, choice{Word: phrase.Initial(p.Say(key)), Href: string(side), Here: now.By == side})
	}
	out.Persons = t.carriers()
	for i := range out.Persons {
		out.Persons[i].Here = !now.Person.IsZero() && out.Persons[i].Href == now.Person.String()
	}
	return out
}

// carried gives who is chosen of those who may carry a step, "" where nobody is.
func carried(list []choice) string {
	for _, c := range list {
		if c.Here {
			return c.Href
		}
	}
	return ""
}

// stepKind is the state's word in the style sheet.
func stepKind(s throughline.StepState) string {
	switch s {
	case throughline.StepDone:
		return "answered"
	case throughline.StepBegun, throughline.StepStuck, throughline.StepFailing:
		return "open"
	case throughline.StepNotNeeded:
		return "not_needed"
	}
	return "untouched"
}

// nextState is what comes next as a rule.
func (t teller) nextState(s throughline.StepState) choice {
	switch s {
	case throughline.StepNotBegun:
		return choice{Word: t.p.Say("way.begun"), Href: string(throughline.StepBegun)}
	case throughline.StepBegun:
		return choice{Word: t.p.Say("way.done"), Href: string(throughline.StepDone)}
	}
	return choice{}
}

// states are the states to choose from; what comes next as a rule is chosen.
func (t teller) states(now throughline.StepState) []choice {
	next := t.nextState(now).Href
	if next == "" {
		next = string(now)
	}
	return t.stateChoices(next, throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded)
}

func (t teller) stateChoices(chosen string, list ...throughline.StepState) (out []choice) {
	for _, s := range list {
		out = append(out, choice{Word: phrase.Initial(t.p.StepState(s)), Href: string(s), Here: string(s) == chosen})
	}
	return out
}

// workStates are those of their own work, which may also be stuck or go wrong.
func (t teller) workStates(now throughline.StepState) []choice {
	return t.stateChoices(
		string(now),
		throughline.StepNotBegun,
		throughline.StepBegun,
		throughline.StepStuck,
		throughline.StepFailing,
		throughline.StepDone,
		throughline.StepNotNeeded,
	)
}

// works is their own work beside the purchase: what goes on first.
func (t teller) works() []workView {
	p := t.p
	var out []workView
	facts := t.page.Deal.OfKind(deal.KindWorkMoved)
	for _, w := range t.page.Deal.Works() {
		view := workView{
			ID:     w.ID.String(),
			What:   p.Text(t.names, w.What),
			Owner:  p.Text(t.names, w.Owner),
			Serves: p.Text(t.names, w.Serves),
			Kind:   stepKind(w.State),
			State:  p.StepState(w.State),
			Next:   t.nextState(w.State),
			States: t.workStates(w.State),
		}
		view.Trouble = w.State == throughline.StepStuck || w.State == throughline.StepFailing
		if !w.Due.IsZero() {
			view.DueISO = w.Due.String()
			view.Late = w.Due.Sub(t.day()) < 0 && w.State != throughline.StepDone && w.State != throughline.StepNotNeeded
			if view.Late {
				view.Due = p.Say("dates.say.overdue", "n", t.day().Sub(w.Due))
			} else if w.State != throughline.StepDone && w.State != throughline.StepNotNeeded {
				view.Due = p.Say("track.due", "day", p.DayNear(w.Due, t.day()))
			}
		}
		for _, f := range facts {
			if f.ID == w.ID {
				view.Href = t.factHref(f)
			}
		}
		out = append(out, view)
	}
	return out
}
