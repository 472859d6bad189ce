package endpoint_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/capture/endpoint"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

const key = "sk-very-secret-0451"

func id(n byte) throughline.PersonID {
	return throughline.PersonID(throughline.NewID(time.UnixMilli(1_700_000_000_000), [10]byte{9: n}))
}

func note(t *testing.T, text string) capture.Note {
	t.Helper()
	d, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	return capture.Note{Text: text, Today: d, Frontier: throughline.Align, From: capture.Conversation, People: []capture.Person{
		{ID: id(1), Name: "Ana Ruiz", Title: "Head of Operations", Function: "operations"},
		{ID: id(2), Name: "Marc Weber", Title: "CFO (office of Ana Ruiz, marc@example.com)", Function: "finance"},
		{ID: id(3), Name: "Julia Novak", Ours: true},
		{ID: id(4), Name: "陈静", Title: "运营总监"},
		{ID: id(5), Name: "Ana Gomez"},
	}}
}

func reader(t *testing.T) *capture.Reader {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	r, err := capture.New(book)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// model is a small server that speaks the protocol.
type model struct {
	*httptest.Server
	asked   []string // bodies
	headers []http.Header
}

func serve(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, body string)) *model {
	t.Helper()
	m := &model{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m.asked, m.headers = append(m.asked, string(b)), append(m.headers, r.Header.Clone())
		answer(w, r, string(b))
	}))
	t.Cleanup(m.Close)
	return m
}

func completion(w io.Writer, content string) {
	b, _ := json.Marshal(map[string]any{"id": "x", "object": "chat.completion", "choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": content}}}})
	_, _ = w.Write(b)
}

func proposer(t *testing.T, m *model, change func(*endpoint.Settings)) *endpoint.Proposer {
	t.Helper()
	s := endpoint.Settings{URL: m.URL + "/v1", Model: "small", Key: key, Timeout: 5 * time.Second}
	if change != nil {
		change(&s)
	}
	p, err := endpoint.New(s, reader(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const text = `Ana Ruiz said the drivers fear for their bonus. Write to ana.ruiz@example.com or +49 30 1234567.
Marc wrote down the baseline and the target on 20 November. Karl Brandt from quality has doubts.
We sent the proposal to Gomez. 陈静说退货率上升了。`

const good = `{"proposals":[
 {"quote":"P1 said the drivers fear for their bonus.","kind":"evidence","person":"P1","about":"journey/p3","others":["change/c2","journey/p9","nonsense"],"grade":"E4","happened":"","due":"","event":"","stance":0,"state":""},
 {"quote":"P2 wrote down the baseline and the target on 20 November.","kind":"evidence","person":"P2","about":"journey/p3","others":[],"grade":"E3","happened":"2026-11-20","due":"2020-01-01","event":"","stance":0,"state":""},
 {"quote":"N1 from quality has doubts.","kind":"stance","person":"N1","about":"","others":[],"grade":"E1","happened":"2027-05-05","due":"","event":"","stance":-1,"state":""}
]}`

func TestProposalsComeBackWithTheirPeople(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, good) })
	n := note(t, text)
	got, err := proposer(t, m, nil).Propose(context.Background(), n)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 {
		t.Fatalf("%d proposals: %+v", len(got), got)
	}
	first := got[0]
	if first.Person != id(1) || first.About != "journey/p3" || first.Grade != throughline.E2 || !slices.Equal(first.Others, []throughline.Address{"change/c2", "journey/p9"}) ||
		n.Text[first.Start:first.End] != "Ana Ruiz said the drivers fear for their bonus." || first.Text != "{person:"+id(1).String()+"} said the drivers fear for their bonus." || first.Happened != n.Today {
		t.Errorf("%+v", first)
	}
	if second := got[1]; second.Person != id(2) || second.Grade != throughline.E3 || second.Happened.String() != "2026-11-20" || !second.Due.IsZero() {
		t.Errorf("%+v", second)
	}
	if third := got[2]; third.New != "Karl Brandt" || third.Function != "quality" || third.Kind != capture.Stance || third.Stance != -1 || third.Happened != n.Today {
		t.Errorf("%+v", third)
	}
	if r := m.headers[0].Get("Authorization"); r != "Bearer "+key {
		t.Errorf("the key was sent as %q", r)
	}
}

func TestNoNameLeavesTheHouse(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, `{"proposals":[]}`) })
	p := proposer(t, m, nil)
	for _, c := range []string{
		text,
		"ana and marc weber agreed; ANA RUIZ'S team too. Weber, Marc signed. A. Ruiz called; Dr. Weber: yes. Ms Gomez left.",
		"From: Marc Weber <marc@example.com>\nTo: Julia Novak <julia@vendor.example>\nSubject: x\n\nwe approved the case.\n\nBest regards,\nMarc Weber\nTel. 030 123456\n",
		"<b>Ana</b> Ruiz said <script>Marc</script> errors doubled. 陈总和陈静都同意。 手机 13812345678",
		"ana_ruiz said errors doubled, see https://example.com/people/marc-weber for more. Julia's note.",
	} {
		n := note(t, c)
		n.From = capture.Message
		if _, err := p.Propose(context.Background(), n); err != nil {
			t.Fatal(err)
		}
		sent := strings.ToLower(m.asked[len(m.asked)-1])
		for _, name := range []string{"ana", "ruiz", "marc", "weber", "julia", "novak", "陈静", "陈总", "gomez", "karl", "brandt", "example.com", "1234567", "13812345678", id(1).String(), "script"} {
			for _, word := range strings.FieldsFunc(sent, func(r rune) bool {
				return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r > 127 || r == '-')
			}) {
				if word == name || len(name) > 5 && strings.Contains(word, name) {
					t.Errorf("%q was sent in %q for %q", name, word, c)
				}
			}
		}
	}
	if got, err := p.Propose(context.Background(), note(t, " ")); err != nil || got != nil {
		t.Error(got, err)
	}
	if len(m.asked) != 5 {
		t.Errorf("%d requests: nothing to read is nothing to ask", len(m.asked))
	}
}

func TestWhatAModelInventsIsDropped(t *testing.T) {
	one := func(change map[string]any) string {
		p := map[string]any{"quote": "P2 wrote down the baseline and the target on 20 November.", "kind": "evidence", "person": "P2", "about": "journey/p3", "others": []string{}, "grade": "E3", "happened": "2026-11-20", "due": "", "event": "", "stance": 0, "state": ""}
		for k, v := range change {
			p[k] = v
		}
		b, _ := json.Marshal(map[string]any{"proposals": []any{p}})
		return string(b)
	}
	var content string
	m := serve(t, func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, content) })
	p := proposer(t, m, nil)
	for name, c := range map[string]struct {
		change map[string]any
		want   int
	}{
		"as it is":               {nil, 1},
		"a person nobody gave":   {map[string]any{"person": "P77"}, 0},
		"a name":                 {map[string]any{"person": "Marc Weber"}, 0},
		"one of ours":            {map[string]any{"person": "P3"}, 0},
		"an unclear one":         {map[string]any{"person": "PX"}, 0},
		"an invented place":      {map[string]any{"about": "journey/p12"}, 0},
		"a stage":                {map[string]any{"about": "process/standard/stage/own"}, 0},
		"an invented milestone":  {map[string]any{"kind": "milestone", "about": "process/standard/milestone/won"}, 0},
		"a milestone":            {map[string]any{"kind": "milestone", "about": "process/standard/milestone/measure-agreed"}, 1},
		"an invented kind":       {map[string]any{"kind": "prophecy"}, 0},
		"words not in the note":  {map[string]any{"quote": "P2 signed the contract."}, 0},
		"no words":               {map[string]any{"quote": ""}, 0},
		"our own act":            {map[string]any{"quote": "We sent the proposal to PX.", "person": ""}, 0},
		"an invented event":      {map[string]any{"kind": "event", "event": "champagne"}, 0},
		"an event":               {map[string]any{"kind": "event", "event": "scope_changed"}, 1},
		"too strong a stance":    {map[string]any{"kind": "stance", "stance": 7}, 0},
		"nobody's stance":        {map[string]any{"kind": "stance", "stance": 1, "person": ""}, 0},
		"a step that is a phase": {map[string]any{"kind": "step"}, 0},
		"a promise":              {map[string]any{"kind": "promise"}, 1},
		"a loss without an end":  {map[string]any{"kind": "loss"}, 0},
		"a loss that is won":     {map[string]any{"kind": "loss", "outcome": "won"}, 0},
		"a loss":                 {map[string]any{"kind": "loss", "outcome": "no_decision", "cause": "champagne"}, 1},
		"put off":                {map[string]any{"kind": "postponement"}, 1},
		"won":                    {map[string]any{"kind": "won"}, 1},
		"of the wrong type":      {map[string]any{"quote": 7}, 0},
	} {
		content = one(c.change)
		got, err := p.Propose(context.Background(), note(t, text))
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d proposals, %v", name, len(got), err)
		}
		for _, g := range got {
			if g.Grade > throughline.E3 || g.Kind == capture.Event && g.Event != deal.ScopeChanged {
				t.Errorf("%s: %+v", name, g)
			}
		}
	}
	for _, content = range []string{
		"Here you are:\n```json\n" + one(nil) + "\n```\nAnything else?",
		`{"proposals":[7,"x",null,` + strings.TrimSuffix(strings.TrimPrefix(one(nil), `{"proposals":[`), `]}`) + `]}`,
		`{"proposals":[` + strings.Repeat(strings.TrimSuffix(strings.TrimPrefix(one(nil), `{"proposals":[`), `]}`)+",", 3) + `{}]}`,
	} {
		if got, err := p.Propose(context.Background(), note(t, text)); err != nil || len(got) != 1 {
			t.Errorf("%q: %d proposals, %v", content, len(got), err)
		}
	}
}

func TestAServerWithoutSchemasIsAskedInPlainWords(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, _ *http.Request, body string) {
		if strings.Contains(body, "response_format") {
			http.Error(w, `{"error":{"message":"unknown field response_format"}}`, http.StatusBadRequest)
			return
		}
		completion(w, good)
	})
	got, err := proposer(t, m, func(s *endpoint.Settings) { s.Key = "" }).Propose(context.Background(), note(t, text))
	if err != nil || len(got) != 3 || len(m.asked) != 2 {
		t.Errorf("%d proposals after %d requests, %v", len(got), len(m.asked), err)
	}
	if _, have := m.headers[0]["Authorization"]; have {
		t.Error("a header without a key was sent")
	}
}

func TestWhatGoesWrongIsSaidWithoutTheKey(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("the other host was asked")
		completion(w, good)
	}))
	defer other.Close()
	release := make(chan struct{})
	defer close(release)
	status := func(code int) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, r *http.Request, _ string) {
			w.WriteHeader(code)
			_, _ = fmt.Fprintf(w, `{"error":{"message":"key %s of Ana Ruiz is refused"}}`, r.Header.Get("Authorization"))
		}
	}
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, string)
		kind   throughline.Kind
	}{
		"401": {status(401), throughline.Denied},
		"403": {status(403), throughline.Denied},
		"404": {status(404), throughline.NotFound},
		"422": {status(422), throughline.Unsupported},
		"418": {status(418), throughline.Invalid},
		"429": {status(429), throughline.Unavailable},
		"500": {status(500), throughline.Unavailable},
		"garbage": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			_, _ = io.WriteString(w, "<html>welcome</html>")
		}, throughline.Corrupt},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, "I would rather not.") }, throughline.Corrupt},
		"half":    {func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, good[:len(good)/2]) }, throughline.Corrupt},
		"empty":   {func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, "") }, throughline.Corrupt},
		"nothing": {func(w http.ResponseWriter, _ *http.Request, _ string) { _, _ = io.WriteString(w, `{"choices":[]}`) }, throughline.Corrupt},
		"refusal": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			_, _ = io.WriteString(w, `{"choices":[{"message":{"content":null,"refusal":"no"}}]}`)
		}, throughline.Denied},
		"too long": {func(w http.ResponseWriter, _ *http.Request, _ string) { completion(w, strings.Repeat("a", 1<<21)) }, throughline.Corrupt},
		"slow": {func(w http.ResponseWriter, r *http.Request, _ string) {
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}, throughline.Unavailable},
		"slow in the middle": {func(w http.ResponseWriter, r *http.Request, _ string) {
			_, _ = io.WriteString(w, `{"choices":`)
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}, throughline.Unavailable},
		"breaks off": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"choices":`)
			panic(http.ErrAbortHandler)
		}, throughline.Unavailable},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, other.URL+"/v1/chat/completions", http.StatusTemporaryRedirect)
		}, throughline.Denied},
		"in circles": {func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, throughline.Denied},
	} {
		m := serve(t, c.answer)
		p := proposer(t, m, func(s *endpoint.Settings) {
			if strings.HasPrefix(name, "slow") {
				s.Timeout = 200 * time.Millisecond
			}
		})
		got, err := p.Propose(context.Background(), note(t, text))
		if throughline.KindOf(err) != c.kind || got != nil {
			t.Errorf("%s: %v (%s), want %s", name, err, throughline.KindOf(err), c.kind)
		}
		if err != nil && (strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "Ruiz") || strings.Contains(fmt.Sprintf("%+v", err), key)) {
			t.Errorf("%s: the error tells too much: %v", name, err)
		}
	}
}

func TestARedirectOnTheSameHostIsFollowed(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if !strings.HasPrefix(r.URL.Path, "/v2/") {
			http.Redirect(w, r, "/v2"+r.URL.Path, http.StatusPermanentRedirect)
			return
		}
		completion(w, good)
	})
	if got, err := proposer(t, m, nil).Propose(context.Background(), note(t, text)); err != nil || len(got) != 3 {
		t.Errorf("%d proposals, %v", len(got), err)
	}
}

func TestACallerMayGoAway(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := serve(t, func(_ http.ResponseWriter, r *http.Request, _ string) { cancel(); <-r.Context().Done() })
	if _, err := proposer(t, m, nil).Propose(ctx, note(t, text)); throughline.KindOf(err) != throughline.Unavailable {
		t.Error(err)
	}
}

func TestSettings(t *testing.T) {
	r := reader(t)
	for _, c := range []struct {
		s    endpoint.Settings
		kind throughline.Kind
	}{
		{endpoint.Settings{}, throughline.Unsupported},
		{endpoint.Settings{URL: "https://models.example/v1"}, throughline.Unsupported},
		{endpoint.Settings{URL: "models.example", Model: "m"}, throughline.Invalid},
		{endpoint.Settings{URL: "ftp://models.example", Model: "m"}, throughline.Invalid},
		{endpoint.Settings{URL: "https://user:" + key + "@models.example/v1", Model: "m"}, throughline.Invalid},
		{endpoint.Settings{URL: "https://models.example/v1?key=" + key, Model: "m"}, throughline.Invalid},
		{endpoint.Settings{URL: "http://models.example/v1", Model: "m", Key: key}, throughline.Invalid},
		{endpoint.Settings{URL: "https://models.example/v1", Model: "m", Key: key + "\r\nX: y"}, throughline.Invalid},
		{endpoint.Settings{URL: "http://models.example/v1", Model: "m"}, ""},
		{endpoint.Settings{URL: "http://localhost:11434/v1", Model: "m", Key: key}, ""},
		{endpoint.Settings{URL: "http://10.0.0.7/v1/", Model: "m", Key: key}, ""},
		{endpoint.Settings{URL: "https://models.example/v1", Model: "m", Key: key}, ""},
	} {
		_, err := endpoint.New(c.s, r)
		if throughline.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %q", c.s, err, c.kind)
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("configured", "settings", c.s)
		b, jerr := json.Marshal(c.s)
		if jerr != nil {
			t.Fatal(jerr)
		}
		shown := fmt.Sprintf("%v %+v %#v %s %q %d", c.s, c.s, c.s, c.s, c.s, c.s) + log.String()
		if err != nil {
			shown += err.Error()
		}
		if c.s.Key != "" && strings.Contains(shown+string(b), key) || strings.Contains(shown, key) {
			t.Errorf("the key shows: %s", shown)
		}
	}
}
