package assembly_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/trail"
)

// BenchmarkNoting writes notes into a file, in turns of a hundred without an audit
// and a hundred with one, and tells how much longer those take, with all of their
// lines on disk.
func BenchmarkNoting(b *testing.B) {
	house := assembly.House{Now: time.Now, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(b.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		b.Fatal(err)
	}
	defer done()
	desk.Noting = nil
	if _, err := operation.RecordDeal.Run(b.Context(), desk, &recording.NewDealInput{Title: "Kiln"}); err != nil {
		b.Fatal(err)
	}
	queue := trail.NewQueue(desk.Ledger, desk.Workspace, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() { queue.Run(ctx); close(ended) }()
	var took [2]time.Duration
	n := 0
	for b.Loop() {
		for with := range 2 {
			own := *desk
			if with == 1 {
				own.Noting = queue.Note
			}
			since := time.Now()
			for range 100 {
				n++
				if _, err := operation.RecordNote.Run(b.Context(), &own, &recording.NoteInput{Writing: recording.Writing{ID: "Kiln"}, Text: fmt.Sprint("note ", n)}); err != nil {
					b.Fatal(err)
				}
			}
			took[with] += time.Since(since)
		}
	}
	since := time.Now()
	stop()
	<-ended
	took[1] += time.Since(since)
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "times-as-long")
}
