package workshop

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// TestEveryChangeCanBeMade: each change that an edit may be has its entry in
// the table, or is one of the three that make other changes.
func TestEveryChangeCanBeMade(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "draft_edit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, d := range f.Decls {
		block, ok := d.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		for _, s := range block.Specs {
			v := s.(*ast.ValueSpec)
			if !v.Names[0].IsExported() || len(v.Values) != 1 {
				continue
			}
			if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				name, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				names[name] = v.Names[0].Name
			}
		}
	}
	if len(names) < 30 {
		t.Fatalf("only %d changes are named", len(names))
	}
	elsewhere := []string{Undo, TakeProposal, DropProposal}
	for name, constant := range names {
		_, ok := changes[name]
		if apart := slices.Contains(elsewhere, name); ok == apart {
			t.Errorf("%s (%q): in the table %t, made elsewhere %t", constant, name, ok, apart)
		}
	}
	for name := range changes {
		if names[name] == "" {
			t.Errorf("the table makes %q, which no edit is called", name)
		}
	}
}
