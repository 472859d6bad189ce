package capture

import (
	"strings"

	"github.com/throughline/throughline/internal/language/english"
)

// subject is who did or said what a sentence is about.
type subject struct {
	person  *mention
	body    bool // a department, a committee, "they"
	record  bool // a document of theirs
	several bool // two people of different functions said the same
	thinks  bool // it is only what somebody thinks or feels
	ahead   bool // it is still to come
	act     bool // it is something one could see done
	unsure  bool // done by somebody we have no word for
	words   string
	at      int // byte of the verb
}

type side uint8

const (
	nobody side = iota
	us
	them
)

// agent is somebody who may be a subject.
type agent struct {
	side   side
	person *mention
	body   bool
	record bool
	unsure bool // we have no word for them
	start  int
}

// who finds the doers of a sentence: it walks over the verbs and takes the
// nearest somebody before each as the one who did it.
func (q *reading) who(s *said) {
	s.doer.at = -1
	if hasHan(s.raw) {
		q.whoHan(s)
	} else {
		q.whoLatin(s)
	}
	if s.author != nil && !s.author.Ours && !s.acted && !s.spoke && s.us {
		s.us = false
	}
}

func hasHan(s string) bool {
	n := 0
	for _, r := range s {
		if english.Han(r) {
			if n++; n > 2 {
				return true
			}
		}
	}
	return false
}

var passiveAux = english.Set("is are was were be been being got gets")
var recordWords = english.Set(`minutes plan charter register record memo letter email e-mail document notice policy calendar report budget agenda
		protocol`)

// within are words behind which another group of words begins.
var within = english.Set("and that but because while")

// bodyAt takes a department, a committee or a group of people as the subject
// of what comes, where one can stand.
func (q *reading) bodyAt(s *said, toks []english.Token, i int, cur *agent, first, saying, theirsSpeak bool) {
	body := agent{side: them, body: true, start: toks[i].Start}
	if ownsIt(toks, i) && !theirsSpeak {
		if cur.side == nobody { // "our engineer"
			*cur = agent{side: us, start: toks[i].Start}
		}
		return
	}
	before := groupBegins(toks, i)
	prep := before >= 0 && isPreposition(toks[before].Text)
	if prep && toks[before].Text == "by" {
		q.byBody(s, toks, before, body)
		return
	}
	opens := before < 0 || toks[before].Mark || !prep
	switch {
	case prep && toks[before].Text == "of" && cur.side == nobody && first: // "four of five branches"
		*cur = body
	case prep, saying && cur.person != nil, cur.side == us && first:
	case cur.side == nobody:
		*cur = body
	case cur.person != nil && first, !first && !opens:
	case !first && (before < 0 || toks[before].Mark || within[toks[before].Text]):
		*cur = body
	}
}

// groupBegins gives the word before the whole group of words in which i stands.
func groupBegins(toks []english.Token, i int) int {
	before := i - 1
	for before >= 0 && !toks[before].Mark && !isPreposition(toks[before].Text) && before > i-5 && !within[toks[before].Text] {
		before--
	}
	return before
}

// byBody takes a body that stands behind "by" at before.
func (q *reading) byBody(s *said, toks []english.Token, before int, body agent) {
	if s.doer.at >= 0 && s.doer.person == nil {
		s.doer.body = true
	} else if s.doer.at < 0 && before > 0 && q.words(toks[before-1]).Past {
		q.did(s, body, "act", before-1, false)
	}
}

// heard reads "we heard from Tom that …", "we got the list from Tom".
func (q *reading) heard(s *said, t english.Token, i int) {
	got := t.Stem == english.Stem("get") || t.Stem == english.Stem("receive")
	for k := range s.people {
		m := &s.people[k]
		if m.ours() || m.tok <= i || m.tok == 0 || s.toks[m.tok-1].Text != "from" {
			continue
		}
		class := "say"
		if got {
			class = "act"
		}
		q.did(s, agent{side: them, person: m, start: m.start}, class, i, false)
		return
	}
	if got {
		q.did(s, agent{side: them, body: true, start: t.Start}, "act", i, false)
	}
}

// theirsSpeak reports whether "we" is the customer.
func (q *reading) theirsSpeak(s *said) bool {
	switch q.from(s) {
	case Message, Document:
		return !s.sentence.ours
	case Call:
		return s.author != nil && !s.sentence.ours
	}
	return false
}

// negated gives the words by which a past or perfect doing is denied.
func negated(toks []english.Token, i int) string {
	for j := i - 1; j >= 0 && j >= i-4; j-- {
		switch t := toks[j]; {
		case t.Text == "not", t.Text == "never":
			if j > 0 && pastAux[toks[j-1].Text] || t.Text == "never" {
				return t.Text
			}
			return ""
		case t.Text == "hasn't", t.Text == "haven't", t.Text == "didn't", t.Text == "hadn't", t.Text == "wasn't", t.Text == "weren't":
			return t.Text
		case adverb[t.Text], strings.HasSuffix(t.Text, "ly"), t.Text == "been", t.Text == "even", t.Text == "really", t.Text == "yet":
		default:
			return ""
		}
	}
	return ""
}

var pastAux = english.Set("has have had did was were been")

var future = english.Set("will shall would should going could may might can")
var adverb = english.Set("also already not now just finally then still never again both jointly only")

func authorOf(s *said) *mention {
	if s.author == nil || s.author.Ours {
		return nil
	}
	return &mention{who: s.author, start: s.start, end: s.start, tok: -1, last: -1}
}

// perceived reports whether we only tell what we heard or got.
func (q *reading) perceived(s *said) bool {
	for i, t := range s.toks {
		if i > 3 {
			break
		}
		if q.lx.perceiveStem[t.Stem] {
			return true
		}
	}
	return false
}

func functionOf(m *mention) string {
	if m.who == nil {
		return m.function
	}
	if m.who.Function != "" {
		return m.who.Function
	}
	return m.who.Title
}

func ownsIt(toks []english.Token, i int) bool {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if toks[j].Text == "our" || toks[j].Text == "my" {
			return true
		}
		if toks[j].Mark || isDeterminer(toks[j].Text) {
			return false
		}
	}
	return false
}

var prepositions = english.Set(`of to for with from in on at by into onto over under against before after between about through without within per via
		during until upon as towards toward among across behind than`)
var determiners = english.Set("the a an each every all both its their his her our my this that these those any some no another")

func isPreposition(w string) bool { return prepositions[w] }
func isDeterminer(w string) bool  { return determiners[w] }

// words looks a word up in the lists of statements.
func (q *reading) words(t english.Token) (w wordKind) {
	got := q.Reader.words.Word(t.Text)
	w = wordKind{Actor: got.Actor, Thing: got.Thing, Act: got.Act, Weak: got.Weak, Past: got.Past}
	if (t.Text == "it" || t.Text == "us" || t.Text == "hr") && !t.Upper {
		w.Actor = false
	}
	return w
}

type wordKind struct{ Actor, Thing, Act, Weak, Past bool }

// verbClass says what kind of doing a word is, "" where it is none.
func (q *reading) verbClass(s *said, toks []english.Token, i int, w wordKind) string {
	t := toks[i]
	before := ""
	if i > 0 {
		before = toks[i-1].Text
	}
	if isArticle(before) || isPreposition(before) || isDeterminer(before) && !w.Past {
		return ""
	}
	finite := finiteAt(toks, i, w.Past)
	if q.saysAt(toks, i, w, finite) {
		return "say"
	}
	switch {
	case q.lx.thinkStem[t.Stem] && !(w.Thing && !finite):
		if before == "would" {
			return "say"
		}
		return "think"
	case q.actsAt(toks, i, w, finite, before):
		return "act"
	}
	return ""
}

// actsAt reports whether a word is an act: "came back", a verb of the list of
// acts that is one here, or any other verb of the past that is not weak.
func (q *reading) actsAt(toks []english.Token, i int, w wordKind, finite bool, before string) bool {
	t := toks[i]
	switch {
	case (t.Text == "came" || t.Text == "got") && i+1 < len(toks) && toks[i+1].Text == "back":
		return true
	case (w.Act || q.lx.actStem[t.Stem]) && finite && (w.Past || !w.Actor && (!w.Thing || auxiliary[before])):
		return true
	}
	return w.Past && i > 0 && !w.Weak && len(t.Text) > 4 && !w.Thing
}

// isArticle reports whether a word makes a noun of the next.
func isArticle(w string) bool { return w == "the" || w == "a" || w == "an" }

// finiteAt reports whether a verb at i can be what somebody does.
func finiteAt(toks []english.Token, i int, past bool) bool {
	if past || i == 0 {
		return true
	}
	t, before := toks[i], toks[i-1].Text
	return strings.HasSuffix(t.Text, "s") && t.Stem != t.Text || isPluralish(before) || auxiliary[before] ||
		i > 1 && adverb[before] && auxiliary[toks[i-2].Text]
}

// saysAt reports whether somebody says something with the word at i.
func (q *reading) saysAt(toks []english.Token, i int, w wordKind, finite bool) bool {
	t := toks[i]
	if t.Stem == "report" {
		return i+1 >= len(toks) || toks[i+1].Mark || toks[i+1].Text == "that"
	}
	named := w.Thing && !w.Past && !strings.HasSuffix(t.Text, "s") && !(i > 0 && auxiliary[toks[i-1].Text]) // "an answer"
	return q.lx.sayStem[t.Stem] && finite && !named
}

var auxiliary = english.Set(`has have had will would can could may might must should do does did is are was were be been to not also already now just
		finally then`)

func isPluralish(w string) bool {
	return w == "they" || w == "we" || w == "i" || w == "who" || w == "and" || w == "you" || strings.HasSuffix(w, "s") && len(w) > 3
}

// did notes a doing of the customer's. The first that counts is kept: what was
// said before what was only thought, what was done before what is to come.
func (q *reading) did(s *said, a agent, class string, i int, ahead bool) {
	at, words := a.start, ""
	if i >= 0 && i < len(s.toks) {
		at, words = s.toks[i].Start, q.text[s.toks[i].Start:s.toks[i].End]
	}
	take := func() {
		s.doer.person, s.doer.body, s.doer.record = a.person, a.body && a.person == nil, a.record
		s.doer.words, s.doer.at, s.doer.ahead, s.doer.thinks = words, at, ahead, class == "think"
		s.doer.act, s.doer.unsure = class == "act", a.unsure
	}
	switch class {
	case "say":
		if !s.spoke && (!s.acted || s.doer.person == nil || s.doer.ahead) || s.doer.person == nil && a.person != nil {
			take()
		}
		s.spoke = true
	case "think":
		if !s.acted && !s.spoke {
			take()
		}
	case "act":
		if !s.acted && !s.spoke && !s.doer.thinks || (s.doer.ahead && !ahead || s.doer.unsure && a.person != nil) && !s.spoke {
			take()
		}
		s.acted = s.acted || !s.doer.thinks
	}
}
