package throughline

// Outcome is an end state of a deal (DOMAIN 3.7). The zero value means that
// the deal is still open, which estimates treat as censored.
type Outcome string

// The end states. "No decision" is one of its own, everywhere; LostUnknown is
// what a foreign system calls "lost" without saying to whom or why, and is
// never read as a rival's win.
const (
	StillOpen        Outcome = ""
	Won              Outcome = "won"
	LostCompetitor   Outcome = "lost_competitor"
	LostInhouse      Outcome = "lost_inhouse"
	LostUnknown      Outcome = "lost_unknown"
	DecidedNoChange  Outcome = "decided_no_change"
	NoDecision       Outcome = "no_decision"
	DisqualifiedByUs Outcome = "disqualified_by_us"
	Postponed        Outcome = "postponed"

	// Removed is no end that people give a deal: the system it came from has
	// deleted it, or merged it into another. It is neither open nor an end in
	// any rate, and nobody chooses it; so Outcomes leaves it out.
	Removed Outcome = "removed"
)

// Outcomes lists the end states that a deal can come to, in the order in which they are shown.
func Outcomes() []Outcome {
	return []Outcome{Won, LostCompetitor, LostInhouse, LostUnknown, DecidedNoChange, NoDecision, DisqualifiedByUs, Postponed}
}

// Known reports whether o is one of the end states.
func (o Outcome) Known() bool {
	for _, k := range Outcomes() {
		if o == k {
			return true
		}
	}
	return false
}

// EndKind is what an end state counts as wherever ends are counted together:
// in bars, forecasts, mining, and words. There is one table of it, here.
type EndKind string

// The kinds. A decision to change nothing is a real one and healthy (DOMAIN
// 3.7): it is neither a loss nor no decision. What we ended ourselves, or put
// off, says nothing of what they would have chosen.
const (
	EndOpen       EndKind = "open"
	EndWon        EndKind = "won"
	EndLost       EndKind = "lost"
	EndNoChange   EndKind = "no_change"
	EndNoDecision EndKind = "no_decision"
	EndOurs       EndKind = "ours"
)

// Kind gives what the end state counts as.
func (o Outcome) Kind() EndKind {
	switch o {
	case StillOpen:
		return EndOpen
	case Won:
		return EndWon
	case LostCompetitor, LostInhouse, LostUnknown:
		return EndLost
	case DecidedNoChange:
		return EndNoChange
	case NoDecision:
		return EndNoDecision
	}
	return EndOurs
}

// Outcomes lists the end states of a kind.
func (k EndKind) Outcomes() []Outcome {
	var out []Outcome
	for _, o := range append(Outcomes(), StillOpen) {
		if o.Kind() == k {
			out = append(out, o)
		}
	}
	return out
}

// Word gives the outcome for lists and messages, "open" where there is none yet.
func (o Outcome) Word() string {
	if o == StillOpen {
		return "open"
	}
	return string(o)
}

// Cause says why a deal ended in no decision (DOMAIN 3.7): five causes, five
// treatments, and the usual answer to one makes another worse.
type Cause string

// The five causes of no decision, and the admission that it is not known.
const (
	CauseUnknown Cause = ""
	StatusQuo    Cause = "status_quo"
	Indecision   Cause = "indecision"
	Disagreement Cause = "disagreement"
	Overtaken    Cause = "overtaken"
	Unfunded     Cause = "unfunded"
)

// Causes lists the five causes.
func Causes() []Cause {
	return []Cause{StatusQuo, Indecision, Disagreement, Overtaken, Unfunded}
}

// Known reports whether c is one of the five causes.
func (c Cause) Known() bool {
	for _, k := range Causes() {
		if c == k {
			return true
		}
	}
	return false
}
