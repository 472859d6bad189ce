package forecasting

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
)

// expected says, for everything that is known of a deal, at a little and at a
// lot of it, what somebody who sells expects it to do, and what is said where
// the model says the contrary: a word of the explanation, or "" for nothing.
// It is written by hand, apart from the table that is tested.
var expectedReasons = []struct {
	field, level string
	value        float64
	way          way // either: both may be said as they are
	contrary     string
}{
	{outlook.InStage, "", 3, forIt, ""},
	{outlook.InStage, "", 200, against, ""},
	{outlook.Untouched, "", 1, forIt, ""},
	{outlook.Untouched, "", 120, against, ""},
	{outlook.Quiet, "", 2, forIt, ""},
	{outlook.Quiet, "", 72, against, ""},
	{outlook.Quiet, "missing", 0, against, ""},
	{outlook.Pushes, "", 0, forIt, ""},
	{outlook.Pushes, "", 5, against, "alive, not dead"},
	{outlook.ToCloseDate, "", 12, forIt, ""},
	{outlook.ToCloseDate, "", 300, against, ""},
	{outlook.ToCloseDate, "", -40, against, ""},
	{outlook.ToCloseDate, "missing", 0, against, ""},
	{outlook.Gap, "", 3, against, ""},
	{outlook.Gap, "", 0, forIt, ""},
	{outlook.Gap, "", -2, forIt, "without us"},
	{outlook.Ahead, "", 1, against, ""},
	{outlook.Ahead, "", 0, forIt, ""},
	{outlook.Answered, "", 0, against, ""},
	{outlook.Answered, "", 2, against, ""},
	{outlook.Answered, "", 8, forIt, ""},
	{outlook.Reopened, "", 0, forIt, ""},
	{outlook.Reopened, "", 2, against, "still at work"},
	{outlook.People, "", 0, against, ""},
	{outlook.People, "", 1, against, ""},
	{outlook.People, "", 3, forIt, ""},
	{outlook.People, "", 9, forIt, "many have a say"},
	{outlook.Against, "", 0, forIt, ""},
	{outlook.Against, "", 1, against, ""},
	{outlook.Consensus, "", 1, forIt, ""},
	{outlook.Consensus, "", 0.83, forIt, ""},
	{outlook.Consensus, "", 0.25, against, ""},
	{outlook.Consensus, "missing", 0, against, ""},
	{outlook.Signs, "", 0, forIt, ""},
	{outlook.Signs, "", 2, against, ""},
	{outlook.PaperDone, "", 0, against, ""},
	{outlook.PaperDone, "", 6, forIt, ""},
	{outlook.PaperBegun, "", 0, against, ""},
	{outlook.PaperBegun, "", 1, forIt, ""},
	{outlook.Decided, "", 0, against, ""},
	{outlook.Decided, "", 1, forIt, ""},
	{"answered p1", "", 1, forIt, ""},
	{"answered p1", "", 0, against, ""},
	{"answered p7", "", 1, forIt, ""},
	{"answered p7", "", 0, against, ""},
	{"state", outlook.StatePhase + "p1", 0, against, ""},
	{"state", outlook.StatePhase + "p9", 0, forIt, ""},
	{"state", outlook.StateDone, 0, forIt, ""},
	{"state", outlook.StatePhase + "p5", 0, either, ""},
	{"state", outlook.StateStage + "Negotiation", 0, either, ""},
	{"attribute deal_size", "", 3, either, ""},
	{"attribute dealSize", "missing", 0, either, ""},
	{"attribute sites", "", 3, either, ""},
	{"attribute purchase", "order", 2, either, ""},
	{"seen Quote sent", "", 1, either, ""},
	{"seen Quote sent", "", 0, either, ""},
	{"times last activity came", "", 3, either, ""},
	{"days since last event", "", 3, forIt, ""},
	{"days since last event", "", 90, against, ""},
	{"leadSource", "Web", 1, either, ""}, // a column of a log
}

// TestReasonsHaveTheSignThatIsExpected walks everything known of a deal, in both
// directions and both languages: what is said is what somebody who sells expects,
// or says why it is not, and no field stands there under its name in the code.
func TestReasonsHaveTheSignThatIsExpected(t *testing.T) {
	walked := map[string]bool{outlook.Age: true, outlook.Class: true} // below
	d := &playbook.Playbook{}
	for _, c := range expectedReasons {
		walked[c.field] = true
		for _, effect := range []float64{0.05, -0.05} {
			for _, lang := range phrase.Languages() {
				x := Driver{Field: c.field, Level: c.level, Value: c.value, Effect: effect}
				raises, lowers := driverWords(phrase.For(lang), d, []Driver{x})
				got, wrong := raises, lowers
				if effect < 0 {
					got, wrong = lowers, raises
				}
				where := fmt.Sprintf("%s: %s %q %g, effect %+g: %q", lang, c.field, c.level, c.value, effect, got)
				agrees := c.way == either || (c.way == forIt) == (effect > 0)
				switch {
				case len(wrong) > 0:
					t.Errorf("%s; on the other side stands %q", where, wrong)
				case agrees && len(got) != 1:
					t.Errorf("%s: one sentence is wanted", where)
				case !agrees && c.contrary == "" && len(got) > 0:
					t.Errorf("%s: nobody expects that, and nothing says why", where)
				case !agrees && c.contrary != "" && len(got) != 1, !agrees && c.contrary != "" && lang == "en" && !strings.Contains(got[0], c.contrary):
					t.Errorf("%s: wanted with the words %q", where, c.contrary)
				}
				for _, s := range got {
					for _, raw := range []string{"_", "dealSize", "leadSource", "attribute ", " is 3", "[", "<no value>", outlook.StatePhase + "p"} {
						if strings.Contains(s, raw) {
							t.Errorf("%s has %q in it", where, raw)
						}
					}
				}
			}
		}
	}
	for _, f := range outlook.Known() {
		if !walked[f] {
			t.Errorf("%s was not walked", f)
		}
		if _, ok := reasonOf(phrase.For("en"), d, Driver{Field: f}); !ok {
			t.Errorf("%s has no words", f)
		}
	}
}

// TestKindAndAgeAreSaidOnce: age, class, and what only tells kinds apart become
// one reason, with the sum of what they do.
func TestKindAndAgeAreSaidOnce(t *testing.T) {
	p, d := phrase.For("en"), &playbook.Playbook{}
	list := []Driver{
		{Field: outlook.Class, Level: string(throughline.Transactional), Effect: 0.05},
		{Field: outlook.Age, Value: 40, Effect: -0.02},
		{Field: "answered p1", Effect: 0.04}, // "not answered" raises it
		{Field: outlook.Consensus, Value: 0.83, Effect: -0.03},
		{Field: outlook.Signs, Value: 2, Effect: -0.045},
	}
	raises, lowers := driverWords(p, d, list)
	if want := []string{"its kind and age: deals like it (practised buyers with a process; open for 40 days) are won more often"}; !slices.Equal(raises, want) {
		t.Errorf("raises %q, want %q", raises, want)
	}
	if want := []string{"there are two signs of indecision"}; !slices.Equal(lowers, want) {
		t.Errorf("lowers %q, want %q", lowers, want)
	}
	list[2].Effect = -0.04 // now it is as expected, and said
	if raises, lowers = driverWords(p, d, list); len(raises) != 0 || len(lowers) != 2 {
		t.Errorf("raises %q, lowers %q: five hundredths less two and three are nothing", raises, lowers)
	}
}

// TestARangeThatSaysNothing: words and flags of an interval as wide as the world.
func TestARangeThatSaysNothing(t *testing.T) {
	f := func(x float64) *float64 { return &x }
	for _, lang := range phrase.Languages() {
		p := phrase.For(lang)
		none := p.Say("forecast.not_known")
		for _, c := range []struct {
			low, high float64
			known     bool
		}{{0.02, 1, false}, {0.13, 1, false}, {0, 1, false}, {0, 0.5, true}, {0.3, 0.9, true}, {1, 1, true}} {
			if got := RangeWord(p, c.low, c.high); (got == none) == c.known {
				t.Errorf("%s: %g to %g is said as %q", lang, c.low, c.high, got)
			}
			if got := ChanceWord(p, 0.5, c.low, c.high); (got == none) == c.known {
				t.Errorf("%s: 0.5 (%g to %g) is said as %q", lang, c.low, c.high, got)
			}
			for _, decided := range []bool{false, true} {
				for _, decide := range []float64{0.1, 1} {
					x := DealForecast{PDecide: f(0.5), DecideLow: f(0.05), DecideUp: f(decide), PContract: f(0.22), PaperLow: f(c.low), PaperUp: f(c.high), Decided: decided}
					said := DecisionWords(p, x)
					if strings.Contains(said, "2% to 100%") || strings.Contains(said, "22%") != c.known || strings.Contains(said, "no value") {
						t.Errorf("%s: %q of %g to %g", lang, said, c.low, c.high)
					}
				}
			}
		}
	}
	r := ForecastRun{Open: 1, Deals: []DealForecast{{named: true, PContract: f(0.2), PaperLow: f(0.02), PaperUp: f(1),
		By: []DealBy{{Said: Chances{Won: 0.4, Open: 0.6}, Low: Chances{Won: 0.1, Open: 0}, High: Chances{Won: 0.5, Open: 0.9}}}}}}
	kept := r.Deals[0].By
	r.tell(&Forecaster{Desk: desk.Desk{Book: &playbook.Playbook{}, Language: "en"}})
	if x := r.Deals[0]; !x.PaperNotKnown || x.DecideNotKnown || !slices.Equal(x.By[0].NotKnown, []string{"open"}) {
		t.Errorf("flags: %v %v %v", x.PaperNotKnown, x.DecideNotKnown, x.By[0].NotKnown)
	}
	if kept[0].NotKnown != nil {
		t.Error("what is shared with what is kept was written to")
	}
}
