package learning

import (
	"errors"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/simulate"
)

// TestWhatIfIsRead: how a change is stated, and what is refused, with the code
// whose words say why.
func TestWhatIfIsRead(t *testing.T) {
	hundred := func(n float64) *float64 { return &n }
	w := &ways{past: &simulate.History{}}
	for _, c := range []struct {
		in      SimulateInput
		refused string // its code; "" where the change is one
		want    func(c changed) bool
	}{
		{in: SimulateInput{}, want: func(c changed) bool { return c.none }},
		{in: SimulateInput{Percent: "0..10"}, want: func(c changed) bool { return c.From == 0 && c.To == 0.1 && c.Share == 1 && !c.Days }},
		{in: SimulateInput{Percent: "10..-5"}, want: func(c changed) bool { return c.From == -0.05 && c.To == 0.1 }},
		{in: SimulateInput{Percent: "20", End: "lost"}, want: func(c changed) bool { return c.End == forecast.Lost && c.From == 0.2 && c.To == 0.2 }},
		{in: SimulateInput{Percent: "20", Touches: hundred(25)}, want: func(c changed) bool { return c.Share == 0.25 }},
		{in: SimulateInput{Percent: "20", Touches: hundred(101)}, refused: "sim_touches"},
		{in: SimulateInput{Percent: "20", Touches: hundred(-1)}, refused: "sim_touches"},
		{in: SimulateInput{End: "lost"}, refused: "sim_how_much"},
		{in: SimulateInput{Days: "3", Percent: "3"}, refused: "sim_one_way"},
		{in: SimulateInput{Days: "3", End: "lost"}, refused: "sim_one_way"},
		{in: SimulateInput{Days: "3"}, refused: "sim_which"},
		{in: SimulateInput{Percent: "96"}, refused: "sim_too_much"},
		{in: SimulateInput{Percent: "-501..0"}, refused: "sim_too_much"},
		{in: SimulateInput{Percent: "few"}, refused: "sim_range"},
	} {
		got, err := c.in.change(w)
		var refusal *throughline.Refusal
		switch {
		case c.refused != "":
			if !errors.As(err, &refusal) || refusal.Code != c.refused {
				t.Errorf("%+v: %v, %v; want %s", c.in, got, err, c.refused)
			}
		case err != nil || len(got) > 1:
			t.Errorf("%+v: %v, %v", c.in, got, err)
		default:
			one := changed{none: len(got) == 0}
			if !one.none {
				one.From, one.To, one.Share, one.Days, one.End = got[0].From, got[0].To, got[0].Share, got[0].Days, got[0].End
			}
			if !c.want(one) {
				t.Errorf("%+v: %+v", c.in, got)
			}
		}
	}
}

// changed is what a test looks at of a change.
type changed struct {
	none            bool
	From, To, Share float64
	Days            bool
	End             forecast.End
}
