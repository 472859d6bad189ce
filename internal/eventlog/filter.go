package eventlog

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
)

// Op compares what a case has with what a condition asks for.
type Op string

// The comparisons. NotIn is the exact opposite of In, so a missing value is
// not in any list; the four orders hold for no missing value.
const (
	In      Op = "in"
	NotIn   Op = "not in"
	Less    Op = "<"
	AtMost  Op = "<="
	More    Op = ">"
	AtLeast Op = ">="
	Absent  Op = "missing"
)

// Cond is a condition on a case. Attr is "activity", which asks whether any
// event of the case is such an activity (In and NotIn only), or the name of an
// attribute, taken as it was known when the case opened (Log.Opening).
// Numbers compare as numbers, times as times, everything else as it is spelt.
type Cond struct {
	Attr   string
	Op     Op
	Values []Value // In, NotIn: any of them; the orders: the first
}

// ActivityAttr is the name under which conditions and outcome mappings speak of the activity.
const ActivityAttr = "activity"

// Window says which cases a stretch of time takes in.
type Window string

// The windows: cases that opened in it, lie wholly in it, or have an event in it.
const (
	Opened   Window = "opened"
	Within   Window = "within"
	Touching Window = "touching"
)

// Filter chooses cases; its zero value takes all of them. All its parts must hold.
type Filter struct {
	Where []Cond
	// From and To bound the time, From included, To not; both zero means any time.
	// A case without any time is in no window.
	From, To int64
	Window   Window // Opened where empty
	Ends     []throughline.Outcome
	Map      OutcomeMap // what Ends speaks of
}

// Selection is a rising list of case indexes.
type Selection []uint32

// All selects every case.
func (l *Log) All() Selection {
	s := make(Selection, l.Cases())
	for i := range s {
		s[i] = uint32(i)
	}
	return s
}

// Select gives the cases a filter chooses.
func (l *Log) Select(f Filter) Selection {
	s := l.All()
	for _, c := range f.Where {
		s = l.where(s, c)
	}
	if f.From != 0 || f.To != 0 {
		s = slices.DeleteFunc(s, func(c uint32) bool {
			lo, hi := l.Span(int(c))
			return !f.Window.Takes(l.times[lo:hi], f.From, f.To)
		})
	}
	if len(f.Ends) > 0 {
		ends, _ := l.Outcomes(f.Map)
		s = slices.DeleteFunc(s, func(c uint32) bool { return !slices.Contains(f.Ends, ends[c].Outcome) })
	}
	return s
}

// Takes reports whether a case with these event times lies in the window.
func (w Window) Takes(times []int64, from, to int64) bool {
	first, last, any := NoTime, NoTime, false
	for _, t := range times {
		if t == NoTime {
			continue
		}
		if first == NoTime {
			first = t
		}
		last = t
		any = any || t >= from && t < to
	}
	switch {
	case first == NoTime:
		return false
	case w == Touching:
		return any
	case w == Within:
		return first >= from && last < to
	}
	return first >= from && first < to
}

func (l *Log) where(s Selection, c Cond) Selection {
	if c.Attr == ActivityAttr {
		want := make([]bool, l.activities.Len())
		for _, v := range c.Values {
			if k, ok := l.activities.Find(v.Text()); ok {
				want[k] = true
			}
		}
		return slices.DeleteFunc(s, func(k uint32) bool {
			lo, hi := l.Span(int(k))
			has := slices.ContainsFunc(l.activity[lo:hi], func(a uint32) bool { return want[a] })
			return has != (c.Op == In)
		})
	}
	col := l.Opening(c.Attr)
	if col == nil {
		return slices.DeleteFunc(s, func(uint32) bool { return !c.Holds(Missing) })
	}
	if col.typ == String { // one answer for each code
		holds := make([]bool, col.dict.Len())
		for k := range holds {
			v := Missing
			if k > 0 {
				v = TextValue(col.dict.At(uint32(k)))
			}
			holds[k] = c.Holds(v)
		}
		return slices.DeleteFunc(s, func(k uint32) bool { return !holds[col.codes[k]] })
	}
	return slices.DeleteFunc(s, func(k uint32) bool { return !c.Holds(col.Value(int(k))) })
}

// Holds reports whether a value satisfies the condition.
func (c Cond) Holds(v Value) bool {
	switch c.Op {
	case Absent:
		return v.IsMissing()
	case In, NotIn:
		in := !v.IsMissing() && slices.ContainsFunc(c.Values, func(w Value) bool {
			o, ok := Compare(v, w)
			return ok && o == 0 || v.Is(w.Text())
		})
		return in == (c.Op == In)
	}
	if len(c.Values) == 0 {
		return false
	}
	o, ok := Compare(v, c.Values[0])
	if !ok {
		return false
	}
	switch c.Op {
	case Less:
		return o < 0
	case AtMost:
		return o <= 0
	case More:
		return o > 0
	case AtLeast:
		return o >= 0
	}
	return false
}

// Compare orders two values: numbers as numbers, times as times, strings and
// truth values by their spelling. ok is false where they cannot be ordered.
func Compare(v, w Value) (order int, ok bool) {
	num := func(t Type) bool { return t == Int || t == Float }
	switch {
	case v.IsMissing() || w.IsMissing():
		return 0, false
	case v.Type == Int && w.Type == Int, v.Type == Time && w.Type == Time:
		return cmp.Compare(v.Int(), w.Int()), true
	case num(v.Type) && num(w.Type):
		return cmp.Compare(v.Float(), w.Float()), true
	case v.Type == w.Type:
		return cmp.Compare(v.Text(), w.Text()), true
	}
	return 0, false
}

// ParseValue reads a word as the narrowest type it spells exactly: a whole
// number, a number, a truth value, an RFC 3339 instant, else a string.
func ParseValue(s string) Value {
	if n, ok := canonicalInt(s); ok {
		return IntValue(n)
	}
	if f, ok := canonicalFloat(s); ok {
		return FloatValue(f)
	}
	switch s {
	case "true":
		return BoolValue(true)
	case "false":
		return BoolValue(false)
	}
	if t, ok := parseRFC3339(s); ok {
		return TimeValue(t)
	}
	return TextValue(s)
}
