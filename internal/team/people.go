package team

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// Newcomer is somebody to add.
type Newcomer struct {
	Name, Email string
	Role        member.Role
	Password    string          // of the first one, who chooses it at once
	entry       *member.Entry   // of a directory that keeps them: as little does a name alone
	out         bool            // they come in once their groups say so
	vouched     *member.Vouched // the provider that says so, and not one of ours: a name alone makes nobody of them
}

// The longest a name and an address may be, in characters.
const (
	mostName  = 120
	mostEmail = 254
)

func (n *Newcomer) check(known []member.User) error {
	n.Name, n.Email = strings.Join(strings.Fields(n.Name), " "), address(n.Email)
	if n.Name == "" || utf8.RuneCountInString(n.Name) > mostName {
		return ErrName
	}
	if a, err := mail.ParseAddress(n.Email); err != nil || a.Address != n.Email || len(n.Email) > mostEmail {
		return ErrEmail
	}
	if !n.Role.Known() {
		return ErrRole
	}
	if slices.ContainsFunc(known, func(u member.User) bool { return u.Email == n.Email }) {
		return ErrKnown
	}
	return nil
}

// person gives who of ours a newcomer is: the one of their name with whom deals
// are already and who is no user yet, or a new one, who is still to be written.
func person(ctx context.Context, d *desk.Desk, n Newcomer, known []member.User) (throughline.PersonID, []store.Person, error) {
	found, err := d.Ledger.FindPeople(ctx, d.Workspace, n.Name, 50)
	if err != nil {
		return throughline.PersonID{}, nil, err
	}
	for _, p := range found {
		taken := slices.ContainsFunc(known, func(u member.User) bool { return u.ID == p.ID })
		if p.Ours && p.Erased.IsZero() && strings.EqualFold(p.Name, n.Name) && !taken && (n.vouched == nil && n.entry == nil || address(p.Email) == n.Email) {
			return p.ID, nil, nil
		}
	}
	id := throughline.PersonID(d.NewID())
	return id, []store.Person{{ID: id, Recorded: d.Now().UTC(), Ours: true, Name: n.Name, Email: n.Email}}, nil
}

// Begin makes the first admin, who signs in with it. Whoever calls it has seen to
// it that they may: they are at the machine itself.
func (o *Porter) Begin(ctx context.Context, d *desk.Desk, n Newcomer) (member.Secret, error) {
	const op = "begin a team"
	n.Role = member.Admin
	o.making.Lock()
	defer o.making.Unlock()
	if begun, err := o.Begun(ctx, d); err != nil || begun {
		if err == nil {
			err = throughline.Fail(op, throughline.Conflict, "", ErrTeam)
		}
		return member.Secret{}, err
	}
	err := n.check(nil)
	if err == nil {
		err = member.CheckPassword(n.Password, n.Name, n.Email)
	}
	if err != nil {
		return member.Secret{}, throughline.Fail(op, throughline.Invalid, n.Name, err)
	}
	id, err := o.add(ctx, d, n, nil, 0)
	if throughline.KindOf(err) == throughline.Conflict {
		err = throughline.Fail(op, throughline.Conflict, "", ErrTeam)
	}
	if err != nil {
		return member.Secret{}, err
	}
	if err := o.choose(ctx, d, id, n.Password); err != nil {
		return member.Secret{}, err
	}
	return o.begin(ctx, d, id, lasting(d))
}

// add writes who is new and that they may come in, in one transaction, where the
// users are those whom so many lines say: else store.ErrMeanwhile, and nobody is added.
func (o *Porter) add(ctx context.Context, d *desk.Desk, n Newcomer, known []member.User, lines int) (throughline.PersonID, error) {
	id, people, err := person(ctx, d, n, known)
	if err != nil {
		return id, err
	}
	body := member.Body{Name: n.Name, Email: n.Email, Role: n.Role, Entry: n.entry, Out: n.out}
	if n.vouched != nil { // in one line: somebody added whom nothing binds could not come in again
		body.Issuer, body.Subject = n.vouched.Issuer, n.vouched.Subject
	}
	line := admission(d, users, throughline.ID(id), member.Added, body)
	line.First, line.Lines = lines == 0, lines // of two that add at once, on two machines, one does
	if _, err := d.Ledger.Append(ctx, d.Workspace, store.Batch{People: people, Register: &line}); err != nil {
		return id, err
	}
	if err := note(ctx, d, users, throughline.ID(id), member.Added, member.Body{Role: n.Role}); err != nil || n.vouched == nil {
		return id, err
	}
	return id, note(ctx, d, users, throughline.ID(id), member.Bound, member.Body{})
}

// mostAgain bounds how often something is decided anew since others wrote meanwhile.
const mostAgain = 20

// again does something that rests on who the users are, anew where others changed
// that meanwhile.
func again(do func() error) (err error) {
	for range mostAgain {
		if err = do(); !errors.Is(err, store.ErrMeanwhile) {
			return err
		}
	}
	return err
}

// Add adds somebody and gives the secret of an invitation, by which they choose
// a password.
func (o *Porter) Add(ctx context.Context, d *desk.Desk, n Newcomer) (id throughline.PersonID, s member.Secret, err error) {
	err = again(func() error {
		id, s, err = o.addOnce(ctx, d, n)
		return err
	})
	return id, s, err
}

func (o *Porter) addOnce(ctx context.Context, d *desk.Desk, n Newcomer) (throughline.PersonID, member.Secret, error) {
	known, lines, err := usersOf(ctx, d)
	if err != nil {
		return throughline.PersonID{}, member.Secret{}, err
	}
	if err := n.check(known); err != nil {
		kind := throughline.Invalid
		if err == ErrKnown {
			kind = throughline.Conflict
		}
		return throughline.PersonID{}, member.Secret{}, throughline.Fail("add", kind, n.Email, err)
	}
	if len(known) == 0 {
		n.Role = member.Admin // somebody has to be able to add the others
	}
	id, err := o.add(ctx, d, n, known, lines)
	if len(known) == 0 && throughline.KindOf(err) == throughline.Conflict {
		err = throughline.Fail("add", throughline.Conflict, n.Email, ErrTeam)
	}
	if err != nil {
		return id, member.Secret{}, err
	}
	s, err := o.invite(ctx, d, id)
	return id, s, err
}

func (o *Porter) invite(ctx context.Context, d *desk.Desk, id throughline.PersonID) (member.Secret, error) {
	s, err := o.secret()
	if err != nil {
		return s, err
	}
	return s, admit(ctx, d, users, throughline.ID(id), member.Invited, member.Body{Hash: s.Hash(), Until: d.Now().Add(InvitationLasts)})
}

// Find gives the user of an id, an address or a name, asked for in this order: a
// name is what somebody calls themselves, and may be another's address. A name that
// several have is nobody's.
func Find(all []member.User, words string) (*member.User, error) {
	const op = "find user"
	words = strings.TrimSpace(words)
	for _, is := range []func(*member.User) bool{
		func(u *member.User) bool { return u.ID.String() == words },
		func(u *member.User) bool { return u.Email == address(words) },
		func(u *member.User) bool { return strings.EqualFold(u.Name, words) },
	} {
		var found *member.User
		for i := range all {
			switch u := &all[i]; {
			case !is(u):
			case found != nil:
				return nil, throughline.Fail(op, throughline.Conflict, words, ErrSeveral)
			default:
				found = u
			}
		}
		if found != nil {
			return found, nil
		}
	}
	return nil, throughline.Fail(op, throughline.NotFound, words, ErrNobody)
}

// keepsAdmin refuses to take the last admin away.
func keepsAdmin(all []member.User, gone *member.User) error {
	if gone.Role != member.Admin || !gone.Here() {
		return nil
	}
	for _, u := range all {
		came := u.Came() || !gone.Came() // one who never came is no stand-in for one who did
		if u.ID != gone.ID && u.Here() && u.Role == member.Admin && came {
			return nil
		}
	}
	return throughline.Fail("change user", throughline.Conflict, gone.Name, ErrLastOne)
}

// SetRole gives somebody another role, from their next request on. Of two admins who
// make each other less at once, one stays.
func SetRole(ctx context.Context, d *desk.Desk, who string, role member.Role) error {
	if !role.Known() {
		return throughline.Fail("change user", throughline.Invalid, who, ErrRole)
	}
	return again(func() error {
		all, lines, err := usersOf(ctx, d)
		if err != nil {
			return err
		}
		u, err := Find(all, who)
		if err != nil || u.Role == role {
			return err
		}
		if role != member.Admin {
			if err := keepsAdmin(all, u); err != nil {
				return err
			}
		}
		return meanwhile(ctx, d, users, throughline.ID(u.ID), member.Changed, member.Body{Role: role}, lines)
	})
}

// Leave takes somebody's access away: sessions and tokens open nothing from now on.
// What they wrote stays, under their name. Whose groups or directory had taken it away
// already is not brought back by them from now on. Of two admins who take it from each
// other at once, one stays.
func Leave(ctx context.Context, d *desk.Desk, who string) error {
	return again(func() error {
		all, lines, err := usersOf(ctx, d)
		if err != nil {
			return err
		}
		u, err := Find(all, who)
		if err != nil || u.Dismissed() {
			return err
		}
		if err := keepsAdmin(all, u); err != nil {
			return err
		}
		return meanwhile(ctx, d, users, throughline.ID(u.ID), member.Left, member.Body{}, lines)
	})
}

// Invite gives somebody a new invitation; one who had left may come in again with it.
func (o *Porter) Invite(ctx context.Context, d *desk.Desk, who string) (member.Secret, error) {
	all, err := Users(ctx, d)
	if err != nil {
		return member.Secret{}, err
	}
	u, err := Find(all, who)
	if err != nil {
		return member.Secret{}, err
	}
	if u.Email == "" { // given to somebody else since: they could never come by it, and no directory could switch them off
		return member.Secret{}, throughline.Fail("invite", throughline.Conflict, u.Name, ErrEmail)
	}
	if !u.Here() {
		if err := admit(ctx, d, users, throughline.ID(u.ID), member.Returned, member.Body{}); err != nil {
			return member.Secret{}, err
		}
	}
	return o.invite(ctx, d, u.ID)
}

// Invited gives whose invitation a secret is.
func Invited(ctx context.Context, d *desk.Desk, secret string) (member.User, error) {
	s, ok := member.ReadSecret(secret)
	all, err := Users(ctx, d)
	if err != nil {
		return member.User{}, err
	}
	for i := range all {
		if ok && all[i].Welcomes(s, d.Now()) {
			return all[i], nil
		}
	}
	return member.User{}, throughline.Fail("open invitation", throughline.NotFound, "", ErrInvite)
}

// Welcome lets whoever was invited choose a password, and signs them in; a second factor that
// they have is asked for all the same.
func (o *Porter) Welcome(ctx context.Context, d *desk.Desk, secret, password string) (Entry, error) {
	u, err := Invited(ctx, d, secret)
	if err != nil {
		return Entry{}, err
	}
	if !o.mayUsePassword(&u) {
		return Entry{}, throughline.Fail("choose a password", throughline.Invalid, "", o.errPasswords())
	}
	own := *d
	own.Author = u.ID
	if err := o.choosing(ctx, &own, &u, password); err != nil {
		return Entry{}, err
	}
	return o.enter(ctx, &own, &u)
}

// ChangePassword gives somebody who is signed in another password, and a new
// session; their other ones end.
func (o *Porter) ChangePassword(ctx context.Context, d *desk.Desk, g Guest, old, password, from string) (member.Secret, error) {
	if err := tried(ctx, d, "change password", ofPlace(from), ofName(g.User.Email, from)); err != nil {
		return member.Secret{}, err
	}
	if !o.opens(ctx, g.User.Sealed, old) {
		return member.Secret{}, throughline.Fail("change password", throughline.Invalid, "", ErrWrong)
	}
	if err := o.choosing(ctx, d, &g.User, password); err != nil {
		return member.Secret{}, err
	}
	return o.begin(ctx, d, g.User.ID, lasting(d))
}

func (o *Porter) choosing(ctx context.Context, d *desk.Desk, u *member.User, password string) error {
	if err := member.CheckPassword(password, u.Name, u.Email); err != nil {
		return throughline.Fail("choose a password", throughline.Invalid, "", err)
	}
	return o.choose(ctx, d, u.ID, password)
}

func (o *Porter) choose(ctx context.Context, d *desk.Desk, id throughline.PersonID, password string) error {
	var salt [16]byte
	if err := o.draw(salt[:]); err != nil {
		return err
	}
	return admit(ctx, d, users, throughline.ID(id), member.Chosen, member.Body{Sealed: member.SealPassword(password, salt)})
}

// Passes gives the sessions and tokens of somebody that would open now, the
// newest first.
func Passes(ctx context.Context, d *desk.Desk, id throughline.PersonID) (sess, toks []member.Pass, err error) {
	u, err := userOf(ctx, d, id)
	if err != nil {
		return nil, nil, err
	}
	for room, out := range map[string]*[]member.Pass{sessions: &sess, tokens: &toks} {
		all, err := lines(ctx, d, room, throughline.ID{})
		if err != nil {
			return nil, nil, err
		}
		for _, p := range member.FoldPasses(all) {
			if p.User == id && p.Lasts(u, d.Now(), room == sessions) {
				*out = append(*out, p)
			}
		}
		slices.SortStableFunc(*out, func(a, b member.Pass) int { return b.Since.Compare(a.Since) })
	}
	return sess, toks, nil
}

// End ends a session or a token of somebody's; one that is not theirs is not there.
func End(ctx context.Context, d *desk.Desk, owner throughline.PersonID, pass throughline.ID) error {
	for _, room := range []string{sessions, tokens} {
		all, err := lines(ctx, d, room, pass)
		if err != nil {
			return err
		}
		for _, p := range member.FoldPasses(all) {
			if p.User == owner && p.Gone.IsZero() {
				return admit(ctx, d, room, pass, member.Ended, member.Body{})
			}
		}
	}
	return throughline.Fail("end", throughline.NotFound, "", ErrNobody)
}

// IssueOwn is Issue for whoever has signed in and says their password again; who
// signs in at a provider has done so just now.
func (o *Porter) IssueOwn(ctx context.Context, d *desk.Desk, g Guest, password, from, name string, role member.Role, reads bool, lasts time.Duration) (member.Secret, error) {
	if err := tried(ctx, d, "issue token", ofPlace(from), ofName(g.User.Email, from)); err != nil {
		return member.Secret{}, err
	}
	switch {
	case g.There && d.Now().Sub(g.Since) > freshly:
		return member.Secret{}, throughline.Fail("issue token", throughline.Invalid, "", ErrFresh)
	case !g.There && !o.opens(ctx, g.User.Sealed, password):
		return member.Secret{}, throughline.Fail("issue token", throughline.Invalid, "", ErrWrong)
	}
	if role != member.Directory {
		role = ""
	}
	return o.Issue(ctx, d, g.User.ID, name, role, reads, lasts)
}

// Issue makes a token for a program of somebody's and gives its secret, once.
func (o *Porter) Issue(ctx context.Context, d *desk.Desk, owner throughline.PersonID, name string, role member.Role, reads bool,
	lasts time.Duration) (member.Secret, error) {
	if name = strings.Join(strings.Fields(name), " "); name == "" || utf8.RuneCountInString(name) > mostName {
		return member.Secret{}, throughline.Fail("issue token", throughline.Invalid, "", ErrName)
	}
	if lasts < 24*time.Hour || lasts > mostToken {
		return member.Secret{}, throughline.Fail("issue token", throughline.Invalid, name, ErrLifetime)
	}
	if role == member.Directory {
		u, err := userOf(ctx, d, owner)
		if err == nil && !u.Role.May(member.People, true) {
			err = throughline.Fail("issue token", throughline.Denied, name, ErrDirectory)
		}
		if err != nil {
			return member.Secret{}, err
		}
	}
	s, err := o.secret()
	if err != nil {
		return s, err
	}
	return s, admit(ctx, d, tokens, s.Subject(), member.Issued,
		member.Body{User: owner, Name: name, Role: role, Reads: reads, Hash: s.Hash(), Until: d.Now().Add(lasts)})
}
