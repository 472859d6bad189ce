package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// reviewView is the page with which a manager opens a review.
type reviewView struct {
	frame
	Heading   string
	Means     string // what that means, where no place is shown
	Lede      string
	Owner     string
	Owners    []choice
	Agenda    agendaView
	Whole     choice // the way to what repeats, where that takes a while
	Places    []placeView
	Questions []leftView
	Reopened  patternsView
	Causes    patternsView
	Late      patternsView
	Class     patternsView
	Picks     *patternsView // nil where there is one process
	Assigned  *patternsView // nil where no seller is assigned any
}

// placeView is a deal in which what we say and what they have shown lie apart.
type placeView struct {
	Row      rowView
	Says     []string // where they disagree
	Ours     []string // what we take it for
	Chance   string   // our reckoning, with its range
	Road     string
	Suggest  []string
	Asked    []leftView
	Question string // where a question goes
	Back     string
	ID       string
}

type leftView struct {
	Text, Who, When, Deal, Href, Answer, AnswerHref string
}

// patternsView is something that repeats: words, numbers, and the deals behind each.
type patternsView struct {
	Heading, None string
	Rows          []patternView
	Note          string
}

type patternView struct {
	Words string
	Part  float64 // of all, for its bar
	Deals []choice
	More  string
}

func (s *site) review(v *visit) (component, error) {
	if v.query.Get("seller") != "" {
		return s.session(v)
	}
	owner := v.query.Get("owner")
	ours, err := ask[showing.Ours](v, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	if open := openOf(ours); owner == "" && open > mostReviewed && v.query.Get("whole") == "" {
		return reviewPage(v.reviewAgenda(ours, open)), nil
	}
	r, err := ask[reviewing.Review](v, operation.ReviewDeals, &reviewing.ReviewInput{View: desk.View{AsOf: v.asOf}, Owner: owner})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := reviewView{frame: v.frame(p.Say("manage.title"), "review"), Owner: owner,
		Lede: p.Say("manage.lede", "day", p.Day(v.day()), "n", r.Open)}
	if out.Heading, out.Means = reviewing.ReviewHeading(p, r, owner); r.Open+r.Ended == 0 && owner == "" && !v.asOf.IsZero() {
		out.Heading, out.Means = p.Say("frame.before", "day", p.Day(v.day())), ""
	}
	out.Agenda = v.agenda(ours, throughline.PersonID{})
	out.Owners = append(out.Owners, choice{Word: p.Say("manage.everybody"), Here: owner == ""})
	for _, o := range ours.People {
		out.Owners = append(out.Owners, choice{Word: o.Name, Href: o.Name, Here: o.Name == owner})
	}
	for _, x := range r.Places {
		out.Places = append(out.Places, v.place(x))
	}
	for _, q := range r.Questions {
		out.Questions = append(out.Questions, v.left(q.ID, q.Title, q.Left))
	}
	bar := func(n, of int) float64 { return float64(n) / float64(max(of, n, 1)) }
	behind := func(list []showing.Named) []choice {
		var c []choice
		for _, d := range list {
			title := d.Title
			if title == "" {
				title = p.Say("deal.untitled")
			}
			c = append(c, choice{Word: title, Href: v.link("/deals/" + d.ID.String())})
		}
		return c
	}
	row := func(words string, x reviewing.Pattern) patternView {
		out := patternView{Words: words, Part: bar(x.Count, x.Of), Deals: behind(x.Deals)}
		if n := x.Count - len(x.Deals); n > 0 {
			out.More = p.Say("manage.more", "n", n)
		}
		return out
	}
	out.Reopened = patternsView{Heading: p.Say("manage.reopened"), None: p.Say("manage.reopened_none")}
	for _, x := range r.Reopened {
		out.Reopened.Rows = append(
			out.Reopened.Rows,
			row(p.Say("manage.reopened_row", "phase", p.Phase(v.desk.Book, x.Phase), "n", x.Count, "of", x.Of), x),
		)
	}
	out.Causes = patternsView{Heading: p.Say("manage.causes", "n", r.NoDecision, "of", r.Ended), None: p.Say("manage.causes_none")}
	for _, x := range r.Causes {
		out.Causes.Rows = append(out.Causes.Rows, row(p.Say("manage.causes_row", "cause", phrase.Initial(p.Cause(x.Cause)), "n", x.Count), x))
	}
	out.Late = patternsView{Heading: p.Say("manage.late"), None: p.Say("manage.late_none")}
	if x := r.LatePaper; x.Count > 0 {
		out.Late.Rows = []patternView{row(p.Say("manage.late_row", "n", x.Count, "of", x.Of), x)}
	}
	out.Class = patternsView{Heading: p.Say("manage.class"), None: p.Say("manage.class_none")}
	if x := r.ClassAsked; x.Count > 0 {
		out.Class.Rows = append(out.Class.Rows, row(p.Say("manage.class_asked_row", "n", x.Count, "of", x.Of), x))
	}
	if x := r.Reclassed; x.Count > 0 {
		out.Class.Rows = append(out.Class.Rows, row(p.Say("manage.class_changed_row", "n", x.Count, "of", x.Of), x))
		if r.PickLimit > 0 && 100*x.Count > r.PickLimit*x.Of {
			out.Class.Note = p.Say("manage.class_many", "limit", r.PickLimit)
		}
	}
	if len(v.desk.Book.Processes) > 1 {
		out.Picks = &patternsView{Heading: p.Say("process.picks_heading"), None: p.Say("process.picks_none")}
		if x := r.Overridden; x.Count > 0 {
			out.Picks.Rows = []patternView{row(p.Say("process.picks", "n", x.Count, "of", x.Of), x)}
			out.Picks.Note = p.Say("process.picks_many")
		}
	}
	if x := r.Unassigned; x.Of > 0 {
		out.Assigned = &patternsView{Heading: p.Say("assigned.heading_elsewhere"), None: p.Say("assigned.elsewhere_none")}
		if x.Count > 0 {
			out.Assigned.Rows = []patternView{row(p.Say("assigned.elsewhere", "n", x.Count, "of", x.Of), x)}
			out.Assigned.Note = p.Say("assigned.elsewhere_note")
		}
	}
	return reviewPage(out), nil
}

func (v *visit) left(id throughline.DealID, title string, q reviewing.Left) leftView {
	out := leftView{
		Text:   q.Text,
		Who:    q.By,
		When:   v.p.DayNear(q.On, v.day()),
		Deal:   title,
		Href:   v.link("/deals/" + id.String()),
		Answer: v.p.Say("manage.waits"),
	}
	if q.Answer > 0 {
		out.Answer, out.AnswerHref = v.p.Say(
			"manage.answered",
			"n",
			q.Answer,
		), v.link(
			"/deals/"+id.String()+"/strategy",
		)+"#strategy-"+v.p.Number(
			q.Answer,
		)
	}
	return out
}

// place puts a disagreement into words: what we say, and what they have shown.
func (v *visit) place(x reviewing.Disagreement) placeView {
	p := v.p
	id := x.ID.String()
	book := v.desk.Book
	out := placeView{Row: v.row(x.DealRow), ID: "place-" + id, Question: "/deals/" + id + "/question", Back: "/review"}
	for _, c := range x.Says {
		pairs := []any{"n", c.Count}
		if c.Word != "" {
			pairs = append(pairs, "word", p.Category(deal.Category(c.Word)))
		}
		if c.Phase.Known() {
			pairs = append(pairs, "phase", p.Phase(book, c.Phase))
		} else {
			pairs = append(pairs, "phase", p.Say("where.end"))
		}
		if c.Other.Known() {
			pairs = append(pairs, "ours", p.Phase(book, c.Other))
		}
		if !c.Since.IsZero() {
			pairs = append(pairs, "day", p.DayNear(c.Since, v.day()))
		}
		if c.Count > 0 {
			pairs = append(pairs, "span", p.Days(c.Count))
		}
		out.Says = append(out.Says, p.Say("manage.clash_"+string(c.Code), pairs...))
	}
	if x.Judged.Word != "" {
		word, over := forecasting.CategoryWords(p, x.Judged)
		out.Ours = append(out.Ours, word)
		if over != "" {
			out.Ours = append(out.Ours, over)
		}
	}
	if !x.CloseDate.IsZero() {
		out.Ours = append(out.Ours, p.Say("deal.close_date", "day", p.DayNear(x.CloseDate, v.day())))
	}
	if x.Reading.Ours.Phase.Known() {
		out.Ours = append(out.Ours, p.Say("road.we_are", "phase", p.Phase(book, x.Reading.Ours.Phase)))
	}
	if x.Outlook != nil && x.Low != nil && x.High != nil {
		out.Chance = p.Say(
			"manage.chance",
			"day",
			p.DayNear(x.ByDay, v.day()),
			"won",
			forecasting.ChanceWord(p, x.Outlook.Won, x.Low.Won, x.High.Won),
			"none",
			forecasting.ChanceWord(p, x.Outlook.NoDecision, x.Low.NoDecision, x.High.NoDecision),
		)
	}
	for _, b := range x.Suggest {
		out.Suggest = append(out.Suggest, p.Say("issue."+b))
	}
	for _, q := range x.Asked {
		out.Asked = append(out.Asked, v.left(x.ID, "", q))
	}
	return out
}
