package capture

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// propose decides what a sentence would become.
func (q *reading) propose(s *said) (Proposal, bool) {
	p := Proposal{Start: s.start, End: s.end, By: deal.Customer, Happened: q.note.Today}
	if s.sentence.ours || len(s.raw) < 4 {
		return p, false
	}
	person := q.person(s)
	ranked, milestone := q.places(s)
	q.theirPart(s, ranked)
	listed := q.listed(s, person, ranked)
	listed.placed = len(ranked) > 0 && ranked[0].listed >= 3 || milestone.about != ""
	v := q.verdict(s, listed)
	q.denied(s, &v)
	for i, kind := range append([]Kind{v.kind}, v.or...) { // a kind that lacks what it needs gives way to the next
		if kind == "" {
			return p, false
		}
		v.kind = kind
		if i > 0 {
			v.or = slices.DeleteFunc(slices.Clone(v.or), func(k Kind) bool { return k == kind })
		}
		q.mustAsk(s, &v)
		if got, ok := q.become(s, v, listed, person, ranked, milestone); ok {
			return got, true
		}
	}
	return p, false
}

// become makes a proposal of one kind, and reports whether all that it needs is there.
func (q *reading) become(s *said, v verdict, l listed, person *mention, ranked []place, milestone place) (Proposal, bool) {
	p := Proposal{Kind: v.kind, Ask: v.ask, Or: v.or, Start: s.start, End: s.end, By: deal.Customer, Happened: q.note.Today}
	kindWords := v.words
	if v.kind == Promise {
		person = q.promiser(s, person)
	}
	if v.kind == l.kind {
		p.Event, p.Stance, p.Agrees, p.Person = l.event, l.stance, l.agrees, l.who
		kindWords = l.words
	}
	if person != nil && p.Person.IsZero() {
		q.named(&p, person)
	}
	var why string
	p.Grade, why = q.grade(s, person)
	q.date(s, &p)
	if l.grade > 0 && v.kind == l.kind {
		p.Grade, why = l.grade-1, ""
	}
	if !q.complete(s, &p, v, person, ranked, milestone) {
		return p, false
	}
	if p.About == "" { // a person may say that it answers something after all
		p.Others = q.others(p.About, ranked)
	}
	if p.Ask {
		q.alternatives(s, &p, v, ranked)
	}
	p.because(PartKind, kindWords)
	if !slices.ContainsFunc(p.Because, func(g Ground) bool { return g.Part == PartGrade }) {
		p.because(PartGrade, why)
	}
	if person != nil {
		p.because(PartPerson, q.text[person.start:person.end])
	}
	p.Text = q.mentioned(s)
	return p, true
}

// because notes which words led to a part.
func (p *Proposal) because(part Part, words string) {
	if words = strings.Join(strings.Fields(clip(words, 120)), " "); words != "" {
		p.Because = append(p.Because, Ground{part, words})
	}
}

func (q *reading) named(p *Proposal, person *mention) {
	if who := person.who; who != nil {
		if p.Person = who.ID; who.ID.IsZero() { // somebody whom only the note knows
			p.New, p.Title, p.Function = clip(who.Name, 120), clip(who.Title, 120), clip(who.Function, 120)
		}
		return
	}
	p.New, p.Title, p.Function = clip(person.name, 120), clip(person.title, 120), clip(person.function, 120)
}

// complete adds what a kind needs, and reports whether it is there.
func (q *reading) complete(s *said, p *Proposal, v verdict, person *mention, ranked []place, milestone place) bool {
	switch p.Kind {
	case Event, Left, Joined:
		return q.completeEvent(s, p, v, person)
	case Stance:
		return q.completeStance(s, p, v, person)
	case Loss, Won, Postponement:
		return q.completeEnd(s, p, ranked)
	case Promise:
		return q.completePromise(s, p, ranked)
	}
	return q.about(s, p, ranked, milestone, person)
}

// theirPart takes back that a sentence is ours where it tells that they did
// theirs: "we have the countersigned copy".
func (q *reading) theirPart(s *said, ranked []place) {
	if !s.ours || len(s.toks) <= 3 || s.toks[0].Text != "we" || s.toks[1].Text != "have" || !isDeterminer(s.toks[2].Text) {
		return
	}
	if len(ranked) > 0 && ranked[0].weight >= 3 && slices.Contains([]string{"k6", "k7", "k8"}, ranked[0].about.Last()) {
		s.ours = false
	}
}

// listed is what the lists alone make of a sentence.
type listed struct {
	kind   Kind // "" for nothing
	event  deal.Event
	stance int
	agrees *bool
	who    throughline.PersonID
	grade  throughline.Grade // one more than what the words are worth by their kind; 0 where the kind says nothing of it
	words  string
	sure   bool // the lists have words for the kind
	placed bool // and for the question, or a milestone
}

// listed asks the lists of events, contradictions and stances, and where they
// have none the model of places, for the kind.
func (q *reading) listed(s *said, person *mention, ranked []place) listed {
	if s.ours && !q.moves(s) && !q.theirsAfterAll(s) || s.question && !s.spoke {
		return listed{}
	}
	p := Proposal{Kind: Evidence, Happened: q.note.Today}
	if person != nil {
		q.named(&p, person)
	}
	p.Grade, _ = q.grade(s, person)
	before := p.Grade
	q.date(s, &p)
	words, sure := q.event(s, &p, person)
	if !sure {
		words, sure = q.contradiction(s, &p)
	}
	strong := len(ranked) > 0 && ranked[0].score >= 3
	if !sure {
		words, sure = q.stance(s, &p, person, strong)
	}
	if !sure {
		var nothing bool
		if words, sure, nothing = q.learnedKind(s, &p, person, ranked); nothing {
			return listed{}
		}
	}
	if s.has("cue/logistics") && !sure && !strong {
		return listed{}
	}
	out := listed{kind: p.Kind, event: p.Event, stance: p.Stance, agrees: p.Agrees, who: p.Person, words: words, sure: sure}
	if p.Grade != before {
		out.grade = p.Grade + 1
	}
	return out
}

// others are the next best places, at most three; where few words point
// anywhere, the open question may be it.
func (q *reading) others(about throughline.Address, ranked []place) []throughline.Address {
	var out []throughline.Address
	add := func(a throughline.Address) {
		if a != "" && a != about && q.known[a] && len(out) < 3 && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, x := range ranked {
		add(x.about)
	}
	add(q.note.Frontier.Address())
	return out
}

// alternatives fills in what the other kinds would need, so that a person who
// is asked need only say which it is.
func (q *reading) alternatives(s *said, p *Proposal, v verdict, ranked []place) {
	kind := p.Kind
	p.Or = slices.Clone(p.Or)
	for i, k := range p.Or {
		switch k {
		case Event:
			label, _ := best(q.senses().event, q.senseOf(s))
			switch e := deal.Event(label); {
			case label == string(Left) || label == string(Joined):
				p.Or[i] = Kind(label)
			case slices.Contains(deal.Events(), e):
				p.Event = e
			}
		case Stance:
			p.Stance = v.sign
		case Loss, Postponement:
			p.Kind = k
			about, grade := p.About, p.Grade
			q.completeEnd(s, p, ranked)
			p.About, p.Grade = about, grade
		case Promise:
			about, grade := p.About, p.Grade
			q.completePromise(s, p, ranked)
			p.About, p.Grade = about, grade
		}
		p.Kind = kind
	}
	if p.Person.IsZero() && p.New == "" { // nobody is there who could have come, gone, or stand anywhere
		p.Or = slices.DeleteFunc(slices.Clone(p.Or), func(k Kind) bool { return k == Left || k == Joined || k == Stance })
	}
}
