package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// sessionCookie holds the secret of a session. Over TLS its name binds it to this
// host alone.
const (
	sessionCookie     = "session"
	sessionCookieHost = "__Host-session"
)

// admission is what a request brought: that people sign in here, and who it is.
type admission struct {
	team  bool
	guest *team.Guest
	wait  int                                      // seconds, where it asked too often
	again func(context.Context) (admission, error) // finds out anew who it is
}

type admissionKey struct{}

func admitted(r *http.Request) admission {
	a, _ := r.Context().Value(admissionKey{}).(admission)
	return a
}

// still reports whether whoever began a request is let in as they were then: for an
// answer that goes on while roles change and sessions end. What cannot be read is no.
func still(r *http.Request) bool {
	was := admitted(r)
	if was.again == nil {
		return true // nobody stands before it
	}
	is, err := was.again(r.Context())
	if err != nil || is.team != was.team || (is.guest == nil) != (was.guest == nil) {
		return false
	}
	if is.guest == nil {
		return true
	}
	a, b := is.guest, was.guest // a program's token may say a role of its own, and sees what its user's role lets it
	return a.Pass == b.Pass && a.Role == b.Role && a.User.Role == b.User.Role && a.Reads == b.Reads
}

// Admitted lays on a desk who is asking, as the entrance found out. At a desk that
// no entrance stood before, nobody signs in.
func Admitted(r *http.Request, d *operation.Desk) {
	a := admitted(r)
	if !a.team {
		return
	}
	d.Team, d.Guest = true, a.guest
	if a.guest != nil {
		d.Role, d.ReadsOnly, d.Author = a.guest.Role, a.guest.Reads, a.guest.User.ID
		if desk.Narrows(a.guest.Role) {
			d.Narrow = &desk.Narrow{}
		}
		of, guest := d.Desk, *a.guest
		d.Seeing = desk.SeenFor(d.Now, func(ctx context.Context) (desk.Sight, error) { return team.Sees(ctx, &of, guest) })
	} else {
		d.Seeing = func(context.Context) (desk.Sight, error) { return desk.Sight{}, nil } // nobody is let in; whoever is, sees nothing
	}
}

// Entrance stands before all pages and the interface for programs. Once a company
// has people, it lets through who has signed in, by the cookie of a session or a
// token in the Authorization header, and a few pages that anybody needs; all
// others are sent to sign in, or told that they have to. A token that asks more often
// than limit says is let no further than to be told so.
// What cannot be read is no doing of the caller's: it is told with an id, under
// which log says what it was.
func Entrance(d *operation.Desk, limit *Limit, log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, token := presented(r)
		who := func(ctx context.Context) (a admission, err error) {
			if a.team, err = d.Porter.Begun(ctx, &d.Desk); err != nil || !a.team || text == "" {
				return a, err
			}
			g, ok, err := team.Who(ctx, &d.Desk, text, token)
			if ok && (g.Role != member.Directory || forDirectory(r)) { // a directory's token opens its own face and nothing else
				a.guest = &g
			}
			return a, err
		}
		a, err := who(r.Context())
		if err != nil {
			shut(w, r, d.NewID().String(), log, err)
			return
		}
		if a.again = who; a.guest != nil {
			arrival.Tell(r.Context(), string(a.guest.Role))
			a.wait = limit.take(a.guest, d.Now(), w.Header())
		}
		switch {
		case !a.team || a.guest != nil || public(r.URL.Path) || forDirectory(r): // which says itself, in its own words, who may come
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
		case forPrograms(r):
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem(w, r, http.StatusUnauthorized, map[string]any{"detail": "send a token: Authorization: Bearer TOKEN"})
		default:
			to := "/sign-in"
			if r.Method == http.MethodGet && r.URL.Path != "/" {
				to += "?then=" + url.QueryEscape(r.URL.RequestURI())
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
		}
	})
}

// shut answers a request of which cannot be found out who may come in: a program
// by a problem, a person in words.
func shut(w http.ResponseWriter, r *http.Request, id string, log *slog.Logger, err error) {
	log.ErrorContext(r.Context(), "a request could not be answered", "id", id, "operation", "entrance", "error", err)
	const detail = "who may come in could not be read; the server's log says more under "
	if !forPrograms(r) {
		http.Error(w, detail+id, http.StatusServiceUnavailable)
		return
	}
	problem(w, r, http.StatusServiceUnavailable, map[string]any{"instance": "urn:uuid:" + id, "detail": detail + id})
}

// public are the pages that somebody who has not signed in needs.
func public(path string) bool {
	return path == "/sign-in" || strings.HasPrefix(path, "/sign-in/") || strings.HasPrefix(path, operation.WelcomePath) || strings.HasPrefix(path, "/static/") || path == "/favicon.ico"
}

// presented is the secret that a request brought; a token goes before a cookie.
func presented(r *http.Request) (text string, token bool) {
	if scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return secret, true
	}
	if c, err := r.Cookie(cookieName(r)); err == nil {
		return c.Value, false
	}
	return "", false
}

func cookieName(r *http.Request) string {
	if arrival.Secure(r) {
		return sessionCookieHost
	}
	return sessionCookie
}

// keepSession gives the browser the secret of a session; "" takes it away.
func (v *visit) keepSession(secret string) {
	c := &http.Cookie{Name: cookieName(v.Request), Value: secret, Path: "/", MaxAge: int(team.SessionLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.out, c)
}

// whence is where a request comes from, for patience with wrong passwords.
func (v *visit) whence() string {
	host, _, err := net.SplitHostPort(v.RemoteAddr)
	if err != nil {
		return v.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return ip.Mask(net.CIDRMask(64, 128)).String() // one household has as many as it likes
	}
	return host
}
