// Command measure says how the house is built, in figures that can be compared
// from one year to the next.
//
// Takes: a tree of Go (the first argument, else here). Gives: one line a measure
// on standard output, the worst functions and lines by name with -v. Never:
// judges; limits stand in docs/methods/house.md.
//
// Generated files (*_templ.go and those that say "Code generated") are left out.
// A line of a long comment counts as any other. Cyclomatic complexity is one
// for a function and one more for each if, for, case that is not the default,
// && and ||, closures included (McCabe 1976).
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// wide is the column after which a line is long, hot the complexity after which
// a function is.
const (
	wide = 160
	hot  = 24
)

// function is one that was met, with how many ways lead through it.
type function struct {
	name  string
	ways  int
	lines int
}

// tally is what was counted of a tree.
type tally struct {
	code, tests, long, comments int
	files                       []int // lines of each, tests left out
	functions                   []function
	longLines                   map[string]int
	rooms                       map[string]*room
	exported, documented        int
}

// room is a folder with Go in it.
type room struct {
	lines   int
	imports map[string]bool
}

func main() {
	verbose := flag.Bool("v", false, "name the functions and files that stand out")
	flag.Parse()
	root := "."
	if flag.NArg() > 0 {
		root = flag.Arg(0)
	}
	got, err := measure(root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
	got.print(*verbose)
}

// measure reads every Go file below root.
func measure(root string) (*tally, error) {
	module, err := moduleOf(root)
	if err != nil {
		return nil, err
	}
	out := &tally{longLines: map[string]int{}, rooms: map[string]*room{}}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return out.file(module, filepath.ToSlash(name), text)
	})
	return out, err
}

// moduleOf gives the module path of the tree.
func moduleOf(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name), nil
		}
	}
	return "", fmt.Errorf("%s/go.mod names no module", root)
}

// file counts one file.
func (t *tally) file(module, name string, text []byte) error {
	lines := bytes.Count(text, []byte{'\n'})
	if strings.HasSuffix(name, "_test.go") {
		t.tests += lines
		return nil
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if ast.IsGenerated(f) {
		return nil
	}
	t.code += lines
	t.files = append(t.files, lines)
	for _, group := range f.Comments {
		t.comments += 1 + set.Position(group.End()).Line - set.Position(group.Pos()).Line
	}
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, len(text)+1)
	for s.Scan() {
		// A tab is four columns, as gofmt's readers mostly see it.
		if utf8.RuneCount(s.Bytes())+3*bytes.Count(s.Bytes(), []byte{'\t'}) > wide {
			t.long++
			t.longLines[name]++
		}
	}
	dir := filepath.ToSlash(filepath.Dir(name))
	r := t.rooms[dir]
	if r == nil {
		r = &room{imports: map[string]bool{}}
		t.rooms[dir] = r
	}
	r.lines += lines
	for _, imp := range f.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		if rest, ok := strings.CutPrefix(path, module); ok && strings.HasPrefix(rest, "/") {
			r.imports[rest] = true
		}
	}
	for _, d := range f.Decls {
		t.declaration(set, dir, d)
	}
	return nil
}

// declaration counts one at the top of a file.
func (t *tally) declaration(set *token.FileSet, dir string, d ast.Decl) {
	exported := func(name *ast.Ident, doc ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		t.exported++
		if slices.ContainsFunc(doc, func(g *ast.CommentGroup) bool { return g != nil }) {
			t.documented++
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil && len(d.Recv.List) == 1 {
			name = receiver(d.Recv.List[0].Type) + "." + name
		}
		exported(d.Name, d.Doc)
		t.functions = append(t.functions, function{dir + "." + name, ways(d), 1 + set.Position(d.End()).Line - set.Position(d.Pos()).Line})
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				exported(s.Name, d.Doc, s.Doc)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					exported(n, d.Doc, s.Doc, s.Comment)
				}
			}
		}
	}
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

// ways gives a function's cyclomatic complexity.
func ways(d *ast.FuncDecl) int {
	n := 1
	ast.Inspect(d, func(at ast.Node) bool {
		switch at := at.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if at.List != nil {
				n++
			}
		case *ast.CommClause:
			if at.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if at.Op == token.LAND || at.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

// print says what was counted.
func (t *tally) print(verbose bool) {
	slices.SortFunc(t.functions, func(a, b function) int { return cmp.Or(b.ways-a.ways, cmp.Compare(a.name, b.name)) })
	hots := 0
	var lengths []int
	for _, f := range t.functions {
		if f.ways > hot {
			hots++
		}
		lengths = append(lengths, f.lines)
	}
	slices.Sort(t.files)
	slices.Sort(lengths)
	kilo := float64(t.code) / 1000
	share := func(a, b int) float64 { return 100 * float64(a) / float64(max(b, 1)) }
	fmt.Printf("lines of Go                      %d, and %d of tests (%.2f a line)\n", t.code, t.tests, float64(t.tests)/float64(max(t.code, 1)))
	fmt.Printf(
		"lines of a file                  %d median, %d of ten in nine, %d at most\n",
		part(t.files, 50),
		part(t.files, 90),
		part(t.files, 100),
	)
	fmt.Printf(
		"lines of a function              %d median, %d of ten in nine, %d at most\n",
		part(lengths, 50),
		part(lengths, 90),
		part(lengths, 100),
	)
	fmt.Printf("comments                         %.1f of 100 lines\n", share(t.comments, t.code))
	fmt.Printf("exported names with words        %.1f of 100\n", share(t.documented, t.exported))
	fmt.Printf("lines over %d columns           %.1f of 1,000 (%d)\n", wide, float64(t.long)/kilo, t.long)
	fmt.Printf("functions above cyclomatic %d    %.2f of 1,000 lines (%d), %d at most\n", hot, float64(hots)/kilo, hots, t.functions[0].ways)
	names := slices.SortedFunc(maps.Keys(t.rooms), func(a, b string) int {
		return cmp.Or(len(t.rooms[b].imports)-len(t.rooms[a].imports), cmp.Compare(a, b))
	})
	for _, n := range names[:min(5, len(names))] {
		fmt.Printf("imports most rooms               %s: %d, and has %d lines\n", n, len(t.rooms[n].imports), t.rooms[n].lines)
	}
	if !verbose {
		return
	}
	for _, f := range t.functions[:hots] {
		fmt.Printf("  %4d ways, %4d lines  %s\n", f.ways, f.lines, f.name)
	}
	files := slices.SortedFunc(maps.Keys(t.longLines), func(a, b string) int { return cmp.Or(t.longLines[b]-t.longLines[a], cmp.Compare(a, b)) })
	for _, n := range files {
		fmt.Printf("  %4d long lines  %s\n", t.longLines[n], n)
	}
}

// part gives the value below which so many of a hundred lie, in a sorted list.
func part(sorted []int, percent int) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}
