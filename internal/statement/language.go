package statement

import (
	"strings"
	"unicode"
)

// tongue is the language a statement seems to be in.
type tongue uint8

const (
	english tongue = iota // or one that nothing speaks against
	chinese
	unread // one these lists cannot read
)

// small are the little words of languages in Latin script, by which a sentence
// shows what it is written in. A word that two of them share stands in each.
var small = []map[string]bool{
	set("el la los las un una unos del al de y que en con por para su sus se lo ha han fue son es como ya"),                        // Spanish
	set("der die das den dem des ein eine einen einem einer und hat haben ist sind wurde mit von vom zum zur für im am auf nicht"), // German
	set("le la les un une des du de et que en avec par pour sur son ses au aux est sont ont qui dans ne pas"),                      // French
	set("il lo la gli le un una del della dei delle di e che con per su ha hanno è sono nel alla"),                                 // Italian
	set("o a os as um uma do da dos das de e que em com por para no na seu sua foi são ao"),                                        // Portuguese
	set("de het een en van met voor op aan zijn heeft hebben door dat die niet naar te bij"),                                       // Dutch
	set(
		"och en ett det som med för på av har är inte den till i sin och",
	), // Swedish, Danish, Norwegian
	set("i w z na do się że nie jest oraz przez dla od po za został"), // Polish
}

var smallEnglish = set(`the a an of to and in on by for with from at as their its his her our that this it was were is are has have had been who
		will not or be`)

// tongueOf tells the language from the script, and from the little words where
// the script is Latin. Of two scripts the one with more words counts.
func tongueOf(text string) tongue {
	han, other, kana := 0, 0, false
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			return true
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana = true
			return true
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			other++
			return true
		}
		return !unicode.IsLetter(r) && r != '\''
	})
	switch {
	case kana: // Japanese writes with both
		return unread
	case han > len(words) && han >= other:
		return chinese
	case han+other > len(words):
		return unread
	}
	own, best, strange := 0, 0, 0
	counts := make([]int, len(small))
	for _, w := range words {
		if smallEnglish[w] {
			own++
		}
		if strings.ContainsFunc(w, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) && r != '’' }) {
			strange++
		}
		for i, lang := range small {
			if lang[w] {
				counts[i]++
				best = max(best, counts[i])
			}
		}
	}
	if best > own && (best >= 2 || strange > 0) {
		return unread
	}
	return english
}

// foreign lints a statement in another language than English; done is false
// where it is English.
func (l *Linter) foreign(s Statement, text string, add func(c *Check, from, to int, args ...any)) (done bool) {
	switch tongueOf(text) {
	case english:
		return false
	case unread:
		return true
	}
	r := l.han.read(text)
	for i := range l.checks {
		c := &l.checks[i]
		if s.Place == Elsewhere && (c.ID == "L09" || c.ID == "L10" || c.ID == "L11") {
			continue
		}
		if c.ID == "L14" { // names are written alike in both
			if from, to, ok := c.place(text, strings.ToLower(text), r.acted); ok {
				add(c, from, to)
			}
			continue
		}
		check := hanChecks[c.ID]
		if check == nil {
			continue
		}
		if f := check(r); f.ok && c.ID == "L12" {
			add(c, f.from, f.to, hanLength(text))
		} else if f.ok {
			add(c, f.from, f.to)
		}
	}
	return true
}
