package workshop_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

var studioDay = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// studio is a bench over an empty ledger, with the playbook that ships. Every
// look at the clock is a second later.
func studio(t testing.TB) *workshop.Bench {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	now := studioDay
	return &workshop.Bench{Desk: desk.Desk{Ledger: memory.New(), Workspace: throughline.DefaultWorkspace, Book: book, Language: "en", Author: throughline.PersonID{1},
		Random: rand.New(rand.NewPCG(1, 1)), Now: func() time.Time { now = now.Add(time.Second); return now }},
		Compile: compile.Playbook, BookFiles: playbooks.Starter(), Shipped: playbooks.Starter()}
}

func begun(t *testing.T, b *workshop.Bench, in workshop.BeginInput) workshop.Draft {
	t.Helper()
	d, err := workshop.BeginDraft(t.Context(), b, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func edited(t *testing.T, b *workshop.Bench, d workshop.Draft, e workshop.Edit) workshop.Edited {
	t.Helper()
	out, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: d.ID.String(), Seen: d.Revision, Edit: e})
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	return out
}

var offers = []howmany.Cell{
	{Offer: "Cold store", Market: "Food makers", Deals: 40, Answers: map[string]int{"repetition": 2, "buyer_knowledge": 2, "risk_understood": 2, "veto_holders": 2, "work_change": 2, "rule_and_decider": 0}},
	{Offer: "Spare parts", Market: "Food makers", Deals: 200, Answers: map[string]int{"repetition": 0, "buyer_knowledge": 0, "risk_understood": 0, "veto_holders": 0, "work_change": 0, "rule_and_decider": 2}},
}

// TestHowManyEndsInADraft: the answer's processes stand in the draft with their
// rules, and it has nothing wrong.
func TestHowManyEndsInADraft(t *testing.T) {
	b := studio(t)
	for name, c := range map[string]struct {
		offers []howmany.Cell
		want   map[string]string // process by offer
	}{
		"two": {offers, map[string]string{"Spare parts": "order", "Cold store": "standard"}},
		"one": {offers[:1], map[string]string{"Cold store": "standard"}},
		"a public one": {append([]howmany.Cell{{Offer: "Ward cooling", Market: "Hospitals", Deals: 90, Public: true}}, offers...),
			map[string]string{"Spare parts": "order", "Cold store": "standard", "Ward cooling": "tender"}},
		"orders alone": {offers[1:], map[string]string{"Spare parts": "order"}},
	} {
		d := begun(t, b, workshop.BeginInput{Name: "Nordfrost", Offers: c.offers})
		if d.Book == nil || d.Found.Bad() { // hints may stay: nothing of it is the company's own yet
			t.Errorf("%s: %v", name, d.Found)
			continue
		}
		if d.Name != "Nordfrost" || len(d.Book.Processes) != len(c.want) {
			t.Errorf("%s: %q with %d processes", name, d.Name, len(d.Book.Processes))
		}
		for offer, want := range c.want {
			if pr, why := d.Book.Choose(map[string]string{"offer": offer}); pr.ID != want {
				t.Errorf("%s: %s goes to %s (%s), want %s", name, offer, pr.ID, why, want)
			}
		}
	}
}

// TestEveryBeginning gives a draft without an error.
func TestEveryBeginning(t *testing.T) {
	b := studio(t)
	list, err := workshop.ListPresets(t.Context(), b)
	if err != nil || len(list.Presets) < 10 {
		t.Fatalf("%v, %v", list, err)
	}
	ins := []workshop.BeginInput{{}, {Version: workshop.Newest}}
	for _, p := range list.Presets {
		ins = append(ins, workshop.BeginInput{Preset: p.ID, Name: "冷库"})
	}
	for _, in := range ins {
		if d := begun(t, b, in); d.Book == nil || d.Found.Errors() {
			t.Errorf("%+v: %v", in, d.Found)
		} else if in.Preset != "" && d.Found.Bad() {
			t.Errorf("%s: %v", in.Preset, d.Found)
		}
	}
	for preset, c := range map[string]struct{ purchase, process string }{"us-federal": {"order", "order"}, "industrial-products": {"order", "order"}, "land-and-expand": {"land", "land"}} {
		d := begun(t, b, workshop.BeginInput{Preset: preset})
		small, _ := d.Book.Choose(map[string]string{"purchase": c.purchase})
		large, _ := d.Book.Choose(nil)
		if len(d.Book.Processes) != 2 || small.ID != c.process || large.ID != "standard" {
			t.Errorf("%s: %s, %s", preset, small.ID, large.ID)
		}
		for _, pr := range d.Book.Processes {
			for _, m := range pr.Milestones {
				if m.Name.Text["zh"] == "" || m.Short.Text["zh"] == "" {
					t.Errorf("%s: %s has no Chinese", preset, m.Addr)
				}
			}
		}
	}
	first := begun(t, b, workshop.BeginInput{})
	archive, err := first.Archive()
	if err != nil {
		t.Fatal(err)
	}
	if again := begun(t, b, workshop.BeginInput{Archive: archive}); again.Book.Hash != first.Book.Hash {
		t.Error("what was taken along and brought back says something else")
	}
	found := begun(t, b, workshop.BeginInput{Found: []workshop.FoundRule{{Name: "Region is north", When: `region == "north"`, Knows: []string{"region"}}, {Name: "北方", When: `seats > 10.0 && region == "north"`, Knows: []string{"seats=number", "region"}}}})
	if pr, _ := found.Book.Choose(map[string]string{"region": "north"}); len(found.Book.Processes) != 3 || pr.ID != "region-is-north" || found.Found.Errors() {
		t.Errorf("groups of a history: %v", found.Found)
	}
	demo := *b
	demo.BookFiles = playbooks.Demo()
	if same := begun(t, &demo, workshop.BeginInput{Found: []workshop.FoundRule{{Name: "Orders", When: `purchase in ["card", "order"]`, Knows: []string{"purchase"}}}}); len(same.Book.Processes) != 2 {
		t.Errorf("a rule that a process has already made another: %d", len(same.Book.Processes))
	}
	for _, in := range []workshop.BeginInput{{Archive: []byte("PK")}, {Version: "none"}, {Preset: "none"}} {
		if _, err := workshop.BeginDraft(t.Context(), b, in); err == nil || throughline.KindOf(err) == throughline.Internal {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

// TestTwoInOneDraft: what two people write in different places is both kept;
// where it is the same place the first stands, and the other is kept beside.
func TestTwoInOneDraft(t *testing.T) {
	b := studio(t)
	d := begun(t, b, workshop.BeginInput{})
	ann, ben := *b, *b
	ann.Author, ben.Author = throughline.PersonID{7}, throughline.PersonID{8}
	word := func(id, text string) workshop.Edit {
		return workshop.Edit{Do: workshop.WriteMilestone, Process: "standard", Milestone: id, Text: text, Language: "en"}
	}
	edited(t, &ann, d, word("problem-owned", "The sponsor named Ann's owner."))
	other := edited(t, &ben, d, word("risks-owned", "The steering group gave each risk an owner."))
	if other.Meanwhile != 1 || other.By != ann.Author || other.Beside {
		t.Errorf("%+v", other)
	}
	same := edited(t, &ben, d, word("problem-owned", "The sponsor named Ben's owner."))
	text := string(same.Draft.Files["process/standard.yaml"])
	if !same.Beside || len(same.Draft.Beside.Proposals) != 1 || !strings.Contains(text, "Ann's owner") || !strings.Contains(text, "gave each risk an owner") {
		t.Errorf("%+v", same)
	}
	taken := edited(t, &ben, same.Draft, workshop.Edit{Do: workshop.TakeProposal, Key: same.Draft.Beside.Proposals[0].ID})
	if text := string(taken.Draft.Files["process/standard.yaml"]); !strings.Contains(text, "Ben's owner") || len(taken.Draft.Beside.Proposals) != 0 {
		t.Errorf("%+v", taken.Draft.Beside)
	}
	back := edited(t, &ben, taken.Draft, workshop.Edit{Do: workshop.Undo})
	if text := string(back.Draft.Files["process/standard.yaml"]); !strings.Contains(text, "Ann's owner") || len(back.Draft.Beside.Proposals) != 1 {
		t.Error("the last change was not taken back")
	}
	for range 2 { // that words were kept beside is no change to be taken back
		back = edited(t, &ben, back.Draft, workshop.Edit{Do: workshop.Undo})
	}
	if text := string(back.Draft.Files["process/standard.yaml"]); text != string(d.Files["process/standard.yaml"]) || len(back.Draft.Beside.Proposals) != 1 {
		t.Error("all changes taken back is not the beginning, with the words that stand beside")
	}
	if _, err := workshop.EditDraft(t.Context(), &ben, workshop.EditInput{ID: d.ID.String(), Edit: workshop.Edit{Do: workshop.Undo}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("there was nothing to take back: %v", err)
	}
}

// TestPublishTakeInAndBack: a draft whose base is no longer in force is not
// published over it; what was published is taken in, and an older version can
// be brought back.
func TestPublishTakeInAndBack(t *testing.T) {
	b := studio(t)
	publish := func(d workshop.Draft) (workshop.Publication, error) {
		out, err := workshop.PublishDraft(t.Context(), b, workshop.PublishDraftInput{ID: d.ID.String(), Seen: d.Revision})
		if err == nil {
			if b.Versions, err = workshop.LoadVersions(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			b.Book = b.Versions[len(b.Versions)-1].Book
		}
		return out, err
	}
	one, two := begun(t, b, workshop.BeginInput{Name: "One"}), begun(t, b, workshop.BeginInput{Name: "One"})
	one = edited(t, b, one, workshop.Edit{Do: workshop.WriteCharter, Key: "focus", Text: "Cold stores"}).Draft
	first, err := publish(one)
	if err != nil || !first.Published {
		t.Fatal(first, err)
	}
	two = edited(t, b, two, workshop.Edit{Do: workshop.DropMilestone, Process: "standard", Milestone: "risks-owned"}).Draft
	if _, err := publish(two); throughline.KindOf(err) != throughline.Conflict {
		t.Fatalf("published over what somebody else published: %v", err)
	}
	r, err := workshop.ReviewDraft(t.Context(), b, workshop.DraftInput{ID: two.ID.String()})
	if err != nil || !r.Draft.Outdone() {
		t.Fatal(r.Both, err)
	}
	two = edited(t, b, two, workshop.Edit{Do: workshop.TakeBase, Words: []string{"playbook.yaml"}}).Draft
	if two.Outdone() || !strings.Contains(string(two.Files["playbook.yaml"]), "Cold stores") || strings.Contains(string(two.Files["process/standard.yaml"]), "risks-owned") {
		t.Errorf("taken in: %s", two.Files["playbook.yaml"])
	}
	second, err := publish(two)
	if err != nil || !second.Published || second.Hash == first.Hash {
		t.Fatal(second, err)
	}
	back := begun(t, b, workshop.BeginInput{Version: first.Hash})
	third, err := publish(back)
	if err != nil || !third.Published || third.Known || b.Book.Hash != first.Hash+"-2" || len(b.Book.Processes[0].Milestones) != 12 {
		t.Fatalf("brought back: %+v, %v; %s is in force", third, err, b.Book.Hash)
	}
	late, err := workshop.EditDraft(t.Context(), b, workshop.EditInput{ID: back.ID.String(), Edit: workshop.Edit{Do: workshop.WriteCharter, Key: "focus", Text: "Shops"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := workshop.PublishDraft(t.Context(), b, workshop.PublishDraftInput{ID: back.ID.String(), Seen: late.Draft.Revision - 1}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("published what nobody had looked at: %v", err)
	}
}

// TestDryRun: a milestone that deals could tick is counted by that, a new one by
// the answers to the question it serves, and only on the process that takes the deal.
func TestDryRun(t *testing.T) {
	b := studio(t)
	var batch store.Batch
	add := func(id throughline.DealID, day int, body deal.Body) {
		at := studioDay.AddDate(0, 0, day-100)
		batch.Facts = append(batch.Facts, deal.Fact{ID: throughline.FactID(b.NewID()), Deal: id, Happened: at, Learned: at, Recorded: at, Grade: throughline.E3, Body: body,
			Source: deal.Source{System: "test", Record: "x"}})
	}
	met := throughline.Address("process/standard/milestone/problem-owned")
	for n := range 6 {
		id := throughline.DealID(b.NewID())
		add(id, 0, deal.Opened{Title: "A deal", Attributes: map[string]string{"purchase": "first"}})
		if n < 3 {
			add(id, 10, deal.MilestoneMet{Milestone: met})
		}
		end := throughline.Won
		if n >= 4 {
			end = throughline.NoDecision
		}
		add(id, 40+n, deal.Ended{Outcome: end, Cause: throughline.CauseUnknown})
	}
	add(throughline.DealID(b.NewID()), 0, deal.Opened{Title: "An order", Attributes: map[string]string{"purchase": "order"}})
	if _, err := b.Ledger.Append(t.Context(), b.Workspace, batch); err != nil {
		t.Fatal(err)
	}
	two := begun(t, b, workshop.BeginInput{Preset: "industrial-products"})
	if r, err := workshop.ReviewDraft(t.Context(), b, workshop.DraftInput{ID: two.ID.String()}); err != nil || len(r.Affected) != 2 || r.Affected[0].Process != "process/order" ||
		r.Affected[0].Now != 0 || r.Affected[0].Then != 1 || r.Affected[1].Now != 1 || r.Dry[0].Deals != 0 || r.Dry[1].Deals != 6 {
		t.Errorf("with a process for orders: %+v %+v, %v", r.Affected, r.Dry, err)
	}
	d := begun(t, b, workshop.BeginInput{})
	added := edited(t, b, d, workshop.Edit{Do: workshop.AddMilestone, Process: "standard", Stage: "own", Text: "The finance director set money aside.", Serves: "p2", Language: "en"})
	r, err := workshop.ReviewDraft(t.Context(), b, workshop.DraftInput{ID: d.ID.String()})
	if err != nil || r.Won != 4 || r.Quiet != 2 || len(r.Dry) != 1 {
		t.Fatalf("%+v %v", r.Dry, err)
	}
	for _, m := range r.Dry[0].Milestones {
		switch {
		case m.Milestone == met && (m.Won != 3 || m.Of != 4 || m.Other != 0 || m.OfOther != 2 || m.ByAnswer),
			m.Milestone == added.Added && (!m.ByAnswer || m.Of != 4):
			t.Errorf("%+v", m)
		}
	}
}

// FuzzArchive: whatever an archive holds, a draft of it is begun or refused, and
// what was begun can be taken along and brought back.
func FuzzArchive(f *testing.F) {
	d, err := workshop.BeginDraft(f.Context(), studio(f), workshop.BeginInput{})
	if err != nil {
		f.Fatal(err)
	}
	archive, err := d.Archive()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(archive)
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, archive []byte) {
		b := studio(t)
		d, err := workshop.BeginDraft(t.Context(), b, workshop.BeginInput{Archive: archive})
		if err != nil {
			return
		}
		again, err := d.Archive()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := workshop.BeginDraft(t.Context(), b, workshop.BeginInput{Archive: again}); err != nil && len(archive) > 0 {
			t.Fatalf("what was taken along cannot be brought back: %v", err)
		}
	})
}
