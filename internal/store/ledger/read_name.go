package ledger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// People gives the latest version of some people; see store.Ledger.
func (l *Ledger) People(ctx context.Context, ws throughline.Workspace, ids []throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	out := make(map[throughline.PersonID]store.Person, len(ids))
	err := l.personVersions(ctx, ws, ids, func(p store.Person) {
		if had, ok := out[p.ID]; !ok || !p.Recorded.Before(had.Recorded) {
			out[p.ID] = p
		}
	})
	return out, l.base.Fail("read people in", "", err)
}

// PersonVersions gives all versions of a person; see store.Ledger.
func (l *Ledger) PersonVersions(ctx context.Context, ws throughline.Workspace, id throughline.PersonID) (out []store.Person, err error) {
	err = l.personVersions(ctx, ws, []throughline.PersonID{id}, func(p store.Person) { out = append(out, p) })
	return out, l.base.Fail("read people in", "", err)
}

func (l *Ledger) personVersions(ctx context.Context, ws throughline.Workspace, ids []throughline.PersonID, take func(store.Person)) error {
	if l.Unreached {
		return namesOf(ctx, l.now(), ws, ids, func(_ int64, p store.Person) { take(p) })
	}
	return personVersions(ctx, l.now(), ws, ids, take)
}

// personVersions gives all versions of some people, of each in the order written.
func personVersions(ctx context.Context, r Reader, ws throughline.Workspace, ids []throughline.PersonID, take func(store.Person)) error {
	type version struct {
		id throughline.PersonID
		n  int64
	}
	more := map[version]store.Person{}
	err := among(ctx, r, Contacts, Ask{Prefix: in(ws), In: "id"}, ids, bytesOf, func(row Row) error {
		more[version{id[throughline.PersonID](row, 1), row.Int(2)}] = store.Person{Phone: row.Text(3), Other: row.Text(4), Same: id[throughline.PersonID](row, 5)}
		return nil
	})
	if err != nil {
		return err
	}
	return namesOf(ctx, r, ws, ids, func(n int64, p store.Person) {
		m := more[version{p.ID, n}]
		p.Phone, p.Other, p.Same = m.Phone, m.Other, m.Same
		take(p)
	})
}

// namesOf gives all versions of some people, with their numbers, as the table of people has them.
func namesOf(ctx context.Context, r Reader, ws throughline.Workspace, ids []throughline.PersonID, take func(int64, store.Person)) error {
	return among(ctx, r, People, Ask{Prefix: in(ws), In: "id"}, ids, bytesOf, func(row Row) error {
		p := store.Person{ID: id[throughline.PersonID](row, 1), Recorded: time.UnixMicro(row.Int(3)).UTC(), Ours: row.Int(4) != 0,
			Name: row.Text(5), Title: row.Text(6), Email: row.Text(7), Account: id[throughline.AccountID](row, 8)}
		if row[9] != nil {
			p.Erased = time.UnixMicro(row.Int(9)).UTC()
		}
		take(row.Int(2), p)
		return nil
	})
}

// Accounts gives the latest version of some accounts; see store.Ledger.
func (l *Ledger) Accounts(
	ctx context.Context,
	ws throughline.Workspace,
	ids []throughline.AccountID,
) (map[throughline.AccountID]store.Account, error) {
	out := make(map[throughline.AccountID]store.Account, len(ids))
	err := accountVersions(ctx, l.now(), ws, ids, func(a store.Account) {
		if had, ok := out[a.ID]; !ok || !a.Recorded.Before(had.Recorded) {
			out[a.ID] = a
		}
	})
	return out, l.base.Fail("read accounts in", "", err)
}

func accountVersions(ctx context.Context, r Reader, ws throughline.Workspace, ids []throughline.AccountID, take func(store.Account)) error {
	ask := Ask{Columns: []string{"id", "recorded", "name", "attributes"}, Prefix: in(ws), In: "id"}
	return among(ctx, r, Accounts, ask, ids, bytesOf, func(row Row) error {
		a := store.Account{ID: id[throughline.AccountID](row, 0), Recorded: time.UnixMicro(row.Int(1)).UTC(), Name: row.Text(2)}
		if attributes := row.Text(3); attributes != "null" && attributes != "{}" {
			if err := json.Unmarshal([]byte(attributes), &a.Attributes); err != nil {
				return err
			}
		}
		take(a)
		return nil
	})
}

// Resolve gives our ids for foreign ones; see store.Ledger.
func (l *Ledger) Resolve(
	ctx context.Context,
	ws throughline.Workspace,
	system string,
	kind store.RecordKind,
	foreign []string,
) (map[string]throughline.ID, error) {
	out := make(map[string]throughline.ID, len(foreign))
	ask := func(keys []string, named func(string) string) error {
		return among(ctx, l.now(), Records, Ask{Prefix: in(ws, string(kind)), In: "foreign_id"}, keys, only, func(row Row) error {
			if row.Text(3) == system {
				out[named(row.Text(2))] = id[throughline.ID](row, 4)
			}
			return nil
		})
	}
	err := ask(foreign, func(f string) string { return f })
	if err == nil && kind == store.PersonRecord && len(out) < len(foreign) {
		digests := map[string]string{}
		var keys []string
		for _, f := range foreign {
			if _, ok := out[f]; !ok {
				d := digestOf(store.Record{System: system, Kind: kind, Foreign: f})
				digests[d] = f
				keys = append(keys, d)
			}
		}
		err = ask(keys, func(d string) string { return digests[d] })
	}
	return out, l.base.Fail("look up records in", "", err)
}

// Foreign gives the records behind ids; see store.Ledger.
func (l *Ledger) Foreign(ctx context.Context, ws throughline.Workspace, ids []throughline.ID) (map[throughline.ID][]store.Record, error) {
	out := make(map[throughline.ID][]store.Record, len(ids))
	err := recordsBehind(ctx, l.now(), ws, distinct(slices.Clone(ids)), func(r store.Record) { out[r.ID] = append(out[r.ID], r) })
	for _, list := range out {
		slices.SortFunc(list, func(a, b store.Record) int {
			return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Foreign, b.Foreign))
		})
	}
	return out, l.base.Fail("look up records in", "", err)
}

func recordsBehind(ctx context.Context, r Reader, ws throughline.Workspace, ids []throughline.ID, take func(store.Record)) error {
	return among(ctx, r, Records, Ask{Prefix: in(ws), In: "id", By: "record_id"}, ids, bytesOf, func(row Row) error {
		take(store.Record{Kind: store.RecordKind(row.Text(1)), Foreign: row.Text(2), System: row.Text(3), ID: id[throughline.ID](row, 4)})
		return nil
	})
}

// Imports lists what was imported, newest first; see store.Ledger.
func (l *Ledger) Imports(ctx context.Context, ws throughline.Workspace) (out []store.Import, err error) {
	err = l.now().Read(ctx, Imports, Ask{Prefix: in(ws)}, func(row Row) error {
		i := store.Import{
			ID:       id[throughline.ID](row, 1),
			System:   row.Text(2),
			Started:  time.UnixMicro(row.Int(3)).UTC(),
			Rows:     int(row.Int(7)),
			Facts:    int(row.Int(8)),
			Rejected: int(row.Int(9)),
		}
		if row[4] != nil {
			i.Finished = time.UnixMicro(row.Int(4)).UTC()
		}
		if err := i.Horizon.UnmarshalText([]byte(row.Text(5))); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(row.Text(6)), &i.Files)
		out = append(out, i)
		return err
	})
	slices.SortFunc(out, func(a, b store.Import) int {
		return cmp.Or(b.Started.Compare(a.Started), bytes.Compare(b.ID[:], a.ID[:]))
	})
	return out, l.base.Fail("read imports in", "", err)
}
