// Package web is the face for people: pages made on the server, readable
// without a script, on top of the same operations as the other faces.
//
// Takes: HTTP requests and a Desk for the operations.
// Gives: HTML pages, their style sheet, and the guard that stands before every face served over HTTP.
// Never: reads a store itself, decides anything about a deal, or lets what people wrote into a page unescaped.
package web

import (
	"cmp"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// Options is what the pages need.
type Options struct {
	Desk     func(r *http.Request, language string) *operation.Desk // the desk of one request
	Mount    map[string]http.Handler                                // other faces by pattern: "/api/"
	Hosts    []string                                               // names under which the server may be asked, beside the loopback's; "*" is any
	Log      *slog.Logger
	Pulse    *desk.Pulse                     // tells who looks at a deal that it was written to; may be nil
	Live     int                             // how many pages may listen at once for what is new; 0: any number
	MadeUp   func() (http.Handler, error)    // the pages of a made-up company to look around in; nil: there is none
	Made     bool                            // these are its pages
	Entrance func(http.Handler) http.Handler // stands before all of it: who may come in; nil: everybody
	Over     <-chan struct{}                 // closed when the server stops, so that streams end; may be nil
	Patience time.Duration                   // how long a page waits for what takes seconds before it says how far that is; 0: half a second
}

func (o Options) patience() time.Duration { return cmp.Or(o.Patience, 500*time.Millisecond) }

// New gives the handler for everything: pages, static files, mounted faces,
// behind the guard.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	desk := o.Desk
	o.Desk = func(r *http.Request, language string) *operation.Desk {
		d := desk(r, language)
		d.Acting = deal.Actor{Via: deal.ViaPage}
		return d
	}
	s := &site{options: o, trying: &job.Looked[learning.Simulation]{Most: mostTried, Wait: o.patience(), Forget: triedFor, Over: o.Over}}
	if o.Over != nil {
		go func() {
			<-o.Over
			s.waiting.end()
		}()
	}
	if o.Live > 0 {
		s.listening = make(chan struct{}, o.Live)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.page(s.today))
	mux.Handle("GET /deals", s.page(s.deals))
	mux.HandleFunc("GET /deals.csv", s.listFile)
	mux.HandleFunc("GET /deals.ics", s.calendarFile)
	mux.HandleFunc("GET /find", s.find)
	s.dealPages(mux)
	mux.Handle("POST /deals/{id}/category", s.form(s.judge))
	mux.Handle("GET /forecast", s.page(s.period))
	mux.Handle("GET /forecast/model", s.page(s.forecast))
	mux.HandleFunc("GET /forecast.csv", s.periodCSV)
	mux.Handle("GET /start", s.page(s.look))
	for _, t := range learnTabs {
		mux.Handle("GET "+t.path, s.page(s.learning(t)))
	}
	mux.Handle("GET "+usePath, s.page(s.use))
	mux.Handle("GET /learning/cases", s.page(s.learningCases))
	mux.Handle("GET /playbook", s.page(s.playbook))
	mux.Handle("GET /playbook/packs", s.page(s.packs))
	mux.Handle("GET /playbook/count", s.page(s.count))
	mux.Handle("GET /playbook/packs/{pack}", s.page(s.pack))
	mux.Handle("GET /playbook/packs/{pack}/brief", s.page(s.packBrief))
	mux.Handle("GET /playbook/checks/{check}", s.page(s.check))
	mux.Handle("GET /static/{file}", http.HandlerFunc(static))
	face.Serve(mux)
	mux.Handle("GET /favicon.ico", http.HandlerFunc(favicon))
	mux.Handle("GET /help", s.page(s.help))
	mux.Handle("GET /help/api", s.page(s.programs))
	mux.Handle("GET "+partsPath, s.page(s.parts))
	mux.Handle("GET /tour/{n}", s.page(s.tourStop))
	mux.Handle("/", s.page(s.missing))
	for pattern, h := range o.Mount {
		mux.Handle(pattern, h)
	}
	s.remarkPages(mux)
	s.privatePages(mux)
	s.studioPages(mux)
	s.writes(mux)
	s.sides(mux)
	s.plans(mux)
	s.initiativePages(mux)
	s.afterPages(mux)
	s.ends(mux)
	s.many(mux)
	all := http.NewServeMux()
	all.Handle("/", gzhttp.GzipHandler(arrival.Noted(mux)))
	all.HandleFunc("GET /deals/{id}/live", s.live) // a stream is sent as it comes, not packed
	inside := s.late(s.visiting(arrival.Noted(all)))
	if o.Entrance != nil {
		inside = o.Entrance(inside)
	}
	return Guard(o.Hosts, inside)
}

// writes adds what pages write through.
func (s *site) writes(mux *http.ServeMux) {
	mux.Handle("GET /sign-in", s.page(s.signIn))
	mux.Handle("POST /sign-in", s.form(s.postSignIn))
	mux.Handle("GET "+providerPath, s.page(s.setOut))
	mux.Handle("GET "+returnPath, s.page(s.comeBack))
	mux.Handle("POST "+askPath, s.form(s.postAsk))
	mux.Handle("POST "+keyedPath, s.form(s.postKeyed))
	mux.Handle("POST "+offerPath, s.form(s.postOffer))
	mux.Handle("GET "+halfPath, s.page(s.second))
	mux.Handle("POST "+halfPath, s.form(s.postSecond))
	mux.Handle("POST /sign-out", s.form(s.postSignOut))
	mux.Handle("GET "+operation.WelcomePath+"{secret}", s.page(s.welcome))
	mux.Handle("POST "+operation.WelcomePath+"{secret}", s.form(s.postWelcome))
	mux.Handle("GET /team", s.page(s.team))
	mux.Handle("GET "+auditPath, s.page(s.audit))
	mux.Handle("GET "+jobsPath, s.page(s.jobs))
	mux.Handle("POST "+jobsPath, s.post(s.postJob))
	mux.Handle("POST /team", s.form(s.postTeam))
	mux.Handle("POST /team/groups", s.form(s.postGroup))
	mux.Handle("POST /team/assigned", s.form(s.postAssigned))
	mux.Handle("POST /team/begin", s.form(s.postBegin))
	mux.Handle("POST /me/own", s.form(s.postOwn))
	mux.Handle("GET /me", s.page(s.who))
	mux.Handle("GET /review", s.page(s.review))
	mux.Handle("GET /settings", s.page(s.settings))
	mux.Handle("POST /settings", s.form(s.postSettings))
	mux.Handle("POST /settings/undo", s.post(s.undoSettings))
	mux.Handle("POST /settings/theme", s.post(s.postTheme))
	mux.Handle("GET /deals/{id}/before", s.page(s.before))
	mux.Handle("GET /deals/{id}/steps", s.page(s.steps))
	mux.Handle("POST /deals/{id}/steps", s.form(s.steps))
	mux.Handle("GET /deals/{id}/capture", s.page(s.capture))
	mux.Handle("POST /deals/{id}/capture", s.form(s.postCapture))
	mux.Handle("POST /deals/{id}/capture/again", s.form(s.capture))
	mux.Handle("POST /capture", s.form(s.postCaptureToday))
	mux.Handle("GET /capture", http.RedirectHandler("/", http.StatusSeeOther))
	mux.Handle("POST /today/next", s.post(s.postNext))
	mux.Handle("POST /deals/{id}/aside", s.post(s.postAside))
	mux.Handle("POST /me", s.post(s.beMe))
	s.records(mux)
}

// sides adds the two pages of who takes part and of what runs beside, and the
// reading of words while they are typed.
func (s *site) sides(mux *http.ServeMux) {
	mux.Handle("GET /deals/{id}/people", s.page(s.people))
	mux.Handle("POST /deals/{id}/veto", s.post(s.postVeto))
	mux.Handle("GET /deals/{id}/contracting", s.page(s.contracting))
	mux.HandleFunc("GET /lint", s.lint)
	mux.HandleFunc("POST /use", s.postUse)
}

// many adds what is done to many deals at once, and the views of them.
func (s *site) many(mux *http.ServeMux) {
	mux.Handle("POST /deals/many", s.post(s.postMany))
	mux.Handle("POST /deals/many/{number}/back", s.post(s.postBack))
	mux.Handle("GET /accounts/{id}", s.page(s.account))
	mux.Handle("POST /accounts/{id}/seen", s.post(s.postSeen))
	mux.HandleFunc("GET /accounts/{id}/people.csv", s.peopleFile)
	mux.Handle("GET /people/{id}", s.page(s.person))
	mux.Handle("POST /people/{id}", s.post(s.postPerson))
	mux.Handle("POST /people/{id}/same", s.post(s.postSame))
	mux.Handle("POST /people/{id}/apart", s.post(s.postApart))
	mux.Handle("POST /people/{id}/erase", s.post(s.postErase))
	mux.Handle("POST /views", s.post(s.postView))
	mux.Handle("POST /views/away", s.post(s.postViewAway))
}

// ends adds the pages on which a deal begins, is classed, grows and ends.
func (s *site) ends(mux *http.ServeMux) {
	mux.Handle("GET /deals/new", s.page(s.newDeal))
	mux.Handle("POST /deals", s.form(s.postNew))
	mux.Handle("POST /deals/{id}/expand", s.form(s.postExpand))
	mux.Handle("GET /deals/{id}/expand", back("/class"))
	mux.Handle("GET /deals/{id}/class", s.page(s.class))
	mux.Handle("POST /deals/{id}/class", s.form(s.postClass))
	mux.Handle("GET /deals/{id}/close", s.page(s.closing))
	mux.Handle("GET /bring", s.page(s.bring))
	mux.Handle("POST /bring", s.upload())
	mux.Handle("GET /bring/{token}", s.page(s.brought))
	mux.Handle("POST /bring/{token}", s.form(s.postBrought))
	mux.Handle("POST /deals/{id}/end", s.form(s.postEnd))
	mux.Handle("GET /deals/{id}/end", back("/close"))
}

// Guard stands before everything that is served: it refuses requests for
// another host name (a page elsewhere whose name was pointed at this machine),
// refuses writes that another site's page caused, and tells the browser how
// little these pages need.
func Guard(hosts []string, next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if !hostAllowed(hosts, r.Host) {
			http.Error(w, "this server is not asked under the name "+strings.ToValidUTF8(hostName(r.Host), "?"), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, readable(r))
	})
}

// readable is a request whose query is text: what is none, and no page could show
// again, is taken out of it here and not on each page.
func readable(r *http.Request) *http.Request {
	clean := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "") }
	text, q := true, url.Values{}
	for key, values := range r.URL.Query() {
		for _, v := range values {
			text = text && clean(key) == key && clean(v) == v
			q.Add(clean(key), clean(v))
		}
	}
	if text {
		return r
	}
	own := *r
	at := *r.URL
	at.RawQuery = q.Encode()
	own.URL = &at
	return &own
}

func hostName(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func hostAllowed(hosts []string, hostport string) bool {
	host := hostName(hostport)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(hosts, "*") || slices.Contains(hosts, host) {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
