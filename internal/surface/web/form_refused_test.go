package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/web"
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
		{"/person", []string{"name", strings.Repeat("x", 5000)}, "5,000 characters", "5,000 个字符", "textarea[name=name]"},
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

// refusalsIn are the refusals that a source file makes: their codes, with the
// file that makes them.
func refusalsIn(t *testing.T) map[string]string {
	t.Helper()
	made := map[string]string{}
	code := regexp.MustCompile(`\bRefuse\(\s*"([a-z_]+)",\s*"`)
	for _, root := range []string{"../../../*.go", "../../*/*.go", "../../*/*/*.go"} {
		files, err := filepath.Glob(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			source, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range code.FindAllStringSubmatch(string(source), -1) {
				made[m[1]] = f
			}
		}
	}
	return made
}

// TestEveryRefusalHasItsWords: what is refused is said in both languages, and
// what can be said is refused somewhere.
func TestEveryRefusalHasItsWords(t *testing.T) {
	made := refusalsIn(t)
	if len(made) < 80 {
		t.Fatalf("only %d refusals are found", len(made))
	}
	for code, file := range made {
		for _, lang := range []string{"en", "zh"} {
			got := web.Refusal(lang, throughline.Refuse(code, "x"))
			if strings.Contains(got, "[refused.") || lang == "zh" && !regexp.MustCompile(`\p{Han}`).MatchString(got) {
				t.Errorf("%s: %s comes out as %q", file, code, got)
			}
		}
	}
	words, err := filepath.Glob("../../phrase/en*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`(?m)^  ([a-z_]+):`)
	for _, f := range words {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, under, ok := strings.Cut("\n"+string(text), "\nrefused:\n")
		if !ok {
			continue
		}
		if end := regexp.MustCompile(`(?m)^\S`).FindStringIndex(under); end != nil {
			under = under[:end[0]]
		}
		for _, m := range key.FindAllStringSubmatch(under, -1) {
			if made[m[1]] == "" {
				t.Errorf("%s: nothing is refused as %s any more", filepath.Base(f), m[1])
			}
		}
	}
}

// TestWritingRefusesInCodes: where people write, nothing is refused by a sentence
// alone, which no other language has.
func TestWritingRefusesInCodes(t *testing.T) {
	sentence := regexp.MustCompile(`(?:errors\.New|fmt\.Errorf)\(\s*"[^"]*"`)
	looked := 0
	for _, pattern := range []string{"../../recording/*.go", "../../sharing/guest.go", "../../workshop/draft*.go", "page_studio.go", "page_me.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			source, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			looked++
			for _, said := range sentence.FindAllString(string(source), -1) {
				if !strings.Contains(said, "%w") && !strings.Contains(said, "the link's key cannot be read") { // a damaged database
					t.Errorf("%s: %s", filepath.Base(f), said)
				}
			}
		}
	}
	if looked < 20 {
		t.Errorf("only %d files were looked at", looked)
	}
}
