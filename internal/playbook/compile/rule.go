package compile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
	deepestRule = 50   // parentheses and negations inside one another
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

// rules turns the rule of each process into its small tree.
func (c *compiler) rules(p *playbook.Playbook) {
	for i := range p.Processes {
		if w := &p.Processes[i].When; w.CEL != "" {
			w.Tree = c.rule(*w, p.Knows)
		}
	}
}

// rule parses and type-checks. The language is the part of CEL that the tree
// can say, so everything accepted here is CEL with the same meaning (save that
// a whole number may stand for one with a point), and everything else that CEL
// allows is refused where it stands. See docs/decisions.
func (c *compiler) rule(w playbook.Rule, knows []playbook.Attribute) segment.Rule {
	r := &ruler{rule: w, src: w.CEL, knows: knows}
	if len(r.src) > longestRule {
		r.fail(0, len(r.src), fmt.Sprintf("the rule costs too much: it has %d bytes, and may have %d", len(r.src), longestRule), tooLarge)
	}
	r.next()
	tree := r.or()
	if r.tok.kind != endToken {
		r.refuse(r.tok.from, r.tok.to)
	}
	if n := tree.Size(); n > largestRule {
		r.fail(0, len(r.src), fmt.Sprintf("the rule costs too much: %d comparisons and values, more than %d", n, largestRule), tooLarge)
	}
	c.found = append(c.found, r.warned...)
	if r.failed != nil {
		c.found = append(c.found, *r.failed)
		return segment.Rule{}
	}
	return tree
}

const (
	tooLarge = "name the group once, as an attribute of the deal, and ask for that"
	canSay   = "a rule compares attributes with literals (region == 'federal', seats >= 100), asks `in [..]`, and joins with &&, || and !( )"
)

type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	textToken
	numberToken
	signToken
	badToken
)

type ruleToken struct {
	kind     tokenKind
	text     string // the word, the sign, or what the literal means
	number   float64
	from, to int
}

// ruler reads one rule; the first failure stands, since what follows it would
// be said about a misreading.
type ruler struct {
	rule   playbook.Rule
	src    string
	at     int
	depth  int
	tok    ruleToken
	knows  []playbook.Attribute
	failed *diag.Finding
	warned diag.Findings
}

var signs = []string{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "-"}

func (r *ruler) next() {
	for r.at < len(r.src) && strings.IndexByte(" \t\r\n", r.src[r.at]) >= 0 {
		r.at++
	}
	from := r.at
	r.tok = ruleToken{kind: endToken, from: from, to: from}
	if r.failed != nil || from >= len(r.src) {
		return
	}
	c := r.src[from]
	switch {
	case c == '\'' || c == '"':
		r.text(c)
	case c >= '0' && c <= '9':
		for r.at < len(r.src) && (wordByte(r.src[r.at]) || r.src[r.at] == '.' || (r.src[r.at] == '-' || r.src[r.at] == '+') && strings.IndexByte("eE", r.src[r.at-1]) >= 0) {
			r.at++
		}
		f, err := strconv.ParseFloat(r.src[from:r.at], 64)
		r.tok = ruleToken{kind: numberToken, number: f, from: from, to: r.at}
		if err != nil || strings.ContainsAny(r.src[from:r.at], "xX_") {
			r.fail(from, r.at, fmt.Sprintf("%q is no number", r.src[from:r.at]), "write digits, and a point where needed")
		}
	case wordByte(c):
		for r.at < len(r.src) && wordByte(r.src[r.at]) {
			r.at++
		}
		r.tok = ruleToken{kind: nameToken, text: r.src[from:r.at], from: from, to: r.at}
		if r.at < len(r.src) && (r.src[r.at] == '\'' || r.src[r.at] == '"') {
			r.fail(from, r.at+1, "a text has nothing before its quote", "write '…' or \"…\"")
		}
	default:
		for _, s := range signs {
			if strings.HasPrefix(r.src[from:], s) {
				r.at += len(s)
				r.tok = ruleToken{kind: signToken, text: s, from: from, to: r.at}
				return
			}
		}
		_, size := utf8.DecodeRuneInString(r.src[from:])
		r.at += size
		r.tok = ruleToken{kind: badToken, from: from, to: r.at}
		hint := canSay
		if c == '=' {
			hint = "compare with =="
		} else if c == '&' || c == '|' {
			hint = "join with && or ||"
		}
		r.fail(from, r.at, fmt.Sprintf("%q has no place in a rule", r.src[from:r.at]), hint)
	}
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// text reads a literal in quotes, with CEL's plain escapes.
func (r *ruler) text(quote byte) {
	from := r.at
	var b strings.Builder
	for r.at++; r.at < len(r.src); r.at++ {
		c := r.src[r.at]
		switch {
		case c == quote:
			r.at++
			r.tok = ruleToken{kind: textToken, text: b.String(), from: from, to: r.at}
			return
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		r.at++
		if r.at == len(r.src) {
			break
		}
		switch e := r.src[r.at]; e {
		case '\\', '\'', '"', '`', '?':
			b.WriteByte(e)
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'u':
			n, err := strconv.ParseUint(r.src[min(r.at+1, len(r.src)):min(r.at+5, len(r.src))], 16, 32)
			if err != nil || r.at+5 > len(r.src) || !utf8.ValidRune(rune(n)) {
				r.fail(r.at-1, r.at+1, "four digits follow \\u", "write the character itself")
				return
			}
			b.WriteRune(rune(n))
			r.at += 4
		default:
			r.fail(r.at-1, r.at+1, fmt.Sprintf("%q is no escape", r.src[r.at-1:r.at+1]), `write \\ for a backslash`)
			return
		}
	}
	r.fail(from, len(r.src), "the text is not closed", fmt.Sprintf("end it with %c", quote))
}

func (r *ruler) sign(s string) bool {
	if r.tok.kind == signToken && r.tok.text == s && r.failed == nil {
		r.next()
		return true
	}
	return false
}

func (r *ruler) or() segment.Rule  { return r.joined("||", segment.Or, r.and) }
func (r *ruler) and() segment.Rule { return r.joined("&&", segment.And, r.one) }

func (r *ruler) joined(sign string, op segment.Op, part func() segment.Rule) segment.Rule {
	first := part()
	if r.tok.kind != signToken || r.tok.text != sign {
		return first
	}
	out := segment.Rule{Op: op, Subs: []segment.Rule{first}}
	for r.sign(sign) {
		out.Subs = append(out.Subs, part())
	}
	return out
}

// one reads a comparison, a negation, a group, or true or false.
func (r *ruler) one() segment.Rule {
	r.depth++
	defer func() { r.depth-- }()
	from := r.tok.from
	switch {
	case r.depth > deepestRule:
		r.fail(from, r.tok.to, fmt.Sprintf("the rule nests deeper than %d levels", deepestRule), tooLarge)
		return segment.Rule{}
	case r.sign("("):
		in := r.or()
		if !r.sign(")") {
			r.fail(from, from+1, "the parenthesis is not closed", "end it with )")
		}
		return in
	case r.sign("!"):
		if (r.tok.kind != signToken || r.tok.text != "(" && r.tok.text != "!") && r.tok.text != "true" && r.tok.text != "false" {
			r.fail(from, r.tok.to, "! takes the next word alone", "write !( … ) around the comparison")
			return segment.Rule{}
		}
		return segment.Rule{Op: segment.Not, Subs: []segment.Rule{r.one()}}
	case r.tok.kind == nameToken && (r.tok.text == "true" || r.tok.text == "false"):
		yes := r.tok.text == "true"
		r.next()
		if yes {
			return segment.Rule{Op: segment.True}
		}
		return segment.Rule{Op: segment.Not, Subs: []segment.Rule{{Op: segment.True}}}
	}
	return r.comparison()
}

var comparisons = map[string]segment.Op{"==": segment.Equal, "!=": segment.Differs, "<": segment.Less, "<=": segment.AtMost, ">": segment.More, ">=": segment.AtLeast}
var mirrored = map[segment.Op]segment.Op{segment.Less: segment.More, segment.AtMost: segment.AtLeast, segment.More: segment.Less, segment.AtLeast: segment.AtMost}

// operand is one side of a comparison: an attribute, or a literal.
type operand struct {
	attr     *playbook.Attribute
	value    segment.Value
	from, to int
}

func (r *ruler) comparison() segment.Rule {
	a := r.operand()
	if r.failed != nil {
		return segment.Rule{}
	}
	if r.tok.kind == nameToken && r.tok.text == "in" {
		r.next()
		return r.in(a)
	}
	op, ok := comparisons[r.tok.text]
	if r.tok.kind != signToken || !ok {
		r.fail(a.from, a.to, fmt.Sprintf("%q alone is not yes or no", r.src[a.from:a.to]), canSay)
		return segment.Rule{}
	}
	r.next()
	b := r.operand()
	if a.attr == nil && b.attr != nil { // 100 <= seats
		a, b = b, a
		if m, ok := mirrored[op]; ok {
			op = m
		}
	}
	if r.failed == nil && (a.attr == nil || b.attr != nil) {
		r.fail(min(a.from, b.from), max(a.to, b.to), "a comparison needs an attribute on one side and a literal on the other", canSay)
	}
	if r.failed != nil {
		return segment.Rule{}
	}
	r.typed(a, b)
	return segment.Rule{Op: op, Attr: a.attr.Name, Values: []segment.Value{b.value}}
}

func (r *ruler) in(a operand) segment.Rule {
	if a.attr == nil && r.tok.kind == nameToken && r.tok.text == "attr" && !a.value.IsNum {
		r.next()
		r.known(a.value.Text, a.from, a.to)
		return segment.Rule{Op: segment.Known, Attr: a.value.Text}
	}
	open := r.tok
	if a.attr == nil || !r.sign("[") {
		r.fail(a.from, open.to, "`in` asks whether an attribute is one of a list", "write region in ['north', 'south']")
		return segment.Rule{}
	}
	out := segment.Rule{Op: segment.In, Attr: a.attr.Name}
	for r.failed == nil && !r.sign("]") {
		v := r.operand()
		if r.failed == nil && v.attr != nil {
			r.fail(v.from, v.to, "a list holds texts or numbers only", canSay)
		}
		if r.failed != nil {
			break
		}
		r.typed(a, v)
		out.Values = append(out.Values, v.value)
		if !r.sign(",") && (r.tok.kind != signToken || r.tok.text != "]") {
			r.fail(open.from, open.to, "the list is not closed", "end it with ]")
		}
	}
	if r.failed == nil && len(out.Values) == 0 {
		r.fail(open.from, r.at, "the list is empty, so the rule never holds", "write the values it may have")
	}
	return out
}

func (r *ruler) operand() operand {
	o := operand{from: r.tok.from, to: r.tok.to}
	t := r.tok
	switch {
	case r.sign("-"):
		if r.tok.kind != numberToken {
			r.refuse(t.from, r.tok.to)
			return o
		}
		o.value, o.to = segment.NumberOf(-r.tok.number), r.tok.to
		r.next()
	case t.kind == numberToken:
		o.value = segment.NumberOf(t.number)
		r.next()
	case t.kind == textToken:
		o.value = segment.TextOf(t.text)
		r.next()
	case t.kind == nameToken && t.text == "attr":
		r.next()
		name := r.tok
		switch {
		case r.sign("."):
			name = r.tok
			if name.kind != nameToken {
				r.refuse(t.from, name.to)
				return o
			}
			o.to = name.to
			r.next()
		case r.sign("["):
			name = r.tok
			r.next()
			o.to = r.tok.to
			if name.kind != textToken || !r.sign("]") {
				r.refuse(t.from, o.to)
				return o
			}
		default:
			r.refuse(t.from, t.to)
			return o
		}
		o.attr = r.known(name.text, name.from, name.to)
	case t.kind == nameToken:
		r.next()
		if r.tok.kind == signToken && (r.tok.text == "(" || r.tok.text == "." || r.tok.text == "[") {
			r.refuse(t.from, r.tok.to)
			return o
		}
		o.attr = r.known(t.text, t.from, t.to)
	default:
		r.refuse(t.from, t.to)
	}
	return o
}

// known finds an attribute by name; the buying class is always one.
func (r *ruler) known(name string, from, to int) *playbook.Attribute {
	if i := slices.IndexFunc(r.knows, func(k playbook.Attribute) bool { return k.Name == name }); i >= 0 {
		return &r.knows[i]
	}
	if name == "class" {
		return &classAttribute
	}
	known := []string{"class"}
	for _, k := range r.knows {
		known = append(known, k.Name)
	}
	hint := "declare it under `knows:` in playbook.yaml, such as knows: {" + name + ": text}; known are " + strings.Join(known, ", ")
	near := diag.Nearest(name, known)
	if near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	if f := r.fail(from, to, fmt.Sprintf("no deal knows %q", name), hint); f != nil {
		f.Nearest = near
	}
	return &playbook.Attribute{Name: name}
}

var classAttribute = playbook.Attribute{Name: "class", Kind: playbook.TextAttribute,
	Values: []string{"transactional", "transactional-informal", "complex", "complex-no-process", "unclassified"}}

// typed checks a literal against the attribute it is compared with.
func (r *ruler) typed(a, v operand) {
	number := a.attr.Kind == playbook.NumberAttribute
	switch {
	case number != v.value.IsNum && number:
		r.fail(v.from, v.to, fmt.Sprintf("%s is a number, and %s is a text", a.attr.Name, r.src[v.from:v.to]), "take the quotes away")
	case number != v.value.IsNum:
		r.fail(v.from, v.to, fmt.Sprintf("%s is a text, and %s is a number", a.attr.Name, r.src[v.from:v.to]), "put it in quotes, or declare the attribute as a number under `knows:`")
	case !number && len(a.attr.Values) > 0 && !slices.Contains(a.attr.Values, v.value.Text):
		f := r.finding(v.from, v.to, fmt.Sprintf("%s is never %q", a.attr.Name, v.value.Text), "it is one of "+strings.Join(a.attr.Values, ", "))
		f.Severity = diag.Warning
		if f.Nearest = diag.Nearest(v.value.Text, a.attr.Values); f.Nearest != "" {
			f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
		}
		r.warned = append(r.warned, f)
	}
}

func (r *ruler) refuse(from, to int) {
	if from >= len(r.src) {
		r.fail(max(0, len(r.src)-1), len(r.src), "the rule ends too early", canSay)
		return
	}
	r.fail(from, to, fmt.Sprintf("%q is more than a rule can say", r.src[from:min(max(to, from+1), len(r.src))]), canSay)
}

func (r *ruler) fail(from, to int, message, hint string) *diag.Finding {
	if r.failed != nil {
		return nil
	}
	f := r.finding(from, to, message, hint)
	r.failed = &f
	r.tok = ruleToken{kind: endToken, from: len(r.src), to: len(r.src)}
	return r.failed
}

// finding stands at a part of the rule. A rule is one line; where it is
// quoted, the quote is one byte before it, and where quoting changed its
// length the whole of it is underlined.
func (r *ruler) finding(from, to int, message, hint string) diag.Finding {
	at := r.rule.At
	from, to = min(max(from, 0), len(r.src)), min(max(to, from), len(r.src))
	wide := at.End.Column - at.Begin.Column
	if at.End.Line == at.Begin.Line && (wide == len(r.src) || wide == len(r.src)+2) {
		shift := (wide - len(r.src)) / 2
		move := func(n int) diag.Pos {
			return diag.Pos{Line: at.Begin.Line, Column: at.Begin.Column + shift + n, Offset: at.Begin.Offset + shift + n}
		}
		at = diag.Range{File: at.File, Begin: move(from), End: move(to)}
	}
	return diag.Finding{Check: CheckRule, Severity: diag.Error, Range: at, Message: message, Hint: hint, Value: r.src[from:to]}
}
