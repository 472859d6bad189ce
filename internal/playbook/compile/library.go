package compile

import (
	"crypto/sha256"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

// shelf is a folder of shipped files, each read when it is first asked for:
// most playbooks name a few packs, and a command line should not wait for all.
type shelf[T any] struct {
	ids  []string
	read map[string]func() (T, diag.Findings)
}

func newShelf[T any](fsys fs.FS, shape *source.Shape, one func(string, *source.Node) T) *shelf[T] {
	s := &shelf[T]{read: map[string]func() (T, diag.Findings){}}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return s // the pattern is constant, so it is well formed
	}
	for _, name := range names {
		id := strings.TrimSuffix(path.Base(name), ".yaml")
		s.ids = append(s.ids, id)
		s.read[id] = sync.OnceValues(func() (T, diag.Findings) {
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				panic(err) // embedded, and listed a moment ago
			}
			n, found := source.Parse(name, text, shape)
			return one(id, n), found
		})
	}
	return s
}

func (s *shelf[T]) get(id string) (T, bool) {
	read, ok := s.read[id]
	if !ok {
		var none T
		return none, false
	}
	got, _ := read()
	return got, true
}

func (s *shelf[T]) all() ([]T, diag.Findings) {
	var out []T
	var found diag.Findings
	for _, id := range s.ids {
		one, fs := s.read[id]()
		out, found = append(out, one), append(found, fs...)
	}
	return out, found
}

var (
	packShelf   = sync.OnceValue(func() *shelf[playbook.Pack] { return newShelf(playbooks.Packs(), source.PackShape(), pack) })
	presetShelf = sync.OnceValue(func() *shelf[playbook.Preset] { return newShelf(playbooks.Presets(), source.PresetShape(), preset) })
)

// Packs lists the shipped packs by id, the core's own among them.
func Packs() []playbook.Pack {
	out, _ := packShelf().all()
	return out
}

// Presets lists the shipped presets by id.
func Presets() []playbook.Preset {
	out, _ := presetShelf().all()
	return out
}

// Library compiles all that ships, with what is to be said about it: nothing,
// which a test holds.
func Library() ([]playbook.Pack, []playbook.Preset, diag.Findings) {
	packs, f1 := packShelf().all()
	presets, f2 := presetShelf().all()
	return packs, presets, append(f1, f2...)
}

// corePacks are the product's own, which no borrowed method covers.
func corePacks() []playbook.Pack {
	var out []playbook.Pack
	for _, id := range packShelf().ids {
		if strings.HasPrefix(id, "core_") {
			k, _ := packShelf().get(id)
			k.Shipped = true
			out = append(out, k)
		}
	}
	return out
}

// changed lists in which parts a company's copy of a pack differs from the
// shipped one. A copy that was made before a text shipped in another language
// has not been changed by that.
func changed(own, shipped playbook.Pack) []string {
	var out []string
	shipped.Idea = inTheTonguesOf(own.Idea, shipped.Idea)
	shipped.Presumes = slices.Clone(shipped.Presumes)
	for i := range min(len(own.Presumes), len(shipped.Presumes)) {
		shipped.Presumes[i] = inTheTonguesOf(own.Presumes[i], shipped.Presumes[i])
	}
	for _, part := range []struct {
		name string
		a, b any
	}{{"name", own.Name, shipped.Name}, {"idea", own.Idea, shipped.Idea}, {"weights", own.Weights, shipped.Weights}, {"tools", own.Tools, shipped.Tools},
		{"prompts", own.Prompts, shipped.Prompts}, {"vocabulary", own.Vocabulary, shipped.Vocabulary}, {"presumes", own.Presumes, shipped.Presumes},
		{"clashes", own.Clashes, shipped.Clashes}} {
		if fingerprint(part.a) != fingerprint(part.b) {
			out = append(out, part.name)
		}
	}
	return out
}

// inTheTonguesOf leaves out the languages that the other text does not speak.
func inTheTonguesOf(own, shipped playbook.Value) playbook.Value {
	kept := playbook.Text{}
	for language, said := range shipped.Text {
		if own.Text[language] != "" {
			kept[language] = said
		}
	}
	shipped.Text = kept
	return shipped
}

// fingerprint compares parts of two packs without their places.
func fingerprint(v any) [sha256.Size]byte {
	return sha256.Sum256(write(nil, reflect.ValueOf(v)))
}

// classBlends are the blends that ship, by class: those of the starter. A
// playbook whose classes say nothing about packs is helped by these.
var classBlends = sync.OnceValue(func() map[throughline.Class][]playbook.Use {
	text, err := fs.ReadFile(playbooks.Starter(), "classes.yaml")
	if err != nil {
		panic(err) // embedded
	}
	out := map[throughline.Class][]playbook.Use{}
	for _, f := range source.Playbook() {
		if f.Path != "classes.yaml" {
			continue
		}
		n, _ := source.Parse(f.Path, text, f.Shape)
		for _, e := range n.Pairs() {
			out[throughline.Class(e.Key)] = classBlend(e.Value)
		}
	}
	return out
})

// classBlend keeps "none said" (nil) and "none wanted" (empty) apart.
func classBlend(class *source.Node) []playbook.Use {
	n := class.Get("blend")
	if n == nil {
		return nil
	}
	return append([]playbook.Use{}, uses(n)...)
}

// packIDs lists the names a blend may use.
func packIDs(own []playbook.Pack) []string {
	out := slices.Clone(packShelf().ids)
	for _, k := range own {
		if !slices.Contains(out, k.ID) {
			out = append(out, k.ID)
		}
	}
	return out
}
