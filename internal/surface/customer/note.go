package customer

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/sharing"
)

// noteView is what came of it, on one page to send upward.
type noteView struct {
	frame
	Name, Day  string
	Outcomes   []outcomeView
	Lead       string // what would have happened if it had not been done
	Done, Left []noteLine
	Back       string // to the plan; empty: there is none to go to
	BackWord   string
}

type noteLine struct {
	Text, When string
	Late       bool
}

// noteOf puts what came of it into words: what was wanted, what is so now, what
// was done for it and what is left to do.
func noteOf(page sharing.GuestPage, p *phrase.Phrase, lang string) noteView {
	x := page.Plan
	out := noteView{frame: frame{P: p, Lang: lang, Style: stylePath, Title: p.Say("note.title")}, Name: x.Name, Day: p.Day(x.Today),
		BackWord: p.Say("note.back")}
	for _, o := range x.Outcomes {
		out.Outcomes = append(out.Outcomes, outcomeView{Ref: o.Ref, Measure: o.Measure, From: o.Baseline, To: o.Target, Actual: o.Actual,
			When: measuredWhen(o, p)})
	}
	for _, q := range x.Questions {
		if q.Aspect == deal.Consequence && q.Known && !q.Unknown {
			out.Lead = questionOf(q, p).Answer
		}
	}
	for _, s := range x.Steps {
		if s.Private || s.State == throughline.StepNotNeeded {
			continue
		}
		line := noteLine{Text: phrase.Initial(s.Text), When: p.PlanWhen(s, x.Today), Late: s.Late(x.Today) > 0}
		switch {
		case s.State == throughline.StepDone:
			out.Done = append(out.Done, line)
		case s.Section == plan.Using || s.Section == plan.Proving:
			out.Left = append(out.Left, line)
		}
	}
	return out
}

// measuredWhen says when an outcome was measured, or by when it is to be.
func measuredWhen(o plan.Outcome, p *phrase.Phrase) string {
	switch {
	case !o.On.IsZero():
		return p.Say("note.measured", "day", p.Day(o.On))
	case !o.By.IsZero():
		return p.Say("note.by", "day", p.Day(o.By))
	}
	return ""
}

func (s *site) note(v *visit) {
	page, err := v.guest.Page(v.Context())
	if err != nil {
		s.failed("plan was not read", v.Request, err)
		s.render(v.w, v.Request, http.StatusInternalServerError, refusedPage(refused(v.lang, "broken")))
		return
	}
	out := noteOf(page, v.p, v.lang)
	out.Back = sharing.PlanPath + v.token + "?lang=" + v.lang
	s.render(v.w, v.Request, http.StatusOK, notePage(out))
}

// Note is what came of it as the customer sees it; back is where whoever looks
// came from.
func Note(page sharing.GuestPage, lang, back string) templ.Component {
	out := noteOf(page, phrase.For(lang), lang)
	out.Back, out.BackWord = back, out.P.Say("note.back_ours")
	return notePage(out)
}

// guideView is one page for a customer who has no plan yet: the questions that
// come next, how others settle them, what has to happen between a yes and an
// order, and what changes for their people.
type guideView struct {
	frame
	Name, Day string
	Questions []guideLine
	Settle    []string
	Paper     []guideLine
	Change    []guideLine
	Back      string
	Others    []link
}

type guideLine struct{ Text, How string }

// settleEarly are the things that hold decisions up most often, of the
// checklist: the weightiest.
var settleEarly = []string{"B1", "B3", "B8", "B9", "B13", "B15"}

// mostGuided is how many questions a guide asks at once.
const mostGuided = 3

// GuideInput is of what a guide is made. Nothing of a deal is in it but where
// the customer stands.
type GuideInput struct {
	Name  string
	At    throughline.Phase // the question they are at; none: the first
	Shown []throughline.Phase
	Book  *playbook.Playbook // for how long the steps of the paper usually take
	Today throughline.Day
	Lang  string
	Back  string
}

// Guide is a page to print for a customer who has no plan yet.
func Guide(in GuideInput) templ.Component {
	p := phrase.For(in.Lang)
	out := guideView{frame: frame{P: p, Lang: in.Lang, Style: stylePath, Title: p.Say("guide.title")}, Name: in.Name, Day: p.Day(in.Today), Back: in.Back}
	for _, l := range languages {
		if l.code != in.Lang {
			out.Others = append(out.Others, link{l.name, "?lang=" + l.code, l.code})
		}
	}
	for _, ph := range in.Shown {
		if ph >= in.At && len(out.Questions) < mostGuided {
			out.Questions = append(out.Questions, guideLine{p.Say("guide.ask_" + ph.String()), p.Say("guide.how_" + ph.String())})
		}
	}
	for _, i := range settleEarly {
		out.Settle = append(out.Settle, p.Say("issue."+i))
	}
	for _, s := range throughline.Contracting.Steps() {
		line := guideLine{Text: p.Say("plan.paper_" + s.String())}
		for _, t := range in.Book.Tracks[throughline.Contracting] {
			if t.Step == s && t.Days.Worst > 0 {
				line.How = p.Say("guide.days", "best", p.Number(t.Days.Best), "n", t.Days.Worst)
			}
		}
		out.Paper = append(out.Paper, line)
	}
	for _, s := range throughline.Change.Steps() {
		out.Change = append(out.Change, guideLine{Text: p.Say("guide.change_" + s.String())})
	}
	return guidePage(out)
}
