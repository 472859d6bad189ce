package web_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
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

// TestEveryRefusalHasItsWords walks what the writing operations refuse, and
// asks for each sentence in Chinese: none may come out as it was written.
func TestEveryRefusalHasItsWords(t *testing.T) {
	files, err := filepath.Glob("../../operation/record*.go")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`(?:errors\.New|fmt\.Errorf)\(("(?:[^"\\]|\\.)*")`)
	walked := 0
	_, day := throughline.ParseDay("soon")
	_, address := throughline.ParseAddress("journey")
	_, id := throughline.ParseID("x")
	for _, err := range []error{day, address, id, errors.New(`"Alin" is not known; did you mean "align"?`), errors.New(`"x" is none of "a", "b"`)} {
		if got := web.Refusal("zh", err); !regexp.MustCompile(`\p{Han}`).MatchString(got) {
			t.Errorf("%q comes out as %q", err, got)
		}
	}
	drafts, err := filepath.Glob("../../workshop/draft*.go")
	if err != nil || len(drafts) < 4 {
		t.Fatal(drafts, err)
	}
	for _, f := range append(append(files, drafts...), "../../operation/capture_note.go", "page_studio.go") {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
			said, err := strconv.Unquote(m[1])
			if err != nil {
				t.Fatal(f, m[1], err)
			}
			said = strings.NewReplacer("%d", "7", "%s: %w", `the bet's day: "soon" is no date such as 2017-06-30`, "%s", "Anna", "%w", "x").Replace(said)
			if strings.HasSuffix(said, ": ") { // and what it is about
				said += "Anna"
			}
			walked++
			if got := web.Refusal("zh", errors.New(said)); !regexp.MustCompile(`\p{Han}`).MatchString(got) {
				t.Errorf("%s: %q comes out as %q", filepath.Base(f), said, got)
			}
		}
	}
	if walked < 40 {
		t.Errorf("only %d refusals were found", walked)
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
	for _, pattern := range []string{"../../operation/*.go", "../../desk/*.go", "../../workshop/draft*.go", "page_me.go", "page_studio.go"} {
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
