package team_test

import (
	"context"
	"sync"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// TestOneOfTwoSaysWhoSeesACustomer: of several who have read the same, at once or one
// after the other, one sets it, and the others are told; what is so already writes nothing.
func TestOneOfTwoSaysWhoSeesACustomer(t *testing.T) {
	ctx, d, id := t.Context(), deskOf(t), throughline.AccountID{7}
	both := &met{Ledger: d.Ledger}
	both.in.Add(2)
	d.Ledger = both
	errs := make([]error, 2)
	var out sync.WaitGroup
	for i, word := range []string{member.SeenClose, member.SeenClose} {
		out.Go(func() {
			own := *d
			_, errs[i] = team.SetSeen(ctx, &own, id, team.Wanted{Word: word, Next: 1})
		})
	}
	out.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || throughline.KindOf(errs[0]) != throughline.Conflict && throughline.KindOf(errs[1]) != throughline.Conflict {
		t.Fatalf("of two at once: %v, %v", errs[0], errs[1])
	}
	d.Ledger = both.Ledger
	for _, c := range []struct {
		want  team.Wanted
		wrote bool
		kind  throughline.Kind
	}{
		{team.Wanted{Word: member.SeenClose, Next: 2}, false, ""},
		{team.Wanted{Word: member.SeenClose}, false, ""},
		{team.Wanted{Word: member.SeenUsual, Next: 1}, false, throughline.Conflict},
		{team.Wanted{Word: member.SeenUsual, Next: 3}, false, throughline.Conflict},
		{team.Wanted{Word: member.SeenUsual, Next: 2}, true, ""},
		{team.Wanted{Word: member.SeenUsual}, false, ""},
		{team.Wanted{Word: member.SeenClose}, true, ""},
	} {
		wrote, err := team.SetSeen(ctx, d, id, c.want)
		if wrote != c.wrote || (err != nil) != (c.kind != "") || err != nil && throughline.KindOf(err) != c.kind {
			t.Errorf("%+v: wrote %v, %v", c.want, wrote, err)
		}
	}
	if x, err := team.SeenOf(ctx, d, id); err != nil || x.N != 3 || x.Word != member.SeenClose {
		t.Errorf("%+v, %v", x, err)
	}
}

// met is a ledger to which two come to write at once: each has read before the other writes.
type met struct {
	store.Ledger
	in sync.WaitGroup
}

func (m *met) Admit(ctx context.Context, ws throughline.Workspace, e store.Admission) error {
	m.in.Done()
	m.in.Wait()
	return m.Ledger.Admit(ctx, ws, e)
}
