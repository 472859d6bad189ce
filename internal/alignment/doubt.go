package alignment

import (
	"math"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Doubt is what the wider change takes off the hope of winning where no history
// can weigh it: a judgement, kept in one place, named wherever it is used.
type Doubt struct {
	Factor  float64  // 1: nothing is taken off; never below 0.5
	Because []Reason // the heaviest first; with the codes of attention
}

// How much is left of the hope, by what is wrong with the change (DOMAIN claim
// 36). The product of at most three, and never less than half: a deal whose
// change fails is in danger, and not lost.
const (
	leftFailing = 0.7
	leftStuck   = 0.85
	leftLate    = 0.9
	leftNobody  = 0.9
	leftOld     = 0.95
	leastLeft   = 0.5
	lateFor     = 14 // days after which late work counts
)

// DoubtOf says what the wider change takes off the hope of winning, as of an instant.
func DoubtOf(s *deal.Summary, asOf time.Time) Doubt {
	out := Doubt{Factor: 1}
	today := throughline.DayOf(asOf, asOf.Location())
	take := func(left float64, y Reason) {
		if len(out.Because) < 3 {
			out.Factor *= left
			out.Because = append(out.Because, y)
		}
	}
	for _, state := range []throughline.StepState{throughline.StepFailing, throughline.StepStuck, ""} {
		for _, id := range s.DutyIDs() {
			d := s.Duties[id]
			if !d.Work || !s.Weighs(d) {
				continue
			}
			y := Reason{Fact: id, What: d.What.Value, Since: throughline.DayOf(d.State.At, asOf.Location())}
			switch now := d.State.Value; {
			case now == throughline.StepFailing && state == now:
				y.Code = WorkFailing
				take(leftFailing, y)
			case now == throughline.StepStuck && state == now:
				y.Code = WorkStuck
				take(leftStuck, y)
			case state == "" && now != throughline.StepFailing && now != throughline.StepStuck && d.Late(today) > lateFor:
				y.Code, y.Count, y.Since = WorkLate, d.Late(today), d.Due.Value
				take(leftLate, y)
			}
		}
	}
	if since, so := s.Sponsorless(); so {
		take(leftNobody, Reason{Code: SponsorMissing, Since: throughline.DayOf(since, asOf.Location())})
	}
	if c, ok := s.Aspects[deal.Competes]; ok && asOf.Sub(c.At) > oldPriority {
		take(leftOld, Reason{Code: PriorityOld, Since: throughline.DayOf(c.At, asOf.Location())})
	}
	out.Factor = math.Max(out.Factor, leastLeft)
	return out
}
