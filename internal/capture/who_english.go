package capture

import (
	"strings"

	"github.com/throughline/throughline/internal/language/english"
)

// walk goes over the words of a sentence and gives each verb to the nearest
// possible doer before it.
type walk struct {
	*reading
	s           *said
	i           int // the word it stands at
	theirsSpeak bool
	cur         agent    // who would be the subject of the next verb
	first       bool     // no verb seen yet
	saying      bool     // after "Ana said": the rest is what she said
	aside       bool     // inside "who runs …", "whether they …"
	owner       *mention // "Marc's team": Marc, in case nothing better comes
}

func (q *reading) whoLatin(s *said) {
	w := &walk{reading: q, s: s, theirsSpeak: q.theirsSpeak(s), first: true}
	for i := range s.people {
		if m := &s.people[i]; m.last >= 0 && strings.HasSuffix(strings.ReplaceAll(q.text[m.start:m.end], "’", "'"), "'s") {
			m.owner = m.last+1 < len(s.toks) && !s.toks[m.last+1].Mark
		}
	}
	for ; w.i < len(s.toks); w.i++ {
		if m := w.personAt(w.i); m != nil {
			w.meet(m)
			w.i = m.last
			continue
		}
		if !w.word() {
			w.verb()
		}
	}
	w.close()
}

func (w *walk) personAt(i int) *mention {
	for k := range w.s.people {
		if m := &w.s.people[k]; m.tok >= 0 && m.tok <= i && i <= m.last {
			return m
		}
	}
	return nil
}

func (w *walk) at(i int) string {
	if i < 0 || i >= len(w.s.toks) {
		return ""
	}
	return w.s.toks[i].Text
}

// says makes somebody of theirs the one who says what follows.
func (w *walk) says(m *mention) {
	w.cur = agent{side: them, person: m, start: m.start}
	w.did(w.s, w.cur, "say", w.i, false)
	w.saying, w.first = true, false
}

// meet takes a person who is named: as the owner of what follows, as whoever
// stands behind "by", as an object, or as the next subject.
func (w *walk) meet(m *mention) {
	before := w.at(m.tok - 1)
	switch {
	case m.owner:
		w.owner = m
	case before == "to" && w.at(m.tok-2) == "according":
		w.says(m)
	case before == "by":
		w.by(m)
	case isPreposition(before):
	case w.aside && w.cur.person != nil && before != "," && before != "and":
	case m.tok == 0 && (w.at(m.last+1) == ":" || w.at(m.last+1) == "：") && !m.ours():
		w.says(m)
	default:
		w.subject(m, before)
	}
}

// by takes whoever stands behind "by": "questionnaire accepted by Tom".
func (w *walk) by(m *mention) {
	m.ofThing = w.ofAThing(m.tok - 2)
	switch {
	case m.ours() || m.ofThing:
	case w.s.doer.at >= 0 && w.s.doer.person == nil:
		w.s.doer.person = m
	case w.s.doer.at < 0 && m.tok > 1 && w.words(w.s.toks[m.tok-2]).Past:
		w.did(w.s, agent{side: them, person: m, start: m.start}, "act", m.tok-2, false)
		w.first = false
	}
}

// ofAThing reports whether a participle at i says what a thing is, and not what
// is done: "they will send the data provided by Marc", but not "questionnaire
// accepted by Tom", where nothing else is done.
func (w *walk) ofAThing(i int) bool {
	toks := w.s.toks
	if i < 2 || !w.words(toks[i]).Past || !w.words(toks[i-1]).Thing {
		return false
	}
	for j := i - 2; j >= 0 && !toks[j].Mark; j-- {
		if k := w.words(toks[j]); auxiliary[toks[j].Text] || k.Past && !k.Thing {
			return true
		}
	}
	return false
}

var clauseOpeners = english.Set(", and but that")

// subject makes a person the next subject, where one can stand: not "named Ana
// as the owner", "I told Ana", "I owe Tom", nor whom a speaker speaks of.
func (w *walk) subject(m *mention, before string) {
	s, cur := w.s, &w.cur
	if w.beside(m, before) {
		return
	}
	verb := m.last+1 < len(s.toks) && w.verbish(s.toks[m.last+1])
	opens := clauseOpeners[before]
	switch {
	case cur.side == them && cur.person != nil && !w.first && s.doer.at >= 0 && !opens && before != ";" && before != "–" && !w.saying && !w.doesNext(m):
		return
	case cur.side == us && !opens && !verb && (!w.first || m.tok > 1 && s.toks[m.tok-1].Start > cur.start):
		return
	case w.saying && s.doer.person != nil && s.spoke:
		return
	}
	w.cur = agent{side: them, person: m, start: m.start}
	if m.ours() {
		w.cur.side = us
	}
	w.aside = false
}

// beside takes somebody who stands beside the subject: "Ana and Marc said".
func (w *walk) beside(m *mention, before string) bool {
	p := w.cur.person
	if p == nil || w.cur.side != them || m.ours() || before != "and" && before != "," && before != "both" || !w.first || m.tok-2 > p.last {
		return false
	}
	if f, g := functionOf(p), functionOf(m); f != "" && g != "" && !strings.EqualFold(f, g) {
		w.s.doer.several = true
	}
	return true
}

// doesNext reports whether a verb may follow a person.
func (w *walk) doesNext(m *mention) bool {
	n := len(w.s.toks)
	return w.i+1 < n && w.verbish(w.s.toks[min(m.last+1, n-1)])
}

// word takes a word that is no verb: who, a pronoun, a mark, what denies or
// doubts. It reports whether there is nothing more to it.
func (w *walk) word() bool {
	t := w.s.toks[w.i]
	if t.Mark {
		w.aside = false
		return true
	}
	if w.pronoun(t) {
		return true
	}
	return w.joint(t)
}

func (w *walk) pronoun(t english.Token) bool {
	switch {
	case t.Text == "we" || t.Text == "i":
		if !(w.saying && !w.theirsSpeak && w.s.spoke) { // else "Tom said we came second"
			w.weSpeak(t)
		}
	case t.Text == "our" && !w.theirsSpeak && (w.cur.side == nobody || w.i == 0) && w.i+1 < len(w.s.toks) && w.words(w.s.toks[w.i+1]).Actor:
		w.cur = agent{side: us, start: t.Start}
		w.i++
	case t.Text == "he" || t.Text == "she":
		w.heOrShe(t)
	case t.Text == "they" || t.Text == "customer" || t.Text == "client":
		if !(w.cur.side == them && w.cur.person != nil && w.saying) {
			w.cur = agent{side: them, body: true, start: t.Start}
		}
	default:
		return false
	}
	return true
}

// weSpeak takes "we": us, or the customer in words of theirs.
func (w *walk) weSpeak(t english.Token) {
	w.cur = agent{side: us, start: t.Start}
	if w.theirsSpeak {
		w.cur = agent{side: them, person: authorOf(w.s), start: t.Start}
		w.cur.body = w.cur.person == nil
	}
	w.aside = false
}

// heOrShe takes "she" for whoever was named last.
func (w *walk) heOrShe(t english.Token) {
	if w.cur.person != nil && w.cur.side != us {
		return
	}
	w.cur = agent{side: them, body: true, start: t.Start}
	last := w.last
	for k := range w.s.people {
		if m := &w.s.people[k]; !m.ours() && m.start < t.Start {
			last = m
			break
		}
	}
	if last == nil {
		return
	}
	m := *last
	m.start, m.end, m.tok, m.last, m.byName, m.owner = t.Start, t.End, -1, -1, false, false
	w.cur = agent{side: them, person: &m, start: t.Start}
}

var (
	noOne    = english.Set("nobody none neither noone")
	later    = english.Set("before until unless once")
	relative = english.Set("who which whether if what how why where when")
)

// joint takes words that deny, doubt, or open a clause that only describes, and
// documents of theirs that speak.
func (w *walk) joint(t english.Token) bool {
	s, i := w.s, w.i
	switch {
	case noOne[t.Text] && !w.aside && s.negated == "", w.deniesHere(t):
		s.negated = t.Text
	case t.Text == "if" && (i == 0 || s.toks[i-1].Mark || w.at(i-1) == "only") && s.doubt == "":
		s.doubt = t.Text
		return false
	case later[t.Text] || t.Text == "since" && !w.first:
		w.aside = !w.first
	case relative[t.Text]:
		w.aside = i > 0 && (!w.first || w.cur.person != nil || w.at(i-1) == "about")
	case recordWords[t.Text] && w.recordHere(i):
		w.cur = agent{side: them, body: true, record: true, start: t.Start}
	default:
		return false
	}
	return true
}

// deniesHere reads "there is no …", "no one".
func (w *walk) deniesHere(t english.Token) bool {
	i := w.i
	if t.Text != "no" || i == 0 || w.aside || w.s.negated != "" || w.at(i+1) == "longer" {
		return false
	}
	before := w.s.toks[i-1].Stem
	return w.at(i+1) == "one" || before == english.Stem("have") || before == english.Stem("be")
}

// recordHere reports whether a document speaks: "Marc's plan", "the minutes".
func (w *walk) recordHere(i int) bool {
	if w.owner != nil && w.owner.last == i-1 {
		return true
	}
	theirs := w.at(i-1) == "their" || w.at(i-1) == "the" || w.at(i-2) == "their" || w.at(i-2) == "the"
	return w.first && w.cur.side == nobody && theirs
}

// verb gives what may be a verb to its doer.
func (w *walk) verb() {
	t, toks, i := w.s.toks[w.i], w.s.toks, w.i
	k := w.words(t)
	class := w.verbClass(w.s, toks, i, k)
	if w.perceives(t) {
		w.first, w.s.us, w.cur = false, true, agent{}
		w.heard(w.s, t, i)
		w.saying = w.s.spoke && w.s.doer.person != nil
		return
	}
	if class == "" {
		if (k.Actor || w.lx.actors[t.Text]) && !k.Act || k.Actor && !k.Past && !w.lx.actStem[t.Stem] {
			w.bodyAt(w.s, toks, i, &w.cur, w.first, w.saying, w.theirsSpeak)
		}
		return
	}
	if class == "say" && w.quoted(t) {
		return
	}
	if i == 0 && w.cur.side == nobody && !w.theirsSpeak && w.lx.startStem[t.Stem] {
		w.cur = agent{side: us, start: t.Start}
	}
	if w.notDone(class) {
		return
	}
	w.give(t, k, class)
}

// perceives reads "heard from Tom", where we are the ones who hear.
func (w *walk) perceives(t english.Token) bool {
	before := w.at(w.i - 1)
	return w.first && (w.cur.side == us || w.i == 0 && w.cur.side == nobody && !w.theirsSpeak) && w.lx.perceiveStem[t.Stem] &&
		!isPreposition(before) &&
		!isDeterminer(before)
}

// quoted reads who is named behind what was said: "… by majority, says Helen",
// "as the minutes say".
func (w *walk) quoted(t english.Token) bool {
	i, toks := w.i, w.s.toks
	if m := w.personAt(i + 1); m != nil && (i == 0 || toks[i-1].Mark) && !m.ours() && !m.owner {
		w.did(w.s, agent{side: them, person: m, start: m.start}, "say", i, false)
		w.s.doer.person, w.s.doer.body = m, false
		w.saying, w.first = true, false
		w.i = m.last
		return true
	}
	if j := i + 1; j+1 < len(toks) && isDeterminer(toks[j].Text) && recordWords[toks[j+1].Text] && i > 0 && (toks[i-1].Mark || w.at(i-1) == "as") {
		w.did(w.s, agent{side: them, body: true, record: true, start: t.Start}, "say", i, false)
		w.first = false
		return true
	}
	return false
}

// notDone reads "has not signed", "didn't approve", and reports whether that is
// all there is to it.
func (w *walk) notDone(class string) bool {
	not := negated(w.s.toks, w.i)
	if not == "" {
		return false
	}
	if !w.aside && w.s.negated == "" {
		w.s.negated = not
	}
	if class == "think" {
		return false
	}
	w.first = false
	if w.cur.side == us {
		w.s.us = true
	}
	return true
}

// give notes a doing as that of whoever is the subject here.
func (w *walk) give(t english.Token, k wordKind, class string) {
	i, s := w.i, w.s
	ahead := future[w.at(i-1)] || future[w.at(i-2)] || w.at(i-1) == "to"
	doer := w.cur
	if class != "think" && w.passiveAt(k) {
		var ok bool
		if doer, ok = w.doneTo(t, k, class); !ok {
			return
		}
		class = "act"
	}
	w.first = false
	if doer.side == us {
		s.us = true
		return
	}
	if doer.side == nobody {
		if !w.somebody(t, k, class) {
			return
		}
		doer = agent{side: them, body: true, unsure: true, start: s.toks[0].Start}
	}
	if w.aside && class == "act" || w.saying && class != "say" { // "Ana said she stopped it" is what she said
		return
	}
	if class == "say" && s.acted && !s.doer.ahead && doer.person != nil && s.doer.person != nil && doer.person.start == s.doer.person.start {
		return // "Ana measured it and said …" is an act already
	}
	w.did(s, doer, class, i, ahead)
	w.saying = w.saying || class == "say" && doer.person != nil
	w.aside = w.aside || class == "think"
}

func (w *walk) passiveAt(k wordKind) bool {
	before := w.at(w.i - 1)
	return w.i > 0 && k.Past && (passiveAux[before] || passiveAux[w.at(w.i-2)] && (strings.HasSuffix(before, "ly") || adverb[before]))
}

// doneTo reads a passive without "by": somebody of theirs did it, unless it is
// we who "were told".
func (w *walk) doneTo(t english.Token, k wordKind, class string) (agent, bool) {
	if w.cur.side == us && w.lx.sayStem[t.Stem] {
		w.first, w.s.us, w.cur = false, true, agent{}
		return agent{}, false
	}
	if w.s.doer.person != nil || w.s.spoke || class == "act" && !k.Act && !w.lx.actStem[t.Stem] {
		w.first = false
		return agent{}, false
	}
	return agent{side: them, body: true, start: t.Start}, true
}

// somebody reports whether somebody we have no word for did something: "the
// night owls stopped …".
func (w *walk) somebody(t english.Token, k wordKind, class string) bool {
	i, s := w.i, w.s
	return class == "act" && k.Past && i > 0 && !s.us && s.doer.at < 0 && !w.words(s.toks[i-1]).Thing && !s.toks[i-1].Mark && !s.toks[0].Mark &&
		(k.Act || w.lx.actStem[t.Stem])
}

// close decides, when all words have been passed, whether the sentence is ours.
func (w *walk) close() {
	s, toks := w.s, w.s.toks
	s.doer.several = s.doer.several && s.spoke
	if s.doer.at < 0 && s.doer.person == nil && w.owner != nil && !w.owner.ours() && w.cur.side == nobody {
		s.doer.person = w.owner
	}
	if w.theirsSpeak {
		return
	}
	begins := ""
	if len(toks) > 0 {
		begins = toks[0].Stem
	}
	switch {
	case plansOurs(toks):
		s.ours = true
	case s.doer.at >= 0 || s.spoke || s.acted:
	case s.us || w.cur.side == us || w.lx.startStem[begins] && !w.lx.perceiveStem[begins]:
		s.ours = !w.perceived(s) && !s.has("cue/between") && !(s.has("cue/hope") && hopesOurs[w.at(0)])
	}
}

var hopesOurs = english.Set("i we my looks sounds")

// plansOurs reads "next step …", "todo: …".
func plansOurs(toks []english.Token) bool {
	if len(toks) < 2 {
		return false
	}
	a, b := toks[0].Text, toks[1]
	return a == "next" && strings.HasPrefix(b.Text, "step") || (a == "todo" || a == "action" || a == "actions") && b.Mark
}
