package house

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMigrationsAreNumberedInTurn: two people who add tables at one time choose
// the same number, and the program would only find out when it opens a file.
func TestMigrationsAreNumberedInTurn(t *testing.T) {
	found, err := os.ReadDir(filepath.FromSlash("../store/sqlite/migrations"))
	if err != nil {
		t.Fatal(err)
	}
	found = slices.DeleteFunc(found, func(f os.DirEntry) bool { return !strings.HasSuffix(f.Name(), ".sql") })
	if len(found) < 8 {
		t.Fatalf("%d migrations", len(found))
	}
	for i, f := range found {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(f.Name(), want) {
			t.Errorf("%s should be called %s…", f.Name(), want)
		}
	}
}
