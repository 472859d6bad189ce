package sqlite_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
)

// crm makes the facts of a CRM's history: deals from..to, each with n facts,
// as an import would bring them. The same deals get the same facts.
func crm(from, to, n int) []deal.Fact {
	stages := []string{"Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers", "Perception Analysis", "Proposal/Price Quote", "Negotiation/Review"}
	day0 := time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC)
	imported := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	out := make([]deal.Fact, 0, (to-from)*n)
	for d := from; d < to; d++ {
		r := rand.New(rand.NewPCG(uint64(d), 7))
		at := day0.Add(time.Duration(r.IntN(900*24)) * time.Hour)
		id := func(i int) throughline.ID {
			var b [10]byte
			binary.BigEndian.PutUint64(b[:], r.Uint64())
			b[9] = byte(i)
			return throughline.NewID(at, b)
		}
		dealID := throughline.DealID(id(0))
		owner := throughline.PersonID(throughline.NewID(day0, [10]byte{1, byte(d % 40)}))
		buyer := func() throughline.PersonID {
			return throughline.PersonID(throughline.NewID(day0, [10]byte{2, byte(d), byte(d >> 8), byte(d >> 16), byte(r.IntN(4))}))
		}
		for i := range n {
			at = at.Add(time.Duration(1+r.IntN(72)) * time.Hour)
			f := deal.Fact{ID: throughline.FactID(id(i)), Deal: dealID, Happened: at, Learned: at, Recorded: imported, Source: deal.Source{System: "salesforce", Record: fmt.Sprintf("OpportunityHistory 008bm%08d", d*100+i)}}
			switch k := r.IntN(20); {
			case i == 0:
				f.Body = deal.Opened{Title: fmt.Sprintf("Company %d - new business %d", d%30000, d), Account: throughline.AccountID(throughline.NewID(day0, [10]byte{3, byte(d), byte(d >> 8)})), Owner: owner, Attributes: map[string]string{"product": "GTX Pro", "region": "north", "type": "New Business"}}
			case i == n-1 && d%3 != 0:
				f.Body = deal.Ended{Outcome: []throughline.Outcome{throughline.Won, throughline.LostUnknown}[d%2], Foreign: "Closed Won"}
			case k < 5:
				s := r.IntN(len(stages))
				f.Body = deal.StageMoved{Foreign: stages[s], Stage: throughline.StageAddress("standard", fmt.Sprint("s", s))}
			case k < 7:
				f.Body = deal.AmountChanged{Amount: throughline.Money{Cents: r.Int64N(1e8), Currency: "EUR"}}
			case k < 9:
				f.Body = deal.CloseDateMoved{To: throughline.DayOf(at.AddDate(0, 1, 0), time.UTC)}
			case k < 10:
				f.Body = deal.PersonJoined{Person: buyer(), Role: throughline.ProblemOwner, Foreign: "Decision Maker"}
			case k < 12:
				f.Grade = throughline.E2
				f.Body = deal.Evidence{About: throughline.Phase(1 + r.IntN(9)).Address(), Person: buyer(), Text: "They said that the present way costs them two people a month, and that it has to end before the audit."}
			default:
				f.Body = deal.Activity{What: "email", By: []deal.Side{deal.Us, deal.Customer, deal.UnknownSide}[r.IntN(3)], Person: buyer()}
			}
			out = append(out, f)
		}
	}
	return out
}

const benchBatch = 10000

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{50, 5} {
		b.Run(fmt.Sprintf("fresh/%d facts a deal", n), func(b *testing.B) {
			l := open(b, filepath.Join(b.TempDir(), "x.db"))
			next := 0
			var m meter
			for b.Loop() {
				b.StopTimer()
				facts := crm(next, next+benchBatch/n, n)
				next += benchBatch / n
				b.StartTimer()
				m.measure(func() { appendAll(b, l, facts) })
			}
			m.report(b, benchBatch)
		})
		b.Run(fmt.Sprintf("known/%d facts a deal", n), func(b *testing.B) {
			l := open(b, filepath.Join(b.TempDir(), "x.db"))
			facts := crm(0, benchBatch/n, n)
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
		facts := crm(0, benchBatch/50, 50)
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
		if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: crm(d, d+benchBatch/per, per)}); err != nil {
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
