package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/directory"
	"github.com/throughline/throughline/internal/team"
)

// Limit bounds how often a program's token may ask in a minute, whatever it asks
// for, so that one that runs wild leaves room for the others. It counts in this
// process alone. Who has signed in by a browser, and where nobody signs in, is not counted.
type Limit struct {
	most int

	mu    sync.Mutex
	since time.Time
	asked map[throughline.ID]int
}

// NewLimit makes a limit of so many in a minute.
func NewLimit(most int) *Limit { return &Limit{most: most} }

const window = time.Minute

// take counts a request, says in the answer's head what is left, and gives after how
// many seconds there is more where nothing is; 0: there is.
func (l *Limit) take(g *team.Guest, now time.Time, h http.Header) (wait int) {
	if l == nil || !g.Token {
		return 0
	}
	l.mu.Lock()
	if l.asked == nil || now.Sub(l.since) >= window || now.Before(l.since) {
		l.since, l.asked = now, map[throughline.ID]int{}
	}
	l.asked[g.Pass]++
	left, rest := l.most-l.asked[g.Pass], window-now.Sub(l.since)
	l.mu.Unlock()
	seconds := int((rest + time.Second - 1) / time.Second)
	h.Set("RateLimit-Policy", fmt.Sprintf(`"token";q=%d;w=%d`, l.most, int(window.Seconds())))
	h.Set("RateLimit", fmt.Sprintf(`"token";r=%d;t=%d`, max(left, 0), seconds))
	if left >= 0 {
		return 0
	}
	h.Set("Retry-After", strconv.Itoa(seconds))
	return seconds
}

// late answers whoever has asked too often: under /api by a problem, elsewhere by a page.
func (s *site) late(next http.Handler) http.Handler {
	page := s.page(func(v *visit) (component, error) {
		out := failedView{frame: v.frame("", "failed"), Heading: v.p.Say("failed.often"), Text: v.p.Say("failed.often_wait", "n", admitted(v.Request).wait)}
		out.Title, v.status = out.Heading, http.StatusTooManyRequests
		return failedPage(out), nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case admitted(r).wait == 0:
			next.ServeHTTP(w, r)
		case forPrograms(r):
			problem(w, r, http.StatusTooManyRequests, map[string]any{"detail": "this token has asked for more than it may in a minute"})
		default:
			page.ServeHTTP(w, r)
		}
	})
}

// forPrograms reports whether a request is to an interface for programs.
func forPrograms(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || forDirectory(r)
}

// directoryPath is where the face for a company's directory is mounted; what else begins
// alike is a page like any other that is not there.
const directoryPath = "/scim/v2/"

// forDirectory reports whether a request is to the face for a company's directory.
func forDirectory(r *http.Request) bool { return strings.HasPrefix(r.URL.Path+"/", directoryPath) }

// problem answers a program before anything that it asked for is looked at.
func problem(w http.ResponseWriter, r *http.Request, status int, more map[string]any) {
	if forDirectory(r) {
		detail, _ := more["detail"].(string)
		w.Header().Set("Content-Type", directory.MediaType)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode((&directory.Problem{Status: status, Detail: detail}).Spelled())
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	more["title"], more["status"] = http.StatusText(status), status
	_ = json.NewEncoder(w).Encode(more) // the connection is gone if this fails
}
