package eventlog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// OutcomeRule says which values of an attribute mean which end. Attr is
// "activity" or the name of an attribute of events or of cases.
type OutcomeRule struct {
	Outcome throughline.Outcome
	Attr    string
	Values  []string
}

// OutcomeMap says how a log's cases end. Nothing is guessed: a case that no
// rule matches is still open. An event that matches ends its case; the last
// such event decides, and of an event's matches the rule written last. A match
// on a case attribute speaks of the whole case and decides over any event.
type OutcomeMap []OutcomeRule

// ParseOutcomeRule reads "ATTR=VALUE[,VALUE...]"; a comma or backslash inside a
// value is written after a backslash.
func ParseOutcomeRule(spec string, o throughline.Outcome) (OutcomeRule, error) {
	attr, rest, ok := strings.Cut(spec, "=")
	if !ok || attr == "" || rest == "" {
		return OutcomeRule{}, fmt.Errorf("%q is not of the form ATTR=VALUE[,VALUE...]", spec)
	}
	r := OutcomeRule{Outcome: o, Attr: attr}
	var word strings.Builder
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && i+1 < len(rest):
			i++
			word.WriteByte(rest[i])
		case rest[i] == ',':
			r.Values = append(r.Values, word.String())
			word.Reset()
		default:
			word.WriteByte(rest[i])
		}
	}
	r.Values = append(r.Values, word.String())
	return r, nil
}

// End is how a case ended. Event is the event that decided, -1 where a case
// attribute did or the case is still open.
type End struct {
	Outcome throughline.Outcome
	Event   int
}

// Outcomes gives the end of every case. The findings name rules that match
// nothing and cases that match two different ends.
func (l *Log) Outcomes(m OutcomeMap) ([]End, diag.Findings) {
	ends := make([]End, l.Cases())
	seen := make([]uint16, len(ends)) // rules' outcomes met, as bits
	hits := make([]int, len(m))
	var found diag.Findings
	bit := outcomeBits(m)
	for c := range ends {
		ends[c].Event = -1
	}
	// Rules in order, events in order: a later event, and at the same event a later rule, wins.
	for k, r := range m {
		if match := l.eventMatch(r); match != nil {
			for c := range ends {
				lo, hi := l.Span(c)
				last := -1
				for e := lo; e < hi; e++ {
					if match(e) {
						hits[k]++
						last = e
					}
				}
				if last < 0 {
					continue
				}
				seen[c] |= bit[k]
				if last >= ends[c].Event {
					ends[c] = End{r.Outcome, last}
				}
			}
		}
	}
	for k, r := range m {
		col := l.CaseColumn(r.Attr)
		if col == nil || r.Attr == ActivityAttr {
			continue
		}
		for c := range ends {
			if col.Value(c).IsAny(r.Values) {
				hits[k]++
				seen[c] |= bit[k]
				ends[c] = End{r.Outcome, -1}
			}
		}
	}
	for k, r := range m {
		if hits[k] == 0 {
			found = append(found, l.noMatch(r))
		}
	}
	twice, first := 0, 0
	for c, s := range seen {
		if s&(s-1) != 0 {
			if twice++; twice == 1 {
				first = c
			}
		}
	}
	if twice > 0 {
		found = append(found, diag.Finding{Check: "log-outcome-twice", Severity: diag.Warning, Count: twice, Value: l.CaseID(first),
			Message: fmt.Sprintf(
				"%s match two different ends, first case %q; the last event decides, a case attribute over any event",
				count(twice, "case"),
				l.CaseID(first),
			)})
	}
	return ends, found
}

// outcomeBits gives each rule the bit of its outcome.
func outcomeBits(m OutcomeMap) []uint16 {
	bits := make([]uint16, len(m))
	for k, r := range m {
		i := slices.Index(throughline.Outcomes(), r.Outcome)
		bits[k] = 1 << (i + 1)
	}
	return bits
}

// eventMatch gives a test of events for a rule, nil where it can match none.
func (l *Log) eventMatch(r OutcomeRule) func(e int) bool {
	codes, dict := l.activity, &l.activities
	if r.Attr != ActivityAttr {
		col := l.EventColumn(r.Attr)
		if col == nil {
			return nil
		}
		if col.typ != String {
			return func(e int) bool { return col.Value(e).IsAny(r.Values) }
		}
		codes, dict = col.codes, col.dict
	}
	want := make([]bool, dict.Len())
	any := false
	for k := range want {
		if (r.Attr == ActivityAttr || k > 0) && slices.Contains(r.Values, dict.At(uint32(k))) {
			want[k], any = true, true
		}
	}
	if !any {
		return nil
	}
	return func(e int) bool { return want[codes[e]] }
}

func (l *Log) noMatch(r OutcomeRule) diag.Finding {
	f := diag.Finding{Check: "log-outcome-none", Severity: diag.Warning, Field: r.Attr, Value: strings.Join(r.Values, ",")}
	var known []string
	col, ev := l.CaseColumn(r.Attr), l.EventColumn(r.Attr)
	switch {
	case r.Attr == ActivityAttr:
		known = l.activities.All()
	case col == nil && ev == nil:
		names := []string{ActivityAttr}
		for _, cols := range [][]*Column{l.cases, l.events} {
			for _, c := range cols {
				names = append(names, c.Name)
			}
		}
		f.Message = fmt.Sprintf("the log has no attribute %q, so no case ends as %s by it", r.Attr, r.Outcome.Word())
		f.Nearest = diag.Nearest(r.Attr, names)
		return f
	default:
		for _, c := range []*Column{col, ev} {
			if c != nil && c.typ == String && c.dict.Len() < 10000 {
				known = append(known, c.dict.All()[1:]...)
			}
		}
	}
	f.Message = fmt.Sprintf("no case has %s %s, so none ends as %s by it", r.Attr, quoted(r.Values), r.Outcome.Word())
	f.Nearest = diag.Nearest(r.Values[0], known)
	return f
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = fmt.Sprintf("%q", w)
	}
	return strings.Join(q, " or ")
}
