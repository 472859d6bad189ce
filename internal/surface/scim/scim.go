// Package scim is the face for a company's directory: SCIM 2.0 (RFC 7644), by which it
// adds people and groups of ours, changes them and takes them away.
//
// Takes: requests under /scim/v2 with a token of the role directory.
// Gives: resources, lists and problems as application/scim+json; a line of the audit for each request that changes.
// Never: answers another token or a browser that signed in, shows a deal, or takes the last admin away.
package scim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/directory"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// Path is where everything of it stands.
const Path = "/scim/v2"

// did is how a request that changes is called in the audit, which has the id of the
// token that asked.
const did = "directory"

// retryAfter is after how many seconds it may work what did not.
const retryAfter = "5"

// Options is what the face needs.
type Options struct {
	Desk func(*http.Request) *operation.Desk // the desk of one request, with who asks
	Log  *slog.Logger
}

// site answers.
type site struct{ Options }

// New gives the handler for everything under Path.
func New(o Options) http.Handler {
	s := &site{o}
	mux := http.NewServeMux()
	at := func(pattern string, do func(*call) (answer, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+Path+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, do) })
	}
	at("GET /ServiceProviderConfig", func(c *call) (answer, error) { return answer{body: directory.Config(c.base)}, nil })
	at("GET /ResourceTypes", func(c *call) (answer, error) { return whole(directory.Types(c.base)), nil })
	at("GET /ResourceTypes/{id}", func(c *call) (answer, error) { return c.one(directory.Types(c.base)) })
	at("GET /Schemas", func(c *call) (answer, error) { return whole(directory.Schemas(c.base)), nil })
	at("GET /Schemas/{id}", func(c *call) (answer, error) { return c.one(directory.Schemas(c.base)) })
	at("GET /Users", (*call).users)
	at("POST /Users", (*call).addUser)
	at("GET /Users/{id}", (*call).user)
	at("PUT /Users/{id}", (*call).putUser)
	at("PATCH /Users/{id}", (*call).patchUser)
	at("DELETE /Users/{id}", (*call).dropUser)
	at("GET /Groups", (*call).groups)
	at("POST /Groups", (*call).addGroup)
	at("GET /Groups/{id}", (*call).group)
	at("PUT /Groups/{id}", (*call).putGroup)
	at("PATCH /Groups/{id}", (*call).patchGroup)
	at("DELETE /Groups/{id}", (*call).dropGroup)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, func(*call) (answer, error) {
			return answer{}, &directory.Problem{Status: http.StatusNotFound, Detail: "there is nothing at this address for this method"}
		})
	})
	return arrival.Noted(mux)
}

// call is one request on its way.
type call struct {
	*http.Request
	desk *operation.Desk
	base string
	body []byte
}

// answer is what is sent; the zero status is 200, and without a body nothing follows.
type answer struct {
	status int
	body   map[string]any
}

func whole(list []map[string]any) answer {
	return answer{body: directory.List(list, directory.Part{Start: 1, Count: len(list)})}
}

func (c *call) one(list []map[string]any) (answer, error) {
	for _, r := range list {
		if id, _ := r["id"].(string); strings.EqualFold(id, c.PathValue("id")) {
			return answer{body: r}, nil
		}
	}
	return answer{}, throughline.Fail("find", throughline.NotFound, desk.Short(c.PathValue("id")), nil)
}

// serve lets in who may come, reads, does, notes and answers.
func (s *site) serve(w http.ResponseWriter, r *http.Request, do func(*call) (answer, error)) {
	d := s.Desk(r)
	d.Acting = deal.Actor{Via: deal.ViaREST}
	scheme := "http://"
	if arrival.Secure(r) {
		scheme = "https://"
	}
	c := &call{Request: r, desk: d, base: scheme + r.Host + Path}
	w.Header().Set("Cache-Control", "no-store")
	changes := r.Method != http.MethodGet && r.Method != http.MethodHead
	err := s.admits(w, c, changes)
	var out answer
	if err == nil {
		if out, err = c.do(w, do); changes {
			err = c.noted(err)
		}
	}
	if err != nil {
		p := s.problem(c, err)
		if out = (answer{p.Status, p.Spelled()}); p.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", retryAfter)
		}
	}
	if id, _ := out.body["id"].(string); out.status == http.StatusCreated {
		w.Header().Set("Location", c.base+strings.TrimPrefix(r.URL.Path, Path)+"/"+id)
	}
	send(w, r, out)
}

// admits refuses whoever is no directory.
func (s *site) admits(w http.ResponseWriter, c *call, changes bool) error {
	d := c.desk
	if !d.Team || d.Guest == nil || !d.Guest.Token {
		w.Header().Set("WWW-Authenticate", "Bearer")
		return &directory.Problem{Status: http.StatusUnauthorized, Detail: "send a token of the role directory: Authorization: Bearer TOKEN"}
	}
	if !d.May(member.Roster, changes) || !d.Guest.User.Role.May(member.People, true) {
		if err := d.Note(c.Context(), desk.Refused(did), false); err != nil {
			return err
		}
		return &directory.Problem{Status: http.StatusForbidden, Detail: "this token may not do that: it takes one of the role directory, of somebody who is an admin, and not one that only reads"}
	}
	return nil
}

// do reads the body and does what was asked for; what it panics with is an error of ours.
func (c *call) do(w http.ResponseWriter, do func(*call) (answer, error)) (out answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = throughline.Fail(did, throughline.Internal, "", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if kind := c.Header.Get("Content-Type"); kind != "" && c.ContentLength != 0 {
		if media, _, bad := mime.ParseMediaType(kind); bad != nil || media != directory.MediaType && media != "application/json" {
			return answer{}, &directory.Problem{Status: http.StatusUnsupportedMediaType, Detail: "a body is " + directory.MediaType}
		}
	}
	c.body, err = io.ReadAll(http.MaxBytesReader(w, c.Body, directory.MostBody))
	var much *http.MaxBytesError
	switch {
	case errors.As(err, &much):
		return answer{}, &directory.Problem{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("the body has more than %d bytes", directory.MostBody)}
	case err != nil:
		return answer{}, &directory.Problem{Status: http.StatusBadRequest, Type: directory.InvalidSyntax, Detail: "the body ended early"}
	}
	return do(c)
}

// noted notes a request that changes, by the token that asked; the lines of what it
// changed are written with it.
func (c *call) noted(failed error) error {
	deed := store.Deed{Did: did, About: "id", Object: c.desk.Guest.Pass, Outcome: store.DeedDone}
	if failed != nil {
		deed.Outcome = store.DeedRefused
	}
	if err := c.desk.Note(c.Context(), deed, true); err != nil {
		return errors.Join(err, failed)
	}
	return failed
}

// problem words an error. What is no doing of the caller's is told with an id, under
// which the log says what it was.
func (s *site) problem(c *call, err error) *directory.Problem {
	if p, is := directory.ProblemOf(err); is {
		return p
	}
	words := phrase.For(phrase.Match("", c.Header.Get("Accept-Language")))
	switch kind := throughline.KindOf(err); {
	case errors.Is(err, store.ErrMeanwhile): // others wrote in every try: nothing is wrong with what was asked
		return &directory.Problem{Status: http.StatusServiceUnavailable, Detail: "others are changing people at this moment; ask again"}
	case errors.Is(err, team.ErrKnown), errors.Is(err, team.ErrGroupKnown):
		return &directory.Problem{Status: http.StatusConflict, Type: directory.Uniqueness, Detail: words.Failed(err)}
	case kind == throughline.Conflict: // not as things stand: the last admin, whom one of ours sent away
		return &directory.Problem{Status: http.StatusBadRequest, Type: directory.Mutability, Detail: words.Failed(err)}
	case kind == throughline.Invalid:
		return &directory.Problem{Status: http.StatusBadRequest, Type: directory.InvalidValue, Detail: words.Failed(err)}
	case kind == throughline.NotFound:
		return &directory.Problem{Status: http.StatusNotFound, Detail: words.Failed(err)}
	case c.Context().Err() != nil:
		return &directory.Problem{Status: 499, Detail: "the request was given up"}
	default:
		id, status := c.desk.NewID().String(), http.StatusInternalServerError
		if kind == throughline.Unavailable {
			status = http.StatusServiceUnavailable
		}
		s.Log.ErrorContext(c.Context(), "a request could not be answered", "id", id, "operation", did, "error", err)
		return &directory.Problem{Status: status, Detail: "it could not be done; the server's log says more under " + id}
	}
}

func send(w http.ResponseWriter, r *http.Request, out answer) {
	if out.status == 0 {
		out.status = http.StatusOK
	}
	if version := directory.Version(out.body); version != "" {
		w.Header().Set("ETag", version)
		if r.Method == http.MethodGet && matches(r.Header.Get("If-None-Match"), version) {
			out = answer{status: http.StatusNotModified}
		}
	}
	if out.body == nil {
		w.WriteHeader(out.status)
		return
	}
	w.Header().Set("Content-Type", directory.MediaType)
	w.WriteHeader(out.status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(out.body) // the connection is gone if this fails
}

// matches reports whether a list of entity tags names a version.
func matches(list, version string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag != "" && strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(version, "W/") {
			return true
		}
	}
	return false
}

// unchanged refuses a change of what is no longer as whoever asks knew it.
func (c *call) unchanged(resource map[string]any) error {
	if want := c.Header.Get("If-Match"); want != "" && !matches(want, directory.Version(resource)) {
		return &directory.Problem{Status: http.StatusPreconditionFailed, Detail: "it has changed since it was read"}
	}
	return nil
}

// id is that of the path; one that is none is nobody's.
func (c *call) id(op string) (throughline.ID, error) {
	id, err := throughline.ParseID(c.PathValue("id"))
	if err != nil {
		return id, throughline.Fail(op, throughline.NotFound, desk.Short(c.PathValue("id")), nil)
	}
	return id, nil
}
