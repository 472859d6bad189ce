package capture

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/english"
)

// called gives the stretches of a sentence that look like somebody's name or
// another proper name, whoever that is: what the models read as X. Nothing
// hangs on one being missed or taken for one, so it looks at shape alone.
func (lx *lexicon) called(s string, from, to int, toks []english.Token) []language.Span {
	var out []language.Span
	for i, t := range toks {
		switch {
		case t.Mark || !t.Capital || t.Upper:
		case i > 0 && courtesy[toks[i-1].Text]:
			out = append(out, language.Span{Start: toks[i-1].Start, End: t.End})
		case lx.properShape(toks, i):
			out = append(out, language.Span{Start: t.Start, End: t.End})
		}
	}
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:to])
		if end := lx.calledHan(s, i, size, from, to, r); end > i {
			out = append(out, language.Span{Start: i, End: end})
			i = end
			continue
		}
		i += size
	}
	return out
}

// properShape reports whether a capital stands where only a name has one: inside a
// sentence, or at its beginning before what somebody does or has.
func (lx *lexicon) properShape(toks []english.Token, i int) bool {
	t := toks[i]
	whole, _, _ := strings.Cut(t.Text, "'") // "They'll"
	if len(t.Text) < 2 || stopWords[whole] || lx.notNames[t.Text] || lx.titles[t.Text] || stopWords[t.Text] || english.Irregular(t.Text) ||
		courtesy[t.Text] {
		return false
	}
	if i > 0 && !toks[i-1].Mark {
		return true
	}
	if t.Owner {
		return !lx.plain[t.Stem]
	}
	if lx.plain[t.Stem] || len(lx.byStem[t.Stem]) > 0 || len(lx.byExact[t.Text]) > 0 {
		return false
	}
	if _, verb := english.VerbOf(t.Text); verb || i+1 == len(toks) {
		return false
	}
	next := toks[i+1]
	_, verb := english.VerbOf(next.Text)
	return verb && !next.Capital || next.Text == ":" || auxiliaries[next.Text]
}

var auxiliaries = english.Set("is was has had will would can could may might gonna")

// familiar are the forms of address that stand behind a family name, older and
// longer ones first, and those that stand before one.
var (
	familiar = strings.Fields(
		`董事长 总经理 副总 总监 经理 主任 主管 部长 处长 科长 院长 厂长 校长 局长 镇长 队长 班长 组长 所长 行长 店长 主席 书记 会计 工程师 律师 老师 师傅 护士长 院士 教授 博士 女士 先生 小姐 总 姐 哥 工 局 处
		科 院 厂 董 博 老`,
	)
	affection  = "老小阿"
	notAddress = strings.Fields("老板 老师 老总 老家 老方案 老毛病 老单 小时 小组 小程序 小计 小孩 小白 老金属 老石 小石 小金 小雷 老史 小史 阿里 小范围 小高 老高 小于 小万")
)

// calledHan gives where a Chinese form of address ends that begins at i: 孙姐,
// 叶科长, 老郝, 阿德; i where none does.
func (lx *lexicon) calledHan(s string, i, size, from, to int, r rune) int {
	rest := s[i:to]
	if strings.ContainsRune(affection, r) && !hasAnyPrefix(rest, notAddress...) {
		next, n := utf8.DecodeRuneInString(rest[size:])
		before, _ := utf8.DecodeLastRuneInString(s[from:i])
		if (lx.surnames[next] || r == '阿' && unicode.Is(unicode.Han, next)) && !(r == '老' && before == '很') {
			return i + size + n
		}
	}
	if !lx.surnames[r] {
		return i
	}
	for _, f := range familiar {
		if strings.HasPrefix(rest[size:], f) && !lx.isHanWord(rest[:size+len(f)]) &&
			!hasAnyPrefix(rest, "方总", "高工", "高处", "高院", "于工", "白工", "金工", "石工", "汤工厂", "万处", "段工", "任老", "任处") {
			return i + size + len(f)
		}
	}
	return i
}

// strangers reports whether a byte begins or lies in what looks like a name.
func (lx *lexicon) strangers(s string, from, to int, toks []english.Token) func(at int) bool {
	spans := lx.called(s, from, to, toks)
	return func(at int) bool {
		for _, x := range spans {
			if x.Has(at) {
				return true
			}
		}
		return false
	}
}
