package capture

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
)

//go:embed lexicon.yaml
var lexiconYAML []byte

//go:embed signs.yaml
var signsYAML []byte

//go:embed words.yaml
var wordsYAML []byte

type lexiconFile struct {
	Cues           map[string]map[string]string `yaml:"cues"`
	Events         map[string]map[string]string `yaml:"events"`
	Stances        map[string]map[string]string `yaml:"stances"`
	Contradictions map[string]map[string]string `yaml:"contradictions"`
	Places         map[string]map[string]string `yaml:"places"`
	States         map[string]map[string]string `yaml:"states"`
	Bodies         map[string]string            `yaml:"bodies"`
	Ours           map[string]string            `yaml:"ours"`
	Actors         string                       `yaml:"actors"`
	NotNames       string                       `yaml:"not_names"`
	Titles         string                       `yaml:"titles"`
	Acronyms       string                       `yaml:"acronyms"`
	Surnames       string                       `yaml:"surnames"`
	ChineseTitles  string                       `yaml:"zh_titles"`
}

type signsFile struct {
	Classes map[string]string            `yaml:"classes"`
	Signs   map[string]map[string]string `yaml:"signs"`
	Words   map[string]map[string]string `yaml:"words"`
}

// expand puts the words of a class where a phrase names it: in English they
// are alternatives of one word, in Chinese phrases of their own.
func (f *signsFile) expand(p string) ([]string, error) {
	at := strings.IndexByte(p, '@')
	if at < 0 {
		return []string{p}, nil
	}
	end := at + 1
	for end < len(p) && !strings.ContainsRune(" ~|;@", rune(p[end])) {
		end++
	}
	words, ok := f.Classes[p[at+1:end]]
	if !ok {
		return nil, fmt.Errorf("there is no class %q", p[at+1:end])
	}
	if first, _ := utf8.DecodeRuneInString(words); !english.Han(first) {
		return f.expand(p[:at] + words + p[end:])
	}
	var out []string
	for _, w := range strings.Split(words, "|") {
		more, err := f.expand(p[:at] + w + p[end:])
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// group is a list of phrases that mean the same to the reader: "cue/say",
// "event/left", "place/p3".
type group int

// word is one place of an English phrase: stems that fit, words that fit as
// they stand, and whether others may stand before it.
type word struct {
	stems, exact []string
	gap          bool
}

type phrase struct {
	group  group
	weight float64
	words  []word // after the first
	length int
	denies bool // one of its words denies
}

// hanPhrase is a Chinese phrase; rest are parts that may stand a little later.
type hanPhrase struct {
	group  group
	weight float64
	text   string
	rest   []string
	denies bool
}

// widestHan is how many bytes may stand between two parts: eight characters.
const widestHan = 24

// fits gives the length of the phrase at the beginning of s, 0 where it does
// not begin there. A two-character word may hold 了 or 过 in its middle.
func (p *hanPhrase) fits(s string) int {
	n := 0
	if strings.HasPrefix(s, p.text) {
		n = len(p.text)
	} else if len(p.text) == 6 && len(s) >= 9 && s[:3] == p.text[:3] && (s[3:6] == "了" || s[3:6] == "过") && s[6:9] == p.text[3:] {
		n = 9
	} else {
		return 0
	}
	for _, part := range p.rest {
		within := s[n:min(len(s), n+widestHan+len(part))]
		if stop := strings.IndexAny(within, "，。；、"); stop >= 0 {
			within = within[:stop]
		}
		at := strings.Index(within, part)
		if at < 0 {
			return 0
		}
		n += at + len(part)
	}
	return n
}

type lexicon struct {
	groups    []string
	signs     []bool          // by group: it tells of kinds and signs, not of places
	plain     map[string]bool // stems with which a phrase of the other lists begins
	byName    map[string]group
	byStem    map[string][]phrase // by the stem of the first word
	byExact   map[string][]phrase // by the first word as it stands
	byHan     map[rune][]hanPhrase
	actors    map[string]bool // beside those of package statement
	notNames  map[string]bool
	titles    map[string]bool
	acronyms  map[string]string
	surnames  map[rune]bool
	hanTitles []string
	bodies    []string
	ours      []string

	// single words by which verbs are told apart
	sayStem, thinkStem, actStem, perceiveStem, startStem map[string]bool
}

var shipped = sync.OnceValues(func() (*lexicon, error) { return readLexicon(lexiconYAML, signsYAML, wordsYAML) })

func readLexicon(text, signs, words []byte) (*lexicon, error) {
	var f lexiconFile
	if err := yaml.Load(text, &f, yaml.WithKnownFields()); err != nil {
		return nil, throughline.Fail("read the words by which a note is read", throughline.Corrupt, "", err)
	}
	var sf signsFile
	if err := yaml.Load(signs, &sf, yaml.WithKnownFields()); err != nil {
		return nil, throughline.Fail("read the words by which a note is read", throughline.Corrupt, "signs", err)
	}
	if err := yaml.Load(words, &sf, yaml.WithKnownFields()); err != nil {
		return nil, throughline.Fail("read the words by which a note is read", throughline.Corrupt, "words", err)
	}
	lx := &lexicon{
		byName:  map[string]group{},
		plain:   map[string]bool{},
		byStem:  map[string][]phrase{},
		byExact: map[string][]phrase{},
		byHan:   map[rune][]hanPhrase{},
		actors: english.Set(
			f.Actors,
		),
		notNames:  english.Set(f.NotNames),
		titles:    english.Set(f.Titles),
		acronyms:  map[string]string{},
		surnames:  map[rune]bool{},
		hanTitles: list(f.ChineseTitles),
		bodies:    list(f.Bodies["zh"]),
		ours:      list(f.Ours["zh"]),
	}
	for _, entry := range strings.Fields(f.Acronyms) {
		short, long, _ := strings.Cut(entry, ":")
		lx.acronyms[short] = strings.ReplaceAll(long, "_", " ")
	}
	for _, r := range f.Surnames {
		lx.surnames[r] = true
	}
	weights := map[string]float64{"en": 1, "zh": 1, "strong": 3, "good": 1.5, "weak": 0.5, "zh_strong": 3, "zh_good": 1.5, "zh_weak": 0.5}
	for _, part := range []struct {
		name string
		list map[string]map[string]string
	}{{"cue", f.Cues}, {"event", f.Events}, {"stance", f.Stances}, {"against", f.Contradictions}, {"place", f.Places}, {"state", f.States},
		{"sign", sf.Signs}, {"word", sf.Words}} {
		for _, name := range slices.Sorted(maps.Keys(part.list)) {
			g := lx.group(part.name + "/" + name)
			for _, key := range slices.Sorted(maps.Keys(part.list[name])) {
				weight, ok := weights[key]
				if !ok {
					return nil, throughline.Fail(
						"read the words by which a note is read",
						throughline.Corrupt,
						part.name+"/"+name,
						fmt.Errorf("there is no weight called %q", key),
					)
				}
				for _, p := range list(part.list[name][key]) {
					one, err := sf.expand(p)
					if err != nil {
						return nil, throughline.Fail("read the words by which a note is read", throughline.Corrupt, part.name+"/"+name, err)
					}
					for _, p := range one {
						lx.add(g, weight, p)
					}
				}
			}
		}
	}
	for _, w := range lx.bodies {
		lx.add(lx.group("cue/body"), 1, w)
	}
	for _, w := range lx.ours {
		lx.add(lx.group("cue/ours"), 1, w)
	}
	stems := func(cue string) map[string]bool {
		m := map[string]bool{}
		for _, p := range list(f.Cues[cue]["en"]) {
			if first, _, _ := strings.Cut(p, " "); !strings.Contains(p, " ") {
				m[english.Stem(first)] = true
			}
		}
		return m
	}
	lx.sayStem, lx.thinkStem, lx.actStem, lx.perceiveStem, lx.startStem = stems(
		"say",
	), stems(
		"think",
	), stems(
		"act",
	), stems(
		"perceive",
	), stems(
		"ours_start",
	)
	for s := range stems("write") {
		lx.actStem[s] = true
	}
	delete(lx.perceiveStem, "hav")
	for r := range lx.byHan { // longest first
		slices.SortStableFunc(lx.byHan[r], func(a, b hanPhrase) int { return len(b.text) - len(a.text) })
	}
	return lx, nil
}

func list(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ";") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (lx *lexicon) group(name string) group {
	g, ok := lx.byName[name]
	if !ok {
		g = group(len(lx.groups))
		lx.groups = append(lx.groups, name)
		lx.signs = append(lx.signs, strings.HasPrefix(name, "sign/") || strings.HasPrefix(name, "word/"))
		lx.byName[name] = g
	}
	return g
}

// denying are the words of a phrase by which it holds its own denial.
var denying = regexp.MustCompile(`\b(?:not|no|never|nobody|noone|none|nothing|neither|cannot|can't|unable|without)\b`)

func (lx *lexicon) add(g group, weight float64, text string) {
	if first, _ := utf8.DecodeRuneInString(text); english.Han(first) {
		parts := strings.Split(text, "~")
		lx.byHan[first] = append(lx.byHan[first], hanPhrase{g, weight, parts[0], parts[1:], strings.ContainsAny(text, "不没未无别弃")})
		return
	}
	var words []word
	gap := false
	for _, w := range strings.Fields(text) {
		if w == "~" {
			gap = true
			continue
		}
		one := word{gap: gap}
		gap = false
		for _, alt := range strings.Split(w, "|") {
			if x, ok := strings.CutPrefix(alt, "="); ok {
				one.exact = append(one.exact, x)
			} else {
				one.stems = append(one.stems, english.Stem(alt))
			}
		}
		words = append(words, one)
	}
	if len(words) == 0 {
		return
	}
	p := phrase{group: g, weight: weight, words: words[1:], length: len(words), denies: denying.MatchString(text)}
	for _, s := range words[0].stems {
		lx.plain[s] = lx.plain[s] || !lx.signs[g]
		lx.byStem[s] = append(lx.byStem[s], p)
	}
	for _, s := range words[0].exact {
		lx.byExact[s] = append(lx.byExact[s], p)
	}
}

// hit is a phrase found.
type hit struct {
	group      group
	weight     float64
	start, end int  // bytes
	tok        int  // the first token, -1 in Chinese
	last       int  // the last token
	denies     bool // the phrase holds its own denial
}

// widest is how many words may stand in a gap.
const widest = 4

// find gives every phrase in s[from:to], in order of their beginnings.
func (lx *lexicon) find(s string, from, to int, toks []english.Token) []hit {
	var out []hit
	for i, t := range toks {
		if t.Mark {
			continue
		}
		for _, list := range [2][]phrase{lx.byStem[t.Stem], lx.byExact[t.Text]} {
			for _, p := range list {
				if last, ok := p.fits(toks, i); ok {
					out = append(out, hit{p.group, p.weight, t.Start, toks[last].End, i, last, p.denies})
				}
			}
		}
	}
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		for _, p := range lx.byHan[r] {
			if n := p.fits(s[i:to]); n > 0 {
				out = append(out, hit{p.group, p.weight, i, i + n, -1, -1, p.denies})
			}
		}
		i += size
	}
	slices.SortStableFunc(out, func(a, b hit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	return out
}

func (p *phrase) fits(toks []english.Token, i int) (last int, ok bool) {
	at := i
	for _, w := range p.words {
		reach := 1
		if w.gap {
			reach = 1 + widest
		}
		found := false
		for j := at + 1; j < len(toks) && reach > 0; j++ {
			if toks[j].Mark {
				if !w.gap {
					break
				}
				continue
			}
			if slices.Contains(w.stems, toks[j].Stem) || slices.Contains(w.exact, toks[j].Text) {
				at, found = j, true
				break
			}
			reach--
		}
		if !found {
			return 0, false
		}
	}
	return at, true
}
