// Package checks holds the pages that explain the checks, one a check.
//
// Takes: nothing; the pages are embedded.
// Gives: the text of a page, as `throughline playbook explain L02` prints it.
// Never: knows what a check does; the examples of the pages are executed by the tests of the rooms that hold the checks.
package checks

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.md
var pages embed.FS

// Page gives the page of a check by its id or name, in either case.
func Page(id string) (string, bool) {
	for _, known := range IDs() {
		if strings.EqualFold(known, id) {
			text, err := pages.ReadFile(known + ".md")
			return string(text), err == nil
		}
	}
	return "", false
}

// IDs lists the checks that have a page, in order.
func IDs() []string {
	names, err := fs.Glob(pages, "*.md")
	if err != nil {
		return nil
	}
	for i, n := range names {
		names[i] = strings.TrimSuffix(n, ".md")
	}
	slices.Sort(names)
	return names
}
