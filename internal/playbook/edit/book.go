package edit

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	bookFile    = "playbook.yaml"
	mappingFile = "mapping.yaml"
)

// WriteName names the playbook: a name is the same in every language.
func (f Files) WriteName(name string) error {
	return f.edit(bookFile, func(root *yaml.Node) error {
		if name = line(name); name == "" {
			return nil
		}
		if Tongue(name) == "en" {
			set(root, "name", word(name))
		} else {
			set(root, "name", mapping(yaml.FlowStyle, Tongue(name), word(name)))
		}
		return nil
	})
}

// WriteStatus says how far the playbook has been made the company's own.
func (f Files) WriteStatus(status string) error {
	return f.edit(bookFile, func(root *yaml.Node) error {
		set(root, "status", word(status), "name", "about")
		return nil
	})
}

// WriteCharter answers one of the charter's inputs; no words take the answer back.
func (f Files) WriteCharter(input, language, said string) error {
	return f.edit(bookFile, func(root *yaml.Node) error {
		c := get(root, "charter")
		if c == nil || c.Kind != yaml.MappingNode {
			if strings.TrimSpace(said) == "" {
				return nil
			}
			c = mapping(0)
			set(root, "charter", c, "name", "about", "status", "include")
		}
		say(c, input, language, said)
		if len(c.Content) == 0 {
			drop(root, "charter")
		}
		return nil
	})
}

// WriteOwn says which words are the company's alone.
func (f Files) WriteOwn(own []string) error {
	return f.edit(bookFile, func(root *yaml.Node) error {
		if len(own) == 0 {
			drop(root, "own")
			return nil
		}
		next := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		old := get(root, "own")
		for _, s := range own {
			n := word(s)
			if old != nil {
				for _, was := range old.Content {
					if was.Value == n.Value {
						n = was
					}
				}
			}
			next.Content = append(next.Content, n)
		}
		if old != nil {
			next.Style = old.Style
		}
		set(root, "own", next, "name", "about", "status", "charter")
		return nil
	})
}

// WriteKnows declares what a deal knows when it opens: the values it may have,
// added to those that are declared; none: any text, or any number.
func (f Files) WriteKnows(attribute string, number bool, values []string) error {
	return f.edit(bookFile, func(root *yaml.Node) error {
		knows := get(root, "knows")
		if knows == nil || knows.Kind != yaml.MappingNode {
			knows = mapping(0)
			set(root, "knows", knows, "name", "about", "status", "include", "charter", "own", "words")
		}
		old := get(knows, attribute)
		switch {
		case number:
			set(knows, attribute, word("number"))
		case len(values) == 0:
			set(knows, attribute, word("text"))
		case old != nil && old.Kind == yaml.SequenceNode:
			for _, v := range values {
				if !slices.ContainsFunc(old.Content, func(n *yaml.Node) bool { return n.Value == v }) {
					old.Content = append(old.Content, word(v))
				}
			}
		case old == nil || old.Kind != yaml.SequenceNode:
			set(knows, attribute, words(values))
		}
		return nil
	})
}

// WriteMapping says which words of another system mean a stage of ours, an
// address; no words take the entry away.
func (f Files) WriteMapping(stage string, said []string) error {
	if _, ok := f[mappingFile]; !ok {
		f[mappingFile] = []byte("# What the words of other systems mean.\nstages: {}\n")
	}
	return f.edit(mappingFile, func(root *yaml.Node) error {
		stages := get(root, "stages")
		if stages == nil || stages.Kind != yaml.MappingNode {
			stages = mapping(0)
			set(root, "stages", stages, "")
		}
		stages.Style &^= yaml.FlowStyle
		if len(said) == 0 {
			drop(stages, stage)
			return nil
		}
		next := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		old := get(stages, stage)
		for _, s := range said {
			n := word(s)
			if old != nil {
				for _, was := range old.Content {
					if was.Value == n.Value {
						n = was
					}
				}
			}
			next.Content = append(next.Content, n)
		}
		set(stages, stage, next)
		return nil
	})
}

// PackFile is the path of a company's copy of a pack.
func PackFile(pack string) string { return "pack/" + pack + ".yaml" }

// CopyPack puts a pack's text into the folder, to be adapted; one that is there stays.
func (f Files) CopyPack(pack string, text []byte) error {
	if _, ok := f[PackFile(pack)]; ok {
		return nil
	}
	f[PackFile(pack)] = text
	return f.edit(PackFile(pack), func(root *yaml.Node) error {
		set(root, "status", word("in-progress"), "name", "origin", "idea", "core")
		return nil
	})
}

// WritePackStatus says how far a copied pack has been made the company's own.
func (f Files) WritePackStatus(pack, status string) error {
	return f.edit(PackFile(pack), func(root *yaml.Node) error {
		set(root, "status", word(status), "name", "origin", "idea", "core")
		return nil
	})
}

// DropPack takes a company's copy of a pack away, and the pack out of every blend.
func (f Files) DropPack(pack string) error {
	delete(f, PackFile(pack))
	for path := range f {
		if dir, name, ok := strings.Cut(path, "/"); ok && dir == "process" {
			if err := f.Blend(strings.TrimSuffix(name, ".yaml"), pack, nil, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// Blend puts a pack into the blend of a process, leading at some places (p1 to
// p9, k, c), or takes it out.
func (f Files) Blend(process, pack string, lead []string, in bool) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		blend := get(root, "blend")
		if blend == nil || blend.Kind != yaml.MappingNode {
			if !in {
				return nil
			}
			blend = mapping(0)
			set(root, "blend", blend, "name", "page", "when", "route", "preset")
		}
		if in {
			set(blend, pack, words(lead))
			return nil
		}
		drop(blend, pack)
		if len(blend.Content) == 0 {
			drop(root, "blend")
		}
		return nil
	})
}

// TieTool ties a tool of a copied pack to a milestone of ours, an address.
func (f Files) TieTool(pack, tool, milestone string) error {
	return f.edit(PackFile(pack), func(root *yaml.Node) error {
		_, n := item(get(root, "tools"), tool)
		if n == nil {
			return fmt.Errorf("the tool %s: %w", tool, ErrAbsent)
		}
		if milestone == "" {
			drop(n, "milestone")
			return nil
		}
		set(n, "milestone", word(milestone))
		return nil
	})
}

// DropTool takes a tool out of a copied pack, and keeps why, where it is said.
func (f Files) DropTool(pack, tool, language, why string) error {
	return f.edit(PackFile(pack), func(root *yaml.Node) error {
		list := get(root, "tools")
		at, n := item(list, tool)
		if n == nil {
			return fmt.Errorf("the tool %s: %w", tool, ErrAbsent)
		}
		remove(list, at)
		if len(list.Content) == 0 {
			drop(root, "tools")
		}
		if strings.TrimSpace(why) == "" {
			return nil
		}
		gone := get(root, "dropped")
		if gone == nil || gone.Kind != yaml.SequenceNode {
			gone = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			set(root, "dropped", gone, "name", "origin", "idea", "core", "status", "weights", "tools")
		}
		line := mapping(0)
		set(line, "id", word(tool))
		say(line, "why", language, why)
		gone.Content = append(gone.Content, line)
		return nil
	})
}

// WritePrompt writes the question at a place from 0 of a copied pack; no words
// take it away.
func (f Files) WritePrompt(pack string, at int, language, said string) error {
	return f.edit(PackFile(pack), func(root *yaml.Node) error {
		list := get(root, "prompts")
		if list == nil || at < 0 || at >= len(list.Content) {
			return fmt.Errorf("the question %d: %w", at+1, ErrAbsent)
		}
		if strings.TrimSpace(said) == "" {
			remove(list, at)
			if len(list.Content) == 0 {
				drop(root, "prompts")
			}
			return nil
		}
		say(list.Content[at], "ask", language, said)
		return nil
	})
}
