package eventlog

import (
	"cmp"
	"slices"
)

// Doings is a log in which each doing of an activity is one event, at the time
// it began: what starts, pauses, goes on and completes was done once. Cases,
// activities and attributes of cases are those of the log it was made of.
type Doings struct {
	*Log
	Of     []uint32 // event of the log it was made of -> doing, Undone where none; nil: events are doings
	Ended  []int64  // doing -> when it was done; nil: as it began
	Worked []int64  // doing -> microseconds from start to end without pauses, NoTime where its start is not told
	Busy   []int64  // case -> microseconds in which something was worked on, NoTime where nothing is told
}

// Undone stands for no doing: what was planned or handed on, and never begun.
const Undone = ^uint32(0)

// End gives the time at which a doing was done.
func (d *Doings) End(doing int) int64 {
	if d.Ended == nil {
		return d.times[doing]
	}
	return d.Ended[doing]
}

// At gives the doing of an event of the log it was made of, -1 where none.
func (d *Doings) At(event int) int {
	if d.Of == nil || event < 0 {
		return event
	}
	if k := d.Of[event]; k != Undone {
		return int(k)
	}
	return -1
}

// under is a doing that has begun and not ended.
type under struct {
	doing uint32
	since int64 // of the work going on; NoTime while it pauses
}

// Doings folds the events of each doing into one, by LifecycleAttr. Where events
// do not say, each is a doing of its own.
func (l *Log) Doings() *Doings {
	if !l.Parted() {
		return &Doings{Log: l}
	}
	f := &folding{l: l, parts: l.parts(), col: l.EventColumn(LifecycleAttr), open: make([][]under, l.activities.Len())}
	d := &Doings{
		Log: &Log{ids: l.ids, activities: l.activities, meta: l.meta, cases: l.cases, zone: l.zone, offsets: make([]uint32, 1, len(l.offsets))},
		Of:  make([]uint32, l.Events()),
	}
	f.d = d
	for c := range l.Cases() {
		f.fold(c)
		d.offsets = append(d.offsets, uint32(len(f.rows)))
	}
	d.activity, d.times = pick(l.activity, f.rows), pick(l.times, f.rows)
	for _, c := range l.events {
		d.events = append(d.events, c.gather(f.rows))
	}
	d.lookAtTimes()
	d.tellVariants()
	return d
}

// folding is the state of Doings.
type folding struct {
	l     *Log
	d     *Doings
	parts []Part
	col   *Column
	rows  []uint32  // first event of each doing
	open  [][]under // of each activity, in the case
	used  []uint32  // activities that have some
	work  [][2]int64
}

// fold takes one case.
func (f *folding) fold(c int) {
	for _, a := range f.used {
		f.open[a] = f.open[a][:0]
	}
	f.used, f.work = f.used[:0], f.work[:0]
	lo, hi := f.l.Span(c)
	for e := lo; e < hi; e++ {
		part := Whole
		if !f.col.IsMissing(e) {
			part = f.parts[f.col.Codes()[e]]
		}
		f.d.Of[e] = f.event(e, part)
	}
	f.d.Busy = append(f.d.Busy, union(f.work))
}

// event takes one event and gives the doing that it belongs to.
func (f *folding) event(e int, part Part) uint32 {
	a, at := f.l.activity[e], f.l.times[e]
	open := &f.open[a]
	switch part {
	case Begins:
		k := f.begin(e)
		*open = append(*open, under{k, at})
		f.used = append(f.used, a)
		f.d.Worked[k] = 0
		return k
	case Amid:
		if len(*open) == 0 {
			return Undone
		}
		u := &(*open)[len(*open)-1]
		switch {
		case pauses(f.col.Text(e)):
			f.pause(u, at)
		case u.since == NoTime:
			u.since = at
		}
		f.d.Ended[u.doing] = at
		return u.doing
	case Ends:
		if len(*open) > 0 { // the one begun first
			u := (*open)[0]
			*open = slices.Delete(*open, 0, 1)
			f.pause(&u, at)
			f.d.Ended[u.doing] = at
			return u.doing
		}
	}
	return f.begin(e)
}

func (f *folding) begin(e int) uint32 {
	f.rows = append(f.rows, uint32(e))
	f.d.Ended, f.d.Worked = append(f.d.Ended, f.l.times[e]), append(f.d.Worked, NoTime)
	return uint32(len(f.rows) - 1)
}

// pause adds the work that has gone on.
func (f *folding) pause(u *under, at int64) {
	if u.since != NoTime && at != NoTime {
		f.d.Worked[u.doing] += at - u.since
		f.work = append(f.work, [2]int64{u.since, at})
	}
	u.since = NoTime
}

// union is how long any of some stretches of time lasts, NoTime where there is none.
func union(list [][2]int64) int64 {
	if len(list) == 0 {
		return NoTime
	}
	slices.SortFunc(list, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	sum, until := int64(0), list[0][0]
	for _, w := range list {
		if w[1] > until {
			sum += w[1] - max(w[0], until)
			until = w[1]
		}
	}
	return sum
}
