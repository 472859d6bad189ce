// Package playbooks holds the playbooks that ship with the program.
//
// Takes: nothing; the files are embedded.
// Gives: each of them as a folder that can be compiled, copied and adapted.
// Never: compiles them, or changes what a company has written.
package playbooks

import (
	"embed"
	"io/fs"
)

//go:embed starter packs presets
var files embed.FS

// Starter is the folder of the starter playbook.
func Starter() fs.FS {
	return folder("starter")
}

// Packs is the folder of the methodology packs and of the core's own material.
func Packs() fs.FS { return folder("packs") }

// Presets is the folder of the presets.
func Presets() fs.FS { return folder("presets") }

func folder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folder is embedded above, so its name is valid
	}
	return sub
}
