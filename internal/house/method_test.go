package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMethodPagesAndCodeNameEachOther: every page docs/methods/ROOM-*.md is
// pointed to by the code of its room, and names code that is there.
func TestMethodPagesAndCodeNameEachOther(t *testing.T) {
	for _, room := range []string{"mining", "survival", "forecast"} {
		files, err := filepath.Glob("../" + room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
		code := all.String()
		named := map[string]bool{}
		for _, m := range regexp.MustCompile(`docs/methods/(`+room+`-[a-z]+\.md)`).FindAllStringSubmatch(code, -1) {
			named[m[1]] = true
		}
		pages, err := filepath.Glob("../../docs/methods/" + room + "-*.md")
		if err != nil || len(pages) == 0 {
			t.Fatal("no method pages of", room, err)
		}
		there := map[string]bool{}
		for _, p := range pages {
			name := filepath.Base(p)
			there[name] = true
			if strings.HasSuffix(name, "-speed.md") { // measures, not a method
				continue
			}
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if !named[name] {
				t.Errorf("no code points to %s", name)
			}
			symbols := regexp.MustCompile("`(?:"+room+"|Model)\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(string(b), -1)
			if len(symbols) == 0 {
				t.Errorf("%s names no code", name)
			}
			for _, s := range symbols {
				if !strings.Contains(code, "func "+s[1]+"(") && !strings.Contains(code, ") "+s[1]+"(") {
					t.Errorf("%s names %s.%s, which is not there", name, room, s[1])
				}
			}
		}
		for name := range named {
			if !there[name] {
				t.Errorf("code of %s points to %s, which is not there", room, name)
			}
		}
	}
}
