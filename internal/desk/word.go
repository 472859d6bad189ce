package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Short keeps a message short where somebody pasted a book.
func Short(s string) string {
	if len(s) <= 120 {
		return s
	}
	n := 120
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Words gives a closed list as words, to say what is known.
func Words[T ~string](list []T) []string {
	all := make([]string, 0, len(list))
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

// Count is 1 for what is so, to add up and to compare by.
func Count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Loosely is what somebody wrote, for telling whether it is there already.
func Loosely(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// StandsIn reports whether a word stands in a note by itself. Words written
// without gaps between them need none.
func StandsIn(note, word string) bool {
	for at := 0; ; {
		i := strings.Index(note[at:], word)
		if i < 0 {
			return false
		}
		i += at
		before, _ := utf8.DecodeLastRuneInString(note[:i])
		first, size := utf8.DecodeRuneInString(word)
		after, _ := utf8.DecodeRuneInString(note[i+len(word):])
		if Gapless(first) || !joined(before) && !joined(after) {
			return true
		}
		at = i + size
	}
}

func joined(r rune) bool { return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !Gapless(r) }

// Gapless reports whether a script writes words without gaps.
func Gapless(r rune) bool {
	return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r) || unicode.Is(unicode.Thai, r)
}

// AmountError says why what somebody typed is refused.
func AmountError(fault spelling.AmountFault) error {
	switch fault {
	case spelling.TwoReadings:
		return throughline.Refuse("amount_twice", "this amount can be read in two ways; write it out in full, such as 1234000 or 1234.50")
	case spelling.TooFine:
		return throughline.Refuse("amount_fine", "an amount has at most two places behind the point")
	case spelling.NoParts:
		return throughline.Refuse("amount_parts", "this currency has no parts; write the amount in whole units")
	case spelling.Negative:
		return throughline.Refuse("amount_less", "an amount is not less than nothing")
	case spelling.TooGreat:
		return throughline.Refuse("amount_great", "an amount goes up to 90 million million")
	}
	return throughline.Refuse("amount", "an amount is a number such as 145000, 145000.50 or EUR 50k")
}
