package deal_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// TestFactsOfOneInstant: what happened at one instant is ordered by when it was
// learned, whatever the ids; so what was learned last holds.
func TestFactsOfOneInstant(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	id := throughline.DealID(throughline.KeyedID(at, "deal"))
	for seed := range 20 {
		var fs []deal.Fact
		for n := range 5 {
			title := string(rune('a' + n))
			fs = append(fs, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "fact", title, string(rune('A'+seed)))), Deal: id, Happened: at, Learned: at.Add(time.Duration(n) * time.Hour),
				Source: deal.Source{System: "csv"}, Body: deal.Opened{Title: title}})
		}
		fs[0], fs[seed%5] = fs[seed%5], fs[0]
		fs[4], fs[seed%3] = fs[seed%3], fs[4]
		deal.Sort(fs)
		for n := range fs[1:] {
			if !fs[n].Learned.Before(fs[n+1].Learned) {
				t.Fatalf("seed %d: fact %d was learned at %v, the next at %v", seed, n, fs[n].Learned, fs[n+1].Learned)
			}
		}
		for _, known := range []int{1, 3, 4} {
			d, ok := deal.Fold(fs, at.Add(time.Duration(known)*time.Hour))
			if want := string(rune('a' + known)); !ok || d.Title.Value != want {
				t.Errorf("seed %d: when the fact of hour %d is known the title is %q, want %q", seed, known, d.Title.Value, want)
			}
		}
	}
	// Of one instant, learned at once, the order is their source's.
	for seed := range 20 {
		var fs []deal.Fact
		for n := range 5 {
			fs = append(fs, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "turn", string(rune('a'+n)), string(rune('A'+seed)))), Deal: id, Happened: at, Learned: at, Turn: int32(n + 1),
				Source: deal.Source{System: "csv"}, Body: deal.Opened{Title: string(rune('a' + n))}})
		}
		fs[0], fs[seed%5] = fs[seed%5], fs[0]
		deal.Sort(fs)
		for n := range fs {
			if fs[n].Turn != int32(n+1) {
				t.Errorf("seed %d: turn %d comes at place %d", seed, fs[n].Turn, n+1)
			}
		}
		if d, ok := deal.Fold(fs, at); !ok || d.Title.Value != "e" {
			t.Errorf("seed %d: the source's last word is e, and %q holds", seed, d.Title.Value)
		}
	}
}

// TestWhatIsStillToHappen: what was learned of a day to come does not count
// before that day.
func TestWhatIsStillToHappen(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	id := throughline.DealID(throughline.KeyedID(at, "deal"))
	fact := func(key string, happened, learned time.Time, b deal.Body) deal.Fact {
		return deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, key)), Deal: id, Happened: happened, Learned: learned, Source: deal.Source{System: "csv"}, Body: b}
	}
	fs := []deal.Fact{fact("opened", at, at, deal.Opened{Title: "as it is"}), fact("to come", at.AddDate(0, 0, 5), at, deal.Described{Title: "as it will be"})}
	for days, want := range map[int]string{0: "as it is", 4: "as it is", 5: "as it will be"} {
		if d, ok := deal.Fold(fs, at.AddDate(0, 0, days)); !ok || d.Title.Value != want {
			t.Errorf("after %d days: %q, want %q", days, d.Title.Value, want)
		}
		if got := fs[1].Known(at.AddDate(0, 0, days)); got != (days == 5) {
			t.Errorf("after %d days it is known: %v", days, got)
		}
	}
}
