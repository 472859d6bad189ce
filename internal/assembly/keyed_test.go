package assembly_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/surface/cli"
)

// keyedSend sends a writing with a key.
func keyedSend(t *testing.T, h http.Handler, path, key, body string, cookies map[string]string) (int, string, http.Header) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	r.RemoteAddr = "127.0.0.1:4000"
	for name, value := range cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(text), w.Result().Header
}

// TestAKeyIsCarriedOutOnce: sent to several processes in the same instant, and
// after a restart, a request with a key writes once and has one answer; in a file
// and on a server.
func TestAKeyIsCarriedOutOnce(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			where := filepath.Join(t.TempDir(), "x.db")
			if kind == "postgres" {
				where = pgtest.Shared(t).Database(t)
			}
			at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			process := func(seed uint64) (*operation.Desk, http.Handler, func() error) {
				house := assembly.House{Now: func() time.Time { return at }, Random: rand.New(rand.NewPCG(seed, 1))}
				d, done, err := house.Open(cli.Where{DB: where, Lang: "en"}, true, true)
				if err != nil {
					t.Fatal(err)
				}
				return d, assembly.Handler(d, nil, true, nil, slog.New(slog.DiscardHandler)), done
			}
			d, a, endA := process(1)
			_, b, endB := process(2)
			status, text, _ := keyedSend(t, a, "/api/deals", "the deal", `{"title":"One handover"}`, nil)
			var opened struct{ Deal throughline.DealID }
			if err := json.Unmarshal([]byte(text), &opened); err != nil || status != 200 {
				t.Fatal(status, text)
			}
			path := "/api/deals/" + opened.Deal.String() + "/notes"
			var wg sync.WaitGroup
			var fresh atomic.Int64
			var answers sync.Map
			for i := range 12 {
				wg.Go(func() {
					status, text, head := keyedSend(t, []http.Handler{a, b}[i%2], path, "the note", `{"text":"They wait for the budget."}`, nil)
					if status != 200 {
						t.Errorf("%d %s", status, text)
					}
					if head.Get("Idempotent-Replayed") == "" {
						fresh.Add(1)
					}
					answers.Store(text, true)
				})
			}
			wg.Wait()
			n := 0
			answers.Range(func(any, any) bool { n++; return true })
			facts, err := d.Ledger.Facts(t.Context(), d.Workspace, opened.Deal)
			if err != nil || len(facts) != 2 || n != 1 || fresh.Load() != 1 {
				t.Errorf("%d facts, %d answers, carried out %d times, %v", len(facts), n, fresh.Load(), err)
			}
			if err := errors.Join(endA(), endB()); err != nil {
				t.Fatal(err)
			}
			d, a, endA = process(3)
			defer func() { _ = endA() }()
			_, text, head := keyedSend(t, a, path, "the note", `{"text":"They wait for the budget."}`, nil)
			if _, same := answers.Load(text); !same || head.Get("Idempotent-Replayed") == "" {
				t.Errorf("after a restart: %s", text)
			}
			if status, text, _ := keyedSend(t, a, path, "the note", `{"text":"They have the budget."}`, nil); status != 422 || !strings.Contains(text, "key_used") {
				t.Errorf("the key with other words: %d %s", status, text)
			}
			if status, text, _ := keyedSend(t, a, path, "an empty one", `{"text":""}`, nil); status != 422 {
				t.Errorf("%d %s", status, text)
			}
			if status, text, _ := keyedSend(t, a, path, "an empty one", `{"text":"put right"}`, nil); status != 200 {
				t.Errorf("what was refused holds its key: %d %s", status, text)
			}
			if status, text, _ := keyedSend(t, a, path, strings.Repeat("k", 256), `{"text":"x"}`, nil); status != 400 {
				t.Errorf("a long key: %d %s", status, text)
			}
			facts, err = d.Ledger.Facts(t.Context(), d.Workspace, opened.Deal)
			if err != nil || len(facts) != 3 {
				t.Errorf("%d facts, %v", len(facts), err)
			}
		})
	}
}

// forgetful is a ledger that loses every answer, as a process does that ends
// before it is kept.
type forgetful struct{ store.Ledger }

func (forgetful) EndKeyed(context.Context, throughline.Workspace, store.Keyed) error {
	return throughline.Fail("close key", throughline.Unavailable, "", nil)
}

// TestAKeyWhoseAnswerWasLost: what takes a form's token is taken up by the next
// who asks, and writes nothing again; of what takes none is said that its end is
// not known.
func TestAKeyWhoseAnswerWasLost(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var minutes atomic.Int64
	now := func() time.Time { return at.Add(time.Duration(minutes.Load()) * time.Minute) }
	house := assembly.House{Now: now, Random: rand.New(rand.NewPCG(1, 1))}
	d, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	lost := *d
	lost.Ledger = forgetful{d.Ledger}
	log := slog.New(slog.DiscardHandler)
	before, after := assembly.Handler(&lost, nil, true, nil, log), assembly.Handler(d, nil, true, nil, log)
	const deal, remark = `{"title":"One handover"}`, `{"about":"journey/p1","text":"It helps."}`
	for path, body := range map[string]string{"/api/deals": deal, "/api/playbook/remarks": remark} {
		if status, text, _ := keyedSend(t, before, path, "k"+path, body, nil); status != 200 {
			t.Fatal(status, text)
		}
	}
	minutes.Store(3)
	if status, text, _ := keyedSend(t, after, "/api/deals", "k/api/deals", deal, nil); status != 200 || !strings.Contains(text, `"known":true`) {
		t.Errorf("a deal: %d %s", status, text)
	}
	if status, text, _ := keyedSend(t, after, "/api/playbook/remarks", "k/api/playbook/remarks", remark, nil); status != 409 || !strings.Contains(text, "key_lost") {
		t.Errorf("a remark: %d %s", status, text)
	}
	if c, err := d.Ledger.Counts(t.Context(), d.Workspace); err != nil || c.Deals != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestAKeyIsItsCallers: two who call their requests the same are two, and nobody
// reads an answer who may not ask.
func TestAKeyIsItsCallers(t *testing.T) {
	o, ann := begun(t)
	bo, reader := o.joined("Bo", member.Seller), o.joined("Rita", member.Reader)
	var seen []string
	for _, v := range []*visitor{ann, bo, ann} {
		status, text, _ := keyedSend(t, o.handler, "/api/deals", "1", `{"title":"One handover"}`, v.cookies)
		if status != 200 {
			t.Fatal(status, text)
		}
		seen = append(seen, text)
	}
	if seen[0] == seen[1] || seen[0] != seen[2] {
		t.Errorf("answers %q", seen)
	}
	if status, text, _ := keyedSend(t, o.handler, "/api/deals", "1", `{"title":"One handover"}`, reader.cookies); status != 403 {
		t.Errorf("who may not write: %d %s", status, text)
	}
	if c, err := o.desk.Ledger.Counts(t.Context(), o.desk.Workspace); err != nil || c.Deals != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}
