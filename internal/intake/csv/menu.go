package csv

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/playbook"
)

// What follows is for whoever shows a proposal and lets a person correct it.

// Unknown stands in a mapping that is begun for a column nobody has named yet.
const Unknown = "?"

// Together, chosen for the id, makes it of what the deal is about, its customer
// and its first day, or of the line where not even that is there.
const Together = "+"

// Choice is what a column of the deals can mean, and which column does.
type Choice struct {
	Key    string // as in a mapping file
	Column string // "" or Unknown: none
	Values []string
}

// Columns gives the headings of the table of deals, or of the nearest to it.
func (p Proposal) Columns() []string {
	if p.table == nil {
		return nil
	}
	return slices.Clone(p.table.header)
}

// Rows is how many rows of it were looked at.
func (p Proposal) Rows() int {
	if p.table == nil {
		return 0
	}
	return p.table.rows
}

// shown are the roles in the order in which a person is asked about them; the
// others stay as they are proposed.
var shown = []role{
	idRole,
	titleRole,
	accountRole,
	ownerRole,
	stageRole,
	statusRole,
	reasonRole,
	amountRole,
	closedAmountRole,
	currencyRole,
	openedRole,
	wonRole,
	lostRole,
	closedRole,
	expectedRole,
	contactRole,
}

// Choices gives what each role is read from, with a few values of the column.
func (p Proposal) Choices(m *Mapping) (out []Choice) {
	for _, r := range shown {
		c := Choice{Key: roleTable[r].key, Column: m.Deals.Columns[r].Name}
		if r == idRole && c.Column == "" {
			for _, t := range m.Deals.Together {
				c.Column = strings.TrimPrefix(c.Column+" + "+t.Name, " + ")
			}
			if m.Deals.ByLine {
				c.Column = "#"
			}
		}
		if p.table != nil {
			if i := slices.Index(p.table.header, c.Column); i >= 0 {
				c.Values = p.table.some(i)
			}
		}
		out = append(out, c)
	}
	return out
}

// some gives the first few different values of a column.
func (t *sight) some(i int) (out []string) {
	for _, row := range t.sample {
		if v := strings.TrimSpace(row[i]); v != "" && !slices.Contains(out, short(v)) {
			if out = append(out, short(v)); len(out) == 3 {
				break
			}
		}
	}
	return out
}

// Choose gives a mapping with other columns: by key, "" takes one away. Keys
// that are unknown, or columns that the table does not have, change nothing.
func (p Proposal) Choose(m *Mapping, columns map[string]string) *Mapping {
	out := *m
	for r, info := range roleTable {
		name, said := columns[info.key]
		if role(r) == idRole && name == Together {
			continue // made of the others, when they are chosen
		}
		if !said || name != "" && (p.table == nil || !slices.Contains(p.table.header, name)) {
			continue
		}
		if role(r) == idRole {
			if name != "" {
				out.Deals.Together, out.Deals.ByLine = nil, false
			} else if out.Deals.Columns[idRole].Name == Unknown {
				continue
			}
		}
		if out.Deals.Columns[r].Name != name {
			out.Deals.Columns[r] = Ref{Name: name}
		}
	}
	if columns[roleTable[idRole].key] == Together {
		out.Deals.Columns[idRole], out.Deals.Together = Ref{}, nil
		for _, r := range []role{titleRole, accountRole, openedRole, createdRole} {
			if c := out.Deals.Columns[r]; c.Name != "" && c.Name != Unknown {
				out.Deals.Together = append(out.Deals.Together, Ref{Name: c.Name})
			}
		}
		if out.Deals.ByLine = out.Deals.Columns[titleRole].Name == ""; out.Deals.ByLine {
			out.Deals.Together = nil
		}
	}
	if p.table != nil {
		words := func(r role) []string { return p.table.wordsIn(slices.Index(p.table.header, out.Deals.Columns[r].Name)) }
		i := slices.Index(p.table.header, out.Deals.Columns[amountRole].Name)
		if out.Deals.Columns[amountRole].Name != m.Deals.Columns[amountRole].Name {
			out.Cents = i >= 0 && p.System != nil && slices.Contains(p.System.cents, p.table.folded[i])
		}
		out.Stages, out.Outcomes, out.Open = maps.Clone(m.Stages), maps.Clone(m.Outcomes), slices.Clone(m.Open)
		(&guesser{t: p.table, book: p.book, system: p.System}).words(&out, words(stageRole), words(statusRole), words(reasonRole))
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(out.Deals.Columns[:], func(c Ref) bool { return c.Name == name })
	}
	out.Deals.Attributes = slices.DeleteFunc(slices.Clone(m.Deals.Attributes), func(a Ref) bool {
		return taken(a.Name) && !slices.ContainsFunc(m.Deals.Columns[:], func(c Ref) bool { return c.Name == a.Name })
	})
	return &out
}

// Word is a word for a stage or an end in the tables, as far as they were looked at.
type Word struct {
	Word  string
	N     int
	Stage playbook.MappedStage // what it means, where that is known
	End   playbook.MappedEnd
	Known bool
	Open  bool // it says nothing of an end
}

// Words gives those of stage and status, the most frequent first.
func (p Proposal) Words(m *Mapping, book playbook.Mapping) (out []Word) {
	if p.table == nil {
		return nil
	}
	all := merge(book, m)
	add := func(n map[string]int) {
		if len(n) > 60 {
			return // not a column of stages
		}
		for w, k := range n {
			i := slices.IndexFunc(out, func(o Word) bool { return o.Word == w })
			if i < 0 {
				f := playbook.Fold(w)
				one := Word{Word: w, N: k}
				if e, ok := all.Outcomes[f]; ok {
					one.End, one.Known = e, true
				} else if s, ok := all.Stages[f]; ok {
					one.Stage, one.Known = s, true
				}
				one.Open = intake.SaysOpen(w) || slices.Contains(m.Open, w)
				out = append(out, one)
			}
		}
	}
	for _, r := range []role{stageRole, statusRole} {
		if i := slices.Index(p.table.header, m.Deals.Columns[r].Name); i >= 0 && m.Deals.Columns[r].Name != "" {
			if r == stageRole && slices.ContainsFunc(m.Sides, func(s Side) bool { return s.Kind == NamesSide }) {
				continue // ids, whose names stand in another table
			}
			add(p.table.cols[i].distinct)
		}
	}
	for _, w := range p.words {
		add(w.n)
	}
	slices.SortFunc(out, func(a, b Word) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Word, b.Word)) })
	return out
}

// Mean gives a mapping in which words mean what a person said of them. open are
// words that say nothing of an end, and plain those that mean nothing of ours.
func (m *Mapping) Mean(stages map[string]playbook.MappedStage, ends map[string]playbook.MappedEnd, open, plain []string) *Mapping {
	out := *m
	out.Stages, out.Outcomes = map[string]playbook.MappedStage{}, map[string]playbook.MappedEnd{}
	for w, s := range m.Stages {
		out.Stages[w] = s
	}
	for w, e := range m.Outcomes {
		out.Outcomes[w] = e
	}
	out.Open = slices.Clone(m.Open)
	forget := func(w string) {
		same := func(k string) bool { return playbook.Fold(k) == playbook.Fold(w) }
		maps.DeleteFunc(out.Stages, func(k string, _ playbook.MappedStage) bool { return same(k) })
		maps.DeleteFunc(out.Outcomes, func(k string, _ playbook.MappedEnd) bool { return same(k) })
		out.Open = slices.DeleteFunc(out.Open, same)
	}
	for w, s := range stages {
		forget(w)
		out.Stages[w] = s
	}
	for w, e := range ends {
		forget(w)
		out.Outcomes[w] = e
	}
	for _, w := range open {
		forget(w)
		out.Stages[w], out.Open = playbook.MappedStage{}, append(out.Open, w)
	}
	for _, w := range plain {
		forget(w)
		out.Stages[w] = playbook.MappedStage{}
	}
	slices.Sort(out.Open)
	return &out
}
