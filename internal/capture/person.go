package capture

import (
	"strings"

	"github.com/throughline/throughline"
)

// person is whom a proposal is about.
func (q *reading) person(s *said) *mention {
	if s.doer.person != nil && !s.doer.person.ours() {
		return s.doer.person
	}
	if s.doer.body { // a department or "they" did it: nobody in particular
		if !s.us {
			for i := range s.people {
				if m := &s.people[i]; !m.ours() && !m.ofThing && q.fromThem(s, m) {
					return m
				}
			}
		}
		if s.doer.at >= 0 && s.doer.words != "" && s.author == nil {
			return nil
		}
	}
	var only *mention
	for i := range s.people {
		m := &s.people[i]
		if m.ours() || m.ofThing {
			continue
		}
		if q.fromThem(s, m) {
			return m
		}
		if only == nil {
			only = m
		}
	}
	if only != nil {
		return only
	}
	if s.author != nil && !s.author.Ours {
		return &mention{who: s.author, start: s.start, end: s.start, tok: -1, last: -1}
	}
	return nil
}

// fromThem reports whether something came from a person: "from Tom", "by Ana".
func (q *reading) fromThem(s *said, m *mention) bool {
	if m.tok > 0 {
		switch s.toks[m.tok-1].Text {
		case "from", "by", "per":
			return true
		}
		return false
	}
	return m.tok < 0 && hasAnySuffix(q.text[s.start:m.start], "从", "由", "收到", "据")
}

func hasAnySuffix(s string, list ...string) bool {
	for _, x := range list {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

// roleOf guesses the role that a new one's title or function stands for, where
// it stands for one.
func roleOf(title string) throughline.Role {
	switch low := strings.ToLower(title); {
	case hasAny(low, "procurement", "purchasing", "buyer", "sourcing", "采购"):
		return throughline.BuyerOfRecord
	case hasAny(low, "security", "privacy", "compliance", "legal", "counsel", "quality", "audit", "data protection", "法务", "安全", "合规", "质量", "审计"):
		return throughline.Checker
	case hasAny(low, "cfo", "financial officer", "finance director", "head of finance", "财务总监"):
		return throughline.BudgetDecider
	}
	return ""
}
