package team_test

import (
	"context"
	"errors"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// meanwhile is a ledger in which somebody writes to the register right before lines are kept together.
type meanwhile struct {
	store.Ledger
	first func() error
}

func (m meanwhile) AdmitAll(ctx context.Context, ws throughline.Workspace, all []store.Admission) error {
	return errors.Join(m.first(), m.Ledger.AdmitAll(ctx, ws, all))
}

// TestAnotherFactorKey: all second factors are sealed by the new key or none is: not
// where the old key opens one of them no more, nor where somebody changes a user
// meanwhile. The same again seals nothing, and whoever has signed in stays so.
func TestAnotherFactorKey(t *testing.T) {
	ctx, d, o := context.Background(), deskOf(t), team.NewPorter()
	old, fresh, other := member.Key{1}, member.Key{2}, member.Key{3}
	began, err := o.Begin(ctx, d, newcomer("anna"))
	if err != nil {
		t.Fatal(err)
	}
	bela, _, err := o.Add(ctx, d, newcomer("bela"))
	if err != nil {
		t.Fatal(err)
	}
	users := func() []member.User {
		t.Helper()
		all, err := team.Users(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	factors := map[throughline.PersonID]member.Factor{}
	set := func(id throughline.PersonID, k member.Key) {
		t.Helper()
		for _, u := range users() {
			if u.ID != id {
				continue
			}
			f := member.Factor{byte(len(factors) + 1), 9}
			factors[id] = f
			body := member.Body{Factor: u.SealFactor(k, f, [12]byte{byte(len(factors))}), Codes: [][]byte{{1}, {2}}}
			err := d.Ledger.Admit(ctx, d.Workspace, store.Admission{Room: "user", Subject: throughline.ID(id), Kind: member.Factored, At: d.Now().UTC(), Body: body.Encode()})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	opens := func(k member.Key) (n int) {
		t.Helper()
		for _, u := range users() {
			if f, err := u.Factor(k); err == nil {
				if n++; f != factors[u.ID] {
					t.Errorf("%s has another second factor", u.Name)
				}
			}
		}
		return n
	}
	for _, u := range users() {
		set(u.ID, old)
	}
	in := func() bool {
		t.Helper()
		_, ok, err := team.Who(ctx, d, began.Reveal(), false)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	signedIn := in()
	refused := func(why string, d *desk.Desk, old, fresh member.Key, want throughline.Kind) {
		t.Helper()
		if _, err := o.Rekey(ctx, d, old, fresh); throughline.KindOf(err) != want {
			t.Errorf("%s: %v", why, err)
		}
	}
	refused("by a key that opens none", d, other, fresh, throughline.Denied)
	refused("by itself", d, old, old, throughline.Invalid)
	busy := *d
	busy.Ledger = meanwhile{d.Ledger, func() error {
		return d.Ledger.Admit(ctx, d.Workspace, store.Admission{Room: "user", Subject: throughline.ID(bela), Kind: member.Changed, At: d.Now().UTC(), Body: member.Body{Role: member.Manager}.Encode()})
	}}
	refused("while somebody is changed", &busy, old, fresh, throughline.Conflict)
	if a, b := opens(old), opens(fresh); a != 2 || b != 0 {
		t.Fatalf("refused, and %d open by the old key, %d by the new one", a, b)
	}
	before := users()
	if got, err := o.Rekey(ctx, d, old, fresh); err != nil || got != (team.Rekeyed{Sealed: 2}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if a, b := opens(old), opens(fresh); a != 0 || b != 2 {
		t.Errorf("%d open by the old key, %d by the new one", a, b)
	}
	for i, u := range users() {
		if was := before[i]; !u.Factored.Equal(was.Factored) || u.RecoveryLeft() != was.RecoveryLeft() {
			t.Errorf("%s: since %s with %d codes, before since %s with %d", u.Name, u.Factored, u.RecoveryLeft(), was.Factored, was.RecoveryLeft())
		}
	}
	if in() != signedIn {
		t.Error("whoever has signed in is out")
	}
	if got, err := o.Rekey(ctx, d, old, fresh); err != nil || got != (team.Rekeyed{Already: 2}) {
		t.Errorf("again: %+v, %v", got, err)
	}
	set(bela, other)
	refused("where one is of another key", d, fresh, old, throughline.Denied)
	if opens(fresh) != 1 || opens(old) != 0 {
		t.Error("refused, and some are sealed anew")
	}
}
