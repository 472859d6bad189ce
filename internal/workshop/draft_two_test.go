package workshop_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/workshop"
)

// published publishes a draft, and lets the bench follow it.
func published(t *testing.T, b *workshop.Bench, d workshop.Draft) workshop.Draft {
	t.Helper()
	out, err := workshop.PublishDraft(t.Context(), b, workshop.PublishDraftInput{ID: d.ID.String(), Seen: d.Revision})
	if err != nil || !out.Published {
		t.Fatal(out.Found, err)
	}
	if b.Versions, err = workshop.LoadVersions(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	b.Book = b.Versions[len(b.Versions)-1].Book
	return shown(t, b, d)
}

func shown(t *testing.T, b *workshop.Bench, d workshop.Draft) workshop.Draft {
	t.Helper()
	now, err := workshop.ShowDraft(t.Context(), b, workshop.DraftInput{ID: d.ID.String()})
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func focus(text string) workshop.Edit {
	return workshop.Edit{Do: workshop.WriteCharter, Key: "focus", Text: text}
}

// TestUndoOfTakingIn: what was taken in and is taken back has to be taken in
// again before a draft is published; one's own publishing has not.
func TestUndoOfTakingIn(t *testing.T) {
	b := studio(t)
	mine, theirs := begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{})
	mine = edited(t, b, mine, workshop.Edit{Do: workshop.DropMilestone, Process: "standard", Milestone: "risks-owned"}).Draft
	published(t, b, edited(t, b, theirs, focus("Schools")).Draft)
	before := shown(t, b, mine)
	taken := edited(t, b, before, workshop.Edit{Do: workshop.TakeBase, Words: []string{"playbook.yaml"}}).Draft
	if taken.Outdone() || taken.Base == before.Base {
		t.Fatal("nothing was taken in")
	}
	for name, undo := range map[string]workshop.Edit{"the last": {Do: workshop.Undo}, "to a place": {Do: workshop.Undo, Place: 1}} {
		back := edited(t, b, shown(t, b, taken), undo).Draft
		if _, err := workshop.PublishDraft(t.Context(), b, workshop.PublishDraftInput{ID: back.ID.String(), Seen: back.Revision}); !back.Outdone() || throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("%s: published over what is in force, on %q: %v", name, back.Base, err)
		}
		again := edited(t, b, back, workshop.Edit{Do: workshop.Undo, Place: taken.Revision}).Draft
		if again.Outdone() || !strings.Contains(string(again.Files["playbook.yaml"]), "Schools") {
			t.Errorf("%s: with what was taken in the base comes back too", name)
		}
	}
	now := shown(t, b, taken)
	out := published(t, b, now)
	if own := edited(t, b, out, workshop.Edit{Do: workshop.Undo, Place: now.Revision}).Draft; own.Outdone() {
		t.Error("one's own version has to be taken in")
	}
}

// TestUndoLeavesWhatOthersWrote: words beside that came since stay, decided ones
// do not return, and a change that was not seen is not taken back.
func TestUndoLeavesWhatOthersWrote(t *testing.T) {
	b := studio(t)
	d := begun(t, b, workshop.BeginInput{})
	first := edited(t, b, d, focus("Schools")).Draft
	beside := edited(t, b, d, focus("Shops")).Draft
	if len(beside.Beside.Proposals) != 1 {
		t.Fatal("nothing is beside")
	}
	back := edited(t, b, beside, workshop.Edit{Do: workshop.Undo, Place: first.Revision}).Draft
	if len(back.Beside.Proposals) != 1 {
		t.Error("what stood beside is lost")
	}
	decided := edited(t, b, back, workshop.Edit{Do: workshop.DropProposal, Key: beside.Beside.Proposals[0].ID}).Draft
	if again := edited(t, b, decided, workshop.Edit{Do: workshop.Undo, Place: beside.Revision}).Draft; len(again.Beside.Proposals) != 0 {
		t.Error("what was decided returns")
	}
	seen := shown(t, b, d)
	edited(t, b, seen, workshop.Edit{Do: workshop.WriteCharter, Key: "strategy", Text: "Cold and dry"})
	_, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: d.ID.String(), Seen: seen.Revision, Edit: workshop.Edit{Do: workshop.Undo}})
	if throughline.KindOf(err) != throughline.Conflict || !strings.Contains(string(shown(t, b, d).Files["playbook.yaml"]), "Cold and dry") {
		t.Errorf("what nobody had seen was taken back: %v", err)
	}
}

// TestTakenInIsAChange: words over what was just taken in are kept beside it;
// where nothing was taken in they are written.
func TestTakenInIsAChange(t *testing.T) {
	b := studio(t)
	mine, theirs := begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{})
	published(t, b, edited(t, b, theirs, focus("Schools")).Draft)
	edited(t, b, mine, workshop.Edit{Do: workshop.TakeBase, Words: []string{"playbook.yaml"}})
	over := edited(t, b, mine, focus("Shops"))
	if !over.Beside || !strings.Contains(string(over.Draft.Files["playbook.yaml"]), "Schools") {
		t.Errorf("what was taken in is overwritten: %s", over.Draft.Files["playbook.yaml"])
	}
	if other := edited(t, b, mine, workshop.Edit{Do: workshop.WriteMilestone, Process: "standard", Milestone: "risks-owned", Text: "The steering group gave each risk an owner.", Language: "en"}); other.Beside {
		t.Error("kept beside, though nothing of it was taken in")
	}
}

// TestQuestionsThatMoved: a question is never written over another that moved to
// its place, neither at once nor when what was kept beside is taken.
func TestQuestionsThatMoved(t *testing.T) {
	b := studio(t)
	d := edited(t, b, begun(t, b, workshop.BeginInput{}), workshop.Edit{Do: workshop.AdoptPack, Pack: "meddpicc"}).Draft
	word := func(place int, text string) workshop.Edit {
		return workshop.Edit{Do: workshop.WritePrompt, Pack: "meddpicc", Place: place, Text: text, Language: "en"}
	}
	questions := func(d workshop.Draft) (out []string) {
		pack, _ := d.Book.AnyPack("meddpicc")
		for _, q := range pack.Prompts {
			out = append(out, q.Text.In("en"))
		}
		return out
	}
	was := questions(d)
	edited(t, b, d, word(0, ""))
	for place, want := range [][]string{nil, {"Ours?", was[2]}} {
		kept := edited(t, b, d, word(place, "Ours?"))
		if got := questions(kept.Draft); !kept.Beside || len(got) != 2 || got[0] != was[1] || got[1] != was[2] {
			t.Fatalf("written over another question: %q", got)
		}
		id := kept.Draft.Beside.Proposals[place].ID
		taken, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: d.ID.String(), Edit: workshop.Edit{Do: workshop.TakeProposal, Key: id}})
		switch {
		case want == nil && throughline.KindOf(err) != throughline.Conflict:
			t.Errorf("the question is gone: %v", err)
		case want != nil && (err != nil || strings.Join(questions(taken.Draft), "|") != strings.Join(want, "|")):
			t.Errorf("%q, %v", questions(taken.Draft), err)
		}
	}
}

// TestAStoryOfAnotherList is not made a milestone of.
func TestAStoryOfAnotherList(t *testing.T) {
	b := studio(t)
	d := begun(t, b, workshop.BeginInput{})
	d = edited(t, b, d, workshop.Edit{Do: workshop.WriteStories, Stories: []workshop.Story{{Name: "Oslo", End: workshop.StoryWon, Act: "The buyer signed the order."}}}).Draft
	use := workshop.EditInput{ID: d.ID.String(), Edit: workshop.Edit{Do: workshop.UseStory, Process: "standard", Key: "Bergen"}}
	if _, err := workshop.EditDraft(t.Context(), b, use); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("made of another deal: %v", err)
	}
	if use.Edit.Key = "Oslo"; edited(t, b, d, use.Edit).Added == "" {
		t.Error("nothing was made")
	}
}

// meanwhile is a ledger on which something happens right after a version was
// published, or right before.
type meanwhile struct {
	store.Ledger
	before, after func()
}

func (m *meanwhile) PublishAfter(ctx context.Context, ws throughline.Workspace, last string, v store.Version) (bool, error) {
	if do := m.before; do != nil {
		m.before = nil
		do()
	}
	added, err := m.Ledger.PublishAfter(ctx, ws, last, v)
	if do := m.after; do != nil {
		m.after = nil
		do()
	}
	return added, err
}

// TestChangedWhilePublished: a change that came while a draft was being published
// is kept, the publishing is told as done, and the draft stands on it.
func TestChangedWhilePublished(t *testing.T) {
	b := studio(t)
	d := edited(t, b, begun(t, b, workshop.BeginInput{}), focus("Schools")).Draft
	own := *b
	own.Ledger = &meanwhile{Ledger: b.Ledger, after: func() { edited(t, b, d, focus("Shops")) }}
	now := published(t, &own, d)
	if now.Outdone() || now.Revision != d.Revision+2 || !strings.Contains(string(now.Files["playbook.yaml"]), "Shops") || own.Book.Charter.Inputs["focus"].Text.In("en") != "Schools" {
		t.Errorf("revision %d on %q: %s", now.Revision, now.Base, now.Files["playbook.yaml"])
	}
}

// TestTwoPublishAtOnce: of two that are published at once one is, and the other
// has to take it in.
func TestTwoPublishAtOnce(t *testing.T) {
	b := studio(t)
	mine := edited(t, b, begun(t, b, workshop.BeginInput{}), focus("Schools")).Draft
	theirs := edited(t, b, begun(t, b, workshop.BeginInput{}), focus("Shops")).Draft
	own, other := *b, *b
	own.Ledger = &meanwhile{Ledger: b.Ledger, before: func() { published(t, &other, theirs) }}
	out, err := workshop.PublishDraft(t.Context(), &own, workshop.PublishDraftInput{ID: mine.ID.String(), Seen: mine.Revision})
	var why *throughline.Refusal
	if out.Published || throughline.KindOf(err) != throughline.Conflict || !errors.As(err, &why) || why.Code != "draft_outdone" {
		t.Errorf("published over what came meanwhile: %v", err)
	}
	if kept, err := b.Ledger.Playbooks(t.Context(), b.Workspace); err != nil || len(kept) != 1 || kept[0].Hash != other.Book.Hash {
		t.Errorf("%d versions, %v", len(kept), err)
	}
}

// TestTakenInByElement: of a file that was changed in a draft and in what was
// published meanwhile both are kept without asking; what both wrote is told,
// the draft's stands, and the other is taken where it is chosen.
func TestTakenInByElement(t *testing.T) {
	b := studio(t)
	mine, again, theirs := begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{})
	milestone := func(id, text string) workshop.Edit {
		return workshop.Edit{Do: workshop.WriteMilestone, Process: "standard", Milestone: id, Text: text, Language: "en"}
	}
	theirs = edited(t, b, theirs, milestone("risks-owned", "The steering group signed for each risk.")).Draft
	theirs = edited(t, b, theirs, milestone("problem-owned", "The head of finance signed for it.")).Draft
	published(t, b, theirs)
	for _, d := range []*workshop.Draft{&mine, &again} {
		*d = edited(t, b, *d, milestone("risks-owned", "The board signed for each risk.")).Draft
		*d = edited(t, b, *d, milestone("ways-compared", "The team compared its ways.")).Draft
	}
	r, err := workshop.ReviewDraft(t.Context(), b, workshop.DraftInput{ID: mine.ID.String()})
	if err != nil || len(r.Both) != 1 || r.Both[0].Mine != "The board signed for each risk." || r.Both[0].Theirs != "The steering group signed for each risk." {
		t.Fatalf("%+v, %v", r.Both, err)
	}
	for _, words := range [][]string{nil, {r.Both[0].Key()}} {
		out := edited(t, b, mine, workshop.Edit{Do: workshop.TakeBase, Words: words}).Draft
		text := string(out.Files["process/standard.yaml"])
		if out.Outdone() || !strings.Contains(text, "The head of finance signed for it.") || !strings.Contains(text, "The team compared its ways.") {
			t.Errorf("what one side wrote is lost:\n%s", text)
		}
		if strings.Contains(text, "The board signed for each risk.") != (words == nil) || strings.Contains(text, "The steering group signed") == (words == nil) {
			t.Errorf("chosen %q:\n%s", words, text)
		}
		if late := edited(t, b, mine, milestone("request-approved", "The chief signed the request.")); late.Beside {
			t.Error("kept beside, though nobody else wrote it")
		}
		mine = again
	}
}

// TestSidesOfWhatWasLookedAt: who chooses between two sides chooses of what they
// saw. Of a draft that was changed since, or where another version was published,
// nothing is taken.
func TestSidesOfWhatWasLookedAt(t *testing.T) {
	b := studio(t)
	mine, theirs, third := begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{}), begun(t, b, workshop.BeginInput{})
	mine = edited(t, b, mine, focus("Shops")).Draft
	refused := func(seen int, e workshop.Edit) {
		t.Helper()
		was := shown(t, b, mine)
		_, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: mine.ID.String(), Seen: seen, Edit: e})
		if now := shown(t, b, mine); throughline.KindOf(err) != throughline.Conflict || now.Revision != was.Revision {
			t.Errorf("%+v after %d: %v", e, seen, err)
		}
	}
	folder := edited(t, b, third, focus("Hospitals")).Draft
	mine = edited(t, b, mine, workshop.Edit{Do: workshop.TakeFolder, Archive: archiveOf(t, folder)}).Draft
	if mine.Beside.Folder == nil {
		t.Fatal("no folder waits")
	}
	seen := mine.Revision
	mine = edited(t, b, mine, focus("Shops and stalls")).Draft
	choose := workshop.Edit{Do: workshop.TakeFolder, Words: []string{"playbook.yaml"}}
	refused(seen, choose)
	refused(0, choose)
	mine = edited(t, b, mine, choose).Draft

	published(t, b, edited(t, b, theirs, focus("Schools")).Draft)
	mine = shown(t, b, mine)
	first := workshop.Edit{Do: workshop.TakeBase, Words: []string{"playbook.yaml"}, Key: mine.Newest}
	refused(mine.Revision-1, first)
	refused(0, first)
	next := begun(t, b, workshop.BeginInput{Version: workshop.Newest})
	published(t, b, edited(t, b, next, focus("Farms")).Draft)
	refused(mine.Revision, first)
	first.Key = shown(t, b, mine).Newest
	if out := edited(t, b, mine, first).Draft; !strings.Contains(string(out.Files["playbook.yaml"]), "Farms") {
		t.Errorf("nothing was taken in: %s", out.Files["playbook.yaml"])
	}
}

func archiveOf(t *testing.T, d workshop.Draft) []byte {
	t.Helper()
	out, err := d.Archive()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAFolderComesBack: a folder that was taken along, changed elsewhere and
// brought back while the draft went on is merged by what was changed since it
// was taken; what both changed waits until somebody chooses, and nothing of
// either is lost meanwhile.
func TestAFolderComesBack(t *testing.T) {
	b := studio(t)
	d := edited(t, b, begun(t, b, workshop.BeginInput{}), focus("Schools")).Draft
	away := begun(t, b, workshop.BeginInput{Archive: archiveOf(t, d)}) // stands for somebody's editor
	away = edited(t, b, away, workshop.Edit{Do: workshop.WriteCharter, Key: "stance", Text: "We ask first", Language: "en"}).Draft
	folder := func() []byte { return remarked(t, d, away) }
	first := edited(t, b, d, workshop.Edit{Do: workshop.WriteCharter, Key: "culture", Text: "Calm", Language: "en"}).Draft
	out := edited(t, b, first, workshop.Edit{Do: workshop.TakeFolder, Archive: folder()}).Draft
	text := string(out.Files["playbook.yaml"])
	if out.Beside.Folder != nil || !strings.Contains(text, "We ask first") || !strings.Contains(text, "Calm") || !strings.Contains(text, "Schools") {
		t.Fatalf("taken in: %s", text)
	}
	away = edited(t, b, away, focus("Hospitals")).Draft
	out = edited(t, b, out, focus("Shops")).Draft
	out = edited(t, b, out, workshop.Edit{Do: workshop.TakeFolder, Archive: folder()}).Draft
	if out.Beside.Folder == nil || !strings.Contains(string(out.Files["playbook.yaml"]), "Shops") {
		t.Fatalf("what both changed was not left to be chosen: %s", out.Files["playbook.yaml"])
	}
	r, err := workshop.ReviewDraft(t.Context(), b, workshop.DraftInput{ID: d.ID.String()})
	if err != nil || len(r.Folder) != 1 || r.Folder[0].Was != "Schools" || r.Folder[0].Mine != "Shops" || r.Folder[0].Theirs != "Hospitals" {
		t.Fatalf("%+v, %v", r.Folder, err)
	}
	out = edited(t, b, out, workshop.Edit{Do: workshop.TakeFolder, Words: []string{r.Folder[0].Key()}}).Draft
	if out.Beside.Folder != nil || !strings.Contains(string(out.Files["playbook.yaml"]), "Hospitals") {
		t.Errorf("chosen: %s", out.Files["playbook.yaml"])
	}
	if _, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: d.ID.String(), Edit: workshop.Edit{Do: workshop.TakeFolder}}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("no folder waits: %v", err)
	}
	if _, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: d.ID.String(), Edit: workshop.Edit{Do: workshop.TakeFolder, Archive: []byte("no zip")}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("no archive: %v", err)
	}
}

// remarked is the folder of another draft with the mark of d, as it is when
// somebody works on what they took along.
func remarked(t *testing.T, d, files workshop.Draft) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	mark := fmt.Sprintf("%s %d\n", d.ID, d.Revision)
	all := map[string][]byte{"ours/.throughline": []byte(mark)}
	for path, text := range files.Files {
		all["ours/"+path] = text
	}
	for path, text := range all {
		w, err := z.Create(path)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
