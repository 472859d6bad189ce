package desk

import "unicode/utf8"

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
