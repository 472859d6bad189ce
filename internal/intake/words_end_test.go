package intake

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// TestEveryEndComesThroughTheDoor: each word of the starter mapping means its
// own end, as a stage, as a status, and as the reason beside "closed lost" and
// a source that says no more than "not won": no decision is never read as lost,
// nor a decision to change nothing as either.
func TestEveryEndComesThroughTheDoor(t *testing.T) {
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	seen := map[throughline.Outcome]int{}
	for word, end := range book.Mapping.Outcomes {
		if end.Outcome == throughline.Won {
			continue
		}
		seen[end.Outcome]++
		for name, c := range map[string]struct {
			stage, status, reason string
			flag                  Ending
		}{
			"stage":               {stage: word},
			"stage, not won":      {stage: word, flag: EndNotWon},
			"status":              {stage: "proposal", status: word},
			"reason of a loss":    {stage: "closed lost", reason: word},
			"reason, not won":     {stage: "closed lost", reason: word, flag: EndNotWon},
			"reason of nothing":   {stage: "a stage of theirs", reason: word, flag: EndNotWon},
			"reason beside a win": {stage: "closed won", reason: word, flag: EndNotWon},
		} {
			m, _ := newWords(book.Mapping).judge(&Row{}, c.stage, c.status, c.reason, c.flag, NewNotes(nil))
			if !m.closes || m.end != end {
				t.Errorf("%s as the %s: %v %+v, want %+v", word, name, m.closes, m.end, end)
			}
		}
	}
	for _, o := range []throughline.Outcome{throughline.NoDecision, throughline.DecidedNoChange, throughline.LostUnknown, throughline.LostCompetitor} {
		if seen[o] == 0 {
			t.Errorf("no word of the starter means %s", o)
		}
	}
}

// TestAStatusThatGoesOnOutweighsAnEnd: also by a word that is the system's own;
// that a record is active says no such thing.
func TestAStatusThatGoesOnOutweighsAnEnd(t *testing.T) {
	w := newWords(playbook.Mapping{Outcomes: map[string]playbook.MappedEnd{"1": {Outcome: throughline.Won}}})
	w.opens([]string{"0", "True"})
	for status, closes := range map[string]bool{"0": false, "open": false, "True": true, "": true} {
		if m, _ := w.judge(&Row{}, "1", status, "", EndUnsaid, NewNotes(nil)); m.closes != closes {
			t.Errorf("%q: %v", status, m.closes)
		}
	}
}

// TestAMergedDealStaysMerged: what a source says of the stage of a deal that one
// of ours merged, or took back, brings nothing back.
func TestAMergedDealStaysMerged(t *testing.T) {
	for foreign, out := range map[string]bool{deal.ByMerging: true, deal.ByMistake: true, "deleted": false} {
		var s deal.Summary
		s.Apply(deal.Fact{ID: throughline.FactID{1}, Happened: time.Unix(1e9, 0), Learned: time.Unix(1e9, 0), Body: deal.Ended{Outcome: throughline.Removed, Foreign: foreign}})
		if got := takenOut(&s); got != out {
			t.Errorf("removed as %q: taken out %v", foreign, got)
		}
	}
}
