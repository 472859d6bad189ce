package csv

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// side is a further table while it is read.
type side struct {
	Side
	file    intake.File
	dialect *Dialect
	header  []string
	col     [fields]int
	only    []int
	dates   map[int]*spelling.DateColumn
	amounts *spelling.AmountColumn
	cells   []string
}

// stageName is what a table of names says of a stage.
type stageName struct {
	name string
	end  intake.Ending
}

// mostNames bounds the names of stages that are held.
const mostNames = 10_000

// index finds deals by what other tables call them. It is made only where one
// of them speaks of deals that may not be there, or calls them by something else.
type index struct {
	title   map[string]string // "" where two are called so
	account map[string][]span
	of      map[string]string // a deal's account
	money   map[string]string // and the currency of its amount, where a column says it
}

func newIndex() *index {
	return &index{map[string]string{}, map[string][]span{}, map[string]string{}, map[string]string{}}
}

// span is a deal of an account while it was open, as its row says.
type span struct {
	id, opened, closed string
	ends               bool
}

// mostIndexed bounds it.
const mostIndexed = 1 << 20

// sides finds the further tables and their columns, and reads names of stages.
func (s *Source) openSides(read func(int64), plan *intake.Plan) (fs diag.Findings, err error) {
	s.sides, s.stageNames = nil, map[string]stageName{}
	for _, one := range s.m.Sides {
		f, ok := find(s.files, one.File.Name)
		if !ok {
			fs = append(fs, s.unknown("mapping-file", one.File, "file", names(s.files)))
			continue
		}
		t, found, err := OpenTable(f, nil, nil)
		fs = append(fs, found...)
		if errors.Is(err, ErrNoHeader) {
			continue
		}
		if err != nil {
			return fs, err
		}
		x := &side{Side: one, file: f, header: t.Header, dialect: &t.Dialect, dates: map[int]*spelling.DateColumn{}}
		t.Close()
		column := func(r Ref) int {
			i := t.Column(r.Name)
			if i < 0 {
				fs = append(fs, s.unknown("mapping-column", r, f.Base(), t.Header))
			}
			return i
		}
		for k, r := range one.Columns {
			if x.col[k] = -1; r.Name != "" {
				x.col[k] = column(r)
			}
		}
		for _, o := range one.Only {
			x.only = append(x.only, column(o.Ref))
		}
		for _, k := range []field{fAt, fPlanned, fExpected} {
			if i := x.col[k]; i >= 0 {
				x.dates[i] = &spelling.DateColumn{}
			}
		}
		if i := x.col[fAmount]; i >= 0 {
			x.amounts = &spelling.AmountColumn{}
			x.amounts.Measure(spelling.UnitOf(t.Header[i]))
		}
		s.sides = append(s.sides, x)
		plan.Files = append(plan.Files, f.Name)
	}
	slices.SortStableFunc(s.sides, func(a, b *side) int { return cmp.Compare(a.Kind, b.Kind) })
	if fs.Errors() {
		return fs, nil
	}
	for _, x := range s.sides {
		if x.Kind == NamesSide {
			if err := s.readNames(x, read); err != nil {
				return fs, err
			}
		}
	}
	return fs, nil
}

func (s *Source) readNames(x *side, read func(int64)) error {
	return x.each(read, nil, func(t *Table, row intake.Row) error {
		if id := x.cell(fID); id != "" && len(s.stageNames) < mostNames {
			n := stageName{name: cmp.Or(x.cell(fName), id)}
			won, _ := yes(x.cell(fWon))
			closed, _ := yes(x.cell(fClosed))
			switch end := foldHead(cmp.Or(x.cell(fWon), x.cell(fClosed))); {
			case won || end == "s" || end == "success" || end == "closed won" || end == "won":
				n.end = intake.EndWon
			case closed || end == "f" || end == "failure" || end == "apology" || end == "closed lost" || end == "lost":
				n.end = intake.EndNotWon
			}
			s.stageNames[strings.Clone(id)] = stageName{strings.Clone(n.name), n.end}
		}
		return nil
	})
}

// named gives a stage's name and what its table says of it.
func (s *Source) named(stage string) (string, intake.Ending) {
	if n, ok := s.stageNames[stage]; ok {
		return n.name, n.end
	}
	return stage, intake.EndUnsaid
}

// each reads the rows of a further table that count. notes may be nil: then
// what cannot be read is passed over, to be said by a later reading.
func (x *side) each(read func(int64), notes *intake.Notes, row func(*Table, intake.Row) error) error {
	t, _, err := OpenTable(x.file, x.dialect, read)
	if err != nil {
		return err
	}
	defer t.Close()
	var rows *int
	if notes != nil {
		rows = notes.Rows(x.file.Name)
	}
	for t.Next() {
		if rows != nil {
			*rows++
		}
		if t.Flaw() != Sound && t.Flaw() != ZeroByte {
			if notes != nil {
				if err := notes.Reject(t.Reject()); err != nil {
					return err
				}
			}
			continue
		}
		x.cells = t.Row().Strings(x.cells)
		for i, c := range x.cells {
			if x.cells[i] = strings.TrimSpace(c); strings.IndexByte(c, 0) >= 0 || spelling.Nothing(c, spelling.ID) {
				x.cells[i] = ""
			}
		}
		if !x.counts() {
			continue
		}
		if err := row(t, intake.Row{File: x.file.Name, Line: t.Row().Line}); err != nil {
			return err
		}
	}
	return t.Err()
}

// counts reports whether the row is one of those that were asked for.
func (x *side) counts() bool {
	for k, i := range x.only {
		if i >= 0 && i < len(x.cells) && !strings.EqualFold(x.cells[i], x.Only[k].Value) {
			return false
		}
	}
	return true
}

func (x *side) cell(f field) string {
	if i := x.col[f]; i >= 0 && i < len(x.cells) {
		return x.cells[i]
	}
	return ""
}

// surveySides learns how the dates and amounts of the further tables are
// written, and how far they reach.
func (s *Source) surveySides(ctx context.Context, read func(int64)) (horizon time.Time, fs diag.Findings, err error) {
	for _, x := range s.sides {
		if len(x.dates) == 0 && x.amounts == nil {
			continue
		}
		t, _, err := OpenTable(x.file, x.dialect, read)
		if err != nil {
			return horizon, fs, err
		}
		rows, valid := 0, true
		for t.Next() {
			if rows++; rows&0xfff == 0 && ctx.Err() != nil {
				t.Close()
				return horizon, fs, throughline.Fail("read", throughline.Unavailable, x.file.Name, ctx.Err())
			}
			valid = valid && utf8.Valid(t.Row().Raw())
			if t.Flaw() != Sound && t.Flaw() != ZeroByte {
				continue
			}
			for i, c := range x.dates {
				if v := view(bytes.TrimSpace(t.Row().Cell(i))); v != "" {
					c.Observe(v)
					if i == x.col[fAt] {
						c.Reach(v, s.zones(), s.now)
					}
				}
			}
			if x.amounts != nil {
				if v := view(bytes.TrimSpace(t.Row().Cell(x.col[fAmount]))); v != "" {
					x.amounts.Observe(v)
				}
			}
		}
		t.Close()
		if err := t.Err(); err != nil {
			return horizon, fs, err
		}
		if !valid && x.dialect.Encoding == UTF8 {
			x.dialect.Encoding = Windows1252
		}
		others := spelling.Unsaid
		for _, i := range slices.Sorted(maps.Keys(x.dates)) {
			others = cmp.Or(others, x.dates[i].Forced())
		}
		for _, i := range slices.Sorted(maps.Keys(x.dates)) {
			c := x.dates[i]
			fs = append(fs, DateFindings(c, c.Settle(s.m.Dates, others, s.zones()), t, i)...)
			if i == x.col[fAt] {
				horizon = later(horizon, c.Newest())
			}
		}
		if x.amounts != nil {
			fs = append(fs, AmountFindings(x.amounts, x.amounts.Settle(s.m.Decimal, s.m.Currency), t, x.col[fAmount])...)
		}
	}
	return horizon, fs, nil
}

// needsIndex reports whether a further table needs to know which deals there are.
func (s *Source) needsIndex() bool {
	return slices.ContainsFunc(s.sides, func(x *side) bool {
		return x.col[fDealTitle] >= 0 || x.Kind == ActivitiesSide && (x.col[fAccount] >= 0 || x.col[fPerson] >= 0) || x.Kind == MembersSide ||
			x.Kind == HistorySide
	})
}

// put notes what a row of the deals is called. The cells are the reader's.
func (ix *index) put(id, title, account, opened, closed, money string, ends bool) {
	if len(ix.of) >= mostIndexed {
		return
	}
	id, account = strings.Clone(id), strings.Clone(account)
	ix.of[id] = account
	if code, ok := spelling.Currency(money); ok && code != "" {
		ix.money[id] = code
	}
	if title != "" {
		title = strings.Clone(title)
		if had, ok := ix.title[title]; ok && had != id {
			ix.title[title] = ""
		} else {
			ix.title[title] = id
		}
	}
	if account != "" {
		ix.account[account] = append(ix.account[account], span{id, strings.Clone(opened), strings.Clone(closed), ends})
	}
}

// dealsOf gives the deals that a row of a further table is about.
func (s *Source) dealsOf(x *side, row *intake.Row, at time.Time, notes *intake.Notes) []string {
	if v := x.cell(fDeal); v != "" {
		if !strings.Contains(v, ";") {
			return []string{v}
		}
		var out []string
		for one := range strings.SplitSeq(v, ";") {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
		return out
	}
	if v := x.cell(fDealTitle); v != "" {
		id, ok := s.index.title[v]
		switch {
		case ok && id != "":
			return []string{id}
		case ok:
			notes.Say("deal-unclear", row, x.header[x.col[fDealTitle]], v, func() diag.Finding {
				return diag.Finding{
					Severity: diag.Hint,
					Message:  fmt.Sprintf("several deals are called %q; the row is of one of them and is left out", short(v)),
					Hint:     "export the deal's id with it",
				}
			})
		}
		return nil
	}
	v := x.cell(fAccount)
	if v == "" {
		return nil
	}
	var open []string
	for _, sp := range s.index.account[v] {
		if s.during(sp, at) {
			open = append(open, sp.id)
		}
	}
	if len(open) > 1 {
		notes.Say("deal-unclear", row, x.header[x.col[fAccount]], "", func() diag.Finding {
			return diag.Finding{
				Severity: diag.Hint,
				Message:  "a customer had several open deals when this happened; it is left out",
				Hint:     "nothing says which of them it was about",
			}
		})
		return nil
	}
	return open
}

// during reports whether a deal was open at an instant.
func (s *Source) during(sp span, at time.Time) bool {
	read := func(r role, v string) time.Time {
		if i := s.col[r]; i >= 0 && v != "" {
			t, _ := s.dates[i].Read(v)
			return t
		}
		return time.Time{}
	}
	if at.IsZero() {
		return !sp.ends
	}
	if opened := read(cmpRole(s.col[openedRole] >= 0, openedRole, createdRole), sp.opened); at.Before(opened) {
		return false
	}
	if closed := read(closedRole, sp.closed); sp.ends && !closed.IsZero() && at.After(closed.Add(24*time.Hour)) {
		return false
	}
	return true
}

func cmpRole(first bool, a, b role) role {
	if first {
		return a
	}
	return b
}

// sideDate reads a day of a further table; bad is set where it is none.
func (x *side) date(t *Table, f field, bad **intake.Rejection) time.Time {
	i := x.col[f]
	if i < 0 || i >= len(x.cells) || x.cells[i] == "" || *bad != nil {
		return time.Time{}
	}
	at, fault := x.dates[i].Read(x.cells[i])
	if fault != spelling.DateFine && !spelling.Nothing(x.cells[i], spelling.Day) {
		*bad = t.RejectCell(i, fmt.Sprintf("%q %s", short(x.cells[i]), fault), fault.Hint())
	}
	return at
}

// sideRecords reads the tables of some kinds.
func (s *Source) sideRecords(notes *intake.Notes, read func(int64), yield func(intake.Record, error) bool, kinds ...SideKind) bool {
	stop := errors.New("no more is wanted")
	for _, x := range s.sides {
		if !slices.Contains(kinds, x.Kind) {
			continue
		}
		err := x.each(read, notes, func(t *Table, row intake.Row) error {
			var bad *intake.Rejection
			for _, rec := range s.sideRow(x, t, row, &bad, notes) {
				if !yield(rec, nil) {
					return stop
				}
			}
			if bad != nil {
				return notes.Reject(bad)
			}
			return nil
		})
		if errors.Is(err, stop) {
			return false
		}
		if err != nil {
			return yield(nil, err) && false
		}
	}
	return true
}

// sideRow reads a row of a further table that is no history.
func (s *Source) sideRow(x *side, t *Table, row intake.Row, bad **intake.Rejection, notes *intake.Notes) []intake.Record {
	row.Record = x.Kind.key() + " " + x.cell(fID)
	switch x.Kind {
	case AccountsSide:
		if id := x.cell(fID); id != "" {
			return []intake.Record{&intake.Account{Row: row, Party: intake.Party{Foreign: id, Name: x.cell(fName)}}}
		}
	case PeopleSide:
		name := cmp.Or(x.cell(fName), strings.TrimSpace(x.cell(fFirst)+" "+x.cell(fLast)), x.cell(fEmail))
		if id := cmp.Or(x.cell(fID), name); id != "" {
			p := &intake.Person{Row: row, Foreign: contact(id, ""), Name: name, Title: x.cell(fJob), Email: x.cell(fEmail)}
			if s.col[accountNameRole] >= 0 || x.cell(fAccount) != "" {
				p.Account = x.cell(fAccount)
			}
			if m := x.cell(fManager); m != "" {
				p.Manager = contact(m, "")
			}
			return []intake.Record{p}
		}
	case MembersSide:
		var out []intake.Record
		at := x.date(t, fAt, bad)
		if *bad != nil {
			return nil
		}
		for _, id := range s.dealsOf(x, &row, at, notes) {
			for one := range strings.SplitSeq(x.cell(fPerson), ";") {
				if one = strings.TrimSpace(one); one != "" {
					out = append(out, &intake.Member{Row: row, Deal: id, Person: s.personOf(one, id), Role: x.cell(fRole), At: at})
				}
			}
		}
		return out
	case ActivitiesSide:
		return s.act(x, t, row, bad, notes)
	}
	return nil
}

// contact keeps the ids of the customers' people apart from those of ours, and
// people known by a name only apart by their customer.
func contact(id, account string) string {
	if account != "" {
		return "contact " + id + " at " + account
	}
	return "contact " + id
}

// personOf gives the id of somebody whom a row names: as the table of people
// has it, else as the deal's own row would.
func (s *Source) personOf(word, dealID string) string {
	if slices.ContainsFunc(s.sides, func(x *side) bool { return x.Kind == PeopleSide && x.col[fID] >= 0 }) {
		return contact(word, "")
	}
	return contact(word, s.index.of[dealID])
}

// act reads an activity: what it was, whose act, and whether it happened.
func (s *Source) act(x *side, t *Table, row intake.Row, bad **intake.Rejection, notes *intake.Notes) (out []intake.Record) {
	at, planned := x.date(t, fAt, bad), x.date(t, fPlanned, bad)
	if *bad != nil {
		return nil
	}
	a := intake.Act{Row: row, What: x.What, By: x.By}
	if word := x.cell(fWhat); word != "" {
		if kind := x.mean(word, actKinds); kind != "" {
			a.What = kind
		} else if a.What == "" {
			notes.Say("activity-kind", &row, x.header[x.col[fWhat]], word, func() diag.Finding {
				return diag.Finding{Severity: diag.Hint, Message: fmt.Sprintf("activities of type %q are not read", short(word)), Hint: "say under `means` whether it is a call, an email, a meeting or a task"}
			})
			return nil
		}
		if by := x.mean(word, actSides); by != "" {
			a.By = sideOf(by)
		}
	}
	if a.What == "" {
		a.What = "task"
	}
	if by := x.mean(x.cell(fDirection), actSides); by != "" {
		a.By = sideOf(by)
	}
	happened := at
	if happened.IsZero() {
		happened = planned
	}
	switch state := x.mean(x.cell(fState), actState); {
	case state == "none":
		return nil
	case state == "held" || state == "done":
		if a.What == "meeting" && a.By == deal.UnknownSide {
			a.By = deal.Customer // they gave their time
		}
	case state == "planned":
		a.Open = true
	case x.Done:
	default:
		a.Open = happened.After(s.now) || at.IsZero()
	}
	if happened.IsZero() {
		return nil // no day: nothing is told
	}
	a.Foreign, a.Happened, a.Learned = x.cell(fID), happened, happened
	if a.Foreign == "" {
		a.Foreign = strings.Join([]string{a.What, cmp.Or(x.cell(fAt), x.cell(fPlanned)), string(a.By), x.cell(fPerson)}, " ")
	}
	a.Record = "activity " + a.Foreign
	if a.Open {
		a.Happened, a.Learned = time.Time{}, time.Time{}
	}
	for _, id := range s.dealsOf(x, &row, happened, notes) {
		one := a
		one.Deal = id
		if who, _, _ := strings.Cut(x.cell(fPerson), ";"); who != "" {
			one.Person = s.personOf(strings.TrimSpace(who), id)
		}
		out = append(out, &one)
	}
	return out
}

// history reads the tables of what deals were, and hands it over in order.
func (s *Source) history(notes *intake.Notes, read func(int64), yield func(intake.Record, error) bool) bool {
	if !slices.ContainsFunc(s.sides, func(x *side) bool { return x.Kind == HistorySide }) {
		return true
	}
	h := intake.NewChanges("", 0, s.zones().Clocks)
	defer h.Close()
	for _, x := range s.sides {
		if x.Kind != HistorySide {
			continue
		}
		err := x.each(read, notes, func(t *Table, row intake.Row) error {
			var bad *intake.Rejection
			for _, c := range s.changes(x, t, row, &bad, notes) {
				if err := h.Add(c); err != nil {
					return err
				}
			}
			if bad != nil {
				return notes.Reject(bad)
			}
			return nil
		})
		if err != nil {
			return yield(nil, err) && false
		}
	}
	return h.Into(yield)
}

// property takes the new value of the property that a row of a history is
// about; where it is the stage, the word for it is given back.
func (s *Source) property(x *side, v string, c *intake.Change) (stage string) {
	switch x.mean(x.cell(fProperty), property) {
	case "stage":
		return v
	case "amount":
		if m, _, fault := spelling.Amount(v, s.m.Currency); fault == spelling.AmountFine {
			c.Amount = intake.Amount{Money: s.scaled(m), Stated: true}
		}
	case "expected":
		if day, ok := spelling.Instant(v, s.m.Dates == spelling.DMY); ok {
			c.Expected = s.zones().Day(day)
		}
	case "owner":
		c.Owner = intake.Party{Foreign: v}
	}
	return ""
}

// changes reads a row of a history.
func (s *Source) changes(x *side, t *Table, row intake.Row, bad **intake.Rejection, notes *intake.Notes) (out []*intake.Change) {
	at := x.date(t, fAt, bad)
	c := intake.Change{Row: row, At: at, Expected: s.zones().Day(x.date(t, fExpected, bad))}
	if *bad != nil || at.IsZero() || at.After(s.now) {
		return nil
	}
	c.Record = "history " + cmp.Or(x.cell(fDeal), x.cell(fDealTitle))
	stage := x.cell(fStage)
	if v := x.cell(fAmount); v != "" {
		if m, fault := x.amounts.Read(v); fault == spelling.AmountFine {
			c.Amount = intake.Amount{Money: s.scaled(m), Stated: true}
			if code, ok := spelling.Currency(x.cell(fCurrency)); ok && code != "" {
				c.Amount.Currency = code
			}
		}
	}
	if v := x.cell(fOwner); v != "" {
		c.Owner = intake.Party{Foreign: v}
	}
	if v := x.cell(fValue); v != "" && x.cell(fProperty) != "" {
		if moved := s.property(x, v, &c); moved != "" {
			stage = moved
		}
	}
	if stage != "" {
		c.Stage, c.End = s.named(stage)
	}
	if c.Stage == "" && !c.Amount.Stated && c.Expected.IsZero() && c.Owner.Foreign == "" {
		return nil
	}
	for _, id := range s.dealsOf(x, &row, at, notes) {
		if _, ok := s.index.of[id]; !ok && len(s.index.of) < mostIndexed {
			notes.Say("unknown-deal", &row, "", "history", func() diag.Finding {
				return diag.Finding{
					Severity: diag.Hint,
					Message:  "history belongs to a deal that is not among those imported, and is left out",
					Hint:     "export the deals it belongs to with it",
				}
			})
			continue
		}
		one := c
		one.Foreign = id
		if one.Amount.Stated && one.Amount.Currency == "" {
			one.Amount.Currency = s.index.money[id]
		}
		out = append(out, &one)
	}
	return out
}

// scaled gives an amount as it is meant.
func (s *Source) scaled(m throughline.Money) throughline.Money {
	if s.m.Cents {
		half := int64(50)
		if m.Cents < 0 {
			half = -50
		}
		m.Cents = (m.Cents + half) / 100
	}
	return m
}
