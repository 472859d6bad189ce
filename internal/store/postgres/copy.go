package postgres

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

var _ ledger.Copyable = (*Ledger)(nil)

// Whole has do read one state of the database; see ledger.Copyable.
func (l *Ledger) Whole(ctx context.Context, do func(r ledger.Reader, all []throughline.Workspace) error) error {
	return l.base.View(ctx, 0, 1, func(rs []ledger.Reader) error {
		all, err := workspaces(ctx, rs[0].(reader))
		if err != nil {
			return err
		}
		return do(rs[0], all)
	})
}

// Fill writes in one transaction that has the turn of every workspace, so that
// no server writes there meanwhile; see ledger.Copyable.
func (l *Ledger) Fill(ctx context.Context, all []throughline.Workspace, do func(ledger.Writer) error) error {
	return l.base.change(ctx, all, do)
}

// Fail makes the error for what went wrong; see ledger.Base.
func (l *Ledger) Fail(op, subject string, err error) error { return l.base.Fail(op, subject, err) }
