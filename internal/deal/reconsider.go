package deal

import (
	"cmp"

	"github.com/throughline/throughline"
)

// Reconsidered is one of ours saying whether what has happened changes the
// strategy: yes (another version is to be written), no (it stands as it is) or
// later (ask again on a day). It speaks of our own thinking: it is no evidence
// and no act of the customer's.
type Reconsidered struct {
	Strategy throughline.FactID   `json:"strategy"` // the version that was asked about
	Answer   Reconsidering        `json:"answer"`
	Until    throughline.Day      `json:"until,omitzero"`    // later: from which day it is asked again
	Because  []throughline.FactID `json:"because,omitempty"` // what was recorded just before, and asked for it
}

// Reconsidering is the answer to whether the strategy changes.
type Reconsidering string

// The answers.
const (
	StrategyChanges Reconsidering = "yes"
	StrategyStands  Reconsidering = "no"
	StrategyLater   Reconsidering = "later"
)

// Reconsiderings lists them.
func Reconsiderings() []Reconsidering {
	return []Reconsidering{StrategyChanges, StrategyStands, StrategyLater}
}

// Thought is the answer that counts, without what led to it.
type Thought struct {
	Strategy throughline.FactID
	Answer   Reconsidering
	Until    throughline.Day
}

func compareThoughts(a, b Thought) int {
	return cmp.Or(compareFacts(a.Strategy, b.Strategy), cmp.Compare(a.Answer, b.Answer), a.Until.Compare(b.Until))
}

// Thinks gives what was answered about the strategy as it stands; ok is false
// where nothing was, or another version was written since.
func (s *Summary) Thinks() (t Latest[Thought], ok bool) {
	if !s.Bet.Set() || !s.Thought.Set() || s.Thought.Value.Strategy != s.Bet.Value.Strategy {
		return Latest[Thought]{}, false
	}
	return s.Thought, true
}
