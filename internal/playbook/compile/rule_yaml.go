package compile

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// place is where a part of the rule stands in its file. Where that cannot be
// told, the whole rule is underlined.
func (r *ruler) place(s span) diag.Range {
	at := r.rule.At
	if r.places == nil {
		r.places = places(r.src, r.written(), at.Begin)
	}
	if len(r.places) != len(r.src)+1 {
		return at
	}
	begin, end := r.places[s.from], r.places[s.to]
	if s.to > s.from { // the end of the last byte, not the beginning of what may stand a line below
		if last := r.places[s.to-1]; last.Line != end.Line {
			end = diag.Pos{Line: last.Line, Column: last.Column + 1, Offset: last.Offset + 1}
		}
	}
	return diag.Range{File: at.File, Begin: begin, End: end}
}

// places finds each byte of what a YAML text says, and its end, in the text as
// it is written: quotes and escapes are stepped over, and so is the white space
// of folded lines. It gives an empty list where the two do not agree.
func places(says, written string, begin diag.Pos) []diag.Pos {
	w := &walker{text: written, pos: begin}
	w.properties()
	var quote byte
	switch c := w.at(); c {
	case '"', '\'':
		quote = c
		w.step(1)
	case '|', '>':
		for w.at() != '\n' && w.at() != 0 {
			w.step(1)
		}
	}
	out := make([]diag.Pos, 0, len(says)+1)
	for i := 0; i < len(says); {
		c := w.at()
		switch {
		case quote == '"' && c == '\\':
			means, wide := escape(w.text[w.i:])
			if wide == 0 || !strings.HasPrefix(says[i:], means) {
				return []diag.Pos{}
			}
			for range len(means) {
				out = append(out, w.pos)
			}
			i += len(means)
			w.step(wide)
		case quote == '\'' && c == '\'' && says[i] == '\'':
			out = append(out, w.pos)
			i++
			w.step(2)
		case w.i < len(w.text) && (c == says[i] || white(c) && white(says[i])):
			out = append(out, w.pos)
			i++
			w.step(1)
		case white(c):
			w.step(1)
		case white(says[i]):
			out = append(out, w.pos)
			i++
		default:
			return []diag.Pos{}
		}
	}
	return append(out, w.pos)
}

func white(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// walker steps through a text and knows the place it is at.
type walker struct {
	text string
	i    int
	pos  diag.Pos
}

// at is the byte here, 0 at the end.
func (w *walker) at() byte {
	if w.i >= len(w.text) {
		return 0
	}
	return w.text[w.i]
}

func (w *walker) step(n int) {
	for ; n > 0 && w.i < len(w.text); n-- {
		if w.pos.Column++; w.text[w.i] == '\n' {
			w.pos.Line, w.pos.Column = w.pos.Line+1, 1
		}
		w.i++
		w.pos.Offset++
	}
}

// properties steps over an anchor and a tag.
func (w *walker) properties() {
	for w.at() == '&' || w.at() == '!' {
		for w.at() != 0 && !white(w.at()) {
			w.step(1)
		}
		for white(w.at()) {
			w.step(1)
		}
	}
}

var escapes = map[byte]string{'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	' ': " ", '"': "\"", '/': "/", '\\': "\\", 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029"}

// escape gives what an escape of a YAML text in double quotes means, and its
// width; what is none is 0 wide.
func escape(s string) (means string, wide int) {
	if len(s) < 2 {
		return "", 0
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]; digits > 0 {
		n, err := strconv.ParseUint(s[2:min(len(s), 2+digits)], 16, 32)
		if err != nil || len(s) < 2+digits {
			return "", 0
		}
		return string(rune(n)), 2 + digits
	}
	if s[1] == '\n' || s[1] == '\r' { // the line goes on: its break and the next one's indentation say nothing
		return "", len(s) - len(strings.TrimLeft(s[1:], " \t\r\n"))
	}
	if means, ok := escapes[s[1]]; ok {
		return means, 2
	}
	return "", 0
}
