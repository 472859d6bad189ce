package logbook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/surface/logbook"
)

// TestNoWordsInTheLog: whatever an error carries, what somebody wrote stays out,
// and what an operator needs stays in.
func TestNoWordsInTheLog(t *testing.T) {
	denied := throughline.Fail("write to", throughline.Unavailable, "Ann Bergmann", errors.New(`disk is full near "Ann Bergmann"`))
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"ours":       {denied, "write to (unavailable): disk is full near …"},
		"wrapped":    {fmt.Errorf("of Ann Bergmann: %w", denied), "write to (unavailable): disk is full near …"},
		"several":    {errors.Join(errors.New("first"), fmt.Errorf("of Ann Bergmann: %w", denied)), "first; write to (unavailable): disk is full near …"},
		"a refusal":  {throughline.Fail("add", throughline.Invalid, "", throughline.Refuse("long", "%s is too long", "name", "Ann Bergmann")), "add (invalid): refused: long"},
		"an address": {errors.New("550 no such box <ann.bergmann@example.com>"), "550 no such box <…>"},
		"in Chinese": {errors.New("no column 「Ann Bergmann」 of “Ann Bergmann”, `Ann Bergmann` or 'Ann Bergmann'"), "no column … of …, … or …"},
		"the system": {&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}, "dial tcp: connection refused"},
		"Go's panic": {errors.New("panic: runtime error: index out of range [3] with length 3\nmain.f()"), "panic: runtime error: index out of range [3] with length 3\nmain.f()"},
		"a panic":    {errors.New("panic: Ann Bergmann\nmain.f()"), "panic\nmain.f()"},
	} {
		for _, form := range []string{logbook.Text, logbook.JSON} {
			var b bytes.Buffer
			logbook.New(&b, form, slog.LevelWarn).Error("it failed", "error", c.err)
			if strings.Contains(b.String(), "Bergmann") || strings.Contains(b.String(), "bergmann") {
				t.Errorf("%s, %s: %s", name, form, b.String())
			}
		}
		if got := logbook.Plain(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestALineSaysOfWhichRequestItIs: also of a logger that was made of another, and
// below the level nothing is written.
func TestALineSaysOfWhichRequestItIs(t *testing.T) {
	var b bytes.Buffer
	log := logbook.New(&b, logbook.JSON, slog.LevelInfo).With("part", "pages")
	w := httptest.NewRecorder()
	arrival.Proxies(nil).Receive(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.DebugContext(r.Context(), "not this")
		log.InfoContext(r.Context(), "this")
	})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
	var line struct{ Msg, Part, Request string }
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line.Msg != "this" || line.Part != "pages" || line.Request == "" || line.Request != w.Header().Get("X-Request-Id") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// TestConnectionsHaveNoAddress: what net/http says of a connection is logged
// without who it was, and of one that never came to a request only with everything.
func TestConnectionsHaveNoAddress(t *testing.T) {
	for _, c := range []struct {
		text, want string
		level      slog.Level
	}{
		{"http: TLS handshake error from 203.0.113.7:48576: EOF", "", slog.LevelWarn},
		{"http: TLS handshake error from 203.0.113.7:48576: EOF", "http: TLS handshake error from …: EOF", slog.LevelDebug},
		{"http: Accept error: accept tcp [2001:db8::1%eth0]:443: too many open files; retrying in 5ms", "http: Accept error: accept tcp …: too many open files; retrying in 5ms", slog.LevelWarn},
	} {
		var b strings.Builder
		logbook.Server(logbook.New(&b, logbook.Text, c.level)).Print(c.text)
		if got := b.String(); !strings.Contains(got, c.want) || c.want == "" && got != "" || strings.Contains(got, "203.0") || strings.Contains(got, "2001:db8") {
			t.Errorf("%q is logged as %q", c.text, got)
		}
	}
}
