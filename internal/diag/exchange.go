package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// SARIF writes findings as SARIF 2.1.0 (OASIS), as code hosts read it. page
// gives the address of a check's page, "" where there is none.
func SARIF(w io.Writer, fs Findings, page func(check string) string) error {
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
		l.Physical.Artifact.URI = strings.ReplaceAll(r.File, `\`, "/")
		if r.Begin.Line > 0 {
			l.Physical.Region = &region{r.Begin.Line, max(1, r.Begin.Column), r.End.Line, r.End.Column}
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
	log := map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":    map[string]any{"driver": map[string]any{"name": "throughline", "rules": rules}},
			"results": results,
		}},
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(log)
}

// GitHub writes findings as workflow commands, which GitHub shows beside the
// lines of a change.
func GitHub(w io.Writer, fs Findings) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range fs {
		level := map[Severity]string{Error: "error", Warning: "warning", Hint: "notice"}[f.Severity]
		var at []string
		if f.Range.File != "" {
			at = append(at, "file="+property.Replace(f.Range.File))
		}
		if f.Range.Begin.Line > 0 {
			at = append(at, fmt.Sprintf("line=%d,col=%d", f.Range.Begin.Line, max(1, f.Range.Begin.Column)))
			if f.Range.End.Line >= f.Range.Begin.Line && f.Range.End.Column > 0 {
				at = append(at, fmt.Sprintf("endLine=%d,endColumn=%d", f.Range.End.Line, f.Range.End.Column))
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
