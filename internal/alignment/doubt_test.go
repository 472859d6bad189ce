package alignment_test

import (
	"math"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
)

// TestAFailingChangeTakesHopeAway: each thing wrong takes its part, at most
// three and never more than half; what is mended takes nothing.
func TestAFailingChangeTakesHopeAway(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	day := throughline.DayOf(now, time.UTC)
	work := func(state throughline.StepState, due int) deal.Body {
		b := deal.WorkMoved{What: "train", State: state}
		if due != 0 {
			b.Due = day.Add(due)
		}
		return b
	}
	competes := deal.DecisionStated{Aspect: deal.Competes, Text: "the warehouse"}
	for name, c := range map[string]struct {
		bodies []deal.Body
		ago    int
		want   float64
		n      int
	}{
		"nothing":             {nil, 1, 1, 0},
		"moving":              {[]deal.Body{work(throughline.StepBegun, 30)}, 1, 1, 0},
		"late for a week":     {[]deal.Body{work(throughline.StepBegun, -7)}, 1, 1, 0},
		"late for a month":    {[]deal.Body{work(throughline.StepBegun, -30)}, 1, 0.9, 1},
		"stuck":               {[]deal.Body{work(throughline.StepStuck, 0)}, 1, 0.85, 1},
		"failing":             {[]deal.Body{work(throughline.StepFailing, -30)}, 1, 0.7, 1},
		"failing and stuck":   {[]deal.Body{work(throughline.StepStuck, 0), work(throughline.StepFailing, 0)}, 1, 0.595, 2},
		"all fails":           {[]deal.Body{work(throughline.StepFailing, 0), work(throughline.StepFailing, 0), work(throughline.StepFailing, 0), work(throughline.StepFailing, 0)}, 1, 0.5, 3},
		"an old priority":     {[]deal.Body{competes}, 90, 0.95, 1},
		"a fresh priority":    {[]deal.Body{competes}, 10, 1, 0},
		"a step of their own": {[]deal.Body{deal.StepStated{Text: "vote", Due: day.Add(-40)}}, 50, 1, 0},
	} {
		var s deal.Summary
		var first throughline.FactID
		for i, b := range c.bodies {
			at := now.AddDate(0, 0, -c.ago)
			f := deal.Fact{ID: throughline.FactID{byte(i + 1)}, Happened: at, Learned: at, Turn: int32(i), Body: b}
			first = f.ID
			s.Apply(f)
		}
		got := alignment.DoubtOf(&s, now)
		if math.Abs(got.Factor-c.want) > 1e-9 || len(got.Because) != c.n {
			t.Errorf("%s: %.3f because of %v, want %.3f of %d", name, got.Factor, got.Because, c.want, c.n)
		}
		if len(c.bodies) == 1 && c.bodies[0].Kind() == deal.KindWorkMoved {
			s.Apply(deal.Fact{ID: throughline.FactID{99}, Happened: now, Learned: now, Body: deal.WorkMoved{Of: first, State: throughline.StepDone}})
			if got := alignment.DoubtOf(&s, now); got.Factor != 1 {
				t.Errorf("%s, and done: %.3f", name, got.Factor)
			}
		}
	}
}

// TestSinceWhenItFails: a work that fails is told with the day on which that was
// said, though it is due on a later one.
func TestSinceWhenItFails(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	said, day := now.AddDate(0, 0, -5), throughline.DayOf(now, time.UTC)
	var s deal.Summary
	s.Apply(deal.Fact{ID: throughline.FactID{1}, Happened: now.AddDate(0, 0, -60), Learned: now.AddDate(0, 0, -60), Body: deal.Opened{Title: "x"}})
	s.Apply(deal.Fact{ID: throughline.FactID{2}, Happened: said, Learned: said, Body: deal.WorkMoved{What: "train", State: throughline.StepFailing, Due: day.Add(40)}})
	found := false
	for _, y := range alignment.Of(&s, book(), alignment.Norms{}, now).Reasons {
		if y.Code == alignment.WorkFailing {
			found = true
			if y.Since != throughline.DayOf(said, time.UTC) {
				t.Errorf("it fails since %s", y.Since)
			}
		}
	}
	if !found {
		t.Error("it is no reason")
	}
}
