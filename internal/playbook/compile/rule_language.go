package compile

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/stdlib"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
)

// language is CEL over what a deal of one playbook knows: the parser, and the
// environment in which a rule is type-checked. It declares only the operators
// that the tree has; there are no loops, so a rule costs what it is long.
type language struct {
	knows  []playbook.Attribute
	parser *parser.Parser
	env    *checker.Env
	err    error // of the library; none is known
}

// Attributes are declared under names that no one can write, since theirs may
// be no identifier, or a word that CEL gives a meaning (type, string, list).
func declared(i int) string { return fmt.Sprintf("@%d", i) }

// unknown stands for an attribute that no deal knows, once that is said; any
// comparison with it type-checks.
const unknown = "@unknown"

var comparisons = map[string]segment.Op{
	operators.Equals: segment.Equal, operators.NotEquals: segment.Differs,
	operators.Less: segment.Less, operators.LessEquals: segment.AtMost,
	operators.Greater: segment.More, operators.GreaterEquals: segment.AtLeast}

func sayable(function string) bool {
	_, ok := comparisons[function]
	return ok || slices.Contains([]string{operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.In, operators.Index}, function)
}

func newLanguage(knows []playbook.Attribute) *language {
	l := &language{knows: slices.Clone(knows)}
	if !slices.ContainsFunc(knows, func(k playbook.Attribute) bool { return k.Name == "class" }) {
		l.knows = append(l.knows, playbook.Attribute{Name: "class", Kind: playbook.TextAttribute,
			Values: []string{"transactional", "transactional-informal", "complex", "complex-no-process", "unclassified"}})
	}
	// The hand-written parser of the library is some fifteen times faster at a
	// first rule than the generated one, and says what is wrong in words.
	l.parser, l.err = parser.NewParser(parser.EnablePrattParser(true), parser.EnableVariadicOperatorASTs(true), parser.Macros(parser.HasMacro),
		parser.MaxRecursionDepth(deepestRule), parser.MaxExpressionNodeCount(longestRule), parser.ExpressionSizeCodePointLimit(longestRule))
	if l.err != nil {
		return l
	}
	registry, err := types.NewRegistry()
	if err != nil {
		l.err = err
		return l
	}
	if l.env, l.err = checker.NewEnv(containers.DefaultContainer, registry); l.err != nil {
		return l
	}
	var functions []*decls.FunctionDecl
	for _, f := range stdlib.Functions() {
		if sayable(f.Name()) {
			functions = append(functions, f)
		}
	}
	idents := []*decls.VariableDecl{
		decls.NewVariable("attr", types.NewMapType(types.StringType, types.DynType)),
		decls.NewVariable(unknown, types.DynType),
	}
	for i, k := range l.knows {
		t := types.StringType
		if k.Kind == playbook.NumberAttribute {
			t = types.DoubleType
		}
		idents = append(idents, decls.NewVariable(declared(i), t))
	}
	if l.err = l.env.AddFunctions(functions...); l.err == nil {
		l.err = l.env.AddIdents(idents...)
	}
	return l
}

// parsed reads the text into a tree, and says all that is wrong with it. What
// the translation refuses is said in its words; what only CEL's type checker
// refuses, in those of CEL.
func (r *ruler) parsed() segment.Rule {
	if r.err != nil {
		r.fail(span{0, len(r.src)}, "rules cannot be read: "+r.err.Error(), "")
		return segment.Rule{}
	}
	for i := range r.src {
		r.bytes = append(r.bytes, i)
	}
	r.pairs = brackets(r.src)
	text := common.NewTextSource(r.src)
	tree, errs := r.parser.Parse(text)
	if list := errs.GetErrors(); len(list) > 0 {
		at := 0
		if offset, ok := text.LocationOffset(list[0].Location); ok {
			at = r.byteOf(offset)
		}
		r.syntax(at, strings.TrimPrefix(list[0].Message, "Syntax error: ")) // what follows it would be said about a misreading
		return segment.Rule{}
	}
	// A comparison of the tree takes five nodes of CEL at most, and counts as two.
	if n := ast.NodeCount(tree); n > 3*largestRule {
		r.fail(span{0, len(r.src)}, fmt.Sprintf("the rule costs too much: %d words and signs, more than %d", n, 3*largestRule), tooLarge)
		return segment.Rule{}
	}
	r.measure(tree.Expr(), tree.SourceInfo())
	r.name(tree.Expr())
	checked, errs := checker.Check(tree, text, r.env)
	rule := r.tree(checked.Expr())
	for _, e := range errs.GetErrors() {
		at, ok := r.spans[e.ExprID]
		if !ok {
			at = span{0, len(r.src)}
		}
		if !r.said(at) {
			r.fail(at, lowered(e.Message), canSay)
		}
	}
	return rule
}

// said reports whether an error has been said that touches a part of the rule.
func (r *ruler) said(at span) bool {
	want := r.place(at)
	return slices.ContainsFunc(r.found, func(f diag.Finding) bool {
		return f.Severity == diag.Error && f.Range.Begin.Offset <= want.End.Offset && f.Range.End.Offset >= want.Begin.Offset
	})
}

func lowered(message string) string {
	if message == "" {
		return "cel refuses it"
	}
	return strings.ToLower(message[:1]) + strings.TrimSuffix(message[1:], ".")
}

// syntax says what the parser could not read at a byte of the rule.
func (r *ruler) syntax(at int, message string) {
	word := r.word(at)
	text := r.src[word.from:word.to]
	switch {
	case strings.Contains(message, "recursion limit"):
		for _, b := range r.pairs {
			if b.depth >= deepestRule {
				word = span{b.at, b.at + 1}
				break
			}
		}
		r.fail(word, fmt.Sprintf("the rule nests deeper than %d levels", deepestRule), tooLarge)
	case strings.Contains(message, "has()"):
		r.fail(word, "has( ) asks for attr.name", fmt.Sprintf("write has(attr.%s)", text))
	case strings.Contains(message, "unterminated"):
		quote := strings.IndexAny(r.src[at:], `'"`)
		r.fail(span{at, len(r.src)}, "the text is not closed", fmt.Sprintf("end it with %c", r.src[at+max(quote, 0)]))
	case strings.Contains(message, "unescape"):
		r.fail(span{at, max(word.to, closing(r.src, at))}, "the text holds an escape that CEL does not know", `write \\ for a backslash`)
	case strings.HasPrefix(message, "reserved identifier"):
		r.fail(word, fmt.Sprintf("%q is a word that CEL keeps for itself", text), fmt.Sprintf("write attr[%q]", text))
	case strings.Contains(message, "literal"):
		r.fail(word, r.quoted(word)+" is no number", "write digits, and a point where needed")
	case at >= len(strings.TrimRight(r.src, " ")):
		open := r.open(at)
		if open < 0 {
			r.fail(span{len(r.src) - 1, len(r.src)}, "the rule ends too early", canSay)
			return
		}
		what, end := "parenthesis", ")"
		if r.src[open] == '[' {
			what, end = "list", "]"
		} else if r.src[open] == '{' {
			what, end = "brace", "}"
		}
		r.fail(span{open, open + 1}, "the "+what+" is not closed", "end it with "+end)
	default:
		hint := canSay
		switch {
		case strings.EqualFold(text, "and"), strings.EqualFold(text, "or"), text == "&", text == "|":
			hint = "join with && or ||"
		case text == "=":
			hint = "compare with =="
		case text == ">" && at > 0 && r.src[at-1] == '<':
			hint = "compare with !="
		case text == "!":
			hint = "write !( … ) around a comparison, != between two values"
		}
		r.fail(word, r.quoted(word)+" has no place in a rule", hint)
	}
}

// comparesTo finds the attribute among the two sides of a comparison, and the other side.
func (r *ruler) comparesTo(args []ast.Expr) (attr *playbook.Attribute, other ast.Expr, mirrored, ok bool) {
	if len(args) != 2 {
		return nil, nil, false, false
	}
	a, b := r.attrs[args[0].ID()], r.attrs[args[1].ID()]
	switch {
	case a != nil && b == nil:
		return a, args[1], false, true
	case b != nil && a == nil: // 100 <= seats
		return b, args[0], true, true
	}
	return nil, nil, false, false
}
