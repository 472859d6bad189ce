package assembly

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/mail"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/surface/api"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/customer"
	"github.com/throughline/throughline/internal/surface/scim"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/team"
	"github.com/throughline/throughline/internal/trail"
	"github.com/throughline/throughline/internal/usage"
	"github.com/throughline/throughline/internal/workshop"
)

// How many questions that take long are worked out at once, and how many wait.
const (
	mostWorking = 3
	mostWaiting = 30
)

// mostAsked is how often a program's token may ask in a minute, of one process.
const mostAsked = 6000

// Handler gives everything that is served over HTTP: the customers' face below
// its own path with a chain of its own, and before everything else ours. When
// over is closed the answers that would go on for ever end.
func Handler(d *operation.Desk, hosts []string, writes bool, over <-chan struct{}, log *slog.Logger) http.Handler {
	customers := Customers(d, log)
	ours := sellers(
		d,
		hosts,
		writes,
		over,
		log,
		web.Options{MadeUp: sync.OnceValues(func() (http.Handler, error) { return madeUp(d, hosts, writes, over, log) })},
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			ctx, end := d.Ledger.Moment(r.Context(), d.Workspace)
			defer end()
			r = r.WithContext(ctx)
		}
		if strings.HasPrefix(r.URL.Path, sharing.PlanPath) {
			customers.ServeHTTP(w, r)
			return
		}
		ours.ServeHTTP(w, r)
	})
}

// Customers gives the customers' face alone. Whoever has a link may write by it,
// whether or not others may write here: the link is what lets them in.
func Customers(d *operation.Desk, log *slog.Logger) http.Handler {
	drawing := &sync.Mutex{}
	if d.Drawing != nil {
		drawing = d.Drawing
	}
	return customer.New(customer.Options{Log: log, Desk: func(language string) *operation.Desk {
		own := *d
		own.Progress, own.Confirm, own.Show = nil, nil, nil
		own.Drawing, own.Keep, own.Language, own.Holds = drawing, false, language, operation.MayRead
		if d.Pulse != nil {
			own.Wrote = d.Pulse.Wrote
		}
		d.Shelf.Lay(&own.Bench)
		return &own
	}})
}

// madeUp gives the pages of a made-up company that is kept in memory, for
// whoever wants to look around before anything of their own is here.
func madeUp(d *operation.Desk, hosts []string, writes bool, over <-chan struct{}, log *slog.Logger) (http.Handler, error) {
	own := *d
	own.Ledger, own.Lists, own.Shelf, own.Pulse, own.Gate, own.Drawing, own.Versions, own.BookDir = memory.New(), nil, nil, nil, nil, nil, nil, ""
	own.MadeUp = true
	own.Uses = nil // of a company that is none, nothing is counted
	own.Forecasts, own.Logs, own.Usual, own.Readers = &forecasting.Forecasts{}, &learning.Logs{}, &desk.Usual{}, &recording.Readers{}
	own.Looks, own.Progress, own.Confirm, own.Show, own.Author = &importing.Looks{}, nil, nil, nil, throughline.PersonID{}
	own.Began, own.Noting, own.Jobs, own.Dump = nil, nil, nil, nil // what is tried there is nothing of the company's
	own.Holds, own.Random = operation.MayAdmin, rand.New(rand.NewPCG(madeUpSeed, uint64(d.Now().UnixNano())))
	if err := (House{Now: d.Now}).Fill(context.Background(), &own, madeUpSeed); err != nil {
		return nil, err
	}
	if d.Forecasts != nil {
		own.Forecasts.Work = d.Forecasts.Work
	}
	forecasting.PrepareForecast(own.Forecaster())
	return sellers(&own, hosts, writes, over, log, web.Options{Made: true}), nil
}

// madeUpSeed makes the same company as demo does unless it is told otherwise.
const madeUpSeed = 1

func sellers(d *operation.Desk, hosts []string, writes bool, over <-chan struct{}, log *slog.Logger, o web.Options) http.Handler {
	shelf, pulse := d.Shelf, d.Pulse
	if pulse == nil {
		pulse = &desk.Pulse{}
	}
	drawing := d.Drawing
	if drawing == nil {
		drawing = &sync.Mutex{}
	}
	gate := d.Gate
	if gate == nil {
		gate = job.NewGate(mostWorking, mostWaiting)
	}
	laid := func(r *http.Request, language string) *operation.Desk {
		own := *d // each request gets a desk of its own; the parts are shared
		own.Progress, own.Confirm, own.Show = nil, nil, nil
		own.Wrote, own.Drawing, own.Gate, own.Keep = pulse.Wrote, drawing, gate, false
		shelf.Lay(&own.Bench)
		own.Holds = operation.MayRead
		if !o.Made {
			web.Admitted(r, &own)
		}
		if writes {
			own.Holds = operation.MayWrite
		}
		if language != "" {
			own.Language = language
		}
		return &own
	}
	rest := http.NewServeMux()
	api.Mount(rest, operation.All(), func(r *http.Request) *operation.Desk { return laid(r, r.URL.Query().Get("lang")) }, log)
	if !o.Made {
		if d.Porter == nil {
			d.Porter = team.NewPorter()
		}
		o.Entrance = func(next http.Handler) http.Handler { return web.Entrance(d, web.NewLimit(mostAsked), log, next) }
	}
	mounted := map[string]http.Handler{"/api/": rest}
	if !o.Made {
		mounted[scim.Path+"/"] = scim.New(scim.Options{Desk: func(r *http.Request) *operation.Desk { return laid(r, "") }, Log: log})
	}
	o.Desk, o.Mount, o.Hosts, o.Log, o.Pulse, o.Over, o.Live = laid, mounted, hosts, log, pulse, over, mostLive
	return web.New(o)
}

// Serve listens until ctx ends, then lets running requests finish.
func (h House) Serve(ctx context.Context, d *operation.Desk, s cli.Serving, tell func(url string)) error {
	f, err := h.front(s)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		kind := throughline.Unavailable
		var bad *net.AddrError
		if errors.As(err, &bad) {
			kind = throughline.Invalid
		}
		return throughline.Fail("listen on", kind, s.Listen, cause(err))
	}
	d.Acting = deal.Actor{Via: deal.ViaJob}     // whoever asks by a face says otherwise
	defer f.untrace(context.WithoutCancel(ctx)) // behind the last that is done
	worker := job.NewWorker(context.WithoutCancel(ctx))
	defer worker.Stop()
	if err := h.open(ctx, d, s, f, worker); err != nil {
		return errors.Join(err, listener.Close())
	}
	over := make(chan struct{})
	served := &servers{front: f, failed: make(chan error, 3)}
	ours := Handler(d, hostsOf(s), writesHere(s), over, f.log)
	main := served.serve(listener, f.before(ours), f.tls)
	main.RegisterOnShutdown(func() { close(over) })
	if err := served.aside(s, d, f); err != nil {
		served.close()
		return err
	}
	tell(f.scheme() + "://" + listener.Addr().String() + "/")
	select {
	case err := <-served.failed:
		served.close()
		return throughline.Fail("serve on", throughline.Unavailable, s.Listen, err)
	case <-ctx.Done():
	}
	return served.stop(context.WithoutCancel(ctx), s)
}

// open gives a desk what a server keeps beside it, and begins the work behind it.
func (h House) open(ctx context.Context, d *operation.Desk, s cli.Serving, f *front, worker *job.Worker) error {
	d.Began = f.began
	d.Forecasts.Work = worker.Do
	if f.backups != nil {
		f.backups.ledger = d.Ledger
	}
	f.health.store(d)
	f.trace(d)
	d.Ledger = f.meter.Ledger(d.Ledger)
	d.Lists = listing.New(&d.Desk)
	d.Ledger = d.Lists.Ledger()
	worker.Keep(d.Lists.Keep)
	d.Shelf = workshop.NewShelf(&d.Bench)
	d.Pulse = &desk.Pulse{}
	d.Gate = job.NewGate(mostWorking, mostWaiting)
	f.look(d, worker)
	ready := readyToLearn(*d)
	feed, err := desk.NewFeed(ctx, &d.Desk, d.Pulse.Hear, d.Shelf.Hear(d.Lists.Rebook), d.Lists.Hear, ready.Hear)
	if err != nil {
		return err
	}
	worker.Keep(feed.Follow)
	worker.Keep(ready.Keep)
	if d.Porter == nil {
		d.Porter = team.NewPorter()
	}
	if f.keeping != nil {
		d.Porter.Keeping = f.keeping
	}
	if d.Porter.Vouching = f.vouches; f.vouches.Provider != nil {
		worker.Keep(reachProvider(f.vouches.Provider, f.log))
	}
	signed, err := d.Porter.Begun(ctx, &d.Desk)
	if err != nil {
		return err
	}
	if writesHere(s) || signed {
		d.Uses = &usage.Counter{}
		worker.Keep(keepUses(*d, f.log))
	} else {
		forecasting.PrepareForecast(d.Forecaster())
	}
	noted := trail.NewQueue(d.Ledger, d.Workspace, f.log)
	worker.Keep(noted.Run)
	d.Noting = whereSignedIn(d, noted.Note)
	d.Jobs = h.queue(d, f.backups, writesHere(s) || signed, f.log)
	f.traceJobs(d.Jobs)
	worker.Keep(d.Jobs.Run)
	d.Drawing, d.PublicURL = &sync.Mutex{}, strings.TrimRight(s.PlansURL, "/")
	return post(d, s.ServeFlags, worker, f.log)
}

// whereSignedIn keeps an audit once a company has people: before, nobody could be
// told apart in it.
func whereSignedIn(d *operation.Desk, note desk.Noting) desk.Noting {
	porter, of := d.Porter, desk.Desk{Ledger: d.Ledger, Workspace: d.Workspace}
	if porter == nil {
		porter = team.NewPorter()
	}
	lately := &trail.Seldom{}
	return func(ctx context.Context, deed store.Deed, wait bool) error {
		if begun, err := porter.Begun(ctx, &of); err != nil || !begun {
			return err
		}
		if !lately.First(deed) {
			return nil
		}
		return note(ctx, deed, wait)
	}
}

// noteAtOnce writes each line of the audit as it comes: for the command line,
// which does one thing and ends.
func noteAtOnce(d *operation.Desk) desk.Noting {
	l, ws := d.Ledger, d.Workspace
	return whereSignedIn(d, func(ctx context.Context, deed store.Deed, _ bool) error { return l.Note(ctx, ws, []store.Deed{deed}) })
}

// keepUses writes what was counted once a minute, and asks as often whether the
// company wants it counted.
func keepUses(d operation.Desk, log *slog.Logger) func(context.Context) {
	flush := flushUses(d, log)
	return func(ctx context.Context) {
		_ = flush(ctx) // learns whether to count, and drops what is old
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		d.Uses.Keep(ctx, tick.C, flush)
	}
}

// flushUses gives what keepUses does each minute. It drops what is too old once a
// day even where nothing is counted any more: a promise to drop holds for whoever
// has switched counting off, too. The first of failures in a row is told to the log.
func flushUses(d operation.Desk, log *slog.Logger) func(context.Context) error {
	var dropped throughline.Day
	failed := false
	once := func(ctx context.Context) error {
		company, err := d.Company(ctx)
		if err != nil {
			return err
		}
		d.Uses.Switch(!company.Uncounted)
		today := d.Today()
		write := func(ctx context.Context, list []store.Use) error {
			err := d.Ledger.CountUses(ctx, d.Workspace, list, today.Add(-usage.Keeps))
			if err == nil {
				dropped = today
			}
			return err
		}
		if err := d.Uses.Flush(ctx, write); err != nil || dropped == today {
			return err
		}
		return write(ctx, nil)
	}
	return func(ctx context.Context) error {
		err := once(ctx)
		if err != nil && !failed && !errors.Is(err, context.Canceled) { // what was cut off is written at the end
			log.ErrorContext(ctx, "counts of use could not be kept", "error", err)
		}
		failed = err != nil && (failed || !errors.Is(err, context.Canceled))
		return err
	}
}

// readyToLearn keeps at hand what the history of a desk's ledger teaches.
func readyToLearn(d operation.Desk) *learning.Ready {
	return learning.NewReady(func() *learning.Learner {
		own := d
		own.Shelf.Lay(&own.Bench)
		l, _ := own.Learner(context.Background()) // at this desk everything is seen
		return l
	}, time.Now)
}

// post lets letters be sent, where a mail server is named.
func post(d *operation.Desk, s cli.ServeFlags, worker *job.Worker, log *slog.Logger) error {
	if s.SMTP == "" {
		return nil
	}
	server, err := mail.Parse(s.SMTP, s.MailFrom, os.Getenv("THROUGHLINE_SMTP_PASSWORD"))
	if err != nil {
		return err
	}
	queue := mail.NewQueue(server, log)
	worker.Keep(queue.Run)
	d.Mail = func(to, subject, text string) {
		queue.Put(mail.Letter{To: to, Subject: subject, Text: text, ID: d.NewID().String(), At: d.Now()})
	}
	return nil
}

// mayWrite reports whether whoever can reach the server may write: on an address
// of this machine alone, or where that is asked for, as long as nobody signs in.
func mayWrite(s cli.ServeFlags) bool {
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return s.OpenWrites
	}
	ip := net.ParseIP(host)
	return s.OpenWrites || host == "localhost" || ip != nil && ip.IsLoopback()
}

// cause leaves out the address, which the error says already.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// Browse asks the system to show an address; an error means that it has no way to.
func (h House) Browse(url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	if err := exec.Command(name, args...).Start(); err != nil {
		return throughline.Fail("open browser", throughline.Unavailable, url, err)
	}
	return nil
}
