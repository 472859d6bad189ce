package deal

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/throughline/throughline"
)

// StrategyVersion is one version of the deal strategy (DOMAIN appendix A),
// with what became of its bet.
type StrategyVersion struct {
	Strategy
	Number int // 1 for the first
	Fact   Fact
	Bet    BetState
	Result *ResolvedBet // the last thing said of its bet; nil where nothing was
	Says   Fact         // the fact that said so
}

// BetState is where a bet stands on a day.
type BetState string

// The states of a bet.
const (
	NoBet      BetState = "none"     // no bet, or no date
	BetRunning BetState = "running"  // its date is still to come
	BetIsDue   BetState = "due"      // the one question has to be asked
	BetSettled BetState = "settled"  // happened, or did not
	BetDropped BetState = "replaced" // another version took its place before anybody said
)

// Strategies gives the versions of the strategy, oldest first, and what became
// of their bets as of today.
func (d Deal) Strategies(today throughline.Day) []StrategyVersion {
	var out []StrategyVersion
	for _, f := range d.OfKind(KindStrategy, KindBetResolved) {
		switch b := f.Body.(type) {
		case Strategy:
			out = append(out, StrategyVersion{Strategy: b, Number: len(out) + 1, Fact: f})
		case BetResolved:
			if i := slices.IndexFunc(out, func(v StrategyVersion) bool { return v.Fact.ID == b.Strategy }); i >= 0 {
				out[i].Result, out[i].Says = &ResolvedBet{b.Strategy, b.Result, b.Until, saidBy(f)}, f
			}
		}
	}
	for i := range out {
		out[i].Bet = out[i].state(today, i == len(out)-1)
	}
	return out
}

func (v StrategyVersion) state(today throughline.Day, last bool) BetState {
	by, err := throughline.ParseDay(v.By)
	if v.Result != nil && v.Result.Result == BetTooEarly && !v.Result.Until.IsZero() {
		by, err = v.Result.Until, nil
	}
	switch {
	case v.Result != nil && v.Result.Result != BetTooEarly:
		return BetSettled
	case v.Strategy.Bet == "" || err != nil || by.IsZero():
		return NoBet
	case !last:
		return BetDropped
	case by.Sub(today) > 0:
		return BetRunning
	}
	return BetIsDue
}

// BetDue gives the day on which the bet of the latest strategy was, or is, to
// be asked about; ok is false where there is none left to ask about.
func (s *Summary) BetDue() (by throughline.Day, ok bool) {
	if !s.Bet.Set() || s.Bet.Value.By.IsZero() {
		return throughline.Day{}, false
	}
	by = s.Bet.Value.By
	for _, r := range s.Bets {
		switch {
		case r.Strategy != s.Bet.Value.Strategy:
		case r.Result != BetTooEarly:
			return throughline.Day{}, false
		case !r.Until.IsZero():
			by = r.Until
		}
	}
	return by, true
}

// FailedBets counts the bets, up to the last, that did not come off in a row;
// those that were too early to tell are passed over. A strategy written since
// the last of them begins a new count only when its own bet comes off.
func (s *Summary) FailedBets() int {
	n := 0
	for _, r := range slices.Backward(s.Bets) {
		switch r.Result {
		case BetDidNot:
			n++
		case BetHappened:
			return n
		}
	}
	return n
}

// FailedLast is when the last bet did not come off; zero where none failed.
func (s *Summary) FailedLast() time.Time {
	for _, r := range slices.Backward(s.Bets) {
		if r.Result == BetDidNot {
			return r.At
		}
	}
	return time.Time{}
}

// Waiting reports whether the last question left for the deal is not answered.
func (s *Summary) Waiting() bool {
	return s.Asked.Set() && s.Asked.Value != s.Answered.Value && !s.Answered.At.After(s.Asked.At)
}

// Change is one field of a strategy that differs between two versions. Was or
// Is is empty where it was added or taken out.
type Change struct {
	Field   string // "aim", "bet", "by", "against", "stops", "moves", "stop_if"
	Was, Is string
}

// Difference tells what changed from one version to the next, in the order of
// the page. Lists are compared item by item.
func Difference(was, is Strategy) []Change {
	var out []Change
	one := func(field, a, b string) {
		if a != b {
			out = append(out, Change{field, a, b})
		}
	}
	many := func(field string, a, b []string) {
		for _, s := range a {
			if !slices.Contains(b, s) {
				out = append(out, Change{Field: field, Was: s})
			}
		}
		for _, s := range b {
			if !slices.Contains(a, s) {
				out = append(out, Change{Field: field, Is: s})
			}
		}
	}
	one("aim", was.Aim, is.Aim)
	one("bet", was.Bet, is.Bet)
	one("by", was.By, is.By)
	one("against", was.Against, is.Against)
	many("stops", stopWords(was.Stops), stopWords(is.Stops))
	many("moves", moveWords(was.Moves), moveWords(is.Moves))
	one("stop_if", was.StopIf, is.StopIf)
	return out
}

func stopWords(list []Stop) []string {
	var out []string
	for _, s := range list {
		out = append(out, joined(s.What, s.Owner, s.Sign))
	}
	return out
}

func moveWords(list []Move) []string {
	var out []string
	for _, m := range list {
		who := ""
		if !m.Person.IsZero() {
			who = "{person:" + m.Person.String() + "}"
		}
		out = append(out, joined(m.What, m.Purpose, who, m.Bring, m.Expect, m.By))
	}
	return out
}

func joined(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += p
	}
	return out
}

// Work is a piece of the customer's own work beside the purchase, as it stands.
type Work struct {
	ID throughline.FactID // of the fact that named it
	WorkMoved
	Since time.Time
}

// Works gives the customer's own work beside the purchase, in the order in
// which it was named.
func (d Deal) Works() []Work {
	var out []Work
	for _, f := range d.OfKind(KindWorkMoved) {
		b := f.Body.(WorkMoved)
		if b.Of.IsZero() {
			out = append(out, Work{f.ID, b, f.When()})
			continue
		}
		i := slices.IndexFunc(out, func(w Work) bool { return w.ID == b.Of })
		if i < 0 {
			continue // what it moves was taken back
		}
		was := out[i].WorkMoved
		b.Initiative, b.Same = was.Initiative, was.Same
		b.What = cmp.Or(b.What, was.What)
		if !b.NoServes {
			b.Serves = cmp.Or(b.Serves, was.Serves)
		}
		if !b.NoOwner {
			b.Owner = cmp.Or(b.Owner, was.Owner)
		}
		if b.Due.IsZero() && !b.Undated {
			b.Due = was.Due
		}
		out[i].WorkMoved, out[i].Since = b, f.When()
	}
	return out
}

// Outcomes of a measure: what was wanted, and what came of it.
type Measured struct {
	ID throughline.FactID // of the target
	TargetSet
	Set    Fact
	Result *ResultMeasured // nil: not measured yet
	Says   Fact
}

// Measures gives the targets with their results, oldest first.
func (d Deal) Measures() []Measured {
	var out []Measured
	for _, f := range d.OfKind(KindTargetSet, KindResultMeasured) {
		switch b := f.Body.(type) {
		case TargetSet:
			out = append(out, Measured{ID: f.ID, TargetSet: b, Set: f})
		case ResultMeasured:
			if i := slices.IndexFunc(out, func(m Measured) bool { return m.ID == b.Of }); i >= 0 {
				out[i].Result, out[i].Says = &b, f
			}
		}
	}
	return out
}

// Question is a question left for the deal, with the strategy that answers it.
type Question struct {
	ID throughline.FactID
	Asked
	Fact   Fact
	Answer int // number of the strategy version that answers it; 0: none yet
}

// Questions gives the questions left for the deal, oldest first.
func (d Deal) Questions() []Question {
	var out []Question
	version := 0
	for _, f := range d.OfKind(KindAsked, KindStrategy) {
		switch b := f.Body.(type) {
		case Asked:
			out = append(out, Question{ID: f.ID, Asked: b, Fact: f})
		case Strategy:
			version++
			for i := range out {
				if out[i].ID == b.Answers {
					out[i].Answer = version
				}
			}
		}
	}
	return out
}

// String gives the number of a version, for anchors.
func (v StrategyVersion) Anchor() string { return "strategy-" + strconv.Itoa(v.Number) }
