// Package arrival is a request as it came: from which address, by which scheme
// and under which name its sender reached us, by which route, and a number for it.
//
// Takes: requests, and which proxies of ours may say for whom they ask.
// Gives: the same requests with the address, scheme and name of whoever asked.
// Never: believes a header that somebody else than a named proxy sent.
package arrival

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/throughline/throughline"
)

// Proxies are the networks of the proxies that may say for whom they ask.
type Proxies []netip.Prefix

// ParseProxies reads networks (10.0.0.0/8) and single addresses. Errors are
// *throughline.Error, Invalid.
func ParseProxies(words []string) (Proxies, error) {
	var out Proxies
	for _, word := range words {
		word = strings.TrimSpace(word)
		net, err := netip.ParsePrefix(word)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(word); err == nil {
				net = netip.PrefixFrom(one.Unmap(), one.Unmap().BitLen())
			}
		}
		switch {
		case err != nil:
			return nil, throughline.Fail("trust proxy", throughline.Invalid, word, errors.New("a proxy is named by its address or its network, such as 10.0.0.5 or 10.0.0.0/8"))
		case net.Bits() == 0:
			return nil, throughline.Fail("trust proxy", throughline.Invalid, word, errors.New("that is every address there is: anybody could say to be anybody"))
		}
		out = append(out, net.Masked())
	}
	return out, nil
}

func (p Proxies) holds(a netip.Addr) bool {
	for _, net := range p {
		if net.Contains(a) {
			return true
		}
	}
	return false
}

type key struct{}

// coming is what is known of one request. Its pattern is told from inside, after
// the request was copied on its way, and so stands behind a pointer.
type coming struct {
	id      string
	secure  bool
	through bool
	parent  string
	pattern string
	role    string
}

func of(ctx context.Context) *coming {
	c, _ := ctx.Value(key{}).(*coming)
	return c
}

// Receive stands before everything: what it hands on comes from whoever asked.
// A header X-Forwarded-For, -Proto or -Host, an X-Request-Id or a Traceparent counts
// where a named proxy sent it, and of lists what stands last, which that proxy wrote.
func (p Proxies) Receive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &coming{secure: r.TLS != nil}
		r = r.WithContext(context.WithValue(r.Context(), key{}, c))
		if from, ok := address(r.RemoteAddr); ok && p.holds(from) {
			c.through = true
			p.read(r, c)
		}
		if c.id == "" {
			c.id = newID()
		}
		w.Header().Set("X-Request-Id", c.id)
		next.ServeHTTP(w, r)
	})
}

// read takes over what a named proxy says.
func (p Proxies) read(r *http.Request, c *coming) {
	if asked := p.asker(r.Header.Values("X-Forwarded-For")); asked.IsValid() {
		r.RemoteAddr = netip.AddrPortFrom(asked, 0).String()
	}
	switch strings.ToLower(last(r.Header.Values("X-Forwarded-Proto"))) {
	case "https":
		c.secure = true
	case "http":
		c.secure = false
	}
	if host := last(r.Header.Values("X-Forwarded-Host")); host != "" && !strings.ContainsAny(host, "/\\@?# \t") {
		r.Host = host
	}
	if id := r.Header.Get("X-Request-Id"); plainID(id) {
		c.id = id
	}
	c.parent = r.Header.Get("Traceparent")
}

// asker is the last address of a list that is no proxy of ours: what stands
// before it, whoever asked may have written. What cannot be read ends the search.
func (p Proxies) asker(lines []string) (out netip.Addr) {
	words := strings.Split(strings.Join(lines, ","), ",")
	for i := len(words) - 1; i >= 0; i-- {
		a, ok := address(strings.TrimSpace(words[i]))
		if !ok {
			return out
		}
		if out = a; !p.holds(a) {
			return out
		}
	}
	return out
}

// address reads an address with or without a port.
func address(word string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(word); err == nil {
		word = host
	}
	a, err := netip.ParseAddr(strings.Trim(word, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

func last(lines []string) string {
	all := strings.Join(lines, ",")
	return strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])
}

// plainID reports whether a proxy's number of a request can stand in a log.
func plainID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it does not fail
	return hex.EncodeToString(b[:])
}

// Secure reports whether whoever asked did so over TLS, to us or to a named proxy.
func Secure(r *http.Request) bool {
	if c := of(r.Context()); c != nil {
		return c.secure
	}
	return r.TLS != nil
}

// Scheme is http or https, as whoever asked sees it.
func Scheme(r *http.Request) string {
	if Secure(r) {
		return "https"
	}
	return "http"
}

// between are headers that proxies add, named or not.
var between = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"}

// Between reports whether anything stands between us and whoever asked, as far
// as that can be seen: such a request is not one of this machine itself.
func Between(r *http.Request) bool {
	if c := of(r.Context()); c != nil && c.through {
		return true
	}
	for _, name := range between {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// methods are those that are told apart; whoever asks may make up others.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// Method is that of a request where it is one of the usual ones, else "other".
func Method(r *http.Request) string {
	if methods[r.Method] {
		return r.Method
	}
	return "other"
}

// ID is the number of the request that a context is of, "" for none.
func ID(ctx context.Context) string {
	if c := of(ctx); c != nil {
		return c.id
	}
	return ""
}

// Parent is the traceparent (W3C) that a named proxy sent along, "" for none.
func Parent(ctx context.Context) string {
	if c := of(ctx); c != nil {
		return c.parent
	}
	return ""
}

// Tell notes as what somebody asks: a role of ours, or that of a guest.
func Tell(ctx context.Context, role string) {
	if c := of(ctx); c != nil {
		c.role = role
	}
}

// Role is as what somebody asks, "" where it was not told.
func Role(ctx context.Context) string {
	if c := of(ctx); c != nil {
		return c.role
	}
	return ""
}

// Noted stands before a mux and notes by which of its patterns a request went.
func Noted(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := of(r.Context()); c != nil {
			defer func() {
				if c.pattern == "" { // the innermost says most
					c.pattern = r.Pattern
				}
			}()
		}
		mux.ServeHTTP(w, r)
	})
}

// Route is the pattern by which a request went, such as /deals/{id}, without its
// method; "" where none was noted. It holds no id and no word that somebody wrote.
func Route(ctx context.Context) string {
	c := of(ctx)
	if c == nil {
		return ""
	}
	if _, path, ok := strings.Cut(c.pattern, " "); ok {
		return path
	}
	return c.pattern
}
