package source

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/diag"
)

// textMap finds places in a text. YAML counts columns in characters and tells
// only where a value begins; findings count bytes and show where it ends.
type textMap struct {
	file  string
	text  []byte // without a byte order mark
	skip  int    // bytes of the mark
	lines []int  // where each line begins

	line, column, offset int // the last place found, because places come in order
}

func newMap(file string, text []byte) *textMap {
	m := &textMap{file: file, text: text, lines: []int{0}}
	if rest, ok := bytes.CutPrefix(text, []byte("\ufeff")); ok {
		m.text, m.skip = rest, len(text)-len(rest)
	}
	for i, c := range m.text {
		if c == '\n' {
			m.lines = append(m.lines, i+1)
		}
	}
	return m
}

// at gives the place of a byte.
func (m *textMap) at(offset int) diag.Pos {
	i, ok := slices.BinarySearch(m.lines, offset)
	if !ok {
		i--
	}
	return diag.Pos{Line: i + 1, Column: offset - m.lines[i] + 1, Offset: offset + m.skip}
}

// byteOf gives the byte at a line and a column counted in characters.
func (m *textMap) byteOf(line, column int) int {
	line = min(max(line, 1), len(m.lines))
	from, col := m.lines[line-1], 1
	if line == m.line && column >= m.column {
		from, col = m.offset, m.column
	}
	for ; col < column && from < len(m.text) && m.text[from] != '\n'; col++ {
		_, size := utf8.DecodeRune(m.text[from:])
		from += size
	}
	m.line, m.column, m.offset = line, col, from
	return from
}

func (m *textMap) pos(line, column int) diag.Pos { return m.at(m.byteOf(line, column)) }

func (m *textMap) begin(y *yaml.Node) diag.Range {
	p := m.pos(y.Line, y.Column)
	return diag.Range{File: m.file, Begin: p, End: p}
}

// alias is the place of an alias: the star and the name after it.
func (m *textMap) alias(y *yaml.Node) diag.Range {
	r := m.begin(y)
	r.End.Column += len(y.Value) + 1
	r.End.Offset += len(y.Value) + 1
	return r
}

// end gives the first place after a value that begins at n.At.Begin and whose
// children have been placed.
func (m *textMap) end(y *yaml.Node, n *Node) diag.Pos {
	from := n.At.Begin.Offset - m.skip
	switch {
	case y.Kind != yaml.ScalarNode && y.Style&yaml.FlowStyle != 0:
		last := max(from+1, m.lastChild(n))
		for last < len(m.text) && m.text[last] != '}' && m.text[last] != ']' {
			if m.text[last] == '#' {
				if i := bytes.IndexByte(m.text[last:], '\n'); i >= 0 {
					last += i
				}
			}
			last++
		}
		return m.at(min(last+1, len(m.text)))
	case y.Kind != yaml.ScalarNode:
		return m.at(max(from, m.lastChild(n)))
	}
	from = m.properties(from)
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return m.at(m.quoted(from, '"'))
	case y.Style&yaml.SingleQuotedStyle != 0:
		return m.at(m.quoted(from, '\''))
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return m.at(m.block(from))
	}
	return m.at(m.words(from, y.Value))
}

// lastChild is where the last of the children ends that stands in this value
// and is not shared through an alias from elsewhere.
func (m *textMap) lastChild(n *Node) int {
	end := 0
	see := func(r diag.Range) {
		if r.Begin.Offset >= n.At.Begin.Offset {
			end = max(end, r.End.Offset-m.skip)
		}
	}
	for _, p := range n.pairs {
		see(p.KeyAt)
		see(p.Value.At)
	}
	for _, i := range n.items {
		see(i.At)
	}
	return end
}

// properties steps over an anchor and a tag.
func (m *textMap) properties(from int) int {
	for from < len(m.text) && (m.text[from] == '&' || m.text[from] == '!') {
		i := bytes.IndexAny(m.text[from:], " \t\r\n")
		if i < 0 {
			return len(m.text)
		}
		from += i
		for from < len(m.text) && strings.IndexByte(" \t\r\n", m.text[from]) >= 0 {
			from++
		}
	}
	return from
}

func (m *textMap) quoted(from int, q byte) int {
	for i := from + 1; i < len(m.text); i++ {
		switch {
		case m.text[i] == '\\' && q == '"':
			i++
		case m.text[i] == q && q == '\'' && i+1 < len(m.text) && m.text[i+1] == q:
			i++
		case m.text[i] == q:
			return i + 1
		}
	}
	return len(m.text)
}

// block finds the end of a | or > text: its lines are indented as far as the
// first of them.
func (m *textMap) block(from int) int {
	at, end, indent := from, from, -1
	for {
		i := bytes.IndexByte(m.text[at:], '\n')
		if i < 0 {
			return max(end, from+1)
		}
		if end == from {
			end = at + len(bytes.TrimRight(m.text[at:at+i], " \r"))
		}
		at += i + 1
		line := m.text[at:]
		if j := bytes.IndexByte(line, '\n'); j >= 0 {
			line = line[:j]
		}
		word := bytes.TrimLeft(line, " ")
		if len(bytes.TrimSpace(word)) == 0 {
			continue
		}
		if indent < 0 {
			if indent = len(line) - len(word); indent == 0 {
				return end
			}
		}
		if len(line)-len(word) < indent {
			return end
		}
		end = at + len(bytes.TrimRight(line, "\r"))
	}
}

// words follows a plain text, which may be folded over several lines.
func (m *textMap) words(from int, value string) int {
	at := from
	for i := 0; i < len(value) && at < len(m.text); {
		switch {
		case m.text[at] == value[i]:
			at++
			i++
		case strings.IndexByte(" \t\r\n", m.text[at]) >= 0:
			at++
		case value[i] == ' ' || value[i] == '\n':
			i++
		default:
			return at
		}
	}
	return at
}

// tabs finds the lines whose indentation holds a tab: the range is the tabs.
func (m *textMap) tabs() []diag.Range {
	var out []diag.Range
	for _, start := range m.lines {
		i := start
		for i < len(m.text) && m.text[i] == ' ' {
			i++
		}
		j := i
		for j < len(m.text) && m.text[j] == '\t' {
			j++
		}
		if j > i && j < len(m.text) && strings.IndexByte("\r\n#", m.text[j]) < 0 {
			out = append(out, diag.Range{File: m.file, Begin: m.at(i), End: m.at(j)})
		}
	}
	return out
}

// second finds the line that begins a second document.
func (m *textMap) second() diag.Pos {
	content := false
	for _, start := range m.lines {
		line := m.text[start:]
		switch {
		case bytes.HasPrefix(line, []byte("---")):
			if content {
				return m.at(start)
			}
		case len(line) > 0 && line[0] != '#' && line[0] != '\n' && line[0] != '%':
			content = true
		}
	}
	return m.at(0)
}
