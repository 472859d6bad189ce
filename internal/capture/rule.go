package capture

import (
	"strings"

	"github.com/throughline/throughline/internal/language"
)

// put of a sentence: how its clauses, taken together, put what they say. What
// only describes, and who says it, is left out.
type manner struct {
	done, now, ahead, bare     bool // some clause is
	denied, affirmed           bool
	hedged, conditional, asked bool // every clause is
	pledged, decided           bool // some clause is
	ours                       bool // every doer that is known is one of us
	lossDenied                 bool // a turn of phrase for a loss is denied
	told                       bool // somebody of theirs says it
	doubts                          // the models do not read these
}

// mannerOf looks over the clauses of a sentence; somebody says whether a person
// is named in it.
func mannerOf(lx *lexicon, text string, clauses []language.Clause, hits []hit, somebody bool) *manner {
	m := &manner{hedged: true, conditional: true, asked: true}
	n, us, them := 0, 0, 0
	for i := range clauses {
		c := &clauses[i]
		switch sideOf(text, c) {
		case "us":
			us++
		case "them", "name", "other":
			them++
		}
		if c.Aside || sayLike(c) && len(clauses) > 1 {
			m.told = m.told || sayLike(c)
			continue
		}
		n++
		m.clause(c)
	}
	if n == 0 {
		m.hedged, m.conditional, m.asked = false, false, false
	}
	m.ours = us > 0 && them == 0 && !somebody
	m.lossDenied = lossDenied(lx, text, clauses, hits)
	m.doubts = doubtsOf(lx, text, clauses, hits)
	return m
}

// clause adds how one clause is put.
func (m *manner) clause(c *language.Clause) {
	m.done = m.done || c.Tense == language.Done
	m.now = m.now || c.Tense == language.Now
	m.ahead = m.ahead || c.Tense == language.Ahead
	m.bare = m.bare || c.Tense == language.Bare
	m.denied = m.denied || c.Denied()
	m.affirmed = m.affirmed || !c.Denied()
	m.hedged = m.hedged && c.Mood.Has(language.Hedge)
	m.conditional = m.conditional && c.Mood.Has(language.Condition)
	m.asked = m.asked && c.Asked
	m.pledged = m.pledged || c.Mood.Has(language.Pledge|language.Plan)
	m.decided = m.decided || c.Mood.Has(language.Decision)
}

// lossDenied reports whether a turn of phrase for a loss is denied.
func lossDenied(lx *lexicon, text string, clauses []language.Clause, hits []hit) bool {
	for _, h := range hits {
		if !strings.HasPrefix(lx.groups[h.group], "sign/loss_") {
			continue
		}
		for i := range clauses {
			if c := &clauses[i]; c.Has(h.start) && strings.HasSuffix(put(text, c, h), "!") {
				return true
			}
		}
	}
	return false
}

// names gives what holds, as what the models read.
func (m *manner) names() []string {
	var out []string
	for _, x := range []struct {
		name  string
		holds bool
	}{{"done", m.done}, {"now", m.now}, {"ahead", m.ahead}, {"bare", m.bare}, {"denied", m.denied}, {"affirmed", m.affirmed}, {"hedged", m.hedged},
		{"conditional", m.conditional},
		{"asked", m.asked}, {"pledged", m.pledged}, {"decided", m.decided}, {"ours", m.ours}, {"lossDenied", m.lossDenied}, {"told", m.told}} {
		if x.holds {
			out = append(out, x.name)
		}
	}
	return out
}

// rule says for which kind the way in which something is put counts, and how
// much: the belief in the kind is multiplied by it. Each has an example in each
// language, which a test reads.
type rule struct {
	name    string
	kind    Kind
	times   float64
	when    func(m *manner) bool
	english string
	chinese string
}

// rules are applied one after the other.
var rules = []rule{
	{
		"what is still to come is not won",
		Won,
		0.05,
		func(m *manner) bool { return m.ahead && !m.done },
		"She will sign the contract next week.",
		"她下周签合同。",
	},
	{"what is denied is not won", Won, 0.02, func(m *manner) bool { return m.denied && !m.affirmed }, "The contract has not been signed.", "合同没有签。"},
	{
		"what may be is not won",
		Won,
		0.1,
		func(m *manner) bool { return m.hedged || m.conditional || m.asked },
		"If the board agrees, the order is placed.",
		"如果董事会同意，就下订单。",
	},
	{
		"what may be is not lost",
		Loss,
		0.15,
		func(m *manner) bool { return (m.hedged || m.conditional) && !m.decided },
		"They may go with another vendor.",
		"他们可能选另一家。",
	},
	{
		"a loss that is denied is none",
		Loss,
		0.03,
		func(m *manner) bool { return m.lossDenied && !m.affirmed },
		"They did not go with the other vendor.",
		"他们没有选另一家。",
	},
	{"what is asked is no news", Loss, 0.2, func(m *manner) bool { return m.asked }, "Did they go with another vendor?", "他们选了另一家吗？"},
	{
		"what is still to come is no answer",
		Evidence,
		0.5,
		func(m *manner) bool { return m.ahead && !m.done && !m.now },
		"Tom will send the list by Friday.",
		"王磊周五前会把清单发给我们。",
	},
	{"what we do says nothing of them", "", 2, func(m *manner) bool { return m.ours && !m.told }, "We sent the proposal.", "我们发了方案。"},
	{
		"what we do is no answer of theirs",
		Evidence,
		0.5,
		func(m *manner) bool { return m.ours && !m.told },
		"We prepared the presentation.",
		"我们准备了汇报材料。",
	},
	{
		"what we do is no promise of theirs",
		Promise,
		0.3,
		func(m *manner) bool { return m.ours && !m.told },
		"We will send the quote on Monday.",
		"我们周一发报价。",
	},
	{"what we ask says nothing", "", 3, func(m *manner) bool { return m.asked && !m.told }, "Do they have a budget?", "他们有没有预算？"},
}
