package deal

import (
	"cmp"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// PromiseMade is what somebody of the customer's was recorded as having said
// they will do. It is no evidence and answers no question, kept or not; what we
// hope they do is a Move's Expect and no promise; what we owe them is neither.
type PromiseMade struct {
	Person throughline.PersonID `json:"person,omitzero"` // who of theirs
	Who    string               `json:"who,omitempty"`   // a role or body in words, where no person is named: "their legal team"
	What   string               `json:"what"`            // what they will do: "send the list of systems"
	Due    throughline.Day      `json:"due,omitzero"`    // by when, where they said
	Words  string               `json:"words,omitempty"` // the sentence it was read from
}

// PromiseResolved says what became of a promise. The latest one counts.
type PromiseResolved struct {
	Promise throughline.FactID `json:"promise"`
	Result  PromiseResult      `json:"result"`
	Text    string             `json:"text,omitempty"`
}

// PromiseResult is what became of a promise.
type PromiseResult string

// What may become of a promise. Withdrawn is not broken: they said they will
// not, or that it is no longer needed.
const (
	PromiseKept      PromiseResult = "kept"
	PromiseNotKept   PromiseResult = "not_kept"
	PromiseWithdrawn PromiseResult = "withdrawn"
)

// PromiseResults lists them.
func PromiseResults() []PromiseResult {
	return []PromiseResult{PromiseKept, PromiseNotKept, PromiseWithdrawn}
}

// Promise is a promise of the customer's and what has become of it.
type Promise struct {
	Fact throughline.FactID
	PromiseMade
	Grade  throughline.Grade // how far it is known that they said so
	At     time.Time         // when they said so
	Result PromiseResult     // empty: still open
	On     time.Time         // when that was; zero while open

	learned time.Time
	turn    int32
}

// Open reports whether nothing has been said of what became of it.
func (p Promise) Open() bool { return p.Result == "" }

// Late is by how many days the promise is overdue on a day: 0 on the day it is
// due, negative before. ok is false where it is settled or has no day.
func (p Promise) Late(today throughline.Day) (days int, ok bool) {
	if !p.Open() || p.Due.IsZero() {
		return 0, false
	}
	return today.Sub(p.Due), true
}

// promised adds a promise. All are kept: one that is left out could never be
// settled again, and nobody makes very many.
func (s *Summary) promised(b PromiseMade, f Fact) {
	b.Words = "" // lists do not need the sentence
	s.Promises = insert(
		s.Promises,
		Promise{Fact: f.ID, PromiseMade: b, Grade: f.Grade, At: f.When(), learned: f.Learned, turn: f.Turn},
		comparePromises,
	)
	if s.keptAt(f.ID) {
		s.Acts = s.Acts.with(s.Settled[f.ID].At)
	}
}

// resolved takes what became of a promise. Keeping it is an act of theirs for
// as long as that is the latest word and the promise itself counts.
func (s *Summary) resolved(b PromiseResolved, f Fact) {
	if len(s.Settled) == 0 {
		s.spoke = slices.Clone(s.Acts)
	}
	was := s.keptAt(b.Promise)
	if b.Result == PromiseKept {
		s.heard(f)
	}
	keep(&s.Settled, b.Promise, b.Result, f, cmp.Compare)
	switch {
	case !was && s.keptAt(b.Promise):
		s.Acts = s.Acts.with(s.Settled[b.Promise].At)
	case was:
		s.Acts = slices.Clone(s.spoke)
		for _, p := range s.Promises {
			if r := s.Settled[p.Fact]; r.Value == PromiseKept {
				s.Acts = s.Acts.with(r.At)
			}
		}
	}
}

// keptAt reports whether a promise that counts is, by the latest word, kept.
func (s *Summary) keptAt(id throughline.FactID) bool {
	r, said := s.Settled[id]
	return said && r.Value == PromiseKept && slices.ContainsFunc(s.Promises, func(p Promise) bool { return p.Fact == id })
}

func comparePromises(a, b Promise) int {
	return cmp.Or(a.At.Compare(b.At), a.learned.Compare(b.learned), cmp.Compare(a.turn, b.turn), compareFacts(a.Fact, b.Fact))
}

// PromisesOpen gives the promises of which nobody has said what became of
// them: those with a day first, soonest first, then the others as they were made.
func (s *Summary) PromisesOpen() []Promise {
	var out []Promise
	for _, p := range s.PromisesMade() {
		if p.Open() {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Promise) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return out
}

// PromisesMade gives the promises with what became of each, in the order in
// which they were made, without the sentences they were read from.
func (s *Summary) PromisesMade() []Promise {
	out := slices.Clone(s.Promises)
	for i := range out {
		if r, ok := s.Settled[out[i].Fact]; ok {
			out[i].Result, out[i].On = r.Value, r.At
		}
	}
	return out
}
