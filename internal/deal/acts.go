package deal

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Acts are the moments at which the customer acted, as far as a day in any
// zone needs them. An act that keeps its day counts once on it. Of others, the
// first and the last of each day of UTC stand for the rest: no zone has more
// than two days in one of UTC. In steps of a quarter of an hour since 1970,
// ascending, doubled, one more for an act that keeps its day.
type Acts []int32

// mostActs bounds Acts; a year of weekly meetings fits.
const mostActs = 64

const stepsADay = 96

func (a Acts) with(at time.Time) Acts {
	if throughline.IsDated(at) {
		return bounded(insert(a, int32(throughline.DayOf(at, nil).Number()*stepsADay)<<1|1, cmp.Compare))
	}
	v := int32(math.Floor(float64(at.Unix())/900)) << 1
	var same []int // places of those of the same day of UTC
	for i, w := range a {
		if w&1 == 0 && floor(w>>1) == floor(v>>1) {
			same = append(same, i)
		}
	}
	if len(same) == 2 {
		switch first, last := same[0], same[1]; {
		case v < a[first]:
			a = slices.Delete(slices.Clone(a), first, first+1)
		case v > a[last]:
			a = slices.Delete(slices.Clone(a), last, last+1)
		default:
			return a // another summary may share it: it is never changed in place
		}
	}
	return bounded(insert(a, v, cmp.Compare))
}

func bounded(a Acts) Acts {
	if len(a) > mostActs {
		return slices.Delete(a, 0, len(a)-mostActs)
	}
	return a
}

// floor gives the day of UTC of a step.
func floor(step int32) int32 {
	if step < 0 {
		return (step+1)/stepsADay - 1
	}
	return step / stepsADay
}

func dayOfAct(v int32, zone *time.Location) int {
	if v&1 != 0 || zone == nil || zone == time.UTC {
		return int(floor(v >> 1))
	}
	return throughline.DayOf(time.Unix(int64(v>>1)*900, 0).UTC(), zone).Number()
}

// AppendDays appends the numbers of the days of a zone on which the customer
// acted (throughline.DayNumber), ascending, each once, to an empty slice.
func (a Acts) AppendDays(to []int, zone *time.Location) []int {
	for _, v := range a {
		to = append(to, dayOfAct(v, zone))
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// Last gives the last of those days; no day where they never acted.
func (a Acts) Last(zone *time.Location) throughline.Day {
	if len(a) == 0 {
		return throughline.Day{}
	}
	// what keeps its day stands at its beginning, and an instant may belong to the day after
	n := math.MinInt
	for i := len(a) - 1; i >= 0 && a[i] > a[len(a)-1]-4*stepsADay; i-- {
		n = max(n, dayOfAct(a[i], zone))
	}
	return throughline.DayNumber(n)
}
