package capture

import (
	"slices"
	"strings"
	"unicode/utf8"

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
var recordWords = english.Set("minutes plan charter register record memo letter email e-mail document notice policy calendar report budget agenda protocol")

func (q *reading) whoLatin(s *said) {
	toks := s.toks
	theirsSpeak := q.theirsSpeak(s)
	for i := range s.people {
		if m := &s.people[i]; m.last >= 0 && strings.HasSuffix(strings.ReplaceAll(q.text[m.start:m.end], "’", "'"), "'s") {
			m.owner = m.last+1 < len(toks) && !toks[m.last+1].Mark
		}
	}
	personAt := func(i int) *mention {
		for k := range s.people {
			if m := &s.people[k]; m.tok >= 0 && m.tok <= i && i <= m.last {
				return m
			}
		}
		return nil
	}
	text := func(i int) string {
		if i < 0 || i >= len(toks) {
			return ""
		}
		return toks[i].Text
	}
	var cur agent      // who would be the subject of the next verb
	first := true      // no verb seen yet
	saying := false    // after "Ana said": the rest is what she said
	aside := false     // inside "who runs …", "whether they …"
	var owner *mention // "Marc's team": Marc, in case nothing better comes
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if m := personAt(i); m != nil {
			before := text(m.tok - 1)
			switch {
			case m.owner:
				owner = m
			case before == "to" && text(m.tok-2) == "according":
				cur = agent{side: them, person: m, start: m.start}
				q.did(s, cur, "say", i, false)
				saying, first = true, false
			case before == "by":
				switch {
				case m.ours():
				case s.doer.at >= 0 && s.doer.person == nil:
					s.doer.person = m
				case s.doer.at < 0 && m.tok > 1 && q.words(toks[m.tok-2]).Past: // "questionnaire accepted by Tom"
					q.did(s, agent{side: them, person: m, start: m.start}, "act", m.tok-2, false)
					first = false
				}
			case isPreposition(before):
			case aside && cur.person != nil && before != "," && before != "and":
			case m.tok == 0 && (text(m.last+1) == ":" || text(m.last+1) == "：") && !m.ours():
				cur = agent{side: them, person: m, start: m.start}
				q.did(s, cur, "say", i, false)
				saying, first = true, false
			default:
				if cur.person != nil && cur.side == them && !m.ours() && (before == "and" || before == "," || before == "both") && first && m.tok-2 <= cur.person.last {
					if f, g := functionOf(cur.person), functionOf(m); f != "" && g != "" && !strings.EqualFold(f, g) {
						s.doer.several = true
					}
					break
				}
				if cur.side == them && cur.person != nil && !first && s.doer.at >= 0 && before != "," && before != "and" && before != "but" && before != "that" && before != ";" && before != "–" && !saying && !(i+1 < len(toks) && q.verbish(toks[min(m.last+1, len(toks)-1)])) {
					break // an object: "named Ana as the owner"
				}
				if cur.side == us && !first && before != "," && before != "and" && before != "but" && before != "that" && !(m.last+1 < len(toks) && q.verbish(toks[m.last+1])) {
					break // "I told Ana"
				}
				if cur.side == us && first && m.tok > 1 && toks[m.tok-1].Start > cur.start && before != "," && before != "and" && before != "but" && before != "that" && !(m.last+1 < len(toks) && q.verbish(toks[m.last+1])) {
					break // "I owe Tom"
				}
				if saying && s.doer.person != nil && s.spoke {
					break // whom the speaker speaks of
				}
				cur = agent{side: them, person: m, start: m.start}
				if m.ours() {
					cur.side = us
				}
				aside = false
			}
			i = m.last
			continue
		}
		switch {
		case t.Mark:
			aside = false
			continue
		case t.Text == "we" || t.Text == "i":
			if saying && !theirsSpeak && s.spoke {
				continue // "Tom said we came second"
			}
			cur = agent{side: us, start: t.Start}
			if theirsSpeak {
				cur = agent{side: them, person: authorOf(s), start: t.Start}
				cur.body = cur.person == nil
			}
			aside = false
			continue
		case t.Text == "our" && !theirsSpeak && (cur.side == nobody || i == 0) && i+1 < len(toks) && q.words(toks[i+1]).Actor:
			cur = agent{side: us, start: t.Start}
			i++
			continue
		case t.Text == "he" || t.Text == "she":
			if cur.person == nil || cur.side == us {
				cur = agent{side: them, body: true, start: t.Start}
				last := q.last
				for k := range s.people {
					if m := &s.people[k]; !m.ours() && m.start < t.Start {
						last = m
						break
					}
				}
				if last != nil {
					m := *last
					m.start, m.end, m.tok, m.last, m.byName, m.owner = t.Start, t.End, -1, -1, false, false
					cur = agent{side: them, person: &m, start: t.Start}
				}
			}
			continue
		case t.Text == "they" || t.Text == "customer" || t.Text == "client":
			if !(cur.side == them && cur.person != nil && saying) {
				cur = agent{side: them, body: true, start: t.Start}
			}
			continue
		case (t.Text == "nobody" || t.Text == "none" || t.Text == "neither" || t.Text == "noone") && !aside && s.negated == "":
			s.negated = t.Text
			continue
		case t.Text == "no" && i > 0 && (text(i+1) == "one" || toks[i-1].Stem == english.Stem("have") || toks[i-1].Stem == english.Stem("be")) && text(i+1) != "longer" && !aside && s.negated == "":
			s.negated = t.Text
			continue
		case t.Text == "if" && (i == 0 || toks[i-1].Mark || text(i-1) == "only") && s.doubt == "":
			s.doubt = t.Text
		case t.Text == "before" || t.Text == "until" || t.Text == "unless" || t.Text == "once" || t.Text == "since" && !first:
			aside = !first
			continue
		case t.Text == "who" || t.Text == "which" || t.Text == "whether" || t.Text == "if" || t.Text == "what" || t.Text == "how" || t.Text == "why" || t.Text == "where" || t.Text == "when":
			aside = i > 0 && (!first || cur.person != nil || text(i-1) == "about")
			continue
		case recordWords[t.Text] && owner != nil && owner.last == i-1:
			cur = agent{side: them, body: true, record: true, start: t.Start}
			continue
		case recordWords[t.Text] && first && cur.side == nobody && (text(i-1) == "their" || text(i-1) == "the" || text(i-2) == "their" || text(i-2) == "the"):
			cur = agent{side: them, body: true, record: true, start: t.Start}
			continue
		}
		w := q.words(t)
		class := q.verbClass(s, toks, i, w)
		if first && (cur.side == us || i == 0 && cur.side == nobody && !theirsSpeak) && q.lx.perceiveStem[t.Stem] && !isPreposition(text(i-1)) && !isDeterminer(text(i-1)) {
			first, s.us = false, true
			cur = agent{}
			q.heard(s, t, i)
			saying = s.spoke && s.doer.person != nil
			continue
		}
		if class == "" {
			if (w.Actor || q.lx.actors[t.Text]) && !w.Act || w.Actor && !w.Past && !q.lx.actStem[t.Stem] {
				q.bodyAt(s, toks, i, &cur, first, saying, theirsSpeak)
			}
			continue
		}
		if class == "say" { // "… by majority, says Helen"
			if m := personAt(i + 1); m != nil && (i == 0 || toks[i-1].Mark) && !m.ours() && !m.owner {
				q.did(s, agent{side: them, person: m, start: m.start}, "say", i, false)
				s.doer.person, s.doer.body = m, false
				saying, first = true, false
				i = m.last
				continue
			}
			if j := i + 1; j+1 < len(toks) && isDeterminer(toks[j].Text) && recordWords[toks[j+1].Text] && i > 0 && (toks[i-1].Mark || text(i-1) == "as") {
				q.did(s, agent{side: them, body: true, record: true, start: t.Start}, "say", i, false)
				first = false
				continue
			}
		}
		if i == 0 && cur.side == nobody && !theirsSpeak && q.lx.startStem[t.Stem] {
			cur = agent{side: us, start: t.Start}
		}
		if not := negated(toks, i); not != "" { // "has not signed", "didn't approve"
			if !aside && s.negated == "" {
				s.negated = not
			}
			if class != "think" {
				first = false
				if doer := cur; doer.side == us {
					s.us = true
				}
				continue
			}
		}
		passive := i > 0 && w.Past && (passiveAux[text(i-1)] || passiveAux[text(i-2)] && (strings.HasSuffix(text(i-1), "ly") || adverb[text(i-1)]))
		ahead := future[text(i-1)] || future[text(i-2)] || text(i-1) == "to"
		doer := cur
		if passive && class != "think" {
			if cur.side == us && q.lx.sayStem[t.Stem] { // "we were told"
				first, s.us = false, true
				cur = agent{}
				continue
			}
			if s.doer.person != nil || s.spoke || class == "act" && !w.Act && !q.lx.actStem[t.Stem] {
				first = false
				continue
			}
			doer = agent{side: them, body: true, start: t.Start}
			class = "act"
		}
		first = false
		if doer.side == us {
			s.us = true
			continue
		}
		if doer.side == nobody {
			// somebody we have no word for did something: "the night owls stopped …"
			if !(class == "act" && w.Past && i > 0 && !s.us && s.doer.at < 0 && !q.words(toks[i-1]).Thing && !toks[i-1].Mark && !toks[0].Mark && (w.Act || q.lx.actStem[t.Stem])) {
				continue
			}
			doer = agent{side: them, body: true, unsure: true, start: toks[0].Start}
		}
		if aside && class == "act" {
			continue
		}
		if saying && class != "say" {
			continue // "Ana said she stopped it" is what she said
		}
		if class == "say" && s.acted && !s.doer.ahead && doer.person != nil && s.doer.person != nil && doer.person.start == s.doer.person.start {
			continue // "Ana measured it and said …" is an act already
		}
		q.did(s, doer, class, i, ahead)
		if class == "say" && doer.person != nil {
			saying = true
		}
		if class == "think" {
			aside = true
		}
	}
	if !s.spoke {
		s.doer.several = false
	}
	if s.doer.at < 0 && s.doer.person == nil && owner != nil && !owner.ours() && cur.side == nobody {
		s.doer.person = owner
	}
	if theirsSpeak {
		return
	}
	begins := ""
	if len(toks) > 0 {
		begins = toks[0].Stem
	}
	switch {
	case len(toks) > 1 && toks[0].Text == "next" && strings.HasPrefix(toks[1].Text, "step"), len(toks) > 1 && (toks[0].Text == "todo" || toks[0].Text == "action" || toks[0].Text == "actions") && toks[1].Mark:
		s.ours = true
	case s.doer.at >= 0 || s.spoke || s.acted:
	case s.us || cur.side == us || q.lx.startStem[begins] && !q.lx.perceiveStem[begins]:
		s.ours = !q.perceived(s) && !s.has("cue/between") && !(s.has("cue/hope") && (text(0) == "i" || text(0) == "we" || text(0) == "my" || text(0) == "looks" || text(0) == "sounds"))
	}
}

// bodyAt takes a department, a committee or a group of people as the subject
// of what comes, where one can stand.
func (q *reading) bodyAt(s *said, toks []english.Token, i int, cur *agent, first, saying, theirsSpeak bool) {
	if ownsIt(toks, i) && !theirsSpeak {
		if cur.side == nobody { // "our engineer"
			*cur = agent{side: us, start: toks[i].Start}
		}
		return
	}
	before, prep := i-1, false // the word before the whole group of words
	for before >= 0 && !toks[before].Mark && !isPreposition(toks[before].Text) && before > i-5 {
		if x := toks[before].Text; x == "and" || x == "that" || x == "but" || x == "because" || x == "while" {
			break
		}
		before--
	}
	prep = before >= 0 && isPreposition(toks[before].Text)
	if prep && toks[before].Text == "by" {
		if s.doer.at >= 0 && s.doer.person == nil {
			s.doer.body = true
		} else if s.doer.at < 0 && before > 0 && q.words(toks[before-1]).Past {
			q.did(s, agent{side: them, body: true, start: toks[i].Start}, "act", before-1, false)
		}
		return
	}
	opens := before < 0 || toks[before].Mark || !prep
	switch {
	case prep && toks[before].Text == "of" && cur.side == nobody && first: // "four of five branches"
		*cur = agent{side: them, body: true, start: toks[i].Start}
	case prep, saying && cur.person != nil, cur.side == us && first:
	case cur.side == nobody:
		*cur = agent{side: them, body: true, start: toks[i].Start}
	case cur.person != nil && first, !first && !opens:
	case !first && opens && (before < 0 || toks[before].Mark || toks[before].Text == "and" || toks[before].Text == "that" || toks[before].Text == "but" || toks[before].Text == "because" || toks[before].Text == "while"):
		*cur = agent{side: them, body: true, start: toks[i].Start}
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
	return (q.note.From == Message || q.note.From == Document) && !s.sentence.ours
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

var prepositions = english.Set("of to for with from in on at by into onto over under against before after between about through without within per via during until upon as towards toward among across behind than")
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
	if before == "the" || before == "a" || before == "an" || isPreposition(before) || isDeterminer(before) && !w.Past {
		return ""
	}
	finite := w.Past || i > 0 && strings.HasSuffix(t.Text, "s") && t.Stem != t.Text || i > 0 && (isPluralish(before) || auxiliary[before] || i > 1 && adverb[before] && auxiliary[toks[i-2].Text]) || i == 0
	if t.Stem == "report" {
		if i+1 >= len(toks) || toks[i+1].Mark || toks[i+1].Text == "that" {
			return "say"
		}
	} else if q.lx.sayStem[t.Stem] && finite && !(w.Thing && !w.Past && !(auxiliary[before] || strings.HasSuffix(t.Text, "s"))) {
		return "say"
	}
	switch {
	case q.lx.thinkStem[t.Stem] && !(w.Thing && !finite):
		if before == "would" {
			return "say"
		}
		return "think"
	case (t.Text == "came" || t.Text == "got") && i+1 < len(toks) && toks[i+1].Text == "back":
		return "act"
	case (w.Act || q.lx.actStem[t.Stem]) && finite && !(w.Actor && !w.Past) && !(w.Thing && !w.Past && !auxiliary[before]):
		return "act"
	case w.Past && i > 0 && !w.Weak && len(t.Text) > 4 && !w.Thing:
		return "act"
	}
	return ""
}

var auxiliary = english.Set("has have had will would can could may might must should do does did is are was were be been to not also already now just finally then")

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

// whoHan finds the doers in Chinese: by clause, the first somebody in it.
func (q *reading) whoHan(s *said) {
	theirsSpeak := q.theirsSpeak(s)
	var cur agent
	anyThem, anyUs := false, false
	for i := range s.people { // "陈静：…"
		m := &s.people[i]
		if m.start == s.start && !m.ours() && hasAnyPrefix(strings.TrimLeft(q.text[m.end:s.end], " "), "：", ":") {
			q.did(s, agent{side: them, person: m, start: m.start}, "say", -1, false)
			s.doer.at, s.doer.words = m.start, q.text[m.start:m.end]
		}
	}
	for at := s.start; at < s.end; {
		end := at
		for end < s.end {
			r, size := utf8.DecodeRuneInString(q.text[end:s.end])
			if strings.ContainsRune("，,。；;：:", r) {
				break
			}
			end += size
		}
		a := q.agentHan(s, at, end, theirsSpeak)
		if a.side != nobody {
			cur = a
		}
		perceive := slices.ContainsFunc(s.hits, func(h hit) bool {
			return h.start >= at && h.end <= end && q.lx.groups[h.group] == "cue/perceive"
		})
		if cur.side == us && perceive {
			s.us = true
			cur = agent{}
			if b := q.agentHanTheirs(s, at, end); b.side == them {
				cur = b
			}
		}
		did := false
		for _, h := range s.hits {
			if h.start < at || h.end > end || cur.side != them || q.inName(s, h) {
				continue
			}
			class := ""
			switch q.lx.groups[h.group] {
			case "cue/say":
				class = "say"
			case "cue/write", "cue/act":
				class = "act"
			case "cue/think":
				class = "think"
			}
			if class == "" || h.start < cur.start || slices.ContainsFunc(s.hits, func(o hit) bool {
				return q.lx.groups[o.group] == "cue/noun" && o.start <= h.start && h.end <= o.end
			}) {
				continue
			}
			if class == "act" && s.spoke && s.doer.person != nil && cur.person != nil { // what she said
				continue
			}
			did = true
			before := s.doer.at
			q.did(s, cur, class, -1, false)
			if s.doer.at != before || s.doer.words == "" {
				s.doer.at, s.doer.words = h.start, q.text[h.start:h.end]
			}
		}
		clause := q.text[at:end]
		if cur.side == them && !did && cur.start >= at && !s.spoke && strings.Contains(q.text[max(at, min(cur.start, end)):end], "了") || cur.side == them && !did && !s.spoke && strings.Contains(clause, "把") {
			// what is finished, and what is done to something, was done
			if !hasAny(clause, "是", "很", "想", "会", "可能", "担心", "怕", "不", "没", "好像", "似乎") && !s.has("cue/hope") {
				q.did(s, cur, "act", -1, false)
				did = true
				if s.doer.words == "" {
					mark := max(strings.Index(clause, "了"), strings.Index(clause, "把"))
					s.doer.at, s.doer.words = at+mark, clause[mark:mark+len("了")]
				}
			}
		}
		anyThem = anyThem || cur.side == them || did
		anyUs = anyUs || cur.side == us
		r, size := utf8.DecodeRuneInString(q.text[end:s.end])
		_ = r
		at = end + max(size, 1)
	}
	if s.spoke && s.doer.several {
		s.doer.several = true
	} else {
		s.doer.several = false
	}
	for _, no := range []string{"还没", "没有", "尚未", "未", "没"} {
		if at := strings.Index(s.raw, no); at >= 0 && !hasAny(s.raw, "没问题", "没有问题", "因为没", "从未见") {
			s.negated = no
			break
		}
	}
	for _, h := range s.hits {
		if g := q.lx.groups[h.group]; (g == "cue/act" || g == "cue/write") && strings.HasSuffix(q.text[s.start:h.start], "不") {
			s.negated = "不"
		}
	}
	for _, doubt := range []string{"如果", "要是", "假如", "万一"} {
		if strings.HasPrefix(s.raw, doubt) {
			s.doubt = doubt
		}
	}
	s.us = s.us || anyUs
	s.ours = anyUs && !anyThem && !s.acted && !s.spoke && !s.has("cue/perceive")
	if !anyThem && !theirsSpeak && (hasAnyPrefix(s.raw, "下一步", "待办", "跟进", "记得", "需要我") || !s.acted && !s.spoke && hasAnyPrefix(s.raw, "和", "跟", "与", "找", "给") && s.doer.at < 0) {
		s.ours = true
	}
	if !anyThem && !anyUs && s.doer.at < 0 && (s.has("cue/act") || s.has("cue/write")) && !s.has("cue/noun", "cue/negate") { // nobody is named by whom, yet it was done
		s.acted = true
		h, ok := s.cue["cue/act"]
		if !ok {
			h = s.cue["cue/write"]
		}
		s.doer.body, s.doer.at, s.doer.words = true, h.start, q.text[h.start:h.end]
	}
}

// agentHan is the first somebody in a clause.
func (q *reading) agentHan(s *said, from, to int, theirsSpeak bool) agent {
	best := agent{start: to}
	for i := range s.people {
		m := &s.people[i]
		if m.start < from || m.start >= to || hasAnySuffix(q.text[from:m.start], "给", "向", "对", "跟", "让", "请", "为") {
			continue
		}
		if m.start < best.start {
			sd := them
			if m.ours() {
				sd = us
			}
			best = agent{side: sd, person: m, start: m.start}
			for j := i + 1; j < len(s.people); j++ {
				o := &s.people[j]
				between := strings.TrimSpace(q.text[m.end:max(m.end, min(o.start, to))])
				if o.start < to && (between == "和" || between == "与" || between == "、" || between == "跟") && !o.ours() && !m.ours() {
					if f, g := functionOf(m), functionOf(o); f != "" && g != "" && f != g {
						s.doer.several = true
					}
				}
			}
		}
	}
	for _, h := range s.hits {
		if h.start < from || h.end > to || h.start >= best.start || hasAnyPrefix(q.text[from:h.start], "和", "跟", "与", "找", "给", "约") {
			continue
		}
		switch q.lx.groups[h.group] {
		case "cue/body":
			best = agent{side: them, body: true, start: h.start}
		case "cue/ours":
			if hasAnySuffix(q.text[from:h.start], "给", "向", "对", "告诉", "请", "跟", "让") {
				continue
			}
			if theirsSpeak {
				best = agent{side: them, person: authorOf(s), body: true, start: h.start}
			} else {
				best = agent{side: us, start: h.start}
			}
		}
	}
	if r := strings.TrimSpace(q.text[from:to]); best.side == nobody && (strings.HasPrefix(r, "他") || strings.HasPrefix(r, "她")) && !strings.HasPrefix(r, "他们") && q.last != nil {
		m := *q.last
		m.start, m.end, m.tok, m.last, m.byName = from, from, -1, -1, false
		best = agent{side: them, person: &m, start: from}
	}
	if best.side == nobody {
		best.start = from
	}
	return best
}

func (q *reading) agentHanTheirs(s *said, from, to int) agent {
	for i := range s.people {
		if m := &s.people[i]; m.start >= from && m.start < to && !m.ours() {
			return agent{side: them, person: m, start: m.start}
		}
	}
	for _, h := range s.hits {
		if h.start >= from && h.end <= to && q.lx.groups[h.group] == "cue/body" {
			return agent{side: them, body: true, start: h.start}
		}
	}
	return agent{}
}
