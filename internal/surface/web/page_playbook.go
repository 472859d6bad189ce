package web

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

// playbookView is the road map on one page, what the linter says beside it,
// and how heavy it is.
type playbookView struct {
	frame
	Name, Hash  string
	Large, Down string
	Verdict     string // what the linter came to, in one sentence
	Troubled    bool
	Keeps       string // how many findings are kept anyway
	Part        string // that it is a part: the processes that whoever looks is assigned
	Charter     []charterView
	Maps        []mapView
	Tracks      []roadTrack
	Phases      []phaseView // the questions in full
	Rest        []noteGroup
	Weight      weightView
	Copied      []string
	Differences []string
}

// mapView is the road map of one process.
type mapView struct {
	ID, Name string
	Notes    []noteView
	Rows     []questionView
	Spec     specView
}

// questionView is one of the customer's questions with what of ours stands under it.
type questionView struct {
	Number, Name, Ask, Href string
	Notes                   []noteView
	Say, Said               string
	Elements                []elementView
}

// elementView is a stage, a milestone or a step, with what is said about it.
type elementView struct {
	ID     string // "" where the id already stands on the page
	Stage  bool
	Name   string
	Within string // the stage of a milestone that serves another question
	Notes  []noteView
	Say    string // where something is said of it; "" where whoever looks may not
	Said   string // how many remarks stand
}

type roadTrack struct {
	Name  string
	Steps []stepElement
}

type stepElement struct {
	ID, Mark, Name, Ask string
	Notes               []noteView
	Say, Said           string
}

func (s *site) playbook(v *visit) (templ.Component, error) {
	weighed, err := ask[workshop.Weighed](v, operation.WeighPlaybook, &desk.Nothing{}) // first: it refuses a playbook that cannot be used
	if err != nil {
		return nil, err
	}
	m, err := ask[workshop.RoadMap](v, operation.ShowPlaybook, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	check, err := ask[workshop.PlaybookCheck](v, operation.CheckPlaybook, &workshop.CheckPlaybookInput{})
	if err != nil {
		return nil, err
	}
	heard, err := v.heardOf()
	if err != nil {
		return nil, err
	}
	copied, err := ask[workshop.CopiedReport](v, operation.CopiedPlaybook, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := playbookView{frame: v.frame(p.Say("playbook.title"), "playbook"), Name: m.Name, Hash: m.Hash[:min(12, len(m.Hash))]}
	picture := v.road(showing.DealRow{Reading: emptyReading(v)}, "road", mark2anchor)
	picture.Title, picture.Gap, picture.Bare = p.Say("playbook.picture"), "", true
	out.Large, out.Down = picture.Large(), picture.Down()
	check.Found = slices.DeleteFunc(slices.Clone(check.Found), func(f diag.Finding) bool { return v.leftOut(f.Address) })
	kept := check.Kept[:0:0]
	for _, k := range check.Kept {
		if !v.leftOut(k.Finding.Address) {
			kept = append(kept, k)
		}
	}
	check.Kept = kept
	if m.Others > 0 {
		out.Part = p.Say("assigned.part", "n", m.Others)
	}
	side := v.margin(check)
	out.Verdict, out.Troubled, out.Keeps = side.verdict(p), check.Found.Bad(), ""
	if n := len(check.Kept); n > 0 {
		out.Keeps = p.Say("book.kept_anyway", "n", n)
	}

	out.Charter = v.charterOf(v.desk.Book)
	ids := map[string]bool{}
	once := func(id string) string {
		if ids[id] {
			return ""
		}
		ids[id] = true
		return id
	}
	for _, pr := range m.Processes {
		view := v.roadOf(m, pr, side, heard, once)
		for _, score := range weighed.Scores {
			if score.Process != throughline.Address("process/"+pr.ID) {
				continue
			}
			view.Spec = v.spec(score.Points, score.Parts)
			for _, c := range score.Cuts {
				view.Spec.Cuts = append(view.Spec.Cuts, cutView{phrase.Initial(c.What), p.Say("book.saves", "n", c.Saves)})
			}
		}
		out.Maps = append(out.Maps, view)
	}
	out.Tracks = v.tracks(m, side, heard, once)

	t := v.teller(showing.DealPage{Reading: emptyReading(v)})
	for _, ph := range throughline.Phases() {
		q := t.phase(ph)
		q.State, q.Missing = "", nil
		out.Phases = append(out.Phases, q)
	}
	out.Rest = side.rest(p)
	out.Weight = v.weight(weighed)
	out.Copied, out.Differences = v.copied(copied)
	return playbookPage(out), nil
}

// roadOf lays one process out under the customer's questions: each stage under
// the question it serves, each milestone under the question it serves.
func (v *visit) roadOf(m workshop.RoadMap, pr workshop.RoadProcess, side *margin, heard heard, once func(string) string) mapView {
	out := mapView{ID: "process-" + pr.ID, Name: pr.Name, Notes: side.take(throughline.Address("process/" + pr.ID))}
	stages := map[throughline.Address]workshop.RoadStage{}
	for _, st := range pr.Stages {
		stages[st.Address] = st
	}
	for i, q := range m.Phases {
		say, said := heard(q.Phase.Address())
		row := questionView{
			Say: say, Said: said,
			Number: strconv.Itoa(i + 1),
			Name:   q.Name,
			Ask:    q.Ask,
			Href:   "#" + anchor(q.Phase.Address()),
			Notes:  side.take(q.Phase.Address()),
		}
		for _, st := range pr.Stages {
			if st.Serves != q.Phase {
				continue
			}
			say, said := heard(st.Address)
			row.Elements = append(row.Elements, elementView{Stage: true, Name: st.Name, Notes: side.take(st.Address), Say: say, Said: said})
			for _, ms := range pr.Milestones {
				if ms.Stage == st.Address && ms.Serves == q.Phase {
					say, said := heard(ms.Address)
					row.Elements = append(row.Elements, elementView{ID: once(anchor(ms.Address)), Name: ms.Name, Notes: side.take(ms.Address), Say: say, Said: said})
				}
			}
		}
		for _, ms := range pr.Milestones {
			if st, ok := stages[ms.Stage]; ms.Serves == q.Phase && (!ok || st.Serves != q.Phase) {
				e := elementView{ID: once(anchor(ms.Address)), Name: ms.Name, Notes: side.take(ms.Address)}
				e.Say, e.Said = heard(ms.Address)
				if ok {
					e.Within = v.p.Say("book.within", "stage", st.Name)
				}
				row.Elements = append(row.Elements, e)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (v *visit) tracks(m workshop.RoadMap, side *margin, heard heard, once func(string) string) []roadTrack {
	out := []roadTrack{{Name: v.p.Say("road.contracting")}, {Name: v.p.Say("road.change")}}
	for _, s := range m.Tracks {
		step, ok := throughline.ParseStep(s.Address.Last())
		if !ok {
			continue
		}
		n := 0
		if step.Track == throughline.Change {
			n = 1
		}
		e := stepElement{ID: once(anchor(s.Address)), Mark: step.String(), Name: s.Name, Ask: s.Ask, Notes: side.take(s.Address)}
		e.Say, e.Said = heard(s.Address)
		out[n].Steps = append(out[n].Steps, e)
	}
	return out
}

// emptyReading is the road with nobody on it: every phase shown, no position.
func emptyReading(v *visit) alignment.Reading {
	r := alignment.Reading{AsOf: v.day()}
	for _, ph := range throughline.Phases() {
		r.Phases = append(r.Phases, alignment.PhaseReading{Phase: ph, State: throughline.Untouched, Shown: true})
	}
	if book := v.taught(); len(book.Processes) > 0 {
		for _, m := range book.Processes[0].Milestones {
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

// mark2anchor gives the place on the page that a mark of the road leads to.
func mark2anchor(a throughline.Address) string { return "#" + anchor(a) }
