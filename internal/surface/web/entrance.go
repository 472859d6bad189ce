package web

import (
	"context"
	"encoding/json"
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
}

type admissionKey struct{}

// Admitted lays on a desk who is asking, as the entrance found out. At a desk that
// no entrance stood before, nobody signs in.
func Admitted(r *http.Request, d *operation.Desk) {
	a, _ := r.Context().Value(admissionKey{}).(admission)
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
		d.Still = func(ctx context.Context) bool { return d.Porter.Still(ctx, &of, guest) }
		d.Seeing = desk.SeenFor(d.Now, func(ctx context.Context) (desk.Sight, error) { return team.Sees(ctx, &of, guest) })
	} else {
		d.Seeing = func(context.Context) (desk.Sight, error) { return desk.Sight{}, nil } // nobody is let in; whoever is, sees nothing
	}
}

// Entrance stands before all pages and the interface for programs. Once a company
// has people, it lets through who has signed in, by the cookie of a session or a
// token in the Authorization header, and a few pages that anybody needs; all
// others are sent to sign in, or told that they have to.
// What cannot be read is no doing of the caller's: it is told with an id, under
// which log says what it was.
func Entrance(d *operation.Desk, log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun, err := d.Porter.Begun(r.Context(), &d.Desk)
		if err != nil {
			shut(w, r, d.NewID().String(), log, err)
			return
		}
		if !begun {
			next.ServeHTTP(w, r)
			return
		}
		a := admission{team: true}
		text, token := presented(r)
		if text != "" {
			g, ok, err := team.Who(r.Context(), &d.Desk, text, token)
			if err != nil {
				shut(w, r, d.NewID().String(), log, err)
				return
			}
			if ok {
				if !reaches(r.URL.Path, g) { // a directory's token opens its own face and nothing else
					ok = false
				}
			}
			if ok {
				a.guest = &g
			}
		}
		switch program := strings.HasPrefix(r.URL.Path, "/api/"); {
		case a.guest != nil || public(r.URL.Path) || strings.HasPrefix(r.URL.Path, directoryPath): // which says in its own words who may come
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
		case program:
			h := w.Header()
			h.Set("Content-Type", "application/problem+json")
			h.Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"title":"Unauthorized","status":401,"detail":"send a token: Authorization: Bearer TOKEN"}`))
		default:
			to := "/sign-in"
			if r.Method == http.MethodGet && r.URL.Path != "/" {
				to += "?then=" + url.QueryEscape(r.URL.RequestURI())
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
		}
	})
}

// directoryPath is below which a company's directory finds its face.
const directoryPath = "/scim/"

// reaches reports whether somebody is let in at an address at all: a directory's
// token is nobody anywhere else.
func reaches(path string, g team.Guest) bool {
	return g.Role != member.Directory || strings.HasPrefix(path, directoryPath)
}

// shut answers a request of which cannot be found out who may come in: a program
// by a problem, a person in words.
func shut(w http.ResponseWriter, r *http.Request, id string, log *slog.Logger, err error) {
	log.ErrorContext(r.Context(), "a request could not be answered", "id", id, "operation", "entrance", "error", err)
	const detail = "who may come in could not be read; the server's log says more under "
	if !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, directoryPath) {
		http.Error(w, detail+id, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(http.StatusServiceUnavailable), "status": http.StatusServiceUnavailable,
		"instance": "urn:uuid:" + id, "detail": detail + id}) // the connection is gone if this fails
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
