package forecast

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/quantile"
	"github.com/throughline/throughline/internal/survival"
)

// design turns a state and a row of fields into the columns of the hazard. All
// it needs is learned from the rows it is fitted to; units do not matter.
// docs/methods/forecast-model.md.
type design struct {
	columns []column
	state   []int32 // column of each state, -1: too rare for one of its own
	field   []scaled
	ridge   []float64 // relative ridge of each column
	trend   *trend    // nil: hazards do not change with the calendar
	hush    int       // the quiet field that others are crossed with; -1: none
	lively  []float64
	with    []int32 // of each column, the column of its product with silence; 0: none
}

// column says where a column comes from, for drivers and their words.
type column struct {
	field int // -1: the level of the end, or the state
	state int // of a state's column or of a crossed one; -1: none
}

// scaled is how one field becomes columns.
type scaled struct {
	kind              FieldKind
	unit, mean, width float64 // of a Number: asinh(x/unit), less mean, by width
	low, high         float64 // softened values are held inside what was seen
	knot              [knots]float64
	first             int     // its first column; -1: it says nothing
	missing           int     // column of "it is missing"; -1: it never was
	level             []int32 // column of each level of a Category
	cross             []int32 // column of each state's slope; nil: not crossed
}

// knots of a number: its effect may bend at each, equal shares of rows between.
const knots = 4

const rare = 12 // landmarks' worth of subjects below which a level has no column

func (s *scaled) soften(x float64) float64 {
	return (math.Asinh(x/s.unit) - s.mean) / s.width
}

// trend is the column of the calendar: 0 today and after, -1 as long ago as the
// time in which today's ends came. What is asked about today needs no value.
type trend struct {
	column      int
	today, span float64
}

func (t *trend) at(day float64) float64 { return min(day-t.today, 0) / t.span }

// follow adds a trend.
func (d *design) follow(today, span float64) {
	d.trend = &trend{len(d.columns), today, span}
	d.columns, d.ridge = append(d.columns, column{-1, -1}), append(d.ridge, 1)
}

// newDesign learns the columns from landmarks rows of l. repeat is how many
// landmarks a subject has on average; only, if not nil, says which fields count.
func newDesign(h *History, l *landmarks, rows []int32, repeat float64, only func(field int) bool) *design {
	d := &design{hush: -1}
	add := func(c column, ridge float64) int {
		d.columns, d.ridge = append(d.columns, c), append(d.ridge, ridge)
		return len(d.columns) - 1
	}
	add(column{-1, -1}, 0)
	least := int(rare * max(repeat, 1) / 2)
	count := make([]int, len(h.States))
	for _, i := range rows {
		if s := l.state[i]; s >= 0 {
			count[s]++
		}
	}
	d.state = make([]int32, len(h.States))
	for s, n := range count {
		d.state[s] = -1
		if n >= least && n < len(rows) {
			d.state[s] = int32(add(column{-1, s}, 0.5))
		}
	}
	values := make([]float64, 0, len(rows))
	for f, field := range h.Fields {
		s := scaled{kind: field.Kind, first: -1, missing: -1}
		if only != nil && !only(f) {
			d.field = append(d.field, s)
			continue
		}
		values = values[:0]
		for _, i := range rows {
			if v := l.at(int(i))[f]; finite(v) {
				values = append(values, v)
			}
		}
		gaps := len(rows) - len(values)
		switch field.Kind {
		case Number:
			s.number(values)
			if s.width > 0 {
				s.first = add(column{f, -1}, 1)
				for range knots {
					add(column{f, -1}, 1)
				}
				if field.Quiet {
					s.cross = make([]int32, len(d.state))
					for k, c := range d.state {
						s.cross[k] = -1
						if c >= 0 {
							s.cross[k] = int32(add(column{f, k}, 1.5))
						}
					}
				}
			}
		case Flag:
			ones := 0
			for _, v := range values {
				if v != 0 {
					ones++
				}
			}
			if ones >= least && ones < len(values) {
				s.first = add(column{f, -1}, 1)
			}
		case Category:
			n := make([]int, len(field.Levels))
			for _, v := range values {
				if k := int(v); k >= 0 && k < len(n) {
					n[k]++
				}
			}
			s.level = make([]int32, len(n))
			for k, c := range n {
				s.level[k] = -1
				if c >= least && c < len(rows) {
					s.level[k] = int32(add(column{f, -1}, 1))
				}
			}
		}
		if gaps >= least && gaps < len(rows) {
			s.missing = add(column{f, -1}, 1)
		}
		d.field = append(d.field, s)
	}
	return d
}

// crossed is how many columns are crossed with silence at most; hinges are the
// shares of silences before an end from which on the crossing counts: as long as
// others are silent too, it says nothing.
const crossed = 24

var hinges = []float64{0.25, 0.75}

// silence crosses what tells deals apart with the wait since the last event: who
// is won sooner is missed sooner, and some people forget more than others.
func (d *design) silence(h *History, l *landmarks, rows []int32, fates []fate) {
	d.hush = slices.IndexFunc(h.Fields, func(f Field) bool { return f.Quiet && f.Kind == Number })
	if d.hush < 0 || d.field[d.hush].first < 0 {
		d.hush = -1
		return
	}
	var waits []float64
	for k, i := range rows {
		if v := l.at(int(i))[d.hush]; finite(v) && fates[k].end > 0 {
			waits = append(waits, d.field[d.hush].soften(v))
		}
	}
	if len(waits) < crossed {
		d.hush = -1
		return
	}
	slices.Sort(waits)
	d.lively = nil
	for _, q := range hinges {
		d.lively = append(d.lively, quantile.Of(waits, q))
	}
	var list []int
	for f, s := range d.field {
		if f == d.hush {
			continue
		}
		if s.kind == Category {
			for _, c := range s.level {
				if c >= 0 {
					list = append(list, int(c))
				}
			}
		} else if s.first >= 0 {
			list = append(list, s.first)
		}
	}
	if len(list) > crossed {
		d.hush = -1
		return
	}
	d.with = make([]int32, len(d.columns))
	for _, c := range list {
		d.with[c] = int32(len(d.columns))
		for range d.lively {
			d.columns, d.ridge = append(d.columns, column{d.columns[c].field, -1}), append(d.ridge, 1)
		}
	}
}

// number learns unit, mean, width and knots; a constant keeps width 0.
func (s *scaled) number(values []float64) {
	abs := make([]float64, 0, len(values))
	for _, v := range values {
		if v != 0 {
			abs = append(abs, math.Abs(v))
		}
	}
	s.unit = 1
	if len(abs) > 0 {
		slices.Sort(abs)
		s.unit = quantile.Of(abs, 0.5)
	}
	if len(values) < 2 {
		return
	}
	soft := make([]float64, len(values))
	sum, square := 0.0, 0.0
	for i, v := range values {
		soft[i] = math.Asinh(v / s.unit)
		sum += soft[i]
	}
	s.mean = sum / float64(len(soft))
	for _, v := range soft {
		square += (v - s.mean) * (v - s.mean)
	}
	s.width = math.Sqrt(square / float64(len(soft)))
	if !(s.width > 1e-9*max(1, math.Abs(s.mean))) {
		s.width = 0
		return
	}
	slices.Sort(soft)
	s.low, s.high = (soft[len(soft)/50]-s.mean)/s.width, (soft[len(soft)-1-len(soft)/50]-s.mean)/s.width
	for k := range s.knot {
		s.knot[k] = (soft[(k+1)*(len(soft)-1)/(knots+1)] - s.mean) / s.width
	}
}

// write appends the columns of one subject to the open row of m, or to a pair of
// slices.
func (d *design) write(state int32, row []float64, put func(col int, v float64)) {
	set := put
	if d.hush >= 0 && finite(row[d.hush]) {
		s := &d.field[d.hush]
		z := max(min(s.soften(row[d.hush]), s.high), s.low)
		set = func(col int, v float64) {
			put(col, v)
			if w := d.crossing(col); w > 0 {
				for k, at := range d.lively {
					if z > at {
						put(int(w)+k, v*(z-at))
					}
				}
			}
		}
	}
	set(0, 1)
	if state >= 0 && int(state) < len(d.state) && d.state[state] >= 0 {
		set(int(d.state[state]), 1)
	}
	for f := range d.field {
		s := &d.field[f]
		v := row[f]
		if !finite(v) {
			if s.missing >= 0 {
				set(s.missing, 1)
			}
			continue
		}
		switch s.kind {
		case Number:
			if s.first < 0 {
				continue
			}
			z := max(min(s.soften(v), s.high), s.low)
			set(s.first, z)
			for k, knot := range s.knot {
				if z > knot {
					set(s.first+1+k, z-knot)
				}
			}
			if s.cross != nil && state >= 0 && int(state) < len(s.cross) && s.cross[state] >= 0 {
				set(int(s.cross[state]), z)
			}
		case Flag:
			if s.first >= 0 && v != 0 {
				set(s.first, 1)
			}
		case Category:
			if k := int(v); k >= 0 && k < len(s.level) && s.level[k] >= 0 {
				set(int(s.level[k]), 1)
			}
		}
	}
}

// bins cuts waiting times so that each bin holds about as many ends.
type bins struct{ edge []float64 } // 0 is left out; the last is the horizon

// newBins makes at most most bins from the waits that ended, and ends one at
// each of the days asked about, since inside a bin hazards are constant.
func newBins(waits []float64, most int, horizon float64, asked []float64) bins {
	slices.Sort(waits)
	var b bins
	for k := 1; k <= most && len(waits) > 0; k++ {
		at := waits[min(len(waits)-1, k*len(waits)/most)]
		if k == most {
			at = waits[len(waits)-1]
		}
		if last := len(b.edge) - 1; at > 0 && (last < 0 || at > b.edge[last]*(1+1e-9)) {
			b.edge = append(b.edge, at)
		}
	}
	if len(b.edge) == 0 {
		b.edge = append(b.edge, horizon/4, horizon/2)
	}
	if last := b.edge[len(b.edge)-1]; horizon > last*1.05 {
		b.edge = append(b.edge, horizon)
	}
	last := b.edge[len(b.edge)-1]
	for _, x := range asked {
		if !(x > 0 && x < last) {
			continue
		}
		k, found := slices.BinarySearch(b.edge, x)
		if found {
			continue
		}
		// Move the nearer edge if it is close, so that bins stay full.
		switch {
		case k < len(b.edge)-1 && b.edge[k] < x*1.1:
			b.edge[k] = x
		case k > 0 && b.edge[k-1] > x/1.1:
			b.edge[k-1] = x
		default:
			b.edge = slices.Insert(b.edge, k, x)
		}
	}
	return b
}

// find gives the bin of a wait and the share of the bin that lies before it.
func (b bins) find(wait float64) (int, float64) {
	k, _ := slices.BinarySearch(b.edge, wait)
	if k == len(b.edge) {
		return k - 1, 1
	}
	lo := 0.0
	if k > 0 {
		lo = b.edge[k-1]
	}
	return k, (wait - lo) / (b.edge[k] - lo)
}

// followup makes the rows of the hazard model from landmarks.
func (d *design) followup(l *landmarks, rows []int32, fates []fate, b bins, ends int) survival.Followup {
	f := survival.Followup{Bins: len(b.edge), Ends: ends, X: survival.NewSparse(len(d.columns))}
	for k, i := range rows {
		bin, part := b.find(fates[k].wait)
		end := fates[k].end
		if end > 0 && fates[k].wait > b.edge[len(b.edge)-1] {
			end, part = 0, 1
		}
		f.Last, f.End, f.Part = append(f.Last, int32(bin)), append(f.End, end), append(f.Part, part)
		f.Cluster = append(f.Cluster, l.subject[i])
		d.write(l.state[i], l.at(int(i)), f.X.Set)
		if d.trend != nil {
			f.X.Set(d.trend.column, d.trend.at(l.day[i]))
		}
		f.X.Close()
	}
	return f
}

// crossing gives the first column in which a column is crossed; 0: none.
func (d *design) crossing(col int) int32 {
	if col < len(d.with) {
		return d.with[col]
	}
	return 0
}
