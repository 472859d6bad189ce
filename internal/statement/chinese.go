package statement

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

//go:embed chinese.yaml
var chineseYAML []byte

// role is what a word may be in a Chinese statement; one word may be several.
type role uint32

const (
	hanActor role = 1 << iota
	hanOurs
	hanProduct
	hanHanded
	hanAct
	hanWeak
	hanProof
	hanRecord
	hanFeeling
	hanCrowd
	hanNamed
	hanBuzz
	hanDone
	hanBuzzword
	hanSilence
	hanCalendar
	hanTheirTime
	hanTask
	hanBy
	hanPrep
	hanDeny
	hanAhead
	hanThing
	hanLabel
	hanNone
)

// hanWord is a word of the lists.
type hanWord struct {
	text  string
	roles role
}

// hanLexicon is the lists by first character, the longest words first.
type hanLexicon struct {
	words  map[rune][]hanWord
	ending map[rune]bool
	body   []string // the longest first
}

// readHan reads the lists; a company's own Chinese words go into them.
func readHan(text []byte, extra Words) (*hanLexicon, error) {
	var raw map[string]string
	if err := yaml.Load(text, &raw); err != nil {
		return nil, fmt.Errorf("read the Chinese word lists: %w", err)
	}
	names := []string{"actor", "ours", "product", "handed", "act", "weak", "proof", "record", "feeling", "crowd", "named", "buzz", "done", "buzzword",
		"silence",
		"calendar", "theirtime", "task", "by", "prep", "deny", "ahead", "thing", "labels", "none"}
	roles := map[string]role{}
	for i, name := range names {
		list, ok := raw[name]
		if !ok {
			return nil, fmt.Errorf("read the Chinese word lists: there is no %s", name)
		}
		for _, w := range strings.Fields(list) {
			roles[w] |= 1 << i
		}
	}
	for role, list := range map[role][]string{hanActor: extra.Actors, hanThing: extra.Things, hanAct: extra.Acts, hanWeak: extra.Weak} {
		for _, w := range list {
			if strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				roles[w] |= role
			}
		}
	}
	out := &hanLexicon{words: map[rune][]hanWord{}, ending: map[rune]bool{}}
	for w, r := range roles {
		first, _ := utf8.DecodeRuneInString(w)
		out.words[first] = append(out.words[first], hanWord{w, r})
	}
	for first := range out.words {
		slices.SortFunc(out.words[first], func(a, b hanWord) int { return len(b.text) - len(a.text) })
	}
	out.body = strings.Fields(raw["body"])
	slices.SortStableFunc(out.body, func(a, b string) int { return len(b) - len(a) })
	for _, w := range strings.Fields(raw["ending"]) {
		r, _ := utf8.DecodeRuneInString(w)
		out.ending[r] = true
	}
	return out, nil
}

// hanToken is a word that was found, or a mark that parts clauses.
type hanToken struct {
	at, end int
	roles   role
	part    bool
}

func (t hanToken) is(r role) bool { return t.roles&r != 0 }

// tokens are the known words of a text, in order; what is not known is passed
// over. A run of unknown characters that ends as the names of departments do is one.
func (l *hanLexicon) tokens(s string) []hanToken {
	var out []hanToken
	unknown := 0 // characters passed over since the last known word
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if strings.ContainsRune("，,。；;：:！!？?、\n", r) {
			out, unknown = append(out, hanToken{at: i, end: i + size, part: r != '、'}), 0
			i += size
			continue
		}
		n := 0
		if last := len(out) - 1; last >= 0 && out[last].end == i && out[last].is(hanAct) {
			for _, w := range l.body {
				if strings.HasPrefix(s[i:], w) {
					out[last], unknown, n = hanToken{at: out[last].at, end: i + len(w), roles: hanActor}, 0, len(w)
					break
				}
			}
		}
		for _, w := range l.words[r] {
			if n > 0 {
				break
			}
			if strings.HasPrefix(s[i:], w.text) && !insideWord(s, i, w.text) {
				out, n, unknown = append(out, hanToken{at: i, end: i + len(w.text), roles: w.roles}), len(w.text), 0
				break
			}
		}
		if n == 0 {
			unknown++
			last := len(out) - 1
			switch named := last >= 0 && unknown == 1 && out[last].end == i && out[last].is(hanActor|hanAct|hanBuzz); {
			case l.ending[r] && named: // 生产 + 部
				out[last], unknown = hanToken{at: out[last].at, end: i + size, roles: hanActor}, 0
			case l.ending[r] && unknown >= 2:
				out, unknown = append(out, hanToken{at: i, end: i + size, roles: hanActor}), 0
			}
			n = size
		}
		i += n
	}
	return out
}

// insideWord tells whether Latin letters that match are only part of a word.
func insideWord(s string, at int, w string) bool {
	letter := func(r rune) bool { return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	first, _ := utf8.DecodeRuneInString(w)
	if !letter(first) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at+len(w):])
	return at > 0 && letter(before) || letter(after)
}

// hanReading is what a Chinese statement was read into.
type hanReading struct {
	text    string
	tokens  []hanToken
	subject bool // somebody of theirs, or a paper of theirs, stands where a doer stands
	acted   bool // and does something that one can see
	ours    int  // the place of our own doer, -1 without one
	weak    int  // the first doing that nobody could see, -1 without one
}

// read finds who does what: whether somebody of theirs acted, and where we, or
// only a weak act, stand instead.
func (l *hanLexicon) read(text string) hanReading {
	r := hanReading{text: text, tokens: l.tokens(text), ours: -1, weak: -1}
	proof := r.any(hanProof)
	doer, started := false, false // within the clause: somebody of theirs stood; any doing has begun
	for i, t := range r.tokens {
		switch {
		case t.part:
			started = false // the doer of one clause is that of the next
		case t.is(hanNone):
		case r.theirs(i, started), t.is(hanOurs) && r.listed(i):
			doer, r.subject = true, true
		case t.is(hanOurs) && !doer && !started:
			if r.ours < 0 {
				r.ours = i
			}
			started = true
		case t.is(hanBy), t.is(hanDeny), t.is(hanAhead):
		case t.is(hanAct | hanWeak | hanTask | hanFeeling | hanPrep):
			started = started || !t.is(hanPrep) || !doer
			if !doer || r.after(i, hanDeny) || r.after(i, hanAhead) {
				continue
			}
			if t.is(hanAct) || t.is(hanWeak) && proof {
				r.acted = true
			} else if r.weak < 0 && !t.is(hanPrep) {
				r.weak = i
			}
		}
	}
	return r
}

// theirs reports whether somebody of theirs stands at i who can be the doer:
// before any doing of the clause, behind 由 or 被, or with words that describe
// what they did; not behind 对 or 向, and not as the owner of what follows.
func (r hanReading) theirs(i int, started bool) bool {
	t := r.tokens[i]
	return t.is(hanActor|hanRecord) && !t.is(hanOurs) && (!started || r.after(i, hanBy) || r.described(i)) && !r.after(i, hanPrep) && !r.owns(i)
}

// after tells whether the word right before the i-th is of a role.
func (r hanReading) after(i int, of role) bool {
	return i > 0 && r.tokens[i-1].is(of) && utf8.RuneCountInString(r.text[r.tokens[i-1].end:r.tokens[i].at]) <= 2
}

// listed tells whether a word stands in a list with others: "sales, finance and
// IT" of a customer's are not our sales.
func (r hanReading) listed(i int) bool {
	return i+1 < len(r.tokens) && strings.HasPrefix(r.text[r.tokens[i].end:], "、")
}

// described tells whether what stands before the i-th word only says which one is
// meant: "the manager who runs the store".
func (r hanReading) described(i int) bool {
	return i > 0 && !r.tokens[i-1].is(hanActor) && strings.HasSuffix(r.text[:r.tokens[i].at], "的")
}

// owns tells whether the i-th word only says whose something is, which does
// nothing itself: "客户需求", "客户的预算".
func (r hanReading) owns(i int) bool {
	if i+1 >= len(r.tokens) || !r.tokens[i+1].is(hanThing) || r.tokens[i+1].is(hanAct) {
		return false
	}
	between := r.text[r.tokens[i].end:r.tokens[i+1].at]
	return between == "" || between == "的"
}

func (r hanReading) any(of role) bool {
	return slices.ContainsFunc(r.tokens, func(t hanToken) bool { return t.is(of) })
}

// first is the place of the first word of a role.
func (r hanReading) first(of role) (from, to int, ok bool) {
	for _, t := range r.tokens {
		if t.is(of) {
			return t.at, t.end, true
		}
	}
	return 0, 0, false
}

// pair is where a word of one role stands with one of another within a clause,
// in either order.
func (r hanReading) pair(a, b role) (from, to int, ok bool) {
	for i, t := range r.tokens {
		if !t.is(a | b) {
			continue
		}
		for _, u := range r.tokens[i+1:] {
			if u.part {
				break
			}
			if t.is(a) && u.is(b) || t.is(b) && u.is(a) {
				return t.at, u.end, true
			}
		}
	}
	return 0, 0, false
}

// toTheEnd takes in what follows in the same clause: whom a document went to is
// a part of what is wrong.
func (r hanReading) toTheEnd(f found) found {
	if f.ok {
		f.to = max(f.to, r.clauseEnd(f.from))
	}
	return f
}

// clauseEnd is where the clause ends in which the byte at stands.
func (r hanReading) clauseEnd(at int) int {
	if n := strings.IndexFunc(r.text[at:], func(c rune) bool { return strings.ContainsRune("。，；：！？,;!?", c) }); n >= 0 {
		return at + n
	}
	return len(strings.TrimRightFunc(r.text, unicode.IsSpace))
}

// clause is the first clause, which is underlined where nothing better is known.
func (r hanReading) clause() (from, to int) {
	from = len(r.text) - len(strings.TrimLeftFunc(r.text, unicode.IsSpace))
	return from, r.clauseEnd(from)
}

// begins tells whether the statement begins with a word of a role, whose place
// it gives.
func (r hanReading) begins(of role) (from, to int, ok bool) {
	if len(r.tokens) == 0 {
		return 0, 0, false
	}
	from, _ = r.clause()
	for _, t := range r.tokens {
		if t.is(of) && utf8.RuneCountInString(r.text[from:t.at]) <= 1 { // "已", "再" may stand before it
			return t.at, t.end, true
		}
		if t.at > from {
			break
		}
	}
	return 0, 0, false
}

// mostHan is how many characters a Chinese statement may have: about as much as
// twenty-five English words.
const mostHan = 50

// found is where a check finds something to say.
type found struct {
	from, to int
	ok       bool
}

func at(from, to int, ok bool) found { return found{from, to, ok} }

// hanChecks are the checks of a Chinese statement. L11 is none of them, L14 is
// the same as in English.
var hanChecks = map[string]func(r hanReading) found{
	"L01": func(r hanReading) found {
		if r.ours < 0 || r.subject {
			return found{}
		}
		return found{r.tokens[r.ours].at, r.tokens[r.ours].end, true}
	},
	"L02": func(r hanReading) found {
		return unless(r.acted && !r.onlyTook(), func() found { return r.toTheEnd(at(r.pair(hanProduct, hanHanded))) })
	},
	"L03": func(r hanReading) found { return unless(r.subject, func() found { return at(r.begins(hanTask)) }) },
	"L04": func(r hanReading) found { return unless(r.acted, func() found { return at(r.first(hanFeeling)) }) },
	"L05": func(r hanReading) found {
		return unless(r.any(hanNamed), func() found { return at(r.first(hanCrowd)) })
	},
	"L06": hanReading.buzz,
	"L07": func(r hanReading) found {
		return unless(r.any(hanTheirTime), func() found { return at(r.first(hanCalendar)) })
	},
	"L08": func(r hanReading) found {
		return unless(r.any(hanProof), func() found { return at(r.first(hanSilence)) })
	},
	"L09": func(r hanReading) found {
		from, to := r.clause()
		return found{from, to, !r.subject && !r.acted}
	},
	"L10": hanReading.noAct,
	"L12": func(r hanReading) found { return found{0, len(r.text), hanLength(r.text) > mostHan} },
	"L13": func(r hanReading) found { return at(r.first(hanLabel)) },
}

func unless(excused bool, look func() found) found {
	if excused {
		return found{}
	}
	return look()
}

// buzz finds a word, or an abstraction that is said to be done, where an act should stand.
func (r hanReading) buzz() found {
	if from, to, ok := r.first(hanBuzzword); ok && !r.any(hanProof|hanNamed) {
		return found{from, to, true}
	}
	return unless(r.acted, func() found { return at(r.pair(hanBuzz, hanDone)) })
}

// noAct finds what somebody of theirs does that nobody could see.
func (r hanReading) noAct() found {
	if (!r.subject || r.acted) && !r.onlyTook() {
		return found{}
	}
	if r.weak >= 0 {
		return found{r.tokens[r.weak].at, r.tokens[r.weak].end, true}
	}
	from, to := r.clause()
	return found{from, to, true}
}

// took are doings of a customer's that show only that something of ours reached them.
var took = []string{"收到", "参加", "下载", "观看", "看过", "看了", "听了", "索取", "出席"}

// onlyTook tells whether all that they did was to take what we gave.
func (r hanReading) onlyTook() bool {
	if !r.subject || !r.any(hanProduct) {
		return false
	}
	did := false
	for _, t := range r.tokens {
		if !t.is(hanAct | hanHanded) {
			continue
		}
		if word := r.text[t.at:t.end]; !slices.Contains(took, word) && !t.is(hanProduct) {
			return false
		}
		did = true
	}
	return did
}

// hanLength counts the characters of a statement, Latin words as two.
func hanLength(s string) int {
	n, inside := 0, false
	for _, r := range s {
		latin := r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
		switch {
		case unicode.Is(unicode.Han, r):
			n++
		case latin && !inside:
			n += 2
		}
		inside = latin
	}
	return n
}
