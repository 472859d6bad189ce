package capture

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/chinese"
	"github.com/throughline/throughline/internal/language/english"
)

// doubts are what speaks against offering an end of the deal, or a promise,
// without asking. The models do not read them: they are for the rules alone.
type doubts struct {
	notLost    bool // that it is lost is denied, or something is and no list is sure of a loss
	notPutOff  bool // the same of a postponement
	kept       bool // that it ends is denied
	onTime     bool // that it is put off is denied
	onlyDenied bool // an end is denied, or a delay, and nothing else is said
	forUs      bool // they chose us
	open       bool // some clause may be, or hangs on something
}

// doubtsOf looks over the clauses of a sentence for what is denied, who was
// chosen, and what is left open.
func doubtsOf(lx *lexicon, text string, clauses []language.Clause, hits []hit) doubts {
	var d doubts
	denied, lost := false, false
	var rest []language.Clause // those that may state an end: not what only describes, nor what denies one
	for i := range clauses {
		c := &clauses[i]
		if c.Aside {
			continue
		}
		d.forUs = d.forUs || choosesUs(text, c)
		d.open = d.open || open(text, c)
		if !c.Denied() {
			rest = append(rest, *c)
			continue
		}
		denied = true
		switch {
		case refuses(text, c, endings) || passesOver(text, c):
			d.kept = true
		case refuses(text, c, delays):
			d.onTime = true
		default:
			lost = lost || refusesUs(text, c)
			rest = append(rest, *c)
		}
	}
	if !denied {
		return d
	}
	lost = lost || stated(lx, text, rest, hits, "sign/loss_")
	d.onlyDenied = len(rest) == 0
	d.notLost = d.kept || !lost
	d.notPutOff = d.onTime || !stated(lx, text, rest, hits, "sign/postpone")
	return d
}

// stated reports whether a turn of phrase of a group stands in some clause and
// is not denied, be it before the phrase or in a gap of it: "the project is not
// stopped". A phrase that holds its own denial states what it says: "no budget".
func stated(lx *lexicon, text string, clauses []language.Clause, hits []hit, group string) bool {
	return slices.ContainsFunc(hits, func(h hit) bool {
		if !strings.HasPrefix(lx.groups[h.group], group) {
			return false
		}
		at, _ := slices.BinarySearchFunc(clauses, h.start, func(c language.Clause, start int) int { return cmp.Compare(c.End-1, start) })
		if at == len(clauses) || !clauses[at].Has(h.start) || strings.HasSuffix(put(text, &clauses[at], h), "!") {
			return false
		}
		c := &clauses[at]
		inGap := c.Denied() && h.start <= c.Not.Start && c.Not.End <= h.end
		return !inGap || h.denies
	})
}

// The verbs that end a deal, that put it off, and by which one is chosen.
var (
	endings   = english.Set("cancel kill scrap stop drop abandon terminate bury axe end ditch discontinue abort withdraw shut close reject lose cut")
	delays    = english.Set("postpone defer delay shelve park pause suspend freeze hold adjourn push table halt stall slip")
	choosing  = english.Set("choose pick select take award go sign prefer hire appoint favour favor nominate want give")
	asNouns   = english.Set("end close cut hold push table stop drop park slip stall halt") // only where a clause is built on them
	endStates = regexp.MustCompile(`^(?:dead|off|over|lost|history|out|at risk|in danger)\b`)
	offStates = regexp.MustCompile(`^(?:on hold|on ice|on pause|late|in the next)\b`)
	weUs      = regexp.MustCompile(`^(?:(?:with|for|to) )?(?:us|ours|you|yours|we)\b` +
		`|^(?:(?:with|for|to) )?(?:our|your) (?:offer|proposal|bid|quote|tender|system|solution|product|software|platform|company|team)\b`)
	usAway = regexp.MustCompile(`^(?:\w+ )?(?:us|you) (?:out|off|down|aside|apart|through|back|by|for|\d|the|a|some|three|two|weeks|months)\b`)
	butUs  = regexp.MustCompile(`\bbut (?:with |for )?(?:us|ours|you|yours)\b`)
)

// Signs of Chinese for the same; what may stand between a denial and its verb.
var (
	endingsHan  = strings.Fields("取消 终止 中止 叫停 停 砍 撤 作废 下马 黄 泡汤 流产 放弃 搁浅 关闭 结束 否决 丢 输 失去")
	delaysHan   = strings.Fields("推迟 延期 延后 延迟 推后 搁置 暂停 暂缓 拖 冻结 往后")
	choosingHan = strings.Fields("选择 选定 选用 选 采用 跟 和 与")
	betweenHan  = strings.Fields("被 再 会 要 想 打算 计划 准备 真的 真 最终 正式 完全 决定 是 人 有 说 了")
	usHan       = strings.Fields("我们 我方 咱 贵公司 贵司 贵方 你们")
	othersHan   = strings.Fields("另一家 另外 对手 竞争 竞品 别 其他 其它 人家 友商")
	buyingHan   = strings.Fields("买 要 做 上 搞 采购 续 换 投 干 继续 推进 合作 考虑 用")
	chosenHan   = regexp.MustCompile(
		`(?:选|选择|定|选定|选中|敲定|签给|签|交给|授予|用|换成|买)了?(?:的是)?(?:我们|我方|咱们|咱|贵公司|你们)(?:$|[^的]|的(?:方案|系统|产品|报价|标))` +
			`|(?:给了|跟|和|与)(?:我们|我方|咱们|贵公司|你们)(?:签|合作)|(?:我们|我方|咱们)(?:赢|中标|中了|胜出)`)
	awayHan = regexp.MustCompile(`(?:我们|我方|咱们|你们)的?(?:对手|竞争)`)
)

// refuses reports whether a clause denies one of some doings: "not cancelled",
// "no plans to cancel", "没有被取消".
func refuses(text string, c *language.Clause, verbs map[string]bool) bool {
	states, han := endStates, endingsHan
	if verbs["postpone"] {
		states, han = offStates, delaysHan
	}
	if verbs[c.Act] || c.Act == "be" && states.MatchString(strings.ToLower(c.Object.Of(text))) {
		return true
	}
	rest := text[c.Not.End:max(c.Not.End, c.End)]
	if hasHan(text[c.Start:c.End]) {
		if bare := afterDenial(rest); hasAnyPrefix(bare, han...) || hasAnyPrefix(bare, "把", "对") && hasAny(bare, han...) {
			return true
		}
		return verbs["cancel"] && c.Not.Of(text) == "否认"
	}
	return slices.ContainsFunc(strings.Fields(strings.ToLower(rest)), func(w string) bool {
		v, ok := english.VerbOf(strings.Trim(w, ".,;!"))
		return ok && verbs[v.Plain] && !asNouns[v.Plain]
	})
}

// passesOver reports whether a clause says that somebody else was not chosen.
func passesOver(text string, c *language.Clause) bool {
	if hasHan(text[c.Start:c.End]) {
		rest := text[c.Not.End:max(c.Not.End, c.End)]
		bare := afterDenial(rest)
		if hasAny(rest, usHan...) {
			return awayHan.MatchString(rest)
		}
		if c.Not.Of(text) == "拒绝" {
			return hasAnyPrefix(bare, othersHan...)
		}
		for _, w := range choosingHan {
			if behind, ok := strings.CutPrefix(bare, w); ok {
				return !hasAnyPrefix(behind, "上", "中", "定", "好") && strings.TrimLeft(behind, "了过 ") != ""
			}
		}
		return false
	}
	object := strings.ToLower(c.Object.Of(text))
	if !choosing[c.Act] || object == "" || weUs.MatchString(object) || butUs.MatchString(object) {
		return choosing[c.Act] && butUs.MatchString(object)
	}
	switch c.Act {
	case "go", "sign":
		return hasAnyPrefix(object, "with ", "for ", "to ")
	case "want", "give", "take": // "did not take the offer"
		return false
	}
	return true
}

// refusesUs reports whether a clause says that we were not chosen, or that
// they decided against doing something.
func refusesUs(text string, c *language.Clause) bool {
	if c.Mood.Has(language.Decision) {
		return true
	}
	if hasHan(text[c.Start:c.End]) {
		rest := text[c.Not.End:max(c.Not.End, c.End)]
		not := c.Not.Of(text)
		if hasAny(rest, usHan...) && !awayHan.MatchString(rest) && (not == "拒绝" || hasAny(rest, choosingHan...)) {
			return true
		}
		return strings.HasPrefix(not, "不") && not != "不曾" && hasAnyPrefix(afterDenial(rest), buyingHan...)
	}
	return choosing[c.Act] && weUs.MatchString(strings.ToLower(c.Object.Of(text)))
}

// afterDenial takes off what may stand between a Chinese denial and its verb.
func afterDenial(rest string) string {
	for range 4 {
		rest = strings.TrimSpace(rest)
		for _, w := range betweenHan {
			if cut, ok := strings.CutPrefix(rest, w); ok {
				rest = cut
				break
			}
		}
	}
	return rest
}

// choosesUs reports whether a clause says that they chose us.
func choosesUs(text string, c *language.Clause) bool {
	words := strings.TrimSpace(c.Of(text))
	if hasHan(words) {
		at := chosenHan.FindStringIndex(words)
		if at == nil || c.Asked || awayHan.MatchString(words) {
			return false
		}
		_, not := chinese.DeniedAt(text, c.Start, c.Start+at[0])
		return !not
	}
	object := strings.ToLower(c.Object.Of(text))
	if c.Asked {
		return false
	}
	if c.Denied() {
		return choosing[c.Act] && butUs.MatchString(object)
	}
	side := sideOf(text, c)
	return c.Act == "win" && side == "us" || choosing[c.Act] && side != "it" && side != "us" && weUs.MatchString(object) && !usAway.MatchString(object)
}

// What a doing hangs on where no verb says so, and in Chinese where no word of
// the lists does.
var (
	hangs = regexp.MustCompile(`(?i)\b(?:as soon as|as long as|so long as|subject to|depending on|depends on|contingent on|in case|on condition|` +
		`provided (?:that|the|their|they|he|she|it|nothing|nobody|everybody|legal|finance)|pending (?:the|their|final|board|legal|approval))\b`)
	hangsHan = regexp.MustCompile(`^(?:等|待|须待|视)|看情况|视情况|取决于|为前提|再说`)
)

// open reports whether a clause says what may be, or what hangs on something.
// "He said he would send it" does not: it reports what he said he will do.
func open(text string, c *language.Clause) bool {
	words := strings.TrimSpace(c.Of(text))
	if c.Mood.Has(language.Hedge) || hangs.MatchString(words) || hangs.MatchString(justBefore(text, c.Start)) || hasHan(words) && hangsHan.MatchString(words) {
		return true
	}
	verb := " " + strings.ToLower(c.Verb.Of(text))
	reported := c.Said >= 0 && (strings.Contains(verb, " would") || strings.HasSuffix(strings.ToLower(c.Doer.Of(text)), "'d") || strings.Contains(verb, "'d"))
	return c.Mood.Has(language.Condition) && !reported
}

// justBefore gives what stands right before a byte of a text, no more than a few
// words of it: reading takes time in proportion to the length.
func justBefore(text string, at int) string {
	const few = 32
	return strings.ToValidUTF8(strings.TrimSpace(text[max(0, at-few):at]), "")
}

// opensHan begin a clause on which another hangs.
var (
	opensHan = strings.Fields("如果 要是 假如 假若 若是 若 除非 只要 只有 万一 一旦 倘若 即使 就算 等 待")
	opensIf  = regexp.MustCompile(`(?i)\b(?:if|unless|once|when|until|till|provided|providing|assuming|as soon as|as long as|so long as|in case)(?: that)?$`)
	startsIf = regexp.MustCompile(`(?i)^(?:if|unless|once|when|until|till|provided|assuming|as soon as|as long as|in case)\b`)
)

// condition reports whether a clause is what another hangs on: whoever does
// something in it promises nothing.
func condition(text string, c *language.Clause) bool {
	words := strings.TrimSpace(c.Of(text))
	if hasHan(words) {
		return hasAnyPrefix(words, opensHan...) || strings.HasSuffix(words, "的话")
	}
	return startsIf.MatchString(words) || opensIf.MatchString(justBefore(text, c.Start))
}

// promiser gives the person who promises: not one who only stands in what it
// hangs on ("if Helen agrees, they will sign").
func (q *reading) promiser(s *said, person *mention) *mention {
	q.senseOf(s)
	only := func(m *mention) bool {
		return m.byName && slices.ContainsFunc(s.clauses, func(c language.Clause) bool { return c.Has(m.start) && condition(q.text, &c) })
	}
	if person == nil || !only(person) {
		return person
	}
	for i := range s.people {
		m := &s.people[i]
		does := func(c language.Clause) bool { return c.Doer.Has(m.start) && !condition(q.text, &c) }
		if !m.ours() && slices.ContainsFunc(s.clauses, does) {
			return m
		}
	}
	return nil
}

var (
	maybe = regexp.MustCompile(`(?i)^(?:maybe|perhaps|possibly|probably|hopefully|apparently|presumably|likely|supposedly|potentially|` +
		`if|unless|once|when|provided|assuming|as soon as|and|but|so|then|or|that)[ ,]+`)
	maybeHan = strings.Fields("也许 可能 或许 大概 估计 恐怕 说不定 没准 好像 似乎 应该 听说 据说 如果 要是 假如 只要 只有 除非 万一 一旦 倘若 那么 那 但是 但 不过 预计 看来 多半")
	willHan  = strings.Fields("就会 才会 便会 将会 都会 也会 可能 应该 大概 也许")
	theyHan  = strings.Fields("他们 她们 对方 客户 他 她")
)

// bareWho takes off the words for somebody what says that it may be, and what a
// contraction or a Chinese verb adds: "Maybe they'll", "如果董事会", "他们就会签".
func bareWho(words string) string {
	words = strings.TrimSpace(words)
	for at := maybe.FindString(words); at != "" && len(at) < len(words); at = maybe.FindString(words) {
		words = words[len(at):]
	}
	for _, mark := range []string{"'", "’"} {
		for _, end := range []string{"ll", "re", "ve", "d"} {
			words = strings.TrimSuffix(words, mark+end)
		}
	}
	if !hasHan(words) {
		if strings.HasSuffix(words, " they") { // "when finance is back they will …"
			return "they"
		}
		return words
	}
	for range 3 {
		for _, w := range maybeHan {
			words = strings.TrimPrefix(words, w)
		}
	}
	for _, w := range theyHan {
		if rest, ok := strings.CutPrefix(words, w); ok && !strings.HasPrefix(rest, "的") {
			return w
		}
	}
	for _, w := range willHan {
		if at := strings.Index(words, w); at > 0 {
			words = words[:at]
		}
	}
	if cut := strings.TrimSuffix(words, "就"); cut != "" {
		words = cut
	}
	return strings.TrimSpace(words)
}
