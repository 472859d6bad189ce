package capture

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// state says how far a step has come by a sentence.
func (q *reading) state(s *said, p *Proposal) throughline.StepState {
	done, begun := s.has("state/done"), s.has("state/begun")
	switch {
	case s.doer.ahead || hasHan(s.raw) && s.has("cue/future"),
		s.negated != "" || s.doubt != "" || s.has("cue/negate") && !hasAny(strings.ToLower(s.raw), "no open", "no finding", "no remark", "no issue",
			"no objection", "no comment", "without ", "没有问题", "没问题", "没有意见", "没意见"),
		p.Grade == throughline.E1 && s.has("cue/hope"):
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
	g, why := q.gradeAs(s, person)
	if q.from(s) == Call && g > throughline.E2 {
		return throughline.E2, why // whatever was done, here it was said
	}
	return g, why
}

func (q *reading) gradeAs(s *said, person *mention) (throughline.Grade, string) {
	words := func(g string) string { h := s.cue[g]; return q.text[h.start:h.end] }
	switch {
	case s.has("cue/not_evidence"):
		return throughline.E1, words("cue/not_evidence")
	case s.has("cue/hope") && (!s.acted || !s.has("cue/record", "cue/write") && q.lx.hopeLeads(s)):
		return throughline.E1, words("cue/hope")
	}
	ahead := s.doer.ahead || hasHan(s.raw) && s.has("cue/future")
	record := s.has("cue/record") && !q.onlyAim(s)
	switch {
	case s.spoke && s.doer.several:
		return throughline.E4, q.text[s.doer.person.start:s.doer.person.end]
	case q.from(s) == Document && s.has("cue/record"):
		return throughline.E4, words("cue/record")
	case s.spoke && person != nil:
		return q.saidGrade(s, ahead)
	case s.spoke && s.doer.record, record && !s.doer.thinks && !s.has("cue/negate") && !ahead:
		return throughline.E4, words("cue/record")
	}
	return q.doneGrade(s, person, ahead)
}

// doneGrade grades what nobody was heard to say and no record shows: what they
// did, what they wrote, what they are to do.
func (q *reading) doneGrade(s *said, person *mention, ahead bool) (throughline.Grade, string) {
	paper := q.from(s) == Message || q.from(s) == Document
	switch {
	case s.acted && !ahead:
		return throughline.E3, s.doer.words
	case paper && s.author != nil:
		return throughline.E3, string(q.from(s))
	case s.acted && person != nil: // promised
		return throughline.E2, s.doer.words
	case q.from(s) == Document:
		return throughline.E3, string(q.from(s))
	case q.from(s) == Call && s.author != nil:
		return throughline.E2, s.author.Name
	}
	return throughline.E1, s.doer.words
}

// saidGrade is how far what a named person of theirs said can be trusted.
func (q *reading) saidGrade(s *said, ahead bool) (throughline.Grade, string) {
	words := func(g string) string { h := s.cue[g]; return q.text[h.start:h.end] }
	switch {
	case s.has("cue/public"):
		return throughline.E3, words("cue/public")
	case s.doer.act && !ahead:
		return throughline.E3, s.doer.words
	case s.has("cue/paper"):
		return throughline.E3, words("cue/paper")
	case q.from(s) == Message || q.from(s) == Document:
		return throughline.E3, string(q.from(s))
	}
	return throughline.E2, s.doer.words
}

// onlyAim reports whether a record is named only as what something leads to:
// "the steps from approval to purchase order".
func (q *reading) onlyAim(s *said) bool {
	h := s.cue["cue/record"]
	return h.tok > 0 &&
		(s.toks[h.tok-1].Text == "to" || s.toks[h.tok-1].Text == "until" || s.toks[h.tok-1].Text == "for" || s.toks[h.tok-1].Text == "before" ||
			s.toks[h.tok-1].Text == "a" && h.tok > 1 && (s.toks[h.tok-2].Text == "to" || s.toks[h.tok-2].Text == "for"))
}

// hopeLeads reports whether the word of hope stands before the act.
func (lx *lexicon) hopeLeads(s *said) bool { return s.cue["cue/hope"].start < s.doer.at }

// date takes the day of the act; a day ahead is when it is due.
func (q *reading) date(s *said, p *Proposal) {
	if !s.written.IsZero() && s.written.Sub(p.Happened) <= 0 {
		p.Happened = s.written
	}
	found := false
	for _, d := range s.days {
		if !d.due && !found && p.Event != deal.QuietAfterWarm { // silence is of today
			p.Happened, found = d.day, true
			p.because(PartDate, q.text[d.start:d.end])
		}
	}
	if d, ok := q.term(s, found, p.Happened); ok {
		p.Due = d.day
		p.because(PartDate, q.text[d.start:d.end])
	}
}

// term gives the day by which something is due: the first behind "by", else the
// last that is still to come. Where the words leave the year open, and one that
// fits what was said lies behind us, it is that one; where none fits, open is
// noted, and a person is asked.
func (q *reading) term(s *said, dated bool, said throughline.Day) (date, bool) {
	var last date
	ok := false
	for _, d := range s.days {
		if d.by && d.guessed && d.day.Sub(q.base(s)) > farAhead {
			if back := yearBefore(d.day); dated && back.Sub(said) >= 0 {
				d.day = back
				return d, true
			}
			s.openTerm = true
			return d, true
		}
		switch {
		case d.by && d.day.Sub(q.base(s)) >= 0:
			return d, true
		case d.due && d.day.Sub(q.base(s)) >= 0:
			last, ok = d, true
		}
	}
	return last, ok
}
