package assembly

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/throughline/throughline/internal/surface/logbook"
)

// Limits of the server, since anybody who can reach it can ask for more than it
// has. Each connection is an open file, of which a process has about a thousand.
const (
	mostConnections = 512
	mostLive        = 128 // pages that listen for what is new

	headerWithin = 5 * time.Second  // a request's head is read
	bodyWithin   = 30 * time.Second // a request is read
	writeWithin  = 60 * time.Second // one piece of an answer is taken by whoever asked, however long all of it takes
	idleWithin   = 2 * time.Minute  // a connection that asks nothing is kept
)

// newServer makes the server of a handler, with its limits. Answers may take as
// long as they need, so WriteTimeout is not among them: see steady.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           steady(h),
		ReadHeaderTimeout: headerWithin, ReadTimeout: bodyWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: 64 << 10,
		ErrorLog:       logbook.Server(log),
	}
}

// steady gives whoever asked so much time to take each piece of an answer. An
// answer that is long, or long in coming, is not cut off; one that nobody takes is.
func steady(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&pieces{w, http.NewResponseController(w)}, r)
	})
}

type pieces struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p *pieces) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeWithin)) // a recorder in a test has none
	return p.ResponseWriter.Write(b)
}

// Flush sends what was written.
func (p *pieces) Flush() { _ = p.FlushError() }

// FlushError is Flush that says whether it went.
func (p *pieces) FlushError() error {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeWithin))
	return p.control.Flush()
}

// Unwrap gives the writer beneath.
func (p *pieces) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// bounded is a listener with at most so many connections at once. Where a new
// one comes when all are taken, the one that has been idle for longest is
// closed, so that those who only hold connections open keep nobody out.
type bounded struct {
	net.Listener
	free chan struct{}

	mu   sync.Mutex
	idle map[net.Conn]time.Time
}

func newBounded(l net.Listener, most int) *bounded {
	return &bounded{Listener: l, free: make(chan struct{}, most), idle: map[net.Conn]time.Time{}}
}

// Accept waits for a connection, and for room for it.
func (b *bounded) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case b.free <- struct{}{}:
	default:
		b.closeIdle()
		b.free <- struct{}{} // when it, or another, has gone
	}
	return &boundedConn{Conn: c, from: b}, nil
}

// closeIdle closes the connection that has been idle for longest, if one is.
func (b *bounded) closeIdle() {
	b.mu.Lock()
	var oldest net.Conn
	for c, since := range b.idle {
		if oldest == nil || since.Before(b.idle[oldest]) {
			oldest = c
		}
	}
	delete(b.idle, oldest)
	b.mu.Unlock()
	if oldest != nil {
		oldest.Close()
	}
}

// state is told by the server how connections are.
func (b *bounded) state(c net.Conn, s http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s == http.StateIdle || s == http.StateNew { // asks nothing, or nothing yet
		b.idle[c] = time.Now()
	} else {
		delete(b.idle, c)
	}
}

type boundedConn struct {
	net.Conn
	from *bounded
	once sync.Once
}

// Close closes it and makes room for another.
func (c *boundedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { <-c.from.free })
	return err
}
