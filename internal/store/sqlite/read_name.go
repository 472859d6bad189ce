package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// People gives the latest version of some people; see store.Ledger.
func (l *Ledger) People(ctx context.Context, ws throughline.Workspace, ids []throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	out := make(map[throughline.PersonID]store.Person, len(ids))
	err := chunks(ids, func(part []throughline.PersonID) error {
		return personVersions(ctx, l.read, ws, part, func(p store.Person) {
			if had, ok := out[p.ID]; !ok || !p.Recorded.Before(had.Recorded) {
				out[p.ID] = p
			}
		})
	})
	return out, fail("read people in", l.path, err)
}

// personVersions gives all versions of some people, of each in the order written.
func personVersions(ctx context.Context, q querier, ws throughline.Workspace, ids []throughline.PersonID, take func(store.Person)) error {
	query := "select id, recorded, ours, name, title, email, account, erased from person where workspace = ? and id in " + places(1, len(ids)) + " order by id, version"
	return each(ctx, q, query, idArgs(ws, ids), func(rows *sql.Rows) error {
		var id, account sql.RawBytes
		var recorded, ours int64
		var name, title, email sql.NullString
		var erased sql.NullInt64
		if err := rows.Scan(&id, &recorded, &ours, &name, &title, &email, &account, &erased); err != nil {
			return err
		}
		p := store.Person{ID: throughline.PersonID(id), Recorded: time.UnixMicro(recorded).UTC(), Ours: ours != 0, Name: name.String, Title: title.String, Email: email.String}
		copy(p.Account[:], account)
		if erased.Valid {
			p.Erased = time.UnixMicro(erased.Int64).UTC()
		}
		take(p)
		return nil
	})
}

// Accounts gives the latest version of some accounts; see store.Ledger.
func (l *Ledger) Accounts(ctx context.Context, ws throughline.Workspace, ids []throughline.AccountID) (map[throughline.AccountID]store.Account, error) {
	out := make(map[throughline.AccountID]store.Account, len(ids))
	err := chunks(ids, func(part []throughline.AccountID) error {
		return accountVersions(ctx, l.read, ws, part, func(a store.Account) {
			if had, ok := out[a.ID]; !ok || !a.Recorded.Before(had.Recorded) {
				out[a.ID] = a
			}
		})
	})
	return out, fail("read accounts in", l.path, err)
}

func accountVersions(ctx context.Context, q querier, ws throughline.Workspace, ids []throughline.AccountID, take func(store.Account)) error {
	query := "select id, recorded, name, attributes from account where workspace = ? and id in " + places(1, len(ids)) + " order by id, version"
	return each(ctx, q, query, idArgs(ws, ids), func(rows *sql.Rows) error {
		var id, attributes sql.RawBytes
		var recorded int64
		var a store.Account
		if err := rows.Scan(&id, &recorded, &a.Name, &attributes); err != nil {
			return err
		}
		a.ID, a.Recorded = throughline.AccountID(id), time.UnixMicro(recorded).UTC()
		if string(attributes) != "null" && string(attributes) != "{}" {
			if err := json.Unmarshal(attributes, &a.Attributes); err != nil {
				return err
			}
		}
		take(a)
		return nil
	})
}

// Resolve gives our ids for foreign ones; see store.Ledger.
func (l *Ledger) Resolve(ctx context.Context, ws throughline.Workspace, system string, kind store.RecordKind, foreign []string) (map[string]throughline.ID, error) {
	out := make(map[string]throughline.ID, len(foreign))
	ask := func(keys []string, named func(string) string) error {
		return chunks(keys, func(part []string) error {
			args := []any{int64(ws), system, string(kind)}
			for _, f := range part {
				args = append(args, f)
			}
			query := "select foreign_id, id from record where workspace = ? and system = ? and kind = ? and foreign_id in " + places(1, len(part))
			return each(ctx, l.read, query, args, func(rows *sql.Rows) error {
				var f string
				var id sql.RawBytes
				err := rows.Scan(&f, &id)
				if err == nil {
					out[named(f)] = throughline.ID(id)
				}
				return err
			})
		})
	}
	err := ask(foreign, func(f string) string { return f })
	if err == nil && kind == store.PersonRecord && len(out) < len(foreign) {
		digests := map[string]string{}
		var keys []string
		for _, f := range foreign {
			if _, ok := out[f]; !ok {
				d := digest(store.Record{System: system, Kind: kind, Foreign: f})
				digests[d] = f
				keys = append(keys, d)
			}
		}
		err = ask(keys, func(d string) string { return digests[d] })
	}
	return out, fail("look up records in", l.path, err)
}

// Foreign gives the records behind ids; see store.Ledger.
func (l *Ledger) Foreign(ctx context.Context, ws throughline.Workspace, ids []throughline.ID) (map[throughline.ID][]store.Record, error) {
	out := make(map[throughline.ID][]store.Record, len(ids))
	err := chunks(distinct(slices.Clone(ids)), func(part []throughline.ID) error {
		query := "select id, system, kind, foreign_id from record where workspace = ? and id in " + places(1, len(part)) + " order by id, system, kind, foreign_id"
		return each(ctx, l.read, query, idArgs(ws, part), func(rows *sql.Rows) error {
			var id sql.RawBytes
			var r store.Record
			if err := rows.Scan(&id, &r.System, (*string)(&r.Kind), &r.Foreign); err != nil {
				return err
			}
			r.ID = throughline.ID(id)
			out[r.ID] = append(out[r.ID], r)
			return nil
		})
	})
	return out, fail("look up records in", l.path, err)
}

// Imports lists what was imported, newest first; see store.Ledger.
func (l *Ledger) Imports(ctx context.Context, ws throughline.Workspace) ([]store.Import, error) {
	var out []store.Import
	query := "select id, system, started, finished, horizon, files, rows_read, facts, rejected from import_run where workspace = $1 order by started desc, id desc"
	err := each(ctx, l.read, query, []any{int64(ws)}, func(rows *sql.Rows) error {
		var id, files sql.RawBytes
		var i store.Import
		var started int64
		var finished sql.NullInt64
		var horizon string
		err := rows.Scan(&id, &i.System, &started, &finished, &horizon, &files, &i.Rows, &i.Facts, &i.Rejected)
		if err != nil {
			return err
		}
		i.ID, i.Started = throughline.ID(id), time.UnixMicro(started).UTC()
		if finished.Valid {
			i.Finished = time.UnixMicro(finished.Int64).UTC()
		}
		if err := i.Horizon.UnmarshalText([]byte(horizon)); err != nil {
			return err
		}
		out = append(out, i)
		return json.Unmarshal(files, &out[len(out)-1].Files)
	})
	return out, fail("read imports in", l.path, err)
}
