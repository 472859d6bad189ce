package csv

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Survey settles the columns, loads the tables to join, and reads the deals
// once to learn how its dates and amounts are written and how far it reaches.
func (s *Source) Survey(ctx context.Context, read func(int64)) (intake.Plan, error) {
	s.entered, s.attrs, s.joins = nil, nil, nil
	plan := intake.Plan{System: cmp.Or(s.m.System, "csv"), Zoned: s.m.Zone != nil, Mapping: s.words, Files: []string{}}
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
		plan.Horizon = s.m.Exported.Start(s.zones().Days)
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
			s.dates[i] = &spelling.DateColumn{}
		}
	}
	for _, a := range s.m.Deals.Attributes {
		if i := at(a); i >= 0 {
			s.attrs = append(s.attrs, attribute{t.Header[i], i})
		}
	}
	for _, r := range []role{openedRole, closedRole, expectedRole, createdRole, modifiedRole} {
		if i := s.col[r]; i >= 0 {
			s.dates[i] = &spelling.DateColumn{}
		}
	}
	for _, r := range []role{amountRole, closedAmountRole} {
		if i := s.col[r]; i >= 0 {
			s.amounts[i] = &spelling.AmountColumn{}
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
		*dc = spelling.DateColumn{}
		dates = append(dates, &watched{col: i, dc: dc, counts: happened[i]})
	}
	slices.SortFunc(dates, func(a, b *watched) int { return cmp.Compare(a.col, b.col) })
	for _, ac := range s.amounts {
		*ac = spelling.AmountColumn{}
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
				d.dc.Reach(view(cell), s.zones(), s.now)
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
		others := spelling.Unsaid
		for _, d := range dates {
			others = cmp.Or(others, d.dc.Forced())
		}
		var newest time.Time
		for _, d := range dates {
			verdict := d.dc.Settle(s.m.Dates, others, s.zones())
			if f, ok := DateFinding(d.dc, verdict, t, d.col); ok {
				*fs = append(*fs, f)
			}
			newest = later(newest, d.dc.Newest())
		}
		for i, ac := range s.amounts {
			if f, ok := AmountFinding(ac, ac.Settle(s.m.Decimal, s.m.Currency), t, i); ok {
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
	dc     *spelling.DateColumn
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
func DateFinding(c *spelling.DateColumn, v spelling.Verdict, t *Table, col int) (diag.Finding, bool) {
	f := diag.Finding{Severity: diag.Warning, Field: t.Header[col], Value: c.Example, Range: headerCell(t, col)}
	read := map[spelling.Order]string{spelling.DMY: "day before month", spelling.MDY: "month before day", spelling.YMD: "year, month, day"}[c.Order()]
	switch v {
	case spelling.Assumed:
		f.Check = "ambiguous-dates"
		f.Message = fmt.Sprintf("nothing in column %q says whether day or month comes first; %s was assumed", t.Header[col], read)
	case spelling.Conflicting:
		f.Check = "mixed-dates"
		f.Message = fmt.Sprintf("column %q has dates that can only be day first and others that can only be month first; %s was read, and the others are rejected", t.Header[col], read)
	default:
		return f, false
	}
	f.Hint = "say `dates: dmy` or `dates: mdy` in the mapping"
	return f, true
}

// Finding says what was assumed about a column's amounts.
func AmountFinding(c *spelling.AmountColumn, v spelling.Verdict, t *Table, col int) (diag.Finding, bool) {
	f := diag.Finding{Severity: diag.Warning, Field: t.Header[col], Value: c.Example, Range: headerCell(t, col), Hint: "say `decimal: comma` or `decimal: dot` in the mapping"}
	word := map[spelling.Point]string{spelling.Dot: "dot", spelling.Comma: "comma"}[c.Point()]
	switch v {
	case spelling.Assumed:
		f.Check = "ambiguous-amounts"
		f.Message = fmt.Sprintf("nothing in column %q says whether %q has thousands or hundredths; thousands were assumed", t.Header[col], c.Example)
	case spelling.Conflicting:
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
