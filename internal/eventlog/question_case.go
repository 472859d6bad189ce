package eventlog

// Trace is one case, opened. Attributes that are missing are left out.
type Trace struct {
	ID     string
	Attrs  []Attr
	Events []Event
}

// Event is one event, opened.
type Event struct {
	Activity string
	Time     int64 // microseconds since 1970, or NoTime
	Attrs    []Attr
}

// Trace opens one case.
func (l *Log) Trace(c int) Trace {
	lo, hi := l.Span(c)
	t := Trace{ID: l.CaseID(c), Attrs: attrsAt(l.cases, c)}
	for e := lo; e < hi; e++ {
		t.Events = append(t.Events, Event{l.ActivityName(l.activity[e]), l.times[e], attrsAt(l.events, e)})
	}
	return t
}

func attrsAt(cols []*Column, row int) []Attr {
	var out []Attr
	for _, c := range cols {
		if !c.IsMissing(row) {
			out = append(out, Attr{c.Name, c.Value(row)})
		}
	}
	return out
}
