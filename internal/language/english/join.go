package english

import (
	"github.com/throughline/throughline/internal/language"
)

var (
	lead   = Set("and or but so because if unless though although whether yet plus then also")
	saying = Set(`say tell mention state explain report claim reckon confirm answer reply warn insist admit complain describe add stress
		estimate announce note argue respond propose hint imply indicate signal remark comment repeat recall acknowledge assure
		emphasise emphasize underline concede write email text suggest promise hear learn understand gather swear declare
		message post communicate let show mean`)
	thinking = Set(`think believe feel guess suspect assume doubt suppose expect fear worry hope imagine reckon wonder seem appear look
		sound know see find consider bet figure sense consider`)
	opening = Set("if unless provided assuming once until till") // conditions
	asiding = Set("before after since while whereas who which whose whom where until till")
	asks    = Set("ask wonder know see check decide discuss clarify say tell unclear sure understand find")
)

// clauses makes a clause of each group of verbs: its doer before it, its
// object behind it.
func (r *reader) clauses() {
	if len(r.verbs) == 0 {
		r.verbless()
		return
	}
	behind := 0 // the first word that no clause has yet
	for n := range r.verbs {
		g := &r.verbs[n]
		start, j := r.opens(behind, g.from, n)
		end := len(r.words)
		if n+1 < len(r.verbs) {
			end = r.verbs[n+1].from
			end, _ = r.opens(g.to, end, n+1)
			end = r.back(end, g.to)
		}
		c := language.Clause{Act: g.act, Tense: g.tense, Mood: g.mood, Passive: g.passive, Said: -1}
		c.Doer, c.Verb, c.Object = r.span(start, g.from), r.span(g.from, g.to), r.span(g.to, end)
		c.Span = language.Span{Start: r.toks[r.words[start].tok].Start, End: r.toks[r.words[max(end-1, g.to-1)].tok].End}
		if (j.word == "who" || j.word == "which" || j.word == "that") && start+1 == g.from && start > behind { // "the team, who run it"
			if before := r.span(behind, start); !before.Empty() {
				c.Doer = before
			}
		}
		if c.Doer.Empty() && n > 0 && !g.bare { // "… and sent the list"
			c.Doer = r.out[n-1].Doer
		}
		if g.passive {
			c.Doer = r.byWhom(g.to, end)
			if c.Doer.Empty() && start < g.from {
				c.Object = r.span(start, g.from)
			}
		}
		r.denies(&c, g, start, end)
		r.hedged(&c, start, end)
		r.out = append(r.out, c)
		r.joint = append(r.joint, j)
		behind = g.to
	}
}

// verbless makes the one clause of a sentence without a verb.
func (r *reader) verbless() {
	c := language.Clause{Span: r.span(0, len(r.words)), Object: r.span(0, len(r.words)), Said: -1}
	r.denies(&c, &group{not: -1}, 0, len(r.words))
	r.hedged(&c, 0, len(r.words))
	r.out, r.joint = append(r.out, c), append(r.joint, joint{group: -1})
}

// span gives the bytes of words, with marks and joining words at its ends left out.
func (r *reader) span(from, to int) language.Span {
	for from < to && (r.words[from].mark || lead[r.words[from].text]) {
		from++
	}
	for to > from && r.words[to-1].mark {
		to--
	}
	if to <= from {
		return language.Span{}
	}
	return language.Span{Start: r.toks[r.words[from].tok].Start, End: r.toks[r.words[to-1].tok].End}
}

// back leaves marks and joining words at the end of a clause out.
func (r *reader) back(end, from int) int {
	for end > from && (r.words[end-1].mark || r.at(end-1) == "and" || r.at(end-1) == "but" || r.at(end-1) == "that") {
		end--
	}
	return end
}

// opens finds where the clause begins whose verb stands at verb: behind the
// last mark or joining word since behind, or behind what the verb before needs.
func (r *reader) opens(behind, verb, n int) (start int, j joint) {
	j = joint{group: n}
	for i := verb - 1; i >= behind; i-- {
		w := r.words[i].text
		hard := r.words[i].mark && w != "," && w != "/" || conjunction[w] && !soft[w]
		if hard || soft[w] && n > 0 {
			j.word = w
			if p := r.at(i - 1); (w == "if" || w == "though" || w == "as") && (p == "only" || p == "even" || p == "as") {
				j.word = p + " " + w
			}
			if (w == "who" || w == "which" || w == "that" || w == "what") && i+1 == verb {
				return i, j
			}
			return min(i+1, verb), j
		}
	}
	if n == 0 {
		return behind, j
	}
	return r.behindTold(behind, verb), j
}

// behindTold passes over whom the verb before was said to: in "told us they
// went" the clause begins with they. In "told her they went" so does it, while
// "her" alone may be whose what follows is.
func (r *reader) behindTold(start, verb int) int {
	for start < verb && (told[r.at(start)] || r.at(start) == "her" && start+1 < verb && pronouns[r.at(start+1)]) {
		start++
	}
	return start
}

// told are whom something is told to, and nobody who does.
var told = Set("us me him them")

// byWhom reads who stands behind "by".
func (r *reader) byWhom(from, to int) language.Span {
	for i := from; i < to; i++ {
		if r.words[i].text == "by" && i+1 < to {
			end := i + 1
			for end < to && !r.words[end].mark && (end == i+1 || !preps[r.words[end].text]) {
				end++
			}
			return r.span(i+1, end)
		}
	}
	return language.Span{}
}

// reach is how far behind a verb "no" still denies it: "have no budget".
const reach = 3

// denies finds the word by which a clause is denied.
func (r *reader) denies(c *language.Clause, g *group, start, end int) {
	at := g.not
	for i := start; i < g.from && at < 0; i++ { // "nobody signed"
		if w := r.words[i].text; noWords[w] && w != "without" || negators[w] {
			at = i
		}
	}
	for i := g.to; i < min(end, g.to+reach) && at < 0; i++ { // "has no budget", "nothing new"
		if w := r.words[i].text; r.words[i].mark || conjunction[w] && w != "as" {
			break
		} else if noWords[w] && w != "without" && w != "zero" || w == "not" || w == "never" {
			at = i
		}
	}
	if at >= 0 {
		c.Not = r.span(at, at+1)
		if c.Not.Empty() { // it is an adverb, which span leaves out
			t := r.toks[r.words[at].tok]
			c.Not = language.Span{Start: t.Start, End: t.End}
		}
	}
}

func (r *reader) hedged(c *language.Clause, start, end int) {
	for i := start; i < end; i++ {
		if hedges[r.words[i].text] {
			c.Mood |= language.Hedge
		}
	}
}

// conditions marks clauses that hold only if something else does, questions
// and asides.
func (r *reader) conditions() {
	question := len(r.text) > 0 && len(r.toks) > 0 && endsAsking(r.text, r.toks[len(r.toks)-1].End)
	for i := range r.out {
		c := &r.out[i]
		c.Asked = question
		w := r.joint[i].word
		switch {
		case w == "whether", w == "if" && i > 0 && asks[r.out[i-1].Act] && !r.parted(i):
			c.Asked = true
		case opening[w], w == "only if", w == "even if":
			c.Mood |= language.Condition
			r.conditional(i)
		case w == "when" && c.Tense != language.Done:
			c.Mood |= language.Condition
			r.conditional(i)
		}
		if asiding[w] ||
			w == "that" && i > 0 && !saying[r.out[i-1].Act] && !thinking[r.out[i-1].Act] && r.out[i-1].Tense != language.Bare && r.relative(i) {
			c.Aside = true
		}
	}
}

// relative reports whether "that" stands right before the verb of clause i.
func (r *reader) relative(i int) bool {
	g := r.verbs[r.joint[i].group]
	return r.at(g.from-1) == "that"
}

// parted reports whether a mark stands before clause i.
func (r *reader) parted(i int) bool {
	g := r.verbs[r.joint[i].group]
	for k := g.from - 1; k >= 0 && k > g.from-8; k-- {
		if r.words[k].text == "if" {
			return k > 0 && r.words[k-1].mark
		}
	}
	return false
}

// conditional makes the clauses beside a condition depend on it, unless they are done.
func (r *reader) conditional(i int) {
	for _, k := range []int{i - 1, i + 1} {
		if k < 0 || k >= len(r.out) || saying[r.out[k].Act] {
			continue
		}
		c := &r.out[k]
		if c.Passive && c.Tense == language.Done && r.standing(k) { // "if they agree, it is signed"
			c.Tense = language.Now
		}
		if c.Tense != language.Done {
			c.Mood |= language.Condition
		}
	}
}

// standing reports whether the verb of clause k stands in the present: "is signed".
func (r *reader) standing(k int) bool {
	w := r.at(r.verbs[r.joint[k].group].from)
	return w == "is" || w == "are"
}

// endsAsking reports whether a question mark follows the last word.
func endsAsking(text string, at int) bool {
	for ; at < len(text) && at >= 0; at++ {
		switch text[at] {
		case '?':
			return true
		case '.', '!', ';', '\n':
			return false
		}
		if text[at] == 0xef && len(text) > at+2 && text[at:at+3] == "？" {
			return true
		}
	}
	return false
}

// speakers says of each clause who says it: what follows "Ana said", and what
// stands before ", she said".
func (r *reader) speakers() {
	for i := range r.out {
		c := &r.out[i]
		if i > 0 && saying[c.Act] && c.Object.Empty() && !c.Passive && r.last(i) { // "they are out, she said"
			for k := range i {
				if r.out[k].Said < 0 {
					r.out[k].Said = i
				}
			}
			return
		}
	}
	for i := 1; i < len(r.out); i++ {
		prev := &r.out[i-1]
		word := r.joint[i].word
		switch {
		case word == ";" || word == "who" || word == "which":
		case (saying[prev.Act] || thinking[prev.Act]) && !goesOn[word]:
			r.saidBy(i)
		case prev.Said >= 0 && word != "but" && word != "because" || prev.Said >= 0 && !r.ours(i):
			r.out[i].Said = prev.Said
		}
	}
}

// goesOn are words behind which whoever writes goes on, and not a speaker.
var goesOn = Set("and but , or so")

// saidBy notes that clause i is what the one before it says or thinks: what is
// only thought is hedged, and "I don't think they sign" denies that they do.
func (r *reader) saidBy(i int) {
	c, prev := &r.out[i], &r.out[i-1]
	c.Said = i - 1
	if thinking[prev.Act] || prev.Mood.Has(language.Hedge) {
		c.Mood |= language.Hedge
	}
	if prev.Denied() && (thinking[prev.Act] || prev.Act == "say") && prev.Act != "know" && prev.Act != "see" && !c.Denied() {
		c.Not = prev.Not
	}
}

// last reports whether clause i is the last of its sentence.
func (r *reader) last(i int) bool { return i == len(r.out)-1 }

// ours reports whether clause i begins with us, who are not quoted.
func (r *reader) ours(i int) bool {
	d := r.out[i].Doer.Of(r.text)
	return d == "we" || d == "We" || d == "I" || d == "i"
}
