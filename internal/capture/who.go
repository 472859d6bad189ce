package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// subject is who did or said what a sentence is about.
type subject struct {
	person  *mention
	body    bool // a department, a committee, "they"
	record  bool // a document of theirs
	several bool // two people of different functions said the same
	thinks  bool // it is only what somebody thinks or feels
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
		if isHan(r) {
			if n++; n > 2 {
				return true
			}
		}
	}
	return false
}

var passiveAux = wordSet("is are was were be been being got gets")
var recordWords = wordSet("minutes plan charter register record memo letter email e-mail document notice policy calendar report budget agenda protocol")

func (q *reading) whoLatin(s *said) {
	toks := s.toks
	theirsSpeak := (q.note.From == Message || q.note.From == Document) && !s.sentence.ours
	personAt := func(i int) *mention {
		for k := range s.people {
			if s.people[k].tok <= i && i <= s.people[k].last && s.people[k].tok >= 0 {
				return &s.people[k]
			}
		}
		return nil
	}
	var cur agent
	saying := false // after "Ana said": the rest is what she said
	set := func(a agent) { cur = a }
	first := true // no verb seen yet
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if m := personAt(i); m != nil {
			prep := i > 0 && isPreposition(toks[i-1].text)
			switch {
			case i > 0 && toks[i-1].text == "to" && i > 1 && toks[i-2].text == "according":
				set(agent{side: them, person: m, start: m.start})
				q.did(s, cur, "say", i)
				saying = true
			case prep && !(toks[i-1].text == "by") && !first:
			case prep && first && toks[i-1].text != "by":
			default:
				sd := them
				if m.ours() {
					sd = us
				}
				if cur.person != nil && cur.side == them && sd == them && i > 0 && (toks[i-1].text == "and" || toks[i-1].text == ",") && first {
					if f, g := functionOf(cur.person), functionOf(m); f != "" && g != "" && !strings.EqualFold(f, g) {
						s.doer.several = true
					}
					i = m.last
					continue
				}
				set(agent{side: sd, person: m, start: m.start})
				if i > 0 && toks[i-1].text == "by" && s.doer.at >= 0 && s.doer.person == nil && !m.ours() {
					s.doer.person = m
				}
			}
			i = m.last
			continue
		}
		switch {
		case t.mark:
			continue
		case t.text == "we" || t.text == "i":
			if theirsSpeak {
				set(agent{side: them, person: authorOf(s), body: true, start: t.start})
			} else {
				set(agent{side: us, start: t.start})
			}
			continue
		case t.text == "our" && i+1 < len(toks) && !theirsSpeak && (q.words(toks[i+1]).Actor || toks[i+1].text == "team"):
			set(agent{side: us, start: t.start})
			i++
			continue
		case t.text == "he" || t.text == "she":
			if q.last != nil && cur.person == nil {
				m := *q.last
				m.start, m.end, m.tok, m.last, m.byName = t.start, t.end, -1, -1, false
				set(agent{side: them, person: &m, start: t.start})
			} else if cur.person == nil {
				set(agent{side: them, body: true, start: t.start})
			}
			continue
		case t.text == "they" || t.text == "customer" || t.text == "client":
			if !(cur.side == them && cur.person != nil && t.text == "they" && saying) {
				set(agent{side: them, body: true, start: t.start})
			}
			continue
		case recordWords[t.text] && (i+1 >= len(toks) || !q.verbish(toks[i+1]) || true) && first && cur.side == nobody && i > 0 && (toks[i-1].text == "their" || toks[i-1].text == "the"):
			set(agent{side: them, body: true, record: true, start: t.start})
			continue
		}
		w := q.words(t)
		class := q.verbClass(s, toks, i, w)
		if class == "" {
			if w.Actor && !w.Thing && !(i > 0 && isPreposition(toks[i-1].text) && toks[i-1].text != "by") && !(w.Act && first && cur.side != nobody) {
				if ownsIt(toks, i) && !theirsSpeak { // "our engineer"
					set(agent{side: us, start: t.start})
				} else if cur.side != us || !first {
					if first || i > 0 && (toks[i-1].text == "and" || toks[i-1].text == "that" || toks[i-1].mark || isDeterminer(toks[i-1].text)) {
						if !(cur.person != nil && saying) && !(cur.person != nil && first) && !afterVerbObject(toks, i, first) {
							set(agent{side: them, body: true, start: t.start})
						}
					}
				}
				if i > 0 && (toks[i-1].text == "by" || i > 1 && toks[i-2].text == "by") && s.doer.at >= 0 && s.doer.person == nil {
					s.acted, s.doer.body = true, true
				}
			} else if (w.Act || w.Weak) && i == 0 && q.startsOurs(t) { // "Met Ana and Helen."
				set(agent{side: us, start: t.start})
			}
			continue
		}
		if i == 0 && cur.side == nobody && q.lx.startStem[t.stem] && !theirsSpeak {
			if q.lx.perceiveStem[t.stem] {
				first = false
				s.us = true
				continue
			}
			set(agent{side: us, start: t.start})
		}
		if first && cur.side == us && q.lx.perceiveStem[t.stem] {
			first, s.us = false, true
			set(agent{})
			continue
		}
		passive := i > 0 && w.Past && (passiveAux[toks[i-1].text] || i > 1 && passiveAux[toks[i-2].text] && strings.HasSuffix(toks[i-1].text, "ly"))
		doer := cur
		if passive && class == "act" {
			if cur.side == us && q.lx.sayStem[t.stem] { // "we were told"
				first, s.us = false, true
				set(agent{})
				continue
			}
			doer = agent{side: them, body: true, start: t.start}
			if s.doer.person != nil || s.spoke {
				first = false
				continue
			}
		}
		first = false
		if doer.side == us {
			s.us = true
			continue
		}
		if doer.side == nobody {
			continue
		}
		if saying && class != "say" && s.doer.person != nil && doer.person != nil && doer.person.start == s.doer.person.start {
			// "Ana said she stopped it" is what she said
			continue
		}
		q.did(s, doer, class, i)
		if class == "say" && doer.person != nil {
			saying = true
		}
	}
	q.settle(s)
	if s.us && !s.acted && !s.spoke && !s.doer.thinks && s.doer.at < 0 {
		s.ours = !q.perceived(s)
	}
	if !s.us && len(toks) > 0 && s.doer.at < 0 && cur.side == us && !theirsSpeak && !q.perceived(s) {
		s.ours = true
	}
	if len(toks) > 1 && toks[0].text == "next" && strings.HasPrefix(toks[1].text, "step") {
		s.ours = true
	}
	if len(toks) > 0 && !theirsSpeak && !toks[0].mark && s.doer.at < 0 && q.lx.startStem[toks[0].stem] && !q.perceived(s) {
		s.ours = true
	}
}

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
		if q.lx.perceiveStem[t.stem] {
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

func ownsIt(toks []token, i int) bool {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if toks[j].text == "our" || toks[j].text == "my" {
			return true
		}
		if toks[j].mark || isDeterminer(toks[j].text) {
			return false
		}
	}
	return false
}

func afterVerbObject(toks []token, i int, first bool) bool {
	return !first && i > 0 && isDeterminer(toks[i-1].text) && i > 1 && !toks[i-2].mark && toks[i-2].text != "and" && toks[i-2].text != "that" && toks[i-2].text != "but" && toks[i-2].text != "because" && toks[i-2].text != "while"
}

var prepositions = wordSet("of to for with from in on at by into onto over under against before after between about through without within per via during until upon as towards toward among across behind than")
var determiners = wordSet("the a an each every all both its their his her our my this that these those any some no another")

func isPreposition(w string) bool { return prepositions[w] }
func isDeterminer(w string) bool  { return determiners[w] }

// words looks a word up in the lists of statements.
func (q *reading) words(t token) (w wordKind) {
	got := q.Reader.words.Word(t.text)
	w = wordKind{Actor: got.Actor, Thing: got.Thing, Act: got.Act, Weak: got.Weak, Past: got.Past}
	if (t.text == "it" || t.text == "us" || t.text == "hr") && !t.upper {
		w.Actor = false
	}
	return w
}

type wordKind struct{ Actor, Thing, Act, Weak, Past bool }

// verbClass says what kind of doing a word is, "" where it is none.
func (q *reading) verbClass(s *said, toks []token, i int, w wordKind) string {
	t := toks[i]
	if i > 0 && (isDeterminer(toks[i-1].text) || isPreposition(toks[i-1].text) && toks[i-1].text != "to") && !w.Past {
		return ""
	}
	if i > 0 && (toks[i-1].text == "the" || toks[i-1].text == "a" || toks[i-1].text == "an") && w.Past { // "the named owner"
		return ""
	}
	if i > 0 && toks[i-1].text == "to" {
		return ""
	}
	finite := w.Past || strings.HasSuffix(t.text, "s") && t.stem != t.text || i > 0 && (isPluralish(toks[i-1].text) || auxiliary[toks[i-1].text] || i > 1 && auxiliary[toks[i-2].text])
	switch {
	case q.lx.sayStem[t.stem] && (finite || !w.Thing):
		return "say"
	case q.lx.thinkStem[t.stem] && !w.Thing:
		return "think"
	case w.Act && finite && !(w.Actor && !w.Past) && !(w.Thing && !w.Past && !(i > 0 && auxiliary[toks[i-1].text])):
		return "act"
	case q.lx.actStem[t.stem] && finite:
		return "act"
	case w.Past && i > 0 && !w.Weak && len(t.text) > 4:
		return "act"
	}
	return ""
}

var auxiliary = wordSet("has have had will would can could may might must should do does did is are was were be been to not also already now just finally then")

func isPluralish(w string) bool {
	return w == "they" || w == "we" || w == "i" || w == "who" || w == "and" || w == "you" || strings.HasSuffix(w, "s") && len(w) > 3
}

// did notes a doing of the customer's.
func (q *reading) did(s *said, a agent, class string, i int) {
	at, words := a.start, ""
	if i >= 0 && i < len(s.toks) {
		at, words = s.toks[i].start, q.text[s.toks[i].start:s.toks[i].end]
	}
	take := func() {
		s.doer.person, s.doer.body, s.doer.record = a.person, a.body && a.person == nil, a.record
		s.doer.words, s.doer.at = words, at
	}
	switch class {
	case "say":
		if !s.spoke || s.doer.person == nil && a.person != nil {
			take()
		}
		s.spoke = true
	case "think":
		if !s.acted && !s.spoke {
			take()
			s.doer.thinks = true
		}
	case "act":
		if !s.acted && !s.spoke {
			take()
			s.doer.thinks = false
		}
		s.acted = true
	}
}

// settle brings what was found into one answer.
func (q *reading) settle(s *said) {
	if !s.spoke {
		s.doer.several = s.doer.several && s.acted && false
	}
}

// startsOurs reports whether a sentence that begins with this word tells of us.
func (q *reading) startsOurs(t token) bool { return q.lx.startStem[t.stem] }

// whoHan finds the doers in Chinese: by clause, the first somebody in it.
func (q *reading) whoHan(s *said) {
	theirsSpeak := (q.note.From == Message || q.note.From == Document) && !s.sentence.ours
	var cur agent
	anyThem, anyUs := false, false
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
			if class == "" || h.start < cur.start {
				continue
			}
			if class == "act" && s.spoke && s.doer.person != nil && cur.person != nil { // what she said
				continue
			}
			did = true
			before := s.doer.at
			q.did(s, cur, class, -1)
			if s.doer.at != before || s.doer.words == "" {
				s.doer.at, s.doer.words = h.start, q.text[h.start:h.end]
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
	s.us = s.us || anyUs
	s.ours = anyUs && !anyThem && !s.acted && !s.spoke && !s.has("cue/perceive")
	if !anyThem && !theirsSpeak && hasAnyPrefix(s.raw, "下一步", "待办", "跟进", "记得", "需要我") {
		s.ours = true
	}
	if !anyThem && !anyUs && (s.has("cue/act") || s.has("cue/write")) { // nobody is named by whom, yet it was done
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
		if h.start < from || h.end > to || h.start >= best.start {
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
