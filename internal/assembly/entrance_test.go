package assembly_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"math/rand/v2"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/surface/api"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/team"
)

// TestATokenIsLimited: a program that asks too often is told when to come back,
// whatever it asks for: the interface for programs by a problem, pages by a page.
// Each token is counted by itself, and people who have signed in are not.
func TestATokenIsLimited(t *testing.T) {
	o, ann := begun(t)
	at := o.desk.Now()
	own := *o.desk
	own.Now = func() time.Time { return at }
	laid := func(r *http.Request, language string) *operation.Desk {
		d := own
		web.Admitted(r, &d)
		d.Language = language
		return &d
	}
	log := slog.New(slog.DiscardHandler)
	rest := http.NewServeMux()
	api.Mount(rest, operation.All(), func(r *http.Request) *operation.Desk { return laid(r, "en") }, log)
	limit := web.NewLimit(3)
	handler := web.New(web.Options{Desk: laid, Log: log, Mount: map[string]http.Handler{"/api/": rest},
		Entrance: func(next http.Handler) http.Handler { return web.Entrance(&own, limit, log, next) }})
	var tokens [2]string
	for i := range tokens {
		s, err := own.Porter.Issue(t.Context(), &own.Desk, ann.self(), fmt.Sprint("program ", i), "", false, 48*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		tokens[i] = s.Reveal()
	}
	for i, c := range []struct {
		later         time.Duration
		token         string
		method, path  string
		want          int
		limit, after  string
		kind, saysToo string
	}{
		{0, tokens[0], "GET", "/api/deals?limit=1", 200, `"token";r=2;t=60`, "", "application/json", ""},
		{20 * time.Second, tokens[0], "GET", "/deals", 200, `"token";r=1;t=40`, "", "text/html", ""},
		{0, tokens[0], "GET", "/static/mark.svg", 200, `"token";r=0;t=40`, "", "image/svg+xml", ""},
		{0, tokens[0], "GET", "/deals.csv", 429, `"token";r=0;t=40`, "40", "text/html", "Ask again in 40 seconds"},
		{0, tokens[0], "GET", "/deals?lang=zh", 429, `"token";r=0;t=40`, "40", "text/html", "40秒后"},
		{0, tokens[0], "POST", "/deals", 429, `"token";r=0;t=40`, "40", "text/html", "Asked too often"},
		{0, tokens[0], "GET", "/deals/x/live", 429, `"token";r=0;t=40`, "40", "text/html", "Asked too often"},
		{0, tokens[0], "GET", "/sign-in", 429, `"token";r=0;t=40`, "40", "text/html", "Asked too often"},
		{0, tokens[0], "GET", "/api/deals?limit=1", 429, `"token";r=0;t=40`, "40", "application/problem+json", "more than it may in a minute"},
		{0, tokens[0], "POST", "/api/views", 429, `"token";r=0;t=40`, "40", "application/problem+json", `"status":429`},
		{0, tokens[0], "PATCH", "/scim/v2/Users/x", 429, `"token";r=0;t=40`, "40", "application/scim+json", "api:messages:2.0:Error"},
		{0, tokens[1], "GET", "/deals", 200, `"token";r=2;t=40`, "", "text/html", ""},
		{0, "", "GET", "/deals", 200, "", "", "text/html", ""},
		{0, "no such token", "GET", "/api/deals", 401, "", "", "application/problem+json", "send a token"},
		{40 * time.Second, tokens[0], "GET", "/deals", 200, `"token";r=2;t=60`, "", "text/html", ""},
	} {
		at = at.Add(c.later)
		v := &visitor{office: &office{t: t, desk: &own, handler: handler}, token: c.token, cookies: map[string]string{}}
		if c.token == "" {
			v.cookies = ann.cookies
		}
		r, body := v.send(c.method, c.path, nil)
		if r.StatusCode != c.want || r.Header.Get("RateLimit") != c.limit || r.Header.Get("Retry-After") != c.after ||
			!strings.HasPrefix(r.Header.Get("Content-Type"), c.kind) || !strings.Contains(body, c.saysToo) {
			t.Errorf("%d, %s: %s %v %.600s", i, c.path, r.Status, r.Header, body)
		}
	}
}

// databases are those that several processes may share.
func databases(t *testing.T) map[string]string {
	return map[string]string{"SQLite": filepath.Join(t.TempDir(), "x.db"), "PostgreSQL": pgtest.Shared(t).Database(t)}
}

// served is an office that is reached under an address, with what goes on behind a server.
type served struct {
	*office
	url string
}

func serving(t *testing.T, db string) *served {
	t.Helper()
	house := assembly.House{Now: time.Now, Random: rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))}
	desk, done, err := house.Open(cli.Where{DB: db, Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	told := cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:0"}, RunFlags: cli.RunFlags{StopIn: time.Minute, LogLevel: "error"}}
	up, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- house.Serve(ctx, desk, told, func(at string) { up <- at }) }()
	t.Cleanup(func() {
		stop()
		<-ended
		_ = done()
	})
	select {
	case at := <-up:
		return &served{&office{t, desk, assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)), db}, strings.TrimSuffix(at, "/")}
	case err := <-ended:
		ended <- err
		t.Fatal(err)
		return nil
	}
}

// stream is what somebody hears who listens; it is closed when the stream ends.
type stream chan string

// soon is long enough for what happens at once, and shorter than the while after
// which a stream looks by itself.
const soon = 15 * time.Second

func (s *served) listen(path string, cookies map[string]string) stream {
	s.t.Helper()
	return s.listenBy(path, cookies, "")
}

func (s *served) listenBy(path string, cookies map[string]string, token string) stream {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), "GET", s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != 200 {
		s.t.Fatal(answer, err)
	}
	out := make(stream, 100)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				out <- data
			}
		}
	}()
	return out
}

func (s stream) hears(t *testing.T, what string) {
	t.Helper()
	select {
	case _, on := <-s:
		if !on {
			t.Errorf("%s: the stream has ended", what)
		}
	case <-time.After(soon):
		t.Errorf("%s: nothing is heard", what)
	}
}

func (s stream) ends(t *testing.T, what string) {
	t.Helper()
	late := time.After(soon)
	for {
		select {
		case _, on := <-s:
			if !on {
				return
			}
		case <-late:
			t.Errorf("%s: the stream goes on", what)
			return
		}
	}
}

// TestAStreamEndsWithARole: who listens to a deal hears no more once they have to sign
// in, their role is another, their session has ended or they were sent away, at whichever
// process; and goes on when that happens to somebody else.
func TestAStreamEndsWithARole(t *testing.T) {
	for name, db := range databases(t) {
		t.Run(name, func(t *testing.T) {
			a, b := serving(t, db), serving(t, db)
			ann := a.visitor()
			r, _ := ann.send("POST", "/deals", url.Values{"title": {"Pumps"}, "account": {"Rhine Works"}})
			at, _, _ := strings.Cut(r.Header.Get("Location"), "?")
			live := at + "/live?facts=0"
			first := b.listen(live, nil)
			first.hears(t, "the first")
			ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
			first.ends(t, "somebody was added")

			bo, cy := a.joined("Bo", member.Seller), a.joined("Cy", member.Seller)
			listens := b.listen(live, bo.cookies)
			listens.hears(t, "the first")
			ann.wants("POST", "/team", url.Values{"do": {"role"}, "who": {"cy@example.com"}, "role": {"manager"}}, 200, "")
			ann.wants("POST", "/api"+at+"/notes", url.Values{"json": {`{"text":"They wait for the budget."}`}}, 200, "")
			listens.hears(t, "another's role")
			ann.wants("POST", "/team", url.Values{"do": {"role"}, "who": {"bo@example.com"}, "role": {"reader"}}, 200, "")
			listens.ends(t, "a role is another")

			listens = b.listen(live, bo.cookies)
			listens.hears(t, "the first")
			open, _, err := team.Passes(t.Context(), &a.desk.Desk, bo.self())
			if err != nil || len(open) != 1 {
				t.Fatal(open, err)
			}
			if err := team.End(t.Context(), &a.desk.Desk, bo.self(), open[0].ID); err != nil {
				t.Fatal(err)
			}
			listens.ends(t, "a session was ended")

			listens = b.listen(live, cy.cookies)
			listens.hears(t, "the first")
			ann.wants("POST", "/team", url.Values{"do": {"remove"}, "who": {"cy@example.com"}}, 200, "no access")
			listens.ends(t, "they were sent away")
		})
	}
}

// TestAProgramsStreamEndsWithItsUsersRole, though the token says the same role before
// and after: it sees what its user does.
func TestAProgramsStreamEndsWithItsUsersRole(t *testing.T) {
	a := serving(t, filepath.Join(t.TempDir(), "x.db"))
	ann := a.visitor()
	r, _ := ann.send("POST", "/deals", url.Values{"title": {"Pumps"}, "account": {"Rhine Works"}})
	at, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
	bo := a.joined("Bo", member.Admin)
	token, err := a.desk.Porter.Issue(t.Context(), &a.desk.Desk, bo.self(), "reports", member.Integration, true, 48*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	program := a.listenBy(at+"/live?facts=0", nil, token.Reveal())
	program.hears(t, "the first")
	if err := team.SetRole(t.Context(), &a.desk.Desk, "bo@example.com", member.Seller); err != nil {
		t.Fatal(err)
	}
	program.ends(t, "the user's role is another")
}

// TestTriesAreCountedTogether: three servers on one database are no three times as many
// tries, at a password and at a code.
func TestTriesAreCountedTogether(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	phone := ann.sets()
	var servers []http.Handler
	for range 3 {
		d := *o.desk
		d.Porter = team.NewPorter()
		d.Porter.Keeping = o.desk.Porter.Keeping
		servers = append(servers, assembly.Handler(&d, nil, true, nil, slog.New(slog.DiscardHandler)))
	}
	v := o.visitor()
	tired := func(from string, path string, form url.Values) (tries int) {
		for ; tries < 60; tries++ {
			v.from = strings.ReplaceAll(from, "N", fmt.Sprint(tries+1))
			v.handler = servers[tries%3]
			if _, body := v.send("POST", path, form); strings.Contains(body, "Too many tries") {
				return tries
			}
		}
		return tries
	}
	v.office = &office{t: t, desk: o.desk}
	if n := tired("192.0.2.7:4000", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {"wrong"}}); n != 10 {
		t.Errorf("%d wrong passwords were looked at", n)
	}
	if n := tired("192.0.2.7:4000", "/sign-in", url.Values{"email": {"nobodyN@example.com"}, "password": {"wrong"}}); n != 10 {
		t.Errorf("%d wrong passwords of nobody were looked at", n)
	}
	move(24 * time.Hour)
	v.cookies = o.password("ann@example.com").cookies
	if n := tired("192.0.2.N:4000", second, url.Values{"code": {"000000"}}); n != 10 {
		t.Errorf("%d wrong codes were looked at", n)
	}
	move(15 * time.Minute)
	v = o.password("ann@example.com")
	v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 303, "/")
}

// meantime is a ledger on which something is done the first time that somebody is added.
type meantime struct {
	store.Ledger
	do func()
}

func (m *meantime) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	if do := m.do; do != nil && b.Register != nil {
		m.do = nil
		do()
	}
	return m.Ledger.Append(ctx, ws, b)
}

// TestSomebodyNewIsAddedOnce, though they come back from the provider to two servers
// within the same moment; both let them in.
func TestSomebodyNewIsAddedOnce(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	p.desk.Ledger = &meantime{p.desk.Ledger, func() { p.surfer().wantsIn("u1", "/learning") }}
	p.surfer().wantsIn("u1", "/deals")
	u := p.user("bo@example.com")
	open, _, err := team.Passes(t.Context(), &p.desk.Desk, u.ID)
	if err != nil || len(open) != 2 {
		t.Errorf("%d sessions of two browsers, %v", len(open), err)
	}
	if people, err := p.desk.Ledger.FindPeople(t.Context(), p.desk.Workspace, "Bo Lind", 9); err != nil || len(people) != 1 {
		t.Errorf("there are %+v, %v", people, err)
	}
	// The same of two who look after people.
	adding := func(name string) error {
		_, _, err := p.desk.Porter.Add(t.Context(), &p.desk.Desk, team.Newcomer{Name: name, Email: "cy@example.com", Role: member.Seller})
		return err
	}
	p.desk.Ledger = &meantime{p.desk.Ledger, func() {
		if err := adding("Cy Berg"); err != nil {
			t.Error(err)
		}
	}}
	if err := adding("Cyril Berg"); throughline.KindOf(err) != throughline.Conflict || !strings.Contains(err.Error(), "added already") {
		t.Errorf("an address is two people's: %v", err)
	}
	p.user("cy@example.com")
}
