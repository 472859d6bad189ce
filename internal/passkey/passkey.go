// Package passkey speaks WebAuthn with browsers: it offers to make a passkey, asks
// for one, and looks at what comes back.
//
// Takes: the address under which a browser asks, whose passkeys there are, what a browser answers.
// Gives: what a browser needs to make a passkey or to sign with one; passkeys; how often one says that it signed.
// Never: keeps anything, knows a session, or takes an answer that a person was not asked for by their device.
package passkey

import (
	"encoding/json"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
)

// Site is a server as passkeys know it: they are bound to its name.
type Site struct {
	Host   string // the relying party's id
	origin string
}

// SiteOf gives the site of an address, https://sales.example.com; ok is false where
// browsers let nobody make passkeys: without TLS, except on localhost, and under the
// number of a machine.
func SiteOf(origin string) (s Site, ok bool) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return s, false
	}
	host := strings.ToLower(u.Hostname())
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	ok = (u.Scheme == "https" || local) && net.ParseIP(host) == nil && protocol.ValidateRPID(host) == nil
	return Site{host, u.Scheme + "://" + u.Host}, ok
}

// Asked is what a browser was asked; it comes back with the answer, sealed.
type Asked struct {
	Session webauthn.SessionData `json:"session"`
}

func (s Site) speak(name string) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: s.Host, RPDisplayName: name, RPOrigins: []string{s.origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
}

// owner is one of ours as the library takes them.
type owner struct{ *member.User }

func (o owner) WebAuthnID() []byte          { return o.ID[:] }
func (o owner) WebAuthnName() string        { return o.Email }
func (o owner) WebAuthnDisplayName() string { return o.Name }
func (o owner) WebAuthnCredentials() (out []webauthn.Credential) {
	for _, p := range o.Passkeys {
		out = append(out, webauthn.Credential{
			ID: p.Key, PublicKey: p.Public, Flags: webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: p.Synced},
		})
	}
	return out
}

// Offer is what a browser needs to make a passkey of somebody's, and what it was asked.
func (s Site) Offer(u *member.User, company string) (options []byte, asked Asked, err error) {
	w, err := s.speak(company)
	if err != nil {
		return nil, asked, err
	}
	var known []protocol.CredentialDescriptor
	for _, c := range (owner{u}).WebAuthnCredentials() {
		known = append(known, c.Descriptor())
	}
	made, session, err := w.BeginRegistration(owner{u}, webauthn.WithExclusions(known))
	if err != nil {
		return nil, asked, err
	}
	options, err = json.Marshal(made.Response)
	return options, Asked{*session}, err
}

// Take gives the passkey that a browser made.
func (s Site) Take(u *member.User, asked Asked, answer []byte) (p member.Passkey, err error) {
	w, err := s.speak("-")
	if err != nil {
		return p, err
	}
	read, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return p, refused(err)
	}
	c, err := w.CreateCredential(owner{u}, asked.Session, read)
	if err != nil {
		return p, refused(err)
	}
	return member.Passkey{Key: c.ID, Public: c.PublicKey, Site: s.Host, Synced: c.Flags.BackupEligible, Count: c.Authenticator.SignCount}, nil
}

// Ask is what a browser needs to sign with whichever passkey of this site it has.
func (s Site) Ask() (options []byte, asked Asked, err error) {
	w, err := s.speak("-")
	if err != nil {
		return nil, asked, err
	}
	made, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, asked, err
	}
	options, err = json.Marshal(made.Response)
	return options, Asked{*session}, err
}

// Signed is what a passkey signed.
type Signed struct {
	Key   []byte // which one
	Count uint32 // how often it says that it signed; 0: it does not count
}

// Check gives whose passkey signed what was asked. find gives somebody by their id.
func (s Site) Check(asked Asked, answer []byte, find func(throughline.PersonID) (*member.User, error)) (u *member.User, signed Signed, err error) {
	w, err := s.speak("-")
	if err != nil {
		return nil, signed, err
	}
	read, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, signed, refused(err)
	}
	var failed error
	_, _, err = w.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var id throughline.PersonID
		if copy(id[:], handle) != len(id) || len(handle) != len(id) {
			return nil, throughline.Fail("find", throughline.NotFound, "", nil)
		}
		if u, failed = find(id); failed != nil {
			return nil, failed
		}
		return owner{u}, nil
	}, asked.Session, read)
	switch {
	case failed != nil:
		return nil, signed, failed
	case err != nil:
		return u, signed, refused(err)
	}
	return u, Signed{read.RawID, read.Response.AuthenticatorData.Counter}, nil
}

func refused(err error) error { return throughline.Fail("take a passkey", throughline.Denied, "", err) }
