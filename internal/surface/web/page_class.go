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
)

// classView is the page that tells how this customer buys this, and asks.
type classView struct {
	frame
	Tabs     []choice
	Heading  string
	Address  string
	Facts    []string
	Locked   string
	Why      string // what is still to be said
	Trying   bool   // what is shown follows from the form and is not recorded
	Verdict  verdictView
	Hard     []factorView // how hard it is to decide
	There    []factorView // how much of a way to decide is there
	Lineage  lineageView
	Versions []choice // earlier classes
}

// factorView is one question with its answers.
type factorView struct {
	Name    string // of the field
	Ask     string
	Answers []choice
}

// verdictView is a class with what led to it and what it switches on.
type verdictView struct {
	Class   string
	Note    string
	Numbers []string
	Reasons []field // the question, and the answer that counts
	Vetoes  []string
	Close   string
	Ask     []string
	Job     string
	Shows   []string
}

func (s *site) class(v *visit) (component, error) {
	t, err := v.dealTeller()
	if err != nil {
		return nil, err
	}
	factors, known := t.factors()
	return v.classPage(t, factors, known, "")
}

// factors gives the answers as they were last recorded.
func (t teller) factors() (map[string]int, bool) {
	facts := t.page.Deal.OfKind(deal.Classified{}.Kind())
	for _, f := range slices.Backward(facts) {
		if b := f.Body.(deal.Classified); len(b.Factors) > 0 {
			return b.Factors, true
		}
	}
	return nil, false
}

// factorField is the name of a factor in the form.
const factorField = "factor."

// typedFactors reads the answers out of the form; what is none of 0, 1, 2 is
// not known.
func (v *visit) typedFactors() map[string]int {
	out := map[string]int{}
	for _, f := range append(classifier.Complexity(), classifier.Presence()...) {
		if n, err := strconv.Atoi(v.text(factorField + string(f.Factor))); err == nil && n >= 0 && n <= 2 {
			out[string(f.Factor)] = n
		}
	}
	return out
}

// verdict classifies by answers. Nothing but the answers goes in.
func verdict(factors map[string]int) classifier.Verdict {
	in := classifier.Input{C: classifier.Scores{}, P: classifier.Scores{}}
	place := func(list []classifier.FactorInfo, into classifier.Scores) {
		for _, f := range list {
			if n, ok := factors[string(f.Factor)]; ok {
				into[f.Factor] = n
			}
		}
	}
	place(classifier.Complexity(), in.C)
	place(classifier.Presence(), in.P)
	return classifier.Classify(in)
}

func (v *visit) classPage(t teller, factors map[string]int, answered bool, why string) (component, error) {
	p, page := v.p, t.page
	id := page.ID.String()
	out := classView{Heading: heading(p, page.DealRow), Address: "/deals/" + id, Tabs: v.tabs(id, ""), Why: why, Trying: v.Method == http.MethodPost && why == ""}
	out.frame = v.frame(out.Heading, "deals")
	if page.Account != "" && page.Account != out.Heading {
		out.Facts = append(out.Facts, page.Account)
	}
	out.Facts = append(out.Facts, p.Say("classing.recorded", "class", p.Class(page.Reading.Class)))
	if page.Reading.Locked {
		out.Locked = p.Say("locked.text")
	}
	out.Verdict = t.verdictView(page.Reading.Class, nil)
	if answered || out.Trying {
		said := verdict(factors)
		class := said.Class
		if !out.Trying && page.Reading.Class != class {
			class = page.Reading.Class // a class that came from elsewhere holds; the answers say why they differ
		}
		out.Verdict = t.verdictView(class, &said)
	}
	out.Hard, out.There = t.factorViews(classifier.Complexity(), factors), t.factorViews(classifier.Presence(), factors)
	facts := page.Deal.OfKind(deal.Classified{}.Kind())
	for i, f := range slices.Backward(facts) {
		if i == len(facts)-1 {
			continue // it stands above
		}
		out.Versions = append(out.Versions, choice{Word: p.Say("classing.was", "class", p.Class(f.Body.(deal.Classified).Class), "day", p.Instant(f.When(), v.day())), Href: t.pageOf(f)})
	}
	var err error
	out.Lineage, err = v.lineage(id)
	return classPage(out), err
}

func (t teller) factorViews(list []classifier.FactorInfo, factors map[string]int) []factorView {
	p := t.p
	var out []factorView
	for _, f := range list {
		key := "factor." + string(f.Factor)
		v := factorView{Name: factorField + string(f.Factor), Ask: p.Say(key + ".ask")}
		chosen, known := factors[string(f.Factor)]
		for n := range f.Says {
			v.Answers = append(v.Answers, choice{Word: phrase.Initial(p.Say(key + ".s" + strconv.Itoa(n))), Href: strconv.Itoa(n), Here: known && n == chosen})
		}
		v.Answers = append(v.Answers, choice{Word: p.Say("classing.not_known"), Here: !known})
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
	out.Shows = append(out.Shows, p.Say(pass, "grade", rule.Pass.Grade.String(), "means", p.Grade(rule.Pass.Grade), "phases", names(rule.Pass.TwoPeople)))
	var packs []string
	for _, u := range book.BlendOf(book.Process(t.page.Stage), class) {
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
		key := "factor." + string(r.Factor)
		if r.Score == nil {
			out.Reasons = append(out.Reasons, field{p.Say(key + ".ask"), p.Say("classing.not_known")})
		} else {
			out.Reasons = append(out.Reasons, field{p.Say(key + ".ask"), phrase.Initial(p.Say(key + ".s" + strconv.Itoa(*r.Score)))})
		}
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

// postClass records the class that follows from the answers, or shows what
// would follow.
func (s *site) postClass(v *visit) (component, error) {
	factors := v.typedFactors()
	if v.text("try") == "" {
		then, err := v.classed(factors)
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
		if len(factors) == 0 {
			why = v.p.Say("classing.nothing")
		}
		v.status = http.StatusBadRequest
		return v.classPage(t, factors, false, why)
	}
	t, err := v.dealTeller()
	if err != nil {
		return nil, err
	}
	return v.classPage(t, factors, true, "")
}

func (v *visit) classed(factors map[string]int) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordClass, &operation.ClassInput{Writing: w, Factors: factors})
}
