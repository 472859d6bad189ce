package workshop

import (
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
)

// BriefInput names the method whose vendor is to be told what it has to fit.
type BriefInput struct {
	Pack string `arg:"" name:"pack" path:"pack" json:"pack" help:"The pack."`
}

// Brief is what the vendor of a method is given before they train anybody: what
// it has to fit, what has become of each of its parts here, and what is asked
// of them. All of it is in one language, in the company's words. What the
// company keeps to itself (its charter, its deals, its past) is not in it.
type Brief struct {
	Pack      string         `json:"pack"`
	Name      string         `json:"name"`
	Credit    string         `json:"credit,omitempty"`
	Company   string         `json:"company"` // what the playbook is called
	First     string         `json:"first"`   // the whole in a sentence
	Processes []BriefProcess `json:"processes"`
	Classes   []BriefClass   `json:"classes"`
	Keeps     []string       `json:"keeps"` // what it must not replace
	Words     []BriefWord    `json:"words"` // what its words are here
	Tied      []BriefPart    `json:"tied"`
	Open      []BriefPart    `json:"open"`
	Dropped   []BriefPart    `json:"dropped"`
	Questions []BriefPart    `json:"questions"`
	Asks      []string       `json:"asks"` // what is to be delivered
}

// BriefProcess is a process the method has to fit.
type BriefProcess struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	For    string       `json:"for"`   // which deals, in words
	Leads  string       `json:"leads"` // where the method leads in it; "" nowhere
	Stages []BriefStage `json:"stages"`
}

// BriefStage is a stage, with what shows that the customer is through it.
type BriefStage struct {
	Name       string           `json:"name"`
	Question   string           `json:"question"` // the customer's, that the stage serves
	Milestones []BriefMilestone `json:"milestones"`
}

// BriefMilestone is a milestone in the company's words.
type BriefMilestone struct {
	Address   throughline.Address `json:"address"`
	Short     string              `json:"short"`
	Statement string              `json:"statement"`
}

// BriefClass is a way in which customers buy, and what is asked of such deals.
type BriefClass struct {
	Class throughline.Class `json:"class"`
	Says  string            `json:"says"`
}

// BriefWord is a word of the method and what it is called here.
type BriefWord struct {
	Theirs string `json:"theirs"`
	Ours   string `json:"ours"`
}

// BriefPart is a tool or a question of the method, and what has become of it.
type BriefPart struct {
	ID        string              `json:"id,omitempty"`
	Name      string              `json:"name"`
	Says      string              `json:"says,omitempty"` // what goes in and what comes out, or why it was dropped
	Place     string              `json:"place"`
	Milestone throughline.Address `json:"milestone,omitempty"`
	Short     string              `json:"short,omitempty"` // of the milestone
}

// BriefPack gives the brief for a method's vendor, from the playbook as it stands.
func BriefPack(_ context.Context, d *Bench, in BriefInput) (Brief, error) {
	if d.Book == nil {
		return Brief{}, unusable(d)
	}
	book := d.Book
	shipped, _, _ := compile.Library()
	k, own := book.Pack(in.Pack)
	at := slices.IndexFunc(shipped, func(p playbook.Pack) bool { return p.ID == in.Pack })
	if !own {
		if at < 0 {
			var ids []string
			for _, p := range slices.Concat(shipped, book.Packs) {
				ids = append(ids, p.ID)
			}
			slices.Sort(ids)
			return Brief{}, throughline.Fail("brief pack", throughline.NotFound, in.Pack, diag.Unknown(in.Pack, slices.Compact(ids)))
		}
		k = shipped[at]
	}
	b := briefer{book: book, p: phrase.For(d.Language), k: k}
	if at >= 0 {
		b.shipped = shipped[at]
	}
	return b.brief(), nil
}

// briefer writes one brief.
type briefer struct {
	book       *playbook.Playbook
	p          *phrase.Phrase
	k, shipped playbook.Pack
	used       []playbook.Process // those that name the pack; all, where none does
	inUse      bool
}

func (b *briefer) in(v playbook.Value) string { return v.Text.In(b.p.Code()) }

func (b *briefer) place(place string) string {
	switch place {
	case "k":
		return b.p.Say("road.contracting")
	case "c":
		return b.p.Say("road.change")
	}
	if ph, ok := throughline.ParsePhase(place); ok {
		return b.p.Phase(b.book, ph)
	}
	return place
}

func (b *briefer) brief() Brief {
	p := b.p
	out := Brief{Pack: b.k.ID, Name: b.in(b.k.Name), Credit: b.in(b.k.Credit), Company: b.book.Name.In(p.Code()), Processes: []BriefProcess{},
		Classes: []BriefClass{}, Words: []BriefWord{}, Tied: []BriefPart{}, Open: []BriefPart{}, Dropped: []BriefPart{}, Questions: []BriefPart{}}
	for _, pr := range b.book.Processes {
		if slices.ContainsFunc(pr.Blend, func(u playbook.Use) bool { return u.Pack == b.k.ID }) {
			b.used = append(b.used, pr)
		}
	}
	if b.inUse = len(b.used) > 0; !b.inUse {
		b.used = b.book.Processes
	}
	for _, pr := range b.used {
		out.Processes = append(out.Processes, b.process(pr))
	}
	for _, class := range throughline.Classes() {
		if c, ok := b.book.Classes[class]; ok && class != throughline.Unclassified {
			out.Classes = append(out.Classes, BriefClass{class, p.Say("brief.class", "class", p.Class(class), "questions", b.phases(c.Shown))})
		}
	}
	b.parts(&out)
	for _, s := range b.k.Vocabulary {
		role := throughline.Role(s.Canonical)
		if !role.Known() { // other words of ours stand in the files in one language
			continue
		}
		for _, also := range s.Also {
			out.Words = append(out.Words, BriefWord{also, p.Role(role)})
		}
	}
	milestones := 0
	for _, pr := range b.used {
		milestones += len(pr.Milestones)
	}
	key := "brief.first"
	if !b.inUse {
		key = "brief.first_unused"
	}
	out.First = p.Say(key, "name", out.Name, "company", out.Company, "n", milestones, "tied", len(out.Tied), "open", len(out.Open), "dropped", len(out.Dropped))
	out.Keeps = b.keeps()
	out.Asks = b.asks(out)
	return out
}

func (b *briefer) phases(all []throughline.Phase) string {
	var names []string
	for _, ph := range all {
		names = append(names, b.p.Phase(b.book, ph))
	}
	return b.p.List(names)
}

func (b *briefer) process(pr playbook.Process) BriefProcess {
	out := BriefProcess{ID: pr.ID, Name: b.p.Process(b.book, pr.Address()), For: b.p.Rule(pr.When.Tree), Leads: b.p.List(b.leads(pr, b.k.ID)), Stages: []BriefStage{}}
	switch {
	case pr.When.Refused():
		out.For = b.p.Say("brief.for_unread")
	case pr.When.Tree.Every() && len(b.book.Processes) > 1:
		out.For = b.p.Say("brief.for_rest")
	}
	for _, s := range pr.Stages {
		x := BriefStage{Name: b.in(s.Name), Milestones: []BriefMilestone{}}
		if q, ok := b.book.Question(s.Serves); ok {
			x.Question = b.in(q.Ask)
		}
		for _, m := range pr.Milestones {
			if m.Stage == s.Addr {
				x.Milestones = append(x.Milestones, BriefMilestone{m.Addr, b.in(m.Short), b.in(m.Name)})
			}
		}
		out.Stages = append(out.Stages, x)
	}
	return out
}

// leads names the places where a pack leads in a process.
func (b *briefer) leads(pr playbook.Process, pack string) (out []string) {
	for _, u := range pr.Blend {
		for _, a := range u.Lead {
			if u.Pack == pack {
				out = append(out, b.place(playbook.Place(a)))
			}
		}
	}
	return out
}

// parts sorts what the method consists of by what has become of it: tied to a
// milestone, open, or dropped with the reason; and the questions that stand.
func (b *briefer) parts(out *Brief) {
	for _, t := range b.k.Tools {
		x := BriefPart{ID: t.ID, Name: b.in(t.Name), Place: b.place(t.Place), Milestone: t.Milestone}
		if len(t.In.Text)+len(t.Out.Text) > 0 {
			x.Says = b.p.Say("brief.in_out", "in", b.in(t.In), "out", b.in(t.Out))
		}
		if m, ok := b.book.Milestone(t.Milestone); ok {
			if x.Short = b.in(m.Short); x.Short == "" {
				x.Short = b.in(m.Name)
			}
			out.Tied = append(out.Tied, x)
			continue
		}
		x.Milestone = ""
		out.Open = append(out.Open, x)
	}
	for _, t := range b.shipped.Tools {
		if slices.ContainsFunc(b.k.Tools, func(o playbook.Tool) bool { return o.ID == t.ID }) {
			continue
		}
		x := BriefPart{ID: t.ID, Name: b.in(t.Name), Place: b.place(t.Place), Says: b.p.Say("brief.no_reason")}
		if i := slices.IndexFunc(b.k.Dropped, func(o playbook.Dropped) bool { return o.ID == t.ID }); i >= 0 && b.in(b.k.Dropped[i].Why) != "" {
			x.Says = b.in(b.k.Dropped[i].Why)
		}
		out.Dropped = append(out.Dropped, x)
	}
	for _, o := range b.k.Dropped { // of a pack that did not ship
		gone := func(x BriefPart) bool { return x.ID == o.ID }
		if slices.ContainsFunc(slices.Concat(out.Dropped, out.Tied, out.Open), gone) {
			continue
		}
		out.Dropped = append(out.Dropped, BriefPart{ID: o.ID, Name: o.ID, Says: b.in(o.Why)})
	}
	for _, q := range b.k.Prompts {
		out.Questions = append(out.Questions, BriefPart{Name: b.in(q.Value), Place: b.place(q.Place)})
	}
}

// keeps says what the method must not replace.
func (b *briefer) keeps() []string {
	p := b.p
	out := []string{p.Say("brief.keep_road"), p.Say("brief.keep_questions"), p.Say("brief.keep_evidence"), p.Say("brief.keep_fields")}
	if len(b.book.Tracks[throughline.Contracting]) > 0 {
		out = append(out, p.Say("brief.keep_contracting"))
	}
	for _, pr := range b.used {
		for _, u := range pr.Blend {
			other, ok := b.book.AnyPack(u.Pack)
			if lead := b.leads(pr, u.Pack); ok && u.Pack != b.k.ID && len(lead) > 0 {
				out = append(out, p.Say("brief.keep_other", "name", b.in(other.Name), "places", p.List(lead), "process", p.Process(b.book, pr.Address())))
			}
		}
	}
	return slices.Compact(out)
}

// asks says what the vendor is to deliver, by what stands above.
func (b *briefer) asks(x Brief) []string {
	p := b.p
	out := []string{p.Say("brief.ask_fit")}
	if n := len(x.Open); n > 0 {
		out = append(out, p.Say("brief.ask_open", "n", n))
	}
	var bare []string
	for _, pr := range b.used {
		for _, u := range pr.Blend {
			for _, a := range u.Lead {
				place := playbook.Place(a)
				helps := func(at string) bool { return at == place }
				if u.Pack != b.k.ID || slices.ContainsFunc(b.k.Prompts, func(q playbook.Prompt) bool { return helps(q.Place) }) ||
					slices.ContainsFunc(b.k.Tools, func(t playbook.Tool) bool { return helps(t.Place) }) || slices.Contains(bare, b.place(place)) {
					continue
				}
				bare = append(bare, b.place(place))
			}
		}
	}
	if len(bare) > 0 {
		out = append(out, p.Say("brief.ask_bare", "places", p.List(bare)))
	}
	if len(x.Dropped) > 0 {
		out = append(out, p.Say("brief.ask_dropped"))
	}
	out = append(out, p.Say("brief.ask_words"), p.Say("brief.ask_minutes", "n", b.book.Limits.Minutes))
	if b.speaksBoth() {
		out = append(out, p.Say("brief.ask_languages"))
	}
	out = append(out, p.Say("brief.ask_cases"))
	if len(x.Tied) > 0 {
		var names []string
		for _, t := range x.Tied {
			if !slices.Contains(names, t.Short) {
				names = append(names, t.Short)
			}
		}
		out = append(out, p.Say("brief.ask_shows", "milestones", p.List(names)))
	} else {
		out = append(out, p.Say("brief.ask_shows_none"))
	}
	return append(out, p.Say("brief.ask_rights"))
}

// speaksBoth reports whether the milestones stand in more than one language.
func (b *briefer) speaksBoth() bool {
	return slices.ContainsFunc(b.used, func(pr playbook.Process) bool {
		return slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool {
			said := 0
			for _, text := range m.Name.Text {
				if strings.TrimSpace(text) != "" {
					said++
				}
			}
			return said > 1
		})
	})
}
