package capture

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
)

// model is a log-linear model over words, pairs of words and pairs of Chinese
// characters (docs/methods/capture.md).
type model struct {
	*fitted
	address []throughline.Address // of a label that is a place
	words   map[string]bool       // as they are written in the examples
}

// learned is the model of places, as it stands in senses.bin.
var learned = sync.OnceValues(func() (*model, error) {
	s, err := sensed()
	if err != nil {
		return nil, err
	}
	return placesOf(s.place, s.words), nil
})

// placesOf makes a model of places from what was learned.
func placesOf(f *fitted, words []string) *model {
	m := &model{fitted: f, words: make(map[string]bool, len(words))}
	for _, w := range words {
		m.words[w] = true
	}
	for _, l := range m.labels {
		m.address = append(m.address, placeAddress(l))
	}
	return m
}

// feature is something a sentence has that may speak for a place.
type feature struct {
	name       string
	start, end int
}

// ourWords are stop words that tell us from them.
var ourWords = english.Set("we our us no not nobody they their who how both")

// features gives what the model reads in s[from:to]. Whoever is named is
// "x", so that nothing is learned about a person.
func (lx *lexicon) features(s string, from, to int, toks []english.Token, hits []hit, named func(start int) bool) []feature {
	out := make([]feature, 0, 4*len(toks)+(to-from)/3)
	out = latinFeatures(out, toks, named)
	out = hanFeatures(out, s, from, to, named)
	for _, h := range hits { // how far a phrase of the lists can be believed is learned as well
		if !lx.signs[h.group] {
			out = append(out, feature{lx.groups[h.group] + hitClass(h.weight), h.start, h.end})
		}
	}
	// each counts once; words of hope say how sure it is, not what it is about
	hope := lx.byName["cue/hope"]
	seen := make(map[string]bool, len(out))
	kept := out[:0]
	for _, f := range out {
		if !seen[f.name] && !slices.ContainsFunc(hits, func(h hit) bool { return h.group == hope && h.start < f.end && f.start < h.end }) {
			seen[f.name] = true
			kept = append(kept, f)
		}
	}
	return kept
}

// latinFeatures are stems, beginnings of long words, kinds of number and pairs.
func latinFeatures(out []feature, toks []english.Token, named func(start int) bool) []feature {
	prev, before, wasPlain := "", 0, true
	for _, t := range toks {
		if t.Mark {
			prev = ""
			continue
		}
		w := t.Stem
		switch {
		case t.Text == "x" || t.Text == "y" || named(t.Start):
			w = "x"
		case t.Text[0] >= '0' && t.Text[0] <= '9':
			w = number(t.Text)
		}
		if w == "x" && prev == "x" { // first and last name are one
			continue
		}
		plain := w == "x" || stopWords[t.Text] && !ourWords[t.Text]
		if !plain {
			out = append(out, feature{w, t.Start, t.End})
			if n := len(w); n > 6 && w[0] < utf8.RuneSelf { // a beginning holds where the end is misspelt
				out = append(out, feature{w[:5] + "-", t.Start, t.End})
			}
		}
		if prev != "" && !(plain && wasPlain) { // "has to" and "X is" speak for nothing
			out = append(out, feature{prev + " " + w, before, t.End})
		}
		prev, before, wasPlain = w, t.Start, plain
	}
	return out
}

// hanFeatures are Chinese signs and pairs of them.
func hanFeatures(out []feature, s string, from, to int, named func(start int) bool) []feature {
	last, lastAt := rune(0), 0
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		switch {
		case r == 'X' || r == 'Y' || named(i):
			r = 'X'
			if last == 'X' {
				last = 0
			}
		case !unicode.Is(unicode.Han, r):
			last = 0
			i += size
			continue
		}
		if r != 'X' {
			out = append(out, feature{s[i : i+size], i, i + size})
		}
		if last != 0 && (r != 'X' || last != 'X') {
			out = append(out, feature{string([]rune{last, r}), lastAt, i + size})
		}
		last, lastAt = r, i
		i += size
	}
	return out
}

func hitClass(weight float64) string {
	switch {
	case weight >= 3:
		return "/strong"
	case weight < 1:
		return "/weak"
	}
	return ""
}

// number gives the kind of a number: money, a share, a large or a small one.
func number(s string) string {
	switch last := s[len(s)-1]; {
	case last == '%':
		return "#%"
	case last == 'k' || last == 'm':
		return "#k"
	case len(s) >= 5:
		return "#####"
	}
	return "#"
}

// stranger reports whether a word is likely the name of somebody or something
// that nobody has named yet: it begins with a capital, and no example has it. "Signe" signs nothing.
func (m *model) stranger(t english.Token) bool { return t.Capital && !t.Upper && !m.words[t.Text] }

func placeAddress(name string) throughline.Address {
	if p, ok := throughline.ParsePhase(name); ok {
		return p.Address()
	}
	if s, ok := throughline.ParseStep(name); ok {
		return s.Address()
	}
	return ""
}

// kindOf gives the kind of fact a label stands for, and "" for a note that
// holds none.
func kindOf(label string) Kind {
	name, _, _ := strings.Cut(label, " ")
	switch {
	case name == "nothing":
		return ""
	case placeAddress(name) != "":
		return Evidence
	}
	return Kind(name)
}
