package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
)

// words takes a command line apart as a shell does.
func words(line string) (out []string) {
	var word strings.Builder
	quote, some := rune(0), false
	for _, c := range line {
		switch {
		case quote == 0 && (c == '\'' || c == '"'):
			quote, some = c, true
		case c == quote:
			quote = 0
		case quote == 0 && c == ' ':
			if some || word.Len() > 0 {
				out = append(out, word.String())
			}
			word.Reset()
			some = false
		case c == '\\' && quote == '"': // the next one as it is
		default:
			word.WriteRune(c)
		}
	}
	if some || word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}

// request is an example of an operation as it is asked over REST.
type request struct {
	path  string
	query url.Values
	body  map[string]any
}

// asked turns a command line into the request for the same; ok is false where
// it says something that REST does not take, such as a file.
func asked(op operation.Operation, example string) (q request, ok bool) {
	_, path, _ := strings.Cut(op.Route, " ")
	q = request{path: "/api" + path, query: url.Values{}, body: map[string]any{}}
	var flags = map[string]reflect.StructField{}
	var places []reflect.StructField
	for _, f := range reflect.VisibleFields(op.Input()) {
		if f.Anonymous {
			continue
		}
		if _, arg := f.Tag.Lookup("arg"); arg {
			places = append(places, f)
			continue
		}
		if name := f.Tag.Get("name"); name != "" {
			flags["--"+name] = f
		}
		if short := f.Tag.Get("short"); short != "" {
			flags["-"+short] = f
		}
	}
	say := func(f reflect.StructField, word string) bool {
		if name := f.Tag.Get("path"); name != "" {
			q.path = strings.Replace(q.path, "{"+name+"}", url.PathEscape(word), 1)
			return true
		}
		if strings.HasPrefix(op.Route, "GET") {
			name := f.Tag.Get("query")
			if name == "" || name == "-" {
				return false
			}
			q.query.Add(name, word)
			return true
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		var v any = word
		typ := f.Type
		if typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch typ { // what JSON says in fields is one line on the command line
		case reflect.TypeFor[deal.Stop]():
			v = recording.ReadStop(word)
		case reflect.TypeFor[recording.MoveInput]():
			v = recording.ReadMove(word)
		}
		switch typ.Kind() {
		case reflect.Bool:
			v = word == "true"
		case reflect.Int, reflect.Int64, reflect.Float64:
			x, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return false
			}
			v = x
		}
		if key, value, ok := strings.Cut(word, "="); ok && f.Type.Kind() == reflect.Map {
			all, _ := q.body[name].(map[string]any)
			if all == nil {
				all = map[string]any{}
			}
			n, err := strconv.Atoi(value)
			if all[key] = n; err != nil {
				return false
			}
			v = all
		}
		if f.Type.Kind() == reflect.Slice {
			list, _ := q.body[name].([]any)
			v = append(list, v)
		}
		q.body[name] = v
		return true
	}
	rest := words(example)[1+len(op.Words):]
	for len(rest) > 0 {
		word := rest[0]
		rest = rest[1:]
		if word == ">" || word == "|" {
			return q, false
		}
		if word == "--json" {
			continue
		}
		if f, is := flags[word]; is {
			value := "true"
			if f.Type.Kind() != reflect.Bool {
				value, rest = rest[0], rest[1:]
			}
			if !say(f, value) {
				return q, false
			}
			continue
		}
		if strings.HasPrefix(word, "--") {
			return q, false
		}
		if len(places) == 0 || !say(places[0], word) {
			return q, false
		}
		if places[0].Type.Kind() != reflect.Slice {
			places = places[1:]
		}
	}
	return q, true
}

// refusedFor says why none of an operation's examples is carried out on the
// made-up company: not because of how it was asked.
var refusedFor = map[string]string{
	"admin_person":          "it is for an admin who has signed in: TestAdminsReadTheAudit",
	"admin_audit":           "it is for an admin who has signed in: TestAdminsReadTheAudit",
	"private_remove":        "names a note that the made-up company does not have",
	"record_undo":           "names a fact that the made-up company does not have",
	"record_promise-result": "of two promises that are open, it does not say which",
	"record_back":           "names an act that the made-up company does not have",
	"forecast_shown":        "nothing was kept: asking over REST keeps nothing",
}

// TestEveryOperationIsCalled: each operation with a route is asked through REST
// for what its own examples ask; reading answers, and writing answers or says
// what is wrong with what was said, never that it could not be read.
func TestEveryOperationIsCalled(t *testing.T) {
	s, desk := serveDesk(t, 80)
	var list struct {
		Rows []struct{ ID, Owner string }
	}
	get(t, s, "/api/deals?outcome=open&limit=40", &list)
	id, stands, same := list.Rows[0].ID, list.Rows[1], list.Rows[2].ID                                                            // the first is ended and removed, as examples say
	for _, name := range []string{"Signe Parata", "Ana Ruiz", "Ole Berg", "Ruth Ekdahl", "Maria Chen", "Petra Lind", "P. Lind"} { // whom the examples speak of
		r, err := http.Post(s.URL+"/api/deals/"+id+"/people", "application/json", strings.NewReader(`{"person":"`+name+`"}`))
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatal(name, r.Status, err)
		}
		r.Body.Close()
	}
	made, err := http.Post(s.URL+"/api/teams", "application/json", strings.NewReader(`{"team":"North","make":true}`)) // to which examples assign processes
	if err != nil || made.StatusCode != http.StatusOK {
		t.Fatal(made.Status, err)
	}
	made.Body.Close()
	r, err := http.Post(s.URL+"/api/deals/"+id+"/initiative", "application/json", strings.NewReader(`{"name":"One handover for all wards"}`))
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal("the initiative that the examples speak of", r.Status, err)
	}
	r.Body.Close()
	for _, op := range operation.All() {
		method, _, ok := strings.Cut(op.Route, " ")
		if !ok {
			continue
		}
		called, answered := 0, 0
		for _, example := range op.Examples {
			q, ok := asked(op, example)
			if !ok {
				continue
			}
			for _, theirs := range []string{"1C1I7A6R", "0190b2f0", "01890af4-1ac0-7001-8000-000000000001", "006bm00000LKJNTAA5"} { // of the examples' own company
				deal := id
				if slices.Contains([]string{"forecast", "mine"}, op.Words[0]) || op.Name() == "record_merge" { // of one that still stands
					deal = stands.ID
				}
				q.path = strings.Replace(q.path, theirs, deal, 1)
				if q.query.Get("id") == theirs {
					q.query.Set("id", deal)
				}
				if q.body["expands"] == theirs {
					q.body["expands"] = id
				}
			}
			q.path = strings.Replace(q.path, "2Q8M4B0X", same, 1) // the deal that was opened twice
			if q.body["other"] == "2Q8M4B0X" {
				q.body["other"] = same
			}
			for name := range q.query { // one of our own sellers
				if q.query.Get(name) == "Amara" {
					q.query.Set(name, stands.Owner)
				}
			}
			called++
			var r *http.Response
			var err error
			if method == http.MethodGet {
				r, err = http.Get(s.URL + q.path + "?" + q.query.Encode())
			} else {
				var body []byte
				if body, err = json.Marshal(q.body); err == nil {
					r, err = sentTwice(t, desk, op, s.URL+q.path, string(body), example)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			if r.StatusCode == http.StatusOK {
				answered++
				if !json.Valid(text) {
					t.Errorf("%s: the answer is no JSON: %.200s", example, text)
				}
				continue
			}
			if strings.Contains(string(text), "cannot be read") || r.StatusCode >= 500 {
				t.Errorf("%s: %s\n%.600s", example, r.Status, text)
			}
			t.Logf("%s: %s %.300s", example, r.Status, text)
		}
		if called == 0 {
			t.Errorf("%s: none of its examples can be asked over REST: %q", op.Name(), op.Examples)
		}
		if _, excused := refusedFor[op.Name()]; answered == 0 && !excused {
			t.Errorf("%s was never answered", op.Name())
		}
	}
}

// TestParametersOfEveryKind: the ones that were refused whatever they said.
func TestParametersOfEveryKind(t *testing.T) {
	s := serveSome(t, 80)
	for path, want := range map[string]int{
		"/api/mine/map":                                             200,
		"/api/mine/map?activities=0.9&steps=0.5":                    200,
		"/api/mine/map?activities=NaN":                              422,
		"/api/mine/map?activities=much":                             422,
		"/api/mine/processes?resamples=0&most=2":                    200,
		"/api/mine/processes?resamples=0&most=2&seed=-1":            422,
		"/api/simulate?end=no_decision&percent=10..30&touches=50":   200,
		"/api/simulate?end=no_decision&percent=10..30&touches=much": 422,
		"/api/simulate?end=no_decision&percent=10..30&touches=0":    200,
		"/api/mine/stalls?days=30":                                  200,
		"/api/mine/stalls?days=1e400":                               422,
		"/api/mine/summary?where=activity%3DOpened":                 200,
		"/api/mine/summary?where=no-such-attribute%3D1":             422,
		"/api/mine/summary?-=x":                                     200,
		"/api/deals?limit=5&offset=9223372036854775807":             422,
		"/api/deals?limit=9223372036854775807&offset=1":             422,
		"/api/deals?limit=5&offset=9223372036854775808":             422,
		"/api/deals?limit=5&offset=1000000000":                      200,
		"/api/deals?limit=5&offset=-1":                              422,
		"/api/attention?limit=9223372036854775807":                  422,
		"/api/mine/variants?limit=9223372036854775807":              422,
		"/api/mine/summary?" + strings.Repeat("where=a%3D1&", 200):  422,
	} {
		if status, _ := get(t, s, path, nil); status != want {
			t.Errorf("%.100s: status %d, want %d", path, status, want)
		}
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
		}
	}
	get(t, s, "/api/openapi.json", &doc)
	for path, methods := range doc.Paths {
		for _, op := range methods {
			if slices.ContainsFunc(op.Parameters, func(p struct{ Name string }) bool { return p.Name == "-" || p.Name == "" }) {
				t.Errorf("%s describes a parameter without a name", path)
			}
		}
	}
}

// sentTwice sends a writing with a key, twice, and with another body, and gives
// the first answer.
func sentTwice(t *testing.T, desk *operation.Desk, op operation.Operation, url, body, key string) (*http.Response, error) {
	t.Helper()
	send := func(body string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", strings.Map(func(c rune) rune {
			if c > '~' {
				return '?'
			}
			return c
		}, key[:min(len(key), 200)]))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body = io.NopCloser(strings.NewReader(string(text)))
		return answer, string(text)
	}
	first, said := send(body)
	if first.StatusCode != http.StatusOK || op.Effect != operation.Writes {
		return first, nil
	}
	rows := func() string {
		n, err := desk.Ledger.Number(t.Context(), desk.Workspace)
		if err != nil {
			t.Fatal(err)
		}
		c, err := desk.Ledger.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatInt(n, 10) + " " + strconv.Itoa(c.Rows)
	}
	before := rows()
	if again, words := send(body); again.StatusCode != http.StatusOK || words != said || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%s: sent again: %s\n%s\nnot\n%s", key, again.Status, words, said)
	}
	other := strings.Replace(body, "{", `{"once":"0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e",`, 1)
	if !strings.Contains(string(must(json.Marshal(op.NewInput()))), `"once"`) { // one that is told by its words
		if other = strings.Replace(body, `":"`, `":"x`, 1); other == body {
			other = ""
		}
	}
	if other != "" {
		if again, words := send(other); again.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: the key with %s: %s %s", key, other, again.Status, words)
		}
	}
	if after := rows(); after != before {
		t.Errorf("%s: the ledger went from %s to %s", key, before, after)
	}
	return first, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
