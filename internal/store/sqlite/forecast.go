package sqlite

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"io"
	"math"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// mostForecast bounds a shown forecast after unpacking.
const mostForecast = 256 << 20

// AppendForecast keeps what was said; see store.Forecasts.
func (l *Ledger) AppendForecast(ctx context.Context, ws throughline.Workspace, f store.Shown) (added bool, err error) {
	const op = "keep forecast in"
	if f.Kind == "" || f.At.IsZero() {
		return false, throughline.Fail(op, throughline.Invalid, l.path, errors.New("it has no kind, or no day on which it was shown"))
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(f.Body); err != nil {
		return false, fail(op, l.path, err)
	}
	if err := z.Close(); err != nil {
		return false, fail(op, l.path, err)
	}
	err = l.numbered(ctx, ws, func(t txn, w *store.Written) error {
		added = false
		var last string
		var asOf string
		err := t.QueryRowContext(ctx, "select hash, as_of from forecast_shown where workspace = $1 and kind = $2 order by shown desc, id desc limit 1", int64(ws), f.Kind).Scan(&last, &asOf)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil && last == f.Hash && asOf == f.AsOf.String() {
			return nil
		}
		n, err := t.put(ctx, forecastTable, forecastTable.insert+" on conflict do nothing", int64(ws), f.Kind, f.At.UnixMicro(), f.ID[:], f.AsOf.String(), f.Hash, packed.Bytes())
		if added = err == nil; n == 0 {
			return err
		}
		w.Forecasts = []throughline.ID{f.ID}
		return t.tally(ctx, ws, func(y *tally) { y.forecasts++ })
	})
	return added, fail(op, l.path, err)
}

// Forecasts gives what was said; see store.Forecasts.
func (l *Ledger) Forecasts(ctx context.Context, ws throughline.Workspace, q store.ShownQuery) ([]store.Shown, error) {
	since, until, limit := int64(math.MinInt64), int64(math.MaxInt64), int64(-1)
	if !q.Since.IsZero() {
		since = q.Since.UnixMicro()
	}
	if !q.Until.IsZero() {
		until = q.Until.UnixMicro()
	}
	if q.Limit > 0 {
		limit = int64(q.Limit)
	}
	body := "body"
	if q.Headings {
		body = "''"
	}
	out := []store.Shown{}
	query := "select kind, shown, id, as_of, hash, " + body + " from forecast_shown where workspace = $1 and ($2 = '' or kind = $2) and shown >= $3 and shown <= $4 order by shown desc, id desc limit $5"
	err := each(ctx, l.read, query, []any{int64(ws), q.Kind, since, until, limit}, func(rows *sql.Rows) error {
		var id, packed sql.RawBytes
		var f store.Shown
		var at int64
		var asOf string
		if err := rows.Scan(&f.Kind, &at, &id, &asOf, &f.Hash, &packed); err != nil {
			return err
		}
		f.ID, f.At = throughline.ID(id), time.UnixMicro(at).UTC()
		if err := f.AsOf.UnmarshalText([]byte(asOf)); err != nil {
			return err
		}
		if !q.Headings {
			z, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				return refuse(throughline.Corrupt, "the forecast shown at %s cannot be unpacked", f.At.Format(time.RFC3339))
			}
			if f.Body, err = io.ReadAll(io.LimitReader(z, mostForecast)); err != nil {
				return refuse(throughline.Corrupt, "the forecast shown at %s cannot be unpacked", f.At.Format(time.RFC3339))
			}
		}
		out = append(out, f)
		return nil
	})
	return out, fail("read forecasts in", l.path, err)
}
