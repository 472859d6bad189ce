package web

import (
	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// partsPath is the page of every part in every state. It is there in the demo
// alone: it is for whoever works at the look, and for the tests.
const partsPath = "/_components"

// partsRows is how many rows and cards stand there of lists that go on.
const partsRows = 4

// partsView is the visual language on one page. Whatever the pages are made of
// stands here as they show it: the same parts over the same made-up company.
type partsView struct {
	frame
	Choices  []choice
	Options  []option
	Evidence []evidenceView
	Missing  []evidenceView
	Marks    []string // grades
	States   []string // of a question
	Unsent   unsentView
	List     listView
	Board    boardView
	Today    todayView
	Deal     dealView
	Line     string
	Gauges   []gaugeView
	Blank    *fiveView
	Rethink  *rethinkView
	Said     []frame
}

func (s *site) parts(v *visit) (templ.Component, error) {
	if !v.desk.MadeUp {
		return s.missing(v)
	}
	p := v.p
	out := partsView{frame: v.frame(p.Say("parts.title"), "")}
	for i, key := range []string{"today.title", "deals.title", "forecast.title"} {
		out.Choices = append(out.Choices, choice{Word: p.Say(key), Href: partsPath + "#parts-choice", Here: i == 0})
		out.Options = append(out.Options, option{Value: key, Word: p.Say(key), Chosen: i == 1})
	}
	for g := throughline.E0; g <= throughline.E4; g++ {
		out.Marks = append(out.Marks, g.String())
		out.Evidence = append(out.Evidence, evidenceView{Grade: g.String(), Means: p.Grade(g), Text: phrase.Initial(p.Grade(g)), Who: p.Say("parts.who"), When: p.Say("parts.when"),
			Href: "#parts-evidence", Stale: g == throughline.E2, Against: g == throughline.E3, Keeps: map[bool]string{true: p.Say("evidence.stale", "grade", p.GradeWord(throughline.E0))}[g == throughline.E2]})
	}
	out.Missing = []evidenceView{{Grade: "?", Means: p.Say("evidence.missing"), Missing: true, Text: p.Say("missing.holds"), When: p.Say("missing.holds_why")}}
	out.States = []string{"answered", "lapsed", "reopened", "open", "untouched", "not_needed"}
	out.Unsent = unsentView{frame: out.frame, Heading: p.Say("unsent.heading"), Why: p.Say("parts.refused"), Action: partsPath, Back: partsPath}
	out.Unsent.Texts = []field{{Name: "text", Value: ""}, {Name: "on", Value: v.day().String()}}
	out.Rethink = &rethinkView{Asks: true, Action: partsPath, Then: partsPath, Text: p.Say("strategy.touched"), Why: []string{p.Say("parts.fact")}}
	out.Blank = &fiveView{Heading: p.Say("strategy.none"), Write: p.Say("strategy.write"), Empty: true, Href: partsPath}
	for _, x := range []*saidView{
		{Text: p.Say("said.recorded"), Undo: p.Say("said.undo"), Facts: []string{partsPath}},
		{Text: p.Say("said.undone"), Undo: p.Say("said.redo"), Facts: []string{partsPath}, Undone: true},
		{Text: p.Say("said.recorded"), Mind: []string{p.Say("parts.fact")}, Asks: out.Rethink},
	} {
		f := out.frame
		x.Back, f.Said = partsPath, x
		out.Said = append(out.Said, f)
	}
	return v.partsOfDeals(out)
}

// partsOfDeals adds the parts that show deals, as the pages make them.
func (v *visit) partsOfDeals(out partsView) (component, error) {
	in, _ := v.listInput()
	in.Outcome, in.Limit, in.Class = throughline.StillOpen.Word(), partsRows, string(throughline.Complex)
	l, _, err := v.listed(in)
	if err != nil {
		return nil, err
	}
	out.List.frame, out.List.Heading = out.frame, v.p.Say("table.heading_open", "n", l.Matched)
	if out.List.Menus, err = v.menus(in); err != nil {
		return nil, err
	}
	out.List.Narrow = v.narrowedBy(out.List.Menus)
	if out.List.Table, err = v.table(in, l, out.Writes); err != nil {
		return nil, err
	}
	if out.Board, err = v.boardView(out.List, in); err != nil {
		return nil, err
	}
	for i, c := range out.Board.Columns {
		out.Board.Columns[i].Cards = c.Cards[:min(len(c.Cards), 1)]
	}
	if out.Today, err = v.todayView(); err != nil {
		return nil, err
	}
	out.Today.frame = out.frame
	out.Today.Items = out.Today.Items[:min(len(out.Today.Items), 1)]
	if len(out.Today.Items) > 0 {
		done := out.Today.Items[0]
		done.Anchor, done.Done, done.Undo = done.Anchor+"-done", v.p.Say("parts.done"), partsPath
		out.Today.Items = append(out.Today.Items, done)
	}
	if len(l.Rows) == 0 {
		return partsPage(out), nil
	}
	page, err := ask[reviewing.Preparation](v, operation.PrepareCall, &showing.DealInput{ID: l.Rows[0].ID.String()})
	if err != nil {
		return nil, err
	}
	out.Line = v.road(page.DealRow, "parts-line", nil).Line()
	out.Deal = v.dealView(page)
	out.Deal.frame = out.frame
	out.Gauges = v.teller(page.DealPage).gauges()
	return partsPage(out), nil
}
