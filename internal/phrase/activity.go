package phrase

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// Activity says what an event is called in the history of the ledger: a stage or
// milestone by its name, a question, a step, an end. What is none of these stays
// as it is written.
func (p *Phrase) Activity(book *playbook.Playbook, name string) string {
	if what, ok := strings.CutSuffix(name, " reopened"); ok {
		return p.Say("learning.reopened", "what", p.Activity(book, what))
	}
	if ph, ok := throughline.ParsePhase(name); ok {
		return p.Phase(book, ph)
	}
	if st, ok := throughline.ParseStep(name); ok {
		for _, s := range book.Tracks[st.Track] {
			if s.Step == st {
				return s.Name.Text.In(p.Code())
			}
		}
	}
	switch name {
	case "opened", "resumed":
		return p.Say("learning." + name)
	case "close date pushed":
		return p.Say("learning.pushed")
	case "contracting begun":
		return p.Say("learning.begun")
	case "ended for a time":
		return p.Say("learning.paused")
	}
	if o := throughline.Outcome(name); o.Known() {
		return p.Outcome(o)
	}
	stage, isStage := strings.CutPrefix(name, "stage ")
	for _, pr := range book.Processes {
		for _, m := range pr.Milestones {
			if m.Addr.Last() == name {
				if s := m.Short.Text.In(p.Code()); s != "" {
					return s
				}
				return m.Name.Text.In(p.Code())
			}
		}
		for _, s := range pr.Stages {
			if isStage && s.ID == stage {
				return s.Name.Text.In(p.Code())
			}
		}
	}
	if isStage {
		return p.Say("learning.stage_named", "name", stage)
	}
	return name
}
