package team

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/passkey"
	"github.com/throughline/throughline/internal/store"
)

// passkeys is the room of the register that has how often each passkey signed.
const passkeys = "passkey"

// AskedLasts is how long a browser may take to answer with a passkey.
const AskedLasts = 5 * time.Minute

// mostPasskeys is how many somebody may have.
const mostPasskeys = 20

// The refusals about passkeys.
var (
	ErrPasskey        = throughline.Refuse("passkey_wrong", "this passkey lets nobody in here; sign in another way")
	ErrPasskeyOver    = throughline.Refuse("passkey_over", "that took too long, or was used already; please try again")
	ErrPasskeyDoubted = throughline.Refuse("passkey_doubted", "this passkey counts back, so there may be a copy of it; it opens nothing any more. Sign in another way and remove it")
	ErrPasskeyMany    = throughline.Refuse("passkey_many", "that are enough passkeys; remove one first")
	ErrPasskeyMade    = throughline.Refuse("passkey_made", "the passkey could not be taken; please try again")
)

// question is what a browser keeps, sealed, between being asked and its answer.
type question struct {
	passkey.Asked
	Until time.Time `json:"until"`
}

// sealing is the key by which questions are sealed: the one that all servers share,
// else one of this process.
func (o *Porter) sealing() (member.Key, error) {
	if k, err := o.key(false); err == nil {
		return k, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.own == nil {
		var k member.Key
		if err := o.draw(k[:]); err != nil {
			return k, err
		}
		o.own = &k
	}
	return *o.own, nil
}

func (o *Porter) seal(d *desk.Desk, purpose string, asked passkey.Asked) (string, error) {
	k, err := o.sealing()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(question{asked, d.Now().Add(AskedLasts).UTC()})
	if err != nil {
		return "", err
	}
	var nonce [12]byte
	if err := o.draw(nonce[:]); err != nil {
		return "", err
	}
	return k.Seal(purpose, text, nonce), nil
}

// unseal gives the question that a browser kept.
func (o *Porter) unseal(d *desk.Desk, purpose, sealed string) (q question, err error) {
	k, err := o.sealing()
	if err != nil {
		return q, err
	}
	over := throughline.Fail("take a passkey", throughline.Denied, "", ErrPasskeyOver)
	text, err := k.Open(purpose, sealed)
	if err != nil || json.Unmarshal(text, &q) != nil || q.Session.Challenge == "" || !d.Now().Before(q.Until) {
		return q, over
	}
	return q, nil
}

const signing = "sign in by a passkey"

func adding(u *member.User) string { return "add a passkey " + u.ID.String() }

// answered keeps that a question was answered: it is once, in whichever process.
func answered(ctx context.Context, d *desk.Desk, q question) error {
	return once(ctx, d, codes, member.Passkey{Key: []byte("asked " + q.Session.Challenge)}.Subject(), 1, ErrPasskeyOver)
}

// AskPasskey is what a browser needs to sign in with a passkey, and what it keeps.
func (o *Porter) AskPasskey(d *desk.Desk, s passkey.Site) (options []byte, sealed string, err error) {
	options, asked, err := s.Ask()
	if err == nil {
		sealed, err = o.seal(d, signing, asked)
	}
	return options, sealed, err
}

// EnterPasskey begins a session for whoever's passkey signed what their browser was
// asked. Their device asked them for a finger, a face or a number, so that it counts
// as both factors.
func (o *Porter) EnterPasskey(ctx context.Context, d *desk.Desk, s passkey.Site, sealed string, answer []byte, from string) (member.Secret, error) {
	const op = "sign in"
	if err := tried(ctx, d, op, ofPlace(from)); err != nil {
		return member.Secret{}, err
	}
	q, err := o.unseal(d, signing, sealed)
	if err != nil {
		return member.Secret{}, err
	}
	u, signed, err := s.Check(q.Asked, answer, func(id throughline.PersonID) (*member.User, error) { return userOf(ctx, d, id) })
	if throughline.KindOf(err) == throughline.Denied || err == nil && (!u.Here() || u.Issuer != "" || !o.mayUsePassword(u)) {
		return member.Secret{}, o.notByPasskey(ctx, d, u, ErrPasskey)
	}
	if err != nil {
		return member.Secret{}, err
	}
	if err := answered(ctx, d, q); err != nil {
		return member.Secret{}, err
	}
	at := slices.IndexFunc(u.Passkeys, func(p member.Passkey) bool { return string(p.Key) == string(signed.Key) })
	if at < 0 || u.Passkeys[at].Doubted {
		return member.Secret{}, o.notByPasskey(ctx, d, u, ErrPasskeyDoubted)
	}
	own := *d
	own.Author = u.ID
	back, err := countOn(ctx, &own, u.Passkeys[at], signed.Count)
	if err != nil {
		return member.Secret{}, err
	}
	if back {
		if err := admit(ctx, &own, users, throughline.ID(u.ID), member.PasskeyDoubted, member.Body{Passkey: &member.Passkey{Key: signed.Key}}); err != nil {
			return member.Secret{}, err
		}
		return member.Secret{}, o.notByPasskey(ctx, d, u, ErrPasskeyDoubted)
	}
	body := lasting(d)
	body.Keyed = true
	return o.begin(ctx, &own, u.ID, body)
}

// countOn keeps how often a passkey says that it signed, and reports whether that
// goes back, or stands still: then another device has signed with a copy of it. One
// that never counts says nothing.
func countOn(ctx context.Context, d *desk.Desk, p member.Passkey, now uint32) (back bool, err error) {
	all, err := d.Ledger.Admissions(ctx, d.Workspace, passkeys, p.Subject())
	if err != nil {
		return false, err
	}
	last := p.Count
	for _, l := range all {
		var b member.Body
		if json.Unmarshal(l.Body, &b) == nil {
			last = max(last, b.Count)
		}
	}
	if now == 0 && last == 0 {
		return false, nil
	}
	if now <= last {
		return true, nil
	}
	line := admission(d, passkeys, p.Subject(), member.Used, member.Body{User: d.Author, Count: now})
	line.N = len(all) + 1
	err = d.Ledger.Admit(ctx, d.Workspace, line)
	if throughline.KindOf(err) == throughline.Conflict { // at the same instant elsewhere
		err = throughline.Fail("sign in", throughline.Denied, "", ErrPasskeyOver)
	}
	return false, err
}

// notByPasskey notes that somebody's passkey let nobody in, and says so.
func (o *Porter) notByPasskey(ctx context.Context, d *desk.Desk, u *member.User, why error) error {
	deed := store.Deed{Did: signIn, About: "user", Outcome: store.DeedRefused}
	if u != nil {
		deed.Object = throughline.ID(u.ID)
	}
	if err := d.Note(ctx, deed, false); err != nil {
		return err
	}
	return throughline.Fail("sign in", throughline.Denied, "", why)
}

// OfferPasskey is what a browser needs to make a passkey of whoever has signed in, and
// what it keeps. They show once more that they are who they are: by a code where they
// have a second factor, else by their password.
func (o *Porter) OfferPasskey(ctx context.Context, d *desk.Desk, g Guest, s passkey.Site, company, proof, from string) (options []byte, sealed string, err error) {
	const op = "add a passkey"
	switch {
	case g.User.Issuer != "":
		return nil, "", throughline.Fail(op, throughline.Invalid, "", ErrVouched)
	case len(g.User.Passkeys) >= mostPasskeys:
		return nil, "", throughline.Fail(op, throughline.Invalid, "", ErrPasskeyMany)
	case g.User.HasFactor():
		if err := o.takeCode(ctx, d, &g.User, proof, from); err != nil {
			return nil, "", err
		}
	default:
		if err := tried(ctx, d, op, ofPlace(from), ofName(g.User.Email, from)); err != nil {
			return nil, "", err
		}
		if !o.opens(ctx, g.User.Sealed, proof) {
			return nil, "", throughline.Fail(op, throughline.Invalid, "", ErrWrong)
		}
	}
	options, asked, err := s.Offer(&g.User, Issuer(company))
	if err == nil {
		sealed, err = o.seal(d, adding(&g.User), asked)
	}
	return options, sealed, err
}

// AddPasskey keeps the passkey that a browser made.
func (o *Porter) AddPasskey(ctx context.Context, d *desk.Desk, g Guest, s passkey.Site, sealed string, answer []byte, name string) error {
	const op = "add a passkey"
	if name = strings.Join(strings.Fields(name), " "); name == "" || utf8.RuneCountInString(name) > mostName {
		return throughline.Fail(op, throughline.Invalid, "", ErrName)
	}
	q, err := o.unseal(d, adding(&g.User), sealed)
	if err != nil {
		return err
	}
	p, err := s.Take(&g.User, q.Asked, answer)
	if throughline.KindOf(err) == throughline.Denied {
		err = throughline.Fail(op, throughline.Invalid, "", ErrPasskeyMade)
	}
	if err != nil {
		return err
	}
	if err := answered(ctx, d, q); err != nil {
		return err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	for _, u := range all { // one that is known is nobody's to add again: its count would be taken further for its owner
		if slices.ContainsFunc(u.Passkeys, func(k member.Passkey) bool { return string(k.Key) == string(p.Key) }) {
			return throughline.Fail(op, throughline.Invalid, "", ErrPasskeyMade)
		}
	}
	p.Name = name
	return admit(ctx, d, users, throughline.ID(g.User.ID), member.PasskeyAdded, member.Body{Passkey: &p})
}

// EndPasskey removes a passkey of whoever has signed in; one that is not theirs is
// not there.
func EndPasskey(ctx context.Context, d *desk.Desk, g Guest, id string) error {
	for _, p := range g.User.Passkeys {
		if p.Subject().String() == id {
			return admit(ctx, d, users, throughline.ID(g.User.ID), member.PasskeyEnded, member.Body{Passkey: &member.Passkey{Key: p.Key}})
		}
	}
	return throughline.Fail("remove a passkey", throughline.NotFound, "", ErrNobody)
}
