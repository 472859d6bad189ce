// Package usage counts how the product is used, and measures whether using it
// does what it is there for.
//
// Takes: what was opened, sent or shown, on which day; deals as they stand; counts of use as they were kept.
// Gives: counts to be kept in batches; measures of use, each with what it was counted from.
// Never: notes who it was, which deal it was about, or the hour; or says anything about one person.
package usage

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// The kinds of use. Do not rename: they are kept.
const (
	Page    = "page"    // a page was opened; what: its address without ids
	Form    = "form"    // something was sent from a page; what: its address without ids
	Program = "program" // a program asked; what: the operation
	Deal    = "deal"    // a page of a deal was opened, or something sent from one; what: its class
	Seconds = "seconds" // somebody was at a page of a deal; what: its class, "" for all other pages; n: seconds
	Prompt  = "prompt"  // a prompt of a method was on the page before a call; what: the pack
)

// Keeps is for how many days counts are kept.
const Keeps = 400

// Counter counts in memory, until what was counted is written all at once. Its
// methods may be called by several goroutines; those of a nil Counter do nothing.
type Counter struct {
	mu     sync.Mutex
	counts map[use]int64
	off    bool
}

type use struct {
	day        throughline.Day
	kind, what string
}

// Add counts uses of one kind on a day.
func (c *Counter) Add(day throughline.Day, kind, what string, n int64) {
	if c == nil || n < 1 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off {
		return
	}
	if c.counts == nil {
		c.counts = map[use]int64{}
	}
	c.counts[use{day, kind, what}] += n
}

// Counts reports whether anything is counted.
func (c *Counter) Counts() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.off
}

// Switch says whether to count. What was counted and not written yet goes when it
// is switched off.
func (c *Counter) Switch(on bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off = !on; c.off {
		c.counts = nil
	}
}

// take gives what was counted, in the order of days, kinds and uses, and begins anew.
func (c *Counter) take() []store.Use {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []store.Use
	for u, n := range c.counts {
		out = append(out, store.Use{Day: u.day, Kind: u.kind, What: u.what, N: n})
	}
	c.counts = nil
	slices.SortFunc(out, func(a, b store.Use) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What))
	})
	return out
}

// Flush hands what was counted to write, and counts it again where that fails.
func (c *Counter) Flush(ctx context.Context, write func(context.Context, []store.Use) error) error {
	if c == nil {
		return nil
	}
	list := c.take()
	if len(list) == 0 {
		return nil
	}
	err := write(ctx, list)
	if err != nil {
		for _, u := range list {
			c.Add(u.Day, u.Kind, u.What, u.N)
		}
	}
	return err
}

// Keep flushes whenever tick says so, and once more when the context ends. What
// cannot be written is tried again at the next tick; what cannot be written at the
// end is lost, which a count may be.
func (c *Counter) Keep(ctx context.Context, tick <-chan time.Time, flush func(context.Context) error) {
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			_ = flush(last)
			return
		case <-tick:
			_ = flush(ctx)
		}
	}
}

// lastFlush bounds how long a server that stops waits for its counts.
const lastFlush = 5 * time.Second
