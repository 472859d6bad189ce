package mining_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// life says how a simulated case goes: hazards a day of winning and of ending
// without a decision, before a milestone and after it.
type life struct {
	won, none       float64
	wonAfter, later float64                    // ratios once the milestone is met
	meet            func(r *rand.Rand) float64 // day on which it is met, if still open
}

func (f life) draw(r *rand.Rand, n int) *eventlog.Log {
	b := eventlog.NewBuilder()
	day := func(d float64) int64 { return int64(d * 86400e6) }
	for i := range n {
		k := b.Case(fmt.Sprint(i))
		b.Event(k, "open", 0)
		censor := 100 + 150*r.Float64()
		met := f.meet(r)
		at, end := 0.0, ""
		for _, part := range []struct{ until, won, none float64 }{{met, f.won, f.none}, {math.Inf(1), f.won * f.wonAfter, f.none * f.later}} {
			at += r.ExpFloat64() / (part.won + part.none)
			if at < part.until {
				end = "no"
				if r.Float64() < part.won/(part.won+part.none) {
					end = "won"
				}
				break
			}
			at = part.until
		}
		last := math.Min(at, censor)
		if met < last {
			b.Event(k, "milestone", day(met))
		}
		if at < censor {
			b.Event(k, end, day(at))
		} else {
			b.Event(k, "seen", day(censor)) // the last day anybody looked
		}
	}
	// the log ends when the last case was looked at; cases are censored there
	l, _ := b.Build()
	return l
}

var simulatedEnds = eventlog.OutcomeMap{
	{Outcome: throughline.Won, Attr: "activity", Values: []string{"won"}},
	{Outcome: throughline.NoDecision, Attr: "activity", Values: []string{"no"}},
	{Outcome: throughline.DisqualifiedByUs, Attr: "activity", Values: []string{"seen"}}, // censors
}

func effects(t *testing.T, l *eventlog.Log) map[string]mining.Effect {
	t.Helper()
	u := mining.Milestones(l, l.All(), simulatedEnds, mining.MilestoneSettings{Names: []string{"milestone"}})
	out := map[string]mining.Effect{}
	for _, e := range u.Milestones[0].Effects {
		out[e.End] = e
	}
	return out
}

// longOnly is a milestone that only long cases reach.
func longOnly(r *rand.Rand) float64 { return 40 + 30*r.Float64() }

// TestNothingToCompare: where every case meets it on the same day there are
// never two cases to compare, which is said and not counted as an effect.
func TestNothingToCompare(t *testing.T) {
	l := life{0.006, 0.008, 1, 1, func(*rand.Rand) float64 { return 45 }}.draw(rand.New(rand.NewPCG(1, 1)), 400)
	for _, e := range effects(t, l) {
		if e.End != "lost" && e.Code != mining.NoOverlap {
			t.Errorf("%+v", e)
		}
	}
}

// TestIntervalsCover simulates histories with known hazard ratios: an interval
// of 95 % holds the truth in 93 to 97 of 100. The second life is the
// immortal-time trap: only cases that stay open for some 40 days reach the
// milestone, and it changes nothing.
func TestIntervalsCover(t *testing.T) {
	for _, c := range []struct {
		name      string
		f         life
		won, none float64
	}{
		{"raises winning", life{0.006, 0.008, 2, 0.6, func(r *rand.Rand) float64 { return 80 * r.ExpFloat64() }}, 2, 0.6},
		{"immortal time", life{0.006, 0.008, 1, 1, longOnly}, 1, 1},
		{"no effect", life{0.01, 0.004, 1, 1, func(r *rand.Rand) float64 { return 120 * r.Float64() }}, 1, 1},
	} {
		const runs = 1000
		held, called := map[string]int{}, 0
		bias := map[string]float64{}
		for seed := range uint64(runs) {
			r := rand.New(rand.NewPCG(seed, 31))
			found := effects(t, c.f.draw(r, 300))
			for end, truth := range map[string]float64{"won": c.won, "no_decision": c.none} {
				e := found[end]
				if e.Code == mining.TooFew {
					t.Fatalf("%s, seed %d: too few: %+v", c.name, seed, e)
				}
				if e.Low <= truth && truth <= e.High {
					held[end]++
				}
				bias[end] += math.Log(e.Ratio/truth) / runs
				if truth == 1 && (e.Code == mining.MoreOften || e.Code == mining.LessOften) {
					called++
				}
			}
		}
		t.Logf("%s: intervals held the truth in %.1f and %.1f of 100, bias %.3f and %.3f", c.name, float64(held["won"])*100/runs, float64(held["no_decision"])*100/runs, bias["won"], bias["no_decision"])
		for end, n := range held {
			if n < 930 || n > 970 {
				t.Errorf("%s: intervals of %s held in %d of %d", c.name, end, n, runs)
			}
		}
		if math.Abs(bias["won"]) > 0.03 {
			t.Errorf("%s: the ratio is off by %.3f on the log scale", c.name, bias["won"])
		}
		if c.won == 1 && called > 2*runs*7/100 {
			t.Errorf("%s: %d of %d called an effect", c.name, called, 2*runs)
		}
	}
}

// TestEverMetIsATrap shows what the plain comparison would say of the second
// life above, so that nobody takes the shortcut: of cases that ever met the
// milestone far fewer seem to end.
func TestEverMetIsATrap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	l := life{0.006, 0.008, 1, 1, longOnly}.draw(r, 2000)
	days := map[bool]float64{}
	won := map[bool]float64{}
	for _, sp := range l.Spells(l.All(), simulatedEnds, eventlog.NoTime) {
		met := l.Summary(eventlog.Selection{uint32(sp.Case)}).Events == 3
		days[met] += float64(sp.End-sp.Begin) / 86400e6
		if sp.Outcome == throughline.Won {
			won[met]++
		}
	}
	if naive := won[true] / days[true] / (won[false] / days[false]); naive > 0.5 {
		t.Errorf("the plain comparison says %.2f; the trap does not trap, so the test beside it shows nothing", naive)
	}
	if e := effects(t, l)["won"]; e.Low > 1 || e.High < 1 {
		t.Errorf("an effect where there is none: %+v", e)
	}
}

// TestMilestonesAreChosenAndCounted: without names those are taken that some
// cases meet on their way; shares, rarity and sentences follow.
func TestMilestonesAreChosenAndCounted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	l := life{0.01, 0.004, 3, 0.5, func(r *rand.Rand) float64 { return 60 * r.ExpFloat64() }}.draw(r, 600)
	u := mining.Milestones(l, l.All(), simulatedEnds, mining.MilestoneSettings{})
	if len(u.Milestones) != 1 || u.Milestones[0].Name != "milestone" {
		t.Fatalf("%+v", u.Milestones)
	}
	m := u.Milestones[0]
	if m.Effects[0].Code != mining.MoreOften || m.Effects[2].Code != mining.TooFew || m.Rare {
		t.Errorf("%+v", m)
	}
	rare := life{0.05, 0.004, 1, 1, func(r *rand.Rand) float64 { return 150 * r.ExpFloat64() }}.draw(r, 600)
	if m := mining.Milestones(rare, rare.All(), simulatedEnds, mining.MilestoneSettings{}).Milestones[0]; !m.Rare {
		t.Errorf("met by %v and not called rare", m.Met)
	}
}
