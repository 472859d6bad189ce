// Package language is what sentences of any language are read into: clauses,
// each a doing with its doer, and with how the words put it.
//
// Takes: nothing; the rooms below read English and Chinese into these values.
// Gives: the vocabulary of clauses.
// Never: knows what a sentence means to a seller; that is for who asks.
package language

import "strings"

// Span is a stretch of bytes of the text that was read; the zero value is none.
type Span struct{ Start, End int }

// Empty reports whether there is nothing in it.
func (s Span) Empty() bool { return s.End <= s.Start }

// Of gives the words of the text.
func (s Span) Of(text string) string {
	if s.Start < 0 || s.End > len(text) || s.Empty() {
		return ""
	}
	return text[s.Start:s.End]
}

// Has reports whether a byte lies in it.
func (s Span) Has(at int) bool { return s.Start <= at && at < s.End }

// Tense says when a doing is, seen from the day on which it was written down.
type Tense uint8

// The tenses. Bare is what no verb puts into time: "budget on hold", "to sign".
const (
	Bare  Tense = iota
	Done        // signed, has signed, was signed; 签了, 已经, 过
	Now         // signs, is signing; 在签
	Ahead       // will sign, is going to sign, promised to sign; 会签, 打算
)

// Mood says how far the words vouch for a doing. Several may hold at once; the
// zero value states it as a fact.
type Mood uint16

// The moods.
const (
	Hedge     Mood = 1 << iota // may, might, probably, seems; 可能, 好像
	Wish                       // wants to, hopes to, would like; 想, 希望
	Condition                  // if, unless, once, would; 如果, 除非
	Duty                       // must, has to, needs to; 必须, 得
	Plan                       // plans to, intends to; 打算, 准备
	Pledge                     // promised to, agreed to; 答应
	Decision                   // decided to, voted to; 决定
	Request                    // asked us to: what somebody else is to do
	Able                       // can; 能
)

var moods = []string{"hedge", "wish", "condition", "duty", "plan", "pledge", "decision", "request", "able"}

// Has reports whether one of the given moods holds.
func (m Mood) Has(any Mood) bool { return m&any != 0 }

// String names the moods that hold, "fact" where none does.
func (m Mood) String() string {
	var out []string
	for i, name := range moods {
		if m&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	if out == nil {
		return "fact"
	}
	return strings.Join(out, "+")
}

// String names the tense.
func (t Tense) String() string { return [...]string{"bare", "done", "now", "ahead"}[min(t, Ahead)] }

// Clause is one doing. Offsets are bytes of the text that was read.
type Clause struct {
	Span
	Doer   Span   // who or what does it; of a passive, whoever stands behind "by"
	Verb   Span   // the verb with its auxiliaries
	Act    string // the verb in its plain form: "go", "sign"; "" for a clause without one
	Object Span   // what stands behind the verb

	Tense   Tense
	Not     Span // the word that denies it; empty where it is affirmed
	Mood    Mood
	Passive bool
	Asked   bool // it is a question, or stands behind "whether"
	Aside   bool // it only describes: "who runs the plant", "before they signed"

	// Said is the place in the list of the clause in which somebody says this
	// one, -1 where whoever writes says it.
	Said int
}

// Denied reports whether the clause says that it is not so.
func (c *Clause) Denied() bool { return !c.Not.Empty() }

// Firm reports whether the clause states something that is or was, with no
// hedge, wish, condition, request or plan.
func (c *Clause) Firm() bool {
	return !c.Asked && c.Tense != Ahead && !c.Mood.Has(Hedge|Wish|Condition|Duty|Plan|Pledge|Request)
}
