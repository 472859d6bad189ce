package salesforce

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
)

// joinLimit bounds how many accounts are held to describe their deals with.
const joinLimit = 300_000

// Records streams accounts, users and contacts, then the history of each deal
// in order, then the deals as they stand, then roles and activities.
func (s *Source) Records(ctx context.Context, notes *intake.Notes, read func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		history := intake.NewChanges(s.opt.TempDir, s.opt.Memory, s.zones().Clocks)
		defer history.Close()
		sorted := false
		for _, t := range s.tables {
			if t.object > validityObject && !sorted {
				sorted = true
				if !history.Into(yield) {
					return
				}
			}
			if !s.table(ctx, t, notes, read, history, yield) {
				return
			}
		}
		if !sorted {
			history.Into(yield)
		}
	}
}

// table reads one file; false ends the reading.
func (s *Source) table(
	ctx context.Context,
	t *table,
	notes *intake.Notes,
	read func(int64),
	history *intake.Changes,
	yield func(intake.Record, error) bool,
) bool {
	in, _, err := csv.OpenTable(t.file, &t.dialect, read)
	if err != nil {
		return yield(nil, err) && false
	}
	defer in.Close()
	rows := notes.Rows(t.file.Name)
	for in.Next() {
		if *rows++; *rows&0xfff == 0 && ctx.Err() != nil {
			return yield(nil, throughline.Fail("read", throughline.Unavailable, t.file.Name, ctx.Err())) && false
		}
		rec, bad, err := s.row(t, in, notes, history)
		if err != nil {
			return yield(nil, err) && false
		}
		if bad != nil {
			if err := notes.Reject(bad); err != nil {
				return yield(nil, err) && false
			}
			continue
		}
		if rec != nil && !yield(rec, nil) {
			return false
		}
	}
	if err := in.Err(); err != nil {
		return yield(nil, err) && false
	}
	return true
}

// row reads one row: a record to hand on, why it is none, or neither, where it
// is a change that is kept for its deal's history or is left out.
func (s *Source) row(t *table, in *csv.Table, notes *intake.Notes, history *intake.Changes) (rec intake.Record, bad *intake.Rejection, err error) {
	if in.Flaw() != csv.Sound && in.Flaw() != csv.ZeroByte {
		return nil, in.Reject(), nil
	}
	t.cells = in.Row().Strings(t.cells)
	row := intake.Row{File: t.file.Name, Line: in.Row().Line}
	bad = t.clean(in, &row, s, notes)
	row.Record = t.object.String() + " " + t.get("id")
	switch {
	case bad != nil:
		return nil, bad, nil
	case t.deleted() && (t.object == opportunityObject || t.object == validityObject):
		return t.removal(row), nil, nil
	case t.deleted():
		notes.Say("deleted", &row, "IsDeleted", "", func() diag.Finding {
			return diag.Finding{
				Severity: diag.Hint,
				Message:  "a row of " + t.object.String() + " is marked as deleted and left out",
				Hint:     "restore it in Salesforce if it should count",
			}
		})
		return nil, nil, nil
	case t.object == historyObject || t.object == validityObject:
		c := s.change(t, in, row, &bad)
		if bad != nil || len(s.gone) > 0 && s.gone[hash(c.Foreign)] {
			return nil, bad, nil // the deal is gone at the source; that is said of the deal
		}
		return nil, nil, history.Add(c)
	}
	rec = s.record(t, in, row, notes, &bad)
	return rec, bad, nil
}

// removal says that an opportunity is gone.
func (t *table) removal(row intake.Row) *intake.Snapshot {
	out := &intake.Snapshot{Row: row, Foreign: t.get("id"), End: intake.EndRemoved, Reason: "deleted"}
	if m := t.master(); m != "" {
		out.Reason = "merged into " + m
	}
	return out
}

func (s *Source) change(t *table, in *csv.Table, row intake.Row, bad **intake.Rejection) *intake.Change {
	c := &intake.Change{Row: row, Stage: t.get("stagename"), Amount: t.amount(in, bad), Expected: s.zones().Day(t.date(in, "closedate", bad))}
	if t.object == historyObject {
		c.Foreign = t.need(in, "opportunityid", bad)
		c.At = t.date(in, "createddate", bad)
	} else {
		c.Foreign = t.need(in, "id", bad)
		if c.At = t.date(in, "lastmodifieddate", bad); c.At.IsZero() {
			c.At = t.date(in, "fivetranstart", bad)
		}
		c.Owner = intake.Party{Foreign: t.get("ownerid")}
		c.Record += " from " + t.get("fivetranstart")
		c.End = t.ending()
	}
	if c.Amount.Stated && t.get("currencyisocode") == "" {
		if code := s.currencyOf(c.Foreign); code != "" {
			c.Amount.Currency = code
		}
	}
	if c.End == intake.EndUnsaid {
		c.End = s.stages[c.Stage] // what the opportunities say of this stage
	}
	if c.At.IsZero() && *bad == nil {
		*bad = in.RejectCell(-1, "the change has no date", "export it with its CreatedDate")
	}
	return c
}

// need gives a cell that the row cannot do without.
func (t *table) need(in *csv.Table, name string, bad **intake.Rejection) string {
	v := t.get(name)
	if v == "" && *bad == nil {
		*bad = in.RejectCell(t.col[name], "the row has no id here", "export it again with its ids")
	}
	return v
}

// record reads a row of any other object.
func (s *Source) record(t *table, in *csv.Table, row intake.Row, notes *intake.Notes, bad **intake.Rejection) intake.Record {
	switch t.object {
	case accountObject:
		a := &intake.Account{Row: row, Party: intake.Party{Foreign: t.need(in, "id", bad), Name: t.get("name"), Attributes: map[string]string{}}}
		for column, name := range map[string]string{"industry": "industry", "type": "account_type", "billingcountry": "country",
			"numberofemployees": "employees"} {
			if v := t.get(column); v != "" {
				a.Attributes[name] = v
			}
		}
		t.further(a.Attributes)
		if len(a.Attributes) > 0 && len(s.joined) < joinLimit {
			s.joined[a.Foreign] = a.Attributes
		}
		return a
	case userObject, contactObject:
		p := &intake.Person{
			Row:     row,
			Foreign: t.need(in, "id", bad),
			Ours:    t.object == userObject,
			Name:    t.get("name"),
			Title:   t.get("title"),
			Email:   t.get("email"),
			Account: t.get("accountid"),
		}
		if p.Name == "" {
			p.Name = strings.TrimSpace(t.get("firstname") + " " + t.get("lastname"))
		}
		if p.Ours {
			p.Account = ""
		} else {
			p.Manager = t.get("reportstoid")
		}
		return p
	case opportunityObject:
		return s.opportunity(t, in, row, notes, bad)
	case roleObject:
		return &intake.Member{
			Row:    row,
			Deal:   t.need(in, "opportunityid", bad),
			Person: t.need(in, "contactid", bad),
			Role:   t.get("role"),
			At:     t.date(in, "createddate", bad),
		}
	}
	// Tasks and events are about a deal only where they point at one.
	about := t.get("whatid")
	if !strings.HasPrefix(about, "006") {
		return nil
	}
	return s.act(t, in, row, about, bad)
}

func (s *Source) opportunity(t *table, in *csv.Table, row intake.Row, notes *intake.Notes, bad **intake.Rejection) intake.Record {
	snap := &intake.Snapshot{
		Row:     row,
		Foreign: t.need(in, "id", bad),
		Title:   t.get("name"),
		Stage:   t.get("stagename"),
		End:     t.ending(),
		Amount:  t.amount(in, bad),
		Account: intake.Party{
			Foreign: t.get("accountid"),
			Name:    t.get("accountname"),
		},
		Owner:    intake.Party{Foreign: t.get("ownerid"), Name: t.get("ownername")},
		Opened:   t.date(in, "createddate", bad),
		Modified: t.date(in, "lastmodifieddate", bad),
	}
	for _, name := range []string{"lossreasonc", "closedlostreasonc", "lostreasonc", "lossreason", "closedlostreason"} {
		if v := t.get(name); v != "" {
			snap.Reason = v
			break
		}
	}
	if snap.Modified.IsZero() {
		snap.Modified = t.date(in, "systemmodstamp", bad)
	}
	if snap.Title == "" {
		snap.Title = snap.Foreign
	}
	closing := t.date(in, "closedate", bad)
	snap.Expected = s.zones().Day(closing)
	if snap.End == intake.EndWon || snap.End == intake.EndNotWon {
		// CloseDate is typed by hand; the day is believed only where it lies
		// between the record's own dates.
		snap.Ended = closing
		if opened := s.zones().Day(snap.Opened).Start(s.zones().Days); closing.IsZero() {
			// Nothing says on which day; that it was changed then does not.
		} else if closing.Before(opened) {
			snap.Ended = snap.Modified
			notes.Say("closed-before-created", &row, "CloseDate", "", func() diag.Finding {
				return diag.Finding{Severity: diag.Hint,
					Message: "the close date " + s.zones().Day(closing).String() + " of a closed opportunity lies before the day it was created, " + s.zones().Day(opened).String(),
					Hint:    "its end is dated by its history, or else by its last change"}
			})
		} else if !snap.Modified.IsZero() && closing.After(snap.Modified) {
			snap.Ended = snap.Modified
			notes.Say("closed-after-change", &row, "CloseDate", "", func() diag.Finding {
				return diag.Finding{Severity: diag.Hint,
					Message: "the close date " + s.zones().Day(closing).String() + " of a closed opportunity lies after its last change, " + s.zones().Day(snap.Modified).String(),
					Hint:    "its end is dated by its history, or else by its last change"}
			})
		}
	}
	snap.Attributes = map[string]string{}
	for column, name := range map[string]string{"leadsource": "lead_source", "type": "type", "recordtypeid": "record_type"} {
		if v := t.get(column); v != "" {
			snap.Attributes[name] = v
		}
	}
	for name, v := range s.joined[snap.Account.Foreign] {
		snap.Attributes[name] = v
	}
	t.further(snap.Attributes) // of a field of both, the deal's own counts
	return snap
}

// act reads a task or an event: what it was, whose act if that is known, with
// whom and whether it is done; never its subject or text.
func (s *Source) act(t *table, in *csv.Table, row intake.Row, about string, bad **intake.Rejection) intake.Record {
	a := &intake.Act{Row: row, Foreign: t.need(in, "id", bad), Deal: about, What: "meeting", Learned: t.date(in, "createddate", bad)}
	if who := t.get("whoid"); strings.HasPrefix(who, "003") {
		a.Person = who
	}
	if t.object == taskObject {
		a.What = "task"
		for _, kind := range []string{strings.ToLower(t.get("tasksubtype")), strings.ToLower(t.get("type"))} {
			if kind == "call" || kind == "email" || kind == "meeting" {
				a.What = kind
				break
			}
		}
		switch strings.ToLower(t.get("calltype")) {
		case "inbound":
			a.By = deal.Customer
		case "outbound":
			a.By = deal.Us
		}
		closed, said := t.flag("isclosed")
		a.Open = said && !closed || !said && !strings.EqualFold(t.get("status"), "completed")
		a.Happened = t.date(in, "completeddatetime", bad)
		if a.Happened.IsZero() {
			a.Happened = t.date(in, "activitydate", bad)
		}
	} else {
		for _, name := range []string{"activitydatetime", "startdatetime", "activitydate"} {
			if a.Happened.IsZero() {
				a.Happened = t.date(in, name, bad)
			}
		}
		a.Open = a.Happened.IsZero() || a.Happened.After(s.now)
	}
	switch {
	case a.Open:
		a.Happened = time.Time{}
	case a.Happened.IsZero():
	case a.Learned.Before(a.Happened):
		a.Learned = a.Happened
	}
	return a
}
