package identity

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/throughline/throughline/internal/member"
)

// claims are what a provider says of somebody, by name.
type claims map[string]any

func claimsOf(token *oidc.IDToken) (claims, error) {
	out := claims{}
	return out, token.Claims(&out)
}

func (c claims) text(name string) string {
	s, _ := c[name].(string)
	if !utf8.ValidString(s) {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// at gives the claim of a name, or of a path with dots: realm_access.roles.
func (c claims) at(path string) (any, bool) {
	if v, is := c[path]; is {
		return v, true
	}
	first, rest, deeper := strings.Cut(path, ".")
	inner, is := c[first].(map[string]any)
	if !deeper || !is {
		return nil, false
	}
	return claims(inner).at(rest)
}

// lacks reports whether the provider has to be asked for more than its token says.
func (p *Provider) lacks(said claims) bool {
	_, verified := said["email_verified"]
	lacks := said.text("email") == "" || !verified && !p.settings.Trust || said.text("name") == ""
	if path := p.settings.Groups; path != "" && !lacks {
		_, is := said.at(path)
		lacks = !is
	}
	return lacks
}

// take takes over what a token says, and where it says nothing, what was asked for
// besides. An address and whether it was verified are taken from one of the two.
func (p *Provider) take(out *member.Vouched, said, more claims) error {
	for _, c := range []claims{said, more} {
		if out.Name == "" {
			if out.Name = c.text("name"); out.Name == "" {
				out.Name = strings.TrimSpace(c.text("given_name") + " " + c.text("family_name"))
			}
		}
		if email := strings.ToLower(c.text("email")); email != "" && !out.Verified {
			out.Email, out.Verified = email, verified(c["email_verified"], p.settings.Trust)
		}
	}
	if p.settings.Groups == "" {
		return nil
	}
	first, _, _ := strings.Cut(p.settings.Groups, ".")
	for _, c := range []claims{said, more} {
		if value, is := c.at(p.settings.Groups); is {
			out.Groups = words(value)
			return nil
		}
		if elsewhere, is := c["_claim_names"].(map[string]any); is && elsewhere[first] != nil {
			return errors.New("the groups are too many for a token: have the provider send those alone that are given to this application")
		}
	}
	return nil
}

// verified reads whether an address was verified, as some write it in words.
func verified(value any, trust bool) bool {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		return v == "true"
	}
	return value == nil && trust
}

// words reads groups: a list, one, or the names of a mapping.
func words(value any) (out []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			if s, is := one.(string); is {
				out = append(out, s)
			}
		}
	case map[string]any:
		for name := range v {
			out = append(out, name)
		}
	}
	return out
}
