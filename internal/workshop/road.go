package workshop

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// ShowRoad gives the road map on one page.
func ShowRoad(ctx context.Context, d *Bench) (RoadMap, error) {
	book, err := d.Taught(ctx)
	if err != nil {
		return RoadMap{}, err
	}
	out := roadMap(book, d.Language)
	out.Others = len(d.Book.Processes) - len(book.Processes)
	return out, nil
}

// RoadMap is the playbook in one language, on one page.
type RoadMap struct {
	Name      string        `json:"name"`
	Hash      string        `json:"hash"`
	Phases    []RoadPhase   `json:"phases"`
	Processes []RoadProcess `json:"processes"`
	Tracks    []RoadStep    `json:"tracks"`
	Others    int           `json:"others,omitempty"` // processes that whoever asks is not assigned
}

// RoadPhase is one of the customer's questions, with what counts as an answer.
type RoadPhase struct {
	Phase       throughline.Phase `json:"phase"`
	Name        string            `json:"name"`
	Ask         string            `json:"ask"`
	Sub         []string          `json:"sub,omitempty"`
	Evidence    []RoadGrounds     `json:"evidence,omitempty"`
	NotEvidence []string          `json:"not_evidence,omitempty"`
	Owner       throughline.Role  `json:"owner,omitempty"`
	Stalls      []string          `json:"stalls,omitempty"`
	Helps       []string          `json:"helps,omitempty"`
}

// RoadGrounds is something that counts as evidence.
type RoadGrounds struct {
	Text  string            `json:"text"`
	Grade throughline.Grade `json:"grade"`
}

// RoadProcess is a process: its stages, and its milestones in order.
type RoadProcess struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Stages     []RoadStage     `json:"stages"`
	Milestones []RoadMilestone `json:"milestones"`
}

// RoadStage is a stage and the phase it serves.
type RoadStage struct {
	Address throughline.Address `json:"address"`
	Name    string              `json:"name"`
	Serves  throughline.Phase   `json:"serves"`
}

// RoadMilestone is a milestone: what the customer did.
type RoadMilestone struct {
	Address throughline.Address `json:"address"`
	Stage   throughline.Address `json:"stage,omitempty"`
	Name    string              `json:"name"`
	Short   string              `json:"short"`
	Serves  throughline.Phase   `json:"serves"`
}

// RoadStep is one step of a track.
type RoadStep struct {
	Address throughline.Address `json:"address"`
	Name    string              `json:"name"`
	Ask     string              `json:"ask,omitempty"`
}

func roadMap(b *playbook.Playbook, language string) RoadMap {
	in := func(v playbook.Value) string { return v.Text.In(language) }
	each := func(vs []playbook.Value) []string {
		var out []string
		for _, v := range vs {
			out = append(out, in(v))
		}
		return out
	}
	out := RoadMap{Name: b.Name.In(language), Hash: b.Hash}
	for _, q := range b.Journey.Phases {
		p := RoadPhase{Phase: q.Phase, Name: in(q.Name), Ask: in(q.Ask), Sub: each(q.Sub), NotEvidence: each(q.NotEvidence),
			Owner: q.Owner, Stalls: each(q.Stalls), Helps: each(q.Helps)}
		for _, g := range q.Evidence {
			p.Evidence = append(p.Evidence, RoadGrounds{in(g.Value), g.Grade})
		}
		out.Phases = append(out.Phases, p)
	}
	for _, pr := range b.Processes {
		r := RoadProcess{ID: pr.ID, Name: in(pr.Name)}
		for _, s := range pr.Stages {
			r.Stages = append(r.Stages, RoadStage{s.Addr, in(s.Name), s.Serves})
		}
		for _, m := range pr.Milestones {
			r.Milestones = append(r.Milestones, RoadMilestone{m.Addr, m.Stage, in(m.Name), in(m.Short), m.Serves})
		}
		out.Processes = append(out.Processes, r)
	}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range b.Tracks[t] {
			out.Tracks = append(out.Tracks, RoadStep{s.Step.Address(), in(s.Name), in(s.Ask)})
		}
	}
	return out
}
