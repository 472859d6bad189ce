package importing_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation/seat"
)

// TestWhatAPersonSaysOfAWordCounts: that it says nothing of an end, or is to
// stay as it is, outweighs what the playbook knows; and it lasts through a
// second correction.
func TestWhatAPersonSaysOfAWordCounts(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "deals.csv")
	text := "Deal ID,Deal Name,Company,Stage,Created\n1,One,A,Won,2026-01-05\n2,Two,B,Lost,2026-01-06\n3,Three,C,Proposal,2026-01-07\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d := seat.Desk(t, &now)
	b, err := importing.ReadBrought(t.Context(), d.Importing(), []string{path})
	if err != nil {
		t.Fatal(err)
	}
	change := importing.BroughtChange{Words: map[string]string{"Won": "open", "Lost": "", "Proposal": ""}}
	b = b.Change(change).Change(importing.BroughtChange{}).Change(change)
	want := map[string]string{"Won": "open", "Lost": "", "Proposal": ""}
	for _, w := range b.Words() {
		if w.Means != want[w.Word] {
			t.Errorf("%s means %q, want %q", w.Word, w.Means, want[w.Word])
		}
	}
	got, err := b.Change(importing.BroughtChange{Words: map[string]string{"Lost": "won"}}).Take(t.Context(), d.Importing())
	if err != nil || got.Outcomes["open"] != 2 || got.Outcomes["won"] != 1 {
		t.Errorf("%v %v %+v\n%s", got.Outcomes, err, got.Report.Findings, b.Mapping())
	}
}
