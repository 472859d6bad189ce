package capture

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/english"
)

// verdict is what a sentence says to the question whether the deal goes on.
type verdict struct {
	kind  Kind // "" for nothing
	sign  int  // of a stance
	ask   bool
	or    []Kind // what else it may be, best first
	words string
}

// Below surely a person is asked which of several kinds it is; below possible
// a kind is not among them. On sentences of hands that the models had not met a
// wrong sign is offered in at most 1.2 of 100 so (docs/methods/capture.md).
const (
	surely      = 0.92
	surelyAlone = 0.96 // where the lists find something else, or nothing
	possible    = 0.12
)

// sameKind reports whether what the lists say is what the models say.
func sameKind(listed, believed Kind) bool {
	return listed == believed || believed == Event && (listed == Left || listed == Joined)
}

// kindOfSense gives the kind that a label of the models stands for.
func kindOfSense(label string) Kind {
	switch label {
	case "against":
		return Contradiction
	case "nothing":
		return ""
	case "postponed":
		return Postponement
	}
	if strings.HasPrefix(label, "stance") {
		return Stance
	}
	return Kind(label)
}

// verdict says what a sentence is by what was learned, and by the rules.
func (q *reading) verdict(s *said, l listed) verdict {
	m := q.senses()
	fs := q.senseOf(s)
	if known(m.kind[0], fs) < fewest { // a greeting, an address: the models have nothing to go by
		return verdict{kind: l.kind}
	}
	believed := m.believed(fs, hasHan(s.raw))
	belief, sign, topAt := q.byKind(believed)
	q.weigh(s, l, belief)
	sum := 0.0
	order := make([]Kind, 0, len(belief))
	for k, p := range belief {
		sum += p
		order = append(order, k)
	}
	slices.SortFunc(order, func(a, b Kind) int { return cmp.Or(cmp.Compare(belief[b], belief[a]), cmp.Compare(a, b)) })
	enough := surely
	if l.kind == "" || l.sure && !sameKind(l.kind, order[0]) { // the lists see it otherwise
		enough = surelyAlone
	}
	v := verdict{kind: order[0], sign: sign, ask: belief[order[0]] < enough*sum}
	for _, k := range order[1:] {
		if belief[k] >= possible*sum && len(v.or) < 3 {
			v.or = append(v.or, k)
		}
	}
	if v.kind == Event && (l.kind == Left || l.kind == Joined) {
		v.kind = l.kind
	}
	if from, to := m.kind[0].why(fs, topAt); to > from && to-from < len(s.raw) {
		v.words = q.text[from:to]
	}
	return v
}

// mustAsk has a person asked, with "it says nothing" among the choices, whatever
// the belief: about a promise that may be or hangs on something, and about an end
// or a delay where something is denied and no list is sure of it. A wrong fact is
// worse than none.
func (q *reading) mustAsk(s *said, v *verdict) {
	m := q.mannerOf(s)
	if open := map[Kind]bool{Promise: m.open, Loss: m.notLost, Postponement: m.notPutOff}; !open[v.kind] {
		return
	}
	v.ask = true
	if !slices.Contains(v.or, "") {
		v.or = append(slices.Clone(v.or), "")
	}
}

// denied puts an end that the sentence denies behind all else that it may be,
// and leaves it out where nothing but the denial is said. Where they chose us, it
// is asked first whether it is won.
func (q *reading) denied(s *said, v *verdict) {
	m := q.mannerOf(s)
	no := map[Kind]bool{Loss: m.kept || m.forUs || m.onTime && m.onlyDenied, Postponement: m.onTime || m.kept && m.onlyDenied}
	if !no[v.kind] {
		return
	}
	var first, last []Kind
	for _, k := range append([]Kind{v.kind}, v.or...) {
		switch {
		case no[k] && !m.onlyDenied:
			last = append(last, k)
		case !no[k] && k != "" && !(k == Won && m.forUs) && !(k == Event && m.onlyDenied):
			first = append(first, k)
		}
	}
	if m.forUs {
		first = append([]Kind{Won}, first...)
	}
	all := slices.Concat(first, last, []Kind{""})
	v.kind, v.or, v.ask = all[0], all[1:], all[0] != ""
}

// byKind adds the beliefs in the labels that stand for one kind, and gives the
// sign of the likeliest stance and the label believed most.
func (q *reading) byKind(believed []float64) (belief map[Kind]float64, sign, top int) {
	belief = map[Kind]float64{}
	stance := -1
	for at, p := range believed {
		k := kindOfSense(q.senses().kind[0].labels[at])
		belief[k] += p
		if k == Stance && (stance < 0 || p > believed[stance]) {
			stance = at
		}
		if p > believed[top] {
			top = at
		}
	}
	if stance >= 0 {
		sign = signOfStance(q.senses().kind[0].labels[stance])
	}
	return belief, sign, top
}

// fewest known words below which the models are not asked.
const fewest = 2

// known counts the words and turns of phrase of a sentence that a model has met.
func known(m *fitted, fs []feature) int {
	n := 0
	for _, f := range fs {
		if _, ok := m.index[f.name]; ok && !strings.HasPrefix(f.name, "put:") && !strings.HasPrefix(f.name, "w:") && f.name != "*" {
			n++
		}
	}
	return n
}

// listsCount is how much what the lists say counts beside what was learned: the
// belief in their kind is multiplied so. The models have learned of the lists
// already; this is for words that no example has. That somebody answered is what
// is left when no list has anything, and counts for no more than it is.
var listsCount = map[Kind]float64{Event: 2, Stance: 1.7, Contradiction: 1.4, "": 2}

// hopeCounts is how much more it is an answer, of the weakest grade, where they
// only seem to be for it: "they seem keen".
const hopeCounts = 3

// quietCounts is how much more it is that a sentence says nothing: what is
// learned from has fewer small words than sellers write. Chosen on sentences of
// hands that the models had not met.
const quietCounts = 1.5

// weigh lets the lists and the rules have their say.
func (q *reading) weigh(s *said, l listed, belief map[Kind]float64) {
	kind := l.kind
	if kind == Left || kind == Joined {
		kind = Event
	}
	if kind != Evidence && (l.sure || kind == "") {
		belief[kind] *= listsCount[kind]
	}
	belief[""] *= quietCounts
	m := q.mannerOf(s)
	if kind == Evidence && s.has("cue/hope") && !m.ours {
		belief[Evidence] *= hopeCounts
	}
	for i := range rules {
		if rules[i].when(m) {
			belief[rules[i].kind] *= rules[i].times
		}
	}
}

func signOfStance(label string) int {
	switch {
	case strings.HasSuffix(label, "+"):
		return 1
	case strings.HasSuffix(label, "-"):
		return -1
	}
	return 0
}

// senseOf gives the features by which a sentence's kind is told.
func (q *reading) senseOf(s *said) []feature {
	if s.sense != nil {
		return s.sense
	}
	stranger := q.lx.strangers(q.text, s.start, s.end, s.toks)
	named := func(at int) bool {
		return stranger(at) || slices.ContainsFunc(s.people, func(m mention) bool { return m.byName && m.start <= at && at < m.end })
	}
	s.clauses = clauses(q.text, s.start, s.end, s.toks, func(i int) bool { return named(s.toks[i].Start) })
	s.told = told{text: q.text, from: s.start, to: s.end, clauses: s.clauses, hits: s.hits}
	toks := s.toks
	if q.theirsSpeak(s) {
		if text, back, ok := ofThemPut(q.text, s.start, s.end); ok {
			toks = english.Tokens(text, 0, len(text))
			hits := q.lx.find(text, 0, len(text), toks)
			inNote := named
			named = func(at int) bool { return inNote(back[at]) }
			cs := clauses(text, 0, len(text), toks, func(i int) bool { return named(toks[i].Start) })
			s.told = told{text: text, to: len(text), back: back, clauses: cs, hits: hits}
		}
	}
	t := &s.told
	s.sense = q.lx.senseFeatures(t.text, t.from, t.to, toks, t.hits, t.clauses, named, len(s.people) > 0)
	if t.back != nil {
		for i := range s.sense {
			s.sense[i].start, s.sense[i].end = t.back[s.sense[i].start], t.back[s.sense[i].end]
		}
	}
	return s.sense
}

// mannerOf says how a sentence puts what it says.
func (q *reading) mannerOf(s *said) *manner {
	q.senseOf(s)
	return mannerOf(q.lx, s.told.text, s.told.clauses, s.told.hits, len(s.people) > 0)
}

// completeEvent says which event it is, and who came or went.
func (q *reading) completeEvent(s *said, p *Proposal, v verdict, person *mention) bool {
	if p.Kind == Event && p.Event == "" {
		label, _ := best(q.senses().event, q.senseOf(s))
		switch label {
		case "left":
			p.Kind = Left
		case "joined":
			p.Kind = Joined
		default:
			p.Event = deal.Event(label)
		}
		if !slices.Contains(deal.Events(), p.Event) && p.Kind == Event {
			return false
		}
	}
	if p.Kind == Event {
		return true
	}
	if p.Person.IsZero() && p.New == "" {
		q.whoever(s, p)
	}
	if p.New != "" {
		p.Role = roleOf(p.Title + " " + p.Function)
	}
	return !p.Person.IsZero() || p.New != ""
}

// mostHanDoer is how many signs the words for a Chinese doer have at most: "新来
// 的财务总监" is somebody, a longer run is a clause.
const mostHanDoer = 8

// whoever takes somebody who is named anywhere in a sentence, or else the words
// for whoever does the first thing in it: "the CFO".
func (q *reading) whoever(s *said, p *Proposal) {
	for i := range s.people {
		if m := &s.people[i]; !m.ours() {
			q.named(p, m)
			return
		}
	}
	for i := range s.clauses {
		words := bareWho(s.clauses[i].Doer.Of(q.text))
		switch sideOf(q.text, &s.clauses[i]) {
		case "name", "other":
		default:
			continue
		}
		if words == "" || len(words) > 60 || hasHan(words) && utf8.RuneCountInString(words) > mostHanDoer {
			continue
		}
		p.New = words
		return
	}
}

// completeStance says where somebody stands; nobody stands anywhere who is not named.
func (q *reading) completeStance(s *said, p *Proposal, v verdict, person *mention) bool {
	if p.Person.IsZero() && p.New == "" {
		q.whoever(s, p)
	}
	if p.Stance == 0 {
		p.Stance = v.sign
		if label, _ := best(q.senses().stance, q.senseOf(s)); label != "" {
			if n, err := strconv.Atoi(label); err == nil && n*v.sign > 0 {
				p.Stance = n
			}
		}
	}
	return !p.Person.IsZero() || p.New != ""
}

// completeEnd says how a deal ends: with which end state, and why; until when
// it is put off.
func (q *reading) completeEnd(s *said, p *Proposal, ranked []place) bool {
	switch p.Kind {
	case Won:
		p.Outcome = throughline.Won
		for _, x := range ranked {
			if k := x.about.Last(); k == "k7" || k == "k8" {
				p.About = x.about // the step that is done by it
				break
			}
		}
		if p.Grade == throughline.E1 && !s.us && !s.has("cue/hope", "cue/not_evidence") {
			p.Grade = throughline.E3 // a signature and an order can be seen
		}
	case Postponement:
		p.Outcome, p.Trigger = throughline.Postponed, q.until(s)
		if p.Trigger == "" && p.Due.IsZero() {
			p.Trigger = clip(strings.Join(strings.Fields(s.raw), " "), 120)
		}
	default:
		label, _ := best(q.senses().end, q.senseOf(s))
		end, cause, _ := strings.Cut(label, " ") // "no_decision unfunded"
		p.Outcome, p.Cause = throughline.Outcome(end), throughline.Cause(cause)
		if !p.Outcome.Known() {
			p.Outcome, p.Cause = throughline.NoDecision, ""
		}
	}
	if p.Grade > throughline.E2 && !q.firm(s) {
		p.Grade = throughline.E2 // announced, not done
	}
	return true
}

// firm reports whether some clause of theirs states what is, with no hedge,
// wish, condition or plan.
func (q *reading) firm(s *said) bool {
	return slices.ContainsFunc(s.clauses, func(c language.Clause) bool {
		return !c.Aside && c.Firm() && !(c.Said < 0 && sayLike(&c) && len(s.clauses) > 1)
	})
}

// sayLike reports whether a clause only says who says the rest.
func sayLike(c *language.Clause) bool {
	switch c.Act {
	case "say", "tell", "hear", "write", "mention", "admit", "说", "讲", "表示", "告诉", "听说", "据说", "提到":
		return true
	}
	return false
}

// until gives the words for when or on what something put off comes back.
func (q *reading) until(s *said) string {
	low := strings.ToLower(s.raw)
	for _, w := range []string{"until ", "till ", "after ", "before ", "once ", "when ", "in the "} {
		if at := strings.Index(low, " "+w); at >= 0 {
			words := s.raw[at+1:]
			if stop := strings.IndexAny(words, ",;.—\"”"); stop > 0 {
				words = words[:stop]
			}
			return clip(strings.TrimSpace(words), 120)
		}
	}
	for _, w := range []string{"等", "待"} {
		if at := strings.Index(s.raw, w); at >= 0 {
			words := s.raw[at:]
			if stop := strings.IndexAny(words, "，。；,”"); stop > 0 {
				words = words[:stop]
			}
			return clip(words, 120)
		}
	}
	return ""
}

// completePromise says who of theirs will do what.
func (q *reading) completePromise(s *said, p *Proposal, ranked []place) bool {
	if p.Person.IsZero() && p.New == "" {
		for i := range s.clauses {
			c := &s.clauses[i]
			if side := sideOf(q.text, c); side != "us" && side != "none" && side != "it" && !c.Doer.Empty() && c.Doer.End-c.Doer.Start < 80 && !condition(q.text, c) {
				p.Who = bareWho(c.Doer.Of(q.text))
				break
			}
		}
	}
	if p.Person.IsZero() && p.New == "" && p.Who == "" {
		p.Who = "they"
		if hasHan(s.raw) {
			p.Who = "他们"
		}
	}
	p.What = q.mentioned(s)
	if len(ranked) > 0 {
		p.About = ranked[0].about
	}
	p.Others = q.others(p.About, ranked)
	m := q.mannerOf(s)
	if p.Grade > throughline.E2 || !p.Person.IsZero() && !m.hedged { // somebody who is named promised it
		p.Grade = throughline.E2
	}
	if m.open { // what may be is a hope, whoever is named
		p.Grade = min(p.Grade, throughline.E1)
	}
	if s.openTerm {
		p.Ask, p.Due = true, throughline.Day{}
	}
	return true
}
