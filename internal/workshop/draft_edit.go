package workshop

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/draft"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/internal/store"
)

// Edit is one change of a draft. Do says which; the others say of what, as far
// as that change needs them.
type Edit struct {
	Do        string   `json:"do"`
	Process   string   `json:"process,omitempty"`
	Stage     string   `json:"stage,omitempty"`     // its id
	Milestone string   `json:"milestone,omitempty"` // its id
	Pack      string   `json:"pack,omitempty"`
	Tool      string   `json:"tool,omitempty"`
	Key       string   `json:"key,omitempty"` // an input of the charter, a proposal, a path; of merge the newest version that was looked at
	Language  string   `json:"language,omitempty"`
	Text      string   `json:"text,omitempty"`
	Short     string   `json:"short,omitempty"`
	Differs   string   `json:"differs,omitempty"` // "-" takes it away
	Serves    string   `json:"serves,omitempty"`
	Track     string   `json:"track,omitempty"` // the step of a track it begins or proves, k1 to c6; "-" for none
	Place     int      `json:"place,omitempty"`
	Words     []string `json:"words,omitempty"`
	Stories   []Story  `json:"stories,omitempty"`
	Archive   []byte   `json:"archive,omitempty"` // a folder, as a zip file
}

// The changes. Those that write words are held against what somebody else wrote
// meanwhile; the others are made on whatever stands there.
const (
	WriteName      = "name"
	WriteCharter   = "charter"
	WriteOwn       = "own"
	WriteStories   = "stories"
	UseStory       = "story"
	WriteMilestone = "milestone"
	AddMilestone   = "milestone_add"
	DropMilestone  = "milestone_drop"
	MoveMilestone  = "milestone_move"
	KeepFinding    = "keep"
	WriteStage     = "stage"
	AddStage       = "stage_add"
	DropStage      = "stage_drop"
	MoveStage      = "stage_move"
	WriteProcess   = "process"
	AddProcess     = "process_add"
	DropProcess    = "process_drop"
	WriteRule      = "rule"
	WriteMapping   = "mapping"
	AdoptPack      = "pack"
	DropPack       = "pack_drop"
	LeadPack       = "pack_lead"
	TieTool        = "tool_tie"
	DropTool       = "tool_drop"
	WritePrompt    = "prompt"
	PackDone       = "pack_done"
	TakeProposal   = "proposal_take"
	DropProposal   = "proposal_drop"
	TakeBase       = "merge"
	TakeFolder     = "folder"
	DropFolder     = "folder_drop"
	Undo           = "undo"
	PutAway        = "away"
)

// What revisions say they did beyond the changes that people make.
const (
	keptBeside = "proposal"
	published  = "publish"
)

// At is the element that a change touches, for those that write words.
func (e Edit) At() string {
	switch e.Do {
	case WriteName:
		return "name"
	case WriteCharter:
		return "charter/" + e.Key
	case WriteOwn:
		return "own"
	case WriteStories, UseStory:
		return "stories"
	case WriteMilestone, DropMilestone, MoveMilestone, AddMilestone, KeepFinding:
		return "process/" + e.Process + "/milestone/" + e.Milestone
	case WriteStage, DropStage, MoveStage, AddStage:
		return "process/" + e.Process + "/stage/" + e.Stage
	case WriteProcess, DropProcess, WriteRule, AddProcess:
		return "process/" + e.Process
	case WriteMapping:
		return "mapping/" + e.Process + "/" + e.Stage
	case WritePrompt:
		return "pack/" + e.Pack + "/prompt" // the list: one that goes moves those after it
	case AdoptPack, DropPack, LeadPack, TieTool, DropTool, PackDone:
		return "pack/" + e.Pack
	}
	return ""
}

// writes reports whether a change writes words that somebody may have written
// otherwise meanwhile.
func (e Edit) writes() bool {
	return slices.Contains(
		[]string{WriteName, WriteCharter, WriteOwn, WriteStories, WriteMilestone, WriteStage, WriteProcess, WriteRule, WriteMapping, WritePrompt},
		e.Do,
	)
}

// EditInput is a change of a draft, and the revision that whoever made it saw.
type EditInput struct {
	ID   string `json:"id"`
	Seen int    `json:"seen"`
	Edit Edit   `json:"edit"`
}

// looked reports whether who chooses between two sides chooses of what stands
// now: of this revision, and of the version that is the newest.
func (in EditInput) looked(d Draft) bool {
	switch e := in.Edit; e.Do {
	case TakeFolder:
		return len(e.Archive) > 0 || in.Seen == d.Revision
	case TakeBase:
		return in.Seen == d.Revision && (e.Key == "" || e.Key == d.Newest)
	}
	return true
}

// Edited is the answer of EditDraft.
type Edited struct {
	Draft     Draft                 `json:"draft"`
	Meanwhile int                   `json:"meanwhile"`       // revisions of others since the one that was seen
	By        throughline.PersonID  `json:"by,omitzero"`     // who made the last of them
	Beside    bool                  `json:"beside"`          // another wrote the same element: these words are kept beside, and theirs stand
	Same      bool                  `json:"same,omitempty"`  // another wrote the same words: there was nothing to change
	Added     throughline.Address   `json:"added,omitempty"` // what was added
	Refused   []string              `json:"refused,omitempty"`
	Others    []throughline.Address `json:"-"`
}

// mostTries is how often a change is made anew where somebody else's came between.
const mostTries = 5

// EditDraft changes a draft. Where somebody else wrote the same element since it
// was seen, theirs stands and this one is kept beside it, for people to choose.
func EditDraft(ctx context.Context, b *Bench, in EditInput) (Edited, error) {
	var out Edited
	for try := 0; ; try++ {
		d, err := ShowDraft(ctx, b, DraftInput{ID: in.ID})
		if err != nil {
			return out, err
		}
		if !in.looked(d) {
			return out, throughline.Fail("choose sides", throughline.Conflict, "", errSides)
		}
		out = Edited{}
		history, err := b.Ledger.DraftHistory(ctx, b.Workspace, d.ID)
		if err != nil {
			return out, err
		}
		mine := in.Edit
		if in.Seen > 0 {
			if err := b.meanwhile(ctx, d, in, history, &out); err != nil {
				return out, err
			}
			if mine.Do == Undo && mine.Place == 0 && in.Seen != d.Revision {
				return out, throughline.Fail("undo", throughline.Conflict, "", errUnseen)
			}
		}
		did := Did{Do: mine.Do, At: mine.At()}
		if out.Beside {
			if same, err := d.says(b, mine); err != nil || same {
				out.Draft, out.Beside, out.Same = d, false, same
				return out, err
			}
			d.Beside.Proposals = append(d.Beside.Proposals, Proposal{ID: b.NewID().String(), Edit: mine, By: b.Author, At: b.Now().UTC(), Seen: in.Seen})
			did = Did{Do: keptBeside, At: mine.At()}
		} else if err := b.apply(ctx, &d, mine, history, &did, &out); err != nil {
			return out, err
		}
		d.judge(b)
		d.name(b)
		switch err := b.keep(ctx, &d, did); {
		case throughline.KindOf(err) == throughline.Conflict && try < mostTries:
			continue // somebody was quicker: it is made on theirs
		case err != nil:
			return out, err
		}
		out.Draft = d
		return out, nil
	}
}

// meanwhile says what was done to the draft since it was seen: by whom, and
// whether the element that is to be written now is one of what was written.
func (b *Bench) meanwhile(ctx context.Context, d Draft, in EditInput, history []store.Draft, out *Edited) (err error) {
	for _, r := range history {
		if r.Revision <= in.Seen {
			continue
		}
		did := ParseDid(r.Did)
		if r.Author != b.Author || b.Author.IsZero() {
			out.Meanwhile++
			out.By = r.Author
		}
		if !in.Edit.writes() {
			continue
		}
		out.Beside = out.Beside || did.At == in.Edit.At() || did.Do == Undo
		if (did.Do == TakeBase || did.Do == TakeFolder) && !out.Beside {
			if out.Beside, err = b.tookIn(ctx, d, in.Edit, in.Seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// says reports whether a change would change nothing.
func (d Draft) says(b *Bench, e Edit) (bool, error) {
	own := d
	own.Files = d.Files.Clone()
	if err := b.apply(context.Background(), &own, e, nil, &Did{}, &Edited{}); err != nil {
		return false, nil
	}
	for path, text := range own.Files {
		if string(text) != string(d.Files[path]) {
			return false, nil
		}
	}
	return len(own.Files) == len(d.Files) && slices.Equal(own.Beside.Stories, d.Beside.Stories), nil
}

// apply makes one change.
func (b *Bench) apply(ctx context.Context, d *Draft, e Edit, history []store.Draft, did *Did, out *Edited) error {
	c := change{ctx: ctx, b: b, Draft: d, Edit: e, did: did, out: out, language: e.Language}
	if c.language == "" {
		c.language = edit.Tongue(e.Text + e.Short)
	}
	var known bool
	c.serves, known = throughline.ParsePhase(e.Serves)
	if e.Serves != "" && !known {
		return failed(errServes)
	}
	switch e.Do {
	case Undo:
		return b.undo(ctx, d, e.Place, history, did) // its errors are its own
	case TakeProposal, DropProposal:
		return failed(b.proposal(ctx, d, e, did, out))
	}
	make, ok := changes[e.Do]
	if !ok {
		return failed(throughline.Refuse("draft_unknown", "there is no change called %q", "word", e.Do))
	}
	return failed(make(&c))
}

// failed tells why a change was not made, nil where it was. What is no longer there
// was taken away meanwhile.
func failed(err error) error {
	if err == nil {
		return nil
	}
	kind := throughline.Invalid
	if errors.Is(err, edit.ErrAbsent) {
		kind = throughline.Conflict
	}
	return throughline.Fail("change draft", kind, "", err)
}

var (
	errNoWords = throughline.Refuse("draft_empty", "nothing is written")
	errUnseen  = throughline.Refuse("draft_unseen", "the draft was changed since this was looked at; look again, then take back")
	errSides   = throughline.Refuse("draft_sides", "the draft, or what is in force, was changed since this was looked at; look again, then choose")
	errServes  = throughline.Refuse("draft_serves", "which of the nine questions does it serve?")
)

// absent says what is not there any more.
func absent(what string) error { return fmt.Errorf("%s: %w", what, edit.ErrAbsent) }

// process finds a process of the draft by its id.
func (d Draft) process(id string) (playbook.Process, bool) {
	if d.Book == nil {
		return playbook.Process{}, false
	}
	return d.Book.ProcessCalled(id)
}

// settle moves a milestone that now serves another question to the stage that
// stands for it, where its own does not.
func (d *Draft) settle(b *Bench, process, milestone string, serves throughline.Phase) error {
	pr, ok := d.process(process)
	if !ok {
		return nil
	}
	i := slices.IndexFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.ID == milestone })
	if i < 0 || pr.Milestones[i].Serves == serves {
		return nil
	}
	best := -1
	for k, s := range pr.Stages {
		if s.Serves <= serves && (best < 0 || s.Serves >= pr.Stages[best].Serves) {
			best = k
		}
	}
	if best < 0 || pr.Stages[best].Addr == pr.Milestones[i].Stage {
		return nil
	}
	place := 0
	for _, m := range pr.Milestones {
		if m.Stage == pr.Stages[best].Addr && m.Serves <= serves {
			place++
		}
	}
	return d.Files.MoveMilestone(process, milestone, pr.Stages[best].ID, place)
}

// addProcess begins another process as a copy of one of the ways of buying.
func (d *Draft) addProcess(e Edit, language string) error {
	for kind, road := range roads {
		if string(kind) != e.Key {
			continue
		}
		id := road.id
		for n := 2; d.Files[edit.RoadFile(id)] != nil; n++ {
			id = fmt.Sprintf("%s-%d", road.id, n)
		}
		text, err := readRoad(road.id)
		if err != nil {
			return err
		}
		d.Files[edit.RoadFile(id)] = text
		for l, name := range road.name {
			if err := d.Files.WriteProcess(id, l, name, "-"); err != nil {
				return err
			}
		}
		return d.Files.WriteProcess(id, language, e.Text, "")
	}
	return throughline.Refuse("draft_way", "there is no such way of buying")
}

// keepMade keeps, with stories that are written anew, which milestone was made of each.
func keepMade(was, now []Story) []Story {
	out := []Story{}
	for _, s := range now {
		if s.Name == "" && s.Act == "" && s.End == "" {
			continue
		}
		s.Made = ""
		if i := slices.IndexFunc(was, func(w Story) bool { return w.Name == s.Name && w.Act == s.Act }); i >= 0 {
			s.Made = was[i].Made
		}
		out = append(out, s)
	}
	return out
}

// useStory makes a milestone of what a customer did in a past deal.
func (d *Draft) useStory(e Edit, serves throughline.Phase, out *Edited) error {
	if e.Place < 0 || e.Place >= len(d.Beside.Stories) {
		return absent("the deal")
	}
	s := &d.Beside.Stories[e.Place]
	if e.Key != "" && strings.TrimSpace(s.Name) != e.Key { // the list was written anew meanwhile
		return absent("the deal")
	}
	if s.Lacks() != "" {
		return errNoWords
	}
	said := draft.Sentence(s.Act)
	if serves == 0 {
		if serves, _ = draft.PhaseOf(said); serves == 0 {
			serves = throughline.Explore
		}
	}
	pr, ok := d.process(e.Process)
	if !ok {
		return absent("the process")
	}
	stage := pr.Stages[0].ID
	for _, x := range pr.Stages {
		if x.Serves <= serves {
			stage = x.ID
		}
	}
	id, err := d.Files.AddMilestone(
		e.Process,
		stage,
		edit.Milestone{Language: edit.Tongue(said), Statement: said, Short: fewWords(said), Serves: serves,
			Cites: []string{s.Name + ", " + strings.ReplaceAll(s.End, "_", " ")}},
	)
	if err == nil {
		s.Made = "process/" + e.Process + "/milestone/" + id
		out.Added = throughline.Address(s.Made)
	}
	return err
}

// fewWords are the first words of a statement, for the picture.
func fewWords(said string) string {
	if edit.Tongue(said) == "zh" {
		r := []rune(strings.TrimRight(said, "。."))
		return string(r[:min(len(r), 8)])
	}
	w := strings.Fields(strings.TrimRight(said, "."))
	if len(w) > 1 && strings.EqualFold(w[0], "the") {
		w = w[1:]
	}
	w = w[:min(len(w), 4)]
	for len(w) > 2 && slices.Contains([]string{"the", "a", "an", "its", "their", "his", "her", "of", "to", "for", "in", "on", "at", "by", "with", "from",
		"and", "or", "what", "who", "that"}, w[len(w)-1]) {
		w = w[:len(w)-1]
	}
	short := strings.Join(w, " ")
	r, size := utf8.DecodeRuneInString(short)
	return string(unicode.ToUpper(r)) + short[size:]
}

// Rewrite is a statement near what was written, which an author could take in its
// place; ok is false where there is none.
func Rewrite(check, text string) (good string, ok bool) {
	l, err := statement.New(statement.Words{})
	if err != nil {
		return "", false
	}
	return l.Rewrite(check, text)
}

// tookIn reports whether a change of what was seen is of an element that was
// taken in meanwhile.
func (b *Bench) tookIn(ctx context.Context, d Draft, e Edit, seen int) (bool, error) {
	was, err := ShowDraft(ctx, b, DraftInput{ID: d.ID.String(), Revision: seen})
	if err != nil {
		return false, err
	}
	own := was
	own.Files = was.Files.Clone()
	if err := b.apply(ctx, &own, e, nil, &Did{}, &Edited{}); err != nil {
		return false, nil // it is made on what stands now, and says why it cannot be
	}
	_, clashes := edit.Merge(was.Files, d.Files, own.Files, nil)
	return len(clashes) > 0, nil
}

// proposal takes words that stood beside, or puts them away.
func (b *Bench) proposal(ctx context.Context, d *Draft, e Edit, did *Did, out *Edited) error {
	i := slices.IndexFunc(d.Beside.Proposals, func(p Proposal) bool { return p.ID == e.Key })
	if i < 0 {
		return absent("the proposal")
	}
	p := d.Beside.Proposals[i]
	d.Beside.Proposals = slices.Delete(slices.Clone(d.Beside.Proposals), i, i+1)
	did.At = p.Edit.At()
	if e.Do == DropProposal {
		return nil
	}
	if p.Edit.Do == WritePrompt {
		var err error
		if p.Edit.Place, err = b.promptNow(ctx, *d, p); err != nil {
			return err
		}
	}
	return b.apply(ctx, d, p.Edit, nil, did, out)
}

// promptNow is where the question now stands that a proposal was written for.
func (b *Bench) promptNow(ctx context.Context, d Draft, p Proposal) (int, error) {
	seen, err := ShowDraft(ctx, b, DraftInput{ID: d.ID.String(), Revision: p.Seen})
	if err != nil {
		return 0, err
	}
	was, now, at := seen.prompts(p.Edit.Pack), d.prompts(p.Edit.Pack), p.Edit.Place
	if at < 0 || at >= len(was) {
		return 0, absent("the question")
	}
	if i := slices.IndexFunc(now, func(q playbook.Prompt) bool { return maps.Equal(q.Text, was[at].Text) }); i >= 0 {
		return i, nil
	}
	if len(now) != len(was) {
		return 0, absent("the question")
	}
	return at, nil // it says something else now
}

func (d Draft) prompts(pack string) []playbook.Prompt {
	if d.Book == nil {
		return nil
	}
	k, _ := d.Book.AnyPack(pack)
	return k.Prompts
}
