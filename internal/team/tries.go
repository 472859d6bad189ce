package team

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// How often somebody may try is counted in the register's database and not in a
// process: three servers are no three times as many tries. Ten wrong passwords for
// one address from one place, or fifty tries from one place, and one has to wait
// there; whoever else asks from elsewhere does not. Codes have six figures, so ten
// wrong ones of somebody's and one has to wait from wherever they come: a quarter
// of an hour for each more.

func ofName(email, from string) store.Try {
	return store.Try{Name: tryOf("name", email, from), Burst: 10, Each: time.Minute}
}

func ofPlace(from string) store.Try {
	return store.Try{Name: tryOf("place", from), Burst: 50, Each: 15 * time.Second}
}

func ofCode(u throughline.PersonID) store.Try {
	return store.Try{Name: tryOf("code", u.String()), Burst: 10, Each: 15 * time.Minute}
}

// tryOf keeps of an address and a place no more than a digest.
func tryOf(words ...string) throughline.ID { return throughline.KeyedID(time.Time{}, words...) }

// tried takes a try of each; it refuses where there is none left.
func tried(ctx context.Context, d *desk.Desk, op string, all ...store.Try) error {
	wait, err := d.Ledger.Try(ctx, d.Workspace, d.Now(), all...)
	if err == nil && wait > 0 {
		err = throughline.Fail(op, throughline.Denied, "", errWait(wait))
	}
	return err
}

// forgiven gives the tries back to whoever knew it.
func forgiven(ctx context.Context, d *desk.Desk, t store.Try) error {
	return d.Ledger.Forgive(ctx, d.Workspace, t.Name)
}
