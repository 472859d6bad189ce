package web

import (
	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/operation"
)

type playbookView struct {
	frame
	Map      operation.RoadMap
	Large    string
	Down     string
	Problems string // how many findings the playbook has
	Phases   []phaseView
	Stages   []stageView
}

// stageView is a stage of ours with the question it serves.
type stageView struct {
	Name, Serves, Href string
	Milestones         []stepView
}

func (s *site) playbook(v *visit) (templ.Component, error) {
	m, err := ask[operation.RoadMap](v, operation.ShowPlaybook, &operation.Nothing{})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := playbookView{frame: v.frame(p.Say("playbook.title"), "playbook"), Map: m}
	if n := len(v.desk.Findings); n > 0 {
		out.Problems = p.Say("playbook.findings", "n", n)
	}
	picture := v.road(emptyReading(v), "road", mark2anchor)
	picture.Title, picture.Desc, picture.Gap, picture.Bare = p.Say("playbook.picture"), "", "", true
	out.Large, out.Down = picture.Large(), picture.Down()
	t := v.teller(operation.DealPage{Reading: emptyReading(v)})
	for _, ph := range throughline.Phases() {
		q := t.phase(ph)
		q.State, q.Missing = "", nil
		out.Phases = append(out.Phases, q)
	}
	for _, pr := range m.Processes {
		for _, st := range pr.Stages {
			stage := stageView{Name: st.Name, Serves: p.Phase(v.desk.Book, st.Serves), Href: "#" + st.Serves.String()}
			for _, ms := range pr.Milestones {
				if ms.Stage == st.Address || ms.Stage == "" && ms.Serves == st.Serves {
					stage.Milestones = append(stage.Milestones, stepView{ID: anchor(ms.Address), Name: ms.Name})
				}
			}
			out.Stages = append(out.Stages, stage)
		}
	}
	return playbookPage(out), nil
}

// emptyReading is the road with nobody on it: every phase shown, no position.
func emptyReading(v *visit) alignment.Reading {
	r := alignment.Reading{AsOf: v.day()}
	for _, ph := range throughline.Phases() {
		r.Phases = append(r.Phases, alignment.PhaseReading{Phase: ph, State: throughline.Untouched, Shown: true})
	}
	if len(v.desk.Book.Processes) > 0 {
		for _, m := range v.desk.Book.Processes[0].Milestones {
			r.Milestones = append(r.Milestones, alignment.MilestoneReading{Address: m.Addr, Serves: m.Serves})
		}
	}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range t.Steps() {
			r.Tracks = append(r.Tracks, alignment.StepReading{Step: s, Address: s.Address(), State: throughline.StepNotBegun})
		}
	}
	return r
}
