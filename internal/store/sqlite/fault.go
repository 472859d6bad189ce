package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Fail makes the error for what went wrong; see ledger.Base.
func (l *base) Fail(op, subject string, err error) error {
	if subject == "" {
		subject = l.path
	}
	return fail(op, subject, err)
}

// fail makes the throughline.Error for what went wrong while op was attempted
// on subject; nil stays nil, and what is one already stays as it is.
func fail(op, subject string, err error) error {
	var known *throughline.Error
	if err == nil || errors.As(err, &known) {
		return err
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

// explain gives the kind of a cause and, where its own words would not help a
// person, a sentence.
func explain(err error) (throughline.Kind, string) {
	var own *ledger.Refusal
	switch {
	case errors.As(err, &own):
		return own.Kind, ""
	case errors.Is(err, context.Canceled):
		return throughline.Unavailable, "was stopped; nothing of it was written"
	case errors.Is(err, context.DeadlineExceeded):
		return throughline.Unavailable, "took too long and was stopped; nothing of it was written"
	case errors.Is(err, store.ErrBundleVersion):
		return throughline.Unsupported, ""
	case errors.Is(err, fs.ErrNotExist):
		return throughline.NotFound, "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return throughline.Denied, "no permission to read or write it"
	case errors.Is(err, fs.ErrExist):
		return throughline.Conflict, "there is a file of that name already"
	case errors.Is(err, syscall.ENOTDIR):
		return throughline.Invalid, "a part of the path is no folder"
	case errors.Is(err, syscall.ENOSPC):
		return throughline.Unavailable, "the disk is full"
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return throughline.Internal, ""
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return throughline.Unavailable, "another program has been writing to it without a pause; try again when it is done"
	case lib.SQLITE_FULL:
		return throughline.Unavailable, "the disk is full; nothing of this was written"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return throughline.Denied, "the file or its folder is read-only"
	case lib.SQLITE_CANTOPEN:
		return throughline.Denied, "the file cannot be opened; it, or its folder, cannot be read or written"
	case lib.SQLITE_NOTADB:
		return throughline.Invalid, "is no throughline database"
	case lib.SQLITE_CORRUPT:
		return throughline.Corrupt, "the file is damaged; restore a backup: " + err.Error()
	case lib.SQLITE_IOERR:
		return throughline.Unavailable, "reading or writing the disk failed: " + err.Error()
	case lib.SQLITE_TOOBIG:
		return throughline.Invalid, "is larger than a database can hold"
	case lib.SQLITE_NOMEM:
		return throughline.Unavailable, "there is not enough memory"
	}
	return throughline.Internal, ""
}

// busy reports whether another connection held the lock that was needed.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == lib.SQLITE_BUSY || e.Code()&0xff == lib.SQLITE_LOCKED)
}
