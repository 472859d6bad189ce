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
	plan := intake.Plan{System: cmp.Or(s.m.System, "csv"), Zoned: s.m.Zone != nil, Mapping: s.words, Files: []string{}, Open: s.m.Open}
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
	fs, err = s.openSides(counted, &plan)
	say(fs...)
	if err != nil || plan.Findings.Errors() {
		t.Close()
		return plan, err
	}
	if s.index = nil; s.needsIndex() {
		s.index = newIndex()
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
		say(
			diag.Finding{
				Check:    "encoding",
				Severity: diag.Warning,
				Range:    diag.Range{File: s.deals.Name},
				Message:  "the file is not UTF-8; it was read as Windows-1252",
				Hint:     "export it as UTF-8 if names look wrong",
			},
		)
	}
	plan.Horizon = horizon(&plan.Findings)
	reach, fs, err := s.surveySides(ctx, counted)
	if say(fs...); err != nil {
		return plan, err
	}
	plan.Horizon = later(plan.Horizon, reach)
	for _, x := range s.sides {
		plan.Bytes += x.file.Size
	}
	say(s.idCosts(t)...)
	if !s.m.Exported.IsZero() {
		plan.Horizon = s.m.Exported.Start(s.zones().Days)
	}
	say(s.unusedFiles()...)
	return plan, nil
}

// unusedFiles says which of the files given say nothing here.
func (s *Source) unusedFiles() (out diag.Findings) {
	var unused []intake.File
	for _, f := range s.files {
		used := f.Name == s.deals.Name || slices.ContainsFunc(s.sides, func(x *side) bool { return x.file.Name == f.Name }) ||
			slices.ContainsFunc(s.joins, func(j *join) bool { return j.file.Name == f.Name })
		if !used && !slices.ContainsFunc(s.m.Lookups, func(l Lookup) bool { g, ok := find(s.files, l.File.Name); return ok && g.Name == f.Name }) {
			unused = append(unused, f)
		}
	}
	if len(unused) > 3 {
		return diag.Findings{{Check: "unused-file", Severity: diag.Hint, Count: len(unused), Range: diag.Range{File: unused[0].Name},
			Message: "these files are not used, they are neither the table of deals nor joined to it: " + diag.List(names(unused)),
			Hint:    "name them in the mapping if they say more about the deals"}}
	}
	for _, f := range unused {
		out = append(out, diag.Finding{Check: "unused-file", Severity: diag.Hint, Range: diag.Range{File: f.Name},
			Message: f.Base() + " is not used: it is neither the table of deals nor joined to it",
			Hint:    "name it under lookups in the mapping if it says more about the deals"})
	}
	return out
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
	f.Hint = "known are " + diag.List(known)
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
	s.names, s.kinds, s.read = t.Header, make([]spelling.Kind, len(t.Header)), make([]bool, len(t.Header))
	for r, i := range s.col {
		if i >= 0 {
			s.read[i], s.kinds[i] = true, kindOf(role(r))
		}
	}
	s.together, s.acts = nil, nil
	for _, c := range s.m.Deals.Together {
		if i := at(c); i >= 0 {
			s.together = append(s.together, i)
		}
	}
	for _, a := range s.m.Deals.Acts {
		if i := at(a.Ref); i >= 0 {
			s.acts = append(s.acts, actColumn{a, i})
			if s.dates[i] == nil {
				s.dates[i] = &spelling.DateColumn{}
			}
			s.read[i], s.kinds[i] = true, spelling.Day
		}
	}
	if s.m.Deals.Columns[idRole].Name == "" && len(s.m.Deals.Together) == 0 && !s.m.Deals.ByLine {
		fs = append(fs, s.unknown("mapping-column", Ref{At: s.m.Deals.File.At}, "id column", t.Header))
	}
	for _, e := range s.m.Deals.Entered {
		if i := at(e.Ref); i >= 0 {
			s.entered = append(s.entered, enteredColumn{e.Stage, i})
			s.dates[i] = &spelling.DateColumn{}
			s.read[i], s.kinds[i] = true, spelling.Day
		}
	}
	for _, a := range s.m.Deals.Attributes {
		if i := at(a); i >= 0 {
			if !s.read[i] {
				s.read[i], s.kinds[i] = true, spelling.Category
			}
			s.attrs = append(s.attrs, attribute{t.Header[i], i})
		}
	}
	for _, r := range days {
		if i := s.col[r]; i >= 0 {
			s.dates[i] = &spelling.DateColumn{}
		}
	}
	for _, r := range []role{amountRole, closedAmountRole} {
		if i := s.col[r]; i >= 0 {
			s.amounts[i] = &spelling.AmountColumn{}
			s.amounts[i].Measure(spelling.UnitOf(t.Header[i]))
		}
	}
	return fs
}

// kindOf says what the column of a role holds.
func kindOf(r role) spelling.Kind {
	switch r {
	case idRole:
		return spelling.ID
	case titleRole, accountRole, accountNameRole, ownerRole, ownerNameRole, contactRole, contactNameRole:
		return spelling.Name
	case stageRole, statusRole, reasonRole, currencyRole, removedRole:
		return spelling.Word
	case amountRole, closedAmountRole:
		return spelling.Number
	}
	return spelling.Day
}

// observe reads the whole table and shows each date and amount to its column.
// It gives a function that settles them and says how far the table reaches.
func (s *Source) observe(ctx context.Context, t *Table) (settle func(*diag.Findings) time.Time, valid bool, err error) {
	defer t.Close()
	valid = true
	s.nth, s.alike = map[string]int{}, 0
	if s.index != nil {
		s.index = newIndex()
	}
	var cells []string
	dates := s.watch()
	for i, ac := range s.amounts {
		*ac = spelling.AmountColumn{}
		ac.Measure(spelling.UnitOf(t.Header[i]))
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
		if t.Flaw() != Sound && t.Flaw() != ZeroByte {
			continue
		}
		ended := s.closes(row, closes)
		if s.index != nil || len(s.together) > 0 {
			cells = row.Strings(cells)
			s.remember(t, cells, ended)
		}
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
			*fs = append(
				*fs,
				diag.Finding{
					Check:    "no-rows",
					Severity: diag.Warning,
					Range:    diag.Range{File: t.File.Name},
					Message:  "the file has a header and no rows",
					Hint:     "export it again if there should be deals",
				},
			)
		}
		newest := s.settle(t, dates, fs)
		for _, b := range blanks {
			if f, ok := b.finding(t); ok {
				*fs = append(*fs, f)
			}
		}
		return newest
	}, valid, nil
}

// watch makes a column of each that holds days, in the table's order. One that
// says what happened reaches as far as the table does; a day that is expected
// may lie ahead.
func (s *Source) watch() []*watched {
	happened := map[int]bool{}
	for _, r := range []role{openedRole, closedRole, wonRole, lostRole, createdRole, modifiedRole} {
		if i := s.col[r]; i >= 0 {
			happened[i] = true
		}
	}
	for _, e := range s.entered {
		happened[e.col] = true
	}
	for _, a := range s.acts {
		happened[a.col] = true
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
	return dates
}

// remember keeps what other tables name a deal by, and counts deals that stand
// more than once.
func (s *Source) remember(t *Table, cells []string, ended bool) {
	cell := func(r role) string {
		if i := s.col[r]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	id := s.idOf(t, cells)
	if s.nth[id] == 0 && len(s.together) > 0 && id != "" {
		s.alike++
	}
	if s.index != nil && id != "" {
		s.index.put(
			id,
			cell(titleRole),
			cell(accountRole),
			cell(cmpRole(s.col[openedRole] >= 0, openedRole, createdRole)),
			cell(closedRole),
			cell(currencyRole),
			ended,
		)
	}
}

// settle decides how the days and amounts of each column are written, says what
// is in doubt, and gives the newest day that something happened on.
func (s *Source) settle(t *Table, dates []*watched, fs *diag.Findings) (newest time.Time) {
	others := spelling.Unsaid
	for _, d := range dates {
		others = cmp.Or(others, d.dc.Forced())
	}
	for _, d := range dates {
		verdict := d.dc.Settle(s.m.Dates, others, s.zones())
		*fs = append(*fs, DateFindings(d.dc, verdict, t, d.col)...)
		newest = later(newest, d.dc.Newest())
	}
	for i, ac := range s.amounts {
		*fs = append(*fs, AmountFindings(ac, ac.Settle(s.m.Decimal, s.m.Currency), t, i)...)
		if n := ac.Bare(); n > 0 && s.m.Currency == "" && s.col[currencyRole] < 0 && spelling.UnitOf(t.Header[i]).Currency == "" {
			*fs = append(*fs, diag.Finding{Check: "no-currency", Severity: diag.Hint, Field: t.Header[i], Count: n, Range: headerCell(t, i),
				Message: fmt.Sprintf("nothing says in which currency the amounts of column %q are", t.Header[i]),
				Hint:    "say `currency: EUR`, or whichever it is, in the mapping"})
		}
	}
	return newest
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
			word, end := s.named(string(cell))
			c, _, _ = intake.StageMeaning(s.words, word)
			c = c || end == intake.EndWon || end == intake.EndNotWon
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

// idCosts says what it costs that no column is the deals' id.
func (s *Source) idCosts(t *Table) (fs diag.Findings) {
	f := diag.Finding{
		Check:    "id-made",
		Severity: diag.Warning,
		Range:    headerCell(t, 0),
		Hint:     "add the record's id to the export, and name it under id",
	}
	switch {
	case s.m.Deals.ByLine:
		f.Message = "no column tells the deals apart, so the number of the line does: a later export in another order will mix them up"
	case len(s.together) > 0:
		var names []string
		for _, i := range s.together {
			names = append(names, t.Header[i])
		}
		f.Message = fmt.Sprintf(
			"no column is the id of the deals; %s together are: a deal in which one of them is changed comes again as another deal",
			diag.List(names),
		)
		if s.alike > 0 {
			f.Message += fmt.Sprintf(", and %d rows that are alike in all of them are told apart by their order", s.alike)
		}
	default:
		return nil
	}
	return diag.Findings{f}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// DateFindings say what was assumed about a column's dates.
func DateFindings(c *spelling.DateColumn, v spelling.Verdict, t *Table, col int) (fs diag.Findings) {
	f := diag.Finding{
		Severity: diag.Warning,
		Field:    t.Header[col],
		Value:    c.Example,
		Range:    headerCell(t, col),
		Hint:     "say `dates: dmy` or `dates: mdy` in the mapping",
	}
	read := map[spelling.Order]string{spelling.DMY: "day before month", spelling.MDY: "month before day", spelling.YMD: "year, month, day"}[c.Order()]
	switch v {
	case spelling.Assumed:
		f.Check = "ambiguous-dates"
		f.Message = fmt.Sprintf("nothing in column %q says whether day or month comes first; %s was assumed", t.Header[col], read)
		fs = append(fs, f)
	case spelling.Conflicting:
		f.Check = "mixed-dates"
		f.Message = fmt.Sprintf(
			"column %q has dates that can only be day first and others that can only be month first; %s was read, and the others are rejected",
			t.Header[col],
			read,
		)
		fs = append(fs, f)
	}
	f.Severity, f.Value = diag.Hint, ""
	if n := c.Numbers(spelling.Serial); n > 0 {
		f.Check, f.Count = "dates-as-numbers", n
		f.Message = fmt.Sprintf("column %q has days as a spreadsheet counts them; they were read as days since 30 December 1899", t.Header[col])
		f.Hint = "old workbooks of a Mac count from 1904, four years later: format the column as a date there and export it again"
		fs = append(fs, f)
	}
	if n := c.Numbers(spelling.Epoch); n > 0 {
		f.Check, f.Count = "dates-as-numbers", n
		f.Message = fmt.Sprintf("column %q has times as a count since 1970; they were read as such, in UTC", t.Header[col])
		f.Hint = "export the column as a date if it counts something else"
		fs = append(fs, f)
	}
	return fs
}

// AmountFindings say what was assumed about a column's amounts.
func AmountFindings(c *spelling.AmountColumn, v spelling.Verdict, t *Table, col int) (fs diag.Findings) {
	f := diag.Finding{
		Severity: diag.Warning,
		Field:    t.Header[col],
		Range:    headerCell(t, col),
		Hint:     "say `decimal: comma` or `decimal: dot` in the mapping",
	}
	dot, comma := c.Examples()
	switch v {
	case spelling.Assumed:
		f.Check, f.Value = "ambiguous-amounts", cmp.Or(dot, comma)
		f.Message = fmt.Sprintf("nothing in column %q says whether %q has thousands or hundredths; thousands were assumed", t.Header[col], f.Value)
		if dot != "" && comma != "" {
			f.Message = fmt.Sprintf(
				"column %q has %q and %q, and nothing says whether they have thousands or hundredths; thousands were assumed in both",
				t.Header[col],
				dot,
				comma,
			)
		}
		fs = append(fs, f)
	case spelling.Conflicting:
		f.Check, f.Value = "mixed-amounts", cmp.Or(dot, comma)
		word := map[spelling.Point]string{spelling.Dot: "dot", spelling.Comma: "comma"}[c.Point()]
		f.Message = fmt.Sprintf(
			"column %q has amounts with a dot and others with a comma before the hundredths; each was read as it is written",
			t.Header[col],
		)
		if f.Value != "" {
			f.Message += fmt.Sprintf(", and where one can be read both ways, as %q can, the %s was taken to stand before hundredths", f.Value, word)
		}
		fs = append(fs, f)
	}
	if n, example := c.Doubtful(); n > 0 {
		fs = append(
			fs,
			diag.Finding{
				Check:    "three-places",
				Severity: diag.Warning,
				Field:    t.Header[col],
				Value:    example,
				Count:    n,
				Range:    headerCell(t, col),
				Hint:     f.Hint,
				Message: fmt.Sprintf(
					"column %q has hundredths, and amounts such as %q have three places: they were read as parts, to the nearest hundredth, and not as thousands",
					t.Header[col],
					example,
				),
			},
		)
	}
	if u := spelling.UnitOf(t.Header[col]); u.Shift > 0 {
		fs = append(fs, diag.Finding{Check: "unit-in-heading", Severity: diag.Hint, Field: t.Header[col], Range: headerCell(t, col),
			Message: fmt.Sprintf(
				"column %q says its unit; its amounts were taken times 1%s",
				t.Header[col],
				strings.Repeat("0", u.Shift),
			), Hint: "name the column otherwise if its amounts are written out in full"})
	}
	return fs
}

// NegativeAmount says that an amount is less than nothing.
func NegativeAmount(v string) diag.Finding {
	return diag.Finding{
		Severity: diag.Warning,
		Message:  fmt.Sprintf("the amount %q %s; it was kept as it stands there", short(v), spelling.Negative),
		Hint:     "correct it at the source unless it is a credit: sums count it as it stands",
	}
}

func headerCell(t *Table, col int) diag.Range {
	return diag.Range{
		File:  t.File.Name,
		Begin: diag.Pos{Line: 1 + t.Dialect.SkipLines, Column: 1},
		End:   diag.Pos{Line: 1 + t.Dialect.SkipLines, Column: 1},
	}
}
