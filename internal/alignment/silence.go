package alignment

import (
	"math"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
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
	gaps, cycles, won histogram
}

// NewObserver begins to gather for a playbook's quantiles.
func NewObserver(rule playbook.Silence) *Observer { return &Observer{rule: rule} }

// See adds a deal.
func (o *Observer) See(d *deal.Summary) {
	for i := 1; i < len(d.Acts); i++ {
		o.gaps.add(int(d.Acts[i] - d.Acts[i-1]))
	}
	if closed := d.Closed(); !closed.IsZero() && !d.Opened.IsZero() && !closed.Before(d.Opened) {
		days := throughline.DayOf(closed).Sub(throughline.DayOf(d.Opened))
		o.cycles.add(days)
		if d.Outcome() == throughline.Won {
			o.won.add(days)
		}
	}
}

// Merge adds what another observer saw.
func (o *Observer) Merge(p *Observer) {
	o.gaps.merge(&p.gaps)
	o.cycles.merge(&p.cycles)
	o.won.merge(&p.won)
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

// silence counts from the customer's last act; in a deal without one, from the
// opening. Longer than usual is silence; usual is the company's own quantile
// once it rests on enough observations, the playbook's default before.
func silence(d *deal.Summary, rule playbook.Silence, norms Norms, asOf time.Time) SilenceReading {
	today := throughline.DayOf(asOf)
	r := SilenceReading{Limit: int(rule.Default.Hours() / 24)}
	switch last := d.LastCustomerAct(); {
	case !last.IsZero():
		r.Known, r.Acted, r.Since = true, true, last
		if norms.Gaps >= rule.Enough {
			r.Limit = norms.Gap
		}
	case !d.Opened.IsZero():
		r.Known, r.Since = true, throughline.DayOf(d.Opened)
		if norms.Closed >= rule.Enough {
			r.Limit = norms.Cycle
		}
	default:
		return r
	}
	r.Days = max(0, today.Sub(r.Since))
	r.Silent = d.Outcome() == throughline.StillOpen && r.Days > r.Limit
	return r
}

// histogram counts whole days; the last bin holds everything from ten years on.
type histogram struct {
	bins []int32
	n    int
}

const mostDays = 3653

func (h *histogram) add(days int) {
	days = min(max(days, 0), mostDays)
	if days >= len(h.bins) {
		h.bins = append(h.bins, make([]int32, max(days+1-len(h.bins), 64))...)
	}
	h.bins[days]++
	h.n++
}

func (h *histogram) merge(o *histogram) {
	if len(o.bins) > len(h.bins) {
		h.bins = slices.Grow(h.bins, len(o.bins)-len(h.bins))[:len(o.bins)]
	}
	for i, c := range o.bins {
		h.bins[i] += c
	}
	h.n += o.n
}

// quantile is the smallest number of days that at least the share q does not exceed.
func (h *histogram) quantile(q float64) int {
	need, sum := int(math.Ceil(q*float64(h.n))), 0
	for days, c := range h.bins {
		if sum += int(c); c > 0 && sum >= need {
			return days
		}
	}
	return 0
}
