package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// How often a deal is looked at though nobody told of a write, and after how
// long a browser is asked to come back.
const (
	lookEvery = 30 * time.Second
	liveFor   = 10 * time.Minute
)

// liveAt is where a page about a deal listens for what is added to it; it
// carries how many facts the page was made from. A page that looks back does
// not grow old.
func (v *visit) liveAt(page showing.DealPage) string {
	if !v.asOf.IsZero() {
		return ""
	}
	return "/deals/" + page.ID.String() + "/live?facts=" + strconv.Itoa(page.Deal.Summary.Facts)
}

// live tells a page, as server-sent events, how many facts its deal has; the
// page decides what to do when the number grows. Before each look it is asked who
// is listening: whose role is another, or who is no longer let in, is told no more,
// and their browser comes back as who they are then.
func (s *site) live(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(s.options.Desk(r, "").Ledger.Afresh(r.Context())) // it goes on for long
	control := http.NewResponseController(w)
	if s.listening != nil {
		select {
		case s.listening <- struct{}{}:
			defer func() { <-s.listening }()
		default:
			w.Header().Set("Retry-After", "60")
			http.Error(w, "too many pages are listening", http.StatusServiceUnavailable)
			return
		}
	}
	ask := func() (showing.Counted, error) {
		out, err := operation.CountFacts.Run(r.Context(), s.options.Desk(r, ""), &showing.CountInput{ID: r.PathValue("id")})
		if err != nil {
			return showing.Counted{}, err
		}
		return out.(showing.Counted), nil
	}
	now, err := ask()
	if err != nil {
		http.Error(w, "no such deal", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	var wrote <-chan struct{}
	if s.options.Pulse != nil {
		c, done := s.options.Pulse.Wait(now.Deal)
		defer done()
		wrote = c
	}
	send := func(n int) bool {
		_, err := fmt.Fprintf(w, "retry: 5000\ndata: %d\n\n", n)
		return err == nil && control.Flush() == nil
	}
	if !send(now.Facts) {
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	end := time.NewTimer(liveFor)
	defer end.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-end.C:
			return
		case <-s.options.Over:
			return
		case <-wrote:
		case <-tick.C:
		}
		if !still(r) {
			return
		}
		next, err := ask()
		if err != nil {
			return
		}
		if next.Facts != now.Facts {
			if now = next; !send(now.Facts) {
				return
			}
		}
	}
}
