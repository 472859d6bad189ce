package alignment

import (
	"math"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/quantile"
)

// Norms is what the company's own history says is usual. The zero Norms says
// nothing; the playbook's defaults hold then.
type Norms struct {
	Gap     int `json:"gap_days"`     // quantile of the days between two customer acts
	Gaps    int `json:"gaps"`         // how many were seen
	Cycle   int `json:"cycle_days"`   // quantile of the days from opening to end, of closed deals
	Typical int `json:"typical_days"` // their median, of won deals
	Closed  int `json:"closed"`       // how many closed deals with both dates
	Won     int `json:"won"`
}

// Observer gathers norms deal by deal.
type Observer struct {
	rule              playbook.Silence
	zone              *time.Location // of days
	days              []int          // scratch
	gaps, cycles, won histogram
}

// NewObserver begins to gather for a playbook's quantiles, in days of a zone.
func NewObserver(rule playbook.Silence, zone *time.Location) *Observer {
	return &Observer{rule: rule, zone: zone}
}

// See adds a deal.
func (o *Observer) See(d *deal.Summary) {
	gaps, cycle := Usage(o.days[:0], d, o.zone)
	o.days = gaps
	for _, g := range gaps {
		o.gaps.add(g, 1)
	}
	if cycle >= 0 {
		o.cycles.add(cycle, 1)
		if d.Outcome() == throughline.Won {
			o.won.add(cycle, 1)
		}
	}
}

// Usage is what a deal adds to the norms: the days between their acts, put into
// an empty slice, and those from its opening to its end, -1 where there are none.
func Usage(gaps []int, d *deal.Summary, zone *time.Location) (_ []int, cycle int) {
	gaps = d.Acts.AppendDays(gaps, zone)
	for i := len(gaps) - 1; i > 0; i-- {
		gaps[i] -= gaps[i-1]
	}
	if len(gaps) > 0 {
		gaps = gaps[1:]
	}
	closed := d.Closed()
	if closed.IsZero() || d.Opened.IsZero() || closed.Before(d.Opened) {
		return gaps, -1
	}
	return gaps, throughline.DayOf(closed, zone).Sub(throughline.DayOf(d.Opened, zone))
}

// NormsOf gives norms from how often numbers of days occurred: place n of each
// list counts n days. Of won deals the lengths are among the cycles too.
func NormsOf(rule playbook.Silence, gaps, cycles, won []int32) Norms {
	o := Observer{rule: rule, gaps: counted(gaps), cycles: counted(cycles), won: counted(won)}
	return o.Norms()
}

func counted(bins []int32) (h histogram) {
	for days, n := range bins {
		if n != 0 {
			h.add(days, n)
		}
	}
	return h
}

// Norms gives what was seen so far.
func (o *Observer) Norms() Norms {
	return Norms{Gap: o.gaps.quantile(o.rule.Quantile), Gaps: o.gaps.n, Cycle: o.cycles.quantile(o.rule.CycleQuantile),
		Typical: o.won.quantile(0.5), Closed: o.cycles.n, Won: o.won.n}
}

// cycle is the typical length of a deal: the median of won deals once there
// are enough of them, the playbook's until then.
func (n Norms) cycle(book *playbook.Playbook) time.Duration {
	if n.Won >= max(1, book.Silence.Enough) {
		return time.Duration(n.Typical) * 24 * time.Hour
	}
	return book.Evidence.Cycle
}

// QuietSince is the day from which silence is counted: the customer's last
// act, or, in a deal without one, the opening. Zero where neither is known.
func QuietSince(d *deal.Summary, zone *time.Location) (since throughline.Day, acted bool) {
	if last := d.LastCustomerAct(zone); !last.IsZero() {
		return last, true
	}
	return throughline.DayOf(d.Opened, zone), false
}

// Limits gives after how many days a deal is silent, counted from a customer's
// act and from the opening: the company's own quantiles once they rest on
// enough observations, the playbook's default before.
func Limits(rule playbook.Silence, norms Norms) (afterAct, afterOpening int) {
	afterAct = int(rule.Default.Hours() / 24)
	afterOpening = afterAct
	if norms.Gaps >= max(1, rule.Enough) {
		afterAct = norms.Gap
	}
	if norms.Closed >= max(1, rule.Enough) {
		afterOpening = norms.Cycle
	}
	return afterAct, afterOpening
}

func silence(d *deal.Summary, rule playbook.Silence, norms Norms, asOf time.Time) SilenceReading {
	since, acted := QuietSince(d, asOf.Location())
	afterAct, afterOpening := Limits(rule, norms)
	r := SilenceReading{Since: since, Acted: acted, Known: !since.IsZero(), Limit: afterOpening}
	if acted {
		r.Limit = afterAct
	}
	if r.Known {
		r.Days = max(0, throughline.DayOf(asOf, asOf.Location()).Sub(since))
		r.Silent = d.Outcome() == throughline.StillOpen && r.Days > r.Limit
	}
	return r
}

// histogram counts whole days; the last bin holds everything from ten years on.
type histogram struct {
	bins []int32
	n    int
}

const mostDays = 3653

func (h *histogram) add(days int, by int32) {
	days = min(max(days, 0), mostDays)
	if days >= len(h.bins) {
		h.bins = append(h.bins, make([]int32, max(days+1-len(h.bins), 64))...)
	}
	h.bins[days] += by
	h.n += int(by)
}

// quantile is the q-quantile in days, as quantile.Of has it, to the nearest
// whole day; 0 where nothing was seen.
func (h *histogram) quantile(q float64) int {
	if h.n == 0 {
		return 0
	}
	at, share := quantile.Rank(h.n, q)
	sum, low := 0, -1
	for days, c := range h.bins {
		sum += int(c)
		if low < 0 && sum > at {
			low = days
		}
		if low >= 0 && (share == 0 || sum > at+1) {
			return int(math.Round(float64(low) + share*float64(days-low)))
		}
	}
	return max(low, 0)
}
