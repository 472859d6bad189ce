package blend

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMethodPagesAndCodeNameEachOther, and the page explains every reason to hide.
func TestMethodPagesAndCodeNameEachOther(t *testing.T) {
	page := ""
	for _, name := range []string{"blend.md", "contracting-dates.md"} {
		b, err := os.ReadFile("../../docs/methods/" + name)
		if err != nil {
			t.Fatal(err)
		}
		page += string(b)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := ""
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code += string(b)
		}
	}
	for _, name := range []string{"blend.md", "contracting-dates.md"} {
		if !strings.Contains(code, "docs/methods/"+name) {
			t.Errorf("no code points to %s", name)
		}
	}
	names := regexp.MustCompile("`blend\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(page, -1)
	if len(names) == 0 {
		t.Error("the page names no code")
	}
	for _, n := range names {
		if !strings.Contains(code, "func "+n[1]+"(") {
			t.Errorf("the page names blend.%s, which is not there", n[1])
		}
	}
	for _, m := range regexp.MustCompile(`Why += "([a-z_]+)"`).FindAllStringSubmatch(code, -1) {
		if !strings.Contains(page, "`"+m[1]+"`") {
			t.Errorf("the page does not say what %q means", m[1])
		}
	}
}
