package learning

import (
	"context"
	"fmt"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// CaseInput names a case.
type CaseInput struct {
	HistoryInput
	ID string `name:"id" required:"" placeholder:"CASE" query:"id" json:"id" help:"The case, as its source calls it."`
}

// OneCase is the answer of MineCase.
type OneCase struct {
	Origin
	ID         string            `json:"id"`
	End        string            `json:"end"`
	Attributes map[string]string `json:"attributes"`
	Events     []CaseEvent       `json:"events"`
	Doings     []CaseDoing       `json:"doings,omitempty"` // where events say which part of an activity they are
}

// CaseDoing is one time an activity was done: what starts, pauses, goes on and
// completes is one. Waited is since the end of the doing before it, nothing where
// they overlap; Worked leaves pauses out.
type CaseDoing struct {
	Activity string   `json:"activity"`
	Begun    string   `json:"begun,omitempty"` // RFC 3339
	Ended    string   `json:"ended,omitempty"`
	Waited   *float64 `json:"days_waited,omitempty"`
	Worked   *float64 `json:"days_worked,omitempty"`
}

// CaseEvent is an event of a case. Days are since the event before it.
type CaseEvent struct {
	Activity   string            `json:"activity"`
	Time       string            `json:"time,omitempty"` // RFC 3339
	Days       *float64          `json:"days,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// MineCase gives one case, event by event.
func MineCase(ctx context.Context, d *Learner, in CaseInput) (OneCase, error) {
	const op = "open a case"
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return OneCase{}, err
	}
	out := OneCase{Origin: h.Origin, ID: in.ID, Attributes: map[string]string{}, Events: []CaseEvent{}}
	if h.log == nil {
		return out, nil
	}
	c, ok := h.log.CaseIndex(in.ID)
	if !ok {
		var why error
		if near := diag.Nearest(in.ID, nearIDs(h.log)); near != "" {
			why = fmt.Errorf("did you mean %q?", near)
		}
		return out, throughline.Fail(op, throughline.NotFound, in.ID, why)
	}
	t := h.log.Trace(c)
	out.End = h.end[c].Outcome.Word()
	out.Attributes = attributeTexts(t.Attrs)
	last := eventlog.NoTime
	for _, e := range t.Events {
		line := CaseEvent{Activity: e.Activity, Time: eventlog.FormatTime(e.Time), Attributes: attributeTexts(e.Attrs)}
		if e.Time != eventlog.NoTime {
			if last != eventlog.NoTime {
				days := inDays(e.Time - last)
				line.Days = &days
			}
			last = e.Time
		}
		out.Events = append(out.Events, line)
	}
	out.Doings = doings(h.log.Doings(), c)
	return out, nil
}

func doings(d *eventlog.Doings, c int) []CaseDoing {
	if d.Of == nil {
		return nil
	}
	var out []CaseDoing
	lo, hi := d.Span(c)
	for k := lo; k < hi; k++ {
		begun := d.Times()[k]
		line := CaseDoing{Activity: d.ActivityName(d.Activity()[k]), Begun: eventlog.FormatTime(begun), Ended: eventlog.FormatTime(d.End(k))}
		if k > lo && begun != eventlog.NoTime && d.End(k-1) != eventlog.NoTime {
			days := inDays(max(begun-d.End(k-1), 0))
			line.Waited = &days
		}
		if d.Worked[k] != eventlog.NoTime {
			days := inDays(d.Worked[k])
			line.Worked = &days
		}
		out = append(out, line)
	}
	return out
}

// nearIDs are the case ids among which the nearest is looked for.
func nearIDs(l *eventlog.Log) []string {
	var out []string
	for c := range min(l.Cases(), 10_000) {
		out = append(out, l.CaseID(c))
	}
	return out
}

func attributeTexts(attrs []eventlog.Attr) map[string]string {
	out := make(map[string]string, len(attrs))
	for _, a := range attrs {
		out[a.Name] = a.Value.Text()
	}
	return out
}
