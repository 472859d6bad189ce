package plan_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/playbook"
)

// anyWork is a graph of steps: each may wait for some of those before it.
func anyWork(r *rand.Rand, n int) []plan.Work {
	out := make([]plan.Work, n)
	for i := range out {
		best := 1 + r.IntN(12)
		middle := best + r.IntN(14)
		out[i] = plan.Work{Days: playbook.Spread{Best: best, Middle: middle, Worst: middle + r.IntN(25)}, Done: r.IntN(6) == 0}
		for j := range i {
			if r.IntN(i) < 2 {
				out[i].After = append(out[i].After, j)
			}
		}
	}
	return out
}

// holds says, by living it through day by day many times, in what share of the
// cases everything that follows from a step is done in time, when the step
// begins so many days before the goal. It knows nothing of how latest starts
// are worked out.
func holds(work []plan.Work, step, before, times int, r *rand.Rand) float64 {
	in := 0
	for range times {
		left := make([]int, len(work)) // days of work left
		due := make([]bool, len(work)) // whether the step follows from the one that begins
		due[step] = true
		for i, w := range work {
			left[i] = plan.Takes(w.Days, r.Float64())
			if w.Done {
				left[i] = 0
			}
			for _, a := range w.After {
				due[i] = due[i] || due[a]
			}
		}
		done := func(i int) bool { return !due[i] || left[i] == 0 }
		finished := make([]bool, len(work))
		settle := func() {
			for i, w := range work { // in order, so that what takes no time passes on at once
				ok := done(i)
				for _, a := range w.After {
					ok = ok && finished[a]
				}
				finished[i] = ok
			}
		}
		day := 0
		for settle(); day < before; day++ {
			for i, w := range work {
				ready := due[i] && left[i] > 0
				for _, a := range w.After {
					ready = ready && finished[a]
				}
				if ready {
					left[i]--
				}
			}
			settle()
		}
		all := true
		for i := range work {
			all = all && finished[i]
		}
		if all {
			in++
		}
	}
	return float64(in) / float64(times)
}

// TestLatestStartsHoldInFourOfFive: lived through day by day, a step that
// begins on its latest start is in time in four of five cases, and one that
// begins two days later is not; to a day.
func TestLatestStartsHoldInFourOfFive(t *testing.T) {
	const times = 12000
	tried := 0
	for n := range uint64(12) {
		r := rand.New(rand.NewPCG(n, 5))
		work := anyWork(r, 4+r.IntN(9))
		need := plan.LatestStarts(work, 0.8, 6000, rand.New(rand.NewPCG(n, 6)))
		for i := range work {
			if work[i].Done || r.IntN(3) > 0 {
				continue
			}
			tried++
			if got := holds(work, i, need[i]+1, times, r); got < 0.8-0.005 {
				t.Errorf("graph %d, step %d: begun %d days before, it holds in %.3f of the cases; want 0.8", n, i, need[i]+1, got)
			}
			if got := holds(work, i, need[i]-2, times, r); got > 0.8+0.005 && need[i] > 2 {
				t.Errorf("graph %d, step %d: begun only %d days before, it still holds in %.3f of the cases", n, i, need[i]-2, got)
			}
		}
	}
	if tried < 20 {
		t.Fatalf("only %d steps were tried", tried)
	}
}

// TestTakesFollowsItsQuarters: a quarter is done by the best day, half by the
// middle, three quarters by the worst, and more never takes less.
func TestTakesFollowsItsQuarters(t *testing.T) {
	s := playbook.Spread{Best: 35, Middle: 60, Worst: 112}
	for u, want := range map[float64]int{0.25: 35, 0.5: 60, 0.75: 112, 0: 18} {
		if got := plan.Takes(s, u); got != want {
			t.Errorf("case %v takes %d days, want %d", u, got, want)
		}
	}
	last := 0
	for u := 0.0; u < 1; u += 0.001 {
		got := plan.Takes(s, u)
		if got < last {
			t.Fatalf("case %v takes %d days, a better one %d", u, got, last)
		}
		last = got
	}
}

// TestTheMethodIsWrittenDown: code and page point at each other.
func TestTheMethodIsWrittenDown(t *testing.T) {
	page, err := os.ReadFile("../../docs/methods/plan-dates.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("dates.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "internal/plan/dates.go") || !strings.Contains(string(code), "docs/methods/plan-dates.md") {
		t.Error("the code and docs/methods/plan-dates.md do not point at each other")
	}
}
