package throughline

import "fmt"

// Track is one of the two ways that run beside the journey (DOMAIN 3.5, 3.6).
type Track string

// The contracting track K and the change-management track C.
const (
	Contracting Track = "contracting"
	Change      Track = "change"
)

// Step is one step of a track: k1 to k8, or c1 to c6. The zero value is no step.
type Step struct {
	Track  Track
	Number int
}

// Letter is "k" for contracting and "c" for change.
func (t Track) Letter() string {
	if t == Change {
		return "c"
	}
	return "k"
}

// Steps lists the steps of a track in order.
func (t Track) Steps() []Step {
	n := 8
	if t == Change {
		n = 6
	}
	out := make([]Step, n)
	for i := range out {
		out[i] = Step{t, i + 1}
	}
	return out
}

// String gives the short spelling, "k3" or "c2".
func (s Step) String() string {
	if s.Number == 0 {
		return ""
	}
	return fmt.Sprintf("%s%d", s.Track.Letter(), s.Number)
}

// Address names the step, as in "contracting/k3" or "change/c2".
func (s Step) Address() Address {
	if s.Number == 0 {
		return ""
	}
	return Address(string(s.Track) + "/" + s.String())
}

// ParseStep reads "k1" to "k8" and "c1" to "c6".
func ParseStep(s string) (Step, bool) {
	if len(s) != 2 {
		return Step{}, false
	}
	n := int(s[1] - '0')
	switch {
	case s[0] == 'k' && n >= 1 && n <= 8:
		return Step{Contracting, n}, true
	case s[0] == 'c' && n >= 1 && n <= 6:
		return Step{Change, n}, true
	}
	return Step{}, false
}

// StepState is how far a step of a track, or of a plan, has come.
type StepState string

// The states of a step.
const (
	StepNotBegun  StepState = "not_begun"
	StepBegun     StepState = "begun"
	StepDone      StepState = "done"
	StepNotNeeded StepState = "not_needed"
	StepStuck     StepState = "stuck"   // of their own work: it does not move
	StepFailing   StepState = "failing" // of their own work: it is going wrong
)

// Gauge is one of the two that are always on: do they agree, and are they
// sure enough (DOMAIN 3.1).
type Gauge string

// The two gauges.
const (
	Consensus  Gauge = "consensus"
	Confidence Gauge = "confidence"
)
