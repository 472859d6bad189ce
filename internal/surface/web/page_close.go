package web

import (
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// closeView is the page on which a deal ends, and what it shows of one that has.
type closeView struct {
	frame
	Tabs     []choice
	Heading  string
	Address  string // /deals/ID
	Facts    []choice
	Locked   string
	Open     bool
	Ended    endedView
	Form     endForm
	Measures measuresView
	Lineage  lineageView
}

// endForm is what stands in the form: as it was typed, where it was sent and
// could not be kept.
type endForm struct {
	Why       string // what is still to be said
	Ends      []endChoice
	Causes    []endChoice
	Persons   []choice
	Text      string
	Price     bool // two more fields: price alone says too little
	Compared  string
	DecidedBy string
	On, Today string
	Until     string
	Tomorrow  string
	Trigger   string
}

// endChoice is an end state or a cause, in words.
type endChoice struct {
	Value, Name, Means string
	Notes              []string // what helps, what makes it worse
	Chosen             bool
}

// endedView is how it ended, and what comes back.
type endedView struct {
	What, Text, When, Href string
	Thanks                 string
	Says                   string // who of theirs says so
	Price                  string
	Treat                  []string
	Back                   []string
}

func (s *site) closing(v *visit) (component, error) {
	t, err := v.dealTeller()
	if err != nil {
		return nil, err
	}
	return v.closePage(t, t.endForm())
}

// dealTeller reads the deal that the address names.
func (v *visit) dealTeller() (teller, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return teller{}, err
	}
	return v.teller(page), nil
}

func (v *visit) closePage(t teller, form endForm) (component, error) {
	p, page := v.p, t.page
	out := closeView{Heading: heading(p, page.DealRow), Address: "/deals/" + page.ID.String(), Tabs: v.tabs(page.ID.String(), "close"),
		Open: page.Reading.Outcome == throughline.StillOpen, Form: form, Measures: t.measures()}
	out.frame = v.frame(out.Heading, "deals")
	if page.Account != "" && page.Account != out.Heading {
		out.Facts = append(out.Facts, choice{Word: page.Account})
	}
	out.Facts = append(out.Facts, choice{Word: p.Class(page.Reading.Class), Href: v.link(out.Address + "/class")})
	if out.Open {
		out.Facts = append(out.Facts, choice{Word: p.Where(t.book(), page.Reading)})
	} else {
		out.Ended = t.ended()
	}
	if page.Reading.Locked {
		out.Locked = p.Say("locked.text")
	}
	var err error
	out.Lineage, err = v.lineage(page.ID.String())
	return closePage(out), err
}

// endForm gives the form with what was typed in it.
func (t teller) endForm() endForm {
	p, v := t.p, t.visit
	out := endForm{Text: v.text("text"), Compared: v.text("compared"), DecidedBy: v.text("decided_by"), On: v.text("on"), Until: v.text("until"),
		Trigger: v.text("trigger"), Persons: t.personChoices(v.text("person")), Today: v.today.String(), Tomorrow: v.today.Add(1).String()}
	out.Price = out.Compared != "" || out.DecidedBy != ""
	for _, o := range throughline.Outcomes() {
		out.Ends = append(
			out.Ends,
			endChoice{
				Value:  string(o),
				Name:   phrase.Initial(p.Outcome(o)),
				Means:  p.Say("close.means_" + string(o)),
				Chosen: v.text("outcome") == string(o),
			},
		)
	}
	for _, c := range throughline.Causes() {
		out.Causes = append(
			out.Causes,
			endChoice{Value: string(c), Name: phrase.Initial(p.Cause(c)), Notes: []string{p.Say("treat." + string(c)), p.Say("avoid." + string(c))},
				Chosen: v.text("cause") == string(c)},
		)
	}
	out.Causes = append(out.Causes, endChoice{Name: p.Say("close.cause_unknown"), Chosen: v.text("cause") == ""})
	return out
}

// ended tells the last end of a deal that has one.
func (t teller) ended() endedView {
	p := t.p
	facts := t.page.Deal.OfKind(deal.KindEnded)
	if len(facts) == 0 {
		return endedView{}
	}
	f := facts[len(facts)-1]
	b := f.Body.(deal.Ended)
	out := endedView{
		What: phrase.Initial(p.Outcome(b.Outcome)),
		Text: p.Text(t.names, b.Text),
		When: p.Instant(f.When(), t.day(), t.zone()),
		Href: t.factHref(f),
	}
	if f.Happened.IsZero() {
		out.When = p.Say("ledger.undated")
	}
	if b.Outcome == throughline.NoDecision {
		out.What = phrase.Initial(p.Say("deal.ended_cause", "outcome", p.Outcome(b.Outcome), "cause", p.Cause(b.Cause)))
	}
	if b.Outcome == throughline.DisqualifiedByUs {
		out.Thanks = p.Say("close.thanks")
	}
	switch {
	case !b.Person.IsZero():
		out.Says = p.Say("close.says", "who", p.Who(t.names, b.Person))
	case b.Outcome != throughline.DisqualifiedByUs:
		out.Says = p.Say("close.says_nobody")
	}
	if b.Compared != "" && b.Decided != "" {
		out.Price = p.Say("close.compared_with", "what", p.Text(t.names, b.Compared), "who", p.Text(t.names, b.Decided))
	}
	if b.Outcome == throughline.NoDecision && b.Cause.Known() {
		out.Treat = []string{p.Say("treat." + string(b.Cause)), p.Say("avoid." + string(b.Cause))}
	}
	switch {
	case b.Outcome == throughline.Won:
		out.Back = append(
			out.Back,
			p.Say("close.back_won", "adopt", p.Phase(t.book(), throughline.Adopt), "prove", p.Phase(t.book(), throughline.Prove)),
		)
	case b.Outcome != throughline.Postponed:
		out.Back = append(out.Back, p.Say("close.back_none"))
	}
	if !b.Until.IsZero() {
		key := "close.back_day"
		if b.Until.Sub(t.day()) <= 0 {
			key = "close.back_day_past"
		}
		out.Back = append(out.Back, p.Say(key, "day", p.Day(b.Until)))
	}
	if b.Trigger != "" {
		out.Back = append(out.Back, p.Say("close.back_trigger", "what", p.Text(t.names, b.Trigger)))
	}
	return out
}

// postEnd ends a deal. What is still to be said is asked for on the same page,
// with everything that was typed.
func (s *site) postEnd(v *visit) (component, error) {
	then, err := v.ending()
	if err == nil {
		v.goTo = then
		return nil, nil
	}
	kind := throughline.KindOf(err)
	if kind != throughline.Invalid && kind != throughline.Conflict {
		return nil, err
	}
	t, missing := v.dealTeller()
	if missing != nil {
		return nil, missing
	}
	if t.page.Reading.Outcome != throughline.StillOpen {
		return v.again(err)
	}
	v.status = statuses[kind]
	form := t.endForm()
	form.Why = v.stillToSay(err)
	form.Price = form.Price || v.onlyPrice()
	return v.closePage(t, form)
}

// ending reads the form. What belongs to another end than the one chosen was
// typed before the choice was changed, and is left out.
func (v *visit) ending() (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	in := &recording.EndInput{
		Writing:   w,
		Outcome:   v.text("outcome"),
		Text:      v.text("text"),
		Person:    v.text("person"),
		Compared:  v.text("compared"),
		DecidedBy: v.text("decided_by"),
	}
	switch throughline.Outcome(in.Outcome) {
	case throughline.NoDecision:
		in.Cause = v.text("cause")
	case throughline.Postponed:
		in.Trigger = v.text("trigger")
		if in.Until, err = v.dayField("until"); err != nil {
			return "", err
		}
	}
	return v.record("ended", operation.RecordEnd, in)
}

func (v *visit) onlyPrice() bool {
	return recording.OnlyPrice(v.text("text")) && v.text("outcome") != string(throughline.Won)
}

// stillToSay tells what an end still lacks, in the reader's language where it
// is one of the three things that are asked for.
func (v *visit) stillToSay(err error) string {
	switch {
	case v.text("outcome") == "":
		return v.p.Say("close.choose")
	case v.text("outcome") == string(throughline.Postponed) && v.text("until") == "" && v.text("trigger") == "":
		return v.p.Say("close.need_when")
	case v.onlyPrice() && (v.text("compared") == "" || v.text("decided_by") == ""):
		return v.p.Say("close.price_alone")
	}
	return v.refusal(err)
}

// back leads from an address that is only written to, to the page with its form.
func back(to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, address("/deals/"+r.PathValue("id")+to, r.URL.Query()), http.StatusSeeOther)
	})
}
