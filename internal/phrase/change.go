package phrase

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Change is what became of a deal by what was recorded.
type Change struct {
	Facts int               `json:"facts"`
	New   []string          `json:"new,omitempty"`   // names of people nobody knew before
	Moved []Moved           `json:"moved,omitempty"` // questions that stand otherwise now
	Still throughline.Phase `json:"still,omitempty"` // the question they are at, where it stands as it stood
	Lacks int               `json:"lacks,omitempty"` // how many more people have to answer it
	Ended deal.Ended        `json:"ended,omitzero"`  // it has ended by it
}

// Moved is a question and how it stands now.
type Moved struct {
	Phase throughline.Phase      `json:"phase"`
	To    throughline.PhaseState `json:"to"`
}

// Change says what changed: "Recorded: three facts; Anna Weber is new; Align stays open."
func (p *Phrase) Change(book *playbook.Playbook, c Change) string {
	parts := []string{p.Say("change.facts", "n", c.Facts)}
	for _, name := range c.New {
		parts = append(parts, p.Say("change.new", "who", name))
	}
	for _, m := range c.Moved {
		parts = append(parts, p.Say("change.to_"+string(m.To), "phase", p.Phase(book, m.Phase)))
	}
	switch {
	case c.Ended.Outcome != throughline.StillOpen:
		parts = append(parts, p.Say("change.ended", "how", p.Outcome(c.Ended.Outcome)))
	case c.Still.Known() && c.Lacks > 0:
		parts = append(parts, p.Say("change.lacks", "phase", p.Phase(book, c.Still), "n", c.Lacks))
	case c.Still.Known():
		parts = append(parts, p.Say("change.still", "phase", p.Phase(book, c.Still)))
	}
	return p.Say("change.all", "what", strings.Join(parts, p.Say("list.semicolon")))
}
