package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/cli"
)

// serve opens a house with the made-up company behind a real HTTP server.
func serve(t *testing.T) *httptest.Server { return serveSome(t, company.Total) }

// serveSome is serve with so many deals, for tests that ask much of all of them.
func serveSome(t *testing.T, deals int) *httptest.Server {
	t.Helper()
	s, _ := serveDesk(t, deals)
	return s
}

// serveDesk is serveSome, with the desk behind it.
func serveDesk(t *testing.T, deals int) (*httptest.Server, *operation.Desk) {
	t.Helper()
	return serveAt(t, deals, func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) })
}

// serveAt is serveDesk by a clock.
func serveAt(t *testing.T, deals int, now func() time.Time) (*httptest.Server, *operation.Desk) {
	t.Helper()
	house := assembly.House{Now: now, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	for seen, batch := range company.Batches(company.Generate(1, desk.Today(), time.UTC, desk.Book), 20) {
		if _, err := desk.Ledger.Append(t.Context(), desk.Workspace, batch); err != nil {
			t.Fatal(err)
		}
		if seen >= deals {
			break
		}
	}
	s := httptest.NewServer(assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)))
	t.Cleanup(s.Close)
	return s, desk
}

func get(t *testing.T, s *httptest.Server, path string, into any) (status int, contentType string) {
	t.Helper()
	r, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			t.Fatalf("%s: %v\n%.300s", path, err, body)
		}
	}
	return r.StatusCode, r.Header.Get("Content-Type")
}

func TestREST(t *testing.T) {
	s := serve(t)
	var list struct {
		Deals   int
		Matched int
		Rows    []struct{ ID, Title, Outcome string }
	}
	if status, typ := get(t, s, "/api/deals?outcome=no_decision&limit=3", &list); status != 200 || typ != "application/json" {
		t.Fatalf("status %d, %s", status, typ)
	}
	if list.Deals != 380 || len(list.Rows) != 3 || list.Rows[0].Outcome != "no_decision" || list.Matched < 3 {
		t.Errorf("got %+v", list)
	}
	var page struct {
		ID    string
		Facts []struct{ Kind string }
	}
	if status, _ := get(t, s, "/api/deals/"+list.Rows[0].ID, &page); status != 200 || page.ID != list.Rows[0].ID || len(page.Facts) == 0 {
		t.Errorf("status %d, %+v", status, page)
	}
	var zh struct{ Rows []struct{ Why []string } }
	if get(t, s, "/api/attention?lang=zh&limit=1", &zh); len(zh.Rows) != 1 || len(zh.Rows[0].Why) == 0 || zh.Rows[0].Why[0][0] < 0x80 {
		t.Errorf("reasons in Chinese: %+v", zh)
	}
}

func TestProblems(t *testing.T) {
	s := serve(t)
	for path, want := range map[string]int{
		"/api/deals/nobody-has-this":          404,
		"/api/deals?outcome=wonn":             422,
		"/api/deals?as_of=yesterday":          422,
		"/api/deals?limit=many":               422,
		"/api/deals?limit=-1":                 422,
		"/api/nothing-here":                   404,
		"/api/playbook/checks/L99":            404,
		"/api/deals/..%2f..%2fetc%2fpasswd":   404,
		"/api/deals?search=%00%ff%27%22%3B":   200,
		"/api/deals?as_of=1999-01-01&limit=1": 200,
	} {
		var problem struct {
			Type, Title, Detail string
			Status              int
		}
		status, typ := get(t, s, path, nil)
		if status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
		if want == 422 {
			if get(t, s, path, &problem); typ != "application/problem+json" || problem.Status != want || problem.Detail == "" {
				t.Errorf("%s: %s %+v", path, typ, problem)
			}
			if path == "/api/deals?outcome=wonn" && problem.Type != "urn:throughline:refused:unknown_near" {
				t.Errorf("%s: the problem's type is %q", path, problem.Type)
			}
		}
	}
}

// TestProblemsAreWordedInTheCallersLanguage: by lang, else by Accept-Language;
// the type is the code in any language, and what is no refusal stays English.
func TestProblemsAreWordedInTheCallersLanguage(t *testing.T) {
	s := serve(t)
	for _, x := range []struct{ path, accept, says string }{
		{"/api/deals?outcome=wonn", "", `did you mean "won"`},
		{"/api/deals?outcome=wonn", "en-GB", `did you mean "won"`},
		{"/api/deals?outcome=wonn", "fr", `did you mean "won"`},
		{"/api/deals?outcome=wonn", "zh-CN,zh;q=0.9,en;q=0.1", "您指的是“won”吗"},
		{"/api/deals?outcome=wonn&lang=zh", "en", "您指的是“won”吗"},
		{"/api/deals?outcome=wonn&lang=en", "zh", `did you mean "won"`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+x.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", x.accept)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(w.Body)
		w.Body.Close()
		var problem struct{ Type, Detail string }
		if err := json.Unmarshal(body, &problem); err != nil || problem.Type != "urn:throughline:refused:unknown_near" || !strings.Contains(problem.Detail, x.says) || w.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%s for %q: %s, %v", x.path, x.accept, body, err)
		}
	}
}

// TestOpenAPIDescribesEveryRoute: what is served is described, and nothing else.
func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	s := serve(t)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct{ Name, In string }
		}
		Components struct{ Schemas map[string]any }
	}
	if status, _ := get(t, s, "/api/openapi.json", &doc); status != 200 || doc.OpenAPI != "3.1.0" {
		t.Fatalf("status %d, version %q", status, doc.OpenAPI)
	}
	described := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			described[op.OperationID] = true
			if method != "get" && method != "post" {
				t.Errorf("%s %s: the server asks and appends, nothing else", method, path)
			}
		}
	}
	for _, op := range operation.All() {
		if op.Route != "" && !described[op.Name()] {
			t.Errorf("%s is not described", op.Name())
		}
	}
	if len(doc.Components.Schemas) < 10 {
		t.Errorf("only %d schemas", len(doc.Components.Schemas))
	}
}

// TestStrangersAreKeptOut: a page elsewhere whose name points at this machine
// gets nothing (DNS rebinding).
func TestStrangersAreKeptOut(t *testing.T) {
	s := serve(t)
	r, err := http.NewRequest("GET", s.URL+"/api/deals", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("status %d", answer.StatusCode)
	}
}

// TestWriting: what is appended over REST is read back; what is no JSON, or
// says too much, is refused.
func TestWriting(t *testing.T) {
	s := serve(t)
	var list struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?outcome=open&limit=1", &list)
	path := "/api/forecast/deals/" + list.Rows[0].ID + "/category"
	var was struct{ Facts []struct{ ID string } }
	get(t, s, "/api/deals/"+list.Rows[0].ID, &was)
	before := map[string]bool{} // what the made-up company said of it itself
	for _, f := range was.Facts {
		before[f.ID] = true
	}
	if len(before) == 0 || before[""] {
		t.Fatal("the deal's facts have no ids")
	}
	post := func(typ, body string) int {
		t.Helper()
		r, err := http.Post(s.URL+path, typ, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	for _, c := range []struct {
		typ, body string
		want      int
	}{
		{"application/json", `{"category":"commit","reason":"her hand on it"}`, 200},
		{"application/json; charset=utf-8", `{"category":"best_case"}`, 200},
		{"application/x-www-form-urlencoded", "category=commit", 415},
		{"application/json", `{"id":"` + list.Rows[0].ID + `","category":"omitted"}`, 200}, // the whole input, as a job keeps it
		{"application/json", `{"id":"another","category":"pipeline"}`, 422},
		{"application/json", `{"category":"comit"}`, 422},
		{"application/json", `{"category":"commit","sure":true}`, 422},
		{"application/json", `{"category":`, 422},
		{"application/json", `{"category":"omitted"} {}`, 422},
		{"application/json", `{"category":"omitted","reason":"` + strings.Repeat("x", 2<<20) + `"}`, 422},
	} {
		if got := post(c.typ, c.body); got != c.want {
			t.Errorf("%s %.60s: status %d, want %d", c.typ, c.body, got, c.want)
		}
	}
	var page struct {
		Facts []struct {
			ID   string
			Kind string
			Body struct{ Category string }
		}
	}
	get(t, s, "/api/deals/"+list.Rows[0].ID, &page)
	said := map[string]bool{}
	for _, f := range page.Facts {
		if f.Kind == "judged" && !before[f.ID] {
			said[f.Body.Category] = true
		}
	}
	if len(said) != 3 || !said["commit"] || !said["best_case"] || !said["omitted"] {
		t.Errorf("what was said is kept as %v", said)
	}
}

// TestOneDealInTwoSpellings: the path and the body may name a deal each in its own
// way, as a CRM shows 15 signs of an id and exports 18; another deal is refused.
func TestOneDealInTwoSpellings(t *testing.T) {
	s, desk := serveDesk(t, 40)
	var list struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?outcome=open&limit=2", &list)
	const short, long = "0065g00000AbCdE", "0065g00000AbCdEAAV"
	id, err := throughline.ParseID(list.Rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if spelling.LongID(short) != long {
		t.Fatal(spelling.LongID(short))
	}
	b := store.Batch{Records: []store.Record{{System: "salesforce", Kind: store.DealRecord, Foreign: long, ID: id}}}
	if _, err := desk.Ledger.Append(t.Context(), desk.Workspace, b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, body string
		want       int
	}{{long, short, 200}, {short, long, 200}, {list.Rows[0].ID, short, 200}, {long, list.Rows[0].ID, 200}, {long, list.Rows[1].ID, 422}, {long, "nobody", 422}} {
		r, err := http.Post(s.URL+"/api/deals/"+c.path+"/notes", "application/json", strings.NewReader(`{"id":"`+c.body+`","text":"words"}`))
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != c.want {
			t.Errorf("%s with %s: %d, want %d", c.path, c.body, r.StatusCode, c.want)
		}
	}
}
