package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// MostFaults is how many faults of one kind are told.
const MostFaults = 20

// Check holds every deal's rows of a workspace against the fold of its facts,
// and tells what is wrong; uncovered is told what could not be looked at.
func Check(ctx context.Context, r Reader, ws throughline.Workspace, fault, uncovered func(format string, args ...any)) error {
	c := checker{ctx: ctx, r: r, ws: ws, fault: fault}
	rows, err := c.rows()
	if err != nil {
		return err
	}
	var said store.Counts
	err = r.Read(ctx, Tallies, Ask{Columns: []string{"deals", "facts"}, Prefix: in(ws)}, func(row Row) error {
		said = store.Counts{Deals: int(row.Int(0)), Facts: int(row.Int(1))}
		return nil
	})
	if err != nil {
		return err
	}
	err = EachDeal(ctx, r, ws, func(id throughline.DealID, facts []deal.Fact) bool {
		c.deal(id, facts)
		return true
	})
	if err == nil {
		err = c.failed
	}
	if err != nil {
		if c.last.IsZero() || ctx.Err() != nil {
			return err
		}
		fault("the facts after deal %s cannot be read: %v", c.last, err)
		uncovered("the summaries of the deals after %s", c.last)
		return nil
	}
	if c.seen != rows {
		fault("%d deals have facts and %d have summaries", c.seen, rows)
	}
	if said != (store.Counts{Deals: c.live, Facts: c.facts}) {
		fault("there are %d deals and %d facts; the count says %d and %d", c.live, c.facts, said.Deals, said.Facts)
	}
	return nil
}

// checker is a look at one workspace.
type checker struct {
	ctx   context.Context
	r     Reader
	ws    throughline.Workspace
	fault func(format string, args ...any)

	seen, live, facts, wrong int
	last                     throughline.DealID
	failed                   error
}

// rows counts the deals that have rows of either kind.
func (c *checker) rows() (int, error) {
	deals, summaries := 0, 0
	err := c.r.Read(c.ctx, Deals, Ask{Columns: []string{"seq"}, Prefix: in(c.ws)}, func(Row) error { deals++; return nil })
	if err == nil {
		err = c.r.Read(c.ctx, Summaries, Ask{Columns: []string{"seq"}, Prefix: in(c.ws)}, func(Row) error { summaries++; return nil })
	}
	return max(deals, summaries), err
}

func (c *checker) deal(id throughline.DealID, facts []deal.Fact) {
	c.last = id
	c.seen++
	c.facts += len(facts)
	want, _ := fold(id, facts)
	c.live += int(alive(want.Facts > 0))
	if c.wrong >= MostFaults || c.failed != nil {
		return
	}
	why, err := c.wrongWith(id, len(facts), want)
	if c.failed = err; why != "" {
		c.wrong++
		c.fault("%s", why)
	}
}

// wrongWith says what is wrong with the rows of one deal, whose facts give want.
func (c *checker) wrongWith(d throughline.DealID, held int, want deal.Summary) (string, error) {
	var seq int64
	var title, account string
	err := c.r.Read(c.ctx, Deals, Ask{Prefix: in(c.ws, d[:])}, func(row Row) error {
		seq, title, account = row.Int(2), row.Text(3), string(row.Bytes(4))
		return nil
	})
	if err != nil {
		return "", err
	}
	var have deal.Summary
	var unread error
	found, kept, counted := false, 0, 0
	err = c.r.Read(c.ctx, Summaries, Ask{Prefix: in(c.ws, seq)}, func(row Row) error {
		found = id[throughline.DealID](row, 2) == d
		kept, counted = int(row.Int(3)), int(row.Int(4))
		have, unread = decodeSummary(row.Bytes(6), row.Bytes(7))
		return nil
	})
	var head []byte
	if err == nil {
		err = c.r.Read(c.ctx, Heads, Ask{Columns: []string{"head"}, Prefix: in(c.ws, seq)}, func(row Row) error {
			head = bytes.Clone(row.Bytes(0))
			return nil
		})
	}
	if err != nil {
		return "", err
	}
	owner := ""
	if want.Account.Set() {
		owner = string(want.Account.Value[:])
	}
	switch {
	case !found:
		return fmt.Sprintf("deal %s has facts and no summary", d), nil
	case errors.Is(unread, deal.ErrSummaryVersion):
		return "", nil // read by folding anew
	case unread != nil:
		return fmt.Sprintf("deal %s: %v", d, unread), nil
	case kept != held || counted != want.Facts:
		return fmt.Sprintf("deal %s has %d facts, of which %d count; its row says %d and %d", d, held, want.Facts, kept, counted), nil
	case !reflect.DeepEqual(have, want):
		return fmt.Sprintf("the summary of deal %s does not say what its facts say", d), nil
	case !bytes.Equal(head, want.EncodeHead(nil)):
		return fmt.Sprintf("the head of the summary of deal %s is not its beginning", d), nil
	case title != store.Folded(want.Title.Value) || account != owner:
		return fmt.Sprintf("deal %s is found by another title or account than it has", d), nil
	}
	return "", nil
}

// Derived says what is wrong with values of a row that follow from others of it.
func Derived(t *Table, values []any) string {
	row := Row(values)
	switch t {
	case Accounts:
		if row.Text(5) != store.Folded(row.Text(4)) {
			return "is found by another name than it has"
		}
	case Facts:
		ids, err := store.BundleIDs(nil, row.Bytes(5))
		if err != nil || len(ids) == 0 {
			return fmt.Sprintf("holds facts that cannot be read: %v", err)
		}
		first, last := ids[0], ids[len(ids)-1]
		if int(row.Int(4)) != len(ids) || !bytes.Equal(row.Bytes(2), first[:]) || !bytes.Equal(row.Bytes(3), last[:]) {
			return "does not say which facts it holds"
		}
	case Admissions:
		if _, err := store.ReadRemark(row.Bytes(6)); err != nil && row.Text(1) == store.RemarkRoom {
			return fmt.Sprintf("was said of the playbook and cannot be read: %v", err)
		}
	case Writes:
		if _, err := store.DecodeWritten(row.Bytes(2)); err != nil {
			return err.Error()
		}
	}
	return ""
}
