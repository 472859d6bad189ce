package store

import (
	"net/url"
	"strings"
)

// ShownAddress is a database's address as it may be shown: a file as it is, anything
// else without a password, and without what cannot be read.
func ShownAddress(address string) string {
	scheme, _, other := strings.Cut(address, "://")
	if !other {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return scheme + "://…"
	}
	out := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil && u.User.Username() != "" {
		out.User = url.User(u.User.Username())
	}
	return out.String()
}
