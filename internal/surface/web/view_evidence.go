package web

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/showing"
)

// teller puts the facts of one deal into words for its page.
type teller struct {
	*visit
	page     showing.DealPage
	names    phrase.Names
	imported importing.Imports                 // what imports read, where the page tells it
	shown    map[throughline.FactID]bool       // facts in the part of the ledger that is on the page
	speak    map[throughline.Phase][]deal.Fact // what speaks to each phase, oldest first; every phase is told more than once
}

func (v *visit) teller(d showing.DealPage) teller {
	v.class = d.Reading.Class
	if d.Names.Book == nil { // the playbook's page tells of no deal
		d.Names.Book = v.desk.Book
	}
	t := teller{visit: v, page: d, names: d.Names, speak: map[throughline.Phase][]deal.Fact{}}
	for _, f := range d.Deal.Known {
		if a := aboutOf(f); a != "" {
			if ph := t.serves(a); ph.Known() {
				t.speak[ph] = append(t.speak[ph], f)
			}
		}
	}
	return t
}

// evidenceView is one row of evidence, or of what is missing.
type evidenceView struct {
	Grade   string // "E3", "?" where missing
	Means   string // what the grade means
	Text    string
	Who     string
	When    string
	Keeps   string // how long it stays good, or that it has gone stale
	Stale   bool
	Against bool
	Missing bool
	Href    string // the fact in the ledger
}

// evidence tells a fact that speaks to a question or milestone. weighed is
// what it is worth today; nil where later evidence of the same person holds instead.
func (t teller) evidence(f deal.Fact, weighed *alignment.Weighed) evidenceView {
	p := t.p
	e := evidenceView{
		Grade: f.Grade.String(),
		Means: p.Grade(f.Grade),
		Text:  p.Fact(t.names, f),
		When:  p.Instant(f.When(), t.day(), t.zone()),
		Href:  t.factHref(f),
	}
	_, e.Against = f.Body.(deal.Contradiction)
	if who := whoSays(f); !who.IsZero() {
		e.Who = p.Who(t.names, who)
	}
	if e.Who == "" && f.Grade <= throughline.E1 {
		e.Who = p.Say("evidence.ours")
		if !f.Author().IsZero() {
			e.Who = p.Say("evidence.ours_by", "who", p.Who(t.names, f.Author()))
		}
	}
	switch {
	case weighed == nil:
		e.Keeps, e.Stale = p.Say("evidence.replaced"), true
	case weighed.Strength < weighed.Grade:
		e.Keeps, e.Stale = p.Say("evidence.stale", "grade", p.GradeWord(weighed.Strength)), true
	case !weighed.Until.IsZero() && !weighed.Against:
		e.Keeps = p.Say("evidence.keeps", "n", max(0, weighed.Until.Sub(t.day()))+1)
	}
	return e
}

// mostRows is how many pieces of evidence stand under a question; the ledger
// has the rest.
const mostRows = 12

// evidenceOn gives what speaks to a phase, newest first, and how much more
// there is than fits: what counts today comes before what later word replaced.
func (t teller) evidenceOn(ph alignment.PhaseReading) (rows []evidenceView, more int) {
	facts := slices.Clone(t.speak[ph.Phase])
	slices.Reverse(facts)
	if more = max(0, len(facts)-mostRows); more > 0 {
		counts, replaced := []deal.Fact{}, []deal.Fact{}
		for _, f := range facts {
			if match(ph.Evidence, f) != nil {
				counts = append(counts, f)
			} else {
				replaced = append(replaced, f)
			}
		}
		facts = append(counts, replaced...)[:mostRows]
		slices.SortStableFunc(facts, func(a, b deal.Fact) int { return deal.Compare(b, a) })
	}
	for _, f := range facts {
		rows = append(rows, t.evidence(f, match(ph.Evidence, f)))
	}
	return rows, more
}

func (t teller) serves(a throughline.Address) throughline.Phase {
	if ph, ok := a.Phase(); ok {
		return ph
	}
	if a.Milestone() {
		return t.book().ServedBy(a)
	}
	return throughline.NoPhase
}

func aboutOf(f deal.Fact) throughline.Address {
	switch b := f.Body.(type) {
	case deal.Evidence:
		return b.About
	case deal.Contradiction:
		return b.About
	case deal.StepStated, deal.DecisionStated: // theirs, and it answers something
		if d, is := b.(deal.DecisionStated); f.Grade.FromCustomer() && (!is || d.Settles()) {
			return deal.AboutOf(b)
		}
	}
	return ""
}

// whoSays gives who of the customer's a fact that speaks to a question is from.
func whoSays(f deal.Fact) throughline.PersonID {
	switch b := f.Body.(type) {
	case deal.Evidence:
		return b.Person
	case deal.Contradiction:
		return b.Person
	case deal.StepStated:
		return b.Person
	case deal.DecisionStated:
		return b.Person
	}
	return throughline.PersonID{}
}

func match(weighed []alignment.Weighed, f deal.Fact) *alignment.Weighed {
	person := whoSays(f)
	_, against := f.Body.(deal.Contradiction)
	for i, w := range weighed {
		if w.Against == against && w.About == aboutOf(f) && w.Person == person && w.Grade == f.Grade && w.At.Equal(f.When()) {
			return &weighed[i]
		}
	}
	return nil
}

// missing gives the rows of what a question still lacks: the pass mark's
// grade, a second person, whoever would have to answer.
func (t teller) missing(ph alignment.PhaseReading, q playbook.Question) []evidenceView {
	if ph.Lapsed && t.page.Reading.Outcome == throughline.StillOpen {
		return []evidenceView{
			{Grade: "?", Means: t.p.Say("evidence.missing"), Missing: true, Text: t.p.Say("missing.holds"), When: t.p.Say("missing.holds_why")},
		}
	}
	if ph.State == throughline.Answered || ph.State == throughline.NotNeeded || t.page.Reading.Outcome != throughline.StillOpen {
		return nil
	}
	p := t.p
	row := func(text, why string) evidenceView {
		return evidenceView{Grade: "?", Means: p.Say("evidence.missing"), Missing: true, Text: text, When: why}
	}
	var out []evidenceView
	if ph.State == throughline.Reopened {
		out = append(out, row(p.Say("missing.after"), p.Say("missing.after_why")))
	}
	need := p.Say("missing.need_"+ph.Need.String(), "n", ph.NeedPeople)
	switch {
	case ph.People == 0:
		out = append(out, row(need, p.Say("missing.mark", "grade", p.GradeWord(ph.Need))))
	case ph.People < ph.NeedPeople:
		out = append(out, row(p.Say("missing.second"), p.Say("missing.mark", "grade", p.GradeWord(ph.Need))))
	}
	if q.Owner != "" && !t.held(q.Owner) {
		out = append(out, row(p.Say("missing.owner", "role", p.Role(q.Owner)), p.Say("missing.owner_why")))
	}
	return out
}

// held tells whether someone who has not left holds a role.
func (t teller) held(r throughline.Role) bool {
	for _, st := range t.page.Deal.People {
		if !st.Left.Value && slices.Contains(st.Roles, r) {
			return true
		}
	}
	return false
}

// phaseView is one question of the customer's road with all that speaks to it.
type phaseView struct {
	ID        string // p3
	Name      string
	Ask       string
	State     string
	Kind      string // the state's word in the style sheet
	Here      bool
	Highlight bool
	Rows      []evidenceView
	More      choice // to what does not fit here
	Missing   []evidenceView
	Reason    string // why it is not needed here
	Sub       []string
	Counts    []groundsView
	Not       []string
	Stalls    []string
	Helps     []string
}

type groundsView struct{ Text, Grade, Means string }

func (t teller) phase(at throughline.Phase) phaseView {
	p, book, lang := t.p, t.book(), t.p.Code()
	ph := t.page.Reading.Phase(at)
	q, _ := book.Question(at)
	out := phaseView{ID: at.String(), Name: p.Phase(book, at), Ask: q.Ask.Text.In(lang), State: p.State(ph.State), Kind: string(ph.State),
		Here: at == t.page.Reading.Firm, Highlight: ph.Highlighted}
	var more int
	if out.Rows, more = t.evidenceOn(ph); more > 0 {
		out.More = choice{Word: p.Say("evidence.more", "n", more), Href: t.ledgerAt("facts", "customer")}
	}
	if !ph.Shown {
		out.State, out.Kind = p.Say("road.not_shown"), "not_needed"
	}
	switch {
	case ph.Lapsed && t.page.Reading.Outcome != throughline.StillOpen:
		out.State, out.Kind = p.State(throughline.Answered), string(throughline.Answered)
	case ph.Lapsed:
		out.State, out.Kind = p.Say("state.lapsed"), "lapsed"
	}
	if ph.Shown {
		out.Missing = t.missing(ph, q)
	}
	for _, f := range t.page.Deal.OfKind(deal.KindPhaseNotNeeded) {
		if b := f.Body.(deal.PhaseNotNeeded); b.Phase == at {
			out.Reason = p.Text(t.names, b.Reason)
		}
	}
	each := func(vs []playbook.Value) []string {
		var s []string
		for _, v := range vs {
			s = append(s, v.Text.In(lang))
		}
		return s
	}
	out.Sub, out.Not, out.Stalls, out.Helps = each(q.Sub), each(q.NotEvidence), each(q.Stalls), each(q.Helps)
	for _, g := range q.Evidence {
		out.Counts = append(out.Counts, groundsView{g.Text.In(lang), g.Grade.String(), p.Grade(g.Grade)})
	}
	return out
}

// gaugeView is one of the two gauges: a sentence that opens to what it rests on.
type gaugeView struct {
	ID    string
	Name  string
	Text  string
	Parts []gaugePart
}

type gaugePart struct {
	Name  string
	Links []choice
}

func (t teller) gauges() []gaugeView {
	p, r := t.p, t.page.Reading
	people := func(name string, ids []throughline.PersonID) gaugePart {
		g := gaugePart{Name: p.Say(name)}
		for _, id := range ids {
			g.Links = append(g.Links, choice{Word: p.Who(t.names, id), Href: t.link("/deals/"+t.page.ID.String()+"/people") + "#person-" + id.String()})
		}
		return g
	}
	c := gaugeView{ID: "consensus", Name: p.Say("consensus.name")}
	known, unknown := len(r.Consensus.For)+len(r.Consensus.Against), len(r.Consensus.Unknown)
	switch {
	case known == 0 && unknown == 0:
		c.Text = p.Say("consensus.nobody")
	case !r.Consensus.Known:
		c.Text = p.Say("consensus.unknown", "n", unknown)
	case len(r.Consensus.Against) == 0:
		if c.Text = p.Say("consensus.all", "n", known); known == 2 {
			c.Text = p.Say("consensus.both")
		}
	default:
		c.Text = p.Say("consensus.some", "n", len(r.Consensus.For), "of", known)
	}
	if r.Consensus.Known && unknown > 0 {
		c.Text += p.Say("consensus.and_unknown", "n", unknown)
	}
	for _, g := range []gaugePart{people("consensus.for", r.Consensus.For), people("consensus.against", r.Consensus.Against), people("consensus.not_known", r.Consensus.Unknown)} {
		if len(g.Links) > 0 {
			c.Parts = append(c.Parts, g)
		}
	}
	s := gaugeView{ID: "confidence", Name: p.Say("confidence.name")}
	switch n := len(r.Confidence.Signs); {
	case !r.Confidence.Known:
		s.Text = p.Say("confidence.unknown")
	case n == 0:
		s.Text = p.Say("confidence.none")
	default:
		s.Text = phrase.Initial(p.Say("confidence.signs", "n", n))
		part := gaugePart{Name: p.Say("confidence.what")}
		for _, f := range t.page.Deal.OfKind(deal.KindNoticed) {
			if b := f.Body.(deal.Noticed); b.Event.Indecision() {
				part.Links = append(
					part.Links,
					choice{
						Word: p.Say(
							"confidence.sign",
							"event",
							phrase.Initial(p.Say("event."+string(b.Event))),
							"day",
							p.Instant(f.When(), t.day(), t.zone()),
						),
						Href: t.factHref(f),
					},
				)
			}
		}
		s.Parts = append(s.Parts, part)
	}
	return []gaugeView{c, s}
}
