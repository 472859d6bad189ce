package edit

import (
	"fmt"
	"maps"
	"strings"
	"unicode"

	"github.com/throughline/throughline"
	"go.yaml.in/yaml/v4"
)

// Files are a playbook's files by path. Its methods change them in place; what
// they refuse changes nothing.
type Files map[string][]byte

// ErrAbsent says that what is to be changed is not there (any more).
var ErrAbsent = throughline.Refuse("draft_absent", "it is not there any more")

// Clone gives files that can be changed without changing these.
func (f Files) Clone() Files { return maps.Clone(f) }

func (f Files) edit(path string, do func(root *yaml.Node) error) error {
	text, ok := f[path]
	if !ok {
		return fmt.Errorf("%s: %w", path, ErrAbsent)
	}
	out, err := change(text, do)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	f[path] = out
	return nil
}

// Tongue is the language in which words are written, as far as their script
// tells: Chinese or English.
func Tongue(words string) string {
	if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "en"
}

func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// set puts a value behind a key: where it stands, else behind the last of the
// keys named after that stands, else at the end.
func set(n *yaml.Node, key string, value *yaml.Node, after ...string) {
	at := len(n.Content)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			if old := n.Content[i+1]; value.LineComment == "" {
				value.LineComment = old.LineComment
			}
			n.Content[i+1] = value
			return
		}
		for _, a := range after {
			if n.Content[i].Value == a {
				at = i + 2
			}
		}
	}
	n.Content = append(n.Content[:at:at], append([]*yaml.Node{word(key), value}, n.Content[at:]...)...)
}

func drop(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
			return
		}
	}
}

// line is words as they are said in one line, without what no text may hold.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar || r == '\ufeff' || r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// word is a scalar as it is said in one line.
func word(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: line(s)}
}

func words(list []string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, s := range list {
		out.Content = append(out.Content, word(s))
	}
	return out
}

func mapping(style yaml.Style, pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: style}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Content = append(n.Content, word(pairs[i].(string)), pairs[i+1].(*yaml.Node))
	}
	return n
}

// say puts words of a language behind a key; the other languages stay. No words
// take that language away, and the key with the last of them.
func say(n *yaml.Node, key, language, said string, after ...string) {
	said = line(said)
	old := get(n, key)
	texts := map[string]*yaml.Node{}
	var order []string
	switch {
	case old == nil:
	case old.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(old.Content); i += 2 {
			texts[old.Content[i].Value] = old.Content[i+1]
			order = append(order, old.Content[i].Value)
		}
	case strings.TrimSpace(old.Value) != "":
		texts["en"], order = old, []string{"en"}
	}
	switch has := texts[language]; {
	case said == "":
		delete(texts, language)
	case has != nil:
		next := *has
		next.Value, next.Tag = said, "!!str"
		if next.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			next.Style = 0
		}
		texts[language] = &next
	default:
		texts[language] = word(said)
		order = append(order, language)
	}
	switch {
	case len(texts) == 0:
		drop(n, key)
	case len(texts) == 1 && texts["en"] != nil && (old == nil || old.Kind != yaml.MappingNode):
		set(n, key, texts["en"], after...)
	default:
		style := yaml.Style(0)
		if old != nil && old.Kind == yaml.MappingNode {
			style = old.Style
		} else if len(said) < 40 {
			style = yaml.FlowStyle
		}
		next := mapping(style)
		for _, l := range order {
			if t := texts[l]; t != nil {
				next.Content = append(next.Content, keyOf(old, l), t)
			}
		}
		set(n, key, next, after...)
	}
}

// keyOf gives the node of a key where it stands, so that its lines are known.
func keyOf(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i]
			}
		}
	}
	return word(key)
}

// item finds the item of a list that has an id.
func item(list *yaml.Node, id string) (int, *yaml.Node) {
	if list != nil && list.Kind == yaml.SequenceNode {
		for i, n := range list.Content {
			if v := get(n, "id"); v != nil && v.Value == id {
				return i, n
			}
		}
	}
	return -1, nil
}

func insert(list *yaml.Node, at int, n *yaml.Node) {
	at = max(0, min(at, len(list.Content)))
	list.Content = append(list.Content[:at:at], append([]*yaml.Node{n}, list.Content[at:]...)...)
	list.Style &^= yaml.FlowStyle
}

func remove(list *yaml.Node, at int) {
	list.Content = append(list.Content[:at:at], list.Content[at+1:]...)
}
