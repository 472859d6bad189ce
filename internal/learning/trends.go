package learning

import (
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/quantile"
	"github.com/throughline/throughline/internal/setting"
)

// Trend is one quarter: how deals ended in it, and how long what was finished in
// it had taken.
type Trend struct {
	Quarter    string             `json:"quarter"` // 2026-Q3, of the fiscal year that begins in 2026
	Ended      int                `json:"ended"`   // won, lost, and without a decision
	Won        int                `json:"won"`
	Lost       map[string]int     `json:"lost"` // by end state
	NoDecision int                `json:"no_decision"`
	Causes     map[string]int     `json:"causes"`   // of those without a decision; "" where nobody said
	Days       map[string]float64 `json:"days"`     // in each question, in the middle, of those that went forward
	Orders     int                `json:"orders"`   // with a day of the decision
	Handover   float64            `json:"handover"` // days from the decision to the order, in the middle
	Early      int                `json:"early"`    // of the orders: contracting began before the decision
}

// mostQuarters bounds the quarters that are looked back upon.
const mostQuarters = 12

// trends looks at the last quarters, that of asOf included, the oldest first; none
// before the first end. A quarter is one of the year that begins with a month.
func (h *history) trends(d *Learner, w *ways, asOf time.Time, begins time.Month) []Trend {
	cause := h.log.CaseColumn(ledgerCause)
	at := map[string]*Trend{}
	ended := map[string]eventlog.Selection{}
	first := ""
	for _, c := range h.sel {
		e := h.end[c]
		if e.Outcome == throughline.StillOpen || e.Event < 0 || h.log.Times()[e.Event] == eventlog.NoTime {
			continue
		}
		q := quarterOf(time.UnixMicro(h.log.Times()[e.Event]).In(d.Days()), begins)
		if first == "" || q < first {
			first = q
		}
		t := trendOf(at, q)
		ended[q] = append(ended[q], c)
		switch e.Outcome.Kind() {
		case throughline.EndWon:
			t.Won++
		case throughline.EndLost:
			t.Lost[string(e.Outcome)]++
		case throughline.EndNoDecision:
			t.NoDecision++
			why := ""
			if cause != nil {
				why = cause.Text(int(c))
			}
			t.Causes[why]++
		default:
			continue
		}
		t.Ended++
	}
	out := []Trend{}
	for k := mostQuarters - 1; k >= 0 && first != ""; k-- {
		q := quarterOf(time.Date(asOf.Year(), asOf.Month()-time.Month(3*k), 1, 0, 0, 0, 0, d.Days()), begins)
		if q < first {
			continue
		}
		t := trendOf(at, q)
		hand := mining.HandOver(h.log, ended[q], h.end, ledgerHandover())
		t.Orders, t.Handover, t.Early = hand.Days.N, hand.Days.Median, hand.Early.Days.N
		out = append(out, *t)
	}
	w.daysIn(d, out, begins)
	return out
}

func trendOf(at map[string]*Trend, q string) *Trend {
	if at[q] == nil {
		at[q] = &Trend{Quarter: q, Lost: map[string]int{}, Causes: map[string]int{}, Days: map[string]float64{}}
	}
	return at[q]
}

// quarterOf names the quarter of the fiscal year that begins with a month, by the
// year in which it begins.
func quarterOf(t time.Time, begins time.Month) string {
	year, n := setting.QuarterOf(throughline.DayOf(t, t.Location()), begins).Fiscal(begins)
	return fmt.Sprintf("%04d-Q%d", year, n)
}

// leastTimes is from how many answers the middle of their days is told.
const leastTimes = 5

// daysIn tells how long questions took that were answered in each quarter.
func (w *ways) daysIn(d *Learner, list []Trend, begins time.Month) {
	took := map[[2]string][]float64{}
	for i := range w.past.Paths {
		p := &w.past.Paths[i]
		for k, v := range p.Visits {
			until := p.Ended
			switch {
			case k+1 < len(p.Visits) && p.Visits[k+1].State > v.State:
				until = p.Visits[k+1].Day
			case k+1 < len(p.Visits) || p.End != forecast.Won:
				continue
			}
			key := [2]string{quarterOf(forecast.Instant(until).In(d.Days()), begins), w.past.States[v.State]}
			took[key] = append(took[key], until-v.Day)
		}
	}
	for i := range list {
		for _, state := range w.past.States {
			if days := took[[2]string{list[i].Quarter, state}]; len(days) >= leastTimes {
				slices.Sort(days)
				list[i].Days[state] = quantile.Of(days, 0.5)
			}
		}
	}
}
