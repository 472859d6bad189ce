package mining

import (
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// Tendency is what a group's cases show of how they buy (DOMAIN 4): practised
// buyers go straight, with few people and even pace; new and risky purchases
// go back and forth. It describes; the class of a deal is asked of the deal.
type Tendency struct {
	Events  float64 `json:"events"`           // a case, on average
	Loops   float64 `json:"loops"`            // share of events that repeat an activity of the case
	People  float64 `json:"people,omitempty"` // different resources a case, where recorded
	Days    float64 `json:"days_median"`
	Spread  float64 `json:"days_spread"` // ninth tenth over the median; 1 is even
	Repeats float64 `json:"repeats"`     // share of cases of an account that had one before, where recorded
	Paths   int     `json:"variants"`
	Common  float64 `json:"commonest"` // share of cases that go the commonest way
}

// who names the attributes that say who acted, and whose the case is.
var (
	whoNames   = []string{"orgresource", "resource", "user", "person", "actor"}
	whoseNames = []string{"account", "customer", "accountid", "customerid", "caseaccount", "casecustomer"}
)

func byLetters(cols []*eventlog.Column, names []string) *eventlog.Column {
	for _, n := range names {
		for _, c := range cols {
			if letters(c.Name) == n {
				return c
			}
		}
	}
	return nil
}

func tendency(l *eventlog.Log, s eventlog.Selection) Tendency {
	t := Tendency{}
	sum := l.Summary(s)
	if sum.Cases == 0 || sum.Events == 0 {
		return t
	}
	n := float64(sum.Cases)
	t.Events = float64(sum.Events) / n
	extra := 0
	for _, r := range l.Rework(s) {
		extra += r.Extra
	}
	t.Loops = float64(extra) / float64(sum.Events)
	t.Days = days(sum.Median)
	if sum.Median > 0 {
		t.Spread = sum.P90 / sum.Median
	}
	vs := l.Doings().Variants(s)
	t.Paths = len(vs)
	t.Common = float64(vs[0].Cases) / n
	if who := byLetters(l.EventColumns(), whoNames); who != nil && who.Type() == eventlog.String {
		people := 0
		var seen []uint32
		for _, c := range s {
			lo, hi := l.Span(int(c))
			seen = seen[:0]
			for _, k := range who.Codes()[lo:hi] {
				if k > 0 && !slices.Contains(seen, k) {
					seen = append(seen, k)
				}
			}
			people += len(seen)
		}
		t.People = float64(people) / n
	}
	if whose := byLetters(l.CaseColumns(), whoseNames); whose != nil {
		seen := map[string]bool{}
		again := 0
		for _, c := range s {
			if v := whose.Text(int(c)); v != "" {
				if seen[v] {
					again++
				}
				seen[v] = true
			}
		}
		t.Repeats = float64(again) / n
	}
	return t
}

const dayMicros = 24 * 3600 * 1e6

// days turns microseconds into days.
func days[N int64 | float64](us N) float64 { return float64(us) / dayMicros }
