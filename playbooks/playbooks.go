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

//go:embed starter
var files embed.FS

// Starter is the folder of the starter playbook.
func Starter() fs.FS {
	sub, err := fs.Sub(files, "starter")
	if err != nil {
		panic(err) // the folder is embedded above, so its name is valid
	}
	return sub
}
