package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/diag"
)

// mostValues bounds what aliases may expand to, and mostDepth how deep values nest.
const (
	mostValues = 200_000
	mostDepth  = 64
)

// Parse reads one file and holds it against a shape. It gives nil where
// nothing of it can be used.
func Parse(file string, text []byte, shape *Shape) (*Node, diag.Findings) {
	c := &checker{file: file, done: map[visit]*Node{}}
	raw := parse(c, file, text)
	if raw == nil {
		c.found.Sort()
		return nil, c.found
	}
	n := c.fit(raw, shape, name{})
	c.found.Sort()
	return n, c.found
}

func parse(c *checker, file string, text []byte) *Node {
	if len(text) > MostBytes {
		c.add(fileFinding(file, diag.Error, fmt.Sprintf("the file has %d bytes; a playbook file has at most %d", len(text), MostBytes), "split it"))
		return nil
	}
	m := newMap(file, text)
	if at, what, hint := m.unfit(); what != "" {
		c.say(CheckFile, at, what, hint)
		return nil
	}
	if len(bytes.TrimSpace(m.text)) == 0 {
		c.add(fileFinding(file, diag.Error, "the file is empty", "write what belongs here, or delete the file"))
		return nil
	}
	var doc yaml.Node
	if err := yaml.Load(m.text, &doc); err != nil {
		c.syntax(m, err)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		c.add(fileFinding(file, diag.Error, "the file is empty", "write what belongs here, or delete the file"))
		return nil
	}
	b := builder{c: c, m: m, made: map[*yaml.Node]*Node{}, open: map[*yaml.Node]bool{}}
	n := b.node(doc.Content[0], 0)
	if n != nil && n.size > mostValues {
		c.say(CheckValue, n.At, "the file holds more than 200,000 values, counting each use of an alias", "split it, or use fewer aliases")
		return nil
	}
	return n
}

// syntax says what YAML could not read, every tab at once.
func (c *checker) syntax(m *textMap, err error) {
	at, message, hint := diag.Range{File: m.file, Begin: diag.Pos{Line: 1, Column: 1}}, err.Error(), ""
	var one *yaml.LoadError
	if errors.As(err, &one) {
		message = strings.TrimPrefix(one.Message, "yaml: ")
		if one.ContextMsg != "" {
			message = one.ContextMsg + ": " + message
		}
		if one.Mark.Line > 0 {
			at.Begin = m.pos(one.Mark.Line, one.Mark.Column)
		}
		if one.ContextMark.Line > 0 && one.ContextMark.Line != one.Mark.Line {
			hint = fmt.Sprintf("what is not closed begins on line %d", one.ContextMark.Line)
		}
	}
	switch {
	case strings.Contains(message, "multiple"):
		at.Begin = m.second()
		message, hint = "the file holds more than one document", "take the `---` line away, or split the file"
	case strings.Contains(message, "no documents"):
		c.add(fileFinding(m.file, diag.Error, "the file is empty", "write what belongs here, or delete the file"))
		return
	case strings.Contains(message, "mapping values are not allowed"):
		message, hint = "a second `: ` on this line, or a key that is indented too far", "put quotes around a text that holds `: `, and indent keys that belong together alike"
	case strings.Contains(message, "unknown anchor"):
		hint = "an alias `*name` needs a value marked `&name` above it; a text that begins with * needs quotes"
	case strings.Contains(message, "cannot start any token"):
		hint = "a text that begins with @, `, % or a tab needs quotes around it"
	}
	said := false
	for _, r := range m.tabs() {
		c.add(diag.Finding{Check: CheckSyntax, Severity: diag.Error, Range: r, Message: "a tab indents this line, which YAML does not allow",
			Hint: "indent with spaces", Fix: &diag.Fix{Title: "indent with spaces", Edits: []diag.Edit{{Range: r, Text: strings.Repeat("  ", max(1, r.End.Column-r.Begin.Column))}}}})
		said = said || r.Begin.Line == at.Begin.Line
	}
	if said {
		return
	}
	at.End = at.Begin
	at.End.Column, at.End.Offset = at.End.Column+1, at.End.Offset+1
	c.say(CheckSyntax, at, "this is not YAML: "+message, hint)
}

// builder turns YAML's nodes into ours. An alias is a node of its own, with its
// own place, over the entries of the one it points at, so memory stays with the
// size of the file whatever aliases expand to.
type builder struct {
	c    *checker
	m    *textMap
	made map[*yaml.Node]*Node
	open map[*yaml.Node]bool
}

func (b *builder) node(y *yaml.Node, depth int) *Node {
	if y.Kind == yaml.AliasNode {
		at := b.m.alias(y)
		if y.Alias == nil || b.open[y.Alias] {
			b.c.say(CheckValue, at, fmt.Sprintf("the alias *%s stands inside the value it repeats", y.Value), "write out what is meant")
			return &Node{At: at, size: 1}
		}
		of := b.node(y.Alias, depth)
		n := *of
		n.At, n.of, n.shared = at, of, false
		return &n
	}
	// Only a value with an anchor can be met again.
	if y.Anchor != "" {
		if n, ok := b.made[y]; ok {
			return n
		}
	}
	n := &Node{At: b.m.begin(y), size: 1, shared: y.Anchor != ""}
	if depth > mostDepth {
		b.c.say(CheckValue, n.At, fmt.Sprintf("values nest deeper than %d levels", mostDepth), "a playbook needs five or six")
		return n
	}
	if n.shared {
		b.open[y] = true
		defer func() { delete(b.open, y); b.made[y] = n }()
	}
	if y.Style&yaml.TaggedStyle != 0 {
		b.c.say(CheckType, n.At, fmt.Sprintf("the tag %s has no meaning here", quote(y.Tag)), "take it away; quotes make a text")
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		n.plain = y.Style&yaml.FlowStyle == 0
		for i := 0; i+1 < len(y.Content); i += 2 {
			b.pair(n, y.Content[i], y.Content[i+1], depth)
		}
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range y.Content {
			got := b.node(item, depth+1)
			n.items = append(n.items, got)
			n.grow(got)
		}
	default:
		n.kind, n.text = scalar, y.Value
		n.plain = y.Style == 0
		if y.Tag == "!!null" && n.plain {
			n.kind = null
		}
	}
	n.At.End = b.m.end(y, n)
	return n
}

func (b *builder) pair(n *Node, k, v *yaml.Node, depth int) {
	value := b.node(v, depth+1)
	n.grow(value)
	if k.Kind == yaml.AliasNode && k.Alias != nil {
		k = k.Alias
	}
	if k.Kind != yaml.ScalarNode {
		b.c.say(CheckKey, b.m.begin(k), "a key is a word, not a list or a mapping", "write `word: value`; a text in braces or brackets needs quotes")
		return
	}
	at := b.m.begin(k)
	at.End = b.m.end(k, &Node{kind: scalar, At: at, text: k.Value})
	n.pairs = append(n.pairs, Pair{k.Value, at, value})
}

func (n *Node) grow(child *Node) {
	n.size = min(n.size+child.size, mostValues+1)
}

// unfit says why a text cannot be YAML for us at all.
func (m *textMap) unfit() (at diag.Range, what, hint string) {
	where := func(offset, width int) diag.Range {
		b := m.at(offset)
		e := b
		e.Column, e.Offset = e.Column+width, e.Offset+width
		return diag.Range{File: m.file, Begin: b, End: e}
	}
	for i := 0; i < len(m.text); {
		r, size := rune(m.text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(m.text[i:])
		}
		switch {
		case r == utf8.RuneError && size == 1:
			return where(i, 1), "the file is not UTF-8", "save it as UTF-8"
		case r == 0 && i < 4:
			return where(i, 1), "the file is not UTF-8, perhaps UTF-16", "save it as UTF-8"
		case r < 0x20 && r != '\n' && r != '\t' && r != '\r', r == 0x7f, r >= 0x80 && r < 0xa0 && r != 0x85:
			return where(i, size), fmt.Sprintf("a control character (U+%04X) stands in the text", r), "take it away"
		case r == '\r' && (i+1 == len(m.text) || m.text[i+1] != '\n'), r == 0x85, r == 0x2028, r == 0x2029:
			return where(i, size), fmt.Sprintf("an unusual line break (U+%04X) stands in the text", r), "save the file with ordinary line ends"
		}
		i += size
	}
	return diag.Range{}, "", ""
}
