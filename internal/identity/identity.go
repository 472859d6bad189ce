// Package identity asks a company's identity provider who somebody is, by OpenID Connect.
//
// Takes: which provider, what we are called there, randomness, the code a browser brought back.
// Gives: where to send a browser, and for whom the provider vouches.
// Never: decides who may come in, keeps what a provider said, or takes a token that is not for us, not of now or not of this trip.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
)

// Settings are what we are told of a provider.
type Settings struct {
	Issuer string // its address, as it stands in its tokens
	Client string // what we are called there
	Secret string // "": none, PKCE alone
	Name   string // what people call it; "": the issuer's host
	Groups string // the claim that holds groups, a path with dots where it lies deeper; "": not asked for
	Scopes []string
	Trust  bool // an address of which the provider does not say whether it was verified is taken for verified

	Now       throughline.Clock
	Random    io.Reader         // nil: the system's
	Transport http.RoundTripper // nil: the standard one
}

// How long the provider is waited for, how much it may say at once, and how long
// after a failure it is not asked again.
const (
	within   = 10 * time.Second
	mostSaid = 1 << 20
	rests    = 2 * time.Second
)

// Provider is an identity provider. It is asked what it offers when that is needed
// first, and again as long as it did not answer. Many may use it at once.
type Provider struct {
	settings Settings
	client   *http.Client
	key      [32]byte
	away     atomic.Bool // when asked last it did not answer

	mu     sync.Mutex
	found  *found
	failed error
	at     time.Time
}

// found is what a provider says it offers.
type found struct {
	oidc     *oidc.Provider
	end      string // where one signs out; "": nowhere
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
	userinfo bool
}

// New gives a provider without asking it. Errors are *throughline.Error, Invalid.
func New(s Settings) (*Provider, error) {
	bad := func(why string) (*Provider, error) {
		return nil, throughline.Fail("sign in by OpenID Connect with", throughline.Invalid, s.Issuer, errors.New(why))
	}
	u, err := url.Parse(s.Issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safe(u, true):
		return bad("the issuer is an https address, such as https://login.example.com/realms/sales")
	case s.Client == "":
		return bad("the provider has to know us: name the client")
	}
	if s.Name == "" {
		s.Name = u.Hostname()
	}
	if s.Random == nil {
		s.Random = rand.Reader
	}
	p := &Provider{settings: s, client: &http.Client{Timeout: within, Transport: bounded{s.Transport}}}
	p.key, err = sealingKey(s)
	return p, err
}

// safe reports whether what is sent to an address can be read by nobody else: it is
// https, or where plain is so, an address of this machine.
func safe(u *url.URL, plain bool) bool {
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return plain && u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// bounded bounds what a provider may say.
type bounded struct{ next http.RoundTripper }

// RoundTrip asks, and gives an answer that ends.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	out, err := next.RoundTrip(r)
	if err == nil {
		out.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(out.Body, mostSaid), out.Body}
	}
	return out, err
}

// Name is what people call it.
func (p *Provider) Name() string { return p.settings.Name }

// Away reports whether it did not answer when it was asked last.
func (p *Provider) Away() bool { return p.away.Load() }

// Reach asks the provider what it offers, unless that is known. Errors are
// *throughline.Error, Unavailable.
func (p *Provider) Reach(ctx context.Context) error {
	_, err := p.reach(ctx)
	return err
}

func (p *Provider) reach(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.failed != nil && p.settings.Now().Sub(p.at) < rests {
		return nil, p.failed
	}
	f, err := p.discover(ctx)
	if err != nil {
		err = throughline.Fail("reach the identity provider", throughline.Unavailable, "", err)
		if ctx.Err() == nil { // else who asked has gone, which says nothing of the provider
			p.failed, p.at = err, p.settings.Now() // from when it gave up: whoever waited here is told at once
			p.away.Store(true)
		}
		return nil, err
	}
	p.found, p.failed = f, nil
	p.away.Store(false)
	return f, nil
}

func (p *Provider) discover(ctx context.Context) (*found, error) {
	s := p.settings
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), s.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		End  string   `json:"end_session_endpoint"`
		Auth []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	plain := strings.HasPrefix(s.Issuer, "http:")
	at := provider.Endpoint()
	for _, place := range []string{at.AuthURL, at.TokenURL} {
		if u, err := url.Parse(place); err != nil || u.Host == "" || !safe(u, plain) {
			return nil, errors.New("the provider names an address that is not https")
		}
	}
	if u, err := url.Parse(more.End); err != nil || u.Host == "" || !safe(u, plain) {
		more.End = ""
	}
	at.AuthStyle = oauth2.AuthStyleInHeader
	if s.Secret == "" || len(more.Auth) > 0 && !slices.Contains(more.Auth, "client_secret_basic") {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	scopes := s.Scopes
	if len(scopes) == 0 {
		scopes = []string{"profile", "email"}
	}
	if !slices.Contains(scopes, oidc.ScopeOpenID) {
		scopes = append([]string{oidc.ScopeOpenID}, scopes...)
	}
	return &found{
		oidc: provider, end: more.End, userinfo: provider.UserInfoEndpoint() != "",
		verifier: provider.Verifier(&oidc.Config{ClientID: s.Client, Now: s.Now}),
		oauth:    oauth2.Config{ClientID: s.Client, ClientSecret: s.Secret, Endpoint: at, Scopes: scopes},
	}, nil
}

// Begin gives where to send a browser that sets out on a trip. Errors are
// *throughline.Error, Unavailable.
func (p *Provider) Begin(ctx context.Context, t Trip) (string, error) {
	f, err := p.reach(ctx)
	if err != nil {
		return "", err
	}
	asks := f.oauth
	asks.RedirectURL = t.Back
	return asks.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// Vouch gives whom a provider vouches for, by the code that a browser brought back
// from a trip, and its token, by which that browser may sign out there. Errors are
// *throughline.Error: Unavailable where the provider does not answer, Denied where
// what it says is not for us, not of now or not of this trip.
func (p *Provider) Vouch(ctx context.Context, t Trip, code string) (member.Vouched, string, error) {
	const op = "hear whom the identity provider vouches for"
	none := member.Vouched{}
	f, err := p.reach(ctx)
	if err != nil {
		return none, "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	asks := f.oauth
	asks.RedirectURL = t.Back
	tokens, err := asks.Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if said := (*oauth2.RetrieveError)(nil); err != nil {
		kind := throughline.Unavailable
		if errors.As(err, &said) && said.Response.StatusCode < http.StatusInternalServerError {
			kind, err = throughline.Denied, errors.New("it does not take the code")
		}
		return none, "", throughline.Fail(op, kind, "", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := f.verifier.Verify(ctx, raw) // signature, issuer, audience, expiry
	if err != nil {
		return none, "", throughline.Fail(op, throughline.Denied, "", err)
	}
	said, err := claimsOf(token)
	if err == nil {
		err = ofTrip(token, said, t, p.settings.Client, tokens.AccessToken)
	}
	if err != nil {
		return none, "", throughline.Fail(op, throughline.Denied, "", err)
	}
	out := member.Vouched{Issuer: p.settings.Issuer, Subject: token.Subject}
	more := claims{}
	if f.userinfo && p.lacks(said) {
		info, err := f.oidc.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			return none, "", throughline.Fail(op, throughline.Unavailable, "", err)
		}
		if info.Subject != token.Subject {
			return none, "", throughline.Fail(op, throughline.Denied, "", errors.New("it tells of somebody else"))
		}
		if err := info.Claims(&more); err != nil {
			return none, "", throughline.Fail(op, throughline.Denied, "", err)
		}
	}
	if err := p.take(&out, said, more); err != nil {
		return none, "", throughline.Fail(op, throughline.Denied, "", err)
	}
	return out, raw, nil
}

// ofTrip refuses a token that is of another trip, or was given to somebody else.
func ofTrip(token *oidc.IDToken, said claims, t Trip, client, access string) error {
	if t.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(t.Nonce)) != 1 {
		return errors.New("the token is of another trip")
	}
	if azp, is := said["azp"]; is && azp != client {
		return errors.New("the token was given to somebody else")
	}
	if token.AccessTokenHash != "" {
		return token.VerifyAccessToken(access)
	}
	return nil
}

// End gives where a browser signs out at the provider, "" where it cannot. The
// provider sends it back to an address that it knows as ours.
func (p *Provider) End(ctx context.Context, token, back string) string {
	f, err := p.reach(ctx)
	if err != nil || f.end == "" {
		return ""
	}
	u, err := url.Parse(f.end)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.settings.Client)
	q.Set("post_logout_redirect_uri", back)
	if token != "" {
		q.Set("id_token_hint", token)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
