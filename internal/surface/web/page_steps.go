package web

import (
	"strings"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

// stepsView is the page that says whether the customer's steps tell how they
// will decide.
type stepsView struct {
	frame
	Tabs          []choice
	Heading, Back string
	Action, Note  string
	Read          bool
	Label, Name   string
	Kind          string
	Count         string
	Lines         []statedStep
	Ask           []string
	None          string
	Take          string // the page of the class, with what was just read
	Keep          string
	Stated        statedView
	Decision      decisionView
	Promises      promisesView
}

type statedStep struct{ Text, Kind, Word string }

// steps takes the customer's steps and labels them. Nothing is recorded.
func (s *site) steps(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	id := page.ID.String()
	out := stepsView{frame: v.frame(heading(v.p, page.DealRow), "deals"), Heading: v.p.Say("stated.heading"), Back: "/deals/" + id,
		Action: "/deals/" + id + "/steps", Note: v.PostFormValue("text")}
	out.Tabs = v.tabs(id, "steps")
	t := v.teller(page)
	out.Stated, out.Decision, out.Promises = t.stated(), t.decision(), t.promises()
	if v.Method != "POST" {
		return stepsPage(out), nil
	}
	out.Read = true
	if strings.TrimSpace(out.Note) == "" {
		out.None = v.p.Say("steps.none")
		return stepsPage(out), nil
	}
	in := &workshop.StepsInput{Text: out.Note}
	if f := page.Reading.Firm; f.Known() {
		in.Frontier = f.String()
	}
	r, err := ask[workshop.Steps](v, operation.ReadSteps, in)
	if err != nil {
		return nil, err
	}
	out.Label, out.Name, out.Kind = v.p.Say("steps.label_"+string(r.Label)), v.p.Say("steps.name_"+string(r.Label)), string(r.Label)
	out.Take = "/deals/" + id + "/class?" + issuesField + "=" + string(r.Label) + "#g-way"
	out.Count, out.Keep = v.p.Say("steps.lines", "n", len(r.Steps)), v.p.Say("stated.keep_list", "n", len(r.Steps))
	for _, st := range r.Steps {
		out.Lines = append(out.Lines, statedStep{st.Text, string(st.Kind), v.p.Say("steps.kind_" + string(st.Kind))})
	}
	for _, q := range r.Ask {
		out.Ask = append(out.Ask, v.p.Say("issue."+q.ID))
	}
	return stepsPage(out), nil
}
