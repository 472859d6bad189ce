package csv

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Limits of a table that is joined: it is held in memory, the deals are not.
const (
	joinRows  = 500_000
	joinBytes = 128 << 20
)

// join is a table held in memory by its key.
type join struct {
	file    intake.File
	keyName string
	on      int // column of the deals
	onName  string
	attrs   []attribute
	account bool // its rows are accounts
	rows    map[string]joined
	sorted  []string // keys, for the nearest one
}

type joined struct {
	values []string          // by attribute
	all    map[string]string // for accounts
}

// join loads the lookups of the mapping.
func (s *Source) join(read func(int64), plan *intake.Plan) (diag.Findings, error) {
	var fs diag.Findings
	t, _, err := OpenTable(s.deals, s.dialect, nil)
	if err != nil {
		return nil, err
	}
	t.Close()
	taken := map[string]bool{}
	for _, a := range s.attrs {
		taken[a.name] = true
	}
	for _, l := range s.m.Lookups {
		f, ok := find(s.files, l.File.Name)
		if !ok {
			fs = append(fs, s.unknown("mapping-file", l.File, "file", names(s.files)))
			continue
		}
		j := &join{file: f, on: t.Column(l.On.Name), onName: l.On.Name, rows: map[string]joined{}}
		if j.on < 0 {
			fs = append(fs, s.unknown("mapping-column", l.On, s.deals.Base(), t.Header))
			continue
		}
		j.account = j.on == s.col[accountRole] || j.on == s.col[accountNameRole]
		found, err := j.load(s, l, taken, read)
		fs = append(fs, found...)
		if err != nil && !errors.Is(err, ErrNoHeader) {
			return fs, err
		}
		if err == nil && !found.Errors() {
			s.joins = append(s.joins, j)
			plan.Files = append(plan.Files, f.Name)
		}
	}
	return fs, nil
}

func (j *join) load(s *Source, l Lookup, taken map[string]bool, read func(int64)) (diag.Findings, error) {
	t, fs, err := OpenTable(j.file, nil, read)
	if err != nil {
		return fs, err
	}
	defer t.Close()
	key := t.Column(l.Key.Name)
	if key < 0 {
		return append(fs, s.unknown("mapping-column", l.Key, j.file.Base(), t.Header)), nil
	}
	j.keyName = t.Header[key]
	for _, a := range l.Attributes {
		i := t.Column(a.Name)
		if i < 0 {
			fs = append(fs, s.unknown("mapping-column", a, j.file.Base(), t.Header))
			continue
		}
		name := t.Header[i]
		if taken[name] { // two tables with a column of one name
			name = strings.TrimSuffix(j.file.Base(), ".csv") + "." + name
		}
		taken[name] = true
		j.attrs = append(j.attrs, attribute{name, i})
	}
	size := 0
	var cells []string
	doubled, bad := 0, 0
	for t.Next() {
		if t.Flaw() == ZeroByte && bytes.IndexByte(t.Row().Cell(key), 0) < 0 {
			// Damage costs the cell it stands in.
		} else if t.Flaw() != Sound {
			bad++
			continue
		}
		if !utf8.Valid(t.Row().Raw()) {
			bad++
			continue
		}
		if size += len(t.Row().Raw()); size > joinBytes || len(j.rows) >= joinRows {
			return append(fs, diag.Finding{Check: "lookup-too-large", Severity: diag.Error, Range: diag.Range{File: j.file.Name},
				Message: fmt.Sprintf("%s is too large to be joined: more than %d rows or %d MB", j.file.Base(), joinRows, joinBytes>>20),
				Hint:    "join it before the export, or take it out of the mapping's lookups"}), nil
		}
		cells = t.Row().Strings(cells)
		k := strings.TrimSpace(cells[key])
		if spelling.Nothing(k, spelling.ID) {
			continue
		}
		if _, ok := j.rows[k]; ok {
			doubled++
			continue
		}
		v := joined{values: make([]string, len(j.attrs))}
		for i, a := range j.attrs {
			if v.values[i] = strings.TrimSpace(cells[a.col]); strings.IndexByte(v.values[i], 0) >= 0 ||
				spelling.Nothing(v.values[i], spelling.Category) {
				v.values[i] = ""
			}
			if j.account && v.values[i] != "" {
				if v.all == nil {
					v.all = map[string]string{}
				}
				v.all[a.name] = v.values[i]
			}
		}
		j.rows[k] = v
	}
	if doubled > 0 {
		fs = append(
			fs,
			diag.Finding{Check: "repeated-key", Severity: diag.Warning, Range: diag.Range{File: j.file.Name}, Field: j.keyName, Count: doubled,
				Message: fmt.Sprintf(
					"a value of %q stands in more than one row; the first row is used",
					j.keyName,
				), Hint: "a table that is joined has one row for each value"},
		)
	}
	if bad > 0 {
		fs = append(fs, diag.Finding{Check: "unreadable-row", Severity: diag.Warning, Range: diag.Range{File: j.file.Name}, Count: bad,
			Message: "a row cannot be read and is not joined", Hint: "check its quotes, the number of its cells and that the file is UTF-8"})
	}
	j.sorted = slices.Sorted(maps.Keys(j.rows))
	return fs, t.Err()
}

// missing says that a value of the deals is not in the table joined.
func (j *join) missing(row *intake.Row, value string, notes *intake.Notes) {
	notes.Say("unknown-value", row, j.onName, value, func() diag.Finding {
		f := diag.Finding{Message: fmt.Sprintf("%s %q is not in %s", j.onName, short(value), j.file.Base()),
			Hint: fmt.Sprintf("the row lands with the value as given and without what %s would add", j.file.Base())}
		if len(j.sorted) <= 5000 {
			f.Nearest = diag.Nearest(value, j.sorted)
		}
		if f.Nearest != "" {
			f.Hint = fmt.Sprintf("did you mean %q? ", f.Nearest) + f.Hint
		}
		return f
	})
}
