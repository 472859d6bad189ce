package web

import (
	"github.com/a-h/templ"

	"github.com/throughline/throughline"
)

// termKeys are the words of the pages that have a sentence each, in the order
// in which a newcomer meets them.
var termKeys = []string{
	"deal", "question", "frontier", "position", "gap", "evidence", "milestone", "stage", "strategy", "bet", "promise", "silence",
	"no_decision", "class", "agree", "sure", "contracting", "change", "plan", "capture", "chances", "playbook", "method", "as_of",
}

// means is the sentence of a term, for beside the word.
func means(p phraser, term string) string {
	return p.Say("term.said", "word", p.Say("term."+term+".word"), "means", p.Say("term."+term+".means"))
}

// termView is a word with its sentence.
type termView struct{ ID, Word, Means string }

// helpView is the page that says what this is and which words it uses.
type helpView struct {
	frame
	Idea, Day []string
	Questions []termView
	Grades    []string
	Terms     []termView
	TourHref  string
	Nothing   bool // a tour was asked for and there is nothing to show
}

func (s *site) help(v *visit) (templ.Component, error) {
	p := v.p
	out := helpView{frame: v.frame(p.Say("help.title"), ""), TourHref: "/tour/1", Nothing: v.query.Get("none") != ""}
	for _, k := range []string{"help.idea_1", "help.idea_2", "help.idea_3"} {
		out.Idea = append(out.Idea, p.Say(k))
	}
	for _, k := range []string{"help.day_1", "help.day_2", "help.day_3", "help.day_4"} {
		out.Day = append(out.Day, p.Say(k))
	}
	if book := v.desk.Book; book != nil { // a company's own words for them, where it has its own
		for _, q := range book.Journey.Phases {
			out.Questions = append(out.Questions, termView{ID: "q-" + q.Phase.String(), Word: q.Name.Text.In(p.Code()), Means: q.Ask.Text.In(p.Code())})
		}
	}
	for g := throughline.E4; g > throughline.E0; g-- {
		out.Grades = append(out.Grades, p.Grade(g))
	}
	for _, k := range termKeys {
		out.Terms = append(out.Terms, termView{ID: k, Word: p.Say("term." + k + ".word"), Means: p.Say("term." + k + ".means")})
	}
	return helpPage(out), nil
}
