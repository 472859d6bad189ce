package capture

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
	"github.com/throughline/throughline/internal/statement"
)

// mention is a person found in the text: one of the note's, or a new name.
type mention struct {
	who        *Person // nil for a new name
	name       string  // of a new one
	title      string
	function   string
	start, end int
	tok        int  // the first token, -1 in Chinese
	last       int  // the last token
	byName     bool // by name, not by title or role
	owner      bool // "Marc's": what follows is theirs, not they
	ofThing    bool // "the data provided by Marc": who made a thing, not who does something with it
}

func (m mention) ours() bool { return m.who != nil && m.who.Ours }

// names is the index of a note's people.
type names struct {
	full   map[string][]named   // by first word of the full name
	part   map[string][]*Person // by first or last name
	han    map[rune][]hanName
	title  map[string][]*Person // of the customer, by title in words
	role   map[throughline.Role][]*Person
	people []Person
}

type named struct {
	words []string
	who   *Person
}

type hanName struct {
	text   string
	who    []*Person // several: nobody in particular
	byName bool
}

// A name longer than this is matched by its beginning only.
const (
	longestName = 160
	mostWords   = 8
)

var courtesy = english.Set("mr mrs ms miss dr prof herr frau mme sir")

// names indexes a note's people by every way in which a note may call them.
func (lx *lexicon) names(people []Person) *names {
	n := &names{
		full:   map[string][]named{},
		part:   map[string][]*Person{},
		han:    map[rune][]hanName{},
		title:  map[string][]*Person{},
		role:   map[throughline.Role][]*Person{},
		people: people,
	}
	for i := range people {
		p := &people[i]
		n.addName(lx, p)
		if p.Ours {
			continue // nobody means one of us by "the sponsor"
		}
		for _, role := range p.Roles {
			n.role[role] = append(n.role[role], p)
		}
		n.addTitle(lx, p)
	}
	// The longest first: it is the one meant where several begin alike.
	for r := range n.full {
		slices.SortStableFunc(n.full[r], func(a, b named) int { return len(b.words) - len(a.words) })
	}
	for r := range n.han {
		slices.SortStableFunc(n.han[r], func(a, b hanName) int { return len(b.text) - len(a.text) })
	}
	return n
}

// addName adds a person by name: in full, turned, by its parts, and in Chinese
// by the family name with a title and by the given name.
func (n *names) addName(lx *lexicon, p *Person) {
	name := clip(p.Name, longestName)
	if han := hanOnly(name); utf8.RuneCountInString(han) >= 2 {
		n.addHan(han, p, true)
		first, size := utf8.DecodeRuneInString(han)
		for _, t := range lx.hanTitles {
			n.addHan(string(first)+t, p, true)
		}
		if utf8.RuneCountInString(han) == 3 {
			n.addHan(han[size:], p, true)
		}
	}
	var latin []string
	for _, t := range english.Tokens(name, 0, len(name)) {
		if !t.Mark && !courtesy[t.Text] && len(latin) < mostWords {
			latin = append(latin, t.Text)
		}
	}
	if len(latin) == 0 {
		return
	}
	first, last := latin[0], latin[len(latin)-1]
	n.full[first] = append(n.full[first], named{latin, p})
	if len(latin) > 1 { // family name first
		turned := append([]string{last}, latin[:len(latin)-1]...)
		n.full[last] = append(n.full[last], named{turned, p})
		n.part[last] = append(n.part[last], p)
	}
	n.part[first] = append(n.part[first], p)
}

// addTitle adds a person by title, as it is written out and in short: "chief
// financial officer" and "cfo".
func (n *names) addTitle(lx *lexicon, p *Person) {
	title := strings.ToLower(clip(p.Title, longestName))
	if han := hanOnly(title); utf8.RuneCountInString(han) >= 3 {
		n.addHan(han, p, false)
	}
	var words []string
	for _, t := range english.Tokens(title, 0, len(title)) {
		if !t.Mark && len(words) < mostWords {
			words = append(words, t.Text)
		}
	}
	if len(words) == 0 {
		return
	}
	add := func(key string) {
		if !slices.Contains(n.title[key], p) {
			n.title[key] = append(n.title[key], p)
		}
	}
	key := strings.Join(words, " ")
	add(key)
	for short, long := range lx.acronyms {
		switch key {
		case short:
			add(long)
		case long:
			add(short)
		}
	}
}

// addHan adds what a person may be called in Chinese. What several are called
// names nobody in particular.
func (n *names) addHan(text string, p *Person, byName bool) {
	r, _ := utf8.DecodeRuneInString(text)
	for i, h := range n.han[r] {
		if h.text == text {
			if !slices.Contains(h.who, p) {
				n.han[r][i].who = append(h.who, p)
			}
			n.han[r][i].byName = h.byName && byName
			return
		}
	}
	n.han[r] = append(n.han[r], hanName{text, []*Person{p}, byName})
}

func clip(s string, most int) string {
	if len(s) > most {
		s = s[:most]
		for !utf8.ValidString(s) && len(s) > 0 {
			s = s[:len(s)-1]
		}
	}
	return s
}

func hanOnly(s string) string {
	for _, r := range s {
		if !english.Han(r) && r != ' ' {
			return ""
		}
	}
	return strings.ReplaceAll(s, " ", "")
}

var roleWords = map[string]throughline.Role{
	"sponsor":        throughline.SponsorRole,
	"champion":       throughline.ChangeLeader,
	"change leader":  throughline.ChangeLeader,
	"mobiliser":      throughline.ChangeLeader,
	"problem owner":  throughline.ProblemOwner,
	"budget owner":   throughline.BudgetDecider,
	"budget holder":  throughline.BudgetDecider,
	"economic buyer": throughline.BudgetDecider,
	"buyer":          throughline.BuyerOfRecord,
}

// known finds the note's people in a sentence.
func (n *names) known(lx *lexicon, words *statement.Linter, s string, from, to int, toks []english.Token) []mention {
	var out []mention
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if t.Mark {
			continue
		}
		if m, ok := n.at(lx, words, toks, i); ok {
			out = append(out, m)
			i = m.last
		}
	}
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		step := size
		for _, h := range n.han[r] {
			if strings.HasPrefix(s[i:to], h.text) {
				if len(h.who) == 1 && !slices.ContainsFunc(out, func(m mention) bool { return m.start < i+len(h.text) && i < m.end }) {
					out = append(out, mention{who: h.who[0], start: i, end: i + len(h.text), tok: -1, last: -1, byName: h.byName})
				}
				step = len(h.text)
				break
			}
		}
		i += step
	}
	slices.SortFunc(out, func(a, b mention) int { return a.start - b.start })
	return out
}

// at finds one of the note's people at a word: by full name, by an initial or a
// courtesy title with a family name, by first or last name, by title or role.
func (n *names) at(lx *lexicon, words *statement.Linter, toks []english.Token, i int) (mention, bool) {
	if m, ok := n.byFullName(toks, i); ok {
		return m, true
	}
	if m, ok := n.byInitial(toks, i); ok {
		return m, true
	}
	t := toks[i]
	if ps := n.part[t.Text]; len(ps) == 1 && (t.Capital || len(t.Text) > 2 && !lx.common(words, t)) {
		// "Ana Gomez" is not the Ana we know
		if i+1 < len(toks) && toks[i+1].Capital && !toks[i+1].Mark && t.Capital && lx.nameLike(words, toks[i+1]) &&
			!strings.Contains(strings.ToLower(ps[0].Name), toks[i+1].Text) {
			return mention{}, false
		}
		return mention{who: ps[0], start: t.Start, end: t.End, tok: i, last: i, byName: true}, true
	}
	return n.byTitle(lx, toks, i)
}

func (n *names) byFullName(toks []english.Token, i int) (mention, bool) {
	for _, f := range n.full[toks[i].Text] {
		if len(f.words) < 2 || i+len(f.words) > len(toks) {
			continue
		}
		same := true
		for j, w := range f.words {
			same = same && toks[i+j].Text == w
		}
		if same && n.alone(f) {
			return mention{who: f.who, start: toks[i].Start, end: toks[i+len(f.words)-1].End, tok: i, last: i + len(f.words) - 1, byName: true}, true
		}
	}
	return mention{}, false
}

func (n *names) byInitial(toks []english.Token, i int) (mention, bool) {
	t := toks[i]
	if i+1 >= len(toks) || toks[i+1].Mark || !(len(t.Text) == 1 && t.Capital || courtesy[t.Text]) {
		return mention{}, false
	}
	var fit []*Person
	for _, p := range n.part[toks[i+1].Text] {
		if courtesy[t.Text] || strings.HasPrefix(strings.ToLower(p.Name), t.Text) {
			fit = append(fit, p)
		}
	}
	if len(fit) != 1 {
		return mention{}, false
	}
	return mention{who: fit[0], start: t.Start, end: toks[i+1].End, tok: i, last: i + 1, byName: true}, true
}

func (n *names) byTitle(lx *lexicon, toks []english.Token, i int) (mention, bool) {
	t := toks[i]
	before := ""
	if i > 0 {
		before = toks[i-1].Text
	}
	the := before == "the" || before == "their"
	for size := min(6, len(toks)-i); size > 0; size-- {
		key := t.Text
		for _, x := range toks[i+1 : i+size] {
			key += " " + x.Text
		}
		ps := n.title[key]
		if role, ok := roleWords[key]; ok && len(ps) == 0 && (the || before == "our") {
			ps = n.role[role]
		}
		if len(ps) == 1 && (size > 1 || t.Upper || lx.acronyms[key] != "" || the) {
			if before == "new" { // "the new CFO" is somebody else
				return mention{}, false
			}
			return mention{who: ps[0], start: t.Start, end: toks[i+size-1].End, tok: i, last: i + size - 1}, true
		}
	}
	return mention{}, false
}

// alone reports whether nobody else has the same full name.
func (n *names) alone(f named) bool {
	for _, o := range n.full[f.words[0]] {
		if o.who != f.who && slices.Equal(o.words, f.words) {
			return false
		}
	}
	return true
}

// common reports whether a word is one of the language, rather than a name.
func (lx *lexicon) common(words *statement.Linter, t english.Token) bool {
	if lx.notNames[t.Text] || lx.titles[t.Text] || lx.plain[t.Stem] || english.Irregular(t.Text) {
		return true
	}
	w := words.Word(t.Text)
	return w.Actor && !t.Capital || w.Thing || w.Act || w.Weak
}

// nameLike reports whether a capitalised word may be somebody's name.
func (lx *lexicon) nameLike(words *statement.Linter, t english.Token) bool {
	if !t.Capital || t.Mark || t.Upper || len(t.Text) < 2 || len(t.Text) > 40 {
		return false
	}
	for _, r := range t.Text {
		if unicode.IsDigit(r) || r == '@' || r == '&' {
			return false
		}
	}
	return !lx.common(words, t)
}

// fresh finds names nobody knows yet: written like names, and doing or saying
// something, or introduced by a title.
func (q *reading) fresh(s *said) {
	for i := 0; i < len(s.toks); i++ {
		if !q.nameBegins(s, i) {
			continue
		}
		j := q.nameEnds(s, i)
		m := mention{name: q.text[s.toks[i].Start:s.toks[j].End], start: s.toks[i].Start, end: s.toks[j].End, tok: i, last: j, byName: true}
		introduced := q.apposition(s, &m)
		verb := q.doesSomething(s, i, j, introduced)
		if introduced == 0 {
			introduced = q.isThe(s, &m)
		}
		prev := ""
		if i > 0 {
			prev = s.toks[i-1].Text
		}
		if elsewhere(prev, verb, introduced) {
			continue
		}
		if introduced > 0 || verb || i > 0 && prev == "to" {
			s.people = append(s.people, m)
		}
		i = j
	}
	q.freshHan(s)
	slices.SortFunc(s.people, func(a, b mention) int { return a.start - b.start })
}

func taken(s *said, i int) bool {
	return slices.ContainsFunc(s.people, func(m mention) bool { return m.tok >= 0 && m.tok <= i && i <= m.last })
}

// nameBegins reports whether a name may begin at a word: "Karl", "K. Brandt".
func (q *reading) nameBegins(s *said, i int) bool {
	t := s.toks[i]
	if taken(s, i) {
		return false
	}
	initial := len(t.Text) == 1 && t.Capital && t.Text != "i" && t.Text != "a" && i+1 < len(s.toks) && q.lx.nameLike(q.Reader.words, s.toks[i+1])
	return initial || q.lx.nameLike(q.Reader.words, t)
}

func (q *reading) nameEnds(s *said, i int) int {
	j := i
	for j+1 < len(s.toks) && j-i < 3 && q.lx.nameLike(q.Reader.words, s.toks[j+1]) && !taken(s, j+1) && s.toks[j+1].Start-s.toks[j].End <= 2 {
		j++
	}
	return j
}

var betweenNameAndVerb = english.Set(", ) has have also is will can then")

// doesSomething reports whether a verb follows the name from i to j.
func (q *reading) doesSomething(s *said, i, j, introduced int) bool {
	toks, next := s.toks, max(j+1, introduced)
	for next < len(toks) && (betweenNameAndVerb[toks[next].Text] || toks[next].Text == "and" && introduced > 0) {
		next++
	}
	if next >= len(toks) || !q.verbish(toks[next]) || toks[next].Capital {
		return false
	}
	// "Empty runs": one word at the beginning is capital anyway
	return i > 0 || j > 0 || q.Reader.words.Word(toks[next].Text).Past || q.lx.sayStem[toks[next].Stem]
}

// isThe reads "Rita Blum is the new head of purchasing".
func (q *reading) isThe(s *said, m *mention) int {
	toks, is := s.toks, m.last+1
	if is+2 >= len(toks) || toks[is].Text != "is" || toks[is+1].Text != "the" && toks[is+1].Text != "our" && toks[is+1].Text != "their" {
		return 0
	}
	from := is + 2
	if toks[from].Text == "new" {
		from++
	}
	to := from
	for to < len(toks) && !toks[to].Mark && to-from < 5 {
		to++
	}
	if to > from && q.lx.titles[toks[from].Text] || to > from+1 && q.lx.titles[toks[from+1].Text] {
		m.title = q.text[toks[from].Start:toks[to-1].End]
		return to
	}
	return 0
}

// elsewhere reports whether the word before a name makes it a company or a
// place rather than somebody: "with Norlog", "in Leeds".
func elsewhere(prev string, verb bool, introduced int) bool {
	switch prev {
	case "with", "vendor", "competitor", "in", "at", "using":
		return true
	case "by", "from":
		return !verb
	case "to":
		return introduced == 0
	case ",":
		return !verb && introduced == 0
	}
	return false
}

// verbish reports whether a word can be what somebody did.
func (q *reading) verbish(t english.Token) bool {
	w := q.Reader.words.Word(t.Text)
	return w.Act && (w.Past || !w.Thing) || w.Past || w.Weak && strings.HasSuffix(t.Text, "s") || q.lx.sayStem[t.Stem]
}

// apposition reads what stands beside a new name: ", head of IT," or "(CFO)"
// after it, "from quality" after it, "the new head of IT" before it. It gives
// the token after what it took, 0 where there is nothing.
func (q *reading) apposition(s *said, m *mention) int {
	after := max(q.titleAfter(s, m), q.functionAfter(s, m))
	if q.titleBefore(s, m) {
		after = max(after, m.last+1)
	}
	return after
}

func (q *reading) wordsOf(s *said, a, b int) string {
	return strings.TrimSpace(q.text[s.toks[a].Start:s.toks[b-1].End])
}

func (q *reading) hasTitle(s *said, a, b int) bool {
	return slices.ContainsFunc(s.toks[a:b], func(t english.Token) bool { return q.lx.titles[t.Text] })
}

var beforeTitle = english.Set("the their our new a")

func (q *reading) titleAfter(s *said, m *mention) int {
	toks, i := s.toks, m.last+1
	if i >= len(toks) || toks[i].Text != "," && toks[i].Text != "(" && toks[i].Text != "–" {
		return 0
	}
	a := i + 1
	for a < len(toks) && beforeTitle[toks[a].Text] {
		a++
	}
	b := a
	for b < len(toks) && !toks[b].Mark && b-a < 6 {
		if b > a && q.verbish(toks[b]) && !q.lx.titles[toks[b].Text] && toks[b].Text != "purchasing" && toks[b].Text != "marketing" {
			break
		}
		b++
	}
	if b > a && q.hasTitle(s, a, b) {
		m.title = q.wordsOf(s, a, b)
		return b
	}
	return 0
}

func (q *reading) functionAfter(s *said, m *mention) int {
	toks, i := s.toks, m.last+1
	if i+1 >= len(toks) || toks[i].Text != "from" && toks[i].Text != "in" && toks[i].Text != "of" || toks[i+1].Mark {
		return 0
	}
	a := i + 1
	if toks[a].Text == "the" && a+1 < len(toks) {
		a++
	}
	if w := q.Reader.words.Word(toks[a].Text); w.Actor || toks[a].Upper || functions[toks[a].Text] {
		m.function = q.wordsOf(s, a, a+1)
		return a + 1
	}
	return 0
}

// titleBefore reads "new head of IT, Karl", "their CFO Karl".
func (q *reading) titleBefore(s *said, m *mention) bool {
	toks, end := s.toks, m.tok
	if end > 0 && toks[end-1].Text == "," {
		end--
	}
	begin := end
	for begin > 0 && end-begin < 6 && !toks[begin-1].Mark && !beforeTitle[toks[begin-1].Text] {
		begin--
	}
	if begin == 0 || begin >= end || !q.hasTitle(s, begin, end) || !q.lx.titles[toks[begin].Text] && toks[begin-1].Mark {
		return false
	}
	m.title = q.wordsOf(s, begin, end)
	return true
}

var functions = english.Set(`quality finance legal it hr security operations procurement purchasing engineering logistics marketing compliance
		controlling production maintenance sales risk audit data privacy product manufacturing planning customer`)

// freshHan finds Chinese names nobody knows: a family name of the list, one or
// two more characters, and then something a person does.
func (q *reading) freshHan(s *said) {
	t := q.text
	starts := map[int]bool{}
	for _, h := range s.hits {
		switch name := q.lx.groups[h.group]; {
		case name == "cue/say",
			name == "cue/act",
			name == "cue/write",
			name == "cue/think",
			strings.HasPrefix(name, "event/"),
			strings.HasPrefix(name, "stance/"):
			starts[h.start] = true
		}
	}
	for i := s.start; i < s.end; {
		r, size := utf8.DecodeRuneInString(t[i:s.end])
		at := i
		i += size
		if !q.lx.surnames[r] || slices.ContainsFunc(s.people, func(m mention) bool { return m.start <= at && at < m.end }) {
			continue
		}
		before := strings.TrimRight(t[s.start:at], " ")
		title := ""
		for _, x := range q.lx.hanTitles {
			if strings.HasSuffix(before, x) && utf8.RuneCountInString(x) > 1 && len(x) > len(title) {
				title = x
			}
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		if before != "" && title == "" && !strings.ContainsRune("，。、；：,;:和与由跟的叫是", last) {
			continue
		}
		end := at + size
		for n := 0; n < 2; n++ {
			r, w := utf8.DecodeRuneInString(t[end:s.end])
			if !unicode.Is(unicode.Han, r) {
				break
			}
			end += w
			after := t[end:s.end]
			if starts[end] ||
				hasAnyPrefix(after, "有", "也", "已", "今天", "昨天", "上周", "明确", "会", "刚", "在", "，", "）", "于") &&
					(title != "" || n == 1 && !hasAnyPrefix(after, "，", "在", "会")) {
				name := t[at:end]
				if q.lx.isHanWord(name) || hasAnyPrefix(name, "和", "任何", "高层", "方案", "黄金", "金额", "马上", "白班", "于是", "石油", "田间") {
					break
				}
				m := mention{name: name, start: at, end: end, tok: -1, last: -1, byName: true}
				if title != "" {
					begin := strings.LastIndexAny(before, "的，。、；： ")
					m.title = strings.TrimLeft(before[max(begin, 0):], "的，。、；： ")
					m.title = strings.TrimPrefix(strings.TrimPrefix(m.title, "新任"), "新来")
				}
				s.people = append(s.people, m)
				i = end
				break
			}
		}
	}
}

func hasAnyPrefix(s string, list ...string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// isHanWord reports whether a phrase of the lists begins with the text.
func (lx *lexicon) isHanWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	for _, p := range lx.byHan[r] {
		if lx.signs[p.group] {
			continue
		}
		if strings.HasPrefix(p.text, s) || strings.HasPrefix(s, p.text) && utf8.RuneCountInString(p.text) > 1 {
			return true
		}
	}
	return false
}

// writer finds who of the note's people a header or a signature names.
func (q *reading) writer(line string) (*Person, bool) {
	line = clip(line, 400)
	got := q.names.known(q.lx, q.Reader.words, line, 0, len(line), english.Tokens(line, 0, len(line)))
	for _, m := range got {
		if m.byName {
			return m.who, m.who.Ours
		}
	}
	return nil, false
}
