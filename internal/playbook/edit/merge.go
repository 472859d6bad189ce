package edit

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Clash is an element that both sides changed, each otherwise.
type Clash struct {
	Path   string `json:"path"`
	At     string `json:"at"`     // the element within the file, "milestones/risks-owned/short/en"; "" is the whole file
	Was    string `json:"was"`    // what it said before either changed it; "" where it was not there
	Mine   string `json:"mine"`   // "" where mine took it away
	Theirs string `json:"theirs"` // "" where theirs took it away
}

// Key names the element among all files.
func (c Clash) Key() string { return c.Path + "#" + c.At }

// Element is the address of the element of the playbook that it is a part of;
// "" where there is none.
func (c Clash) Element() string {
	dir, name, _ := strings.Cut(strings.TrimSuffix(c.Path, ".yaml"), "/")
	kind, rest, _ := strings.Cut(c.At, "/")
	id, _, _ := strings.Cut(rest, "/")
	switch {
	case dir == "process" && kind == "milestones" && id != "":
		return "process/" + name + "/milestone/" + id
	case dir == "process" && kind == "stages" && id != "":
		return "process/" + name + "/stage/" + id
	case dir == "process" || dir == "pack":
		return dir + "/" + name
	case c.Path == bookFile && kind == "charter" && id != "":
		return "charter/" + id
	}
	return ""
}

// Merge brings together what two made of the same files. What one side changed
// comes from that side, element by element: a key of a mapping, an item of a
// list by its id, a milestone wherever it stands. What both changed otherwise is
// a clash: mine stands, or theirs where take says so. Comments and lines of mine
// stay where they were.
func Merge(base, mine, theirs Files, take func(Clash) bool) (Files, []Clash) {
	out := Files{}
	g := merger{take: take}
	all := map[string]bool{}
	for _, f := range []Files{base, mine, theirs} {
		for path := range f {
			all[path] = true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		g.path = path
		if text, ok := g.file(base, mine, theirs); ok {
			out[path] = text
		}
	}
	return out, g.clashes
}

// merger is one merging under way.
type merger struct {
	take    func(Clash) bool
	path    string
	clashes []Clash
}

// clash notes an element both changed, and reports whether theirs is taken.
func (g *merger) clash(at, was, mine, theirs string) bool {
	c := Clash{Path: g.path, At: at, Was: was, Mine: mine, Theirs: theirs}
	g.clashes = append(g.clashes, c)
	return g.take != nil && g.take(c)
}

func (g *merger) file(base, mine, theirs Files) (text []byte, ok bool) {
	b, inBase := base[g.path]
	m, inMine := mine[g.path]
	t, inTheirs := theirs[g.path]
	switch {
	case inMine == inTheirs && bytes.Equal(m, t), inBase == inTheirs && bytes.Equal(b, t):
		return m, inMine
	case inBase == inMine && bytes.Equal(b, m):
		return t, inTheirs
	}
	if inMine && inTheirs {
		if !inBase {
			b = []byte("{}\n")
		}
		before := len(g.clashes)
		if out, err := g.text(b, m, t); err == nil {
			return out, true
		}
		g.clashes = g.clashes[:before]
	}
	if g.clash("", string(b), string(m), string(t)) {
		return t, inTheirs
	}
	return m, inMine
}

// text merges one file of three readings.
func (g *merger) text(b, m, t []byte) ([]byte, error) {
	base, err := read(b)
	if err != nil {
		return nil, err
	}
	theirs, err := read(t)
	if err != nil {
		return nil, err
	}
	if !plain(base) || !plain(theirs) {
		return nil, errNoMapping
	}
	return change(m, func(mine *yaml.Node) error {
		if !plain(mine) {
			return errNoMapping
		}
		l := lifted{g, lift(base), lift(mine), lift(theirs)}
		if l.base.did && l.mine.did && l.theirs.did {
			l.settle()
			g.mapping("", base, mine, theirs)
			l.lower(mine)
			return nil
		}
		l.base.back()
		l.mine.back()
		l.theirs.back()
		g.mapping("", base, mine, theirs)
		return nil
	})
}

// plain reports whether a tree is one that can be cut: no aliases, no key twice.
func plain(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return false
	}
	seen := map[string]bool{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if c.Kind != yaml.ScalarNode || seen[c.Value] {
				return false
			}
			seen[c.Value] = true
		}
		if !plain(c) {
			return false
		}
	}
	return true
}

// said is what a node says, for people and to be compared.
func said(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	bare := uncommented(n)
	text, err := encode(bare)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// uncommented is a copy that says the same and nothing beside it.
func uncommented(n *yaml.Node) *yaml.Node {
	c := *n
	c.HeadComment, c.LineComment, c.FootComment, c.Style = "", "", "", 0
	c.Content = nil
	for _, x := range n.Content {
		c.Content = append(c.Content, uncommented(x))
	}
	return &c
}

// value gives what stands of a value that three readings have; base may be nil.
func (g *merger) value(at string, b, m, t *yaml.Node) *yaml.Node {
	switch {
	case alike(m, t), b != nil && alike(b, t):
		return m
	case b != nil && alike(b, m):
		return t
	case m.Kind == yaml.MappingNode && t.Kind == yaml.MappingNode && (b == nil || b.Kind == yaml.MappingNode):
		g.mapping(at, b, m, t)
		return m
	case m.Kind == yaml.SequenceNode && t.Kind == yaml.SequenceNode && (b == nil || b.Kind == yaml.SequenceNode):
		if g.list(at, b, m, t) {
			return m
		}
	}
	if g.clash(at, said(b), said(m), said(t)) {
		return t
	}
	return m
}

// part is an entry of a mapping or a list, with what it goes by.
type part struct {
	id       string
	key, val *yaml.Node // key is nil in a list
}

func keys(n *yaml.Node) (out []part) {
	if n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, part{n.Content[i].Value, n.Content[i], n.Content[i+1]})
	}
	return out
}

func (g *merger) mapping(at string, b, m, t *yaml.Node) {
	var content []*yaml.Node
	for _, p := range g.parts(at, keys(b), keys(m), keys(t)) {
		content = append(content, p.key, p.val)
	}
	m.Content = content
}

// list merges a list by the ids of its items, else by what they say. ok is
// false where the sides cannot be told apart.
func (g *merger) list(at string, b, m, t *yaml.Node) (ok bool) {
	var base []*yaml.Node
	if b != nil {
		base = b.Content
	}
	for _, name := range []string{"id", "name"} {
		pb, ok1 := named(base, name)
		pm, ok2 := named(m.Content, name)
		pt, ok3 := named(t.Content, name)
		if ok1 && ok2 && ok3 {
			g.items(at, m, pb, pm, pt)
			return true
		}
	}
	pb, ok1 := told(base)
	pm, ok2 := told(m.Content)
	pt, ok3 := told(t.Content)
	if ok1 && ok2 && ok3 && (isSet(base) && isSet(m.Content) && isSet(t.Content) || apartFrom(pb, pm, pt)) {
		g.items(at, m, pb, pm, pt)
		return true
	}
	if len(base) != len(m.Content) || len(base) != len(t.Content) {
		return false
	}
	for i := range base {
		m.Content[i] = g.value(join(at, strconv.Itoa(i+1)), base[i], m.Content[i], t.Content[i])
	}
	return true
}

func (g *merger) items(at string, m *yaml.Node, pb, pm, pt []part) {
	var content []*yaml.Node
	for _, p := range g.parts(at, pb, pm, pt) {
		content = append(content, p.val)
	}
	m.Content = content
}

// named gives items by a key that each of them has, each another.
func named(list []*yaml.Node, key string) (out []part, ok bool) {
	for _, n := range list {
		id := get(n, key)
		if id == nil || id.Kind != yaml.ScalarNode || id.Value == "" {
			return nil, false
		}
		out = append(out, part{id: id.Value, val: n})
	}
	return out, distinct(out)
}

// told gives items by what they say.
func told(list []*yaml.Node) (out []part, ok bool) {
	for _, n := range list {
		out = append(out, part{id: said(n), val: n})
	}
	return out, distinct(out)
}

func distinct(list []part) bool {
	seen := map[string]bool{}
	for _, p := range list {
		if seen[p.id] {
			return false
		}
		seen[p.id] = true
	}
	return true
}

// apartFrom reports whether two sides changed other items of a list that has no
// ids: where both took the same one away, each may have written it anew.
func apartFrom(b, m, t []part) bool {
	im, it, ib := index(m), index(t), index(b)
	grew := slices.ContainsFunc(slices.Concat(m, t), func(p part) bool { return ib[p.id] == nil })
	return !grew || !slices.ContainsFunc(b, func(p part) bool { return im[p.id] == nil && it[p.id] == nil })
}

func index(list []part) map[string]*part {
	out := map[string]*part{}
	for i := range list {
		out[list[i].id] = &list[i]
	}
	return out
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "/" + key
}

// parts merges the entries of a mapping or the items of a list.
func (g *merger) parts(at string, b, m, t []part) []part {
	ib, im, it := index(b), index(m), index(t)
	stands := map[string]part{}
	for _, p := range slices.Concat(b, m, t) {
		if _, done := stands[p.id]; done {
			continue
		}
		was, mine, theirs, here := ib[p.id], im[p.id], it[p.id], join(at, p.id)
		switch {
		case mine == nil && theirs == nil:
		case was == nil && theirs == nil:
			stands[p.id] = *mine
		case was == nil && mine == nil:
			stands[p.id] = *theirs
		case mine == nil: // mine took it away
			if (!alike(was.val, theirs.val) || g.noted(here)) && g.once(here, said(was.val), "", said(theirs.val)) {
				stands[p.id] = *theirs
			}
		case theirs == nil:
			if (!alike(was.val, mine.val) || g.noted(here)) && !g.once(here, said(was.val), said(mine.val), "") {
				stands[p.id] = *mine
			}
		default:
			var old *yaml.Node
			if was != nil {
				old = was.val
			}
			mine.val = g.value(here, old, mine.val, theirs.val)
			stands[p.id] = *mine
		}
	}
	var out []part
	for _, id := range g.order(at, b, m, t, stands) {
		out = append(out, stands[id])
	}
	return out
}

// noted reports whether an element clashes already.
func (g *merger) noted(at string) bool {
	return slices.ContainsFunc(g.clashes, func(c Clash) bool { return c.Path == g.path && c.At == at })
}

// once is clash, for an element that is come by twice.
func (g *merger) once(at, was, mine, theirs string) bool {
	for _, c := range g.clashes {
		if c.Path == g.path && c.At == at {
			return g.take != nil && g.take(c)
		}
	}
	return g.clash(at, was, mine, theirs)
}

// order is that of what stands: of who moved things, else as before; what was
// added stands behind what it was put behind, whichever side is called mine.
func (g *merger) order(at string, b, m, t []part, stands map[string]part) []string {
	ib := index(b)
	ids := func(list []part, among map[string]*part) (out []string) {
		for _, p := range list {
			if _, ok := stands[p.id]; ok && (among == nil || among[p.id] != nil && ib[p.id] != nil) {
				out = append(out, p.id)
			}
		}
		return out
	}
	im, it := index(m), index(t)
	common := map[string]*part{}
	for id := range ib {
		if im[id] != nil && it[id] != nil {
			common[id] = ib[id]
		}
	}
	was, mine, theirs := ids(b, common), ids(m, common), ids(t, common)
	first, second := m, t
	switch {
	case slices.Equal(mine, theirs), slices.Equal(was, theirs):
	case slices.Equal(was, mine):
		first, second = t, m
	default:
		if len(b) > 0 && b[0].key == nil && g.clash(join(at, "order"), strings.Join(was, ", "), strings.Join(mine, ", "), strings.Join(theirs, ", ")) {
			first, second = t, m
		}
	}
	spine := ids(first, common)
	on := map[string]bool{}
	for _, id := range spine {
		on[id] = true
	}
	behind := map[string][2][]string{}
	placed := map[string]bool{}
	for side, list := range [][]part{first, second} {
		anchor := ""
		for _, p := range list {
			if on[p.id] {
				anchor = "\x00" + p.id
				continue
			}
			if _, ok := stands[p.id]; ok && !placed[p.id] {
				placed[p.id] = true
				both := behind[anchor]
				both[side] = append(both[side], p.id)
				behind[anchor] = both
			}
		}
	}
	var out []string
	add := func(anchor string) {
		both := behind[anchor]
		if len(both[0]) > 0 && len(both[1]) > 0 && both[1][0] < both[0][0] {
			both[0], both[1] = both[1], both[0]
		}
		out = append(append(out, both[0]...), both[1]...)
	}
	add("")
	for _, id := range spine {
		out = append(out, id)
		add("\x00" + id)
	}
	return out
}
