package customer_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/customer"
)

// counting is a ledger that counts how often plans and facts are read.
type counting struct {
	store.Ledger
	read atomic.Int64
}

func (c *counting) Shares(ctx context.Context, ws throughline.Workspace, plan throughline.ID) ([]store.Shared, error) {
	c.read.Add(1)
	return c.Ledger.Shares(ctx, ws, plan)
}

func (c *counting) Facts(ctx context.Context, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error) {
	c.read.Add(1)
	return c.Ledger.Facts(ctx, ws, d)
}

// TestGuessesReadNextToNothing: whoever knows which plan there is, as everybody does
// who once had a link of it, and guesses on has its lines read once a second however
// much they ask, from one address or from many; and a link that holds opens meanwhile,
// from the same address, an older one always and one made here at once.
func TestGuessesReadNextToNothing(t *testing.T) {
	r := open(t)
	id, former := r.plan(t, "Montrevel")
	ask[sharing.PlanPage](t, r, operation.RevokePlan, &sharing.PlanInput{ID: id})
	ours := r.link(t, id)
	counted := &counting{}
	desk := r.desk
	r.desk = func(language string) *operation.Desk {
		d := desk(language)
		counted.Ledger = d.Ledger
		d.Ledger = counted
		return d
	}
	r.guest = customer.New(customer.Options{Desk: r.desk, Now: func() time.Time { return r.now }})
	known, err := base64.RawURLEncoding.DecodeString(former)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(token, from string) int {
		q := httptest.NewRequest("GET", "http://localhost"+sharing.PlanPath+token, nil)
		q.Header.Set("User-Agent", phone)
		q.RemoteAddr = from
		w := httptest.NewRecorder()
		r.guest.ServeHTTP(w, q)
		return w.Code
	}
	guess := func() string { // another secret of the plan that is known
		token := append([]byte(nil), known...)
		_, _ = rand.Read(token[16:])
		return base64.RawURLEncoding.EncodeToString(token)
	}
	const here = "192.0.2.7:1234"
	for range 40 {
		ask(guess(), here)
	}
	for _, token := range []func() string{func() string { return former }, guess} {
		before := counted.read.Load()
		for range 500 {
			if code := ask(token(), here); code != http.StatusTooManyRequests {
				t.Fatalf("a guess too many is answered with %d", code)
			}
		}
		if n := counted.read.Load() - before; n > 1 {
			t.Errorf("500 guesses within a second read %d times", n)
		}
		r.now = r.now.Add(time.Second)
	}
	if code := ask(ours, here); code != http.StatusOK {
		t.Errorf("a link that holds is answered with %d", code)
	}
	for range 3 { // and again, within the same second
		ask(guess(), here)
		if code := ask(ours, here); code != http.StatusOK {
			t.Errorf("a link that holds is answered with %d, after another guess", code)
		}
	}
	// one that is made on the page is opened at once; one that is made elsewhere, within the second
	answer, _ := r.do(t, "POST", sharing.PlanPath+ours+"/step", url.Values{"text": {"Ask the other supplier"}, "keep": {"yes"}})
	to, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status, err)
	}
	if code := ask(strings.TrimPrefix(to.Path, sharing.PlanPath), here); code != http.StatusOK {
		t.Errorf("their own link is answered with %d at once", code)
	}
	ask(guess(), here)
	later := r.link(t, id)
	r.now = r.now.Add(time.Second)
	if code := ask(later, here); code != http.StatusOK {
		t.Errorf("a link of a second ago is answered with %d", code)
	}
}
