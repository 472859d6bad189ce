package edit

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"
)

// errNoMapping says that a file is not one that can be changed in parts.
var errNoMapping = errors.New("it is no YAML mapping, or more than one document")

// change gives a file's text after do has changed what it says. Entries that do
// left alone keep their lines; where that cannot be had (aliases, lists in one
// line, keys in a row), the whole is written anew, comments included.
func change(text []byte, do func(root *yaml.Node) error) ([]byte, error) {
	if bytes.Contains(text, []byte("\r\n")) {
		out, err := change(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), do)
		return bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n")), err
	}
	was, err := read(text)
	if err != nil {
		return nil, err
	}
	now, err := read(text)
	if err != nil {
		return nil, err
	}
	p := pencil{was: map[*yaml.Node]*yaml.Node{}, span: map[*yaml.Node]span{}, lines: strings.SplitAfter(string(text), "\n")}
	if n := len(p.lines); p.lines[n-1] == "" {
		p.lines = p.lines[:n-1]
	} else {
		p.lines[n-1] += "\n"
	}
	simple := p.pair(now, was) && !bytes.ContainsAny(text, "\r\u0085\u2028\u2029\ufeff") // lines that are none of ours
	if err := do(now); err != nil {
		return nil, err
	}
	if simple && !flow(was) && !flow(now) {
		p.measure(was, 1, len(p.lines)+1)
		var b strings.Builder
		b.WriteString(strings.Join(p.lines[:max(0, p.first(was)-1)], ""))
		p.write(&b, now, was, was.Column)
		out := []byte(b.String())
		if again, err := read(out); err == nil && alike(again, now) {
			return out, nil
		}
	}
	return encode(now)
}

func read(text []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if d.Decode(&more) == nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errNoMapping
	}
	return doc.Content[0], nil
}

func encode(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	err := e.Encode(n)
	return b.Bytes(), errors.Join(err, e.Close())
}

// pencil writes a changed tree over the lines of the text it was read from.
type pencil struct {
	lines []string
	was   map[*yaml.Node]*yaml.Node // of a node of the new tree, the one it was
	span  map[*yaml.Node]span       // of an old entry (a key, an item), its lines
}

// span is lines from begin to before end, from 1.
type span struct{ begin, end int }

// pair ties two readings of one text together, and reports whether its entries
// can be told apart by lines.
func (p *pencil) pair(now, was *yaml.Node) bool {
	p.was[now] = was
	simple := now.Kind != yaml.AliasNode && now.Anchor == ""
	for i := range now.Content {
		simple = p.pair(now.Content[i], was.Content[i]) && simple
	}
	return simple
}

func flow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// entries are the places at which a block collection can be cut: its keys, or its items.
func entries(n *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, n.Content[i])
		}
	case yaml.SequenceNode:
		out = n.Content
	}
	return out
}

// value is what an entry of a collection says: for a key what stands behind it.
func value(n, entry *yaml.Node) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return entry
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i] == entry {
			return n.Content[i+1]
		}
	}
	return nil
}

// measure finds the lines of every entry of a block collection that ends before a line.
func (p *pencil) measure(n *yaml.Node, floor, end int) {
	if flow(n) {
		return
	}
	list := entries(n)
	for i, e := range list {
		begin := p.head(p.dash(n, e), floor)
		if i > 0 {
			before := p.span[list[i-1]]
			p.span[list[i-1]] = span{before.begin, begin}
		}
		p.span[e] = span{begin, end}
		floor = e.Line + 1
	}
	for _, e := range list {
		p.measure(value(n, e), e.Line, p.span[e].end)
	}
}

// dash is the line on which an entry begins: of an item, that of its dash.
func (p *pencil) dash(n, e *yaml.Node) int {
	if n.Kind != yaml.SequenceNode {
		return e.Line
	}
	for line := e.Line; line > 0 && line > e.Line-3; line-- {
		if text := p.lines[line-1]; len(text) >= n.Column && text[n.Column-1] == '-' && strings.TrimSpace(text[:n.Column-1]) == "" {
			return line
		}
	}
	return e.Line
}

// head takes the comments and the empty lines above an entry with it.
func (p *pencil) head(line, floor int) int {
	for line > floor && line > 1 {
		above := strings.TrimSpace(p.lines[line-2])
		if above != "" && above[0] != '#' {
			break
		}
		line--
	}
	return line
}

// first is the line with which a collection begins.
func (p *pencil) first(n *yaml.Node) int {
	if list := entries(n); len(list) > 0 {
		return p.span[list[0]].begin
	}
	return len(p.lines) + 1
}

// write writes a block collection of the new tree, which was another before.
// column is where its entries stand.
func (p *pencil) write(b *strings.Builder, now, was *yaml.Node, column int) {
	airy := false // entries have empty lines between them
	if list := entries(was); len(list) > 1 {
		airy = strings.TrimSpace(p.lines[p.span[list[1]].begin-1]) == ""
	}
	for i, e := range entries(now) {
		v, old := value(now, e), p.was[e]
		at, known := p.span[old]
		switch {
		case known && alike(e, old) && alike(v, p.was[v]):
			p.copy(b, at, column-p.column(old, now.Kind))
		case known && p.deeper(now, e, v) && p.column(old, now.Kind) == column:
			inner := p.was[v]
			b.WriteString(strings.Join(p.lines[at.begin-1:max(at.begin-1, p.first(inner)-1)], ""))
			p.write(b, v, inner, inner.Column)
		default:
			if i > 0 && airy && !known {
				b.WriteString("\n")
			}
			if known { // what stood above it stays
				for line := at.begin; line < at.end; line++ {
					if above := strings.TrimSpace(p.lines[line-1]); above != "" && above[0] != '#' {
						break
					}
					b.WriteString(p.lines[line-1])
				}
			}
			fresh(b, now, e, v, column)
		}
	}
}

// column is where an old entry stands: an item at its dash.
func (p *pencil) column(e *yaml.Node, kind yaml.Kind) int {
	if kind != yaml.SequenceNode {
		return e.Column
	}
	for line := p.span[e].begin; line < p.span[e].end; line++ {
		if i := strings.IndexByte(p.lines[line-1], '-'); i >= 0 && strings.TrimSpace(p.lines[line-1][:i]) == "" {
			return i + 1
		}
	}
	return e.Column
}

// deeper reports whether an entry changed only within: its value was a block
// collection of the same kind, and still is, and what stands on the entry's own
// line stays.
func (p *pencil) deeper(now, e, v *yaml.Node) bool {
	old := p.was[v]
	if old == nil || v.Kind != old.Kind || v.Kind == yaml.ScalarNode || flow(v) || flow(old) || len(entries(v)) == 0 || len(entries(old)) == 0 {
		return false
	}
	if now.Kind == yaml.MappingNode {
		return alike(e, p.was[e])
	}
	first, before := entries(v)[0], entries(old)[0]
	return p.was[first] == before && alike(first, before) && alike(value(v, first), value(old, before))
}

// copy writes lines as they stood, moved to the side by so many columns.
func (p *pencil) copy(b *strings.Builder, at span, shift int) {
	for _, line := range p.lines[at.begin-1 : at.end-1] {
		switch {
		case shift > 0 && strings.TrimSpace(line) != "":
			line = strings.Repeat(" ", shift) + line
		case shift < 0:
			own := len(line) - len(strings.TrimLeft(line, " "))
			line = line[min(-shift, own):]
		}
		b.WriteString(line)
	}
}

// fresh writes an entry anew.
func fresh(b *strings.Builder, now, e, v *yaml.Node, column int) {
	plain := *e
	plain.HeadComment, plain.FootComment = "", ""
	one := &yaml.Node{Kind: now.Kind, Tag: now.Tag, Content: []*yaml.Node{&plain}}
	if now.Kind == yaml.MappingNode {
		tail := *v
		tail.FootComment = ""
		one.Content = append(one.Content, &tail)
	}
	text, err := encode(one)
	if err != nil {
		return // the reading again will tell
	}
	for _, line := range strings.SplitAfter(string(text), "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", column-1))
		}
		b.WriteString(line)
	}
}

// alike reports whether two trees say the same.
func alike(a, b *yaml.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind == yaml.AliasNode || b.Kind == yaml.AliasNode {
		return false
	}
	if a.Kind != b.Kind || a.Value != b.Value || a.Kind == yaml.ScalarNode && a.ShortTag() != b.ShortTag() || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !alike(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
