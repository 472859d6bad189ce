package statement

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// sieve is a set of beginnings, six bytes at most, one of which every match
// of a pattern has. Most statements fall through it, and the pattern, whose
// many alternatives are slow to try, need not be asked. It is read off the
// pattern itself, so that the two cannot drift apart.
type sieve struct {
	begins map[string]bool
	first  [256]bool // the bytes they begin with, so that most words cost one look
}

const sieveLength = 6

// sieveOf gives the sieve of a pattern, or nil where its matches may begin with anything.
func sieveOf(pattern string) *sieve {
	re, err := syntax.Parse("(?i)"+pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	begins, ok := beginnings(re)
	if !ok {
		return nil
	}
	out := &sieve{begins: map[string]bool{}}
	for _, b := range begins {
		if b == "" {
			return nil
		}
		out.begins[b], out.first[b[0]] = true, true
	}
	return out
}

// passes reports whether low, in lower case, has one of the beginnings at the
// begin of a word or behind another character that is no letter.
func (s *sieve) passes(low string) bool {
	if s == nil {
		return true
	}
	for i := 0; i < len(low); i++ {
		if !s.first[low[i]] || i > 0 && letter(low[i-1]) && letter(low[i]) {
			continue
		}
		for n := 1; n <= sieveLength && i+n <= len(low); n++ {
			if s.begins[low[i:i+n]] {
				return true
			}
		}
	}
	return false
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

// ofClass gives the signs of a class, where they are few.
func ofClass(ranges []rune) (begins []string, ok bool) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 12 {
			return nil, false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if r >= 0x80 { // U+017F and U+212A fold to s and k
				continue
			}
			c := string(unicode.ToLower(r))
			if !seen[c] {
				seen[c] = true
				begins = append(begins, c)
			}
		}
	}
	return begins, len(begins) > 0
}

// repeated gives the beginnings of something once, twice, …
func repeated(re *syntax.Regexp) (begins []string, ok bool) {
	sub, ok := beginnings(re)
	begins = append(begins, "")
	for n := 0; ok && n < sieveLength; n++ {
		before := len(begins)
		for _, b := range begins[:before] {
			for _, e := range sub {
				begins = append(begins, cut(b+e))
			}
		}
		if begins = unique(begins); len(begins) == before || len(begins) > 4096 {
			break
		}
	}
	return begins, ok && len(begins) <= 4096
}

// beginnings gives the strings matches of re begin with, cut at sieveLength.
// It gives up (false) on anything it would have
// to spell out at length.
func beginnings(re *syntax.Regexp) (begins []string, ok bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpBeginLine, syntax.OpWordBoundary, syntax.OpEndText, syntax.OpEndLine:
		return []string{""}, true
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if r >= 0x80 {
				return nil, false
			}
		}
		return []string{cut(strings.ToLower(string(re.Rune)))}, true
	case syntax.OpCharClass:
		return ofClass(re.Rune)
	case syntax.OpCapture:
		return beginnings(re.Sub[0])
	case syntax.OpQuest:
		sub, ok := beginnings(re.Sub[0])
		return append(sub, ""), ok
	case syntax.OpStar, syntax.OpPlus:
		return repeated(re.Sub[0])
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			sub, ok := beginnings(s)
			if !ok {
				return nil, false
			}
			begins = append(begins, sub...)
		}
		return begins, true
	case syntax.OpConcat:
		begins = []string{""}
		for _, s := range re.Sub {
			short := false
			for _, b := range begins {
				short = short || len(b) < sieveLength
			}
			if !short {
				break
			}
			sub, ok := beginnings(s)
			if !ok { // what is known so far has to do, and "" will not
				return begins, true
			}
			var longer []string
			for _, b := range begins {
				if len(b) == sieveLength {
					longer = append(longer, b)
					continue
				}
				for _, e := range sub {
					longer = append(longer, cut(b+e))
				}
			}
			if begins = unique(longer); len(begins) > 4096 {
				return nil, false
			}
		}
		return begins, true
	}
	return nil, false
}

func cut(s string) string { return s[:min(len(s), sieveLength)] }

func unique(list []string) []string {
	seen := map[string]bool{}
	out := list[:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
