package errand

import (
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
)

// DueKinds lists them.
func DueKinds() []DueKind {
	return []DueKind{TheirPromise, TheirDuty, OurDuty, PaperStep, OurBet, OurMove}
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
	if by, ok := s.BetDue(); ok {
		out = append(out, Due{Kind: OurBet, Day: by})
	}
	for _, m := range s.Planned {
		if !m.By.IsZero() {
			out = append(out, Due{Kind: OurMove, Day: m.By, What: m.What, Person: m.Person})
		}
	}
	slices.SortStableFunc(out, func(a, b Due) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.About, b.About), cmp.Compare(a.What, b.What))
	})
	return out
}
