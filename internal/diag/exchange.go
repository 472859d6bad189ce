package diag

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// SARIF writes findings as SARIF 2.1.0 (OASIS), as code hosts read it: columns
// count Unicode code points, and places are URI references. source gives the
// text of a file, nil where it cannot be read, in which case columns are left
// out; page gives the address of a check's page, "" where there is none. Results of
// one check stand together, those with the same sentence in the order of fs.
func SARIF(w io.Writer, fs Findings, source func(file string) []byte, page func(check string) string) error {
	chars := counter{source: source}
	type text struct {
		Text string `json:"text"`
	}
	type region struct {
		StartLine   int `json:"startLine,omitempty"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	type location struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *region `json:"region,omitempty"`
		} `json:"physicalLocation"`
		Message *text `json:"message,omitempty"`
	}
	type rule struct {
		ID   string `json:"id"`
		Help string `json:"helpUri,omitempty"`
	}
	type result struct {
		Rule      string     `json:"ruleId"`
		Level     string     `json:"level"`
		Message   text       `json:"message"`
		Locations []location `json:"locations,omitempty"`
		Related   []location `json:"relatedLocations,omitempty"`
	}
	place := func(r Range, message string) location {
		var l location
		l.Physical.Artifact.URI = reference(r.File)
		if r.Begin.Line > 0 {
			r = chars.count(r)
			l.Physical.Region = &region{r.Begin.Line, r.Begin.Column, r.End.Line, r.End.Column}
		}
		if message != "" {
			l.Message = &text{message}
		}
		return l
	}
	rules, seen, results := []rule{}, map[string]bool{}, []result{}
	for _, f := range fs {
		if !seen[f.Check] {
			seen[f.Check] = true
			rules = append(rules, rule{f.Check, page(f.Check)})
		}
		words := f.Message
		if f.Hint != "" {
			words += ". " + f.Hint
		}
		r := result{Rule: f.Check, Level: map[Severity]string{Error: "error", Warning: "warning", Hint: "note"}[f.Severity], Message: text{words}}
		if f.Range.File != "" {
			r.Locations = []location{place(f.Range, "")}
		}
		for _, rel := range f.Related {
			r.Related = append(r.Related, place(rel.Range, rel.Message))
		}
		results = append(results, r)
	}
	// By check and sentence, as code hosts show them: a line put in above moves none.
	slices.SortStableFunc(results, func(a, b result) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message.Text, b.Message.Text))
	})
	log := map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":       map[string]any{"driver": map[string]any{"name": "throughline", "rules": rules}},
			"columnKind": "unicodeCodePoints",
			"results":    results,
		}},
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(log)
}

// reference is a path as a URI reference (RFC 3986): relative where the path
// is, a file URI where it begins at the root.
func reference(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	u := url.URL{Path: path}
	switch {
	case strings.HasPrefix(path, "/"):
		u.Scheme = "file"
	case len(path) > 2 && path[1] == ':' && path[2] == '/': // a drive of Windows
		u.Scheme, u.Path = "file", "/"+path
	}
	return u.String()
}

// counter turns columns that count bytes into columns that count characters.
type counter struct {
	source func(file string) []byte
	file   string
	lines  [][]byte // of file, nil where it cannot be read
}

// count gives a range with its columns in code points, or without columns
// where the text they stand in is not at hand.
func (c *counter) count(r Range) Range {
	if r.File != c.file {
		c.file, c.lines = r.File, nil
		if text := c.source(r.File); text != nil {
			c.lines = bytes.Split(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
		}
	}
	r.Begin.Column, r.End.Column = c.column(r.Begin), c.column(r.End)
	if r.Begin.Column == 0 || r.End.Line == r.Begin.Line && r.End.Column < r.Begin.Column {
		r.End.Column = 0
	}
	return r
}

func (c *counter) column(p Pos) int {
	if p.Column == 0 || p.Line < 1 || p.Line > len(c.lines) {
		return 0
	}
	line := c.lines[p.Line-1]
	before := min(p.Column-1, len(line))
	return utf8.RuneCount(line[:before]) + p.Column - before
}

// GitHub writes findings as workflow commands, which GitHub shows beside the
// lines of a change. Columns count characters; source is as for SARIF.
func GitHub(w io.Writer, fs Findings, source func(file string) []byte) error {
	chars := counter{source: source}
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range fs {
		level := map[Severity]string{Error: "error", Warning: "warning", Hint: "notice"}[f.Severity]
		var at []string
		if f.Range.File != "" {
			at = append(at, "file="+property.Replace(f.Range.File))
		}
		if f.Range.Begin.Line > 0 {
			r := chars.count(f.Range)
			at = append(at, fmt.Sprintf("line=%d", r.Begin.Line))
			if r.Begin.Column > 0 {
				at = append(at, fmt.Sprintf("col=%d", r.Begin.Column))
			}
			if r.End.Line >= r.Begin.Line && r.End.Column > 0 {
				at = append(at, fmt.Sprintf("endLine=%d,endColumn=%d", r.End.Line, r.End.Column))
			}
		}
		at = append(at, "title="+property.Replace(f.Check))
		words := f.Message
		if f.Hint != "" {
			words += "\n" + f.Hint
		}
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", level, strings.Join(at, ","), data.Replace(words)); err != nil {
			return err
		}
	}
	return nil
}
