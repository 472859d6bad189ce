package alignment_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

var today = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

// book is a small playbook: six stages serving P1, P3, P5, P6, P7 and P8, and two milestones.
func book() *playbook.Playbook {
	pr := playbook.Process{ID: "standard"}
	for _, st := range []struct {
		id     string
		serves throughline.Phase
	}{{"find", 1}, {"frame", 3}, {"rules", 5}, {"offer", 6}, {"commit", 7}, {"adopt", 8}} {
		pr.Stages = append(pr.Stages, playbook.Stage{ID: st.id, Addr: throughline.StageAddress("standard", st.id), Serves: st.serves})
	}
	for _, id := range []string{"measure-agreed", "options-ranked"} {
		pr.Milestones = append(pr.Milestones, playbook.Milestone{ID: id, Addr: throughline.MilestoneAddress("standard", id), Serves: throughline.Align})
	}
	pr.Milestones[1].Serves = throughline.Choose
	all := throughline.Phases()
	two := []throughline.Phase{2, 3, 5, 7}
	return &playbook.Playbook{
		Processes: []playbook.Process{pr},
		Classes: map[throughline.Class]playbook.Consequence{
			throughline.Complex:          {Shown: all, Pass: playbook.PassMark{Grade: throughline.E3, TwoPeople: two}},
			throughline.ComplexNoProcess: {Shown: all, Highlighted: []throughline.Phase{2, 3, 5}, Pass: playbook.PassMark{Grade: throughline.E3, TwoPeople: all}},
			throughline.Transactional:    {Shown: []throughline.Phase{5, 6, 7, 9}, Pass: playbook.PassMark{Grade: throughline.E2}},
		},
		Evidence: playbook.Standards{ShelfLives: throughline.DefaultShelfLives(), Cycle: 120 * 24 * time.Hour},
		Silence:  playbook.Silence{Quantile: 0.9, CycleQuantile: 1, Enough: 30, Default: 60 * 24 * time.Hour},
		Mapping:  playbook.Mapping{Stages: map[string]playbook.MappedStage{"proposal price quote": {Stage: throughline.StageAddress("standard", "offer")}}},
	}
}

// story writes a deal as days before today; the newest first is as good as the oldest.
type story struct {
	facts []deal.Fact
}

func tell(class throughline.Class, opened int) *story {
	s := &story{}
	s.add(opened, throughline.E0, deal.Opened{Title: "x"})
	if class != "" {
		s.add(opened, throughline.E0, deal.Classified{Class: class})
	}
	return s
}

func (s *story) add(daysAgo int, g throughline.Grade, b deal.Body) *story {
	at := today.AddDate(0, 0, -daysAgo)
	id := throughline.KeyedID(at, fmt.Sprintf("%d %T %v", len(s.facts), b, b))
	s.facts = append(s.facts, deal.Fact{ID: throughline.FactID(id), Happened: at, Learned: at, Grade: g, Body: b})
	return s
}

func who(name string) throughline.PersonID {
	return throughline.PersonID(throughline.KeyedID(today, "person", name))
}

// said adds evidence on a phase by each of the people named.
func (s *story) said(p throughline.Phase, daysAgo int, g throughline.Grade, people ...string) *story {
	for _, n := range people {
		s.add(daysAgo, g, deal.Evidence{About: p.Address(), Person: who(n), Text: "said so"})
	}
	return s
}

func (s *story) stage(id string, daysAgo int) *story {
	return s.add(daysAgo, throughline.E0, deal.StageMoved{Stage: throughline.StageAddress("standard", id)})
}

func (s *story) read(norms alignment.Norms) alignment.Reading {
	d, _ := deal.Fold(s.facts, today)
	return alignment.Of(&d.Summary, book(), norms, today)
}

// sketch is the deal of the picture: P1 and P2 answered, P3 open, and we offer.
func sketch() *story {
	return tell(throughline.Complex, 94).
		said(1, 55, throughline.E3, "maria").said(2, 50, throughline.E3, "maria", "jonas").
		said(3, 9, throughline.E3, "maria").said(3, 40, throughline.E1, "finance").stage("offer", 20)
}

func TestTheSketch(t *testing.T) {
	r := sketch().read(alignment.Norms{})
	if r.Frontier != throughline.Align || r.Ours.Phase != throughline.Choose || r.Gap == nil || *r.Gap != 3 {
		t.Fatalf("frontier %s, ours %s, gap %v; want p3, p6, 3", r.Frontier, r.Ours.Phase, r.Gap)
	}
	p3 := r.Phase(throughline.Align)
	if p3.State != throughline.Open || p3.People != 1 || p3.NeedPeople != 2 {
		t.Errorf("p3 is %s with %d of %d people", p3.State, p3.People, p3.NeedPeople)
	}
	if len(p3.Evidence) != 2 || p3.Evidence[0].Strength != throughline.E0 || p3.Evidence[1].Strength != throughline.E3 {
		t.Errorf("the stale reading and the fresh page are weighed %+v", p3.Evidence)
	}
	if until := p3.Evidence[1].Until.Sub(throughline.DayOf(today, time.UTC)); until != 50 {
		t.Errorf("the page is good for %d more days, want 50", until)
	}
}

func TestStates(t *testing.T) {
	for name, c := range map[string]struct {
		story    *story
		phase    throughline.Phase
		state    throughline.PhaseState
		frontier throughline.Phase
		lapsed   bool
	}{
		"one person is not two":       {tell(throughline.Complex, 90).said(1, 5, 3, "a").said(2, 5, 3, "a"), 2, throughline.Open, 2, false},
		"an official record is two":   {tell(throughline.Complex, 90).said(1, 5, 3, "a").said(2, 5, 4, "a"), 2, throughline.Answered, 3, false},
		"our own reading is not":      {tell(throughline.Complex, 90).said(1, 5, 2, "a").said(2, 5, 1, "a", "b"), 1, throughline.Open, 1, false},
		"evidence grows old":          {tell(throughline.Complex, 90).said(1, 61, 3, "a"), 1, throughline.Open, 1, true},
		"no process asks two of all":  {tell(throughline.ComplexNoProcess, 90).said(1, 5, 3, "a"), 1, throughline.Open, 1, false},
		"nobody classified: complex":  {tell("", 90).said(1, 5, 3, "a"), 1, throughline.Answered, 2, false},
		"transactional takes a word":  {tell(throughline.Transactional, 9).said(5, 5, 2, "a"), 5, throughline.Answered, 6, false},
		"contradiction reopens":       {tell(throughline.Complex, 90).said(1, 30, 3, "a").add(5, 2, deal.Contradiction{About: "journey/p1", Person: who("b"), Text: "no"}), 1, throughline.Reopened, 1, false},
		"new evidence settles it":     {tell(throughline.Complex, 90).said(1, 30, 3, "a").add(9, 2, deal.Contradiction{About: "journey/p1"}).said(1, 3, 3, "b"), 1, throughline.Answered, 2, false},
		"not needed here":             {tell(throughline.Complex, 90).said(2, 5, 4, "a").add(5, 0, deal.PhaseNotNeeded{Phase: 1, Reason: "known"}), 1, throughline.NotNeeded, 3, false},
		"a met milestone is evidence": {tell(throughline.Complex, 90).add(5, 4, deal.Evidence{About: throughline.MilestoneAddress("standard", "measure-agreed"), Person: who("a")}), 3, throughline.Answered, 1, false},
	} {
		r := c.story.read(alignment.Norms{})
		if p := r.Phase(c.phase); p.State != c.state || r.Frontier != c.frontier || p.Lapsed != c.lapsed {
			t.Errorf("%s: %s is %s (lapsed %v), frontier %s; want %s (%v), %s", name, c.phase, p.State, p.Lapsed, r.Frontier, c.state, c.lapsed, c.frontier)
		}
	}
}

// TestNoPositionIsInvented: a bare CRM export says where we are, never where they are.
func TestNoPositionIsInvented(t *testing.T) {
	r := tell("", 40).add(20, 0, deal.StageMoved{Foreign: "Proposal/Price Quote"}).said(3, 5, throughline.E1, "a").read(alignment.Norms{})
	if r.FromCustomer || r.Frontier.Known() || r.Gap != nil || r.Consensus.Known || r.Confidence.Known {
		t.Errorf("something was invented: %+v", r)
	}
	if r.Ours.Phase != throughline.Choose {
		t.Errorf("ours is %q, though the mapping knows the word", r.Ours.Phase)
	}
	if !slices.Equal(r.Ask, []throughline.Phase{2, 3, 5}) {
		t.Errorf("asks %v", r.Ask)
	}
	if len(r.Reasons) == 0 || r.Reasons[0].Code != alignment.NothingFromThem {
		t.Errorf("reasons %+v", r.Reasons)
	}
}

func TestSilence(t *testing.T) {
	enough := alignment.Norms{Gap: 21, Gaps: 400, Cycle: 138, Closed: 6711}
	for name, c := range map[string]struct {
		story  *story
		norms  alignment.Norms
		silent bool
		days   int
	}{
		"no act, older than the longest cycle": {tell("", 139), enough, true, 139},
		"no act, as old as the longest":        {tell("", 138), enough, false, 138},
		"an act, longer than usual":            {tell("", 300).said(1, 22, 2, "a"), enough, true, 22},
		"an act, not longer":                   {tell("", 300).said(1, 21, 2, "a"), enough, false, 21},
		"our own reading is no act of theirs":  {tell("", 139).said(1, 1, 1, "a"), enough, true, 139},
		"little history: the default":          {tell("", 61), alignment.Norms{Cycle: 9, Closed: 29}, true, 61},
		"ended deals are not silent":           {tell("", 400).add(300, 0, deal.Ended{Outcome: throughline.Won}), enough, false, 400},
	} {
		if s := c.story.read(c.norms).Silence; s.Silent != c.silent || s.Days != c.days {
			t.Errorf("%s: silent %v after %d days (limit %d)", name, s.Silent, s.Days, s.Limit)
		}
	}
	d, _ := deal.Fold([]deal.Fact{{Learned: today, Body: deal.Opened{Title: "undated"}}}, today)
	if s := alignment.Of(&d.Summary, book(), enough, today).Silence; s.Known || s.Silent {
		t.Errorf("an opening nobody dated is silent: %+v", s)
	}
}

// promised adds a promise of theirs that is late by some days.
func promised(s *story, late int) *story {
	s.add(8, throughline.E1, deal.PromiseMade{Who: "the board", What: "decide", Due: throughline.DayOf(today, time.UTC).Add(-late)})
	s.facts[len(s.facts)-1].ID = lastPromise
	return s
}

var lastPromise = throughline.FactID(throughline.KeyedID(today, "the promise"))

// TestEveryReasonIsListed holds Codes to the constants of attention.go.
func TestEveryReasonIsListed(t *testing.T) {
	source, err := os.ReadFile("attention.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Code\s+=\s+"([a-z_]+)"`).FindAllSubmatch(source, -1)
	if len(found) < 20 || len(found) != len(alignment.Codes()) {
		t.Errorf("%d codes in the source, %d in Codes", len(found), len(alignment.Codes()))
	}
	for _, m := range found {
		if !slices.Contains(alignment.Codes(), alignment.Code(m[1])) {
			t.Errorf("%s is not in Codes", m[1])
		}
	}
}

// TestAttention: A before B, because.
func TestAttention(t *testing.T) {
	calm := func() *story {
		return tell(throughline.Complex, 40).said(1, 5, 3, "a").said(2, 5, 4, "a").stage("frame", 5)
	}
	norms := alignment.Norms{Gap: 30, Gaps: 99, Cycle: 200, Closed: 99}
	for _, c := range []struct {
		because string
		a, b    *story
		code    alignment.Code
	}{
		{"three questions ahead is more than none", sketch(), calm(), alignment.AheadOfThem},
		{"a reopened question is more than being one ahead",
			calm().said(3, 20, 4, "a").add(2, 3, deal.Contradiction{About: "journey/p3", Person: who("b")}), calm().stage("rules", 2), alignment.ReopenedQuestion},
		{"gone silent is more than calm", tell(throughline.Complex, 100).said(1, 70, 4, "a").stage("find", 90), calm(), alignment.SilentNow},
		{"longer silence first", tell(throughline.Complex, 190).said(1, 150, 3, "a"), tell(throughline.Complex, 190).said(1, 40, 3, "a"), alignment.SilentNow},
		{"a sponsor who left last week", calm().add(6, 0, deal.Noticed{Event: deal.SponsorLeft}), calm().add(60, 0, deal.Noticed{Event: deal.SponsorLeft}), alignment.ClassAsked},
		{"signs of indecision", calm().add(3, 0, deal.Noticed{Event: deal.MoreReferences}), calm(), alignment.IndecisionSigns},
		{"a date near with open questions", calm().add(9, 0, deal.CloseDateMoved{To: throughline.DayOf(today, time.UTC).Add(10)}), calm().add(9, 0, deal.CloseDateMoved{To: throughline.DayOf(today, time.UTC).Add(90)}), alignment.DateNear},
		{"pushed three times", calm().add(30, 0, push(40)).add(20, 0, push(50)).add(10, 0, push(60)), calm().add(30, 0, push(60)), alignment.PushedDate},
		{"a postponed deal wakes on its day", tell("", 200).add(90, 0, deal.Ended{Outcome: throughline.Postponed, Until: throughline.DayOf(today, time.UTC).Add(-1)}),
			tell("", 200).add(90, 0, deal.Ended{Outcome: throughline.Postponed, Until: throughline.DayOf(today, time.UTC).Add(1)}), alignment.WokeUp},
		{"a promise that is late before one that is due today", promised(calm(), 3), promised(calm(), 0), alignment.PromiseLate},
		{"a promise that is due today before one that is due tomorrow", promised(calm(), 0), promised(calm(), -1), alignment.PromiseDue},
		{"a promise nobody settled before one that was kept", promised(calm(), 3), promised(calm(), 3).add(1, 0, deal.PromiseResolved{Promise: lastPromise, Result: deal.PromiseKept}), alignment.PromiseLate},
		{"nothing from the customer weighs more the further we act", tell("", 20).stage("commit", 5), tell("", 20).stage("find", 5), alignment.NothingFromThem},
	} {
		a, b := alignment.Ranked{Reading: c.a.read(norms)}, alignment.Ranked{Reading: c.b.read(norms)}
		if alignment.Before(&a, &b) >= 0 {
			t.Errorf("%s: %d %+v does not come before %d %+v", c.because, a.Weight, a.Reasons, b.Weight, b.Reasons)
		}
		if !slices.ContainsFunc(a.Reasons, func(r alignment.Reason) bool { return r.Code == c.code }) {
			t.Errorf("%s: %s is none of the reasons %+v", c.because, c.code, a.Reasons)
		}
	}
}

func push(days int) deal.Body {
	return deal.CloseDateMoved{To: throughline.DayOf(today, time.UTC).Add(days)}
}

func TestDecidedIsNotContracted(t *testing.T) {
	s := tell(throughline.Transactional, 60)
	for p := throughline.Rules; p <= throughline.Commit; p++ {
		s.said(p, 5, 3, "a")
	}
	if r := s.read(alignment.Norms{}); !r.Decided || !slices.ContainsFunc(r.Reasons, func(y alignment.Reason) bool { return y.Code == alignment.ContractingUnbegun }) {
		t.Errorf("decided %v, reasons %+v", r.Decided, r.Reasons)
	}
	s.add(1, 3, deal.StepMoved{Step: "contracting/k8", State: throughline.StepDone, By: deal.Customer})
	if r := s.read(alignment.Norms{}); r.Decided {
		t.Error("still to be contracted after the order is live")
	}
}

// TestPriceIsNoInput: whatever the amount, the reading is the same.
func TestPriceIsNoInput(t *testing.T) {
	want := sketch().read(alignment.Norms{})
	for _, cents := range []int64{0, 900_000, 1_400_000_000} {
		got := sketch().add(90, 0, deal.AmountChanged{Amount: throughline.Money{Cents: cents, Currency: "USD"}}).read(alignment.Norms{})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("an amount of %d changes the reading", cents)
		}
	}
}

// TestTimeAloneNeverAnswers: as days pass without a fact, no question becomes
// answered, and gauges stay between 0 and 1.
func TestTimeAloneNeverAnswers(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		s := tell(throughline.Classes()[r.IntN(5)], 100)
		agrees := r.IntN(2) == 0
		for range 1 + r.IntN(30) {
			p := throughline.Phase(1 + r.IntN(9))
			g, ago, n := throughline.Grade(r.IntN(5)), r.IntN(100), string(rune('a'+r.IntN(4)))
			switch r.IntN(6) {
			case 0:
				s.add(ago, g, deal.Contradiction{About: p.Address(), Person: who(n)})
			case 1:
				s.add(ago, g, deal.Stance{Person: who(n), Value: r.IntN(5) - 2, Agrees: &agrees})
			case 2:
				s.add(ago, 0, deal.Noticed{Event: deal.MoreOptions})
			default:
				s.said(p, ago, g, n)
			}
		}
		d, _ := deal.Fold(s.facts, today)
		before := alignment.Of(&d.Summary, book(), alignment.Norms{}, today)
		for days := 0; days < 400; days += 7 {
			now := alignment.Of(&d.Summary, book(), alignment.Norms{}, today.AddDate(0, 0, days))
			for i := range now.Phases {
				if now.Phases[i].State == throughline.Answered && before.Phases[i].State != throughline.Answered {
					t.Fatalf("seed %d: %s became answered by waiting", seed, now.Phases[i].Phase)
				}
			}
			for _, g := range []alignment.GaugeReading{now.Consensus, now.Confidence} {
				if g.Value < 0 || g.Value > 1 || !g.Known && g.Value != 0 {
					t.Fatalf("seed %d: gauge %+v", seed, g)
				}
			}
			before = now
		}
	}
}

func BenchmarkOf(b *testing.B) {
	d, _ := deal.Fold(sketch().facts, today)
	bk := book()
	b.ReportAllocs()
	for b.Loop() {
		_ = alignment.Of(&d.Summary, bk, alignment.Norms{}, today)
	}
}

// TestEveryEventAsksForTheClass: any event of DOMAIN 3.7 after the class was
// settled asks for it again, names what happened and what it may change, and
// rests when the class was recorded anew, kept or changed. An amount asks nothing.
func TestEveryEventAsksForTheClass(t *testing.T) {
	settled := func() *story {
		return tell(throughline.Complex, 90).said(1, 85, 3, "a").add(80, 0, deal.Classified{Class: throughline.Complex}).said(2, 3, 4, "a")
	}
	no := false
	for _, c := range []struct {
		event deal.Event
		body  deal.Body
		at    int
	}{
		{deal.NewVeto, deal.Noticed{Event: deal.NewVeto}, 20},
		{deal.SponsorLeft, deal.Noticed{Event: deal.SponsorLeft}, 20},
		{deal.Reorganisation, deal.Noticed{Event: deal.Reorganisation}, 20},
		{deal.ScopeChanged, deal.Noticed{Event: deal.ScopeChanged}, 20},
		{deal.NewAlternative, deal.Noticed{Event: deal.NewAlternative}, 20},
		{deal.ProcurementEntered, deal.Noticed{Event: deal.ProcurementEntered}, 20},
		{deal.DateMoved, deal.Noticed{Event: deal.DateMoved}, 20},
		{deal.ProcurementEntered, deal.PersonJoined{Person: who("buyer"), Role: throughline.BuyerOfRecord}, 20},
		{deal.EvidenceConflict, deal.Contradiction{About: "journey/p3", Person: who("b"), Text: "not so"}, 20},
		{deal.AccountsDiffer, deal.Stance{Person: who("b"), Agrees: &no}, 20},
		{deal.GrewLarger, deal.Linked{As: "land"}, 20},
	} {
		s := settled()
		if r := s.read(alignment.Norms{}); r.Reclass != nil {
			t.Fatalf("nothing has happened and it asks: %+v", r.Reclass)
		}
		s.add(c.at, 3, c.body)
		r := s.read(alignment.Norms{})
		day := throughline.DayOf(today, time.UTC).Add(-c.at)
		if r.Reclass == nil || len(r.Reclass.Events) != 1 || r.Reclass.Events[0].Event != c.event || r.Reclass.Events[0].On != day || r.Reclass.Events[0].Learned != day || r.Reclass.Events[0].Fact.IsZero() {
			t.Errorf("%T %s: %+v", c.body, c.event, r.Reclass)
			continue
		}
		if len(r.Reclass.Factors) == 0 {
			t.Errorf("%s: may change no answer", c.event)
		}
		lines := 0
		for _, y := range r.Reasons {
			if y.Code == alignment.ClassAsked || y.Code == alignment.EventNow {
				lines++
			}
		}
		if lines != 1 {
			t.Errorf("%s: %d lines for one event: %+v", c.event, lines, r.Reasons)
		}
		// Recorded anew, kept or changed, it rests; another event asks again.
		for _, class := range []throughline.Class{throughline.Complex, throughline.ComplexNoProcess} {
			looked := settled().add(c.at, 3, c.body).add(c.at-5, 0, deal.Classified{Class: class})
			if r := looked.read(alignment.Norms{}); r.Reclass != nil {
				t.Errorf("%s: looked at, and it asks again: %+v", c.event, r.Reclass)
			}
			if r := looked.add(2, 0, deal.Noticed{Event: deal.ScopeChanged}).read(alignment.Norms{}); r.Reclass == nil || len(r.Reclass.Events) != 1 {
				t.Errorf("%s: looked at, then the scope changed: %+v", c.event, r.Reclass)
			}
		}
		// Ended, or never classed: nothing to look at again.
		if r := settled().add(c.at, 3, c.body).add(1, 3, deal.Ended{Outcome: throughline.Won}).read(alignment.Norms{}); r.Reclass != nil {
			t.Errorf("%s: a deal that ended asks", c.event)
		}
		if r := tell("", 90).add(c.at, 3, c.body).read(alignment.Norms{}); r.Reclass != nil {
			t.Errorf("%s: a deal that was never classed asks again", c.event)
		}
	}
	for _, e := range deal.Occasions() {
		if !e.AsksClass() {
			t.Errorf("%s asks nothing", e)
		}
	}
	for _, b := range []deal.Body{deal.AmountChanged{Amount: throughline.Money{Cents: 1_400_000_000}}, deal.Noticed{Event: deal.MoreReferences}, deal.CloseDateMoved{To: throughline.DayOf(today, time.UTC)},
		deal.PersonJoined{Person: who("user"), Role: throughline.UserRole}, deal.PersonJoined{Person: who("one"), Role: throughline.Checker}, deal.Linked{As: "expand"}} {
		if r := settled().add(20, 3, b).read(alignment.Norms{}); r.Reclass != nil {
			t.Errorf("%+v asks for a new class", b)
		}
	}
}

// TestTheClassAsksOnce: what is said twice asks once; who had a say all along
// and leaves asks only if they carried it; what was learned after the class was
// settled asks though it happened before.
func TestTheClassAsksOnce(t *testing.T) {
	settled := func() *story { return tell(throughline.Complex, 90).said(1, 40, 3, "a") }
	two := func() *story {
		return settled().add(91, 2, deal.PersonJoined{Person: who("y"), Role: throughline.RuleSetter}).add(91, 2, deal.PersonJoined{Person: who("z"), Role: throughline.BuyerOfRecord})
	}
	twice := two().add(20, 2, deal.PersonJoined{Person: who("cfo"), Role: throughline.BudgetDecider}).add(3, 2, deal.PersonJoined{Person: who("cfo"), Role: throughline.BudgetDecider, Function: "finance"})
	if r := twice.read(alignment.Norms{}); r.Reclass == nil || len(r.Reclass.Events) != 1 || r.Reclass.Events[0].On.Sub(r.AsOf) != -20 {
		t.Errorf("somebody described again: %+v", r.Reclass)
	}
	if r := twice.add(10, 0, deal.Classified{Class: throughline.Complex}).read(alignment.Norms{}); r.Reclass != nil {
		t.Errorf("described again after it was looked at: %+v", r.Reclass)
	}
	for role, asks := range map[throughline.Role]bool{throughline.SponsorRole: true, throughline.ProblemOwner: true, throughline.UserRole: false} {
		s := settled().add(89, 2, deal.PersonJoined{Person: who("x"), Role: role}).add(9, 2, deal.PersonJoined{Person: who("x"), Left: true})
		if r := s.read(alignment.Norms{}); (r.Reclass != nil) != asks {
			t.Errorf("a %s left: %+v", role, r.Reclass)
		}
		if r := s.add(9, 0, deal.Noticed{Event: deal.SponsorLeft, Person: who("x")}).read(alignment.Norms{}); r.Reclass == nil || len(r.Reclass.Events) != 1 {
			t.Errorf("a %s left, and it was noticed: %+v", role, r.Reclass)
		}
	}
	late := settled().add(50, 0, deal.Classified{Class: throughline.Complex})
	late.add(60, 0, deal.Noticed{Event: deal.ScopeChanged})
	if r := late.read(alignment.Norms{}); r.Reclass != nil {
		t.Errorf("known when it was settled: %+v", r.Reclass)
	}
	late.facts[len(late.facts)-1].Learned = today.AddDate(0, 0, -4)
	if r := late.read(alignment.Norms{}); r.Reclass == nil || r.Reclass.Events[0].On.Sub(r.AsOf) != -60 || r.Reclass.Events[0].Learned.Sub(r.AsOf) != -4 {
		t.Errorf("happened before, learned afterwards: %+v", r.Reclass)
	}
	many := settled()
	for i := range 6 {
		many.add(20-i, 0, deal.Noticed{Event: deal.ScopeChanged})
	}
	r := many.read(alignment.Norms{})
	asked := 0
	for _, y := range r.Reasons {
		if y.Code == alignment.ClassAsked {
			asked++
		}
	}
	if len(r.Reclass.Events) != 6 || asked != 1 {
		t.Errorf("%d events ask in %d lines", len(r.Reclass.Events), asked)
	}
}

// TestWaitingAsksForTheClass: two weeks without an act of theirs while a step
// of theirs is due (DOMAIN 3.7), from the day on which both had come about.
func TestWaitingAsksForTheClass(t *testing.T) {
	for _, c := range []struct{ act, due, on int }{{30, 25, 16}, {30, 5, 5}, {10, 5, 0}, {30, -3, 0}} {
		s := tell(throughline.Complex, 90).said(1, c.act, 3, "a").
			add(40, 2, deal.StepMoved{Step: "contracting/k2", State: throughline.StepBegun, By: deal.Customer, Due: throughline.DayOf(today, time.UTC).Add(-c.due)})
		r := s.read(alignment.Norms{})
		if c.on == 0 {
			if r.Reclass != nil {
				t.Errorf("%+v: %+v", c, r.Reclass)
			}
			continue
		}
		if r.Reclass == nil || r.Reclass.Events[0].Event != deal.StepWaits || r.Reclass.Events[0].On.Sub(r.AsOf) != -c.on || r.Reclass.Events[0].Step != "contracting/k2" {
			t.Errorf("%+v: %+v", c, r.Reclass)
		}
		if r := s.add(c.on-1, 0, deal.Classified{Class: throughline.Complex}).read(alignment.Norms{}); r.Reclass != nil {
			t.Errorf("%+v: looked at afterwards, and it asks: %+v", c, r.Reclass)
		}
	}
}

// TestNamesLearnedAskOnlyBeyondTheAnswer: somebody who can stop it is an event
// once more of them are known than the class was judged by; so is another
// account of the problem once it was judged that all tell it alike.
func TestNamesLearnedAskOnlyBeyondTheAnswer(t *testing.T) {
	no := false
	for _, c := range []struct{ vetoes, known, accounts, asks int }{{0, 2, -1, 0}, {0, 3, -1, 3}, {1, 5, -1, 0}, {1, 6, -1, 6}, {2, 12, -1, 0}, {-1, 2, -1, 0}, {-1, 3, -1, 3},
		{2, 0, 0, 1}, {2, 0, 1, 0}, {2, 0, 2, 0}} {
		factors := map[string]int{}
		if c.vetoes >= 0 {
			factors["veto_holders"] = c.vetoes
		}
		if c.accounts >= 0 {
			factors["problem_agreement"] = c.accounts
		}
		s := tell("", 90).add(80, 0, deal.Classified{Class: throughline.Complex, Factors: factors})
		for i := range c.known {
			s.add(40-i, 1, deal.PersonJoined{Person: who(fmt.Sprint(i)), Role: []throughline.Role{throughline.Checker, throughline.SponsorRole, throughline.BudgetDecider}[i%3]})
		}
		if c.accounts >= 0 {
			s.add(9, 2, deal.Stance{Person: who("other"), Agrees: &no})
		}
		got := 0
		if r := s.read(alignment.Norms{}).Reclass; r != nil {
			got = len(r.Events)
		}
		if got != c.asks {
			t.Errorf("%+v: %d ask", c, got)
		}
	}
	s := tell(throughline.Complex, 90).add(40, 1, deal.PersonJoined{Person: who("a"), Role: throughline.BuyerOfRecord}).add(30, 0, deal.Classified{Class: throughline.Complex}).
		add(9, 1, deal.PersonJoined{Person: who("b"), Role: throughline.BuyerOfRecord})
	if r := s.read(alignment.Norms{}).Reclass; r != nil {
		t.Errorf("another of procurement, which came in before: %+v", r)
	}
}
