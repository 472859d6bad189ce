package operation_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
)

var update = flag.Bool("update", false, "write docs/operations anew")

// TestDocumentsTellTheTruth: the page of each operation is what the operation
// says of itself; go test ./internal/operation -update writes them.
func TestDocumentsTellTheTruth(t *testing.T) {
	dir := "../../docs/operations"
	want := map[string]bool{}
	for _, op := range operation.All() {
		path := filepath.Join(dir, op.Name()+".md")
		want[op.Name()+".md"] = true
		if *update {
			if err := os.WriteFile(path, []byte(op.Document()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != op.Document() {
			t.Errorf("%s is not what the operation says of itself; go test ./internal/operation -update writes it", path)
		}
	}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if !want[f.Name()] {
			t.Errorf("%s is about an operation that is gone", f.Name())
		}
	}
}

// TestOperationsAreWhole: every operation has what a face needs to show it.
func TestOperationsAreWhole(t *testing.T) {
	for _, op := range operation.All() {
		if op.Summary == "" || op.About == "" || len(op.Examples) == 0 || op.Effect == "" || op.Permission == "" {
			t.Errorf("%s lacks words, examples, effect or permission", op.Name())
		}
		for _, e := range op.Examples {
			if !strings.HasPrefix(e, "throughline "+strings.Join(op.Words, " ")) {
				t.Errorf("%s: example %q is of another command", op.Name(), e)
			}
		}
		method, _, _ := strings.Cut(op.Route, " ")
		want := map[string]operation.Permission{"": op.Permission, "GET": operation.MayRead, "POST": operation.MayWrite}[method]
		// What is kept of people beside deals, and of what they did, is for admins; what
		// deals say of somebody is for whoever sees those deals, and the audit notes it.
		if op.Personal && method == "GET" && op.Name() != operation.ShowPerson.Name() {
			want = operation.MayAdmin
		}
		if op.Permission != want || (method == "POST") != (op.Effect == operation.Writes && method != "") {
			t.Errorf("%s: %q is no route for what %s and needs the permission to %s", op.Name(), op.Route, op.Effect, op.Permission)
		}
	}
}

func TestPermissionIsChecked(t *testing.T) {
	for _, op := range operation.All() {
		_, err := op.Run(t.Context(), &operation.Desk{}, op.NewInput())
		if throughline.KindOf(err) != throughline.Denied {
			t.Errorf("%s ran for somebody who holds nothing: %v", op.Name(), err)
		}
	}
}
