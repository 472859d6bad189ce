// Package english reads English: words, their forms, and clauses.
//
// Takes: text.
// Gives: tokens with stems, the forms of verbs, and language.Clause values.
// Never: knows the people or the trade a text speaks of.
package english

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word of letters and digits, or a mark that parts clauses. Start
// and End are bytes of the text.
type Token struct {
	Text       string // in lower case, without 's
	Stem       string
	Start, End int
	Capital    bool // begins with a capital
	Upper      bool // all capitals, two letters or more
	Mark       bool // one of , : ; ( ) - /
	Owner      bool // stood with 's
}

// Han reports whether a sign is Chinese or one of the wide marks.
func Han(r rune) bool {
	return r >= 0x2e80 && (unicode.Is(unicode.Han, r) || r > 0xff00 && r < 0xffef)
}

// longestWord is where a word without an end is cut.
const longestWord = 200

var apart = Set("dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont couldnt wouldnt shouldnt")

// Set makes a set of words parted by blanks.
func Set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func letter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '%') && !Han(r)
}

// Tokens cuts s[from:to] into words and marks. Chinese is passed over.
func Tokens(s string, from, to int) []Token {
	var out []Token
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		if !letter(r) {
			if strings.ContainsRune(",:;()–—，：；、（）/", r) || r == '-' && i > from && s[i-1] == ' ' {
				out = append(out, Token{Text: string(r), Start: i, End: i + size, Mark: true})
			}
			i += size
			continue
		}
		j := wordEnd(s, i, to)
		out = append(out, wordOf(s, i, j))
		i = j
	}
	return out
}

// wordEnd gives where the word ends that begins at i.
func wordEnd(s string, i, to int) int {
	j := i
	for j < to {
		r, size := utf8.DecodeRuneInString(s[j:to])
		if !letter(r) && !joins(s, i, j, to, r, size) {
			break
		}
		j += size
		if j-i > longestWord {
			break
		}
	}
	return j
}

// joins reports whether the mark at j stands inside a word: "go-live", "3.5",
// "don't", "j.doe@example.com".
func joins(s string, i, j, to int, r rune, size int) bool {
	if !strings.ContainsRune("-'’&.@", r) || j+size >= to || j == i {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[j+size : to])
	if !letter(next) || next == '%' {
		return false
	}
	if r != '.' {
		return true
	}
	prev := s[j-1]
	return prev >= '0' && prev <= '9' && next >= '0' && next <= '9' || j-i <= 12 && unicode.IsLower(next)
}

func wordOf(s string, i, j int) Token {
	raw := s[i:j]
	text := strings.ReplaceAll(strings.ToLower(raw), "’", "'")
	bare, owner := strings.CutSuffix(text, "'s")
	if apart[bare] { // "didnt", as people type
		bare = bare[:len(bare)-1] + "'t"
	}
	first, _ := utf8.DecodeRuneInString(raw)
	up := unicode.IsUpper(first)
	return Token{Text: bare, Stem: Stem(bare), Start: i, End: j, Capital: up, Upper: up && len(raw) > 1 && strings.ToUpper(raw) == raw, Owner: owner}
}
