package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
		r.Header.Add(head[i], head[i+1])
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
		for _, has := range []string{tag, "W/" + tag, `"other", ` + tag, `"a,b" ,, W/"",` + tag + `, "c"`, "*"} {
			if r, again := ask(t, s, "GET", p, "", "If-None-Match", has); r.StatusCode != 304 || again != "" || r.Header.Get("ETag") != tag {
				t.Errorf("%s with %s: %s, %d bytes", p, has, r.Status, len(again))
			}
		}
		for _, has := range []string{`"other"`, `"*"`, strings.Trim(tag, `"`), `"other, ` + strings.Trim(tag, `"`) + `"`, `x, ` + tag} {
			if r, again := ask(t, s, "GET", p, "", "If-None-Match", has); r.StatusCode != 200 || again != text {
				t.Errorf("%s with %s: %s", p, has, r.Status)
			}
		}
		if r, _ := ask(t, s, "GET", p, "", "If-None-Match", `"other"`, "If-None-Match", tag); r.StatusCode != 304 {
			t.Errorf("%s with two lines of tags: %s", p, r.Status)
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
	now := func() string {
		r, _ := ask(t, s, "GET", path, "")
		return r.Header.Get("ETag")
	}
	if got := note("on what was read", now()); got != 200 {
		t.Errorf("on what was read: %d", got)
	}
	for _, list := range []string{`NOW`, `"x", NOW`, `OLD, NOW`, `NOW, OLD`, `"a,b",,W/OLD , NOW`} {
		list = strings.ReplaceAll(strings.ReplaceAll(list, "OLD", tag), "NOW", now())
		if got := note("on one of several", list); got != 200 {
			t.Errorf("If-Match %s: %d", list, got)
		}
	}
	for _, list := range []string{`W/NOW`, `OLD, W/NOW`, `OLD, "x"`, `"x, NOW`} { // what is weak says nothing of what was read
		list = strings.ReplaceAll(strings.ReplaceAll(list, "OLD", tag), "NOW", now())
		if got := note("on none of several", list); got != 412 {
			t.Errorf("If-Match %s: %d", list, got)
		}
	}
	if r, text := ask(t, s, "POST", path+"/notes", `{"text":"on two lines"}`, "If-Match", tag, "If-Match", now()); r.StatusCode != 200 {
		t.Errorf("two lines of tags: %s %s", r.Status, text)
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
