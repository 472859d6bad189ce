package capture

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
)

//go:embed examples_en.txt
var examplesEnglish string

//go:embed examples_zh.txt
var examplesChinese string

//go:embed notes_en.txt
var notesEnglish string

//go:embed notes_zh.txt
var notesChinese string

// example is one short note with what it is about: "p3", "k7", "event new_veto",
// "nothing". The sign says what else it is: "!" speaks against an answer, ">" is
// a promise, "=" is won, "?" is none of these.
type example struct{ label, text, sign string }

// examples reads lines below headings in brackets; "#" begins a comment.
func examples(text string) ([]example, error) {
	var out []example
	label := ""
	sc := bufio.NewScanner(strings.NewReader(text))
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			inner, ok := strings.CutSuffix(line[1:], "]")
			if label = strings.TrimSpace(inner); !ok || label == "" {
				return nil, fmt.Errorf("line %d: a heading stands in brackets, like [p3]", n)
			}
		case label == "":
			return nil, fmt.Errorf("line %d: it stands below no heading", n)
		default:
			e := example{label: label, text: line}
			if sign, rest, ok := strings.Cut(line, " "); ok && len(sign) == 1 && strings.Contains("!>=?", sign) {
				e.sign, e.text = sign, rest
			}
			out = append(out, e)
		}
	}
	return out, sc.Err()
}

// model is a log-linear model over words, pairs of words and pairs of Chinese
// characters (docs/methods/capture.md). It is made from the examples when the
// first reader is made: same examples, same numbers.
type model struct {
	*fitted
	address []throughline.Address // of a label that is a place
	words   map[string]bool       // as they are written in the examples
}

// learned is the model of the shipped examples. It is made when a note is first
// read, not when a reader is made: commands that read none do not wait for it.
var learned = sync.OnceValues(func() (*model, error) {
	lx, err := shipped()
	if err != nil {
		return nil, err
	}
	var all []example
	for _, text := range []string{examplesEnglish, examplesChinese} {
		part, err := examples(text)
		if err != nil {
			return nil, throughline.Fail("read the examples from which a note's place is learned", throughline.Corrupt, "", err)
		}
		all = append(all, part...)
	}
	placed, err := placedNotes()
	if err != nil {
		return nil, err
	}
	return lx.train(all, placed), nil
})

// placedNotes gives the notes that stand below a place.
func placedNotes() ([]example, error) {
	var out []example
	for _, text := range []string{notesEnglish, notesChinese} {
		part, err := examples(text)
		if err != nil {
			return nil, throughline.Fail("read the notes from which a note's place is learned", throughline.Corrupt, "", err)
		}
		for _, e := range part {
			if placeAddress(e.label) != "" {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// noteCounts is how much a note counts for its place beside an example that was
// written for it: a note says other things as well.
const noteCounts = 0.08

// rounds over the examples from which places are learned.
const rounds = 20

// feature is something a sentence has that may speak for a place.
type feature struct {
	name       string
	start, end int
}

// featuresOf gives the features of a text in which people are X and Y already.
func (lx *lexicon) featuresOf(s string) []feature {
	toks := english.Tokens(s, 0, len(s))
	return lx.features(s, 0, len(s), toks, lx.find(s, 0, len(s), toks), func(int) bool { return false })
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

// train makes a model. It goes over the examples in a fixed order that mixes
// the labels, so that it needs no chance.
func (lx *lexicon) train(all, notes []example) *model {
	m := &model{words: map[string]bool{}}
	for _, e := range slices.Concat(all, notes) {
		for _, t := range english.Tokens(e.text, 0, len(e.text)) {
			m.words[t.Text] = true
		}
	}
	var rows []sample
	for _, e := range all {
		rows = append(rows, sample{e.label, featureNames(lx.featuresOf(e.text)), 1})
	}
	for _, e := range notes {
		rows = append(rows, sample{e.label, featureNames(lx.featuresOf(e.text)), noteCounts})
	}
	f := fit(rows, rounds, shrink)
	m.fitted = f
	for _, l := range m.labels {
		m.address = append(m.address, placeAddress(l))
	}
	return m
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
