// Package team lets people of ours in: it keeps users, sessions and tokens in the
// register, and says who is asking.
//
// Takes: a Desk, addresses and passwords, secrets that a browser or a program sent.
// Gives: who is asking and how far they may go; secrets, once; what was added and ended.
// Never: keeps or logs a password or a secret, tells which addresses are known, or knows a face.
package team

import (
	"context"
	"crypto/rand"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// The rooms of the register.
const (
	users    = store.UserRoom
	sessions = "session"
	tokens   = "token"
)

// How long things hold.
const (
	SessionLasts    = 14 * 24 * time.Hour
	InvitationLasts = 72 * time.Hour
	mostToken       = 366 * 24 * time.Hour
)

// Porter is what the requests of one server share: how often somebody may try, how
// many passwords are looked at at once, and that there is anybody to ask for.
type Porter struct {
	Random io.Reader // where secrets are drawn from; nil: the system's
	Vouching
	Keeping Keeping // nil: there is no key, and no second factor can be set up

	making  sync.Mutex // over the making of the first
	mu      sync.Mutex
	some    bool // there are users; never untrue again
	setOut  member.Patience
	hashing chan struct{}
	trips   trips
	own     *member.Key // by which questions to browsers are sealed where there is no other
}

// NewPorter gives one.
func NewPorter() *Porter {
	return &Porter{
		setOut:  member.Patience{Burst: 1_000, Each: time.Second, Most: 20_000}, // nothing is guessed there, and a whole office comes of a morning
		hashing: make(chan struct{}, 2),
	}
}

// The refusals at the door of a team.
var (
	ErrWrong     = throughline.Refuse("sign_in_wrong", "the address and the password do not belong together")
	ErrInvite    = throughline.Refuse("invitation_over", "this invitation has been used or is too old; ask for another one")
	ErrEmail     = throughline.Refuse("user_email", "an address such as ann@example.com is needed")
	ErrName      = throughline.Refuse("user_name", "a name is needed")
	ErrRole      = throughline.Refuse("user_role", "the role is one of reader, seller, manager, operations, admin")
	ErrKnown     = throughline.Refuse("user_known", "somebody with this address has been added already")
	ErrLastOne   = throughline.Refuse("user_last_admin", "nobody else could add people then: make somebody else an admin first")
	ErrSeveral   = throughline.Refuse("user_several", "several people have this name; say the address")
	ErrNobody    = throughline.Refuse("user_unknown", "there is nobody of that name or address")
	ErrTeam      = throughline.Refuse("team_begun", "this company has people already; they are added on the team's page")
	ErrTokenRole = throughline.Refuse("token_role", "the role of a token is integration or directory, or none: its user's")
	ErrDirectory = throughline.Refuse("token_directory", "a token for the directory is issued for an admin")
	ErrLifetime  = throughline.Refuse("token_lifetime", "a token lasts from one day to a year")
)

func errWait(wait time.Duration) error {
	return throughline.Refuse("sign_in_wait", "too many tries; wait %v seconds", "seconds", int(wait.Seconds())+1)
}

// draw gives randomness for a secret or a salt.
func (o *Porter) draw(into []byte) error {
	from := o.Random
	if from == nil {
		from = rand.Reader
	}
	_, err := io.ReadFull(from, into)
	return err
}

func (o *Porter) secret() (member.Secret, error) {
	var drawn [32]byte
	if err := o.draw(drawn[:]); err != nil {
		return member.Secret{}, err
	}
	return member.NewSecret(drawn), nil
}

// lines gives lines of the register as the pure room takes them.
func lines(ctx context.Context, d *desk.Desk, room string, subject throughline.ID) ([]member.Line, error) {
	all, err := d.Ledger.Admissions(ctx, d.Workspace, room, subject)
	if err != nil {
		return nil, err
	}
	out := make([]member.Line, len(all))
	for i, a := range all {
		out[i] = member.Line{Subject: a.Subject, Kind: a.Kind, At: a.At, Body: a.Body}
	}
	return out, nil
}

func admit(ctx context.Context, d *desk.Desk, room string, subject throughline.ID, kind string, b member.Body) error {
	if err := d.Ledger.Admit(ctx, d.Workspace, admission(d, room, subject, kind, b)); err != nil {
		return err
	}
	return note(ctx, d, room, subject, kind, b)
}

// note notes a change of who may come in: whose, and to which role. Of a session
// or a token it is told whose it is, not which one.
func note(ctx context.Context, d *desk.Desk, room string, subject throughline.ID, kind string, b member.Body) error {
	deed := store.Deed{Did: room + "_" + kind, About: "user", Object: subject, Detail: string(b.Role), Outcome: store.DeedDone}
	if room != users {
		deed.Object = throughline.ID(b.User)
	}
	if room == accounts {
		deed.About, deed.Object = "id", subject
	}
	if deed.Object.IsZero() {
		deed.Object = throughline.ID(d.Author)
	}
	if room == sessions && kind == member.Began {
		deed.Did, deed.Person = signIn, b.User
	}
	return d.Note(ctx, deed, true)
}

// signIn is what signing in is called in the audit.
const signIn = "sign_in"

func admission(d *desk.Desk, room string, subject throughline.ID, kind string, b member.Body) store.Admission {
	b.By = d.Author
	return store.Admission{Room: room, Subject: subject, Kind: kind, At: d.Now().UTC(), Body: b.Encode(),
		Tells: room == users || room == teams || room == accounts || room == factors || kind == member.Ended} // who listens may be somebody else now
}

// Users gives all who may or might come in, by name.
func Users(ctx context.Context, d *desk.Desk) ([]member.User, error) {
	out, _, err := usersOf(ctx, d)
	return out, err
}

// usersOf is Users, with how many lines say so.
func usersOf(ctx context.Context, d *desk.Desk) ([]member.User, int, error) {
	all, err := lines(ctx, d, users, throughline.ID{})
	if err != nil {
		return nil, 0, err
	}
	out := member.FoldUsers(all)
	slices.SortStableFunc(out, func(a, b member.User) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out, len(all), nil
}

func userOf(ctx context.Context, d *desk.Desk, id throughline.PersonID) (*member.User, error) {
	all, err := lines(ctx, d, users, throughline.ID(id))
	if err != nil {
		return nil, err
	}
	if found := member.FoldUsers(all); len(found) == 1 {
		return &found[0], nil
	}
	return &member.User{}, nil
}

// Begun reports whether anybody has been added, or an identity provider says who
// comes in: from then on one has to sign in.
func (o *Porter) Begun(ctx context.Context, d *desk.Desk) (bool, error) {
	o.mu.Lock()
	some := o.some || o.Provider != nil
	o.mu.Unlock()
	if some {
		return true, nil
	}
	all, err := d.Ledger.Admissions(ctx, d.Workspace, users, throughline.ID{})
	if err != nil || len(all) == 0 {
		return false, err
	}
	o.mu.Lock()
	o.some = true
	o.mu.Unlock()
	return true, nil
}

// Guest is who is asking.
type Guest struct {
	User  member.User
	Role  member.Role // how far they may go: a program's token may say less than its user's
	Reads bool        // they may change nothing
	Pass  throughline.ID
	Token bool      // a program's; else a browser in which they signed in
	Own   bool      // and they issued it themselves
	There bool      // they signed in at the identity provider
	Since time.Time // when they did
}

// Who gives the guest whose session or token a secret is; ok is false for one
// that opens nothing, for whatever reason.
func Who(ctx context.Context, d *desk.Desk, text string, token bool) (g Guest, ok bool, err error) {
	s, is := member.ReadSecret(text)
	if !is {
		return g, false, nil
	}
	room := sessions
	if token {
		room = tokens
	}
	all, err := lines(ctx, d, room, s.Subject())
	if err != nil {
		return g, false, err
	}
	passes := member.FoldPasses(all)
	if len(passes) != 1 {
		return g, false, nil
	}
	u, err := userOf(ctx, d, passes[0].User)
	if err != nil || !passes[0].Holds(s, u, d.Now(), !token) {
		return g, false, err
	}
	g = Guest{User: *u, Role: u.Role, Reads: passes[0].Reads, Pass: passes[0].ID, Token: token, Own: passes[0].Own, There: passes[0].There, Since: passes[0].Since}
	if passes[0].Role != "" {
		g.Role = passes[0].Role
	}
	return g, true, nil
}

// SignIn lets in whoever knows a password, or asks them for their second factor. from is where they ask
// from, for patience alone; it is not kept. Every refusal is the same one, and
// takes as long.
func (o *Porter) SignIn(ctx context.Context, d *desk.Desk, email, password, from string) (Entry, error) {
	const op = "sign in"
	email = address(email)
	if err := tried(ctx, d, op, ofPlace(from), ofName(email, from)); err != nil {
		return Entry{}, err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return Entry{}, err
	}
	u := &member.User{}
	for i := range all {
		if all[i].Email == email && all[i].Here() {
			u = &all[i]
		}
	}
	right := o.opens(ctx, u.Sealed, password)
	if ctx.Err() != nil {
		return Entry{}, throughline.Fail(op, throughline.Unavailable, "", ctx.Err())
	}
	if !right || !u.Here() || !o.mayUsePassword(u) { // whose address it was is told, where it is somebody's; what was typed is not
		if err := d.Note(ctx, store.Deed{Did: signIn, About: "user", Object: throughline.ID(u.ID), Outcome: store.DeedRefused}, false); err != nil {
			return Entry{}, err
		}
		return Entry{}, throughline.Fail(op, throughline.Denied, "", ErrWrong)
	}
	in, err := o.enter(ctx, d, u)
	if err == nil && in.In() { // else the code is still to come
		err = forgiven(ctx, d, ofName(email, from))
	}
	return in, err
}

// begin keeps a session and gives its secret.
func (o *Porter) begin(ctx context.Context, d *desk.Desk, u throughline.PersonID, b member.Body) (member.Secret, error) {
	s, err := o.secret()
	if err != nil {
		return member.Secret{}, err
	}
	b.User, b.Hash = u, s.Hash()
	return s, admit(ctx, d, sessions, s.Subject(), member.Began, b)
}

func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
