package csv

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/playbook"
)

// Source reads deals from tables by a mapping. It is an intake.Source.
type Source struct {
	files   []intake.File
	m       *Mapping
	words   playbook.Mapping // the playbook's, with the mapping file's over it
	now     time.Time
	deals   intake.File
	dialect *Dialect
	col     [roles]int // columns of the deals table, -1 where none
	entered []enteredColumn
	attrs   []attribute
	joins   []*join
	dates   map[int]*DateColumn
	amounts map[int]*AmountColumn
}

type enteredColumn struct {
	stage string
	col   int
}

type attribute struct {
	name string
	col  int
}

// New makes a source of files read by m. book is the playbook's mapping of
// words; now bounds what can have happened.
func New(files []intake.File, m *Mapping, book playbook.Mapping, now time.Time) *Source {
	return &Source{files: files, m: m, words: merge(book, m), now: now, dates: map[int]*DateColumn{}, amounts: map[int]*AmountColumn{}}
}

// merge puts the mapping file's words over the playbook's.
func merge(book playbook.Mapping, m *Mapping) playbook.Mapping {
	out := playbook.Mapping{Stages: map[string]playbook.MappedStage{}, Outcomes: map[string]playbook.MappedEnd{}, Roles: book.Roles}
	for k, v := range book.Stages {
		out.Stages[k] = v
	}
	for k, v := range book.Outcomes {
		out.Outcomes[k] = v
	}
	for k, v := range m.Stages {
		delete(out.Outcomes, playbook.Fold(k))
		out.Stages[playbook.Fold(k)] = v
	}
	for k, v := range m.Outcomes {
		delete(out.Stages, playbook.Fold(k))
		out.Outcomes[playbook.Fold(k)] = v
	}
	return out
}

// find gives the file that a mapping names: by its whole name, or by its last part.
func find(files []intake.File, name string) (intake.File, bool) {
	for _, f := range files {
		if f.Name == name {
			return f, true
		}
	}
	for _, f := range files {
		if strings.EqualFold(f.Base(), filepath.Base(name)) {
			return f, true
		}
	}
	return intake.File{}, false
}

// Survey settles the columns, loads the tables to join, and reads the deals
// once to learn how its dates and amounts are written and how far it reaches.
func (s *Source) Survey(ctx context.Context, read func(int64)) (intake.Plan, error) {
	plan := intake.Plan{System: cmp.Or(s.m.System, "csv"), Mapping: s.words, Files: []string{}}
	counted := func(n int64) {
		plan.Surveyed += n
		read(n)
	}
	say := func(fs ...diag.Finding) { plan.Findings = append(plan.Findings, fs...) }
	var ok bool
	if s.deals, ok = find(s.files, s.m.Deals.File.Name); !ok {
		say(s.unknown("mapping-file", s.m.Deals.File, "file", names(s.files)))
		return plan, nil
	}
	plan.Files, plan.Bytes = append(plan.Files, s.deals.Name), s.deals.Size
	t, fs, err := OpenTable(s.deals, s.dialect, counted)
	say(fs...)
	if err != nil {
		if errors.Is(err, ErrNoHeader) {
			err = nil
		}
		s.deals.Open = nil // nothing to read
		return plan, err
	}
	say(s.bind(t)...)
	if plan.Findings.Errors() {
		return plan, t.Close()
	}
	fs, err = s.join(counted, &plan)
	say(fs...)
	if err != nil || plan.Findings.Errors() {
		t.Close()
		return plan, err
	}
	horizon, valid, err := s.observe(ctx, t)
	if err == nil && !valid && t.Dialect.Encoding == UTF8 {
		// Bytes that are no UTF-8 past the sample: read it all the other way.
		d := t.Dialect
		d.Encoding = Windows1252
		s.dialect = &d
		if t, _, err = OpenTable(s.deals, s.dialect, counted); err == nil {
			horizon, _, err = s.observe(ctx, t)
		}
	}
	if err != nil {
		return plan, err
	}
	s.dialect = &t.Dialect
	if t.Dialect.Encoding == Windows1252 {
		say(diag.Finding{Check: "encoding", Severity: diag.Warning, Range: diag.Range{File: s.deals.Name}, Message: "the file is not UTF-8; it was read as Windows-1252",
			Hint: "export it as UTF-8 if names look wrong"})
	}
	plan.Horizon = horizon(&plan.Findings)
	if !s.m.Exported.IsZero() {
		plan.Horizon = s.m.Exported.Start()
	}
	for _, f := range s.files {
		used := f.Name == s.deals.Name || slices.ContainsFunc(s.joins, func(j *join) bool { return j.file.Name == f.Name })
		if !used && !slices.ContainsFunc(s.m.Lookups, func(l Lookup) bool { g, ok := find(s.files, l.File.Name); return ok && g.Name == f.Name }) {
			say(diag.Finding{Check: "unused-file", Severity: diag.Hint, Range: diag.Range{File: f.Name},
				Message: f.Base() + " is not used: it is neither the table of deals nor joined to it", Hint: "name it under lookups in the mapping if it says more about the deals"})
		}
	}
	return plan, nil
}

func names(files []intake.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Base())
	}
	return out
}

func (s *Source) unknown(check string, r Ref, what string, known []string) diag.Finding {
	f := diag.Finding{Check: check, Severity: diag.Error, Range: r.At, Value: r.Name, Nearest: diag.Nearest(r.Name, known)}
	switch {
	case r.Name == "":
		f.Message = "the mapping names no " + what
	case what == "file":
		f.Message = fmt.Sprintf("file %q is not among the files given", r.Name)
	default:
		f.Message = fmt.Sprintf("there is no column %q in %s", r.Name, what)
	}
	f.Hint = "known are " + strings.Join(known[:min(len(known), 20)], ", ")
	if f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
	}
	return f
}

// bind finds the mapping's columns in the header.
func (s *Source) bind(t *Table) (fs diag.Findings) {
	at := func(r Ref) int {
		i := t.Column(r.Name)
		if i < 0 {
			fs = append(fs, s.unknown("mapping-column", r, t.File.Base(), t.Header))
		}
		return i
	}
	for r := range s.col {
		s.col[r] = -1
		if c := s.m.Deals.Columns[r]; c.Name != "" {
			s.col[r] = at(c)
		}
	}
	if s.m.Deals.Columns[idRole].Name == "" {
		fs = append(fs, s.unknown("mapping-column", Ref{At: s.m.Deals.File.At}, "id column", t.Header))
	}
	for _, e := range s.m.Deals.Entered {
		if i := at(e.Ref); i >= 0 {
			s.entered = append(s.entered, enteredColumn{e.Stage, i})
			s.dates[i] = &DateColumn{}
		}
	}
	for _, a := range s.m.Deals.Attributes {
		if i := at(a); i >= 0 {
			s.attrs = append(s.attrs, attribute{t.Header[i], i})
		}
	}
	for _, r := range []role{openedRole, closedRole, expectedRole, createdRole, modifiedRole} {
		if i := s.col[r]; i >= 0 {
			s.dates[i] = &DateColumn{}
		}
	}
	for _, r := range []role{amountRole, closedAmountRole} {
		if i := s.col[r]; i >= 0 {
			s.amounts[i] = &AmountColumn{}
		}
	}
	return fs
}

// observe reads the whole table and shows each date and amount to its column.
// It gives a function that settles them and says how far the table reaches.
func (s *Source) observe(ctx context.Context, t *Table) (settle func(*diag.Findings) time.Time, valid bool, err error) {
	defer t.Close()
	valid = true
	happened := map[int]bool{}
	for _, r := range []role{openedRole, closedRole, createdRole, modifiedRole} {
		if i := s.col[r]; i >= 0 {
			happened[i] = true
		}
	}
	for _, e := range s.entered {
		happened[e.col] = true
	}
	if i := s.col[expectedRole]; i >= 0 && i != s.col[closedRole] {
		happened[i] = false
	}
	var dates []*watched
	for i, dc := range s.dates {
		*dc = DateColumn{}
		dates = append(dates, &watched{col: i, dc: dc, counts: happened[i]})
	}
	slices.SortFunc(dates, func(a, b *watched) int { return cmp.Compare(a.col, b.col) })
	for _, ac := range s.amounts {
		*ac = AmountColumn{}
	}
	closes := map[string]bool{}
	rows := 0
	blanks := s.blanks()
	for t.Next() {
		if rows++; rows&0xfff == 0 && ctx.Err() != nil {
			return nil, valid, throughline.Fail("read", throughline.Unavailable, t.File.Name, ctx.Err())
		}
		row := t.Row()
		if valid && !utf8.Valid(row.Raw()) {
			valid = false
		}
		if t.Flaw() != Sound {
			continue
		}
		ended := s.closes(row, closes)
		for i := range blanks {
			blanks[i].count(row, ended)
		}
		for _, d := range dates {
			cell := bytes.TrimSpace(row.Cell(d.col))
			if len(cell) == 0 || view(cell) == d.last {
				continue
			}
			d.last = string(cell)
			d.dc.Observe(view(cell))
			if d.counts && (ended || d.col != s.col[closedRole]) {
				d.dc.Reach(view(cell), s.m.Zone, s.now)
			}
		}
		for i, ac := range s.amounts {
			if cell := bytes.TrimSpace(row.Cell(i)); len(cell) > 0 {
				ac.Observe(view(cell))
			}
		}
	}
	if err := t.Err(); err != nil {
		return nil, valid, err
	}
	return func(fs *diag.Findings) time.Time {
		if rows == 0 {
			*fs = append(*fs, diag.Finding{Check: "no-rows", Severity: diag.Warning, Range: diag.Range{File: t.File.Name}, Message: "the file has a header and no rows", Hint: "export it again if there should be deals"})
		}
		others := Unsaid
		for _, d := range dates {
			others = cmp.Or(others, d.dc.Forced())
		}
		var newest time.Time
		for _, d := range dates {
			verdict := d.dc.Settle(s.m.Dates, others, s.m.Zone)
			if f, ok := d.dc.Finding(verdict, t, d.col); ok {
				*fs = append(*fs, f)
			}
			newest = later(newest, d.dc.Newest())
		}
		for i, ac := range s.amounts {
			if f, ok := ac.Finding(ac.Settle(s.m.Decimal, s.m.Currency), t, i); ok {
				*fs = append(*fs, f)
			}
		}
		for _, b := range blanks {
			if f, ok := b.finding(t); ok {
				*fs = append(*fs, f)
			}
		}
		return newest
	}, valid, nil
}

// watched is a column of dates while the table is surveyed.
type watched struct {
	col    int
	dc     *DateColumn
	counts bool // its dates have happened, or will not be in the future
	last   string
}

// closes reports whether the row's deal has ended, by its words.
func (s *Source) closes(row *Row, known map[string]bool) bool {
	for _, r := range []role{statusRole, stageRole} {
		if s.col[r] < 0 {
			continue
		}
		cell := bytes.TrimSpace(row.Cell(s.col[r]))
		c, ok := known[view(cell)]
		if !ok {
			c, _, _ = intake.StageMeaning(s.words, string(cell))
			if len(known) < 10_000 {
				known[string(cell)] = c
			}
		}
		if c {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Finding says what was assumed about a column's dates.
func (c *DateColumn) Finding(v Verdict, t *Table, col int) (diag.Finding, bool) {
	f := diag.Finding{Severity: diag.Warning, Field: t.Header[col], Value: c.Example, Range: headerCell(t, col)}
	read := map[Order]string{DMY: "day before month", MDY: "month before day", YMD: "year, month, day"}[c.order]
	switch v {
	case Assumed:
		f.Check = "ambiguous-dates"
		f.Message = fmt.Sprintf("nothing in column %q says whether day or month comes first; %s was assumed", t.Header[col], read)
	case Conflicting:
		f.Check = "mixed-dates"
		f.Message = fmt.Sprintf("column %q has dates that can only be day first and others that can only be month first; %s was read, and the others are rejected", t.Header[col], read)
	default:
		return f, false
	}
	f.Hint = "say `dates: dmy` or `dates: mdy` in the mapping"
	return f, true
}

// Finding says what was assumed about a column's amounts.
func (c *AmountColumn) Finding(v Verdict, t *Table, col int) (diag.Finding, bool) {
	f := diag.Finding{Severity: diag.Warning, Field: t.Header[col], Value: c.Example, Range: headerCell(t, col), Hint: "say `decimal: comma` or `decimal: dot` in the mapping"}
	word := map[Point]string{Dot: "dot", Comma: "comma"}[c.point]
	switch v {
	case Assumed:
		f.Check = "ambiguous-amounts"
		f.Message = fmt.Sprintf("nothing in column %q says whether %q has thousands or hundredths; thousands were assumed", t.Header[col], c.Example)
	case Conflicting:
		f.Check = "mixed-amounts"
		f.Message = fmt.Sprintf("column %q has amounts with a dot and others with a comma before the hundredths; where one can be read both ways, the %s was taken", t.Header[col], word)
	default:
		return f, false
	}
	return f, true
}

func headerCell(t *Table, col int) diag.Range {
	return diag.Range{File: t.File.Name, Begin: diag.Pos{Line: 1 + t.Dialect.SkipLines, Column: 1}, End: diag.Pos{Line: 1 + t.Dialect.SkipLines, Column: 1}}
}

// Records streams a Snapshot for each row.
func (s *Source) Records(ctx context.Context, notes *intake.Notes, read func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		if s.deals.Open == nil {
			return
		}
		t, _, err := OpenTable(s.deals, s.dialect, read)
		if err != nil {
			yield(nil, err)
			return
		}
		defer t.Close()
		rows := notes.Rows(s.deals.Name)
		var cells []string
		for t.Next() {
			*rows++
			if t.Flaw() != Sound {
				if err := notes.Reject(t.Reject()); err != nil {
					yield(nil, err)
					return
				}
				continue
			}
			cells = t.Row().Strings(cells)
			snap, bad := s.snapshot(t, cells, notes)
			if bad != nil {
				if err := notes.Reject(bad); err != nil {
					yield(nil, err)
					return
				}
				continue
			}
			if !yield(snap, nil) {
				return
			}
		}
		if err := t.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// snapshot reads one row; bad says why it cannot be read.
func (s *Source) snapshot(t *Table, cells []string, notes *intake.Notes) (snap *intake.Snapshot, bad *intake.Rejection) {
	cell := func(r role) string {
		if i := s.col[r]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	id := cell(idRole)
	if id == "" {
		return nil, t.RejectCell(s.col[idRole], "the deal has no id", "every deal needs an id of its own, so that the next export finds it again")
	}
	row := intake.Row{File: s.deals.Name, Line: t.Row().Line, Record: id}
	snap = &intake.Snapshot{Row: row, Foreign: id, Title: cell(titleRole), Stage: cell(stageRole), Status: cell(statusRole), Reason: cell(reasonRole)}
	if snap.Title == "" {
		snap.Title = id
	}
	if a := cell(accountRole); a != "" {
		snap.Account = intake.Party{Foreign: a, Name: cell(accountNameRole)}
		if s.col[accountNameRole] < 0 {
			snap.Account.Name = a
		}
	}
	if o := cell(ownerRole); o != "" {
		snap.Owner = intake.Party{Foreign: o, Name: cell(ownerNameRole)}
		if s.col[ownerNameRole] < 0 {
			snap.Owner.Name = o
		}
	}
	date := func(col int) (at time.Time) {
		if col < 0 || bad != nil {
			return
		}
		at, fault := s.dates[col].Read(cells[col])
		if fault != DateFine {
			bad = t.RejectCell(col, fmt.Sprintf("%q %s", short(cells[col]), fault), fault.Hint())
		}
		return at
	}
	snap.Opened, snap.Created, snap.Modified = date(s.col[openedRole]), date(s.col[createdRole]), date(s.col[modifiedRole])
	snap.Ended = date(s.col[closedRole])
	snap.Expected = throughline.DayOf(date(s.col[expectedRole]))
	for _, e := range s.entered {
		if at := date(e.col); !at.IsZero() {
			snap.Entered = append(snap.Entered, intake.Entry{Stage: e.stage, At: at})
		}
	}
	for _, r := range []role{amountRole, closedAmountRole} {
		v := cell(r)
		if v == "" || bad != nil {
			continue
		}
		m, fault := s.amounts[s.col[r]].Read(v)
		if fault != AmountFine {
			bad = t.RejectCell(s.col[r], fmt.Sprintf("%q %s", short(v), fault), fault.Hint())
			continue
		}
		if c := cell(currencyRole); c != "" && (m.Currency == "" || m.Currency == s.m.Currency) {
			m.Currency = strings.ToUpper(c)
		}
		if r == amountRole {
			snap.Amount = intake.Amount{Money: m, Stated: true}
		} else {
			snap.ClosedAmount = intake.Amount{Money: m, Stated: true}
		}
	}
	if bad != nil {
		return nil, bad
	}
	if closes, _, _ := intake.StageMeaning(s.words, snap.Stage); !closes && s.col[expectedRole] < 0 && !snap.Ended.IsZero() {
		// While a deal is open, the day it closes is an expectation.
		if closes, _, _ = intake.StageMeaning(s.words, snap.Status); !closes {
			snap.Expected = throughline.DayOf(snap.Ended)
		}
	}
	s.attributes(snap, cells, notes)
	return snap, nil
}

// attributes gathers what is known on the first day, from the row and from the
// tables joined to it.
func (s *Source) attributes(snap *intake.Snapshot, cells []string, notes *intake.Notes) {
	n := len(s.attrs)
	for _, j := range s.joins {
		n += len(j.attrs)
	}
	if n == 0 {
		return
	}
	snap.Attributes = make(map[string]string, n)
	for _, a := range s.attrs {
		if v := strings.TrimSpace(cells[a.col]); v != "" {
			snap.Attributes[a.name] = v
		}
	}
	for _, j := range s.joins {
		v := strings.TrimSpace(cells[j.on])
		if v == "" {
			continue
		}
		found, ok := j.rows[v]
		if !ok {
			j.missing(&snap.Row, v, notes)
			continue
		}
		for i, a := range j.attrs {
			if found.values[i] != "" {
				snap.Attributes[a.name] = found.values[i]
			}
		}
		if j.account {
			snap.Account.Attributes = found.all
		}
	}
}

// short keeps a value fit for a sentence.
func short(s string) string {
	if s = strings.TrimSpace(s); len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
