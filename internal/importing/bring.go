package importing

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
)

// BroughtKind is what files turned out to be.
type BroughtKind string

// The kinds.
const (
	BroughtTables     BroughtKind = "tables"     // with a mapping that can be corrected
	BroughtSalesforce BroughtKind = "salesforce" // read by its own door
	BroughtLog        BroughtKind = "log"        // a process log
	BroughtNothing    BroughtKind = "nothing"    // no table is among them
)

// Brought are files that a person handed over and that are not imported yet:
// what they are, and how they would be read. It is a value of its own for each
// correction; reading them again gives the same.
type Brought struct {
	Kind     BroughtKind
	System   string // "HubSpot"; "" where it is nobody's
	Found    diag.Findings
	Lacks    bool // a column that it cannot do without is not named
	paths    []string
	files    []intake.File
	proposal csv.Proposal
	mapping  *csv.Mapping
	words    playbook.Mapping
}

// mostUnpacked bounds what brought files unpack to, together.
const mostUnpacked = 4 << 30

// ReadBrought looks at files. Their names in findings are those without folders.
func ReadBrought(ctx context.Context, d *Desk, paths []string) (*Brought, error) {
	const op = "look at files"
	if d.Closed {
		return nil, throughline.Fail(op, throughline.Denied, "", errors.New("nothing may be written here"))
	}
	b := &Brought{paths: paths, words: d.Book.Mapping}
	for _, p := range paths {
		switch name := strings.TrimSuffix(strings.ToLower(p), ".gz"); strings.TrimPrefix(filepath.Ext(name), ".") {
		case "xes", "xml", "jsonocel", "xmlocel", "sqlite", "parquet":
			b.Kind = BroughtLog
			return b, nil
		}
	}
	files, err := intake.FilesWithin(mostUnpacked, paths...)
	if err != nil {
		return nil, err
	}
	for i := range files {
		files[i].Name = plainName(paths, files[i].Name)
	}
	b.files = files
	if b.proposal, err = csv.Propose(files, b.words, csv.Systems()...); err != nil {
		return nil, err
	}
	b.Found, b.mapping = b.proposal.Findings, b.proposal.Mapping
	if s := b.proposal.System; s != nil && s.Key != "csv" {
		b.System = s.Name
	}
	switch {
	case slices.ContainsFunc(b.Found, func(f diag.Finding) bool { return f.Check == "salesforce" }):
		b.Kind, b.System = BroughtSalesforce, "Salesforce"
		b.Found = nil
	case b.mapping != nil:
		b.Kind = BroughtTables
	case isLog(b.proposal.Columns()) && len(paths) == 1:
		b.Kind, b.Found = BroughtLog, nil
	case b.proposal.Begun != nil && len(b.proposal.Columns()) > 1 && b.proposal.Rows() > 0:
		b.Kind, b.mapping, b.Lacks, b.Found = BroughtTables, b.proposal.Begun, true, nil
	default:
		b.Kind = BroughtNothing
	}
	return b, nil
}

// plainName leaves out the folder in which what was brought is kept.
func plainName(paths []string, name string) string {
	for _, p := range paths {
		if rest, ok := strings.CutPrefix(name, filepath.Dir(p)+string(filepath.Separator)); ok {
			return rest
		}
	}
	return name
}

// isLog reports whether a table's headings are those of events: a case, what
// happened, and when.
func isLog(columns []string) bool {
	has := func(words ...string) bool {
		return slices.ContainsFunc(columns, func(c string) bool { return slices.Contains(words, playbook.Fold(c)) })
	}
	return has("case", "case id", "caseid", "case concept name", "case key") && has("activity", "concept name", "event", "task") &&
		has("time", "timestamp", "time timestamp", "start", "start time", "complete timestamp", "date")
}

// Columns gives the headings of the table of deals.
func (b *Brought) Columns() []string { return b.proposal.Columns() }

// DealsFile is the name of the table of deals.
func (b *Brought) DealsFile() string {
	if b.mapping == nil {
		return ""
	}
	return b.mapping.Deals.File.Name
}

// Choices gives what each meaning of a column is read from.
func (b *Brought) Choices() []csv.Choice {
	if b.mapping == nil {
		return nil
	}
	return b.proposal.Choices(b.mapping)
}

// MadeID reports whether several columns, or the line, tell the deals apart.
func (b *Brought) MadeID() bool {
	return b.mapping != nil && (len(b.mapping.Deals.Together) > 0 || b.mapping.Deals.ByLine)
}

// Beside names the further tables that are read, by what they hold.
func (b *Brought) Beside() (out []BroughtTable) {
	if b.mapping == nil {
		return nil
	}
	for _, s := range b.mapping.Sides {
		out = append(out, BroughtTable{s.File.Name, s.Kind.Word()})
	}
	for _, l := range b.mapping.Lookups {
		out = append(out, BroughtTable{l.File.Name, "lookup"})
	}
	for _, a := range b.mapping.Deals.Acts {
		out = append(out, BroughtTable{a.Name, "act"})
	}
	return out
}

// Aside names the files that are not read.
func (b *Brought) Aside() (out []string) {
	if b.mapping != nil {
		for _, u := range b.mapping.Unused {
			out = append(out, u.Name)
		}
	}
	return out
}

// BroughtTable is a file, or a column, and what it holds.
type BroughtTable struct{ Name, Holds string }

// BroughtWord is a word for a stage or an end, and what it means: a stage's
// address, an outcome, "open", or "" where nobody knows.
type BroughtWord struct {
	Word  string
	N     int
	Means string
}

// TogetherID, chosen for the id, makes it of several columns.
const TogetherID = csv.Together

// openMeaning is what a word means that says nothing of an end.
const openMeaning = "open"

// Words gives the words of stages and ends, those that nobody knows first.
func (b *Brought) Words() (out []BroughtWord) {
	if b.mapping == nil {
		return nil
	}
	for _, w := range b.proposal.Words(b.mapping, b.words) {
		one := BroughtWord{Word: w.Word, N: w.N}
		switch {
		case w.Known && w.End.Outcome != throughline.StillOpen:
			one.Means = string(w.End.Outcome)
		case w.Known && w.Stage.Stage != "":
			one.Means = string(w.Stage.Stage)
		case w.Open:
			one.Means = openMeaning
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b BroughtWord) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.Means == ""], map[bool]int{true: 0, false: 1}[b.Means == ""])
	})
	return out
}

// BroughtChange is what a person corrected: columns by the key of their
// meaning, and words by what they mean.
type BroughtChange struct {
	Columns  map[string]string
	Words    map[string]string
	Dates    string // "", dmy, mdy, ymd
	Currency string
}

// Change gives the files as they are read after a correction.
func (b *Brought) Change(c BroughtChange) *Brought {
	out := *b
	if b.mapping == nil {
		return &out
	}
	m := b.proposal.Choose(b.mapping, c.Columns)
	stages, ends := map[string]playbook.MappedStage{}, map[string]playbook.MappedEnd{}
	var open, plain []string
	was := map[string]string{}
	for _, w := range b.Words() {
		was[w.Word] = w.Means
	}
	for word, means := range c.Words {
		if was[word] == means {
			continue
		}
		switch o := throughline.Outcome(means); {
		case means == "":
			plain = append(plain, word)
		case means == openMeaning:
			open = append(open, word)
		case slices.Contains(throughline.Outcomes(), o):
			ends[word] = playbook.MappedEnd{Outcome: o}
		default:
			if a, err := throughline.ParseAddress(means); err == nil && strings.Contains(means, "/stage/") {
				stages[word] = playbook.MappedStage{Stage: a}
			}
		}
	}
	m = m.Mean(stages, ends, open, plain)
	if slices.Contains([]string{"dmy", "mdy", "ymd"}, c.Dates) {
		m.Dates = spelling.Order(c.Dates)
	}
	if code, ok := spelling.Currency(c.Currency); ok && code != "" {
		m.Currency = code
	}
	out.mapping = m
	out.Lacks = m.Deals.Columns[0].Name == csv.Unknown
	for _, choice := range out.Choices() {
		out.Lacks = out.Lacks || choice.Column == csv.Unknown
	}
	return &out
}

// Dates gives the order of day and month that was said, and Currency the code.
func (b *Brought) Dates() string {
	if b.mapping == nil {
		return ""
	}
	return string(b.mapping.Dates)
}

// Currency is that of amounts which name none, "" where nobody said.
func (b *Brought) Currency() string {
	if b.mapping == nil {
		return ""
	}
	return b.mapping.Currency
}

// Mapping gives the mapping file by which they are read.
func (b *Brought) Mapping() []byte {
	if b.mapping == nil {
		return nil
	}
	return b.mapping.YAML()
}

// Take imports what was brought. Rows that cannot be read are findings; no file
// of them is kept.
func (b *Brought) Take(ctx context.Context, d *Desk) (Imported, error) {
	const op = "import files"
	if d.Closed {
		return Imported{}, throughline.Fail(op, throughline.Denied, "", errors.New("nothing may be written here"))
	}
	switch b.Kind {
	case BroughtTables:
		if b.Lacks {
			return Imported{}, throughline.Fail(op, throughline.Invalid, "", errors.New("a column that it cannot do without is not named"))
		}
		return importInto(ctx, d, csv.New(b.files, b.mapping, b.words, d.Present()), throughline.Day{}, nil, Imported{}, nil)
	case BroughtSalesforce:
		return importInto(ctx, d, salesforce.New(b.files, b.words, d.Present(), salesforce.Options{}), throughline.Day{}, nil, Imported{}, nil)
	case BroughtLog:
		system := "xes"
		for _, p := range b.paths {
			if strings.Contains(strings.ToLower(filepath.Base(p)), "ocel") {
				system = "ocel"
			}
		}
		return importLog(ctx, d, op, system, ImportLogInput{Paths: b.paths})
	}
	return Imported{}, throughline.Fail(op, throughline.Invalid, "", errors.New("no table is among the files"))
}

// Systems names the CRMs whose exports are known, by their makers' names.
func Systems() (out []string) {
	for _, s := range csv.Systems() {
		if s.Key != "csv" {
			out = append(out, s.Name)
		}
	}
	out = append(out, "Salesforce")
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}
