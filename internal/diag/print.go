package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Style colours parts of the caret view; the zero Style prints plain text.
type Style struct {
	Error, Warning, Hint, Dim, Bold func(string) string
}

// Print writes the caret view: one paragraph a finding, with the line it
// stands on and a caret under it. source gives the text of a file, or nil
// where it cannot be shown.
func Print(w io.Writer, fs Findings, source func(file string) []byte, style Style) error {
	paint := func(f func(string) string, s string) string {
		if f == nil {
			return s
		}
		return f(s)
	}
	for _, f := range fs {
		mark := map[Severity]func(string) string{Error: style.Error, Warning: style.Warning, Hint: style.Hint}[f.Severity]
		where := f.Range.File
		if f.Range.Begin.Line > 0 {
			where = fmt.Sprintf("%s:%d:%d", f.Range.File, f.Range.Begin.Line, max(1, f.Range.Begin.Column))
		}
		if where != "" {
			where += ": "
		}
		many := ""
		if f.Count > 1 {
			many = fmt.Sprintf(" (%d places)", f.Count)
		}
		if _, err := fmt.Fprintf(w, "%s%s: %s%s %s\n", paint(style.Bold, printable(where)), paint(mark, string(f.Severity)),
			printable(f.Message), many, paint(style.Dim, "["+f.Check+"]")); err != nil {
			return err
		}
		if source != nil && f.Range.Begin.Line > 0 {
			if line, ok := lineOf(source(f.Range.File), f.Range.Begin.Line); ok {
				caretView(w, line, f.Range, func(s string) string { return paint(mark, s) })
			}
		}
		if f.Hint != "" {
			fmt.Fprintf(w, "  %s %s\n", paint(style.Dim, "="), printable(f.Hint))
		}
		for _, r := range f.Related {
			fmt.Fprintf(w, "  %s %s:%d: %s\n", paint(style.Dim, "-"), r.Range.File, r.Range.Begin.Line, printable(r.Message))
		}
	}
	return nil
}

func caretView(w io.Writer, line string, r Range, paint func(string) string) {
	const most = 160
	from := min(max(r.Begin.Column-1, 0), len(line))
	to := len(line)
	if r.End.Line == r.Begin.Line && r.End.Column > r.Begin.Column {
		to = min(r.End.Column-1, len(line))
	}
	start := 0
	if from > most/2 { // a long line: show the part around the caret
		start = from - most/2
		for start > 0 && !utf8.RuneStart(line[start]) {
			start--
		}
	}
	shown := line[start:]
	if len(shown) > most {
		shown = strings.ToValidUTF8(shown[:most], "")
	}
	to = min(to, start+len(shown))
	width := max(1, columns(line[from:max(from, to)]))
	num := fmt.Sprintf("%5d", r.Begin.Line)
	fmt.Fprintf(w, "%s | %s\n", num, printable(strings.ReplaceAll(shown, "\t", " ")))
	if r.End.Line == r.Begin.Line && r.End.Column == 0 {
		return // it is about the whole line: a row of carets would say nothing
	}
	fmt.Fprintf(w, "%s | %s%s\n", strings.Repeat(" ", len(num)), strings.Repeat(" ", columns(line[start:from])), paint(strings.Repeat("^", width)))
}

// columns counts terminal columns, two for CJK.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 &&
			(r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f ||
				r >= 0xff00 && r <= 0xff60) {
			n++
		}
	}
	return n
}

func lineOf(src []byte, n int) (string, bool) {
	s := string(src)
	for ; n > 1; n-- {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			return "", false
		}
		s = s[i+1:]
	}
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSuffix(s, "\r"), s != ""
}

// printable keeps a foreign text from steering the terminal: control
// characters and invalid bytes become U+FFFD.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}
