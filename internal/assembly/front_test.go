package assembly

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/meter"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/logbook"
)

// post is where a server stands in these tests: the front, a company behind it,
// and what was written into its log.
type standing struct {
	t    *testing.T
	f    *front
	desk *operation.Desk
	h    http.Handler
	log  *bytes.Buffer
	done func() error
}

func stand(t *testing.T, proxies ...string) *standing {
	t.Helper()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	house := House{Now: func() time.Time { return at }, Random: rand.New(rand.NewPCG(1, 1))}
	d, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	s := &standing{t: t, desk: d, log: &bytes.Buffer{}, done: done}
	s.f = &front{log: logbook.New(s.log, logbook.JSON, slog.LevelInfo), meter: meter.New("test")}
	if s.f.proxies, err = arrival.ParseProxies(proxies); err != nil {
		t.Fatal(err)
	}
	d.Began, d.Ledger = s.f.began, s.f.meter.Ledger(d.Ledger)
	s.f.health.store(d)
	s.h = s.f.before(Handler(d, []string{"sales.example.com"}, true, nil, s.f.log))
	return s
}

// ask sends a request from an address, with headers, and gives the answer.
func (s *standing) ask(method, at, from string, header map[string]string, form url.Values) (*http.Response, string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, at, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	r.RemoteAddr = from
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return w.Result(), string(body)
}

const here, far = "127.0.0.1:4000", "203.0.113.9:4000"

// TestHowAServerIs: it lives whatever happens, is ready as long as its store
// answers, and is not once it was told to stop; under any name, for anybody.
func TestHowAServerIs(t *testing.T) {
	s := stand(t)
	says := func(path string, status int, word string) {
		t.Helper()
		r, body := s.ask("GET", "http://10.1.2.3:8321"+path, far, nil, nil)
		if r.StatusCode != status || body != word {
			t.Errorf("%s: %d %q, want %d %q", path, r.StatusCode, body, status, word)
		}
	}
	says("/healthz", 200, "ok\n")
	says("/readyz", 200, "ok\n")
	if err := s.done(); err != nil { // the store is gone
		t.Fatal(err)
	}
	says("/readyz", 200, "ok\n") // what it said holds for a moment, whoever asks how often
	s.f.health.at = time.Now().Add(-readyHolds)
	says("/readyz", 503, "not ready: the store does not answer\n")
	says("/healthz", 200, "ok\n")
	s.f.health.stopping.Store(true)
	says("/readyz", 503, "not ready: stopping\n")
	says("/healthz", 200, "ok\n")
	if r, _ := s.ask("GET", "http://10.1.2.3:8321/", here, nil, nil); r.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a page under another name: %d", r.StatusCode)
	}
}

// labels are those of all numbers, with their values.
var labels = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)

// TestNumbersSayNothingOfAnybody: after a walk through a company's pages, with its
// deals' ids, searches and made-up methods, labels hold patterns and names of
// operations and nothing else; neither they nor the log know a word or an id.
func TestNumbersSayNothingOfAnybody(t *testing.T) {
	s := stand(t)
	if err := (House{Now: s.desk.Now}).Fill(t.Context(), s.desk, 1); err != nil {
		t.Fatal(err)
	}
	list, err := operation.ListDeals.Run(t.Context(), s.desk, operation.ListDeals.NewInput())
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(list)
	var deals struct {
		Rows []struct{ ID, Title, Account string }
	}
	if err := json.Unmarshal(text, &deals); err != nil || len(deals.Rows) == 0 {
		t.Fatalf("no deals: %v", err)
	}
	deal := deals.Rows[0]
	const at = "http://sales.example.com"
	for _, path := range []string{"/", "/deals", "/deals/" + deal.ID, "/deals/" + deal.ID + "/ledger", "/find?q=Bergmann", "/nobody/knows/Bergmann",
		"/api/deals/" + deal.ID, "/api/deals/none", "/api/forecast?as_of=Bergmann", "/p/Bergmann-token-of-a-plan", "/static/nothing.css", "/deals.csv"} {
		s.ask("GET", at+path, far, nil, nil)
	}
	s.ask("BERGMANN", at+"/deals", far, nil, nil)
	s.ask("POST", at+"/deals/"+deal.ID+"/note", far, nil, url.Values{"text": {"Bergmann said so"}})
	s.ask("GET", "http://bergmann.example.org/deals", far, nil, nil)
	w := httptest.NewRecorder()
	s.f.meter.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	numbers := w.Body.String()
	routes := map[string]bool{}
	for _, m := range labels.FindAllStringSubmatch(numbers, -1) {
		switch name, value := m[1], m[2]; name {
		case "route":
			routes[value] = true
		case "operation":
			if !regexp.MustCompile(`^[a-z_]+$`).MatchString(value) {
				t.Errorf("an operation is called %q", value)
			}
		case "method":
			if !slices.Contains([]string{"GET", "POST", "other"}, value) {
				t.Errorf("a method is called %q", value)
			}
		}
	}
	for _, want := range []string{"/{$}", "/deals", "/deals/{id}", "/api/deals/{id}", "/find", "/", "/p/{token}", "none"} {
		if !routes[want] {
			t.Errorf("no route %q among %d: %v", want, len(routes), routes)
		}
	}
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}`)
	for what, text := range map[string]string{"numbers": numbers, "log": s.log.String()} {
		for _, word := range []string{"ergmann", "ERGMANN", deal.ID, deal.Title, "203.0.113"} {
			if word != "" && strings.Contains(text, word) {
				t.Errorf("the %s know %q", what, word)
			}
		}
		if found := id.FindString(text); found != "" {
			t.Errorf("the %s hold an id: %s", what, found)
		}
	}
	for _, want := range []string{`throughline_operations_total{operation="deal",outcome="ok"} `, `outcome="not_found"`, `throughline_ledger_writes_total{outcome="ok"} `,
		`throughline_http_requests_total{class="2xx",method="GET",route="/deals/{id}"} 1`, "throughline_http_requests_running 0", `build_info{version="test"} 1`} {
		if !strings.Contains(numbers, want) {
			t.Errorf("no %s", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(numbers)).Lint()
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(s.log.String()) {
		var l struct{ Msg, Method, Route, Request string }
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Request == "" {
			t.Errorf("%v: %s", err, line)
		}
	}
}

// TestWhatIsForgedChangesNothing: somebody who is no named proxy says to be at
// this machine, over TLS, and somebody else each time. They begin no team, have no
// more tries at a password, and their cookie is not another's.
func TestWhatIsForgedChangesNothing(t *testing.T) {
	const at = "http://sales.example.com"
	const right = "four plain words here"
	begin := url.Values{"name": {"Ann"}, "email": {"ann@example.com"}, "password": {right}}
	tries := func(s *standing, from string, header func(i int) map[string]string) (refused int) {
		for i := range 30 {
			r, body := s.ask("POST", at+"/sign-in", from, header(i), url.Values{"email": {"ann@example.com"}, "password": {"wrong words here now"}})
			if r.StatusCode == http.StatusForbidden && strings.Contains(body, "Too many tries") {
				refused++
			}
		}
		return refused
	}
	another := func(i int) map[string]string {
		return map[string]string{"X-Forwarded-For": fmt.Sprintf("198.51.%d.7", i), "X-Forwarded-Proto": "https"}
	}
	s := stand(t, "10.0.0.1")
	loopback := map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
	for name, c := range map[string]struct {
		from   string
		header map[string]string
	}{
		"from elsewhere":                    {far, loopback},
		"through a named proxy, as if here": {"10.0.0.1:1", loopback},
		"by a proxy of this machine":        {here, map[string]string{"Via": "1.1 proxy"}},
		"and one that names a host only":    {here, map[string]string{"X-Forwarded-Host": "sales.example.com"}},
	} {
		if r, _ := s.ask("POST", at+"/team/begin", c.from, c.header, begin); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: a team is begun: %d", name, r.StatusCode)
		}
	}
	if r, _ := s.ask("POST", at+"/team/begin", here, nil, begin); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("at the machine itself: %d", r.StatusCode)
	}
	if n := tries(s, far, another); n < 15 {
		t.Errorf("who forges addresses has to wait %d times of 30", n)
	}
	if n := tries(s, "10.0.0.1:1", another); n > 0 {
		t.Errorf("thirty people behind a named proxy have to wait %d times", n)
	}
	in := func(from string, header map[string]string) *http.Cookie {
		r, _ := s.ask("POST", at+"/sign-in", from, header, url.Values{"email": {"ann@example.com"}, "password": {right}})
		for _, c := range r.Cookies() {
			if strings.Contains(c.Name, "session") {
				return c
			}
		}
		t.Fatalf("nobody is signed in: %d", r.StatusCode)
		return nil
	}
	if c := in("203.0.113.77:1", map[string]string{"X-Forwarded-Proto": "https"}); c.Secure || c.Name != "session" {
		t.Errorf("forged TLS makes the cookie %q, secure %v", c.Name, c.Secure)
	}
	if c := in("10.0.0.1:1", map[string]string{"X-Forwarded-For": "203.0.113.78", "X-Forwarded-Proto": "https"}); !c.Secure || c.Name != "__Host-session" {
		t.Errorf("TLS before a named proxy makes the cookie %q, secure %v", c.Name, c.Secure)
	}
	if r, _ := s.ask("GET", "http://evil.example.org/sign-in", far, map[string]string{"X-Forwarded-Host": "sales.example.com"}, nil); r.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a forged name opens the server: %d", r.StatusCode)
	}
}

// TestWhatBreaksIsAnsweredAndTold: with a number, under which the log says where.
func TestWhatBreaksIsAnsweredAndTold(t *testing.T) {
	s := stand(t)
	s.h = s.f.before(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("Ann Bergmann") }))
	r, body := s.ask("GET", "http://localhost/", here, nil, nil)
	id := r.Header.Get("X-Request-Id")
	if r.StatusCode != 500 || id == "" || !strings.Contains(body, id) || strings.Contains(body, "Bergmann") {
		t.Errorf("%d %q, %q", r.StatusCode, body, id)
	}
	if l := s.log.String(); !strings.Contains(l, `"request":"`+id) || !strings.Contains(l, "front_test.go") || strings.Contains(l, "Bergmann") {
		t.Errorf("the log says %s", l)
	}
}

// TestStoppingLetsRequestsEnd: what was begun is answered, what comes meanwhile is
// told to go elsewhere, and what does not end in time is cut off.
func TestStoppingLetsRequestsEnd(t *testing.T) {
	for name, patient := range map[string]bool{"within its time": true, "beyond it": false} {
		f := &front{log: slog.New(slog.DiscardHandler)}
		inside, leave := make(chan struct{}), make(chan struct{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := &servers{front: f, failed: make(chan error, 1)}
		s.serve(l, f.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(inside)
			select {
			case <-leave:
				fmt.Fprint(w, "whole")
			case <-r.Context().Done():
			}
		})), nil)
		answer := make(chan string, 1)
		go func() {
			r, err := http.Get("http://" + l.Addr().String() + "/")
			if err != nil {
				answer <- "cut off"
				return
			}
			defer r.Body.Close()
			body, _ := io.ReadAll(r.Body)
			answer <- string(body)
		}()
		<-inside
		told := cli.Serving{RunFlags: cli.RunFlags{StopIn: time.Millisecond}}
		want := "cut off"
		if patient {
			told.StopIn, want = time.Minute, "whole"
		}
		stopped := make(chan error, 1)
		go func() { stopped <- s.stop(t.Context(), told) }()
		if patient {
			for f.health.ready(t.Context()) != errStopping { // as soon as it was told, while the request runs
				continue
			}
			close(leave)
		}
		if err := <-stopped; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := <-answer; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestAServerFromItsFlags: the whole of it over TLS with a certificate of its own,
// its numbers on an address of their own alone, and the customers' face the same.
func TestAServerFromItsFlags(t *testing.T) {
	f := &front{log: slog.New(slog.DiscardHandler), meter: meter.New("test")}
	if _, err := (House{}).front(cli.Serving{RunFlags: cli.RunFlags{TLSCert: "x.pem"}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a certificate without a key: %v", err)
	}
	if _, err := (House{}).front(cli.Serving{RunFlags: cli.RunFlags{TLSCert: "x.pem", TLSKey: "y.pem", ACME: []string{"sales.example.com"}}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("two certificates: %v", err)
	}
	if _, err := (House{}).front(cli.Serving{RunFlags: cli.RunFlags{TrustProxy: []string{"everybody"}}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a proxy that is none: %v", err)
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler()) // it makes a certificate
	secure.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &servers{front: f, failed: make(chan error, 1)}
	s.serve(l, f.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, arrival.Secure(r), r.ProtoMajor)
	})), secure.TLS)
	defer s.close()
	client := secure.Client()
	r, err := client.Get("https://" + l.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, _ := io.ReadAll(r.Body); !strings.HasPrefix(string(body), "true") {
		t.Errorf("over TLS: %s", body)
	}
	d := stand(t)
	if r, _ := d.ask("GET", "http://sales.example.com/metrics", here, nil, nil); r.StatusCode != http.StatusNotFound {
		t.Errorf("the numbers stand where the pages do: %d", r.StatusCode)
	}
}

// TestUnderWhichNames: what a server that was told so answers to, and who may
// write there before anybody signs in.
func TestUnderWhichNames(t *testing.T) {
	for _, c := range []struct {
		s      cli.Serving
		hosts  string
		writes bool
	}{
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:1"}}, "127.0.0.1", true},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: ":1"}}, "*", false},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: "[::]:1"}, RunFlags: cli.RunFlags{Host: []string{"Sales.example.com."}}}, "sales.example.com", false},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:1"}, RunFlags: cli.RunFlags{Host: []string{"a.example.com"}}}, "a.example.com 127.0.0.1", false},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:1"}, RunFlags: cli.RunFlags{TrustProxy: []string{"127.0.0.1"}}}, "127.0.0.1", false},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:1", OpenWrites: true}, RunFlags: cli.RunFlags{TrustProxy: []string{"127.0.0.1"}}}, "127.0.0.1", true},
		{cli.Serving{ServeFlags: cli.ServeFlags{Listen: ":443"}, RunFlags: cli.RunFlags{ACME: []string{"a.example.com"}}}, "a.example.com", false},
	} {
		if got := strings.Join(hostsOf(c.s), " "); got != c.hosts || writesHere(c.s) != c.writes {
			t.Errorf("%+v: asked under %q, writes %v", c.s, got, writesHere(c.s))
		}
	}
}

// TestServeStops: the program's own server, from its flags, with its numbers.
func TestServeStops(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	house := House{Now: func() time.Time { return at }, Random: rand.New(rand.NewPCG(1, 1))}
	d, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	numbers := free.Addr().String()
	free.Close()
	ctx, stop := context.WithCancel(t.Context())
	told := cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:0"}, RunFlags: cli.RunFlags{Metrics: numbers, StopIn: time.Minute, LogLevel: "error"}}
	ended := make(chan error, 1)
	up := make(chan string, 1)
	go func() { ended <- house.Serve(ctx, d, told, func(at string) { up <- at }) }()
	var url string
	select {
	case url = <-up:
	case err := <-ended:
		t.Fatal(err)
	}
	read := func(at string) string {
		t.Helper()
		r, err := http.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		return fmt.Sprint(r.StatusCode, " ", string(body))
	}
	if got := read(url + "readyz"); got != "200 ok\n" {
		t.Errorf("ready: %q", got)
	}
	_ = read(url + "deals")
	got := read("http://" + numbers + "/metrics")
	for _, want := range []string{`route="/deals"`, `throughline_jobs{state="waiting"}`, `throughline_long_operations{state="working"} 0`, "throughline_lists_behind_seconds", "throughline_stopping 0", "go_goroutines", `operation="deals"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s among the numbers", want)
		}
	}
	if got := read("http://" + numbers + "/deals"); !strings.HasPrefix(got, "404") {
		t.Errorf("a page stands where the numbers do: %.40s", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
