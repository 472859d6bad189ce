package web

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/internal/workshop"
)

// studioRoadView is one process as a list that can be changed.
type studioRoadView struct {
	studioFrame
	Choices  []choice // processes
	Process  string
	Title    string
	Summary  string
	Mend     string
	Takes    string // which deals it takes, in words
	Rules    []ruleView
	CEL      string
	Known    []choice // attributes that rules may ask
	Only     bool     // there is no other process
	Stages   []stageView
	Notes    []lintNote // about the road as a whole
	Phases   []choice   // the nine questions, to choose from
	Ways     []choice   // of buying, to begin another process from
	Uncalled []string   // questions that no milestone serves
}

// ruleView is an attribute with the values a rule may ask for.
type ruleView struct {
	Field, Name string
	Values      []choice
}

type stageView struct {
	ID, Anchor, Name, Question string
	Place                      int
	First, Last                bool
	Phases                     []choice
	Milestones                 []milestoneView
	Others                     []choice // stages a milestone may go to
}

type milestoneView struct {
	ID, Anchor, Short, Said, Differs string
	Other, OtherName, OtherLanguage  string // the same in the other language
	Stale                            string // that the other language still says what these words said before
	Phases                           []choice
	Away                             string // the question it serves, where that is not the stage's
	Cites, Step                      string
	Tracks                           []choice
	MoveWord                         string
	Kept                             []keptView // findings that are kept anyway
	Notes                            []lintNote
	Instead                          string // a statement that could stand in its place
	First, Last                      bool
}

// keptView is a finding that is kept anyway, with the reason.
type keptView struct{ Check, Text string }

// lintNote is something the linter says beside the words.
type lintNote struct {
	Check, Instead, Href string
	Says, Hint           []piece
	Foreign              bool // says it in English to a reader of another language
	Severity             string
}

func (s *site) studioRoad(v *visit) (component, error) {
	d, f, err := v.draftOf("/road")
	if err != nil {
		return nil, err
	}
	out := studioRoadView{studioFrame: f}
	if d.Book == nil {
		return studioRoadPage(out), nil
	}
	p, book := v.p, d.Book
	pr, ok := book.ProcessCalled(v.query.Get("process"))
	if !ok {
		pr, _ = book.Choose(nil)
	}
	root := "/studio/" + f.ID + "/road"
	for _, x := range book.Processes {
		out.Choices = append(out.Choices, choice{Word: p.Process(book, x.Address()), Href: v.link(root, "process", x.ID), Here: x.ID == pr.ID})
	}
	out.Back = v.link(root, "process", pr.ID)
	out.Process, out.Title, out.Only = pr.ID, p.Process(book, pr.Address()), len(book.Processes) == 1
	out.Takes, out.CEL = p.Say("studio.takes_rest"), pr.When.CEL
	switch {
	case pr.When.Refused():
		out.Takes = p.Say("studio.takes_refused")
	case pr.When.CEL != "":
		out.Takes = p.Say("studio.takes", "rule", p.Rule(pr.When.Tree))
	}
	out.Rules = v.ruleViews(book, pr)
	for _, kind := range []howmany.Kind{howmany.Deciding, howmany.Practised, howmany.Public} {
		out.Ways = append(out.Ways, choice{Word: p.Say("howmany.kind_" + string(kind)), Href: string(kind)})
	}
	out.Phases = v.phaseChoices(book, 0)
	mend := 0
	for i, st := range pr.Stages {
		x := stageView{
			ID:       st.ID,
			Anchor:   "s-" + st.ID,
			Name:     st.Name.Text.In(p.Code()),
			Question: v.asks(book, st.Serves),
			Place:    i,
			First:    i == 0,
			Last:     i == len(pr.Stages)-1,
			Phases:   v.phaseChoices(book, st.Serves),
		}
		for _, other := range pr.Stages {
			if other.ID != st.ID {
				x.Others = append(x.Others, choice{Word: other.Name.Text.In(p.Code()), Href: other.ID})
			}
		}
		for _, m := range pr.Milestones {
			if m.Stage == st.Addr {
				w := v.milestoneView(d, m, st)
				if len(w.Notes) > 0 {
					mend++
				}
				x.Milestones = append(x.Milestones, w)
			}
		}
		for k := range x.Milestones {
			x.Milestones[k].First, x.Milestones[k].Last = k == 0, k == len(x.Milestones)-1
		}
		out.Stages = append(out.Stages, x)
	}
	out.Summary = p.Say("studio.road_of", "stages", len(pr.Stages), "n", len(pr.Milestones))
	if mend > 0 {
		out.Mend = p.Say("studio.to_mend", "n", mend)
	}
	for _, ph := range throughline.Phases() {
		if !slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.Serves == ph }) {
			out.Uncalled = append(out.Uncalled, p.Phase(book, ph))
		}
	}
	for _, x := range d.Found {
		if x.Address == pr.Address() || strings.HasPrefix(string(x.Address), string(pr.Address())+"/stage/") {
			out.Notes = append(out.Notes, v.lintNoteOf(x, ""))
		}
	}
	return studioRoadPage(out), nil
}

// phaseChoices are the nine questions to choose from.
func (v *visit) phaseChoices(book *playbook.Playbook, here throughline.Phase) []choice {
	var out []choice
	for _, ph := range throughline.Phases() {
		out = append(out, choice{Word: v.asks(book, ph), Href: ph.String(), Here: ph == here})
	}
	return out
}

// asks is a question of theirs as a line: its number, its name.
func (v *visit) asks(book *playbook.Playbook, ph throughline.Phase) string {
	return fmt.Sprintf("%d · %s", int(ph), v.p.Phase(book, ph))
}

func (v *visit) milestoneView(d workshop.Draft, m playbook.Milestone, st playbook.Stage) milestoneView {
	p := v.p
	out := milestoneView{
		ID:      m.ID,
		Anchor:  anchor(m.Addr),
		Short:   m.Short.Text.In(p.Code()),
		Said:    m.Name.Text.In(p.Code()),
		Differs: m.Differs.Text.In(p.Code()),
		Phases:  v.phaseChoices(d.Book, m.Serves),
	}
	own := tongueOf(out.Said)
	out.OtherLanguage = map[string]string{"en": "zh", "zh": "en"}[own]
	out.Other, out.OtherName = m.Name.Text[out.OtherLanguage], languageNames[out.OtherLanguage]
	if v.desk.Book != nil && out.Other != "" {
		if was, ok := v.desk.Book.Milestone(m.Addr); ok && was.Name.Text[own] != m.Name.Text[own] && was.Name.Text[out.OtherLanguage] == out.Other {
			out.Stale = p.Say("studio.other_stale", "language", out.OtherName, "words", out.Other)
		}
	}
	if m.Serves != st.Serves {
		out.Away = v.asks(d.Book, m.Serves)
	}
	var cites []string
	for _, c := range m.Cites {
		cites = append(cites, c.Text.In(p.Code()))
	}
	if len(cites) > 0 {
		out.Cites = p.Say("studio.cites", "deals", p.List(cites))
	}
	out.Tracks = []choice{{Word: p.Say("studio.no_step"), Href: "-", Here: m.Step.Number == 0}}
	for _, track := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, st := range d.Book.Tracks[track] {
			c := choice{
				Word: p.Say("studio.step_of", "track", p.Say("road."+string(track)), "step", st.Name.Text.In(p.Code())),
				Href: st.Step.String(),
				Here: st.Step == m.Step,
			}
			out.Tracks = append(out.Tracks, c)
			if c.Here {
				out.Step = c.Word
			}
		}
	}
	for _, k := range m.Keep {
		out.Kept = append(out.Kept, keptView{k.Check, p.Say("studio.kept", "check", k.Check, "reason", k.Reason)})
	}
	for _, f := range d.Found {
		if f.Address == m.Addr {
			out.Notes = append(out.Notes, v.lintNoteOf(f, out.Said))
		}
	}
	if tongueOf(out.Said) == "zh" { // findings are about the English words where there are both
		out.Notes = slices.DeleteFunc(out.Notes, func(n lintNote) bool {
			return n.Check < "L99" && n.Check > "L" && m.Name.Text["en"] != "" && n.Check[0] == 'L'
		})
		out.Notes = append(out.Notes, v.lintNotes(d, out.Said)...)
	}
	out.MoveWord = p.Say("studio.move")
	if len(out.Notes)+len(out.Kept) > 0 {
		out.MoveWord = p.Say("studio.move_or_keep")
	}
	for _, n := range out.Notes {
		if out.Instead == "" {
			out.Instead = n.Instead
		}
	}
	return out
}

// lintNotes is what the linter says of words that are meant as a milestone.
func (v *visit) lintNotes(d workshop.Draft, said string) []lintNote {
	var words playbook.Words
	if d.Book != nil {
		words = d.Book.Words
	}
	var out []lintNote
	for _, f := range lintMilestone(words, said) {
		out = append(out, v.lintNoteOf(f, said))
	}
	return out
}

func lintMilestone(words playbook.Words, said string) diag.Findings {
	l, err := statement.New(statement.Words(words))
	if err != nil {
		l, _ = statement.New(statement.Words{})
	}
	return l.Lint(statement.Statement{Text: said, Place: statement.Milestone, At: diag.Pos{Line: 1, Column: 1}})
}

// lintNoteOf puts a finding into words: in the reader's language, where it is
// one of a statement's, else as the check says it.
func (v *visit) lintNoteOf(f diag.Finding, said string) lintNote {
	n := lintNote{
		Check:    f.Check,
		Says:     pieces(sentence(f.Message)),
		Hint:     pieces(sentence(f.Hint)),
		Severity: string(f.Severity),
		Foreign:  v.p.Code() != "en",
	}
	if len(f.Check) == 3 && strings.ContainsAny(f.Check[:1], "LSVBRW") {
		n.Foreign, n.Href = false, v.link("/playbook/checks/"+f.Check)
		words := f.Value
		if at := placeIn.FindString(f.Message); at != "" && f.Check[0] == 'B' {
			words = v.placeWord(at)
		}
		n.Says, n.Hint = pieces(v.p.Say("check."+f.Check, "words", words)), pieces(v.p.Say("check."+f.Check+"_hint"))
	}
	if said != "" && tongueOf(said) == "en" {
		n.Instead, _ = workshop.Rewrite(f.Check, said)
	}
	return n
}

// placeIn finds the place of the road that a finding about a blend names.
var placeIn = regexp.MustCompile(`\b(?:p[1-9]|[kc])\b`)

// sentence is a finding's message or hint as one.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return phrase.Initial(s) + "."
}

// tongueOf is the language words are written in, as far as their script tells.
func tongueOf(said string) string {
	if tongue("zh", said) == "zh" && said != "" {
		return "zh"
	}
	return "en"
}

// ruleViews are the attributes that a deal knows when it opens, with what the
// rule of a process asks of them.
func (v *visit) ruleViews(book *playbook.Playbook, pr playbook.Process) []ruleView {
	var out []ruleView
	asked := pr.When.Tree.Asked()
	for _, a := range book.Knows {
		if len(a.Values) == 0 {
			continue
		}
		r := ruleView{Field: ruleField + a.Name, Name: phrase.Initial(v.p.Attribute(a.Name))}
		for _, value := range a.Values {
			r.Values = append(r.Values, choice{Word: v.p.AttributeValue(a.Name, value), Href: value, Here: slices.Contains(asked[a.Name], value)})
		}
		out = append(out, r)
	}
	r := ruleView{Field: ruleField + "class", Name: v.p.Say("studio.rule_class")}
	for _, c := range throughline.Classes() {
		if c != throughline.Unclassified {
			r.Values = append(r.Values, choice{Word: v.p.Class(c), Href: string(c), Here: slices.Contains(asked["class"], string(c))})
		}
	}
	return append(out, r)
}

const ruleField = "rule."

// ruleIn reads a rule off the boxes that were ticked, or as it was written.
func (v *visit) ruleIn() string {
	if v.text("as") == "written" {
		return v.text("cel")
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(v.PostForm)) {
		attribute, is := strings.CutPrefix(name, ruleField)
		if !is {
			continue
		}
		var values []string
		for _, x := range v.PostForm[name] {
			values = append(values, strconv.Quote(x))
		}
		switch len(values) {
		case 0:
		case 1:
			parts = append(parts, attribute+" == "+values[0])
		default:
			parts = append(parts, attribute+" in ["+strings.Join(values, ", ")+"]")
		}
	}
	return strings.Join(parts, " && ")
}
