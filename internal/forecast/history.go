package forecast

import (
	"slices"
)

// FieldKind says how a covariate is read.
type FieldKind uint8

// Number is any quantity; Flag is 0 or 1; Category is an index into Levels.
const (
	Number FieldKind = iota
	Flag
	Category
)

// Field is one covariate. A missing value is NaN.
type Field struct {
	Name   string
	Kind   FieldKind
	Levels []string // of a Category
	Quiet  bool     // a waiting time, whose meaning hangs on the state: it is crossed with it
}

// Subject is one deal, or one case of a log. Days are days since 1970.
type Subject struct {
	ID      string
	Opened  float64
	End     End     // Open where none has come
	Ended   float64 // the day it came
	Learned float64 // the day we learned of it; before Ended means on that day
	Seen    float64 // last day on which an open one was under observation; 0: the history's last
	Amount  float64 // NaN where it is missing
}

// known is the day from which the end is known.
func (s *Subject) known() float64 { return max(s.Ended, s.Learned) }

// History is all that forecasts learn from.
type History struct {
	Fields   []Field
	States   []string // what a subject's state may be: its frontier, stage or last activity
	Subjects []Subject
	Until    float64 // the last day the history knows of
	Ends     []End   // which ends can come; nil: all three

	// At writes what was known of subject i on a day into row, one value a
	// field, and gives its state, -1 where it has none. It must use nothing that
	// was learned later. It is called from several goroutines.
	At func(i int, day float64, row []float64) int
}

// check refuses a history that cannot be read and gives its ends.
func (h *History) check(op string) ([]End, error) {
	if h.At == nil {
		return nil, invalid(op, "the history cannot say what was known")
	}
	if !finite(h.Until) {
		return nil, invalid(op, "the last day of the history is not a number")
	}
	for i := range h.Subjects {
		s := &h.Subjects[i]
		switch {
		case !finite(s.Opened) || !finite(s.Seen) || !finite(s.Learned):
			return nil, invalid(op, "deal %q: a date is missing", s.ID)
		case s.End > Other:
			return nil, invalid(op, "deal %q: end %d is unknown", s.ID, s.End)
		case s.End != Open && !finite(s.Ended):
			return nil, invalid(op, "deal %q has ended, but on no day", s.ID)
		case s.End != Open && s.Ended < s.Opened:
			return nil, invalid(op, "deal %q ended before it opened", s.ID)
		}
	}
	ends := h.Ends
	if ends == nil {
		ends = []End{Won, Lost, NoDecision}
	}
	for i, e := range ends {
		if e < Won || e > NoDecision || slices.Contains(ends[:i], e) {
			return nil, invalid(op, "end %d is none of the three, or stands twice", e)
		}
	}
	for i := range h.Subjects {
		if e := h.Subjects[i].End; e != Open && e != Other && !slices.Contains(ends, e) {
			return nil, invalid(op, "deal %q ended as %s, which the history says cannot be", h.Subjects[i].ID, e)
		}
	}
	return ends, nil
}

// open reports whether subject s looked open on a day.
func (s *Subject) open(day float64) bool {
	if s.Opened > day {
		return false
	}
	if s.End != Open {
		return s.known() > day
	}
	return s.Seen == 0 || s.Seen >= day
}

// endedOnly reports whether every subject has ended: those still open at the
// history's end, the slow ones, are then missing from it.
func (h *History) endedOnly() bool {
	return !slices.ContainsFunc(h.Subjects, func(s Subject) bool { return s.End == Open })
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
