package mining

import (
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/segment"
)

// Condition is one thing a rule asks of an attribute as it was when the case
// opened: to be among some values, or to lie between two bounds.
type Condition struct {
	Attr   string           `json:"attr"`
	Not    bool             `json:"not,omitempty"` // the opposite holds, which a case without a value fulfils
	In     []eventlog.Value `json:"-"`
	Values []string         `json:"in,omitempty"`      // In, as spelt
	AtMost *float64         `json:"at_most,omitempty"` // where In is empty
}

// Holds reports whether a value fulfils the condition.
func (c Condition) Holds(v eventlog.Value) bool {
	in := false
	if c.AtMost != nil {
		f, ok := number(v)
		in = ok && f <= *c.AtMost
	} else {
		in = !v.IsMissing() && slices.ContainsFunc(c.In, v.Equal)
	}
	return in != c.Not
}

// number reads a value that is a number or is spelt as one.
func number(v eventlog.Value) (float64, bool) {
	switch v.Type {
	case eventlog.Int, eventlog.Float:
		f := v.Float()
		return f, f == f
	case eventlog.String:
		f, err := strconv.ParseFloat(strings.TrimSpace(v.Text()), 64)
		return f, err == nil && f == f
	}
	return 0, false
}

// Segment gives the condition in the playbook's rule language.
func (c Condition) Segment() segment.Rule {
	r := segment.Rule{Attr: c.Attr}
	switch {
	case c.AtMost != nil:
		r.Op, r.Values = segment.AtMost, []segment.Value{segment.NumberOf(*c.AtMost)}
	case len(c.In) == 1 && c.Not:
		return segment.Rule{Op: segment.Differs, Attr: c.Attr, Values: []segment.Value{literal(c.In[0])}}
	case len(c.In) == 1:
		r.Op, r.Values = segment.Equal, []segment.Value{literal(c.In[0])}
	default:
		r.Op = segment.In
		for _, v := range c.In {
			r.Values = append(r.Values, literal(v))
		}
	}
	if c.Not {
		return segment.Rule{Op: segment.Not, Subs: []segment.Rule{r}}
	}
	return r
}

func literal(v eventlog.Value) segment.Value {
	if v.Type == eventlog.Int || v.Type == eventlog.Float {
		return segment.NumberOf(v.Float())
	}
	return segment.TextOf(v.Text())
}

// Rule says which cases belong to a group: those for which all conditions of
// at least one branch hold. No branch at all means every case.
type Rule [][]Condition

// Segment gives the rule in the playbook's rule language.
func (r Rule) Segment() segment.Rule {
	ways := make([]segment.Rule, len(r))
	for i, branch := range r {
		parts := make([]segment.Rule, len(branch))
		for k, c := range branch {
			parts[k] = c.Segment()
		}
		ways[i] = joined(segment.And, parts)
	}
	return joined(segment.Or, ways)
}

func joined(op segment.Op, parts []segment.Rule) segment.Rule {
	switch len(parts) {
	case 0:
		return segment.Rule{Op: segment.True}
	case 1:
		return parts[0]
	}
	return segment.Rule{Op: op, Subs: parts}
}

// String spells the rule in CEL, "true" for every case.
func (r Rule) String() string { return r.Segment().String() }

// MarshalText spells the rule.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Holds reports whether a case belongs to the group.
func (r Rule) Holds(value func(attr string) eventlog.Value) bool {
	return len(r) == 0 || slices.ContainsFunc(r, func(branch []Condition) bool {
		return !slices.ContainsFunc(branch, func(c Condition) bool { return !c.Holds(value(c.Attr)) })
	})
}

// Attrs lists the attributes the rule asks for, each once, in order of appearance.
func (r Rule) Attrs() []string {
	var out []string
	for _, branch := range r {
		for _, c := range branch {
			if !slices.Contains(out, c.Attr) {
				out = append(out, c.Attr)
			}
		}
	}
	return out
}

// tidy joins what branches say of one attribute.
func (r Rule) tidy() Rule {
	out := make(Rule, len(r))
	for i, branch := range r {
		out[i] = tidyBranch(branch)
	}
	if len(out) < 2 { // several branches that speak of the values of one attribute are one list
		return out
	}
	union := setOf{not: false}
	for i, branch := range out {
		if len(branch) != 1 || branch[0].AtMost != nil || branch[0].Attr != out[0][0].Attr {
			return out
		}
		s := setOf{branch[0].Not, branch[0].In}
		if i == 0 {
			union = s
		} else {
			union = union.or(s)
		}
	}
	if union.not && len(union.of) == 0 {
		return nil
	}
	return Rule{{union.condition(out[0][0].Attr)}}
}

// tidyBranch keeps the closest bounds and joins lists of one attribute.
func tidyBranch(branch []Condition) []Condition {
	var out []Condition
	for _, c := range branch {
		i := slices.IndexFunc(out, func(o Condition) bool {
			return o.Attr == c.Attr && (o.AtMost != nil) == (c.AtMost != nil) && (c.AtMost == nil || o.Not == c.Not)
		})
		switch {
		case i < 0:
			out = append(out, c)
		case c.AtMost == nil:
			out[i] = setOf{out[i].Not, out[i].In}.and(setOf{c.Not, c.In}).condition(c.Attr)
		case !c.Not && *c.AtMost < *out[i].AtMost, c.Not && *c.AtMost > *out[i].AtMost:
			out[i].AtMost = c.AtMost
		}
	}
	return out
}

// setOf is a list of values, or everything but a list.
type setOf struct {
	not bool
	of  []eventlog.Value
}

func (s setOf) has(v eventlog.Value) bool { return slices.ContainsFunc(s.of, v.Equal) }

func (s setOf) opposite() setOf { return setOf{!s.not, s.of} }

func (s setOf) and(t setOf) setOf {
	switch {
	case s.not && t.not:
		return setOf{true, append(slices.Clone(s.of), slices.DeleteFunc(slices.Clone(t.of), s.has)...)}
	case s.not:
		s, t = t, s
	}
	return setOf{false, slices.DeleteFunc(slices.Clone(s.of), func(v eventlog.Value) bool { return t.has(v) == t.not })}
}

func (s setOf) or(t setOf) setOf { return s.opposite().and(t.opposite()).opposite() }

func (s setOf) condition(attr string) Condition {
	slices.SortFunc(s.of, func(a, b eventlog.Value) int {
		if o, ok := eventlog.Compare(a, b); ok {
			return o
		}
		return strings.Compare(a.Text(), b.Text())
	})
	c := Condition{Attr: attr, Not: s.not, In: s.of}
	for _, v := range s.of {
		c.Values = append(c.Values, v.Text())
	}
	return c
}
