// Package meter is what a server counts about itself, for Prometheus to read.
//
// Takes: that a request was answered, an operation ran, something was written; and what to look at when asked.
// Gives: numbers by name, under labels whose values are a closed list.
// Never: has a word that somebody wrote, an id or a path with an id among its labels.
package meter

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Meter counts. Its methods may be called from several goroutines, and on a nil
// one, which counts nothing.
type Meter struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	running  prometheus.Gauge
	runs     *prometheus.CounterVec
	ran      *prometheus.HistogramVec
	writes   *prometheus.CounterVec
	written  *prometheus.CounterVec
	wrote    prometheus.Histogram
}

// Names of the labels.
const (
	byRoute     = "route"
	byMethod    = "method"
	byClass     = "class"
	byOperation = "operation"
	byOutcome   = "outcome"
	byState     = "state"
	byWhat      = "what"
)

// seconds are the bounds of durations: from a point read to a long answer.
var seconds = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60}

// New makes a meter of a program's version.
func New(version string) *Meter {
	count := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "throughline", Name: name, Help: help}, labels)
	}
	time := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "throughline", Name: name, Help: help, Buckets: seconds}, labels)
	}
	m := &Meter{
		registry: prometheus.NewRegistry(),
		requests: count("http_requests_total", "Requests that were answered.", byRoute, byMethod, byClass),
		took:     time("http_request_duration_seconds", "How long they took, without pages that listen for what is new.", byRoute, byMethod),
		running:  prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "throughline", Name: "http_requests_running", Help: "Requests being answered now."}),
		runs:     count("operations_total", "Operations that ran.", byOperation, byOutcome),
		ran:      time("operation_duration_seconds", "How long they took.", byOperation),
		writes:   count("ledger_writes_total", "Batches that were handed to the ledger.", byOutcome),
		written:  count("ledger_rows_written_total", "What they added.", byWhat),
		wrote: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "throughline", Name: "ledger_write_duration_seconds",
			Help: "How long until a batch was on disk.", Buckets: seconds}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "throughline", Name: "build_info", Help: "1; the label says which version runs.",
		ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.took, m.running, m.runs, m.ran, m.writes, m.written, m.wrote, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Look adds a number that is looked up when somebody asks: under a state, where
// one is named.
func (m *Meter) Look(name, help, state string, now func() float64) {
	if m == nil {
		return
	}
	var labels prometheus.Labels
	if state != "" {
		labels = prometheus.Labels{byState: state}
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "throughline", Name: name, Help: help, ConstLabels: labels}, now))
}

// Handler answers with all numbers.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2})
}

// Begin counts a request in, by a method of a closed list; what it gives counts it
// out, with the pattern by which it went and its status. A route of "" is one that
// met no pattern. One that took no time at all is not among the durations.
func (m *Meter) Begin(method string) (end func(route string, status int, took time.Duration)) {
	if m == nil {
		return func(string, int, time.Duration) {}
	}
	m.running.Inc()
	return func(route string, status int, took time.Duration) {
		m.running.Dec()
		if route == "" {
			route = "none"
		}
		m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Inc()
		if took > 0 {
			m.took.WithLabelValues(route, method).Observe(took.Seconds())
		}
	}
}

// Ran counts an operation by its name, which is of the list of operations.
func (m *Meter) Ran(operation string, err error, took time.Duration) {
	if m == nil {
		return
	}
	m.runs.WithLabelValues(operation, outcome(err)).Inc()
	m.ran.WithLabelValues(operation).Observe(took.Seconds())
}

// outcome is ok, or the kind of the error.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return string(throughline.KindOf(err))
}

// Ledger counts what is written to a ledger.
func (m *Meter) Ledger(l store.Ledger) store.Ledger {
	if m == nil {
		return l
	}
	return counted{l, m}
}

type counted struct {
	store.Ledger
	m *Meter
}

// Append counts a batch.
func (c counted) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	since := time.Now()
	r, err := c.Ledger.Append(ctx, ws, b)
	c.m.wrote.Observe(time.Since(since).Seconds())
	c.m.writes.WithLabelValues(outcome(err)).Inc()
	for what, n := range map[string]int{"facts": r.Facts, "deals": r.Deals, "people": r.People, "accounts": r.Accounts, "records": r.Records} {
		c.m.written.WithLabelValues(what).Add(float64(n))
	}
	return r, err
}

// Wake tells of writes where the ledger below does; see store.Telling.
func (c counted) Wake(ctx context.Context, ws throughline.Workspace) <-chan struct{} {
	if l, tells := c.Ledger.(store.Telling); tells {
		return l.Wake(ctx, ws)
	}
	return nil
}
