package member

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func line(subject throughline.ID, kind string, hours int, b Body) Line {
	return Line{Subject: subject, Kind: kind, At: noon.Add(time.Duration(hours) * time.Hour), Body: b.Encode()}
}

// TestAUserFromAddedToGone: what each line does, and what it voids.
func TestAUserFromAddedToGone(t *testing.T) {
	ann := throughline.ID{1}
	invite, session := NewSecret([32]byte{1}), NewSecret([32]byte{2})
	lines := []Line{
		line(ann, Added, 0, Body{Name: "Ann", Email: "ann@example.com", Role: Seller}),
		line(ann, Invited, 0, Body{Hash: invite.Hash(), Until: noon.Add(72 * time.Hour)}),
	}
	user := func() *User {
		users := FoldUsers(lines)
		if len(users) != 1 {
			t.Fatalf("%d users", len(users))
		}
		return &users[0]
	}
	if u := user(); !u.Welcomes(invite, noon) || u.Welcomes(session, noon) || u.Welcomes(invite, noon.Add(73*time.Hour)) || u.Welcomes(Secret{}, noon) {
		t.Error("an invitation opens for its secret, until its hour")
	}
	began := line(session.Subject(), Began, 1, Body{User: throughline.PersonID(ann), Hash: session.Hash(), Until: noon.Add(100 * time.Hour)})
	lines = append(lines, line(ann, Chosen, 1, Body{Sealed: "x"}))
	if user().Welcomes(invite, noon) {
		t.Error("an invitation opens twice")
	}
	pass := FoldPasses([]Line{began})[0]
	if !pass.Holds(session, user(), noon.Add(2*time.Hour), true) || pass.Holds(invite, user(), noon.Add(2*time.Hour), true) || pass.Holds(session, user(), noon.Add(101*time.Hour), true) {
		t.Error("a session holds for its secret, until its hour")
	}
	if ended := FoldPasses([]Line{began, line(session.Subject(), Ended, 2, Body{})})[0]; ended.Holds(session, user(), noon.Add(3*time.Hour), true) {
		t.Error("an ended session holds")
	}
	stays := lines
	lines = append(lines, line(ann, Chosen, 3, Body{Sealed: "y"}))
	if pass.Holds(session, user(), noon.Add(4*time.Hour), true) || !pass.Holds(session, user(), noon.Add(4*time.Hour), false) {
		t.Error("a new password ends sessions, and no token")
	}
	lines = append(stays, line(ann, Changed, 4, Body{Role: Admin}), line(ann, Left, 5, Body{}))
	if u := user(); u.Here() || u.Role != Admin || pass.Holds(session, u, noon.Add(6*time.Hour), true) || u.Sealed != "" {
		t.Error("who has left comes in")
	}
	lines = append(lines, line(ann, Returned, 7, Body{}))
	if u := user(); !u.Here() || u.Sealed != "" {
		t.Error("who returned needs an invitation")
	}
	if pass.Holds(session, user(), noon.Add(8*time.Hour), false) {
		t.Error("what was theirs before they left opens again")
	}
	if got := FoldUsers([]Line{line(ann, Changed, 0, Body{Role: Admin}), {Subject: ann, Kind: Added, Body: []byte("{")}}); len(got) != 0 {
		t.Errorf("lines about nobody make %v", got)
	}
}

// TestTheTable: every role has a word on every object or none, and nobody but an
// admin changes people or the ledger.
func TestTheTable(t *testing.T) {
	for _, r := range append(Roles(), Integration) {
		for _, o := range Objects() {
			if (o == People || o == Ledger) && r.May(o, true) != (r == Admin) {
				t.Errorf("%s changes %s: %v", r, o, r.May(o, true))
			}
			if r.May(o, true) && !r.May(o, false) {
				t.Errorf("%s changes %s and does not see it", r, o)
			}
		}
	}
	for o := range table[Reader] {
		if Reader.May(o, true) != (o == Private) { // what they keep to themselves is nobody else's to change
			t.Errorf("a reader changes %s", o)
		}
	}
	if Role("").May(Deals, false) || Role("root").May(Deals, false) || Role("root").Known() || Integration.Known() {
		t.Error("a role nobody has lets somebody in")
	}
}

func TestPasswords(t *testing.T) {
	sealed := SealPassword("four plain words here", [16]byte{7})
	if !OpensPassword(sealed, "four plain words here") || OpensPassword(sealed, "four plain words her") || OpensPassword("", "") || OpensPassword("$argon2id$v=19$m=1,t=1,p=1$$", "") {
		t.Error("a password opens what it should not, or not what it should")
	}
	if strings.Contains(sealed, "plain") || sealed == SealPassword("four plain words here", [16]byte{8}) {
		t.Error("a sealed password shows itself")
	}
	for password, want := range map[string]error{
		"short": ErrShort, "aaaaaaaaaaaaaa": ErrSimple, "annbergmann1": ErrSimple, "password12345": ErrSimple, "four plain words here": nil, "鱼 与熊掌 不可兼得 也": nil,
		strings.Repeat("abcdefgh", 40): ErrLong,
	} {
		if err := CheckPassword(password, "Ann Bergmann", "ann.bergmann@example.com"); err != want {
			t.Errorf("%s: %v, want %v", password, err, want)
		}
	}
}

// TestPatience: so many at once, then one each while; one name does not use up
// another's, and names without end do not fill the memory.
func TestPatience(t *testing.T) {
	p := Patience{Burst: 3, Each: time.Minute, Most: 100}
	for i := range 5 {
		if _, ok := p.Allow("ann", noon); ok != (i < 3) {
			t.Errorf("try %d: %v", i, ok)
		}
	}
	if wait, ok := p.Allow("ann", noon.Add(30*time.Second)); ok || wait != 30*time.Second {
		t.Errorf("after half a minute: %v, %v", wait, ok)
	}
	if _, ok := p.Allow("ann", noon.Add(61*time.Second)); !ok {
		t.Error("after a minute there is no try")
	}
	if _, ok := p.Allow("bo", noon); !ok {
		t.Error("another's tries are used up")
	}
	for i := range 1000 {
		p.Allow(fmt.Sprint(i), noon)
	}
	if len(p.tried) > 100 {
		t.Errorf("%d names are held", len(p.tried))
	}
	p = Patience{Burst: 1, Each: time.Hour, Most: 10}
	p.Allow("ann", noon)
	p.Forgive("ann")
	if _, ok := p.Allow("ann", noon); !ok {
		t.Error("nothing was forgiven")
	}
}

// FuzzLines: no line lets in somebody who was not added, whatever it says.
func FuzzLines(f *testing.F) {
	f.Add(Added, []byte(`{"role":"admin"}`))
	f.Add(Began, []byte(`{`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		l := []Line{{Subject: throughline.ID{1}, Kind: kind, At: noon, Body: body}}
		if users := FoldUsers(l); len(users) > 0 && (kind != Added || !json.Valid(body)) {
			t.Errorf("%q %q makes a user", kind, body)
		}
		for _, p := range FoldPasses(l) {
			if p.Holds(Secret{}, &User{}, noon, false) {
				t.Errorf("%q %q lets nobody in", kind, body)
			}
		}
	})
}
