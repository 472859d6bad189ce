package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
)

// classView is the page that tells how this customer buys this, and asks. The
// answers that an event may have changed stand first and open, or else the
// heaviest that nobody knows; the rest is folded, with what was answered.
type classView struct {
	frame
	Tabs    []choice
	Heading string
	Address string
	Facts   []string
	Locked  string
	Why     string // what is still to be said
	Trying  bool   // what is shown follows from the form and is not recorded
	Asked   *reclassView
	Verdict verdictView
	First   string // what stands open, and why
	Open    []factorView
	More    string // what else an event may have changed
	Rest    []factorView
	Groups  []foldView
	Because string
	Lineage lineageView
	Held    string // how often it was looked at
	History []heldView
}

// factorView is one question with its answers.
type factorView struct {
	Name    string // of the field
	Ask     string
	Known   bool
	Answers []choice
	Read    string // where an answer is found
}

// foldView is some questions of one kind, folded under what was answered.
type foldView struct {
	ID, Name string
	Says     string
	Unknown  string
	Unfold   bool
	Factors  []factorView
}

// heldView is a class as it was held: since when, after what, why.
type heldView struct {
	Class, Since, Href string
	Kept               bool
	After              []choice
	Why                []field // the question, and the answer that counted
	Elsewhere          string
	Because            string
}

// verdictView is a class with what led to it and what it switches on.
type verdictView struct {
	Class   string
	Since   string
	Note    string
	Numbers []string
	Reasons []field // the question, and the answer that counts
	Vetoes  []string
	Close   string
	Ask     []string
	Job     string
	Shows   []string
}

// groups are the factors by what they speak of; the form has no other order.
var groups = []struct {
	id      string
	factors []classifier.Factor
}{
	{"known", []classifier.Factor{classifier.Repetition, classifier.BuyerKnowledge, classifier.RiskUnderstood}},
	{"say", []classifier.Factor{classifier.VetoHolders, classifier.ProblemAgreement, classifier.FunctionsAffected}},
	{"change", []classifier.Factor{classifier.WorkChange, classifier.OptionsComparable, classifier.Reversibility}},
	{"way", []classifier.Factor{classifier.UsedBefore, classifier.RuleAndDecider, classifier.StepsSeen, classifier.OwnerNamed}},
	{"money", []classifier.Factor{classifier.FundingRoute, classifier.DatedConsequence}},
}

// mostOpen is how many answers stand open at once (DOMAIN appendix B: few).
const mostOpen = 3

func (s *site) class(v *visit) (component, error) {
	t, err := v.dealTeller()
	if err != nil {
		return nil, err
	}
	a := t.answers()
	if l := classifier.Label(v.query.Get("issues")); slices.Contains(classifier.Labels(), l) && l != a.issues {
		a.issues, a.trying = l, true // what the test of their steps just said; it is not recorded yet
	}
	return v.classPage(t, a, "")
}

// answers are what the class is judged by.
type answers struct {
	factors map[string]int
	issues  classifier.Label
	because string
	known   bool // any are on record, or typed
	trying  bool // they are not on record
}

func (a answers) verdict() classifier.Verdict {
	return classifier.Classify(classifier.InputOf(a.factors, a.issues))
}

// answers gives those that were last recorded.
func (t teller) answers() answers {
	facts := t.page.Deal.OfKind(deal.KindClassified)
	for _, f := range slices.Backward(facts) {
		if b := f.Body.(deal.Classified); len(b.Factors) > 0 {
			return answers{factors: b.Factors, issues: classifier.Label(b.Issues), known: true}
		}
	}
	return answers{}
}

// The names of fields: a factor, and the test of their steps.
const (
	factorField = "factor."
	issuesField = "issues"
)

// typedAnswers reads the answers out of the form; what is none of 0, 1, 2 is
// not known.
func (v *visit) typedAnswers() answers {
	out := answers{factors: map[string]int{}, issues: classifier.Label(v.text(issuesField)), because: v.text("because")}
	for _, f := range classifier.Factors() {
		if n, err := strconv.Atoi(v.text(factorField + string(f.Factor))); err == nil && n >= 0 && n <= 2 {
			out.factors[string(f.Factor)] = n
		}
	}
	if !slices.Contains(classifier.Labels(), out.issues) {
		out.issues = ""
	}
	return out
}

func (v *visit) classPage(t teller, a answers, why string) (component, error) {
	p, page := v.p, t.page
	id := page.ID.String()
	out := classView{
		Heading: heading(p, page.DealRow),
		Address: "/deals/" + id,
		Tabs:    v.tabs(id, ""),
		Why:     why,
		Trying:  a.trying,
		Because: a.because,
		Asked:   t.reclass(),
	}
	out.frame = v.frame(out.Heading, "deals")
	if page.Account != "" && page.Account != out.Heading {
		out.Facts = append(out.Facts, page.Account)
	}
	if a.trying {
		out.Facts = append(out.Facts, p.Say("classing.recorded", "class", p.Class(page.Reading.Class)))
	}
	if page.Reading.Locked {
		out.Locked = p.Say("locked.text")
	}
	out.Verdict = t.verdictView(page.Reading.Class, nil)
	if a.known || a.trying {
		said := a.verdict()
		class := said.Class
		if !out.Trying && page.Reading.Class != class {
			class = page.Reading.Class // a class that came from elsewhere holds; the answers say why they differ
		}
		out.Verdict = t.verdictView(class, &said)
	}
	if len(page.Classes) > 0 && !out.Trying {
		out.Verdict.Since = p.Say("classing.since", "day", p.DayNear(page.Classes[0].Since, t.day()))
	}
	t.questions(&out, a)
	out.History = t.history()
	if n := len(out.History); n > 0 {
		out.Held = p.Say("classing.versions", "n", n)
	}
	var err error
	out.Lineage, err = v.lineage(id)
	return classPage(out), err
}

// questions sorts the factors: a few open, the rest folded by kind.
func (t teller) questions(out *classView, a answers) {
	p := t.p
	var open, rest []classifier.Factor
	if out.Asked != nil {
		all := t.page.Reading.Reclass.Factors
		n := min(mostOpen, len(all))
		open, rest = all[:n], all[n:]
		out.First = p.Say("reclass.first")
		if len(rest) > 0 {
			out.More = phrase.Initial(p.Say("reclass.more", "n", len(rest)))
		}
	} else {
		for _, q := range a.verdict().Ask {
			open = append(open, q.Factor)
		}
		if len(open) > 0 {
			out.First = p.Say("classing.first")
		}
	}
	for _, f := range open {
		out.Open = append(out.Open, t.factorView(f, a))
	}
	for _, f := range rest {
		out.Rest = append(out.Rest, t.factorView(f, a))
	}
	for _, g := range groups {
		view := foldView{ID: "g-" + g.id, Name: p.Say("classing.group_" + g.id)}
		for _, f := range g.factors {
			if !slices.Contains(open, f) && !slices.Contains(rest, f) {
				view.Factors = append(view.Factors, t.factorView(f, a))
			}
		}
		if g.id == "way" {
			view.Factors = append(view.Factors, t.issuesView(a))
			view.Unfold = a.trying && a.issues != t.answers().issues
		}
		unknown, unread := 0, false
		for _, f := range view.Factors {
			if !f.Known && f.Name != issuesField { // the test of their steps need not be taken
				unknown++
			}
			unread = unread || !f.Known && f.Name == issuesField
		}
		if unknown > 0 {
			view.Unknown = p.Say("classing.some_known", "n", unknown)
		} else if unread {
			view.Says = p.Say("classing.answered_unread")
		} else {
			view.Says = p.Say("classing.answered")
		}
		if len(view.Factors) > 0 {
			out.Groups = append(out.Groups, view)
		}
	}
}

func (t teller) factorView(f classifier.Factor, a answers) factorView {
	p := t.p
	v := factorView{Name: factorField + string(f), Ask: t.factorAsk(f)}
	chosen, known := a.factors[string(f)]
	for n := range 3 {
		c := choice{Word: phrase.Initial(p.Say("factor." + string(f) + ".s" + strconv.Itoa(n))), Href: strconv.Itoa(n), Here: known && n == chosen}
		v.Answers = append(v.Answers, c)
		if c.Here {
			v.Known = true
		}
	}
	v.Answers = append(v.Answers, choice{Word: p.Say("classing.not_known"), Here: !known})
	return v
}

// issuesView asks what the buying-issue test says of the steps they stated.
func (t teller) issuesView(a answers) factorView {
	p := t.p
	v := factorView{Name: issuesField, Ask: p.Say("classing.issues_ask"), Known: a.issues != "", Read: "/deals/" + t.page.ID.String() + "/steps"}
	for _, l := range classifier.Labels() {
		v.Answers = append(v.Answers, choice{Word: p.Say("classing.issues_" + string(l)), Href: string(l), Here: l == a.issues})
	}
	v.Answers = append(v.Answers, choice{Word: p.Say("classing.issues_not_read"), Here: a.issues == ""})
	return v
}

// history tells which class held since when, after what, and why; newest first.
func (t teller) history() []heldView {
	p := t.p
	var out []heldView
	for _, h := range t.page.Classes {
		v := heldView{
			Class:   phrase.Initial(p.Class(h.Class)),
			Since:   p.Say("classing.since", "day", p.DayNear(h.Since, t.day())),
			Kept:    h.Kept,
			Because: p.Text(t.names, h.Because),
		}
		if f, ok := t.factOf(h.Fact); ok {
			v.Href = t.factHref(f)
		}
		for _, a := range h.After {
			c := choice{Word: p.Say("event." + string(a.Event))}
			switch f, ok := t.factOf(a.Fact); {
			case ok:
				c.Href = t.factHref(f)
				c.Word = p.Say("reclass.of", "event", c.Word, "what", t.learned(a.On, a.Learned))
			case !a.Fact.IsZero():
				c.Word = p.Say("reclass.of", "event", c.Word, "what", p.Say("classing.taken_back"))
			}
			v.After = append(v.After, c)
		}
		for _, r := range h.Reasons {
			v.Why = append(v.Why, t.reason(r))
		}
		if h.Issues != "" {
			v.Why = append(v.Why, field{p.Say("classing.issues_ask"), p.Say("classing.issues_" + string(h.Issues))})
		}
		if len(h.Reasons) == 0 {
			v.Elsewhere = p.Say("classing.elsewhere")
		}
		out = append(out, v)
	}
	return out
}

func (t teller) verdictView(class throughline.Class, said *classifier.Verdict) verdictView {
	p, book := t.p, t.book()
	out := verdictView{Class: phrase.Initial(p.Class(class)), Job: p.Say("classing.job_" + string(class))}
	names := func(list []throughline.Phase) string {
		var words []string
		for _, ph := range list {
			words = append(words, p.Phase(book, ph))
		}
		return p.List(words)
	}
	rule := book.Consequence(class)
	if len(rule.Shown) == throughline.PhaseCount {
		out.Shows = append(out.Shows, p.Say("classing.shows_all"))
	} else {
		out.Shows = append(out.Shows, p.Say("classing.shows", "phases", names(rule.Shown)))
	}
	if len(rule.Highlighted) > 0 {
		out.Shows = append(out.Shows, p.Say("classing.highlights", "phases", names(rule.Highlighted)))
	}
	pass := "classing.pass_one"
	switch two := len(rule.Pass.TwoPeople); {
	case two == throughline.PhaseCount:
		pass = "classing.pass_two"
	case two > 0:
		pass = "classing.pass_some"
	}
	out.Shows = append(
		out.Shows,
		p.Say(pass, "means", p.Grade(rule.Pass.Grade), "phases", names(rule.Pass.TwoPeople)),
	)
	var packs []string
	for _, u := range book.BlendOf(t.process(), class) {
		if name := p.Pack(book, u.Pack); !slices.Contains(packs, name) {
			packs = append(packs, name)
		}
	}
	if len(packs) > 0 {
		out.Shows = append(out.Shows, p.Say("classing.packs", "packs", p.List(packs)))
	}
	if said == nil {
		return out
	}
	if said.C != nil {
		out.Numbers = append(out.Numbers, p.Say("classing.c", "n", *said.C))
	}
	if said.P != nil {
		out.Numbers = append(out.Numbers, p.Say("classing.p", "n", *said.P))
	}
	for _, r := range said.Reasons {
		out.Reasons = append(out.Reasons, t.reason(r))
	}
	for _, x := range said.Vetoes {
		out.Vetoes = append(out.Vetoes, p.Say("classing.veto_"+string(x)))
	}
	if said.Class == throughline.Unclassified {
		out.Note = p.Say("classing.too_little")
		if said.C != nil && said.P != nil && *said.C <= 30 && len(said.Ask) == 0 {
			out.Note = p.Say("classing.practised")
		}
	}
	if said.Failed && said.Class == class {
		out.Note = p.Say("classing.failed")
	}
	switch {
	case said.Class != class:
		out.Close = p.Say("classing.differs", "class", p.Class(said.Class))
	case len(said.Close) > 0:
		var words []string
		for _, c := range said.Close {
			words = append(words, "“"+p.Class(c)+"”")
		}
		out.Close = p.Say("classing.close", "class", p.Class(class), "others", p.List(words))
	}
	for _, q := range said.Ask {
		out.Ask = append(out.Ask, p.Say("factor."+string(q.Factor)+".ask"))
	}
	return out
}

// reason is a factor that speaks for a class: the question, and the answer.
func (t teller) reason(r classifier.Reason) field {
	if r.Score == nil {
		return field{t.factorAsk(r.Factor), t.p.Say("classing.not_known")}
	}
	return field{t.factorAsk(r.Factor), phrase.Initial(t.p.Say("factor." + string(r.Factor) + ".s" + strconv.Itoa(*r.Score)))}
}

// postClass records the class that follows from the answers, keeps the one on
// record, or shows what would follow.
func (s *site) postClass(v *visit) (component, error) {
	a := v.typedAnswers()
	if v.text("try") == "" {
		then, err := v.classed(a)
		if err == nil {
			v.goTo = then
			return nil, nil
		}
		if throughline.KindOf(err) != throughline.Invalid {
			return nil, err
		}
		t, missing := v.dealTeller()
		if missing != nil {
			return nil, missing
		}
		why := phrase.Initial(cause(err))
		if len(a.factors) == 0 {
			why = v.p.Say("classing.nothing")
		}
		v.status = http.StatusBadRequest
		return v.classPage(t, a, why)
	}
	t, err := v.dealTeller()
	if err != nil {
		return nil, err
	}
	a.known, a.trying = true, true
	return v.classPage(t, a, "")
}

func (v *visit) classed(a answers) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	in := &recording.ClassInput{Writing: w, Factors: a.factors, Issues: string(a.issues), Because: a.because}
	if v.text("keep") != "" {
		in = &recording.ClassInput{Writing: w, Keep: true, Because: a.because}
	}
	return v.record("recorded", operation.RecordClass, in)
}
