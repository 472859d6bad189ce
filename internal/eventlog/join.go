package eventlog

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

// Labelled is a log and what tells its cases from those of others.
type Labelled struct {
	Log   *Log
	Label string
}

// Join puts logs one behind the other as one log with a case attribute more,
// which says what log a case came from. Cases of two logs are two, whatever they
// are called: an id gets its log's label before it.
func Join(attr string, parts ...Labelled) *Log {
	b := NewBuilder()
	which := b.CaseColumn(attr)
	for _, p := range parts {
		l, first := p.Log, b.Cases()
		codes := make([]uint32, l.Activities().Len())
		for a := range codes {
			codes[a] = b.ActivityCode([]byte(l.ActivityName(uint32(a))))
		}
		row := b.Events()
		for c := range l.Cases() {
			k := b.Case(p.Label + ": " + l.CaseID(c))
			which.Set(k, TextValue(p.Label))
			lo, hi := l.Span(c)
			for e := lo; e < hi; e++ {
				b.EventCode(k, codes[l.Activity()[e]], l.Times()[e])
			}
		}
		for _, col := range l.CaseColumns() {
			if col.Name != attr {
				copyColumn(b.CaseColumn(col.Name), col, first)
			}
		}
		for _, col := range l.EventColumns() {
			copyColumn(b.EventColumn(col.Name), col, row)
		}
	}
	l, _ := b.Build() // what was put right was reported by the readers
	return l
}

func copyColumn(to *ColumnBuilder, from *Column, first int) {
	for i := range from.Len() {
		if !from.IsMissing(i) {
			to.Set(first+i, from.Value(i))
		}
	}
}
