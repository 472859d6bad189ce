package company

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// The Chinese company is the same one, told by people who speak Chinese: every
// sentence has one in chinese.txt, section by section in the order in which
// sentences stand here. Places and people are its own.

//go:embed chinese.txt
var chineseText string

// section is a list of words with a name, by which its Chinese is found.
type section struct {
	name  string
	words []string
}

// told lists everything that is told in words, in one order.
func told() []section {
	var out []section
	add := func(name string, words ...string) { out = append(out, section{name, words}) }
	for _, s := range []*sector{&hospital, &plant, &utility, &transport, &care, &small} {
		words := slices.Concat([]string{sectorKey(s.name), s.unit, s.units, s.crew}, s.forms, s.olds, s.records, s.delayed, s.dates, s.bodies, s.musts, s.peers)
		for _, p := range s.posts {
			words = append(words, p.title, functionKey(p.function))
		}
		for _, t := range s.themes {
			words = append(slices.Concat(words, t.wants, []string{t.problem, t.measure}), t.events[:]...)
		}
		add("sector "+s.name, words...)
	}
	add("order wants", orderWants...)
	add("card wants", cardWants...)
	add("replace wants", replaceWants...)
	byPhase := func(name string, table [throughline.PhaseCount + 1][]line) {
		for _, p := range throughline.Phases() {
			if len(table[p]) > 0 {
				add(name+" "+p.String(), linesOf(table[p])...)
			}
		}
	}
	byPhase("says", says)
	byPhase("orders", orders)
	byPhase("cards", cards)
	add("matters", slices.DeleteFunc(slices.Clone(matters[:]), func(s string) bool { return s == "" })...)
	add("again", linesOf(again)...)
	byPhase("against", against)
	for _, k := range []string{"k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "c1", "c2", "c3", "c4", "c5", "c6"} {
		add("steps "+k, steps[k]...)
	}
	for _, e := range slices.Sorted(maps.Keys(noticed)) {
		add("noticed "+string(e), noticed[e]...)
	}
	for _, o := range slices.Sorted(maps.Keys(endings)) {
		for _, c := range slices.Sorted(maps.Keys(endings[o])) {
			add(strings.TrimSpace("endings "+string(o)+" "+string(c)), endings[o][c]...)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(cares)) {
		add("cares "+f, slices.Concat(cares[f][0], cares[f][1])...)
	}
	for _, p := range throughline.Phases() {
		var words []string
		for _, x := range plans[p] {
			words = append(words, x.bet, x.against, x.move, x.expect, x.move2, x.expect2, x.stop, x.stopIf)
		}
		if len(words) > 0 {
			add("plans "+p.String(), words...)
		}
	}
	add("other strategy", append([]string{stopSame, aimOf}, becauses...)...)
	add("ways", wayWords()...)
	add("promised", promised...)
	add("bodies", bodies...)
	return append(out, aroundTold()...)
}

// aroundTold lists what is told of what lies around a deal.
func aroundTold() []section {
	var work, use, called []string
	for _, k := range tasks {
		work = append(work, k.what, k.owner, k.serves)
	}
	for _, list := range uses {
		for _, u := range list {
			use = append(use, u.what)
			if u.owner != "" {
				use = append(use, u.owner)
			}
		}
	}
	for _, c := range deal.Categories() {
		called = append(called, calledFor[c]...)
	}
	return []section{{"tasks", work}, {"uses", use}, {"corrected", corrected}, {"asked", asked}, {"called", called}, {"initiative", initiativeWords}}
}

func wayWords() []string {
	var texts, owners, rules []string
	for _, way := range ways {
		for _, s := range way {
			texts = append(texts, s.text)
			if s.owner != "" {
				owners = append(owners, s.owner)
			}
			if s.rule != "" {
				rules = append(rules, s.rule)
			}
		}
	}
	return slices.Concat(texts, owners, rules)
}

func linesOf(ls []line) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		out[i] = l.text
	}
	return out
}

// A name of a sector or of a function may be a word with another meaning elsewhere.
func sectorKey(name string) string   { return "sector: " + name }
func functionKey(name string) string { return "function: " + name }

// chinese gives the Chinese of every sentence.
var chinese = sync.OnceValue(func() map[string]string {
	m, err := readChinese(told(), chineseText)
	if err != nil {
		panic(err) // embedded: a fault of the build
	}
	return m
})

// readChinese puts the lines of a text beside the sentences of the sections.
func readChinese(sections []section, text string) (map[string]string, error) {
	given := map[string][]string{}
	at := ""
	for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
		if name, is := strings.CutPrefix(l, "#"); is {
			at = strings.TrimSpace(name)
			continue
		}
		given[at] = append(given[at], l)
	}
	m := map[string]string{}
	for _, s := range sections {
		zh := given[strings.TrimSpace(s.name)]
		if len(zh) != len(s.words) {
			return nil, fmt.Errorf("%s: %d sentences and %d in Chinese", s.name, len(s.words), len(zh))
		}
		for i, w := range s.words {
			m[w] = zh[i]
		}
		delete(given, strings.TrimSpace(s.name))
	}
	for name := range given {
		return nil, fmt.Errorf("%q is no section", name)
	}
	return m, nil
}

// in gives a sentence in the company's language.
func (w *world) in(s string) string {
	if !w.chinese {
		return s
	}
	if zh, ok := chinese()[s]; ok {
		return zh
	}
	return s
}

// call gives a name of a sector or function, or a title, in the company's language.
func (w *world) call(key func(string) string, name string) string {
	if !w.chinese || name == "" {
		return name
	}
	return w.in(key(name))
}

// num spells a number as people of the company do.
func (w *world) num(n int) string {
	if w.chinese {
		return fmt.Sprint(n)
	}
	return number(n)
}

// said spells a day as one says it: 28 November.
func (w *world) said(d throughline.Day) string {
	if w.chinese {
		return fmt.Sprintf("%d月%d日", d.Civil().Month(), d.Civil().Day())
	}
	return said(d)
}

// regions of the Chinese company, one for each culture of the other.
var chineseRegions = strings.Fields("华北 东北 华东 华中 华南 西南 西北 京津冀 长三角 珠三角 成渝 胶东")

// chinesePlaces are invented, one for each place of the other company.
var chinesePlaces = strings.Fields(`临溪 云岭 青槐 石渡 白沙湾 柳堤 松岗 望江 梅岭 东篱 南渡口 枫桥镇 竹溪 碧湖 霞浦岭 长亭 清河湾 龙首 凤鸣 金坪
银滩口 双桥 三岔河 五里塘 七星坪 八角亭 九曲 十里铺 百花洲 千灯 万松 玉泉沟 珠浦 琴台 书院街 墨池 砚山口 笔架 茶亭 稻香
麦浪 桑园 荷塘 菱湖口 芦荡 杏林 桃坞 橘洲 榆关口 槐荫 柏坡 桐岭 桂溪 兰亭口 菊潭 菖浦 萍乡渡 苇泊 鹤鸣 鹿苑 雁栖口 鸥洲
鲤城口 骏川 燕山口 虹桥渡 霁岭 晴川 雾溪 雪峰口 雷泽 云梦口 星渚 月河 晨江 暮山 夏津口 秋浦口 冬青 春申口`)

var (
	chineseFamily = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧")
	chineseGiven  = strings.Fields("建国 晓雯 志强 丽华 海燕 文斌 雪梅 俊杰 玉兰 立新 静怡 国栋 秀英 少华 佳慧 永康 春晖 红霞 一鸣 思远 桂芳 伟民 雅琴 子涵")
)

// called gives somebody of an account a name.
func (w *world) called(c *culture, given, family int) string {
	if w.chinese {
		return chineseFamily[family%len(chineseFamily)] + chineseGiven[given%len(chineseGiven)]
	}
	return c.given[given%len(c.given)] + " " + c.family[family%len(c.family)]
}
