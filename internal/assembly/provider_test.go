package assembly_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/identity"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// directory is an identity provider: zitadel's, in process, with a form to sign in
// on, whose people and groups a test changes.
type directory struct {
	*storage.Storage
	server *httptest.Server
	back   []string // where it sends browsers after they signed out

	mu     sync.Mutex
	people map[string]*storage.User // by id
	groups map[string]any
	spoil  func(claims map[string]any) // changes what a token says before it is signed
	asked  int                         // how often it was asked for a token
	down   bool
	ended  chan struct{} // closed when somebody signs out there
}

func (d *directory) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// The users of the provider, as its store wants them.
func (d *directory) GetUserByID(id string) *storage.User {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.people[id]
}

func (d *directory) GetUserByUsername(name string) *storage.User { return d.GetUserByID(name) }

func (d *directory) ExampleClientID() string { return "service" }

// SetUserinfoFromToken tells groups beside what the example tells.
func (d *directory) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := d.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	d.mu.Lock()
	defer d.mu.Unlock()
	if groups, is := d.groups[subject]; is {
		info.AppendClaims("groups", groups)
	}
	return err
}

// TerminateSessionFromRequest tells that somebody signed out.
func (d *directory) TerminateSessionFromRequest(ctx context.Context, r *op.EndSessionRequest) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended != nil {
		close(d.ended)
		d.ended = nil
	}
	return r.RedirectURI, d.Storage.TerminateSession(ctx, r.UserID, r.ClientID)
}

// GetClientByClientID gives clients that may send browsers back after signing out.
func (d *directory) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := d.Storage.GetClientByClientID(ctx, id)
	return returning{c, d.back}, err
}

type returning struct {
	op.Client
	back []string
}

func (r returning) PostLogoutRedirectURIs() []string { return r.back }

// signed signs a token anew with the provider's own key, once it was spoiled.
func (d *directory) signed(ctx context.Context, token string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.spoil == nil {
		return token
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		return err.Error()
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err.Error()
	}
	d.spoil(claims)
	key, _ := d.SigningKey(ctx)
	signer, err := op.SignerFromKey(key)
	if err != nil {
		return err.Error()
	}
	out, _ := crypto.Sign(claims, signer)
	if claims["forged"] != nil {
		out = out[:len(out)-8] + "AAAAAAAA"
	}
	return out
}

// spoiling stands before the provider.
func (d *directory) spoiling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		down := d.down
		d.mu.Unlock()
		if down {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		if r.URL.Path != "/oauth/token" {
			next.ServeHTTP(w, r)
			return
		}
		d.set(func() { d.asked++ })
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		said := map[string]any{}
		if token, is := "", json.Unmarshal(answer.Body.Bytes(), &said) == nil; is {
			if token, is = said["id_token"].(string); is {
				said["id_token"] = d.signed(r.Context(), token)
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_ = json.NewEncoder(w).Encode(said)
	})
}

// provided is a server whose people sign in with a directory.
type provided struct {
	*office
	*directory
	server *httptest.Server
	ahead  atomic.Int64 // seconds by which its clock is later
}

const clientSecret = "a secret between the two"

// newProvided gives one: sales are sellers, heads managers, and somebody new is
// added as their groups say, unless the test has other rules.
func newProvided(t *testing.T, other func(*team.Vouching)) *provided {
	t.Helper()
	slog.SetLogLoggerLevel(slog.LevelError) // the example writes a line for each request
	p := &provided{directory: &directory{groups: map[string]any{}, people: map[string]*storage.User{}}}
	var theirs, ours http.Handler
	p.directory.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { theirs.ServeHTTP(w, r) }))
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ours.ServeHTTP(w, r) }))
	t.Cleanup(p.server.Close)
	t.Cleanup(p.directory.server.Close)
	p.back = []string{p.server.URL + "/sign-in"}
	us := storage.WebClient("throughline", clientSecret, p.server.URL+"/sign-in/back")
	p.Storage = storage.NewStorageWithClients(p.directory, map[string]*storage.Client{"throughline": us})
	theirs = p.spoiling(exampleop.SetupServer(p.directory.server.URL, p.directory, nil, false))

	now := func() time.Time { return time.Now().Add(time.Duration(p.ahead.Load()) * time.Second) }
	house := assembly.House{Now: now, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	provider, err := identity.New(identity.Settings{Issuer: p.directory.server.URL, Client: "throughline", Secret: clientSecret, Name: "Acme ID",
		Groups: "groups", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	desk.Porter = team.NewPorter()
	desk.Porter.Vouching = team.Vouching{Provider: provider, Lasts: 12 * time.Hour,
		Rules: member.Rules{Groups: map[string]member.Role{"sales": member.Seller, "heads": member.Manager, "it": member.Admin}, New: true}}
	if other != nil {
		other(&desk.Porter.Vouching)
	}
	ours = assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler))
	p.office = &office{t: t, desk: desk, handler: ours}
	return p
}

// person gives the directory somebody; they sign in there by their id.
func (p *provided) person(id, first, last, email string, groups ...string) *storage.User {
	u := &storage.User{ID: id, Username: id, Password: "there", FirstName: first, LastName: last, Email: email, EmailVerified: true}
	p.set(func() { p.people[id], p.groups[id] = u, groups })
	return u
}

// surfer is a browser that goes where it is sent, to both servers.
type surfer struct {
	*provided
	*http.Client
	stop string // a path before which it stops
	held *url.URL
}

func (p *provided) surfer() *surfer {
	jar, _ := cookiejar.New(nil)
	s := &surfer{provided: p}
	s.Client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if s.stop != "" && r.URL.Path == s.stop {
			s.held = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return s
}

func (s *surfer) do(method, at string, form url.Values) (*http.Response, string) {
	s.t.Helper()
	if strings.HasPrefix(at, "/") {
		at = s.server.URL + at
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w, err := s.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer w.Body.Close()
	body, _ := io.ReadAll(w.Body)
	return w, string(body)
}

// at is where an answer is from: the path on our server.
func (s *surfer) at(w *http.Response) string {
	return strings.TrimPrefix(w.Request.URL.String(), s.server.URL)
}

// toForm goes by the button to the provider's form.
func (s *surfer) toForm(then string) (at string, form url.Values) {
	s.t.Helper()
	_, page := s.do("GET", then, nil)
	doc, _ := goquery.NewDocumentFromReader(strings.NewReader(page))
	button := doc.Find("a.sign-with")
	if button.Text() != "Sign in with Acme ID" {
		s.t.Fatalf("no button: %.400s", page)
	}
	w, page := s.do("GET", button.AttrOr("href", ""), nil)
	doc, _ = goquery.NewDocumentFromReader(strings.NewReader(page))
	id := doc.Find("input[name=id]").AttrOr("value", "")
	if id == "" {
		s.t.Fatalf("%s has no form: %.400s", w.Request.URL, page)
	}
	return s.directory.server.URL + "/login/username", url.Values{"id": {id}, "password": {"there"}}
}

// in signs somebody in at the provider, on the way to a page.
func (s *surfer) in(who, then string) (*http.Response, string) {
	s.t.Helper()
	at, form := s.toForm(then)
	form.Set("username", who)
	return s.do("POST", at, form)
}

func (s *surfer) wantsIn(who, then string) {
	s.t.Helper()
	if w, body := s.in(who, then); w.StatusCode != 200 || s.at(w) != then {
		s.t.Errorf("%s comes to %s with %d; %.300s", who, s.at(w), w.StatusCode, notice(body))
	}
}

func (s *surfer) wantsOut(who, why string) {
	s.t.Helper()
	w, body := s.in(who, "/deals")
	if w.StatusCode != 403 || !strings.Contains(notice(body), why) {
		s.t.Errorf("%s comes to %s with %d: %q, want %q", who, s.at(w), w.StatusCode, notice(body), why)
	}
	if w, _ := s.do("GET", "/deals", nil); s.at(w) == "/deals" {
		s.t.Errorf("%s was refused and is in", who)
	}
}

func notice(page string) string {
	doc, _ := goquery.NewDocumentFromReader(strings.NewReader(page))
	return doc.Find(".notice.trouble").Text()
}

// user gives who is known under an address.
func (p *provided) user(email string) member.User {
	p.t.Helper()
	all, err := team.Users(p.t.Context(), &p.desk.Desk)
	if err != nil {
		p.t.Fatal(err)
	}
	var found []member.User
	for _, u := range all {
		if u.Email == email {
			found = append(found, u)
		}
	}
	if len(found) > 1 {
		p.t.Errorf("%s is %d people", email, len(found))
	}
	return append(found, member.User{})[0]
}

const (
	stranger = "nobody has let you in here"
	broke    = "came to nothing"
)

// TestComingInByTheProvider: somebody new is added as their groups say, comes back
// as the same one, and whoever is in no group stays outside. All of it is noted.
func TestComingInByTheProvider(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "Bo@Example.com", "everybody", "sales")
	p.person("u2", "Eve", "Moll", "eve@example.com", "everybody")
	bo := p.surfer()
	if w, page := bo.do("GET", "/deals?outcome=won", nil); bo.at(w) != "/sign-in?then=%2Fdeals%3Foutcome%3Dwon" || !strings.Contains(page, "or with a password") {
		t.Errorf("a company with a provider is open to anybody: %s", bo.at(w))
	}
	bo.wantsIn("u1", "/deals?outcome=won")
	if u := p.user("bo@example.com"); u.Role != member.Seller || u.Name != "Bo Lind" || u.Issuer != p.directory.server.URL || u.Sealed != "" {
		t.Errorf("added: %+v", u)
	}
	again := p.surfer()
	again.wantsIn("u1", "/")
	p.user("bo@example.com")
	eve := p.surfer()
	eve.wantsOut("u2", stranger)
	if p.user("eve@example.com").Name != "" {
		t.Error("who may not come in was added")
	}
	cid := p.person("u3", "Cid", "Orr", "cid@example.com", "sales")
	p.set(func() { cid.EmailVerified = false })
	p.surfer().wantsOut("u3", stranger)
	if w, body := eve.do("GET", "/sign-in/back?error=access_denied&state=x", nil); w.StatusCode != 403 || !strings.Contains(notice(body), broke) {
		t.Errorf("%d %s", w.StatusCode, body)
	}
	p.ahead.Store(13 * 3600)
	if w, _ := bo.do("GET", "/deals", nil); bo.at(w) != "/sign-in?then=%2Fdeals" {
		t.Errorf("a session holds for longer than groups: %s", bo.at(w))
	}
}

// TestWhatIsNoted of coming in by a provider.
func TestWhatIsNoted(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	p.surfer().wantsIn("u1", "/deals")
	p.set(func() { p.groups["u1"] = []string{"heads"} })
	p.surfer().wantsIn("u1", "/deals")
	p.set(func() { p.groups["u1"] = []string{} })
	p.surfer().wantsOut("u1", stranger)
	trail, err := operation.ListAudit.Run(t.Context(), p.desk, &caretaking.AuditInput{All: true, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range trail.(caretaking.Audit).Lines {
		who := "nobody"
		if l.Name != "" {
			who = l.Name
		}
		got = append(got, strings.TrimSpace(who+" "+l.Did+" "+l.Detail+" "+l.Outcome))
	}
	want := []string{"nobody user_added seller done", "nobody user_bound  done", "Bo Lind sign_in  done", "nobody user_changed manager done",
		"Bo Lind sign_in  done",
		"nobody user_left  done", "nobody sign_in  refused"}
	if !slices.Equal(got, want) {
		t.Errorf("noted:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestATokenThatIsNotForUs lets nobody in, though the provider signed it.
func TestATokenThatIsNotForUs(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	for name, spoil := range map[string]func(map[string]any){
		"audience":     func(c map[string]any) { c["aud"] = []string{"another"} },
		"no audience":  func(c map[string]any) { delete(c, "aud") },
		"expired":      func(c map[string]any) { c["exp"] = time.Now().Add(-time.Second).Unix() },
		"no expiry":    func(c map[string]any) { delete(c, "exp") },
		"nonce":        func(c map[string]any) { c["nonce"] = "another" },
		"no nonce":     func(c map[string]any) { delete(c, "nonce") },
		"issuer":       func(c map[string]any) { c["iss"] = "https://elsewhere.example.com" },
		"given others": func(c map[string]any) { c["azp"], c["aud"] = "another", []string{"another", "throughline"} },
		"access token": func(c map[string]any) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
		"forged":       func(c map[string]any) { c["forged"] = true },
		"somebody":     func(c map[string]any) { c["sub"] = "u2" }, // the provider tells of another
		"elsewhere": func(c map[string]any) { // Entra's way to say that groups are too many
			c["_claim_names"], c["_claim_sources"] = map[string]any{"groups": "src1"}, map[string]any{"src1": map[string]any{"endpoint": "https://graph.example.com"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "elsewhere" {
				p.set(func() { delete(p.groups, "u1") })
			}
			p.set(func() { p.spoil = spoil })
			s := p.surfer()
			s.wantsOut("u1", broke)
			if name != "elsewhere" && p.user("bo@example.com").Name != "" {
				t.Error("somebody was added")
			}
		})
	}
	p.set(func() { p.spoil, p.groups["u1"] = nil, []string{"sales"} })
	p.surfer().wantsIn("u1", "/deals")
}

// TestATripComesBackOnce, in the browser that set out, in time, and as it was.
func TestATripComesBackOnce(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	out := func() (*surfer, []*http.Cookie) {
		s := p.surfer()
		s.stop = "/sign-in/back"
		s.in("u1", "/deals")
		return s, s.Jar.Cookies(s.held)
	}
	asked := func() int { p.mu.Lock(); defer p.mu.Unlock(); return p.asked }
	refused := func(s *surfer, at, what string) {
		t.Helper()
		before := asked()
		if w, body := s.do("GET", at, nil); w.StatusCode != 403 || !strings.Contains(notice(body), broke) {
			t.Errorf("%s: %d, %q", what, w.StatusCode, notice(body))
		}
		if asked() != before {
			t.Errorf("%s: the provider was asked", what)
		}
	}
	s, kept := out()
	refused(p.surfer(), s.held.String(), "another browser")
	q := s.held.Query()
	q.Set("state", q.Get("state")[:20]+"AAAAAAAAAAAAAAAAAAAAAAA")
	refused(s, "/sign-in/back?"+q.Encode(), "another state")
	s.Jar.SetCookies(s.held, kept)
	if w, _ := s.do("GET", s.held.String(), nil); s.at(w) != "/deals" {
		t.Errorf("the trip itself comes to %s", s.at(w))
	}
	thief := p.surfer()
	thief.Jar.SetCookies(s.held, kept)
	refused(thief, s.held.String(), "again")
	late, _ := out()
	p.ahead.Store(601)
	refused(late, late.held.String(), "too late")
	p.ahead.Store(0)
	changed, kept := out()
	for _, c := range kept {
		c.Value = c.Value[:len(c.Value)-4] + "AAAA"
	}
	changed.Jar.SetCookies(changed.held, kept)
	refused(changed, changed.held.String(), "changed")
}

// TestGroupsSayTheRole, anew with each signing in; who has none left is out at once.
func TestGroupsSayTheRole(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	bo := p.surfer()
	bo.wantsIn("u1", "/deals")
	role := func(want member.Role, groups any) {
		t.Helper()
		p.set(func() { p.groups["u1"] = groups })
		p.surfer().wantsIn("u1", "/deals")
		if got := p.user("bo@example.com").Role; got != want {
			t.Errorf("%v make %s, want %s", groups, got, want)
		}
	}
	role(member.Manager, []string{"sales", "heads"})
	if w, _ := bo.do("GET", "/team", nil); w.StatusCode != 200 {
		t.Errorf("a manager does not see the team in the session from before: %d", w.StatusCode)
	}
	role(member.Seller, "sales")
	if w, _ := bo.do("GET", "/team", nil); w.StatusCode != 403 {
		t.Errorf("who is no manager any more sees the team: %d", w.StatusCode)
	}
	role(member.Admin, map[string]any{"it": map[string]any{"1": "acme"}, "x": nil})
	p.person("u0", "Ann", "Berg", "ann@example.com", "it")
	p.surfer().wantsIn("u0", "/deals") // another admin: the last one would stay
	p.set(func() { delete(p.groups, "u1") })
	p.surfer().wantsOut("u1", stranger)
	if w, _ := bo.do("GET", "/deals", nil); bo.at(w) == "/deals" {
		t.Error("a leaver's other session goes on")
	}
	role(member.Seller, []string{"sales"})
	if w, _ := bo.do("GET", "/deals", nil); bo.at(w) == "/deals" {
		t.Error("a session from before they left opens again")
	}
	if err := team.Leave(t.Context(), &p.desk.Desk, "bo@example.com"); err != nil {
		t.Fatal(err)
	}
	p.surfer().wantsOut("u1", stranger) // one of ours sent them away: no group brings them back
	p.person("u2", "Cy", "Berg", "cy@example.com", "sales")
	p.surfer().wantsIn("u2", "/deals")
	p.set(func() { delete(p.groups, "u2") })
	p.surfer().wantsOut("u2", stranger)
	if u := p.user("cy@example.com"); !u.Told() {
		t.Error("it is not known that groups sent them away")
	}
	if err := team.Leave(t.Context(), &p.desk.Desk, "cy@example.com"); err != nil { // whom groups had sent away already
		t.Fatal(err)
	}
	p.set(func() { p.groups["u2"] = "sales" })
	p.surfer().wantsOut("u2", stranger)
}

// TestANameIsNobodysAddress: what somebody calls themselves at the provider is not
// taken for another's address, and one line makes and binds who is new.
func TestANameIsNobodysAddress(t *testing.T) {
	p := newProvided(t, nil)
	p.person("z1", "Zoe", "Boss", "zoe@example.com", "sales")
	p.surfer().wantsIn("z1", "/deals")
	p.person("a1", "zoe@example.com", "", "anton@example.com", "sales")
	p.surfer().wantsIn("a1", "/deals")
	if u := p.user("anton@example.com"); u.Name != "anton" {
		t.Errorf("somebody is called %q", u.Name)
	}
	all, err := team.Users(t.Context(), &p.desk.Desk)
	if err != nil {
		t.Fatal(err)
	}
	if u, err := team.Find(all, "zoe@example.com"); err != nil || u.Name != "Zoe Boss" {
		t.Errorf("the address is %v's: %v", u, err)
	}
	lines, err := p.desk.Ledger.Admissions(t.Context(), p.desk.Workspace, "user", throughline.ID(p.user("anton@example.com").ID))
	if err != nil || len(lines) != 1 || lines[0].Kind != member.Added {
		t.Errorf("who is new is made by %d lines: %v", len(lines), err)
	}
}

// TestGroupsSayTheTeam: a team that groups give is made, joined and parted with as
// they say; what one of ours gave stays.
func TestGroupsSayTheTeam(t *testing.T) {
	p := newProvided(t, func(v *team.Vouching) { v.Rules.Teams = map[string]string{"north": "North", "south": "South"} })
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales", "north")
	teams := func(want ...string) {
		t.Helper()
		p.surfer().wantsIn("u1", "/deals")
		all, err := team.Teams(t.Context(), &p.desk.Desk)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range all {
			if g.Has(p.user("bo@example.com").ID) {
				got = append(got, g.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("Bo belongs to %v, want %v", got, want)
		}
	}
	teams("North")
	if _, err := team.MakeTeam(t.Context(), &p.desk.Desk, "Islands"); err != nil {
		t.Fatal(err)
	}
	if err := team.Belong(t.Context(), &p.desk.Desk, "Islands", "bo@example.com", true); err != nil {
		t.Fatal(err)
	}
	p.set(func() { p.groups["u1"] = []string{"sales", "south"} })
	teams("Islands", "South")
	p.set(func() { p.groups["u1"] = []string{"sales"} })
	teams("Islands")
}

// TestAnAddressAloneIsNobody: only an invitation that waits makes somebody of one,
// and only where the provider has seen to whose it is.
func TestAnAddressAloneIsNobody(t *testing.T) {
	p := newProvided(t, func(v *team.Vouching) {
		v.Rules.Groups, v.Rules.Role, v.Rules.Domains = nil, member.Seller, []string{"example.com"}
	})
	add := func(name string) (member.Secret, string) {
		t.Helper()
		email := strings.ToLower(name) + "@example.com"
		_, secret, err := p.desk.Porter.Add(t.Context(), &p.desk.Desk, team.Newcomer{Name: name, Email: email, Role: member.Manager})
		if err != nil {
			t.Fatal(err)
		}
		return secret, email
	}
	secret, ann := add("Ann")
	if _, err := p.desk.Porter.Welcome(t.Context(), &p.desk.Desk, secret.Reveal(), words); err != nil {
		t.Fatal(err)
	}
	p.person("a1", "Ann", "Imposter", ann)
	p.surfer().wantsOut("a1", stranger) // she has a password and no invitation
	if u := p.user(ann); u.Issuer != "" || u.Sealed == "" {
		t.Errorf("an address took an account: %+v", u)
	}
	invitation, bo := add("Bo")
	u := p.person("b1", "Bo", "Lind", bo)
	p.set(func() { u.EmailVerified = false })
	p.surfer().wantsOut("b1", stranger)
	p.set(func() { u.EmailVerified = true })
	p.surfer().wantsIn("b1", "/deals")
	if u := p.user(bo); u.Issuer == "" || u.Role != member.Manager {
		t.Errorf("who was invited is %+v", u)
	}
	if _, err := team.Invited(t.Context(), &p.desk.Desk, invitation.Reveal()); err == nil {
		t.Error("the invitation opens again")
	}
	p.person("b2", "Bo", "Other", bo) // whoever has the address next is another
	p.surfer().wantsOut("b2", stranger)
	eve := p.person("e1", "Eve", "Moll", "eve@example.com")
	p.set(func() { eve.EmailVerified = false })
	p.surfer().wantsOut("e1", stranger)
	p.set(func() { eve.EmailVerified = true })
	p.surfer().wantsIn("e1", "/deals")
	p.person("f1", "Far", "Away", "far@example.com.elsewhere.org")
	p.surfer().wantsOut("f1", stranger)
	p.set(func() { eve.Email = "eve@elsewhere.org" })
	p.surfer().wantsOut("e1", stranger)
}

// TestWhereOneGoesAfterwards is a page of ours.
func TestWhereOneGoesAfterwards(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	for _, then := range []string{"https://elsewhere.org/", "//elsewhere.org/", "/\\elsewhere.org", "\\\\elsewhere.org", "javascript:alert(1)", "/\t/elsewhere.org",
		"https:elsewhere.org", "http://" + p.server.Listener.Addr().String() + "@elsewhere.org/", "elsewhere.org", "/%0d%0aX: y\r\n"} {
		for _, path := range []string{"/sign-in/with?then=", "/sign-in?then="} {
			s := p.surfer()
			page, _ := s.do("GET", path+url.QueryEscape(then), nil)
			at := s.directory.server.URL + "/login/username"
			id := page.Request.URL.Query().Get("authRequestID")
			form := url.Values{"id": {id}, "password": {"there"}}
			if id == "" {
				at, form = s.toForm(path + url.QueryEscape(then))
			}
			form.Set("username", "u1")
			if w, _ := s.do("POST", at, form); s.at(w) != "/" {
				t.Errorf("%s%q leads to %s", path, then, w.Request.URL)
			}
		}
	}
}

// TestTwoTabsAtOnce come in both, and somebody new is added once.
func TestTwoTabsAtOnce(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	s := p.surfer()
	at1, form1 := s.toForm("/deals")
	at2, form2 := s.toForm("/learning")
	form1.Set("username", "u1")
	form2.Set("username", "u1")
	if w, _ := s.do("POST", at2, form2); s.at(w) != "/learning" {
		t.Errorf("the second tab comes to %s", s.at(w))
	}
	if w, _ := s.do("POST", at1, form1); s.at(w) != "/deals" {
		t.Errorf("the first tab comes to %s", s.at(w))
	}
	u := p.user("bo@example.com")
	open, _, err := team.Passes(t.Context(), &p.desk.Desk, u.ID)
	if err != nil || len(open) != 1 {
		t.Errorf("%d sessions of one browser, %v", len(open), err)
	}
	many := p.surfer()
	for range 12 { // what a browser keeps of trips does not grow without end
		many.toForm("/deals")
	}
	if n := len(many.Jar.Cookies(&url.URL{Scheme: "http", Host: p.server.Listener.Addr().String(), Path: "/"})); n > 9 {
		t.Errorf("%d cookies are kept", n)
	}
}

// TestSigningOut ends the session here and the one at the provider.
func TestSigningOut(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	s := p.surfer()
	s.wantsIn("u1", "/me")
	old := s.Jar.Cookies(&url.URL{Scheme: "http", Host: p.server.Listener.Addr().String(), Path: "/"})
	w, page := s.do("POST", "/sign-out", nil)
	_, to, _ := strings.Cut(w.Header.Get("Refresh"), "url=")
	if w.StatusCode != 200 || !strings.HasPrefix(to, p.directory.server.URL+"/end_session?") || !strings.Contains(page, "You are signed out here") {
		t.Fatalf("%d, on to %q; %.300s", w.StatusCode, to, page)
	}
	u, _ := url.Parse(to)
	if q := u.Query(); q.Get("id_token_hint") == "" || q.Get("post_logout_redirect_uri") != p.server.URL+"/sign-in" {
		t.Errorf("it asks with %v", q)
	}
	if w, _ := s.do("GET", to, nil); s.at(w) != "/sign-in" {
		t.Errorf("the provider sends to %s", w.Request.URL)
	}
	s.Jar.SetCookies(w.Request.URL, old)
	if w, _ := s.do("GET", "/me", nil); s.at(w) == "/me" {
		t.Error("the session goes on")
	}
}

// TestAProviderThatDoesNotAnswer is said in words, and asked again; admins with a
// password come in meanwhile.
func TestAProviderThatDoesNotAnswer(t *testing.T) {
	p := newProvided(t, func(v *team.Vouching) { v.AdminsOnly = true })
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	p.set(func() { p.down = true })
	s := p.surfer()
	if w, page := s.do("GET", "/sign-in", nil); w.StatusCode != 200 || !strings.Contains(page, "Admins: sign in with a password") {
		t.Errorf("%d %s", w.StatusCode, page)
	}
	w, page := s.do("GET", "/sign-in/with", nil)
	if w.StatusCode != 503 || !strings.Contains(notice(page), "Acme ID does not answer just now") {
		t.Errorf("%d %q", w.StatusCode, notice(page))
	}
	if _, page := s.do("GET", "/sign-in", nil); !strings.Contains(page, "did not answer when it was asked last") {
		t.Error("the page does not say that the provider is away")
	}
	come := func(name string, role member.Role) (*http.Response, string) {
		_, secret, err := p.desk.Porter.Add(t.Context(), &p.desk.Desk, team.Newcomer{Name: name, Email: name + "@example.com", Role: role})
		if err != nil {
			t.Fatal(err)
		}
		return p.surfer().do("POST", operation.WelcomePath+secret.Reveal(), url.Values{"password": {words}})
	}
	if w, page := come("ann", member.Admin); w.StatusCode != 200 || s.at(w) != "/" {
		t.Errorf("an admin is locked out: %d %s", w.StatusCode, notice(page))
	}
	if w, page := p.surfer().do("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}); w.StatusCode != 200 || s.at(w) != "/" {
		t.Errorf("an admin is locked out: %d %s", w.StatusCode, notice(page))
	}
	if w, page := come("cid", member.Seller); w.StatusCode != 400 || !strings.Contains(notice(page), "without a password") {
		t.Errorf("a seller chose a password: %d %q", w.StatusCode, notice(page))
	}
	p.set(func() { p.down = false })
	p.ahead.Store(3)
	p.surfer().wantsIn("u1", "/deals")
	if _, page := p.surfer().do("GET", "/sign-in", nil); strings.Contains(page, "did not answer") {
		t.Error("the page says that the provider is away, and it is not")
	}
}
