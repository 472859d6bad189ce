package team_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/identity"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// between is a ledger at which something happens after a room was first read.
type between struct {
	store.Ledger
	room string
	once sync.Once
	then func()
}

func (b *between) Admissions(ctx context.Context, ws throughline.Workspace, room string, subject throughline.ID) ([]store.Admission, error) {
	out, err := b.Ledger.Admissions(ctx, ws, room, subject)
	if room == b.room {
		b.once.Do(b.then)
	}
	return out, err
}

// at is another desk at the same ledger.
func at(d *desk.Desk, room string, then func()) *desk.Desk {
	own := *d
	own.Ledger = &between{Ledger: d.Ledger, room: room, then: then}
	return &own
}

// came adds somebody who has chosen a password.
func came(t *testing.T, o *team.Porter, d *desk.Desk, name string) throughline.PersonID {
	t.Helper()
	id, secret, err := o.Add(t.Context(), d, newcomer(name))
	if err == nil {
		_, err = o.Welcome(t.Context(), d, secret.Reveal(), newcomer(name).Password)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func called(t *testing.T, d *desk.Desk, name string) member.User {
	t.Helper()
	all, err := team.Users(t.Context(), d)
	for _, u := range all {
		if u.Name == name {
			return u
		}
	}
	t.Fatalf("nobody is called %s: %v", name, err)
	return member.User{}
}

// TestOfTwoAdminsOneStays, who make each other less, or gone, at once: both have read
// who is there before either writes.
func TestOfTwoAdminsOneStays(t *testing.T) {
	less := func(ctx context.Context, d *desk.Desk, who string) error {
		return team.SetRole(ctx, d, who, member.Seller)
	}
	for name, take := range map[string]func(context.Context, *desk.Desk, string) error{"less": less, "gone": team.Leave} {
		d, o := deskOf(t), team.NewPorter()
		came(t, o, d, "anna")
		came(t, o, d, "bela")
		var read, done sync.WaitGroup
		read.Add(2)
		errs := make([]error, 2)
		for i, who := range []string{"anna", "bela"} {
			done.Go(func() {
				errs[i] = take(t.Context(), at(d, store.UserRoom, func() { read.Done(); read.Wait() }), who)
			})
		}
		done.Wait()
		left := 0
		for _, who := range []string{"anna", "bela"} {
			if u := called(t, d, who); u.Here() && u.Role == member.Admin {
				left++
			}
		}
		if left != 1 || throughline.KindOf(errs[0]) != throughline.Conflict && throughline.KindOf(errs[1]) != throughline.Conflict {
			t.Errorf("%s: %d admins are left: %v", name, left, errs)
		}
	}
}

// provided is a porter at whom people come in by a provider and by their groups.
func provided(t *testing.T) *team.Porter {
	o := team.NewPorter()
	var err error
	o.Provider, err = identity.New(identity.Settings{Issuer: "https://login.example.com", Client: "throughline", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	o.Lasts = time.Hour
	o.Rules = member.Rules{Groups: map[string]member.Role{"it": member.Admin, "sales": member.Seller, "heads": member.Manager}, New: true}
	return o
}

func vouched(name string, groups ...string) member.Vouched {
	return member.Vouched{Issuer: "https://login.example.com", Subject: name, Name: name, Email: name + "@example.com", Verified: true, Groups: groups}
}

// signs lets somebody in by the provider, or not.
func signs(t *testing.T, o *team.Porter, d *desk.Desk, v member.Vouched, in bool) {
	t.Helper()
	if _, err := team.AdmitVouched(o, t.Context(), d, v); (err == nil) != in {
		t.Fatalf("%s with %v: in is to be %v: %v", v.Name, v.Groups, in, err)
	}
}

// TestTheLastAdminStaysWhoSignsIn: groups that make them less, or nobody, say nothing
// while nobody else could add people; without any they have no new session, though.
func TestTheLastAdminStaysWhoSignsIn(t *testing.T) {
	d, o := deskOf(t), provided(t)
	signs(t, o, d, vouched("anna", "it"), true)
	signs(t, o, d, vouched("anna", "sales"), true)
	if u := called(t, d, "anna"); u.Role != member.Admin {
		t.Errorf("less by their groups: %s", u.Role)
	}
	signs(t, o, d, vouched("anna"), false)
	if u := called(t, d, "anna"); !u.Here() || u.Role != member.Admin {
		t.Errorf("gone by their groups: %+v", u)
	}
	signs(t, o, d, vouched("bela", "it"), true)
	signs(t, o, d, vouched("anna", "sales"), true)
	if u := called(t, d, "anna"); u.Role != member.Seller {
		t.Errorf("with another admin there they are %s", u.Role)
	}
}

// TestOfTwoAdminsWhoSignInOneStays: both have lost their groups and sign in at once.
func TestOfTwoAdminsWhoSignInOneStays(t *testing.T) {
	for _, groups := range [][]string{nil, {"sales"}} {
		d, o := deskOf(t), provided(t)
		signs(t, o, d, vouched("anna", "it"), true)
		signs(t, o, d, vouched("bela", "it"), true)
		var read, done sync.WaitGroup
		read.Add(2)
		for _, name := range []string{"anna", "bela"} {
			done.Go(func() {
				_, _ = team.AdmitVouched(o, t.Context(), at(d, store.UserRoom, func() { read.Done(); read.Wait() }), vouched(name, groups...))
			})
		}
		done.Wait()
		left := 0
		for _, name := range []string{"anna", "bela"} {
			if u := called(t, d, name); u.Here() && u.Role == member.Admin {
				left++
			}
		}
		if left != 1 {
			t.Errorf("with %v %d admins are left", groups, left)
		}
	}
}

// kept is somebody whom a directory keeps, who has come, in a group of these names.
func kept(t *testing.T, o *team.Porter, d *desk.Desk, name string, names ...string) (id throughline.PersonID, groups []throughline.ID) {
	t.Helper()
	came(t, o, d, "anna")
	id, err := o.Enlist(t.Context(), d, member.Entry{UserName: name + "@example.com", Display: name}, true)
	for _, g := range names {
		var made throughline.ID
		if err == nil {
			made, err = o.MakeGroup(t.Context(), d, team.Group{Name: g, Members: []throughline.PersonID{id}})
		}
		groups = append(groups, made)
	}
	if err != nil {
		t.Fatal(err)
	}
	signs(t, o, d, vouched(name), true)
	return id, groups
}

// TestWhoIsTakenOutWhileTheySignIn has the role that the directory's groups leave them:
// what was read before does not count, whether a line was due for it or not.
func TestWhoIsTakenOutWhileTheySignIn(t *testing.T) {
	d, o := deskOf(t), provided(t)
	bo, groups := kept(t, o, d, "bo", "sales", "heads")
	out := func(at int) func() {
		return func() {
			err := o.ChangeGroup(t.Context(), d, groups[at], func(g member.Team) (team.Group, error) { return team.Group{Name: g.Name}, nil })
			if err != nil {
				t.Error(err)
			}
		}
	}
	if u := called(t, d, "bo"); u.ID != bo || u.Role != member.Manager {
		t.Fatalf("%+v", u)
	}
	// One of ours has made them less; their groups would make them a manager again.
	if err := team.SetRole(t.Context(), d, "bo", member.Seller); err != nil {
		t.Fatal(err)
	}
	signs(t, o, at(d, store.GroupRoom, out(1)), vouched("bo"), true)
	if u := called(t, d, "bo"); u.Role != member.Seller {
		t.Errorf("out of the group, and %s", u.Role)
	}
	signs(t, o, at(d, store.GroupRoom, out(0)), vouched("bo"), false)
	if u := called(t, d, "bo"); u.Here() {
		t.Errorf("in no group, and here: %+v", u)
	}
}

// TestADirectorysGroupsLeaveTheWaysIn: who signs in where none of its groups gives them
// a role any more is out, and keeps their passkeys; a provider's groups take these.
func TestADirectorysGroupsLeaveTheWaysIn(t *testing.T) {
	for _, directory := range []bool{true, false} {
		d, o := deskOf(t), provided(t)
		kept(t, o, d, "bo", "sales")
		signs(t, o, d, vouched("cy", "sales"), true)
		name, mapped := "bo", provided(t)
		if !directory {
			name = "cy"
		}
		who := called(t, d, name)
		body := member.Body{By: who.ID, Passkey: &member.Passkey{Key: []byte("telephone")}}
		line := store.Admission{Room: store.UserRoom, Subject: throughline.ID(who.ID), Kind: member.PasskeyAdded, At: d.Now(), Body: body.Encode()}
		if err := d.Ledger.Admit(t.Context(), d.Workspace, line); err != nil {
			t.Fatal(err)
		}
		if _, err := mapped.MakeGroup(t.Context(), d, team.Group{Name: "heads"}); err != nil {
			t.Fatal(err)
		}
		delete(mapped.Rules.Groups, "sales") // as of the next start of the server
		signs(t, mapped, d, vouched(name, "sales"), false)
		if u := called(t, d, name); u.Here() || (len(u.Passkeys) == 1) != directory {
			t.Errorf("by a directory %v: here %v, passkeys %d", directory, u.Here(), len(u.Passkeys))
		}
	}
}
