package sqlite

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Scrub writes the file anew without what was deleted and empties its log; see ledger.Base.
func (l *base) Scrub(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if err := l.connect(ctx); err != nil {
		return err
	}
	if err := l.wait(ctx, l.conn, longWait); err != nil {
		return err
	}
	defer l.wait(context.WithoutCancel(ctx), l.conn, shortWait)
	if _, err := l.conn.ExecContext(ctx, "vacuum"); err != nil {
		return ledger.Refuse(
			throughline.Unavailable,
			"the names were taken out, but traces remain in the file because it could not be rewritten (%v); erase the person again",
			err,
		)
	}
	if err := l.wait(ctx, l.conn, 5000); err != nil { // somebody may read for long
		return err
	}
	for _, pause := range []time.Duration{0, time.Second, 5 * time.Second} {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		var blocked, pages, moved int
		if err := l.conn.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&blocked, &pages, &moved); err != nil {
			return err
		}
		if blocked == 0 {
			return nil
		}
	}
	return ledger.Refuse(
		throughline.Unavailable,
		"the names were taken out, but traces remain in the log beside the file because someone is still reading it; erase the person again later",
	)
}
