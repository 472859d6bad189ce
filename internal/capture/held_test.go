package capture_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// The held-out sets were written before the reader met them and are never
// learned from; what they give is printed, and docs/methods/capture.md says it.
func TestHeldOut(t *testing.T) {
	r := reader(t)
	files, err := filepath.Glob("testdata/held/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	for _, f := range files {
		notes := table(t, filepath.Join("held", filepath.Base(f)))
		s, _ := measure(t, r, notes, strings.Contains(f, "_zh"))
		t.Logf("%s, %d notes: %s", f, len(notes), s)
	}
}
