package store

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

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
// words. What has no letter and no digit is no name, and passed over.
func NewRedactor(p throughline.PersonID, names []string) Redactor {
	var alternatives []string
	for _, n := range names {
		if n = strings.Join(strings.Fields(strings.ToValidUTF8(n, "\uFFFD")), " "); strings.ContainsFunc(n, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
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

// Naming gives the words that name a person wherever they stand: the name, and what
// they are reached by where that is theirs alone. Of what people type there, "n/a",
// "WhatsApp", a street or a year are words of everybody's.
func (p Person) Naming() []string {
	out := []string{p.Name}
	for _, s := range []string{p.Email, p.Phone, p.Other} {
		digits := 0
		for _, r := range s {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if strings.Contains(s, "@") || digits >= leastDigits {
			out = append(out, s)
		}
	}
	return out
}

// leastDigits is how many make a number somebody's; fewer may be a year or a sum.
const leastDigits = 6

// Words gives s without the names; changed reports whether any stood there. A
// mention stays one, whatever is looked for.
func (r Redactor) Words(s string) (out string, changed bool) {
	if r.pattern == nil {
		return s, false
	}
	// Twice, because neighbours share the character between them.
	for range 2 {
		var b strings.Builder
		at := 0
		for _, m := range append(mentions.FindAllStringIndex(s, -1), []int{len(s), len(s)}) {
			b.WriteString(r.pattern.ReplaceAllString(s[at:m[0]], "${1}"+r.mention+"${2}"))
			b.WriteString(s[m[0]:m[1]])
			at = m[1]
		}
		if b.String() == s {
			break
		}
		s, changed = b.String(), true
	}
	return s, changed
}

var mentions = regexp.MustCompile(`\{person:[0-9a-fA-F-]{36}\}`)

// JSON gives a JSON document without the names in the texts of the fields that are
// named, of every field where none is. Of one that cannot be read the names go
// wherever they stand: there is nothing left in it to break.
func (r Redactor) JSON(text []byte, fields ...string) (out []byte, changed bool) {
	var v any
	if from := json.NewDecoder(bytes.NewReader(text)); json.Valid(text) {
		from.UseNumber()
		if from.Decode(&v) != nil {
			return text, false
		}
	} else {
		words, is := r.Words(string(text))
		return []byte(words), is
	}
	if v, changed = r.within(v, len(fields) == 0, fields); !changed {
		return text, false
	}
	out, err := json.Marshal(v)
	return out, err == nil
}

// within redacts a value of JSON; here says that it stands in a field that is meant.
func (r Redactor) within(v any, here bool, fields []string) (any, bool) {
	some := false
	switch w := v.(type) {
	case string:
		if here {
			return r.Words(w)
		}
	case []any:
		for i := range w {
			var is bool
			w[i], is = r.within(w[i], here, fields)
			some = some || is
		}
	case map[string]any:
		for k := range w {
			var is bool
			w[k], is = r.within(w[k], here || slices.Contains(fields, k), fields)
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
