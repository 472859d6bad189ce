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
	Use   bool // it is about using what was bought, or about the result

	Initiative throughline.ID // whose work it is, where it is not the deal's alone
	What       Latest[string]
	By         Latest[Side]
	Due        Latest[throughline.Day] // the zero Day: none any more
	State      Latest[throughline.StepState]
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

// using notes that a step is about using what was bought, or about the result.
func (s *Summary) using(of throughline.FactID, about throughline.Address) {
	ph, is := about.Phase()
	if step, track := about.Step(); track {
		is, ph = step.Track == throughline.Change && step.Number >= 4, throughline.Adopt
	}
	if !is || ph < throughline.Adopt {
		return
	}
	d := s.Duties[of]
	d.Use = true
	s.Duties[of] = d
}

// Goal is what lists need of a target: whether it was set, by when it is to be
// measured, and whether it was.
type Goal struct {
	Named, Measured bool
	By              throughline.Day
}

// Unmeasured reports whether a target still waits for its result.
func (g Goal) Unmeasured() bool { return g.Named && !g.Measured }

func (s *Summary) goal(of throughline.FactID, change func(*Goal)) {
	if s.Goals == nil {
		s.Goals = map[throughline.FactID]Goal{}
	}
	g := s.Goals[of]
	change(&g)
	s.Goals[of] = g
}

// GoalIDs lists the targets in one order.
func (s *Summary) GoalIDs() []throughline.FactID {
	return slices.SortedFunc(maps.Keys(s.Goals), compareFacts)
}

// Lives reports whether a deal that was won asks for anything still: work or
// steps that are open, or a target without its result.
func (s *Summary) Lives() bool {
	if s.Outcome() != throughline.Won {
		return false
	}
	for _, d := range s.Duties {
		if s.Weighs(d) && (d.Use || d.Work || d.By.Value == Us) {
			return true
		}
	}
	for _, g := range s.Goals {
		if g.Unmeasured() {
			return true
		}
	}
	return false
}
