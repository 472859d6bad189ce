package alignment_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
)

func (s *story) met(id string, daysAgo int) *story {
	return s.add(daysAgo, throughline.E2, deal.MilestoneMet{Milestone: throughline.MilestoneAddress("standard", id)})
}

func (s *story) step(a throughline.Address, daysAgo int) *story {
	return s.add(daysAgo, throughline.E3, deal.StepMoved{Step: a, State: throughline.StepDone, By: deal.Customer})
}

// TestOursIsTheFurthest: the stage or the furthest milestone, whichever is
// further; what is ticked late puts nobody behind.
func TestOursIsTheFurthest(t *testing.T) {
	for name, c := range map[string]struct {
		story *story
		phase throughline.Phase
		by    throughline.Address
		since int // days ago
	}{
		"a milestone ticked late":          {tell(throughline.Complex, 90).stage("offer", 20).met("measure-agreed", 2), throughline.Choose, throughline.StageAddress("standard", "offer"), 20},
		"two ticked, the later one nearer": {tell(throughline.Complex, 90).stage("find", 80).met("options-ranked", 9).met("measure-agreed", 2), throughline.Choose, throughline.MilestoneAddress("standard", "options-ranked"), 9},
		"a milestone beyond the stage":     {tell(throughline.Complex, 90).stage("frame", 5).met("options-ranked", 40), throughline.Choose, throughline.MilestoneAddress("standard", "options-ranked"), 40},
		"both serve one question":          {tell(throughline.Complex, 90).stage("frame", 5).met("measure-agreed", 3), throughline.Align, throughline.StageAddress("standard", "frame"), 5},
		"a milestone alone":                {tell(throughline.Complex, 90).met("measure-agreed", 3), throughline.Align, throughline.MilestoneAddress("standard", "measure-agreed"), 3},
		"a question that is not asked":     {tell(throughline.Transactional, 90).stage("frame", 5), throughline.Rules, throughline.StageAddress("standard", "frame"), 5},
		"adopting before an order":         {tell(throughline.Transactional, 90).stage("adopt", 5), throughline.Commit, throughline.StageAddress("standard", "adopt"), 5},
		"adopting after it":                {tell(throughline.Transactional, 90).stage("adopt", 5).step("contracting/k8", 9), throughline.Prove, throughline.StageAddress("standard", "adopt"), 5},
		"one that is taken off the road":   {tell(throughline.Complex, 90).stage("rules", 5).add(4, 0, deal.PhaseNotNeeded{Phase: throughline.Rules, Reason: "they have none"}), throughline.Choose, throughline.StageAddress("standard", "rules"), 5},
	} {
		for range 8 { // milestones are kept in a map
			r := c.story.read(alignment.Norms{})
			if o := r.Ours; o.Phase != c.phase || o.By != c.by || throughline.DayOf(today, time.UTC).Sub(throughline.DayOf(o.Since, time.UTC)) != c.since {
				t.Fatalf("%s: %+v, want %s by %s", name, o, c.phase, c.by)
			}
		}
	}
}

// TestNobodyIsAtProveBeforeTheOrder: whatever is answered or not needed, what
// was bought has to be ordered first.
func TestNobodyIsAtProveBeforeTheOrder(t *testing.T) {
	all := func(class throughline.Class) *story {
		s := tell(class, 90)
		for _, p := range throughline.Phases() {
			if p <= throughline.Commit {
				s.said(p, 5, throughline.E4, "a", "b")
			}
		}
		return s
	}
	skip := func(s *story, p throughline.Phase) *story {
		return s.add(4, 0, deal.PhaseNotNeeded{Phase: p, Reason: "nothing changes for them"})
	}
	for name, c := range map[string]struct {
		story    *story
		frontier throughline.Phase
		decided  bool
	}{
		"transactional, decided":                {all(throughline.Transactional), throughline.Commit, true},
		"transactional, ordered":                {all(throughline.Transactional).step("contracting/k8", 1), throughline.Prove, false},
		"adopting not needed":                   {skip(all(throughline.Complex), throughline.Adopt), throughline.Commit, true},
		"adopting not needed, ordered":          {skip(all(throughline.Complex), throughline.Adopt).step("contracting/k8", 1), throughline.Prove, false},
		"in use before the order":               {all(throughline.Complex).said(throughline.Adopt, 3, throughline.E4, "a"), throughline.Adopt, true},
		"even its result is told already":       {all(throughline.Complex).said(throughline.Adopt, 3, throughline.E4, "a").said(throughline.Prove, 2, throughline.E4, "a"), throughline.Adopt, true},
		"complex, decided":                      {all(throughline.Complex), throughline.Adopt, true},
		"no order is needed: nothing is bought": {skip(skip(all(throughline.Complex), throughline.Choose), throughline.Commit).said(throughline.Adopt, 3, throughline.E4, "a"), throughline.Prove, false},
	} {
		r := c.story.read(alignment.Norms{})
		if r.Frontier != c.frontier || r.Firm != c.frontier || r.Decided != c.decided || r.AllAnswered {
			t.Errorf("%s: frontier %s, firm %s, decided %v, all answered %v; want %s, %v", name, r.Frontier, r.Firm, r.Decided, r.AllAnswered, c.frontier, c.decided)
		}
	}
}

// TestAnOrderSettlesWhatWasAsked: evidence of questions that an order has
// settled does not grow old, and other ends stop the clock on their day.
func TestAnOrderSettlesWhatWasAsked(t *testing.T) {
	told := func() *story {
		return tell(throughline.Complex, 800).said(1, 700, 3, "a").said(2, 690, 3, "a", "b").said(3, 680, 4, "a")
	}
	for name, c := range map[string]struct {
		story *story
		state throughline.PhaseState
	}{
		"open, two years on":             {told(), throughline.Open},
		"ordered":                        {told().step("contracting/k8", 500), throughline.Answered},
		"won":                            {told().add(500, 0, deal.Ended{Outcome: throughline.Won}), throughline.Answered},
		"lost while it was fresh":        {told().add(660, 0, deal.Ended{Outcome: throughline.LostCompetitor}), throughline.Answered},
		"lost when it had grown old":     {told().add(300, 0, deal.Ended{Outcome: throughline.LostCompetitor}), throughline.Open},
		"won, and who said so left":      {told().add(500, 0, deal.Ended{Outcome: throughline.Won}).add(20, 2, deal.PersonJoined{Person: who("a"), Left: true}), throughline.Answered},
		"who said so left before it won": {told().add(600, 2, deal.PersonJoined{Person: who("a"), Left: true}).add(500, 0, deal.Ended{Outcome: throughline.Won}), throughline.Open},
	} {
		if p := c.story.read(alignment.Norms{}).Phase(throughline.Own); p.State != c.state {
			t.Errorf("%s: %s with %+v, want %s", name, p.State, p.Evidence, c.state)
		}
	}
	// What comes after an order is as fresh as it is told.
	r := told().step("contracting/k8", 500).said(throughline.Adopt, 400, 3, "a").read(alignment.Norms{})
	if p := r.Phase(throughline.Adopt); p.State != throughline.Open || !p.Lapsed {
		t.Errorf("what they said of its use 400 days ago is %s (lapsed %v)", p.State, p.Lapsed)
	}
}

// TestAnEndedDealStandsNowhere: no position, no gap, no reason to look.
func TestAnEndedDealStandsNowhere(t *testing.T) {
	for _, o := range throughline.Outcomes() {
		r := sketch().add(3, 0, deal.Ended{Outcome: o}).read(alignment.Norms{})
		if r.Frontier.Known() || r.Firm.Known() || r.AllAnswered || r.Gap != nil || r.FirmGap != nil || r.Ours.Phase.Known() || len(r.Lapsed) > 0 || r.Decided || len(r.Reasons) > 0 || len(r.Ask) > 0 {
			t.Errorf("%s: %+v", o, r)
		}
		if r.Ours.Serves != throughline.Choose {
			t.Errorf("%s: where we were is lost: %+v", o, r.Ours)
		}
	}
	r := sketch().add(3, 0, deal.Ended{Outcome: throughline.NoDecision}).add(1, 0, deal.Resumed{}).read(alignment.Norms{})
	if r.Frontier != throughline.Align || r.Gap == nil || *r.Gap != 3 {
		t.Errorf("opened again it stands at %s, gap %v", r.Frontier, r.Gap)
	}
}

// TestAReopenedDateStays: another event while the question is open moves no
// date; one after it was answered again does.
func TestAReopenedDateStays(t *testing.T) {
	veto := deal.Noticed{Event: deal.NewVeto}
	against := deal.Contradiction{About: "journey/p3", Person: who("z")}
	for name, c := range map[string]struct {
		story *story
		since int // days ago
		by    deal.Event
	}{
		"one event":                          {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(11, 0, veto), 11, deal.NewVeto},
		"and another":                        {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(11, 0, veto).add(1, 0, veto), 11, deal.NewVeto},
		"words, then an event":               {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(20, 3, against).add(1, 0, veto), 20, ""},
		"an event, then words":               {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(20, 0, veto).add(1, 3, against), 20, deal.NewVeto},
		"answered between":                   {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(20, 0, veto).said(3, 15, 4, "b").add(1, 0, veto), 1, deal.NewVeto},
		"too little between":                 {tell(throughline.Complex, 90).said(3, 50, 4, "a").add(20, 0, veto).said(3, 15, 2, "b").add(1, 0, veto), 20, deal.NewVeto},
		"an event before anybody answered":   {tell(throughline.Complex, 90).add(60, 0, veto).said(3, 50, 4, "a").add(11, 0, veto), 11, deal.NewVeto},
		"words on the day of the first word": {tell(throughline.Complex, 90).said(3, 50, 3, "a").add(50, 3, against), 50, ""},
	} {
		p := c.story.read(alignment.Norms{}).Phase(throughline.Align)
		if p.State != throughline.Reopened || throughline.DayOf(today, time.UTC).Sub(p.Since) != c.since || p.By != c.by {
			t.Errorf("%s: %s since %s by %q, want %d days ago by %q", name, p.State, p.Since, p.By, c.since, c.by)
		}
	}
	// Words against what nobody had said yet reopen nothing.
	if p := tell(throughline.Complex, 90).add(60, 3, against).said(3, 50, 2, "a").read(alignment.Norms{}).Phase(throughline.Align); p.State != throughline.Open {
		t.Errorf("never answered, and %s", p.State)
	}
}

// TestNothingStandsBesideTheRoad: both positions are questions that this deal asks.
func TestNothingStandsBesideTheRoad(t *testing.T) {
	for _, class := range []throughline.Class{throughline.Transactional, throughline.Complex, throughline.ComplexNoProcess, ""} {
		for _, stage := range []string{"find", "frame", "rules", "offer", "commit", "adopt"} {
			for skip := range 10 {
				s := tell(class, 90).stage(stage, 9).said(5, 5, 2, "a")
				if skip > 0 {
					s.add(3, 0, deal.PhaseNotNeeded{Phase: throughline.Phase(skip), Reason: "known"})
				}
				r := s.read(alignment.Norms{})
				for _, p := range []throughline.Phase{r.Firm, r.Frontier, r.Ours.Phase} {
					if ph := r.Phase(p); p.Known() && (!ph.Shown || ph.State == throughline.NotNeeded) {
						t.Fatalf("%s, stage %s, without %d: somebody stands at %s, which is not asked", class, stage, skip, p)
					}
				}
				if r.FirmGap != nil {
					between := 0
					lo, hi := min(r.Firm, r.Ours.Phase), max(r.Firm, r.Ours.Phase)
					for p := lo; p < hi; p++ {
						if ph := r.Phase(p); ph.Shown && ph.State != throughline.NotNeeded {
							between++
						}
					}
					if max(*r.FirmGap, -*r.FirmGap) != between {
						t.Fatalf("%s, stage %s, without %d: gap %d between %s and %s", class, stage, skip, *r.FirmGap, r.Firm, r.Ours.Phase)
					}
				}
			}
		}
	}
}
