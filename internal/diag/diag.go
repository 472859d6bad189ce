// Package diag holds findings: what is to be said about something a person
// wrote, be it a playbook, a row of a file, a rule or a log.
//
// Takes: positions, words and, where one is safe, a fix.
// Gives: Finding values and four printings of them: caret view, JSON, SARIF, GitHub annotations.
// Never: reports what was attempted and failed; that is throughline.Error.
package diag

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/throughline/throughline"
)

// Severity says how much a finding matters.
type Severity string

// The severities. An error or a warning makes a command exit with 1; a hint does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Hint    Severity = "hint"
)

// Pos is a place in a text: line and column from 1, column in bytes; byte
// offset from 0. The zero Pos is "nowhere in particular".
type Pos struct {
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	Offset int `json:"-"`
}

// Range is a stretch of a file; End is the first position after it.
type Range struct {
	File  string `json:"file,omitempty"`
	Begin Pos    `json:"begin"`
	End   Pos    `json:"end"`
}

// Related is another place that belongs to the finding.
type Related struct {
	Range   Range  `json:"range"`
	Message string `json:"message"`
}

// Edit replaces a range by a text; a Fix is one or more of them that are safe together.
type Edit struct {
	Range Range  `json:"range"`
	Text  string `json:"text"`
}

// Fix is an offered change that does not alter what the author meant.
type Fix struct {
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
}

// Finding is one thing to say about what a person wrote. Message is lower
// case, without a full stop; Hint is the way out. Count is how many places a
// grouped finding stands for (0 and 1 mean one).
type Finding struct {
	Check    string              `json:"check"`
	Severity Severity            `json:"severity"`
	Range    Range               `json:"range"`
	Address  throughline.Address `json:"address,omitempty"`
	Message  string              `json:"message"`
	Hint     string              `json:"hint,omitempty"`
	Field    string              `json:"field,omitempty"` // column or key concerned
	Value    string              `json:"value,omitempty"` // what stands there
	Nearest  string              `json:"nearest,omitempty"`
	Count    int                 `json:"count,omitempty"`
	Page     string              `json:"page,omitempty"` // docs/checks/… page of the check
	Related  []Related           `json:"related,omitempty"`
	Fix      *Fix                `json:"fix,omitempty"`
}

// MarshalJSON gives the finding with file, line and column of its beginning at
// the top, where most readers look; line and column are 0 where it stands
// nowhere in particular.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding // without this method
	return json.Marshal(struct {
		File   string `json:"file,omitempty"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		plain
	}{f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, plain(f)})
}

// Places is how many places the finding stands for, at least one.
func (f Finding) Places() int { return max(1, f.Count) }

// Findings is always a list: everything at once.
type Findings []Finding

// Sort orders by file, position, then check.
func (fs Findings) Sort() {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Range.File, b.Range.File),
			cmp.Compare(a.Range.Begin.Line, b.Range.Begin.Line),
			cmp.Compare(a.Range.Begin.Column, b.Range.Begin.Column),
			cmp.Compare(a.Check, b.Check))
	})
}

// Bad reports whether any finding is an error or a warning.
func (fs Findings) Bad() bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity != Hint })
}

// Errors reports whether any finding is an error.
func (fs Findings) Errors() bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity == Error })
}
