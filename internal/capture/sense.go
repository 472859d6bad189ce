package capture

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/chinese"
	"github.com/throughline/throughline/internal/language/english"
)

//go:embed senses.bin
var sensesBin []byte

// senses are the models by which a sentence's kind is told, and of a loss how
// it ended, of an event which it was, of a stance where somebody stands. The
// kind is told by four models (views), which are weighed against each other.
// They are learned from examples when the program is built (docs/methods/
// capture.md): senses.bin is what came out, and a test learns it again.
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

// view is what one of the models of kinds sees of a sentence. Each errs
// elsewhere: words and turns of phrase say what is spoken of, clauses who does
// it and how it is put, and bare strings of words, as they follow each other,
// in parts and with others between them, know nothing of the lists, and so
// nothing of what the lists have wrong.
type view struct {
	name     string
	least    int     // sentences that must have a feature for it to be learned
	hardness float64 // how much these count against the wish for small weights
	// How much what it says counts, learned from what it says to sentences of
	// hands that it has not met: a test learns it again.
	counts, countsChinese float64
	sees                  func(name string) bool
}

var views = [...]view{
	{"words", 1, 10, 0.07, 0.07, func(n string) bool { return !bare(n) && (strings.HasPrefix(n, "sign/") || !clausal(n)) }},
	{"clauses", 2, 4, 0.22, 0.24, func(n string) bool { return !bare(n) }},
	{"strings", 2, 10, 0.15, 0.07, func(n string) bool { return strings.HasPrefix(n, "g:") }},
	{"patterns", 2, 10, 0.2, 0.27, func(n string) bool {
		return strings.HasPrefix(n, "s:") || strings.HasPrefix(n, "g:") && strings.Count(n, " ") < 2
	}},
}

// bare reports whether a feature is a string of words as they stand.
func bare(name string) bool { return strings.HasPrefix(name, "g:") || strings.HasPrefix(name, "s:") }

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
func (m *senses) believed(fs []feature, han bool) []float64 {
	p := make([]float64, len(m.kind[0].labels))
	for i := range views {
		v := &views[i]
		counts := v.counts
		if han {
			counts = v.countsChinese
		}
		for l, x := range m.kind[i].scores(v.seen(fs)) {
			p[l] += counts * x
		}
	}
	softmax(p)
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
