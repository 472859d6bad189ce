package eventlog

import (
	"slices"

	"github.com/throughline/throughline/internal/diag"
)

// Subset gives a log of the selected cases alone. It shares the dictionaries,
// so that codes mean the same and an activity may be left without events.
func (l *Log) Subset(s Selection) *Log {
	out := &Log{offsets: make([]uint32, 1, len(s)+1), activities: l.activities, meta: l.meta}
	n := 0
	ids := make([]string, len(s))
	for i, c := range s {
		ids[i] = l.CaseID(int(c))
		n += int(l.offsets[c+1] - l.offsets[c])
		out.offsets = append(out.offsets, uint32(n))
	}
	out.ids, out.variants = *NewDict(ids), l.variants.among(s)
	rows := make([]uint32, 0, n)
	for _, c := range s {
		for e := l.offsets[c]; e < l.offsets[c+1]; e++ {
			rows = append(rows, e)
		}
	}
	out.activity, out.times = pick(l.activity, rows), pick(l.times, rows)
	out.lookAtTimes()
	for _, c := range l.cases {
		out.cases = append(out.cases, c.gather(s))
	}
	for _, c := range l.events {
		out.events = append(out.events, c.gather(rows))
	}
	return out
}

// Share is the cases that have one value of an attribute.
type Share struct {
	Value Value
	Cases Selection
}

// Split parts the cases by the value of an opening attribute (Opening), in
// order of first appearance; the missing value is a share of its own.
func (l *Log) Split(attr string) []Share {
	col := l.Opening(attr)
	var out []Share
	at := map[Value]int{}
	for c := range l.Cases() {
		v := Missing
		if col != nil {
			v = col.Value(c)
		}
		k, ok := at[v]
		if !ok {
			k = len(out)
			at[v] = k
			out = append(out, Share{Value: v})
		}
		out[k].Cases = append(out[k].Cases, uint32(c))
	}
	return out
}

// Labelled is a log and the value that tells its cases from those of others.
type Labelled struct {
	Log   *Log
	Value Value
}

// Join puts logs one behind the other as one log with a case attribute more,
// which says what log a case came from; an empty name adds none. A case id that
// comes again gets a number behind it, "17 (2)"; the finding counts them.
func Join(attr string, parts ...Labelled) (*Log, diag.Findings) {
	b := NewBuilder()
	var found diag.Findings
	again := 0
	for _, p := range parts {
		src := p.Log.rebuild()
		if attr != "" {
			col := src.CaseColumn(attr)
			if col.rows == 0 {
				for c := range p.Log.Cases() {
					col.Set(c, p.Value)
				}
			} else {
				found = append(found, diag.Finding{Check: "log-join-attr", Severity: diag.Warning, Field: attr,
					Message: "the log has a case attribute " + attr + " already; it keeps its own values"})
			}
		}
		repeated, err := b.AbsorbNew(src)
		if err != nil {
			found = append(found, diag.Finding{Check: "log-join-size", Severity: diag.Error, Message: err.Error() + "; the rest is left out"})
			break
		}
		again += len(repeated)
	}
	if again > 0 {
		found = append(found, diag.Finding{Check: "log-join-id", Severity: diag.Warning, Count: again,
			Message: count(again, "case") + " of one log have the id of a case of another and got a number behind it"})
	}
	l, more := b.Build()
	return l, append(found, more...)
}

// rebuild gives a builder that holds what the log holds.
func (l *Log) rebuild() *Builder {
	b := NewBuilder()
	b.Grow(l.Events())
	for c := range l.Cases() {
		b.NewCase(l.ids.bytes(uint32(c)))
		if lo, hi := l.offsets[c], l.offsets[c+1]; lo < hi {
			b.whose.add(uint32(c), int(hi-lo))
		}
	}
	for a := range l.activities.Len() {
		b.ActivityCode(l.activities.bytes(uint32(a)))
	}
	for _, a := range l.activity {
		b.activity.append(a)
	}
	b.times = append(b.times, l.times...)
	b.meta = slices.Clone(l.meta)
	for _, c := range l.cases {
		b.CaseColumn(c.Name).fill(c)
	}
	for _, c := range l.events {
		b.EventColumn(c.Name).fill(c)
	}
	return b
}

// fill copies a finished column.
func (c *ColumnBuilder) fill(from *Column) {
	c.typ, c.rows = from.typ, from.rows
	c.ints, c.floats, c.bools = slices.Clone(from.ints), slices.Clone(from.floats), slices.Clone(from.bools)
	c.absent = slices.Clone(from.absent)
	if from.typ != String {
		return
	}
	c.dict.init(1)
	for k := 1; k < from.dict.Len(); k++ {
		c.dict.Code(from.dict.bytes(uint32(k)))
	}
	c.codes = slices.Clone(from.codes)
}
