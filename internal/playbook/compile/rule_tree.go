package compile

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
)

var making = ast.NewExprFactory()

// name finds the attributes of an expression and puts their declared names in
// their place; a whole number beside one becomes a number with a point, which
// is the only kind an attribute has.
func (r *ruler) name(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind:
		if n := e.AsIdent(); n != "attr" {
			r.become(e, n, r.spans[e.ID()], "")
		}
	case ast.SelectKind:
		s := e.AsSelect()
		switch {
		case isAttr(s.Operand()) && s.IsTestOnly():
			r.attribute(s.FieldName(), r.spans[e.ID()], "")
		case isAttr(s.Operand()):
			r.become(e, s.FieldName(), r.spans[e.ID()], "")
		case s.Operand().Kind() == ast.IdentKind && r.known(s.Operand().AsIdent()) < 0 && r.known(s.FieldName()) >= 0: // deal.region
			r.become(e, s.Operand().AsIdent(), r.spans[s.Operand().ID()], "write "+s.FieldName()+" alone")
		default:
			r.name(s.Operand())
		}
	case ast.CallKind:
		c := e.AsCall()
		args := c.Args()
		if c.FunctionName() == operators.Index && isAttr(args[0]) {
			if n, ok := text(args[1]); ok {
				r.become(e, n, r.spans[args[1].ID()], "")
				return
			}
		}
		if n, ok := "", false; c.FunctionName() == operators.In && isAttr(args[1]) {
			if n, ok = text(args[0]); ok {
				r.attribute(n, r.spans[args[0].ID()], "")
			}
		}
		if !sayable(c.FunctionName()) {
			return // refused as a whole; its words may be its own, as x in list.exists(x, …)
		}
		for _, a := range args {
			r.name(a)
		}
		if attr, other, _, ok := r.comparesTo(args); ok && attr.Kind != playbook.TextAttribute {
			pointed(other)
		}
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			r.name(x)
		}
	}
}

func isAttr(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == "attr" }

// literal is what a literal says, nil for any other expression.
func literal(e ast.Expr) ref.Val {
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	return e.AsLiteral()
}

func text(e ast.Expr) (string, bool) {
	s, ok := literal(e).(types.String)
	return string(s), ok
}

func pointed(e ast.Expr) {
	switch e.Kind() {
	case ast.LiteralKind:
		if n, ok := literal(e).(types.Int); ok {
			e.SetKindCase(making.NewLiteral(e.ID(), types.Double(n)))
		}
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			pointed(x)
		}
	}
}

func (r *ruler) become(e ast.Expr, name string, at span, hint string) {
	to := unknown
	if i := r.attribute(name, at, hint); i >= 0 {
		to, r.attrs[e.ID()] = declared(i), &r.knows[i]
	} else {
		r.attrs[e.ID()] = &playbook.Attribute{Name: name}
	}
	e.SetKindCase(making.NewIdent(e.ID(), to))
}

func (r *ruler) known(name string) int {
	return slices.IndexFunc(r.knows, func(k playbook.Attribute) bool { return k.Name == name })
}

// attribute finds what a deal knows by its name, or says that there is none.
func (r *ruler) attribute(name string, at span, hint string) int {
	i := r.known(name)
	if i >= 0 {
		return i
	}
	names := make([]string, len(r.knows))
	for j, k := range r.knows {
		names[j] = k.Name
	}
	near := diag.Nearest(name, names)
	switch {
	case hint != "":
	case near != "":
		hint = fmt.Sprintf("did you mean %q?", near)
	default:
		hint = "declare it under `knows:` in playbook.yaml, such as knows: {" + name + ": text}; known are " + strings.Join(names, ", ")
	}
	r.fail(at, fmt.Sprintf("no deal knows %q", name), hint).Nearest = near
	return i
}

// tree translates a checked expression; what no engine can render is refused
// where it stands.
func (r *ruler) tree(e ast.Expr) segment.Rule {
	at := r.spans[e.ID()]
	switch e.Kind() {
	case ast.LiteralKind:
		if yes, ok := e.AsLiteral().(types.Bool); ok && bool(yes) {
			return segment.Rule{Op: segment.True}
		} else if ok {
			return segment.Rule{Op: segment.Not, Subs: []segment.Rule{{Op: segment.True}}}
		}
		r.fail(at, r.quoted(at)+" alone is not yes or no", canSay)
		return segment.Rule{}
	case ast.SelectKind:
		if s := e.AsSelect(); s.IsTestOnly() && isAttr(s.Operand()) {
			return segment.Rule{Op: segment.Known, Attr: s.FieldName()}
		}
	case ast.IdentKind:
		if a := r.attrs[e.ID()]; a == nil || a.Kind != "" { // else it is said that no one knows it
			r.fail(at, r.quoted(at)+" alone is not yes or no", canSay)
		}
		return segment.Rule{}
	case ast.CallKind:
		c := e.AsCall()
		args := c.Args()
		if op, ok := comparisons[c.FunctionName()]; ok {
			return r.comparison(op, args, at)
		}
		switch c.FunctionName() {
		case operators.LogicalAnd:
			return r.joined(segment.And, args)
		case operators.LogicalOr:
			return r.joined(segment.Or, args)
		case operators.LogicalNot:
			if _, yes := literal(args[0]).(types.Bool); r.attrs[args[0].ID()] != nil || literal(args[0]) != nil && !yes {
				r.fail(at, "! takes the next word alone", "write !( … ) around the comparison")
				return segment.Rule{}
			}
			return r.joined(segment.Not, args)
		case operators.In:
			return r.in(args, at)
		}
	}
	r.refuse(at)
	return segment.Rule{}
}

func (r *ruler) joined(op segment.Op, parts []ast.Expr) segment.Rule {
	out := segment.Rule{Op: op, Subs: make([]segment.Rule, len(parts))}
	for i, p := range parts {
		out.Subs[i] = r.tree(p)
	}
	return out
}

var mirror = map[segment.Op]segment.Op{
	segment.Less:    segment.More,
	segment.AtMost:  segment.AtLeast,
	segment.More:    segment.Less,
	segment.AtLeast: segment.AtMost,
}

func (r *ruler) comparison(op segment.Op, args []ast.Expr, at span) segment.Rule {
	attr, other, mirrored, ok := r.comparesTo(args)
	if m, has := mirror[op]; mirrored && has {
		op = m
	}
	if ok {
		v, ok := r.value(attr, other)
		if !ok {
			return segment.Rule{}
		}
		return segment.Rule{Op: op, Attr: attr.Name, Values: []segment.Value{v}}
	}
	said := false
	for _, a := range args { // a call is what is more than a rule can say, not the comparison
		switch {
		case a.Kind() == ast.CallKind && a.AsCall().FunctionName() == operators.LogicalNot && r.attrs[a.AsCall().Args()[0].ID()] != nil:
			r.tree(a) // !region == 'x'
			said = true
		case a.Kind() != ast.IdentKind && a.Kind() != ast.LiteralKind:
			r.refuse(r.spans[a.ID()])
			said = true
		}
	}
	if !said {
		r.fail(at, "a comparison needs an attribute on one side and a literal on the other", canSay)
	}
	return segment.Rule{}
}

func (r *ruler) in(args []ast.Expr, at span) segment.Rule {
	if n, ok := text(args[0]); ok && isAttr(args[1]) {
		return segment.Rule{Op: segment.Known, Attr: n}
	}
	attr := r.attrs[args[0].ID()]
	if attr == nil || args[1].Kind() != ast.ListKind {
		r.fail(at, "`in` asks whether an attribute is one of a list", "write region in ['north', 'south']")
		return segment.Rule{}
	}
	out := segment.Rule{Op: segment.In, Attr: attr.Name}
	for _, x := range args[1].AsList().Elements() {
		if r.attrs[x.ID()] != nil {
			r.fail(r.spans[x.ID()], "a list holds texts or numbers only", canSay)
		} else if v, ok := r.value(attr, x); ok {
			out.Values = append(out.Values, v)
		}
	}
	if args[1].AsList().Size() == 0 {
		r.fail(r.spans[args[1].ID()], "the list is empty, so the rule never holds", "write the values it may have")
	}
	return out
}

// value is a literal, checked against the attribute it is compared with.
func (r *ruler) value(attr *playbook.Attribute, e ast.Expr) (segment.Value, bool) {
	at := r.spans[e.ID()]
	src := r.src[at.from:at.to]
	if e.Kind() != ast.LiteralKind {
		r.refuse(at)
		return segment.Value{}, false
	}
	number := attr.Kind == playbook.NumberAttribute
	switch v := e.AsLiteral().(type) {
	case types.String:
		if number {
			r.fail(at, fmt.Sprintf("%s is a number, and %s is a text", attr.Name, src), "take the quotes away")
			return segment.Value{}, false
		}
		if len(attr.Values) > 0 && !slices.Contains(attr.Values, string(v)) {
			f := r.fail(at, fmt.Sprintf("%s is never %q", attr.Name, string(v)), "it is one of "+strings.Join(attr.Values, ", "))
			f.Severity = diag.Warning
			if f.Nearest = diag.Nearest(string(v), attr.Values); f.Nearest != "" {
				f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
			}
		}
		return segment.TextOf(string(v)), true
	case types.Double, types.Int:
		if attr.Kind == playbook.TextAttribute {
			r.fail(at, fmt.Sprintf("%s is a text, and %s is a number", attr.Name, src), "put it in quotes, or declare the attribute as a number under `knows:`")
			return segment.Value{}, false
		}
		f, _ := v.(types.Double)
		return segment.NumberOf(float64(f)), true
	case types.Uint:
		r.fail(at, fmt.Sprintf("%s is another kind of number than an attribute has", src), "write it without the u: "+strings.TrimRight(src, "uU"))
	case types.Null:
		r.fail(at, "nothing is null in a rule", fmt.Sprintf("ask !(%q in attr)", attr.Name))
	default:
		r.refuse(at)
	}
	return segment.Value{}, false
}
