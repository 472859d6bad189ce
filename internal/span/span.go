// Package span is what a server tells a collector of traces (OpenTelemetry): what it
// did for a request or a job, one thing inside the other, and how long each took.
//
// Takes: that a request, a job, an operation, a read or a write began and how it ended.
// Gives: spans to the address that was named, by OTLP over HTTP, in the background.
// Never: puts a word that somebody wrote, a name, or an id of anything but the request into one, and does nothing where no address was named.
package span

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/throughline/throughline"
)

// Names of the attributes; those that OpenTelemetry names are called as it does.
const (
	byMethod    = attribute.Key("http.request.method")
	byRoute     = attribute.Key("http.route")
	byStatus    = attribute.Key("http.response.status_code")
	byTable     = attribute.Key("db.collection.name")
	byRole      = attribute.Key("throughline.role")
	byRequest   = attribute.Key("throughline.request")
	byOperation = attribute.Key("throughline.operation")
	byJob       = attribute.Key("throughline.job")
	byOutcome   = attribute.Key("throughline.outcome")
	byLeftOut   = attribute.Key("throughline.left_out")
)

// How many reads and writes of one request or job become spans, so that one that
// makes thousands leaves room for the others; and how long a sending may take.
const (
	mostInside = 256
	sendWithin = 10 * time.Second
)

// Settings says where spans go.
type Settings struct {
	URL     string           // of the collector, such as http://127.0.0.1:4318
	Share   float64          // of the traces that begin here, from 0 to 1; one that a named proxy began goes as that says
	Version string           // of the program
	Header  http.Header      // that the collector asks for
	Told    func(error)      // told how each sending ended; may be nil
	Full    func(lost int64) // told 0 once spans do not fit into the queue, and when they do again, or at the end, how many were lost; may be nil
}

// Spans tells. Its methods may be called from several goroutines, and on a nil one,
// which tells nothing.
type Spans struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	sender   *sender
}

// New makes one. Errors are *throughline.Error, Invalid.
func New(s Settings) (*Spans, error) {
	client, err := newSender(s)
	if err != nil {
		return nil, err
	}
	q := &queue{full: s.Full}
	if q.full == nil {
		q.full = func(int64) {}
	}
	q.SpanProcessor = sdk.NewBatchSpanProcessor(leaving{otlptrace.NewUnstarted(client), q}, sdk.WithExportTimeout(sendWithin), sdk.WithMaxQueueSize(mostWaiting))
	var instance [8]byte
	_, _ = rand.Read(instance[:]) // it does not fail
	p := sdk.NewTracerProvider(
		sdk.WithSpanProcessor(q),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(s.Share))),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "throughline"),
			attribute.String("service.version", s.Version),
			attribute.String("service.instance.id", hex.EncodeToString(instance[:])),
		)),
	)
	return &Spans{p, p.Tracer("throughline"), client}, nil
}

// End sends what is left, for as long as ctx lets it.
func (s *Spans) End(ctx context.Context) error {
	if s == nil {
		return nil
	}
	s.sender.ending.Store(true)
	return s.provider.Shutdown(ctx)
}

type roomKey struct{}

// room is how much of a request or job has become spans.
type room struct{ inside atomic.Int64 }

// Request is one that was answered: its words are of closed lists.
type Request struct {
	Method, Route string
	Role          string // of whoever asked; "": nobody has signed in
	ID            string // the number under which the log has it
	Status        int
}

// Request begins the span of a request. parent is a W3C traceparent that may be
// believed, "" where there is none.
func (s *Spans) Request(ctx context.Context, parent string) (context.Context, func(Request)) {
	if s == nil {
		return ctx, func(Request) {}
	}
	if parent != "" {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
	}
	ctx, span, end := s.root(ctx, "request", trace.SpanKindServer)
	return ctx, func(r Request) {
		if span.IsRecording() {
			if r.Route == "" {
				r.Route = "none"
			}
			if r.Role == "" {
				r.Role = "none"
			}
			span.SetName(r.Method + " " + r.Route)
			span.SetAttributes(byMethod.String(r.Method), byRoute.String(r.Route), byStatus.Int(r.Status), byRole.String(r.Role), byRequest.String(r.ID))
			if r.Status >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, "")
			}
		}
		end()
	}
}

// Job begins the span of a job of a kind.
func (s *Spans) Job(ctx context.Context, kind string) (context.Context, func(error)) {
	if s == nil {
		return ctx, func(error) {}
	}
	ctx, span, end := s.root(ctx, "job "+kind, trace.SpanKindConsumer)
	span.SetAttributes(byJob.String(kind))
	return ctx, func(err error) {
		ended(span, err)
		end()
	}
}

// root begins what has no span of ours around it.
func (s *Spans) root(ctx context.Context, name string, kind trace.SpanKind) (context.Context, trace.Span, func()) {
	ctx, span := s.tracer.Start(ctx, name, trace.WithSpanKind(kind))
	if !span.IsRecording() {
		return ctx, span, func() { span.End() }
	}
	r := &room{}
	return context.WithValue(ctx, roomKey{}, r), span, func() {
		if n := r.inside.Load() - mostInside; n > 0 {
			span.SetAttributes(byLeftOut.Int64(n))
		}
		span.End()
	}
}

// Operation begins the span of an operation, inside that of a request or a job.
func (s *Spans) Operation(ctx context.Context, name string) (context.Context, func(error)) {
	if s == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, func(error) {}
	}
	ctx, span := s.tracer.Start(ctx, "operation "+name, trace.WithAttributes(byOperation.String(name)))
	return ctx, func(err error) {
		ended(span, err)
		span.End()
	}
}

// Store begins the span of what is done to a table, inside any other: a read, or a
// write, which is of no one table.
func (s *Spans) Store(ctx context.Context, what, table string) (context.Context, func(error)) {
	if s == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, func(error) {}
	}
	if r, is := ctx.Value(roomKey{}).(*room); is && r.inside.Add(1) > mostInside {
		return ctx, func(error) {}
	}
	name := what
	if table != "" {
		name += " " + table
	}
	ctx, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	if table != "" {
		span.SetAttributes(byTable.String(table))
	}
	return ctx, func(err error) {
		if err != nil && table == "" { // a read that was told enough has an error, too
			span.SetAttributes(byOutcome.String("failed"))
		}
		span.End()
	}
}

// ended says how something ended: ok, or the kind of the error, whose words stay here.
func ended(span trace.Span, err error) {
	if err == nil {
		span.SetAttributes(byOutcome.String("ok"))
		return
	}
	kind := throughline.KindOf(err)
	span.SetAttributes(byOutcome.String(string(kind)))
	if kind == throughline.Internal || kind == throughline.Unavailable || kind == throughline.Corrupt {
		span.SetStatus(codes.Error, "") // others are answers to whoever asked
	}
}

// ID is the number of the trace that a context is of, where it is told; else "".
func ID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.IsSampled() {
		return c.TraceID().String()
	}
	return ""
}
