package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
)

// paged is a list that is given page by page.
type paged struct {
	path, rows, id string
	query          url.Values
	held           bool                      // its pages tell of the instant of the first: what is added meanwhile is in none
	add            func(t *testing.T, n int) // one more row
}

// TestListsAreWalked: every list that is given in pages is walked to its end while
// others add to it; each row that was there is met once, and none twice.
func TestListsAreWalked(t *testing.T) {
	var seconds atomic.Int64
	now := func() time.Time {
		return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(seconds.Load()) * time.Second)
	}
	s, desk := serveAt(t, 40, now)
	post := func(t *testing.T, path, body string) {
		t.Helper()
		r, text := ask(t, s, http.MethodPost, "/api"+path, body, "Content-Type", "application/json")
		if r.StatusCode != http.StatusOK {
			t.Fatalf("POST %s %s: %s %s", path, body, r.Status, text)
		}
	}
	var some struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?limit=100", &some)
	deal := some.Rows[0].ID
	var ours struct{ Owner string }
	get(t, s, "/api/deals/"+deal, &ours)
	begun := []throughline.ID{}
	pending := 0
	for _, l := range []paged{
		{path: "/deals", rows: "rows", id: "id", query: url.Values{"sort": {"opened"}}, add: func(t *testing.T, n int) {
			post(t, "/deals", fmt.Sprintf(`{"title": "Deal %d", "account": "Customer %d"}`, n, n))
		}},
		{path: "/attention", rows: "rows", id: "id"},
		{path: "/deals/" + deal + "/facts", rows: "facts", id: "id", held: true, add: func(t *testing.T, n int) {
			post(t, "/deals/"+deal+"/notes", fmt.Sprintf(`{"text": "remark %d"}`, n))
		}},
		{path: "/initiatives", rows: "rows", id: "id", held: true, add: func(t *testing.T, n int) {
			post(t, "/deals/"+some.Rows[n].ID+"/initiative", fmt.Sprintf(`{"name": "Change %d"}`, n))
		}},
		{path: "/jobs", rows: "jobs", id: "id", held: true, add: func(t *testing.T, n int) {
			j := store.Job{ID: desk.NewID(), Kind: job.Check, Topic: fmt.Sprint(n), Asked: now(), Due: now(), Most: 2}
			if _, _, err := desk.Ledger.AskJob(t.Context(), desk.Workspace, j, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if pending++; pending%2 == 0 { // the one asked for first ends
				begun = append(begun, desk.NewID())
				last := begun[len(begun)-1]
				j, ok, err := desk.Ledger.TakeJob(t.Context(), desk.Workspace, store.Taking{Kinds: []string{job.Check}, Holder: last, At: now(), Stale: now().Add(-time.Hour), Back: func(string, int) time.Duration { return 0 }})
				if err == nil && ok {
					err = desk.Ledger.EndJob(t.Context(), desk.Workspace, j.ID, last, store.JobEnd{At: now(), Answer: "{}"})
				}
				if err != nil || !ok {
					t.Fatal(ok, err)
				}
			}
		}},
		{path: "/private", rows: "notes", id: "id", query: url.Values{"as": {ours.Owner}}, add: func(t *testing.T, n int) {
			post(t, "/deals/"+deal+"/private", fmt.Sprintf(`{"text": "doubt %d", "as": %q}`, n, ours.Owner))
		}},
		{path: "/playbook/remarks", rows: "remarks", id: "number", add: func(t *testing.T, n int) {
			post(t, "/playbook/remarks", fmt.Sprintf(`{"about": "problem-owned", "text": "This never helped, %d"}`, n))
		}},
		{path: "/teams", rows: "teams", id: "id", add: func(t *testing.T, n int) {
			post(t, "/teams", fmt.Sprintf(`{"team": "Team %d", "make": true}`, n*7%100))
		}},
		{path: "/playbook/assigned", rows: "assigned", id: "id", add: func(t *testing.T, n int) {
			post(t, "/teams", fmt.Sprintf(`{"team": "Other %d", "make": true}`, n*7%100))
		}},
	} {
		t.Run(strings.ReplaceAll(strings.Trim(l.path, "/"), "/", "_"), func(t *testing.T) { walk(t, s.URL, l, &seconds) })
	}
}

// ids are those of the rows of an answer.
func (l paged) ids(t *testing.T, answer map[string]json.RawMessage) (out []string) {
	t.Helper()
	var rows []map[string]json.RawMessage
	if err := json.Unmarshal(answer[l.rows], &rows); err != nil {
		t.Fatalf("%s: %v", answer[l.rows], err)
	}
	for _, r := range rows {
		out = append(out, string(r[l.id]))
	}
	return out
}

func walk(t *testing.T, server string, l paged, seconds *atomic.Int64) {
	if l.add == nil {
		l.add = func(*testing.T, int) {}
	}
	asked := func(status int, more ...string) map[string]json.RawMessage {
		t.Helper()
		q := url.Values{}
		for k, v := range l.query {
			q[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		r, err := http.Get(server + "/api" + l.path + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		answer := map[string]json.RawMessage{}
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || r.StatusCode != status {
			t.Fatalf("%s: %s, want %d, %v\n%.500s", q.Encode(), r.Status, status, err, answer["detail"])
		}
		return answer
	}
	for n := range 11 {
		l.add(t, n)
		seconds.Add(1)
	}
	all := l.ids(t, asked(200, "limit", "500"))
	if len(all) < 7 {
		t.Fatalf("there are only %d", len(all))
	}
	var met []string
	cursor, first := "", ""
	for page := 0; ; page++ {
		answer := asked(200, "limit", "3", "cursor", cursor)
		ids := l.ids(t, answer)
		if len(ids) > 3 || len(ids) == 0 {
			t.Fatalf("page %d has %d rows", page, len(ids))
		}
		met = append(met, ids...)
		next := ""
		if answer["next"] != nil {
			if err := json.Unmarshal(answer["next"], &next); err != nil {
				t.Fatal(err)
			}
		}
		if cursor = next; cursor == "" {
			break
		}
		if first == "" {
			first = cursor
		}
		if page < 20 { // a list that goes on with what is added comes to its end
			seconds.Add(1)
			l.add(t, 20+page)
			seconds.Add(1)
		}
	}
	for _, id := range all {
		if !slices.Contains(met, id) {
			t.Errorf("%s was there, and was not met", id)
		}
	}
	seen := map[string]bool{}
	for _, id := range met {
		if seen[id] {
			t.Errorf("%s was met twice", id)
		}
		seen[id] = true
	}
	if l.held && len(met) != len(all) {
		t.Errorf("%d met, and %d were there when the first page was asked for", len(met), len(all))
	}
	for _, bad := range []string{"x", first[:len(first)-2], "AAAA" + first, "e30"} {
		asked(422, "limit", "3", "cursor", bad)
	}
	if t.Failed() {
		t.Logf("there were %v\nmet were %v", all, met)
	}
}

// TestTheAuditIsWalked does the same with the audit, which only an admin reads.
func TestTheAuditIsWalked(t *testing.T) {
	_, desk := serveDesk(t, 10)
	admin := *desk
	admin.Holds = operation.MayAdmin
	add := func() {
		t.Helper()
		if err := desk.Ledger.Note(t.Context(), desk.Workspace, []store.Deed{{At: desk.Now(), Did: "sign_in", Outcome: store.DeedDone}}); err != nil {
			t.Fatal(err)
		}
	}
	for range 8 {
		add()
	}
	met, in := []int64{}, caretaking.AuditInput{Limit: 3, Did: "sign_in"}
	for {
		answer, err := operation.ListAudit.Run(t.Context(), &admin, &in)
		if err != nil {
			t.Fatal(err)
		}
		page := answer.(caretaking.Audit)
		for _, l := range page.Lines {
			met = append(met, l.N)
		}
		if in.Cursor = page.Next; in.Cursor == "" {
			break
		}
		add()
	}
	if want := []int64{8, 7, 6, 5, 4, 3, 2, 1}; !slices.Equal(met, want) {
		t.Errorf("met %v, want %v", met, want)
	}
	first, err := operation.ListAudit.Run(t.Context(), &admin, &caretaking.AuditInput{Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	in.Cursor = first.(caretaking.Audit).Next // of another question
	if _, err := operation.ListAudit.Run(t.Context(), &admin, &in); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a cursor of another question: %v", err)
	}
}

// TestACursorIsOfOneList: and of it asked in one way.
func TestACursorIsOfOneList(t *testing.T) {
	s := serveSome(t, 40)
	var some struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?outcome=open&limit=2", &some)
	var facts struct{ Next string }
	path := "/api/deals/" + some.Rows[0].ID + "/facts?limit=1&cursor="
	get(t, s, path, &facts)
	if facts.Next == "" {
		t.Fatal("a deal of one fact")
	}
	for at, want := range map[string]int{
		path + facts.Next:                200,
		path + facts.Next + "&kind=note": 422,
		"/api/deals/" + some.Rows[1].ID + "/facts?limit=1&cursor=" + facts.Next: 422,
		"/api/playbook/remarks?cursor=" + facts.Next:                            422,
		"/api/deals?cursor=" + facts.Next:                                       422,
		"/api/jobs?cursor=" + facts.Next:                                        422,
	} {
		if status, _ := get(t, s, at, nil); status != want {
			t.Errorf("%s: %d, want %d", at, status, want)
		}
	}
}
