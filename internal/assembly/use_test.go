package assembly

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/usage"
)

// TestOldCountsGoThoughNothingIsCounted: a company that has switched counting off
// is rid of its counts after as many days as it is told, one day after the other;
// that they cannot be kept is told to the log once and not every minute.
func TestOldCountsGoThoughNothingIsCounted(t *testing.T) {
	s := stand(t)
	ctx, ws, now := t.Context(), s.desk.Workspace, s.desk.Now()
	s.desk.Now = func() time.Time { return now }
	s.desk.Uses = &usage.Counter{}
	first := s.desk.Today()
	list := []store.Use{{Day: first, Kind: usage.Page, What: "/", N: 3}, {Day: first.Add(1), Kind: usage.Page, What: "/", N: 2}}
	if err := s.desk.Ledger.CountUses(ctx, ws, list, first); err != nil {
		t.Fatal(err)
	}
	if err := s.desk.Ledger.Settle(ctx, ws, store.Setting{Name: setting.Counting, Value: "off", Since: now}); err != nil {
		t.Fatal(err)
	}
	flush := flushUses(*s.desk, s.f.log)
	for _, c := range []struct{ days, left int }{{0, 2}, {usage.Keeps, 2}, {1, 1}, {1, 0}} {
		now = now.AddDate(0, 0, c.days)
		if err := flush(ctx); err != nil {
			t.Fatal(err)
		}
		left, err := s.desk.Ledger.Uses(ctx, ws, first, first.Add(10))
		if err != nil || len(left) != c.left {
			t.Errorf("on %s there are %+v, %v", s.desk.Today(), left, err)
		}
	}
	if s.log.Len() > 0 {
		t.Errorf("the log says %s", s.log)
	}
	if err := s.done(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if flush(ctx) == nil {
			t.Error("counts were kept in a store that is closed")
		}
	}
	if n := strings.Count(s.log.String(), "counts of use could not be kept"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, s.log)
	}
}
