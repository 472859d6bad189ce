package edit

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v4"
)

// A milestone is the same wherever it stands: while two sides are merged, the
// stages of a process hold the ids of their milestones alone, and the milestones
// stand beside them, by id. So one may move what another rewrites.

// poolKey is the key behind which milestones stand while a process is merged.
const poolKey = "milestones"

// idTag marks an id that stands for a milestone.
const idTag = "!id"

// pool is what was lifted out of one reading.
type pool struct {
	did   bool // they were lifted
	root  *yaml.Node
	nodes map[string]*yaml.Node
	place map[string]string // the stage of each, by its id
	lists []*yaml.Node
	bare  []*yaml.Node
}

// lift takes the milestones out of the stages of a process. Where they cannot be
// told apart, or it is no process, nothing is lifted.
func lift(root *yaml.Node) *pool {
	p := &pool{root: root, nodes: map[string]*yaml.Node{}, place: map[string]string{}}
	stages := get(root, "stages")
	if stages == nil || stages.Kind != yaml.SequenceNode || get(root, poolKey) != nil {
		return p
	}
	list, ok := named(stages.Content, "id")
	if !ok {
		return p
	}
	var bare []*yaml.Node // stages that have none: there one may be put
	for _, s := range list {
		own := get(s.val, "milestones")
		if own == nil {
			bare = append(bare, s.val)
			continue
		}
		items, ok := named(own.Content, "id")
		if own.Kind != yaml.SequenceNode || !ok || slices.ContainsFunc(items, func(i part) bool { return p.nodes[i.id] != nil }) {
			return p
		}
		for _, i := range items {
			p.nodes[i.id], p.place[i.id] = i.val, s.id
		}
		p.lists = append(p.lists, own)
	}
	beside := mapping(0)
	for _, l := range p.lists {
		for i, n := range l.Content {
			id := get(n, "id").Value
			beside.Content = append(beside.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: id}, n)
			l.Content[i] = &yaml.Node{Kind: yaml.ScalarNode, Tag: idTag, Value: id}
		}
	}
	for _, s := range bare {
		none := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		s.Content = append(s.Content, word("milestones"), none)
		p.lists = append(p.lists, none)
	}
	p.bare = bare
	root.Content = append(root.Content, word(poolKey), beside)
	p.did = true
	return p
}

// back puts what was lifted where it was.
func (p *pool) back() {
	if !p.did {
		return
	}
	for _, l := range p.lists {
		for i, n := range l.Content {
			l.Content[i] = p.nodes[n.Value]
		}
	}
	for _, s := range p.bare {
		drop(s, "milestones")
	}
	drop(p.root, poolKey)
}

// isSet reports whether a list holds ids alone.
func isSet(list []*yaml.Node) bool {
	return !slices.ContainsFunc(list, func(n *yaml.Node) bool { return n.Tag != idTag })
}

// lifted is a process of which three readings were lifted.
type lifted struct {
	g                  *merger
	base, mine, theirs *pool
}

// settle decides where a milestone stands that both moved, and each elsewhere; one
// that a side moved and the other took away is a clash.
func (l lifted) settle() {
	for _, id := range slices.Sorted(maps.Keys(l.base.place)) {
		was := l.base.place[id]
		mine, ok1 := l.mine.place[id]
		theirs, ok2 := l.theirs.place[id]
		if ok1 != ok2 && (ok1 && mine != was || ok2 && theirs != was) {
			l.g.once(join(poolKey, id), said(l.base.nodes[id]), said(l.mine.nodes[id]), said(l.theirs.nodes[id]))
			continue
		}
		if !ok1 || !ok2 || mine == was || theirs == was || mine == theirs {
			continue
		}
		loser := l.theirs
		if l.g.clash(join(join(poolKey, id), "stage"), was, mine, theirs) {
			loser = l.mine
		}
		for _, list := range loser.lists {
			list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return n.Value == id })
		}
	}
}

// lower puts the milestones that stand back into their stages: each once, and
// none is left out that stands but whose place is gone.
func (l lifted) lower(root *yaml.Node) {
	beside := get(root, poolKey)
	if beside == nil {
		return
	}
	stands := map[string]*yaml.Node{}
	var order []string
	for _, p := range keys(beside) {
		stands[p.id] = p.val
		order = append(order, p.id)
	}
	drop(root, poolKey)
	stages := get(root, "stages")
	if stages == nil || stages.Kind != yaml.SequenceNode {
		return
	}
	for _, s := range stages.Content {
		list := get(s, "milestones")
		if list == nil {
			continue
		}
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return n.Tag == idTag && stands[n.Value] == nil })
		for i, n := range list.Content {
			if n.Tag == idTag {
				id := n.Value
				list.Content[i] = stands[id]
				delete(stands, id)
			}
		}
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return n == nil })
		if len(list.Content) == 0 {
			drop(s, "milestones")
		}
	}
	for _, id := range order {
		if n := stands[id]; n != nil {
			l.place(stages, id, n)
		}
	}
}

// place finds a stage for a milestone whose own is gone: where mine had it, where
// theirs had it, else the last.
func (l lifted) place(stages *yaml.Node, id string, n *yaml.Node) {
	if len(stages.Content) == 0 {
		return
	}
	at := len(stages.Content) - 1
	for _, stage := range []string{l.theirs.place[id], l.mine.place[id]} {
		if i, s := item(stages, stage); s != nil {
			at = i
		}
	}
	s := stages.Content[at]
	list := get(s, "milestones")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		set(s, "milestones", list)
	}
	list.Content = append(list.Content, n)
}
