package capture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/language/english"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/statement"
)

// Reader reads notes by the words of one playbook. It is immutable and may be
// shared.
type Reader struct {
	lx    *lexicon
	words *statement.Linter
	own   *overlap
	known map[throughline.Address]bool // what the playbook asks
	asked []Place
	model func() *model // made when it is first asked
}

// Place is a question, a step or a milestone that a proposal can be about.
type Place struct {
	Address throughline.Address
	Words   string // the question, or the milestone's statement, in English where there is some
}

// Places lists what a proposal can be about, in the order of the playbook.
func (r *Reader) Places() []Place { return slices.Clone(r.asked) }

// New builds a reader for a playbook.
func New(book *playbook.Playbook) (*Reader, error) {
	lx, err := shipped()
	if err != nil {
		return nil, err
	}
	words, err := statement.New(statement.Words{Actors: book.Words.Actors, Things: book.Words.Things, Acts: book.Words.Acts, Weak: book.Words.Weak})
	if err != nil {
		return nil, err
	}
	r := &Reader{lx: lx, words: words, own: lx.overlap(book), known: map[throughline.Address]bool{}}
	r.model = func() *model {
		m, err := learned()
		if err != nil { // the examples are part of the program and tested
			panic(err)
		}
		return m
	}
	add := func(a throughline.Address, v playbook.Value) {
		if a != "" && !r.known[a] {
			r.known[a] = true
			r.asked = append(r.asked, Place{a, clip(v.Text.In("en"), 300)})
		}
	}
	for _, q := range book.Journey.Phases {
		add(q.Phase.Address(), q.Ask)
	}
	for _, track := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range book.Tracks[track] {
			add(s.Step.Address(), s.Ask)
		}
	}
	for _, p := range book.Processes {
		for _, m := range p.Milestones {
			add(m.Addr, m.Name)
		}
	}
	return r, nil
}

// reading is one pass over one note.
type reading struct {
	*Reader
	note  Note
	text  string // cleaned; places in it are places in the note
	names *names
	last  *mention // whom "she" means
}

// said is one sentence with what was found in it.
type said struct {
	sentence
	raw    string
	toks   []english.Token
	hits   []hit
	people []mention
	days   []date
	words  []string
	cue    map[string]hit // the first hit of each group of cues
	doer   subject        // who did the last thing that counts
	acted  bool           // a customer did something one could see
	spoke  bool           // a customer said something
	ours   bool           // whatever was done here, we did
	us     bool           // we did something besides

	features []feature // what the model reads
	belief   []float64 // and what it believes, by label

	negated string // the word that denies what was done
	doubt   string // "if"
}

// Read proposes what a note says about the customer, in the order of the note.
func (r *Reader) Read(n Note) []Proposal {
	if strings.TrimSpace(n.Text) == "" {
		return nil
	}
	q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
	var out []Proposal
	for _, one := range q.sentences() {
		s := q.look(one)
		p, ok := q.propose(s)
		q.remember(s)
		if !ok {
			continue
		}
		if out = append(out, p); len(out) == most {
			break
		}
	}
	return out
}

// Bears gives the best grade that the words from start to end of a note bear,
// E0 where nothing in them comes from the customer.
func (r *Reader) Bears(n Note, start, end int) throughline.Grade {
	q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
	best := throughline.E0
	for _, one := range q.sentences() {
		if one.start >= end {
			break
		}
		s := q.look(one)
		if one.end > start && (!s.ours || q.moves(s)) && !one.ours && !(one.question && !s.spoke) {
			g, _ := q.grade(s, q.person(s))
			best = max(best, g)
		}
		q.remember(s)
	}
	return best
}

// look finds everything in a sentence that may be of use.
func (q *reading) look(one sentence) *said {
	s := &said{sentence: one, raw: q.text[one.start:one.end], cue: map[string]hit{}}
	s.toks = english.Tokens(q.text, one.start, one.end)
	for i, t := range s.toks {
		if t.Text == t.Stem+"e" && q.model().stranger(t) {
			s.toks[i].Stem = t.Text // "Signe" is no form of "sign"
		}
	}
	s.hits = q.lx.find(q.text, one.start, one.end, s.toks)
	s.people = q.names.known(q.lx, q.Reader.words, q.text, one.start, one.end, s.toks)
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return q.inName(s, h) })
	for _, h := range s.hits {
		name := q.lx.groups[h.group]
		if _, have := s.cue[name]; !have && !strings.HasPrefix(name, "place/") {
			s.cue[name] = h
		}
	}
	q.fresh(s)
	_, future := s.cue["cue/future"]
	if mayName(s.raw, s.toks) {
		s.days = days(q.text, one.start, one.end, q.note.Today, future)
	}
	s.words = q.lx.words(q.text, one.start, one.end, s.toks)
	q.who(s)
	q.believe(s)
	return s
}

func (q *reading) inName(s *said, h hit) bool {
	return slices.ContainsFunc(s.people, func(m mention) bool { return m.byName && m.start <= h.start && h.end <= m.end })
}

func (s *said) has(groups ...string) bool {
	for _, g := range groups {
		if _, ok := s.cue[g]; ok {
			return true
		}
	}
	return false
}

// remember keeps whom the next "she" means.
func (q *reading) remember(s *said) {
	if s.doer.person != nil && !s.doer.person.ours() {
		q.last = s.doer.person
		return
	}
	for i := range s.people {
		if !s.people[i].ours() {
			q.last = &s.people[i]
			return
		}
	}
}

// propose decides what a sentence would become.
func (q *reading) propose(s *said) (Proposal, bool) {
	p := Proposal{Start: s.start, End: s.end, By: deal.Customer}
	if s.ours && len(s.toks) > 3 && s.toks[0].Text == "we" && s.toks[1].Text == "have" && isDeterminer(s.toks[2].Text) {
		if ranked, _ := q.places(s); len(ranked) > 0 && ranked[0].weight >= 3 && slices.Contains([]string{"k6", "k7", "k8"}, ranked[0].about.Last()) {
			s.ours = false // "we have the countersigned copy": they did their part
		}
	}
	if s.ours && !q.moves(s) && !q.theirsAfterAll(s) || s.sentence.ours || s.question && !s.spoke || len(s.raw) < 4 {
		return p, false
	}
	ground := func(part Part, words string) {
		if words = strings.Join(strings.Fields(clip(words, 120)), " "); words != "" {
			p.Because = append(p.Because, Ground{part, words})
		}
	}
	person := q.person(s)
	if person != nil {
		if person.who != nil {
			p.Person = person.who.ID
		} else {
			p.New, p.Title, p.Function = clip(person.name, 120), clip(person.title, 120), clip(person.function, 120)
		}
	}
	ranked, milestone := q.places(s)
	p.Kind = Evidence
	grade, why := q.grade(s, person)
	p.Grade = grade
	kindWords, decided := q.event(s, &p, person)
	if !decided {
		kindWords, decided = q.contradiction(s, &p)
	}
	strong := len(ranked) > 0 && ranked[0].score >= 3
	if !decided {
		kindWords, decided = q.stance(s, &p, person, strong)
	}
	if !decided {
		var nothing bool
		if kindWords, decided, nothing = q.learnedKind(s, &p, person, ranked); nothing {
			return p, false
		}
	}
	if s.has("cue/logistics") && !decided && !strong {
		return p, false
	}
	p.Happened, p.Due = q.note.Today, throughline.Day{}
	q.date(s, &p, ground)
	if p.New != "" && (p.Kind == Joined || p.Kind == Event) {
		p.Role = roleOf(p.Title + " " + p.Function)
	}
	switch p.Kind {
	case Event, Stance, Left, Joined:
	default:
		if !q.about(s, &p, ranked, milestone, person, ground) {
			return p, false
		}
	}
	if kindWords != "" {
		ground(PartKind, kindWords)
	}
	if why != "" && !slices.ContainsFunc(p.Because, func(g Ground) bool { return g.Part == PartGrade }) {
		ground(PartGrade, why)
	}
	if person != nil {
		ground(PartPerson, q.text[person.start:person.end])
	}
	p.Text = q.mentioned(s)
	return p, true
}

// sureKind is how sure the model must be of a kind before it is proposed where
// the lists found none.
const sureKind = 0.4

// learnedKind asks the model for the kind where the lists found none and no
// strong phrase speaks for a place.
func (q *reading) learnedKind(s *said, p *Proposal, person *mention, ranked []place) (words string, decided, nothing bool) {
	listed := 0.0
	for _, x := range ranked {
		listed = max(listed, x.listed)
	}
	m := q.model()
	l, sure, _ := q.surest(s)
	if l < 0 || sure < sureKind || listed >= 3 {
		return "", false, false
	}
	from, to := m.why(s.features, l)
	words = q.text[from:to]
	named := person != nil && (person.who != nil || person.name != "")
	_, what, _ := strings.Cut(m.labels[l], " ")
	switch kind := kindOf(m.labels[l]); kind {
	case "":
		return "", false, listed < 1.5
	case Event:
		if !slices.Contains(deal.Events(), deal.Event(what)) || deal.Event(what) == deal.SponsorLeft {
			return "", false, false
		}
		p.Kind, p.Event = Event, deal.Event(what)
		if p.Event == deal.QuietAfterWarm {
			p.Grade = throughline.E1
		}
	case Stance:
		n, err := strconv.Atoi(what)
		if err != nil || !named {
			return "", false, false
		}
		p.Kind, p.Stance = Stance, n
	case Contradiction:
		p.Kind = Contradiction
	default: // that somebody came or went is not guessed
		return "", false, false
	}
	return words, true, false
}

// roleOf guesses the role that a new one's title or function stands for, where
// it stands for one.
func roleOf(title string) throughline.Role {
	switch low := strings.ToLower(title); {
	case hasAny(low, "procurement", "purchasing", "buyer", "sourcing", "采购"):
		return throughline.BuyerOfRecord
	case hasAny(low, "security", "privacy", "compliance", "legal", "counsel", "quality", "audit", "data protection", "法务", "安全", "合规", "质量", "审计"):
		return throughline.Checker
	case hasAny(low, "cfo", "financial officer", "finance director", "head of finance", "财务总监"):
		return throughline.BudgetDecider
	}
	return ""
}

// moves reports whether something happened on their side, whatever we did:
// nobody answers, the date was moved.
func (q *reading) moves(s *said) bool {
	if s.has("event/quiet_after_warm") {
		return true
	}
	if len(s.toks) > 0 && (s.toks[0].Text == "we" || s.toks[0].Text == "i" || s.toks[0].Text == "our" || q.lx.startStem[s.toks[0].Stem]) {
		return false
	}
	return s.has("event/new_alternative", "event/reorganisation", "event/solicitation_issued", "event/procurement_entered")
}

// surely reports whether the model knows that a sentence speaks of the
// customer, though nobody in it is one.
func (q *reading) surely(s *said) bool {
	_, _, places := q.surest(s)
	return places >= 0.7
}

// theirsAfterAll reports whether a sentence that begins with us speaks of them:
// "we lost points on service" does, "send the price list" does not.
func (q *reading) theirsAfterAll(s *said) bool {
	if len(s.toks) > 0 && q.lx.startStem[s.toks[0].Stem] || s.has("cue/logistics") {
		return false
	}
	_, _, places := q.surest(s)
	return places >= 0.9
}

// apart reports whether the model takes a sentence for a disagreement about the problem.
func (q *reading) apart(s *said) bool {
	l, sure, _ := q.surest(s)
	return l >= 0 && sure >= sureKind && q.model().labels[l] == string(Contradiction)+" p3"
}

// about says which question, step or milestone a sentence belongs to.
func (q *reading) about(s *said, p *Proposal, ranked []place, milestone place, person *mention, ground func(Part, string)) bool {
	const enough = 1.5
	if p.Agrees != nil && !*p.Agrees || p.Kind == Contradiction && (q.apart(s) || hasAny(strings.ToLower(s.raw), "argu", "disagree", "at odds", "争", "吵", "各说各的", "统一")) { // about the problem itself
		align := throughline.Align.Address()
		ranked = append([]place{{about: align, score: enough}}, slices.DeleteFunc(ranked, func(x place) bool { return x.about == align })...)
	}
	if len(ranked) == 0 || ranked[0].score < enough {
		// nothing in it points anywhere: it is worth a look only where somebody
		// of theirs said or did something, or where we hope
		named := person != nil && (s.spoke || s.acted || s.doer.thinks) || s.acted && p.Grade >= throughline.E3
		if !named && !s.has("cue/hope") && p.Kind != Contradiction && len(ranked) == 0 {
			return false
		}
		if !named && !s.has("cue/hope") && p.Kind != Contradiction && !(s.acted || s.spoke) && !q.surely(s) {
			return false
		}
		f := q.note.Frontier.Address()
		if p.Kind == Contradiction && len(ranked) == 0 {
			f = throughline.Align.Address()
		}
		if f == "" || !q.known[f] {
			f = throughline.Notice.Address()
		}
		if len(ranked) == 0 || ranked[0].about != f && ranked[0].score < 1 {
			ranked = append([]place{{about: f}}, slices.DeleteFunc(ranked, func(x place) bool { return x.about == f })...)
		}
	}
	top := ranked[0]
	p.About = top.about
	// what was not done, or would be if, is our reading; that something does not
	// work is what P1 is about
	if no := s.negated + s.doubt; no != "" && p.Kind == Evidence && (top.about != throughline.Notice.Address() || s.doubt != "") {
		p.Grade = throughline.E1
		ground(PartGrade, no)
	}
	ground(PartAbout, top.words)
	if _, step := top.about.Step(); step && p.Kind == Evidence {
		if top.score >= 2.5 && top.weight >= 3 {
			p.Kind = Step
			p.State = q.state(s, p)
			if k := top.about.Last(); p.State == throughline.StepDone && p.Grade == throughline.E1 && !s.us && !s.has("cue/hope", "cue/not_evidence") && (k == "k6" || k == "k7" || k == "k8") {
				p.Grade = throughline.E3 // a number, a signature and an order can be seen
			}
		} else { // a track is not guessed at: the first question stands
			for _, x := range ranked[1:] {
				if _, phase := x.about.Phase(); phase && x.score >= top.score-1.5 {
					p.About = x.about
					break
				}
			}
		}
	}
	if milestone.about != "" && p.Grade >= throughline.E3 && (p.Kind == Evidence || p.Kind == Step) {
		ranked = append([]place{{about: p.About}}, ranked...)
		p.Kind, p.About, p.State = Milestone, milestone.about, ""
		ground(PartAbout, s.raw)
	}
	for _, x := range ranked {
		if x.about != p.About && !slices.Contains(p.Others, x.about) && len(p.Others) < 3 {
			p.Others = append(p.Others, x.about)
		}
	}
	if f := q.note.Frontier.Address(); f != "" && q.known[f] && f != p.About && len(p.Others) < 3 && !slices.Contains(p.Others, f) {
		p.Others = append(p.Others, f) // where few words point anywhere, the open question may be it
	}
	if a, ok := p.About.Phase(); ok && a == throughline.Align && p.Kind == Evidence && s.has("against/agree") && p.Grade >= throughline.E2 {
		yes := true
		p.Agrees = &yes
	}
	return true
}

// state says how far a step has come by a sentence.
func (q *reading) state(s *said, p *Proposal) throughline.StepState {
	done, begun := s.has("state/done"), s.has("state/begun")
	switch {
	case s.doer.ahead || hasHan(s.raw) && s.has("cue/future"), s.negated != "" || s.doubt != "" || s.has("cue/negate") && !hasAny(strings.ToLower(s.raw), "no open", "no finding", "no remark", "no issue", "no objection", "no comment", "without ", "没有问题", "没问题", "没有意见", "没意见"), p.Grade == throughline.E1 && s.has("cue/hope"):
		return throughline.StepBegun
	case strings.HasSuffix(s.doer.words, "ing") && !strings.HasSuffix(s.doer.words, "bring"): // "is training"
		return throughline.StepBegun
	case begun && !(done && q.later(s, "state/done", "state/begun")):
		return throughline.StepBegun
	case done, p.Grade >= throughline.E3:
		return throughline.StepDone
	}
	return throughline.StepBegun
}

// later reports whether the first words of a stand before those of b.
func (q *reading) later(s *said, a, b string) bool { return s.cue[a].start < s.cue[b].start }

// grade says how far a sentence can be trusted, and by which words (DOMAIN 3.2).
func (q *reading) grade(s *said, person *mention) (throughline.Grade, string) {
	words := func(g string) string { h := s.cue[g]; return q.text[h.start:h.end] }
	paper := q.note.From == Message || q.note.From == Document
	if s.has("cue/not_evidence") {
		return throughline.E1, words("cue/not_evidence")
	}
	if s.has("cue/hope") && !s.acted {
		return throughline.E1, words("cue/hope")
	}
	if s.has("cue/hope") && !s.has("cue/record", "cue/write") && q.lx.hopeLeads(s) {
		return throughline.E1, words("cue/hope")
	}
	ahead := s.doer.ahead || hasHan(s.raw) && s.has("cue/future")
	record := s.has("cue/record") && !q.onlyAim(s)
	switch {
	case s.spoke && s.doer.several:
		return throughline.E4, q.text[s.doer.person.start:s.doer.person.end]
	case q.note.From == Document && s.has("cue/record"):
		return throughline.E4, words("cue/record")
	case s.spoke && person != nil && s.has("cue/public"):
		return throughline.E3, words("cue/public")
	case s.spoke && person != nil && s.doer.act && !ahead:
		return throughline.E3, s.doer.words
	case s.spoke && person != nil && s.has("cue/paper"):
		return throughline.E3, words("cue/paper")
	case s.spoke && person != nil && paper:
		return throughline.E3, string(q.note.From)
	case s.spoke && person != nil:
		return throughline.E2, s.doer.words
	case s.spoke && s.doer.record, record && !s.doer.thinks && !s.has("cue/negate") && !ahead:
		return throughline.E4, words("cue/record")
	case s.acted && !ahead:
		return throughline.E3, s.doer.words
	case paper && s.author != nil:
		return throughline.E3, string(q.note.From)
	case s.acted && person != nil: // promised
		return throughline.E2, s.doer.words
	case paper && q.note.From == Document:
		return throughline.E3, string(q.note.From)
	}
	return throughline.E1, s.doer.words
}

// onlyAim reports whether a record is named only as what something leads to:
// "the steps from approval to purchase order".
func (q *reading) onlyAim(s *said) bool {
	h := s.cue["cue/record"]
	return h.tok > 0 && (s.toks[h.tok-1].Text == "to" || s.toks[h.tok-1].Text == "until" || s.toks[h.tok-1].Text == "for" || s.toks[h.tok-1].Text == "before" || s.toks[h.tok-1].Text == "a" && h.tok > 1 && (s.toks[h.tok-2].Text == "to" || s.toks[h.tok-2].Text == "for"))
}

// hopeLeads reports whether the word of hope stands before the act.
func (lx *lexicon) hopeLeads(s *said) bool { return s.cue["cue/hope"].start < s.doer.at }

// date takes the day of the act; a day ahead is when it is due.
func (q *reading) date(s *said, p *Proposal, ground func(Part, string)) {
	if !s.written.IsZero() && s.written.Sub(p.Happened) <= 0 {
		p.Happened = s.written
	}
	found := false
	for _, d := range s.days {
		words := q.text[d.start:d.end]
		if d.day.Sub(q.note.Today) > 0 || d.due {
			if p.Due.IsZero() && d.day.Sub(q.note.Today) >= 0 {
				p.Due = d.day
				ground(PartDate, words)
			}
			continue
		}
		if !found && p.Event != deal.QuietAfterWarm { // silence is of today
			p.Happened, found = d.day, true
			ground(PartDate, words)
		}
	}
}

// person is whom a proposal is about.
func (q *reading) person(s *said) *mention {
	if s.doer.person != nil && !s.doer.person.ours() {
		return s.doer.person
	}
	if s.doer.body { // a department or "they" did it: nobody in particular
		if !s.us {
			for i := range s.people {
				if m := &s.people[i]; !m.ours() && q.fromThem(s, m) {
					return m
				}
			}
		}
		if s.doer.at >= 0 && s.doer.words != "" && s.author == nil {
			return nil
		}
	}
	var only *mention
	for i := range s.people {
		m := &s.people[i]
		if m.ours() {
			continue
		}
		if q.fromThem(s, m) {
			return m
		}
		if only == nil {
			only = m
		}
	}
	if only != nil {
		return only
	}
	if s.author != nil && !s.author.Ours {
		return &mention{who: s.author, start: s.start, end: s.start, tok: -1, last: -1}
	}
	return nil
}

// fromThem reports whether something came from a person: "from Tom", "by Ana".
func (q *reading) fromThem(s *said, m *mention) bool {
	if m.tok > 0 {
		switch s.toks[m.tok-1].Text {
		case "from", "by", "per":
			return true
		}
		return false
	}
	return m.tok < 0 && hasAnySuffix(q.text[s.start:m.start], "从", "由", "收到", "据")
}

func hasAnySuffix(s string, list ...string) bool {
	for _, x := range list {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

// event reads what makes one think again: somebody came or went, the ground moved.
func (q *reading) event(s *said, p *Proposal, person *mention) (string, bool) {
	words := func(g string) string { h := s.cue["event/"+g]; return q.text[h.start:h.end] }
	is := func(e deal.Event, g string) (string, bool) {
		p.Kind, p.Event = Event, e
		return words(g), true
	}
	on := func(g string) bool { return s.has("event/" + g) }
	if on("new_veto") && (s.has("cue/new_person", "cue/newly", "event/joined") || person != nil && person.who == nil) && !s.has("stance/for") {
		return is(deal.NewVeto, "new_veto")
	}
	if on("left") && q.leaves(s) {
		sponsor := strings.Contains(strings.ToLower(s.raw), "sponsor") || strings.Contains(s.raw, "发起人")
		if person != nil && person.who != nil {
			sponsor = sponsor || slices.Contains(person.who.Roles, throughline.SponsorRole)
		}
		h := s.cue["event/left"]
		gone := q.text[h.start:h.end]
		switch {
		case s.has("cue/future") || hasAny(s.raw, "明年", "年底", "月底") || strings.Contains(gone, "ing ") || strings.HasSuffix(gone, "ing") || s.doer.ahead || !p.Due.IsZero():
			if p.Grade > throughline.E2 || !s.spoke {
				p.Grade = throughline.E1 // not done yet, and announced by nobody we know
			}
		case !s.spoke && !s.has("cue/hope"):
			p.Grade = throughline.E3
		}
		if sponsor {
			return is(deal.SponsorLeft, "left")
		}
		if person == nil { // "Ana was promoted": it was done to her
			i := slices.IndexFunc(s.people, func(m mention) bool { return !m.ours() && !m.owner })
			if i < 0 {
				return "", false
			}
			if m := s.people[i]; m.who != nil {
				p.Person = m.who.ID
			} else {
				p.New = clip(m.name, 120)
			}
		}
		p.Kind = Left
		return words("left"), true
	}
	// the order is that of how little else the words could mean
	for _, e := range []struct {
		group string
		event deal.Event
	}{
		{"solicitation_issued", deal.SolicitationIssued}, {"reorganisation", deal.Reorganisation}, {"comparison_reopened", deal.ComparisonReopened},
		{"more_references", deal.MoreReferences}, {"more_options", deal.MoreOptions}, {"procurement_entered", deal.ProcurementEntered},
		{"date_moved_by_customer", deal.DateMoved}, {"new_alternative", deal.NewAlternative}, {"scope_changed", deal.ScopeChanged}, {"quiet_after_warm", deal.QuietAfterWarm},
	} {
		if on(e.group) && q.eventHolds(s, e.event) {
			if e.event == deal.QuietAfterWarm {
				p.Grade = throughline.E1
			}
			return is(e.event, e.group)
		}
	}
	if on("joined") && person != nil && q.joins(s, person) {
		p.Kind = Joined
		return words("joined"), true
	}
	return "", false
}

// leaves reports whether it is a person who leaves: the words follow one.
func (q *reading) leaves(s *said) bool {
	h := s.cue["event/left"]
	if h.tok < 0 {
		return len(s.people) > 0 || strings.Contains(s.raw, "发起人") || hasAnyPrefix(s.raw, "他", "她")
	}
	for _, m := range s.people {
		if !m.ours() && !m.owner && m.tok >= 0 && m.last < h.tok && h.tok-m.last <= 5 {
			return true
		}
	}
	for i := max(0, h.tok-5); i <= h.tok; i++ {
		switch s.toks[i].Text {
		case "he", "she", "sponsor", "champion":
			return true
		}
	}
	return false
}

// eventHolds keeps words of everyday from being read as events.
func (q *reading) eventHolds(s *said, e deal.Event) bool {
	low := strings.ToLower(s.raw)
	switch e {
	case deal.DateMoved:
		return q.dateWord(low)
	case deal.ScopeChanged:
		if hasAny(low, "in scope", "out of scope") && !hasAny(low, "chang", "any more", "anymore", "now in", "now out", "no longer", "after all", "new") {
			return false // where the line runs, not that it was moved
		}
		return s.has("event/scope_changed") && (strings.Contains(low, "now") || strings.Contains(low, "chang") || strings.Contains(low, "grow") || strings.Contains(low, "grew") || strings.Contains(low, "grown") || strings.Contains(low, "smaller") || strings.Contains(low, "larger") ||
			strings.Contains(low, "also") || strings.Contains(low, "add") || strings.Contains(low, "drop") || strings.Contains(low, "exten") || strings.Contains(low, "only") || strings.Contains(low, "more sites") || strings.Contains(low, "cut") || strings.Contains(low, "reduc") ||
			hasAny(low, "变", "扩大", "缩小", "增加", "也", "还想", "改"))
	case deal.MoreReferences, deal.MoreOptions:
		return !s.us || s.spoke || s.acted
	}
	return true
}

func hasAny(s string, list ...string) bool {
	for _, x := range list {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

// dateWord reports whether something with a date was moved.
func (q *reading) dateWord(low string) bool {
	return hasAny(low, "decision", "date", "go-live", "start", "signing", "signature", "month", "week", "quarter", "q1", "q2", "q3", "q4", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "year", "kick-off", "kickoff", "project", "rollout", "deadline", "board meeting", "spring", "summer", "autumn", "purchase", "until", "vote", "order",
		"决策", "决定", "日期", "月", "年", "季度", "上线", "签约", "项目", "时间", "启动", "评审", "招标")
}

// joins reports whether somebody came into the deal rather than a call.
func (q *reading) joins(s *said, person *mention) bool {
	if s.has("cue/logistics") {
		return false
	}
	low := strings.ToLower(s.raw)
	if hasAny(low, "join") {
		return hasAny(low, "team", "project", "committee", "group", "panel", "board", "evaluation", "compan", " as ", "from", "buying") && !hasAny(low, "call", "meeting", "webinar", "session")
	}
	if h := s.cue["event/joined"]; h.tok >= 0 && strings.Contains(strings.ToLower(q.text[h.start:h.end]), "start") {
		return person.title != "" || s.has("cue/new_person") && (person.who == nil || hasAny(low, " as "))
	}
	return person.who == nil || s.has("cue/new_person") && s.cue["event/joined"].start >= 0
}

// contradiction reads what speaks against an answer given before.
func (q *reading) contradiction(s *said, p *Proposal) (string, bool) {
	h, ok := s.cue["against/disagree"]
	if !ok && q.twoViews(s, p) { // "Tom thinks it is a supplier problem, Ana a planning problem"
		p.Kind = Contradiction
		no := false
		p.Agrees = &no
		return q.text[s.people[0].start:s.people[0].end], true
	}
	if !ok || s.has("cue/resolve") {
		return "", false
	}
	p.Kind = Contradiction
	text := strings.ToLower(s.raw)
	if hasAny(text, "problem", "问题") {
		no := false
		p.Agrees = &no
	}
	return q.text[h.start:h.end], true
}

// twoViews reports whether two of theirs each name a problem of their own, and
// makes the first of them the person.
func (q *reading) twoViews(s *said, p *Proposal) bool {
	low := strings.ToLower(s.raw)
	if strings.Count(low, "problem") < 2 && strings.Count(low, "问题") < 2 || !s.doer.thinks && !s.spoke || s.doer.several {
		return false
	}
	var first *mention
	for i := range s.people {
		m := &s.people[i]
		switch {
		case m.ours() || m.who == nil:
		case first == nil:
			first = m
		case first.who != m.who:
			p.Person = first.who.ID
			return true
		}
	}
	return false
}

// stance reads where a named person stands. Words about a question count for
// more than a lean.
func (q *reading) stance(s *said, p *Proposal, person *mention, strong bool) (string, bool) {
	if person == nil || person.who == nil && person.name == "" {
		return "", false
	}
	for _, x := range []struct {
		group string
		value int
	}{{"against", -2}, {"doubts", -1}, {"leans", 1}, {"for", 2}} {
		h, ok := s.cue["stance/"+x.group]
		if !ok {
			continue
		}
		value := x.value
		if value > 0 && s.has("cue/negate") && s.cue["cue/negate"].start < h.start {
			if value = -1; x.group == "for" {
				value = -2
			}
		}
		if strong && (x.group == "leans" || x.group == "doubts") && !hasAny(strings.ToLower(s.raw), "lean", "倾向", "doubt", "疑") {
			continue
		}
		p.Kind, p.Stance = Stance, value
		return q.text[h.start:h.end], true
	}
	if !strong && s.has("cue/hope") && hasAny(strings.ToLower(s.raw), "keen", "enthusiastic", "excited", "positive", "on board", "interested", "感兴趣", "积极", "热情") {
		p.Kind, p.Stance = Stance, 1
		h := s.cue["cue/hope"]
		return q.text[h.start:h.end], true
	}
	return "", false
}

// mentioned gives the sentence with the people we know as mentions.
func (q *reading) mentioned(s *said) string {
	var b strings.Builder
	at := s.start
	for _, m := range s.people {
		if m.who == nil || m.start < at || !m.byName {
			continue
		}
		b.WriteString(q.text[at:m.start])
		fmt.Fprintf(&b, "{person:%s}", m.who.ID)
		at = m.end
	}
	b.WriteString(q.text[at:s.end])
	text := strings.Join(strings.Fields(b.String()), " ")
	if utf8.RuneCountInString(text) > 1000 {
		text = string([]rune(text)[:999]) + "…"
	}
	return text
}
