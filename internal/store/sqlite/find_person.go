package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FindPeople looks people up by words; see store.Ledger. It reads every name
// once and compares as Folded does, which SQLite's own comparison of letters
// beyond ASCII does not.
func (l *Ledger) FindPeople(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]store.Person, error) {
	if words = store.Folded(words); words == "" || limit <= 0 {
		return nil, nil
	}
	var found []throughline.PersonID
	var last throughline.PersonID
	met := false
	turn := func(id throughline.PersonID) {
		if met {
			found = append(found, last)
		}
		last, met = id, false
	}
	const query = "select id, name, title, erased is not null from person where workspace = ? order by id, version"
	err := each(ctx, l.read, query, []any{int64(ws)}, func(rows *sql.Rows) error {
		var id sql.RawBytes
		var name, title sql.NullString
		var erased bool
		if err := rows.Scan(&id, &name, &title, &erased); err != nil {
			return err
		}
		if p := throughline.PersonID(id); p != last {
			turn(p)
		}
		met = !erased && (strings.Contains(store.Folded(name.String), words) || strings.Contains(store.Folded(title.String), words)) // the last version holds
		return nil
	})
	if err != nil {
		return nil, fail("look for people in", l.path, err)
	}
	turn(throughline.PersonID{})
	people, err := l.People(ctx, ws, found)
	if err != nil {
		return nil, err
	}
	out := make([]store.Person, 0, len(people))
	for _, p := range people {
		out = append(out, p)
	}
	rank := func(p store.Person) int {
		switch name := store.Folded(p.Name); {
		case name == words:
			return 0
		case strings.HasPrefix(name, words):
			return 1
		case strings.Contains(name, words):
			return 2
		}
		return 3 // by the title
	}
	slices.SortFunc(out, func(a, b store.Person) int {
		if n := rank(a) - rank(b); n != 0 {
			return n
		}
		if n := strings.Compare(a.Name, b.Name); n != 0 {
			return n
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	return out[:min(len(out), limit)], nil
}
