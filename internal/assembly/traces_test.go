package assembly

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// collector is what traces are sent to.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	raw   []byte
	spans []*otlp.Span
}

func collecting(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var data otlp.TracesData
		if err := proto.Unmarshal(body, &data); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw = append(c.raw, body...)
		for _, rs := range data.ResourceSpans {
			if got := fmt.Sprint(rs.Resource); !strings.Contains(got, `"service.name"`) || strings.Contains(got, "host") {
				t.Errorf("of the server it is said: %s", got)
			}
			for _, ss := range rs.ScopeSpans {
				c.spans = append(c.spans, ss.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func attribute(s *otlp.Span, name string) string {
	for _, a := range s.Attributes {
		if a.Key == name {
			return strings.TrimSuffix(fmt.Sprint(a.Value.GetStringValue(), a.Value.GetIntValue()), "0")
		}
	}
	return ""
}

// tree spells what stands inside a span, each kind of it once, and looks that it
// lies within its time.
func (c *collector) tree(t *testing.T, of *otlp.Span) string {
	t.Helper()
	var inside []string
	for _, s := range c.spans {
		if !bytes.Equal(s.ParentSpanId, of.SpanId) {
			continue
		}
		if !bytes.Equal(s.TraceId, of.TraceId) || s.StartTimeUnixNano < of.StartTimeUnixNano || s.EndTimeUnixNano > of.EndTimeUnixNano {
			t.Errorf("%s lies outside of %s", s.Name, of.Name)
		}
		inside = append(inside, c.tree(t, s))
	}
	slices.Sort(inside)
	if inside = slices.Compact(inside); len(inside) == 0 {
		return of.Name
	}
	return of.Name + " (" + strings.Join(inside, ", ") + ")"
}

// roots are the spans of a name around which there is none of ours.
func (c *collector) roots(name string) (out []*otlp.Span) {
	for _, s := range c.spans {
		if s.Name == name {
			out = append(out, s)
		}
	}
	return out
}

// traced is a server whose traces are sent somewhere.
type traced struct {
	*operation.Desk
	t     *testing.T
	url   string
	admin string // the secret of a session
	token string
	stop  func() time.Duration
}

func tracing(t *testing.T, to string, proxies ...string) *traced {
	t.Helper()
	house := House{Now: time.Now, Random: rand.New(rand.NewPCG(1, 1)), Pace: job.Pace{Look: 20 * time.Millisecond, Lease: time.Minute}}
	d, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	d.Porter = team.NewPorter()
	s, err := d.Porter.Begin(t.Context(), &d.Desk, team.Newcomer{Name: "Annegret Bergmann", Email: "annegret@example.com", Password: "four plain words here"})
	if err != nil {
		t.Fatal(err)
	}
	g, _, err := team.Who(t.Context(), &d.Desk, s.Reveal(), false)
	if err != nil {
		t.Fatal(err)
	}
	token, err := d.Porter.Issue(t.Context(), &d.Desk, g.User.ID, "Mortimer's program", "", false, 48*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	told := cli.Serving{ServeFlags: cli.ServeFlags{Listen: "127.0.0.1:0"},
		RunFlags: cli.RunFlags{StopIn: time.Minute, LogLevel: "error", Traces: to, TracesShare: 1, TrustProxy: proxies}}
	ended, up := make(chan error, 1), make(chan string, 1)
	go func() { ended <- house.Serve(ctx, d, told, func(at string) { up <- at }) }()
	out := &traced{Desk: d, t: t, admin: s.Reveal(), token: token.Reveal()}
	select {
	case out.url = <-up:
	case err := <-ended:
		t.Fatal(err)
	}
	var once sync.Once
	var took time.Duration
	out.stop = func() time.Duration {
		once.Do(func() {
			since := time.Now()
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			took = time.Since(since)
			_ = done()
		})
		return took
	}
	t.Cleanup(func() { out.stop() })
	return out
}

// ask sends a request as a browser or, below /api, as a program, and gives where it leads and what it says.
func (s *traced) ask(method, path, body string, head ...string) (to, text string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, strings.TrimSuffix(s.url, "/")+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+s.token)
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.AddCookie(&http.Cookie{Name: "session", Value: s.admin})
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 500 || method == http.MethodPost && answer.StatusCode >= 400 {
		s.t.Errorf("%s %s: %d %s", method, path, answer.StatusCode, said)
	}
	to, _, _ = strings.Cut(answer.Header.Get("Location"), "?")
	return to, string(said)
}

// job has a job done.
func (s *traced) job(kind string) {
	s.t.Helper()
	s.ask("POST", "/api/jobs", `{"job":"`+kind+`"}`)
	for end := time.Now().Add(30 * time.Second); ; {
		all, err := s.Ledger.Jobs(s.t.Context(), s.Workspace, store.JobAsk{Kinds: []string{kind}})
		if err != nil {
			s.t.Fatal(err)
		}
		if len(all) > 0 && all[0].State == store.JobDone {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("%+v", all)
		}
	}
}

// TestTracesOfAServer: a page, a call of a program and a job are a trace each, with
// what was done inside, and nothing in them is a word that somebody wrote or an id
// of anything. A named proxy says which trace a request is of.
func TestTracesOfAServer(t *testing.T) {
	c := collecting(t)
	const trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	s := tracing(t, c.URL, "127.0.0.1")
	at, _ := s.ask("POST", "/deals", url.Values{"title": {"Zanzibar pumps"}, "account": {"Quetzal Works"}}.Encode())
	id := strings.TrimPrefix(at, "/deals/")
	if id == at || id == "" {
		t.Fatal(at)
	}
	s.ask("GET", at+"?lang=en", "", "Traceparent", "00-"+trace+"-"+parent+"-01", "Tracestate", "said=walrus")
	s.ask("GET", "/deals?outcome=open&search=armadillo", "", "Traceparent", "00-"+strings.Repeat("7", 32)+"-"+parent+"-00")
	s.ask("POST", "/api/deals/"+id+"/notes", `{"text":"They dither like a pelican."}`)
	s.ask("GET", "/api/deals/armadillo", "")
	s.ask("GET", "/find?q=armadillo", "")
	s.ask("GET", "/deals", "", "Cookie", "session=none")
	s.job(job.Check)
	s.stop()

	page := c.roots("GET /deals/{id}")
	if len(page) != 1 || hex.EncodeToString(page[0].TraceId) != trace || hex.EncodeToString(page[0].ParentSpanId) != parent || page[0].TraceState != "" {
		t.Fatalf("the page is %v", page)
	}
	for name, want := range map[string]string{"http.request.method": "GET", "http.route": "/deals/{id}", "http.response.status_code": "20", "throughline.role": "admin"} {
		if got := attribute(page[0], name); got != want {
			t.Errorf("%s of the page is %q", name, got)
		}
	}
	if page[0].Kind != otlp.Span_SPAN_KIND_SERVER || attribute(page[0], "throughline.request") == "" {
		t.Error(page[0])
	}
	for name, wants := range map[string][]string{
		"GET /deals/{id}":              {"operation prepare (read ", "read register"},
		"POST /api/deals/{id}/notes":   {"operation record_note (", "write (read deal"},
		"GET /api/deals/{id}":          {"operation deal (read "},
		"POST /deals":                  {"operation record_deal (", "write ("},
		"job check":                    {"read "},
		"GET /find":                    {"read "},
		"GET none":                     {}, // whoever is not in is sent to sign in
		"GET /p/{token}":               nil,
		"GET /healthz":                 nil,
		"GET /deals":                   nil, // a proxy said that nobody wants to know
		"operation deals":              nil,
		"POST /api/jobs":               {"operation admin_job (", "write ("},
		"operation record_note":        {"write (read deal"},
		"GET /deals/" + id:             nil,
		"GET /api/deals/armadillo":     nil,
		"read register (read register": nil,
	} {
		roots := c.roots(name)
		if (len(roots) > 0) != (wants != nil) {
			t.Errorf("%s: %d of them", name, len(roots))
			continue
		}
		if wants == nil {
			continue
		}
		got := c.tree(t, roots[0])
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("inside it lacks %q: %s", want, got)
			}
		}
	}
	byID := map[string]bool{parent: true}
	for _, s := range c.spans {
		byID[hex.EncodeToString(s.SpanId)] = true
	}
	for _, s := range c.spans {
		if len(s.ParentSpanId) > 0 && !byID[hex.EncodeToString(s.ParentSpanId)] {
			t.Errorf("%s stands inside of nothing", s.Name)
		}
		if len(s.ParentSpanId) == 0 && s.Kind != otlp.Span_SPAN_KIND_SERVER && !strings.HasPrefix(s.Name, "job ") {
			t.Errorf("%s is a trace by itself", s.Name)
		}
	}
	deal, _ := throughline.ParseID(id)
	for _, word := range []string{"Zanzibar", "Quetzal", "pelican", "armadillo", "walrus", "Annegret", "annegret", "Mortimer", s.admin, s.token, id, string(deal[:])} {
		if word != "" && bytes.Contains(c.raw, []byte(word)) {
			t.Errorf("a trace holds %q", word)
		}
	}
}

// TestATraceIsNobodysToForge: what stands in a header that no named proxy sent is not believed.
func TestATraceIsNobodysToForge(t *testing.T) {
	c := collecting(t)
	s := tracing(t, c.URL)
	s.ask("GET", "/help", "", "Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
	s.stop()
	if got := c.roots("GET /help"); len(got) != 1 || len(got[0].ParentSpanId) > 0 || hex.EncodeToString(got[0].TraceId) == "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Errorf("it is %v", got)
	}
}

// TestWithoutACollector everything goes on, jobs too, and a server stops as soon as
// without traces.
func TestWithoutACollector(t *testing.T) {
	c := collecting(t)
	gone := c.URL
	c.Close()
	s := tracing(t, gone)
	for range 300 {
		s.ask("GET", "/help", "")
	}
	s.job(job.Check)
	if took := s.stop(); took > 4*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}
