package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

const benchBatch = 10000

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{50, 5} {
		b.Run(fmt.Sprintf("fresh/%d facts a deal", n), func(b *testing.B) {
			l := open(b, filepath.Join(b.TempDir(), "x.db"))
			next := 0
			var m meter
			for b.Loop() {
				b.StopTimer()
				facts := storetest.CRM(next, next+benchBatch/n, n)
				next += benchBatch / n
				b.StartTimer()
				m.measure(func() { appendAll(b, l, facts) })
			}
			m.report(b, benchBatch)
		})
		b.Run(fmt.Sprintf("known/%d facts a deal", n), func(b *testing.B) {
			l := open(b, filepath.Join(b.TempDir(), "x.db"))
			facts := storetest.CRM(0, benchBatch/n, n)
			appendAll(b, l, facts)
			var m meter
			for b.Loop() {
				m.measure(func() { appendAll(b, l, facts) })
			}
			m.report(b, benchBatch)
		})
	}
	b.Run("one fact by a person", func(b *testing.B) {
		l := open(b, filepath.Join(b.TempDir(), "x.db"))
		facts := storetest.CRM(0, benchBatch/50, 50)
		appendAll(b, l, facts)
		n := 0
		for b.Loop() {
			f := facts[n%len(facts)]
			n++
			f.ID = throughline.FactID(throughline.NewID(f.Learned.AddDate(0, 1, 0), [10]byte{byte(n), byte(n >> 8), byte(n >> 16)}))
			appendAll(b, l, []deal.Fact{f})
		}
	})
}

func appendAll(tb testing.TB, l *sqlite.Ledger, facts []deal.Fact) store.Receipt {
	tb.Helper()
	r, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: facts})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// meter adds up the processor time of what is measured, which says more than
// the clock does on a machine that is shared.
type meter struct{ nanos int64 }

func (m *meter) measure(do func()) {
	before := processorTime()
	do()
	m.nanos += processorTime() - before
}

func processorTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// report tells facts a second by the clock, and the processor time of each.
func (m *meter) report(b *testing.B, facts int) {
	n := float64(b.N) * float64(facts)
	b.ReportMetric(n/b.Elapsed().Seconds(), "facts/s")
	b.ReportMetric(float64(m.nanos)/1e3/n, "cpu-µs/fact")
}

// big is a file of 100,000 deals with 50 facts each, made once and kept where
// THROUGHLINE_BENCH names a folder.
var big = sync.OnceValues(func() (string, error) {
	folder := os.Getenv("THROUGHLINE_BENCH")
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "throughline-bench-"); err != nil {
			return "", err
		}
	}
	const deals, per = 100_000, 50
	path := filepath.Join(folder, "big.db")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	l, err := sqlite.Open(context.Background(), path+".part", sqlite.Options{})
	if err != nil {
		return "", err
	}
	defer l.Close()
	for d := 0; d < deals; d += benchBatch / per {
		if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: storetest.CRM(d, d+benchBatch/per, per)}); err != nil {
			return "", err
		}
	}
	if err := l.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(path+".part", path)
})

// BenchmarkBig reads a file of 100,000 deals and 5 million facts. It takes a
// minute to make, and is only run when asked for by THROUGHLINE_BENCH.
func BenchmarkBig(b *testing.B) {
	if os.Getenv("THROUGHLINE_BENCH") == "" {
		b.Skip("set THROUGHLINE_BENCH to a folder for a file of some 1.5 GB")
	}
	path, err := big()
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.Run("opening", func(b *testing.B) {
		for b.Loop() {
			l, err := sqlite.Open(ctx, path, sqlite.Options{})
			if err != nil {
				b.Fatal(err)
			}
			l.Close()
		}
	})
	l := open(b, path)
	var ids []throughline.DealID
	b.Run("summaries", func(b *testing.B) {
		begin := processorTime()
		for b.Loop() {
			ids = ids[:0]
			for s, err := range l.Summaries(ctx, throughline.DefaultWorkspace) {
				if err != nil {
					b.Fatal(err)
				}
				ids = append(ids, s.Deal)
			}
		}
		b.ReportMetric(float64(processorTime()-begin)/1e6/float64(b.N), "cpu-ms/op")
		if len(ids) != 100_000 {
			b.Fatal(len(ids))
		}
	})
	b.Run("facts of one deal", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 1))
		for b.Loop() {
			if fs, err := l.Facts(ctx, throughline.DefaultWorkspace, ids[r.IntN(len(ids))]); err != nil || len(fs) != 50 {
				b.Fatal(len(fs), err)
			}
		}
	})
	b.Run("summary of one deal", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 1))
		for b.Loop() {
			if s, err := l.SummariesOf(ctx, throughline.DefaultWorkspace, []throughline.DealID{ids[r.IntN(len(ids))]}); err != nil || len(s) != 1 {
				b.Fatal(len(s), err)
			}
		}
	})
	b.Run("find by title", func(b *testing.B) {
		for b.Loop() {
			if ids, err := l.FindDeals(ctx, throughline.DefaultWorkspace, "business 7777", 10); err != nil || len(ids) == 0 {
				b.Fatal(ids, err)
			}
		}
	})
	b.Run("everything", func(b *testing.B) {
		begin := processorTime()
		for b.Loop() {
			n := 0
			for fs, err := range l.AllFacts(ctx, throughline.DefaultWorkspace) {
				if err != nil {
					b.Fatal(err)
				}
				n += len(fs)
			}
			if n != 5_000_000 {
				b.Fatal(n)
			}
		}
		m := meter{processorTime() - begin}
		m.report(b, 5_000_000)
	})
}
