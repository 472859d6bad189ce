package throughline

import (
	"errors"
	"strings"
)

// Kind is the closed list of ways in which an attempt can fail. Each face has
// one table from kind to its own form (exit status, HTTP status, MCP code).
type Kind string

// The kinds. Do not rename: they stand in answers to other programs.
const (
	Invalid     Kind = "invalid"
	NotFound    Kind = "not_found"
	Conflict    Kind = "conflict"
	Denied      Kind = "denied"
	Unavailable Kind = "unavailable"
	Unsupported Kind = "unsupported"
	Corrupt     Kind = "corrupt"
	Internal    Kind = "internal"
)

// Error says what was attempted on what, and why it failed. What a person
// wrote gets findings (internal/diag) instead; the two are never mixed.
type Error struct {
	Op      string // what was attempted: "open database"
	Kind    Kind
	Subject string // on what: a path, an id
	Err     error  // the cause, may be nil
}

// Fail makes an Error; cause may be nil.
func Fail(op string, kind Kind, subject string, cause error) *Error {
	return &Error{Op: op, Kind: kind, Subject: subject, Err: cause}
}

// Error reads like a sentence in lower case: "open database x.db: not found".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Subject != "" {
		b.WriteByte(' ')
		b.WriteString(e.Subject)
	}
	b.WriteString(": ")
	if e.Err != nil {
		b.WriteString(e.Err.Error())
	} else {
		b.WriteString(strings.ReplaceAll(string(e.Kind), "_", " "))
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of the first Error in err's chain, Internal where
// there is none, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
