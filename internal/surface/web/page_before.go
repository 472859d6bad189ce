package web

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// beforeView is the page before a call: one screen, one printed page.
type beforeView struct {
	frame
	Tabs     []choice
	Heading  string
	Facts    []string
	Locked   string
	Advice   adviceView
	Class    choice // one question about how they buy, where something happened since that was settled
	Promises promisesView
	Underway []owedView // steps of theirs that have begun or have a day
	Hoped    []owedView // what we hope they do; nobody promised it
	Owed     []owedView // what we owe
	Bet      string
	BetBy    string
	BetHref  string
	Due      *betView // the bet whose day has come
	Capture  string
	Steps    string
	Froms    []choice
	Model    string
	LastSaid []evidenceView // what they last said or did
}

// adviceView is what to do next, in words.
type adviceView struct {
	Phase, Ask string // the question it is about
	Mode       string // a sentence where the manner is special
	Prompts    []promptView
	Tools      []toolView
	People     []askView
	Missing    []string
	Hidden     []string
	Rows       []evidenceView
	Lacking    []evidenceView
	Note       string // where there is nothing to answer
}

type promptView struct {
	Text, From string
	Say        string // where something is said of the pack it comes from
	Risk       bool
	Marks      []string
}

type toolView struct {
	Address, ID, Name, In, Out, From, Minutes string
	Action, About, Say                        string
}

type askView struct {
	Name, Href string
	Why        []string
	Absent     bool
}

func (s *site) before(v *visit) (component, error) {
	page, err := ask[reviewing.Preparation](v, operation.PrepareCall, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t := v.teller(page.DealPage)
	p := v.p
	id := page.ID.String()
	out := beforeView{
		Heading: heading(p, page.DealRow),
		Tabs:    v.tabs(id, "before"),
		Capture: "/deals/" + id + "/capture",
		Steps:   "/deals/" + id + "/steps",
		Model:   v.desk.Model.Name,
		Froms:   v.froms(),
	}
	out.frame = v.frame(out.Heading, "deals")
	out.Live = "/deals/" + id + "/live"
	out.Facts = []string{page.Account, p.Where(t.book(), page.Reading), p.Silence(page.Reading.Silence)}
	if page.End != "" {
		out.Facts = []string{page.Account, page.End}
	}
	if page.Reading.Locked {
		out.Locked = p.Say("locked.text")
	}
	out.Advice = t.advice(page)
	seen := map[string]bool{"": true}
	for i, x := range page.Advice.Prompts { // once beside each method
		if !seen[x.Pack] && i < len(out.Advice.Prompts) {
			seen[x.Pack] = true
			out.Advice.Prompts[i].Say = v.sayOf(playbook.PackAddress(x.Pack), v.URL.Path)
		}
	}
	for i, x := range page.Advice.Tools {
		out.Advice.Tools[i].Say = v.sayOf(x.Address, v.URL.Path)
	}
	v.countPrompts(page.Advice)
	if r := page.Reading.Reclass; r != nil && len(r.Factors) > 0 && !page.Reading.Locked { // one a meeting (DOMAIN 5.4)
		out.Class = choice{Word: t.factorAsk(r.Factors[0]), Href: v.link("/deals/" + id + "/class")}
	}
	out.Promises, out.Underway, out.Hoped, out.Owed = t.promises(), t.owed(page.Underway), t.owed(page.Hoped), t.owed(page.Owed)
	if all := page.DealPage.Deal.Strategies(v.day()); len(all) > 0 {
		last := all[len(all)-1]
		out.Due = t.bet()
		out.Bet, out.BetHref = p.Text(t.names, last.Strategy.Bet), "/deals/"+id+"/strategy"
		if by, err := throughline.ParseDay(last.By); err == nil {
			out.BetBy = p.Say("strategy.by", "day", p.DayNear(by, v.day()))
		}
	}
	theirs := page.DealPage.Deal.OfKind(deal.KindEvidence, deal.KindContradiction)
	for i := len(theirs) - 1; i >= 0 && len(out.LastSaid) < 3; i-- {
		if theirs[i].Grade.FromCustomer() {
			e := t.evidence(theirs[i], nil)
			e.Keeps, e.Stale, e.Href = "", false, t.factHref(theirs[i])
			out.LastSaid = append(out.LastSaid, e)
		}
	}
	return beforePage(out), nil
}

// advice puts what to do next into words.
func (t teller) advice(page reviewing.Preparation) adviceView {
	p, a, book := t.p, page.Advice, t.book()
	lang := p.Code()
	out := adviceView{}
	if q, ok := book.Question(a.Phase); ok {
		out.Phase, out.Ask = q.Name.Text.In(lang), q.Ask.Text.In(lang)
		ph := t.phase(a.Phase)
		out.Rows, out.Lacking = ph.Rows, ph.Missing
	}
	switch a.Mode {
	case blend.Rest:
		out.Note = p.AdviceMode(a)
	case blend.Settle, blend.Respond:
		out.Mode = p.AdviceMode(a)
	}
	pack := func(id string) string {
		if id == "" {
			return ""
		}
		return p.Pack(book, id)
	}
	for _, x := range a.Prompts {
		out.Prompts = append(
			out.Prompts,
			promptView{Text: p.AdvicePrompt(x), From: pack(x.Pack), Risk: x.Risk, Marks: p.AdviceMarks(x.Risk, x.Inward, false)},
		)
	}
	for i, x := range a.Tools {
		out.Tools = append(
			out.Tools,
			toolView{
				Address: string(x.Address),
				ID:      "tool-" + strconv.Itoa(i),
				Name:    x.Name.Text.In(lang),
				In:      x.In.Text.In(lang),
				Out:     x.Out.Text.In(lang),
				From:    pack(x.Pack),
				About:   string(a.Phase.Address()),
				Minutes: p.AdviceMinutes(x),
			},
		)
	}
	for _, x := range a.People {
		view := askView{Name: t.personName(x.Person), Href: "/deals/" + page.ID.String() + "/people#person-" + x.Person.String()}
		if x.Person.IsZero() {
			view.Name, view.Absent, view.Href = phrase.Initial(p.Role(x.Role)), true, "/deals/"+page.ID.String()+"/people"
		}
		for _, y := range x.Reasons {
			view.Why = append(view.Why, p.AdviceWhy(book, y, t.day()))
		}
		out.People = append(out.People, view)
	}
	for _, m := range page.Missing {
		out.Missing = append(out.Missing, phrase.Initial(p.Role(m.Role)))
	}
	for _, h := range a.Hidden {
		if h.Why == blend.NoRoom || h.Why == blend.Repeats || h.Why == blend.TooMany {
			continue // nobody misses what found no room
		}
		what := h.Prompt.Text.In(lang)
		if k, ok := book.AnyPack(h.Pack); ok && h.Tool != "" {
			for _, tool := range k.Tools {
				if tool.ID == h.Tool.Last() {
					what = tool.Name.Text.In(lang)
				}
			}
		}
		out.Hidden = append(out.Hidden, what+" "+p.AdviceHidden(book, h))
	}
	return out
}

// noteAction is where a tool's result goes that is kept as a note.
func noteAction(capture string) string { return strings.TrimSuffix(capture, "capture") + "note" }

// froms are the origins of words, for the form that takes them.
func (v *visit) froms() []choice {
	var out []choice
	for _, f := range []capture.From{capture.Conversation, capture.Message, capture.Document} {
		out = append(out, choice{Word: v.p.Say("capture.from_" + string(f)), Href: string(f), Here: f == capture.Conversation})
	}
	return out
}
