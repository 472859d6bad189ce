package team_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/team"
)

// deskOf is a desk with an empty ledger.
func deskOf(t *testing.T) *desk.Desk {
	l := memory.New()
	t.Cleanup(func() { l.Close() })
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	return &desk.Desk{
		Ledger: l, Workspace: throughline.DefaultWorkspace, Now: func() time.Time { return now },
		Random: rand.New(rand.NewPCG(1, 2)), Drawing: &sync.Mutex{},
	}
}

func newcomer(name string) team.Newcomer {
	return team.Newcomer{Name: name, Email: name + "@example.com", Role: member.Admin, Password: "a long one of " + name + " 4711"}
}

// Two servers on one ledger may be asked for a first admin at the same instant.
func TestOfManyFirstAdminsThereIsOne(t *testing.T) {
	d := deskOf(t)
	var in sync.WaitGroup
	var made atomic.Int32
	for _, name := range []string{"anna", "bela", "cora", "dora"} {
		in.Go(func() {
			_, err := team.NewPorter().Begin(context.Background(), d, newcomer(name))
			switch {
			case err == nil:
				made.Add(1)
			case throughline.KindOf(err) != throughline.Conflict:
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	in.Wait()
	all, err := team.Users(context.Background(), d)
	if err != nil || len(all) != 1 || made.Load() != 1 {
		t.Errorf("%d began, %d are there: %v", made.Load(), len(all), err)
	}
}

// Somebody is found by their id, then their address, then a name that nobody else has.
func TestWhoIsMeant(t *testing.T) {
	id := func(n byte) throughline.PersonID { return throughline.PersonID{n} }
	all := []member.User{{ID: id(1), Name: "zoe@example.com", Email: "a@example.com"}, {ID: id(2), Name: "Zoe", Email: "zoe@example.com"},
		{ID: id(3), Name: id(2).String(), Email: "c@example.com"}, {ID: id(4), Name: "Kim", Email: "k@example.com"}, {ID: id(5), Name: "kim", Email: "l@example.com"}}
	for words, want := range map[string]byte{"zoe@example.com": 2, " ZOE@example.com ": 2, "zoe": 2, id(2).String(): 2, "k@example.com": 4} {
		if u, err := team.Find(all, words); err != nil || u.ID != id(want) {
			t.Errorf("%q is %v, %v", words, u, err)
		}
	}
	for words, want := range map[string]throughline.Kind{"Kim": throughline.Conflict, "nobody": throughline.NotFound} {
		if u, err := team.Find(all, words); throughline.KindOf(err) != want {
			t.Errorf("%q is %v, %v", words, u, err)
		}
	}
}

// Whoever was erased is in no list, opens nothing and cannot be found by name.
func TestTheErasedAreNobody(t *testing.T) {
	ctx, d, o := context.Background(), deskOf(t), team.NewPorter()
	if _, err := o.Begin(ctx, d, newcomer("anna")); err != nil {
		t.Fatal(err)
	}
	bela := newcomer("bela")
	id, secret, err := o.Add(ctx, d, bela)
	if err != nil {
		t.Fatal(err)
	}
	session, err := o.Welcome(ctx, d, secret.Reveal(), bela.Password)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := team.Who(ctx, d, session.Session.Reveal(), false); !ok || err != nil {
		t.Fatalf("a session opens nothing: %v", err)
	}
	if _, err := o.Issue(ctx, d, id, "laptop of bela", "", true, 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Ledger.ErasePerson(ctx, d.Workspace, id, d.Now()); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := team.Who(ctx, d, session.Session.Reveal(), false); ok {
		t.Error("the session still opens")
	}
	if _, err := o.SignIn(ctx, d, bela.Email, bela.Password, "here"); err == nil {
		t.Error("the password still opens")
	}
	all, err := team.Users(ctx, d)
	if err != nil || len(all) != 1 || all[0].Name != "anna" {
		t.Errorf("left are %v, %v", all, err)
	}
	for _, room := range []string{"user", "session", "token"} {
		lines, err := d.Ledger.Admissions(ctx, d.Workspace, room, throughline.ID{})
		for _, l := range lines {
			if err != nil || strings.Contains(string(l.Body), "bela") {
				t.Errorf("the register still says %s: %s, %v", room, l.Body, err)
			}
		}
	}
	if begun, err := team.NewPorter().Begun(ctx, d); !begun || err != nil {
		t.Errorf("the company began anew: %v", err)
	}
}
