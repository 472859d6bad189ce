package scim_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/surface/scim"
	"github.com/throughline/throughline/internal/team"
)

// busy is a ledger to whose register others write in every try.
type busy struct{ store.Ledger }

func (busy) Append(context.Context, throughline.Workspace, store.Batch) (store.Receipt, error) {
	return store.Receipt{}, throughline.Fail("write", throughline.Conflict, "", store.ErrMeanwhile)
}

// TestWhoeverComesAtABadMomentIsToldToAskAgain, and not that what they asked is wrong.
func TestWhoeverComesAtABadMomentIsToldToAskAgain(t *testing.T) {
	l := memory.New()
	t.Cleanup(func() { l.Close() })
	d := &operation.Desk{Team: true, Guest: &team.Guest{Token: true, User: member.User{ID: throughline.PersonID{1}, Role: member.Admin}}, Role: member.Directory}
	d.Desk = desk.Desk{Ledger: busy{l}, Workspace: throughline.DefaultWorkspace, Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
		Random: rand.New(rand.NewPCG(1, 2)), Drawing: &sync.Mutex{}}
	d.Porter = team.NewPorter()
	h := scim.New(scim.Options{Desk: func(*http.Request) *operation.Desk { return d }, Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", "/scim/v2/Users", strings.NewReader(`{"userName":"bo@example.com"}`)))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `"status":"503"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
