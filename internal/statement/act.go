package statement

import (
	"strings"
	"unicode"
)

// theirSide are the words by which a Chinese sentence names whoever acts on the
// customer's side; there is no reading of Chinese clauses yet, so to be named is
// taken for acting.
var theirSide = strings.Fields("客户 对方 他们 她们 甲方 用户 董事会 委员会 管理层 采购 财务 法务 总裁 总经理 经理 主任 院长 厂长 主管 负责人 部门 团队 业主 她 他")

// opens are words that open a clause and are no part of its subject.
var opens = set("if when once unless because while so that as soon then and but or")

// TheirAct tells whether a sentence says, of any time and in any mood, that
// somebody of the customer does something: "if the board signs by May, they
// will …". What we do, what is, and what somebody feels is none. A name or a
// reference to a person ("{person:…}") counts as somebody of theirs.
func (l *Linter) TheirAct(text string) bool {
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return theirHan(text)
	}
	text = named(text)
	r := l.words.read(text)
	t := r.tokens
	for _, d := range r.doings {
		if d.customer && t[d.verb].kind&weak == 0 {
			return true
		}
		from := d.from
		for j := d.from; j < d.to; j++ {
			if opens[t[j].text] || t[j].punct() {
				from = j + 1
			}
		}
		if from >= d.to || t[d.verb].kind&weak != 0 && !auxiliaries[t[d.verb].text] {
			continue
		}
		last := t[d.to-1]
		if pronouns[last.text] && last.text != "it" && d.to-from == 1 ||
			last.capital && len(last.text) > 1 && last.kind&noActor == 0 && !last.possessive {
			return true
		}
		if who, _ := l.words.head(t, from, d.to); who&actor != 0 {
			return true
		}
	}
	for i := range t {
		if presentAct(t, i) {
			return true
		}
	}
	return false
}

// theirHan tells whether a Chinese sentence names somebody of theirs.
func theirHan(text string) bool {
	ours := strings.NewReplacer("其他", "", "吉他", "", "我们团队", "", "我方团队", "", "我们的团队", "").Replace(text)
	for _, w := range theirSide {
		if strings.Contains(ours, w) {
			return true
		}
	}
	return strings.Contains(text, "{person:")
}

// presentAct tells whether somebody of theirs at i does something in a present
// tense that looks like a noun: "they see", "the trustees vote".
func presentAct(t []token, i int) bool {
	who := pronouns[t[i].text] && t[i].text != "it" || t[i].kind&actor != 0 && t[i].kind&noActor == 0 && !t[i].possessive
	if !who || i > 0 && t[i-1].text == "our" {
		return false
	}
	n, ok := next(t, i)
	return ok && n.kind&weak == 0 && (n.kind&(present|base) != 0 || t[i].kind&actor == 0 && n.kind == 0 && !auxiliaries[n.text] && !n.punct())
}

// named puts a name in the place of each reference to a person.
func named(text string) string {
	for {
		i := strings.Index(text, "{person:")
		if i < 0 {
			return text
		}
		j := strings.IndexByte(text[i:], '}')
		if j < 0 {
			return text
		}
		text = text[:i] + "Petra" + text[i+j+1:]
	}
}
