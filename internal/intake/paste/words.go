package paste

import (
	_ "embed"
	"strings"
)

//go:embed words.txt
var wordsFile string

// words are the kinds of words.txt, each with what it is called.
var words = func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for line := range strings.Lines(wordsFile) {
		kind, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(kind, "#") || kind == "months" {
			continue
		}
		out[kind] = map[string]bool{}
		for w := range strings.SplitSeq(list, "|") {
			if w = strings.TrimSpace(w); w != "" {
				out[kind][w] = true
			}
		}
	}
	return out
}()

// months are the names of the months, with their numbers.
var months = func() map[string]int {
	out := map[string]int{}
	for line := range strings.Lines(wordsFile) {
		if list, ok := strings.CutPrefix(line, "months:"); ok {
			for i, names := range strings.Split(list, "|") {
				for _, w := range strings.Fields(names) {
					out[w] = i + 1
				}
			}
		}
	}
	return out
}()

// begins reports whether a line begins with a word of a kind.
func begins(kind, line string) bool {
	line = strings.ToLower(strings.TrimSpace(line))
	for w := range words[kind] {
		if strings.HasPrefix(line, w) {
			return true
		}
	}
	return false
}

// holds reports whether a word of a kind stands in a line.
func holds(kind, line string) bool {
	line = strings.ToLower(line)
	for w := range words[kind] {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// field divides "From: Ada" into what it is called and what it says.
func field(line string) (name, value string, ok bool) {
	if len(line) > 4000 {
		return "", "", false
	}
	line = strings.TrimLeft(line, "* \t")
	at := strings.IndexAny(line, ":：")
	if at <= 0 || at > 40 {
		return "", "", false
	}
	_, size := cutRune(line[at:])
	name = strings.ToLower(strings.Trim(line[:at], "* \t　"))
	return strings.ReplaceAll(name, " ", " "), strings.Trim(line[at+size:], "* \t　"), name != ""
}
