package operation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/workshop"
)

func seeingOwn(d *operation.Desk, who throughline.PersonID) *operation.Desk {
	own := *d
	own.Author = who
	own.Seeing = func(context.Context) (desk.Sight, error) { return desk.Only([]throughline.PersonID{who}), nil }
	return &own
}

// TestWhatIsWrittenReachesWhatIsNotSeen: who sees a part of the deals writes to the
// others what has to stand in both, or in none, and is told nothing of them; what
// is worked out for them stays theirs.
func TestWhatIsWrittenReachesWhatIsNotSeen(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Logs = &learning.Logs{}
	bo, cara := throughline.PersonID{'b'}, throughline.PersonID{'c'}
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: bo, Recorded: now, Ours: true, Name: "Bo Bond"}, {ID: cara, Recorded: now, Ours: true, Name: "Cara Card"}}})
	db, dc, dd := seat.Ward(t, d), seat.Ward(t, d), seat.Ward(t, d)
	now = now.Add(time.Minute)
	own := func(id string, who throughline.PersonID) {
		seat.Run[recording.Recorded](t, d, operation.RecordOwner, &recording.OwnerInput{Writing: recording.Writing{ID: id}, Owner: who.String()})
	}
	own(db, bo)
	own(dc, cara)
	own(dd, cara)
	now = now.Add(time.Minute)
	c := seeingOwn(d, cara)
	// 1: learning cache
	seat.Run[workshop.Weighed](t, c, operation.WeighPlaybook, &desk.Nothing{})
	m, err := operation.MineOverview.Run(t.Context(), d, operation.MineOverview.NewInput())
	if o := m.(learning.Overview); err != nil || o.Cases != 3 {
		t.Errorf("after a seller looked at the playbook there are %d deals to learn from: %v", o.Cases, err)
	}
	// 2: If-Match after an undo
	n := seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: dd}, Text: "x"}).Facts[0]
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: dd}, Facts: []string{n.String()}})
	p := seat.Shown(t, d, dd)
	h := *d
	h.If = &operation.Unchanged{Deal: dd, Facts: []int{p.Kept}}
	_, err = operation.RecordNote.Run(t.Context(), &h, &recording.NoteInput{Writing: recording.Writing{ID: dd}, Text: "y"})
	if err != nil {
		t.Errorf("after an undo the version that was read is none: %v", err)
	}
	// 3: handing over by name
	now = now.Add(time.Minute)
	_, err = operation.RecordOwner.Run(t.Context(), c, &recording.OwnerInput{Writing: recording.Writing{ID: dc}, Owner: "Bo Bond"})
	if owner := seat.Shown(t, d, dc).Deal.Owner.Value; err != nil || owner != bo {
		t.Errorf("handed over by name to %v: %v", owner, err)
	}
	// 4: unmerge where the other is not seen
	own(dc, cara)
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: dd}, Text: "of dd"})
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: db}, Other: dd})
	now = now.Add(time.Minute)
	now = now.Add(time.Minute)
	_, err = operation.RecordUnmerge.Run(t.Context(), c, &recording.UnmergeInput{Writing: recording.Writing{ID: dd}})
	notes := func(id string) (out []string) {
		for _, f := range seat.Shown(t, d, id).Deal.OfKind(deal.KindNoted) {
			out = append(out, f.Body.(deal.Noted).Text)
		}
		return
	}
	if here, there := notes(dd), notes(db); err != nil || len(there) != 0 || len(here) == 0 {
		t.Errorf("taken apart by who sees one of the two: %v; here %q, there %q", err, here, there)
	}

	// 5: revoke: a deal with a link of its own, taken into one of another's
	now = now.Add(time.Minute)
	x, y := seat.Ward(t, d), seat.Ward(t, d)
	own(x, bo)
	own(y, cara)
	link := seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: x}})
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: y}, Other: x})
	now = now.Add(time.Minute)
	all := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: y})
	some := seat.Run[sharing.PlanPage](t, c, operation.ShowPlan, &sharing.PlanInput{ID: y})
	seat.Run[sharing.PlanLinked](t, c, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: y}})
	now = now.Add(time.Minute)
	rev := seat.Run[sharing.PlanPage](t, c, operation.RevokePlan, &sharing.PlanInput{ID: y})
	after := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: y})
	if len(some.Links) != len(all.Links) || link.Path == "" || rev.Shared || after.Shared {
		t.Errorf("%d links of %d are shown; taken back, one stands: %v, %v", len(some.Links), len(all.Links), rev.Shared, after.Shared)
	}
	// 6: If-Match on a private note
	h = *d
	h.Author = cara
	h.If = &operation.Unchanged{Deal: y, Facts: []int{1}}
	_, err = operation.WritePrivate.Run(t.Context(), &h, &recording.PrivateInput{ID: y, Text: "mine"})
	if !errors.Is(err, operation.ErrChanged) {
		t.Errorf("a private note on a version long gone: %v", err)
	}
	// 7: initiative: taken back by who sees one, told again by who sees both
	now = now.Add(time.Minute)
	p1 := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "One", Account: "Hafen"}).Deal.String()
	p2 := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Two", Account: "Hafen"}).Deal.String()
	own(p1, cara)
	own(p2, bo)
	seat.Run[recording.Recorded](t, d, operation.RecordInitiative, &recording.InitiativeInput{Writing: recording.Writing{ID: p1}, Name: "Quay"})
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordInitiative, &recording.InitiativeInput{Writing: recording.Writing{ID: p2}, Join: "Quay"})
	now = now.Add(time.Minute)
	buy := seat.Run[recording.Recorded](t, d, operation.RecordPurchase, &recording.PurchaseInput{Writing: recording.Writing{ID: p1}, What: "cranes"}).Facts[0]
	now = now.Add(time.Minute)
	buys := func(id string) (n int) {
		for _, f := range seat.Shown(t, d, id).Deal.Known {
			if _, is := f.Body.(deal.PurchaseStated); is {
				n++
			}
		}
		return
	}
	if buys(p1) != 1 || buys(p2) != 1 {
		t.Fatal("a purchase is not told in both deals")
	}
	seat.Run[recording.Recorded](t, c, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: p1}, Facts: []string{buy.String()}})
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordInitiative, &recording.InitiativeInput{Writing: recording.Writing{ID: p2}, Outcome: "more"})
	if buys(p1) != 0 || buys(p2) != 0 {
		t.Errorf("taken back by who sees one, the purchase stands %d and %d times", buys(p1), buys(p2))
	}
}
