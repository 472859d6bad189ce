package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/arrival"
)

type site struct {
	options   Options
	waiting   waiting // what was brought and is not taken yet
	trying    *job.Looked[learning.Simulation]
	listening chan struct{} // a place for each page that may listen; nil: any number
}

type component = templ.Component

// visit is one request for a page: the language chosen, the desk, and what
// the address asked for.
type visit struct {
	*http.Request
	p     *phrase.Phrase
	desk  *operation.Desk
	asOf  throughline.Day // zero: today
	today throughline.Day
	query url.Values

	made     bool                // a made-up company is looked at
	offers   bool                // one can be
	goTo     string              // set by a form that was kept: where to go on
	refresh  int                 // seconds after which the page, which waits for something, looks again; 0: it does not
	status   int                 // of a page that is no failure and yet not what was asked for; 0: 200
	out      http.ResponseWriter // for cookies
	json     bool                // what it answers is for a script of ours
	fleeting bool                // what it shows is shown once: nothing keeps a copy
	class    throughline.Class   // of the deal that the page is about; "" where it is about none
}

// day is the day as of which the page looks.
func (v *visit) day() throughline.Day {
	if v.asOf.IsZero() {
		return v.today
	}
	return v.asOf
}

// zone is the one whose days are shown.
func (v *visit) zone() *time.Location { return v.desk.Days() }

// page makes a handler of a function that gives a component or an error.
// Errors become pages here and nowhere else.
func (s *site) page(f func(*visit) (templ.Component, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := s.language(w, r)
		v := &visit{Request: r, p: phrase.For(lang), desk: s.options.Desk(r, lang), query: r.URL.Query(), out: w,
			made: s.options.Made, offers: s.options.MadeUp != nil}
		lang = v.settledLanguage(lang)
		if !v.desk.Team {
			v.desk.Author = v.me() // where nobody signs in, whoever looks says who it is
		}
		v.today = v.desk.Today()
		component, err := templ.Component(nil), error(nil)
		if word := strings.TrimSpace(v.query.Get("as_of")); word != "" {
			if v.asOf, err = throughline.ParseDay(word); err != nil {
				err = throughline.Fail("look back", throughline.Invalid, "", err)
			}
		}
		if err == nil {
			component, err = f(v)
		}
		if err == nil {
			v.used()
		}
		if err == nil && v.goTo != "" {
			http.Redirect(w, r, v.goTo, http.StatusSeeOther)
			return
		}
		status := max(http.StatusOK, v.status)
		if err != nil {
			kind := throughline.KindOf(err)
			status = statuses[kind]
			if status >= 500 && r.Context().Err() == nil {
				s.options.Log.ErrorContext(r.Context(), "page failed", "page", r.Pattern, "error", err)
			}
			component = failedPage(s.failure(v, kind, err))
		}
		var b bytes.Buffer
		if err := component.Render(r.Context(), &b); err != nil {
			s.options.Log.ErrorContext(r.Context(), "page did not render", "page", r.Pattern, "error", err)
			http.Error(w, "this page could not be made", http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		if v.json && err == nil {
			h.Set("Content-Type", "application/json")
		}
		h.Set("Content-Language", lang)
		h.Set("Cache-Control", "private, no-cache")
		if v.fleeting {
			h.Set("Cache-Control", "no-store")
		}
		h.Set("Vary", "Accept-Language, Cookie")
		if v.refresh > 0 && err == nil {
			h.Set("Refresh", strconv.Itoa(v.refresh))
		}
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes())
	})
}

// statuses is this face's table from kind to HTTP status.
var statuses = map[throughline.Kind]int{
	throughline.Invalid:     http.StatusBadRequest,
	throughline.NotFound:    http.StatusNotFound,
	throughline.Conflict:    http.StatusConflict,
	throughline.Denied:      http.StatusForbidden,
	throughline.Unavailable: http.StatusServiceUnavailable,
	throughline.Unsupported: http.StatusNotImplemented,
	throughline.Corrupt:     http.StatusInternalServerError,
	throughline.Internal:    http.StatusInternalServerError,
}

type failedView struct {
	frame
	Heading, Text, Detail string
}

func (s *site) failure(v *visit, kind throughline.Kind, err error) failedView {
	out := failedView{frame: v.frame("", "failed"), Heading: v.p.Say("failed." + string(kind)), Text: v.p.Say("failed.way_out")}
	if kind == throughline.Invalid || kind == throughline.NotFound || kind == throughline.Conflict {
		out.Detail = v.refusal(err) // what the visitor can mend; other causes stay in the log
	}
	out.Title = out.Heading
	return out
}

// cause gives the innermost sentence of a failure.
func cause(err error) string {
	var e *throughline.Error
	if errors.As(err, &e) {
		if e.Err != nil {
			return cause(e.Err)
		}
		return strings.TrimSpace(e.Subject)
	}
	return err.Error()
}

func (s *site) missing(v *visit) (templ.Component, error) {
	return nil, throughline.Fail("show page", throughline.NotFound, v.URL.Path, nil)
}

const languageCookie = "lang"

// language chooses by ?lang=, then the cookie that a former choice left, then
// what the browser asks for.
func (s *site) language(w http.ResponseWriter, r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); asked != "" {
		lang := phrase.Match(asked)
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
			SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(r)})
		return lang
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		return phrase.Match(c.Value)
	}
	return phrase.Match(r.Header.Get("Accept-Language"))
}

// frame is what stands around every page.
type frame struct {
	P       *phrase.Phrase
	Title   string
	Here    string // which page of the menu
	Lang    string
	Others  []choice // the other languages
	AsOf    string   // 2017-06-30 where the page looks back, else ""
	Day     string   // the day as of which it looks, in words
	DayISO  string
	ToToday string // the same page, as of today
	Path    string
	Keep    []field // what a form that looks back has to keep
	Search  string
	Style   string
	Script  string
	Made    bool      // the company is made up
	Offers  bool      // a made-up one can be looked at
	Writes  bool      // forms that write stand on the page
	Me      string    // who of us is looking, "" where nobody said
	Said    *saidView // what was just written
	Seen    string    // when the page was made
	Once    func() string
	Use     func() string // of what the page sends how long somebody was at it; "" where nothing is counted
	Live    string        // the address that tells when the page has grown old
	Theme   string        // light or dark, where somebody chose one; else the browser's
	Trouble string        // that the playbook which the page reads has errors, "" where it has none
	Outside bool          // for somebody who has not signed in: no menu, no search
	Tour    *tourView     // what the tour says here; nil: nobody is shown around
}

// choice is a link with its word; Here marks the one that holds.
type choice struct {
	Word, Href, Lang string
	Here             bool
}

// field is a hidden field of a form.
type field struct{ Name, Value string }

var languageNames = map[string]string{"en": "English", "zh": "中文"}

func (v *visit) frame(title, here string) frame {
	f := frame{P: v.p, Title: title, Here: here, Lang: v.p.Code(), Path: v.URL.Path, Style: stylePath, Script: scriptPath,
		Writes: v.desk.MayWrite() && v.asOf.IsZero(), Me: v.meName(), Said: v.heard(), Seen: v.seen(), Once: v.once, Use: v.useOf, Made: v.made, Offers: v.offers, Theme: v.theme(), Tour: v.tour(),
		Day: v.p.Day(v.day()), DayISO: v.day().String(), ToToday: v.to("as_of", "")}
	if !v.asOf.IsZero() {
		f.AsOf = v.asOf.String()
	}
	if f.Here != "" && f.Here != "playbook" { // that one shows each of them
		for _, t := range v.desk.PlaybookTrouble() {
			f.Trouble = v.p.Say("frame.trouble", "n", t.Count)
		}
	}
	for _, l := range phrase.Languages() {
		if l != f.Lang {
			f.Others = append(f.Others, choice{Word: languageNames[l], Href: v.to("lang", l), Lang: l})
		}
	}
	for name, values := range v.query {
		if name != "as_of" && name != "lang" && name != "offset" && name != tourParameter && len(values) > 0 && values[0] != "" {
			f.Keep = append(f.Keep, field{name, values[0]})
		}
	}
	return f
}

// to gives this page's address with some parameters changed; "" leaves one out.
func (v *visit) to(pairs ...string) string {
	q := url.Values{}
	for name, values := range v.query {
		if name != "lang" && len(values) > 0 && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	return address(v.URL.Path, q, pairs...)
}

// link gives another page's address, as of the same day.
func (v *visit) link(path string, pairs ...string) string {
	q := url.Values{}
	if !v.asOf.IsZero() {
		q.Set("as_of", v.asOf.String())
	}
	return address(path, q, pairs...)
}

func address(path string, q url.Values, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	path = (&url.URL{Path: path}).EscapedPath()
	if strings.HasPrefix(path, "//") { // never another host
		path = "/" + strings.TrimLeft(path, "/")
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// offset reads how many rows to pass over; anything odd is none.
func (v *visit) offset() int {
	n, err := strconv.Atoi(v.query.Get("offset"))
	if err != nil || n < 0 || n > 10_000_000 {
		return 0
	}
	return n
}

// ask runs an operation and gives its typed answer.
func ask[Out any](v *visit, o operation.Operation, in any) (Out, error) {
	answer, err := o.Run(v.Context(), v.desk, in)
	if err != nil {
		var none Out
		return none, err
	}
	return answer.(Out), nil
}

// phraser is what a component needs of a language.
type phraser interface {
	Say(key string, pairs ...any) string
}

// Narrowed is by what a list is narrowed, for the search that stands above it.
func (f frame) Narrowed() []field {
	if f.Path != "/" && f.Path != "/deals" {
		return nil
	}
	var out []field
	for _, k := range f.Keep {
		if slices.Contains([]string{"outcome", "owner", "stage", "process", "silent", "sort", "reverse", "question", "class", "due_from", "due_to", "least", "most", "currency", "account", "segment", "cols", "view"}, k.Name) {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// carry gives a page's address as of the day this page looks at.
func (f frame) carry(path string) string {
	if f.AsOf == "" {
		return path
	}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	return path + joint + "as_of=" + f.AsOf
}
