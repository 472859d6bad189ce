package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
)

type casesView struct {
	frame
	What, N, More string
	Back          string
	Rows          []caseLine
}

type caseLine struct{ Title, Href, Outcome, Opened string }

// mostCases bounds the deals shown behind a number.
const mostCases = 300

func (s *site) learningCases(v *visit) (templ.Component, error) {
	q := v.query
	in := learning.CasesInput{View: desk.View{AsOf: v.asOf}, Part: v.partIn(), Where: v.whereIn(), After: q.Get("after"), Next: q.Get("next"), Has: q.Get("has"), Lacks: q.Get("lacks"),
		QuietAfter: q.Get("quiet_after"), Skipped: q.Get("skipped"), Cause: q.Get("cause"), Outcome: q.Get("outcome")}
	in.Group, _ = strconv.Atoi(q.Get("group"))
	list, err := ask[learning.CaseList](v, operation.MineCases, &in)
	if err != nil {
		return nil, err
	}
	p := v.p
	var what []string
	ends := func(name, word string) string {
		if name == "" {
			return p.Say(word)
		}
		return v.activity(name)
	}
	switch {
	case in.After != "" || in.Next != "":
		what = append(what, p.Say("learning.case_after", "from", ends(in.After, "learning.begin"), "to", ends(in.Next, "learning.end")))
	case in.Has != "":
		what = append(what, p.Say("learning.case_has", "what", v.activity(in.Has)))
	case in.Lacks != "":
		what = append(what, p.Say("learning.case_lacks", "what", v.activity(in.Lacks)))
	case in.QuietAfter != "":
		what = append(what, p.Say("learning.case_quiet", "what", v.activity(in.QuietAfter)))
	case in.Skipped != "":
		what = append(what, p.Say("learning.case_skipped", "what", v.activity(in.Skipped)))
	case in.Group != 0:
		what = append(what, p.Say("learning.case_group", "n", in.Group))
	case in.Cause == "unknown":
		what = append(what, p.Say("learning.cause_unknown"))
	case throughline.Cause(in.Cause).Known():
		what = append(what, p.Cause(throughline.Cause(in.Cause)))
	}
	if o := throughline.Outcome(in.Outcome); o.Known() {
		what = append(what, p.Outcome(o))
	}
	out := casesView{
		frame: v.frame(p.Say("learning.cases"), "learning"),
		What:  strings.Join(what, " · "),
		N:     p.Say("learning.cases_n", "n", len(list.Rows)),
	}
	out.Back = v.link("/learning", v.partPairs()...)
	if len(list.Rows) > mostCases {
		out.More = p.Say("learning.cases_more", "n", len(list.Rows)-mostCases)
		list.Rows = list.Rows[:mostCases]
	}
	for _, r := range list.Rows {
		out.Rows = append(
			out.Rows,
			caseLine{Title: r.Title, Href: out.carry("/deals/" + r.ID.String()), Outcome: p.Outcome(outcomeOf(r.Outcome)), Opened: p.Day(r.Opened)},
		)
	}
	return learningCasesPage(out), nil
}

func outcomeOf(word string) throughline.Outcome {
	if word == "open" {
		return throughline.StillOpen
	}
	return throughline.Outcome(word)
}
