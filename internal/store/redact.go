package store

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Redactor takes a person's names and addresses out of words and puts a
// mention, {person:ID}, in their place.
type Redactor struct {
	person  throughline.PersonID
	pattern *regexp.Regexp // nil: nothing to look for
	mention string
}

// NewRedactor looks for the given names and addresses, in any case, as whole
// words. Empty ones are passed over.
func NewRedactor(p throughline.PersonID, names []string) Redactor {
	var alternatives []string
	for _, n := range names {
		if n = strings.Join(strings.Fields(n), " "); n != "" {
			alternatives = append(alternatives, strings.ReplaceAll(regexp.QuoteMeta(n), " ", `\s+`))
		}
	}
	r := Redactor{person: p, mention: "{person:" + p.String() + "}"}
	if len(alternatives) > 0 {
		// The longest first: an address may begin with the name.
		slices.SortFunc(alternatives, func(a, b string) int { return len(b) - len(a) })
		r.pattern = regexp.MustCompile(`(?i)(^|[^\pL\pN])(?:` + strings.Join(alternatives, "|") + `)($|[^\pL\pN])`)
	}
	return r
}

// Words gives s without the names; changed reports whether any stood there.
func (r Redactor) Words(s string) (out string, changed bool) {
	if r.pattern == nil {
		return s, false
	}
	// Twice, because neighbours share the character between them.
	for range 2 {
		s2 := r.pattern.ReplaceAllString(s, "${1}"+r.mention+"${2}")
		if s2 == s {
			break
		}
		s, changed = s2, true
	}
	return s, changed
}

// JSON gives a JSON document without the names in its texts; one that cannot be
// read stays as it is.
func (r Redactor) JSON(text []byte) (out []byte, changed bool) {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return text, false
	}
	v, changed = r.within(v)
	if !changed {
		return text, false
	}
	out, err := json.Marshal(v)
	return out, err == nil
}

func (r Redactor) within(v any) (any, bool) {
	some := false
	switch w := v.(type) {
	case string:
		return r.Words(w)
	case []any:
		for i := range w {
			var is bool
			w[i], is = r.within(w[i])
			some = some || is
		}
	case map[string]any:
		for k := range w {
			var is bool
			w[k], is = r.within(w[k])
			some = some || is
		}
	}
	return v, some
}

// fromPlan is the source of what is written on a shared plan.
const fromPlan = "plan"

// own takes out what the person wrote about themselves on a shared plan: their
// comments, and what they said they are there for. What was decided and done
// stays, without who said so.
func (r Redactor) own(f deal.Fact) (deal.Body, bool) {
	if f.Source.System != fromPlan {
		return f.Body, false
	}
	switch b := f.Body.(type) {
	case deal.Commented:
		if b.Person == r.person && b.Text != r.mention {
			b.Text = r.mention
			return b, true
		}
	case deal.PersonJoined:
		if b.Person == r.person && b.Function != "" {
			b.Function = ""
			return b, true
		}
	}
	return f.Body, false
}

// Fact gives a fact without the names in its source and in the free words of
// its body, and without what the person wrote about themselves on a plan. Free words are those of type string; what is a code has a type of
// its own (an Address, a Role, an Outcome) and stays, whatever it spells.
func (r Redactor) Fact(f deal.Fact) (out deal.Fact, changed bool) {
	system, a := r.Words(f.Source.System)
	record, b := r.Words(f.Source.Record)
	kept, own := r.own(f)
	body := reflect.New(reflect.TypeOf(kept)).Elem()
	body.Set(reflect.ValueOf(kept))
	c := r.value(body) || own
	if !a && !b && !c {
		return f, false
	}
	f.Source = deal.Source{System: system, Record: record}
	f.Body = body.Interface().(deal.Body)
	return f, true
}

var plainString = reflect.TypeFor[string]()

// value redacts v, which can be set, without touching what it shares with others.
func (r Redactor) value(v reflect.Value) (changed bool) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != plainString {
			return false
		}
		s, ok := r.Words(v.String())
		if ok {
			v.SetString(s)
		}
		return ok
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				changed = r.value(v.Field(i)) || changed
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return false
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		for i := range c.Len() {
			changed = r.value(c.Index(i)) || changed
		}
		if changed {
			v.Set(c)
		}
	case reflect.Map:
		if v.IsNil() || v.Type().Elem().Kind() != reflect.String {
			return false
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			k.Set(it.Key())
			e.Set(it.Value())
			changed = r.value(e) || changed
			changed = r.value(k) || changed
			c.SetMapIndex(k, e)
		}
		if changed {
			v.Set(c)
		}
	}
	return changed
}
