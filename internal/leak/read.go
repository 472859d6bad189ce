package leak

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// HistoryOf reads a log as a history: the given cases, those without a time
// left out, and how they ended. It lasts until the log's last event. cases
// are the places of the cases that are in it.
func HistoryOf(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End) (h *History, cases []int) {
	_, last := l.Bounds()
	h = &History{Until: dayOf(last), Last: []int32{}, Course: []uint64{}, Steps: []int32{}}
	number := map[throughline.Outcome]uint8{}
	for _, c := range s {
		lo, hi := l.Span(int(c))
		begin, end, until := eventlog.NoTime, eventlog.NoTime, hi
		if at := ends[c].Event; at >= 0 && ends[c].Outcome != throughline.StillOpen {
			until = at + 1
		}
		for _, t := range l.Times()[lo:until] {
			if t != eventlog.NoTime {
				end = t
				if begin == eventlog.NoTime {
					begin = t
				}
			}
		}
		if begin == eventlog.NoTime {
			continue
		}
		cases = append(cases, int(c))
		kind := uint8(0)
		if o := ends[c].Outcome; o != throughline.StillOpen {
			if number[o] == 0 {
				number[o] = uint8(len(number) + 1)
			}
			kind = number[o]
		}
		h.End = append(h.End, kind)
		h.Opened, h.Ended = append(h.Opened, dayOf(begin)), append(h.Ended, dayOf(end))
		h.Steps = append(h.Steps, int32(until-lo))
		before := int32(-1) // the step before the event that ended it
		if until-lo >= 2 {
			before = int32(l.Activity()[until-2])
		}
		h.Last = append(h.Last, before)
		h.Course = append(h.Course, courseOf(l.Activity()[lo:hi]))
	}
	return h, cases
}

func dayOf(us int64) float64 { return float64(us) / 86_400e6 }

// courseOf gives a sequence of activities as one number.
func courseOf(activities []uint32) uint64 {
	h := uint64(14695981039346656037)
	for _, a := range activities {
		h = (h ^ uint64(a+1)) * 1099511628211
		h ^= h >> 29
	}
	return h
}

// ColumnOf reads a column over cases, at the places given.
func ColumnOf(col *eventlog.Column, cases []int) Column {
	c := Column{Name: col.Name, Code: make([]int32, len(cases))}
	if codes := col.Codes(); codes != nil { // coded already
		at := make([]int32, col.Dict().Len())
		number := make([]float64, col.Dict().Len())
		numbers := 0
		for i, row := range cases {
			k := codes[row]
			if k > 0 && at[k] == 0 {
				c.Levels++
				at[k] = int32(c.Levels)
				if x, ok := numberIn(col.Dict().At(k)); ok {
					number[k] = x
					numbers++
				} else {
					number[k] = math.NaN()
				}
			}
			c.Code[i] = at[k]
		}
		if number[0] = math.NaN(); quantity(numbers, c.Levels) {
			c.Number = make([]float64, len(cases))
			for i, row := range cases {
				c.Number[i] = number[codes[row]]
			}
		}
		return c
	}
	isNumber := col.Type() == eventlog.Int || col.Type() == eventlog.Float
	if isNumber {
		c.Number = make([]float64, len(cases))
	}
	at := map[float64]int32{}
	for i, row := range cases {
		x := math.NaN()
		if v := col.Value(row); !v.IsMissing() {
			if x = float64(v.Int()); isNumber {
				x = v.Float()
			}
			if at[x] == 0 {
				at[x] = int32(len(at) + 1)
			}
			c.Code[i] = at[x]
		}
		if isNumber {
			c.Number[i] = x
		}
	}
	c.Levels = len(at)
	return c
}

// TextColumn reads a column of words, "" for none.
func TextColumn(name string, words []string) Column {
	c := Column{Name: name, Code: make([]int32, len(words))}
	at := map[string]int32{}
	var number []float64
	numbers := 0
	for i, w := range words {
		if w = strings.TrimSpace(w); w == "" {
			continue
		}
		k, ok := at[w]
		if !ok {
			k = int32(len(at) + 1)
			at[w] = k
			x, isNumber := numberIn(w)
			if isNumber {
				numbers++
			} else {
				x = math.NaN()
			}
			number = append(number, x)
		}
		c.Code[i] = k
	}
	if c.Levels = len(at); quantity(numbers, c.Levels) {
		c.Number = make([]float64, len(words))
		for i, k := range c.Code {
			if c.Number[i] = math.NaN(); k > 0 {
				c.Number[i] = number[k-1]
			}
		}
	}
	return c
}

// quantity reports whether words are numbers: nine in ten, and more than a few.
func quantity(numbers, levels int) bool { return levels > 4 && 10*numbers >= 9*levels }

func numberIn(w string) (float64, bool) {
	x, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

// InLog looks through the opening attributes of a log that have one of the
// names, all where there are none, and may be known on the first day by name
// and type. Times are dates, and not looked at.
func InLog(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, names []string) []Finding {
	h, cases := HistoryOf(l, s, ends)
	if len(cases) == 0 {
		return nil
	}
	var columns []Column
	for _, name := range names {
		if col := l.Opening(name); col != nil && col.Type() != eventlog.Time && col.Type() != eventlog.None {
			columns = append(columns, ColumnOf(col, cases))
		}
	}
	return Find(h, columns)
}

// Names lists the attributes of a log's openings, each once.
func Names(l *eventlog.Log) []string {
	var out []string
	for _, cols := range [][]*eventlog.Column{l.CaseColumns(), l.EventColumns()} {
		for _, c := range cols {
			if !slices.Contains(out, c.Name) {
				out = append(out, c.Name)
			}
		}
	}
	return out
}
