package statement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A sentence is read in one pass, without a grammar of English: find the
// verbs, take the words before each as its subject, look at the last noun of
// that subject, and ask whether a person or body of the customer is the one
// who acts. "Solution presented to committee" has a verb one could see and a
// body of the customer, yet nobody who did it; that difference is what the
// pass is for.

type token struct {
	text       string // lower case, without 's
	at, end    int    // byte offsets in the statement
	possessive bool
	capital    bool // begins with a capital and is not the first word
	kind       kind
}

func (t token) punct() bool { return t.text == "," || t.text == ";" || t.text == ":" || t.text == "." }

// doing is a verb with what is known of its doer.
type doing struct {
	verb     int // token
	from, to int // the tokens of its subject
	who      kind
	customer bool // a person or body of the customer is the grammatical doer
	hidden   bool // passive, and nobody is named by whom
	act      bool // the verb shows something a third party could see
	aside    bool // inside a clause that only describes: who, which, that, how
}

// reading is what one pass over a statement found.
type reading struct {
	tokens  []token
	words   int
	doings  []doing
	subject bool // some verb has a customer as its doer
	acted   bool // a customer did something one could see
	hard    bool // there is a verb of an act, done by whomever
	second  int  // token where a second sentence begins, 0 for none
}

var determiners = set(`the a an each every all both its their his her our my your this that these those any some several most no another other
		many few two three four five six seven eight nine ten eleven twelve half one twenty thirty forty fifty sixty seventy
		eighty ninety hundred dozens hundreds`)
var numbers = set(`two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety
		hundred several many few most both all some half each one dozens majority number pair third quarter couple members none`)
var prepositions = set(`of to for with from in on at by into onto over under against before after between about through without within per via
		during until upon as towards toward among across around despite since than alongside beside behind beyond next-to off up
		down out back away together including excluding plus because if unless while`)
var particles = set("off up down out back away together over forward aside")
var conjunctions = set("and or but then nor")
var relatives = set("who which that whose whom where when why how what whether")
var pronouns = set("they he she it both who everyone")
var auxiliaries = set("is are was were be been being has have had will would should may might can could must do does did shall")
var passives = set("is are was were be been being got gets")
var adverbs = set(`also already not no-longer now then never still jointly formally both only first again once twice even just so too
		themselves himself herself itself together always never often since ever officially`)

// alone are acts that need nothing after them.
var alone = set("signed voted decided agreed accepted replied answered met convened resigned abstained declined refused")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func isAdverb(w string) bool {
	return adverbs[w] || w == "longer" ||
		len(w) > 4 && strings.HasSuffix(w, "ly") && w != "supply" && w != "reply" && w != "family" && w != "apply" && w != "assembly"
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// inside reports whether the mark at j stands inside a word or a number.
func inside(s string, j int, r rune, size int) bool {
	if !strings.ContainsRune("-'’&.,/", r) || j+size >= len(s) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[j+size:])
	prev, _ := utf8.DecodeLastRuneInString(s[:j])
	digits := unicode.IsDigit(prev) && unicode.IsDigit(next)
	return word(next) && (digits || r != '.' && r != ',')
}

// split cuts a statement into words and the marks that end a clause.
func split(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !word(r) {
			if r == ',' || r == ';' || r == ':' || r == '.' {
				out = append(out, token{text: string(r), at: i, end: i + size})
			}
			i += size
			continue
		}
		j := i
		for j < len(s) {
			r, size := utf8.DecodeRuneInString(s[j:])
			if !word(r) && !inside(s, j, r, size) {
				break
			}
			j += size
		}
		t := token{text: strings.ReplaceAll(strings.ToLower(s[i:j]), "’", "'"), at: i, end: j}
		t.capital = len(out) > 0 && unicode.IsUpper(r)
		if w, ok := strings.CutSuffix(t.text, "'s"); ok {
			t.text, t.possessive = w, true
		} else if j < len(s) && (s[j] == '\'' || strings.HasPrefix(s[j:], "’")) && strings.HasSuffix(t.text, "s") {
			t.possessive = true
		}
		if n := len(out); t.text == "longer" && n > 0 && out[n-1].text == "no" {
			out[n-1].text, out[n-1].end = "no-longer", j
		} else {
			out = append(out, t)
		}
		i = j
	}
	return out
}

// read makes the pass.
func (l *lexicon) read(s string) reading {
	r := l.lookUp(s)
	t := r.tokens
	from, aside := 0, false // where the subject of the next verb may begin
	last := -1              // the verb before, whose subject "and sent" shares
	for i := 0; i < len(t); i++ {
		switch {
		case t[i].text == ";" || t[i].text == "." || t[i].text == ":":
			from, aside, last = i+1, false, -1
			continue
		case relatives[t[i].text] && !l.objectThat(t, i):
			from, aside = i+1, true
			if t[i].text == "whose" {
				continue
			}
			if i > 0 && !t[i-1].punct() || t[i].text != "how" {
				from = i // "who named": the relative itself is the subject
			}
			continue
		case t[i].text == "because" || t[i].text == "while" || t[i].text == "so":
			from, aside = i+1, true
			continue
		}
		if !l.isVerb(t, i, from) {
			continue
		}
		d := l.judge(t, i, from, last, r.doings)
		d.aside = aside && (last >= 0)
		if k := t[i].kind; k&act != 0 && k&soft == 0 && !auxiliaries[t[i].text] {
			r.hard = true
		}
		r.doings = append(r.doings, d)
		r.subject = r.subject || d.customer
		r.acted = r.acted || d.customer && d.act
		last = len(r.doings) - 1
		from = i + 1
		if i+1 < len(t) && t[i+1].punct() {
			aside = false
		}
	}
	return r
}

// lookUp cuts a statement into words and says what each can be.
func (l *lexicon) lookUp(s string) reading {
	r := reading{tokens: split(s)}
	t := r.tokens
	for i := range t {
		if t[i].punct() {
			if t[i].text == ";" || t[i].text == "." && i+1 < len(t) {
				r.second = i + 1
			}
			continue
		}
		r.words++
		t[i].kind = l.of(t[i].text)
		if lower := t[i].text; (lower == "it" || lower == "hr" || lower == "us") && s[t[i].at:t[i].end] != strings.ToUpper(s[t[i].at:t[i].end]) {
			t[i].kind &^= actor // IT and HR are matched in capitals only
		}
	}
	if r.second >= len(t) {
		r.second = 0
	}
	return r
}

// objectThat reports whether a relative word is an object or a determiner
// ("that list") and opens no clause.
func (l *lexicon) objectThat(t []token, i int) bool {
	return t[i].text == "that" && i == 0
}

func next(t []token, i int) (token, bool) {
	for i++; i < len(t); i++ {
		if !isAdverb(t[i].text) || t[i].kind&(actor|thing) != 0 {
			return t[i], true
		}
	}
	return token{}, false
}

// isVerb decides whether token i is the finite verb of a clause whose subject may begin at from.
func (l *lexicon) isVerb(t []token, i, from int) bool {
	w, k := t[i], t[i].kind
	if w.possessive || w.punct() {
		return false
	}
	if auxiliaries[w.text] {
		n, ok := next(t, i) // "has signed", "was approved": the verb is the next one
		return !ok || n.kind&(past|participle) == 0 || adjectival(t, i+1)
	}
	if k&(past|participle) != 0 {
		return !adjectival(t, i)
	}
	prev := before(t, i, from)
	if i == 0 || prev.text == "to" || prepositions[prev.text] || determiners[prev.text] && !numbers[prev.text] || prev.possessive {
		return false
	}
	n, ok := next(t, i)
	opens := ok && opensObject(n)
	switch {
	case k&present != 0:
		return l.presentVerb(t[i].kind, prev, opens)
	case k&base != 0:
		many := l.pluralSubject(t, from, i) || prev.text == "and" || pronouns[prev.text] || numbers[prev.text]
		return many && baseVerb(k, n, opens)
	}
	return false
}

// baseVerb reports whether a verb in its base form is one behind a subject of
// several: "depots close their day", "and run all orders", "managers ask for the
// figures". n is the word behind it, opens whether an object may begin there.
func baseVerb(k kind, n token, opens bool) bool {
	opens = opens || n.text == "for" && k&act != 0
	return opens && k&(act|weak) != 0 && (k&(actor|thing) == 0 || determiners[n.text])
}

// before gives the word before token i, adverbs passed over, and none where i opens the clause.
func before(t []token, i, from int) (prev token) {
	if i > 0 && i >= from {
		prev = t[i-1]
	}
	for j := i - 1; j > 0 && isAdverb(t[j].text) && t[j].kind&(actor|thing) == 0; j-- {
		prev = t[j-1]
	}
	return prev
}

// opensObject reports whether an object may begin with a word.
func opensObject(n token) bool {
	switch n.text {
	case "of":
		return false
	case "to", "that", "yes", "no", "us", "our":
		return true
	}
	return determiners[n.text] || relatives[n.text] || n.text[0] >= '0' && n.text[0] <= '9' || n.capital ||
		n.kind&(actor|thing) != 0 && n.kind&(past|participle) == 0
}

// presentVerb reports whether a word that can be a third person is one after prev.
func (l *lexicon) presentVerb(k kind, prev token, opens bool) bool {
	who := prev.text == "who" || prev.text == "which"
	if prev.kind == 0 && !prev.capital && !who && !opens {
		return false
	}
	return opens && !determiners[prev.text] ||
		k&(actor|thing|plural) == 0 && k&(act|weak) != 0 && (prev.kind&(actor|record) != 0 || who || prev.text == "and")
}

// pluralSubject reports whether t[from:to] is several persons or bodies: "doctors on ward 7".
func (l *lexicon) pluralSubject(t []token, from, to int) bool {
	for to > from && isAdverb(t[to-1].text) {
		to--
	}
	k, _ := l.head(t, from, to)
	return k&plural != 0 && k&actor != 0
}

// adjectival reports whether a past form stands before a noun and only
// describes it: "the named owner", "its marked-up contract".
func adjectival(t []token, i int) bool {
	if i >= len(t) {
		return false
	}
	n, ok := next(t, i)
	noun := ok && !n.punct() && !prepositions[n.text] && !conjunctions[n.text] && !determiners[n.text] && !relatives[n.text] &&
		!auxiliaries[n.text] &&
		n.text != "us"
	if i == 0 { // "Signed contract …": nothing before it that could have done it
		return noun && t[i].kind&(past|participle) != 0
	}
	p := t[i-1]
	switch p.text {
	case "the", "a", "an", "its", "their", "his", "her", "our", "each", "every", "any", "no", "another", "this", "these", "those":
		return noun
	case "of", "for", "with", "in", "on", "to", "into", "from", "by", "at", "against", "under", "about":
		return true
	}
	return noun && (p.possessive || p.kind&(past|participle) != 0 && p.kind&(actor|thing) == 0) // "sent written questions"
}

// judging is one verb that is judged: who did it, and whether it shows anything.
type judging struct {
	*lexicon
	t       []token
	i       int // the verb
	k       kind
	passive bool
	had     bool // has, have or had stands before it
	shared  bool // its subject is that of the verb before
	general bool // its subject is too general to vouch for it
	more    bool // something follows
	object  bool // and it is an object
	article bool // its subject stands with an article or a number
	doing
}

// judge says who did the verb at i.
func (l *lexicon) judge(t []token, i, from, last int, before []doing) doing {
	j := &judging{lexicon: l, t: t, i: i, k: t[i].kind, doing: doing{verb: i, from: from, to: i}}
	j.auxiliaries()
	j.subject(last, before)
	j.behind()
	j.doer()
	if j.hidden && l.byWhom(t, i) {
		j.customer, j.hidden = true, false
	}
	switch isPast := j.k&(past|participle) != 0; {
	case j.k&act != 0:
		j.act = true
	case j.k&weak != 0:
	case isPast && j.object && !j.general: // a vague verb, or one in no list, done by somebody to something
		j.act = true
	}
	return j.doing
}

// auxiliaries passes over what stands between subject and verb.
func (j *judging) auxiliaries() {
	t := j.t
	for j.to > j.from && (auxiliaries[t[j.to-1].text] || isAdverb(t[j.to-1].text)) {
		j.passive = j.passive || passives[t[j.to-1].text]
		j.to--
	}
	w := t[j.to].text
	j.had = j.to < j.i && (w == "has" || w == "have" || w == "had")
	if auxiliaries[t[j.i].text] {
		j.passive, j.k = false, weak
		if n, ok := next(t, j.i); t[j.i].text == "did" && ok && (determiners[n.text] || numbers[n.text]) {
			j.k = past | act // "did one real task herself"
		}
	}
}

// subject finds the words of the subject and what they are.
func (j *judging) subject(last int, before []doing) {
	t := j.t
	if last >= 0 && j.to > j.from && conjunctions[t[j.to-1].text] { // "… and sent the list"
		j.from = j.to
	}
	for j.from < j.to && (t[j.from].punct() || conjunctions[t[j.from].text]) {
		j.from++
	}
	if j.from >= j.to && last >= 0 { // the subject is the one before
		j.who, j.customer, j.shared = before[last].who, before[last].customer, true
		return
	}
	j.who, j.general = j.head(t, j.from, j.to)
	j.customer = j.who&actor != 0
}

var personal = set("who they both she he")

// behind looks at what follows the verb, and at how its subject stands.
func (j *judging) behind() {
	t := j.t
	n, more := next(t, j.i)
	j.more = more
	j.object = more && !n.punct() && !prepositions[n.text] && !conjunctions[n.text] && !relatives[n.text]
	if more && particles[n.text] && j.i+2 < len(t) { // "switched off the old one", "wrote down the three"
		if m, ok := next(t, j.i+1); ok {
			j.object = j.object || !m.punct() && !prepositions[m.text] && !conjunctions[m.text]
		}
	}
	if j.from < j.to {
		f := t[j.from]
		j.article = determiners[f.text] || f.text[0] >= '0' && f.text[0] <= '9' || f.possessive || f.kind&plural != 0 && j.k&patient == 0
	}
	if j.to-j.from == 1 && personal[t[j.from].text] {
		j.customer, j.article = true, true
	}
}

// doer decides whether a customer is the doer, or the doer is hidden.
func (j *judging) doer() {
	k, isPast := j.k, j.k&(past|participle) != 0
	switch {
	case j.shared && !j.passive:
	case j.passive && j.customer && k&weak != 0 && k&act == 0:
		// "is interested": a state of theirs, and no passive
	case j.passive, k&participle != 0 && k&past == 0 && !j.had, j.doneToThem(isPast):
		j.customer, j.hidden = false, true
	case j.customer:
	case j.stranger(isPast):
		j.customer = true // somebody we have no word for did something only people do
	case j.who&record != 0 && j.object && j.theirs(j.t, j.from, j.to):
		j.customer = true // "the customer's plan records …"
	default:
		j.hidden = isPast
	}
}

// doneToThem reads "Economic buyer identified", and "IT security approved" with
// nothing after it and nothing before it.
func (j *judging) doneToThem(isPast bool) bool {
	if !j.customer || !isPast {
		return false
	}
	k := j.k
	return k&patient != 0 && !j.object && !j.had && (!j.article || k&patientAlways != 0) ||
		!j.more && !j.article && k&act != 0 && !alone[j.t[j.i].text]
}

func (j *judging) stranger(isPast bool) bool {
	return j.who&thing == 0 && j.who&noActor == 0 && isPast && j.object && j.article && j.from < j.to && j.k&act != 0
}

// byWhom looks for "by" and a person or body after the verb, before the next mark.
func (l *lexicon) byWhom(t []token, i int) bool {
	for j := i + 1; j < len(t) && !t[j].punct() && !relatives[t[j].text]; j++ {
		if t[j].text != "by" {
			continue
		}
		end := j + 1
		for end < len(t) && !t[end].punct() && !prepositions[t[end].text] && !relatives[t[end].text] {
			end++
		}
		if who, _ := l.head(t, j+1, end); who&actor != 0 {
			return true
		}
	}
	return false
}

// theirs reports whether a subject names the customer as the owner.
func (l *lexicon) theirs(t []token, from, to int) bool {
	for j := from; j < to; j++ {
		if t[j].kind&actor != 0 || t[j].text == "their" || t[j].text == "its" || t[j].text == "whose" || j > 0 && t[j-1].text == "whose" {
			return true
		}
	}
	return false
}

// head gives what the subject t[from:to] is: the kind of its last noun before
// any "of" or "in", of the part after "of" where the first is only a number,
// and an actor where one of several joined by "and" is one.
func (l *lexicon) head(t []token, from, to int) (who kind, general_ bool) {
	start := from
	for j := from; j <= to; j++ {
		if j < to && t[j].text != "," && t[j].text != "and" && t[j].text != "or" {
			continue
		}
		if k, g := l.headOf(t, start, j); k&actor != 0 || who == 0 {
			if k&actor != 0 && who&actor == 0 || who == 0 {
				general_ = g
			}
			if k&actor != 0 {
				k &^= thing
			}
			who |= k
			if k&actor != 0 {
				who &^= thing | noActor
			}
		}
		start = j + 1
	}
	return who, general_
}

// headOf gives what the head of the noun phrase that stands from from to to is,
// and whether it stands alone and is a word for people in general.
func (l *lexicon) headOf(t []token, from, to int) (kind, bool) {
	if from < to && prepositions[t[from].text] && t[from].text != "of" { // "At its April meeting the committee …"
		subject := behindPreposition(t, from, to)
		if subject < 0 {
			return 0, false // "After the merger, …"
		}
		return l.headOf(t, subject, to)
	}
	for from < to && (determiners[t[from].text] && !numbers[t[from].text] || isAdverb(t[from].text)) {
		from++
	}
	cut := headEnds(t, from, to)
	if cut > from && cut < to && t[cut].text == "of" && quantity(t[cut-1].text) {
		return l.headOf(t, cut+1, to)
	}
	if cut <= from {
		return 0, false
	}
	h := t[cut-1]
	k := h.kind
	if h.possessive {
		return 0, false
	}
	if k&noActor != 0 || phraseNotActor(t, from, cut) {
		return noActor, false
	}
	if k&actor != 0 && k&thing != 0 {
		k &^= thing
	}
	if cut-1 == from && numbers[h.text] { // "both accepted"
		return actor, false
	}
	if k&(actor|thing|record) == 0 {
		k = 0
	}
	alone := cut-1 == from
	return k &^ (past | participle | present | base | act | soft | weak | patient | patientAlways | vague), k&general != 0 && alone
}

// behindPreposition finds where the subject opens behind a phrase that a
// preposition leads in, -1 where none does.
func behindPreposition(t []token, from, to int) int {
	for j := from + 3; j < to; j++ {
		switch t[j].text {
		case "the", "a", "an", "their":
			return j
		}
	}
	return -1
}

// quantity reports whether a word says how many: "three of the depots".
func quantity(word string) bool { return numbers[word] || word[0] >= '0' && word[0] <= '9' }

// headEnds is where what only describes the head begins: "of …", "named by …".
func headEnds(t []token, from, to int) int {
	for j := from; j < to; j++ {
		if prepositions[t[j].text] || t[j].kind&(past|participle) != 0 && j > from && t[j-1].kind&(actor|thing) != 0 && !t[j].possessive {
			return j
		}
	}
	return to
}

// phraseNotActor knows the phrases that end in an actor's word and name nobody
// of the customer: "decision maker", "sales team", "our engineer", "account manager".
func phraseNotActor(t []token, from, to int) bool {
	if from > 0 && t[from-1].text == "our" || t[from].text == "our" {
		return !ourOfTheirs[t[to-1].text]
	}
	if to-from < 2 {
		return false
	}
	before, last := t[to-2].text, t[to-1].text
	return sellers[before] || notActors[before][last]
}

var (
	// ourOfTheirs are people of the customer whom we call ours.
	ourOfTheirs = set("sponsor champion contact buyer customer client")
	// sellers are words that make whoever follows somebody's who sells.
	sellers = set("vendor supplier competitor")
	// notActors are actors' words that name nobody of the customer, by the word before.
	notActors = map[string]map[string]bool{
		"decision": set("maker makers"),
		"sales":    set("team rep reps engineer person people"),
		"account":  set("executive manager team"),
		"deal":     set("desk team"),
	}
)
