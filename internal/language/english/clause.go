package english

import (
	"strings"

	"github.com/throughline/throughline/internal/language"
)

// Clauses reads the tokens of one sentence of text into clauses, in their
// order; a sentence without a verb is one. noun reports whether a token is
// surely no verb ("Mark" in front of "Weber"); nil where nothing is known. It
// takes time in proportion to the number of tokens.
func Clauses(text string, toks []Token, noun func(i int) bool) []language.Clause {
	if len(toks) == 0 {
		return nil
	}
	r := &reader{text: text, toks: toks, words: open(toks), noun: noun}
	r.groups()
	r.clauses()
	r.conditions()
	r.speakers()
	return r.out
}

// reader is one pass over one sentence.
type reader struct {
	text  string
	toks  []Token
	words []word
	noun  func(int) bool
	verbs []group
	out   []language.Clause
	joint []joint // how each clause is tied to what stands before it
}

// word is a token, or one half of a contraction: "they'll" is they and will.
type word struct {
	text string
	tok  int
	mark bool
}

// group is a chain of verbs: "has not decided to buy".
type group struct {
	from, verb, to int // words; to is behind it
	act            string
	tense          language.Tense
	mood           language.Mood
	not            int // the word that denies, -1 for none
	passive        bool
	bare           bool // "to sign", behind somebody who is asked to
}

// joint ties a clause to the one before: by which word, and whether that opens
// what somebody says, a condition, or an aside.
type joint struct {
	word  string
	group int // of verbs, -1 for none
}

var contracted = map[string]string{"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}

// open undoes contractions.
func open(toks []Token) []word {
	out := make([]word, 0, len(toks)+4)
	add := func(text string, tok int) { out = append(out, word{text: text, tok: tok}) }
	for i, t := range toks {
		switch {
		case t.Mark:
			out = append(out, word{t.Text, i, true})
		case t.Text == "won't":
			add("will", i)
			add("not", i)
		case t.Text == "can't" || t.Text == "cannot":
			add("can", i)
			add("not", i)
		case strings.HasSuffix(t.Text, "n't"):
			add(strings.TrimSuffix(t.Text, "n't"), i)
			add("not", i)
		case t.Owner && (pronouns[t.Text] || i+1 < len(toks) && beHere(toks[i+1])):
			add(t.Text, i)
			add("is", i)
		default:
			at := strings.LastIndexByte(t.Text, '\'')
			if at > 0 && contracted[t.Text[at:]] != "" {
				add(t.Text[:at], i)
				add(contracted[t.Text[at:]], i)
				continue
			}
			add(t.Text, i)
		}
	}
	return out
}

// beHere reports whether 's before a word is "is": "Tom's leaving".
func beHere(t Token) bool {
	v, ok := VerbOf(t.Text)
	return t.Text == "not" || t.Text == "been" || t.Text == "gone" || ok && v.Form == Gerund
}

var (
	pronouns = Set(`i we you he she it they that this there who which what everybody everyone nobody somebody anybody anyone someone nothing
		something noone neither both here`)
	determiners = Set(`the a an each every all both its their his her our my your this that these those any some several most no another other
		many few two three four five six seven eight nine ten`)
	owners = Set("the a an its their his her our my your this these each every no another")
	preps  = Set(`of to for with from in on at by into onto over under against before after between about through without within per via
		during until upon as towards toward among across around despite since than alongside beside behind beyond including
		except`)
	conjunction = Set(`and or but so because if unless when while whereas though although that who which whether until till before after once
		since than as where what how why then yet plus provided assuming whose whom`)
	soft      = Set("and or , plus & /")
	modals    = Set("will shall would can could may might must should ought")
	beForms   = Set("am is are was were be been being")
	haveForms = Set("have has had having")
	doForms   = Set("do does did")
	negators  = Set("not never hardly barely scarcely nor neither")
	noWords   = Set("no nobody noone none nothing neither nowhere zero without")
	adverbs   = Set(`also already now just finally then still even ever really again both jointly only once too quite very so always often
		soon yet actually apparently definitely certainly probably possibly maybe perhaps likely clearly simply basically
		officially formally currently recently meanwhile instead together themselves himself herself rather almost nearly well
		first n't longer never back all`)
	notAdverbs = Set(`family supply reply apply rely assembly italy july early daily weekly monthly yearly quarterly ally rally fly anomaly
		friendly lovely costly only`)
	hedges = Set(`probably maybe perhaps possibly apparently supposedly presumably likely hopefully seemingly allegedly reportedly
		potentially rumoured rumored theoretically conceivably arguably tentatively unlikely`)
)

func adverb(w string) bool {
	return adverbs[w] || len(w) > 4 && strings.HasSuffix(w, "ly") && !notAdverbs[w]
}

// farthest is how many adverbs may stand inside a group of verbs.
const farthest = 4

func (r *reader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i].text
}

func (r *reader) verbAt(i int) (Verb, bool) {
	if i < 0 || i >= len(r.words) || r.words[i].mark || r.noun != nil && r.noun(r.words[i].tok) {
		return Verb{}, false
	}
	return VerbOf(r.words[i].text)
}

// skip passes over adverbs and words that deny, and gives the one that denies.
func (r *reader) skip(i int) (next, not int) {
	not = -1
	for n := 0; n < farthest && i < len(r.words); n++ {
		w := r.words[i].text
		switch {
		case negators[w]:
			not = i
		case w == "no" && r.at(i+1) == "longer":
			not = i
		case !adverb(w) || r.words[i].mark:
			return i, not
		}
		i++
	}
	return i, not
}

// groups finds the chains of verbs.
func (r *reader) groups() {
	for i := 0; i < len(r.words); {
		if g, ok := r.group(i); ok {
			r.verbs = append(r.verbs, g)
			i = g.to
			continue
		}
		i++
	}
}

// group reads a chain of verbs that begins at i.
func (r *reader) group(i int) (group, bool) {
	w := r.words[i]
	if w.mark || r.noun != nil && r.noun(w.tok) {
		return group{}, false
	}
	g := group{from: i, verb: i, to: i + 1, not: -1}
	switch {
	case modals[w.text] && !owners[r.at(i-1)]:
		return r.modal(g, i)
	case beForms[w.text] && w.text != "being", haveForms[w.text] && w.text != "having", doForms[w.text]:
		return r.auxiliary(g, i)
	case w.text == "to":
		if v, ok := r.verbAt(i + 1); ok && v.Form&Base != 0 && r.asksFor(i) {
			g.bare, g.mood = true, language.Request
			return r.main(g, i+1, v), true
		}
		return g, false
	}
	v, ok := r.verbAt(i)
	if !ok || !r.finite(i, v) {
		return g, false
	}
	switch {
	case v.Form&Past != 0, v.Form&Participle != 0 && v.Form&Base == 0:
		g.tense = language.Done
		if v.Form&Past == 0 { // "budget gone"
			g.passive = true
		}
		if next, _ := r.skip(i + 1); r.at(next) == "by" && v.Form&Participle != 0 && v.Plain != "stop" && v.Plain != "pass" { // "accepted by Tom"
			g.passive = true
		}
	case v.Form&Base != 0 && i == 0:
		g.tense = language.Bare // "send them the quote"
	default:
		g.tense = language.Now
	}
	return r.main(g, i, v), true
}

// modal reads what follows will, may, must …
func (r *reader) modal(g group, i int) (group, bool) {
	switch r.words[i].text {
	case "will", "shall":
		g.tense = language.Ahead
	case "would":
		g.mood |= language.Condition
		g.tense = language.Now
	case "can":
		g.mood |= language.Able
		g.tense = language.Now
	case "could", "may", "might":
		g.mood |= language.Hedge
		g.tense = language.Now
	default:
		g.mood |= language.Duty
		g.tense = language.Now
	}
	at, not := r.skip(i + 1)
	g.not = max(g.not, not)
	if r.at(i) == "ought" && r.at(at) == "to" {
		at++
	}
	if haveForms[r.at(at)] || beForms[r.at(at)] { // "will be signed", "should have signed"
		inner, ok := r.auxiliary(g, at)
		if g.tense == language.Ahead {
			inner.tense = language.Ahead
		}
		return inner, ok
	}
	v, ok := r.verbAt(at)
	if !ok || v.Form&Base == 0 {
		return g, false
	}
	if r.at(i) == "would" && preferring[v.Plain] { // "would like" is a wish, whatever else holds
		g.mood = g.mood&^language.Condition | language.Wish
	}
	return r.main(g, at, v), true
}

var preferring = Set("like love prefer rather want hate welcome appreciate")

var beTo = map[string]language.Mood{
	"about":     0,
	"set":       0,
	"due":       0,
	"supposed":  language.Hedge,
	"expected":  language.Hedge,
	"likely":    language.Hedge,
	"scheduled": language.Plan,
	"planned":   language.Plan,
	"ready":     language.Able,
	"able":      language.Able,
	"willing":   language.Able,
	"keen":      language.Wish,
	"sure":      language.Hedge,
	"bound":     language.Hedge,
	"happy":     language.Able,
	"prepared":  language.Able,
	"meant":     language.Hedge,
	"allowed":   language.Able,
	"required":  language.Duty,
	"forced":    language.Duty,
	"obliged":   language.Duty,
	"hoping":    language.Wish,
	"looking":   language.Wish,
	"eager":     language.Wish,
	"inclined":  language.Wish,
	"minded":    language.Wish,
	"free":      language.Able,
	"tempted":   language.Wish | language.Hedge,
}
var beNotTo = Set("unlikely unable unwilling reluctant hesitant afraid slow")

// auxiliary reads what follows be, have and do.
func (r *reader) auxiliary(g group, i int) (group, bool) {
	w := r.words[i].text
	if g.tense == language.Bare && !g.mood.Has(language.Condition|language.Able|language.Hedge|language.Duty) {
		g.tense = language.Now
		if w == "was" || w == "were" || w == "had" || w == "did" || w == "been" {
			g.tense = language.Done
		}
	}
	plain := Verb{Plain: "be"}
	switch {
	case haveForms[w]:
		plain.Plain = "have"
	case doForms[w]:
		plain.Plain = "do"
	}
	at, not := r.skip(i + 1)
	g.not = max(g.not, not)
	v, ok := r.verbAt(at)
	next := r.at(at)
	switch {
	case plain.Plain == "do":
		if ok && v.Form&Base != 0 && !owners[r.at(at-1)] {
			return r.main(g, at, v), true
		}
	case plain.Plain == "have":
		switch {
		case next == "to":
			if v, ok := r.verbAt(at + 1); ok && v.Form&Base != 0 {
				g.mood |= language.Duty
				return r.main(g, at+1, v), true
			}
		case next == "been":
			g.tense = perfect(g)
			return r.auxiliary(g, at)
		case ok && v.Form&Participle != 0 && !r.describes(at):
			g.tense = perfect(g)
			return r.main(g, at, v), true
		}
	default:
		return r.be(g, i, at, v, ok)
	}
	g.verb, g.to, g.act = i, i+1, plain.Plain
	if g.not >= g.to {
		g.to = g.not + 1
	}
	return g, true
}

func perfect(g group) language.Tense {
	if g.tense == language.Ahead {
		return language.Ahead
	}
	return language.Done
}

// be reads what follows is, was, been: "is going to sign", "was signed", "is
// signing", "is gone", "is unlikely to sign".
func (r *reader) be(g group, i, at int, v Verb, isVerb bool) (group, bool) {
	g, read := r.beInclined(g, at)
	if read {
		return g, true
	}
	switch next := r.at(at); {
	case next == "to" && isBase(r, at+1): // "is to sign"
		inner, _ := r.verbAt(at + 1)
		g.tense = language.Ahead
		return r.main(g, at+1, inner), true
	case next == "being":
		at, _ = r.skip(at + 1)
		if v, isVerb = r.verbAt(at); !isVerb || v.Form&Participle == 0 {
			break
		}
		g.passive = true
		return r.main(g, at, v), true
	case isVerb && v.Form == Gerund && !r.nominal(at):
		return r.main(g, at, v), true
	case isVerb && v.Form&Participle != 0 && v.Form&Base == 0,
		isVerb && v.Form&(Participle|Base) == Participle|Base && v.Form&Past != 0 && !owners[r.at(at-1)]:
		g.passive = true
		if g.tense == language.Now && !g.mood.Has(language.Able|language.Hedge|language.Duty) {
			g.tense = language.Done // "the contract is signed" has come about
		}
		return r.main(g, at, v), true
	}
	g.verb, g.to, g.act = i, i+1, "be"
	if g.not >= g.to {
		g.to = g.not + 1
	}
	return g, true
}

// beInclined reads what is with a word and "to" behind it: "is going to sign",
// "is likely to sign", "is unlikely not to sign". It is false where no verb is
// led to so; that it was denied is then kept.
func (r *reader) beInclined(g group, at int) (group, bool) {
	to := at + 1
	if r.at(to) == "not" && r.at(to+1) == "to" {
		g.not, to = to, to+1
	}
	if r.at(to) != "to" {
		return g, false
	}
	inner, ok := r.verbAt(to + 1)
	if !ok || inner.Form&Base == 0 {
		return g, false
	}
	next := r.at(at)
	mood, known := beTo[next]
	switch {
	case next == "going":
		g.tense = language.Ahead
	case known:
		g.tense, g.mood = language.Ahead, g.mood|mood
	case beNotTo[next]:
		g.tense, g.not = language.Ahead, at
		if next == "unlikely" {
			g.mood |= language.Hedge
		}
	default:
		return g, false
	}
	return r.main(g, to+1, inner), true
}

func isBase(r *reader, i int) bool {
	v, ok := r.verbAt(i)
	return ok && v.Form&Base != 0
}

// nominal reports whether a word in -ing names something: "is pricing".
func (r *reader) nominal(i int) bool { return owners[r.at(i-1)] }

// catenatives lead to another verb: "want to sign". deny are those that say it
// is not done; settle those by which something comes about in saying it.
var catenatives = map[string]language.Mood{
	"want":        language.Wish,
	"wish":        language.Wish,
	"hope":        language.Wish,
	"like":        language.Wish,
	"love":        language.Wish,
	"prefer":      language.Wish,
	"seek":        language.Wish,
	"aim":         language.Plan | language.Wish,
	"plan":        language.Plan,
	"intend":      language.Plan,
	"expect":      language.Plan,
	"mean":        language.Plan,
	"prepare":     language.Plan,
	"promise":     language.Pledge,
	"agree":       language.Pledge,
	"commit":      language.Pledge,
	"offer":       language.Pledge,
	"volunteer":   language.Pledge,
	"pledge":      language.Pledge,
	"undertake":   language.Pledge,
	"swear":       language.Pledge,
	"vow":         language.Pledge,
	"decide":      language.Decision,
	"choose":      language.Decision,
	"vote":        language.Decision,
	"resolve":     language.Decision,
	"opt":         language.Decision,
	"elect":       language.Decision,
	"seem":        language.Hedge,
	"appear":      language.Hedge,
	"tend":        language.Hedge,
	"try":         language.Hedge,
	"attempt":     language.Hedge,
	"threaten":    language.Hedge | language.Plan,
	"consider":    language.Hedge | language.Wish,
	"contemplate": language.Hedge | language.Wish,
	"need":        language.Duty,
	"ask":         language.Request,
	"think":       language.Hedge,
	"manage":      0,
	"get":         0,
	"begin":       0,
	"start":       0,
	"continue":    0,
	"keep":        0,
	"help":        0,
	"proceed":     0,
	"come":        0,
	"go":          0,
	"finish":      0,
	"push":        language.Wish,
	"propose":     language.Wish,
	"suggest":     language.Wish,
	"recommend":   language.Wish,
	"favour":      language.Wish,
	"favor":       language.Wish,
	"look":        language.Wish,
	"lean":        language.Wish | language.Hedge,
	"discuss":     language.Hedge,
	"move":        0,
	"threat":      language.Hedge,
	"reckon":      language.Hedge,
	"fancy":       language.Wish,
	"regret":      0,
}
var denying = Set(`refuse decline fail forget stop cease avoid quit omit neglect resist hesitate delay postpone oppose object struggle
		abandon cancel drop rule`)

// main takes the verb that says what is done, and goes on where it leads to
// another: "decided not to buy".
func (r *reader) main(g group, i int, v Verb) group {
	g.verb, g.to, g.act = i, i+1, v.Plain
	for range 3 {
		next, inner, not, ok := r.leads(g.to, g.act)
		if !ok {
			break
		}
		mood, known := catenatives[g.act]
		switch {
		case denying[g.act]:
			if g.not < 0 {
				g.not = g.verb
			}
			if g.act == "stop" || g.act == "drop" || g.act == "abandon" || g.act == "cancel" {
				g.to = i + 1
				g.not = -1
				return g // "stopped testing" is an act itself
			}
		case known:
			if g.tense == language.Done && mood&(language.Plan|language.Pledge|language.Request) != 0 {
				g.tense = language.Ahead
			}
			g.mood |= mood
		default:
			return g
		}
		if not >= 0 {
			g.not = not
		}
		g.verb, g.to, g.act = next, next+1, inner.Plain
	}
	return g
}

// leads finds the verb that follows "to", or stands in -ing, behind i.
func (r *reader) leads(i int, act string) (at int, v Verb, not int, ok bool) {
	at, not = r.skip(i)
	word := r.at(at)
	if word == "against" && weighing[act] {
		if v, ok = r.verbAt(at + 1); ok && v.Form == Gerund {
			return at + 1, v, at, true
		}
		return 0, Verb{}, -1, false
	}
	if leading[word] || word == "on" && act != "go" || word == "for" && act == "look" {
		inside, no := r.skip(at + 1)
		if no >= 0 {
			not = no
		}
		v, ok = r.verbAt(inside)
		if ok && (word == "to" && v.Form&Base != 0 || v.Form == Gerund) {
			return inside, v, not, true
		}
		return 0, Verb{}, -1, false
	}
	v, ok = r.verbAt(at)
	return at, v, not, ok && v.Form == Gerund
}

var (
	// leading are words that lead from one verb to the next. "go on" is an act
	// of its own, and only "look for" leads on with for.
	leading = Set("to in towards toward about from of")
	// weighing are acts behind which against says no.
	weighing = Set("decide vote lean choose")
)

// asksFor reports whether "to" at i stands behind somebody who is asked, told
// or wanted to do what follows: "asked us to wait", "wants Tom to sign".
func (r *reader) asksFor(i int) bool {
	if n := len(r.verbs); n > 0 {
		g := r.verbs[n-1]
		return asking[g.act] && i > g.to && i-g.to <= 5
	}
	return false
}

var asking = Set(`ask tell want expect invite require urge request need allow push advise order instruct get help persuade convince
		encourage press beg like enable force wish remind`)

// nominalAfter are words behind which a verb's form names something: "of plans".
var nominalAfter = func() map[string]bool {
	m := map[string]bool{}
	for w := range preps {
		m[w] = w != "than" && w != "after" && w != "since"
	}
	return m
}()

// finite reports whether a verb without an auxiliary is one that somebody does
// here, rather than a noun or a word that describes one.
func (r *reader) finite(i int, v Verb) bool {
	p := r.beforeAdverbs(i)
	before := r.at(p)
	switch {
	case v.Form&(Past|Participle) != 0 && v.Form&Base == 0:
		return !r.describes(i)
	case v.Form == Gerund, owners[before], nominalAfter[before]:
		return false
	case pronouns[before] && r.words[max(p, 0)].tok == r.words[i].tok-1 && v.Form&Third != 0:
		return before != "they" && before != "we"
	case !r.mayOpen(i):
		return false
	case v.Form&Third != 0:
		return p >= 0 && !r.words[p].mark && !strings.HasSuffix(before, "s") && r.object(i+1) && !determiners[before]
	case i == 0:
		return r.object(1)
	}
	many := r.many(p, before)
	if v.Form&Past != 0 { // put, cut, set, read: he too
		many = many || p >= 0 && !determiners[before] && !r.words[p].mark && r.object(i+1)
	}
	return many && (pronouns[before] || before == "and" || r.object(i+1))
}

// beforeAdverbs gives the word before i, adverbs passed over; below 0 where
// there is none.
func (r *reader) beforeAdverbs(i int) int {
	p := i - 1
	for n := 0; n < farthest && p >= 0 && adverb(r.at(p)) && !r.words[p].mark; n++ {
		p--
	}
	return p
}

// many reports whether what stands before a verb takes its plain form.
func (r *reader) many(p int, before string) bool {
	return several[before] || before == "and" && p > 0 && r.verbBefore(p) ||
		len(before) > 3 && strings.HasSuffix(before, "s") && !strings.HasSuffix(before, "ss")
}

// several are words that take the plain form of a verb.
var several = Set("i we you they who people all both")

// mayOpen reports whether another clause may begin between the verb before i
// and i: a joining word or a mark stands there, or somebody said or thought so.
func (r *reader) mayOpen(i int) bool {
	if len(r.verbs) == 0 {
		return true
	}
	g := r.verbs[len(r.verbs)-1]
	if saying[g.act] || thinking[g.act] || g.act == "be" {
		return true
	}
	for k := i - 1; k >= g.to && k > i-12; k-- {
		if r.words[k].mark || conjunction[r.words[k].text] {
			return true
		}
	}
	return false
}

// verbBefore reports whether a group of verbs stands shortly before p.
func (r *reader) verbBefore(p int) bool {
	n := len(r.verbs)
	return n > 0 && p-r.verbs[n-1].to < 8
}

// object reports whether what stands at i can follow a verb.
func (r *reader) object(i int) bool {
	i, _ = r.skip(i)
	if i >= len(r.words) || r.words[i].mark {
		return true
	}
	w := r.words[i].text
	if determiners[w] || preps[w] || pronouns[w] || conjunction[w] || noWords[w] || w == "us" || w == "me" || w == "them" || w == "him" ||
		w == "her" ||
		w[0] >= '0' && w[0] <= '9' ||
		r.toks[r.words[i].tok].Capital {
		return true
	}
	if modals[w] || beForms[w] || haveForms[w] || doForms[w] {
		return false
	}
	v, ok := VerbOf(w)
	return !ok || v.Form&(Third|Past) == 0 || v.Form == Gerund
}

// describes reports whether a participle stands before a noun and only
// describes it: "the signed contract", "by signed letter".
func (r *reader) describes(i int) bool {
	next := r.at(i + 1)
	noun := next != "" && !r.words[i+1].mark && !preps[next] && !conjunction[next] && !determiners[next] && !adverb(next) && next != "us" &&
		next != "it" &&
		next != "them" &&
		next != "me"
	before := r.at(i - 1)
	if preps[before] && before != "as" && before != "than" {
		return true
	}
	return noun && (owners[before] || i > 0 && !r.words[i-1].mark && r.toks[r.words[i-1].tok].Owner && r.words[i-1].tok != r.words[i].tok)
}
