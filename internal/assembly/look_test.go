package assembly_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/cli"
)

// TestWhatOnlyLooksChangesNothing: a command that only reads opens the database
// as it stands: it writes nothing to it, and could not.
func TestWhatOnlyLooksChangesNothing(t *testing.T) {
	house := assembly.House{Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Random: rand.New(rand.NewPCG(1, 1))}
	db := filepath.Join(t.TempDir(), "x.db")
	desk, done, err := house.Open(cli.Where{DB: db, Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := operation.RecordDeal.Run(t.Context(), desk, &recording.NewDealInput{Title: "One handover"}); err != nil {
		t.Fatal(err)
	}
	if err := done(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	desk, done, err = house.Open(cli.Where{DB: db, Lang: "en", Looks: true}, true, false)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	out, err := operation.ListDeals.Run(t.Context(), desk, &showing.DealsInput{})
	if err != nil || len(out.(showing.DealList).Rows) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := operation.RecordDeal.Run(t.Context(), desk, &recording.NewDealInput{Title: "Another"}); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("it could write: %v", err)
	}
	if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed, %v", err)
	}
	if _, _, err := house.Open(cli.Where{DB: db + ".none", Lang: "en", Looks: true}, true, false); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("where there is none: %v", err)
	}
}
