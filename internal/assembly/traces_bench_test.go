package assembly

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/span"
	"github.com/throughline/throughline/internal/surface/cli"
)

// BenchmarkTraces asks for a deal and its list, as pages and as a program, in turns
// without traces, with one in a hundred and with all, and tells how long each takes in
// the middle and on average of the processor, the sending of what there is to tell with it.
func BenchmarkTraces(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.db")
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer collector.Close()
	names, faces := []string{"none", "hundredth", "all"}, []http.Handler{}
	var ends []*span.Spans
	id := ""
	for i, share := range []float64{-1, 0.01, 1} {
		house := House{Now: time.Now, Random: rand.New(rand.NewPCG(1, 1))}
		d, done, err := house.Open(cli.Where{DB: path, Lang: "en"}, true, true)
		if err != nil {
			b.Fatal(err)
		}
		defer done()
		if i == 0 {
			if err := house.Fill(b.Context(), d, 1); err != nil {
				b.Fatal(err)
			}
		}
		f := &front{log: slog.New(slog.DiscardHandler)}
		if share >= 0 {
			if f.spans, err = span.New(span.Settings{URL: collector.URL, Share: share}); err != nil {
				b.Fatal(err)
			}
		}
		ends = append(ends, f.spans)
		f.trace(d)
		d.Began = f.began
		d.Lists = listing.New(&d.Desk)
		if err := d.Lists.Check(b.Context()); err != nil {
			b.Fatal(err)
		}
		d.Ledger = d.Lists.Ledger()
		if id == "" {
			out, err := operation.ListDeals.Run(b.Context(), d, &showing.DealsInput{Limit: 1})
			if err != nil {
				b.Fatal(err)
			}
			id = out.(showing.DealList).Rows[0].ID.String()
		}
		faces = append(faces, f.before(Handler(d, nil, true, nil, f.log)))
	}
	for _, path := range []string{"/deals/" + id, "/deals", "/api/deals/" + id, "/api/deals?limit=10", "/help"} {
		b.Run(path[:min(9, len(path))], func(b *testing.B) {
			took, busy := make([][]time.Duration, len(faces)), make([]time.Duration, len(faces))
			for b.Loop() {
				for i, h := range faces {
					r := httptest.NewRequestWithContext(b.Context(), "GET", "http://localhost"+path, nil)
					r.RemoteAddr = "127.0.0.1:4000"
					w := httptest.NewRecorder()
					since, before := time.Now(), processor()
					h.ServeHTTP(w, r)
					took[i] = append(took[i], time.Since(since))
					busy[i] += processor() - before
					if w.Code != http.StatusOK {
						b.Fatal(w.Code)
					}
				}
			}
			for i, name := range names {
				slices.Sort(took[i])
				b.ReportMetric(float64(took[i][len(took[i])/2].Microseconds()), name+"-µs")
				b.ReportMetric(float64(busy[i].Microseconds())/float64(len(took[i])), name+"-processor-µs")
			}
		})
	}
	for _, s := range ends {
		_ = s.End(b.Context())
	}
}

// processor is how long this process has had one.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
