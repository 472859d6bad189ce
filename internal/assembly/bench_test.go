package assembly_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/cli"
)

// BenchmarkPages asks the server's handler for pages over 100,000 deals and 5
// million facts, each a thousand times, packed as a browser gets them
// (docs/methods/page-speed.md). The file is made by the benchmark of
// internal/store/sqlite.
func BenchmarkPages(b *testing.B) {
	folder := os.Getenv("THROUGHLINE_BENCH")
	if folder == "" {
		b.Skip("set THROUGHLINE_BENCH to the folder of the large file of internal/store/sqlite's benchmark")
	}
	house := assembly.House{Now: time.Now, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(folder, "big.db"), Lang: "en"}, true, false)
	if err != nil {
		b.Fatal(err)
	}
	defer done()
	before := memory()
	begin, made := time.Now(), processorTime()
	lists := listing.New(&desk.Desk)
	if err := lists.Check(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("the lists are made in %.2f s, %.2f of processor; %d MB more are in use", time.Since(begin).Seconds(), (processorTime() - made).Seconds(), int64(memory()-before)>>20)
	tomorrow := *desk
	tomorrow.Now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	for _, turn := range []*listing.Keeper{listing.New(&tomorrow.Desk), lists} {
		begin, busy := time.Now(), processorTime()
		if err := turn.Check(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Logf("the day turns in %.2f s, %.2f of processor", time.Since(begin).Seconds(), (processorTime() - busy).Seconds())
	}
	desk.Lists, desk.Ledger = lists, lists.Ledger()
	go lists.Keep(b.Context())
	owner := os.Getenv("THROUGHLINE_BENCH_OWNER")
	out, err := operation.ListDeals.Run(b.Context(), desk, &showing.DealsInput{Limit: 500, Sort: "recent", Owner: owner})
	if err != nil {
		b.Fatal(err)
	}
	deals := out.(showing.DealList).Rows
	handler := assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler))
	pages := []struct {
		name string
		path func(i int) string
	}{
		{"today", func(int) string { return "/" }},
		{"to do, searched", func(i int) string { return fmt.Sprintf("/deals?asking=true&sort=attention&search=business+%d", 1000+i) }},
		{"to do, silent", func(int) string { return "/deals?asking=true&silent=true&sort=quiet" }},
		{"deals", func(int) string { return "/deals" }},
		{"deals by name, page 20", func(int) string { return "/deals?sort=title&offset=950" }},
		{"find while typing", func(i int) string { return fmt.Sprintf("/find?q=company+%d", i) }},
		{"board", func(int) string { return "/deals?view=board" }},
		{"deal", func(i int) string { return "/deals/" + deals[i%len(deals)].ID.String() }},
		{"one deal over REST", func(i int) string { return "/api/deals/" + deals[i%len(deals)].ID.String() }},
		{"fifty deals over REST", func(int) string { return "/api/deals?limit=50&sort=opened" }},
	}
	for _, p := range pages {
		b.Run(p.name, func(b *testing.B) {
			const n = 1000
			var took []time.Duration
			size := 0
			var processor time.Duration
			for b.Loop() {
				took = took[:0]
				busy := processorTime()
				for i := range n {
					r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://localhost"+p.path(i), nil)
					r.Header.Set("Accept-Encoding", "gzip")
					if token := os.Getenv("THROUGHLINE_BENCH_TOKEN"); token != "" { // as somebody who has signed in
						r.Header.Set("Authorization", "Bearer "+token)
					}
					w := httptest.NewRecorder()
					begin := time.Now()
					handler.ServeHTTP(w, r)
					took = append(took, time.Since(begin))
					if w.Code != http.StatusOK {
						b.Fatal(w.Code, w.Body.String())
					}
					size = max(size, w.Body.Len())
				}
				processor = processorTime() - busy
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[n/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(took[n-1].Microseconds())/1000, "max-ms")
			b.ReportMetric(float64(processor.Microseconds())/1000/n, "cpu-ms")
			b.ReportMetric(float64(size)/1024, "kB")
		})
	}
}

// processorTime is what the process has used, which says more than the clock
// on a machine that is shared.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is what is in use after the garbage was taken out.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
