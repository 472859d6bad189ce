// Package history brings an event log into the ledger: each case becomes a
// deal, each event a stage of its history in the log's own words.
//
// Takes: an event log that a reader has made, how its cases end, and the playbook's mapping of foreign words.
// Gives: an intake.Source with the events of each case in order, before the case as it stands.
// Never: reads a file, or guesses how a case ended.
package history

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// Options say what the log does not.
type Options struct {
	System  string              // under which the ids of cases are kept
	File    string              // where the log was read from
	Ends    eventlog.OutcomeMap // how cases end, beside the words of the mapping
	Title   string              // case attribute that names the deal; the case's id where empty
	Account string              // case attribute that names the customer's organisation; none where empty
	Without []string            // case attributes that are left where they are
}

// Source is an event log as a source of records. It is an intake.Source.
type Source struct {
	log  *eventlog.Log
	book playbook.Mapping
	now  time.Time
	opt  Options
	ends []eventlog.End
}

// New makes a source of a log.
func New(l *eventlog.Log, book playbook.Mapping, now time.Time, opt Options) *Source {
	return &Source{log: l, book: book, now: now, opt: opt}
}

// Size is not known in bytes: the log has been read.
func (s *Source) Size() int64 { return 0 }

// Survey finds how cases end and how far the log reaches.
func (s *Source) Survey(context.Context, func(int64)) (intake.Plan, error) {
	plan := intake.Plan{System: s.opt.System, Files: []string{s.opt.File}, Mapping: s.book}
	plan.Mapping.Outcomes = maps.Clone(s.book.Outcomes)
	if plan.Mapping.Outcomes == nil {
		plan.Mapping.Outcomes = map[string]playbook.MappedEnd{}
	}
	for _, r := range s.opt.Ends {
		for _, v := range r.Values {
			plan.Mapping.Outcomes[playbook.Fold(endWord(r, v))] = playbook.MappedEnd{Outcome: r.Outcome}
		}
	}
	s.ends, plan.Findings = s.log.Outcomes(s.opt.Ends)
	for _, name := range []string{s.opt.Title, s.opt.Account} {
		if name != "" && s.log.CaseColumn(name) == nil {
			plan.Findings = append(
				plan.Findings,
				intake.Refused("no-attribute", s.opt.File, fmt.Sprintf("the log has no case attribute %q", name), "mine summary shows what it has"),
			)
		}
	}
	_, last := s.log.Bounds()
	if last != eventlog.NoTime {
		if plan.Horizon = moment(last); plan.Horizon.After(s.now) {
			plan.Horizon = s.now
		}
	}
	return plan, nil
}

// endWord is how the source says that a case has ended: the activity, or the
// attribute and its value.
func endWord(r eventlog.OutcomeRule, value string) string {
	if r.Attr == eventlog.ActivityAttr {
		return value
	}
	return r.Attr + ": " + value
}

// endedBy gives the word by which a case ended; of several rules the one
// written last counts, as in eventlog.Outcomes.
func (s *Source) endedBy(c int) string {
	end := s.ends[c]
	for _, r := range slices.Backward(s.opt.Ends) {
		if r.Outcome != end.Outcome {
			continue
		}
		var v eventlog.Value
		switch {
		case end.Event < 0:
			if col := s.log.CaseColumn(r.Attr); col != nil {
				v = col.Value(c)
			}
		case r.Attr == eventlog.ActivityAttr:
			v = eventlog.TextValue(s.log.ActivityName(s.log.Activity()[end.Event]))
		default:
			if col := s.log.EventColumn(r.Attr); col != nil {
				v = col.Value(end.Event)
			}
		}
		if !v.IsMissing() && v.IsAny(r.Values) {
			return endWord(r, v.Text())
		}
	}
	return string(end.Outcome)
}

func moment(us int64) time.Time {
	if us == eventlog.NoTime {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Records gives each case: its events as changes of stage up to the event that
// ended it, then the case as it stands.
func (s *Source) Records(ctx context.Context, notes *intake.Notes, _ func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		rows := notes.Rows(s.opt.File)
		for c := range s.log.Cases() {
			if c&0xfff == 0 && ctx.Err() != nil {
				yield(nil, throughline.Fail("read", throughline.Unavailable, s.opt.File, ctx.Err()))
				return
			}
			if !s.one(c, rows, notes, yield) {
				return
			}
		}
	}
}

func (s *Source) one(c int, rows *int, notes *intake.Notes, yield func(intake.Record, error) bool) bool {
	id, end := s.log.CaseID(c), s.ends[c]
	lo, hi := s.log.Span(c)
	row := intake.Row{File: s.opt.File, Record: "case " + id}
	deal := &intake.Snapshot{Row: row, Foreign: id, Title: id, Attributes: map[string]string{}}
	for e := lo; e < hi; e++ {
		*rows++
		at := moment(s.log.Times()[e])
		if deal.Opened.IsZero() {
			deal.Opened = at
		}
		if end.Event >= 0 && e > end.Event {
			notes.Say("after-the-end", &row, "activity", "", func() diag.Finding {
				return diag.Finding{
					Severity: diag.Hint,
					Message:  "events after the one that ended their case are left out, first in case " + fmt.Sprintf("%q", id),
					Hint:     "--won and the like say what ends a case",
				}
			})
			continue
		}
		if !at.IsZero() && end.Outcome != throughline.StillOpen && (e == end.Event || end.Event < 0) {
			deal.Ended = at
		}
		if e == end.Event {
			continue // said by the case as it stands
		}
		if at.IsZero() {
			notes.Say("event-untimed", &row, "time", "", func() diag.Finding {
				return diag.Finding{Severity: diag.Warning, Message: "events without a time are left out, first in case " + fmt.Sprintf("%q", id)}
			})
			continue
		}
		deal.Stage = s.log.ActivityName(s.log.Activity()[e])
		step := row
		step.Record = fmt.Sprintf("case %s event %d", id, e-lo+1)
		if !yield(&intake.Change{Row: step, Foreign: id, At: at, Stage: deal.Stage}, nil) {
			return false
		}
		deal.Modified = at
	}
	if lo == hi {
		*rows++
	}
	for _, col := range s.log.CaseColumns() {
		if col.IsMissing(c) {
			continue
		}
		text := col.Text(c)
		kind := spelling.Category
		if col.Name == s.opt.Title || col.Name == s.opt.Account {
			kind = spelling.Name
		}
		if spelling.Nothing(text, kind) {
			notes.Say("says-nothing", &row, col.Name, text, func() diag.Finding {
				return diag.Finding{
					Severity: diag.Hint,
					Message:  fmt.Sprintf("%q in attribute %s was read as nothing", text, col.Name),
					Hint:     "if it means something, write it in other words at the source",
				}
			})
			continue
		}
		switch {
		case col.Name == s.opt.Title:
			deal.Title = text
		case col.Name == s.opt.Account:
			deal.Account = intake.Party{Foreign: text, Name: text}
		case slices.Contains(s.opt.Without, col.Name) || s.tells(col.Name):
		default:
			deal.Attributes[col.Name] = text
		}
	}
	if end.Outcome != throughline.StillOpen {
		deal.Stage, deal.Status = "", s.endedBy(c)
	}
	return yield(deal, nil)
}

// tells reports whether an attribute says how cases end, which is not known
// when they open.
func (s *Source) tells(attr string) bool {
	return slices.ContainsFunc(s.opt.Ends, func(r eventlog.OutcomeRule) bool { return r.Attr == attr })
}
