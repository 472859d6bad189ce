package forecasting

import (
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
)

// TestWaterfallAddsUp: whatever happened to deals, what was expected and every
// step sum to what is expected, to the hundredth; and each step to its deals.
func TestWaterfallAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	states := []string{"open", "open", "open", "won", "lost", "no_decision", "other", ""}
	stake := func() Stake {
		return Stake{Known: r.IntN(8) > 0, State: states[r.IntN(len(states))], Cents: r.Int64N(1 << 40), Chance: r.Float64(), Within: r.IntN(2) > 0, Taken: r.IntN(6) > 0}
	}
	codes := map[string]bool{}
	for range 400 {
		before, after := map[throughline.DealID]Stake{}, map[throughline.DealID]Stake{}
		want, was := int64(0), int64(0)
		for i := range 60 {
			id := throughline.DealID{byte(i), 1}
			if r.IntN(5) > 0 {
				before[id] = stake()
				was += before[id].Value()
			}
			if r.IntN(5) > 0 {
				after[id] = stake()
				if b := before[id]; r.IntN(3) > 0 && b.Known { // little changed, as in life
					after[id] = Stake{true, b.State, b.Cents, b.Chance * r.Float64(), b.Within, b.Taken}
				}
				want += after[id].Value()
			}
		}
		w := waterfallOf(before, after)
		sum := w.Before
		for _, m := range w.Moves {
			codes[m.Code] = true
			sum += m.Cents
			part := int64(0)
			for _, d := range m.Deals {
				part += d.Cents
			}
			if part != m.Cents || len(m.Deals) != m.Count {
				t.Fatalf("%s: its deals sum to %d, it says %d", m.Code, part, m.Cents)
			}
		}
		if sum != w.Now || w.Now != want || w.Before != was {
			t.Fatalf("from %d the steps lead to %d, not to %d (%d expected)", w.Before, sum, w.Now, want)
		}
	}
	for _, c := range MoveCodes() {
		if !codes[c] {
			t.Errorf("no deal ever %s", c)
		}
	}
}

// TestStepsByHand: what each story of a deal is called, and what it adds.
func TestStepsByHand(t *testing.T) {
	open := func(cents int64, p float64, within bool) Stake { return Stake{true, "open", cents, p, within, true} }
	over := func(state string, cents int64) Stake { return Stake{true, state, cents, 0, false, true} }
	handed := open(100000, 0.5, true)
	handed.Taken = false
	for _, c := range []struct {
		name          string
		before, after Stake
		want          []step
	}{
		{"new", Stake{}, open(100000, 0.3, true), []step{{"opened", 30000}}},
		{"new and won", Stake{}, over("won", 100000), []step{{"won", 100000}}},
		{"won", open(100000, 0.3, true), over("won", 120000), []step{{"won", 90000}}},
		{"lost", open(100000, 0.3, true), over("lost", 100000), []step{{"lost", -30000}}},
		{"no decision", open(100000, 0.3, true), over("no_decision", 100000), []step{{"no_decision", -30000}}},
		{"put off for good", open(100000, 0.3, true), over("other", 100000), []step{{"ended", -30000}}},
		{"gone", open(100000, 0.3, true), Stake{}, []step{{"ended", -30000}}},
		{"moved out", open(100000, 0.3, true), open(100000, 0.1, false), []step{{"moved_out", -20000}}},
		{"moved in", open(100000, 0.1, false), open(100000, 0.3, true), []step{{"moved_in", 20000}}},
		{"moved out and likelier all the same", open(100000, 0.1, true), open(100000, 0.2, false), []step{{"likelier", 10000}}},
		{"grew, and less likely", open(100000, 0.5, true), open(200000, 0.25, true), []step{{"grew", 50000}, {"less_likely", -50000}}},
		{"shrank", open(100000, 0.5, true), open(50000, 0.5, true), []step{{"shrank", -25000}}},
		{"an order for more", over("won", 100000), over("won", 130000), []step{{"grew", 30000}}},
		{"an order taken back", over("won", 100000), open(100000, 0.6, true), []step{{"ended", -40000}}},
		{"open again", over("lost", 100000), open(100000, 0.2, true), []step{{"opened", 20000}}},
		{"to somebody else", open(100000, 0.5, true), handed, []step{{"handed", -50000}}},
		{"nothing", open(100000, 0.5, true), open(100000, 0.5, true), nil},
	} {
		got := stepsOf(c.before, c.after)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, not %v", c.name, got, c.want)
			}
		}
	}
}
