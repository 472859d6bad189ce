package forecast

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/throughline/throughline/internal/quantile"
)

// landmarks are (subject, day) pairs at which a subject was open, with what was
// known then: the rows of dynamic landmarking (van Houwelingen 2007).
type landmarks struct {
	subject []int32
	day     []float64
	state   []int32
	row     []float64 // fields a row
	weight  []int32   // how many landmarks of the usual spacing each stands for; nil: one
	fields  int
}

func (l *landmarks) len() int { return len(l.subject) }

// stands gives how many landmarks of the usual spacing landmark i stands for.
func (l *landmarks) stands(i int32) int32 {
	if l.weight == nil {
		return 1
	}
	return l.weight[i]
}

func (l *landmarks) at(i int) []float64 { return l.row[i*l.fields : (i+1)*l.fields] }

// observed gives the days for which subject s looked open.
func (h *History) observed(s *Subject) float64 {
	last := h.Until
	if s.End != Open {
		last = min(last, s.known())
	} else if s.Seen != 0 {
		last = min(last, s.Seen)
	}
	return max(last-s.Opened, 0)
}

// spacing is how landmarks are laid: every so many days while a subject is of an
// age at which subjects end, and more rarely beyond.
type spacing struct {
	step  float64 // days, up to the age
	age   float64 // days; +Inf: no age is old
	every int32   // beyond it, one in so many
}

// aged is the share of ends that came at less than the age from which landmarks
// are rarer; old is the share of landmarks that are left to what is older.
const aged, old = 0.95, 0.25

// space chooses the spacing so that about target landmarks come out. It follows
// the time in which subjects end: those that nobody ever closes would take all
// the landmarks otherwise, and leave none where something happens.
func (h *History) space(target int) spacing {
	var ages []float64
	for i := range h.Subjects {
		if s := &h.Subjects[i]; s.End != Open && s.known() <= h.Until {
			ages = append(ages, s.known()-s.Opened)
		}
	}
	limit := math.Inf(1)
	if len(ages) >= 12 {
		slices.Sort(ages)
		if limit = quantile.Of(ages, aged); !(limit > 0) {
			limit = math.Inf(1)
		}
	}
	young, late := 0.0, 0.0
	for i := range h.Subjects {
		d := h.observed(&h.Subjects[i])
		young += min(d, limit)
		late += max(d-limit, 0)
	}
	n := float64(max(target, 1))
	switch {
	case !(young > 0):
		return spacing{1, math.Inf(1), 1}
	case late <= old*(young+late):
		return spacing{(young + late) / n, math.Inf(1), 1}
	}
	step := young / ((1 - old) * n)
	return spacing{step, limit, int32(max(1, math.Round(late/(step*old*n))))}
}

// stack takes landmarks on a grid counted back from the history's last day, for
// as long as each subject looked open. Each subject's grid is shifted by a share
// of its own (multiples of the golden section lie evenly), so that all days of
// the year, and all long silences, are among them.
func (h *History) stack(g spacing) *landmarks {
	l := &landmarks{fields: len(h.Fields)}
	for i := range h.Subjects {
		s := &h.Subjects[i]
		last := s.Opened + h.observed(s)
		whole, shift := math.Modf((h.Until - s.Opened) / g.step * 16 * math.Phi) // whatever the order of subjects, or the unit
		for k := math.Floor((h.Until-s.Opened)/g.step - shift); k >= 0; k-- {
			day := h.Until - (k+shift)*g.step
			if day >= last {
				break
			}
			if day < s.Opened {
				continue
			}
			weight := int32(1)
			if day-s.Opened > g.age {
				if weight = g.every; (int64(k)+int64(whole))%int64(g.every) != 0 {
					continue
				}
			}
			l.subject, l.day, l.weight = append(l.subject, int32(i)), append(l.day, day), append(l.weight, weight)
		}
	}
	h.fill(l)
	return l
}

// stackAt takes one landmark of every subject that looked open on a day, or, of
// more than most, of every second, third … one.
func (h *History) stackAt(day float64, most int) *landmarks {
	l := &landmarks{fields: len(h.Fields)}
	open := 0
	for i := range h.Subjects {
		if h.Subjects[i].open(day) {
			open++
		}
	}
	every, k := (open+most-1)/most, 0
	for i := range h.Subjects {
		if h.Subjects[i].open(day) {
			if k%every == 0 {
				l.subject, l.day = append(l.subject, int32(i)), append(l.day, day)
			}
			k++
		}
	}
	h.fill(l)
	return l
}

func (h *History) fill(l *landmarks) {
	n := len(l.subject)
	l.state, l.row = make([]int32, n), make([]float64, n*l.fields)
	workers := min(runtime.GOMAXPROCS(0), 1+n/2000)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				s := h.At(int(l.subject[i]), l.day[i], l.at(i))
				if s >= len(h.States) {
					s = -1
				}
				l.state[i] = int32(s)
			}
		}()
	}
	wg.Wait()
}

// fate is what is known, as of a day, of what came after a landmark.
type fate struct {
	wait float64 // days from the landmark to the end, or to the last day under observation
	end  uint8   // dense number of the end, from 1; 0: none yet
	seen bool    // false: the landmark lies after the day, or the subject had gone
}

// fateOf tells the fate of subject s after a landmark, knowing what was known asOf.
func (s *Subject) fateOf(landmark, asOf float64, code *[Other + 1]uint8) fate {
	if landmark >= asOf {
		return fate{}
	}
	if s.End != Open && s.known() <= asOf {
		return fate{max(s.Ended-landmark, 0), code[s.End], true} // Other has code 0: censored
	}
	last := asOf
	if s.End == Open && s.Seen != 0 {
		last = min(last, s.Seen)
	}
	if last <= landmark {
		return fate{}
	}
	return fate{last - landmark, 0, true}
}

func codes(ends []End) *[Other + 1]uint8 {
	var c [Other + 1]uint8
	for k, e := range ends {
		c[e] = uint8(k + 1)
	}
	return &c
}
