// Package source reads the YAML files of a playbook into values that know
// where they stand, and holds them against a declared shape.
//
// Takes: a folder as an fs.FS, or one file's bytes, and the shapes that are allowed.
// Gives: a tree of positioned values of the allowed shape, and findings for everything else, all at once.
// Never: decides what a value means, or fails on a file however broken it is.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// Limits beyond which a folder is no playbook. They bound memory and time; a
// large real playbook is a tenth of each.
const (
	MostBytes = 1 << 20 // of one file
	MostFiles = 1000
	MostTotal = 16 << 20 // bytes of all files
)

// The checks that reading can fail, as they stand in Finding.Check.
const (
	CheckFile      = "playbook-file"      // a file that is missing, unknown, unreadable, too large or not text
	CheckSyntax    = "playbook-syntax"    // not YAML
	CheckKey       = "playbook-key"       // an unknown key, or one that stands twice
	CheckMissing   = "playbook-missing"   // a required key or value that is absent
	CheckType      = "playbook-type"      // a value of another kind than asked for
	CheckValue     = "playbook-value"     // a value outside what is allowed
	CheckReference = "playbook-reference" // a name of something that does not exist
	CheckRefused   = "playbook-refused"   // a key that this file may not have, such as a stage in a pack
	CheckInclude   = "playbook-include"   // an include that is absent, leaves the folder, or goes in a circle
	CheckDuplicate = "playbook-duplicate" // one thing said in two places
)

// File is one kind of file a playbook may hold.
type File struct {
	Path     string // "journey.yaml", or "process/*.yaml" for a folder of them
	Required bool
	Doc      string
	Shape    *Shape
}

func (f File) folder() (string, bool) {
	dir, last := path.Split(f.Path)
	return strings.TrimSuffix(dir, "/"), last == "*.yaml"
}

// Layout is the table of all of them.
type Layout []File

// Of finds the kind of a file by its path in the playbook's folder.
func (l Layout) Of(name string) (File, bool) {
	for _, f := range l {
		if ok, _ := path.Match(f.Path, name); ok {
			return f, true
		}
	}
	return File{}, false
}

// Tree is what a folder says: the checked values of each file by path. A file
// that could not be read at all has none.
type Tree struct {
	files map[string]*Node
	order []string
}

// File gives the content of a file, nil where there is none.
func (t *Tree) File(name string) *Node { return t.files[name] }

// Matching walks the files of the top folder whose names match a pattern.
func (t *Tree) Matching(pattern string) iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		for _, name := range t.order {
			if ok, _ := path.Match(pattern, name); ok && !yield(name, t.files[name]) {
				return
			}
		}
	}
}

// Under walks the files of a folder in the order of their names; the first
// value is the name without folder and extension.
func (t *Tree) Under(folder string) iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		for _, name := range t.order {
			if dir, last := path.Split(name); dir == folder+"/" {
				if !yield(strings.TrimSuffix(last, ".yaml"), t.files[name]) {
					return
				}
			}
		}
	}
}

// Read reads every file of the layout. It looks only at the top folder and at
// the folders the layout names, so that a wrong path does not walk a disk.
func Read(fsys fs.FS, layout Layout) (*Tree, diag.Findings) {
	t := &Tree{files: map[string]*Node{}}
	names, found := listing(fsys, layout)
	all := names
	if len(names) > MostFiles {
		found = append(
			found,
			fileFinding(names[MostFiles], diag.Error, fmt.Sprintf("the folder has %d files; a playbook has at most %d", len(names), MostFiles),
				"point at the playbook's own folder"),
		)
		names = names[:MostFiles]
	}
	total := 0
	read := func(name, real string) *Node {
		kind, _ := layout.Of(name)
		text, f := load(fsys, real, MostTotal-total)
		if f != nil {
			found = append(found, *f)
			return nil
		}
		total += len(text)
		node, fs := Parse(real, text, kind.Shape)
		found = append(found, fs...)
		return node
	}
	keep := func(name string, node *Node) {
		if node != nil {
			t.files[name] = node
			t.order = append(t.order, name)
		}
	}
	for _, name := range names {
		keep(name, read(name, name))
	}
	in := includer{fsys: fsys, layout: layout, names: names, read: read, keep: keep}
	in.of(t.files["playbook.yaml"], ".", []string{"."})
	names, found = in.names, append(found, in.found...)
	slices.Sort(t.order)
	for _, kind := range layout {
		if !kind.Required || slices.ContainsFunc(slices.Concat(names, all), func(n string) bool { ok, _ := path.Match(kind.Path, n); return ok }) {
			continue
		}
		name, hint := kind.Path, fmt.Sprintf("add it (%s); the starter playbook has one to copy", kind.Doc)
		if dir, many := kind.folder(); many {
			name, hint = dir, fmt.Sprintf("add one file, such as %s/standard.yaml (%s)", dir, kind.Doc)
		}
		if len(names) == 0 {
			break // said once, below
		}
		found = append(found, fileFinding(name, diag.Error, fmt.Sprintf("the playbook has no %s", kind.Path), hint))
	}
	if len(names) == 0 && !found.Errors() {
		found = append(
			found,
			fileFinding(".", diag.Error, "the folder holds no playbook: none of its files is one of "+strings.Join(layout.paths(), ", "),
				"begin with a copy of the starter playbook"),
		)
	}
	found.Sort()
	return t, found
}

func (l Layout) paths() []string {
	var out []string
	for _, f := range l {
		out = append(out, f.Path)
	}
	return out
}

// listing names the files to read, and says which look like they were meant to be read.
func listing(fsys fs.FS, layout Layout) (names []string, found diag.Findings) {
	var folders []string
	for _, f := range layout {
		if dir, many := f.folder(); many && !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
	}
	for _, dir := range append([]string{"."}, folders...) {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil {
			if dir == "." || !errors.Is(err, fs.ErrNotExist) {
				found = append(
					found,
					fileFinding(dir, diag.Error, "the folder cannot be read: "+plainCause(err), "check the path and its permissions"),
				)
			}
			continue
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			switch {
			case strings.HasPrefix(e.Name(), "."):
			case e.IsDir():
				if near := diag.Nearest(e.Name(), folders); dir == "." && near != "" && near != e.Name() {
					found = append(
						found,
						fileFinding(name, diag.Warning, fmt.Sprintf("folder %q is not read", e.Name()), fmt.Sprintf("did you mean %q?", near)),
					)
				}
			case path.Ext(name) == ".yml":
				found = append(found, fileFinding(name, diag.Warning, "a file ending in .yml is not read", "rename it to end in .yaml"))
			case path.Ext(name) != ".yaml":
			default:
				if _, ok := layout.Of(name); ok {
					names = append(names, name)
					continue
				}
				f := fileFinding(
					name,
					diag.Warning,
					fmt.Sprintf("file %q is not read: a playbook has no such file", name),
					"known are "+strings.Join(layout.paths(), ", "),
				)
				if f.Nearest = diag.Nearest(name, layout.paths()); f.Nearest != "" {
					f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
				}
				found = append(found, f)
			}
		}
	}
	slices.Sort(names)
	return names, found
}

// load reads one file without ever holding more than its limit.
func load(fsys fs.FS, name string, left int) ([]byte, *diag.Finding) {
	bad := func(message, hint string) *diag.Finding {
		f := fileFinding(name, diag.Error, message, hint)
		return &f
	}
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, bad("the file cannot be read: "+plainCause(err), "check the file and its permissions")
	case !info.Mode().IsRegular():
		return nil, bad("this is no ordinary file", "put a text file here")
	case info.Size() > MostBytes:
		return nil, bad(
			fmt.Sprintf("the file has %d bytes; a playbook file has at most %d", info.Size(), MostBytes),
			"split it, or move what is no playbook elsewhere",
		)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, bad("the file cannot be read: "+plainCause(err), "check the file and its permissions")
	}
	defer f.Close()
	most := min(MostBytes, left)
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	switch {
	case err != nil:
		return nil, bad("the file cannot be read: "+plainCause(err), "check the file and its permissions")
	case len(text) > most && most < MostBytes:
		return nil, bad(fmt.Sprintf("the playbook's files have more than %d bytes together", MostTotal), "move what is no playbook elsewhere")
	case len(text) > most:
		return nil, bad(fmt.Sprintf("the file has more than %d bytes", MostBytes), "split it, or move what is no playbook elsewhere")
	}
	return text, nil
}

// plainCause leaves out the path, which the finding already carries.
func plainCause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func fileFinding(name string, sev diag.Severity, message, hint string) diag.Finding {
	return diag.Finding{Check: CheckFile, Severity: sev, Range: diag.Range{File: name}, Message: message, Hint: hint}
}
