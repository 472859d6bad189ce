package importing_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// TestAnImportIsTakenBackWhole: nothing of it counts any more, what people
// wrote stays, and the same files count again when they are brought again,
// once, however often that happens.
func TestAnImportIsTakenBackWhole(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	folder := t.TempDir()
	deals, history := filepath.Join(folder, "deals.csv"), filepath.Join(folder, "history.csv")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(deals, "Deal ID,Deal Name,Company,Owner,Stage,Amount,Created,Close date\n1,One,A,Ann,Won,EUR 500,2026-01-05,2026-02-05\n2,Two,B,Ann,Demo,EUR 600,2026-01-06,2026-12-24\n3,Three,B,Ann,Demo,EUR 700,2026-01-07,2026-12-24\n")
	write(history, "Deal ID,Stage,Date\n1,Prospecting,2026-01-05\n1,Demo,2026-01-20\n2,Prospecting,2026-01-06\n2,Demo,2026-01-16\n")
	in := &importing.ImportCSVInput{Paths: []string{deals, history}, Guess: true, Yes: true}
	counts := func(m map[string]int) string {
		var out []string
		for _, k := range []string{"open", "won", "removed"} {
			out = append(out, k, throughline.Money{Cents: int64(100 * m[k])}.String())
		}
		return strings.Join(out, " ")
	}
	first := seat.Run[importing.Imported](t, d, operation.ImportCSV, in)
	if first.HistoryRows != 4 {
		t.Fatalf("%+v", first)
	}
	want := counts(first.Outcomes)
	list := func() string {
		var out []string
		for _, r := range seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Sort: "title"}).Rows {
			out = append(out, r.Title, r.Account, r.ForeignStage, r.Amount.String(), r.Opened.String(), r.Closed.String(), r.Outcome)
		}
		return strings.Join(out, "|")
	}
	before := list()
	id := ""
	for _, r := range seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Search: "Three"}).Rows {
		id = throughline.ID(r.ID).String()
	}
	for round := range 3 {
		now = now.Add(time.Hour)
		undone := seat.Run[importing.ImportUndone](t, d, operation.UndoImport, &importing.UndoImportInput{})
		if undone.Facts == 0 || undone.Deals != 3 || undone.Removed != 3-min(round, 1) {
			t.Fatalf("round %d: %+v", round, undone)
		}
		for _, r := range seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{}).Rows {
			if r.Outcome != "removed" && (round == 0 || throughline.ID(r.ID).String() != id) {
				t.Errorf("round %d: %+v still stands", round, r)
			}
		}
		now = now.Add(time.Hour)
		got := seat.Run[importing.Imported](t, d, operation.ImportCSV, in)
		if counts(got.Outcomes) != want || got.Added == 0 || list() != before {
			t.Fatalf("round %d: brought again it is\n%s, %s\nit was\n%s, %s", round, list(), counts(got.Outcomes), before, want)
		}
		now = now.Add(time.Hour)
		if again := seat.Run[importing.Imported](t, d, operation.ImportCSV, in); again.Added != 0 {
			t.Errorf("round %d: a second time it adds %d facts", round, again.Added)
		}
		if round == 0 {
			seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: id}, Text: "Rang them."})
		}
	}
	if _, err := operation.UndoImport.Run(t.Context(), d, &importing.UndoImportInput{ID: "0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e"}); throughline.KindOf(err) != throughline.NotFound {
		t.Error(err)
	}
}

// TestAnEarlierExportBringsBackWhatWasTakenBack: the mended files may speak of
// earlier days, and a look back sees neither what was taken back nor that it was.
func TestAnEarlierExportBringsBackWhatWasTakenBack(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	path := filepath.Join(t.TempDir(), "deals.csv")
	bring := func(rows string) importing.Imported {
		if err := os.WriteFile(path, []byte("Deal ID,Deal Name,Company,Stage,Amount,Created,Close date\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		return seat.Run[importing.Imported](t, d, operation.ImportCSV, &importing.ImportCSVInput{Paths: []string{path}, Guess: true, Yes: true})
	}
	bring("1,One,A,Won,EUR 500,2026-01-05,2026-10-05\n2,Two,B,Lost,EUR 600,2026-01-06,2026-10-07\n")
	now = now.Add(time.Hour)
	seat.Run[importing.ImportUndone](t, d, operation.UndoImport, &importing.UndoImportInput{})
	back := func() map[throughline.Outcome]int {
		out := map[throughline.Outcome]int{}
		for facts, err := range d.Read().AllFacts(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if one, ok := deal.Fold(facts, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)); ok {
				out[one.Outcome()]++
			}
		}
		return out
	}
	if got := back(); got[throughline.StillOpen] != 0 {
		t.Errorf("what was taken back counts in September: %v", got)
	}
	got := bring("1,One,A,Won,EUR 500,2026-01-05,2026-05-05\n2,Two,B,Lost,EUR 600,2026-01-06,2026-05-07\n")
	if got.Outcomes["won"] != 1 || got.Outcomes["removed"] != 0 {
		t.Errorf("%v", got.Outcomes)
	}
	if got := back(); got[throughline.Won] != 1 || got[throughline.Removed] != 0 {
		t.Errorf("in September it is %v", got)
	}
}

// TestAnImportTakenBackLeavesNoCopies: what a deal of the import gave to another
// that took it in goes with it, through any number of mergings; what people wrote
// stays on both, and apart again nothing of the import counts on either.
func TestAnImportTakenBackLeavesNoCopies(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	folder := t.TempDir()
	mapping := filepath.Join(folder, "mapping.yaml")
	for file, text := range map[string]string{filepath.Join(folder, "deals.csv"): "id,title,account,opened\n1,One,A,2026-01-05\n2,Two,A,2026-01-06\n",
		filepath.Join(folder, "acts.csv"): "id,deal,type,at\n7,1,call,2026-01-20\n8,1,call,2026-02-20\n",
		mapping: "system: csv\ndeals: {file: deals.csv, id: id, title: title, account: account, opened: opened}\n" +
			"activities: [{file: acts.csv, id: id, deal: deal, type: type, at: at, means: {call: call}}]\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seat.Run[importing.Imported](t, d, operation.ImportCSV, &importing.ImportCSVInput{Paths: []string{folder}, Mapping: mapping})
	now = now.Add(time.Hour)
	ids := map[string]string{}
	for _, r := range seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{}).Rows {
		ids[r.Title] = throughline.ID(r.ID).String()
	}
	one, two, own := ids["One"], ids["Two"], seat.Ward(t, d)
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: one}, Text: "Rang them."})
	count := func(id string) (acts, notes int) {
		shown := seat.Shown(t, d, id).Deal
		return len(shown.OfKind(deal.KindActivity)), len(shown.OfKind(deal.KindNoted))
	}
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: two}, Other: one})
	seat.Run[recording.Recorded](t, d, operation.RecordMerge, &recording.MergeInput{Writing: recording.Writing{ID: own}, Other: two})
	if acts, notes := count(own); acts != 2 || notes != 1 {
		t.Fatalf("the deal that tells all has %d acts and %d notes", acts, notes)
	}
	now = now.Add(time.Hour)
	undone := seat.Run[importing.ImportUndone](t, d, operation.UndoImport, &importing.UndoImportInput{})
	if acts, notes := count(own); acts != 0 || notes != 1 {
		t.Errorf("taken back, the deal that tells all has %d acts and %d notes: %+v", acts, notes, undone)
	}
	if got := seat.Shown(t, d, own).Reading.Outcome; got != throughline.StillOpen {
		t.Errorf("the deal that is ours is %s", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: two}})
	seat.Run[recording.Recorded](t, d, operation.RecordUnmerge, &recording.UnmergeInput{Writing: recording.Writing{ID: one}})
	for id, want := range map[string]int{one: 1, own: 0} {
		if acts, notes := count(id); acts != 0 || notes != want {
			t.Errorf("apart again, a deal has %d acts and %d notes, want 0 and %d", acts, notes, want)
		}
	}
	if _, err := operation.ShowDeal.Run(t.Context(), d, &showing.DealInput{ID: two}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("a deal of which nothing is known any more is shown: %v", err)
	}
}
