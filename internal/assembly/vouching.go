package assembly

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/identity"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// secretVariable holds the client's secret where no file does.
const secretVariable = "THROUGHLINE_OIDC_SECRET"

// Of what --oidc-new says, that groups say the role.
const byGroups = "groups"

// The bounds of how long a session that began at a provider holds.
const (
	leastSession = 5 * time.Minute
	mostSession  = team.SessionLasts
)

// vouching reads how people sign in by an identity provider. The provider is not
// asked: a server starts whether or not it answers.
func vouching(s cli.SignFlags, now throughline.Clock) (v team.Vouching, err error) {
	const op = "sign in by OpenID Connect"
	bad := func(subject, why string) (team.Vouching, error) {
		return team.Vouching{}, throughline.Fail(op, throughline.Invalid, subject, errors.New(why))
	}
	rules, err := mapping(s)
	if err != nil {
		return v, err
	}
	if s.OIDCIssuer == "" { // groups may come from a directory alone
		if s.OIDCClient != "" || s.OIDCNew != "" || len(s.OIDCDomain) > 0 || s.Passwords == "admins" {
			return bad("", "--oidc-issuer names the provider; without it the other settings of it say nothing")
		}
		return team.Vouching{Rules: rules}, nil
	}
	v = team.Vouching{Lasts: s.OIDCSession, AdminsOnly: s.Passwords == "admins", Rules: rules}
	if v.Lasts < leastSession || v.Lasts > mostSession {
		return bad(s.OIDCSession.String(), "--oidc-session is from five minutes to fourteen days")
	}
	for _, name := range s.OIDCDomain {
		name = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "@"))
		if name == "" || strings.ContainsAny(name, "@* /") {
			return bad(name, "--oidc-domain is what stands behind the @ of an address, such as example.com")
		}
		v.Rules.Domains = append(v.Rules.Domains, name)
	}
	grouped := len(v.Rules.Groups) > 0
	switch role := member.Role(s.OIDCNew); {
	case s.OIDCNew == "":
	case s.OIDCNew == byGroups && grouped:
		v.Rules.New = true
	case s.OIDCNew == byGroups:
		return bad(byGroups, "--oidc-new groups needs groups that give roles: --oidc-role")
	case !role.Known():
		return bad(s.OIDCNew, "--oidc-new is a role (reader, seller, manager, operations, admin) or groups")
	case grouped:
		return bad(s.OIDCNew, "groups give the roles here (--oidc-role): then it is --oidc-new groups")
	default:
		v.Rules.New, v.Rules.Role = true, role
	}
	settings := identity.Settings{Issuer: s.OIDCIssuer, Client: s.OIDCClient, Name: s.OIDCName, Scopes: s.OIDCScope, Trust: s.OIDCTrustEmail, Now: now}
	if grouped || len(v.Rules.Teams) > 0 {
		settings.Groups = s.OIDCGroups
	}
	if settings.Secret, err = clientSecret(s.OIDCSecretFile); err != nil {
		return team.Vouching{}, err
	}
	v.Provider, err = identity.New(settings)
	return v, err
}

// mapping reads which group gives which role and which team, whoever says who is in it.
func mapping(s cli.SignFlags) (member.Rules, error) {
	rules := member.Rules{Groups: map[string]member.Role{}}
	bad := func(subject, why string) error {
		return throughline.Fail("map groups", throughline.Invalid, subject, errors.New(why))
	}
	for _, word := range s.OIDCRole {
		at := strings.LastIndexByte(word, '=')
		if at < 1 || !member.Role(word[at+1:]).Known() {
			return rules, bad(word, "--oidc-role is a group and its role, such as sales=seller; roles are reader, seller, manager, operations, admin")
		}
		rules.Groups[word[:at]] = member.Role(word[at+1:])
	}
	for _, word := range s.OIDCTeam {
		group, name, _ := strings.Cut(word, "=")
		if group = strings.TrimSpace(group); group == "" || strings.TrimSpace(name) == "" {
			return rules, bad(word, "--oidc-team is a group and its team, such as sales-north=North")
		}
		if rules.Teams == nil {
			rules.Teams = map[string]string{}
		}
		rules.Teams[group] = strings.Join(strings.Fields(name), " ")
	}
	return rules, nil
}

// mostSecret bounds a file with a secret, in bytes.
const mostSecret = 4096

// clientSecret is what stands in the file, else in the environment.
func clientSecret(path string) (string, error) {
	if path == "" {
		return strings.TrimSpace(os.Getenv(secretVariable)), nil
	}
	const op = "read the client's secret from"
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", throughline.Fail(op, throughline.NotFound, path, nil)
	case err != nil:
		return "", throughline.Fail(op, throughline.Unavailable, path, err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" || len(secret) > mostSecret || strings.ContainsAny(secret, "\r\n") {
		return "", throughline.Fail(op, throughline.Invalid, path, errors.New("it is one line with the secret, and nothing else"))
	}
	return secret, nil
}

// reachProvider asks a provider what it offers when the server starts, so that
// the page to sign in on can say that it does not answer.
func reachProvider(p *identity.Provider, log *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		if err := p.Reach(ctx); err != nil {
			log.WarnContext(ctx, "the identity provider does not answer; it is asked again when somebody signs in", "error", err)
		}
	}
}
