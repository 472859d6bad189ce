package source

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// includer adds the files of included folders. A file of the folder itself
// comes first, then those of its includes in their order: what is nearer wins.
type includer struct {
	fsys   fs.FS
	layout Layout
	names  []string // read so far, by the name they stand for
	found  diag.Findings
	read   func(name, real string) *Node
	keep   func(name string, node *Node)
}

// mostIncludes bounds what a folder of folders can ask for.
const mostIncludes = 20

// of follows the include list of a playbook.yaml in folder dir. stack holds
// the folders on the way here, so that a circle is seen where it closes.
func (in *includer) of(book *Node, dir string, stack []string) {
	for _, item := range book.Get("include").Items() {
		to := item.String()
		say := func(message, hint string) {
			in.found = append(
				in.found,
				diag.Finding{Check: CheckInclude, Severity: diag.Error, Range: item.At, Value: to, Message: message, Hint: hint},
			)
		}
		target := path.Join(dir, to)
		switch {
		case strings.ContainsAny(to, "\\:") || path.IsAbs(to):
			say(fmt.Sprintf("%s is no path inside the playbook's folder", quote(to)), "write the folder's name, with / between")
			continue
		case !fs.ValidPath(target) || target == ".." || strings.HasPrefix(target, "../"):
			say(fmt.Sprintf("%s leaves the playbook's folder", quote(to)), "copy what you need into the folder")
			continue
		case slices.Contains(stack, target):
			say(
				fmt.Sprintf("the includes go in a circle: %s", strings.Join(append(stack[slices.Index(stack, target):], target), " → ")),
				"take one of them out",
			)
			continue
		case len(stack) > mostIncludes:
			say(fmt.Sprintf("includes nest deeper than %d folders", mostIncludes), "include the folder itself")
			continue
		}
		info, err := fs.Stat(in.fsys, target)
		if err != nil || !info.IsDir() {
			say(fmt.Sprintf("there is no folder %s", quote(target)), "folders here are "+in.folders(dir))
			continue
		}
		in.folder(target, stack)
	}
}

func (in *includer) folder(dir string, stack []string) {
	sub, err := fs.Sub(in.fsys, dir)
	if err != nil {
		return
	}
	names, found := listing(sub, in.layout)
	for i := range found {
		found[i].Range.File = path.Join(dir, found[i].Range.File)
	}
	in.found = append(in.found, found...)
	for _, name := range names {
		if name == "playbook.yaml" {
			continue // what a playbook is called and includes is its own
		}
		if !slices.Contains(in.names, name) && len(in.names) < MostFiles {
			in.names = append(in.names, name)
			in.keep(name, in.read(name, path.Join(dir, name)))
		}
	}
	if slices.Contains(names, "playbook.yaml") {
		in.of(in.read("playbook.yaml", path.Join(dir, "playbook.yaml")), dir, append(slices.Clone(stack), dir))
	}
}

// folders lists the folders next to a playbook.yaml, for a hint.
func (in *includer) folders(dir string) string {
	var out []string
	entries, err := fs.ReadDir(in.fsys, dir)
	if err != nil {
		return "none"
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return some(out)
}
