package forecast

import (
	"math"
	"runtime"
	"sync"
)

// landmarks are (subject, day) pairs at which a subject was open, with what was
// known then: the rows of dynamic landmarking (van Houwelingen 2007).
type landmarks struct {
	subject []int32
	day     []float64
	state   []int32
	row     []float64 // fields a row
	fields  int
}

func (l *landmarks) len() int { return len(l.subject) }

func (l *landmarks) at(i int) []float64 { return l.row[i*l.fields : (i+1)*l.fields] }

// stack takes landmarks every step days, counted back from the history's last
// day, for as long as each subject looked open.
func (h *History) stack(step float64) *landmarks {
	l := &landmarks{fields: len(h.Fields)}
	for i := range h.Subjects {
		s := &h.Subjects[i]
		last := h.Until
		if s.End != Open {
			last = min(last, s.known())
		} else if s.Seen != 0 {
			last = min(last, s.Seen)
		}
		for k := math.Floor((h.Until - s.Opened) / step); k >= 0; k-- {
			day := h.Until - k*step
			if day >= last {
				break
			}
			if day >= s.Opened {
				l.subject, l.day = append(l.subject, int32(i)), append(l.day, day)
			}
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

// stride chooses the days between landmarks so that about target come out.
func (h *History) stride(target int) float64 {
	total := 0.0
	for i := range h.Subjects {
		s := &h.Subjects[i]
		last := h.Until
		if s.End != Open {
			last = min(last, s.known())
		} else if s.Seen != 0 {
			last = min(last, s.Seen)
		}
		total += max(last-s.Opened, 0)
	}
	if !(total > 0) {
		return 1
	}
	return total / float64(max(target, 1))
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
