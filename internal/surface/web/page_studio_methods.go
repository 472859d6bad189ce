package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/workshop"
)

// studioMethodsView is the borrowed methods: those taken in, with what is still
// to be done on each, and those to choose from.
type studioMethodsView struct {
	studioFrame
	Roads   []choice
	Words   string // what was looked for
	Taken   []takenView
	Shelf   []shelfView
	Nothing string // nothing on the shelf fits the words
	Says    []lintNote
}

// takenView is a pack that was copied to be adapted.
type takenView struct {
	ID, Anchor, Name, Idea, Credit, Href string
	Brief                                string // what its vendor is told
	Gone                                 []workshop.BriefPart
	Done                                 string // how many of its parts are settled
	Adapted                              bool
	Leads                                []leadView
	Tools                                []tieView
	Prompts                              []takenPrompt
	Notes                                []lintNote
	Open                                 bool
}

// leadView is where a pack leads in the blend of one process.
type leadView struct {
	Process, Name string
	In            bool
	Places        []choice
}

// tieView is a tool, and the milestone of ours it is tied to.
type tieView struct {
	ID, Name, In, Out, Place string
	Tied                     bool
	Milestones               []choice
}

type takenPrompt struct{ Number, Place, Said string }

// shelfView is a pack on the shelf.
type shelfView struct{ ID, Name, Idea, Credit, Href, Best string }

func (s *site) studioMethods(v *visit) (component, error) {
	d, f, err := v.draftOf("/methods")
	if err != nil {
		return nil, err
	}
	p := v.p
	out := studioMethodsView{studioFrame: f, Words: strings.TrimSpace(v.query.Get("find"))}
	if d.Book == nil {
		return studioMethodsPage(out), nil
	}
	out.Roads = v.roadChoices(d.Book)
	for _, k := range d.Book.Packs {
		if !k.Core && d.Files["pack/"+k.ID+".yaml"] != nil {
			taken, err := v.takenView(d, k)
			if err != nil {
				return nil, err
			}
			out.Taken = append(out.Taken, taken)
		}
	}
	own := *v.desk
	own.Book = d.Book
	answer, err := operation.ShowPacks.Run(v.Context(), &own, &workshop.PacksInput{})
	if err != nil {
		return nil, err
	}
	for _, k := range answer.(workshop.Packs).Packs {
		if k.Core || slices.ContainsFunc(out.Taken, func(t takenView) bool { return t.ID == k.ID }) || out.Words != "" && !k.Called(out.Words) {
			continue
		}
		x := shelfView{ID: k.ID, Name: k.Name, Idea: k.Idea, Credit: k.Credit, Href: v.link("/playbook/packs/" + k.ID)}
		var best []string
		for _, place := range v.places() {
			if k.Weights[place] == 3 {
				best = append(best, v.placeWord(place))
			}
		}
		if len(best) > 0 {
			x.Best = p.Say("studio.best_at", "places", p.List(best))
		}
		out.Shelf = append(out.Shelf, x)
	}
	if len(out.Shelf) == 0 && out.Words != "" {
		out.Nothing = p.Say("studio.none_found", "words", out.Words)
	}
	for _, x := range d.Found {
		if strings.HasPrefix(x.Check, "B") && !strings.HasPrefix(string(x.Address), "pack/") {
			out.Says = append(out.Says, v.lintNoteOf(x, ""))
		}
	}
	return studioMethodsPage(out), nil
}

// roadChoices are the processes to choose from, the longest first.
func (v *visit) roadChoices(book *playbook.Playbook) []choice {
	all := slices.Clone(book.Processes)
	slices.SortStableFunc(all, func(a, b playbook.Process) int { return len(b.Milestones) - len(a.Milestones) })
	var out []choice
	for _, pr := range all {
		out = append(out, choice{Word: v.p.Process(book, pr.Address()), Href: pr.ID})
	}
	return out
}

func (v *visit) takenView(d workshop.Draft, k playbook.Pack) (takenView, error) {
	p := v.p
	in := func(x playbook.Value) string { return x.Text.In(p.Code()) }
	out := takenView{
		ID:      k.ID,
		Anchor:  "pack-" + k.ID,
		Name:    in(k.Name),
		Idea:    in(k.Idea),
		Credit:  in(k.Credit),
		Href:    v.link("/playbook/packs/" + k.ID),
		Adapted: k.Status == playbook.Adapted,
		Brief:   v.link("/studio/" + d.ID.String() + "/methods/" + k.ID),
	}
	for _, pr := range d.Book.Processes {
		l := leadView{Process: pr.ID, Name: p.Process(d.Book, pr.Address())}
		var lead []string
		for _, u := range pr.Blend {
			if u.Pack == k.ID {
				l.In = true
				for _, a := range u.Lead {
					lead = append(lead, playbook.Place(a))
				}
			}
		}
		for _, place := range v.places() {
			if k.Weights[place] > 1 || slices.Contains(lead, place) {
				l.Places = append(l.Places, choice{Word: v.placeWord(place), Href: place, Here: slices.Contains(lead, place)})
			}
		}
		out.Leads = append(out.Leads, l)
	}
	tied := 0
	for _, t := range k.Tools {
		x := tieView{ID: t.ID, Name: in(t.Name), In: in(t.In), Out: in(t.Out), Place: v.placeWord(t.Place), Tied: t.Milestone != ""}
		if x.Tied {
			tied++
		}
		for _, pr := range d.Book.Processes {
			for _, m := range pr.Milestones {
				word := in(m.Short)
				if len(d.Book.Processes) > 1 {
					word = p.Process(d.Book, pr.Address()) + ": " + word
				}
				x.Milestones = append(x.Milestones, choice{Word: word, Href: string(m.Addr), Here: m.Addr == t.Milestone})
			}
		}
		out.Tools = append(out.Tools, x)
	}
	out.Done = p.Say("studio.tied", "tied", tied, "of", len(k.Tools))
	if len(k.Tools) == 0 {
		out.Done = p.Say("studio.tied_none")
	}
	for i, q := range k.Prompts {
		out.Prompts = append(out.Prompts, takenPrompt{strconv.Itoa(i), v.placeWord(q.Place), in(q.Value)})
	}
	for _, x := range d.Found {
		if x.Address == throughline.Address("pack/"+k.ID) || strings.HasPrefix(string(x.Address), "pack/"+k.ID+"/") {
			out.Notes = append(out.Notes, v.lintNoteOf(x, ""))
		}
	}
	own := *v.desk
	own.Book = d.Book
	answer, err := operation.BriefPack.Run(v.Context(), &own, &workshop.BriefInput{Pack: k.ID})
	if err != nil {
		return out, err
	}
	out.Gone = answer.(workshop.Brief).Dropped
	return out, nil
}

// studioWordsView is what the words of another system mean.
type studioWordsView struct {
	studioFrame
	Roads []mappedRoad
}

type mappedRoad struct {
	ID, Name string
	Stages   []mappedStage
}

type mappedStage struct{ ID, Anchor, Name, Question, Words string }

func (s *site) studioWords(v *visit) (component, error) {
	d, f, err := v.draftOf("/words")
	if err != nil {
		return nil, err
	}
	out := studioWordsView{studioFrame: f}
	if d.Book == nil {
		return studioWordsPage(out), nil
	}
	said := d.MappedWords()
	for _, pr := range d.Book.Processes {
		r := mappedRoad{ID: pr.ID, Name: v.p.Process(d.Book, pr.Address())}
		for _, st := range pr.Stages {
			r.Stages = append(
				r.Stages,
				mappedStage{
					st.ID,
					"w-" + pr.ID + "-" + st.ID,
					st.Name.Text.In(v.p.Code()),
					v.asks(d.Book, st.Serves),
					strings.Join(said[st.Addr], "\n"),
				},
			)
		}
		out.Roads = append(out.Roads, r)
	}
	return studioWordsPage(out), nil
}
