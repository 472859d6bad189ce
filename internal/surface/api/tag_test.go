package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/api"
	"github.com/throughline/throughline/internal/team"
)

// ask sends a request with headers, name and value in turn.
func ask(t *testing.T, s *httptest.Server, method, path, body string, head ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// TestTags: what is the same is not sent again, what differs by day, language or
// fields has another tag; a writing that rests on a deal as it was is refused once
// others have added to it, also when both come at once.
func TestTags(t *testing.T) {
	s, _ := serveDesk(t, 40)
	var list struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?outcome=open&limit=2", &list)
	path := "/api/deals/" + list.Rows[0].ID
	seen := map[string]string{}
	for _, p := range []string{path, path + "?as_of=2026-02-01", path + "?lang=zh", path + "?fields=id", "/api/deals?limit=3"} {
		r, text := ask(t, s, "GET", p, "")
		tag := r.Header.Get("ETag")
		if r.StatusCode != 200 || tag == "" || seen[tag] != "" {
			t.Errorf("%s: %s, tag %q is that of %q", p, r.Status, tag, seen[tag])
		}
		seen[tag] = p
		for _, has := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			if r, again := ask(t, s, "GET", p, "", "If-None-Match", has); r.StatusCode != 304 || again != "" || r.Header.Get("ETag") != tag {
				t.Errorf("%s with %s: %s, %d bytes", p, has, r.Status, len(again))
			}
		}
		if r, again := ask(t, s, "GET", p, "", "If-None-Match", `"other"`); r.StatusCode != 200 || again != text {
			t.Errorf("%s with another tag: %s", p, r.Status)
		}
	}
	r, _ := ask(t, s, "GET", path, "")
	tag := r.Header.Get("ETag")
	note := func(text, tag string) int {
		r, words := ask(t, s, "POST", path+"/notes", fmt.Sprintf(`{"text":%q}`, text), "If-Match", tag)
		if r.StatusCode != 200 && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %s", r.Status, words)
		}
		return r.StatusCode
	}
	results := make(chan int, 6)
	for i := range 6 {
		go func() { results <- note(fmt.Sprint("at once ", i), tag) }()
	}
	count := map[int]int{}
	for range 6 {
		count[<-results]++
	}
	if count[200] != 1 || count[412] != 5 {
		t.Errorf("of six at once: %v", count)
	}
	if r, _ := ask(t, s, "GET", path, "", "If-None-Match", tag); r.StatusCode != 200 || r.Header.Get("ETag") == tag {
		t.Errorf("after a write: %s", r.Status)
	}
	for _, c := range []struct {
		tag  string
		want int
	}{{tag, 412}, {`"x"`, 412}, {`"f0.x"`, 412}, {"*", 200}} {
		if got := note("in turn", c.tag); got != c.want {
			t.Errorf("If-Match %s: %d, want %d", c.tag, got, c.want)
		}
	}
	r, _ = ask(t, s, "GET", path, "")
	if got := note("on what was read", r.Header.Get("ETag")); got != 200 {
		t.Errorf("on what was read: %d", got)
	}
	if r, text := ask(t, s, "POST", path+"/plan/revoke", "{}", "If-Match", tag); r.StatusCode != 412 {
		t.Errorf("what appends no facts: %s %s", r.Status, text)
	}
}

// TestFields: an answer has the fields that were asked for, in its own order; one
// that no answer has is refused.
func TestFields(t *testing.T) {
	s, _ := serveDesk(t, 40)
	var whole, some map[string]any
	get(t, s, "/api/deals?outcome=open&limit=2", &whole)
	get(t, s, "/api/deals?outcome=open&limit=2&fields=next,rows.title,rows.id&fields=matched", &some)
	if fmt.Sprint(some["next"]) != fmt.Sprint(whole["next"]) || len(some) > 3 || some["matched"] != whole["matched"] {
		t.Errorf("%v", some)
	}
	for i, row := range some["rows"].([]any) {
		full := whole["rows"].([]any)[i].(map[string]any)
		if r := row.(map[string]any); len(r) != 2 || r["id"] != full["id"] || r["title"] != full["title"] {
			t.Errorf("%v", r)
		}
	}
	for path, want := range map[string]int{
		"/api/deals?fields=rows.nothing": 422, "/api/deals?fields=nothing": 422, "/api/deals?limit=1&fields=rows.id.x": 200, "/api/deals?limit=1&fields=,": 200,
		"/api/deals?fields=" + strings.Repeat("rows,", 1000): 422, "/api/today?fields=rows.title": 200,
	} {
		if r, text := ask(t, s, "GET", path, ""); r.StatusCode != want || want == 200 && !json.Valid([]byte(text)) {
			t.Errorf("%.60s: %s, %.200s", path, r.Status, text)
		}
	}
}

// TestATokenIsLimited: a program that asks too often is told when to come back, each
// token by itself, and people who have signed in are not counted.
func TestATokenIsLimited(t *testing.T) {
	_, desk := serveDesk(t, 20)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var guest team.Guest
	mux := http.NewServeMux()
	api.Mount(mux, operation.All(), func(*http.Request) *operation.Desk {
		own := *desk
		own.Guest, own.Now = &guest, func() time.Time { return at }
		return &own
	}, api.NewLimit(2), slog.New(slog.DiscardHandler))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	one, other := throughline.ID{1}, throughline.ID{2}
	for i, c := range []struct {
		guest        team.Guest
		later        time.Duration
		want         int
		limit, after string
	}{
		{team.Guest{Token: true, Pass: one}, 0, 200, `"token";r=1;t=60`, ""},
		{team.Guest{Token: true, Pass: one}, 20 * time.Second, 200, `"token";r=0;t=40`, ""},
		{team.Guest{Token: true, Pass: one}, 0, 429, `"token";r=0;t=40`, "40"},
		{team.Guest{Token: true, Pass: other}, 0, 200, `"token";r=1;t=40`, ""},
		{team.Guest{Pass: one}, 0, 200, "", ""},
		{team.Guest{Token: true, Pass: one}, 40 * time.Second, 200, `"token";r=1;t=60`, ""},
	} {
		guest, at = c.guest, at.Add(c.later)
		r, text := ask(t, s, "GET", "/api/deals?limit=1", "")
		if r.StatusCode != c.want || r.Header.Get("RateLimit") != c.limit || r.Header.Get("Retry-After") != c.after {
			t.Errorf("%d: %s %v %.200s", i, r.Status, r.Header, text)
		}
		if c.want == 429 && r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%d: no problem: %v", i, r.Header)
		}
	}
}
