package statement

import (
	"os"
	"strings"
	"testing"
)

// TestFreshChinese: of thirty statements of each kind, written before any rule
// that reads Chinese, at least 27 bad ones are flagged and 27 good ones left alone.
func TestFreshChinese(t *testing.T) {
	text, err := os.ReadFile("testdata/chinese.txt")
	if err != nil {
		t.Fatal(err)
	}
	right, all := map[string]int{}, map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		kind, words, _ := strings.Cut(line, "\t")
		var flagged []string
		for _, f := range shipped().Lint(Statement{Text: words, Place: Milestone}) {
			if f.Check <= "L10" {
				flagged = append(flagged, f.Check)
			}
		}
		all[kind]++
		if (kind == "bad") == (flagged != nil) {
			right[kind]++
		} else {
			t.Logf("%s: %s %v", kind, words, flagged)
		}
	}
	if all["bad"] != 30 || all["good"] != 30 || right["bad"] < 27 || right["good"] < 27 {
		t.Errorf("right: %v of %v", right, all)
	}
}

// TestChineseChecks: each check has its cue in Chinese, and what only looks like
// one is left alone.
func TestChineseChecks(t *testing.T) {
	for _, x := range []struct{ text, has, not string }{
		{"我们与客户确认了需求", "L01", ""},
		{"方案已提交给项目组", "L02", ""},
		{"客户收到了报价单", "L02", ""},
		{"发起人在领导小组会上讲解了方案，会议纪要记录了提出的问题", "", "L02"},
		{"推动客户立项", "L03", ""},
		{"采购经理很感兴趣", "L04", ""},
		{"关键决策人已对齐", "L05", ""},
		{"领导层逐一签署了一页纸", "", "L05"},
		{"预算已确认", "L06", ""},
		{"财务主管书面确认了预算", "", "L06"},
		{"采购经理赶在我们的季度末签署订单", "L07", ""},
		{"委员会没有提出异议", "L08", ""},
		{"委员会的会议纪要记录没有异议", "", "L08"},
		{"试点成功", "L09", ""},
		{"生产部理解了方案", "L10", ""},
		{"固执的厂长签署了申请", "L13", ""},
		{"发起人填写了 MEDDPICC 表", "L14", ""},
		{"生产部没有签署验收单", "L10", ""},
		{"由法务部签署合同", "", "L09"},
		{"运营总监写下了今年全年必须解决的所有问题，随后又把这份很长的清单分别发给了同在一层楼办公的两位同事和远在外地的另外三位负责人", "L12", ""},
	} {
		found := map[string]bool{}
		for _, f := range shipped().Lint(Statement{Text: x.text, Place: Milestone}) {
			found[f.Check] = true
		}
		if x.has != "" && !found[x.has] || x.not != "" && found[x.not] {
			t.Errorf("%s: %v, want %s, not %s", x.text, found, x.has, x.not)
		}
	}
}

// TestAChineseWayOut: what is offered in place of a flagged statement is Chinese,
// and itself without a finding.
func TestAChineseWayOut(t *testing.T) {
	for _, r := range hanRewrites {
		if found := shipped().Lint(Statement{Text: r.good, Place: Milestone}); len(found) > 0 {
			t.Errorf("%s: %s at %q", r.good, found[0].Check, found[0].Value)
		}
	}
	if good, ok := shipped().Rewrite("L02", "报价已提交"); !ok || !strings.HasSuffix(good, "。") {
		t.Errorf("instead of a quote: %q", good)
	}
	l, err := New(Words{Actors: []string{"护理站"}, Acts: []string{"挂牌"}})
	if err != nil {
		t.Fatal(err)
	}
	if found := l.Lint(Statement{Text: "护理站挂牌", Place: Milestone}); len(found) > 0 {
		t.Errorf("a company's own words are not read: %+v", found)
	}
}

// FuzzChinese: whatever is written, reading ends, and findings lie in the text.
func FuzzChinese(f *testing.F) {
	for _, s := range []string{"报价已提交", "由", "客户", "部部部", "，，", "客户\xff签署"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range shipped().Lint(Statement{Text: s, Place: Milestone}) {
			if x.Range.Begin.Offset < 0 || x.Range.End.Offset > len(s) || x.Range.Begin.Offset > x.Range.End.Offset {
				t.Errorf("%q: %+v", s, x.Range)
			}
		}
	})
}

// TestAChineseDocumentIsShownWithItsReceiver: what is underlined is the clause in
// which our document went to somebody, and no more.
func TestAChineseDocumentIsShownWithItsReceiver(t *testing.T) {
	for text, want := range map[string]string{
		"提案已发送给客户。":       "提案已发送给客户",
		"合同已寄出，等待回复":      "合同已寄出",
		"上周五 报价单已交付采购部门 ": "报价单已交付采购部门",
	} {
		var got []string
		for _, f := range shipped().Lint(Statement{Text: text, Place: Milestone}) {
			if f.Check == "L02" {
				got = append(got, text[f.Range.Begin.Offset:f.Range.End.Offset])
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: underlined is %q, not %q", text, got, want)
		}
	}
}
