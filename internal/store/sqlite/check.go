package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// mostFaults is how many faults of one kind are told.
const mostFaults = 20

// Check looks whether the file is whole; see store.Ledger.
func (l *Ledger) Check(ctx context.Context, ws throughline.Workspace) ([]string, error) {
	c := checker{l: l, ws: ws}
	err := c.run(ctx)
	slices.Sort(c.faults)
	return c.faults, fail("check", l.path, err)
}

// checker collects what is wrong with a ledger.
type checker struct {
	l      *Ledger
	ws     throughline.Workspace
	faults []string
}

func (c *checker) run(ctx context.Context) error {
	err := each(ctx, c.l.read, fmt.Sprintf("pragma quick_check(%d)", mostFaults), nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		if s != "ok" {
			c.faults = append(c.faults, "the file is damaged: "+s)
		}
		return err
	})
	if err != nil || len(c.faults) > 0 {
		return err
	}
	// One transaction, so that a write in between is not mistaken for a fault.
	tx, err := c.l.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return c.ledger(ctx, tx)
}

// ledger holds every deal's row against the fold of its facts.
func (c *checker) ledger(ctx context.Context, tx *sql.Tx) error {
	deals, facts, rows, wrong := 0, 0, 0, 0
	err := tx.QueryRowContext(ctx, "select max((select count(*) from deal where workspace = $1), (select count(*) from summary where workspace = $1))", int64(c.ws)).Scan(&rows)
	if err != nil {
		return err
	}
	seen := 0
	var id throughline.DealID
	err = allFacts(ctx, tx, c.ws, func(fs []deal.Fact, _ error) bool {
		id = fs[0].Deal
		seen++
		facts += len(fs)
		var kept, counted int
		var summary, attributes, head []byte
		e := tx.QueryRowContext(ctx, "select s.kept, s.counted, s.summary, s.attributes, h.head from deal d join summary s on s.workspace = d.workspace and s.seq = d.seq left join head h on h.workspace = d.workspace and h.seq = d.seq where d.workspace = $1 and d.deal = $2 and s.deal = d.deal", int64(c.ws), id[:]).Scan(&kept, &counted, &summary, &attributes, &head)
		want, _ := fold(id, fs)
		deals += alive(want.Facts > 0)
		var have deal.Summary
		if e == nil {
			have, e = decodeSummary(summary, attributes)
		}
		if wrong++; wrong > mostFaults {
			return true
		}
		switch {
		case errors.Is(e, sql.ErrNoRows):
			c.faults = append(c.faults, fmt.Sprintf("deal %s has facts and no summary", id))
		case errors.Is(e, deal.ErrSummaryVersion):
			wrong-- // read by folding anew
		case e != nil:
			c.faults = append(c.faults, fmt.Sprintf("deal %s: %v", id, e))
		case kept != len(fs) || counted != want.Facts:
			c.faults = append(c.faults, fmt.Sprintf("deal %s has %d facts, of which %d count; its row says %d and %d", id, len(fs), want.Facts, kept, counted))
		case !reflect.DeepEqual(have, want):
			c.faults = append(c.faults, fmt.Sprintf("the summary of deal %s does not say what its facts say", id))
		case !bytes.Equal(head, want.EncodeHead(nil)):
			c.faults = append(c.faults, fmt.Sprintf("the head of the summary of deal %s is not its beginning", id))
		default:
			wrong--
		}
		return true
	})
	if err != nil {
		if id.IsZero() {
			return err
		}
		c.faults = append(c.faults, fmt.Sprintf("the facts after deal %s cannot be read: %v", id, err))
		return ctx.Err()
	}
	if seen != rows {
		c.faults = append(c.faults, fmt.Sprintf("%d deals have facts and %d have summaries", seen, rows))
	}
	var tallied struct{ deals, facts int }
	err = tx.QueryRowContext(ctx, "select deals, facts from tally where workspace = $1", int64(c.ws)).Scan(&tallied.deals, &tallied.facts)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if tallied.deals != deals || tallied.facts != facts {
		c.faults = append(c.faults, fmt.Sprintf("there are %d deals and %d facts; the count says %d and %d", deals, facts, tallied.deals, tallied.facts))
	}
	return err
}
