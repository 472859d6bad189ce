// Package namesake says whether two names may be those of one human.
//
// Takes: two names with the addresses that are known of them.
// Gives: the sign by which they look like one, or none.
// Never: decides that they are one; a person does. It never guesses between Chinese characters and their spelling in Latin letters.
package namesake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Name is what somebody is called and at which address they are reached.
type Name struct {
	Name  string
	Email string
}

// Sign is why two names may be one human's.
type Sign string

// The signs, surest first.
const (
	None     Sign = ""
	Address  Sign = "address"  // one address
	Spelling Sign = "spelling" // the same name, but for accents, order, titles, or because the one name is an address
	Initials Sign = "initials" // the same family name, and a first letter where the other has a name
)

// Of compares two names.
func Of(a, b Name) Sign {
	for _, x := range a.addresses() {
		if slices.Contains(b.addresses(), x) {
			return Address
		}
	}
	found := None
	for _, one := range a.spellings() {
		for _, two := range b.spellings() {
			switch s := alike(one, two); {
			case s == Spelling:
				return Spelling
			case s != None:
				found = s
			}
		}
	}
	return found
}

// addresses are the address, and the name where that is one.
func (n Name) addresses() (out []string) {
	for _, s := range []string{n.Email, n.Name} {
		if s = strings.ToLower(strings.TrimSpace(s)); strings.Contains(s, "@") {
			out = append(out, s)
		}
	}
	return out
}

// spellings are the parts of a name, first name first, in the ways in which people write it:
// with accents dropped, and with two letters for one that has dots.
func (n Name) spellings() [][]string {
	name := n.Name
	if local, _, is := strings.Cut(name, "@"); is {
		name = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return ' '
		}, local)
	} else if family, first, is := strings.Cut(name, ","); is {
		name = first + " " + family
	}
	plain := parts(name)
	if len(plain) == 0 {
		return nil
	}
	if two := parts(twoLetters.Replace(strings.ToLower(norm.NFC.String(name)))); !slices.Equal(plain, two) {
		return [][]string{plain, two}
	}
	return [][]string{plain}
}

var (
	twoLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe", "æ", "ae")
	oneLetter  = strings.NewReplacer("ß", "ss", "ø", "o", "æ", "ae", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "œ", "oe")
	titles     = []string{"dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "ing", "dipl", "sir", "mme", "mlle", "señor", "senor", "senora"}
)

// parts are the words of a name in lower case, without accents and titles. A
// Chinese name is one word, with nothing between its characters.
func parts(name string) []string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r):
			return r
		case r == '\'' || r == '’':
			return -1
		}
		return ' '
	}, norm.NFD.String(oneLetter.Replace(strings.ToLower(name))))
	if han(folded) {
		return []string{strings.ReplaceAll(folded, " ", "")}
	}
	return slices.DeleteFunc(strings.Fields(folded), func(s string) bool { return slices.Contains(titles, s) })
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func alike(a, b []string) Sign {
	one, two := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	switch {
	case slices.Equal(one, two):
		return Spelling
	case len(a) < 2 || len(b) < 2 || a[len(a)-1] != b[len(b)-1]:
		return None
	}
	short, long := a[:len(a)-1], b[:len(b)-1]
	if len(short) > len(long) {
		short, long = long, short
	}
	initial := false
	for i, s := range short {
		l := long[i]
		switch single := utf8.RuneCountInString(s) == 1 || utf8.RuneCountInString(l) == 1; {
		case s == l:
		case single && (strings.HasPrefix(l, s) || strings.HasPrefix(s, l)):
			initial = true
		default:
			return None
		}
	}
	if initial || len(short) < len(long) { // a middle name that the other leaves out
		return Initials
	}
	return None
}
