package blend

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheMethodPageAndTheCodeNameEachOther, and the page explains every reason to hide.
func TestTheMethodPageAndTheCodeNameEachOther(t *testing.T) {
	page, err := os.ReadFile("../../docs/methods/blend.md")
	if err != nil {
		t.Fatal(err)
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
	if !strings.Contains(code, "docs/methods/blend.md") {
		t.Error("no code points to the page")
	}
	names := regexp.MustCompile("`blend\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(string(page), -1)
	if len(names) == 0 {
		t.Error("the page names no code")
	}
	for _, n := range names {
		if !strings.Contains(code, "func "+n[1]+"(") {
			t.Errorf("the page names blend.%s, which is not there", n[1])
		}
	}
	for _, m := range regexp.MustCompile(`Why += "([a-z_]+)"`).FindAllStringSubmatch(code, -1) {
		if !strings.Contains(string(page), "`"+m[1]+"`") {
			t.Errorf("the page does not say what %q means", m[1])
		}
	}
}
