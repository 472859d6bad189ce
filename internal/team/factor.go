package team

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// The rooms of the register beside users, sessions and tokens.
const (
	halves  = "half"          // somebody has said their password and not their code
	codes   = "code"          // a code was used
	factors = "second_factor" // whether everybody needs one
)

// Passing are the rooms of which a copy that is brought back to an instant keeps
// nothing: who was signed in, tokens, codes that were used.
func Passing() []string { return []string{sessions, tokens, halves, codes} }

// TakingAway are the kinds of lines by which access is taken from somebody: a copy
// that is brought back to an instant before gives none of it back.
func TakingAway() []string { return []string{member.Left, member.PasskeyEnded, member.PasskeyDoubted} }

// How long things about a second factor hold.
const (
	HalfLasts  = 10 * time.Minute
	setupLasts = 20 * time.Minute
)

// factorRule is the subject of whether everybody needs a second factor.
var factorRule = throughline.ID{1}

// Keeping gives the key by which secrets of second factors are sealed; make makes it
// where there is none yet. ErrNoKey says that there is none.
type Keeping func(make bool) (member.Key, error)

// The refusals about a second factor.
var (
	ErrNoKey     = throughline.Refuse("factor_no_key", "this server has no key for second factors yet; whoever runs it names one by --factor-key")
	ErrCode      = throughline.Refuse("factor_code", "that is not the code of now, or it has been used; wait for the next one")
	ErrHalf      = throughline.Refuse("factor_half", "that took too long; please begin again with your password")
	ErrByPasskey = throughline.Refuse("factor_by_passkey", "everybody needs a second factor here, and yours is a passkey: sign in with it")
	ErrSetup     = throughline.Refuse("factor_setup", "that took too long; please set it up anew")
	ErrNeeded    = throughline.Refuse("factor_needed", "everybody needs a second factor here; it can be set up anew, not turned off")
	ErrOwnFactor = throughline.Refuse("factor_own", "set up a second factor of your own first: you too would need it")
	ErrSelf      = throughline.Refuse("factor_self", "your own is turned off on your own page, with a code")
	ErrNoFactor  = throughline.Refuse("factor_none", "there is no second factor to take off")
	ErrVouched   = throughline.Refuse("factor_provider", "whoever signs in at a provider has their second factor there")
)

// Entry is how far a password got somebody.
type Entry struct {
	Session member.Secret // they are in
	Half    member.Secret // or they are asked for a code, or to set up a second factor
}

// In reports whether they are in.
func (e Entry) In() bool { return e.Session.Reveal() != "" }

// enter goes on behind a password: to a session, or to the second factor that they
// have or need.
func (o *Porter) enter(ctx context.Context, d *desk.Desk, u *member.User) (Entry, error) {
	needed, err := FactorNeeded(ctx, d)
	if err != nil {
		return Entry{}, err
	}
	if needed && u.ByPasskey() { // else whoever knows the password would set up a telephone of their own
		return Entry{}, throughline.Fail("sign in", throughline.Denied, "", ErrByPasskey)
	}
	if !u.HasFactor() && !needed {
		session, err := o.begin(ctx, d, u.ID, lasting(d))
		if err != nil {
			return Entry{}, err
		}
		// Whoever made it needed meanwhile ended the sessions that they saw.
		if needed, err = FactorNeeded(ctx, d); err == nil && needed {
			err = End(ctx, d, u.ID, session.Subject())
		} else if err == nil {
			return Entry{Session: session}, nil
		}
		if err != nil && throughline.KindOf(err) != throughline.NotFound {
			return Entry{}, err
		}
	}
	half, err := o.secret()
	if err != nil {
		return Entry{}, err
	}
	body := member.Body{User: u.ID, Hash: half.Hash(), Until: d.Now().Add(HalfLasts)}
	return Entry{Half: half}, d.Ledger.Admit(ctx, d.Workspace, admission(d, halves, half.Subject(), member.Began, body))
}

// HalfIn gives who has said their password and not their code. It is no guest:
// it opens nothing but the way on.
func HalfIn(ctx context.Context, d *desk.Desk, text string) (member.User, error) {
	over := throughline.Fail("sign in", throughline.Denied, "", ErrHalf)
	s, is := member.ReadSecret(text)
	if !is {
		return member.User{}, over
	}
	all, err := lines(ctx, d, halves, s.Subject())
	if err != nil {
		return member.User{}, err
	}
	passes := member.FoldPasses(all)
	if len(passes) != 1 || len(all) != 1 {
		return member.User{}, over
	}
	u, err := userOf(ctx, d, passes[0].User)
	switch {
	case err != nil:
		return member.User{}, err
	case !passes[0].Holds(s, u, d.Now(), true):
		return member.User{}, over
	}
	return *u, nil
}

// once keeps that something was done that may be done once; of several at once, in
// whichever process, one is told that it did.
func once(ctx context.Context, d *desk.Desk, room string, subject throughline.ID, n int, refusal error) error {
	line := admission(d, room, subject, member.Used, member.Body{})
	line.N = n
	err := d.Ledger.Admit(ctx, d.Workspace, line)
	if throughline.KindOf(err) == throughline.Conflict {
		err = throughline.Fail("sign in", throughline.Denied, "", refusal)
	}
	return err
}

// EnterCode ends half a signing in with a code of the telephone, or with a recovery
// code, and begins a session.
func (o *Porter) EnterCode(ctx context.Context, d *desk.Desk, half, code, from string) (member.Secret, error) {
	u, err := HalfIn(ctx, d, half)
	if err != nil {
		return member.Secret{}, err
	}
	own := *d
	own.Author = u.ID
	if err := o.takeCode(ctx, &own, &u, code, from); err != nil {
		return member.Secret{}, err
	}
	return o.through(ctx, &own, &u, half, from)
}

// through turns half a signing in into a session of another secret, once.
func (o *Porter) through(ctx context.Context, d *desk.Desk, u *member.User, half, from string) (member.Secret, error) {
	s, _ := member.ReadSecret(half)
	if err := once(ctx, d, halves, s.Subject(), 2, ErrHalf); err != nil {
		return member.Secret{}, err
	}
	if err := forgiven(ctx, d, ofName(u.Email, from)); err != nil {
		return member.Secret{}, err
	}
	return o.begin(ctx, d, u.ID, lasting(d))
}

// takeCode looks at a code of somebody's and uses it up. What does not fit is
// refused alike, and noted; from wherever they come, one has so many tries.
func (o *Porter) takeCode(ctx context.Context, d *desk.Desk, u *member.User, text, from string) error {
	const op = "take a code"
	if err := tried(ctx, d, op, ofPlace(from), ofCode(u.ID)); err != nil {
		return err
	}
	code, recovery, ok := member.ReadCode(text)
	var hash []byte
	var subject throughline.ID
	if ok && recovery {
		hash, ok = u.Recovers(code)
		subject = member.RecoverySubject(u.ID, hash)
	} else if ok {
		f, err := o.factor(u)
		if err != nil {
			return throughline.Fail(op, throughline.Denied, "", err)
		}
		var step int64
		step, ok = f.Takes(code, d.Now())
		subject = member.CodeSubject(u.ID, step)
	}
	err := error(throughline.Fail(op, throughline.Denied, "", ErrCode))
	if ok {
		err = once(ctx, d, codes, subject, 1, ErrCode)
	}
	if throughline.KindOf(err) == throughline.Denied {
		if err := d.Note(ctx, store.Deed{Did: wrongCode, About: "user", Object: throughline.ID(u.ID), Outcome: store.DeedRefused}, false); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if err := forgiven(ctx, d, ofCode(u.ID)); err != nil {
		return err
	}
	if recovery {
		return admit(ctx, d, users, throughline.ID(u.ID), member.Recovered, member.Body{Hash: hash})
	}
	return nil
}

// wrongCode is what a code that does not fit is called in the audit.
const wrongCode = "code"

func (o *Porter) key(make bool) (member.Key, error) {
	if o.Keeping == nil {
		return member.Key{}, ErrNoKey
	}
	return o.Keeping(make)
}

func (o *Porter) factor(u *member.User) (member.Factor, error) {
	if !u.HasFactor() {
		return member.Factor{}, ErrCode
	}
	key, err := o.key(false)
	if err == ErrNoKey {
		err = member.ErrKey // there was one when it was sealed
	}
	if err != nil {
		return member.Factor{}, err
	}
	return u.Factor(key)
}

// Setup is a second factor that is being set up: shown, and not yet kept.
type Setup struct {
	Factor member.Factor
	Sealed string // what the browser sends back with the first code
}

// PrepareFactor begins to set up a second factor. Nothing is kept of it: the page
// holds it, sealed, until a code shows that the telephone has it.
func (o *Porter) PrepareFactor(d *desk.Desk, u *member.User) (out Setup, err error) {
	const op = "set up a second factor"
	if u.Issuer != "" {
		return out, throughline.Fail(op, throughline.Invalid, "", ErrVouched)
	}
	key, err := o.key(true)
	if err != nil {
		return out, throughline.Fail(op, throughline.Invalid, "", err)
	}
	var nonce [12]byte
	if err := o.draw(out.Factor[:]); err != nil {
		return out, err
	}
	if err := o.draw(nonce[:]); err != nil {
		return out, err
	}
	out.Sealed = key.Seal(setupOf(u), append(binary.BigEndian.AppendUint64(nil, uint64(d.Now().Add(setupLasts).Unix())), out.Factor[:]...), nonce)
	return out, nil
}

func setupOf(u *member.User) string { return "set up " + u.ID.String() }

// reopen gives a setup that a page sent back.
func (o *Porter) reopen(d *desk.Desk, u *member.User, sealed string) (out Setup, err error) {
	key, err := o.key(false)
	if err != nil {
		return out, err
	}
	plain, err := key.Open(setupOf(u), sealed)
	if err != nil || len(plain) != 8+len(out.Factor) || uint64(d.Now().Unix()) >= binary.BigEndian.Uint64(plain) {
		return out, ErrSetup
	}
	copy(out.Factor[:], plain[8:])
	out.Sealed = sealed
	return out, nil
}

// PrepareOwn is PrepareFactor for whoever has signed in and says their password
// again: who finds a browser open does not shut its owner out.
func (o *Porter) PrepareOwn(ctx context.Context, d *desk.Desk, g Guest, password, from string) (Setup, error) {
	const op = "set up a second factor"
	if err := tried(ctx, d, op, ofPlace(from), ofName(g.User.Email, from)); err != nil {
		return Setup{}, err
	}
	if !o.opens(ctx, g.User.Sealed, password) {
		return Setup{}, throughline.Fail(op, throughline.Invalid, "", ErrWrong)
	}
	return o.PrepareFactor(d, &g.User)
}

// confirm keeps a second factor that somebody's telephone has, as a code shows, and
// gives recovery codes, once. Sessions from before are void. Where n is given it is
// kept as the nth line about them, or not at all.
func (o *Porter) confirm(ctx context.Context, d *desk.Desk, u *member.User, n int, sealed, code, from string) (recovery []string, again Setup, err error) {
	const op = "set up a second factor"
	bad := func(err error) ([]string, Setup, error) {
		return nil, again, throughline.Fail(op, throughline.Invalid, "", err)
	}
	if again, err = o.reopen(d, u, sealed); err != nil {
		return bad(err)
	}
	if err := tried(ctx, d, op, ofPlace(from), ofCode(u.ID)); throughline.KindOf(err) == throughline.Denied {
		return bad(errors.Unwrap(err)) // the page stays, and says so
	} else if err != nil {
		return nil, again, err
	}
	typed, other, ok := member.ReadCode(code)
	step, right := again.Factor.Takes(typed, d.Now())
	if !ok || other || !right {
		return bad(ErrCode)
	}
	if err := once(ctx, d, codes, member.CodeSubject(u.ID, step), 1, ErrCode); err != nil {
		return bad(ErrCode)
	}
	key, err := o.key(false)
	if err != nil {
		return bad(err)
	}
	var nonce [12]byte
	if err := o.draw(nonce[:]); err != nil {
		return nil, again, err
	}
	shown, kept, err := o.recovery()
	if err != nil {
		return nil, again, err
	}
	body := member.Body{Factor: u.SealFactor(key, again.Factor, nonce), Codes: kept}
	line := admission(d, users, throughline.ID(u.ID), member.Factored, body)
	line.N = n
	if err := d.Ledger.Admit(ctx, d.Workspace, line); err != nil {
		return nil, again, err
	}
	return shown, again, note(ctx, d, users, throughline.ID(u.ID), member.Factored, body)
}

func (o *Porter) recovery() (shown []string, kept [][]byte, err error) {
	var drawn [member.RecoveryCodes * 10]byte
	if err := o.draw(drawn[:]); err != nil {
		return nil, nil, err
	}
	shown, kept = member.NewRecovery(drawn)
	return shown, kept, nil
}

// ConfirmOwn keeps the second factor of whoever has signed in; they go on in a new session.
func (o *Porter) ConfirmOwn(ctx context.Context, d *desk.Desk, g Guest, sealed, code, from string) ([]string, member.Secret, Setup, error) {
	recovery, again, err := o.confirm(ctx, d, &g.User, 0, sealed, code, from)
	if err != nil {
		return nil, member.Secret{}, again, err
	}
	s, err := o.begin(ctx, d, g.User.ID, lasting(d))
	return recovery, s, again, err
}

// PrepareHalf is PrepareFactor for whoever needs a second factor to come in at all.
func (o *Porter) PrepareHalf(ctx context.Context, d *desk.Desk, half string) (member.User, Setup, error) {
	u, err := HalfIn(ctx, d, half)
	if err == nil && u.ByPasskey() { // added since
		err = throughline.Fail("sign in", throughline.Denied, "", ErrByPasskey)
	}
	if err != nil || u.HasFactor() {
		return u, Setup{}, err
	}
	setup, err := o.PrepareFactor(d, &u)
	return u, setup, err
}

// ConfirmHalf keeps the second factor of whoever needs one to come in at all; with it
// they are in. Of two who set one up at once, in whichever process, one does.
func (o *Porter) ConfirmHalf(ctx context.Context, d *desk.Desk, half, sealed, code, from string) ([]string, member.Secret, Setup, error) {
	u, err := HalfIn(ctx, d, half)
	n := 0
	if err == nil {
		var known []store.Admission
		if known, err = d.Ledger.Admissions(ctx, d.Workspace, users, throughline.ID(u.ID)); err == nil {
			n = len(known) + 1
			u, err = HalfIn(ctx, d, half) // as they are with no more lines than these
		}
	}
	over := throughline.Fail("sign in", throughline.Denied, "", ErrHalf)
	if err == nil && (u.HasFactor() || u.ByPasskey()) { // it is asked for, not replaced by whoever knows the password
		err = over
	}
	if err != nil {
		return nil, member.Secret{}, Setup{}, err
	}
	own := *d
	own.Author = u.ID
	recovery, again, err := o.confirm(ctx, &own, &u, n, sealed, code, from)
	if throughline.KindOf(err) == throughline.Conflict {
		err = over
	}
	if err != nil {
		return nil, member.Secret{}, again, err
	}
	s, err := o.through(ctx, &own, &u, half, from)
	return recovery, s, again, err
}

// DropOwn turns off the second factor of whoever has signed in, with a code of it.
func (o *Porter) DropOwn(ctx context.Context, d *desk.Desk, g Guest, code, from string) error {
	const op = "turn a second factor off"
	needed, err := FactorNeeded(ctx, d)
	if err == nil && needed {
		err = throughline.Fail(op, throughline.Invalid, "", ErrNeeded)
	}
	if err == nil && !g.User.HasFactor() {
		err = throughline.Fail(op, throughline.Invalid, "", ErrNoFactor)
	}
	if err == nil {
		err = o.takeCode(ctx, d, &g.User, code, from)
	}
	if err != nil {
		return err
	}
	return admit(ctx, d, users, throughline.ID(g.User.ID), member.Unfactored, member.Body{})
}

// RecodeOwn gives whoever has signed in other recovery codes, for a code.
func (o *Porter) RecodeOwn(ctx context.Context, d *desk.Desk, g Guest, code, from string) ([]string, error) {
	if !g.User.HasFactor() {
		return nil, throughline.Fail("make recovery codes", throughline.Invalid, "", ErrNoFactor)
	}
	if err := o.takeCode(ctx, d, &g.User, code, from); err != nil {
		return nil, err
	}
	shown, kept, err := o.recovery()
	if err != nil {
		return nil, err
	}
	return shown, admit(ctx, d, users, throughline.ID(g.User.ID), member.Recoded, member.Body{Codes: kept})
}

// DropFactor takes somebody's second factor and passkeys off, who has lost them. Nobody does that
// for themselves where they have signed in: whoever holds an open browser would.
func DropFactor(ctx context.Context, d *desk.Desk, self throughline.PersonID, who string) error {
	const op = "take a second factor off"
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	u, err := Find(all, who)
	switch {
	case err != nil:
		return err
	case !self.IsZero() && u.ID == self:
		return throughline.Fail(op, throughline.Conflict, "", ErrSelf)
	case !u.Strong():
		return throughline.Fail(op, throughline.Conflict, u.Name, ErrNoFactor)
	}
	for _, p := range u.Passkeys { // whoever lost their telephone lost those on it
		if err := admit(ctx, d, users, throughline.ID(u.ID), member.PasskeyEnded, member.Body{Passkey: &member.Passkey{Key: p.Key}}); err != nil {
			return err
		}
	}
	if !u.HasFactor() {
		return nil
	}
	return admit(ctx, d, users, throughline.ID(u.ID), member.Unfactored, member.Body{})
}

// FactorNeeded reports whether everybody who signs in by a password needs a second
// factor.
func FactorNeeded(ctx context.Context, d *desk.Desk) (needed bool, err error) {
	all, err := lines(ctx, d, factors, factorRule)
	for _, l := range all {
		needed = l.Kind == member.Needed
	}
	return needed, err
}

// NeedFactor says whether everybody needs one. Where they do from now on, sessions of
// those who came in by a password alone end, so that they come in by it anew.
// guest is whoever asks, where somebody has signed in: they have one themselves.
func NeedFactor(ctx context.Context, d *desk.Desk, guest *Guest, needed bool) error {
	was, err := FactorNeeded(ctx, d)
	if err != nil || was == needed {
		return err
	}
	if needed && guest != nil && guest.User.Issuer == "" && !guest.User.Strong() {
		return throughline.Fail("need a second factor", throughline.Conflict, "", ErrOwnFactor)
	}
	kind := member.Free
	if needed {
		kind = member.Needed
	}
	if err := admit(ctx, d, factors, factorRule, kind, member.Body{}); err != nil || !needed {
		return err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	without := map[throughline.PersonID]*member.User{}
	for i, u := range all {
		if u.Issuer == "" && !u.HasFactor() {
			without[u.ID] = &all[i]
		}
	}
	past, err := lines(ctx, d, sessions, throughline.ID{})
	if err != nil {
		return err
	}
	for _, p := range member.FoldPasses(past) {
		if u := without[p.User]; u != nil && !p.There && !p.Keyed && p.Lasts(u, d.Now(), true) {
			if err := End(ctx, d, p.User, p.ID); err != nil && throughline.KindOf(err) != throughline.NotFound {
				return err
			}
		}
	}
	return nil
}

// opens looks at a password, a few at once: each takes a share of the memory.
func (o *Porter) opens(ctx context.Context, sealed, password string) bool {
	select {
	case o.hashing <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-o.hashing }()
	return member.OpensPassword(sealed, password)
}

// Issuer is what a telephone shows the second factor as: the company's name, else ours.
func Issuer(company string) string {
	if company = strings.TrimSpace(company); company != "" {
		return company
	}
	return "Throughline"
}
