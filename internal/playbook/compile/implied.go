package compile

import (
	"io/fs"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

// shippedWords is the mapping of the playbook that ships.
var shippedWords = sync.OnceValue(func() playbook.Mapping {
	text, err := fs.ReadFile(playbooks.Starter(), "mapping.yaml")
	if err != nil {
		panic(err) // it is embedded
	}
	kind, _ := source.Playbook().Of("mapping.yaml")
	n, _ := source.Parse("mapping.yaml", text, kind.Shape)
	p := &playbook.Playbook{}
	(&compiler{}).mapping(p, n)
	return p.Mapping
})

// imply adds what a playbook means without saying it: a foreign stage that is
// called as one of ours is that one, and where the mapping says nothing of how
// deals end, or of roles, the shipped words hold. What the mapping says goes
// first, and a name that two stages share means neither.
func imply(p *playbook.Playbook, n *source.Node) {
	m, shipped := &p.Mapping, shippedWords()
	names := map[string][]throughline.Address{}
	for _, pr := range p.Processes {
		if pr.When.Refused() {
			continue
		}
		for _, s := range pr.Stages {
			for _, name := range s.Name.Text {
				if key := playbook.Fold(name); key != "" && !slices.Contains(names[key], s.Addr) {
					names[key] = append(names[key], s.Addr)
				}
			}
		}
	}
	for key, at := range names {
		_, stage := m.Stages[key]
		_, end := m.Outcomes[key]
		if !stage && !end && len(at) == 1 {
			m.Stages[key] = playbook.MappedStage{Stage: at[0], Implied: true}
		}
	}
	if m.ShippedOutcomes = n.Get("outcomes") == nil; m.ShippedOutcomes {
		for key, end := range shipped.Outcomes {
			if _, taken := m.Stages[key]; !taken {
				m.Outcomes[key] = playbook.MappedEnd{Outcome: end.Outcome, Cause: end.Cause}
			}
		}
	}
	if m.ShippedRoles = n.Get("roles") == nil; m.ShippedRoles {
		for key, role := range shipped.Roles {
			m.Roles[key] = role
		}
	}
}
