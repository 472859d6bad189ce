package learning

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/playbook"
)

// CasesInput says which number to open.
type CasesInput struct {
	desk.View
	Part
	Where      []string `name:"where" sep:"none" placeholder:"ATTR=VALUE" query:"where" json:"where,omitempty" help:"Only deals whose attribute, as it was at the opening, is so: = (with several values between commas), !=, <, <=, >, >=."`
	After      string   `name:"after" placeholder:"ACTIVITY" query:"after" json:"after,omitempty" help:"Took the step from this activity; empty with --next: begins with it."`
	Next       string   `name:"next" placeholder:"ACTIVITY" query:"next" json:"next,omitempty" help:"To this one; empty with --after: ends with it."`
	Has        string   `name:"has" placeholder:"ACTIVITY" query:"has" json:"has,omitempty" help:"Has this activity."`
	Lacks      string   `name:"lacks" placeholder:"ACTIVITY" query:"lacks" json:"lacks,omitempty" help:"Has not this activity; a milestone only where the deal's process has it and nobody marked it as not needed."`
	QuietAfter string   `name:"quiet-after" placeholder:"ACTIVITY" query:"quiet_after" json:"quiet_after,omitempty" help:"Died or waits after a long pause behind this activity."`
	Skipped    string   `name:"skipped" placeholder:"MILESTONE" query:"skipped" json:"skipped,omitempty" help:"Skipped this milestone."`
	Group      int      `name:"group" placeholder:"N" query:"group" json:"group,omitempty" help:"Is of this group of processes, counted from 1."`
	Cause      string   `name:"cause" placeholder:"CAUSE" query:"cause" json:"cause,omitempty" help:"Ended without a decision for this cause, or an unknown one."`
	Outcome    string   `name:"outcome" placeholder:"END" query:"outcome" json:"outcome,omitempty" help:"Ended so: won, lost, no_decision, open or another end state."`
}

// CaseList is the answer of MineCases.
type CaseList struct {
	Rows []CaseRow `json:"rows"`
}

// CaseRow is a deal.
type CaseRow struct {
	ID      throughline.DealID `json:"id"`
	Title   string             `json:"title"`
	Outcome string             `json:"outcome"`
	Opened  throughline.Day    `json:"opened,omitzero"`
}

// MineCases lists the cases that something is true of.
func MineCases(ctx context.Context, d *Learner, in CasesInput) (CaseList, error) {
	const op = "open a number"
	out := CaseList{Rows: []CaseRow{}}
	asked := 0
	for _, is := range []bool{in.After != "" || in.Next != "", in.Has != "", in.Lacks != "", in.QuietAfter != "", in.Skipped != "", in.Group != 0, in.Cause != ""} {
		if is {
			asked++
		}
	}
	if asked > 1 {
		return out, throughline.Fail(
			op,
			throughline.Invalid,
			"",
			errors.New("one of --after and --next, --has, --lacks, --quiet-after, --skipped, --group and --cause at a time"),
		)
	}
	h, err := d.part(ctx, op, in.View, in.Part, in.Where)
	if err != nil {
		return out, err
	}
	for _, name := range []*string{&in.After, &in.Next, &in.Has, &in.Lacks, &in.QuietAfter} {
		*name = h.activityOf(*name)
		if err := h.refuseUnknown(d, *name); err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", err)
		}
	}
	sel, err := h.casesOf(d, in)
	if err != nil {
		return out, throughline.Fail(op, throughline.Invalid, "", err)
	}
	out.Rows, err = h.rows(ctx, d, sel)
	return out, err
}

// casesOf gives the cases that what was asked is true of.
func (h *parted) casesOf(d *Learner, in CasesInput) (eventlog.Selection, error) {
	sel := h.sel
	if in.Outcome != "" {
		ends, err := endsNamed(in.Outcome)
		if err != nil {
			return nil, err
		}
		sel = h.pick(ends...)
	}
	switch {
	case in.Has != "":
		return keep(sel, h.having(in.Has)), nil
	case in.Lacks != "":
		return without(h.asked(d, sel, in.Lacks), h.having(in.Lacks)), nil
	case in.After != "" || in.Next != "":
		m := sure(d.Logs, h.key.of(OfMap), h.drawn)
		if m == nil { // one of the two is missing; what is asked is still a question
			m = mining.Draw(h.log, h.pick(throughline.Won), h.pick(noneEnds...), h.roadMap())
		}
		return m.Behind(h.log, sel, in.After, in.Next), nil
	case in.QuietAfter != "":
		// What is quiet is told by the pauses of the whole part, however its deals ended.
		s := mining.FindStalls(h.log, h.sel, h.end, mining.StallSettings{AsOf: eventlog.Micros(h.asOf), Only: in.QuietAfter})
		return keep(sel, s.Behind), nil
	case in.Skipped != "":
		return h.skipped(d, sel, in.Skipped)
	case in.Cause != "":
		cond, err := causedBy(in.Cause)
		if err != nil {
			return nil, err
		}
		return keep(sel, h.log.Select(eventlog.Filter{Where: []eventlog.Cond{cond}})), nil
	case in.Group != 0:
		p := sure(d.Logs, h.key.of(OfProcesses), func() *mining.Partition { return h.processes(d, 10) })
		if in.Group < 0 || in.Group > len(p.Groups) {
			return nil, errors.New("there is no group of that number")
		}
		return keep(sel, p.Groups[in.Group-1].Selection), nil
	}
	return sel, nil
}

// causedBy is the condition that a deal ended for a cause; "unknown" where none
// was written down.
func causedBy(cause string) (eventlog.Cond, error) {
	if cause == "unknown" {
		return eventlog.Cond{Attr: ledgerCause, Op: eventlog.Absent}, nil
	}
	if !throughline.Cause(cause).Known() {
		var known []string
		for _, c := range throughline.Causes() {
			known = append(known, string(c))
		}
		return eventlog.Cond{}, diag.Unknown(cause, known)
	}
	return eventlog.Cond{Attr: ledgerCause, Op: eventlog.In, Values: []eventlog.Value{eventlog.TextValue(cause)}}, nil
}

// rows gives the deals behind the cases of a selection, the youngest first.
func (h *history) rows(ctx context.Context, d *Learner, sel eventlog.Selection) ([]CaseRow, error) {
	out := []CaseRow{}
	ids := make([]throughline.DealID, 0, len(sel))
	ends := map[throughline.DealID]string{}
	for _, c := range sel {
		if id, err := throughline.ParseID(h.log.CaseID(int(c))); err == nil {
			ids = append(ids, throughline.DealID(id))
			ends[throughline.DealID(id)] = h.end[c].Outcome.Word()
		}
	}
	found, err := d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return out, err
	}
	slices.SortFunc(found, func(a, b deal.Summary) int {
		if c := b.Opened.Compare(a.Opened); c != 0 {
			return c
		}
		return bytes.Compare(a.Deal[:], b.Deal[:])
	})
	for _, s := range found {
		out = append(out, CaseRow{s.Deal, s.Title.Value, ends[s.Deal], throughline.DayOf(s.Opened, d.Days())})
	}
	return out, nil
}

// activityOf gives the activity that a name means: its own, or the words in which
// it is shown.
func (h *history) activityOf(name string) string {
	if _, ok := h.log.Activities().Find(name); ok || name == "" {
		return name
	}
	for _, activity := range h.log.Activities().All() {
		if strings.EqualFold(h.words[activity], name) {
			return activity
		}
	}
	return name
}

// refuseUnknown refuses the name of an activity that no deal has and no road of ours
// knows: that no deal is behind it would be true and say nothing.
func (h *history) refuseUnknown(d *Learner, name string) error {
	if name == "" {
		return nil
	}
	names := slices.Clone(h.log.Activities().All())
	for _, b := range d.Books() {
		for _, pr := range b.Processes {
			for _, s := range pr.Stages {
				names = append(names, s.ID, "stage "+s.ID)
			}
			for _, m := range pr.Milestones {
				names = append(names, m.ID)
			}
		}
	}
	if slices.Contains(names, name) {
		return nil
	}
	return diag.Unknown(name, names)
}

// asked gives the cases of which an activity is asked: where it is a milestone of
// ours, those whose process has it and in which nobody marked it as not needed.
func (h *history) asked(d *Learner, sel eventlog.Selection, name string) eventlog.Selection {
	has := map[string]bool{} // by process
	for _, pr := range d.Book.Processes {
		if slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.Addr.Last() == name }) {
			has[pr.ID] = true
		}
	}
	follows, spared := h.log.CaseColumn(ledgerProcess), h.log.CaseColumn(ledgerSpared)
	return slices.DeleteFunc(slices.Clone(sel), func(c uint32) bool {
		if follows != nil && len(has) > 0 && !has[follows.Text(int(c))] {
			return true
		}
		return spared != nil && slices.Contains(strings.Split(spared.Text(int(c)), ","), name)
	})
}

// having gives the cases that have an activity.
func (h *history) having(activity string) eventlog.Selection {
	is := eventlog.Cond{Attr: eventlog.ActivityAttr, Op: eventlog.In, Values: []eventlog.Value{eventlog.TextValue(activity)}}
	return h.log.Select(eventlog.Filter{Where: []eventlog.Cond{is}})
}

func keep(a, b eventlog.Selection) eventlog.Selection {
	in := among(b)
	return slices.DeleteFunc(slices.Clone(a), func(c uint32) bool { return !in[c] })
}

func without(a, b eventlog.Selection) eventlog.Selection {
	in := among(b)
	return slices.DeleteFunc(slices.Clone(a), func(c uint32) bool { return in[c] })
}

func among(sel eventlog.Selection) map[uint32]bool {
	in := make(map[uint32]bool, len(sel))
	for _, c := range sel {
		in[c] = true
	}
	return in
}

// skipped gives the cases whose alignment skips a milestone.
func (h *history) skipped(d *Learner, sel eventlog.Selection, id string) (eventlog.Selection, error) {
	pr, err := d.processNamed("")
	if err != nil {
		return nil, err
	}
	for _, other := range d.Book.Processes { // a milestone of another one names that
		if slices.ContainsFunc(other.Milestones, func(m playbook.Milestone) bool { return m.ID == id }) {
			pr = other
		}
	}
	sel = keep(sel, h.along(pr.ID))
	road, err := d.bookRoad(h.log, pr)
	if err != nil {
		return nil, err
	}
	step := slices.IndexFunc(road, func(s mining.RoadElement) bool { return s.Name == id || slices.Contains(s.Activities, id) })
	if step < 0 {
		var names []string
		for _, s := range road {
			names = append(names, s.Activities...)
		}
		return nil, diag.Unknown(id, names)
	}
	var fit mining.ConformanceSettings
	h.onRoadOnly(&fit, road)
	var out eventlog.Selection
	for _, c := range sel {
		if r := mining.Conform(h.log, eventlog.Selection{c}, h.end, road, fit); r.Steps[step].Skipped > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}
