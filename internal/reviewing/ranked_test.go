package reviewing_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// TestNobodyIsRanked: the review has no number that belongs to a seller. It
// counts deals, questions and causes; what somebody filled in is counted
// nowhere in it.
func TestNobodyIsRanked(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type, path string)
	walk = func(at reflect.Type, path string) {
		for at.Kind() == reflect.Pointer || at.Kind() == reflect.Slice {
			at = at.Elem()
		}
		if at.Kind() == reflect.Map {
			t.Errorf("%s is a map: what are its numbers by?", path)
		}
		ours := strings.HasSuffix(at.PkgPath(), "/reviewing") || strings.HasSuffix(at.PkgPath(), "/showing")
		if at.Kind() != reflect.Struct || seen[at] || !ours {
			return
		}
		seen[at] = true
		person, number := false, ""
		for _, f := range reflect.VisibleFields(at) {
			if !f.IsExported() || f.Anonymous {
				continue
			}
			switch name := strings.ToLower(f.Name); {
			case strings.Contains(name, "owner") || strings.Contains(name, "seller") || strings.Contains(name, "author"):
				person = true
			case f.Type.Kind() == reflect.Int && (strings.Contains(name, "fact") || strings.Contains(name, "field") || strings.Contains(name, "count")):
				number = f.Name
			}
			if at != reflect.TypeFor[showing.DealRow]() {
				walk(f.Type, path+"."+f.Name)
			}
		}
		if person && number != "" {
			t.Errorf("%s counts %s beside somebody's name", path, number)
		}
	}
	walk(reflect.TypeFor[reviewing.Review](), "review")
	if len(seen) < 5 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}
