package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
)

// judgeView is the form in which a person says what they take a deal for.
type judgeView struct {
	Action, Back string
	ID           string // of the form's fields
	Options      []choice
	Reason       string
	Problem      string
}

// judgeForm makes the form; back is the page to return to, "deal" or "forecast".
func (v *visit) judgeForm(id throughline.DealID, c operation.Categorised, back string) *judgeView {
	if !v.asOf.IsZero() { // the past is not judged anew
		return nil
	}
	out := &judgeView{Action: "/deals/" + id.String() + "/category", Back: back, ID: "judge-" + id.String()}
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

// judge keeps what a person takes a deal for, and leads back to where they were.
func (s *site) judge(v *visit) (templ.Component, error) {
	v.Body = http.MaxBytesReader(nil, v.Body, 64<<10)
	if err := v.ParseForm(); err != nil {
		return nil, throughline.Fail("read form", throughline.Invalid, "", err)
	}
	in := &operation.JudgeInput{ID: v.PathValue("id"), Category: v.PostFormValue("category"), Reason: v.PostFormValue("reason")}
	got, err := ask[operation.Judgement](v, operation.JudgeForecast, in)
	if err != nil && !operation.NeedsReason(err) {
		return nil, err
	}
	back := v.PostFormValue("back")
	if err == nil {
		place := "/deals/" + got.Deal.String() + "#ends-h"
		if back == "forecast" {
			place = "/forecast#deal-" + got.Deal.String()
		}
		v.goTo = place
		return nil, nil
	}
	page, err2 := ask[operation.DealPage](v, operation.ShowDeal, &operation.DealInput{ID: in.ID})
	if err2 != nil {
		return nil, err2
	}
	out := judgePageView{frame: v.frame(v.p.Say("forecast.judge_title"), "forecast"), Heading: page.Title, Href: "/deals/" + page.ID.String(),
		Form: v.judgeForm(page.ID, operation.Categorised{Word: strings.TrimSpace(in.Category)}, back)}
	if out.Heading == "" {
		out.Heading = page.ID.String()
	}
	out.Form.Problem = v.p.Say("forecast.judge_reason_needed")
	v.status = http.StatusUnprocessableEntity
	return judgePage(out), nil
}
