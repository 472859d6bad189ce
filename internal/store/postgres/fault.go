package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// named spells where a database is, without a password.
func named(c *pgconn.Config) string {
	return fmt.Sprintf("postgres://%s@%s/%s", c.User, addressOf(c.Host, c.Port), c.Database)
}

// Fail makes the error for what went wrong; see ledger.Base.
func (b *base) Fail(op, subject string, err error) error {
	var known *throughline.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if subject == "" {
		subject = b.name
	}
	kind, sentence := explain(err)
	if sentence != "" {
		err = &explained{sentence, err}
	}
	return throughline.Fail(op, kind, subject, err)
}

// explained says in a sentence what a cause means, and keeps the cause.
type explained struct {
	sentence string
	cause    error
}

func (e *explained) Error() string { return e.sentence }
func (e *explained) Unwrap() error { return e.cause }

// errUnknown says that a commit was sent and no answer came.
var errUnknown = errors.New("the connection to the database server was lost while it was writing, " +
	"so that it is not known whether it did; doing the same again adds nothing twice")

// explain gives the kind of a cause and, where its own words would not help a
// person, a sentence.
func explain(err error) (throughline.Kind, string) {
	var own *ledger.Refusal
	switch {
	case errors.As(err, &own):
		return own.Kind, ""
	case errors.Is(err, errUnknown):
		return throughline.Unavailable, errUnknown.Error()
	case errors.Is(err, context.Canceled):
		return throughline.Unavailable, "was stopped; nothing of it was written"
	case errors.Is(err, context.DeadlineExceeded):
		return throughline.Unavailable, "took too long and was stopped; nothing of it was written"
	case errors.Is(err, store.ErrBundleVersion):
		return throughline.Unsupported, ""
	case errors.Is(err, fs.ErrNotExist):
		return throughline.NotFound, "there is no ledger in this database"
	}
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return explainCode(said)
	}
	switch {
	case errors.As(err, new(*pgconn.ConnectError)):
		return throughline.Unavailable, "the database server cannot be reached: nothing answers at that address, or not as PostgreSQL"
	case lost(err):
		return throughline.Unavailable, "the connection to the database server was lost; nothing of it was written"
	}
	return throughline.Internal, ""
}

// explainCode gives kind and sentence of what the server said.
func explainCode(e *pgconn.PgError) (throughline.Kind, string) {
	switch e.Code {
	case "3D000":
		return throughline.NotFound, "the server has no database of that name; createdb makes one"
	case "28P01", "28000":
		return throughline.Denied, "the server does not let that user in, or not with that password"
	case "42501":
		return throughline.Denied, "that user may not do this in the database: " + e.Message
	case "25006":
		return throughline.Denied, "the database, or this connection to it, is for reading only"
	case "53100":
		return throughline.Unavailable, "the server's disk is full; nothing of this was written"
	case "53300":
		return throughline.Unavailable, "the server takes no more connections"
	case "55P03":
		return throughline.Unavailable, "another program has been writing to it without a pause; try again when it is done"
	case "57014":
		return throughline.Unavailable, "was stopped; nothing of it was written"
	case "57P03":
		return throughline.Unavailable, "the database server is starting or stopping"
	case "XX001", "XX002":
		return throughline.Corrupt, "the database is damaged; restore a backup: " + e.Message
	}
	switch {
	case lostCode(e.Code):
		return throughline.Unavailable, "the connection to the database server was lost; nothing of it was written"
	case strings.HasPrefix(e.Code, "54"):
		return throughline.Invalid, "is larger than a database can hold"
	case strings.HasPrefix(e.Code, "53"):
		return throughline.Unavailable, "the server has not what it needs: " + e.Message
	}
	return throughline.Internal, ""
}

// lostCode tells the codes with which a server ends a connection.
func lostCode(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", "57P05", "25P03":
		return true
	}
	return strings.HasPrefix(code, "08")
}

// lost reports whether the connection is gone, and not what was asked at fault.
func lost(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return lostCode(said.Code)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var net net.Error
	return errors.As(err, &net) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) ||
		strings.Contains(err.Error(), "conn closed") // pgx gives this a type of its own for no caller
}
