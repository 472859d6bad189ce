package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/usage"
	"github.com/throughline/throughline/internal/workshop"
)

// quarterPath is the quarterly review of the playbook.
const quarterPath = "/studio/quarter"

// quarterView is the review: what changed, what the evidence says of each
// element, and what may be kept, cut and added.
type quarterView struct {
	frame
	Lede    string
	Choices []choice // quarters
	First   string
	May     bool // whoever looks may take it into a draft
	Changes []draftChange
	Changed string // what was published, in a sentence
	Roads   []quarterRoad
	Adds    []quarterAdd
	Methods []quarterMethod
	Others  []remarkGroup // remarks on what is no milestone and no method
	Use     []useLine
	Remarks choice // to all of them
	Counts  []quarterCount
}

// quarterCount is how many milestones the evidence says one thing of.
type quarterCount struct{ Kind, Word string }

// quarterRoad is the milestones of one process, in their order.
type quarterRoad struct {
	ID, Name string
	Rows     []quarterRow
}

// quarterRow is a milestone with what there is to say of it.
type quarterRow struct {
	ID, Name, Statement string
	Kind, Verdict       string // keep, look, cut, untold
	Met, Picture        string
	Said                []learnLine
	Remarks             []remarkView
	Process, Milestone  string
	At                  string // its place in a draft
	Gone                bool   // the playbook in force no longer has it
}

// quarterAdd is a place where deals go quiet, and where a milestone might help.
type quarterAdd struct{ Name, Says, Process, At string }

// quarterMethod is a pack of ours, what of it was used, and what was said of it.
type quarterMethod struct {
	Name, Href, Says string
	Unused           bool
	Remarks          []remarkView
}

// settledIn is how long a quarter has to last before it is the one that is
// reviewed; until then it is the one before, which has ended.
const settledIn = 45

// mostAdds bounds what is proposed to be added.
const mostAdds = 3

func (s *site) quarter(v *visit) (component, error) {
	settled, err := ask[caretaking.Settled](v, operation.ShowSettings, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	c := settled.Company
	now := setting.QuarterOf(v.day(), c.Fiscal)
	latest := setting.QuarterOf(v.day().Add(-settledIn), c.Fiscal)
	of := latest
	if word := v.query.Get("quarter"); word != "" {
		if of, err = setting.ParsePeriod(word, c.Fiscal); err != nil {
			return nil, throughline.Fail("review the quarter", throughline.Invalid, word, err)
		}
	}
	if of.From.Compare(v.day()) > 0 {
		return nil, throughline.Fail("review the quarter", throughline.Invalid, of.Key(), throughline.Refuse("quarter_ahead", "this quarter has not begun"))
	}
	until := of.Until
	if until.Compare(v.day()) > 0 || of == latest { // what came after the quarter that is reviewed belongs into the review
		until = v.day()
	}
	r, err := ask[workshop.QuarterReview](v, operation.ReviewQuarter, &workshop.QuarterInput{From: of.From, Until: until})
	if err != nil {
		return nil, err
	}
	view := desk.View{AsOf: v.asOf}
	if until.Compare(v.day()) < 0 { // an earlier quarter is judged by what was known at its end
		view.AsOf = until
	}
	o, err := ask[learning.Overview](v, operation.MineOverview,
		&learning.OverviewInput{View: view, Sections: []string{learning.OfStalls}})
	if err != nil {
		return nil, err
	}
	used, err := ask[usage.Measures](v, operation.MineUse, &learning.UseInput{View: view})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := quarterView{frame: v.frame(p.Say("quarter.title"), "playbook"), May: v.asOf.IsZero() && v.desk.May(member.Playbook, true),
		Lede:    p.Say("quarter.lede", "quarter", v.periodWord(of, c), "from", p.Day(of.From), "until", p.Day(until)),
		Remarks: choice{Word: p.Say("quarter.all_remarks"), Href: v.link(remarksPath)}}
	for i := range 4 {
		q := now.Next(-i)
		out.Choices = append(out.Choices, choice{Word: v.periodWord(q, c), Href: v.link(quarterPath, "quarter", q.Key()), Here: q == of})
	}
	v.quarterChanges(&out, r)
	said := v.remarksBy(r)
	if err := v.quarterRoads(&out, r.Book, view, said); err != nil {
		return nil, err
	}
	v.quarterAdds(&out, r.Book, o.Stalls)
	v.quarterMethods(&out, r.Book, used, said)
	for _, x := range r.Remarks { // what neither a milestone nor a method took
		if list := said[x.About]; len(list) > 0 {
			g := v.remarkGroup(x)
			g.Remarks = list
			out.Others = append(out.Others, g)
			delete(said, x.About)
		}
	}
	for _, x := range p.UseMeasures(used) {
		if slices.Contains([]string{"picks", "answered", "fresh", "results", "none"}, x.Key) {
			line := useLine{Name: x.Name, Says: x.Says}
			if x.Part >= 0 {
				line.Picture = chart.Length(x.Part, "length-"+x.Kind)
			}
			out.Use = append(out.Use, line)
		}
	}
	v.quarterFirst(&out, r)
	return quarterPage(out), nil
}

// remarksBy sorts the remarks by what they are about.
func (v *visit) remarksBy(r workshop.QuarterReview) map[throughline.Address][]remarkView {
	out := map[throughline.Address][]remarkView{}
	for _, x := range r.Remarks {
		view := v.remarkView(x)
		view.Mine = false // here they are read
		out[x.About] = append(out[x.About], view)
	}
	return out
}

// quarterChanges says what was published, and what is otherwise since.
func (v *visit) quarterChanges(out *quarterView, r workshop.QuarterReview) {
	p := v.p
	for _, c := range r.Changed {
		out.Changes = append(out.Changes, v.draftChange(c))
	}
	var days []string
	for _, d := range r.Published {
		if day := p.Day(d); !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	switch {
	case len(days) == 0:
		out.Changed = p.Say("quarter.published_none")
	case len(r.Changed) == 0:
		out.Changed = p.Say("quarter.published_first", "days", p.List(days))
	default:
		out.Changed = p.Say("quarter.published", "days", p.List(days))
	}
}

// quarterRoads says of each milestone what the evidence of the deals on its own
// process does: beside those of another process, who never come to it, it would
// seem to tell won deals from others, or not to.
func (v *visit) quarterRoads(out *quarterView, book *playbook.Playbook, view desk.View, said map[throughline.Address][]remarkView) error {
	if book == nil {
		return nil
	}
	for _, pr := range book.Processes {
		told, err := v.toldOf(pr.ID, view)
		if err != nil {
			return err
		}
		road := quarterRoad{ID: "q-" + pr.ID, Name: pr.Name.Text.In(v.p.Code())}
		for _, m := range pr.Milestones {
			row := quarterRow{ID: "q-" + pr.ID + "-" + m.ID, Name: m.Short.Text.In(v.p.Code()), Statement: m.Name.Text.In(v.p.Code()), Kind: "untold",
				Process: pr.ID, Milestone: m.ID, At: anchor(m.Addr), Remarks: said[m.Addr], Gone: !v.stands(m.Addr)}
			delete(said, m.Addr)
			if row.Name == "" {
				row.Name, row.Statement = row.Statement, ""
			}
			if x, ok := told[m.ID]; ok {
				view := v.useful(x)
				row.Met, row.Picture, row.Said, row.Kind = view.Met, view.Picture, view.Said, verdictOf(x)
			} else if m.Serves > throughline.Commit {
				row.Said = []learnLine{{Text: v.p.Say("quarter.after_order")}}
			} else {
				row.Said = []learnLine{{Text: v.p.Say("quarter.never_looked")}}
			}
			if row.Gone {
				row.Said = append(row.Said, learnLine{Text: v.p.Say("quarter.gone")})
			}
			row.Verdict = v.p.Say("quarter.verdict_" + row.Kind)
			if row.Kind == "look" && against(told[m.ID]) {
				row.Verdict = v.p.Say("quarter.verdict_against")
			}
			road.Rows = append(road.Rows, row)
		}
		out.Roads = append(out.Roads, road)
	}
	return nil
}

// toldOf gives what the deals on a process say of its milestones; nothing where the
// playbook in force has no such process any more.
func (v *visit) toldOf(process string, view desk.View) (map[string]mining.Milestone, error) {
	told := map[string]mining.Milestone{}
	if b := v.desk.Book; b == nil || !slices.ContainsFunc(b.Processes, func(p playbook.Process) bool { return p.ID == process }) {
		return told, nil
	}
	o, err := ask[learning.Overview](v, operation.MineOverview,
		&learning.OverviewInput{View: view, Part: learning.Part{Process: process}, Sections: []string{learning.OfMilestones}})
	if err != nil || o.Milestones == nil {
		return told, err
	}
	for _, m := range o.Milestones.Milestones {
		told[m.Name] = m
	}
	return told, nil
}

// stands reports whether the playbook in force has a milestone.
func (v *visit) stands(at throughline.Address) bool {
	if v.desk.Book == nil {
		return false
	}
	_, ok := v.desk.Book.Milestone(at)
	return ok
}

// verdictOf says what the evidence speaks for: to keep a milestone, to look at it
// again, to cut it; "untold" where too little is known.
func verdictOf(m mining.Milestone) string {
	tells := slices.ContainsFunc(m.Effects, func(e mining.Effect) bool {
		return e.Code == mining.NoSign || e.Code == mining.MoreOften || e.Code == mining.LessOften
	})
	switch {
	case helps(m):
		return "keep"
	case m.Rare:
		return "cut"
	case tells:
		return "look"
	}
	return "untold"
}

// against reports whether deals that met a milestone end worse than those without.
func against(m mining.Milestone) bool {
	return slices.ContainsFunc(m.Effects, func(e mining.Effect) bool {
		return e.End == "won" && e.Code == mining.LessOften || e.End != "won" && e.Code == mining.MoreOften
	})
}

// quarterAdds are where deals go quiet most and die, by what they had come to.
func (v *visit) quarterAdds(out *quarterView, book *playbook.Playbook, s *mining.Stalls) {
	if s == nil || book == nil {
		return
	}
	p := v.p
	rows := slices.Clone(s.Rows)
	slices.SortStableFunc(rows, func(a, b mining.Stall) int { return cmp.Compare(b.Died, a.Died) })
	for _, r := range rows {
		if len(out.Adds) == mostAdds {
			return
		}
		if r.Died == 0 {
			continue
		}
		add := quarterAdd{Name: v.activity(r.After), Says: p.Say("learning.stall", "n", r.Quiet, "of", r.Passed, "days", v.days(r.Median)) + " " +
			p.Say("learning.stall_died", "n", r.Died)}
		pr, stage, ok := stageAfter(book, r.After)
		if !ok {
			continue
		}
		add.Process, add.At = pr.ID, "s-"+stage.ID
		out.Adds = append(out.Adds, add)
	}
}

// stageAfter gives the stage in which a milestone would stand that helps after an
// activity, which is a milestone's, a stage's or a question's: of the process that
// has it, else of the first.
func stageAfter(book *playbook.Playbook, activity string) (playbook.Process, playbook.Stage, bool) {
	for _, pr := range book.Processes {
		for _, st := range pr.Stages {
			if "stage "+st.ID == activity {
				return pr, st, true
			}
		}
		for _, m := range pr.Milestones {
			if m.ID == activity {
				for _, st := range pr.Stages {
					if st.Addr == m.Stage {
						return pr, st, true
					}
				}
			}
		}
	}
	word, _, _ := strings.Cut(activity, " ") // "p2 reopened"
	ph, ok := throughline.ParsePhase(word)
	if !ok {
		return playbook.Process{}, playbook.Stage{}, false
	}
	pr := book.Process("")
	var best playbook.Stage
	for _, st := range pr.Stages {
		if st.Serves <= ph+1 && (best.ID == "" || st.Serves > best.Serves) {
			best = st
		}
	}
	return pr, best, best.ID != ""
}

// quarterMethods says what of each method was used, and what was said of it.
func (v *visit) quarterMethods(out *quarterView, book *playbook.Playbook, m usage.Measures, said map[throughline.Address][]remarkView) {
	if book == nil {
		return
	}
	p := v.p
	kept, shown := map[string]int{}, map[string]int{}
	for _, t := range m.Tools {
		if pack, ok := t.Address.Pack(); ok {
			kept[pack] += t.N
		}
	}
	for _, x := range m.Counted.Prompts {
		shown[x.What] += int(x.N)
	}
	for _, id := range packsInUse(book) {
		k, ok := book.AnyPack(id)
		if !ok || k.Core {
			continue
		}
		row := quarterMethod{Name: p.Pack(book, id), Href: v.link("/playbook/packs/" + id)}
		about := []throughline.Address{playbook.PackAddress(id)}
		for _, t := range k.Tools {
			about = append(about, playbook.ToolAddress(id, t.ID))
		}
		for _, a := range about {
			row.Remarks = append(row.Remarks, said[a]...)
			delete(said, a)
		}
		counted := !m.Counted.Off && m.Counted.Days >= wholeCount
		switch {
		case kept[id]+shown[id] > 0:
			row.Says = p.Say("quarter.method_used", "kept", v.often(kept[id]), "shown", v.often(shown[id]))
		case counted:
			row.Says, row.Unused = p.Say("quarter.method_unused"), true
		default:
			row.Says = p.Say("quarter.method_unknown")
		}
		out.Methods = append(out.Methods, row)
	}
}

// often says how many times.
func (v *visit) often(n int) string {
	if n == 0 {
		return v.p.Say("quarter.never")
	}
	return v.p.Say("quarter.times", "n", n)
}

// packsInUse are the packs of the blends that help on some deal, each once.
func packsInUse(book *playbook.Playbook) (out []string) {
	for _, pr := range book.Processes {
		for _, c := range throughline.Classes() {
			for _, u := range book.BlendOf(pr, c) {
				if !slices.Contains(out, u.Pack) {
					out = append(out, u.Pack)
				}
			}
		}
	}
	return out
}

// quarterFirst is what is said first.
func (v *visit) quarterFirst(out *quarterView, r workshop.QuarterReview) {
	p := v.p
	n := map[string]int{}
	for _, road := range out.Roads {
		for _, row := range road.Rows {
			n[row.Kind]++
		}
	}
	parts := []string{p.Say("quarter.first_unchanged")}
	if n := len(r.Changed); n > 0 {
		parts[0] = p.Say("quarter.first_changed", "n", n)
	}
	if n["keep"]+n["look"]+n["cut"] == 0 {
		parts = append(parts, p.Say("quarter.first_untold"))
	} else {
		parts = append(parts, p.Say("quarter.first_keep", "n", n["keep"], "all", n["keep"]+n["look"]+n["cut"]+n["untold"]))
		if n["cut"] > 0 {
			parts = append(parts, p.Say("quarter.first_cut", "n", n["cut"]))
		}
	}
	switch {
	case r.Said > 0:
		parts = append(parts, p.Say("quarter.first_said", "n", r.Said, "open", p.Number(r.Open)))
	case r.Open > 0:
		parts = append(parts, p.Say("quarter.first_unsaid", "open", p.Number(r.Open)))
	}
	out.First = parts[0]
	for _, next := range parts[1:] {
		out.First = p.Say("quarter.between", "a", out.First, "b", next)
	}
	for _, kind := range []string{"keep", "look", "cut", "untold"} {
		if n[kind] > 0 {
			out.Counts = append(out.Counts, quarterCount{kind, p.Say("quarter.count_"+kind, "n", n[kind])})
		}
	}
}

// postQuarter takes what a review came to into the draft of the version in force:
// without a milestone, or to the place where one is changed or added.
func (s *site) postQuarter(v *visit) (string, error) {
	d, err := ask[workshop.Draft](v, operation.DraftOfNewest, &workshop.BeginInput{Once: v.text("once")})
	if err != nil {
		return "", err
	}
	root := "/studio/" + d.ID.String()
	switch v.text("do") {
	case "cut":
		v.tell(said{What: "draft"})
		return v.cut(d.ID.String())
	case "methods":
		return root + "/methods", nil
	}
	return root + "/road?process=" + url.QueryEscape(v.text("process")) + "#" + url.PathEscape(v.text("at")), nil
}
