package web

import (
	"net/http"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// judgeView is the form in which a person says what they take a deal for.
type judgeView struct {
	Action, Then string
	Once, Seen   string
	ID           string // of the form's fields
	Options      []choice
	Reason       string
	Problem      string
}

// judgeForm makes the form; then is where to go on to.
func (v *visit) judgeForm(id throughline.DealID, c forecasting.Categorised, then string) *judgeView {
	if !v.asOf.IsZero() { // the past is not judged anew
		return nil
	}
	out := &judgeView{Action: "/deals/" + id.String() + "/category", Then: then, Once: v.once(), Seen: v.seen(), ID: "judge-" + id.String()}
	if c.By == "person" {
		out.Reason = c.Reason
	}
	for _, k := range deal.Categories() {
		out.Options = append(out.Options, choice{Word: v.p.Category(k), Href: string(k), Here: c.Word == string(k)})
	}
	out.Options = append(out.Options, choice{Word: v.p.Say("forecast.judge_none"), Href: "none", Here: c.Word == ""})
	return out
}

type judgePageView struct {
	frame
	Heading, Href string
	Form          *judgeView
}

// judge keeps what a person takes a deal for. A commit whose reason is missing
// comes back as the form, with what was chosen.
func (s *site) judge(v *visit) (component, error) {
	w, err := v.writing()
	if err != nil {
		return v.again(err)
	}
	in := &reviewing.JudgeInput{Writing: w, Category: v.PostFormValue("category"), Reason: v.PostFormValue("reason")}
	if v.goTo, err = v.record("recorded", operation.JudgeForecast, in); err == nil {
		return nil, nil
	}
	if !reviewing.NeedsReason(err) {
		return v.again(err)
	}
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{ID: in.ID})
	if err != nil {
		return nil, err
	}
	out := judgePageView{frame: v.frame(v.p.Say("forecast.judge_title"), "forecast"), Heading: page.Title, Href: "/deals/" + page.ID.String(),
		Form: v.judgeForm(page.ID, forecasting.Categorised{Word: strings.TrimSpace(in.Category)}, v.then("/deals/"+page.ID.String()))}
	if out.Heading == "" {
		out.Heading = page.ID.String()
	}
	out.Form.Problem = v.p.Say("forecast.judge_reason_needed")
	v.status = http.StatusUnprocessableEntity
	return judgePage(out), nil
}
