package web

import (
	"net/http"
	"strings"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// madeUpCookie says that whoever asks looks around in the made-up company.
const madeUpCookie = "company"

// ownDoor reports whether a page is about who may come in, which is never that
// of a made-up company.
func ownDoor(path string) bool {
	return path == "/sign-in" || strings.HasPrefix(path, "/sign-in/") || path == "/sign-out" || path == "/me/own" || path == "/team" || strings.HasPrefix(path, "/team/") ||
		strings.HasPrefix(path, operation.WelcomePath)
}

// visiting lets a browser go over to the made-up company and back.
func (s *site) visiting(next http.Handler) http.Handler {
	if s.options.MadeUp == nil {
		return next
	}
	turn := func(w http.ResponseWriter, r *http.Request, c http.Cookie) {
		c.Name, c.Path, c.HttpOnly, c.SameSite, c.Secure = madeUpCookie, "/", true, http.SameSiteLaxMode, arrival.Secure(r)
		http.SetCookie(w, &c)
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /made-up":
			turn(w, r, http.Cookie{Value: "made-up"}) // until the browser is closed
			return
		case "POST /made-up/leave":
			turn(w, r, http.Cookie{MaxAge: -1})
			return
		}
		if c, err := r.Cookie(madeUpCookie); err != nil || c.Value != "made-up" || ownDoor(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		there, err := s.options.MadeUp()
		if err != nil {
			s.options.Log.Error("no company could be made up", "error", err)
			turn(w, r, http.Cookie{MaxAge: -1})
			return
		}
		there.ServeHTTP(w, r)
	})
}
