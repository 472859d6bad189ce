package csv

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// sampleRows is how many rows of each table a proposal looks at.
const sampleRows = 2000

// sampleBytes is how much text of them is kept.
const sampleBytes = 32 << 20

// sight is a table as far as a proposal looks at it.
type sight struct {
	file   intake.File
	header []string
	folded []string // letters, digits and blanks, small and without accents
	bare   []string // the same without brackets and without a prefix that most columns share
	rows   int
	cols   []colSight
	sample [][]string // the rows looked at
	whole  bool       // all rows were looked at
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
// values, with the reason for each line: by what is known of the CRMs that
// ship, else by headings that many use. It writes nothing and decides
// nothing: the proposal is shown first. The mapping is nil where no table
// looks like deals; the draft is then what could be found of one.
func Guess(files []intake.File, book playbook.Mapping) (*Mapping, diag.Findings, error) {
	p, err := Propose(files, book, Systems()...)
	return p.Mapping, p.Findings, err
}

// Proposal is what was found out about some tables.
type Proposal struct {
	Mapping  *Mapping // nil where no table looks like deals
	Begun    *Mapping // then, what could be found of one; nil where there is no table at all
	Draft    []byte   // as a mapping file to mend
	System   *System  // whose export it is, as far as it was recognised
	Findings diag.Findings

	table *sight // of deals, or the nearest to it
	book  playbook.Mapping
	words []valuesOf
}

// valuesOf are the values of a stage's column in a table.
type valuesOf struct {
	file, column string
	n            map[string]int
}

// Propose is Guess among some CRMs. With one it is held to it: tables of
// another form are refused.
func Propose(files []intake.File, book playbook.Mapping, among ...*System) (p Proposal, err error) {
	p.book = book
	tables, found, err := lookAll(files)
	p.Findings = append(p.Findings, found...)
	if err != nil {
		return p, err
	}
	best := likeliest(tables, book, among)
	if best == nil {
		f, g := nearest(tables, book, among)
		p.Findings = append(p.Findings, f)
		if g != nil && len(g.t.header) > 0 {
			p.table, p.Begun = g.t, g.draft()
			p.Draft = p.Begun.YAML()
		}
		return p, nil
	}
	p.System, p.table = best.system, best.t
	m := best.mapping()
	best.others(m, tables)
	best.mean(m, tables)
	for _, s := range m.Sides {
		if f := map[SideKind]field{NamesSide: fName, HistorySide: fStage}[s.Kind]; s.Columns[f].Name != "" && f != 0 {
			for _, t := range tables {
				if i := slices.Index(t.header, s.Columns[f].Name); i >= 0 && t.file.Base() == s.File.Name {
					p.words = append(p.words, valuesOf{s.File.Name, s.Columns[f].Name, t.cols[i].distinct})
				}
			}
		}
	}
	passed := best.passedOver()
	if best.system == nil && best.t.has([][]string{{"stagename", "isclosed"}, {"stage name", "is closed", "is won"}}) {
		passed = append(passed, diag.Finding{Check: "salesforce", Severity: diag.Hint, Range: diag.Range{File: best.t.file.Name},
			Message: best.t.file.Base() + " is an export from Salesforce", Hint: "import salesforce reads it with its history, people and activities"})
	}
	for _, f := range passed {
		if f.Severity == diag.Hint {
			continue
		}
		m.remarks = append(m.remarks, f.Message)
	}
	p.Mapping, p.Findings = m, append(p.Findings, passed...)
	return p, nil
}

// lookAll looks at every file; one without a header is said and passed over.
func lookAll(files []intake.File) (tables []*sight, found diag.Findings, err error) {
	for _, f := range files {
		s, fs, err := look(f)
		if errors.Is(err, ErrNoHeader) {
			found = append(found, fs...)
			continue
		}
		if err != nil {
			return nil, found, err
		}
		tables = append(tables, s)
	}
	return tables, found, nil
}

// likeliest finds the table of deals and the CRM it comes from, nil where no
// table can be one. Of two that are as likely the longer is it.
func likeliest(tables []*sight, book playbook.Mapping, among []*System) (best *guesser) {
	consider := func(g *guesser) {
		if g.columns(); g.score > 0 && (best == nil || g.score > best.score || g.score == best.score && g.t.rows > best.t.rows) {
			best = g
		}
	}
	for _, t := range tables {
		for _, s := range among {
			if t.has(s.known) {
				consider(&guesser{t: t, book: book, system: s})
			}
		}
		if len(among) != 1 {
			consider(&guesser{t: t, book: book})
		}
	}
	return best
}

// others says what the other tables are to the deals: one beside them, one to
// look things up in, or of no use.
func (g *guesser) others(m *Mapping, tables []*sight) {
	for _, t := range tables {
		if t == g.t {
			continue
		}
		side, isSide := g.side(t)
		if isSide {
			m.Sides = append(m.Sides, side)
		}
		if !isSide || side.Kind == AccountsSide {
			if l, ok := g.lookup(t); ok {
				m.Lookups = append(m.Lookups, l)
				continue
			}
		}
		if !isSide {
			m.Unused = append(m.Unused, Ref{Name: t.file.Base(), Why: "it shares no column with the deals whose values name its rows"})
		}
	}
	slices.SortStableFunc(m.Sides, func(a, b Side) int { return cmp.Compare(a.Kind, b.Kind) })
}

// wordsIn gives the different values of a column of words.
func (t *sight) wordsIn(i int) (out []string) {
	if i >= 0 && len(t.cols[i].distinct) <= 400 {
		for w := range t.cols[i].distinct {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// mean fills in what words mean that the playbook does not know.
func (g *guesser) mean(m *Mapping, tables []*sight) {
	words := (*sight).wordsIn
	stages := words(g.t, g.col[stageRole])
	for _, s := range m.Sides {
		for _, t := range tables {
			if t.file.Base() != s.File.Name {
				continue
			}
			switch s.Kind {
			case NamesSide:
				stages = append(stages, words(t, slices.Index(t.header, s.Columns[fName].Name))...)
			case HistorySide:
				if s.Columns[fStage].Name != "" {
					stages = append(stages, words(t, slices.Index(t.header, s.Columns[fStage].Name))...)
				}
			}
		}
	}
	g.words(m, stages, words(g.t, g.col[statusRole]), words(g.t, g.col[reasonRole]))
}

// side proposes what a further table is: by its headings, and by deals it speaks of.
func (g *guesser) side(t *sight) (Side, bool) {
	any, _ := SystemOf("csv")
	from := []*System{any}
	if g.system != nil && g.system != any {
		from = []*System{g.system, any}
	}
	for _, s := range from {
		for _, d := range s.sides {
			if !t.has(d.known) {
				continue
			}
			out := d.Side
			out.File = Ref{Name: t.file.Base(), Why: s.Name + ": known by its columns"}
			for f := range fields {
				if i := t.first(d.columns[f]); i >= 0 {
					out.Columns[f] = Ref{Name: t.header[i]}
				}
			}
			out.Only = nil
			for _, o := range d.Only {
				if i := t.head(o.Name); i >= 0 {
					out.Only = append(out.Only, Only{Ref{Name: t.header[i]}, o.Value})
				}
			}
			if (d.Kind == HistorySide || d.Kind == ActivitiesSide || d.Kind == MembersSide) && !g.reaches(t, &out) {
				continue
			}
			if d.Kind == NamesSide && !g.names(t, &out) || out.lacks() != "" {
				continue
			}
			return out, true
		}
	}
	return Side{}, false
}

// reaches keeps the columns by which a table speaks of the deals: by their ids,
// else by their titles, else by their customers.
func (g *guesser) reaches(t *sight, s *Side) bool {
	hits := func(f field, r role) bool {
		if s.Columns[f].Name == "" || g.col[r] < 0 && f != fDeal {
			return false
		}
		mine := t.cols[slices.Index(t.header, s.Columns[f].Name)].distinct
		if f == fDeal && g.col[idRole] < 0 {
			return false // an id made of columns stands in no other table
		}
		theirs := g.t.cols[g.col[r]].distinct
		for v := range mine {
			for one := range strings.SplitSeq(v, ";") {
				if _, ok := theirs[strings.TrimSpace(one)]; ok {
					return true
				}
			}
		}
		return len(mine) > 0 && !g.t.whole && !(f == fDealTitle)
	}
	byID, byTitle, byAccount := hits(fDeal, idRole), hits(fDealTitle, titleRole), hits(fAccount, accountRole)
	if !byID {
		s.Columns[fDeal] = Ref{}
	}
	if !byTitle || byID {
		s.Columns[fDealTitle] = Ref{}
	}
	if !byAccount || byID || byTitle {
		s.Columns[fAccount] = Ref{}
	}
	return byID || byTitle || byAccount
}

// names reports whether a table's ids are the deals' stages.
func (g *guesser) names(t *sight, s *Side) bool {
	i := slices.Index(t.header, s.Columns[fID].Name)
	if i < 0 || g.col[stageRole] < 0 {
		return false
	}
	for v := range g.t.cols[g.col[stageRole]].distinct {
		if _, ok := t.cols[i].distinct[v]; ok {
			return true
		}
	}
	return false
}

// nearest says which table comes nearest to one of deals, what it lacks, and
// which columns it has, and drafts a mapping to mend.
func nearest(tables []*sight, book playbook.Mapping, among []*System) (diag.Finding, *guesser) {
	f := diag.Finding{
		Check:    "no-deals",
		Severity: diag.Error,
		Message:  "no table looks like deals: one with an id and a stage or status for each row is needed",
		Hint:     "write a mapping file that says which table and columns they are",
	}
	var best *guesser
	most := -1
	consider := func(g *guesser) {
		g.columns()
		n := 0
		for _, i := range g.col {
			if i >= 0 {
				n++
			}
		}
		if n > most || n == most && g.t.rows > best.t.rows {
			best, most = g, n
		}
	}
	for _, t := range tables {
		consider(&guesser{t: t, book: book})
		if len(among) == 1 {
			consider(&guesser{t: t, book: book, system: among[0]})
		}
	}
	if best == nil {
		return f, nil
	}
	var has, lacks []string
	for r, i := range best.col {
		if i >= 0 {
			has = append(has, fmt.Sprintf("%q for the %s", best.t.header[i], roleTable[r].key))
		}
	}
	if best.col[idRole] < 0 && len(best.together) == 0 {
		lacks = append(lacks, "a column that tells the deals apart (id)")
	}
	if best.col[stageRole] < 0 {
		lacks = append(lacks, "one that says how far they are (stage, status)")
	}
	what := "no table looks like deals"
	if len(among) == 1 {
		what = "no table looks like deals from " + among[0].Name
		if len(lacks) == 0 {
			lacks = append(lacks, "columns as "+among[0].Name+" calls them: "+strings.Join(among[0].example(), ", "))
		}
	}
	f.Range = diag.Range{File: best.t.file.Name}
	f.Message = what + "; " + best.t.file.Base() + " comes nearest"
	if len(has) > 0 {
		f.Message += ": it has " + strings.Join(has, ", ")
	}
	f.Message += ", and lacks " + strings.Join(lacks, " and ")
	if best.t.rows == 0 {
		f.Message += "; it has no rows"
	}
	f.Hint = "its columns are " + diag.List(best.t.header) + "; say which is which in a mapping file: the answer is one that is begun"
	if len(among) == 1 {
		f.Hint += "; import csv --guess reads tables of any form"
	}
	return f, best
}

// example gives the headings by which a CRM's deals are known.
func (s *System) example() []string {
	if len(s.known) == 0 {
		return nil
	}
	return s.known[0]
}

// draft gives a mapping with what was found, and a line to mend for what was not.
func (g *guesser) draft() *Mapping {
	m := g.mapping()
	m.Deals.File.Why = "the nearest to a table of deals"
	choices := "one of: " + strings.Join(g.t.header, ", ")
	if len(choices) > 600 {
		choices = choices[:strings.LastIndex(choices[:600], ",")] + " …"
	}
	if m.Deals.Columns[idRole].Name == "" && len(m.Deals.Together) == 0 {
		m.Deals.Columns[idRole] = Ref{Name: "?", Why: "which column, or columns as [a, b], tell the deals apart? " + choices}
	}
	if m.Deals.Columns[stageRole].Name == "" {
		m.Deals.Columns[stageRole] = Ref{Name: "?", Why: "which column says how far a deal is, or how it ended? " + choices}
	}
	return m
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
	size := 0
	for t.Next() {
		if t.Flaw() != Sound && t.Flaw() != ZeroByte {
			continue
		}
		if s.rows == sampleRows || size > sampleBytes {
			s.whole = false
			break
		}
		s.rows++
		cells = t.Row().Strings(cells)
		for _, c := range cells {
			size += len(c)
		}
		s.sample = append(s.sample, slices.Clone(cells))
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
	t        *sight
	book     playbook.Mapping
	system   *System // whose export it may be; nil: nobody's
	col      [roles]int
	together []int // columns that are the id together, where none is
	alike    int   // rows looked at that are alike in all of them
	score    int
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
	if g.col[idRole] < 0 {
		g.apart()
	}
	if g.col[stageRole] < 0 || g.col[idRole] < 0 && len(g.together) == 0 {
		return g
	}
	g.score = 4
	if g.system != nil {
		g.score += 6
	}
	if g.col[idRole] < 0 {
		g.score -= 3 // a table with an id goes first
	}
	for r, points := range map[role]int{amountRole: 1, closedAmountRole: 1, openedRole: 1, closedRole: 2, wonRole: 1, lostRole: 1, ownerRole: 1,
		accountRole: 1, expectedRole: 1} {
		if g.col[r] >= 0 {
			g.score += points
		}
	}
	if k, n := g.knownStages(); n > 0 {
		g.score += 3 * k / n
	}
	return g
}

// apart finds columns that tell the deals apart together: their title, and as
// much of customer, first day and seller as it takes.
func (g *guesser) apart() {
	if g.col[titleRole] < 0 || g.t.rows < 2 {
		return
	}
	opened := g.col[openedRole]
	if opened < 0 {
		opened = g.col[createdRole]
	}
	others := 0
	for _, r := range []role{accountRole, openedRole, createdRole, ownerRole, amountRole, closedRole, expectedRole} {
		if g.col[r] >= 0 {
			others++
		}
	}
	if others < 2 {
		return // a list of names is no table of deals
	}
	for _, i := range []int{g.col[titleRole], g.col[accountRole], opened, g.col[ownerRole]} {
		if i < 0 {
			continue
		}
		g.together = append(g.together, i)
		seen := map[string]bool{}
		for _, row := range g.t.sample {
			key := ""
			for _, k := range g.together {
				key += row[k] + "\x00"
			}
			seen[key] = true
		}
		if g.alike = len(g.t.sample) - len(seen); g.alike*100 <= len(g.t.sample) {
			return
		}
	}
}

// pick finds the column for a role by its name, -1 where none fits: the names
// of the CRM's own export first, and only columns whose values the role can be.
func (g *guesser) pick(r role, taken map[int]bool) int {
	heads := roleTable[r].heads
	if g.system != nil {
		heads = slices.Concat(g.system.columns[r], heads)
	}
	best := -1
	for k, head := range heads {
		own := g.system != nil && k < len(g.system.columns[r])
		for i, h := range g.t.folded {
			if h != head && g.t.bare[i] != head || taken[i] && !(own && g.named(r, i)) || !own && g.later(i) {
				continue
			}
			c := &g.t.cols[i]
			if own && c.filled == 0 && g.elsewhere(g.system.columns[r][k+1:]) {
				continue // an export has columns that this company does not use
			}
			if !c.fits(r) {
				continue
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

// fits reports whether a column's values are such as a role has.
func (c *colSight) fits(r role) bool {
	switch r {
	case wonRole, lostRole:
		// Either may be empty; filled, it holds days.
		return c.half(c.dates+c.numbers) && (c.dates+c.numbers > 0 || c.filled == 0)
	case openedRole, closedRole, expectedRole, createdRole, modifiedRole:
		// A day of the year 2024 is a number of a spreadsheet, and seconds are one.
		return c.half(c.dates + c.numbers)
	case amountRole, closedAmountRole:
		return c.half(c.amounts)
	case removedRole:
		return c.flags()
	case idRole:
		// An id tells nearly all rows apart; a few may stand twice.
		return c.filled <= 20 || len(c.distinct)*2 >= c.filled
	}
	return true
}

// named reports whether a column that serves something else may name what
// another column says by an id: Close calls a deal by its customer.
func (g *guesser) named(r role, i int) bool {
	return r == accountNameRole && g.col[accountRole] >= 0 && g.col[accountRole] != i
}

// elsewhere reports whether a column with one of some headings has values.
func (g *guesser) elsewhere(heads []string) bool {
	i := g.t.first(heads)
	return i >= 0 && g.t.cols[i].filled > 0
}

// later reports whether a column is known to be filled or to change while a
// deal runs, by its CRM.
func (g *guesser) later(i int) bool {
	any, _ := SystemOf("csv")
	for _, s := range []*System{g.system, any} {
		if s != nil && (s.later[g.t.folded[i]] || s.later[g.t.bare[i]]) {
			return true
		}
	}
	return false
}

// unfolds reports whether a column of the deals is called like one that is
// filled, or changes, while a deal runs.
func (g *guesser) unfolds(i int) bool {
	h := g.t.folded[i]
	return slices.ContainsFunc(strings.Fields(h), func(w string) bool { return slices.Contains(unfolding, w) }) ||
		slices.ContainsFunc(unfoldingParts, func(p string) bool { return strings.Contains(h, p) })
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
	if g.col[stageRole] < 0 {
		return 0, 0
	}
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
	if g.system != nil {
		m.System = g.system.Key
		m.Deals.File.Why = "an export from " + g.system.Name + ", known by its columns"
	}
	for k, i := range g.together {
		r := Ref{Name: g.t.header[i]}
		if k == 0 {
			r.Why = "no column is the id; these together tell the deals apart"
			if g.alike > 0 {
				r.Why += fmt.Sprintf(" but for %d of %d rows looked at, which their order does", g.alike, len(g.t.sample))
			}
		}
		m.Deals.Together = append(m.Deals.Together, r)
	}
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
	m.Deals.Acts = g.acts()
	if i := g.col[amountRole]; i >= 0 && g.system != nil && slices.Contains(g.system.cents, g.t.folded[i]) {
		m.Cents = true
	}
	used := func(i int) bool {
		return slices.Contains(g.col[:], i) || slices.ContainsFunc(m.Deals.Acts, func(a Act) bool { return a.Name == g.t.header[i] })
	}
	for i, c := range g.t.cols {
		if used(i) || g.later(i) || g.unfolds(i) || !g.t.attribute(i) {
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

// acts finds columns that hold the day of the last act of some kind.
func (g *guesser) acts() (out []Act) {
	any, _ := SystemOf("csv")
	for _, s := range []*System{g.system, any} {
		if s == nil {
			continue
		}
		for _, a := range s.acts {
			for _, h := range a.heads {
				i := g.t.head(h)
				if i < 0 || slices.Contains(g.col[:], i) || slices.ContainsFunc(out, func(o Act) bool { return o.Name == g.t.header[i] }) {
					continue
				}
				if c := &g.t.cols[i]; c.filled > 0 && c.half(c.dates+c.numbers) {
					why := "the day of the last one"
					if a.by == deal.Customer {
						why = "an act of theirs"
					}
					out = append(out, Act{Ref{Name: g.t.header[i], Why: why}, a.what, a.by})
				}
				break
			}
		}
	}
	return out
}

// began gives the stage of a column that its CRM names after one, such as
// HubSpot's `Date entered "Qualified (Sales Pipeline)"`.
func (g *guesser) began(i int, stages []string) string {
	if g.system == nil {
		return ""
	}
	for _, p := range g.system.entered {
		rest, ok := strings.CutPrefix(g.t.bare[i], p+" ")
		if !ok {
			continue
		}
		for _, v := range stages {
			if strings.ReplaceAll(foldHead(v), " ", "") == strings.ReplaceAll(rest, " ", "") {
				return v
			}
		}
		if _, quoted, ok := strings.Cut(g.t.header[i], `"`); ok {
			quoted, _, _ = strings.Cut(quoted, `"`)
			if k := strings.IndexAny(quoted, "("); k > 0 {
				quoted = quoted[:k]
			}
			return strings.TrimSpace(quoted)
		}
		return rest
	}
	return ""
}

// entered finds columns of dates that are named after a stage.
func (g *guesser) entered() (out []Entered) {
	if g.col[stageRole] < 0 {
		return nil
	}
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
		if v := g.began(i, slices.Collect(maps.Keys(g.t.cols[g.col[stageRole]].distinct))); v != "" {
			if closes, _, _ := intake.StageMeaning(g.book, v); !closes {
				out = append(out, Entered{Stage: v, Ref: Ref{Name: g.t.header[i], Why: "when the stage began"}})
			}
			continue
		}
		if g.later(i) || slices.Contains(g.col[:], i) && g.system != nil {
			continue
		}
		words := slices.DeleteFunc(strings.Fields(h), func(w string) bool {
			return slices.Contains(
				[]string{
					"date",
					"time",
					"entered",
					"on",
					"at",
					"in",
					"stage",
					"first",
					"since",
					"start",
					"started",
					"open",
					"opened",
					"create",
					"created",
					"close",
					"closed",
				},
				w,
			)
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
var personal = []string{
	"manager",
	"contact",
	"email",
	"mail",
	"phone",
	"mobile",
	"fax",
	"first",
	"last",
	"birth",
	"gender",
	"person",
	"employee",
	"rep",
	"agent",
	"owner",
	"user",
	"by",
	"street",
	"address",
	"name",
	"linkedin",
	"description",
	"notes",
	"note",
	"comment",
	"comments",
	"next",
}

// unfolding are words of headings whose columns are filled, or change, while a
// deal runs: what they hold was not known on its first day.
var unfolding = strings.Fields(
	`last reason probability forecast weighted activities activity duration age score count won lost closed loss close closing status stage days
	number rotten sent received opened grund verlustgrund wahrscheinlichkeit letzte dauer motivo razon probabilidad ultima ultimo duracion etapa fase
	motif raison probabilite derniere dernier duree вероятность причина последний последняя стадия длительность probabilidade duracao motivo`,
)

// unfoldingParts are the same in writing without blanks.
var unfoldingParts = strings.Fields("概率 可能性 赢率 原因 最近 最后 阶段 状态 时长 预测")

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
