package ledger

import (
	"bytes"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// CheckLists holds the counts, words and instants beside the rows of lists
// against the rows, and tells what is wrong. Whether the rows say what the facts
// say is for whoever makes them.
func CheckLists(ctx context.Context, r Reader, ws throughline.Workspace, fault func(format string, args ...any)) error {
	state, usage, err := stateOf(ctx, r, ws)
	if err != nil {
		return err
	}
	rows, deals := 0, map[int64]string{}
	y := tallying{counts: map[countKey]int64{}}
	err = r.Read(ctx, Listings, Ask{Prefix: in(ws)}, func(row Row) error {
		y.row(row, 1)
		deals[row.Int(1)] = unmarked(calledIn(row))
		rows++
		return nil
	})
	if err != nil {
		return err
	}
	if rows > 0 && sameListing(state, store.Listing{}) {
		fault("the table %s has no row of workspace %d, and there are %d of lists", States.Name, ws, rows)
	}
	says := func(t *Table, have, want int) {
		if have != want {
			fault("the table %s has %d rows of workspace %d; of lists there are %d", t.Name, have, ws, want)
		}
	}
	wrong, counted, untils, days := 0, 0, 0, 0
	err = r.Read(ctx, Counts, Ask{Prefix: in(ws)}, func(row Row) error {
		k := countKey{row.Text(1), string(row.Bytes(2)), row.Text(3), row.Int(4)}
		switch {
		case k.kind == countUntil:
			untils = int(row.Int(5))
			return nil
		case k.kind == countDay:
			days = int(row.Int(5))
			return nil
		case k.kind == countEnds && k.owner == anybody:
			counted += int(row.Int(5))
		}
		if y.counts[k] != row.Int(5) {
			wrong++
		}
		delete(y.counts, k)
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range y.counts {
		if n != 0 {
			wrong++
		}
	}
	if says(Listings, rows, counted); wrong > 0 {
		fault("the table %s has counts that are not of what is listed: %d", Counts.Name, wrong)
	}
	if !bytes.Equal(histogram(usage.Gaps), histogram(y.gaps)) || !bytes.Equal(histogram(usage.Cycles), histogram(y.cycles)) ||
		!bytes.Equal(histogram(usage.Won), histogram(y.wons)) {
		fault("the table %s has other lengths of days than the rows of lists", States.Name)
	}
	held, err := r.Total(ctx, Untils, "", Ask{Prefix: in(ws)})
	if err != nil {
		return err
	}
	says(Untils, int(held), untils)
	if held, err = r.Total(ctx, DueDays, "", Ask{Prefix: in(ws)}); err != nil {
		return err
	}
	says(DueDays, int(held), days)
	lines := 0
	err = r.Read(ctx, Words, Ask{Prefix: in(ws)}, func(row Row) error {
		for _, l := range bytes.Split(row.Bytes(2), []byte{lineMark}) {
			if len(l) < lineHead {
				continue
			}
			l = slices.Concat([]byte{lineMark}, l)
			title, listed := deals[row.Int(1)*atOnce+int64(placeOf(l))]
			fields := bytes.Split(l[lineHead+1:], []byte{fieldMark})
			if listed && string(fields[0]) == title {
				lines++
			}
		}
		return nil
	})
	says(Words, lines, rows)
	return err
}
