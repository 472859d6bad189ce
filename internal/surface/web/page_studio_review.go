package web

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/workshop"
)

// studioReviewView is the last look before a draft is published: what changes,
// what is wrong, whom it touches, how it would have done.
type studioReviewView struct {
	studioFrame
	Verdict   string
	Ready     bool
	Changes   []draftChange
	Findings  []lintGroup
	Affected  []affectedView
	Stay      string // what becomes of open deals
	MayMove   bool
	Dry       []dryView
	DryMeans  string
	Both      []clashView // what the draft and what was published meanwhile both changed
	Brought   []clashView // and what the draft and a folder did
	HasFolder bool
	Export    string
	Folder    string
	History   []revisionView
	Versions  []bookVersion
}

type draftChange struct{ Text, Was, Is string }

type lintGroup struct {
	Name, Href string
	Notes      []lintNote
}

type affectedView struct{ Name, Now, Then string }

// dryView is a process held against deals that have ended.
type dryView struct {
	Name, Of string
	Rows     []dryRow
}

type dryRow struct {
	Name, Says, Other string
	Part              float64 // of the won
	Few               bool
}

type revisionView struct {
	Number, Text, By string
	Now              bool
}

type bookVersion struct {
	Hash, Text string
	Now        bool
}

// mostRevisions is how many of the last changes are shown.
const mostRevisions = 12

func (s *site) studioReview(v *visit) (component, error) {
	r, err := ask[workshop.Review](v, operation.ReviewDraft, &workshop.DraftInput{ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	p, d := v.p, r.Draft
	out := studioReviewView{studioFrame: v.studioFrame(d, "/review"), Export: "/studio/" + d.ID.String() + "/playbook.zip"}
	out.Both, out.Brought = v.clashes(d, r.Both), v.clashes(d, r.Folder)
	out.HasFolder = d.Beside.Folder != nil
	errs, warns := 0, 0
	for _, f := range d.Found {
		switch f.Severity {
		case diag.Error:
			errs++
		case diag.Warning:
			warns++
		}
	}
	if v.desk.BookDir != "" {
		out.Folder = p.Say("studio.folder")
	}
	out.Ready = d.Book != nil && errs == 0 && !d.Outdone() && out.Folder == ""
	switch {
	case d.Book == nil:
		out.Verdict = p.Say("studio.broken")
	case d.Outdone():
		out.Verdict = p.Say("studio.take_in_first")
	case errs > 0:
		out.Verdict = p.Say("studio.has_errors", "n", errs)
	case warns > 0:
		out.Verdict = p.Say("studio.has_warnings", "n", warns)
	default:
		out.Verdict = p.Say("studio.is_clean")
	}
	for _, c := range r.Changed {
		out.Changes = append(out.Changes, v.draftChange(c))
	}
	out.Findings = v.lintGroups(d)
	if d.Book != nil {
		v.reviewTouched(&out, r)
		v.reviewDry(&out, r)
	}
	history, err := ask[workshop.DraftHistory](v, operation.DraftHistory, &workshop.DraftInput{ID: d.ID.String()})
	if err != nil {
		return nil, err
	}
	for i := len(history.Revisions) - 1; i >= 0 && len(out.History) < mostRevisions; i-- {
		x := history.Revisions[i]
		did := workshop.ParseDid(x.Did)
		text := p.Say("studio.did_" + did.Do)
		if name := v.elementName(d, did.At); did.At != "" && name != "" && name != text && did.Do != "begin" {
			text = p.Say("studio.did_to", "what", text, "name", name)
		}
		out.History = append(
			out.History,
			revisionView{Number: strconv.Itoa(x.Revision), Text: text, By: v.lastSaved(x.Written, x.Author), Now: i == len(history.Revisions)-1},
		)
	}
	for i, x := range r.Versions {
		day, _ := throughline.ParseDay(x.On)
		out.Versions = append(out.Versions, bookVersion{x.Hash, p.Say("studio.version", "name", x.Name, "day", p.Day(day)), i == 0})
	}
	return studioReviewPage(out), nil
}

func (v *visit) draftChange(c workshop.Change) draftChange {
	in := func(t playbook.Text) string { return t.In(v.p.Code()) }
	name := in(c.Name)
	if c.Key != "" {
		name = v.p.Say("charter." + c.Key)
	}
	out := draftChange{Text: v.p.Say("change."+c.Kind, "process", in(c.Process), "name", name, "was", in(c.Was), "is", in(c.Is))}
	switch c.Kind {
	case workshop.MilestoneSays, workshop.CharterSays:
		out.Was, out.Is = in(c.Was), in(c.Is)
		for _, l := range []string{"en", "zh"} {
			if out.Was == out.Is { // it is the other language's words that changed
				out.Was, out.Is = c.Was[l], c.Is[l]
			}
		}
	case workshop.MilestoneNew:
		out.Is = in(c.Is)
	}
	return out
}

// lintGroups are the findings by what they are about, with the way there.
func (v *visit) lintGroups(d workshop.Draft) []lintGroup {
	var out []lintGroup
	at := map[string]int{}
	root := "/studio/" + d.ID.String()
	for _, f := range d.Found {
		key := string(f.Address)
		if key == "" {
			key = f.Range.File
		}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			g := lintGroup{Name: f.Range.File}
			if f.Address != "" {
				g.Name = v.elementName(d, string(f.Address))
			}
			switch {
			case f.Address.Milestone():
				g.Href = v.link(root+"/road", "process", processOf(f.Address)) + mark2anchor(f.Address)
			case strings.HasPrefix(key, "process/"):
				g.Href = v.link(root+"/road", "process", strings.Split(key, "/")[1])
			case strings.HasPrefix(key, "pack/"):
				g.Href = v.link(root+"/methods") + "#pack-" + strings.Split(strings.TrimSuffix(key, ".yaml"), "/")[1]
			case strings.HasPrefix(key, "mapping"):
				g.Name, g.Href = v.p.Say("studio.tab_words"), v.link(root+"/words")
			case f.Check == "V06" || f.Check == "V04":
				g.Name, g.Href = v.p.Say("studio.tab_ours"), v.link(root)
			}
			out = append(out, g)
		}
		out[i].Notes = append(out[i].Notes, v.lintNoteOf(f, ""))
	}
	return out
}

// reviewTouched says how many open deals each process has, and would have.
func (v *visit) reviewTouched(out *studioReviewView, r workshop.Review) {
	p, open := v.p, 0
	for _, a := range r.Affected {
		name := p.Process(r.Draft.Book, a.Process)
		if _, ok := r.Draft.Book.ProcessCalled(string(a.Process)); !ok && r.Before != nil {
			name = p.Process(r.Before, a.Process)
		}
		out.Affected = append(out.Affected, affectedView{name, strconv.Itoa(a.Now), strconv.Itoa(a.Then)})
		open += a.Now
	}
	out.Stay = p.Say("studio.no_open")
	if open > 0 {
		out.Stay = p.Say("studio.stay", "n", open)
		out.MayMove = true
		for _, m := range r.Moves {
			out.MayMove = out.MayMove && (m.To != "" || m.Deals == 0)
		}
	}
}

// reviewDry says of each milestone in how many won deals it would have been met.
func (v *visit) reviewDry(out *studioReviewView, r workshop.Review) {
	p := v.p
	out.DryMeans = p.Say("studio.dry_none")
	if r.Won+r.Lost+r.Quiet == 0 {
		return
	}
	out.DryMeans = p.Say("studio.dry_means", "won", r.Won, "lost", r.Lost, "quiet", r.Quiet)
	for _, x := range r.Dry {
		if x.Won == 0 {
			continue
		}
		dry := dryView{Name: p.Process(r.Draft.Book, x.Process), Of: p.Say("studio.dry_takes", "n", x.Deals)}
		for _, m := range x.Milestones {
			at, ok := r.Draft.Book.Milestone(m.Milestone)
			if !ok || m.Of == 0 {
				continue
			}
			key := "studio.dry_met"
			if m.ByAnswer {
				key = "studio.dry_answered"
			}
			row := dryRow{
				Name: at.Short.Text.In(p.Code()),
				Says: p.Say(key, "n", m.Won, "of", m.Of),
				Part: float64(m.Won) / float64(m.Of),
				Few:  2*m.Won < m.Of,
			}
			if m.OfOther > 0 {
				row.Other = p.Say("studio.dry_other", "n", m.Other, "of", m.OfOther)
			}
			dry.Rows = append(dry.Rows, row)
		}
		out.Dry = append(out.Dry, dry)
	}
}

// fileName says what a file of a playbook is about.
// clashView is an element both sides changed, with what each says.
type clashView struct{ Key, Name, Mine, Theirs string }

// clashes shows what both sides changed.
func (v *visit) clashes(d workshop.Draft, list []workshop.Clash) (out []clashView) {
	for _, c := range list {
		x := clashView{Key: c.Key(), Name: v.fileName(d, c.Path), Mine: cutTo(c.Mine, mostClash), Theirs: cutTo(c.Theirs, mostClash)}
		if at := c.Element(); at != "" && c.At != "" {
			x.Name = v.elementName(d, at)
		}
		if field := v.p.Say("studio.field_" + throughline.Address(strings.TrimSuffix(strings.TrimSuffix(c.At, "/en"), "/zh")).Last()); !strings.HasPrefix(field, "[") {
			x.Name = v.p.Say("studio.field_of", "field", field, "name", x.Name)
		}
		if x.Mine == "" {
			x.Mine = v.p.Say("studio.taken_away")
		}
		if x.Theirs == "" {
			x.Theirs = v.p.Say("studio.taken_away")
		}
		out = append(out, x)
	}
	return out
}

// mostClash is how much of what each side says is shown.
const mostClash = 1200

func (v *visit) fileName(d workshop.Draft, path string) string {
	folder, rest, deep := strings.Cut(strings.TrimSuffix(path, ".yaml"), "/")
	switch {
	case path == "playbook.yaml":
		return v.p.Say("studio.tab_ours")
	case path == "mapping.yaml":
		return v.p.Say("studio.tab_words")
	case deep && (folder == "process" || folder == "pack"):
		return v.elementName(d, folder+"/"+rest)
	}
	return path
}
