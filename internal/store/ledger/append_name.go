package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// People and accounts are versions: a row for each change. A version says
// nothing new when the one that held at its instant said the same.

// people writes the versions that are new. An erased person stays erased: what
// an import says of them again is left out.
func (w *writing) people(ctx context.Context, people []store.Person) error {
	all := map[throughline.PersonID][]store.Person{}
	ids := make([]throughline.PersonID, 0, len(people))
	for _, p := range people {
		if p.ID.IsZero() {
			return Refuse(throughline.Invalid, "a person has no id")
		}
		ids = append(ids, p.ID)
	}
	if err := personVersions(ctx, w, w.ws, distinct(ids), func(p store.Person) { all[p.ID] = append(all[p.ID], p) }); err != nil {
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
		err := w.mustAdd(
			ctx,
			People,
			p.ID[:],
			int64(len(versions)+1),
			p.Recorded.UnixMicro(),
			alive(p.Ours),
			p.Name,
			p.Title,
			p.Email,
			idOrNil(throughline.ID(p.Account)),
			nil,
		)
		if err == nil {
			err = w.contact(ctx, p, versions)
		}
		if err != nil {
			return err
		}
		w.said.People = append(w.said.People, p.ID)
	}
	return nil
}

// contact writes how somebody is reached and as whom they are told, for the
// version that follows some.
func (w *writing) contact(ctx context.Context, p store.Person, before []store.Person) error {
	said := func(v store.Person) bool { return v.Phone != "" || v.Other != "" || !v.Same.IsZero() }
	if !said(p) && !slices.ContainsFunc(before, said) {
		return nil
	}
	return w.mustAdd(ctx, Contacts, p.ID[:], int64(len(before)+1), p.Phone, p.Other, idOrNil(throughline.ID(p.Same)))
}

func samePerson(a, b store.Person) bool {
	a.Recorded, b.Recorded = time.Time{}, time.Time{}
	return a == b
}

func (w *writing) accounts(ctx context.Context, accounts []store.Account) error {
	all := map[throughline.AccountID][]store.Account{}
	ids := make([]throughline.AccountID, 0, len(accounts))
	for _, a := range accounts {
		if a.ID.IsZero() {
			return Refuse(throughline.Invalid, "an account has no id")
		}
		ids = append(ids, a.ID)
	}
	if err := accountVersions(ctx, w, w.ws, distinct(ids), func(a store.Account) { all[a.ID] = append(all[a.ID], a) }); err != nil {
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
		if err := w.mustAdd(ctx, Accounts, a.ID[:], int64(len(versions)+1), a.Recorded.UnixMicro(), a.Name, store.Folded(a.Name),
			string(attributes)); err != nil {
			return err
		}
		w.said.Accounts = append(w.said.Accounts, a.ID)
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

// records ties foreign ids to ours; one that is tied already stays as it is.
func (w *writing) records(ctx context.Context, records []store.Record) error {
	gone, err := w.erasedRecords(ctx, records)
	if err != nil {
		return err
	}
	add, err := w.recordAdder(ctx, records)
	if err != nil {
		return err
	}
	for _, rec := range records {
		if rec.ID.IsZero() || rec.Foreign == "" {
			return Refuse(throughline.Invalid, "a record of %s has no id", rec.System)
		}
		if gone[record{rec.System, rec.Kind, digest(rec, gone)}] {
			continue
		}
		added, err := add(rec)
		if err != nil {
			return err
		}
		if added {
			w.said.Records = append(w.said.Records, rec.ID)
		}
	}
	return nil
}

// recordAdder gives what adds a record where there is none of its name. Where
// each question is a way to go, those that are there are asked for all at once.
func (w *writing) recordAdder(ctx context.Context, records []store.Record) (func(store.Record) (bool, error), error) {
	if manyAtOnce(w) == 0 || len(records) < shortChunk {
		return func(rec store.Record) (bool, error) {
			return w.add(ctx, Records, string(rec.Kind), rec.Foreign, rec.System, rec.ID[:])
		}, nil
	}
	foreign := map[store.RecordKind][]string{}
	for _, rec := range records {
		foreign[rec.Kind] = append(foreign[rec.Kind], rec.Foreign)
	}
	known := map[record]bool{}
	for kind, ids := range foreign {
		ask := Ask{Columns: []string{"system", "foreign_id"}, Prefix: in(w.ws, string(kind)), In: "foreign_id"}
		err := among(ctx, w, Records, ask, ids, only, func(row Row) error {
			known[record{row.Text(0), kind, row.Text(1)}] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return func(rec store.Record) (bool, error) {
		name := record{rec.System, rec.Kind, rec.Foreign}
		if known[name] {
			return false, nil
		}
		known[name] = true
		return true, w.mustAdd(ctx, Records, string(rec.Kind), rec.Foreign, rec.System, rec.ID[:])
	}, nil
}

// record is a record by what names it.
type record struct {
	system  string
	kind    store.RecordKind
	foreign string
}

// erasedRecords gives those of people who were erased. They are kept as a digest
// of the foreign id, where that named them; such a record must not come back.
func (w *writing) erasedRecords(ctx context.Context, records []store.Record) (map[record]bool, error) {
	var digests []string
	for _, rec := range records {
		if rec.Kind == store.PersonRecord {
			digests = append(digests, digestOf(rec))
		}
	}
	gone := map[record]bool{}
	err := among(ctx, w, Records, Ask{Prefix: in(w.ws, string(store.PersonRecord)), In: "foreign_id"}, digests, only, func(row Row) error {
		gone[record{row.Text(3), store.PersonRecord, row.Text(2)}] = true
		return nil
	})
	return gone, err
}

// digest is digestOf where there is anything to look it up in.
func digest(rec store.Record, gone map[record]bool) string {
	if len(gone) == 0 {
		return ""
	}
	return digestOf(rec)
}

// digestOf stands for a foreign id that named an erased person: it tells the
// same record when it comes again, and tells no name.
func digestOf(r store.Record) string {
	sum := sha256.Sum256([]byte(r.System + "\x00" + string(r.Kind) + "\x00" + store.Folded(r.Foreign)))
	return "erased:" + hex.EncodeToString(sum[:])
}

// importRun writes an import's row.
func (w *writing) importRun(ctx context.Context, i store.Import) error {
	if i.ID.IsZero() {
		return Refuse(throughline.Invalid, "an import has no id")
	}
	files, err := json.Marshal(i.Files)
	if err != nil {
		return err
	}
	var finished any
	if !i.Finished.IsZero() {
		finished = i.Finished.UnixMicro()
	}
	values := []any{
		i.ID[:],
		i.System,
		i.Started.UnixMicro(),
		finished,
		i.Horizon.String(),
		string(files),
		int64(i.Rows),
		int64(i.Facts),
		int64(i.Rejected),
	}
	w.said.Imports = []throughline.ID{i.ID}
	if added, err := w.add(ctx, Imports, values...); added || err != nil {
		return err
	}
	return w.put(ctx, Imports, values...)
}
