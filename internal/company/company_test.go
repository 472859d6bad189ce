package company_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/playbook"
)

var today, _ = throughline.ParseDay("2026-11-16")

func book(t testing.TB) *playbook.Playbook {
	t.Helper()
	b := &playbook.Playbook{Classes: map[throughline.Class]playbook.Consequence{}}
	all := throughline.Phases()
	b.Evidence.ShelfLives = throughline.DefaultShelfLives()
	b.Classes[throughline.Complex] = playbook.Consequence{Shown: all, Pass: playbook.PassMark{Grade: 3, TwoPeople: []throughline.Phase{2, 3, 5, 7}}}
	b.Classes[throughline.ComplexNoProcess] = playbook.Consequence{Shown: all, Pass: playbook.PassMark{Grade: 3, TwoPeople: all}}
	b.Classes[throughline.Transactional] = playbook.Consequence{Shown: []throughline.Phase{5, 6, 7, 9}, Pass: playbook.PassMark{Grade: 2}}
	b.Classes[throughline.TransactionalInformal] = b.Classes[throughline.Transactional]
	pr := playbook.Process{ID: "standard"}
	for i, p := range []throughline.Phase{1, 3, 5, 6, 7, 8} {
		id := []string{"a", "b", "c", "d", "e", "f"}[i]
		pr.Stages = append(pr.Stages, playbook.Stage{ID: id, Addr: throughline.StageAddress("standard", id), Serves: p})
	}
	for i, p := range all {
		id := []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"}[i]
		pr.Milestones = append(pr.Milestones, playbook.Milestone{ID: id, Addr: throughline.MilestoneAddress("standard", id), Serves: p})
	}
	b.Processes = []playbook.Process{pr}
	return b
}

func TestLook(t *testing.T) {
	type key struct {
		o throughline.Outcome
		c throughline.Cause
	}
	n := map[key]int{}
	facts, days := 0, 0
	for c := range company.Generate(1, today, book(t)) {
		n[key{c.Truth.Outcome, c.Truth.Cause}]++
		facts += len(c.Batch.Facts)
		if !c.Truth.Closed.IsZero() {
			days += c.Truth.Closed.Sub(c.Truth.Opened)
		}
	}
	t.Log(n, facts, days/320)
}
