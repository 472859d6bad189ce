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

// unlooked marks, in a comment on the table of versions, a database that was filled and
// not yet looked over.
const unlooked = "filled, and not looked over yet"

// Unlooked is the ledger for being filled by a copy that has to be looked over: nobody
// opens it from the filling transaction on until LookedOver.
func (l *Ledger) Unlooked() ledger.Copyable { return filling{l} }

type filling struct{ *Ledger }

// Fill is that of Ledger, and leaves the mark in the same transaction.
func (f filling) Fill(ctx context.Context, all []throughline.Workspace, do func(ledger.Writer) error) error {
	return f.base.change(ctx, all, func(w ledger.Writer) error {
		if _, err := w.(*txn).c.Exec(ctx, "comment on table "+versionTable+" is '"+unlooked+"'"); err != nil {
			return err
		}
		return do(w)
	})
}

// LookedOver takes the mark of Unlooked off.
func (l *Ledger) LookedOver(ctx context.Context) error {
	_, err := l.base.pool.Exec(ctx, "comment on table "+versionTable+" is null")
	return l.base.Fail("look over", "", err)
}

// Fail makes the error for what went wrong; see ledger.Base.
func (l *Ledger) Fail(op, subject string, err error) error { return l.base.Fail(op, subject, err) }
