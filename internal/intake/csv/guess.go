package csv

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// sampleRows is how many rows of each table a proposal looks at.
const sampleRows = 2000

// sight is a table as far as a proposal looks at it.
type sight struct {
	file   intake.File
	header []string
	folded []string // letters, digits and blanks, small and without accents
	bare   []string // the same without brackets and without a prefix that most columns share
	rows   int
	cols   []colSight
	whole  bool // all rows were looked at
}

type colSight struct {
	filled   int
	dates    int // written as dates
	numbers  int // numbers that would be dates if the column's name says so
	amounts  int
	nothings int    // words for nothing where a day or a number should stand; counted as filled
	odd      string // the first value that is no date
	distinct map[string]int
}

// Guess proposes a mapping from the headers of the files and a sample of their
// values, with the reason for each line. It writes nothing and decides
// nothing: the proposal is shown first. The mapping is nil where no table
// looks like deals.
func Guess(files []intake.File, book playbook.Mapping) (*Mapping, diag.Findings, error) {
	var tables []*sight
	var fs diag.Findings
	for _, f := range files {
		s, found, err := look(f)
		if errors.Is(err, ErrNoHeader) {
			fs = append(fs, found...)
			continue
		}
		if err != nil {
			return nil, fs, err
		}
		tables = append(tables, s)
	}
	var best *guesser
	for _, t := range tables {
		if g := (&guesser{t: t, book: book}).columns(); g.score > 0 && (best == nil || g.score > best.score || g.score == best.score && t.rows > best.t.rows) {
			best = g
		}
	}
	if best == nil {
		return nil, append(fs, nearest(tables, book)), nil
	}
	m := best.mapping()
	for _, t := range tables {
		if t == best.t {
			continue
		}
		if l, ok := best.lookup(t); ok {
			m.Lookups = append(m.Lookups, l)
			continue
		}
		why := "it shares no column with the deals whose values name its rows"
		m.Unused = append(m.Unused, Ref{Name: t.file.Base(), Why: why})
	}
	passed := best.passedOver()
	for _, f := range passed {
		if f.Severity == diag.Hint {
			continue
		}
		m.remarks = append(m.remarks, f.Message)
	}
	return m, append(fs, passed...), nil
}

// nearest says which table comes nearest to one of deals, what it lacks, and
// which columns it has.
func nearest(tables []*sight, book playbook.Mapping) diag.Finding {
	f := diag.Finding{Check: "no-deals", Severity: diag.Error, Message: "no table looks like deals: one with an id and a stage or status for each row is needed",
		Hint: "write a mapping file that says which table and columns they are"}
	var best *guesser
	most := -1
	for _, t := range tables {
		g := (&guesser{t: t, book: book}).columns()
		n := 0
		for _, i := range g.col {
			if i >= 0 {
				n++
			}
		}
		if n > most || n == most && t.rows > best.t.rows {
			best, most = g, n
		}
	}
	if best == nil {
		return f
	}
	var has, lacks []string
	for r, i := range best.col {
		if i >= 0 {
			has = append(has, fmt.Sprintf("%q for the %s", best.t.header[i], roleTable[r].key))
		}
	}
	if best.col[idRole] < 0 {
		lacks = append(lacks, "a column that tells the deals apart (id)")
	}
	if best.col[stageRole] < 0 {
		lacks = append(lacks, "one that says how far they are (stage, status)")
	}
	f.Range = diag.Range{File: best.t.file.Name}
	f.Message = "no table looks like deals; " + best.t.file.Base() + " comes nearest"
	if len(has) > 0 {
		f.Message += ": it has " + strings.Join(has, ", ")
	}
	f.Message += ", and lacks " + strings.Join(lacks, " and ")
	if best.t.rows == 0 {
		f.Message += "; it has no rows"
	}
	f.Hint = "its columns are " + diag.List(best.t.header) + "; say which is which in a mapping file, as docs/formats/import-csv.md shows"
	return f
}

func look(f intake.File) (*sight, diag.Findings, error) {
	t, fs, err := OpenTable(f, nil, nil)
	if err != nil {
		return nil, fs, err
	}
	defer t.Close()
	s := &sight{file: f, header: t.Header, whole: true, cols: make([]colSight, len(t.Header))}
	for i, h := range t.Header {
		s.folded = append(s.folded, foldHead(h))
		s.cols[i].distinct = map[string]int{}
	}
	s.bare = bareHeads(t.Header)
	var cells []string
	for t.Next() {
		if t.Flaw() != Sound && t.Flaw() != ZeroByte {
			continue
		}
		if s.rows == sampleRows {
			s.whole = false
			break
		}
		s.rows++
		cells = t.Row().Strings(cells)
		for i := range s.cols {
			v := strings.TrimSpace(cells[i])
			if v == "" || spelling.Nothing(v, spelling.Category) {
				continue
			}
			c := &s.cols[i]
			c.filled++
			c.distinct[v]++
			if spelling.Nothing(v, spelling.Day) {
				c.nothings++
				continue
			}
			switch from, ok := spelling.IsDate(v); {
			case ok && from == spelling.Written:
				c.dates++
			case ok:
				c.numbers++
			case c.odd == "":
				c.odd = v
			}
			if spelling.IsAmount(v) {
				c.amounts++
			}
		}
	}
	return s, nil, t.Err()
}

func (c *colSight) mostly(n int) bool { return c.filled == 0 || (n+c.nothings)*10 >= c.filled*9 }

// half is enough where the header says the same: the other values are what is
// wrong with the rows, and are said row by row.
func (c *colSight) half(n int) bool { return n*2 >= c.filled-c.nothings }

// foldHead brings a heading to the letters of heads.txt.
func foldHead(h string) string { return spelling.Small(playbook.Fold(h)) }

// bareHeads folds headings without what stands in brackets, and without a
// prefix that half of them share: "Deal - Won time" is "won time".
func bareHeads(header []string) []string {
	count := map[string]int{}
	for _, h := range header {
		if p := prefixOf(h); p != "" {
			count[p]++
		}
	}
	out := make([]string, len(header))
	for i, h := range header {
		if p := prefixOf(h); p != "" && count[p] >= 2 && count[p]*2 >= len(header) {
			h = strings.TrimLeft(h[len(p):], " ")
		}
		if k := strings.IndexAny(h, "([（【"); k > 0 {
			h = h[:k]
		}
		out[i] = foldHead(h)
	}
	return out
}

// prefixOf gives what stands before " - ", ": ", "." or "/" in a heading, with the sign.
func prefixOf(h string) string {
	for _, sign := range []string{" - ", " – ", ": ", "：", ".", "/", "::", "__"} {
		if i := strings.Index(h, sign); i > 0 && i+len(sign) < len(h) {
			return h[:i+len(sign)]
		}
	}
	return ""
}

// guesser finds the roles of one table's columns.
type guesser struct {
	t     *sight
	book  playbook.Mapping
	col   [roles]int
	score int
}

// columns gives each role the column whose header CRMs use for it, if its
// values are of the right kind. The score says how much the table looks like deals.
func (g *guesser) columns() *guesser {
	taken := map[int]bool{}
	for r := range g.col {
		g.col[r] = g.pick(role(r), taken)
		if g.col[r] >= 0 {
			taken[g.col[r]] = true
		}
	}
	if g.col[stageRole] < 0 && g.col[statusRole] >= 0 {
		g.col[stageRole], g.col[statusRole] = g.col[statusRole], -1
	}
	if g.col[idRole] < 0 || g.col[stageRole] < 0 {
		return g
	}
	g.score = 4
	for r, points := range map[role]int{amountRole: 1, closedAmountRole: 1, openedRole: 1, closedRole: 2, wonRole: 1, lostRole: 1, ownerRole: 1, accountRole: 1, expectedRole: 1} {
		if g.col[r] >= 0 {
			g.score += points
		}
	}
	if k, n := g.knownStages(); n > 0 {
		g.score += 3 * k / n
	}
	return g
}

func (g *guesser) pick(r role, taken map[int]bool) int {
	best := -1
	for _, head := range roleTable[r].heads {
		for i, h := range g.t.folded {
			if h != head && g.t.bare[i] != head || taken[i] {
				continue
			}
			c := &g.t.cols[i]
			switch r {
			case openedRole, closedRole, wonRole, lostRole, expectedRole, createdRole, modifiedRole:
				// A day of the year 2024 is a number of a spreadsheet, and seconds are one.
				if !c.half(c.dates+c.numbers) || (r == wonRole || r == lostRole) && c.dates+c.numbers == 0 && c.filled > 0 {
					continue
				}
			case amountRole, closedAmountRole:
				if !c.half(c.amounts) {
					continue
				}
			case removedRole:
				if !c.flags() {
					continue
				}
			case idRole:
				// An id tells nearly all rows apart; a few may stand twice.
				if c.filled > 20 && len(c.distinct)*2 < c.filled {
					continue
				}
			}
			if r != wonRole && r != lostRole {
				return i
			}
			// Exports have several of these, and mostly one that is in use.
			if full := c.filled - c.nothings; best < 0 || full > g.t.cols[best].filled-g.t.cols[best].nothings {
				best = i
			}
		}
	}
	return best
}

// flags reports whether the values say yes and no.
func (c *colSight) flags() bool {
	for v := range c.distinct {
		if _, ok := yes(v); !ok {
			return false
		}
	}
	return true
}

func (g *guesser) knownStages() (known, all int) {
	for v := range g.t.cols[g.col[stageRole]].distinct {
		all++
		if _, _, ok := intake.StageMeaning(g.book, v); ok {
			known++
		}
	}
	return known, all
}

// mapping writes the roles down with their reasons.
func (g *guesser) mapping() *Mapping {
	m := &Mapping{}
	m.Deals.File = Ref{Name: g.t.file.Base(), Why: "has an id and a stage for each row"}
	for r, i := range g.col {
		if i < 0 {
			continue
		}
		why := roleTable[r].doc
		c := &g.t.cols[i]
		switch role(r) {
		case idRole:
			why = fmt.Sprintf("%s: %d values in %d rows looked at", why, len(c.distinct), g.t.rows)
		case stageRole:
			known, all := g.knownStages()
			why = fmt.Sprintf("%s: the playbook knows %d of %d", why, known, all)
		case accountRole, ownerRole:
			why = fmt.Sprintf("%s: %d different", why, len(c.distinct))
		}
		m.Deals.Columns[r] = Ref{Name: g.t.header[i], Why: why}
	}
	m.Deals.Entered = g.entered()
	used := func(i int) bool { return slices.Contains(g.col[:], i) }
	for i, c := range g.t.cols {
		if used(i) || !g.t.attribute(i) {
			continue
		}
		m.Deals.Attributes = append(m.Deals.Attributes, Ref{Name: g.t.header[i], Why: fmt.Sprintf("%d different values", len(c.distinct))})
	}
	if g.col[titleRole] < 0 {
		for _, head := range []string{"product", "product name", "solution", "service", "package", "item"} {
			if i := slices.Index(g.t.bare, head); i >= 0 {
				m.Deals.Columns[titleRole] = Ref{Name: g.t.header[i], Why: "no column names the deal; what is sold stands in"}
				break
			}
		}
	}
	return m
}

// entered finds columns of dates that are named after a stage.
func (g *guesser) entered() (out []Entered) {
	stages := make([]string, 0)
	for v := range g.t.cols[g.col[stageRole]].distinct {
		if closes, _, _ := intake.StageMeaning(g.book, v); !closes && playbook.Fold(v) != "" {
			stages = append(stages, v)
		}
	}
	slices.Sort(stages)
	for i, h := range g.t.folded {
		if c := &g.t.cols[i]; c.filled == 0 || !c.mostly(c.dates) {
			continue
		}
		words := slices.DeleteFunc(strings.Fields(h), func(w string) bool {
			return slices.Contains([]string{"date", "time", "entered", "on", "at", "in", "stage", "first", "since", "start", "started", "open", "opened", "create", "created", "close", "closed"}, w)
		})
		if rest := strings.Join(words, " "); rest != "" {
			for _, v := range stages {
				if sameStem(rest, playbook.Fold(v)) {
					out = append(out, Entered{Stage: v, Ref: Ref{Name: g.t.header[i], Why: fmt.Sprintf("named after the stage %q", v)}})
					break
				}
			}
		}
	}
	return out
}

// sameStem reports whether two words differ in their endings only: "engage"
// and "engaging", "qualified" and "qualification".
func sameStem(a, b string) bool {
	if a == b {
		return true
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 5 && len(a)-n <= 3 && len(b)-n <= 6 && !strings.Contains(a[n:]+b[n:], " ")
}

// personal are words of headers whose columns are about a person. What is said
// of a person stands apart from facts, so such a column is never proposed.
var personal = []string{"manager", "contact", "email", "mail", "phone", "mobile", "fax", "first", "last", "birth", "gender", "person", "employee", "rep", "agent", "owner", "user", "by", "street", "address", "name", "linkedin", "description", "notes", "note", "comment", "comments", "next"}

// attribute reports whether a column can tell groups of deals apart: text with
// few values or figures, about no person, and neither dates nor ids.
func (t *sight) attribute(i int) bool {
	c, h := &t.cols[i], t.folded[i]
	for _, w := range strings.Fields(h) {
		if slices.Contains(personal, w) || w == "id" || w == "url" || w == "key" || w == "guid" {
			return false
		}
	}
	if h == "" || len(c.distinct) < 2 || c.filled > 0 && c.dates*2 > c.filled {
		return false
	}
	if c.amounts == c.filled {
		return true
	}
	return len(c.distinct) <= 60 && len(c.distinct)*4 <= max(c.filled, 16)*3
}

// lookup finds the column by which a table can be joined to the deals: it has
// the same name in both, or is the table's id, tells the table's rows apart,
// and most of the deals' values are among its own.
func (g *guesser) lookup(t *sight) (Lookup, bool) {
	type pair struct {
		key, on, hits, all int
	}
	var best *pair
	for k, h := range t.folded {
		c := &t.cols[k]
		if h == "" || c.filled == 0 || len(c.distinct) < c.filled {
			continue
		}
		for on, name := range g.t.folded {
			mine := &g.t.cols[on]
			stem := strings.TrimSuffix(name, " id")
			sameName := h == name || h == "id" && stem != name && strings.Contains(playbook.Fold(t.file.Base()), stem)
			if !sameName || on == g.col[idRole] || len(mine.distinct) == 0 {
				continue
			}
			p := &pair{key: k, on: on, all: len(mine.distinct)}
			for v := range mine.distinct {
				if _, ok := c.distinct[v]; ok {
					p.hits++
				}
			}
			if (p.hits*2 >= p.all || !t.whole && p.hits > 0) && (best == nil || p.hits > best.hits) {
				best = p
			}
		}
	}
	if best == nil {
		return Lookup{}, false
	}
	l := Lookup{
		File: Ref{Name: t.file.Base(), Why: fmt.Sprintf("has %d of the %d values of %s looked at", best.hits, best.all, g.t.header[best.on])},
		Key:  Ref{Name: t.header[best.key]}, On: Ref{Name: g.t.header[best.on]},
	}
	for i, c := range t.cols {
		if i == best.key || !t.attribute(i) {
			continue
		}
		l.Attributes = append(l.Attributes, Ref{Name: t.header[i], Why: fmt.Sprintf("%d different values", len(c.distinct))})
	}
	return l, true
}
