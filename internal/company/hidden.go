package company

import (
	"math"
	"math/rand/v2"

	"github.com/throughline/throughline"
)

// purchase is how a customer comes to buy, known when the deal opens.
type purchase string

const (
	firstTime purchase = "first"       // they have had nothing of the kind
	replacing purchase = "replacement" // they have something and must change
	ordering  purchase = "order"       // more, or again, of what is known
	byCard    purchase = "card"        // one person, one team
)

// mind is the hidden state of a customer in one deal. What the ledger shows
// are its traces.
type mind struct {
	purchase   purchase
	class      throughline.Class
	road       []throughline.Phase // the questions this class has to answer before it orders
	at         int                 // index into road of the question they are at; len(road) when all are answered
	consensus  float64
	confidence float64
	funded     bool
	rival      bool
	leader     bool // somebody builds agreement inside
	busy       int  // weeks for which something else has come first
}

// frontier is the question they are at, NoPhase when all are answered.
func (m *mind) frontier() throughline.Phase {
	if m.at >= len(m.road) {
		return throughline.NoPhase
	}
	return m.road[m.at]
}

// gap is how many of the questions lie between what our stage serves and
// where they are; negative when we are behind.
func (m *mind) gap(ours throughline.Phase) int {
	n := 0
	for _, p := range m.road {
		if p < ours {
			n++
		}
	}
	return n - m.at
}

// pace is the chance that they answer the question at hand within a week,
// when they agree and are sure as most are.
var pace = [throughline.PhaseCount + 1]float64{
	throughline.Notice: 0.46, throughline.Own: 0.32, throughline.Align: 0.27, throughline.Explore: 0.42,
	throughline.Rules: 0.30, throughline.Choose: 0.32, throughline.Commit: 0.28,
}

// answers is the chance that this week answers the question they are at.
// Running ahead of them slows them; so does having other things to do.
func (m *mind) answers(gap int) float64 {
	p := m.frontier()
	h := pace[p]
	switch p {
	case throughline.Own, throughline.Align, throughline.Rules:
		h *= 0.5 + m.consensus
	case throughline.Commit:
		h *= 0.3 + m.confidence
	}
	if gap >= 2 {
		h *= 0.7
	}
	if m.busy > 0 {
		h *= 0.4
	}
	switch m.purchase {
	case ordering, byCard:
		h = math.Min(0.9, 2.1*h)
	}
	return h
}

// hazards gives the chance of each end within this week, other than won. They
// compete: which one strikes, if any, is one draw.
func (m *mind) hazards(gap int, follows bool) []Hazard {
	f, ahead := m.frontier(), float64(max(gap, 0))
	if f == throughline.NoPhase { // decided: only the paper is missing
		return []Hazard{
			{throughline.NoDecision, throughline.Overtaken, 0.006},
			{throughline.LostCompetitor, "", 0.003},
			{throughline.NoDecision, throughline.Unfunded, when(!m.funded, 0.02)},
		}
	}
	practised := when(m.purchase == ordering || m.purchase == byCard, 0.5)
	between := func(a, b throughline.Phase) bool { return f >= a && f <= b }
	h := []Hazard{
		{throughline.NoDecision, throughline.StatusQuo, (when(f <= throughline.Own, 0.009) + when(f == throughline.Align, 0.004)) * (1 + 0.45*ahead)},
		{
			throughline.NoDecision,
			throughline.Disagreement,
			when(between(throughline.Align, throughline.Rules), 0.028) * math.Pow(1-m.consensus, 1.5) * (1 + 0.35*ahead),
		},
		{throughline.NoDecision, throughline.Indecision, when(f == throughline.Commit, 0.19) * (1 - m.confidence) * (1 + 0.2*ahead)},
		{throughline.NoDecision, throughline.Overtaken, 0.003 + when(m.busy > 0, 0.018)},
		{throughline.NoDecision, throughline.Unfunded, when(!m.funded && f >= throughline.Align, 0.045)},
		{
			throughline.LostCompetitor,
			"",
			when(m.rival, when(f == throughline.Choose, 0.130)+when(f == throughline.Commit, 0.050)+when(f == throughline.Rules, 0.030)),
		},
		{throughline.LostInhouse, "", when(between(throughline.Explore, throughline.Choose), 0.007)},
		{throughline.DecidedNoChange, "", when(between(throughline.Align, throughline.Commit), 0.003) * (1 + when(gap <= 0, 0.8))},
		{throughline.DisqualifiedByUs, "", when(f <= throughline.Explore, 0.004) + when(!m.funded && follows && f <= throughline.Rules, 0.03)},
		{throughline.Postponed, "", when(f >= throughline.Own, 0.0035)},
	}
	for i := range h {
		h[i].Weekly *= 1 - practised
	}
	return h
}

// strikes draws which end comes this week, if any.
func strikes(r *rand.Rand, hs []Hazard) (Hazard, bool) {
	u := r.Float64()
	for _, h := range hs {
		if u < h.Weekly {
			return h, true
		}
		u -= h.Weekly
	}
	return Hazard{}, false
}

func when(yes bool, v float64) float64 {
	if yes {
		return v
	}
	return 0
}

func above(hs []Hazard) []Hazard {
	var out []Hazard
	for _, h := range hs {
		if h.Weekly > 0 {
			out = append(out, h)
		}
	}
	return out
}

// newMind draws a customer.
func (w *world) newMind(r *rand.Rand, s *sector) *mind {
	m := &mind{funded: r.Float64() < 0.9, rival: r.Float64() < 0.5, leader: r.Float64() < 0.6,
		consensus: 0.25 + 0.65*r.Float64(), confidence: 0.2 + 0.75*math.Sqrt(r.Float64())}
	u := r.Float64()
	switch {
	case s == &small && u < 0.75:
		m.purchase, m.class, m.rival = byCard, throughline.TransactionalInformal, r.Float64() < 0.3
	case s == &small || u < 0.17:
		m.purchase, m.class, m.consensus = ordering, throughline.Transactional, 0.9
	case u < 0.42:
		m.purchase, m.class, m.rival = replacing, throughline.Complex, r.Float64() < 0.8
	case u < 0.66:
		m.purchase, m.class = firstTime, throughline.Complex
	default:
		m.purchase, m.class = firstTime, throughline.ComplexNoProcess
		m.consensus *= 0.85
	}
	if m.practised() {
		m.confidence, m.leader = 0.8+0.15*r.Float64(), false
	}
	for _, p := range w.book.Consequence(m.class).Shown {
		if p <= throughline.Commit {
			m.road = append(m.road, p)
		}
	}
	return m
}

func (m *mind) practised() bool { return m.purchase == ordering || m.purchase == byCard }

// factors gives scores that lead to the class by the rule of DOMAIN 4.3; the
// amount is not among them.
func (m *mind) factors(r *rand.Rand) map[string]int {
	base := map[throughline.Class][2][15]int{
		// repetition … reversibility, then steps_seen … dated_consequence
		throughline.Transactional: {
			{0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2},
			{0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 2, 2, 2, 1}},
		throughline.TransactionalInformal: {
			{1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 1, 0},
			{2, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 2, 0}},
		throughline.Complex: {
			{1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1},
			{1, 1, 1, 2, 2, 1, 2, 0, 1, 2, 2, 2, 1, 2, 2}},
		throughline.ComplexNoProcess: {
			{2, 2, 1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 0, 1, 1},
			{2, 1, 2, 2, 2, 1, 2, 2, 1, 1, 0, 1, 1, 0, 0}},
	}[m.class]
	out := map[string]int{}
	for i, v := range base[r.IntN(2)] {
		out[factorNames[i]] = v
	}
	return out
}

// factorNames are the factors of DOMAIN 4.2 in their order.
var factorNames = [15]string{"repetition", "buyer_knowledge", "risk_understood", "veto_holders", "functions_affected", "options_comparable",
	"work_change", "problem_agreement", "reversibility", "steps_seen", "used_before", "owner_named", "rule_and_decider", "funding_route", "dated_consequence"}
