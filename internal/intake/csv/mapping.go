package csv

import (
	"cmp"
	_ "embed" // the headings
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// Mapping says which file is the deals table, which of its columns means what,
// which other tables to join, and what foreign words mean beyond the
// playbook's mapping.
type Mapping struct {
	System   string // under which foreign ids are kept; "csv" where empty
	Deals    Deals
	Sides    []Side // further tables: history, activities, people …
	Lookups  []Lookup
	Stages   map[string]playbook.MappedStage // keyed as written
	Outcomes map[string]playbook.MappedEnd   // keyed as written
	Open     []string                        // words of a status that say nothing of an end
	Dates    spelling.Order
	Decimal  spelling.Point
	Zone     *time.Location // as the mapping says; nil: the company's
	Currency string
	Cents    bool // amounts are counted in hundredths
	Exported throughline.Day
	Unused   []Ref    // tables that fit nothing, as Guess found
	remarks  []string // what a proposal says beside its lines
}

// Ref names a column or a file, says where the name stands, and, in a
// proposal, why it was chosen.
type Ref struct {
	Name string
	At   diag.Range
	Why  string
}

// Deals is the table of deals: one row for each.
type Deals struct {
	File       Ref
	Columns    [roles]Ref
	Together   []Ref // columns that are the id together, where no one is
	ByLine     bool  // the line is the id
	Entered    []Entered
	Acts       []Act
	Attributes []Ref
}

// Entered is a column that says when the deal entered a stage.
type Entered struct {
	Stage string
	Ref
}

// Lookup is a table joined to the deals by a column.
type Lookup struct {
	File       Ref
	Key        Ref // its column
	On         Ref // the deals' column
	Attributes []Ref
}

// role is what a column of the deals table means.
type role uint8

const (
	idRole role = iota
	titleRole
	accountRole
	accountNameRole
	ownerRole
	ownerNameRole
	stageRole
	statusRole
	reasonRole
	amountRole
	closedAmountRole
	currencyRole
	openedRole
	closedRole
	wonRole
	lostRole
	expectedRole
	createdRole
	modifiedRole
	removedRole
	contactRole
	contactNameRole
	roles
)

// roleInfo is how a role is spelt in the mapping, what it means, and which
// headers CRMs use for it (heads.txt).
type roleInfo struct {
	key, doc string
	heads    []string // folded
}

//go:embed heads.txt
var headText string

var roleTable = withHeads([roles]roleInfo{
	idRole:           {key: "id", doc: "the deal's own id"},
	titleRole:        {key: "title", doc: "what the deal is called"},
	accountRole:      {key: "account", doc: "the customer's organisation, by name or id"},
	accountNameRole:  {key: "account_name", doc: "its name, where account is an id"},
	ownerRole:        {key: "owner", doc: "who of us has it, by name or id"},
	ownerNameRole:    {key: "owner_name", doc: "their name, where owner is an id"},
	stageRole:        {key: "stage", doc: "its stage in the source's words"},
	statusRole:       {key: "status", doc: "open, won or lost, where it stands apart from the stage"},
	reasonRole:       {key: "reason", doc: "why it ended"},
	amountRole:       {key: "amount", doc: "what it is worth"},
	closedAmountRole: {key: "closed_amount", doc: "what was sold; counts only for deals that were won"},
	currencyRole:     {key: "currency", doc: "its currency"},
	openedRole:       {key: "opened", doc: "when the deal began"},
	closedRole:       {key: "closed", doc: "when it ended; an expectation while it is open"},
	wonRole:          {key: "won", doc: "when it was won; counts only for deals that were won"},
	lostRole:         {key: "lost", doc: "when it was lost; counts only for deals that ended otherwise"},
	expectedRole:     {key: "expected", doc: "when an order is expected"},
	createdRole:      {key: "created", doc: "when the source recorded it, where it is not when the deal began"},
	modifiedRole:     {key: "modified", doc: "when its present values were recorded; never taken as the day of an end"},
	removedRole:      {key: "removed", doc: "yes where the deal was deleted or merged at the source"},
	contactRole:      {key: "contact", doc: "who of the customer takes part, by name or id; several with ; between them"},
	contactNameRole:  {key: "contact_name", doc: "their names, where contact is ids"},
})

// withHeads adds the headings of heads.txt to the roles.
func withHeads(table [roles]roleInfo) [roles]roleInfo {
	for line := range strings.Lines(headText) {
		key, heads, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || key[0] == '#' {
			continue
		}
		for i := range table {
			if table[i].key == key {
				for h := range strings.SplitSeq(heads, ",") {
					table[i].heads = append(table[i].heads, strings.TrimSpace(h))
				}
			}
		}
	}
	return table
}

// days are the roles whose columns hold days or instants.
var days = []role{openedRole, closedRole, wonRole, lostRole, expectedRole, createdRole, modifiedRole}

// shape is the mapping file as it may be written.
func shape() *source.Shape {
	column := source.Line()
	fields := []source.Field{{Key: "file", Shape: source.Line(), Required: true, Doc: "which file is the table of deals", Example: "file: deals.csv"}}
	for _, r := range roleTable {
		f := source.Field{Key: r.key, Shape: column, Doc: r.doc}
		if r.key == "id" {
			f.Shape = source.Either(column, source.ListOf(column, 1))
			f.Doc += "; or several columns that are it together"
		}
		fields = append(fields, f)
	}
	fields = append(fields,
		source.Field{Key: "by_line", Shape: source.OneOf([]string{"yes"}), Doc: "each line is a deal, and nothing else tells them apart"},
		actsField(),
		source.Field{Key: "entered", Shape: source.Keyed([]string(nil), column), Doc: "for a stage, the column that says when the deal entered it"},
		source.Field{Key: "attributes", Shape: source.ListOf(column, 0), Doc: "columns known on the deal's first day"})
	end := source.Either(source.OneOf(throughline.Outcomes()), source.Record(
		source.Field{
			Key:      "outcome",
			Shape:    source.OneOf(throughline.Outcomes()),
			Required: true,
			Doc:      "the end state",
			Example:  "outcome: no_decision",
		},
		source.Field{Key: "cause", Shape: source.OneOf(throughline.Causes()), Doc: "why no decision was made"},
	))
	return source.Record(append(
		sideFields(),
		source.Field{Key: "system", Shape: source.Slug(), Doc: "the name under which foreign ids are kept"},
		source.Field{
			Key:      "deals",
			Shape:    source.Record(fields...),
			Required: true,
			Doc:      "the table of deals",
			Example:  "deals: {file: deals.csv, id: Deal ID}",
		},
		source.Field{Key: "lookups", Shape: source.ListOf(source.Record(
			source.Field{Key: "file", Shape: source.Line(), Required: true, Doc: "a table that says more", Example: "file: products.csv"},
			source.Field{Key: "key", Shape: column, Required: true, Doc: "its column that names a row", Example: "key: product"},
			source.Field{Key: "on", Shape: column, Required: true, Doc: "the column of the deals that points there", Example: "on: product"},
			source.Field{
				Key:   "attributes",
				Shape: source.ListOf(column, 0),
				Doc:   "its columns that are known on the deal's first day",
			},
		), 0), Doc: "tables joined to the deals"},
		source.Field{Key: "stages", Shape: source.Keyed([]string(nil), source.Line()), Doc: "stages of ours for words beyond the playbook's mapping"},
		source.Field{Key: "outcomes", Shape: source.Keyed([]string(nil), end), Doc: "end states for words beyond the playbook's mapping"},
		source.Field{
			Key:   "dates",
			Shape: source.OneOf([]spelling.Order{spelling.DMY, spelling.MDY, spelling.YMD}),
			Doc:   "the order of day and month in dates such as 02/03/26",
		},
		source.Field{Key: "decimal", Shape: source.OneOf([]string{"dot", "comma"}), Doc: "the sign before hundredths"},
		source.Field{
			Key:   "timezone",
			Shape: source.Line(),
			Doc:   "of times that name no zone, and of the days that times belong to, such as Europe/Berlin; the company's where this is not said",
		},
		source.Field{Key: "currency", Shape: source.Line(), Doc: "of amounts that name none, such as EUR"},
		source.Field{
			Key:   "exported_on",
			Shape: source.Line(),
			Doc:   "the day of the export, 2017-12-31; the newest date in it where this is not said",
		},
		source.Field{Key: "not_used", Shape: source.ListOf(source.Line(), 0), Doc: "files left aside on purpose"},
		source.Field{Key: "open", Shape: source.ListOf(source.Line(), 0), Doc: "words of a status that say nothing of an end"},
		source.Field{Key: "amounts", Shape: source.OneOf([]string{"hundredths"}), Doc: "amounts are counted in hundredths: 5000 is 50"},
	)...)
}

// asGiven stands for a stage of theirs that is none of ours.
const asGiven = "as given"

// ParseMapping reads a mapping file. The mapping is nil where errors make it
// unusable; whether its columns exist is the import's to say.
func ParseMapping(file string, text []byte) (*Mapping, diag.Findings) {
	n, fs := source.Parse(file, text, shape())
	for i := range fs {
		fs[i].Check = strings.Replace(fs[i].Check, "playbook-", "mapping-", 1)
		if fs[i].Hint == "" {
			fs[i].Hint = "docs/formats/import-csv.md shows a mapping file with every key"
		}
	}
	if n == nil || fs.Errors() {
		return nil, fs
	}
	m := &Mapping{System: n.Get("system").String()}
	ref := func(n *source.Node) Ref { return Ref{Name: n.String(), At: n.Range(diag.Range{File: file})} }
	m.readDeals(n.Get("deals"), ref)
	m.Cents = n.Get("amounts").String() == "hundredths"
	for _, w := range n.Get("open").Items() {
		m.Open = append(m.Open, w.String())
	}
	for _, l := range n.Get("lookups").Items() {
		lookup := Lookup{File: ref(l.Get("file")), Key: ref(l.Get("key")), On: ref(l.Get("on"))}
		for _, a := range l.Get("attributes").Items() {
			lookup.Attributes = append(lookup.Attributes, ref(a))
		}
		m.Lookups = append(m.Lookups, lookup)
	}
	bad := func(at diag.Range, message, hint string) {
		fs = append(fs, diag.Finding{Check: "mapping-value", Severity: diag.Error, Range: at, Message: message, Hint: hint})
	}
	m.Sides = readSides(n, ref, bad)
	if m.Deals.Columns[idRole].Name == "" && len(m.Deals.Together) == 0 && !m.Deals.ByLine {
		bad(
			m.Deals.File.At,
			"nothing says which column is the id, by which the deals are told apart",
			"say `id: Deal ID`, several columns as `id: [Topic, Customer]`, or `by_line: \"yes\"`",
		)
	}
	m.readWords(n, bad)
	m.readManner(n, bad)
	for _, u := range n.Get("not_used").Items() {
		m.Unused = append(m.Unused, ref(u))
	}
	if fs.Errors() {
		return nil, fs
	}
	return m, fs
}

// readDeals reads which columns of the deals' table say what.
func (m *Mapping) readDeals(d *source.Node, ref func(*source.Node) Ref) {
	m.Deals.File = ref(d.Get("file"))
	for r, info := range roleTable {
		if v := d.Get(info.key); v.IsList() {
			for _, c := range v.Items() {
				m.Deals.Together = append(m.Deals.Together, ref(c))
			}
		} else if v != nil {
			m.Deals.Columns[r] = ref(v)
		}
	}
	m.Deals.ByLine = d.Get("by_line").String() == "yes"
	for _, a := range d.Get("acts").Items() {
		m.Deals.Acts = append(m.Deals.Acts, Act{ref(a.Get("column")), a.Get("what").String(), sideOf(a.Get("by").String())})
	}
	for _, p := range d.Get("entered").Pairs() {
		m.Deals.Entered = append(m.Deals.Entered, Entered{p.Key, ref(p.Value)})
	}
	for _, a := range d.Get("attributes").Items() {
		m.Deals.Attributes = append(m.Deals.Attributes, ref(a))
	}
}

// readWords reads what the words of the tables mean: stages and ends.
func (m *Mapping) readWords(n *source.Node, bad func(at diag.Range, message, hint string)) {
	for _, p := range n.Get("stages").Pairs() {
		if p.Value.String() == asGiven {
			set(&m.Stages, p.Key, playbook.MappedStage{At: p.Value.At})
			continue
		}
		a, err := throughline.ParseAddress(p.Value.String())
		if err != nil || !strings.Contains(string(a), "/stage/") {
			bad(p.Value.At, fmt.Sprintf("%q names no stage of a process", p.Value.String()), "name it as process/standard/stage/qualify")
			continue
		}
		set(&m.Stages, p.Key, playbook.MappedStage{Stage: a, At: p.Value.At})
	}
	for _, p := range n.Get("outcomes").Pairs() {
		end := playbook.MappedEnd{Outcome: throughline.Outcome(p.Value.String()), At: p.Value.At}
		if o := p.Value.Get("outcome"); o != nil {
			end.Outcome, end.Cause = throughline.Outcome(o.String()), throughline.Cause(p.Value.Get("cause").String())
		}
		if end.Cause != "" && end.Outcome != throughline.NoDecision {
			bad(p.Value.At, "a cause belongs to no_decision only", "leave the cause out")
		}
		set(&m.Outcomes, p.Key, end)
	}
}

// readManner reads how days, amounts and times are written, and when the export was made.
func (m *Mapping) readManner(n *source.Node, bad func(at diag.Range, message, hint string)) {
	m.Dates = spelling.Order(n.Get("dates").String())
	switch n.Get("decimal").String() {
	case "dot":
		m.Decimal = spelling.Dot
	case "comma":
		m.Decimal = spelling.Comma
	}
	if z := n.Get("timezone"); z != nil {
		zone, err := time.LoadLocation(z.String())
		if err != nil || z.String() == "Local" || z.String() == "" {
			bad(z.At, fmt.Sprintf("time zone %q is not known", z.String()), "write it as Europe/Berlin, America/New_York or UTC")
		} else {
			m.Zone = zone
		}
	}
	if c := n.Get("currency"); c != nil {
		m.Currency = c.String()
		if len(m.Currency) != 3 || strings.ToUpper(m.Currency) != m.Currency {
			bad(c.At, fmt.Sprintf("%q is no currency code", m.Currency), "write three capital letters, such as EUR")
		}
	}
	if e := n.Get("exported_on"); e != nil {
		day, err := throughline.ParseDay(e.String())
		if err != nil {
			bad(e.At, err.Error(), "write the day as 2017-12-31")
		}
		m.Exported = day
	}
}

func set[V any](m *map[string]V, k string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[k] = v
}

// YAML writes the mapping as a mapping file, with the reason for each line of
// a proposal beside it.
func (m *Mapping) YAML() []byte {
	var w mappingWriter
	if m.System != "" {
		w.line(0, "system: "+scalar(m.System), "")
	}
	m.writeDeals(&w)
	if len(m.Lookups) > 0 {
		w.line(0, "lookups:", "")
		for _, l := range m.Lookups {
			w.line(2, "- file: "+scalar(l.File.Name), l.File.Why)
			w.ref(4, "key", l.Key)
			w.ref(4, "on", l.On)
			w.list(4, "attributes", l.Attributes)
		}
	}
	writeSides(m.Sides, w.line)
	m.writeWords(&w)
	for _, one := range []struct {
		key, value string
		said       bool
	}{
		{"amounts", "hundredths", m.Cents},
		{"dates", string(m.Dates), m.Dates != ""},
		{"decimal", map[spelling.Point]string{spelling.Dot: "dot", spelling.Comma: "comma"}[m.Decimal], m.Decimal != spelling.NoPoint},
		{"timezone", scalar(m.Zone.String()), m.Zone != nil},
		{"currency", scalar(m.Currency), m.Currency != ""},
		{"exported_on", m.Exported.String(), !m.Exported.IsZero()},
	} {
		if one.said {
			w.line(0, one.key+": "+one.value, "")
		}
	}
	w.list(0, "not_used", m.Unused)
	return []byte(w.b.String())
}

// mappingWriter writes the lines of a mapping file.
type mappingWriter struct{ b strings.Builder }

// line writes one line and, behind it, why it is there.
func (w *mappingWriter) line(indent int, text, why string) {
	text = strings.Repeat(" ", indent) + text
	if why != "" {
		text = fmt.Sprintf("%-38s # %s", text, strings.ReplaceAll(why, "\n", " "))
	}
	w.b.WriteString(text + "\n")
}

func (w *mappingWriter) ref(indent int, key string, r Ref) {
	w.line(indent, key+": "+scalar(r.Name), r.Why)
}

// list writes a list under a key, nothing where it is empty.
func (w *mappingWriter) list(indent int, key string, refs []Ref) {
	if len(refs) == 0 {
		return
	}
	w.line(indent, key+":", "")
	for _, a := range refs {
		w.line(indent+2, "- "+scalar(a.Name), a.Why)
	}
}

// writeDeals writes which columns of the deals' table say what.
func (m *Mapping) writeDeals(w *mappingWriter) {
	w.line(0, "deals:", "")
	w.ref(2, "file", m.Deals.File)
	for r, info := range roleTable {
		if c := m.Deals.Columns[r]; c.Name != "" {
			w.ref(2, info.key, c)
		} else if role(r) == idRole && len(m.Deals.Together) > 0 {
			w.line(2, "id:", m.Deals.Together[0].Why)
			for _, c := range m.Deals.Together {
				w.line(4, "- "+scalar(c.Name), "")
			}
		} else if role(r) == idRole && m.Deals.ByLine {
			w.line(2, "by_line: \"yes\"", "no column tells the deals apart")
		}
	}
	if len(m.Deals.Acts) > 0 {
		w.line(2, "acts:", "")
		for _, a := range m.Deals.Acts {
			text := "- {column: " + scalar(a.Name) + ", what: " + a.What
			if by := sideWord(a.By); by != "" {
				text += ", by: " + by
			}
			w.line(4, text+"}", a.Why)
		}
	}
	if len(m.Deals.Entered) > 0 {
		w.line(2, "entered:", "")
		for _, e := range m.Deals.Entered {
			w.ref(4, scalar(e.Stage), e.Ref)
		}
	}
	w.list(2, "attributes", m.Deals.Attributes)
	for _, r := range m.remarks {
		w.line(2, "# "+strings.ReplaceAll(r, "\n", " "), "")
	}
}

// writeWords writes what the words of the tables mean.
func (m *Mapping) writeWords(w *mappingWriter) {
	if len(m.Stages) > 0 {
		w.line(0, "stages:", "")
		for _, k := range slices.Sorted(maps.Keys(m.Stages)) {
			w.line(2, scalar(k)+": "+cmp.Or(string(m.Stages[k].Stage), asGiven), "")
		}
	}
	if len(m.Outcomes) > 0 {
		w.line(0, "outcomes:", "")
		for _, k := range slices.Sorted(maps.Keys(m.Outcomes)) {
			v := m.Outcomes[k]
			if v.Cause != "" {
				w.line(2, fmt.Sprintf("%s: {outcome: %s, cause: %s}", scalar(k), v.Outcome, v.Cause), "")
			} else {
				w.line(2, scalar(k)+": "+string(v.Outcome), "")
			}
		}
	}
	if len(m.Open) > 0 {
		w.line(0, "open:", "")
		for _, word := range m.Open {
			w.line(2, "- "+scalar(word), "")
		}
	}
}

// scalar writes a name so that YAML reads the same text back.
func scalar(s string) string {
	plain := s != "" && strings.TrimSpace(s) == s
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r > 0x2000 && r < 0xd800 && r != '\u2028' && r != '\u2029'
		if !letter && !(i > 0 && (r >= '0' && r <= '9' || r == ' ' || r == '.' || r == '-' || r == '/')) {
			plain = false
		}
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}
