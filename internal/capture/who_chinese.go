package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// hanWalk goes over the clauses of a Chinese sentence: the first somebody in
// each is who does what stands there.
type hanWalk struct {
	*reading
	s              *said
	theirsSpeak    bool
	cur            agent
	anyThem, anyUs bool
}

func (q *reading) whoHan(s *said) {
	w := &hanWalk{reading: q, s: s, theirsSpeak: q.theirsSpeak(s)}
	w.speaker()
	for at := s.start; at < s.end; {
		end := at
		for end < s.end {
			r, size := utf8.DecodeRuneInString(q.text[end:s.end])
			if strings.ContainsRune("，,。；;：:", r) {
				break
			}
			end += size
		}
		w.clause(at, end)
		_, size := utf8.DecodeRuneInString(q.text[end:s.end])
		at = end + max(size, 1)
	}
	s.doer.several = s.doer.several && s.spoke
	w.denials()
	w.close()
}

// speaker reads who stands before a colon: "陈静：…".
func (w *hanWalk) speaker() {
	for i := range w.s.people {
		m := &w.s.people[i]
		if m.start == w.s.start && !m.ours() && hasAnyPrefix(strings.TrimLeft(w.text[m.end:w.s.end], " "), "：", ":") {
			w.did(w.s, agent{side: them, person: m, start: m.start}, "say", -1, false)
			w.s.doer.at, w.s.doer.words = m.start, w.text[m.start:m.end]
		}
	}
}

// clause reads one clause.
func (w *hanWalk) clause(at, end int) {
	if a := w.agentHan(w.s, at, end, w.theirsSpeak); a.side != nobody {
		w.cur = a
	}
	if w.cur.side == us && w.groupIn(at, end, "cue/perceive") {
		w.s.us = true
		w.cur = agent{}
		if b := w.agentHanTheirs(w.s, at, end); b.side == them {
			w.cur = b
		}
	}
	w.ofThings(at, end)
	did := w.doings(at, end)
	if w.cur.side == them && !did && !w.s.spoke {
		did = w.finished(at, end)
	}
	w.anyThem = w.anyThem || w.cur.side == them || did
	w.anyUs = w.anyUs || w.cur.side == us
}

// ofThings marks who is named behind somebody else and only made a thing:
// "他们会发送由李伟确认的清单".
func (w *hanWalk) ofThings(at, end int) {
	for i := range w.s.people {
		m := &w.s.people[i]
		if w.cur.side == nobody || m.start <= w.cur.start || m.start < at || m.end > end {
			continue
		}
		made, _, ok := strings.Cut(w.text[m.end:end], "的")
		if n := utf8.RuneCountInString(made); ok && n > 0 && n <= longestMade {
			m.ofThing = true
		}
	}
}

// longestMade is how many characters say what somebody did with a thing: 已经确认过.
const longestMade = 6

func (w *hanWalk) groupIn(at, end int, group string) bool {
	return slices.ContainsFunc(w.s.hits, func(h hit) bool {
		return h.start >= at && h.end <= end && w.lx.groups[h.group] == group
	})
}

var hanClasses = map[string]string{"cue/say": "say", "cue/write": "act", "cue/act": "act", "cue/think": "think"}

// doings notes what is said, done and thought in a clause.
func (w *hanWalk) doings(at, end int) bool {
	did := false
	for _, h := range w.s.hits {
		class := hanClasses[w.lx.groups[h.group]]
		if class == "" || h.start < at || h.end > end || w.cur.side != them || h.start < w.cur.start || w.inName(w.s, h) || w.nounHere(h) {
			continue
		}
		if class == "act" && w.s.spoke && w.s.doer.person != nil && w.cur.person != nil { // what she said
			continue
		}
		did = true
		before := w.s.doer.at
		w.did(w.s, w.cur, class, -1, false)
		if w.s.doer.at != before || w.s.doer.words == "" {
			w.s.doer.at, w.s.doer.words = h.start, w.text[h.start:h.end]
		}
	}
	return did
}

// nounHere reports whether a verb is only part of a noun: "决定权".
func (w *hanWalk) nounHere(h hit) bool {
	return slices.ContainsFunc(w.s.hits, func(o hit) bool {
		return w.lx.groups[o.group] == "cue/noun" && o.start <= h.start && h.end <= o.end
	})
}

// finished reads a clause without a verb of the lists: what is finished (了),
// and what is done to something (把), was done.
func (w *hanWalk) finished(at, end int) bool {
	clause := w.text[at:end]
	done := w.cur.start >= at && strings.Contains(w.text[max(at, min(w.cur.start, end)):end], "了")
	if !done && !strings.Contains(clause, "把") || hasAny(clause, "是", "很", "想", "会", "可能", "担心", "怕", "不", "没", "好像", "似乎") || w.s.has("cue/hope") {
		return false
	}
	w.did(w.s, w.cur, "act", -1, false)
	if w.s.doer.words == "" {
		mark := max(strings.Index(clause, "了"), strings.Index(clause, "把"))
		w.s.doer.at, w.s.doer.words = at+mark, clause[mark:mark+len("了")]
	}
	return true
}

// denials finds what denies or doubts what was done.
func (w *hanWalk) denials() {
	s := w.s
	for _, no := range []string{"还没", "没有", "尚未", "未", "没"} {
		if strings.Contains(s.raw, no) && !hasAny(s.raw, "没问题", "没有问题", "因为没", "从未见") {
			s.negated = no
			break
		}
	}
	for _, h := range s.hits {
		if g := w.lx.groups[h.group]; (g == "cue/act" || g == "cue/write") && strings.HasSuffix(w.text[s.start:h.start], "不") {
			s.negated = "不"
		}
	}
	for _, doubt := range []string{"如果", "要是", "假如", "万一"} {
		if strings.HasPrefix(s.raw, doubt) {
			s.doubt = doubt
		}
	}
}

// close decides whether the sentence is ours, and takes what was done by
// nobody who is named for done by somebody of theirs.
func (w *hanWalk) close() {
	s := w.s
	s.us = s.us || w.anyUs
	s.ours = w.anyUs && !w.anyThem && !s.acted && !s.spoke && !s.has("cue/perceive")
	if !w.anyThem && !w.theirsSpeak &&
		(hasAnyPrefix(s.raw, "下一步", "待办", "跟进", "记得", "需要我") || !s.acted && !s.spoke && hasAnyPrefix(s.raw, "和", "跟", "与", "找", "给") && s.doer.at < 0) {
		s.ours = true
	}
	if w.anyThem || w.anyUs || s.doer.at >= 0 || !s.has("cue/act", "cue/write") || s.has("cue/noun", "cue/negate") {
		return
	}
	s.acted = true
	h, ok := s.cue["cue/act"]
	if !ok {
		h = s.cue["cue/write"]
	}
	s.doer.body, s.doer.at, s.doer.words = true, h.start, w.text[h.start:h.end]
}

// agentHan is the first somebody in a clause.
func (q *reading) agentHan(s *said, from, to int, theirsSpeak bool) agent {
	best := q.personHan(s, from, to)
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
			best = agent{side: us, start: h.start}
			if theirsSpeak {
				best = agent{side: them, person: authorOf(s), body: true, start: h.start}
			}
		}
	}
	if best.side != nobody {
		return best
	}
	best.start = from
	if r := strings.TrimSpace(q.text[from:to]); hasAnyPrefix(r, "他", "她") && !strings.HasPrefix(r, "他们") && q.last != nil {
		m := *q.last
		m.start, m.end, m.tok, m.last, m.byName = from, from, -1, -1, false
		best = agent{side: them, person: &m, start: from}
	}
	return best
}

// personHan is the first person of a clause who can do something in it; one
// more who stands beside them says the same.
func (q *reading) personHan(s *said, from, to int) agent {
	for i := range s.people {
		m := &s.people[i]
		if m.start < from || m.start >= to || hasAnySuffix(q.text[from:m.start], "给", "向", "对", "跟", "让", "请", "为") {
			continue
		}
		best := agent{side: them, person: m, start: m.start}
		if m.ours() {
			best.side = us
			return best
		}
		for j := i + 1; j < len(s.people); j++ {
			o := &s.people[j]
			between := strings.TrimSpace(q.text[m.end:max(m.end, min(o.start, to))])
			if o.start < to && (between == "和" || between == "与" || between == "、" || between == "跟") && !o.ours() {
				if f, g := functionOf(m), functionOf(o); f != "" && g != "" && f != g {
					s.doer.several = true
				}
			}
		}
		return best
	}
	return agent{start: to}
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
