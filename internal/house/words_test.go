package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wordless are rooms whose findings are codes: what is said of them stands in
// phrase, in every language.
var wordless = []string{"mining", "alignment", "blend", "errand", "precedent"}

// mining answers programs with this; it is compared, and never shown.
var notSaid = []string{"milestones met before"}

// TestWhatIsFoundIsNotSaidBelowPhrase: three words in a row in a text of such a
// room are a sentence, unless it says why something failed.
func TestWhatIsFoundIsNotSaidBelowPhrase(t *testing.T) {
	sentence := regexp.MustCompile(`[A-Za-z%]+ [A-Za-z%]+ [A-Za-z%]+`)
	for _, room := range wordless {
		files, err := filepath.Glob("../" + room + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Field: // its tag
					return n.Tag == nil
				case *ast.CallExpr: // an error, or a fault of the program
					name := called(n)
					return name != "Errorf" && name != "New" && name != "panic" && name != "Fail"
				case *ast.BasicLit:
					if s, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && sentence.MatchString(s) && !slices.Contains(notSaid, s) {
						t.Errorf("%s says %q, which phrase should", room, s)
					}
				}
				return true
			})
		}
	}
}

// called is the last name of what a call calls.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
