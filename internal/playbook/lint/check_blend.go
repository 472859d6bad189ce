package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// What borrowed methods leave open or fight over (DOMAIN 6.5).
var blendChecks = []Check{
	{"B01", "gap", diag.Warning, "a question no pack of the blend helps with", (*pass).gaps},
	{"B02", "crowd", diag.Warning, "three or more packs at one place and none leads", (*pass).crowds},
	{"B03", "clash", diag.Warning, "two packs that pull apart", (*pass).clashes},
	{"B04", "ceiling", diag.Warning, "more packs, or more leads, than one process bears", (*pass).ceiling},
	{"B05", "unadapted", diag.Hint, "a copied pack whose tools are tied to nothing of yours", (*pass).unadapted},
}

// Grid is the pack grid of a process: how much each pack says at each place.
type Grid struct {
	Process throughline.Address `json:"process"`
	Places  []string            `json:"places"` // p1 to p9, k, c
	Rows    []Row               `json:"rows"`
	Best    map[string]int      `json:"best"` // by place, the core's own material included
	Gaps    []string            `json:"gaps"`
	Crowds  []string            `json:"crowds"`
	Clashes []ClashAt           `json:"clashes"`
}

// Row is one pack of the grid.
type Row struct {
	Pack    string         `json:"pack"`
	Name    string         `json:"name"`
	Weights map[string]int `json:"weights"`
	Lead    []string       `json:"lead"`
	Core    bool           `json:"core,omitempty"`
}

// ClashAt is two packs that pull apart at a place, and what to do.
type ClashAt struct {
	Packs [2]string `json:"packs"`
	Place string    `json:"place"`
	Rule  string    `json:"rule"`
}

type pair struct {
	a, b   []string
	places []string
	rule   string
}

// pairs is the table of DOMAIN 6.5. Both packs must be useful (2) at the place.
var pairs = []pair{
	{
		[]string{"provocative", "insight"},
		[]string{"spin", "sandler", "buying_facilitation"},
		[]string{"p1", "p2"},
		"choose tell-first or ask-first for the process",
	},
	{[]string{"provocative", "spin", "problem_based"}, []string{"jolt"}, []string{"p7"}, "jolt leads; prompts of urgency are hidden"},
	{[]string{"executive_access"}, []string{"mobiliser"}, []string{"p2", "p3"}, "mobiliser leads unless one approver truly decides"},
	{[]string{"insight"}, []string{"mobiliser"}, []string{"p3"}, "one message for the group"},
	{[]string{"sandler"}, []string{"provocative"}, []string{"p2"}, "the question of budget waits"},
	{[]string{"value_based"}, []string{"meddpicc", "command_of_message"}, []string{"p5", "p6", "p7"}, "one inspection tool only"},
	{[]string{"meddpicc"}, []string{"command_of_message"}, []string{"p5", "p6", "p7"}, "one inspection tool only"},
	{[]string{"strategic_selling"}, []string{"meddpicc"}, []string{"p3"}, "coach and change leader are two separate roles"},
}

// Blend gives the grid of a process. The core's own packs are rows of it,
// blend or not: they help everywhere.
func Blend(p *playbook.Playbook, pr playbook.Process) Grid {
	g := Grid{
		Process: processAddress(pr),
		Places:  playbook.Places(),
		Best:    map[string]int{},
		Rows:    []Row{},
		Gaps:    []string{},
		Crowds:  []string{},
		Clashes: []ClashAt{},
	}
	for _, u := range pr.Blend {
		k, ok := p.Pack(u.Pack)
		if !ok {
			continue
		}
		r := Row{Pack: k.ID, Name: k.Name.Text.In("en"), Weights: k.Weights, Core: k.Core, Lead: []string{}}
		for _, a := range u.Lead {
			r.Lead = append(r.Lead, playbook.Place(a))
		}
		g.Rows = append(g.Rows, r)
	}
	for _, k := range p.Core {
		if !slices.ContainsFunc(g.Rows, func(r Row) bool { return r.Pack == k.ID }) {
			g.Rows = append(g.Rows, Row{Pack: k.ID, Name: k.Name.Text.In("en"), Weights: k.Weights, Core: true, Lead: []string{}})
		}
	}
	for _, place := range g.Places {
		useful, leads := []string{}, 0
		for _, r := range g.Rows {
			g.Best[place] = max(g.Best[place], r.Weights[place])
			if r.Weights[place] >= 2 && !r.Core {
				useful = append(useful, r.Pack)
				if slices.Contains(r.Lead, place) {
					leads++
				}
			}
		}
		if g.Best[place] <= 1 && (place == "k" || place == "c" || served(pr, place)) {
			g.Gaps = append(g.Gaps, place)
		}
		if len(useful) >= 3 && leads != 1 {
			g.Crowds = append(g.Crowds, place)
		}
	}
	g.clashes()
	return g
}

// served reports whether a process has anything at a phase.
func served(pr playbook.Process, place string) bool {
	ph, ok := throughline.ParsePhase(place)
	return ok && (slices.ContainsFunc(pr.Stages, func(s playbook.Stage) bool { return s.Serves == ph }) ||
		slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.Serves == ph }))
}

// clashes finds the pairs; a pair is settled where exactly one of the two leads.
func (g *Grid) clashes() {
	row := func(id string) (Row, bool) {
		i := slices.IndexFunc(g.Rows, func(r Row) bool { return r.Pack == id })
		if i < 0 {
			return Row{}, false
		}
		return g.Rows[i], true
	}
	for _, p := range pairs {
		for _, x := range p.a {
			for _, y := range p.b {
				a, ok1 := row(x)
				b, ok2 := row(y)
				if !ok1 || !ok2 {
					continue
				}
				for _, place := range p.places {
					if a.Weights[place] >= 2 && b.Weights[place] >= 2 && slices.Contains(a.Lead, place) == slices.Contains(b.Lead, place) {
						g.Clashes = append(g.Clashes, ClashAt{[2]string{x, y}, place, p.rule})
					}
				}
			}
		}
	}
}

func (s *pass) grids(each func(pr playbook.Process, g Grid)) {
	for _, pr := range s.book.Processes {
		if len(pr.Blend) > 0 { // a process may do without borrowed methods
			each(pr, Blend(s.book, pr))
		}
	}
}

func at(pr playbook.Process, pack string) diag.Range {
	for _, u := range pr.Blend {
		if u.Pack == pack {
			return u.At
		}
	}
	return pr.Blend[0].At
}

func (s *pass) gaps() {
	s.grids(func(pr playbook.Process, g Grid) {
		for _, place := range g.Gaps {
			s.say(
				pr.Blend[0].At,
				processAddress(pr),
				fmt.Sprintf("no pack of the blend is of use at %s", place),
				"add one whose home ground it is, or say that sellers need none there: "+strings.Join(best(s.book, place), ", "),
			)
		}
	})
}

// best lists the packs a company could take for a place, by what it holds and what ships.
func best(p *playbook.Playbook, place string) []string {
	var out []string
	for _, k := range slices.Concat(p.Packs, p.Core) {
		if k.Weights[place] >= 2 && !slices.Contains(out, k.ID) {
			out = append(out, k.ID)
		}
	}
	if len(out) == 0 {
		out = []string{"`throughline playbook packs` shows the grid"}
	}
	return out
}

func (s *pass) crowds() {
	s.grids(func(pr playbook.Process, g Grid) {
		for _, place := range g.Crowds {
			var who []string
			for _, r := range g.Rows {
				if r.Weights[place] >= 2 && !r.Core {
					who = append(who, r.Pack)
				}
			}
			s.say(
				at(pr, who[len(who)-1]),
				processAddress(pr),
				fmt.Sprintf("%s crowd into %s: which of them leads?", strings.Join(who, ", "), place),
				fmt.Sprintf("let one lead there, such as `%s: [%s]`", who[0], place),
			)
		}
	})
}

func (s *pass) clashes() {
	s.grids(func(pr playbook.Process, g Grid) {
		for _, c := range g.Clashes {
			s.say(
				at(pr, c.Packs[1]),
				processAddress(pr),
				fmt.Sprintf("%s and %s pull apart at %s", c.Packs[0], c.Packs[1], c.Place),
				fmt.Sprintf("%s; let one of them lead at %s", c.Rule, c.Place),
			)
		}
		if i := slices.IndexFunc(s.book.Presets, func(x playbook.Preset) bool { return x.ID == pr.Preset }); i >= 0 &&
			(s.book.Presets[i].Class == throughline.Transactional || s.book.Presets[i].Class == throughline.TransactionalInformal) &&
			slices.ContainsFunc(pr.Blend, planning) {
			s.say(
				at(pr, "account_driven"),
				processAddress(pr),
				"an account plan, yes; a deal plan for a transactional purchase, no",
				"keep account_driven for the account, and take it out of this process",
			)
		}
	})
}

// planning reports whether account planning leads on the deal's own road
// rather than above it, at the first sign or at the result.
func planning(u playbook.Use) bool {
	return u.Pack == "account_driven" && (len(u.Lead) == 0 || slices.ContainsFunc(u.Lead, func(a throughline.Address) bool {
		return a != throughline.Notice.Address() && a != throughline.Prove.Address()
	}))
}

func (s *pass) ceiling() {
	s.grids(func(pr playbook.Process, g Grid) {
		borrowed := 0
		leads := map[string][]string{}
		for _, r := range g.Rows {
			if !r.Core {
				borrowed++
			}
			for _, place := range r.Lead {
				leads[place] = append(leads[place], r.Pack)
			}
		}
		if most := min(4, s.book.Limits.PacksPerProcess); borrowed > most {
			s.say(
				pr.Blend[len(pr.Blend)-1].At,
				processAddress(pr),
				fmt.Sprintf("the blend has %s; four are the most a seller keeps apart", plural(borrowed, "pack")),
				"drop the one whose places the others cover",
			)
		}
		for _, place := range g.Places {
			if len(leads[place]) > 1 {
				s.say(
					at(pr, leads[place][1]),
					processAddress(pr),
					fmt.Sprintf("%s both lead at %s", strings.Join(leads[place], " and "), place),
					"one leads, one supports",
				)
			}
		}
	})
}

func (s *pass) unadapted() {
	for _, k := range s.book.Packs {
		if k.Shipped || k.Core || k.Status == playbook.StartingPoint {
			continue
		}
		loose := 0
		for _, t := range k.Tools {
			if t.Milestone == "" {
				loose++
			}
		}
		if loose > 0 && loose == len(k.Tools) {
			s.say(
				k.Name.At,
				playbook.PackAddress(k.ID),
				fmt.Sprintf("none of its %s is tied to a milestone of yours", plural(loose, "tool")),
				"tie each with `milestone:`, or drop it; after sixty days it is hidden",
			)
		}
	}
}
