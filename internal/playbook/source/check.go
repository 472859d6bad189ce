package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// checker holds values against shapes. It makes a new tree of what fits, so
// that a value used twice through an alias may be asked for in two shapes.
type checker struct {
	file  string
	found diag.Findings
	done  map[visit]*Node
	alias *Node // the outermost alias that is being held against a shape
}

type visit struct {
	node  *Node
	shape *Shape
}

// name is what messages call a value: by its key, or as an entry of a list.
// It is put into words only when there is something to say.
type name struct {
	key   string
	index int
}

func (w name) String() string {
	say := "the file"
	if w.key != "" {
		say = quote(w.key)
	}
	if w.index > 0 {
		return fmt.Sprintf("entry %d of %s", w.index, say)
	}
	return say
}

var anyText = Text()

// enough findings of one file are shown; more than that is one mistake repeated.
const enough = 300

// add keeps a finding. What is wrong with a value only where an alias repeats
// it is said at the alias: at the anchor it may be right.
func (c *checker) add(f diag.Finding) {
	if c.alias != nil && f.Range != c.alias.At {
		f.Related = append(f.Related, diag.Related{Range: f.Range, Message: "the alias repeats this"})
		f.Range, f.Fix = c.alias.At, nil
	}
	switch {
	case len(c.found) < enough:
		c.found = append(c.found, f)
	case len(c.found) == enough:
		c.found = append(c.found, diag.Finding{Check: CheckFile, Severity: diag.Error, Range: f.Range,
			Message: "there is more to say about this file than is shown", Hint: "mend these first"})
	}
}

func (c *checker) say(check string, at diag.Range, message, hint string) {
	c.add(diag.Finding{Check: check, Severity: diag.Error, Range: at, Message: message, Hint: hint})
}

// fit gives the part of n that fits s, nil where nothing does.
func (c *checker) fit(n *Node, s *Shape, what name) *Node {
	if n.of != nil {
		return c.fitAlias(n, s, what)
	}
	if !n.shared || c.alias != nil {
		return c.fitNew(n, s, what)
	}
	key := visit{n, s}
	if got, ok := c.done[key]; ok {
		return got
	}
	out := c.fitNew(n, s, what)
	c.done[key] = out
	return out
}

// fitAlias fits an alias. A list or a mapping that was held against the same
// shape at its anchor has had its say there. mostValues bounds what is walked.
func (c *checker) fitAlias(n *Node, s *Shape, what name) *Node {
	if got, ok := c.done[visit{n.of, s}]; ok && got != nil && n.kind != scalar {
		out := *got
		out.At = n.At
		return &out
	}
	if c.alias == nil {
		c.alias = n
		defer func() { c.alias = nil }()
	}
	return c.fitNew(n, s, what)
}

func (c *checker) fitNew(n *Node, s *Shape, what name) *Node {
	switch s.Kind {
	case EitherShape:
		for _, a := range s.Any {
			if a.takes(n.kind) {
				return c.fit(n, a, what)
			}
		}
		return c.wrong(n, s, what)
	case TextShape:
		if n.kind == mapping {
			return c.languages(n, what)
		}
	}
	if !s.takes(n.kind) {
		return c.wrong(n, s, what)
	}
	switch s.Kind {
	case ListShape:
		return c.list(n, s, what)
	case RecordShape:
		return c.record(n, s, what)
	case KeyedShape:
		return c.keyed(n, s, what)
	}
	return c.scalar(n, s, what)
}

func (s *Shape) takes(k kind) bool {
	switch s.Kind {
	case ListShape:
		return k == list
	case RecordShape, KeyedShape:
		return k == mapping
	case TextShape:
		return k == scalar || k == mapping
	case EitherShape:
		return slices.ContainsFunc(s.Any, func(a *Shape) bool { return a.takes(k) })
	}
	return k == scalar
}

func (c *checker) wrong(n *Node, s *Shape, what name) *Node {
	if n.kind == null {
		hint := "write " + s.Noun() + ", or leave the key out"
		if what == (name{}) {
			hint = "write what belongs here, or delete the file"
		}
		c.say(CheckMissing, n.At, what.String()+" is empty", hint)
		return nil
	}
	hint := ""
	switch {
	case s.Kind == ListShape && n.kind == scalar:
		hint = "begin each entry with `- ` on a line of its own, or write [one, two]"
	case s.takes(scalar) && n.kind == list && len(n.items) == 1:
		hint = "take the `- ` or the brackets away"
	case s.takes(scalar) && n.kind == mapping && n.plain:
		hint = "a text that holds `: ` needs quotes around it"
	}
	f := diag.Finding{
		Check:    CheckType,
		Severity: diag.Error,
		Range:    n.At,
		Message:  fmt.Sprintf("%s is %s, not %s", what, s.Noun(), n.word()),
		Hint:     hint,
	}
	if n.kind == scalar {
		f.Value = n.text
	}
	c.add(f)
	return nil
}

func (c *checker) scalar(n *Node, s *Shape, what name) *Node {
	bad := func() *Node {
		f := diag.Finding{
			Check:    CheckType,
			Severity: diag.Error,
			Range:    n.At,
			Value:    n.text,
			Message:  fmt.Sprintf("%s is %s, not %s", what, s.Noun(), n.word()),
		}
		if s.Kind == WordShape && s.Words != nil {
			f.Check = CheckValue
			f.Message = fmt.Sprintf("%s is not %s", what, n.word())
			f.Hint = "it is one of " + strings.Join(s.Words, ", ")
			if f.Nearest = diag.Nearest(n.text, s.Words); f.Nearest != "" {
				f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
				f.Fix = &diag.Fix{Title: "write " + f.Nearest, Edits: []diag.Edit{{Range: n.At, Text: f.Nearest}}}
			}
		}
		c.add(f)
		return nil
	}
	inside := func(v float64, ok bool) *Node {
		if !ok {
			return bad()
		}
		if v < s.Min || v > s.Max {
			c.add(diag.Finding{Check: CheckValue, Severity: diag.Error, Range: n.At, Value: n.text,
				Message: fmt.Sprintf("%s is %s, not %s", what, s.Noun(), n.word()), Hint: fmt.Sprintf("choose a value from %g to %g", s.Min, s.Max)})
			return nil
		}
		return n
	}
	switch s.Kind {
	case TextShape, LineShape:
		if strings.TrimSpace(n.text) == "" {
			c.say(CheckMissing, n.At, what.String()+" is an empty text", "write it, or leave the key out")
			return nil
		}
		if s.Kind == LineShape && strings.Contains(n.text, "\n") {
			return bad()
		}
	case WordShape:
		if s.Words != nil && !slices.Contains(s.Words, n.text) || s.Words == nil && !throughline.Slug(n.text) {
			return bad()
		}
	case NumberShape:
		return inside(n.Number())
	case WholeShape:
		v, ok := n.Whole()
		return inside(float64(v), ok)
	case DaysShape:
		v, ok := n.Days()
		return inside(float64(v), ok)
	}
	return n
}

func (c *checker) list(n *Node, s *Shape, what name) *Node {
	out := *n
	out.items = make([]*Node, 0, len(n.items))
	for i, item := range n.items {
		if got := c.fit(item, s.Of, name{what.key, i + 1}); got != nil {
			out.items = append(out.items, got)
		}
	}
	c.count(n, s, len(n.items), what)
	return &out
}

func (c *checker) count(n *Node, s *Shape, have int, what name) {
	if have < s.Least {
		c.say(CheckMissing, n.At, fmt.Sprintf("%s has %d entries, not %d or more", what, have, s.Least), "add what is missing")
	}
	if s.Most > 0 && have > s.Most {
		c.say(CheckValue, n.At, fmt.Sprintf("%s has %d entries, more than %d", what, have, s.Most), "take some away")
	}
}

func (c *checker) record(n *Node, s *Shape, what name) *Node {
	out := *n
	out.pairs = make([]Pair, 0, len(n.pairs))
	seen := map[string]bool{}
	for _, p := range c.unique(n) {
		f, ok := s.field(p.Key)
		if !ok {
			c.unknown(p, s.offered(), what)
			continue
		}
		if f.Refused != "" {
			c.add(
				diag.Finding{
					Check:    CheckRefused,
					Severity: diag.Error,
					Range:    p.KeyAt,
					Field:    p.Key,
					Message:  what.String() + " may not have " + quote(p.Key),
					Hint:     f.Refused,
				},
			)
			continue
		}
		seen[p.Key] = true
		if p.Value.kind == null && !f.Required {
			continue // "key:" with nothing after it says nothing
		}
		if got := c.fit(p.Value, f.Shape, name{key: p.Key}); got != nil {
			out.pairs = append(out.pairs, Pair{p.Key, p.KeyAt, got})
		}
	}
	for _, f := range s.Fields {
		if f.Required && !seen[f.Key] {
			hint := "add `" + f.Key + ":` (" + f.Doc + ")"
			if f.Example != "" {
				hint = "add `" + f.Example + "` (" + f.Doc + ")"
			}
			c.add(diag.Finding{Check: CheckMissing, Severity: diag.Error, Range: head(n), Field: f.Key,
				Message: fmt.Sprintf("%s has no %q", what, f.Key), Hint: hint})
		}
	}
	return &out
}

func (c *checker) keyed(n *Node, s *Shape, what name) *Node {
	out := *n
	out.pairs = make([]Pair, 0, len(n.pairs))
	seen := map[string]bool{}
	for _, p := range c.unique(n) {
		if s.Words != nil && !slices.Contains(s.Words, p.Key) {
			c.unknown(p, s.Words, what)
			continue
		}
		seen[p.Key] = true
		if got := c.fit(p.Value, s.Of, name{key: p.Key}); got != nil {
			out.pairs = append(out.pairs, Pair{p.Key, p.KeyAt, got})
		}
	}
	if s.Every {
		var absent []string
		for _, w := range s.Words {
			if !seen[w] {
				absent = append(absent, w)
			}
		}
		if len(absent) > 0 {
			c.add(diag.Finding{Check: CheckMissing, Severity: diag.Error, Range: head(n), Field: absent[0],
				Message: fmt.Sprintf(
					"%s has no %s",
					what,
					strings.Join(absent, ", "),
				), Hint: "add `" + absent[0] + ":`; the starter playbook has one to copy"})
		}
	}
	c.count(n, s, len(n.pairs), what)
	return &out
}

// languages checks a text by language.
func (c *checker) languages(n *Node, what name) *Node {
	out := *n
	out.pairs = make([]Pair, 0, len(n.pairs))
	for _, p := range c.unique(n) {
		if !languageTag(p.Key) {
			c.add(diag.Finding{Check: CheckKey, Severity: diag.Error, Range: p.KeyAt, Field: p.Key,
				Message: fmt.Sprintf(
					"%s: %s is no language code",
					what,
					quote(p.Key),
				), Hint: "write a text, or one text a language, such as {en: …, zh: …}; a text that holds `: ` needs quotes"})
			continue
		}
		if p.Value.kind != scalar {
			c.wrong(p.Value, Line(), name{key: p.Key})
			continue
		}
		if got := c.scalar(p.Value, anyText, name{key: p.Key}); got != nil {
			out.pairs = append(out.pairs, Pair{p.Key, p.KeyAt, got})
		}
	}
	if len(out.pairs) == 0 {
		if len(n.pairs) == 0 {
			c.say(CheckMissing, n.At, what.String()+" is an empty text", "write it, or leave the key out")
		}
		return nil
	}
	return &out
}

// languageTag takes "en", "zh", "zh-Hant", "pt-BR".
func languageTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if i == 0 && (len(part) < 2 || len(part) > 3 || part != strings.ToLower(part)) || len(part) > 8 || part == "" {
			return false
		}
		for _, r := range part {
			if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
				return false
			}
		}
	}
	return true
}

// unique gives the entries of a mapping without those whose key stood before.
func (c *checker) unique(n *Node) []Pair {
	const few = 16 // for which looking is quicker than a map
	var first map[string]Pair
	if len(n.pairs) > few {
		first = make(map[string]Pair, len(n.pairs))
	}
	out := make([]Pair, 0, len(n.pairs))
	for _, p := range n.pairs {
		was, twice := first[p.Key]
		if first == nil {
			i := slices.IndexFunc(out, func(o Pair) bool { return o.Key == p.Key })
			if twice = i >= 0; twice {
				was = out[i]
			}
		}
		if twice {
			c.add(diag.Finding{Check: CheckKey, Severity: diag.Error, Range: p.KeyAt, Field: p.Key,
				Message: fmt.Sprintf("key %s stands twice", quote(p.Key)), Hint: "keep one of them",
				Related: []diag.Related{{Range: was.KeyAt, Message: "it stands here first"}}})
			continue
		}
		if first != nil {
			first[p.Key] = p
		}
		out = append(out, p)
	}
	return out
}

func (c *checker) unknown(p Pair, known []string, what name) {
	f := diag.Finding{
		Check:    CheckKey,
		Severity: diag.Error,
		Range:    p.KeyAt,
		Field:    p.Key,
		Message:  fmt.Sprintf("%s has no key %s", what, quote(p.Key)),
	}
	f.Hint = "known are " + some(known)
	if p.Key == "<<" {
		f.Hint = "merging mappings is not done here; write the keys out, or use an alias for a whole value"
	} else if f.Nearest = diag.Nearest(p.Key, known); f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
		f.Fix = &diag.Fix{Title: "write " + f.Nearest, Edits: []diag.Edit{{Range: p.KeyAt, Text: f.Nearest}}}
	}
	c.add(f)
}

// head is where a mapping begins: its first key, rather than all of it.
func head(n *Node) diag.Range {
	if len(n.pairs) > 0 && n.pairs[0].KeyAt.Begin.Line > 0 {
		return n.pairs[0].KeyAt
	}
	return n.At
}
