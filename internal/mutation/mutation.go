// Package mutation reads the list of lines that matter: each is broken, one at
// a time, and the test that is named for it has to fail.
//
// Takes: the text of scripts/mutations.txt.
// Gives: entries, and a file's text with one of them applied.
// Never: runs a test, or writes a file; scripts/mutate does.
package mutation

import (
	"fmt"
	"strings"
)

// Entry is one line that matters and a way to break it.
type Entry struct {
	Name string // what would be wrong
	File string // from the root of the tree
	Old  string // stands exactly once in the file
	New  string // what breaks it
	Test string // arguments of go test: the package and what to run
	Line int    // in the list
}

// Parse reads a list: a block of lines "key: value" for each entry, blank lines
// between blocks, lines that begin with # left out. In a value, \n and \t stand
// for themselves as in Go.
func Parse(text string) ([]Entry, error) {
	var out []Entry
	var e Entry
	flush := func() error {
		if e == (Entry{}) {
			return nil
		}
		if e.Name == "" || e.File == "" || e.Old == "" || e.Test == "" {
			return fmt.Errorf("line %d: an entry needs name, file, old and test", e.Line)
		}
		if e.Old == e.New {
			return fmt.Errorf("line %d: old and new are the same", e.Line)
		}
		out = append(out, e)
		e = Entry{}
		return nil
	}
	for n, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			if err := flush(); err != nil {
				return nil, err
			}
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			key, ok = strings.CutSuffix(line, ":")
		}
		into := map[string]*string{"name": &e.Name, "file": &e.File, "old": &e.Old, "new": &e.New, "test": &e.Test}[key]
		if !ok || into == nil {
			return nil, fmt.Errorf("line %d: %q is none of name, file, old, new, test", n+1, key)
		}
		if *into != "" {
			return nil, fmt.Errorf("line %d: %s is said twice; a blank line stands between entries", n+1, key)
		}
		if e.Line == 0 {
			e.Line = n + 1
		}
		*into = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(value)
	}
	return out, flush()
}

// Apply gives a file's text with the entry's line broken. What does not stand
// in it exactly once is an error: the list has to follow the code.
func (e Entry) Apply(text string) (string, error) {
	if n := strings.Count(text, e.Old); n != 1 {
		return "", fmt.Errorf("line %d of the list, %q: %q stands %d times in %s, not once", e.Line, e.Name, e.Old, n, e.File)
	}
	return strings.Replace(text, e.Old, e.New, 1), nil
}
