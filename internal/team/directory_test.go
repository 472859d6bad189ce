package team_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// broken is a ledger whose register may fail at a line, as one whose process dies there.
type broken struct {
	store.Ledger
	at    func(store.Admission) bool // the line that is not written, nor is any after it
	after func(store.Admission)      // called when a line was written; may be nil
	dead  *bool
}

func (b broken) Admit(ctx context.Context, ws throughline.Workspace, e store.Admission) error {
	if *b.dead = *b.dead || b.at(e); *b.dead {
		return errors.New("the process died")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := b.Ledger.Admit(ctx, ws, e)
	if b.after != nil {
		b.after(e)
	}
	return err
}

func breaking(d *desk.Desk, room, kind string) *desk.Desk {
	own := *d
	own.Ledger = broken{Ledger: d.Ledger, at: func(e store.Admission) bool { return e.Room == room && e.Kind == kind }, dead: new(bool)}
	return &own
}

// begun is a desk with an admin, Anna, and a porter by whose rules a directory's groups
// give roles.
func begun(t *testing.T) (*desk.Desk, *team.Porter) {
	d, o := deskOf(t), team.NewPorter()
	o.Rules = member.Rules{Groups: map[string]member.Role{"sales": member.Seller, "it": member.Admin, "ext-it": member.Admin}, Teams: map[string]string{"sales": "North"}}
	if _, err := o.Begin(t.Context(), d, newcomer("anna")); err != nil {
		t.Fatal(err)
	}
	return d, o
}

func entryOf(name, external string) member.Entry {
	return member.Entry{UserName: name + "@example.com", External: external, Display: name}
}

func enlist(t *testing.T, d *desk.Desk, o *team.Porter, name, external string) throughline.PersonID {
	t.Helper()
	id, err := o.Enlist(t.Context(), d, entryOf(name, external), true)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func group(t *testing.T, d *desk.Desk, o *team.Porter, name string, members ...throughline.PersonID) throughline.ID {
	t.Helper()
	id, err := o.MakeGroup(t.Context(), d, team.Group{Name: name, Members: members})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// to makes a group have such members.
func to(members ...throughline.PersonID) func(member.Team) (team.Group, error) {
	return func(t member.Team) (team.Group, error) {
		return team.Group{Name: t.Name, External: t.External, Members: members}, nil
	}
}

func userOf(t *testing.T, d *desk.Desk, id throughline.PersonID) member.User {
	t.Helper()
	all, err := team.Users(t.Context(), d)
	at := slices.IndexFunc(all, func(u member.User) bool { return u.ID == id })
	if err != nil || at < 0 {
		t.Fatal(id, err)
	}
	return all[at]
}

// kinds gives the lines about a subject.
func kinds(t *testing.T, d *desk.Desk, room string, subject throughline.ID) (out []string) {
	t.Helper()
	all, err := d.Ledger.Admissions(t.Context(), d.Workspace, room, subject)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		out = append(out, a.Kind)
	}
	return out
}

// TestWhatBrokeOffIsMadeGood: a process that dies between the lines of a change leaves it to
// whoever asks again, who finds nothing left to change; who gives up asking breaks nothing off.
func TestWhatBrokeOffIsMadeGood(t *testing.T) {
	d, o := begun(t)
	bo := enlist(t, d, o, "bo", "1")
	sales := group(t, d, o, "sales", bo)
	if u := userOf(t, d, bo); !u.Here() {
		t.Fatalf("%+v", u)
	}
	if err := o.ChangeGroup(t.Context(), breaking(d, store.UserRoom, member.Left), sales, to()); err == nil {
		t.Fatal("nothing broke")
	}
	if g, err := team.FindGroup(t.Context(), d, sales); err != nil || len(g.Members) > 0 {
		t.Fatal(g, err)
	}
	if err := o.ChangeGroup(t.Context(), d, sales, to()); err != nil {
		t.Fatal(err)
	}
	if u := userOf(t, d, bo); u.Here() {
		t.Error("out of the group, asked again, and here")
	}

	if err := o.ChangeGroup(t.Context(), d, sales, to(bo)); err != nil {
		t.Fatal(err)
	}
	if err := o.DropGroup(t.Context(), breaking(d, store.UserRoom, member.Left), sales); err == nil {
		t.Fatal("nothing broke")
	}
	if err := o.DropGroup(t.Context(), d, sales); throughline.KindOf(err) != throughline.NotFound {
		t.Error(err)
	}
	if u := userOf(t, d, bo); u.Here() {
		t.Error("the group is gone, that was asked for again, and they are here")
	}

	sales = group(t, d, o, "sales", bo)
	ctx, stop := context.WithCancel(t.Context())
	own := *d
	own.Ledger = broken{Ledger: d.Ledger, at: func(store.Admission) bool { return false }, dead: new(bool), after: func(e store.Admission) {
		if e.Kind == member.Parted {
			stop()
		}
	}}
	if err := o.ChangeGroup(ctx, &own, sales, to()); err != nil {
		t.Error(err)
	}
	if u := userOf(t, d, bo); u.Here() {
		t.Error("who asked gave up, and somebody is here who is in no group")
	}
}

// TestWhoIsTakenOutIsOutAtOnce: by the first line; what follows is done by whoever asks again.
func TestWhoIsTakenOutIsOutAtOnce(t *testing.T) {
	d, o := begun(t)
	bo := enlist(t, d, o, "bo", "1")
	sales := group(t, d, o, "sales", bo)
	before := len(kinds(t, d, store.UserRoom, throughline.ID(bo)))
	if err := o.Strike(t.Context(), breaking(d, store.GroupRoom, member.Parted), bo); err == nil {
		t.Fatal("nothing broke")
	}
	if u := userOf(t, d, bo); u.Here() || !u.Struck() || !u.Off() {
		t.Errorf("%+v", u)
	}
	if got := kinds(t, d, store.UserRoom, throughline.ID(bo))[before:]; !slices.Equal(got, []string{member.Struck}) {
		t.Error(got)
	}
	if err := o.Strike(t.Context(), d, bo); throughline.KindOf(err) != throughline.NotFound {
		t.Error(err)
	}
	teams, err := team.Teams(t.Context(), d)
	if g, bad := team.FindGroup(t.Context(), d, sales); bad != nil || len(g.Members) > 0 || err != nil || slices.ContainsFunc(teams, func(x member.Team) bool { return x.Has(bo) }) {
		t.Error(g, teams, bad, err)
	}

	// One that was put in by whoever had not seen it yet is taken out again.
	late := store.Admission{Room: store.GroupRoom, Subject: sales, Kind: member.Joined, At: d.Now(), Body: member.Body{User: bo}.Encode()}
	if err := d.Ledger.Admit(t.Context(), d.Workspace, late); err != nil {
		t.Fatal(err)
	}
	if err := o.ChangeGroup(t.Context(), d, sales, to(bo)); err != nil {
		t.Fatal(err)
	}
	if g, err := team.FindGroup(t.Context(), d, sales); err != nil || len(g.Members) > 0 {
		t.Error(g, err)
	}
	if err := o.ChangeGroup(t.Context(), d, sales, to(bo)); throughline.KindOf(err) != throughline.Invalid {
		t.Error("somebody who was taken out is put into a group: ", err)
	}
}

// TestAnAddressMayChangeHands: whoever gets it is somebody else, and has nothing of who had
// it; who comes back is known by the word that the directory has for them.
func TestAnAddressMayChangeHands(t *testing.T) {
	d, o := deskOf(t), team.NewPorter()
	if _, err := o.Begin(t.Context(), d, newcomer("anna")); err != nil {
		t.Fatal(err)
	}
	bo := enlist(t, d, o, "bo", "1")
	secret, err := o.Invite(t.Context(), d, "bo@example.com")
	if err != nil {
		t.Fatal(err)
	}
	password := newcomer("somebody").Password
	if _, err := o.Welcome(t.Context(), d, secret.Reveal(), password); err != nil {
		t.Fatal(err)
	}
	strike := func(id throughline.PersonID) {
		t.Helper()
		if err := o.Strike(t.Context(), d, id); err != nil {
			t.Fatal(err)
		}
	}
	signs := func() error {
		_, err := o.SignIn(t.Context(), d, "bo@example.com", password, "here")
		return err
	}
	strike(bo)
	if again := enlist(t, d, o, "bo", "1"); again != bo || signs() != nil {
		t.Fatalf("who comes back is %v and not %v, %v", again, bo, signs())
	}
	strike(bo)
	other := enlist(t, d, o, "bo", "2")
	if other == bo {
		t.Fatal("who got the address is who had it")
	}
	if u := userOf(t, d, bo); u.Email != "" || u.Came() {
		t.Errorf("%+v", u)
	}
	if signs() == nil {
		t.Error("the password of who had the address opens")
	}
	if _, err := o.Enlist(t.Context(), d, entryOf("bo", "1"), true); throughline.KindOf(err) != throughline.Conflict {
		t.Error(err)
	}
	strike(other)
	if again := enlist(t, d, o, "bo", "1"); again != bo || signs() == nil {
		t.Errorf("who comes back is %v and not %v, with a password that is void", again, bo)
	}

	// An address that was somebody's who was taken out can be given to who is here.
	strike(bo)
	cy := enlist(t, d, o, "cy", "")
	rename := func(member.User) (member.Entry, bool, error) { return entryOf("bo", ""), true, nil }
	if err := o.Relist(t.Context(), d, cy, rename); err != nil {
		t.Fatal(err)
	}
	strike(cy)
	if again := enlist(t, d, o, "bo", ""); again != cy { // where there is no other word
		t.Error("the name alone makes nobody of who had it last")
	}
}

// TestAGroupsNameIsNoOthersID: what the directory calls one group is no name for another.
func TestAGroupsNameIsNoOthersID(t *testing.T) {
	d, o := begun(t)
	if _, err := o.MakeGroup(t.Context(), d, team.Group{Name: "Admins", External: "ext-it"}); err != nil {
		t.Fatal(err)
	}
	other := group(t, d, o, "Lunch")
	for _, g := range []team.Group{{Name: "ext-it"}, {Name: "EXT-IT"}, {Name: "Lunch", External: "Admins"}} {
		if err := o.ChangeGroup(t.Context(), d, other, func(member.Team) (team.Group, error) { return g, nil }); throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("%+v: %v", g, err)
		}
	}
}

// TestOneWhoNeverCameIsNoStandIn: the admin who has come is put out of no group for one who
// has not, and whoever asks is told so.
func TestOneWhoNeverCameIsNoStandIn(t *testing.T) {
	d, o := begun(t)
	all, err := team.Users(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	anna, bo := all[0].ID, enlist(t, d, o, "bo", "1")
	if err := o.Relist(t.Context(), d, anna, func(member.User) (member.Entry, bool, error) { return entryOf("anna", "0"), true, nil }); err != nil {
		t.Fatal(err)
	}
	it := group(t, d, o, "it", anna, bo)
	if err := o.ChangeGroup(t.Context(), d, it, to(bo)); !errors.Is(err, team.ErrLastOne) {
		t.Error(err)
	}
	if err := o.ChangeGroup(t.Context(), d, it, to(anna)); err != nil {
		t.Error(err)
	}
	if u := userOf(t, d, anna); u.Role != member.Admin || !u.Here() {
		t.Errorf("%+v", u)
	}
}

// TestWhoIsAddedSwitchedOffIsNeverOn, not even for a moment.
func TestWhoIsAddedSwitchedOffIsNeverOn(t *testing.T) {
	d, o := deskOf(t), team.NewPorter()
	if _, err := o.Begin(t.Context(), d, newcomer("anna")); err != nil {
		t.Fatal(err)
	}
	id, err := o.Enlist(t.Context(), d, entryOf("bo", "1"), false)
	if err != nil {
		t.Fatal(err)
	}
	if u := userOf(t, d, id); u.Here() || !u.Off() {
		t.Errorf("%+v", u)
	}
	if got := kinds(t, d, store.UserRoom, throughline.ID(id)); !slices.Equal(got, []string{member.Added}) {
		t.Error(got)
	}
}

// TestWhatIsHeldBackHoldsNobodyElse: that a group would make the last admin less is held
// back, and no reason to refuse that somebody else leaves it.
func TestWhatIsHeldBackHoldsNobodyElse(t *testing.T) {
	d, o := begun(t)
	came(t, o, d, "bela")
	if err := team.SetRole(t.Context(), d, "bela", member.Admin); err != nil {
		t.Fatal(err)
	}
	anna, cy := called(t, d, newcomer("anna").Name).ID, enlist(t, d, o, "cy", "3")
	if err := o.Relist(t.Context(), d, anna, func(member.User) (member.Entry, bool, error) { return entryOf("anna", "0"), true, nil }); err != nil {
		t.Fatal(err)
	}
	sales := group(t, d, o, "sales", anna, cy)
	if err := errors.Join(team.SetRole(t.Context(), d, anna.String(), member.Admin), team.Leave(t.Context(), d, "bela")); err != nil {
		t.Fatal(err)
	}
	if err := o.ChangeGroup(t.Context(), d, sales, to(anna)); err != nil {
		t.Error(err)
	}
	if u := userOf(t, d, cy); u.Here() {
		t.Error("who was taken out is here")
	}
	if u := userOf(t, d, anna); u.Role != member.Admin || !u.Here() {
		t.Errorf("the last admin is %+v", u)
	}
}

// TestAGroupKeepsItsOwnName, also where the directory once called it so itself.
func TestAGroupKeepsItsOwnName(t *testing.T) {
	d, o := begun(t)
	cy := enlist(t, d, o, "cy", "3")
	sales, err := o.MakeGroup(t.Context(), d, team.Group{Name: "sales", External: "sales", Members: []throughline.PersonID{cy}})
	if err != nil {
		t.Fatal(err)
	}
	err = o.ChangeGroup(t.Context(), d, sales, func(g member.Team) (team.Group, error) {
		return team.Group{Name: g.Name, External: "3f2a", Members: g.Members}, nil
	})
	if u := userOf(t, d, cy); err != nil || !u.Here() || u.Role != member.Seller {
		t.Errorf("%v %+v", err, u)
	}
}

// TestWhoWasSentAwayIsNobodyNew: by no other word of the directory's either; and who has
// no address any more is invited by nobody.
func TestWhoWasSentAwayIsNobodyNew(t *testing.T) {
	d, o := begun(t)
	o.Rules = member.Rules{}
	bo, cy := enlist(t, d, o, "bo", "1"), enlist(t, d, o, "cy", "2")
	if err := errors.Join(team.Leave(t.Context(), d, "bo@example.com"), o.Strike(t.Context(), d, bo), o.Strike(t.Context(), d, cy)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Enlist(t.Context(), d, entryOf("bo", "9"), true); !errors.Is(err, team.ErrDismissed) {
		t.Error(err)
	}
	enlist(t, d, o, "cy", "8")
	if _, err := o.Invite(t.Context(), d, cy.String()); !errors.Is(err, team.ErrEmail) {
		t.Error(err)
	}
}
