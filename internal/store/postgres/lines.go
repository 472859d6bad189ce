package postgres

import (
	"context"
	"encoding/binary"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Beside the bundles, which are what the program reads, every fact is a row of
// its own in "fact_row", written in the same transaction: that is what SQL, and
// the views over it, can read.

// lines are rows of "fact_row" on their way to the server. Those of an import
// are sent while the next are made.
type lines struct {
	buf     []byte
	sending chan error // what came of the last that were sent; nil: nothing is on its way
}

// fewLines is how many bytes of rows wait for the end of the transaction.
const fewLines = 256 << 10

var lineBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 2*fewLines); return &b }}

// lineColumns are those of fact_row, in the order in which they are sent.
const lineColumns = "workspace, seq, fact, batch, kind, happened, happened_day, learned, recorded, turn, author, grade, system, record, body, side, via"

// add adds the facts of a row of the table of bundles.
func (l *lines) add(values []any) error {
	row := ledger.Row(values)
	if len(l.buf) == 0 {
		l.buf = append((*lineBuffers.Get().(*[]byte))[:0], copyHead...)
	}
	ws, seq, batch := row.Int(0), row.Int(1), row.Int(6)
	return store.EachKept(row.Bytes(5), func(k store.Kept) error {
		b := binary.BigEndian.AppendUint16(l.buf, 17)
		b = sendInt(b, ws)
		b = sendInt(b, seq)
		b = sendBytes(b, k.ID[:])
		b = sendInt(b, batch)
		b = sendText(b, string(k.Kind))
		b = sendTime(b, k.Happened)
		b = sendDay(b, k.Happened)
		b = sendTime(b, k.Learned)
		b = sendTime(b, k.Recorded)
		b = sendInt(b, int64(k.Turn))
		if k.By.Person.IsZero() {
			b = sendNothing(b)
		} else {
			b = sendBytes(b, k.By.Person[:])
		}
		b = sendInt(b, int64(k.Grade))
		b = sendText(b, readable(k.Source.System))
		b = sendText(b, readable(k.Source.Record))
		body := unzeroed(k.Body)
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(body)+1)), 1) // the form of jsonb
		b = append(b, body...)
		b = sendText(b, string(k.By.Side))
		l.buf = sendText(b, string(k.By.Via))
		return nil
	})
}

const copyLines = "copy fact_row (" + lineColumns + ") from stdin (format binary)"

// send has them sent, and does not wait until they are: nobody else may use the
// connection until wait has returned.
func (l *lines) send(ctx context.Context, c *pgxpool.Conn) error {
	if err := l.wait(); err != nil || len(l.buf) == 0 {
		return err
	}
	buf, done := l.buf, make(chan error, 1)
	l.buf, l.sending = nil, done
	go func() {
		done <- sendCopy(ctx, c, copyLines, buf)
		lineBuffers.Put(&buf)
	}()
	return nil
}

// wait waits until what was sent has been taken.
func (l *lines) wait() error {
	if l.sending == nil {
		return nil
	}
	err := <-l.sending
	l.sending = nil
	return err
}

// dropLines takes away the rows of a bundle that is about to be written anew.
func dropLines(ctx context.Context, c *pgxpool.Conn, values []any) error {
	row := ledger.Row(values)
	ids, err := store.BundleIDs(nil, row.Bytes(5))
	if err != nil {
		return err
	}
	facts := make([][16]byte, len(ids))
	for i, id := range ids {
		facts[i] = id
	}
	_, err = c.Exec(ctx, "delete from fact_row where workspace = $1 and seq = $2 and fact = any($3::uuid[])", row.Int(0), row.Int(1), facts)
	return whyEnded(ctx, err)
}

func sendInt(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), uint64(n))
}

func sendBytes(b, v []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
}

func sendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

func sendNothing(b []byte) []byte { return append(b, 0xff, 0xff, 0xff, 0xff) }

// epoch is where the server begins to count.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func sendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return sendNothing(b)
	}
	return sendInt(b, t.UnixMicro()-epoch.UnixMicro())
}

// sendDay sends the day that somebody named, nothing for an instant of which
// nobody did.
func sendDay(b []byte, t time.Time) []byte {
	if t.IsZero() || !throughline.IsDated(t) {
		return sendNothing(b)
	}
	y, m, d := t.Date()
	days := (time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() - epoch.Unix()) / 86400
	return binary.BigEndian.AppendUint32(append(b, 0, 0, 0, 4), uint32(int32(days)))
}

// readable is a text that is there to be read by people: what the server cannot
// hold is a mark.
func readable(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// unzeroed takes zero characters out of JSON, which jsonb cannot hold.
func unzeroed(body string) string {
	const zero = `\u0000`
	if !strings.Contains(body, zero) {
		return body
	}
	var b strings.Builder
	for i := 0; i < len(body); {
		switch {
		case strings.HasPrefix(body[i:], zero):
			b.WriteString(`\ufffd`)
			i += len(zero)
		case body[i] == '\\' && i+1 < len(body): // and what it stands before
			b.WriteString(body[i : i+2])
			i += 2
		default:
			b.WriteByte(body[i])
			i++
		}
	}
	return b.String()
}
