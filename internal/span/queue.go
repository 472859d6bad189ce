package span

import (
	"context"
	"sync/atomic"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// mostWaiting is how many spans wait to be sent; more are lost.
const mostWaiting = 2048

// queue lets so many spans wait as fit, and counts those that do not: what stands
// behind it would drop them and tell nobody.
type queue struct {
	sdk.SpanProcessor
	waiting, lost atomic.Int64
	full          func(lost int64)
}

// OnEnd takes a span that has ended; see sdk.SpanProcessor.
func (q *queue) OnEnd(s sdk.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	if q.waiting.Add(1) > mostWaiting {
		q.waiting.Add(-1)
		if q.lost.Add(1) == 1 {
			q.full(0)
		}
		return
	}
	q.SpanProcessor.OnEnd(s)
}

// Shutdown sends what waits; see sdk.SpanProcessor.
func (q *queue) Shutdown(ctx context.Context) error {
	defer q.over()
	return q.SpanProcessor.Shutdown(ctx)
}

// over tells how many were lost, where any were.
func (q *queue) over() {
	if n := q.lost.Swap(0); n > 0 {
		q.full(n)
	}
}

// leaving is an exporter that says to a queue what leaves it.
type leaving struct {
	sdk.SpanExporter
	queue *queue
}

// ExportSpans sends; see sdk.SpanExporter. Spans fit again once half of the queue is free,
// so that one at its brim is not told of with each span.
func (l leaving) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	l.queue.waiting.Add(-int64(len(spans)))
	err := l.SpanExporter.ExportSpans(ctx, spans)
	if l.queue.waiting.Load() < mostWaiting/2 {
		l.queue.over()
	}
	return err
}
