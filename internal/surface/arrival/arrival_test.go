package arrival_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// TestOnlyNamedProxiesAreBelieved: whose header counts, and which part of it.
func TestOnlyNamedProxiesAreBelieved(t *testing.T) {
	proxies, err := arrival.ParseProxies([]string{"10.0.0.0/8", "192.0.2.1", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		from, host      string
		secure, between bool
	}
	const far, proxy = "203.0.113.9:5000", "10.1.2.3:5000"
	for name, c := range map[string]struct {
		from   string
		header http.Header
		want   seen
	}{
		"nobody between": {far, nil, seen{far, "sales.example.com", false, false}},
		"forged from elsewhere": {far, http.Header{"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"localhost"}},
			seen{far, "sales.example.com", false, true}},
		"forged on this machine": {"127.0.0.1:5000", http.Header{"X-Forwarded-For": {"203.0.113.7"}, "X-Forwarded-Proto": {"https"}},
			seen{"127.0.0.1:5000", "sales.example.com", false, true}},
		"a named proxy": {proxy, http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"plans.example.com"}},
			seen{"203.0.113.9:0", "plans.example.com", true, true}},
		"one address":   {"192.0.2.1:1", http.Header{"X-Forwarded-For": {"203.0.113.9:4711"}}, seen{"203.0.113.9:0", "sales.example.com", false, true}},
		"its neighbour": {"192.0.2.2:1", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, seen{"192.0.2.2:1", "sales.example.com", false, true}},
		"what whoever asked wrote before it": {proxy, http.Header{"X-Forwarded-For": {"127.0.0.1, 198.51.100.4, 203.0.113.9"}},
			seen{"203.0.113.9:0", "sales.example.com", false, true}},
		"in a header of its own": {proxy, http.Header{"X-Forwarded-For": {"127.0.0.1", "203.0.113.9"}}, seen{"203.0.113.9:0", "sales.example.com", false, true}},
		"two proxies of ours":    {proxy, http.Header{"X-Forwarded-For": {"6.6.6.6, 203.0.113.9, 10.9.9.9"}}, seen{"203.0.113.9:0", "sales.example.com", false, true}},
		"from inside":            {proxy, http.Header{"X-Forwarded-For": {"10.7.7.7"}}, seen{"10.7.7.7:0", "sales.example.com", false, true}},
		"no address":             {proxy, http.Header{"X-Forwarded-For": {"203.0.113.9, unknown"}}, seen{proxy, "sales.example.com", false, true}},
		"v6 as v4":               {"[::ffff:10.1.2.3]:5000", http.Header{"X-Forwarded-For": {"[2001:db8::5]:443"}}, seen{"[2001:db8::5]:0", "sales.example.com", false, true}},
		"the proxy was asked plainly": {proxy, http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https, http"}},
			seen{"203.0.113.9:0", "sales.example.com", false, true}},
		"a host that is none":     {proxy, http.Header{"X-Forwarded-Host": {"evil.example/@sales"}}, seen{proxy, "sales.example.com", false, true}},
		"silent, though named":    {proxy, nil, seen{proxy, "sales.example.com", false, true}},
		"by another header alone": {far, http.Header{"Forwarded": {"for=127.0.0.1"}}, seen{far, "sales.example.com", false, true}},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://sales.example.com/deals", nil)
		r.RemoteAddr = c.from
		for k, v := range c.header {
			r.Header[k] = v
		}
		var got seen
		proxies.Receive(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = seen{r.RemoteAddr, r.Host, arrival.Secure(r), arrival.Between(r)}
		})).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestProxiesAreNamed: what names none is refused, and so is everybody.
func TestProxiesAreNamed(t *testing.T) {
	for _, word := range []string{"proxy.example.com", "10.0.0.0/99", "", "0.0.0.0/0", "::/0", "10.0.0.5:80"} {
		if _, err := arrival.ParseProxies([]string{word}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%q names a proxy: %v", word, err)
		}
	}
}

// TestARequestHasANumberAndARoute: the number of a named proxy is taken where it
// is one; the route is the innermost pattern, without what was asked for.
func TestARequestHasANumberAndARoute(t *testing.T) {
	proxies, err := arrival.ParseProxies([]string{"10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	inner := http.NewServeMux()
	var ids []string
	inner.HandleFunc("GET /api/deals/{id}", func(_ http.ResponseWriter, r *http.Request) { ids = append(ids, arrival.ID(r.Context())) })
	outer := http.NewServeMux()
	outer.Handle("/api/", arrival.Noted(inner))
	route := ""
	h := proxies.Receive(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrival.Noted(outer).ServeHTTP(w, r)
		route = arrival.Route(r.Context())
	}))
	ask := func(path, from, id string) string {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://localhost"+path, nil)
		r.RemoteAddr = from
		r.Header.Set("X-Request-Id", id)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Header().Get("X-Request-Id")
	}
	const given = "b7f2-4a11-9c"
	got := []string{ask("/api/deals/secret", "203.0.113.9:1", given), ask("/api/deals/secret", "10.0.0.1:1", given), ask("/api/deals/secret", "10.0.0.1:1", "two\nlines")}
	if got[0] == given || got[1] != given || strings.Contains(got[2], "two") || len(got[0]) != 16 || !slices.Equal(got, ids) {
		t.Errorf("numbers %q, inside %q", got, ids)
	}
	if route != "/api/deals/{id}" {
		t.Errorf("the route is %q", route)
	}
	if ask("/nowhere/secret", "10.0.0.1:1", ""); route != "" {
		t.Errorf("the route of what is not there is %q", route)
	}
}
