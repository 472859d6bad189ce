package capture

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/language/english"
)

// Aliased is a note without anybody's name: what may be shown to a program
// outside. P1, P2 … are the note's people, N1, N2 … names nobody knows yet, PX
// is a name that several have.
type Aliased struct {
	Text   string
	People []AliasedPerson
	pieces []piece
	names  map[string]mention
}

// AliasedPerson is what is told of one of the people.
type AliasedPerson struct {
	Alias, Title, Function string
	Ours                   bool
}

// piece ties a stretch of the aliased text to its place in the note.
type piece struct {
	from, to   int // of the aliased text
	start, end int // of the note
	exact      bool
}

const nobodyKnown = "PX"

// longestAliased is as much of a note as is shown to a program outside.
const longestAliased = 20_000

var reach = regexp.MustCompile(
	`(?i)[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|(?:\+|\b(?:tel|phone|mobile|cell|电话|手机)[.:： ]{0,3}\+?)\d[\d ()/.-]{5,}\d|https?://\S+|1[3-9]\d{9}`,
)

// Alias puts aliases for every name in a note, and leaves out mail headers,
// signatures, addresses and numbers by which somebody can be reached.
func (r *Reader) Alias(n Note) *Aliased {
	q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
	a := &Aliased{names: map[string]mention{}}
	alias := map[*Person]string{}
	for i := range q.names.people {
		p := &q.names.people[i]
		name := fmt.Sprintf("P%d", i+1)
		alias[p] = name
		a.names[name] = mention{who: p}
	}
	fresh := map[string]string{}
	var b strings.Builder
	put := func(start, end int, as string, exact bool) {
		from := b.Len()
		b.WriteString(as)
		a.pieces = append(a.pieces, piece{from, b.Len(), start, end, exact})
	}
	nameOf := func(m mention) string {
		if m.who != nil {
			return alias[m.who]
		}
		if m.name == "" {
			return nobodyKnown
		}
		if fresh[m.name] == "" {
			fresh[m.name] = fmt.Sprintf("N%d", len(fresh)+1)
			a.names[fresh[m.name]] = m
		}
		return fresh[m.name]
	}
	for _, one := range q.sentences() {
		if one.ours || b.Len() > longestAliased {
			continue
		}
		s := q.look(one)
		q.remember(s)
		covers := q.covers(s)
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		at := one.start
		for _, m := range covers {
			if m.start < at {
				continue
			}
			put(at, m.start, q.text[at:m.start], true)
			put(m.start, m.end, nameOf(m), false)
			at = m.end
		}
		put(at, one.end, q.text[at:one.end], true)
	}
	a.Text = b.String()
	for i := range q.names.people {
		p := &q.names.people[i]
		a.People = append(a.People, AliasedPerson{alias[p], q.nameless(p.Title), q.nameless(p.Function), p.Ours})
	}
	return a
}

// covers gives all stretches of a sentence that name somebody, in order:
// mentions, words that are part of anybody's name, and ways to reach somebody.
func (q *reading) covers(s *said) []mention {
	var out []mention
	free := func(start, end int) bool {
		return !slices.ContainsFunc(out, func(m mention) bool { return m.start < end && start < m.end })
	}
	for _, at := range reach.FindAllStringIndex(s.raw, -1) {
		out = append(out, mention{start: s.start + at[0], end: s.start + at[1]})
	}
	for _, m := range s.people {
		if m.byName && free(m.start, m.end) {
			out = append(out, m)
		}
	}
	words := q.names.words(q.lx)
	for _, t := range s.toks {
		if !t.Mark && words[t.Text] && free(t.Start, t.End) && (t.Capital || len(t.Text) > 2 && !q.lx.common(q.Reader.words, t)) {
			out = append(out, mention{start: t.Start, end: t.End})
		}
	}
	for i := s.start; i < s.end; {
		r, size := utf8.DecodeRuneInString(q.text[i:s.end])
		for _, h := range q.names.han[r] {
			if h.byName && strings.HasPrefix(q.text[i:s.end], h.text) && free(i, i+len(h.text)) {
				out = append(out, mention{start: i, end: i + len(h.text)})
				break
			}
		}
		i += size
	}
	slices.SortFunc(out, func(a, b mention) int { return a.start - b.start })
	return out
}

// words are all words of all names.
func (n *names) words(lx *lexicon) map[string]bool {
	out := map[string]bool{}
	for _, p := range n.people {
		name := clip(p.Name, longestName)
		for _, t := range english.Tokens(name, 0, len(name)) {
			if !t.Mark && len(t.Text) > 1 && !courtesy[t.Text] {
				out[t.Text] = true
			}
		}
	}
	return out
}

// nameless takes names and addresses out of a title.
func (q *reading) nameless(title string) string {
	title = clip(strings.Join(strings.Fields(clean(title)), " "), 80)
	s := &said{sentence: sentence{start: 0, end: len(title)}, raw: title, toks: english.Tokens(title, 0, len(title))}
	t := *q
	t.text = title
	for _, m := range t.names.known(t.lx, t.Reader.words, title, 0, len(title), s.toks) {
		if m.byName {
			s.people = append(s.people, m)
		}
	}
	var b strings.Builder
	at := 0
	for _, m := range t.covers(s) {
		if m.start >= at {
			b.WriteString(title[at:m.start] + nobodyKnown)
			at = m.end
		}
	}
	return b.String() + title[at:]
}

// Who gives whom an alias stands for: one of the people, or a new name with
// what was said of them. Ours are nobody a proposal can be about.
func (a *Aliased) Who(alias string) (p *Person, name, title, function string, ok bool) {
	m, ok := a.names[alias]
	if !ok || m.ours() {
		return nil, "", "", "", false
	}
	if m.who != nil {
		p := *m.who
		return &p, "", "", "", true
	}
	return nil, m.name, m.title, m.function, true
}

// Find gives the place in the note of words quoted from the aliased text.
func (a *Aliased) Find(quote string) (start, end int, ok bool) {
	quote = strings.TrimSpace(quote)
	at := strings.Index(a.Text, quote)
	if quote == "" || at < 0 {
		return 0, 0, false
	}
	start, end = -1, -1
	for _, p := range a.pieces {
		if p.to <= at || p.from >= at+len(quote) || p.from == p.to {
			continue
		}
		from, to := p.start, p.end
		if p.exact {
			from += max(0, at-p.from)
			to -= max(0, p.to-(at+len(quote)))
		}
		if start < 0 {
			start = from
		}
		end = to
	}
	return start, end, start >= 0 && end > start
}

// Words gives a stretch of the note as a proposal's text: known people as
// mentions, on one line.
func (r *Reader) Words(n Note, start, end int) string {
	q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
	s := &said{sentence: sentence{start: start, end: end}, toks: english.Tokens(q.text, start, end)}
	s.people = q.names.known(r.lx, r.words, q.text, start, end, s.toks)
	return q.mentioned(s)
}
