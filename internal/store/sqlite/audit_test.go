package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// TestTheAuditShowsTampering: one byte of a line that was changed together with
// its row's checksum, a line that was taken out, and lines that were put in another
// order, break the chain. A tail that was cut off together with the count of rows
// does not; whoever kept the head sees it.
func TestTheAuditShowsTampering(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		do   func(db *sql.DB, row func(n int) []any, put func(values []any))
		want string // among the faults
		head string // what stands to the head that was kept: "same", "gone", "other"
	}{
		"nothing": {nil, "", "same"},
		"another outcome": {func(_ *sql.DB, row func(int) []any, put func([]any)) {
			r := row(3)
			r[9] = "refused"
			put(r)
		}, "line 3 of the audit", "same"},
		"one byte of somebody's id": {func(_ *sql.DB, row func(int) []any, put func([]any)) {
			r := row(2)
			r[3] = append([]byte{r[3].([]byte)[0] ^ 1}, r[3].([]byte)[1:]...)
			put(r)
		}, "line 2 of the audit", "same"},
		"a line with a hash that fits it": {func(_ *sql.DB, row func(int) []any, put func([]any)) {
			before, r := row(1), row(2)
			d := store.Deed{N: 2, At: time.UnixMicro(r[2].(int64)), Person: throughline.PersonID(r[3].([]byte)), Via: "page", Did: "record_9", Outcome: store.DeedDone}
			d = d.Chained(ws, [32]byte(before[10].([]byte)))
			r[5], r[10] = "record_9", d.Hash[:]
			put(r)
		}, "line 3 of the audit", "same"},
		"one that was taken out": {func(db *sql.DB, _ func(int) []any, _ func([]any)) {
			run(t, db, "delete from audit where n = 4")
		}, "between its lines 3 and 5", "same"},
		"a tail that was cut": {func(db *sql.DB, _ func(int) []any, _ func([]any)) {
			run(t, db, "delete from audit where n > 4")
			recount(t, db, 4)
		}, "", "gone"},
		"all of it": {func(db *sql.DB, _ func(int) []any, _ func([]any)) {
			run(t, db, "delete from audit")
			recount(t, db, 0)
		}, "", "gone"},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		l := open(t, path)
		for i := range 6 {
			d := store.Deed{At: sealDay, Person: throughline.PersonID{7, byte(i)}, Via: "page", Did: fmt.Sprintf("record_%d", i), Outcome: store.DeedDone}
			if err := l.Note(ctx, ws, []store.Deed{d}); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		if c.do != nil {
			c.do(db, func(n int) []any { return auditRow(t, db, n) }, func(v []any) { putAudit(t, db, v) })
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		again := open(t, path)
		found, err := again.Check(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(found.Faults, "; "); (c.want == "") != (len(found.Faults) == 0) || !strings.Contains(all, c.want) {
			t.Errorf("%s: the check finds %q, want %q", name, all, c.want)
		}
		last, err := again.Deeds(ctx, ws, store.DeedAsk{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if same := len(last) == 1 && last[0].N == 6; same != (c.head == "same") {
			t.Errorf("%s: the last line is %+v", name, last)
		}
	}
}

func run(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatal(err)
	}
}

func auditRow(t *testing.T, db *sql.DB, n int) []any {
	t.Helper()
	values := make([]any, len(ledger.Deeds.Columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	if err := db.QueryRow("select "+strings.Join(ledger.Deeds.Columns, ", ")+" from audit where n = $1", n).Scan(into...); err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		if b, is := v.([]byte); is {
			values[i] = bytes.Clone(b)
		}
	}
	return values
}

// putAudit writes a row with the checksum that is right for it.
func putAudit(t *testing.T, db *sql.DB, values []any) {
	t.Helper()
	sum, _ := ledger.Sum(nil, ledger.Deeds, values)
	set := strings.Join(ledger.Deeds.Columns[2:], " = ?, ") + " = ?, sum = ?"
	run(t, db, "update audit set "+set+" where n = ?", append(append([]any{}, values[2:]...), sum, values[1])...)
}

// recount makes the tally say how many lines there are, with a checksum that is right.
func recount(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	run(t, db, "update tally set audits = $1", n)
	columns := ledger.Tallies.Columns
	values := make([]any, len(columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	if err := db.QueryRow("select " + strings.Join(columns, ", ") + " from tally").Scan(into...); err != nil {
		t.Fatal(err)
	}
	sum, _ := ledger.Sum(nil, ledger.Tallies, values)
	run(t, db, "update tally set sum = $1", sum)
}
