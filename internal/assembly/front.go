package assembly

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/meter"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/span"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/surface/certificate"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/logbook"
	"github.com/throughline/throughline/internal/team"
)

// front is what stands before everything that a server answers, whichever face it is of.
type front struct {
	proxies arrival.Proxies
	log     *slog.Logger
	meter   *meter.Meter
	spans   *span.Spans // nil: no traces
	health  health
	tls     *tls.Config        // nil: plain
	files   *certificate.Files // the certificate, where it is our own
	vouches team.Vouching      // who comes in by an identity provider
	backups *backups           // what was said of them; nil: none are made
	keeping team.Keeping       // the key of second factors that was named; nil: none was
}

// front reads what a server was told about how it is reached.
func (h House) front(s cli.Serving) (*front, error) {
	level := slog.LevelWarn
	if s.LogLevel != "" {
		if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
			return nil, throughline.Fail("write log of level", throughline.Invalid, s.LogLevel, err)
		}
	}
	f := &front{log: logbook.New(os.Stderr, s.Log, level)}
	var err error
	if f.proxies, err = arrival.ParseProxies(s.TrustProxy); err != nil {
		return nil, err
	}
	if f.vouches, err = vouching(s.SignFlags, h.Now); err != nil {
		return nil, err
	}
	if s.FactorKey != "" {
		if f.keeping, err = keyNamed(s.FactorKey); err != nil {
			return nil, err
		}
	}
	if f.backups, err = readBackups(s.JobFlags); err != nil {
		return nil, err
	}
	if s.Metrics != "" {
		f.meter = meter.New(cli.Release())
	}
	if f.spans, err = traces(s.RunFlags, f.log); err != nil {
		return nil, err
	}
	if s.PlansURL != "" {
		if u, err := url.Parse(s.PlansURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, throughline.Fail("serve plans under", throughline.Invalid, s.PlansURL,
				errors.New("--plans-url is an address such as https://plans.example.com"))
		}
	}
	const op = "speak TLS"
	switch own := s.TLSCert != "" || s.TLSKey != ""; {
	case own && len(s.ACME) > 0:
		return nil, throughline.Fail(op, throughline.Invalid, "", errors.New("the certificate is either a file's (--tls-cert) or an authority's (--acme)"))
	case own && (s.TLSCert == "" || s.TLSKey == ""):
		return nil, throughline.Fail(op, throughline.Invalid, "", errors.New("a certificate needs its key: --tls-cert and --tls-key go together"))
	case own:
		if f.files, err = certificate.Open(s.TLSCert, s.TLSKey, time.Now, f.log); err != nil {
			return nil, err
		}
		f.tls = f.files.TLS()
	case len(s.ACME) > 0:
		manager, err := certificate.Automatic(certificate.Authority{
			Names: s.ACME, Directory: s.ACMEDirectory, Email: s.ACMEEmail, Cache: s.ACMECache, Roots: s.ACMERoots, Accept: s.ACMEAccept,
		})
		if err != nil {
			return nil, err
		}
		f.tls = manager.TLSConfig()
		f.tls.MinVersion = tls.VersionTLS12
	}
	return f, nil
}

func (f *front) scheme() string {
	if f.tls != nil {
		return "https"
	}
	return "http"
}

// before stands before a face: who asks, how the server is, what is counted and
// noted of an answer, and what becomes of one that breaks.
func (f *front) before(next http.Handler) http.Handler {
	health := f.health.handler()
	return f.proxies.Receive(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &answered{ResponseWriter: w}
		if r.URL.Path == livePath || r.URL.Path == readyPath { // asked every second by whoever watches
			f.counted(out, r, health, func(span.Request) {})
			return
		}
		ctx, end := f.spans.Request(r.Context(), arrival.Parent(r.Context()))
		f.counted(out, r.WithContext(ctx), next, end)
	}))
}

// counted has a face answer, and tells of it.
func (f *front) counted(out *answered, r *http.Request, next http.Handler, traced func(span.Request)) {
	end, since := f.meter.Begin(arrival.Method(r)), time.Now()
	defer func() {
		broke, begun := recover(), out.status != 0
		if broke != nil && broke != http.ErrAbortHandler {
			f.log.ErrorContext(r.Context(), "a request broke", "error", fmt.Errorf("panic: %v\n%s", broke, debug.Stack()))
			if !begun {
				http.Error(out, "this could not be answered; the server's log says more under "+arrival.ID(r.Context()), http.StatusInternalServerError)
			}
		}
		route, took := arrival.Route(r.Context()), time.Since(since)
		if strings.HasSuffix(route, "/live") {
			took = 0 // it lasts for as long as somebody looks
		}
		end(route, out.code(), took)
		traced(span.Request{Method: arrival.Method(r), Route: route, Role: arrival.Role(r.Context()), ID: arrival.ID(r.Context()), Status: out.code()})
		line := []any{"method", arrival.Method(r), "route", route, "status", out.code(), "ms", took.Milliseconds(), "bytes", out.bytes}
		if id := span.ID(r.Context()); id != "" {
			line = append(line, "trace", id)
		}
		f.log.InfoContext(r.Context(), "request", line...)
		if broke != nil && (broke == http.ErrAbortHandler || begun) {
			panic(http.ErrAbortHandler) // part of an answer went: whoever asked sees that it is cut
		}
	}()
	next.ServeHTTP(out, r)
}

// answered notes what an answer was.
type answered struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answered) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// WriteHeader notes the status; those that announce another are none.
func (a *answered) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answered) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Flush sends what was written.
func (a *answered) Flush() { _ = a.FlushError() }

// FlushError is Flush that says whether it went.
func (a *answered) FlushError() error { return http.NewResponseController(a.ResponseWriter).Flush() }

// Unwrap gives the writer beneath.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// began tells the meter of an operation, and whoever collects traces.
func (f *front) began(ctx context.Context, o operation.Operation) (context.Context, func(error)) {
	ctx, end := f.spans.Operation(ctx, o.Name())
	since := time.Now()
	return ctx, func(err error) {
		f.meter.Ran(o.Name(), err, time.Since(since))
		end(err)
	}
}

// look adds what is looked up when somebody reads the numbers.
func (f *front) look(d *operation.Desk, worker *job.Worker) {
	if f.meter == nil {
		return
	}
	const jobs, jobsHelp = "jobs", "Jobs that are kept in the database: of all servers on it."
	for word, state := range map[string]store.JobState{"waiting": store.JobWaiting, "running": store.JobRunning, "failed": store.JobFailed} {
		f.meter.Look(jobs, jobsHelp, word, countJobs(d, state))
	}
	const behind, behindHelp = "work_behind", "Pieces of work of this process behind whoever asked: forecasts that visitors wait for."
	f.meter.Look(behind, behindHelp, "waiting", func() float64 { n, _, _ := worker.State(); return float64(n) })
	f.meter.Look(behind, behindHelp, "working", func() float64 {
		if _, working, _ := worker.State(); working {
			return 1
		}
		return 0
	})
	f.meter.Look(behind, behindHelp, "done", func() float64 { _, _, n := worker.State(); return float64(n) })
	const long, longHelp = "long_operations", "Operations that take long, of which so many are worked out at once."
	f.meter.Look(long, longHelp, "working", func() float64 { n, _ := d.Gate.State(); return float64(n) })
	f.meter.Look(long, longHelp, "waiting", func() float64 { _, n := d.Gate.State(); return float64(n) })
	f.meter.Look("lists_behind_seconds", "For how long lists have lacked what was written.", "", func() float64 {
		if at := d.Lists.Behind(); !at.IsZero() {
			return max(0, d.Now().Sub(at).Seconds())
		}
		return 0
	})
	f.meter.Look("stopping", "1 once the server was told to stop.", "", func() float64 {
		if f.health.stopping.Load() {
			return 1
		}
		return 0
	})
	if f.files != nil {
		f.meter.Look("certificate_ends_timestamp_seconds", "When the certificate ends.", "", func() float64 { return float64(f.files.Until().Unix()) })
	}
}

// The addresses under which whoever watches over a server asks how it is. They
// answer under any name, to anybody, and tell nothing else.
const (
	livePath  = "/healthz"
	readyPath = "/readyz"
)

// How long the store may take to answer, and how long what it said holds.
const (
	readyWithin = 2 * time.Second
	readyHolds  = time.Second
)

// health says how the server is.
type health struct {
	stopping atomic.Bool
	ask      func(context.Context) error // whether the store answers; nil: not opened yet

	mu   sync.Mutex
	at   time.Time
	last error
}

var (
	errStopping = errors.New("stopping")
	errStore    = errors.New("the store does not answer")
)

// store has the health ask a desk's ledger. Whoever has opened it has brought its
// tables to this version, or was refused.
func (h *health) store(d *operation.Desk) {
	ledger, ws := d.Ledger, d.Workspace
	h.ask = func(ctx context.Context) error {
		_, err := ledger.Number(ctx, ws)
		return err
	}
}

// ready reports why requests should go elsewhere; nil: they are answered here.
// The store is asked once a second at most, whoever asks how often.
func (h *health) ready(ctx context.Context) error {
	if h.stopping.Load() {
		return errStopping
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); h.at.IsZero() || now.Sub(h.at) >= readyHolds {
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
		h.last = nil
		if h.ask == nil || h.ask(own) != nil {
			h.last = errStore
		}
		cancel()
		h.at = time.Now()
	}
	return h.last
}

func (h *health) handler() http.Handler {
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, err error) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		word := "ok\n"
		if err != nil {
			word = "not ready: " + err.Error() + "\n"
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write([]byte(word)) // the connection is gone if this fails
	}
	mux.HandleFunc("GET "+livePath, func(w http.ResponseWriter, _ *http.Request) { say(w, nil) })
	mux.HandleFunc("GET "+readyPath, func(w http.ResponseWriter, r *http.Request) { say(w, h.ready(r.Context())) })
	return arrival.Noted(mux)
}

// servers are the listening parts of one process.
type servers struct {
	front  *front
	all    []*http.Server
	failed chan error
}

// serve answers on a listener until stopped, over TLS where there are settings of it.
func (s *servers) serve(l net.Listener, h http.Handler, secure *tls.Config) *http.Server {
	server := newServer(h, s.front.log)
	room := newBounded(l, mostConnections)
	server.ConnState = room.state
	s.all = append(s.all, server)
	go func() {
		err := error(nil)
		if secure != nil {
			server.TLSConfig = secure.Clone()
			err = server.ServeTLS(room, "", "")
		} else {
			err = server.Serve(room)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return server
}

// aside serves what has an address of its own: the customers' face, the numbers.
func (s *servers) aside(told cli.Serving, d *operation.Desk, f *front) error {
	if told.Plans != "" {
		listener, err := net.Listen("tcp", told.Plans)
		if err != nil {
			return throughline.Fail("listen on", throughline.Unavailable, told.Plans, cause(err))
		}
		s.serve(listener, f.before(Customers(d, f.log)), f.tls)
	}
	if told.Metrics != "" {
		listener, err := net.Listen("tcp", told.Metrics)
		if err != nil {
			return throughline.Fail("listen on", throughline.Unavailable, told.Metrics, cause(err))
		}
		mux, health := http.NewServeMux(), f.health.handler()
		mux.Handle("GET /metrics", f.meter.Handler())
		mux.Handle("GET "+livePath, health)
		mux.Handle("GET "+readyPath, health)
		s.serve(listener, mux, nil)
	}
	return nil
}

func (s *servers) close() {
	for _, server := range s.all {
		_ = server.Close()
	}
}

// stop says that it will, goes on for as long as was asked, and then lets what
// runs end within its time; what has not by then is cut off.
func (s *servers) stop(ctx context.Context, told cli.Serving) error {
	s.front.health.stopping.Store(true)
	if told.StopAfter > 0 {
		wait := time.NewTimer(told.StopAfter)
		select {
		case <-wait.C:
		case <-s.failed:
		}
		wait.Stop()
	}
	last, cancel := context.WithTimeout(ctx, told.StopIn)
	defer cancel()
	var wg sync.WaitGroup
	errs := make([]error, len(s.all))
	for i, server := range s.all {
		wg.Go(func() { errs[i] = server.Shutdown(last) })
	}
	wg.Wait()
	for i, err := range errs {
		if errors.Is(err, context.DeadlineExceeded) {
			s.front.log.Warn("requests that did not end in time were cut off")
			_ = s.all[i].Close()
			errs[i] = nil
		}
	}
	if err := errors.Join(errs...); err != nil {
		return throughline.Fail("stop serving on", throughline.Unavailable, told.Listen, err)
	}
	return nil
}

// hostsOf are the names under which a server is asked, beside this machine's own.
func hostsOf(s cli.Serving) []string {
	named := append(append([]string{}, s.Host...), s.ACME...)
	for i, name := range named {
		named[i] = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
	}
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return named
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		if len(named) == 0 {
			return []string{"*"} // asked for: every name this machine has
		}
		return named
	}
	return append(named, host)
}

// writesHere reports whether whoever reaches a server may write while nobody
// signs in. Where others come in by a proxy or under a name, an address of this
// machine is no longer this machine's alone.
func writesHere(s cli.Serving) bool {
	if len(s.TrustProxy) > 0 || len(s.Host) > 0 || len(s.ACME) > 0 {
		return s.OpenWrites
	}
	return mayWrite(s.ServeFlags)
}
