package compile

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/internal/segment"
)

// CheckRule is a segment rule that does not type-check, costs too much, or
// asks for what the small tree cannot say.
const CheckRule = "playbook-rule"

// Bounds of a rule: one that a person can read is a tenth of each.
const (
	longestRule = 2000 // bytes
	largestRule = 200  // nodes and values of the tree
	deepestRule = 50   // parentheses and calls inside one another
)

const (
	tooLarge = "name the group once, as an attribute of the deal, and ask for that"
	canSay   = "a rule compares attributes with literals (region == 'federal', seats >= 100), asks `in [..]`, and joins with &&, || and !( )"
)

// knows reads what a deal knows when it opens.
func (c *compiler) knows(p *playbook.Playbook, n *source.Node) {
	for _, e := range n.Get("knows").Pairs() {
		k := playbook.Attribute{Name: e.Key, Kind: playbook.TextAttribute, At: e.KeyAt}
		switch {
		case e.Value.IsList():
			k.Values = lines(e.Value)
		case e.Value.String() == string(playbook.NumberAttribute):
			k.Kind = playbook.NumberAttribute
		}
		p.Knows = append(p.Knows, k)
	}
}

// rules turns the rule of each process into its small tree. The language is
// made at the first rule, so that a playbook without one does not pay for it.
func (c *compiler) rules(p *playbook.Playbook) {
	var l *language
	for i := range p.Processes {
		w := &p.Processes[i].When
		if w.CEL == "" {
			continue
		}
		if l == nil {
			l = newLanguage(p.Knows)
		}
		tree, found := l.read(*w, func() string { return c.written(w.At) })
		w.Tree = tree
		c.found = append(c.found, found...)
	}
}

// refuse takes the words of foreign stages away from processes whose rule was
// refused: they would bring deals into them by the other door.
func (c *compiler) refuse(p *playbook.Playbook) {
	for _, pr := range p.Processes {
		if !pr.When.Refused() {
			continue
		}
		for word, to := range p.Mapping.Stages {
			if slices.ContainsFunc(pr.Stages, func(s playbook.Stage) bool { return s.Addr == to.Stage }) {
				delete(p.Mapping.Stages, word)
			}
		}
	}
}

// written is the text of a file between two places, "" where it cannot be read
// again. It is asked for only where something is wrong.
func (c *compiler) written(at diag.Range) string {
	text, err := fs.ReadFile(c.fsys, at.File)
	if err != nil || at.Begin.Offset > at.End.Offset || at.End.Offset > len(text) {
		return ""
	}
	return string(text[at.Begin.Offset:at.End.Offset])
}

// read parses, type-checks and translates one rule. A rule with an error has
// the zero tree. See docs/decisions/0006-rules-are-a-part-of-cel.md.
func (l *language) read(w playbook.Rule, written func() string) (segment.Rule, diag.Findings) {
	r := &ruler{language: l, rule: w, src: w.CEL, written: written, spans: map[int64]span{}, attrs: map[int64]*playbook.Attribute{}}
	whole := span{0, len(r.src)}
	if len(r.src) > longestRule {
		r.fail(whole, fmt.Sprintf("the rule costs too much: it has %d bytes, and may have %d", len(r.src), longestRule), tooLarge)
		return segment.Rule{}, r.found
	}
	tree := r.parsed()
	if n := tree.Size(); n > largestRule && !r.found.Errors() {
		r.fail(whole, fmt.Sprintf("the rule costs too much: %d comparisons and values, more than %d", n, largestRule), tooLarge)
	}
	if r.found.Errors() {
		return segment.Rule{}, r.found
	}
	return tree, r.found
}

// span is a part of a rule's text, in bytes.
type span struct{ from, to int }

func (s span) with(o span) span { return span{min(s.from, o.from), max(s.to, o.to)} }

// ruler reads one rule.
type ruler struct {
	*language
	rule  playbook.Rule
	src   string
	bytes []int                         // where each character of src begins; CEL counts those
	pairs []bracket                     // the brackets of src
	spans map[int64]span                // where each expression stands
	attrs map[int64]*playbook.Attribute // which expressions are an attribute
	found diag.Findings

	written func() string // the rule as it is written in its file
	places  []diag.Pos    // once asked for: where each byte of src stands, empty where that is not known
}

func (r *ruler) fail(at span, message, hint string) *diag.Finding {
	at.from = min(max(at.from, 0), len(r.src))
	at.to = min(max(at.to, at.from), len(r.src))
	r.found = append(
		r.found,
		diag.Finding{Check: CheckRule, Severity: diag.Error, Range: r.place(at), Message: message, Hint: hint, Value: r.src[at.from:at.to]},
	)
	return &r.found[len(r.found)-1]
}

func (r *ruler) refuse(at span) {
	r.fail(at, r.quoted(at)+" is more than a rule can say", canSay)
}

// quoted is a part of the rule for a message, which is one sentence however
// long the part is.
func (r *ruler) quoted(at span) string {
	text := r.src[at.from:at.to]
	if chars := []rune(text); len(chars) > 60 {
		return strconv.Quote(string(chars[:60])) + "…"
	}
	return strconv.Quote(text)
}
