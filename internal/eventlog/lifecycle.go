package eventlog

import "strings"

// LifecycleAttr is the event attribute that says which part of an activity an
// event is: its start, its completion (XES 1849-2016, lifecycle extension).
const LifecycleAttr = "lifecycle:transition"

// Part says what an event is of the activity it belongs to.
type Part uint8

// The parts. An event of a log that does not say is the whole.
const (
	Whole  Part = iota
	Begins      // start
	Ends        // complete, withdrawn, skipped, aborted
	Amid        // scheduled, assigned, suspended, resumed
)

// PartOf reads a transition of the standard's lifecycle model; one that it does
// not have is the whole.
func PartOf(transition string) Part {
	switch strings.ToLower(transition) {
	case "start":
		return Begins
	case "complete", "autoskip", "manualskip", "withdraw", "pi_abort", "ate_abort":
		return Ends
	case "schedule", "assign", "reassign", "suspend", "resume":
		return Amid
	}
	return Whole
}

// Parted reports whether events say which part of an activity they are.
func (l *Log) Parted() bool {
	for _, p := range l.parts() {
		if p == Begins || p == Amid {
			return true
		}
	}
	return false
}

// parts gives the part of each value of the lifecycle attribute, nil where the
// log has none.
func (l *Log) parts() []Part {
	col := l.EventColumn(LifecycleAttr)
	if col == nil || col.Type() != String {
		return nil
	}
	out := make([]Part, col.Dict().Len())
	for i := range out {
		out[i] = PartOf(col.Dict().At(uint32(i)))
	}
	return out
}

// pauses tells suspending from what else lies amid an activity.
func pauses(transition string) bool { return strings.EqualFold(transition, "suspend") }
