package capture

// moves reports whether something happened on their side, whatever we did:
// nobody answers, the date was moved.
func (q *reading) moves(s *said) bool {
	if s.has("event/quiet_after_warm") {
		return true
	}
	if len(s.toks) > 0 && (s.toks[0].Text == "we" || s.toks[0].Text == "i" || s.toks[0].Text == "our" || q.lx.startStem[s.toks[0].Stem]) {
		return false
	}
	return s.has("event/new_alternative", "event/reorganisation", "event/solicitation_issued", "event/procurement_entered")
}

// surely reports whether the model knows that a sentence speaks of the
// customer, though nobody in it is one.
func (q *reading) surely(s *said) bool {
	_, _, places := q.surest(s)
	return places >= 0.7
}

// theirsAfterAll reports whether a sentence that begins with us speaks of them:
// "we lost points on service" does, "send the price list" does not.
func (q *reading) theirsAfterAll(s *said) bool {
	if len(s.toks) > 0 && q.lx.startStem[s.toks[0].Stem] || s.has("cue/logistics") {
		return false
	}
	_, _, places := q.surest(s)
	return places >= 0.9
}

// apart reports whether the model takes a sentence for a disagreement about the problem.
func (q *reading) apart(s *said) bool {
	l, sure, _ := q.surest(s)
	return l >= 0 && sure >= sureKind && q.model().labels[l] == string(Contradiction)+" p3"
}
