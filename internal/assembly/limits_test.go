package assembly

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/surface/cli"
)

// TestTheServerHasLimits: on reading, on waiting, on what is sent in a head;
// none on how long an answer may take as a whole.
func TestTheServerHasLimits(t *testing.T) {
	s := newServer(http.NotFoundHandler(), slog.Default())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is missing: %v to read a head, %v a request, %v idle, %d bytes", s.ReadHeaderTimeout, s.ReadTimeout, s.IdleTimeout, s.MaxHeaderBytes)
	}
	if s.WriteTimeout != 0 {
		t.Errorf("a long answer is cut off after %v", s.WriteTimeout)
	}
}

// deadlines is a writer that keeps the deadlines it is given.
type deadlines struct {
	*httptest.ResponseRecorder
	given []time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.given = append(d.given, t)
	return nil
}

// TestEachPieceHasItsTime: every piece of an answer is given time anew, so that
// a long one is not cut off and one that nobody takes is.
func TestEachPieceHasItsTime(t *testing.T) {
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	before := time.Now() // no speed is measured: however slow this is, no deadline may lie nearer to it than writeWithin
	newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			fmt.Fprint(w, "a piece")
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}), slog.Default()).Handler.ServeHTTP(d, httptest.NewRequest("GET", "/", nil))
	if len(d.given) != 4 {
		t.Fatalf("%d deadlines for three pieces and sending them", len(d.given))
	}
	for _, at := range d.given {
		if at.Sub(before) < writeWithin {
			t.Errorf("a piece has %v", at.Sub(before))
		}
	}
}

// TestIdleConnectionsKeepNobodyOut: when all connections are taken by those who
// hold them open and ask nothing, the one idle for longest makes room.
func TestIdleConnectionsKeepNobodyOut(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	room := newBounded(l, 4)
	s := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "here") }), slog.Default())
	s.ConnState = room.state
	go s.Serve(room)
	defer s.Close()
	var held []net.Conn
	for range 40 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("connection %d: %v", len(held)+1, err)
		}
		if b, err := io.ReadAll(r.Body); string(b) != "here" || err != nil {
			t.Fatalf("connection %d is answered %q, %v", len(held)+1, b, err)
		}
		held = append(held, c) // and asks no more
	}
	if n := len(room.free); n > 4 {
		t.Errorf("%d connections at once", n)
	}
	// The first was given up: its end is there to be read.
	if _, err := held[0].Read(make([]byte, 1)); err == nil {
		t.Error("the first connection is still answered")
	}
}

// TestWhoMayWrite: this machine alone, unless it is said otherwise: there is no
// sign-in.
func TestWhoMayWrite(t *testing.T) {
	for listen, here := range map[string]bool{"127.0.0.1:8321": true, "localhost:0": true, "[::1]:80": true, "127.0.0.9:1": true,
		":8321": false, "0.0.0.0:8321": false, "[::]:80": false, "192.168.1.5:80": false, "example.com:80": false, "10.0.0.1:0": false, "localhost.example.com:80": false, "127.0.0.1.example.com:80": false} {
		if got := mayWrite(cli.ServeFlags{Listen: listen}); got != here {
			t.Errorf("at %s everybody may write: %v", listen, got)
		}
		if !mayWrite(cli.ServeFlags{Listen: listen, OpenWrites: true}) {
			t.Errorf("at %s nobody may write, though it was asked for", listen)
		}
	}
}
