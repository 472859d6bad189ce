package phrase

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// terms are, for words of the glossary, the one Chinese word and those that
// were once used beside it. A reader who meets two words looks for two things.
var terms = []struct {
	id, word string
	not      []string
}{
	{"playbook", "剧本", []string{"手册"}},
	{"end state", "赢单", []string{"成交", "赢得订单"}}, // won
	{"phase", "落地", []string{"采用", "采纳"}},       // P8, Adopt
	{"milestone", "里程碑", []string{"节点", "关卡"}},
	{"no decision", "无决定", nil},
	{"deal", "交易", []string{"商机", "单子"}},
	{"evidence", "证据", []string{"佐证"}},
	{"bet", "赌注", []string{"押注"}},
	{"strategy", "策略", []string{"战略"}},
	{"promise", "承诺", nil},
	{"stage", "阶段", nil},
	{"forecast", "预测", []string{"预估"}},
}

// TestOneTermOneWord: each of these words of the glossary has one word in
// Chinese, wherever it stands.
func TestOneTermOneWord(t *testing.T) {
	glossary, err := os.ReadFile("../../GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	names, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	comment := regexp.MustCompile(`(?m)(^|\s)#.*$`)
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), "zh") {
			continue
		}
		text, err := files.ReadFile(n.Name())
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(comment.ReplaceAllString(string(text), ""), "\n") {
			for _, x := range terms {
				for _, not := range x.not {
					if strings.Contains(line, not) {
						t.Errorf("%s:%d: %s stands where %s is called %s: %s", n.Name(), i+1, not, x.id, x.word, strings.TrimSpace(line))
					}
				}
			}
		}
		all.Write(text)
	}
	for _, x := range terms {
		if x.id != "forecast" && !strings.Contains(string(glossary), "**"+x.id+"**") {
			t.Errorf("%s is no word of the glossary", x.id)
		}
		if !strings.Contains(all.String(), x.word) {
			t.Errorf("%s is never called %s", x.id, x.word)
		}
	}
}
