// Package segment is a rule about deals as a small tree that every engine can
// render: compare an attribute with a value, ask whether it is among some,
// and, or, not.
//
// Takes: attributes as they were known when a deal opened, as texts.
// Gives: whether a rule holds; the rule's spelling in CEL, and the attributes it asks for.
// Never: parses a spelling (playbook/compile does), knows a deal, or evaluates anything but this tree.
package segment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Op is what a node of the tree does.
type Op string

// The operations. A tree has no others, so that each engine can have all.
const (
	True    Op = "true"
	And     Op = "and"
	Or      Op = "or"
	Not     Op = "not"
	Equal   Op = "=="
	Differs Op = "!="
	Less    Op = "<"
	AtMost  Op = "<="
	More    Op = ">"
	AtLeast Op = ">="
	In      Op = "in"
	Known   Op = "has"
)

// Value is a literal of a rule: a text, or a number.
type Value struct {
	Text   string  `json:"text,omitempty"`
	Number float64 `json:"number,omitempty"`
	IsNum  bool    `json:"is_number,omitempty"`
}

// TextOf makes a text literal.
func TextOf(s string) Value { return Value{Text: s} }

// NumberOf makes a number literal.
func NumberOf(f float64) Value { return Value{Number: f, IsNum: true} }

// Rule is a node of the tree. The zero Rule holds for every deal.
type Rule struct {
	Op     Op      `json:"op,omitempty"`
	Attr   string  `json:"attr,omitempty"`
	Values []Value `json:"values,omitempty"`
	Subs   []Rule  `json:"subs,omitempty"`
}

// Every reports whether the rule holds for every deal.
func (r Rule) Every() bool { return r.Op == "" || r.Op == True }

// Holds reports whether a deal with these attributes belongs to the segment.
// An attribute that is absent fulfils no comparison; "not" of one that fails holds.
func (r Rule) Holds(attrs map[string]string) bool {
	switch r.Op {
	case "", True:
		return true
	case And:
		return !slices.ContainsFunc(r.Subs, func(s Rule) bool { return !s.Holds(attrs) })
	case Or:
		return slices.ContainsFunc(r.Subs, func(s Rule) bool { return s.Holds(attrs) })
	case Not:
		return len(r.Subs) == 1 && !r.Subs[0].Holds(attrs)
	}
	got, ok := attrs[r.Attr]
	switch {
	case r.Op == Known:
		return ok
	case r.Op == Differs:
		return !ok || !slices.ContainsFunc(r.Values, func(v Value) bool { return v.equal(got) })
	case !ok:
		return false
	case r.Op == Equal || r.Op == In:
		return slices.ContainsFunc(r.Values, func(v Value) bool { return v.equal(got) })
	}
	if len(r.Values) != 1 {
		return false
	}
	c, ok := r.Values[0].compare(got)
	return ok && (r.Op == Less && c < 0 || r.Op == AtMost && c <= 0 || r.Op == More && c > 0 || r.Op == AtLeast && c >= 0)
}

func (v Value) equal(got string) bool {
	c, ok := v.compare(got)
	return ok && c == 0
}

// compare gives where an attribute's value lies to the literal; numbers are
// compared as numbers, and a value that is none to no number.
func (v Value) compare(got string) (int, bool) {
	if !v.IsNum {
		return strings.Compare(got, v.Text), true
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(got), 64)
	switch {
	case err != nil || f != f:
		return 0, false
	case f < v.Number:
		return -1, true
	case f > v.Number:
		return 1, true
	}
	return 0, true
}

// Attrs lists the attributes the rule asks for, each once.
func (r Rule) Attrs() []string {
	var out []string
	r.walk(func(s Rule) {
		if s.Attr != "" && !slices.Contains(out, s.Attr) {
			out = append(out, s.Attr)
		}
	})
	return out
}

// Asked gives, for each attribute that the rule compares for being one of some
// texts, those texts.
func (r Rule) Asked() map[string][]string {
	out := map[string][]string{}
	r.walk(func(s Rule) {
		if s.Op != Equal && s.Op != In {
			return
		}
		for _, v := range s.Values {
			if !v.IsNum {
				out[s.Attr] = append(out[s.Attr], v.Text)
			}
		}
	})
	return out
}

// Size is the number of nodes and literals.
func (r Rule) Size() int {
	n := 0
	r.walk(func(s Rule) { n += 1 + len(s.Values) })
	return n
}

func (r Rule) walk(visit func(Rule)) {
	visit(r)
	for _, s := range r.Subs {
		s.walk(visit)
	}
}

// String spells the rule in CEL.
func (r Rule) String() string {
	switch r.Op {
	case "", True:
		return "true"
	case And, Or:
		parts := make([]string, len(r.Subs))
		for i, s := range r.Subs {
			parts[i] = s.String()
			if s.Op == And || s.Op == Or {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, map[Op]string{And: " && ", Or: " || "}[r.Op])
	case Not:
		return "!(" + r.Subs[0].String() + ")"
	case Known:
		return strconv.Quote(r.Attr) + " in attr"
	case In:
		parts := make([]string, len(r.Values))
		for i, v := range r.Values {
			parts[i] = v.String()
		}
		return fmt.Sprintf("%s in [%s]", Name(r.Attr), strings.Join(parts, ", "))
	}
	return fmt.Sprintf("%s %s %s", Name(r.Attr), r.Op, r.Values[0])
}

// String spells the literal in CEL.
func (v Value) String() string {
	if !v.IsNum {
		return strconv.Quote(v.Text)
	}
	s := strconv.FormatFloat(v.Number, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// Name spells an attribute as a rule names it: as it is where it is an
// identifier, in quotes behind attr otherwise.
func Name(attr string) string {
	for i, c := range attr {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return "attr[" + strconv.Quote(attr) + "]"
		}
	}
	if attr == "" {
		return `attr[""]`
	}
	return attr
}
