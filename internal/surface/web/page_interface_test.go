package web_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/operation"
)

// TestWhatProgramsMayAsk: every operation that has a route is on the page, once,
// with what it takes; words find among them, and a sole one stands open.
func TestWhatProgramsMayAsk(t *testing.T) {
	s := open(t)
	d, _ := s.get(t, "/help/api")
	routes := 0
	for _, op := range operation.All() {
		if op.Route == "" {
			continue
		}
		routes++
		if n := d.Find("details#" + op.Name()).Length(); n != 1 {
			t.Errorf("%s stands there %d times", op.Name(), n)
		}
	}
	if n := d.Find("details").Length(); n != routes || routes < 90 {
		t.Errorf("%d operations are shown of %d", n, routes)
	}
	if said := d.Find("details#record_note").Text(); !strings.Contains(said, "/api/deals/{id}/notes") || !strings.Contains(said, "body") || !strings.Contains(said, "text") {
		t.Errorf("a note: %s", said)
	}
	d, _ = s.get(t, "/help/api?q=forecast_backtest")
	if n := d.Find("details").Length(); n != 1 || d.Find("details[open]").Length() != 1 {
		t.Errorf("%d found", n)
	}
	if d, _ = s.get(t, "/help/api?q=%3Cscript%3E"); d.Find("details").Length() != 0 || d.Find("main script").Length() != 0 {
		t.Error("words that nothing has find something")
	}
	if d, _ = s.get(t, "/help"); d.Find(`a[href="/help/api"]`).Length() != 1 {
		t.Error("the help does not lead there")
	}
}
