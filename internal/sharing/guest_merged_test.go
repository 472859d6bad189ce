package sharing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
)

// stepsOf gives the words of the steps on a deal.
func stepsOf(t testing.TB, d *operation.Desk, id string) string {
	t.Helper()
	var all []string
	for _, s := range seat.Shown(t, d, id).Stated {
		all = append(all, s.Text+" "+string(s.State))
	}
	return strings.Join(all, "; ")
}

// TestLinksFollowAMergedDeal: the link of a deal that was taken into another
// opens that one, and what is written by it stands there; taking the merging
// back gives the link back, with what was written by it.
func TestLinksFollowAMergedDeal(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	w := recording.Writing{ID: gone}
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Board approves the budget", Source: "message"})
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: recording.Writing{ID: stays}, Text: "Visit a ward that uses it", Source: "message"})
	token := tokenOf(t, d, gone)
	own := tokenOf(t, d, stays)
	old := pageOf(t, d, token).Plan.Steps[0].Ref
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})

	g := guest(t, d, token)
	if _, err := g.Step(t.Context(), sharing.GuestStep{Text: "Ask the works council"}); err != nil {
		t.Fatal(err)
	}
	ref := map[string]string{}
	for _, s := range pageOf(t, d, token).Plan.Steps {
		ref[s.Text] = s.Ref
	}
	if ref["Board approves the budget"] == "" || ref["Visit a ward that uses it"] == "" || ref["Ask the works council"] == "" {
		t.Fatalf("the link of the deal that was taken in shows %v", ref)
	}
	if _, err := g.Step(t.Context(), sharing.GuestStep{Ref: old, Text: "x"}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("a step by its name of before: %v", err)
	}
	for _, text := range []string{"Board approves the budget", "Ask the works council", "Visit a ward that uses it"} {
		if _, err := g.Step(t.Context(), sharing.GuestStep{Ref: ref[text], State: throughline.StepDone}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(stepsOf(t, d, stays), text+" done") {
			t.Errorf("%q was ticked, and the deal that stays has %s", text, stepsOf(t, d, stays))
		}
	}
	if strings.Contains(stepsOf(t, d, gone), "works council") {
		t.Error("what was written went to the deal that was taken in")
	}
	if page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: stays}); len(page.Links) != 2 || !page.Shared {
		t.Errorf("the deal that stays tells of %d links", len(page.Links))
	}

	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: w})
	if got := stepsOf(t, d, gone); !strings.Contains(got, "Board approves the budget done") || !strings.Contains(got, "works council done") || strings.Contains(got, "Visit") {
		t.Errorf("apart again, the deal has %s", got)
	}
	if got := stepsOf(t, d, stays); strings.Contains(got, "council") || strings.Contains(got, "Board") || !strings.Contains(got, "Visit a ward that uses it done") {
		t.Errorf("apart again, the one that stayed has %s", got)
	}
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if strings.HasPrefix(s.Text, "Visit") {
			t.Error("apart again, the link still opens the other deal")
		}
	}
	// merged anew, taking back every link of the one that stays closes both
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	if !strings.Contains(stepsOf(t, d, stays), "works council done") {
		t.Errorf("merged again, it has %s", stepsOf(t, d, stays))
	}
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: stays})
	for _, token := range []string{token, own} {
		if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), token); throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("taken back, and it opens: %v", err)
		}
	}
}

// TestALinkReachesNoOtherCustomer: where the deal that stays is of another
// customer, the link of the one that was taken in opens nothing, as if it had
// never been; set right or taken apart, it opens again.
func TestALinkReachesNoOtherCustomer(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone := seat.Ward(t, d)
	stays := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "The other", Account: "Larkholm"}).Deal.String()
	token := tokenOf(t, d, gone)
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), token); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("the link reaches another customer's deal: %v", err)
	}
	if page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: stays}); len(page.Links) != 0 {
		t.Errorf("%d links are told of the other customer's deal", len(page.Links))
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: gone}})
	if len(pageOf(t, d, token).Plan.Steps) == 0 {
		t.Error("taken apart, the link opens an empty plan")
	}
}

// TestAStepTakenBackOnTheOtherStaysSo: what the customer opened again by their
// link while the other deal told both is open on their own deal, too, once they
// are apart.
func TestAStepTakenBackOnTheOtherStaysSo(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	token := tokenOf(t, d, gone)
	tick := func(text string, to throughline.StepState) {
		t.Helper()
		for _, s := range pageOf(t, d, token).Plan.Steps {
			if s.Text == text {
				if _, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Ref: s.Ref, State: to}); err != nil {
					t.Fatal(err)
				}
				return
			}
		}
		t.Fatalf("the plan has no step %q", text)
	}
	_, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Ask the works council"})
	fine(t, err)
	paper := ""
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if strings.HasPrefix(s.Text, "Set the supplier up") {
			paper = s.Text
		}
	}
	tick("Ask the works council", throughline.StepDone)
	tick(paper, throughline.StepDone)
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	tick("Ask the works council", throughline.StepNotBegun)
	tick(paper, throughline.StepBegun)
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: gone}})
	if got := stepsOf(t, d, gone); !strings.Contains(got, "works council not_begun") || !strings.Contains(got, paper+" begun") {
		t.Errorf("apart again, the deal has %s", got)
	}
	if k6 := seat.Shown(t, d, gone).Deal.Steps["contracting/k6"].Value; k6.State != throughline.StepBegun {
		t.Errorf("apart again, the step of the track stands as %+v", k6)
	}
	for _, m := range seat.Shown(t, d, gone).Deal.OfKind(deal.KindStepMoved) {
		if m.Body.(deal.StepMoved).State == throughline.StepDone {
			t.Error("that the step of the track was done counts again")
		}
	}
}

// TestWhatCameByAPlanOfAnotherGoesAlong: of three deals that became one, what is
// written by the first one's link stands on the last, and goes back step by step.
func TestWhatCameByAPlanOfAnotherGoesAlong(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	a, b, c := seat.Ward(t, d), seat.Ward(t, d), seat.Ward(t, d)
	token := tokenOf(t, d, a)
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: b}, Other: a})
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: c}, Other: b})
	_, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Ask the works council"})
	fine(t, err)
	if !strings.Contains(stepsOf(t, d, c), "works council") {
		t.Fatalf("the last one has %s", stepsOf(t, d, c))
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: b}})
	if !strings.Contains(stepsOf(t, d, b), "works council") || strings.Contains(stepsOf(t, d, c), "works council") {
		t.Errorf("one step back, b has %q, c has %q", stepsOf(t, d, b), stepsOf(t, d, c))
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: a}})
	if !strings.Contains(stepsOf(t, d, a), "works council") || strings.Contains(stepsOf(t, d, b), "works council") {
		t.Errorf("apart again, a has %q, b has %q", stepsOf(t, d, a), stepsOf(t, d, b))
	}
}

// TestTakingBackClosesAllThatOpens: whatever opens a deal is taken back with its
// links, however many deals it took in and however deep.
func TestTakingBackClosesAllThatOpens(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	merge := func(into, other string) {
		seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: into}, Other: other})
	}
	closes := func(stays string, tokens []string) {
		t.Helper()
		opens := func() (n int) {
			for _, token := range tokens {
				if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), token); err == nil {
					n++
				}
			}
			return n
		}
		page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: stays})
		if n := opens(); n != len(tokens) || len(page.Links) != n {
			t.Errorf("%d of %d links open the one deal, and it tells of %d", n, len(tokens), len(page.Links))
		}
		seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: stays})
		if n := opens(); n != 0 {
			t.Errorf("all taken back, and %d links open", n)
		}
	}
	wide := seat.Ward(t, d)
	tokens := []string{tokenOf(t, d, wide)}
	for range 24 { // side by side
		other := seat.Ward(t, d)
		tokens = append(tokens, tokenOf(t, d, other))
		merge(wide, other)
	}
	closes(wide, tokens)
	deep := seat.Ward(t, d)
	tokens = []string{tokenOf(t, d, deep)}
	for range 22 { // one behind the other
		next := seat.Ward(t, d)
		merge(next, deep)
		deep = next
	}
	closes(deep, append(tokens, tokenOf(t, d, deep)))
}

// TestTakingBackGoesByWhatOpens: where a ledger says of two deals that one tells
// the other, and the other does not say so any more, the links that open it are
// told there and taken back all the same; where the one that was taken in says it
// is its own again, its links are its own.
func TestTakingBackGoesByWhatOpens(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	half := func(of, as string) (gone, stays, token string) { // as an older build could leave them
		gone, stays = seat.Ward(t, d), seat.Ward(t, d)
		token = tokenOf(t, d, gone)
		seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
		at := map[string]string{"gone": gone, "stays": stays}[of]
		for _, f := range seat.Shown(t, d, at).Deal.OfKind(deal.KindLinked) {
			if f.Body.(deal.Linked).As == as {
				back := f
				back.ID, back.Body = throughline.FactID(d.NewID()), deal.Correction{Of: f.ID}
				seat.Keep(t, d, store.Batch{Facts: []deal.Fact{back}})
			}
		}
		return gone, stays, token
	}
	opens := func(token string) bool {
		_, err := sharing.OpenPlan(t.Context(), d.Sharing(), token)
		return err == nil
	}
	_, stays, token := half("stays", deal.TookIn)
	if page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: stays}); !opens(token) || len(page.Links) != 1 || !page.Shared {
		t.Errorf("a link that opens it: %t, and it tells of %d", opens(token), len(page.Links))
	}
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: stays})
	if opens(token) {
		t.Error("taken back, and it opens")
	}
	gone, stays, token := half("gone", deal.MergedInto)
	for id, want := range map[string]int{gone: 1, stays: 0} {
		if page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: id}); len(page.Links) != want || !opens(token) {
			t.Errorf("a deal tells of %d links, want %d", len(page.Links), want)
		}
	}
}

// TestACodeOpensWhicheverPlanIsMeant: of two deals that became one both plans have
// links that are bound to one domain, and a code that we pass on opens either.
func TestACodeOpensWhicheverPlanIsMeant(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	var tokens []string
	for _, id := range []string{gone, stays} {
		made := seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: id}, Domain: "montrevel.example"})
		tokens = append(tokens, strings.TrimPrefix(made.Path, sharing.PlanPath))
	}
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	code := seat.Run[sharing.PlanCode](t, d, operation.PassCode, &sharing.CodeInput{ID: stays, Address: "m.chen@montrevel.example"}).Code
	for _, token := range tokens {
		_, step, err := sharing.EnterPlan(t.Context(), d.Sharing(), token, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := step.Prove(t.Context(), "m.chen@montrevel.example", code); err != nil {
			t.Errorf("the code does not open: %v", err)
		}
	}
}

// TestMergingLocksNobodyOut: however much was written by the plan of a deal that is
// taken in, what was written before today leaves today's writing open; what was
// written today counts on the deal that stays, too.
func TestMergingLocksNobodyOut(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	gone, stays := seat.Ward(t, d), seat.Ward(t, d)
	token := tokenOf(t, d, gone)
	of := seat.Shown(t, d, gone).Deal.Deal
	much := func() {
		all := make([]deal.Fact, 500)
		for i := range all {
			at := throughline.Dated(now, d.Days())
			all[i] = deal.Fact{ID: throughline.FactID(d.NewID()), Deal: of, Happened: at, Learned: at, Recorded: now,
				Source: deal.Source{System: recording.FromPlan, Record: "x"}, Grade: throughline.E3, Turn: int32(i),
				Body: deal.Commented{By: deal.Customer, Text: "What of the night shift?"}}
		}
		seat.Keep(t, d, store.Batch{Facts: all})
	}
	asks := func() error {
		_, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Ask the works council, " + now.String()})
		return err
	}
	merge := func() {
		seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: stays}, Other: gone})
	}
	much()
	now = now.Add(48 * time.Hour)
	fine(t, asks())
	merge()
	if err := asks(); err != nil {
		t.Errorf("merged, nothing can be written on the plan: %v", err)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: gone}})
	much()
	merge()
	if err := asks(); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("after 500 facts of today one more: %v", err)
	}
}
