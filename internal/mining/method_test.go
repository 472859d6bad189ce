package mining

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every method page of this room is named by its code, and names code that is there.
func TestMethodPagesAndCodeNameEachOther(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := ""
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		code += string(b)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`docs/methods/(mining-[a-z]+\.md)`).FindAllStringSubmatch(code, -1) {
		named[m[1]] = true
	}
	pages, err := filepath.Glob("../../docs/methods/mining-*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal("no method pages", err)
	}
	there := map[string]bool{}
	for _, p := range pages {
		name := filepath.Base(p)
		there[name] = true
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if name == "mining-speed.md" { // measures, not a method
			continue
		}
		if !named[name] {
			t.Errorf("no code points to %s", name)
		}
		symbols := regexp.MustCompile("`mining\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(string(b), -1)
		if len(symbols) == 0 {
			t.Errorf("%s names no code", name)
		}
		for _, s := range symbols {
			if !strings.Contains(code, "func "+s[1]+"(") {
				t.Errorf("%s names mining.%s, which is not there", name, s[1])
			}
		}
	}
	for name := range named {
		if !there[name] {
			t.Errorf("code points to %s, which is not there", name)
		}
	}
}
