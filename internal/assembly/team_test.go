package assembly_test

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"math/rand/v2"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// office is a server of an empty company whose people sign in.
type office struct {
	t       *testing.T
	desk    *operation.Desk
	handler http.Handler
	file    string // its database
}

func newOffice(t *testing.T) *office {
	t.Helper()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var seconds atomic.Int64 // every look at the clock is a second later
	house := assembly.House{Now: func() time.Time { return at.Add(time.Duration(seconds.Add(1)) * time.Second) }, Random: rand.New(rand.NewPCG(1, 1))}
	file := filepath.Join(t.TempDir(), "x.db")
	desk, done, err := house.Open(cli.Where{DB: file, Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	return &office{t, desk, assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)), file}
}

// visitor is a browser or a program with what it keeps.
type visitor struct {
	*office
	cookies map[string]string
	token   string
	from    string // an address; "": this machine's
}

func (o *office) visitor() *visitor { return &visitor{office: o, cookies: map[string]string{}} }

func (v *visitor) send(method, path string, form url.Values) (*http.Response, string) {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), method, "http://localhost"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
			r.Body = io.NopCloser(strings.NewReader(cmp.Or(form.Get("json"), "{}")))
		}
	}
	r.RemoteAddr = "127.0.0.1:4000"
	if v.from != "" {
		r.RemoteAddr = v.from
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	answer := w.Result()
	for _, c := range answer.Cookies() {
		if v.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	body, _ := io.ReadAll(answer.Body)
	return answer, string(body)
}

func (v *visitor) wants(method, path string, form url.Values, status int, words string) string {
	v.t.Helper()
	r, body := v.send(method, path, form)
	if r.StatusCode != status || !strings.Contains(body, words) && !strings.Contains(r.Header.Get("Location"), words) {
		v.t.Errorf("%s %s: %d to %q, want %d with %q; %.300s", method, path, r.StatusCode, r.Header.Get("Location"), status, words, body)
	}
	return body
}

const words = "four plain words here"

// begun is an office with its first admin, who is signed in.
func begun(t *testing.T) (*office, *visitor) {
	o := newOffice(t)
	ann := o.visitor()
	ann.wants("GET", "/team", nil, 200, "Make it a team")
	ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"Ann@example.com"}, "password": {words}}, 303, "/team")
	return o, ann
}

// joined is somebody of a role who was invited and has come.
func (o *office) joined(name string, role member.Role) *visitor {
	o.t.Helper()
	_, secret, err := o.desk.Porter.Add(o.t.Context(), &o.desk.Desk, team.Newcomer{Name: name, Email: strings.ToLower(name) + "@example.com", Role: role})
	if err != nil {
		o.t.Fatal(err)
	}
	v := o.visitor()
	v.wants("POST", operation.WelcomePath+secret.Reveal(), url.Values{"password": {words}}, 303, "/")
	return v
}

// TestATeamFromTheFirstPerson: until there is one everybody may look; from then
// on whoever has not signed in sees the page for it and nothing else.
func TestATeamFromTheFirstPerson(t *testing.T) {
	o := newOffice(t)
	ann := o.visitor()
	ann.wants("GET", "/deals", nil, 200, "")
	far := o.visitor()
	far.from = "192.0.2.7:4000"
	far.wants("POST", "/team/begin", url.Values{"name": {"Eve"}, "email": {"eve@example.com"}, "password": {words}}, 403, "")
	body := ann.wants("POST", "/team/begin", url.Values{"name": {"Ann"}, "email": {"ann@example.com"}, "password": {"annannannann"}}, 400, "too easy to guess")
	if strings.Contains(body, "annannannann") || !strings.Contains(body, `value="ann@example.com"`) {
		t.Error("what was typed is lost, or the password comes back")
	}
	ann.wants("POST", "/team/begin", url.Values{"name": {"Ann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
	ann.wants("GET", "/", nil, 200, "Ann")
	stranger := o.visitor()
	for _, path := range []string{"/deals", "/deals/x", "/studio", "/settings", "/team", "/me", "/learning", "/find?q=a", "/lint?text=a", "/help", "/deals/x/live", "/deals.csv"} {
		stranger.wants("GET", path, nil, 303, "/sign-in?then="+url.QueryEscape(path))
	}
	for _, path := range []string{"/deals/new", "/team", "/team/begin", "/me/own", "/settings", "/made-up"} {
		stranger.wants("POST", path, nil, 303, "/sign-in")
	}
	stranger.wants("GET", "/api/deals", nil, 401, "Bearer")
	stranger.cookies["company"] = "made-up" // who looked around once can still sign in
	stranger.wants("GET", "/sign-in", nil, 200, "Password")
	delete(stranger.cookies, "company")
	stranger.wants("GET", "/sign-in", nil, 200, "Password")
	body = stranger.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {"something else here"}}, 403, "do not belong together")
	if strings.Contains(body, "something else") {
		t.Error("a password comes back with the page")
	}
	unknown := stranger.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {"x"}}, 403, "do not belong together")
	if other := stranger.wants("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {"x"}}, 403, "do not belong together"); strings.ReplaceAll(other, ".org", ".com") != unknown {
		t.Error("the answer tells which addresses are known")
	}
	stranger.wants("POST", "/sign-in", url.Values{"email": {" ANN@example.com "}, "password": {words}, "then": {"/deals?outcome=won"}}, 303, "/deals?outcome=won")
	stranger.wants("GET", "/deals", nil, 200, "")
	kept := stranger.cookies["session"]
	stranger.wants("POST", "/sign-out", nil, 303, "/sign-in")
	stranger.cookies["session"] = kept
	stranger.wants("GET", "/deals", nil, 303, "/sign-in")
	ann.wants("GET", "/deals", nil, 200, "")
}

// TestAnInvitationOpensOnce and shows itself once.
func TestAnInvitationOpensOnce(t *testing.T) {
	o, ann := begun(t)
	page := ann.wants("POST", "/team", url.Values{"do": {"add"}, "name": {"Bo Lind"}, "email": {"bo@example.com"}, "role": {"seller"}}, 200, operation.WelcomePath)
	_, rest, _ := strings.Cut(page, "http://localhost"+operation.WelcomePath)
	secret, _, _ := strings.Cut(rest, "<")
	if again := ann.wants("GET", "/team", nil, 200, "invited"); strings.Contains(again, secret) || secret == "" {
		t.Error("an invitation is shown twice, or never")
	}
	bo := o.visitor()
	bo.wants("GET", operation.WelcomePath+secret, nil, 200, "Bo Lind") // a preview uses nothing up
	bo.wants("POST", operation.WelcomePath+secret, url.Values{"password": {"bo"}}, 400, "ten characters")
	bo.wants("POST", operation.WelcomePath+secret, url.Values{"password": {words}}, 303, "/")
	bo.wants("GET", "/me", nil, 200, "Bo Lind")
	other := o.visitor()
	other.wants("GET", operation.WelcomePath+secret, nil, 404, "too old")
	other.wants("POST", operation.WelcomePath+secret, url.Values{"password": {words}}, 404, "too old")
	ann.wants("POST", "/team", url.Values{"do": {"add"}, "name": {"Bo"}, "email": {"BO@example.com"}, "role": {"seller"}}, 409, "has been added already")
	ann.wants("POST", "/team", url.Values{"do": {"role"}, "who": {"ann@example.com"}, "role": {"seller"}}, 409, "somebody else an admin first")
	ann.wants("POST", "/team", url.Values{"do": {"remove"}, "who": {"bo@example.com"}}, 200, "no access")
	bo.wants("GET", "/deals", nil, 303, "/sign-in")
	bo.wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 403, "do not belong together")
}

// TestWrongPasswordsTireThePorter: after ten for one address even the right one waits.
func TestWrongPasswordsTireThePorter(t *testing.T) {
	o, _ := begun(t)
	v := o.visitor()
	tries := 0
	for tries < 30 { // the clock goes on a little with each, so that it is not ten to the dot
		if _, body := v.send("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {"wrong"}}); strings.Contains(body, "Too many tries") {
			break
		}
		tries++
	}
	if tries < 10 || tries > 13 {
		t.Errorf("%d wrong passwords were looked at", tries)
	}
	v.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 403, "Too many tries")
	elsewhere := o.visitor() // nobody keeps her from signing in somewhere else
	elsewhere.from = "192.0.2.7:4000"
	elsewhere.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
}

// TestTheTableHolds: every route of the interface for programs, and what pages
// there are for an object, answers each role as the permission table says.
func TestTheTableHolds(t *testing.T) {
	o, ann := begun(t)
	pages := []struct {
		method, path string
		object       member.Object
		changes      bool
		form         url.Values
	}{
		{"GET", "/deals", member.Deals, false, nil}, {"POST", "/deals", member.Deals, true, url.Values{"title": {"T"}, "account": {"A"}}},
		{"GET", "/forecast", member.Forecast, false, nil}, {"GET", "/learning", member.Learning, false, nil},
		{"GET", "/playbook/remarks", member.Remarks, false, nil}, {"GET", "/playbook/say?about=journey/p3", member.Remarks, true, nil},
		{"GET", "/playbook/say?about=nothing", member.Remarks, true, nil}, {"POST", "/playbook/say", member.Remarks, true, url.Values{"about": {"nothing"}}},
		{"POST", "/playbook/remarks/nine/back", member.Remarks, true, nil}, {"POST", "/playbook/remarks/nine/answer", member.Playbook, true, nil},
		{"GET", "/studio/quarter", member.Playbook, false, nil}, {"POST", "/studio/quarter", member.Playbook, true, url.Values{"do": {"cut"}}},
		{"GET", "/playbook", member.Playbook, false, nil}, {"GET", "/studio", member.Playbook, false, nil},
		{"GET", "/settings", member.Company, false, nil}, {"POST", "/settings", member.Company, true, url.Values{"card": {"company"}, "name": {"Ours"}}},
		{"POST", "/team/groups", member.People, true, url.Values{"do": {"put"}, "team": {"none"}, "who": {"ann@example.com"}}},
		{"GET", "/jobs", member.Jobs, false, nil}, {"POST", "/jobs", member.Jobs, true, url.Values{"job": {"nothing"}}},
		{"POST", "/jobs", member.Jobs, true, url.Values{"job": {throughline.ID{9}.String()}, "do": {"give_up"}}},
		{"GET", "/team", member.People, false, nil}, {"POST", "/team", member.People, true, url.Values{"do": {"invite"}, "who": {"ann@example.com"}}},
	}
	for _, role := range member.Roles() {
		v := o.joined("Some"+string(role), role)
		for _, p := range pages {
			if r, body := v.send(p.method, p.path, p.form); (r.StatusCode == http.StatusForbidden) == role.May(p.object, p.changes) {
				t.Errorf("%s, %s %s: %d; %.200s", role, p.method, p.path, r.StatusCode, body)
			}
		}
		own := o.desk.Desk
		own.Author = v.self() // a token of their own
		secret, err := o.desk.Porter.Issue(t.Context(), &own, v.self(), "program", "", false, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		program := o.visitor()
		program.token = secret.Reveal()
		tried := 0
		for _, op := range operation.All() {
			method, path, ok := strings.Cut(op.Route, " ")
			if !ok {
				continue
			}
			path = "/api" + strings.NewReplacer("{id}", throughline.ID{9}.String(), "{number}", "9", "{pack}", "x", "{fact}", throughline.ID{9}.String()).Replace(path)
			tried++
			may := role.May(op.Object(), op.Effect == operation.Writes)
			if method == http.MethodPost { // whoever may not is told so, before anything that they sent is judged
				for _, sent := range []string{"no json", `{"nothing that is known": 1}`} {
					r, body := program.send(method, strings.ReplaceAll(path, "/9/", "/nine/"), url.Values{"json": {sent}})
					if (r.StatusCode == http.StatusForbidden) == may {
						t.Errorf("%s, %s with %q: %d; %.200s", role, op.Route, sent, r.StatusCode, body)
					}
				}
			}
			if r, body := program.send(method, path, nil); (r.StatusCode == http.StatusForbidden) == may || r.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s, %s: %d; %.200s", role, op.Route, r.StatusCode, body)
			}
		}
		if tried < 30 {
			t.Errorf("only %d routes were tried", tried)
		}
	}
	ann.wants("GET", "/deals", nil, 200, "")
}

// self is who a visitor has signed in as.
func (v *visitor) self() throughline.PersonID {
	v.t.Helper()
	g, ok, err := team.Who(v.t.Context(), &v.desk.Desk, v.cookies["session"], false)
	if err != nil || !ok {
		v.t.Fatal("nobody has signed in", err)
	}
	return g.User.ID
}

// TestTeamsOnTheirPage: made, named and given there; what is wrong is said there.
func TestTeamsOnTheirPage(t *testing.T) {
	o, ann := begun(t)
	o.joined("Bo", member.Seller)
	ann.wants("GET", "/team", nil, 200, "There are no teams yet")
	ann.wants("POST", "/team/groups", url.Values{"do": {"make"}, "team": {" North  <b>team "}}, 303, "/team#teams")
	ann.wants("POST", "/team/groups", url.Values{"do": {"make"}, "team": {"north <b>TEAM"}}, 409, "a team of this name already")
	ann.wants("POST", "/team/groups", url.Values{"do": {"make"}, "team": {" "}}, 400, "A team needs a name")
	ann.wants("POST", "/team/groups", url.Values{"do": {"put"}, "team": {"North <b>team"}, "who": {"bo@example.com"}}, 303, "/team")
	ann.wants("GET", "/team", nil, 200, "North &lt;b&gt;team")
	ann.wants("GET", "/team", nil, 200, "Take Bo out of North &lt;b&gt;team")
	ann.wants("POST", "/team/groups", url.Values{"do": {"rename"}, "team": {"North <b>team"}, "name": {"Bo’s"}}, 303, "/team")
	ann.wants("GET", "/team", nil, 200, "Take Bo out of Bo’s")
	ann.wants("POST", "/team", url.Values{"do": {"remove"}, "who": {"bo@example.com"}}, 200, "Nobody belongs to it yet")
	ann.wants("POST", "/team/groups", url.Values{"do": {"dissolve"}, "team": {"Bo’s"}}, 303, "/team")
	ann.wants("GET", "/team", nil, 200, "There are no teams yet")
	ann.wants("GET", "/team/audit", nil, 200, "put into a team")
}

// TestATokenForAProgram: shown once, reads where it only reads, and ends.
func TestATokenForAProgram(t *testing.T) {
	o, ann := begun(t)
	page := ann.wants("POST", "/me/own", url.Values{"do": {"token"}, "name": {"export"}, "days": {"90"}, "reads": {"yes"}, "old": {words}}, 200, "only this once")
	_, rest, _ := strings.Cut(page, `<code id="token">`)
	program := o.visitor()
	program.token, _, _ = strings.Cut(rest, "<")
	program.wants("GET", "/api/deals", nil, 200, "rows")
	program.wants("POST", "/api/deals", nil, 403, "")
	for _, do := range []string{"token", "password", "end"} { // it makes nothing of itself
		program.wants("POST", "/me/own", url.Values{"do": {do}, "name": {"more"}, "days": {"9"}, "old": {words}, "password": {"another five plain words"}}, 403, "")
	}
	ann.wants("POST", "/me/own", url.Values{"do": {"token"}, "name": {"x"}, "days": {"90"}, "old": {"not it at all"}}, 400, "do not belong")
	page = ann.wants("GET", "/me", nil, 200, "export")
	if strings.Contains(page, program.token) {
		t.Error("a token is shown twice")
	}
	_, rest, _ = strings.Cut(page[strings.Index(page, "export"):], `name="pass" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	other := o.joined("Cy", member.Admin)
	other.wants("POST", "/me/own", url.Values{"do": {"end"}, "pass": {id}}, 404, "")
	program.wants("GET", "/api/deals", nil, 200, "rows")
	ann.wants("POST", "/me/own", url.Values{"do": {"end"}, "pass": {id}}, 303, "/me")
	program.wants("GET", "/api/deals", nil, 401, "token")
	before := ann.cookies["session"]
	ann.wants("POST", "/me/own", url.Values{"do": {"password"}, "old": {"not it at all"}, "password": {"five plain words are here"}}, 400, "do not belong")
	ann.wants("POST", "/me/own", url.Values{"do": {"password"}, "old": {words}, "password": {"five plain words are here"}}, 303, "/me")
	ann.wants("GET", "/deals", nil, 200, "")
	thief := o.visitor()
	thief.cookies["session"] = before
	thief.wants("GET", "/deals", nil, 303, "/sign-in")
}

// TestWhoSignedInIsTheAuthor, whatever else the browser says.
func TestWhoSignedInIsTheAuthor(t *testing.T) {
	o, ann := begun(t)
	bo := o.joined("Bo", member.Seller)
	bo.cookies["me"] = throughline.ID(ann.self()).String()
	bo.wants("POST", "/people/"+throughline.ID(ann.self()).String(), url.Values{"name": {"Somebody"}}, 403, "")
	r, _ := bo.send("POST", "/deals", url.Values{"title": {"Night shift"}, "account": {"Northfield"}})
	id, err := throughline.ParseID(strings.TrimPrefix(strings.SplitN(r.Header.Get("Location"), "?", 2)[0], "/deals/"))
	if err != nil {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	facts, err := o.desk.Ledger.Facts(t.Context(), o.desk.Workspace, throughline.DealID(id))
	if err != nil || len(facts) == 0 {
		t.Fatal(facts, err)
	}
	for _, f := range facts {
		if f.Author() != bo.self() {
			t.Errorf("%s is of %v", f.Body.Kind(), f.Author())
		}
	}
}

// TestFacesSayByWhichWay: what is sent to a page was typed on one, what is sent
// to the interface for programs came by it.
func TestFacesSayByWhichWay(t *testing.T) {
	o, ann := begun(t)
	r, _ := ann.send("POST", "/deals", url.Values{"title": {"Night shift"}, "account": {"Northfield"}})
	at := strings.SplitN(r.Header.Get("Location"), "?", 2)[0]
	id, err := throughline.ParseID(strings.TrimPrefix(at, "/deals/"))
	if err != nil {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	ann.wants("POST", "/api/deals/"+id.String()+"/notes", url.Values{"json": {`{"text": "they call on Tuesday"}`}}, 200, "facts")
	facts, err := o.desk.Ledger.Facts(t.Context(), o.desk.Workspace, throughline.DealID(id))
	if err != nil {
		t.Fatal(err)
	}
	ways := map[deal.Via]int{}
	for _, f := range facts {
		if f.By.Person != ann.self() || f.By.Side != deal.Us {
			t.Errorf("%s is by %+v", f.Body.Kind(), f.By)
		}
		ways[f.By.Via]++
	}
	if ways[deal.ViaPage] == 0 || ways[deal.ViaREST] != 1 || len(ways) != 2 {
		t.Errorf("they came by %v", ways)
	}
	ann.wants("GET", at+"/ledger", nil, 200, "typed by Ann Bergmann")
	ann.wants("GET", at+"/ledger", nil, 200, "by Ann Bergmann, through a program")
}
