// Package salesforce reads a Salesforce export: Opportunity and
// OpportunityHistory, and Account, User, Contact, OpportunityContactRole, Task
// and Event where they are present, as data exports or as a warehouse keeps them.
//
// Takes: a folder's CSV files, recognised by their headers, and the playbook's mapping of foreign words.
// Gives: an intake.Source with the history of each deal in order, before its present state.
// Never: reads subjects, descriptions or messages, or brings back what was deleted.
package salesforce

import (
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
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// Options settle what files do not say.
type Options struct {
	Dates    spelling.Order // order of day and month, where the values do not show it
	Zone     *time.Location // of times without a zone, and of all days; nil: times are UTC's, in which Salesforce exports, and days the company's
	Currency string         // of amounts without a currency
	// Attributes are further fields of Opportunity and Account, custom ones
	// too, that describe a deal on its first day.
	Attributes []string
	TempDir    string // for history that does not fit into memory; "" is the system's
	Memory     int    // bytes of history held in memory, 0 for a default
}

// Source reads a Salesforce export. It is an intake.Source.
type Source struct {
	files  []intake.File
	book   playbook.Mapping
	now    time.Time
	opt    Options
	tables []*table
	stages map[string]intake.Ending // what IsClosed and IsWon say about each stage
	gone   map[uint64]bool          // opportunities that were deleted or merged, by their hash
	money  map[uint64]uint8         // in which of the currencies an opportunity is
	codes  []string                 // the currencies
	joined map[string]map[string]string
	fields []string // of the opportunities and accounts, as written
}

// New makes a source of the files of an export. The Location of now is the
// company's zone.
func New(files []intake.File, book playbook.Mapping, now time.Time, opt Options) *Source {
	return &Source{
		files:  files,
		book:   book,
		now:    now,
		opt:    opt,
		stages: map[string]intake.Ending{},
		joined: map[string]map[string]string{},
		gone:   map[uint64]bool{},
		money:  map[uint64]uint8{},
	}
}

func (s *Source) zones() spelling.Zones {
	z := spelling.Of(s.opt.Zone, s.now.Location())
	if s.opt.Zone == nil {
		z.Clocks = time.UTC
	}
	return z
}

// Size is how many bytes the files have.
func (s *Source) Size() int64 { return intake.Size(s.files) }

// Survey recognises the files and reads each once, to learn how dates and
// amounts are written, which stages are closed and won, and how far it reaches.
func (s *Source) Survey(ctx context.Context, read func(int64)) (intake.Plan, error) {
	plan := intake.Plan{System: "salesforce", Other: spelling.OtherID, Zoned: s.opt.Zone != nil, Mapping: s.book, Files: []string{}}
	counted := func(n int64) {
		plan.Surveyed += n
		read(n)
	}
	s.tables, s.fields, s.codes = nil, nil, nil
	clear(s.gone)
	clear(s.money)
	for _, f := range s.files {
		t, horizon, fs, err := s.survey(ctx, f, counted)
		plan.Findings = append(plan.Findings, fs...)
		if err != nil {
			return plan, err
		}
		if t == nil {
			continue
		}
		s.tables = append(s.tables, t)
		plan.Files = append(plan.Files, f.Name)
		plan.Bytes += f.Size
		if horizon.After(plan.Horizon) {
			plan.Horizon = horizon
		}
	}
	slices.SortStableFunc(s.tables, func(a, b *table) int { return cmp.Compare(a.object, b.object) })
	plan.Findings = append(plan.Findings, s.unknown()...)
	if !slices.ContainsFunc(s.tables, func(t *table) bool {
		return t.object == opportunityObject || t.object == historyObject || t.object == validityObject
	}) {
		plan.Findings = append(plan.Findings, intake.Refused("no-deals", "", "none of the files is an Opportunity or OpportunityHistory export",
			"an Opportunity file has the columns Id and StageName, an OpportunityHistory file OpportunityId, StageName and CreatedDate"))
	}
	return plan, nil
}

// survey reads a file once, to learn which object it holds, how its days and
// amounts are written and how far it reaches.
func (s *Source) survey(ctx context.Context, f intake.File, read func(int64)) (*table, time.Time, diag.Findings, error) {
	in, fs, err := csv.OpenTable(f, nil, read)
	if errors.Is(err, csv.ErrNoHeader) {
		return nil, time.Time{}, fs, nil
	}
	if err != nil {
		return nil, time.Time{}, fs, err
	}
	defer in.Close()
	t := &table{file: f, dialect: in.Dialect, dates: map[int]*spelling.DateColumn{}, amounts: map[int]*spelling.AmountColumn{}}
	t.object, t.col = recognise(f.Base(), in.Header)
	if t.object == unknownObject {
		return nil, time.Time{}, append(fs, diag.Finding{Check: "unused-file", Severity: diag.Hint, Range: diag.Range{File: f.Name},
			Message: f.Base() + " is not used: its columns are of no object that is read",
			Hint:    "Opportunity, OpportunityHistory, Account, User, Contact, OpportunityContactRole, Task and Event are"}), nil
	}
	if t.object == opportunityObject || t.object == accountObject {
		s.fields = append(s.fields, in.Header...)
		t.describe(s.opt.Attributes)
	}
	happened := t.days()
	if i, ok := t.col["amount"]; ok {
		t.amounts[i] = &spelling.AmountColumn{}
		t.amounts[i].Measure(spelling.UnitOf(in.Header[i]))
	}
	t.know(in.Header)
	rows, valid := 0, true
	for in.Next() {
		if rows++; rows&0xfff == 0 && ctx.Err() != nil {
			return nil, time.Time{}, fs, throughline.Fail("read", throughline.Unavailable, f.Name, ctx.Err())
		}
		valid = valid && utf8.Valid(in.Row().Raw())
		if in.Flaw() != csv.Sound && in.Flaw() != csv.ZeroByte {
			continue
		}
		t.cells = in.Row().Strings(t.cells)
		s.observe(t, happened)
		if t.object == opportunityObject || t.object == validityObject {
			s.meet(t)
		}
	}
	if err := in.Err(); err != nil {
		return nil, time.Time{}, fs, err
	}
	if !valid && t.dialect.Encoding == csv.UTF8 {
		t.dialect.Encoding = csv.Windows1252
	}
	if t.dialect.Encoding == csv.Windows1252 {
		fs = append(
			fs,
			diag.Finding{
				Check:    "encoding",
				Severity: diag.Warning,
				Range:    diag.Range{File: f.Name},
				Message:  "the file is not UTF-8; it was read as Windows-1252",
				Hint:     "export it as UTF-8 if names look wrong",
			},
		)
	}
	horizon, found := s.settle(t, in, happened)
	return t, horizon, append(fs, found...), nil
}

// days makes a column of each that holds days, and says which of them say what
// happened: those before the empty name.
func (t *table) days() map[int]bool {
	happened := map[int]bool{}
	past := true
	for _, name := range dateColumns[t.object] {
		if name == "" {
			past = false
		}
		if i, ok := t.col[name]; ok {
			t.dates[i] = &spelling.DateColumn{}
			happened[i] = past
		}
	}
	return happened
}

// observe shows a row's days and amounts to their columns.
func (s *Source) observe(t *table, happened map[int]bool) {
	for i, c := range t.dates {
		if v := strings.TrimSpace(t.cells[i]); v != "" {
			c.Observe(v)
			if happened[i] {
				c.Reach(v, s.zones(), s.now)
			}
		}
	}
	for i, c := range t.amounts {
		if v := strings.TrimSpace(t.cells[i]); v != "" {
			c.Observe(v)
		}
	}
}

// settle decides how the days and amounts of each column are written, says what
// is in doubt, and gives the newest day that something happened on.
func (s *Source) settle(t *table, in *csv.Table, happened map[int]bool) (horizon time.Time, fs diag.Findings) {
	others := spelling.Unsaid
	for _, i := range slices.Sorted(maps.Keys(t.dates)) {
		others = cmp.Or(others, t.dates[i].Forced())
	}
	for _, i := range slices.Sorted(maps.Keys(t.dates)) {
		c := t.dates[i]
		for _, f := range csv.DateFindings(c, c.Settle(s.opt.Dates, others, s.zones()), in, i) {
			f.Hint = strings.Replace(f.Hint, "`dates: dmy` or `dates: mdy` in the mapping", "--dates dmy or --dates mdy", 1)
			fs = append(fs, f)
		}
		if n := c.Newest(); happened[i] && n.After(horizon) {
			horizon = n
		}
	}
	for i, c := range t.amounts {
		for _, f := range csv.AmountFindings(c, c.Settle(spelling.NoPoint, s.opt.Currency), in, i) {
			f.Hint = "Salesforce exports amounts with a dot before the hundredths; export the column so"
			fs = append(fs, f)
		}
	}
	return horizon, fs
}

// mostRemembered bounds what is kept of opportunities while they are surveyed.
const mostRemembered = 1 << 20

// meet keeps what an opportunity says of its history: which stages are ends,
// that it is gone, in which currency it is.
func (s *Source) meet(t *table) {
	id := spelling.LongID(t.get("id"))
	if t.deleted() {
		if len(s.gone) < mostRemembered {
			s.gone[hash(id)] = true
		}
		return
	}
	if t.object != opportunityObject {
		return
	}
	if len(s.stages) < 10_000 {
		if e := t.ending(); e != intake.EndUnsaid {
			s.stages[strings.Clone(t.get("stagename"))] = e
		}
	}
	if code := t.get("currencyisocode"); code != "" && len(s.money) < mostRemembered && !spelling.Nothing(code, spelling.Word) {
		i := slices.Index(s.codes, code)
		if i < 0 && len(s.codes) < 200 {
			i = len(s.codes)
			s.codes = append(s.codes, strings.Clone(code))
		}
		if i >= 0 {
			s.money[hash(id)] = uint8(i)
		}
	}
}

// currencyOf gives the currency of an opportunity, "" where its file says none.
func (s *Source) currencyOf(id string) string {
	if i, ok := s.money[hash(id)]; ok {
		return s.codes[i]
	}
	return ""
}

// unknown says which of the fields that were asked for are not there, or not read.
func (s *Source) unknown() (out diag.Findings) {
	for _, field := range s.opt.Attributes {
		switch {
		case texts[fold(field)]:
			out = append(
				out,
				intake.Refused(
					"field-text",
					"",
					field+" holds what people wrote to each other, which is not read",
					"name a field that describes the deal, such as a pick list",
				),
			)
		case !slices.ContainsFunc(s.tables, func(t *table) bool {
			_, ok := t.column(field)
			return ok && t.attributes != nil
		}):
			hint := "fields of Opportunity and Account can be named; the export has to hold them"
			if near := diag.Nearest(field, s.fields); near != "" {
				hint = "did you mean " + near + "?"
			}
			out = append(out, intake.Refused("unknown-field", "", fmt.Sprintf("no Opportunity or Account file has a field %q", field), hint))
		}
	}
	return out
}

// ending is what the check boxes of an opportunity say.
func (t *table) ending() intake.Ending {
	closed, said := t.flag("isclosed")
	won, wonSaid := t.flag("iswon")
	switch {
	case wonSaid && won:
		return intake.EndWon
	case said && closed && wonSaid:
		return intake.EndNotWon
	case said && !closed:
		return intake.EndOpen
	}
	return intake.EndUnsaid
}

// rejection of the row read last, for a cell.
func (t *table) date(in *csv.Table, name string, bad **intake.Rejection) time.Time {
	i, ok := t.col[name]
	if !ok || *bad != nil {
		return time.Time{}
	}
	at, fault := t.dates[i].Read(t.cells[i])
	if fault == spelling.FarOff && name != "createddate" {
		return time.Time{} // 9999-12-31 is a warehouse's word for "still"
	}
	if fault == spelling.DateFine && at.IsZero() && t.notes != nil && strings.TrimSpace(t.cells[i]) != "" {
		t.nothing(in.Header[i], t.cells[i])
	}
	if fault != spelling.DateFine {
		*bad = in.RejectCell(i, fmt.Sprintf("%q %s", strings.TrimSpace(t.cells[i]), fault), fault.Hint())
	}
	return at
}

func (t *table) amount(in *csv.Table, bad **intake.Rejection) intake.Amount {
	i, ok := t.col["amount"]
	v := t.get("amount")
	if !ok || v == "" || *bad != nil {
		return intake.Amount{}
	}
	m, fault := t.amounts[i].Read(v)
	if fault != spelling.AmountFine && spelling.Nothing(v, spelling.Number) {
		t.nothing(in.Header[i], v)
		return intake.Amount{}
	}
	if fault != spelling.AmountFine {
		*bad = in.RejectCell(i, fmt.Sprintf("%q %s", v, fault), fault.Hint())
		return intake.Amount{}
	}
	if m.Cents < 0 && t.notes != nil {
		t.notes.Say("negative-amount", t.row, in.Header[i], "", func() diag.Finding { return csv.NegativeAmount(v) })
	}
	if c := t.get("currencyisocode"); c != "" {
		m.Currency = c
	}
	return intake.Amount{Money: m, Stated: true}
}
