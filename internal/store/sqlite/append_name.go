package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// People and accounts are versions: a row for each change. A version says
// nothing new when the one that held at its instant said the same.

// appendPeople writes the versions that are new. An erased person stays
// erased: what an import says of them again is left out.
func (t txn) appendPeople(ctx context.Context, ws throughline.Workspace, people []store.Person, w *store.Written) error {
	all := map[throughline.PersonID][]store.Person{}
	ids := make([]throughline.PersonID, 0, len(people))
	for _, p := range people {
		if p.ID.IsZero() {
			return refuse(throughline.Invalid, "a person has no id")
		}
		ids = append(ids, p.ID)
	}
	ids = distinct(ids)
	err := chunks(ids, func(part []throughline.PersonID) error {
		return personVersions(ctx, t, ws, part, func(p store.Person) { all[p.ID] = append(all[p.ID], p) })
	})
	if err != nil {
		return err
	}
	for _, p := range people {
		p.Recorded = instant(p.Recorded)
		versions := all[p.ID]
		if slices.ContainsFunc(versions, func(v store.Person) bool { return !v.Erased.IsZero() }) {
			continue
		}
		if i, ok := holding(versions, p.Recorded, func(v store.Person) time.Time { return v.Recorded }); ok && samePerson(versions[i], p) {
			continue
		}
		all[p.ID] = append(versions, p)
		_, err := t.put(ctx, personTable, personTable.insert,
			int64(ws), p.ID[:], int64(len(versions)+1), p.Recorded.UnixMicro(), int64(alive(p.Ours)), p.Name, p.Title, p.Email, idOrNil(throughline.ID(p.Account)), nil)
		if err != nil {
			return err
		}
		w.People = append(w.People, p.ID)
	}
	return nil
}

func samePerson(a, b store.Person) bool {
	a.Recorded, b.Recorded = time.Time{}, time.Time{}
	return a == b
}

func (t txn) appendAccounts(ctx context.Context, ws throughline.Workspace, accounts []store.Account, w *store.Written) error {
	all := map[throughline.AccountID][]store.Account{}
	ids := make([]throughline.AccountID, 0, len(accounts))
	for _, a := range accounts {
		if a.ID.IsZero() {
			return refuse(throughline.Invalid, "an account has no id")
		}
		ids = append(ids, a.ID)
	}
	ids = distinct(ids)
	err := chunks(ids, func(part []throughline.AccountID) error {
		return accountVersions(ctx, t, ws, part, func(a store.Account) { all[a.ID] = append(all[a.ID], a) })
	})
	if err != nil {
		return err
	}
	for _, a := range accounts {
		a.Recorded = instant(a.Recorded)
		attributes, err := json.Marshal(a.Attributes)
		if err != nil {
			return err
		}
		versions := all[a.ID]
		if i, ok := holding(versions, a.Recorded, func(v store.Account) time.Time { return v.Recorded }); ok {
			had, err := json.Marshal(versions[i].Attributes)
			if err != nil {
				return err
			}
			if versions[i].Name == a.Name && (bytes.Equal(had, attributes) || len(a.Attributes)+len(versions[i].Attributes) == 0) {
				continue
			}
		}
		all[a.ID] = append(versions, a)
		_, err = t.put(ctx, accountTable, accountTable.insert, int64(ws), a.ID[:], int64(len(versions)+1), a.Recorded.UnixMicro(), a.Name, store.Folded(a.Name), string(attributes))
		if err != nil {
			return err
		}
		w.Accounts = append(w.Accounts, a.ID)
	}
	return nil
}

// holding finds the version that held at an instant: of those recorded by
// then, the one recorded last, and of several at once the last written.
func holding[T any](versions []T, at time.Time, recorded func(T) time.Time) (index int, ok bool) {
	index = -1
	for i, v := range versions {
		if r := recorded(v); !r.After(at) && (index < 0 || !r.Before(recorded(versions[index]))) {
			index = i
		}
	}
	return index, index >= 0
}

// instant is how a time is kept: UTC, microseconds, and the beginning of 1970 for none.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.UnixMicro(0).UTC()
	}
	return t.UTC().Truncate(time.Microsecond)
}

func idOrNil(id throughline.ID) any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// distinct sorts ids and drops repetitions.
func distinct[T ~[16]byte](ids []T) []T {
	slices.SortFunc(ids, func(a, b T) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}

var recordColumns = len(recordTable.columns) + 1

func (t txn) appendRecords(ctx context.Context, ws throughline.Workspace, records []store.Record, w *store.Written, r *store.Receipt) error {
	// Those of erased people are kept as a digest of the foreign id, where
	// that named them; such a record must not come back.
	people := slices.DeleteFunc(slices.Clone(records), func(rec store.Record) bool { return rec.Kind != store.PersonRecord })
	erased := map[store.Record]bool{}
	err := chunks(people, func(part []store.Record) error {
		args := []any{int64(ws), string(store.PersonRecord)}
		for _, rec := range part {
			args = append(args, digest(rec))
		}
		q := "select system, foreign_id from record where workspace = ? and kind = ? and foreign_id in " + places(1, len(part))
		return each(ctx, t, q, args, func(rows *sql.Rows) error {
			rec := store.Record{Kind: store.PersonRecord}
			err := rows.Scan(&rec.System, &rec.Foreign)
			erased[rec] = true
			return err
		})
	})
	if err != nil {
		return err
	}
	if len(erased) > 0 {
		records = slices.DeleteFunc(slices.Clone(records), func(rec store.Record) bool {
			return erased[store.Record{System: rec.System, Kind: rec.Kind, Foreign: digest(rec)}]
		})
	}
	return chunks(records, func(part []store.Record) error {
		args := make([]any, 0, recordColumns*len(part))
		for _, rec := range part {
			if rec.ID.IsZero() || rec.Foreign == "" {
				return refuse(throughline.Invalid, "a record of %s has no id", rec.System)
			}
			args = append(args, recordRow(ws, rec)...)
		}
		return each(ctx, t, insertRecords+places(len(part), recordColumns)+" on conflict do nothing returning id", args, func(rows *sql.Rows) error {
			var id sql.RawBytes
			if err := rows.Scan(&id); err != nil {
				return err
			}
			w.Records = append(w.Records, throughline.ID(id))
			r.Records++
			return nil
		})
	})
}

var insertRecords = "insert into record (" + strings.Join(recordTable.columns, ", ") + ", sum) values "

// recordRow is the row of a record, with its checksum.
func recordRow(ws throughline.Workspace, rec store.Record) []any {
	values := []any{int64(ws), string(rec.Kind), rec.Foreign, rec.System, rec.ID[:]}
	return append(values, sumOf(recordTable, values...))
}

// digest stands for a foreign id that named an erased person: it tells the
// same record when it comes again, and tells no name.
func digest(r store.Record) string {
	sum := sha256.Sum256([]byte(r.System + "\x00" + string(r.Kind) + "\x00" + store.Folded(r.Foreign)))
	return "erased:" + hex.EncodeToString(sum[:])
}

// putImport writes an import's row, and says how many there are more.
func (t txn) putImport(ctx context.Context, ws throughline.Workspace, i store.Import) (fresh int, err error) {
	if i.ID.IsZero() {
		return 0, refuse(throughline.Invalid, "an import has no id")
	}
	files, err := json.Marshal(i.Files)
	if err != nil {
		return 0, err
	}
	var finished any
	if !i.Finished.IsZero() {
		finished = i.Finished.UnixMicro()
	}
	if err := t.QueryRowContext(ctx, "select 1 - count(*) from import_run where workspace = ? and id = ?", int64(ws), i.ID[:]).Scan(&fresh); err != nil {
		return 0, err
	}
	_, err = t.put(ctx, importTable, putImport,
		int64(ws), i.ID[:], i.System, i.Started.UnixMicro(), finished, i.Horizon.String(), string(files), int64(i.Rows), int64(i.Facts), int64(i.Rejected))
	return fresh, err
}
