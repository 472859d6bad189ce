package assembly

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/span"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/surface/cli"
)

// lastTraces is how long sending the last traces may hold up the end of a server.
const lastTraces = 5 * time.Second

// traces reads where traces go; nil: nowhere.
func traces(s cli.RunFlags, log *slog.Logger) (*span.Spans, error) {
	if s.Traces == "" {
		return nil, nil
	}
	header, err := span.Header(os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"))
	if err != nil {
		return nil, err
	}
	failing := atomic.Bool{}
	return span.New(span.Settings{URL: s.Traces, Share: s.TracesShare, Version: cli.Release(), Header: header, Told: func(err error) {
		if was := failing.Swap(err != nil); err != nil && !was { // the first of failures in a row
			log.Warn("traces could not be sent, and are lost", "error", err)
		}
	}, Full: func(lost int64) {
		if lost == 0 {
			log.Warn("traces do not fit into the queue, and are lost")
			return
		}
		log.Warn("traces did not fit into the queue for a while", "lost", lost)
	}})
}

// trace has what a desk's ledger does told of.
func (f *front) trace(d *operation.Desk) {
	if l, is := d.Ledger.(interface{ Watch(ledger.Watcher) }); is && f.spans != nil {
		l.Watch(f.spans.Store)
	}
}

// traceJobs has what a queue does told of.
func (f *front) traceJobs(q *job.Queue) {
	if f.spans == nil {
		return
	}
	for i, w := range q.Works {
		q.Works[i].Do = func(ctx context.Context, j store.Job, tell func(int64, int64, string)) (answer string, err error) {
			ctx, end := f.spans.Job(ctx, w.Name)
			done := false
			defer func() {
				if !done { // it broke, which is somebody else's to tell
					err = throughline.Fail("do job", throughline.Internal, "", nil)
				}
				end(err)
			}()
			answer, err = w.Do(ctx, j, tell)
			done = true
			return answer, err
		}
	}
}

// untrace sends the last traces.
func (f *front) untrace(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastTraces)
	defer cancel()
	if err := f.spans.End(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) { // that they were not sent has been told
		f.log.Warn("traces did not end", "error", err)
	}
}
