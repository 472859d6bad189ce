package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FindDeals looks deals up by words; see store.Ledger. What matches whole
// comes first, then beginnings, then what stands inside a title or a name.
func (l *Ledger) FindDeals(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]throughline.DealID, error) {
	f := finder{l: l, ws: ws, limit: limit}
	return f.found, fail("look for deals in", l.path, f.run(ctx, words))
}

type finder struct {
	l     *Ledger
	ws    throughline.Workspace
	limit int
	found []throughline.DealID
}

func (f *finder) run(ctx context.Context, words string) error {
	exact, words := strings.TrimSpace(words), folded(words)
	if words == "" || f.limit <= 0 {
		return nil
	}
	// A deal of which nothing counts any more is not found.
	const (
		counts   = " and exists (select 1 from summary s where s.workspace = d.workspace and s.seq = d.seq and s.counted > 0)"
		ids      = "select d.deal from deal d where d.workspace = $1 and d.deal >= $2 and d.deal <= $3" + counts + " order by d.deal limit $4"
		titles   = "select d.deal from deal d where d.workspace = $1" + counts + " and d.title "
		accounts = "select d.deal from deal d where d.workspace = $1" + counts + " and d.account in (select a.id from account a where a.workspace = $1 and a.folded "
		records  = "select d.deal from record r join deal d on d.workspace = r.workspace and d.deal = r.id where r.workspace = $1 and r.kind = $2" + counts + " and r.foreign_id "
	)
	low, high, inside := words, after(words), "%"+escaped(words)+"%"
	if lo, hi, ok := idRange(words); ok {
		if err := f.ask(ctx, ids, lo, hi); err != nil {
			return err
		}
	}
	// Accounts are found by their earlier names too.
	for _, q := range []struct {
		query string
		args  []any
	}{
		{records + "= $3 order by d.deal limit $4", []any{string(store.DealRecord), exact}},
		{titles + "= $2 order by d.title, d.deal limit $3", []any{low}},
		{accounts + "= $2) order by d.deal limit $3", []any{low}},
		{titles + ">= $2 and d.title < $3 order by d.title, d.deal limit $4", []any{low, high}},
		{accounts + ">= $2 and a.folded < $3) order by d.deal limit $4", []any{low, high}},
		{records + ">= $3 and r.foreign_id < $4 order by r.foreign_id, d.deal limit $5", []any{string(store.DealRecord), exact, after(exact)}},
		{titles + "like $2 escape '!' order by d.title, d.deal limit $3", []any{inside}},
		{accounts + "like $2 escape '!') order by d.deal limit $3", []any{inside}},
	} {
		if len(f.found) >= f.limit {
			break
		}
		if err := f.ask(ctx, q.query, q.args...); err != nil {
			return err
		}
	}
	return nil
}

// ask adds what a query finds; its last place is for the limit.
func (f *finder) ask(ctx context.Context, query string, args ...any) error {
	args = append(append([]any{int64(f.ws)}, args...), int64(f.limit))
	return each(ctx, f.l.read, query, args, func(rows *sql.Rows) error {
		var id sql.RawBytes
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if d := throughline.DealID(id); len(f.found) < f.limit && !slices.Contains(f.found, d) {
			f.found = append(f.found, d)
		}
		return nil
	})
}

// after comes behind every text that begins with s.
func after(s string) string { return s + "\U0010ffff" }

// escaped takes the meaning from the wildcards of "like".
func escaped(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// idRange gives the lowest and the highest id that begin with a spelling of at
// least eight digits.
func idRange(s string) (low, high []byte, ok bool) {
	digits := strings.ReplaceAll(s, "-", "")
	if len(digits) < 8 || len(digits) > 32 {
		return nil, nil, false
	}
	low, err := hex.DecodeString(digits + strings.Repeat("0", 32-len(digits)))
	if err != nil {
		return nil, nil, false
	}
	high, _ = hex.DecodeString(digits + strings.Repeat("f", 32-len(digits)))
	return low, high, true
}
