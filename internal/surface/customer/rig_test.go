package customer_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/surface/customer"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/playbooks"
)

var today = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// rig is both faces over a ledger in a file.
type rig struct {
	now   time.Time
	zone  *time.Location
	desk  func(language string) *operation.Desk
	guest http.Handler
	all   http.Handler
	close func() error
	mail  func(to, subject, text string)
	jar   map[string]string // what the browser keeps
}

func open(t testing.TB) *rig {
	t.Helper()
	ledger, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "plans.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ledger.Close() })
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	r := &rig{now: today, close: ledger.Close}
	random, drawing, usual, forecasts := rand.New(rand.NewPCG(1, 2)), &sync.Mutex{}, &desk.Usual{}, &forecasting.Forecasts{}
	r.desk = func(language string) *operation.Desk {
		d := &operation.Desk{Holds: operation.MayWrite, Forecasts: forecasts, Readers: &recording.Readers{}}
		d.Ledger, d.Workspace, d.Book, d.Now = ledger, throughline.DefaultWorkspace, book, func() time.Time { return r.now }
		d.Random, d.Drawing, d.Language, d.Usual, d.Zone = random, drawing, language, usual, r.zone
		d.Mail = r.mail
		return d
	}
	r.guest = customer.New(customer.Options{Desk: r.desk, Now: func() time.Time { return r.now }})
	ours := web.New(web.Options{Hosts: []string{"*"}, Desk: func(_ *http.Request, language string) *operation.Desk { return r.desk(language) }})
	r.all = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasPrefix(q.URL.Path, sharing.PlanPath) {
			r.guest.ServeHTTP(w, q)
			return
		}
		ours.ServeHTTP(w, q)
	})
	return r
}

func ask[Out any](t testing.TB, r *rig, o operation.Operation, in any) Out {
	t.Helper()
	answer, err := o.Run(t.Context(), r.desk("en"), in)
	if err != nil {
		t.Fatal(err)
	}
	return answer.(Out)
}

// plan opens a deal with a plan and gives both.
func (r *rig) plan(t testing.TB, account string) (deal, token string) {
	t.Helper()
	id := ask[recording.Recorded](t, r, operation.RecordDeal, &recording.NewDealInput{Title: "The deal with " + account, Account: account}).Deal.String()
	w := recording.Writing{ID: id}
	ask[recording.Recorded](t, r, operation.RecordPerson, &recording.PersonInput{Writing: w, Person: "Maria Chen", Role: "problem_owner", Function: "nursing"})
	ask[recording.Recorded](t, r, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Board approves the budget", Source: "message"})
	return id, r.link(t, id)
}

func (r *rig) link(t testing.TB, deal string) string {
	t.Helper()
	made := ask[sharing.PlanLinked](t, r, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: deal}})
	return strings.TrimPrefix(made.Path, sharing.PlanPath)
}

const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"

func (r *rig) do(t testing.TB, method, path string, form url.Values, headers ...string) (*http.Response, string) {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	q := httptest.NewRequest(method, "http://localhost"+path, body)
	q.Header.Set("User-Agent", phone)
	q.Header.Set("Accept-Language", "en")
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range r.jar {
		q.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	r.guest.ServeHTTP(w, q)
	answer := w.Result()
	for _, c := range answer.Cookies() {
		if r.jar != nil {
			r.jar[c.Name] = c.Value
		}
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func (r *rig) get(t testing.TB, path string, headers ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	answer, text := r.do(t, "GET", path, nil, headers...)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d, answer
}

// send posts a form and follows where it leads.
func (r *rig) send(t testing.TB, token, name string, form url.Values) (*goquery.Document, *http.Response, string) {
	t.Helper()
	r.now = r.now.Add(5 * time.Second) // nobody writes faster than that
	answer, text := r.do(t, "POST", sharing.PlanPath+token+"/"+name, form)
	at := token
	if answer.StatusCode == http.StatusSeeOther {
		u, err := url.Parse(answer.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		at = strings.TrimPrefix(u.Path, sharing.PlanPath)
		d, r := r.get(t, u.RequestURI())
		return d, r, at
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d, answer, at
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func has(t testing.TB, d *goquery.Document, where, what string) {
	t.Helper()
	if got := words(d.Find(where)); !strings.Contains(got, what) {
		t.Errorf("%s says %.200q, not %q", where, got, what)
	}
}

// ours gives a page of the seller's face.
func (r *rig) ours(t testing.TB, path string) *goquery.Document {
	t.Helper()
	q := httptest.NewRequest("GET", "http://localhost"+path, nil)
	w := httptest.NewRecorder()
	r.all.ServeHTTP(w, q)
	if w.Code != 200 {
		t.Fatalf("%s: %d", path, w.Code)
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
