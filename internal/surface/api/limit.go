package api

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
)

// Limit bounds how often a program's token may ask in a minute, so that one that
// runs wild leaves room for the others. It counts in this process alone. Who has
// signed in by a browser, and where nobody signs in, is not counted.
type Limit struct {
	most int

	mu    sync.Mutex
	since time.Time
	asked map[throughline.ID]int
}

// NewLimit makes a limit of so many in a minute.
func NewLimit(most int) *Limit { return &Limit{most: most} }

const window = time.Minute

func (l *Limit) take(d *operation.Desk, c huma.Context) time.Duration { return l.Take(d, c.SetHeader) }

// Take counts a request, says in the answer's head what is left, and gives how
// long to wait where nothing is.
func (l *Limit) Take(d *operation.Desk, head func(key, value string)) time.Duration {
	if l == nil || d.Guest == nil || !d.Guest.Token {
		return 0
	}
	now := d.Now()
	l.mu.Lock()
	if l.asked == nil || now.Sub(l.since) >= window || now.Before(l.since) {
		l.since, l.asked = now, map[throughline.ID]int{}
	}
	l.asked[d.Guest.Pass]++
	left, wait := l.most-l.asked[d.Guest.Pass], window-now.Sub(l.since)
	l.mu.Unlock()
	seconds := int((wait + time.Second - 1) / time.Second)
	head("RateLimit-Policy", fmt.Sprintf(`"token";q=%d;w=%d`, l.most, int(window.Seconds())))
	head("RateLimit", fmt.Sprintf(`"token";r=%d;t=%d`, max(left, 0), seconds))
	if left >= 0 {
		return 0
	}
	head("Retry-After", strconv.Itoa(seconds))
	return wait
}
