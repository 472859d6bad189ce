package deal

import (
	"reflect"
	"strings"

	"github.com/throughline/throughline"
)

// PeopleOf gives everyone a body points at, of theirs or of ours: in a field,
// or by a mention in its words. It asks the body's own shape, so that a new
// kind of fact is never one whose people nobody looks up. Someone may be named twice.
func PeopleOf(b Body) []throughline.PersonID { return peopleOf(reflect.ValueOf(b), nil) }

var (
	personType = reflect.TypeFor[throughline.PersonID]()
	stringType = reflect.TypeFor[string]()
)

func peopleOf(v reflect.Value, out []throughline.PersonID) []throughline.PersonID {
	if v.Type() == personType {
		if id := v.Interface().(throughline.PersonID); !id.IsZero() {
			out = append(out, id)
		}
		return out
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == stringType { // a code of its own type holds no mention
			out = append(out, Mentioned(v.String())...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = peopleOf(v.Field(i), out)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = peopleOf(v.Index(i), out)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			out = peopleOf(it.Value(), out)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out = peopleOf(v.Elem(), out)
		}
	}
	return out
}

// Teller gives who of the customer a body says its words come from, the zero ID
// where it names nobody. Whom the words mention is somebody else.
func Teller(b Body) throughline.PersonID {
	switch b := b.(type) {
	case StepStated:
		return b.Person
	case DecisionStated:
		return b.Person
	}
	return throughline.PersonID{}
}

// Speaker gives who of the customer said or did what a body reports, the zero ID
// where it names nobody, or where whoever it names need not have been asked.
func Speaker(b Body) throughline.PersonID {
	switch b := b.(type) {
	case Evidence:
		return b.Person
	case Contradiction:
		return b.Person
	case Stance:
		return b.Person
	case PromiseMade:
		return b.Person
	case TargetSet:
		return b.Person
	case ResultMeasured:
		return b.Person
	case Ended:
		return b.Person
	}
	return Teller(b)
}

// Mentioned gives the people named in a text as {person:ID}.
func Mentioned(text string) []throughline.PersonID {
	var out []throughline.PersonID
	for {
		_, rest, ok := strings.Cut(text, "{person:")
		if !ok {
			return out
		}
		word, after, _ := strings.Cut(rest, "}")
		if id, err := throughline.ParseID(word); err == nil {
			out = append(out, throughline.PersonID(id))
		}
		text = after
	}
}
