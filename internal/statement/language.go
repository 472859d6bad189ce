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
	han, other := 0, 0
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			return true
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			other++
			return true
		}
		return !unicode.IsLetter(r) && r != '\''
	})
	switch {
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

// ours are what a Chinese statement begins with that tells of our work and not
// of theirs: us, our papers, our meetings.
var ours = []string{"我们", "我方", "我司", "我公司", "销售", "售前", "提案", "方案", "建议书", "报价", "标书", "投标", "演示", "产品介绍", "合同", "草案", "资料", "邮件", "会议", "拜访", "样品"}

// theirs are words by which such a sentence still tells what they did.
var theirs = []string{"由", "客户方", "对方", "被客户", "经客户"}

// inChinese says of a Chinese statement what can be said for certain: that it
// tells what was done with our papers, or by us. Of everything else it is silent.
func inChinese(text string) (from, to int, ours_ bool) {
	from = len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	rest := text[from:]
	for _, w := range theirs {
		if strings.Contains(rest, w) {
			return 0, 0, false
		}
	}
	for _, w := range ours {
		if strings.HasPrefix(rest, w) {
			to = strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune("。，；：！？,;!?", r) })
			if to < 0 {
				to = len(strings.TrimRightFunc(rest, unicode.IsSpace))
			}
			return from, from + to, true
		}
	}
	return 0, 0, false
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
	from, to, ours := inChinese(text)
	for i := range l.checks {
		if c := &l.checks[i]; ours && c.ID == "L09" && s.Place == Milestone {
			add(c, from, to)
		}
	}
	return true
}
