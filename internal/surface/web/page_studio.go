package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

// studioPages adds the pages on which a company makes its own playbook.
func (s *site) studioPages(mux *http.ServeMux) {
	mux.Handle("GET /studio", s.page(s.studio))
	mux.Handle("POST /studio", s.post(s.beginDraft))
	mux.Handle("POST /studio/import", s.importDraft())
	mux.Handle("GET /studio/simulate", s.page(s.simulate))
	mux.Handle("GET "+quarterPath, s.page(s.quarter))
	mux.Handle("POST "+quarterPath, s.post(s.postQuarter))
	mux.Handle("GET /studio/{id}", s.page(s.studioOurs))
	mux.Handle("GET /studio/{id}/road", s.page(s.studioRoad))
	mux.Handle("GET /studio/{id}/methods", s.page(s.studioMethods))
	mux.Handle("GET /studio/{id}/methods/{pack}", s.page(s.studioBrief))
	mux.Handle("GET /studio/{id}/words", s.page(s.studioWords))
	mux.Handle("GET /studio/{id}/review", s.page(s.studioReview))
	mux.HandleFunc("GET /studio/{id}/playbook.zip", s.exportDraft)
	mux.Handle("POST /studio/{id}/folder", s.importDraft())
	mux.Handle("POST /studio/{id}/edit", s.post(s.editDraft))
	mux.Handle("POST /studio/{id}/ours", s.post(s.editOurs))
	mux.Handle("POST /studio/{id}/publish", s.post(s.publishDraft))
}

// studioStart is where drafts begin.
type studioStart struct {
	frame
	Drafts   []draftLine
	Presets  []choice
	InForce  string // what is published now, or ships
	Count    string
	Simulate string
	Folder   string // the server was given a folder, so that nothing published counts
}

type draftLine struct{ Name, Href, About string }

func (s *site) studio(v *visit) (component, error) {
	list, err := ask[workshop.DraftList](v, operation.ListDrafts, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	presets, err := ask[workshop.PresetList](v, operation.ListPresets, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := studioStart{frame: v.frame(p.Say("studio.title"), "playbook"), Count: v.link("/playbook/count"), Simulate: v.link("/studio/simulate")}
	if v.desk.Book != nil {
		out.InForce = v.desk.Book.Name.In(p.Code())
	}
	if v.desk.BookDir != "" {
		out.Folder = p.Say("studio.folder")
	}
	for _, d := range list.Drafts {
		out.Drafts = append(out.Drafts, draftLine{d.Name, v.link("/studio/" + d.ID.String()), v.lastSaved(d.Written, d.Author)})
	}
	for _, x := range presets.Presets {
		out.Presets = append(out.Presets, choice{Word: x.Name, Href: x.ID})
	}
	return studioStartPage(out), nil
}

// lastSaved says who changed a draft last, and on which day.
func (v *visit) lastSaved(at time.Time, by throughline.PersonID) string {
	day := v.p.Day(throughline.DayOf(at, v.zone()))
	if who := v.nameOf(by); who != "" {
		return v.p.Say("studio.saved_by", "who", who, "day", day)
	}
	return v.p.Say("studio.saved", "day", day)
}

// nameOf names one of us; "" where nobody said who they are.
func (v *visit) nameOf(id throughline.PersonID) string {
	if id.IsZero() {
		return ""
	}
	name, err := ask[string](v, operation.NamePerson, &showing.NameInput{Person: id})
	if err != nil {
		return ""
	}
	return name
}

func (s *site) beginDraft(v *visit) (string, error) {
	in := &workshop.BeginInput{Name: v.text("name"), Preset: v.text("preset"), Version: v.text("version"), Once: v.text("once")}
	switch v.text("from") {
	case "offers":
		in.Offers = v.offersIn(v.PostForm)
	case "cut":
		in.Version = "newest"
	case "history":
		when, knows := v.PostForm["found.when"], v.PostForm["found.knows"]
		for i, name := range v.PostForm["found.name"] {
			if i < min(len(when), len(knows), mostFoundGroups) {
				in.Found = append(in.Found, workshop.FoundRule{Name: cutTo(name, 120), When: when[i], Knows: strings.Fields(knows[i])})
			}
		}
	}
	d, err := ask[workshop.Draft](v, operation.BeginDraft, in)
	if err != nil {
		return "", err
	}
	v.tell(said{What: "draft_begun"})
	if v.text("from") == "cut" {
		return v.cut(d.ID.String())
	}
	if in.Version != "" || len(in.Found) > 0 {
		return "/studio/" + d.ID.String() + "/road", nil
	}
	return "/studio/" + d.ID.String(), nil
}

// mostFoundGroups bounds the groups of a history that become processes.
const mostFoundGroups = 8

// mostArchive bounds an archive that is brought along.
const mostArchive = 16 << 20

// importDraft takes a folder as a zip archive.
func (s *site) importDraft() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostArchive+mostForm)
		s.page(func(v *visit) (component, error) {
			const op = "bring a playbook along"
			if !v.desk.May(member.Playbook, true) { // before anything that came is read
				return nil, throughline.Fail(op, throughline.Denied, "", nil)
			}
			if v.ParseMultipartForm(mostArchive) != nil {
				return nil, throughline.Fail(
					op,
					throughline.Invalid,
					"",
					throughline.Refuse("archive_large", "more than %d MB were sent, or the form could not be read", "most", mostArchive>>20),
				)
			}
			file, _, err := v.FormFile("archive")
			if err != nil {
				return nil, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("archive_none", "no file was chosen"))
			}
			defer file.Close()
			archive, err := io.ReadAll(file)
			if err != nil {
				return nil, throughline.Fail(op, throughline.Invalid, "", err)
			}
			if id := v.PathValue("id"); id != "" { // to a draft that is there
				then, r, err := v.edited(workshop.Edit{Do: workshop.TakeFolder, Archive: archive})
				if err != nil {
					return nil, err
				}
				if v.goTo = then; r.Draft.Beside.Folder != nil {
					v.goTo = "/studio/" + id + "/review#folder-h"
				}
				return nil, nil
			}
			d, err := ask[workshop.Draft](v, operation.BeginDraft, &workshop.BeginInput{Archive: archive})
			if err != nil {
				return nil, err
			}
			v.tell(said{What: "draft_begun"})
			v.goTo = "/studio/" + d.ID.String() + "/review"
			return nil, nil
		}).ServeHTTP(w, r)
	})
}

// exportDraft gives the draft's folder as a zip archive.
func (s *site) exportDraft(w http.ResponseWriter, r *http.Request) {
	lang := s.language(w, r)
	answer, err := operation.ShowDraft.Run(r.Context(), s.options.Desk(r, lang), &workshop.DraftInput{ID: r.PathValue("id")})
	if err == nil {
		var archive []byte
		if archive, err = answer.(workshop.Draft).Archive(); err == nil {
			h := w.Header()
			h.Set("Content-Type", "application/zip")
			h.Set("Content-Disposition", `attachment; filename="playbook.zip"`)
			h.Set("Cache-Control", "no-store")
			_, _ = w.Write(archive)
			return
		}
	}
	http.Error(w, "this draft could not be packed", statuses[throughline.KindOf(err)])
}

// studioFrame is what stands around every page of a draft.
type studioFrame struct {
	frame
	ID, Name, About string
	Tabs            []choice
	Rev             string
	Act             string // where changes go
	Back            string // this page, to come back to
	Beside          []besideView
	Outdone         string // another version was published meanwhile
	Newest          string // its hash
	CanUndo         bool
	Broken          string // it cannot be used as it stands
}

// besideView is words that somebody kept beside another's.
type besideView struct{ ID, What, Said, By string }

// draftOf opens the draft a page is about.
func (v *visit) draftOf(here string) (workshop.Draft, studioFrame, error) {
	d, err := ask[workshop.Draft](v, operation.ShowDraft, &workshop.DraftInput{ID: v.PathValue("id")})
	if err != nil {
		return d, studioFrame{}, err
	}
	return d, v.studioFrame(d, here), nil
}

func (v *visit) studioFrame(d workshop.Draft, here string) studioFrame {
	p, root := v.p, "/studio/"+d.ID.String()
	out := studioFrame{
		frame:   v.frame(d.Name, "playbook"),
		ID:      d.ID.String(),
		Name:    d.Name,
		Rev:     strconv.Itoa(d.Revision),
		Act:     root + "/edit",
		Back:    v.URL.RequestURI(),
		CanUndo: d.Revision > 1,
		About:   v.lastSaved(d.Written, d.Author),
	}
	for _, t := range []struct{ word, path string }{{"studio.tab_ours", ""}, {"studio.tab_road", "/road"}, {"studio.tab_methods", "/methods"}, {"studio.tab_words", "/words"}, {"studio.tab_review", "/review"}} {
		out.Tabs = append(out.Tabs, choice{Word: p.Say(t.word), Href: v.link(root + t.path), Here: t.path == here})
	}
	for _, x := range d.Beside.Proposals {
		who := v.nameOf(x.By)
		if who == "" {
			who = p.Say("studio.somebody")
		}
		words := x.Edit.Text
		if words == "" {
			words = p.List(x.Edit.Words)
		}
		out.Beside = append(out.Beside, besideView{ID: x.ID, What: v.elementName(d, x.Edit.At()), Said: words, By: who})
	}
	if d.Outdone() {
		out.Outdone, out.Newest = p.Say("studio.outdone"), d.Newest
	}
	if d.Book == nil {
		out.Broken = p.Say("studio.broken")
	} else if name := d.Book.Name.In(p.Code()); name != "" {
		out.Name, out.Title = name, name
	}
	return out
}

// elementName names an element of a draft, as a change's At gives it.
func (v *visit) elementName(d workshop.Draft, at string) string {
	p := v.p
	kind, rest, _ := strings.Cut(at, "/")
	switch {
	case kind == "charter":
		return p.Say("charter." + rest)
	case kind == "own", kind == "stories", kind == "name":
		return p.Say("studio.part_" + kind)
	case kind == "mapping":
		return p.Say("studio.tab_words")
	case kind == "pack":
		id, _, _ := strings.Cut(rest, "/")
		if d.Book != nil {
			if k, ok := d.Book.AnyPack(id); ok {
				return k.Name.Text.In(p.Code())
			}
		}
		return id
	case kind == "process" && d.Book != nil:
		if m, ok := d.Book.Milestone(throughline.Address(at)); ok {
			return m.Short.Text.In(p.Code())
		}
		if st, ok := d.Book.Stage(throughline.Address(at)); ok {
			return st.Name.Text.In(p.Code())
		}
		id, _, _ := strings.Cut(rest, "/")
		if pr, ok := d.Book.ProcessCalled(id); ok {
			return pr.Name.Text.In(p.Code())
		}
	}
	return throughline.Address(at).Last()
}

// editDraft makes one change that a form brings.
func (s *site) editDraft(v *visit) (string, error) {
	place, _ := strconv.Atoi(v.text("place"))
	e := workshop.Edit{
		Do:        v.text("do"),
		Process:   v.text("process"),
		Stage:     v.text("stage"),
		Milestone: v.text("milestone"),
		Pack:      v.text("pack"),
		Tool:      v.text("tool"),
		Key: v.text(
			"key",
		),
		Language: v.text("language"),
		Text:     v.text("text"),
		Short:    v.text("short"),
		Differs:  v.text("differs"),
		Serves:   v.text("serves"),
		Track:    v.text("track"),
		Place:    place,
		Words:    v.PostForm["words"],
	}
	if instead := v.text("instead"); instead != "" { // a rewrite was taken with one tap
		e.Do, e.Text = workshop.WriteMilestone, instead
	}
	switch e.Do {
	case workshop.MoveMilestone:
		if err := v.moves(&e); err != nil {
			return "", err
		}
	case workshop.WriteMilestone:
		if v.PostForm.Has("differs") && e.Differs == "" {
			e.Differs = "-"
		}
	case workshop.WriteRule:
		e.Text = v.ruleIn()
	case workshop.TakeBase, workshop.TakeFolder:
		for name, values := range v.PostForm {
			if strings.HasPrefix(name, clashField0) && values[0] != "" {
				e.Words = append(e.Words, values[0])
			}
		}
		slices.Sort(e.Words)
	case workshop.LeadPack:
	default:
		if len(e.Words) == 1 {
			e.Words = strings.Split(e.Words[0], "\n")
		}
	}
	if e.Do == workshop.TieTool && e.Text == "drop" {
		e.Do, e.Text = workshop.DropTool, v.text("why")
	}
	then, first, err := v.edited(e)
	if other := strings.TrimSpace(v.text("other")); err == nil && e.Do == workshop.WriteMilestone && other != strings.TrimSpace(v.text("was.other")) {
		if !first.Beside && !first.Same { // it is made on what was just written; else on what was seen
			v.PostForm.Set("rev", strconv.Itoa(first.Draft.Revision))
		}
		var second workshop.Edited
		then, second, err = v.edited(workshop.Edit{Do: e.Do, Process: e.Process, Milestone: e.Milestone, Language: v.text("other_language"), Text: other})
		if err == nil && first.Beside && !second.Beside {
			v.tell(v.editSaid(e, first))
		}
	}
	return then, err
}

// clashField0 begins the names of the fields in which one of two is chosen.
const clashField0 = "clash-"

func clashField(i int) string { return clashField0 + strconv.Itoa(i) }

// edited runs a change, and says what came of it.
func (v *visit) edited(e workshop.Edit) (string, workshop.Edited, error) {
	seen, _ := strconv.Atoi(v.text("rev"))
	r, err := ask[workshop.Edited](v, operation.EditDraft, &workshop.EditInput{ID: v.PathValue("id"), Seen: seen, Edit: e})
	if err != nil {
		return "", r, err
	}
	v.tell(v.editSaid(e, r))
	then := v.then("/studio/" + v.PathValue("id"))
	if e.Do == workshop.PutAway {
		then = "/studio"
	}
	if r.Added.Milestone() {
		then, _, _ = strings.Cut(then, "#")
		then += mark2anchor(r.Added)
	}
	return then, r, nil
}

func (v *visit) editSaid(e workshop.Edit, r workshop.Edited) said {
	m := said{What: "draft"}
	switch {
	case r.Beside:
		m.What = "draft_beside"
	case e.Do == workshop.Undo:
		m.What = "draft_undone"
	case e.Do == workshop.PutAway:
		m.What = "draft_away"
	}
	if r.Meanwhile > 0 {
		who := v.nameOf(r.By)
		if who == "" {
			who = v.p.Say("studio.somebody")
		}
		m.Mind = append(m.Mind, v.p.Say("studio.meanwhile", "who", who))
	}
	return m
}

// moves reads where a milestone is to go: up or down within its stage, or to the
// end of another.
func (v *visit) moves(e *workshop.Edit) error {
	d, err := ask[workshop.Draft](v, operation.ShowDraft, &workshop.DraftInput{ID: v.PathValue("id")})
	if err != nil || d.Book == nil {
		return err
	}
	pr, _ := d.Book.ProcessCalled(e.Process)
	i := slices.IndexFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.ID == e.Milestone })
	if i < 0 {
		return nil // the change says that it is gone
	}
	at := 0
	for _, m := range pr.Milestones[:i] {
		if m.Stage == pr.Milestones[i].Stage {
			at++
		}
	}
	switch v.text("way") {
	case "up":
		e.Stage, e.Place = pr.Milestones[i].Stage.Last(), max(0, at-1)
	case "down":
		e.Stage, e.Place = pr.Milestones[i].Stage.Last(), at+1
	default:
		e.Place = mostPlaces
	}
	return nil
}

// mostPlaces is behind whatever stands there.
const mostPlaces = 1000

func (s *site) publishDraft(v *visit) (string, error) {
	seen, _ := strconv.Atoi(v.text("rev"))
	if _, err := ask[workshop.Publication](v, operation.PublishDraft, &workshop.PublishDraftInput{ID: v.PathValue("id"), Seen: seen, Move: v.text("move") != ""}); err != nil {
		return "", err
	}
	v.tell(said{What: "draft_published"})
	return "/studio/" + v.PathValue("id") + "/review", nil
}

// studioOursView is what makes the company different: the charter, its own
// words, its last deals.
type studioOursView struct {
	studioFrame
	Inputs  []charterView
	Own     string
	Stories []storyView
	Roads   []choice
	Answer  string
}

type charterView struct{ Key, Name, Ask, Said string }

// charterOf is what a playbook's charter says, as far as it says anything.
func (v *visit) charterOf(book *playbook.Playbook) []charterView {
	var out []charterView
	if book == nil {
		return nil
	}
	for _, key := range playbook.CharterKeys() {
		if said := book.Charter.Inputs[key].Text.In(v.p.Code()); said != "" {
			out = append(out, charterView{Key: key, Name: v.p.Say("charter." + key), Said: said})
		}
	}
	return out
}

// storyView is a past deal as it was told.
type storyView struct {
	Number, Name, Act string
	Ends              []choice
	Lacks             string // what is asked again
	Minds             []lintNote
	Made              string // the milestone it became
	MadeHref          string
	Usable            bool
}

// blankStories are the empty lines that the form offers beyond what is told.
const blankStories, mostStories = 3, 30

func (s *site) studioOurs(v *visit) (component, error) {
	d, f, err := v.draftOf("")
	if err != nil {
		return nil, err
	}
	p := v.p
	out := studioOursView{studioFrame: f}
	for _, key := range playbook.CharterKeys() {
		c := charterView{Key: key, Name: p.Say("charter." + key), Ask: p.Say("charter." + key + "_ask")}
		if d.Book != nil {
			c.Said = d.Book.Charter.Inputs[key].Text.In(p.Code())
		}
		out.Inputs = append(out.Inputs, c)
	}
	answered := 0
	for _, c := range out.Inputs {
		if c.Said != "" {
			answered++
		}
	}
	out.Answer = p.Say("studio.charter_of", "n", answered)
	if d.Book != nil {
		var own []string
		for _, w := range d.Book.Own {
			own = append(own, w.Text.In(p.Code()))
		}
		out.Own = strings.Join(own, "\n")
		out.Roads = v.roadChoices(d.Book)
	}
	for i := range min(len(d.Beside.Stories)+blankStories, mostStories) {
		var st workshop.Story
		told := i < len(d.Beside.Stories)
		if told {
			st = d.Beside.Stories[i]
		}
		x := storyView{Number: strconv.Itoa(i), Name: st.Name, Act: st.Act}
		for _, end := range []string{workshop.StoryWon, workshop.StoryLost, workshop.StoryNoDecision} {
			x.Ends = append(x.Ends, choice{Word: p.Say("studio.end_" + end), Href: end, Here: st.End == end})
		}
		if lacks := st.Lacks(); told && lacks != "" {
			x.Lacks = p.Say("studio.lacks_" + lacks)
		} else if told {
			x.Usable = st.Made == ""
			x.Minds = v.lintNotes(d, st.Act)
			if m, ok := d.Book.Milestone(throughline.Address(st.Made)); ok {
				x.Made, x.MadeHref, x.Usable = m.Short.Text.In(p.Code()), v.link("/studio/"+f.ID+"/road", "process", processOf(m.Addr))+mark2anchor(m.Addr), false
			}
		}
		out.Stories = append(out.Stories, x)
	}
	return studioOursPage(out), nil
}

// processOf is the id of the process a milestone stands in.
func processOf(a throughline.Address) string {
	parts := strings.Split(string(a), "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

// editOurs keeps what changed on the page of what is ours: each part a change of
// its own, so that two people may fill it in at once.
func (s *site) editOurs(v *visit) (string, error) {
	seen, _ := strconv.Atoi(v.text("rev"))
	edits := v.oursIn()
	told, beside := said{What: "draft"}, false
	for _, e := range edits {
		r, err := ask[workshop.Edited](v, operation.EditDraft, &workshop.EditInput{ID: v.PathValue("id"), Seen: seen, Edit: e})
		if err != nil {
			return "", err
		}
		beside = beside || r.Beside
		m := v.editSaid(e, r)
		if m.What != "draft" {
			told.What = m.What
		}
		for _, mind := range m.Mind {
			if !slices.Contains(told.Mind, mind) {
				told.Mind = append(told.Mind, mind)
			}
		}
	}
	v.tell(told)
	// A past deal becomes a milestone, with one tap; where another's words stand,
	// they are looked at first.
	if use := v.text("use"); use != "" && !beside {
		row, _ := strconv.Atoi(use)
		place := 0
		for i := range min(row, mostStories) { // lines that were left empty are not kept
			n := "story." + strconv.Itoa(i) + "."
			if strings.TrimSpace(v.text(n+"name")+v.text(n+"end")+v.text(n+"act")) != "" {
				place++
			}
		}
		v.PostForm.Set("rev", "0")
		v.PostForm.Set("then", "/studio/"+v.PathValue("id")+"/road?process="+url.QueryEscape(v.text("process")))
		then, _, err := v.edited(workshop.Edit{Do: workshop.UseStory, Process: v.text("process"), Place: place, Key: strings.TrimSpace(v.text("story." + use + ".name"))})
		return then, err
	}
	return v.then("/studio/" + v.PathValue("id")), nil
}

// oursIn are the changes that the form of that page brings: what differs from
// what it showed.
func (v *visit) oursIn() []workshop.Edit {
	var out []workshop.Edit
	same := func(name string) bool {
		return strings.TrimSpace(
			strings.ReplaceAll(v.text(name), "\r\n", "\n"),
		) == strings.TrimSpace(
			strings.ReplaceAll(v.text("was."+name), "\r\n", "\n"),
		)
	}
	for _, key := range playbook.CharterKeys() {
		if v.PostForm.Has(key) && !same(key) {
			out = append(out, workshop.Edit{Do: workshop.WriteCharter, Key: key, Text: v.text(key)})
		}
	}
	if v.PostForm.Has("name") && !same("name") {
		out = append(out, workshop.Edit{Do: workshop.WriteName, Text: v.text("name")})
	}
	if v.PostForm.Has("own") && !same("own") {
		out = append(out, workshop.Edit{Do: workshop.WriteOwn, Words: strings.Split(v.text("own"), "\n")})
	}
	if v.PostForm.Has("story.0.name") {
		e := workshop.Edit{Do: workshop.WriteStories}
		changed := false
		for i := range mostStories {
			n := "story." + strconv.Itoa(i) + "."
			st := workshop.Story{Name: strings.TrimSpace(v.text(n + "name")), End: v.text(n + "end"), Act: strings.TrimSpace(v.text(n + "act"))}
			changed = changed || st.Name != v.text("was."+n+"name") || st.End != v.text("was."+n+"end") || st.Act != v.text("was."+n+"act")
			e.Stories = append(e.Stories, st)
		}
		if changed {
			out = append(out, e)
		}
	}
	return out
}
