package operation_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/cli"
)

// BenchmarkBig asks what a person asks of 100,000 deals and 5 million facts.
// The file is made by the benchmark of internal/store/sqlite.
func BenchmarkBig(b *testing.B) {
	folder := os.Getenv("THROUGHLINE_BENCH")
	if folder == "" {
		b.Skip("set THROUGHLINE_BENCH to the folder of the large file of internal/store/sqlite's benchmark")
	}
	house := assembly.House{Now: time.Now}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(folder, "big.db"), Lang: "en"}, true, false)
	if err != nil {
		b.Fatal(err)
	}
	defer done()
	run := func(name string, op operation.Operation, in any) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := op.Run(b.Context(), desk, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	out, err := operation.ListDeals.Run(b.Context(), desk, &showing.DealsInput{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	run("deals", operation.ListDeals, &showing.DealsInput{Limit: 50})
	run("silent deals", operation.ListDeals, &showing.DealsInput{Limit: 50, Silent: true})
	run("review", operation.ReviewDeals, &reviewing.ReviewInput{})
	run("attention", operation.ListAttention, &showing.AttentionInput{Limit: 20})
	run("deal", operation.ShowDeal, &showing.DealInput{ID: out.(showing.DealList).Rows[0].ID.String()})
}
