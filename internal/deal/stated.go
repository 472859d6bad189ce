package deal

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// StepStated says how a step of the customer's own way stands: what they do
// next, or what we owe them on it. The fact that names a step first is what
// later ones point at; those say which it is and what has changed.
type StepStated struct {
	Of      throughline.FactID    `json:"of,omitzero"`     // the first fact about the step; zero: this is the first
	Text    string                `json:"text,omitempty"`  // the step, in their words
	Label   StepLabel             `json:"label,omitempty"` // what it is about
	By      Side                  `json:"by,omitempty"`    // whose it is: theirs, or owed by us
	Owner   string                `json:"owner,omitempty"` // who carries it, in words
	Due     throughline.Day       `json:"due,omitzero"`    // by when
	Undated bool                  `json:"undated,omitempty"`
	Rule    string                `json:"rule,omitempty"` // by which it counts as done, or is decided
	State   throughline.StepState `json:"state,omitempty"`
	About   throughline.Address   `json:"about,omitempty"`  // the question or step of a track that it answers once it is done
	Days    int                   `json:"days,omitempty"`   // how long it takes, where somebody said; calendar days
	Person  throughline.PersonID  `json:"person,omitzero"`  // who of the customer says so
	Serves  string                `json:"serves,omitempty"` // which outcome of theirs it serves, in words

	NoOwner  bool `json:"no_owner,omitempty"`  // who was said to carry it does no longer
	NoRule   bool `json:"no_rule,omitempty"`   // the rule that was said no longer holds
	NoServes bool `json:"no_serves,omitempty"` // nor does what it was said to serve
}

// StepLabel is what a stated step is about (DOMAIN 5.3).
type StepLabel string

// The labels, spelt as package buyingissue gives them.
const (
	BuyingStep      StepLabel = "buying"
	ProjectStep     StepLabel = "project"
	ContractingStep StepLabel = "contracting"
	SourcingStep    StepLabel = "sourcing"
	OtherStep       StepLabel = "other"
)

// StepLabels lists them.
func StepLabels() []StepLabel {
	return []StepLabel{BuyingStep, ProjectStep, ContractingStep, SourcingStep, OtherStep}
}

// StatedStep is a step of theirs as it stands.
type StatedStep struct {
	ID throughline.FactID // of the fact that named it
	StepStated
	Asked    time.Time         // when it was named
	Since    time.Time         // when it came to its state
	Last     Fact              // the latest word on it
	Moved    int               // how often its day was put off
	Confirms []Fact            // who of theirs said that it is done
	Theirs   bool              // somebody of theirs has said anything of it
	Timed    throughline.Grade // how it is known how long it takes, where that was said
}

// StatedSteps gives the steps they stated, in the order in which they were named.
func (d Deal) StatedSteps() []StatedStep {
	var out []StatedStep
	for _, f := range d.OfKind(KindStepStated) {
		b := f.Body.(StepStated)
		if b.Of.IsZero() {
			s := StatedStep{ID: f.ID, StepStated: b, Asked: f.When(), Since: f.When(), Last: f, Theirs: f.Grade.FromCustomer(), Timed: f.Grade}
			if s.By == UnknownSide {
				s.By = Customer
			}
			if s.State == "" {
				s.State = throughline.StepNotBegun
			}
			s.confirm(f, b)
			out = append(out, s)
			continue
		}
		i := slices.IndexFunc(out, func(s StatedStep) bool { return s.ID == b.Of })
		if i < 0 {
			continue // what it speaks of was taken back
		}
		out[i].take(f, b)
	}
	return out
}

func (s *StatedStep) take(f Fact, b StepStated) {
	say := func(to *string, v string, gone bool) {
		if v != "" || gone {
			*to = v
		}
	}
	say(&s.Text, b.Text, false)
	say(&s.Owner, b.Owner, b.NoOwner)
	say(&s.Rule, b.Rule, b.NoRule)
	say(&s.Serves, b.Serves, b.NoServes)
	if b.Label != "" {
		s.Label = b.Label
	}
	if b.About != "" {
		s.About = b.About
	}
	if b.Days > 0 {
		s.Days, s.Timed = b.Days, f.Grade
	}
	if b.By != UnknownSide {
		s.By = b.By
	}
	switch {
	case b.Undated:
		s.Due = throughline.Day{}
	case !b.Due.IsZero():
		if !s.Due.IsZero() && b.Due.Sub(s.Due) > 0 {
			s.Moved++
		}
		s.Due = b.Due
	}
	if b.State != "" {
		if b.State != s.State {
			s.State, s.Since, s.Confirms = b.State, f.When(), nil
		}
		s.confirm(f, b)
	}
	s.Person, s.Last, s.Theirs = b.Person, f, s.Theirs || f.Grade.FromCustomer()
}

// confirm keeps who of theirs said that the step is done.
func (s *StatedStep) confirm(f Fact, b StepStated) {
	if b.State == throughline.StepDone && f.Grade.FromCustomer() {
		s.Confirms = append(s.Confirms, f)
	}
}

// Proposed reports whether the step is ours to propose and nobody of theirs has
// touched it.
func (s StatedStep) Proposed() bool { return s.Last.Grade == throughline.E0 }

// Open reports whether the step is still to be done.
func (s StatedStep) Open() bool {
	return s.State != throughline.StepDone && s.State != throughline.StepNotNeeded
}

// Late is by how many days an open step is overdue: 0 on its day, negative
// before. ok is false where it is done, not needed, or has no day.
func (s StatedStep) Late(today throughline.Day) (days int, ok bool) {
	if !s.Open() || s.Due.IsZero() {
		return 0, false
	}
	return today.Sub(s.Due), true
}

// Kept is by how many days a step was done after its day, 0 or less where the
// day was kept. ok is false where it is not done or had no day.
func (s StatedStep) Kept(zone *time.Location) (days int, ok bool) {
	if s.State != throughline.StepDone || s.Due.IsZero() {
		return 0, false
	}
	return throughline.DayOf(s.Since, zone).Sub(s.Due), true
}

// Conduct is how both sides have kept to the steps of one deal.
type Conduct struct {
	Theirs, TheirsDone, TheirsDated, TheirsKept int // of those done with a day, how many on it
	Ours, OursDone, OursDated, OursKept         int
	Answer                                      int // days from being asked to having done it, at the median of ours that are done; -1: none is
}

// ConductOf sums up the steps.
func ConductOf(steps []StatedStep, zone *time.Location) Conduct {
	c := Conduct{Answer: -1}
	var took []int
	for _, s := range steps {
		all, done, dated, kept := &c.Theirs, &c.TheirsDone, &c.TheirsDated, &c.TheirsKept
		if s.By == Us {
			all, done, dated, kept = &c.Ours, &c.OursDone, &c.OursDated, &c.OursKept
		}
		if s.State == throughline.StepNotNeeded || s.Proposed() {
			continue
		}
		*all++
		if s.State != throughline.StepDone {
			continue
		}
		*done++
		if late, ok := s.Kept(zone); ok {
			*dated++
			if late <= 0 {
				*kept++
			}
		}
		if s.By == Us {
			took = append(took, max(0, throughline.DayOf(s.Since, zone).Sub(throughline.DayOf(s.Asked, zone))))
		}
	}
	if n := len(took); n > 0 {
		slices.Sort(took)
		c.Answer = took[(n-1)/2]
	}
	return c
}
