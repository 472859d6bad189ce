package team

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/identity"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// Vouching is how people come in for whom an identity provider vouches.
type Vouching struct {
	Provider   *identity.Provider // nil: nobody's word is taken
	Rules      member.Rules
	Lasts      time.Duration // how long such a session holds: as often its groups are asked for again
	AdminsOnly bool          // of those with a password only admins sign in by it; they always may
}

// freshly is how long ago somebody may have signed in at a provider who issues a
// token: a password would be asked for instead.
const freshly = 15 * time.Minute

// ErrFresh is the refusal of a token to whoever signed in long ago.
var ErrFresh = throughline.Refuse("token_fresh", "sign out and in again first: a token is issued within a quarter of an hour of signing in")

// The refusals of who came from a provider. Whoever may not come in is told so
// alike, for whatever reason.
func (v *Vouching) errStranger() error {
	return throughline.Refuse("provider_stranger", "%v knows you, but nobody has let you in here; ask whoever looks after the people of your company",
		"name", v.Provider.Name())
}

func (v *Vouching) errBroke() error {
	return throughline.Refuse("provider_broke", "signing in with %v came to nothing; please begin again", "name", v.Provider.Name())
}

func (v *Vouching) errAway() error {
	return throughline.Refuse("provider_away", "%v does not answer just now; please try again in a while", "name", v.Provider.Name())
}

func (v *Vouching) errPasswords() error {
	return throughline.Refuse("provider_instead", "people sign in with %v here, without a password", "name", v.Provider.Name())
}

// mayUsePassword reports whether somebody may sign in by a password. An admin
// always may: when the provider fails, somebody has to be able to come in.
func (v *Vouching) mayUsePassword(u *member.User) bool {
	return v.Provider == nil || !v.AdminsOnly || u.Role == member.Admin
}

// lasting is a session as those of a password are.
func lasting(d *desk.Desk) member.Body { return member.Body{Until: d.Now().Add(SessionLasts)} }

// mostTrips bounds how many trips are kept in mind as made.
const mostTrips = 50_000

// trips are those that came back: none comes back twice.
type trips struct {
	mu   sync.Mutex
	came map[string]time.Time // by state, until when it would open
}

// first reports whether a trip comes back for the first time, and keeps in mind
// that it did for as long as it would open.
func (t *trips) first(trip identity.Trip, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.came == nil {
		t.came = map[string]time.Time{}
	}
	if _, is := t.came[trip.State]; is {
		return false
	}
	if len(t.came) >= mostTrips {
		for state, until := range t.came {
			if !now.Before(until) {
				delete(t.came, state)
			}
		}
		if len(t.came) >= mostTrips {
			return false
		}
	}
	t.came[trip.State] = trip.Until
	return true
}

// SetOut begins a trip to the provider: where the browser goes, and what it keeps
// until it is back. then is a page of ours, back the address it comes back to.
func (o *Porter) SetOut(ctx context.Context, d *desk.Desk, then, back, from string) (to, sealed, state string, err error) {
	const op = "sign in"
	o.mu.Lock()
	wait, ok := o.setOut.Allow(from, d.Now())
	o.mu.Unlock()
	if !ok {
		return "", "", "", throughline.Fail(op, throughline.Denied, "", errWait(wait))
	}
	trip, err := o.Provider.Trip(then, back)
	if err != nil {
		return "", "", "", err
	}
	if to, err = o.Provider.Begin(ctx, trip); err != nil {
		return "", "", "", o.failed(err)
	}
	sealed, err = o.Provider.Seal(trip)
	return to, sealed, trip.State, err
}

// failed words an error of the provider's, and keeps the cause for the log.
func (o *Porter) failed(err error) error {
	kind := throughline.KindOf(err)
	switch kind {
	case throughline.Unavailable:
		return &Failure{throughline.Fail("sign in", kind, "", o.errAway()), err}
	case throughline.Denied:
		return &Failure{throughline.Fail("sign in", kind, "", o.errBroke()), err}
	}
	return err
}

// Failure is why nobody came in from a provider: what is said, and for the log why.
type Failure struct {
	Said  error
	Cause error
}

// Error gives what is said.
func (f *Failure) Error() string { return f.Said.Error() }

// Unwrap gives what is said.
func (f *Failure) Unwrap() error { return f.Said }

// Arrived is somebody who came back from the provider and is in.
type Arrived struct {
	Secret member.Secret
	Then   string // where they wanted to go
	Token  string // the provider's, by which they sign out there
}

// ComeBack begins a session for whoever comes back from the provider: with what
// their browser kept, the state and the code that the provider sent along. Of a
// refusal the page to which they wanted is told all the same.
func (o *Porter) ComeBack(ctx context.Context, d *desk.Desk, sealed, state, code string) (Arrived, error) {
	trip, err := o.Provider.Open(sealed, state)
	if err == nil && !o.trips.first(trip, d.Now()) {
		err = identity.ErrTrip
	}
	if err == nil && code == "" {
		err = throughline.Fail("sign in", throughline.Denied, "", nil) // they went no further there
	}
	var v member.Vouched
	var token string
	if err == nil {
		v, token, err = o.Provider.Vouch(ctx, trip, code)
	} else {
		err = throughline.Fail("sign in", throughline.Denied, "", err)
	}
	if throughline.KindOf(err) == throughline.Denied {
		if err := d.Note(ctx, store.Deed{Did: signIn, About: "user", Outcome: store.DeedRefused}, false); err != nil {
			return Arrived{}, err
		}
	}
	if err != nil {
		return Arrived{Then: trip.Then}, o.failed(err)
	}
	secret, err := o.admitVouched(ctx, d, v)
	return Arrived{secret, trip.Then, token}, err
}

// admitVouched lets in for whom the provider vouches, as the rules say: it adds,
// binds, gives another role or takes access away, and begins a session.
// Of two tabs of somebody new, at whichever servers, one adds them, and the other
// finds them added.
func (o *Porter) admitVouched(ctx context.Context, d *desk.Desk, v member.Vouched) (s member.Secret, err error) {
	err = again(func() error {
		s, err = o.admitOnce(ctx, d, v)
		return err
	})
	return s, err
}

func (o *Porter) admitOnce(ctx context.Context, d *desk.Desk, v member.Vouched) (member.Secret, error) {
	all, lines, err := usersOf(ctx, d)
	if err != nil {
		return member.Secret{}, err
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return member.Secret{}, err
	}
	known := member.Known(all, v)
	groups, ownGroups := o.Rules.RoleGroups(known, kept, v.Groups)
	teamsBy, ownTeams := o.Rules.TeamGroups(known, kept, v.Groups)
	v.Groups = groups
	verdict := o.Rules.Judge(all, v, d.Now())
	own, id := *d, throughline.PersonID{} // what follows from groups nobody here did
	own.Author, own.Acting = throughline.PersonID{}, deal.Actor{Via: deal.ViaJob}
	if verdict.User != nil {
		id = verdict.User.ID
	}
	if err := carryOut(ctx, &own, all, lines, verdict, v, ownGroups); err != nil {
		return member.Secret{}, err
	}
	if !verdict.In {
		return member.Secret{}, o.strange(ctx, d, id, errors.New("the rules let nobody in with this address and these groups"))
	}
	if verdict.User == nil {
		n := Newcomer{Name: short(v.Name), Email: v.Email, Role: verdict.Role, vouched: &v}
		if n.Name == "" || strings.Contains(n.Name, "@") { // what one calls oneself is not to pass for another's address
			n.Name, _, _ = strings.Cut(v.Email, "@")
		}
		if err := n.check(all); err != nil {
			return member.Secret{}, o.strange(ctx, d, id, err)
		}
		if id, err = o.add(ctx, &own, n, all, lines); err != nil {
			return member.Secret{}, err
		}
	}
	if err := o.follow(ctx, &own, id, teamsBy); err != nil {
		return member.Secret{}, err
	}
	if ownGroups || ownTeams {
		if err := o.settle(ctx, &own, []throughline.PersonID{id}); err != nil { // the directory may have said something else meanwhile
			return member.Secret{}, err
		}
		if u, err := userOf(ctx, d, id); err != nil || !u.Here() {
			if err == nil {
				err = o.strange(ctx, d, id, errors.New("a directory took their access away while they signed in"))
			}
			return member.Secret{}, err
		}
	}
	own = *d
	own.Author = id
	return o.begin(ctx, &own, id, member.Body{Until: d.Now().Add(o.Lasts), Provider: true})
}

// carryOut writes what a verdict says of somebody who is known, each line only where
// the users are those whom so many lines say: else store.ErrMeanwhile, and it is judged
// anew. The last admin stays one; without a group they have no new session all the same.
// own says that the groups are a directory's, which leaves them the ways to sign in.
func carryOut(ctx context.Context, d *desk.Desk, all []member.User, lines int, is member.Verdict, v member.Vouched, own bool) error {
	if is.User == nil {
		return nil
	}
	stays := keepsAdmin(all, is.User) != nil // somebody has to be able to add the others
	for _, step := range []struct {
		due  bool
		kind string
		body member.Body
	}{
		{is.Leave && !stays, member.Left, member.Body{Provider: true, Directory: own}},
		{is.Bind, member.Bound, member.Body{Issuer: v.Issuer, Subject: v.Subject}},
		{is.Role != "" && !stays, member.Changed, member.Body{Role: is.Role}}, // before they return: nobody comes back as more than they are
		{is.Return, member.Returned, member.Body{Provider: true, Directory: own}},
	} {
		if step.due {
			if err := meanwhile(ctx, d, users, throughline.ID(is.User.ID), step.kind, step.body, lines); err != nil {
				return err
			}
			lines++
		}
	}
	return nil
}

// short cuts a name to what is kept of one.
func short(name string) string {
	if r := []rune(name); len(r) > mostName {
		name = string(r[:mostName])
	}
	return name
}

// strange notes that somebody for whom the provider vouches did not come in, and
// says so; the log has why. Whose address or name it was is told of nobody who is not known.
func (o *Porter) strange(ctx context.Context, d *desk.Desk, id throughline.PersonID, cause error) error {
	if err := d.Note(ctx, store.Deed{Did: signIn, About: "user", Object: throughline.ID(id), Outcome: store.DeedRefused}, false); err != nil {
		return err
	}
	return &Failure{throughline.Fail("sign in", throughline.Denied, "", o.errStranger()), cause}
}
