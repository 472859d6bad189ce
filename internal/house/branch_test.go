package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// straight are the rooms in which no function may have more ways through it
// than mostWays.
var straight = []string{"capture", "capture/endpoint", "language", "language/english", "language/chinese", "statement"}

const mostWays = 30

// ways counts the ways through a function as McCabe does: one, and one more for
// each if, loop, case and each && or ||. Functions inside count with it.
func ways(f *ast.FuncDecl) int {
	n := 1
	ast.Inspect(f, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if x.List != nil {
				n++
			}
		case *ast.CommClause:
			if x.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

func TestNoFunctionHasTooManyWays(t *testing.T) {
	for _, room := range straight {
		files, err := os.ReadDir("../" + room)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range files {
			name := "../" + room + "/" + e.Name()
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
					if n := ways(f); n > mostWays {
						t.Errorf("%s: %s has %d ways through it, at most %d are wanted", set.Position(f.Pos()), f.Name.Name, n, mostWays)
					}
				}
			}
		}
	}
}
