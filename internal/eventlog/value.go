package eventlog

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Type is the type of an attribute column.
type Type uint8

// The types. Strings are dictionary-coded; times are microseconds since 1970, UTC.
const (
	None Type = iota // nothing known yet: every value missing
	String
	Int
	Float
	Bool
	Time
)

// String names the type as it stands in messages and formats.
func (t Type) String() string {
	return [...]string{"none", "string", "int", "float", "bool", "time"}[min(int(t), 5)]
}

// NoTime is the time of an event that has none.
const NoTime int64 = math.MinInt64

// Times a log can hold: the years 0 to 9999, which every format here can spell.
const (
	MinTime int64 = -62167219200_000000
	MaxTime int64 = 253402300799_999999
)

// Value is one attribute's value; its zero value is Missing.
type Value struct {
	Type Type
	bits uint64
	text string
}

// Missing is the value that is not there; it differs from an empty string.
var Missing = Value{}

// TextValue, IntValue, FloatValue, BoolValue and TimeValue make values.
// TimeValue takes microseconds since 1970; NoTime gives Missing.
func TextValue(s string) Value   { return Value{Type: String, text: s} }
func IntValue(n int64) Value     { return Value{Type: Int, bits: uint64(n)} }
func FloatValue(f float64) Value { return Value{Type: Float, bits: math.Float64bits(f)} }

// BoolValue makes a truth value.
func BoolValue(b bool) Value {
	if b {
		return Value{Type: Bool, bits: 1}
	}
	return Value{Type: Bool}
}

// TimeValue makes an instant from microseconds since 1970; NoTime gives Missing.
func TimeValue(us int64) Value {
	if us == NoTime {
		return Missing
	}
	return Value{Type: Time, bits: uint64(us)}
}

// IsMissing reports whether there is no value.
func (v Value) IsMissing() bool { return v.Type == None }

// Int gives the number of an Int, the microseconds of a Time, 0 or 1 of a Bool.
func (v Value) Int() int64 { return int64(v.bits) }

// Float gives an Int or Float as a number.
func (v Value) Float() float64 {
	if v.Type == Float {
		return math.Float64frombits(v.bits)
	}
	return float64(int64(v.bits))
}

// Bool gives the truth of a Bool.
func (v Value) Bool() bool { return v.Type == Bool && v.bits != 0 }

// Text spells the value: a time as RFC 3339 in UTC with as many digits as it
// needs, a missing value as "".
func (v Value) Text() string {
	switch v.Type {
	case String:
		return v.text
	case Int:
		return strconv.FormatInt(int64(v.bits), 10)
	case Float:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case Bool:
		return strconv.FormatBool(v.bits != 0)
	case Time:
		return FormatTime(int64(v.bits))
	}
	return ""
}

// Is reports whether a word that a person wrote means this value: it is spelt
// so, or spells the same number, or the same truth in either case of letters.
// Nothing means a missing value.
func (v Value) Is(word string) bool {
	switch v.Type {
	case None:
		return false
	case Bool:
		return strings.EqualFold(v.Text(), word)
	case Int, Float:
		if f, ok := canonicalFloat(word); ok {
			o, _ := Compare(v, FloatValue(f))
			return o == 0
		}
	case Time:
		if us, _, ok := ParseInstant([]byte(word)); ok {
			return us == v.Int()
		}
	}
	return v.Text() == word
}

// IsAny reports whether any of the words means this value.
func (v Value) IsAny(words []string) bool { return slices.ContainsFunc(words, v.Is) }

// Equal compares type and content; NaN equals itself.
func (v Value) Equal(w Value) bool { return v.Type == w.Type && v.bits == w.bits && v.text == w.text }

// FormatTime spells microseconds since 1970 as RFC 3339 in UTC, "" for NoTime.
func FormatTime(us int64) string {
	if us == NoTime {
		return ""
	}
	return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999Z")
}

// In gives the log as one whose times are spelt by the clocks of a zone, with
// their offset from UTC. They are the same instants.
func (l *Log) In(zone *time.Location) *Log {
	own := *l
	own.zone = zone
	return &own
}

// TimeWord spells the time of an event, "" for one without.
func (l *Log) TimeWord(e int) string {
	us := l.times[e]
	if l.zone == nil || us == NoTime {
		return FormatTime(us)
	}
	return time.UnixMicro(us).In(l.zone).Format("2006-01-02T15:04:05.999999Z07:00")
}

// Micros turns a time into microseconds since 1970; the zero time gives NoTime.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return NoTime
	}
	return t.UnixMicro()
}
