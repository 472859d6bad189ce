package capture

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/english"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/statement"
)

// Reader reads notes by the words of one playbook. It is immutable and may be
// shared.
type Reader struct {
	lx     *lexicon
	words  *statement.Linter
	own    *overlap
	known  map[throughline.Address]bool // what the playbook asks
	asked  []Place
	model  func() *model // made when it is first asked
	senses func() *senses
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
	r.senses = func() *senses {
		m, err := sensed()
		if err != nil { // senses.bin is part of the program and tested
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

	clauses []language.Clause
	sense   []feature // what tells its kind
	told    told      // and how that reads it

	openTerm bool // which year a term is of is open

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
		if out = append(out, p); len(out) == Most {
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
		s.days = days(q.text, one.start, one.end, q.base(s), future)
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

// mentioned gives the sentence with the people we know as mentions.
func (q *reading) mentioned(s *said) string {
	var b strings.Builder
	at := s.start
	for _, m := range s.people {
		if m.who == nil || m.who.ID.IsZero() || m.start < at || !m.byName {
			continue
		}
		b.WriteString(q.text[at:m.start])
		fmt.Fprintf(&b, "{person:%s}", m.who.ID)
		at = m.end
		if name := q.text[m.start:m.end]; len(name) > 2 { // "Tyler's budget" is still his
			for _, owner := range []string{"'s", "’s"} {
				if strings.HasSuffix(strings.ToLower(name), owner) {
					at = m.end - len(owner)
				}
			}
		}
	}
	b.WriteString(q.text[at:s.end])
	text := strings.Join(strings.Fields(b.String()), " ")
	if utf8.RuneCountInString(text) > 1000 {
		text = string([]rune(text)[:999]) + "…"
	}
	return text
}
