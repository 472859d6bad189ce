package deal

import (
	"cmp"
	"maps"
	"slices"

	"github.com/throughline/throughline"
)

// Duty is what lists need of a step that the customer stated, or of work of
// theirs beside the purchase: what it says, whose it is, by when, how it stands.
type Duty struct {
	Named bool // the fact that names it counts; without it nothing is there
	Work  bool // theirs, beside the purchase
	Said  bool // somebody said it; a step that we only propose is nobody's yet
	What  Latest[string]
	By    Latest[Side]
	Due   Latest[throughline.Day] // the zero Day: none any more
	State Latest[throughline.StepState]
}

// Open reports whether it is still to be done.
func (d Duty) Open() bool {
	s := d.State.Value
	return d.Named && d.Said && s != throughline.StepDone && s != throughline.StepNotNeeded
}

// Late is by how many days an open duty is overdue, 0 where it is not.
func (d Duty) Late(today throughline.Day) int {
	if !d.Open() || d.Due.Value.IsZero() {
		return 0
	}
	return max(0, today.Sub(d.Due.Value))
}

// duty takes what a fact says of a step or a piece of work.
func (s *Summary) duty(of throughline.FactID, work, undated bool, what string, by Side, due throughline.Day, state throughline.StepState, f Fact) {
	if s.Duties == nil {
		s.Duties = map[throughline.FactID]Duty{}
	}
	named := of.IsZero()
	if named {
		of = f.ID
	}
	d := s.Duties[of]
	if named {
		d.Named, d.Work = true, work
	}
	d.Said = d.Said || work || f.Grade > throughline.E0
	if what != "" {
		d.What.take(what, f, cmp.Compare)
	}
	if by != UnknownSide {
		d.By.take(by, f, cmp.Compare)
	}
	if !due.IsZero() || undated {
		d.Due.take(due, f, throughline.Day.Compare)
	}
	if state != "" {
		d.State.take(state, f, cmp.Compare)
	}
	s.Duties[of] = d
}

// DutyIDs lists the duties in one order.
func (s *Summary) DutyIDs() []throughline.FactID {
	return slices.SortedFunc(maps.Keys(s.Duties), compareFacts)
}
