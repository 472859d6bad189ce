package errand

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// DueKind says what has a day.
type DueKind string

// The kinds.
const (
	TheirPromise DueKind = "promise" // of theirs: Who or Person said so
	TheirDuty    DueKind = "theirs"  // a step of their own way, or work of theirs
	OurDuty      DueKind = "owed"    // a step that we owe them
	PaperStep    DueKind = "step"    // a step of a track, About
	OurBet       DueKind = "bet"     // the day of the bet
	OurMove      DueKind = "move"    // a move that one of ours planned, with Person
	OrderDay     DueKind = "order"   // the day on which an order is expected
	ResultDay    DueKind = "result"  // a result is to be there
	BackDay      DueKind = "back"    // it was put off until then
)

// DueKinds lists them.
func DueKinds() []DueKind {
	return []DueKind{TheirPromise, TheirDuty, OurDuty, PaperStep, OurBet, OurMove, OrderDay, ResultDay, BackDay}
}

// Due is something of a deal that has a day and is still open.
type Due struct {
	Kind   DueKind              `json:"kind"`
	Day    throughline.Day      `json:"day"`
	What   string               `json:"what,omitempty"`
	Person throughline.PersonID `json:"person,omitzero"`
	Who    string               `json:"who,omitempty"`
	About  throughline.Address  `json:"about,omitempty"`
	Side   deal.Side            `json:"side,omitempty"`
	Fact   throughline.FactID   `json:"fact,omitzero"`
}

// Dues gives what of a deal has a day, soonest first.
func Dues(s *deal.Summary) (out []Due) {
	if s.Outcome() != throughline.StillOpen && !s.Lives() {
		return nil
	}
	for _, p := range s.PromisesOpen() {
		if !p.Due.IsZero() {
			out = append(out, Due{Kind: TheirPromise, Day: p.Due, What: p.What, Person: p.Person, Who: p.Who, Fact: p.Fact})
		}
	}
	for _, id := range s.DutyIDs() {
		if d := s.Duties[id]; d.Open() && !d.Due.Value.IsZero() {
			kind := TheirDuty
			if d.By.Value == deal.Us {
				kind = OurDuty
			}
			out = append(out, Due{Kind: kind, Day: d.Due.Value, What: d.What.Value, Fact: id})
		}
	}
	for about, l := range s.Steps {
		if m := l.Value; m.State == throughline.StepBegun && !m.Due.IsZero() {
			out = append(out, Due{Kind: PaperStep, Day: m.Due, About: about, Side: m.By})
		}
	}
	if s.Outcome() == throughline.StillOpen || s.Bet.At.After(s.End.At) { // an order settles what was bet and planned before it
		out = append(out, strategyDues(s)...)
	}
	sortDues(out)
	return out
}

// strategyDues are the day of the bet and those of the moves.
func strategyDues(s *deal.Summary) (out []Due) {
	if by, ok := s.BetDue(); ok {
		out = append(out, Due{Kind: OurBet, Day: by})
	}
	for _, m := range s.Planned {
		if !m.By.IsZero() {
			out = append(out, Due{Kind: OurMove, Day: m.By, What: m.What, Person: m.Person})
		}
	}
	return out
}

// Dated gives all of a deal that stands in a calendar, soonest first: what is
// due, steps of the paper that have a day and are not done, when an order is
// expected, when a result is to be there, and until when it was put off.
func Dated(s *deal.Summary) []Due {
	out := Dues(s)
	if until := s.End.Value.Until; s.Outcome() == throughline.Postponed && !until.IsZero() {
		out = append(out, Due{Kind: BackDay, Day: until})
	}
	if day := s.CloseDate(); s.Outcome() == throughline.StillOpen && !day.IsZero() {
		out = append(out, Due{Kind: OrderDay, Day: day})
	}
	if s.Outcome() == throughline.StillOpen || s.Lives() {
		for about, l := range s.Steps {
			if m := l.Value; m.State == throughline.StepNotBegun && !m.Due.IsZero() {
				out = append(out, Due{Kind: PaperStep, Day: m.Due, About: about, Side: m.By})
			}
		}
		for _, id := range s.GoalIDs() {
			if g := s.Goals[id]; g.Named && !g.Measured && !g.By.IsZero() {
				out = append(out, Due{Kind: ResultDay, Day: g.By, Fact: id})
			}
		}
	}
	sortDues(out)
	return out
}

func sortDues(out []Due) {
	slices.SortStableFunc(out, func(a, b Due) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.About, b.About), cmp.Compare(a.What, b.What),
			bytes.Compare(a.Fact[:], b.Fact[:]))
	})
}
