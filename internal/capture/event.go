package capture

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

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
		return q.leaving(s, p, person)
	}
	// the order is that of how little else the words could mean
	for _, e := range []struct {
		group string
		event deal.Event
	}{
		{"solicitation_issued", deal.SolicitationIssued}, {"reorganisation", deal.Reorganisation}, {"comparison_reopened", deal.ComparisonReopened},
		{"more_references", deal.MoreReferences}, {"more_options", deal.MoreOptions}, {"procurement_entered", deal.ProcurementEntered},
		{"date_moved_by_customer", deal.DateMoved}, {"new_alternative", deal.NewAlternative}, {"scope_changed", deal.ScopeChanged},
		{"quiet_after_warm", deal.QuietAfterWarm},
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

// leaving reads who leaves; a sponsor's leaving is an event of its own.
func (q *reading) leaving(s *said, p *Proposal, person *mention) (string, bool) {
	h := s.cue["event/left"]
	gone := q.text[h.start:h.end]
	switch {
	case s.has("cue/future") || hasAny(s.raw, "明年", "年底", "月底") || strings.Contains(gone, "ing ") || strings.HasSuffix(gone, "ing") || s.doer.ahead ||
		!p.Due.IsZero():
		if p.Grade > throughline.E2 || !s.spoke {
			p.Grade = throughline.E1 // not done yet, and announced by nobody we know
		}
	case !s.spoke && !s.has("cue/hope"):
		p.Grade = throughline.E3
	}
	sponsor := strings.Contains(strings.ToLower(s.raw), "sponsor") || strings.Contains(s.raw, "发起人")
	if person != nil && person.who != nil {
		sponsor = sponsor || slices.Contains(person.who.Roles, throughline.SponsorRole)
	}
	if sponsor {
		p.Kind, p.Event = Event, deal.SponsorLeft
		return gone, true
	}
	if person == nil { // "Ana was promoted": it was done to her
		i := slices.IndexFunc(s.people, func(m mention) bool { return !m.ours() && !m.owner })
		if i < 0 {
			return "", false
		}
		q.named(p, &s.people[i])
		p.Title, p.Function = "", ""
	}
	p.Kind = Left
	return gone, true
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
		if hasAny(low, "in scope", "out of scope") &&
			!hasAny(low, "chang", "any more", "anymore", "now in", "now out", "no longer", "after all", "new") {
			return false // where the line runs, not that it was moved
		}
		return s.has("event/scope_changed") &&
			hasAny(low, "now", "chang", "grow", "grew", "smaller", "larger", "also", "add", "drop", "exten", "only", "more sites", "cut", "reduc",
				"变", "扩大", "缩小", "增加", "也", "还想", "改")
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
	return hasAny(
		low,
		"decision",
		"date",
		"go-live",
		"start",
		"signing",
		"signature",
		"month",
		"week",
		"quarter",
		"q1",
		"q2",
		"q3",
		"q4",
		"january",
		"february",
		"march",
		"april",
		"june",
		"july",
		"august",
		"september",
		"october",
		"november",
		"december",
		"year",
		"kick-off",
		"kickoff",
		"project",
		"rollout",
		"deadline",
		"board meeting",
		"spring",
		"summer",
		"autumn",
		"purchase",
		"until",
		"vote",
		"order",
		"决策",
		"决定",
		"日期",
		"月",
		"年",
		"季度",
		"上线",
		"签约",
		"项目",
		"时间",
		"启动",
		"评审",
		"招标",
	)
}

// joins reports whether somebody came into the deal rather than a call.
func (q *reading) joins(s *said, person *mention) bool {
	if s.has("cue/logistics") {
		return false
	}
	low := strings.ToLower(s.raw)
	if hasAny(low, "join") {
		return hasAny(low, "team", "project", "committee", "group", "panel", "board", "evaluation", "compan", " as ", "from", "buying") &&
			!hasAny(low, "call", "meeting", "webinar", "session")
	}
	if h := s.cue["event/joined"]; h.tok >= 0 && strings.Contains(strings.ToLower(q.text[h.start:h.end]), "start") {
		return person.title != "" || s.has("cue/new_person") && (person.who == nil || hasAny(low, " as "))
	}
	return person.who == nil || s.has("cue/new_person") && s.cue["event/joined"].start >= 0
}
