package throughline

import "fmt"

// Phase is one of the nine questions of the customer's change journey, P1 to
// P9 (DOMAIN 3.3). The zero value means "no phase known".
type Phase uint8

// The nine phases in their order.
const (
	NoPhase Phase = iota
	Notice
	Own
	Align
	Explore
	Rules
	Choose
	Commit
	Adopt
	Prove
)

// Phases lists P1 to P9 in order.
func Phases() []Phase {
	return []Phase{Notice, Own, Align, Explore, Rules, Choose, Commit, Adopt, Prove}
}

// PhaseCount is the number of phases; arrays indexed by Phase have one more.
const PhaseCount = 9

// Known reports whether p is one of P1 to P9.
func (p Phase) Known() bool { return p >= Notice && p <= Prove }

// String gives the short spelling: "p1" to "p9", or "" for no phase.
func (p Phase) String() string {
	if !p.Known() {
		return ""
	}
	return fmt.Sprintf("p%d", int(p))
}

// ParsePhase reads "p1" to "p9" in either case.
func ParsePhase(s string) (Phase, bool) {
	if len(s) == 2 && (s[0] == 'p' || s[0] == 'P') && s[1] >= '1' && s[1] <= '9' {
		return Phase(s[1] - '0'), true
	}
	return NoPhase, false
}

// InPurchase reports whether p belongs to the purchase, which is only a part
// of the journey: P4 to P7.
func (p Phase) InPurchase() bool { return p >= Explore && p <= Commit }

// Address names the phase, as in "journey/p3".
func (p Phase) Address() Address {
	if !p.Known() {
		return ""
	}
	return Address("journey/" + p.String())
}

// MarshalText and UnmarshalText spell a phase the same everywhere.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes; the empty text is no phase.
func (p *Phase) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = NoPhase
		return nil
	}
	q, ok := ParsePhase(string(b))
	if !ok {
		return Refuse("unknown_word", "phase %q is none of p1 to p9", "word", string(b))
	}
	*p = q
	return nil
}

// PhaseState is what is known about a phase's question (DOMAIN 3.1).
type PhaseState string

// The five states of a phase.
const (
	Untouched PhaseState = "untouched"
	Open      PhaseState = "open"
	Answered  PhaseState = "answered"
	Reopened  PhaseState = "reopened"
	NotNeeded PhaseState = "not_needed"
)
