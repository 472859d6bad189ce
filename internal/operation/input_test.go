package operation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/operation"
)

// The faces of an input: its JSON (a body, a job, a schema), the command line,
// and the address of a GET. ofOneFace lists what one of them has and another
// has not, by the type that declares it, and why that is right.
const (
	ownFiles = "it is about a file of whoever types the command; REST reads none for a caller (api's Never)"
	aForm    = "a browser sends a form twice and leaves it open for an hour; a command is typed once"
)

var ofOneFace = map[string]string{
	"recording.Writing.Once":              aForm,
	"recording.Writing.Seen":              aForm,
	"recording.BackInput.Once":            aForm,
	"recording.ManyInput.Once":            aForm,
	"recording.NewDealInput.Once":         aForm,
	"recording.PrivateInput.Once":         aForm,
	"recording.CaptureInput.Accepted":     "the command asks of each proposal in turn, or takes --accept",
	"workshop.OffersInput.Cells":          "a page has the table itself where the command has a file of it",
	"workshop.StepsInput.Text":            "a page has the steps themselves where the command has a file of them",
	"forecasting.BacktestInput.Forecasts": "a file that is written for whoever types the command; REST writes none",
	"forecasting.LogInput":                ownFiles,
	"logfile.LogColumns":                  ownFiles,
	"logfile.Ends":                        ownFiles,
	"learning.HistoryInput.Logs":          ownFiles,
	"learning.HistoryInput.Label":         ownFiles,
	"learning.HandoverInput.Paper":        ownFiles + "; the ledger's own log knows its activities",
	"learning.HandoverInput.Decided":      ownFiles + "; the ledger's own log knows its activities",
	"learning.HandoverInput.Ordered":      ownFiles + "; the ledger's own log knows its activities",
	"learning.StallsInput.Cause":          ownFiles + "; the ledger's own log knows its causes",
	"caretaking.AuditInput.CSV":           "how the command prints it; REST gives values",
	"learning.MapInput.Format":            "how the command prints it; REST gives values",
	"showing.CalendarInput.ICS":           "how the command prints it; REST gives values",
}

// declared gives an input's fields with the type that declares each:
// "recording.Writing.ID".
func declared(in reflect.Type) (names []string, fields []reflect.StructField) {
	for _, f := range reflect.VisibleFields(in) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		within := in
		for _, i := range f.Index[:len(f.Index)-1] {
			within = within.Field(i).Type
		}
		names, fields = append(names, within.String()+"."+f.Name), append(fields, f)
	}
	return names, fields
}

// spells reports whether a face's word for a field is its JSON name: the same
// with hyphens or, of what may be said several times, one of them.
func spells(word, name string, t reflect.Type) bool {
	word = strings.ReplaceAll(word, "-", "_")
	several := t.Kind() == reflect.Slice || t.Kind() == reflect.Map
	return word == name || several && word+"s" == name
}

// TestInputsHaveOneForm: every input can be said whole in JSON, a field is
// called the same by every face, and what one face takes the others do; what
// is otherwise is listed, with why.
func TestInputsHaveOneForm(t *testing.T) {
	used := map[string]bool{}
	excused := func(name string) bool {
		for _, key := range []string{name, name[:strings.LastIndexByte(name, '.')]} {
			if _, is := ofOneFace[key]; is {
				used[key] = true
				return true
			}
		}
		return false
	}
	for _, op := range append(operation.All(), operation.Pages()...) {
		method, path, _ := strings.Cut(op.Route, " ")
		said, inPath := map[string]string{}, []string{}
		names, fields := declared(op.Input())
		for i, f := range fields {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				t.Errorf("%s: %s has no name in JSON", op.Name(), names[i])
				continue
			}
			if said[name] != "" {
				t.Errorf("%s: %s and %s have one name in JSON, %s", op.Name(), said[name], names[i], name)
			}
			said[name] = names[i]
			command, query, place := f.Tag.Get("name"), f.Tag.Get("query"), f.Tag.Get("path")
			if command != "" && !spells(command, name, f.Type) {
				t.Errorf("%s: %s is %q to the command line and %q in JSON", op.Name(), names[i], command, name)
			}
			if query != "" && query != "-" && !spells(query, name, f.Type) {
				t.Errorf("%s: %s is %q in an address and %q in JSON", op.Name(), names[i], query, name)
			}
			if place != "" && place != name {
				t.Errorf("%s: %s is %q in the path and %q in JSON", op.Name(), names[i], place, name)
			}
			if place != "" && op.Route != "" {
				inPath = append(inPath, place)
			}
			if op.Page {
				continue
			}
			noCommand := command == "" || f.Tag.Get("kong") == "-"
			noAddress := method == "GET" && place == "" && (query == "" || query == "-")
			if (noCommand || noAddress) && !excused(names[i]) {
				t.Errorf("%s: %s is said by one face and not by another (command %v, address %v)", op.Name(), names[i], !noCommand, !noAddress)
			}
			if method == "POST" && f.Tag.Get("type") == "path" {
				t.Errorf("%s: a body could name a file of the server's by %s", op.Name(), names[i])
			}
		}
		var want []string
		for _, part := range strings.Split(path, "/") {
			if place, is := strings.CutPrefix(part, "{"); is {
				want = append(want, strings.TrimSuffix(place, "}"))
			}
		}
		if !slices.Equal(inPath, want) {
			t.Errorf("%s: the route has %q, the input %q", op.Name(), want, inPath)
		}
	}
	for name := range ofOneFace {
		if !used[name] {
			t.Errorf("%s is excused of nothing", name)
		}
	}
}

// TestPagesAreMarked: every operation that is defined stands in one of the two
// lists; one for pages is marked and has no route, no command and no examples,
// and any other has a command or a route.
func TestPagesAreMarked(t *testing.T) {
	listed := map[string]int{}
	defined := defines(t, listed)
	for _, name := range defined {
		if listed[name] != 1 {
			t.Errorf("%s stands %d times in All and Pages; once is right", name, listed[name])
		}
	}
	if len(defined) != len(operation.All())+len(operation.Pages()) {
		t.Errorf("%d are defined, %d listed", len(defined), len(operation.All())+len(operation.Pages()))
	}
	seen := map[string]bool{}
	for _, op := range operation.All() {
		seen[op.Name()] = true
		if op.Page {
			t.Errorf("%s is marked as for pages and has a command", op.Name())
		}
	}
	for _, op := range operation.Pages() {
		if !op.Page {
			t.Errorf("%s has neither a command nor a route and is not marked as for pages", op.Name())
		}
		if op.Route != "" || len(op.Examples) > 0 {
			t.Errorf("%s is for pages and has the route %q and examples %q", op.Name(), op.Route, op.Examples)
		}
		if seen[op.Name()] {
			t.Errorf("%s is the name of two operations", op.Name())
		}
		seen[op.Name()] = true
		if op.Effect == "" || op.Permission == "" {
			t.Errorf("%s lacks effect or permission", op.Name())
		}
	}
}

// defines gives the variables of the package that are made by a function which
// gives an Operation, and counts the names in All and Pages.
func defines(t *testing.T, listed map[string]int) (names []string) {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	makers := map[string]bool{}
	var calls [][2]string // variable, function
	for _, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Type.Results != nil && len(d.Type.Results.List) == 1 {
					if result, is := d.Type.Results.List[0].Type.(*ast.Ident); is && result.Name == "Operation" {
						makers[d.Name.Name] = true
					}
				}
				if d.Name.Name == "All" || d.Name.Name == "Pages" {
					ast.Inspect(d.Body, func(n ast.Node) bool {
						if list, is := n.(*ast.CompositeLit); is {
							for _, e := range list.Elts {
								listed[e.(*ast.Ident).Name]++
							}
						}
						return true
					})
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					v, is := s.(*ast.ValueSpec)
					if !is {
						continue
					}
					for i, value := range v.Values {
						if call, is := value.(*ast.CallExpr); is {
							if fun, is := call.Fun.(*ast.Ident); is {
								calls = append(calls, [2]string{v.Names[i].Name, fun.Name})
							}
						}
					}
				}
			}
		}
	}
	for _, c := range calls {
		if makers[c[1]] {
			names = append(names, c[0])
		}
	}
	return names
}
