// Package customer is the face for the customer: one plan by one link, without
// an account, a script or, unless the link is bound to a domain, a cookie.
//
// Takes: HTTP requests below sharing.PlanPath and a Desk for the guest that a link lets in.
// Gives: the plan as a page to read and write, and as a file.
// Never: reaches another plan, tells why a link does not hold, shows an id or a word of ours, loads anything from elsewhere, or takes a file.
package customer

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/surface/kit"
)

// Options is what the pages need.
type Options struct {
	Desk func(language string) *operation.Desk // a desk of one request's own
	Log  *slog.Logger
	Now  throughline.Clock // for limits, and for how long a notice is said; nil: the clock's
}

type site struct {
	options Options
	limits  *limits
	doors   sharing.Doors
	fixed   sync.Map // pages that say the same each time, by language and reason, as bytes: whoever guesses gets many
}

// mostBody bounds what one form may bring; there are no uploads.
const mostBody = 64 << 10

// New gives the handler for everything below sharing.PlanPath.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &site{options: o, limits: newLimits(o.Now)}
	mux := http.NewServeMux()
	at := sharing.PlanPath + "{token}"
	mux.Handle("GET "+stylePath, kit.Asset("text/css; charset=utf-8", style))
	face.Serve(mux)
	mux.Handle("GET "+at, s.guest(s.plan))
	mux.Handle("GET "+at+"/result", s.guest(s.note))
	mux.Handle("GET "+at+"/plan.csv", s.guest(s.export("csv")))
	mux.Handle("GET "+at+"/plan.ics", s.guest(s.export("calendar")))
	for name, write := range map[string]func(*visit) (then, error){
		"step": s.step, "answer": s.answer, "outcome": s.outcome, "comment": s.comment, "me": s.introduce,
	} {
		mux.Handle("POST "+at+"/"+name, s.guest(s.post(write)))
	}
	mux.Handle("POST "+at+"/invite", s.guest(s.invite))
	for _, name := range []string{"address", "code"} { // of the doorstep; past it, the plan
		mux.Handle("POST "+at+"/"+name, s.guest(func(v *visit) { http.Redirect(v.w, v.Request, v.base(), http.StatusSeeOther) }))
	}
	mux.HandleFunc("/", s.nothing)
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(http.HandlerFunc(s.foreign))
	return chain(own.Handler(arrival.Noted(mux)))
}

// chain says what every answer of this face says, whatever it is.
func chain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// The address is the key: no other site is told it. Of our own forms browsers
		// must say whose they are, which they do not under no-referrer.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		h.Set("Cache-Control", "private, no-store")
		r.Body = http.MaxBytesReader(w, r.Body, mostBody)
		next.ServeHTTP(w, r)
	})
}

// visit is one request by a link that holds.
type visit struct {
	*http.Request
	w     http.ResponseWriter
	p     *phrase.Phrase
	lang  string
	guest *sharing.Guest
	desk  *operation.Desk
	token string
}

// then is where to go after a writing: what the page says there, and by which
// link where it is another.
type then struct{ say, token, at string }

// guest lets in whoever has a link that holds. Everybody else meets the same
// page, whether there ever was such a plan or not.
func (s *site) guest(f func(*visit)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := r.PathValue("token")
		lang := language(r)
		d := s.options.Desk(lang)
		g, step, err := s.doors.Enter(r.Context(), d.Sharing(), token, passOf(r, token), s.limits.spent(r.RemoteAddr))
		switch {
		case throughline.KindOf(err) == throughline.NotFound:
			if !s.limits.guesses(r.RemoteAddr) {
				s.slow(w, r)
				return
			}
			s.nothing(w, r)
			return
		case err != nil: // a fault of ours is no guess of theirs
			s.failed("plan did not open", r, err)
			s.render(w, r, http.StatusInternalServerError, refusedPage(refused(lang, "broken")))
			return
		}
		arrival.Tell(r.Context(), "guest")
		writes := r.Method != http.MethodGet && r.Method != http.MethodHead
		of := step.Plan
		if step == nil {
			of = g.Plan
		}
		if !s.limits.opens(token) || writes && !s.limits.writes(of()) {
			s.slow(w, r)
			return
		}
		if step != nil {
			s.doorstep(w, r, d, token, lang, step)
			return
		}
		f(&visit{Request: r, w: w, p: phrase.For(lang), lang: lang, guest: g, desk: d, token: token})
	})
}

// failed notes a failure without the address, which is the key.
func (s *site) failed(what string, r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.options.Log.Error(what, "error", err)
	}
}

func language(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); asked != "" {
		return phrase.Match(asked)
	}
	return phrase.Match(r.Header.Get("Accept-Language"))
}

// machines are words by which programs name themselves that look for a preview
// of an address, or that check it for harm.
var machines = []string{
	"bot",
	"preview",
	"crawler",
	"spider",
	"facebookexternalhit",
	"slack",
	"whatsapp",
	"telegram",
	"skype",
	"microsoft office",
	"curl",
	"wget",
	"python",
	"go-http-client",
	"safelinks",
	"scanner",
	"linkedin",
	"discord",
	"embedly",
}

// machine reports whether a program asked that is no reader. HEAD is never one.
func machine(r *http.Request) bool {
	agent := strings.ToLower(r.UserAgent())
	if agent == "" || r.Method == http.MethodHead || r.Header.Get("Sec-Purpose") != "" || r.Header.Get("Purpose") == "preview" {
		return true
	}
	for _, m := range machines {
		if strings.Contains(agent, m) {
			return true
		}
	}
	return false
}

func (s *site) plan(v *visit) {
	if err := v.guest.Came(v.Context(), "opened", machine(v.Request)); err != nil { // a reading that cannot be noted is still one
		s.failed("access was not noted", v.Request, err)
	}
	s.show(v, http.StatusOK, "", notice{say: s.said(v.URL.Query().Get("said"))})
}

// saidFor is how long after a writing its address still says so: an address that
// is kept says nothing of it.
const saidFor = 2 * time.Minute

// saying is what the page is to say, with the time of it.
func (s *site) saying(say string) string {
	return say + "." + strconv.FormatInt(s.options.Now().Unix(), 36)
}

// said reads what saying made; "" where it is nothing of the kind, or past.
func (s *site) said(word string) string {
	say, at, _ := strings.Cut(word, ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if age := s.options.Now().Sub(time.Unix(n, 0)); err != nil || age < 0 || age > saidFor {
		return ""
	}
	return say
}

// show gives the plan's page. alert is what could not be written, and why.
func (s *site) show(v *visit, status int, alert string, n notice) {
	page, err := v.guest.Page(v.Context())
	if err != nil {
		s.failed("plan was not shown", v.Request, err)
		s.render(v.w, v.Request, http.StatusInternalServerError, refusedPage(refused(v.lang, "broken")))
		return
	}
	view := viewOf(page, v.p, v.lang, v.base(), v.desk.Days(), v.once)
	if view.Alert = alert; alert != "" {
		view.New = v.typed()
	}
	view.tell(n)
	s.render(v.w, v.Request, status, planPage(view))
}

// typed gives a new step as its form was sent, so that nothing is lost of one that
// was not kept.
func (v *visit) typed() stepView {
	if !strings.HasSuffix(v.URL.Path, "/step") || v.PostFormValue("step") != "" {
		return stepView{}
	}
	return stepView{Typed: true, Text: v.PostFormValue("text"), Owner: v.PostFormValue("owner"), Due: v.PostFormValue("due"), Serves: v.PostFormValue("serves"),
		Days: v.PostFormValue("days"), Ours: v.PostFormValue("whose") == "supplier", Private: v.PostFormValue("keep") != ""}
}

// once is a token for a form, so that one that is sent twice writes once.
func (v *visit) once() string { return v.desk.NewID().String() }

// base is the address of the plan's page.
func (v *visit) base() string { return sharing.PlanPath + v.token }

// export gives the plan as a file.
func (s *site) export(as string) func(*visit) {
	return func(v *visit) {
		if err := v.guest.Came(v.Context(), as, machine(v.Request)); err != nil {
			s.failed("access was not noted", v.Request, err)
		}
		file, err := v.guest.Export(v.Context(), as)
		if err != nil {
			s.failed("plan was not exported", v.Request, err)
			s.render(v.w, v.Request, http.StatusInternalServerError, refusedPage(refused(v.lang, "broken")))
			return
		}
		h := v.w.Header()
		h.Set("Content-Type", file.Type)
		h.Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
		_, _ = v.w.Write([]byte(file.Text))
	}
}

// post makes a handler of a function that writes: what was written is answered
// by going on to the page, what was not by the page with the reason.
func (s *site) post(f func(*visit) (then, error)) func(*visit) {
	return func(v *visit) {
		if err := v.ParseForm(); err != nil {
			s.show(v, http.StatusBadRequest, v.p.Say("plan.refused_form"), notice{})
			return
		}
		t, err := f(v)
		if err != nil {
			s.refuse(v, err)
			return
		}
		base := v.base()
		if t.token != "" {
			base = sharing.PlanPath + t.token
		}
		q := url.Values{"said": {s.saying(t.say)}}
		if asked := v.URL.Query().Get("lang"); asked != "" {
			q.Set("lang", v.lang)
		}
		to := base + "?" + q.Encode()
		if t.at != "" {
			to += "#" + t.at
		}
		http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	}
}

// refuse shows the plan with the reason for which nothing was written.
func (s *site) refuse(v *visit, err error) {
	status := http.StatusUnprocessableEntity
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.NotFound, throughline.Conflict, throughline.Denied:
	default:
		s.failed("nothing was written", v.Request, err)
		status = http.StatusInternalServerError
	}
	s.show(v, status, v.p.Say(refusalOf(err)), notice{})
}

// refusals are the reasons that people can do something about: what a refusal
// is called, and what it is called to them.
var refusals = map[string]string{
	"empty": "plan.refused_empty", "name": "plan.refused_name", "long_bytes": "plan.refused_long", "long_characters": "plan.refused_long",
	"plan_many": "plan.refused_many", "plan_today": "plan.refused_today", "plan_kept": "plan.refused_keep", "plan_by_hand": "plan.refused_by_hand", "plan_public": "plan.refused_public", "unchanged": "plan.refused_same",
	"no_day":    "plan.refused_day",
	"plan_days": "plan.refused_days", "used": "plan.refused_again", "plan_gone": "plan.refused_gone", "no_stated": "plan.refused_gone",
	"no_fact": "plan.refused_gone", "no_work": "plan.refused_gone", "no_target": "plan.refused_gone", "no_promise": "plan.refused_gone",
}

func refusalOf(err error) string {
	var r *throughline.Refusal
	if errors.As(err, &r) && refusals[r.Code] != "" {
		return refusals[r.Code]
	}
	return "plan.refused"
}

var errDay = throughline.Refuse("no_day", "that is no date")

// day reads a field that holds a day or nothing.
func (v *visit) day(name string) (d throughline.Day, err error) {
	if word := strings.TrimSpace(v.PostFormValue(name)); word != "" {
		if d, err = throughline.ParseDay(word); err != nil || d.Civil().Year() < 2000 || d.Civil().Year() > 2200 {
			return throughline.Day{}, throughline.Fail("write on plan", throughline.Invalid, "", errDay)
		}
	}
	return d, nil
}

func (s *site) step(v *visit) (then, error) {
	due, err := v.day("due")
	if err != nil {
		return then{}, err
	}
	in := sharing.GuestStep{Ref: v.PostFormValue("step"), Text: v.PostFormValue("text"), Owner: v.PostFormValue("owner"), Due: due,
		Undated: v.PostFormValue("step") != "" && v.PostForm.Has("due") &&
			due.IsZero(), Ours: v.PostFormValue("whose") == "supplier", Keep: v.PostFormValue("keep") != "",
		State: throughline.StepState(v.PostFormValue("state")), Serves: v.PostFormValue("serves"), Once: v.PostFormValue("once")}
	if word := strings.TrimSpace(v.PostFormValue("days")); word != "" {
		if in.Days, err = number(word); err != nil {
			return then{}, err
		}
	}
	if in.Ref != "" {
		if err := v.differs(&in); err != nil {
			return then{}, err
		}
	}
	token, err := v.guest.Step(v.Context(), in)
	out := then{say: "kept", token: token, at: "steps"}
	switch {
	case token != "":
		s.doors.Made(token)
		out.say, out.at = "own", ""
	case in.Keep:
		out.say = "private"
	}
	if in.Ref != "" {
		out.at = "s-" + in.Ref
	}
	return out, err
}

// differs leaves of a change what differs from what the form showed: words that
// were only shown are not the reader's, and what a colleague has changed
// meanwhile stays.
func (v *visit) differs(in *sharing.GuestStep) error {
	if v.asShown("owner") {
		in.Owner = ""
	}
	if v.asShown("serves") {
		in.Serves = ""
	}
	in.NoOwner, in.NoServes = v.emptied("owner"), v.emptied("serves")
	if v.asShown("due") {
		in.Due, in.Undated = throughline.Day{}, false
	}
	text, whose := v.asShown("text"), v.asShown("whose")
	if text && (whose || !v.PostForm.Has("whose")) {
		in.Text = ""
		return nil
	}
	if !text && !whose {
		return nil
	}
	page, err := v.guest.Page(v.Context())
	if err != nil {
		return err
	}
	now, _ := page.Plan.Step(in.Ref)
	if whose {
		in.Ours = now.Side == deal.Us
	}
	if text { // a side is said of a step by its words
		in.Text = now.Text
	}
	return nil
}

// asShown reports whether a field came back as the form showed it. A browser
// takes line breaks out of a field of one line, and not out of a hidden one.
func (v *visit) asShown(name string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(s)) }
	return v.PostForm.Has("was_"+name) && plain(v.PostFormValue(name)) == plain(v.PostFormValue("was_"+name))
}

// emptied reports whether a field came back empty that the form had filled in.
func (v *visit) emptied(name string) bool {
	return v.PostForm.Has(name) && strings.TrimSpace(v.PostFormValue(name)) == "" && strings.TrimSpace(v.PostFormValue("was_"+name)) != ""
}

func number(word string) (n int, err error) {
	for _, r := range word {
		if r < '0' || r > '9' || n > 10_000 {
			return 0, throughline.Fail("write on plan", throughline.Invalid, "", errors.New("how long it takes is a number of days"))
		}
		n = 10*n + int(r-'0')
	}
	return n, nil
}

func (s *site) answer(v *visit) (then, error) {
	day, err := v.day("day")
	if err != nil {
		return then{}, err
	}
	in := sharing.GuestAnswer{Aspect: v.PostFormValue("question"), Text: v.PostFormValue("text"), Day: day,
		Unknown: v.PostFormValue("unknown") != "", Once: v.PostFormValue("once")}
	if text, day := v.asShown("text"), v.asShown("day"); text != day { // as it was shown altogether, it is confirmed
		page, err := v.guest.Page(v.Context())
		if err != nil {
			return then{}, err
		}
		for _, q := range page.Plan.Questions {
			switch {
			case string(q.Aspect) != in.Aspect || !q.Aspect.Dated():
			case text:
				in.Text = q.Text
			default:
				in.Day = q.Day
			}
		}
	}
	return then{say: "kept", at: "q-" + in.Aspect}, v.guest.Answer(v.Context(), in)
}

func (s *site) outcome(v *visit) (then, error) {
	return then{
			say: "kept",
			at:  "outcome",
		}, v.guest.Outcome(
			v.Context(),
			sharing.GuestOutcome{Ref: v.PostFormValue("outcome"), Measure: v.PostFormValue("measure"),
				Baseline: v.PostFormValue(
					"baseline",
				), Target: v.PostFormValue("target"), Actual: v.PostFormValue("actual"), Once: v.PostFormValue("once")},
		)
}

func (s *site) comment(v *visit) (then, error) {
	ref, at := v.PostFormValue("step"), "comments"
	if ref != "" {
		at = "s-" + ref
	}
	return then{say: "kept", at: at}, v.guest.Comment(v.Context(), ref, v.PostFormValue("text"), v.PostFormValue("once"))
}

func (s *site) introduce(v *visit) (then, error) {
	return then{
			say: "named",
			at:  "people",
		}, v.guest.Introduce(
			v.Context(),
			v.PostFormValue("name"),
			v.PostFormValue("function"),
			v.PostFormValue("once"),
		)
}

// invite shows the colleague's link, once: it is kept nowhere.
func (s *site) invite(v *visit) {
	if err := v.ParseForm(); err != nil {
		s.show(v, http.StatusBadRequest, v.p.Say("plan.refused_form"), notice{})
		return
	}
	name := v.PostFormValue("name")
	token, err := v.guest.Invite(v.Context(), name, v.PostFormValue("function"), v.PostFormValue("once"))
	if err != nil {
		s.refuse(v, err)
		return
	}
	s.doors.Made(token)
	link := v.desk.PublicURL
	if link == "" {
		link = "http://" + v.Host
		if arrival.Secure(v.Request) {
			link = "https://" + v.Host
		}
	}
	s.show(v, http.StatusOK, "", notice{say: "invited", link: link + sharing.PlanPath + token, who: name})
}

// nothing is the one page for every address that opens no plan.
func (s *site) nothing(w http.ResponseWriter, r *http.Request) {
	s.refused(w, r, http.StatusNotFound, "nothing")
}

// foreign is for a form that came from another site, or from a browser that does
// not say from where.
func (s *site) foreign(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusForbidden, refusedPage(refused(language(r), "foreign")))
}

// slow is for whoever asks too often.
func (s *site) slow(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "60")
	s.refused(w, r, http.StatusTooManyRequests, "slow")
}

// refused answers with a page that says the same each time.
func (s *site) refused(w http.ResponseWriter, r *http.Request, status int, why string) {
	lang := language(r)
	page, made := s.fixed.Load(lang + why)
	if !made {
		var b bytes.Buffer
		if err := refusedPage(refused(lang, why)).Render(r.Context(), &b); err != nil {
			s.failed("page did not render", r, err)
			http.Error(w, "this page could not be made", http.StatusInternalServerError)
			return
		}
		page, _ = s.fixed.LoadOrStore(lang+why, b.Bytes())
	}
	answer(w, lang, status, page.([]byte))
}

func (s *site) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		s.failed("page did not render", r, err)
		http.Error(w, "this page could not be made", http.StatusInternalServerError)
		return
	}
	answer(w, language(r), status, b.Bytes())
}

// answer sends a page.
func answer(w http.ResponseWriter, lang string, status int, page []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(page)
}
