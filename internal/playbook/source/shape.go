package source

import (
	"fmt"
	"slices"
	"strings"
)

// ShapeKind is what a value may be.
type ShapeKind uint8

// The kinds of shape.
const (
	TextShape   ShapeKind = iota // a text in English, or a mapping from language to text
	WordShape                    // one word, of a closed list or a slug
	LineShape                    // any one-line text, as found in foreign systems
	NumberShape                  // a number between Min and Max
	WholeShape                   // a whole number between Min and Max
	DaysShape                    // a duration: "60 days", "8 weeks", or a number of days
	ListShape                    // a list of Of
	RecordShape                  // a mapping with known keys, each of its own shape
	KeyedShape                   // a mapping whose values are all Of; keys from Words, or any where it is nil
	EitherShape                  // the first of Any whose form fits
)

// Shape declares what a value may be, in words a person can be shown. From
// the same declaration come the findings, the documentation and the JSON Schema.
type Shape struct {
	Kind     ShapeKind
	Doc      string
	Fields   []Field  // RecordShape
	Of       *Shape   // ListShape, KeyedShape
	Words    []string // WordShape: the closed list, nil for any slug. KeyedShape: the known keys
	Every    bool     // KeyedShape: each of Words must stand
	Min, Max float64  // NumberShape, WholeShape, DaysShape (in days)
	Least    int      // ListShape, KeyedShape: fewest entries
	Most     int      // ListShape, KeyedShape: most entries, 0 for no limit
	Any      []*Shape // EitherShape
}

// Field is one key of a record.
type Field struct {
	Key      string
	Shape    *Shape
	Required bool
	Doc      string
	Example  string // one line of YAML, shown as the way out when the key is missing
	Refused  string // said, as an error, where the key stands: what may not be done here, and why
}

// Text is a text for people: a string (English) or a mapping by language.
func Text() *Shape { return &Shape{Kind: TextShape} }

// Slug is an identifier: lower-case letters, digits, '-' and '_'.
func Slug() *Shape { return &Shape{Kind: WordShape} }

// OneOf is one word of a closed list.
func OneOf[S ~string](words []S) *Shape { return &Shape{Kind: WordShape, Words: plain(words)} }

// Line is any text of one line.
func Line() *Shape { return &Shape{Kind: LineShape} }

// Number is a number between least and most.
func Number(least, most float64) *Shape { return &Shape{Kind: NumberShape, Min: least, Max: most} }

// Whole is a whole number between least and most.
func Whole(least, most int) *Shape {
	return &Shape{Kind: WholeShape, Min: float64(least), Max: float64(most)}
}

// Days is a duration of whole days.
func Days(least, most int) *Shape {
	return &Shape{Kind: DaysShape, Min: float64(least), Max: float64(most)}
}

// ListOf is a list with at least so many entries.
func ListOf(of *Shape, least int) *Shape { return &Shape{Kind: ListShape, Of: of, Least: least} }

// Record is a mapping with known keys.
func Record(fields ...Field) *Shape { return &Shape{Kind: RecordShape, Fields: fields} }

// Keyed is a mapping from some of the words to values of one shape; nil words
// allow any key.
func Keyed[S ~string](words []S, of *Shape) *Shape {
	return &Shape{Kind: KeyedShape, Words: plain(words), Of: of}
}

// KeyedAll is Keyed with every word required.
func KeyedAll[S ~string](words []S, of *Shape) *Shape {
	s := Keyed(words, of)
	s.Every = true
	return s
}

// Either is the first shape whose form (scalar, list, mapping) fits.
func Either(any ...*Shape) *Shape { return &Shape{Kind: EitherShape, Any: any} }

func plain[S ~string](words []S) []string {
	if words == nil {
		return nil
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// Keys lists the keys a mapping of this shape knows, nil where it takes any.
func (s *Shape) Keys() []string {
	if s.Kind == KeyedShape {
		return s.Words
	}
	return s.offered()
}

// offered lists the keys worth suggesting: those that are not refused.
func (s *Shape) offered() []string {
	var out []string
	for _, f := range s.Fields {
		if f.Refused == "" {
			out = append(out, f.Key)
		}
	}
	return out
}

func (s *Shape) field(key string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// Noun says in a few words what is asked for.
func (s *Shape) Noun() string {
	switch s.Kind {
	case TextShape:
		return "a text, or a mapping from language to text"
	case WordShape:
		if s.Words == nil {
			return "an id of lower-case letters, digits, '-' and '_'"
		}
		return "one of " + some(s.Words)
	case LineShape:
		return "a text of one line"
	case NumberShape:
		return fmt.Sprintf("a number from %g to %g", s.Min, s.Max)
	case WholeShape:
		return fmt.Sprintf("a whole number from %g to %g", s.Min, s.Max)
	case DaysShape:
		return fmt.Sprintf("a time such as \"60 days\" or \"8 weeks\", %g to %g days", s.Min, s.Max)
	case ListShape:
		return "a list"
	case RecordShape:
		return "a mapping with the keys " + some(s.Keys())
	case KeyedShape:
		if s.Words == nil {
			return "a mapping"
		}
		return "a mapping with keys from " + some(s.Words)
	case EitherShape:
		var parts []string
		for _, a := range s.Any {
			parts = append(parts, a.Noun())
		}
		return strings.Join(parts, ", or ")
	}
	return "a value"
}

// some lists words, the first dozen where there are many.
func some(words []string) string {
	if len(words) > 12 {
		return strings.Join(words[:12], ", ") + ", …"
	}
	return strings.Join(words, ", ")
}
