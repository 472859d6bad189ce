package compile

import (
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/common/ast"
)

// bracket is one of a rule's brackets: where it opens, where it closes (-1
// where it does not), and how many are open around it.
type bracket struct{ at, to, depth int }

// brackets finds those that stand outside texts and comments.
func brackets(src string) []bracket {
	var all []bracket
	var open []int
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case '\'', '"':
			i = closing(src, i) - 1
		case '/':
			if strings.HasPrefix(src[i:], "//") {
				if i += strings.IndexByte(src[i:]+"\n", '\n'); i >= len(src) {
					return all
				}
			}
		case '(', '[', '{':
			open = append(open, len(all))
			all = append(all, bracket{i, -1, len(open) - 1})
		case ')', ']', '}':
			if n := len(open); n > 0 {
				all[open[n-1]].to = i
				open = open[:n-1]
			}
		}
	}
	return all
}

// closing gives the end of the text whose first quote, or the r before it,
// stands at i: the end of the rule where it is not closed.
func closing(src string, i int) int {
	raw := i > 0 && (src[i-1] == 'r' || src[i-1] == 'R')
	for i < len(src) && src[i] != '\'' && src[i] != '"' {
		raw = raw || src[i] == 'r' || src[i] == 'R'
		i++
	}
	if i == len(src) {
		return i
	}
	quote := src[i : i+1]
	if three := strings.Repeat(quote, 3); strings.HasPrefix(src[i:], three) {
		quote = three
	}
	for i += len(quote); i < len(src); i++ {
		switch {
		case src[i] == '\\' && !raw:
			i++
		case strings.HasPrefix(src[i:], quote):
			return i + len(quote)
		}
	}
	return len(src)
}

// open is the innermost bracket that is open before a byte and never closed, or -1.
func (r *ruler) open(before int) int {
	for i := len(r.pairs) - 1; i >= 0; i-- {
		if b := r.pairs[i]; b.at < before && b.to < 0 {
			return b.at
		}
	}
	return -1
}

// byteOf turns CEL's count of characters into one of bytes.
func (r *ruler) byteOf(char int32) int {
	if char < 0 || int(char) >= len(r.bytes) {
		return len(r.src)
	}
	return r.bytes[char]
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// word is the word or the one character at a byte.
func (r *ruler) word(at int) span {
	to := at
	for to < len(r.src) && (wordByte(r.src[to]) || at < to && r.src[at] >= '0' && r.src[at] <= '9' && r.src[to] == '.') {
		to++
	}
	if to == at && at < len(r.src) {
		_, size := utf8.DecodeRuneInString(r.src[at:])
		to += size
	}
	return span{at, to}
}

// measure finds the part of the text that each expression takes. The parser
// gives the place of the one sign that makes an expression; its parts, and the
// bracket it opens, widen that.
func (r *ruler) measure(e ast.Expr, info *ast.SourceInfo) span {
	s := span{len(r.src), 0}
	sign := s
	if o, ok := info.GetOffsetRange(e.ID()); ok {
		sign = span{r.byteOf(o.Start), r.byteOf(o.Stop)}
		s = sign
	}
	var parts []ast.Expr
	switch e.Kind() {
	case ast.CallKind:
		c := e.AsCall()
		if parts = c.Args(); c.IsMemberFunction() {
			parts = append([]ast.Expr{c.Target()}, parts...)
		} else if sign.from < len(r.src) && r.src[sign.from] == '(' {
			s = r.called(s)
		}
	case ast.SelectKind:
		parts = []ast.Expr{e.AsSelect().Operand()}
		if e.AsSelect().IsTestOnly() {
			s = r.called(s)
		} else {
			s.to = r.word(r.skip(sign.to)).to
		}
	case ast.ListKind:
		parts = e.AsList().Elements()
	case ast.LiteralKind:
		if sign.from < len(r.src) && r.src[sign.from] == '-' { // the parser gives the sign of a number alone
			s.to = r.number(r.skip(sign.from + 1))
		}
	}
	for _, p := range parts {
		s = s.with(r.measure(p, info))
	}
	for again := true; again; { // a bracket that is opened within is closed within, and the other way round
		again = false
		for _, b := range r.pairs {
			opens, closes := b.at >= s.from && b.at < s.to, b.to >= s.from && b.to < s.to
			if opens != closes && b.to >= 0 {
				s, again = s.with(span{b.at, b.to + 1}), true
			}
		}
	}
	s.to = max(s.to, s.from)
	r.spans[e.ID()] = s
	return s
}

// called widens the bracket of a call by the name before it.
func (r *ruler) called(s span) span {
	for s.from > 0 && strings.IndexByte(" \t\r\n", r.src[s.from-1]) >= 0 {
		s.from--
	}
	for s.from > 0 && (wordByte(r.src[s.from-1]) || r.src[s.from-1] == '.') {
		s.from--
	}
	return s
}

func (r *ruler) skip(i int) int {
	for i < len(r.src) && strings.IndexByte(" \t\r\n", r.src[i]) >= 0 {
		i++
	}
	return i
}

func (r *ruler) number(i int) int {
	for i < len(r.src) && (wordByte(r.src[i]) || r.src[i] == '.' || (r.src[i] == '-' || r.src[i] == '+') && strings.IndexByte("eE", r.src[i-1]) >= 0) {
		i++
	}
	return i
}
