package forecast

// silentFor is how long a forgotten deal has been quiet, as a share of the
// greatest age at which any ended, and knownEnds how many ends it takes to know
// that age [J].
const silentFor, knownEnds = 0.25, 30

// forgotten reports whether a row is of a deal that is older than any was at its
// end and of which nothing has been heard for long.
func (m *Model) forgotten(row []float64) bool {
	closed := 0
	for _, n := range m.Closed {
		closed += n
	}
	if closed < knownEnds {
		return false
	}
	old := false
	for f, field := range m.fields {
		switch v := row[f]; {
		case field.Name == Age:
			old = v > m.Oldest
		case field.Quiet && v < silentFor*m.Oldest: // a missing wait is no sign of life
			return false
		}
	}
	return old
}

// forgotten counts the open subjects of the history's last day that are.
func (h *History) forgotten(ends []End) (n int) {
	code := codes(ends)
	m := &Model{fields: h.Fields}
	for i := range h.Subjects {
		if s := &h.Subjects[i]; code[s.End] > 0 && s.known() <= h.Until {
			m.Closed[s.End-Won]++
			m.Oldest = max(m.Oldest, s.known()-s.Opened)
		}
	}
	row := make([]float64, len(h.Fields))
	for i := range h.Subjects {
		if h.Subjects[i].open(h.Until) {
			h.At(i, h.Until, row)
			if m.forgotten(row) {
				n++
			}
		}
	}
	return n
}
