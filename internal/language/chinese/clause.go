// Package chinese reads Chinese into clauses. It needs no dictionary of words:
// a clause is what marks and joining words leave, and how it is meant is read
// from a few hundred words that deny, place in time, or hedge.
//
// Takes: text.
// Gives: language.Clause values.
// Never: cuts Chinese into words, or knows the trade a text speaks of.
package chinese

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/language"
)

//go:embed words.yaml
var wordsYAML []byte

// role is what a word does in a clause.
type role uint32

const (
	deny role = 1 << iota
	same
	done
	now
	ahead
	notAhead
	hedge
	wish
	condition
	duty
	plan
	pledge
	decision
	request
	able
	ask
	say
	think
	noSay
	joining
)

type entry struct {
	text  string
	roles role
}

// lists holds the words by their first sign, longest first.
type lists map[rune][]entry

var shipped = sync.OnceValue(func() lists {
	l, err := read(wordsYAML)
	if err != nil {
		panic(err) // the embedded lists are broken, which the tests would show
	}
	return l
})

var roles = map[string]role{
	"deny":      deny,
	"same":      same,
	"done":      done,
	"now":       now,
	"ahead":     ahead,
	"notahead":  notAhead,
	"hedge":     hedge,
	"wish":      wish,
	"condition": condition,
	"duty":      duty,
	"plan":      plan,
	"pledge":    pledge,
	"decision":  decision,
	"request":   request,
	"able":      able,
	"ask":       ask,
	"say":       say,
	"think":     think,
	"nosay":     noSay,
	"joins":     joining,
}

func read(text []byte) (lists, error) {
	var f map[string]string
	if err := yaml.Load(text, &f); err != nil {
		return nil, fmt.Errorf("read the words of Chinese: %w", err)
	}
	all := map[string]role{}
	for name, words := range f {
		r, ok := roles[name]
		if !ok {
			return nil, fmt.Errorf("read the words of Chinese: there is no list called %q", name)
		}
		for _, w := range strings.Fields(words) {
			all[w] |= r
		}
	}
	l := lists{}
	for w, r := range all {
		first, _ := utf8.DecodeRuneInString(w)
		l[first] = append(l[first], entry{w, r})
	}
	for first := range l {
		slices.SortFunc(l[first], func(a, b entry) int {
			if len(a.text) != len(b.text) {
				return len(b.text) - len(a.text)
			}
			return strings.Compare(a.text, b.text)
		})
	}
	return l, nil
}

// mark is a word of the lists in a text.
type mark struct {
	language.Span
	roles role
}

// marks finds the words of the lists in s[from:to], longest first, none inside another.
func (l lists) marks(s string, from, to int) []mark {
	var out []mark
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		n := size
		for _, e := range l[r] {
			if strings.HasPrefix(s[i:to], e.text) {
				out = append(out, mark{language.Span{Start: i, End: i + len(e.text)}, e.roles})
				n = len(e.text)
				break
			}
		}
		i += n
	}
	return out
}

// parting are the marks that end a clause.
const parting = "，,。；;：:！!、（）()“”—"

// Clauses reads the sentence s[from:to] into clauses, in their order; it takes
// time in proportion to its length.
func Clauses(s string, from, to int) []language.Clause {
	found := shipped().marks(s, from, to)
	var out []language.Clause
	begin, k := from, 0
	add := func(end int, ms []mark) {
		if strings.TrimSpace(s[begin:end]) != "" {
			out = append(out, clause(s, begin, end, ms))
		}
	}
	first := 0 // of the marks of the clause
	for i := from; i < to; {
		for k < len(found) && found[k].Start < i {
			k++
		}
		if k < len(found) && found[k].Start == i {
			m := found[k]
			switch {
			case m.roles&joining != 0 && i > begin:
				add(i, found[first:k])
				begin, first = i, k
			case m.roles&(say|think) != 0 && m.roles&noSay == 0 && speaks(s, m, to):
				add(m.End, found[first:k+1])
				begin, first = m.End, k+1
			}
			i = m.End
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:to])
		if strings.ContainsRune(parting, r) && !(r == ',' && digits(s, i)) {
			add(i, found[first:k])
			begin, first = i+size, k
		}
		i += size
	}
	add(to, found[first:])
	connect(s, out)
	return out
}

func digits(s string, i int) bool {
	return i > 0 && i+1 < len(s) && s[i-1] >= '0' && s[i-1] <= '9' && s[i+1] >= '0' && s[i+1] <= '9'
}

// speaks reports whether what follows a word of saying or thinking is said:
// something does follow, and it is not the speech itself that goes on ("说了", "说过").
func speaks(s string, m mark, to int) bool {
	rest := strings.TrimLeft(s[m.End:to], " 了过着，,：:“")
	return utf8.RuneCountInString(rest) >= 2
}

// clause reads how s[from:to] is meant.
func clause(s string, from, to int, ms []mark) language.Clause {
	c := language.Clause{Span: language.Span{Start: from, End: to}, Object: language.Span{Start: from, End: to}, Said: -1}
	stop := to // where the doer ends
	for i, m := range ms {
		if m.roles&(same|notAhead|noSay) != 0 && m.roles&(hedge|condition|ask|duty) == 0 {
			continue
		}
		if m.roles&^(joining|condition) != 0 {
			stop = min(stop, m.Start)
		}
		c.Mood |= moodOf(m.roles)
		if m.roles&ask != 0 {
			c.Asked = true
		}
		if m.roles&deny != 0 && c.Not.Empty() {
			c.Not = m.Span
		} else if m.roles&deny != 0 && i > 0 && ms[i-1].roles&deny != 0 { // 没有不 …
			c.Not = language.Span{}
		}
		c.Tense = tenseOf(c.Tense, m.roles, s[from:to])
		if m.roles&(say|think) != 0 && i == len(ms)-1 && m.End == to {
			c.Act, c.Verb = m.Of(s), m.Span
		}
	}
	c.Doer = language.Span{Start: from, End: stop}
	if c.Doer.Empty() {
		c.Doer = language.Span{}
	}
	return c
}

// tenseOf places a clause in time by one more word. 了 at the end of what is
// still to come ("要走了") leaves it there.
func tenseOf(t language.Tense, r role, clause string) language.Tense {
	switch {
	case r&ahead != 0:
		return language.Ahead
	case r&done != 0 && t != language.Ahead:
		return language.Done
	case r&now != 0 && t == language.Bare:
		return language.Now
	}
	return t
}

func moodOf(r role) language.Mood {
	var m language.Mood
	for _, x := range []struct {
		role role
		mood language.Mood
	}{{hedge, language.Hedge}, {wish, language.Wish}, {condition, language.Condition}, {duty, language.Duty}, {plan, language.Plan}, {pledge, language.Pledge},
		{decision, language.Decision}, {request, language.Request}, {able, language.Able}} {
		if r&x.role != 0 {
			m |= x.mood
		}
	}
	return m
}

// connect says of each clause who says it, and makes what stands beside a
// condition depend on it.
func connect(s string, out []language.Clause) {
	speaker := -1
	for i := range out {
		c := &out[i]
		if c.Act == "" {
			c.Said = speaker
			if speaker >= 0 && shipped().is(out[speaker].Act, think) {
				c.Mood |= language.Hedge
			}
			if speaker >= 0 && out[speaker].Mood.Has(language.Hedge) {
				c.Mood |= language.Hedge
			}
		} else {
			if speaker >= 0 {
				c.Said = speaker
			}
			speaker = i
		}
		if c.Mood.Has(language.Condition) && i+1 < len(out) && out[i+1].Tense != language.Done && out[i+1].Act == "" {
			out[i+1].Mood |= language.Condition
		}
	}
}

func (l lists) is(w string, r role) bool {
	first, _ := utf8.DecodeRuneInString(w)
	for _, e := range l[first] {
		if e.text == w {
			return e.roles&r != 0
		}
	}
	return false
}

// DeniedAt reports whether a word that denies stands right before at, with at
// most a few small words between: "没有最终签", and gives it.
func DeniedAt(s string, from, at int) (language.Span, bool) {
	window := max(from, at-18)
	for !utf8.RuneStart(s[window]) {
		window++
	}
	ms := shipped().marks(s, window, at)
	for i := len(ms) - 1; i >= 0; i-- {
		if ms[i].roles&deny != 0 {
			if between := s[ms[i].End:at]; near(between) {
				return ms[i].Span, true
			}
			return language.Span{}, false
		}
	}
	return language.Span{}, false
}

// small are words that may stand between what denies and what is denied.
var small = []string{
	"有",
	"再",
	"会",
	"能",
	"想",
	"打算",
	"准备",
	"决定",
	"完全",
	"真的",
	"真",
	"还",
	"怎么",
	"太",
	"最终",
	"正式",
	"要",
	"是",
	"给",
	"把",
	"在",
	"跟",
	"和",
	"向",
	"我们",
	"他们",
	"任何",
	"人",
	"什么",
	"必要",
	"需要",
	"继续",
	"愿意",
	"很",
	"那么",
	"这么",
}

func near(between string) bool {
	for range 4 {
		if between = strings.TrimSpace(between); between == "" {
			return true
		}
		cut := false
		for _, w := range small {
			if strings.HasPrefix(between, w) {
				between, cut = between[len(w):], true
				break
			}
		}
		if !cut {
			return false
		}
	}
	return between == ""
}
