package chinese_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/chinese"
)

func tell(s string, c language.Clause) string {
	out := fmt.Sprintf("%s %s %s", c.Span.Of(s), c.Tense, c.Mood)
	if c.Denied() {
		out += " " + c.Not.Of(s)
	}
	if c.Asked {
		out += " asked"
	}
	if c.Said >= 0 {
		out += fmt.Sprintf(" said by %d", c.Said)
	}
	return out
}

// A sentence a line, and the clauses that are read from it.
var sentences = map[string][]string{
	"他们选了另一家供应商。":       {"他们选了另一家供应商 done fact"},
	"李伟说他们会放弃这个项目。":     {"李伟说 bare fact", "他们会放弃这个项目 ahead fact said by 0"},
	"合同还没签。":            {"合同还没签 bare fact 还没"},
	"如果降价，王磊明天就签合同。":    {"如果降价 bare condition", "王磊明天就签合同 ahead condition"},
	"听说采购部可能换供应商。":      {"听说 bare hedge", "采购部可能换供应商 bare hedge said by 0"},
	"他们问我们能不能打折？":       {"他们问我们能不能打折？ bare request asked"},
	"王总答应周五前把系统清单发给我们。": {"王总答应周五前把系统清单发给我们 ahead pledge"},
	"他们看了方案，但是没有预算。":    {"他们看了方案 done fact", "但是没有预算 bare fact 没有"},
	"会议开得不错。":           {"会议开得不错 bare fact"},
}

func TestClauses(t *testing.T) {
	for s, want := range sentences {
		var got []string
		for _, c := range chinese.Clauses(s, 0, len(s)) {
			got = append(got, tell(s, c))
		}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("%s\n got %s\nwant %s", s, strings.Join(got, "; "), strings.Join(want, "; "))
		}
	}
}

func TestWhatIsDenied(t *testing.T) {
	for text, want := range map[string]string{"他们没有最终签": "没有", "他们签": "", "这不错，签": "", "他们不想再签": "不想"} {
		at := strings.LastIndex(text, "签")
		got, ok := chinese.DeniedAt(text, 0, at)
		if (want != "") != ok || got.Of(text) != want {
			t.Errorf("%s: %q %v, want %q", text, got.Of(text), ok, want)
		}
	}
}

func FuzzClauses(f *testing.F) {
	for s := range sentences {
		f.Add(s)
	}
	f.Add("不不不没没有，，，说说说（1,000）\xff")
	f.Fuzz(func(t *testing.T, s string) {
		all := chinese.Clauses(s, 0, len(s))
		last := 0
		for i, c := range all {
			if c.Start < last || c.End > len(s) || c.End < c.Start || c.Said >= len(all) || c.Said == i {
				t.Fatalf("clause %d of %q: %+v", i, s, c)
			}
			last = c.Start
		}
	})
}
