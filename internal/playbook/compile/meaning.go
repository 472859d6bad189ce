package compile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// Meaning reads a file that says, in the form of a playbook's mapping.yaml, what
// foreign words mean, and gives it over the mapping of the book: what the file
// says of a word goes first. A stage may be named by its address, its id or its
// name. With an error among the findings the mapping is not to be used.
func Meaning(file string, text []byte, book *playbook.Playbook) (playbook.Mapping, diag.Findings) {
	kind, _ := source.Playbook().Of("mapping.yaml")
	n, found := source.Parse(file, text, kind.Shape)
	c := &compiler{found: found}
	p := &playbook.Playbook{Processes: book.Processes}
	c.mapping(p, c.addressed(n, book))
	out := playbook.Mapping{
		Stages:   maps.Clone(book.Mapping.Stages),
		Outcomes: maps.Clone(book.Mapping.Outcomes),
		Roles:    maps.Clone(book.Mapping.Roles),
		History:  book.Mapping.History,
	}
	for word, to := range p.Mapping.Stages {
		delete(out.Outcomes, word)
		out.Stages[word] = to
	}
	for word, end := range p.Mapping.Outcomes {
		delete(out.Stages, word)
		out.Outcomes[word] = end
	}
	maps.Copy(out.Roles, p.Mapping.Roles)
	if len(p.Mapping.History) > 0 {
		out.History = p.Mapping.History
	}
	for i := range c.found {
		if c.found[i].Page == "" {
			c.found[i].Page = "docs/checks/" + c.found[i].Check + ".md"
		}
	}
	c.found.Sort()
	return out, c.found
}

// addressed puts addresses in the place of ids and names of stages. A name that
// two stages share, and one whose process takes no deals, is said.
func (c *compiler) addressed(n *source.Node, book *playbook.Playbook) *source.Node {
	stages := n.Get("stages")
	if stages == nil {
		return n
	}
	return n.With("stages", stages.Renamed(func(key string, at diag.Range) string {
		var fits []throughline.Address
		for _, pr := range book.Processes {
			for _, s := range pr.Stages {
				named := key == string(s.Addr) || key == s.ID
				for _, name := range s.Name.Text {
					named = named || playbook.Fold(name) == playbook.Fold(key)
				}
				if !named {
					continue
				}
				if pr.When.Refused() {
					c.say(
						source.CheckReference,
						at,
						fmt.Sprintf("the rule of the process of %q cannot be read, so it takes no deals", key),
						"mend it first: throughline playbook check",
					)
					return string(s.Addr)
				}
				if key == string(s.Addr) {
					return key
				}
				fits = append(fits, s.Addr)
			}
		}
		switch len(fits) {
		case 0:
			return key // which the mapping says is no stage
		case 1:
			return string(fits[0])
		}
		slices.Sort(fits)
		c.say(source.CheckReference, at, fmt.Sprintf("%q is a stage of several processes", key), "write its address: "+diag.List(fits))
		return string(fits[0])
	}))
}
