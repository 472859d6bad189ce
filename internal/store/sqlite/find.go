package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FindDeals looks deals up by words; see store.Ledger. What matches whole
// comes first, then beginnings, then what stands inside a title or a name.
func (l *Ledger) FindDeals(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]throughline.DealID, error) {
	f := finder{l: l, ws: ws, limit: limit}
	found, err := f.run(ctx, words)
	return found, fail("look for deals in", l.path, err)
}

type finder struct {
	l     *Ledger
	ws    throughline.Workspace
	limit int
	hits  []hit
}

// hit is a deal and how well it matches: 0 whole, 1 by its beginning, 2 inside.
type hit struct {
	rank int
	deal throughline.DealID
}

// Each of these reads its table once. A deal of which nothing counts any more is not found.
const (
	findCounts = " and exists (select 1 from summary s where s.workspace = d.workspace and s.seq = d.seq and s.counted > 0)"
	findID     = "select 0, d.deal from deal d where d.workspace = $1 and d.deal >= $2 and d.deal <= $3" + findCounts + " order by d.deal limit $4"
	findRecord = "select case when r.foreign_id = $3 then 0 else 1 end, d.deal from record r join deal d on d.workspace = r.workspace and d.deal = r.id" +
		" where r.workspace = $1 and r.kind = $2 and r.foreign_id >= $3 and r.foreign_id < $4" + findCounts + " order by 1, r.foreign_id, d.deal limit $5"
	findTitle = "select case when d.title = $2 then 0 when d.title >= $2 and d.title < $3 then 1 else 2 end, d.deal from deal d" +
		" where d.workspace = $1 and d.title like $4 escape '!'" + findCounts + " order by 1, d.title, d.deal limit $5"
	// Accounts are found by their earlier names too; then their deals, in chunks.
	findAccount = "select min(case when folded = $2 then 0 when folded >= $2 and folded < $3 then 1 else 2 end), id from account" +
		" where workspace = $1 and folded like $4 escape '!' group by id order by 1, id limit $5"
	findOwned = "select d.account, d.deal from deal d where d.workspace = ?" + findCounts + " and d.account in "
)

func (f *finder) run(ctx context.Context, words string) ([]throughline.DealID, error) {
	exact, words := strings.TrimSpace(words), store.Folded(words)
	if words == "" || f.limit <= 0 {
		return nil, nil
	}
	if lo, hi, ok := store.IDRange(words); ok {
		if err := f.ask(ctx, findID, lo, hi); err != nil {
			return nil, err
		}
	}
	if err := f.ask(ctx, findRecord, string(store.DealRecord), exact, after(exact)); err != nil {
		return nil, err
	}
	inside := "%" + escaped(words) + "%"
	if err := f.ask(ctx, findTitle, words, after(words), inside); err != nil {
		return nil, err
	}
	if err := f.askAccounts(ctx, words, after(words), inside); err != nil {
		return nil, err
	}
	slices.SortStableFunc(f.hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	var out []throughline.DealID
	for _, h := range f.hits {
		if len(out) < f.limit && !slices.Contains(out, h.deal) {
			out = append(out, h.deal)
		}
	}
	return out, nil
}

// ask adds what a query finds; its last place is for the limit.
func (f *finder) ask(ctx context.Context, query string, args ...any) error {
	args = append(append([]any{int64(f.ws)}, args...), int64(f.limit))
	return each(ctx, f.l.read, query, args, func(rows *sql.Rows) error {
		var rank int
		var id sql.RawBytes
		if err := rows.Scan(&rank, &id); err != nil {
			return err
		}
		f.hits = append(f.hits, hit{rank, throughline.DealID(id)})
		return nil
	})
}

// askAccounts adds the deals of accounts whose name matches.
func (f *finder) askAccounts(ctx context.Context, args ...any) error {
	rank := map[throughline.AccountID]int{}
	var ids []throughline.AccountID
	args = append(append([]any{int64(f.ws)}, args...), int64(f.limit))
	err := each(ctx, f.l.read, findAccount, args, func(rows *sql.Rows) error {
		var n int
		var id sql.RawBytes
		if err := rows.Scan(&n, &id); err != nil {
			return err
		}
		rank[throughline.AccountID(id)] = n
		ids = append(ids, throughline.AccountID(id))
		return nil
	})
	if err != nil {
		return err
	}
	return chunks(ids, func(part []throughline.AccountID) error {
		query := findOwned + places(1, len(part)) + " order by d.deal limit ?"
		return each(ctx, f.l.read, query, append(idArgs(f.ws, part), int64(f.limit)), func(rows *sql.Rows) error {
			var account, id sql.RawBytes
			if err := rows.Scan(&account, &id); err != nil {
				return err
			}
			f.hits = append(f.hits, hit{rank[throughline.AccountID(account)], throughline.DealID(id)})
			return nil
		})
	})
}

// after comes behind every text that begins with s.
func after(s string) string { return s + "\U0010ffff" }

// escaped takes the meaning from the wildcards of "like".
func escaped(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}
