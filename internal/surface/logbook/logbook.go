// Package logbook is the lines that a server writes about itself.
//
// Takes: lines of the program, with what went wrong.
// Gives: them as text or as JSON, each with the number of the request it is of.
// Never: writes a word that somebody wrote (a name, a title, an address, a search), whatever an error carries.
package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"regexp"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// The forms of a log.
const (
	Text = "text"
	JSON = "json"
)

// New makes a log in a form, from a level on.
func New(w io.Writer, form string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if err, is := a.Value.Any().(error); is {
			a.Value = slog.StringValue(Plain(err))
		}
		return a
	}}
	var h slog.Handler = slog.NewTextHandler(w, options)
	if form == JSON {
		h = slog.NewJSONHandler(w, options)
	}
	return slog.New(numbered{h})
}

// numbered adds the number of the request.
type numbered struct{ slog.Handler }

func (n numbered) Handle(ctx context.Context, r slog.Record) error {
	if id := arrival.ID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return n.Handler.Handle(ctx, r)
}

func (n numbered) WithAttrs(a []slog.Attr) slog.Handler { return numbered{n.Handler.WithAttrs(a)} }

func (n numbered) WithGroup(name string) slog.Handler { return numbered{n.Handler.WithGroup(name)} }

// Plain says what went wrong without the words that somebody wrote: of our own
// errors what was attempted and their kind, not on what; of others their text
// without what stands in quotes, and without addresses of people.
func Plain(err error) string {
	var ours *throughline.Error
	switch e := err.(type) {
	case nil:
		return ""
	case *throughline.Error:
		out := fmt.Sprintf("%s (%s)", e.Op, e.Kind)
		if e.Err != nil {
			out += ": " + Plain(e.Err)
		}
		return out
	case *throughline.Refusal: // its arguments are words
		return "refused: " + e.Code
	case interface{ Unwrap() []error }:
		var all []string
		for _, one := range e.Unwrap() {
			all = append(all, Plain(one))
		}
		return strings.Join(all, "; ")
	}
	if errors.As(err, &ours) { // the text of what wraps it repeats what it is about
		return Plain(errors.Unwrap(err))
	}
	return masked(err.Error())
}

var (
	quoted    = regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`\n]*`|“[^”\n]*”|「[^」\n]*」|'[^'\n]{2,}'")
	addressed = regexp.MustCompile(`[^\s<>()]+@[^\s<>()]+`)
)

// masked leaves out of a text what may be somebody's words. A panic may say
// anything; only what Go itself says of one is kept.
func masked(text string) string {
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "panic: ") && !strings.HasPrefix(first, "panic: runtime error: ") {
		text = "panic\n" + rest
	}
	return addressed.ReplaceAllString(quoted.ReplaceAllString(text, "…"), "…")
}

// Server gives net/http a place for what it says of connections: without addresses
// of whoever connects, and of the many that never come to a request (a scanner that
// does not shake hands) only where everything is logged.
func Server(l *slog.Logger) *log.Logger { return log.New(connections{l}, "", 0) }

type connections struct{ log *slog.Logger }

var reached = regexp.MustCompile(`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+(?:%\w+)?\])(?::\d+)?`)

func (c connections) Write(text []byte) (int, error) {
	level := slog.LevelWarn
	if bytes.Contains(text, []byte("TLS handshake error")) {
		level = slog.LevelDebug
	}
	c.log.Log(context.Background(), level, strings.TrimSpace(masked(reached.ReplaceAllString(string(text), "…"))))
	return len(text), nil
}
