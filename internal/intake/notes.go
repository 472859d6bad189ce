package intake

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// Bounds of what is kept about rows: the first lines of a group, the values
// told apart in one column of one file, and the length of a value shown.
const (
	relatedLines   = 5
	distinctValues = 40
	valueShown     = 120
)

// Notes collects what is to be said about rows. Findings of one kind about one
// value of one column are one group; its memory is bounded by the number of
// groups, and what is past the bound is counted in a tail.
type Notes struct {
	groups   map[noteKey]*group
	distinct map[noteKey]int // by key without value
	tails    map[noteKey]*group
	order    []*group
	rejects  func(name string) (io.Writer, error)
	writers  map[string]io.Writer
	rejected map[string]int
	rows     map[string]*int
	files    []string
}

type noteKey struct{ check, file, field, value string }

type group struct {
	finding diag.Finding
	count   int
	tail    map[string]bool // values in a tail, as far as they are counted
}

// NewNotes makes an empty collection. rejects gives the writer for the rows of
// a file that cannot be read; nil drops them.
func NewNotes(rejects func(file string) (io.Writer, error)) *Notes {
	return &Notes{groups: map[noteKey]*group{}, distinct: map[noteKey]int{}, tails: map[noteKey]*group{},
		rejects: rejects, writers: map[string]io.Writer{}, rejected: map[string]int{}, rows: map[string]*int{}}
}

// Rows gives the counter of a file's rows, for its door to move.
func (n *Notes) Rows(file string) *int {
	c, ok := n.rows[file]
	if !ok {
		c = new(int)
		n.rows[file] = c
		n.files = append(n.files, file)
	}
	return c
}

// Say adds a finding about a row: the first of its group asks make for the
// words, later ones are counted. value may be empty: then all rows are one group.
func (n *Notes) Say(check string, row *Row, field, value string, make func() diag.Finding) {
	k := noteKey{check, row.File, field, shorten(value)}
	g := n.groups[k]
	if g == nil {
		column := k
		column.value = ""
		if value != "" && n.distinct[column] >= distinctValues {
			n.sayTail(column, row, k.value, make)
			return
		}
		n.distinct[column]++
		f := make()
		f.Check, f.Field, f.Value = check, field, k.value
		if f.Range.File == "" {
			f.Range = row.Range()
		}
		if f.Severity == "" {
			f.Severity = diag.Warning
		}
		g = &group{finding: f}
		g.finding.Value = strings.Clone(k.value)
		k.value = g.finding.Value // the row's memory is not held by the group
		n.groups[k] = g
		n.order = append(n.order, g)
	} else if len(g.finding.Related) < relatedLines && row.Line > 0 {
		g.finding.Related = append(g.finding.Related, diag.Related{Range: row.Range(), Message: "also here"})
	}
	g.count++
}

func (n *Notes) sayTail(column noteKey, row *Row, value string, make func() diag.Finding) {
	g := n.tails[column]
	if g == nil {
		f := make()
		f.Check, f.Field, f.Value, f.Nearest, f.Hint = column.check, column.field, "", "", ""
		f.Range = row.Range()
		g = &group{finding: f, tail: map[string]bool{}}
		n.tails[column] = g
		n.order = append(n.order, g)
	}
	if len(g.tail) < 10_000 && !g.tail[value] {
		g.tail[strings.Clone(value)] = true
	}
	g.count++
}

// Rejection is a row that cannot be read.
type Rejection struct {
	Row
	Column    int    // where in the row, in bytes from 1; 0 unknown
	Field     string // name of the column
	Value     string
	Reason    string // lower case, what is wrong
	Hint      string
	Check     string
	Header    string // the file's header line, unchanged
	Raw       string // the row, unchanged, without its line end
	Delimiter byte
}

// Reject says that a row cannot be read and keeps it, unchanged and with the
// reason as a further column, where the caller wants such rows.
func (n *Notes) Reject(r *Rejection) error {
	n.rejected[r.File]++
	// Values that cannot be read are mostly all different: one group for a
	// reason and column, the first value as the example.
	n.Say(cmp.Or(r.Check, "unreadable-row"), &r.Row, r.Field, "", func() diag.Finding {
		f := diag.Finding{Severity: diag.Error, Message: r.Reason, Hint: r.Hint, Range: r.Range()}
		f.Range.Begin.Column = max(1, r.Column)
		return f
	})
	key := noteKey{check: cmp.Or(r.Check, "unreadable-row"), file: r.File, field: r.Field}
	if g := n.groups[key]; g != nil && g.count == 1 {
		g.finding.Value = strings.Clone(shorten(r.Value))
	}
	if n.rejects == nil {
		return nil
	}
	w, ok := n.writers[r.File]
	if !ok {
		var err error
		if w, err = n.rejects(r.File); err != nil {
			return err
		}
		n.writers[r.File] = w
		if w != nil && r.Header != "" {
			if _, err := io.WriteString(w, r.Header+string(r.Delimiter)+"reason\n"); err != nil {
				return throughline.Fail("write rejects of", throughline.Unavailable, r.File, err)
			}
		}
	}
	if w == nil {
		return nil
	}
	reason := fmt.Sprintf("line %d: %s", r.Line, r.Reason)
	if r.Field != "" {
		reason = fmt.Sprintf("line %d, %s: %s", r.Line, r.Field, r.Reason)
	}
	if _, err := io.WriteString(w, r.Raw+string(r.Delimiter)+`"`+strings.ReplaceAll(reason, `"`, `""`)+"\"\n"); err != nil {
		return throughline.Fail("write rejects of", throughline.Unavailable, r.File, err)
	}
	return nil
}

// Add puts findings about whole files among the rest.
func (n *Notes) Add(fs ...diag.Finding) {
	for _, f := range fs {
		n.order = append(n.order, &group{finding: f, count: f.Count})
	}
}

// Report gives what became of each file.
func (n *Notes) Report() []FileReport {
	out := make([]FileReport, 0, len(n.files))
	for _, name := range n.files {
		f := FileReport{Name: name, Rows: *n.rows[name], Rejected: n.rejected[name]}
		if n.writers[name] != nil {
			f.Rejects = RejectsName(name)
		}
		out = append(out, f)
	}
	return out
}

// RejectsName is where the rows of a file that cannot be read belong:
// "deals.csv" gives "deals.rejects.csv".
func RejectsName(file string) string {
	file = unpacked(file)
	return strings.TrimSuffix(file, filepath.Ext(file)) + ".rejects.csv"
}

// Findings gives what was said, in the order of files and lines.
func (n *Notes) Findings() diag.Findings {
	out := make(diag.Findings, 0, len(n.order))
	for _, g := range n.order {
		f := g.finding
		if g.count > 1 {
			f.Count = g.count
		}
		if g.tail != nil {
			others := fmt.Sprint(len(g.tail))
			if len(g.tail) >= 10_000 {
				others = "10,000 or more"
			}
			f.Message = fmt.Sprintf("and %s other values of %s like those above", others, f.Field)
		}
		f.Related = slices.Clone(f.Related)
		out = append(out, f)
	}
	out.Sort()
	return out
}

// shorten keeps a value printable in one line of a report; a cell may be a megabyte.
func shorten(s string) string {
	if len(s) <= valueShown {
		return s
	}
	return strings.ToValidUTF8(s[:valueShown], "") + "…"
}
