package capture

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/chinese"
	"github.com/throughline/throughline/internal/language/english"
)

//go:embed senses.bin
var sensesBin []byte

// senses are the models by which a sentence's kind is told, and of a loss how
// it ended, of an event which it was, of a stance where somebody stands. The
// kind is told by three models (views), whose beliefs are added. They are
// learned from examples when the program is built (docs/methods/capture.md):
// senses.bin is what came out, and a test learns it again.
type senses struct {
	kind               [len(views)]*fitted
	end, event, stance *fitted
	place              *fitted  // docs/methods/capture.md, "What is learned"
	words              []string // of the examples, in order: with a capital, they name nobody
}

var sensed = sync.OnceValues(func() (*senses, error) {
	s, err := readSenses(sensesBin)
	if err != nil {
		return nil, throughline.Fail("read what was learned of kinds and signs", throughline.Corrupt, "senses.bin", err)
	}
	return s, nil
})

// view is what one of the models of kinds sees of a sentence, and how much its
// belief counts. Each errs elsewhere: words and turns of phrase say what is
// spoken of, clauses who does it and how it is put, and bare strings of words
// know nothing of the lists, and so nothing of what the lists have wrong.
type view struct {
	name   string
	counts float64
	least  int // sentences that must have a feature for it to be learned
	sees   func(name string) bool
}

var views = [...]view{
	{"words", 1, 1, func(n string) bool {
		return !strings.HasPrefix(n, "g:") && (strings.HasPrefix(n, "sign/") || !clausal(n))
	}},
	{"clauses", 0.7, 2, func(n string) bool { return !strings.HasPrefix(n, "g:") }},
	{"strings", 0.7, 2, func(n string) bool { return strings.HasPrefix(n, "g:") }},
}

// clausal reports whether a feature tells of a clause or a family of words.
func clausal(name string) bool {
	for _, p := range [...]string{"word/", "c:", "m:", "a:", "last:", "first:"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return strings.Contains(name, "+")
}

// seen picks the features that a view sees.
func (v *view) seen(fs []feature) []feature {
	out := make([]feature, 0, len(fs))
	for _, f := range fs {
		if v.sees(f.name) {
			out = append(out, f)
		}
	}
	return out
}

// believed gives the belief in each kind, in the order of the labels.
func (m *senses) believed(fs []feature) []float64 {
	var p []float64
	sum := 0.0
	for i := range views {
		v := &views[i]
		if p == nil {
			p = make([]float64, len(m.kind[i].labels))
		}
		for l, x := range m.kind[i].of(v.seen(fs)) {
			p[l] += v.counts * x
		}
		sum += v.counts
	}
	for l := range p {
		p[l] /= sum
	}
	return p
}

// best gives the label that is believed most, and how much.
func best(m *fitted, fs []feature) (string, float64) {
	p := m.of(fs)
	at := 0
	for l := range p {
		if p[l] > p[at] {
			at = l
		}
	}
	return m.labels[at], p[at]
}

// clauses reads a sentence in the languages in which it is written.
func clauses(s string, from, to int, toks []english.Token, name func(int) bool) []language.Clause {
	if !hasHan(s[from:to]) {
		return english.Clauses(s, toks, name)
	}
	out := chinese.Clauses(s, from, to)
	if len(toks) > 6 { // a sentence that goes over from one into the other
		out = append(out, english.Clauses(s, toks, name)...)
	}
	return out
}

// mostWords of one clause are taken together in pairs.
const mostPairs = 12

// senseFeatures gives what tells a sentence's kind: its words, which turns of
// phrase of the lists it has and how the clause puts them, and who does what;
// somebody says whether a person is named in it.
func (lx *lexicon) senseFeatures(
	s string,
	from, to int,
	toks []english.Token,
	hits []hit,
	cs []language.Clause,
	named func(int) bool,
	somebody bool,
) []feature {
	out := lx.features(s, from, to, toks, hits, named)
	seen := make(map[string]bool, 2*len(out)+64)
	add := func(name string, sp language.Span) {
		if !seen[name] {
			seen[name] = true
			out = append(out, feature{name, sp.Start, sp.End})
		}
	}
	add("*", language.Span{Start: from, End: to})
	for i := range cs {
		lx.clauseFeatures(s, &cs[i], i == 0, i == len(cs)-1, add)
	}
	words := make([][]string, len(cs))
	for _, h := range hits {
		if !lx.signs[h.group] {
			continue
		}
		name, sp := lx.groups[h.group], language.Span{Start: h.start, End: h.end}
		add(name, sp)
		for i := range cs {
			c := &cs[i]
			if !c.Has(h.start) && !c.Has(h.end-1) {
				continue
			}
			add(name+"/"+put(s, c, h), sp)
			add(name+"/"+sideOf(s, c), sp)
			if word, ok := strings.CutPrefix(name, "word/"); ok && len(words[i]) < mostPairs && !slices.Contains(words[i], word) {
				words[i] = append(words[i], word)
			}
			break
		}
	}
	for i, in := range words {
		c := &cs[i]
		how := "+" + tense(c) + sideOf(s, c)
		slices.Sort(in)
		for a := range in {
			for b := a + 1; b < len(in); b++ {
				add(in[a]+"+"+in[b], c.Span)
			}
			add(in[a]+how, c.Span)
		}
	}
	for _, t := range toks {
		if stopWords[t.Text] && !t.Mark {
			add("w:"+t.Text, language.Span{Start: t.Start, End: t.End})
		}
	}
	for _, name := range mannerOf(lx, s, cs, hits, somebody).names() {
		add("put:"+name, language.Span{Start: from, End: to})
	}
	if strings.ContainsAny(s[from:to], "?？") {
		add("put:?", language.Span{Start: from, End: to})
	}
	return stringFeatures(out, s, from, to, named)
}

// stringFeatures are runs of one to three words, signs of Chinese and telling
// marks, as they stand.
func stringFeatures(out []feature, s string, from, to int, named func(int) bool) []feature {
	var at [3]int // where the last words begin
	var last [3]string
	seen := map[string]bool{}
	push := func(w string, start, end int) {
		last[0], last[1], last[2] = last[1], last[2], w
		at[0], at[1], at[2] = at[1], at[2], start
		name := ""
		for k := 2; k >= 0 && last[k] != ""; k-- {
			if name == "" {
				name = last[k]
			} else {
				name = last[k] + " " + name
			}
			if !seen[name] {
				seen[name] = true
				out = append(out, feature{"g:" + name, at[k], end})
			}
		}
	}
	push("^", from, from)
	wasX := false
	for i := from; i < to; {
		end := stringEnd(s, i, to)
		if end == i {
			_, size := utf8.DecodeRuneInString(s[i:to])
			i += size
			continue
		}
		w := strings.ToLower(s[i:end])
		if named(i) {
			w = "x"
		}
		if x := w == "x" || w == "y"; !x || !wasX {
			if x {
				w = "x"
			}
			push(w, i, end)
			wasX = x
		}
		i = end
	}
	push("$", to, to)
	return out
}

// stringEnd gives where the word, the number or the sign ends that begins at i,
// and i where none does.
func stringEnd(s string, i, to int) int {
	r, size := utf8.DecodeRuneInString(s[i:to])
	switch {
	case unicode.Is(unicode.Han, r), strings.ContainsRune("?？!:：\"“", r):
		return i + size
	case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		return i
	}
	letters := unicode.IsLetter(r)
	j := i
	for j < to {
		r, size := utf8.DecodeRuneInString(s[j:to])
		if unicode.Is(unicode.Han, r) || !(letters && (unicode.IsLetter(r) || r == '\'') || !letters && unicode.IsDigit(r)) {
			break
		}
		j += size
	}
	return j
}

func tense(c *language.Clause) string {
	if c.Denied() {
		return c.Tense.String() + "!"
	}
	return c.Tense.String()
}

// clauseFeatures tells who does what in a clause, and how it is put.
func (lx *lexicon) clauseFeatures(s string, c *language.Clause, first, last bool, add func(string, language.Span)) {
	if c.Aside {
		add("aside:"+c.Act, c.Verb)
		return
	}
	side, when, mood := sideOf(s, c), tense(c), c.Mood.String()
	if c.Said >= 0 {
		mood += "/said"
	}
	if c.Asked {
		mood += "?"
	}
	add("c:"+side+"/"+when+"/"+mood, c.Span)
	add("c:"+side+"/"+when, c.Span)
	add("m:"+mood, c.Span)
	if c.Act != "" {
		add("a:"+c.Act+"/"+when, c.Verb)
		add("a:"+c.Act+"/"+side, c.Verb)
		if c.Mood != 0 {
			add("a:"+c.Act+"/"+mood, c.Verb)
		}
	}
	if last {
		add("last:"+side+"/"+when, c.Span)
	}
	if first {
		add("first:"+side+"/"+when+"/"+mood, c.Span)
	}
}

var (
	usWords    = english.Set("i we our us my")
	themWords  = english.Set("they he she their customer client board committee team")
	thingWords = english.Set("it this that there")
)

// sideOf says on which side the doer of a clause stands, by its words alone.
func sideOf(s string, c *language.Clause) string {
	d := c.Doer.Of(s)
	low := strings.ToLower(d)
	if d != "" && (hasHan(d) || !strings.ContainsAny(low, "abcdefghijklmnopqrstuvwxyz")) {
		switch {
		case hasAnyPrefix(d, "我们", "我", "咱", "我方"):
			return "us"
		case strings.ContainsAny(d, "他她"):
			return "them"
		}
		return "other"
	}
	first, _, _ := strings.Cut(low, " ")
	first, _, _ = strings.Cut(first, "'")
	first, _, _ = strings.Cut(first, "’")
	switch {
	case d == "":
		return "none"
	case usWords[first]:
		return "us"
	case themWords[first]:
		return "them"
	case thingWords[first]:
		return "it"
	case d[0] >= 'A' && d[0] <= 'Z':
		return "name"
	}
	return "other"
}

// put says how a clause puts a phrase that stands in it: as done, as still to
// come, as wished, if something holds, perhaps, or not.
func put(s string, c *language.Clause, h hit) string {
	denied := c.Denied()
	if h.tok < 0 {
		_, denied = chinese.DeniedAt(s, c.Start, h.start)
	} else if c.Not.Start >= h.start && c.Not.End <= h.end {
		denied = false // the phrase holds the denial itself
	}
	out := "now"
	switch {
	case c.Asked:
		return "asked"
	case c.Mood.Has(language.Condition):
		out = "if"
	case c.Mood.Has(language.Hedge):
		out = "maybe"
	case c.Mood.Has(language.Wish | language.Request):
		out = "wish"
	case c.Tense == language.Ahead:
		out = "ahead"
	case c.Tense == language.Done:
		out = "done"
	}
	if denied {
		out += "!"
	}
	return out
}
