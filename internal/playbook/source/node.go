package source

import (
	"math"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// Node is a value with its place. Nodes that Read and Parse give have been
// checked: what did not fit its shape is left out. All methods may be called
// on nil, which stands for what is absent.
type Node struct {
	At    diag.Range
	kind  kind
	text  string // scalar, as meant
	plain bool   // scalar written without quotes
	pairs []Pair
	items []*Node
	size  int // values in it, aliases counted each time

	shared bool // has an anchor, so may be met again

	of *Node // of an alias: the value with the anchor
}

// Pair is one entry of a mapping.
type Pair struct {
	Key   string
	KeyAt diag.Range
	Value *Node
}

type kind uint8

const (
	null kind = iota
	scalar
	list
	mapping
)

// Get gives the value of a key.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, p := range n.pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// Pairs gives the entries of a mapping in the order in which they stand.
func (n *Node) Pairs() []Pair {
	if n == nil {
		return nil
	}
	return n.pairs
}

// Items gives the entries of a list.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// With gives the mapping with another value for a key that it has.
func (n *Node) With(key string, value *Node) *Node {
	out := *n
	out.pairs = make([]Pair, len(n.pairs))
	copy(out.pairs, n.pairs)
	for i := range out.pairs {
		if out.pairs[i].Key == key {
			out.pairs[i].Value = value
		}
	}
	return &out
}

// Renamed gives the mapping with each key as name gives it.
func (n *Node) Renamed(name func(key string, at diag.Range) string) *Node {
	out := *n
	out.pairs = make([]Pair, len(n.pairs))
	for i, p := range n.pairs {
		out.pairs[i] = Pair{name(p.Key, p.KeyAt), p.KeyAt, p.Value}
	}
	return &out
}

// Range gives the place of the value, or the fallback where it is absent.
func (n *Node) Range(fallback diag.Range) diag.Range {
	if n == nil {
		return fallback
	}
	return n.At
}

// IsList reports whether the value is a list.
func (n *Node) IsList() bool { return n != nil && n.kind == list }

// String gives a scalar as it was meant, "" for anything else.
func (n *Node) String() string {
	if n == nil || n.kind != scalar {
		return ""
	}
	return n.text
}

// Languages gives a text by language; a plain string is English.
func (n *Node) Languages() map[string]string {
	switch {
	case n == nil:
		return nil
	case n.kind == scalar:
		return map[string]string{"en": strings.TrimSpace(n.text)}
	}
	out := make(map[string]string, len(n.pairs))
	for _, p := range n.pairs {
		out[p.Key] = strings.TrimSpace(p.Value.String())
	}
	return out
}

// Number gives a number, and whether there is one.
func (n *Node) Number() (float64, bool) {
	if n == nil || n.kind != scalar {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// Whole gives a whole number, and whether there is one.
func (n *Node) Whole() (int, bool) {
	v, ok := n.Number()
	if !ok || v != math.Trunc(v) || math.Abs(v) > 1<<50 {
		return 0, false
	}
	return int(v), true
}

// Days gives a duration in days: "60 days", "1 day", "8 weeks", "60".
func (n *Node) Days() (int, bool) {
	if v, ok := n.Whole(); ok {
		return v, true
	}
	count, unit, ok := strings.Cut(strings.TrimSpace(n.String()), " ")
	v, err := strconv.Atoi(count)
	if !ok || err != nil || v < 0 || v > 1_000_000 {
		return 0, false
	}
	switch strings.TrimSpace(unit) {
	case "day", "days":
		return v, true
	case "week", "weeks":
		return 7 * v, true
	}
	return 0, false
}

// word says what a value is, for messages.
func (n *Node) word() string {
	switch n.kind {
	case null:
		return "nothing"
	case list:
		return "a list"
	case mapping:
		return "a mapping"
	}
	return quote(n.text)
}

// quote shortens and quotes what a person wrote.
func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		return strconv.Quote(string(r[:40])) + "…"
	}
	return strconv.Quote(s)
}
