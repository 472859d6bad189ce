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
		if emptied, err := l.checkpoint(ctx); err != nil || emptied {
			return err
		}
	}
	return ledger.Refuse(
		throughline.Unavailable,
		"the names were taken out, but traces remain in the log beside the file because someone is still reading it; erase the person again later",
	)
}

// checkpoint moves what stands in the log into the file and empties the log; not
// where somebody reads or writes meanwhile.
func (l *base) checkpoint(ctx context.Context) (emptied bool, err error) {
	var blocked, pages, moved int
	err = l.conn.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&blocked, &pages, &moved)
	return blocked == 0 && pages == moved, err
}

// IntoFile puts all that was written into the file itself, and empties the log beside
// it. Closing tries that too, and says nothing where it fails (the disk is full): the
// file alone, without its log, is the ledger only after this. Kinds of error:
// unavailable (disk full, somebody reads or writes).
func (l *Ledger) IntoFile(ctx context.Context) error {
	return l.base.Fail("write database", "", l.base.intoFile(ctx))
}

func (l *base) intoFile(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if err := l.connect(ctx); err != nil {
		return err
	}
	emptied, err := l.checkpoint(ctx)
	if err == nil && !emptied {
		err = ledger.Refuse(throughline.Unavailable, "a part of it stands in the log beside the file still, because someone reads or writes it")
	}
	return err
}
