package csv

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
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
	dates   map[int]*spelling.DateColumn
	amounts map[int]*spelling.AmountColumn
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
// words; now bounds what can have happened, and its Location is the company's zone.
func New(files []intake.File, m *Mapping, book playbook.Mapping, now time.Time) *Source {
	return &Source{files: files, m: m, words: merge(book, m), now: now, dates: map[int]*spelling.DateColumn{}, amounts: map[int]*spelling.AmountColumn{}}
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
		if fault != spelling.DateFine {
			bad = t.RejectCell(col, fmt.Sprintf("%q %s", short(cells[col]), fault), fault.Hint())
		}
		return at
	}
	snap.Opened, snap.Created, snap.Modified = date(s.col[openedRole]), date(s.col[createdRole]), date(s.col[modifiedRole])
	snap.Ended = date(s.col[closedRole])
	snap.Expected = s.zones().Day(date(s.col[expectedRole]))
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
		if fault != spelling.AmountFine {
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
			snap.Expected = s.zones().Day(snap.Ended)
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
