package capture

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/language/english"
)

// How models are learned from examples. The program holds what came out
// (senses.bin), so nothing of this is part of it.

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

// files reads worked examples from several files.
func files(names ...string) ([]example, error) {
	var out []example
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		part, err := examples(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, part...)
	}
	return out, nil
}

// placed gives the examples that stand below a place.
func placed(all []example) []example {
	return slices.DeleteFunc(all, func(e example) bool { return placeAddress(e.label) == "" })
}

// How much a note counts for its place beside an example that was written for
// it, since it says other things as well, and how often the examples are gone
// over from which places are learned.
const (
	noteCounts = 0.08
	rounds     = 20
)

// placeCounts is how much a sentence of a file counts for its place. Those of the
// second hands are more and plainer.
var placeCounts = map[string]float64{"sentences_en.txt": 0.4, "sentences_zh.txt": 0.4, "sentences2_en.txt": 0.25, "sentences2_zh.txt": 0.25}

// featuresOf gives the features of a text in which people are X and Y already.
func (lx *lexicon) featuresOf(s string) []feature {
	toks := english.Tokens(s, 0, len(s))
	return lx.features(s, 0, len(s), toks, lx.find(s, 0, len(s), toks), func(int) bool { return false })
}

// placeSamples reads everything that places are learned from but the examples
// written for it, and the words that are no names.
func (lx *lexicon) placeSamples() (rows []sample, words []string, err error) {
	notes, err := files("notes_en.txt", "notes_zh.txt")
	if err != nil {
		return nil, nil, err
	}
	for _, e := range placed(notes) {
		rows = append(rows, sample{e.label, featureNames(lx.featuresOf(e.text)), noteCounts})
		words = append(words, wordsOf(e.text)...)
	}
	for _, name := range sentenceFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Split(line, "\t")
			if len(f) < 6 || line[0] == '#' {
				continue
			}
			place, _, _ := strings.Cut(f[3], "|")
			kind, _, _ := strings.Cut(f[1], "|")
			if (kind == "evidence" || kind == "against") && placeAddress(place) != "" {
				rows = append(rows, sample{place, featureNames(lx.placeOf(f[0])), placeCounts[name]})
			}
		}
	}
	return rows, words, nil
}

// placeOf gives the features of a sentence in which people have names: nothing
// is learned about them.
func (lx *lexicon) placeOf(s string) []feature {
	toks := english.Tokens(s, 0, len(s))
	return lx.features(s, 0, len(s), toks, lx.find(s, 0, len(s), toks), lx.strangers(s, 0, len(s), toks))
}

func wordsOf(text string) []string {
	var out []string
	for _, t := range english.Tokens(text, 0, len(text)) {
		out = append(out, t.Text)
	}
	return out
}

// train makes a model of places from examples written for it and from others.
func (lx *lexicon) train(all []example, others []sample, words []string) *model {
	var rows []sample
	for _, e := range all {
		rows = append(rows, sample{e.label, featureNames(lx.featuresOf(e.text)), 1})
		words = append(words, wordsOf(e.text)...)
	}
	slices.Sort(words)
	return placesOf(fit(append(rows, others...), rounds, shrink), slices.Compact(words))
}

// sample is what one example has, and how much it counts.
type sample struct {
	label  string
	has    []string
	weight float64
}

// What training places takes: the size of a step, and how strongly weights are
// drawn to nothing. Chosen by cross-validation.
const (
	stepSize = 1.0
	shrink   = 1e-3
)

func featureNames(fs []feature) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.name
	}
	return out
}

// fit goes over the samples in a fixed order that mixes the labels, so that it
// needs no chance: same samples, same numbers.
func fit(samples []sample, rounds int, shrink float64) *fitted {
	m := &fitted{index: map[string]int{}}
	for _, s := range samples {
		if !slices.Contains(m.labels, s.label) {
			m.labels = append(m.labels, s.label)
		}
	}
	slices.Sort(m.labels)
	type row struct {
		label  int
		has    []int
		weight float64
	}
	rows := make([]row, len(samples))
	for i, s := range samples {
		r := row{label: slices.Index(m.labels, s.label), weight: s.weight}
		for _, name := range s.has {
			at, ok := m.index[name]
			if !ok {
				at = len(m.index)
				m.index[name] = at
			}
			r.has = append(r.has, at)
		}
		rows[i] = r
	}
	n := len(m.labels)
	m.weight, m.bias = make([]float64, len(m.index)*n), make([]float64, n)
	p := make([]float64, n)
	stride := stride(orders[0], len(rows))
	for round := range rounds {
		step := stepSize / (1 + 0.1*float64(round))
		for k := range rows {
			r := &rows[(k*stride+round)%len(rows)]
			m.learn(r.has, r.label, step*r.weight, shrink, p)
		}
	}
	return m
}

// learn moves the weights of one sample a step towards its label; p is room to work in.
func (m *fitted) learn(has []int, label int, step, shrink float64, p []float64) {
	if len(has) == 0 {
		return
	}
	n, scale := len(m.labels), norm(len(has))
	copy(p, m.bias)
	for _, f := range has {
		for l, w := range m.weight[f*n : f*n+n] {
			p[l] += w * scale
		}
	}
	softmax(p)
	p[label]--
	for _, f := range has {
		row := m.weight[f*n : f*n+n]
		for l := range row {
			row[l] -= step * (p[l]*scale + shrink*row[l])
		}
	}
}
