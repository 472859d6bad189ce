package postgres

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/storetest"
)

// benchBatch is how many facts a transaction brings.
const benchBatch = 10000

// BenchmarkAppend writes facts by the ledger and, turn by turn so that both meet
// the same machine, the rows that SQL reads of the same facts by a bare COPY into
// a table of the same columns and key.
func BenchmarkAppend(b *testing.B) {
	s := pgtest.Own(b, pgtest.Options{Durable: true})
	for _, n := range []int{50, 5} {
		b.Run(fmt.Sprintf("%d facts a deal", n), func(b *testing.B) {
			url := s.Database(b)
			l, err := Open(context.Background(), url, Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			s.Do(b, url, "create table bare_row (like fact_row including all)")
			var ours, bare []time.Duration
			var here, there, copying int64
			next := 0
			for b.Loop() {
				facts := storetest.CRM(next, next+benchBatch/n, n)
				rows := rowsOf(b, facts, int64(next+1))
				next += benchBatch / n
				h, t := processorTime(), serverTime(b, l)
				began := time.Now()
				if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: facts}); err != nil {
					b.Fatal(err)
				}
				ours = append(ours, time.Since(began))
				here, there = here+processorTime()-h, there+serverTime(b, l)-t
				t = serverTime(b, l)
				began = time.Now()
				bareCopy(b, l, rows)
				bare = append(bare, time.Since(began))
				copying += serverTime(b, l) - t
			}
			slices.Sort(ours) // the middle: a machine that is shared has outliers
			slices.Sort(bare)
			a, z := ours[len(ours)/2].Seconds(), bare[len(bare)/2].Seconds()
			all := float64(b.N) * benchBatch * 1e3
			b.ReportMetric(float64(here)/all, "cpu-µs/fact")
			b.ReportMetric(float64(there)/all, "server-cpu-µs/fact")
			b.ReportMetric(float64(copying)/all, "bare-cpu-µs/row")
			b.ReportMetric(benchBatch/a, "facts/s")
			b.ReportMetric(benchBatch/z, "bare-rows/s")
			b.ReportMetric(z/a, "of-bare")
		})
	}
	b.Run("one fact by a person", func(b *testing.B) {
		l, err := Open(context.Background(), s.Database(b), Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		facts := storetest.CRM(0, benchBatch/50, 50)
		if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: facts}); err != nil {
			b.Fatal(err)
		}
		n := 0
		for b.Loop() {
			f := facts[n%len(facts)]
			n++
			f.ID = throughline.FactID(throughline.NewID(f.Learned.AddDate(0, 1, 0), [10]byte{byte(n), byte(n >> 8), byte(n >> 16)}))
			if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: []deal.Fact{f}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// rowsOf is what COPY is sent of some facts; seq is the first deal's running number.
func rowsOf(b *testing.B, facts []deal.Fact, seq int64) []byte {
	entries, err := store.Entries(facts)
	if err != nil {
		b.Fatal(err)
	}
	rows := lines{}
	for ; len(entries) > 0; seq++ {
		n := 1
		for n < len(entries) && entries[n].Fact.Deal == entries[0].Fact.Deal {
			n++
		}
		if err := rows.add([]any{int64(1), seq, nil, nil, int64(n), store.Bundle(entries[:n]), int64(1)}); err != nil {
			b.Fatal(err)
		}
		entries = entries[n:]
	}
	return rows.buf
}

func bareCopy(b *testing.B, l *Ledger, rows []byte) {
	c, err := l.base.pool.Acquire(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Release()
	if err := sendCopy(context.Background(), c, "copy bare_row ("+lineColumns+") from stdin (format binary)", rows); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what this process has taken, in nanoseconds.
func processorTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// serverTime is what the server's processes for this database have taken, as far
// as the system tells.
func serverTime(b *testing.B, l *Ledger) (nanos int64) {
	rows, err := l.base.pool.Query(context.Background(), "select pid from pg_stat_activity where datname = current_database()")
	if err != nil {
		b.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		b.Fatal(err)
	}
	for _, pid := range pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
		if err != nil {
			continue
		}
		var n int64
		if _, err := fmt.Sscan(string(stat), &n); err == nil {
			nanos += n
		}
	}
	return nanos
}
