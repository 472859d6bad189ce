package csv

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// Source reads deals from tables by a mapping. It is an intake.Source.
type Source struct {
	files      []intake.File
	m          *Mapping
	words      playbook.Mapping // the playbook's, with the mapping file's over it
	now        time.Time
	deals      intake.File
	dialect    *Dialect
	col        [roles]int // columns of the deals table, -1 where none
	entered    []enteredColumn
	attrs      []attribute
	joins      []*join
	acts       []actColumn
	together   []int          // columns that are the id together
	nth        map[string]int // how often an id made of several columns came
	alike      int            // rows that share one
	sides      []*side
	stageNames map[string]stageName
	index      *index
	kinds      []spelling.Kind // of the columns that are read
	read       []bool
	names      []string
	dates      map[int]*spelling.DateColumn
	amounts    map[int]*spelling.AmountColumn
}

type enteredColumn struct {
	stage string
	col   int
}

type actColumn struct {
	Act
	col int
}

type attribute struct {
	name string
	col  int
}

// New makes a source of files read by m. book is the playbook's mapping of
// words; now bounds what can have happened, and its Location is the company's zone.
func New(files []intake.File, m *Mapping, book playbook.Mapping, now time.Time) *Source {
	return &Source{
		files:   files,
		m:       m,
		words:   merge(book, m),
		now:     now,
		dates:   map[int]*spelling.DateColumn{},
		amounts: map[int]*spelling.AmountColumn{},
	}
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
	for _, w := range m.Open {
		delete(out.Outcomes, playbook.Fold(w))
	}
	return out
}

// zones are those of the mapping, else the company's.
func (s *Source) zones() spelling.Zones { return spelling.Of(s.m.Zone, s.now.Location()) }

// Size is how many bytes the files have.
func (s *Source) Size() int64 { return intake.Size(s.files) }

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

// Records streams a Snapshot for each row.
func (s *Source) Records(ctx context.Context, notes *intake.Notes, read func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		if s.deals.Open == nil {
			return
		}
		if !s.sideRecords(notes, read, yield, AccountsSide, PeopleSide) || !s.history(notes, read, yield) {
			return
		}
		if s.dealRecords(notes, read, yield) {
			s.sideRecords(notes, read, yield, MembersSide, ActivitiesSide)
		}
	}
}

// dealRecords streams the table of deals: for each row who takes part, the
// deal as it stands, and the acts that its columns tell.
func (s *Source) dealRecords(notes *intake.Notes, read func(int64), yield func(intake.Record, error) bool) bool {
	t, _, err := OpenTable(s.deals, s.dialect, read)
	if err != nil {
		return yield(nil, err) && false
	}
	defer t.Close()
	rows := notes.Rows(s.deals.Name)
	s.nth = map[string]int{}
	var cells []string
	for t.Next() {
		*rows++
		if t.Flaw() != Sound && t.Flaw() != ZeroByte {
			if err := notes.Reject(t.Reject()); err != nil {
				return yield(nil, err) && false
			}
			continue
		}
		cells = t.Row().Strings(cells)
		snap, bad := s.snapshot(t, cells, notes)
		if bad != nil {
			if err := notes.Reject(bad); err != nil {
				return yield(nil, err) && false
			}
			continue
		}
		if !yield(snap, nil) {
			return false
		}
		for _, rec := range s.beside(snap, cells) {
			if !yield(rec, nil) {
				return false
			}
		}
	}
	if err := t.Err(); err != nil {
		return yield(nil, err) && false
	}
	return true
}

// needed are the roles without whose cell a row says something else, or nothing.
var needed = []role{idRole, titleRole, stageRole, statusRole, removedRole}

// clean empties the cells that say nothing by a word, and those that are
// damaged, and says so. bad is set where a damaged cell cannot be done without.
func (s *Source) clean(t *Table, row *intake.Row, cells []string, notes *intake.Notes) (bad *intake.Rejection) {
	damaged := t.Flaw() == ZeroByte
	for i := range s.read {
		if !s.read[i] || i >= len(cells) {
			continue
		}
		v := strings.TrimSpace(cells[i])
		if damaged && strings.IndexByte(v, 0) >= 0 {
			for _, r := range needed {
				if s.col[r] == i {
					return t.RejectDamage(i)
				}
			}
			notes.Say("damaged-cell", row, s.names[i], "", func() diag.Finding { return Damaged(s.names[i]) })
			cells[i] = ""
			continue
		}
		cells[i] = v
		if k := s.kinds[i]; k < spelling.Number && spelling.Nothing(v, k) && !(k == spelling.Word && s.means(v)) ||
			k == spelling.ID && spelling.Nothing(v, k) {
			s.nothing(row, i, v, notes)
			cells[i] = ""
		}
	}
	return nil
}

// means reports whether the mapping knows a word, which outweighs that it could say nothing.
func (s *Source) means(word string) bool {
	_, _, ok := intake.StageMeaning(s.words, word)
	return ok
}

func (s *Source) nothing(row *intake.Row, col int, value string, notes *intake.Notes) {
	notes.Say("says-nothing", row, s.names[col], value, func() diag.Finding { return SaysNothing(s.names[col], value) })
}

// SaysNothing is the finding for a word that was read as an empty cell.
func SaysNothing(column, value string) diag.Finding {
	return diag.Finding{Severity: diag.Hint, Message: fmt.Sprintf("%q in column %q was read as an empty cell", short(value), column),
		Hint: "if it means something, write it in other words at the source"}
}

// Damaged is the finding for a cell with bytes that are no text.
func Damaged(column string) diag.Finding {
	return diag.Finding{Severity: diag.Warning, Message: fmt.Sprintf("a cell of column %q holds NUL bytes and was left empty", column),
		Hint: "the rest of the row landed; export it again if the cell matters"}
}

// snapshot reads one row; bad says why it cannot be read.
func (s *Source) snapshot(t *Table, cells []string, notes *intake.Notes) (snap *intake.Snapshot, bad *intake.Rejection) {
	row := intake.Row{File: s.deals.Name, Line: t.Row().Line}
	if bad = s.clean(t, &row, cells, notes); bad != nil {
		return nil, bad
	}
	cell := func(r role) string {
		if i := s.col[r]; i >= 0 && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	id := s.idOf(t, cells)
	if id == "" {
		return nil, t.RejectCell(s.col[idRole], "the deal has no id", "every deal needs an id of its own, so that the next export finds it again")
	}
	row.Record = id
	snap = &intake.Snapshot{Row: row, Foreign: id, Title: cell(titleRole), Stage: cell(stageRole), Status: cell(statusRole), Reason: cell(reasonRole)}
	if snap.Title == "" {
		snap.Title = id
	}
	snap.Account = party(cell(accountRole), cell(accountNameRole), s.col[accountNameRole] < 0)
	snap.Owner = party(cell(ownerRole), cell(ownerNameRole), s.col[ownerNameRole] < 0)
	if snap.Stage != "" {
		snap.Stage, snap.End = s.named(snap.Stage)
	}
	if on, _ := yes(cell(removedRole)); on {
		snap.End, snap.Status = intake.EndRemoved, "deleted"
	}
	date := func(col int) (at time.Time) {
		if col < 0 || bad != nil || cells[col] == "" {
			return
		}
		at, fault := s.dates[col].Read(cells[col])
		switch {
		case fault != spelling.DateFine:
			bad = t.RejectCell(col, fmt.Sprintf("%q %s", short(cells[col]), fault), fault.Hint())
		case at.IsZero():
			s.nothing(&row, col, cells[col], notes)
		}
		return at
	}
	snap.Opened, snap.Created, snap.Modified = date(s.col[openedRole]), date(s.col[createdRole]), date(s.col[modifiedRole])
	closes, won := s.ends(snap)
	snap.Ended = date(s.col[closedRole])
	if at := date(s.col[wonRole]); closes && won && !at.IsZero() {
		snap.Ended = at
	}
	if at := date(s.col[lostRole]); closes && !won && !at.IsZero() {
		snap.Ended = at
	}
	snap.Expected = s.zones().Day(date(s.col[expectedRole]))
	for _, e := range s.entered {
		if at := date(e.col); !at.IsZero() {
			snap.Entered = append(snap.Entered, intake.Entry{Stage: e.stage, At: at})
		}
	}
	snap.Amount = s.amount(t, &row, cells, amountRole, &bad, notes)
	snap.ClosedAmount = s.amount(t, &row, cells, closedAmountRole, &bad, notes)
	if bad != nil {
		return nil, bad
	}
	if !closes && s.col[expectedRole] < 0 && !snap.Ended.IsZero() {
		// While a deal is open, the day it closes is an expectation.
		snap.Expected = s.zones().Day(snap.Ended)
	}
	s.attributes(snap, cells, notes)
	return snap, nil
}

// idOf gives the id of the row read last: its cell, what stands in several
// columns together, or its line. Rows alike in all of them are told apart by their order.
func (s *Source) idOf(t *Table, cells []string) string {
	switch {
	case s.m.Deals.ByLine:
		return "line " + strconv.Itoa(t.Row().Line)
	case len(s.together) == 0:
		return strings.TrimSpace(cells[s.col[idRole]])
	}
	parts := make([]string, 0, len(s.together))
	empty := true
	for _, i := range s.together {
		v := strings.TrimSpace(cells[i])
		parts, empty = append(parts, v), empty && v == ""
	}
	if empty {
		return ""
	}
	id := strings.Join(parts, " · ")
	if s.nth[id]++; s.nth[id] > 1 {
		return id + " #" + strconv.Itoa(s.nth[id])
	}
	return id
}

// beside gives the people of a deal's row, and the acts its columns tell.
func (s *Source) beside(snap *intake.Snapshot, cells []string) (out []intake.Record) {
	if snap.End == intake.EndRemoved {
		return nil
	}
	if i := s.col[contactRole]; i >= 0 && cells[i] != "" {
		var called []string
		if k := s.col[contactNameRole]; k >= 0 {
			called = strings.Split(cells[k], ";")
		}
		for k, one := range strings.Split(cells[i], ";") {
			if one = strings.TrimSpace(one); one == "" {
				continue
			}
			p := &intake.Person{Row: snap.Row, Account: snap.Account.Foreign}
			if called != nil || slices.ContainsFunc(s.sides, func(x *side) bool { return x.Kind == PeopleSide && x.col[fID] >= 0 }) {
				p.Foreign = contact(one, "")
				if k < len(called) {
					p.Name = strings.TrimSpace(called[k])
				}
			} else {
				name := one
				if at := strings.LastIndex(one, " ("); at > 0 && strings.HasSuffix(one, ")") { // Bo Berg (bo@acme.com)
					name = one[:at]
					if mail := strings.TrimSuffix(one[at+2:], ")"); strings.Contains(mail, "@") {
						p.Email = mail
					}
				}
				p.Foreign, p.Name = contact(name, snap.Account.Foreign), name
			}
			out = append(out, p, &intake.Member{Row: snap.Row, Deal: snap.Foreign, Person: p.Foreign, At: snap.Opened})
		}
	}
	for _, a := range s.acts {
		at, fault := s.dates[a.col].Read(cells[a.col])
		if cells[a.col] == "" || fault != spelling.DateFine || at.IsZero() || at.After(s.now) {
			continue
		}
		out = append(
			out,
			&intake.Act{
				Row:      snap.Row,
				Foreign:  a.What + " " + sideWord(a.By) + " " + cells[a.col],
				Deal:     snap.Foreign,
				What:     a.What,
				By:       a.By,
				Happened: at,
				Learned:  at,
			},
		)
	}
	return out
}

// party names somebody by an id, or by a name that stands for one.
func party(foreign, name string, alone bool) intake.Party {
	switch {
	case foreign == "":
		return intake.Party{}
	case alone:
		name = foreign
	}
	return intake.Party{Foreign: foreign, Name: name}
}

// ends tells by the row's words whether its deal has ended, and whether it was won.
func (s *Source) ends(snap *intake.Snapshot) (closes, won bool) {
	switch snap.End {
	case intake.EndWon:
		return true, true
	case intake.EndNotWon:
		return true, false
	}
	if closes, won, _ = intake.StageMeaning(s.words, snap.Status); closes {
		return closes, won
	}
	closes, won, _ = intake.StageMeaning(s.words, snap.Stage)
	return closes, won
}

func (s *Source) amount(t *Table, row *intake.Row, cells []string, r role, bad **intake.Rejection, notes *intake.Notes) intake.Amount {
	col := s.col[r]
	if col < 0 || *bad != nil || cells[col] == "" {
		return intake.Amount{}
	}
	v := cells[col]
	m, fault := s.amounts[col].Read(v)
	if fault != spelling.AmountFine {
		switch {
		case spelling.Nothing(v, spelling.Number):
			s.nothing(row, col, v, notes)
		default:
			*bad = t.RejectCell(col, fmt.Sprintf("%q %s", short(v), fault), fault.Hint())
		}
		return intake.Amount{}
	}
	if m.Cents < 0 {
		notes.Say("negative-amount", row, s.names[col], "", func() diag.Finding { return NegativeAmount(v) })
	}
	m = s.scaled(m)
	if i := s.col[currencyRole]; i >= 0 && cells[i] != "" && (m.Currency == "" || m.Currency == s.m.Currency) {
		m.Currency = s.currency(row, cells[i], notes)
	}
	return intake.Amount{Money: m, Stated: true}
}

// currency gives the code of what stands in the column of currencies. What is
// none is kept as it is written, and said.
func (s *Source) currency(row *intake.Row, v string, notes *intake.Notes) string {
	code, ok := spelling.Currency(v)
	switch {
	case ok && code != "":
		return code
	case ok: // $ names no currency: the one that was said for amounts without one
		return s.m.Currency
	}
	notes.Say("unknown-currency", row, s.names[s.col[currencyRole]], v, func() diag.Finding {
		return diag.Finding{
			Message: fmt.Sprintf("%q is no currency", short(v)),
			Hint:    "the amount lands with the word as given; write a code of three letters, such as EUR",
		}
	})
	return strings.ToUpper(v)
}

// yes reads a check box; ok is false for a word that is neither yes nor no.
func yes(v string) (on, ok bool) {
	switch strings.ToLower(v) {
	case "true", "1", "yes", "y", "t", "x", "ja", "si", "sí", "sim", "oui", "да", "是", "deleted", "merged":
		return true, true
	case "", "false", "0", "no", "n", "f", "nein", "não", "nao", "non", "нет", "否":
		return false, true
	}
	return false, false
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
		if v := cells[a.col]; v != "" {
			snap.Attributes[a.name] = v
		}
	}
	for _, j := range s.joins {
		v := cells[j.on]
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
