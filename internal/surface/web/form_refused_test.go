package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline"
)

// TestRefusalsInTheReadersLanguage: what could not be recorded says why in the
// language of the page, and asks again for what was left empty.
func TestRefusalsInTheReadersLanguage(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Refused", throughline.Complex)
	for _, c := range []struct {
		to     string
		fields []string
		en, zh string
		asks   string
	}{
		{"/person", []string{"name", "", "function", "finance"}, "A person needs a name.", "人需要有姓名。", "textarea[name=name]"},
		{"/stance", []string{"value", "", "wants", "one figure"}, "One of the five has to be chosen.", "须在五种里选一种。", "[type=radio][name=value]"},
		{"/evidence", []string{"text", "", "about", "journey/p1", "grade", "E1"}, "Nothing is written yet.", "还没有写内容。", "textarea[name=text]"},
		{"/evidence", []string{"text", "they moved", "about", "journey/p1", "grade", "E1", "on", "2999-01-01"}, "That day is still to come.", "这一天还没有到。", "input[type=date][name=on]"},
		{"/amount", []string{"amount", "much"}, "An amount is a number", "金额是一个数字", "textarea[name=amount]"},
		{"/person", []string{"name", strings.Repeat("x", 5000)}, "5000 characters", "5000 个字符", "textarea[name=name]"},
	} {
		for lang, says := range map[string]string{"en": c.en, "zh": c.zh} {
			d, r := s.post(t, path+c.to+"?lang="+lang, c.fields...)
			if r.StatusCode != http.StatusBadRequest {
				t.Errorf("%s %v: %s", c.to, c.fields[:2], r.Status)
				continue
			}
			has(t, d, "[role=alert]", says)
			has(t, d, "main form "+c.asks)
		}
	}
}

// TestRefusalsAreStillSaid holds the list of what is said in other words to
// the words that it stands for.
func TestRefusalsAreStillSaid(t *testing.T) {
	list, err := os.ReadFile("form_refused.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, pattern := range []string{"../../operation/*.go", "page_me.go"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	said := regexp.MustCompile(`(?m)^\t("[^"]+"): +"refused\.`).FindAllStringSubmatch(string(list), -1)
	if len(said) < 10 {
		t.Fatalf("only %d of them are found", len(said))
	}
	for _, m := range said {
		if !strings.Contains(source.String(), m[1]) {
			t.Errorf("nothing says %s any more", m[1])
		}
	}
}
