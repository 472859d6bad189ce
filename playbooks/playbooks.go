// Package playbooks holds the playbooks that ship with the program.
//
// Takes: nothing; the files are embedded.
// Gives: each of them as a folder that can be compiled, copied and adapted.
// Never: compiles them, or changes what a company has written.
package playbooks

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

//go:embed starter packs presets demo roads
var files embed.FS

// Starter is the folder of the starter playbook.
func Starter() fs.FS {
	return folder("starter")
}

// Demo is the folder of the made-up company's playbook: the starter, with a
// process of its own for practised purchases.
func Demo() fs.FS { return overlay{folder("demo"), folder("starter")} }

// overlay is folders upon one another: of files with one name the upper holds.
type overlay []fs.FS

// Open gives the uppermost file of a name; a folder has the files of all.
func (o overlay) Open(name string) (fs.File, error) {
	for _, layer := range o {
		f, err := layer.Open(name)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists a folder of any layer.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	var missing error
	for _, layer := range o {
		list, err := fs.ReadDir(layer, name)
		if err != nil {
			missing = err
			continue
		}
		for _, e := range list {
			if !slices.ContainsFunc(out, func(has fs.DirEntry) bool { return has.Name() == e.Name() }) {
				out = append(out, e)
			}
		}
	}
	if out == nil {
		return nil, missing
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// Packs is the folder of the methodology packs and of the core's own material.
func Packs() fs.FS { return folder("packs") }

// Presets is the folder of the presets.
func Presets() fs.FS { return folder("presets") }

// Roads is a folder of processes to begin others from: order, for purchases that
// are practised, and tender, for those under public law. The starter has the
// third, for customers who have to decide.
func Roads() fs.FS { return folder("roads") }

func folder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folder is embedded above, so its name is valid
	}
	return sub
}
