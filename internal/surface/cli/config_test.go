package cli

import (
	"reflect"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/operation"
)

// TestOneNameEverywhere: every flag that a server has, and every one that all
// commands share, stands in the environment and in a file of settings under its
// own name.
func TestOneNameEverywhere(t *testing.T) {
	known := grammar(operation.All()).configurable()
	for _, typ := range []reflect.Type{reflect.TypeFor[globals](), reflect.TypeFor[Serving]()} {
		for _, f := range reflect.VisibleFields(typ) {
			name := f.Tag.Get("name")
			if name == "" || name == "json" || name == "quiet" { // how an answer is printed is a matter of the command
				continue
			}
			if want := "THROUGHLINE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")); f.Tag.Get("env") != want {
				t.Errorf("--%s is %q in the environment, want %q", name, f.Tag.Get("env"), want)
			}
			if _, ok := known[name]; !ok && name != "config" {
				t.Errorf("--%s does not stand in a file", name)
			}
		}
	}
	if len(known) < 25 {
		t.Errorf("only %d names", len(known))
	}
}
