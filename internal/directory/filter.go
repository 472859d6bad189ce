package directory

import (
	"encoding/json"
	"slices"
	"strings"
)

// Filter is what a list is asked for. The zero Filter holds for all.
type Filter struct{ is *term }

// term is one node: a comparison, both of two, either, none, or one of several
// values for which something holds.
type term struct {
	kind  byte // '=' a comparison, '&', '|', '!', '[' of one value
	a, b  *term
	attr  string // in small letters, without the schema's name; dots lead deeper
	op    string // eq, ne, co, sw, ew, pr
	value any    // a string, a bool, nil
	exact bool   // letters count as they are written
}

// attributes are those that a filter may name, in small letters; true: letters count
// as they are written.
var (
	userAttributes = map[string]bool{"id": true, "externalid": true, "username": false, "displayname": false, "active": false, "name.formatted": false,
		"name.givenname": false, "name.familyname": false, "emails": false, "emails.value": false, "emails.type": false, "emails.primary": false}
	groupAttributes = map[string]bool{"id": true, "externalid": true, "displayname": false, "members": false, "members.value": false}
	// memberAttributes are those of one member, and of one address, in a path.
	memberAttributes = map[string]bool{"value": false}
	emailAttributes  = map[string]bool{"value": false, "type": false, "primary": false}
)

// FilterUsers reads a filter of people. Of what cannot be read it gives a Problem.
func FilterUsers(text string) (Filter, error) { return parseFilter(text, userAttributes) }

// FilterGroups reads a filter of groups.
func FilterGroups(text string) (Filter, error) { return parseFilter(text, groupAttributes) }

func parseFilter(text string, known map[string]bool) (Filter, error) {
	if strings.TrimSpace(text) == "" {
		return Filter{}, nil
	}
	if len(text) > mostFilter {
		return Filter{}, bad(InvalidFilter, "the filter has more than %d bytes", mostFilter)
	}
	p := &reader{text: text, known: known}
	t, err := p.either("", 0)
	if err == nil && p.rest() != "" {
		err = p.wrong("and or or")
	}
	if err != nil {
		return Filter{}, err
	}
	return Filter{t}, nil
}

// Holds reports whether a resource is one of those asked for.
func (f Filter) Holds(resource map[string]any) bool { return f.is == nil || f.is.holds(resource) }

func (t *term) holds(r map[string]any) bool {
	switch t.kind {
	case '&':
		return t.a.holds(r) && t.b.holds(r)
	case '|':
		return t.a.holds(r) || t.b.holds(r)
	case '!':
		return !t.a.holds(r)
	case '[':
		return slices.ContainsFunc(each(field(r, t.attr)), func(v any) bool {
			one, is := v.(map[string]any)
			return is && t.a.holds(one) && (t.b == nil || t.b.holds(one))
		})
	}
	first, deeper, _ := strings.Cut(t.attr, ".")
	values := each(field(r, first))
	if len(values) == 0 {
		values = []any{nil}
	}
	return slices.ContainsFunc(values, func(v any) bool {
		if one, is := v.(map[string]any); is {
			if deeper == "" {
				deeper = "value"
			}
			v = field(one, deeper)
		}
		return t.compare(v)
	})
}

func (t *term) compare(v any) bool {
	have, text := v.(string)
	want, _ := t.value.(string)
	if !t.exact {
		have, want = strings.ToLower(have), strings.ToLower(want)
	}
	switch t.op {
	case "pr":
		return v != nil && v != ""
	case "co":
		return text && strings.Contains(have, want)
	case "sw":
		return text && strings.HasPrefix(have, want)
	case "ew":
		return text && strings.HasSuffix(have, want)
	}
	same := false
	switch is := v.(type) {
	case nil:
		same = t.value == nil
	case bool:
		said, known := truth(t.value)
		same = known && said == is
	case string:
		_, said := t.value.(string)
		same = said && have == want || t.value == nil && have == ""
	}
	return same == (t.op == "eq")
}

// each gives the values of what may be one or several.
func each(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case []map[string]any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = one
		}
		return out
	}
	return []any{v}
}

// field gives a field by its name, whatever its letters; nil where there is none.
func field(m map[string]any, name string) any {
	if v, is := m[name]; is {
		return v
	}
	for key, v := range m {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

// reader goes along a filter or a path.
type reader struct {
	text  string
	at    int
	terms int
	known map[string]bool
}

func (p *reader) rest() string {
	p.at += len(p.text[p.at:]) - len(strings.TrimLeft(p.text[p.at:], " "))
	return p.text[p.at:]
}

func (p *reader) wrong(want string) error {
	return bad(InvalidFilter, "at byte %d of the filter: expected %s", p.at+1, want)
}

// take goes on behind a sign.
func (p *reader) take(sign string) bool {
	if !strings.HasPrefix(p.rest(), sign) {
		return false
	}
	p.at += len(sign)
	return true
}

// word goes on behind a word of the filter's own, which ends where a name would not go on.
func (p *reader) word(word string) bool {
	rest := p.rest()
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) || len(rest) > len(word) && inName(rest[len(word)]) {
		return false
	}
	p.at += len(word)
	return true
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_$:.-", c) >= 0
}

// name takes the name of an attribute.
func (p *reader) name() string {
	rest := p.rest()
	n := 0
	for n < len(rest) && inName(rest[n]) {
		n++
	}
	p.at += n
	return rest[:n]
}

func (p *reader) either(within string, depth int) (*term, error) {
	return p.several('|', "or", within, depth, p.both)
}

func (p *reader) both(within string, depth int) (*term, error) {
	return p.several('&', "and", within, depth, p.one)
}

func (p *reader) several(kind byte, word, within string, depth int, one func(string, int) (*term, error)) (*term, error) {
	t, err := one(within, depth)
	for err == nil && p.word(word) {
		var more *term
		if more, err = one(within, depth); err == nil {
			t = &term{kind: kind, a: t, b: more}
		}
	}
	return t, err
}

func (p *reader) one(within string, depth int) (*term, error) {
	if depth >= mostDepth {
		return nil, bad(InvalidFilter, "the filter is nested deeper than %d", mostDepth)
	}
	before := p.at
	not := p.word("not")
	if not && !strings.HasPrefix(p.rest(), "(") {
		not, p.at = false, before // an attribute of that name
	}
	if p.take("(") {
		t, err := p.either(within, depth+1)
		if err == nil && !p.take(")") {
			err = p.wrong(")")
		}
		if err == nil && not {
			t = &term{kind: '!', a: t}
		}
		return t, err
	}
	name := p.name()
	if name == "" {
		return nil, p.wrong("the name of an attribute")
	}
	attr, known := plain(name)
	if within == "" && known && strings.HasPrefix(p.rest(), "[") {
		return p.among(attr, depth)
	}
	return p.comparison(name, within, attr, known)
}

// among reads what has to hold for one of several values, and what may follow it.
func (p *reader) among(attr string, depth int) (*term, error) {
	p.take("[")
	inner, err := p.either(attr+".", depth+1)
	if err == nil && !p.take("]") {
		err = p.wrong("]")
	}
	if err != nil {
		return nil, err
	}
	t := &term{kind: '[', attr: attr, a: inner}
	if strings.HasPrefix(p.text[p.at:], ".") { // emails[type eq "work"].value eq "x", as Entra asks
		p.at++
		name := p.name()
		t.b, err = p.comparison(name, attr+".", strings.ToLower(name), true)
	}
	return t, err
}

func (p *reader) comparison(name, within, attr string, known bool) (*term, error) {
	exact, is := p.known[within+attr]
	if !is || !known {
		return nil, bad(InvalidFilter, "the filter names %q, by which nothing is found here", clip(name))
	}
	if p.terms++; p.terms > mostTerms {
		return nil, bad(InvalidFilter, "the filter compares more than %d things", mostTerms)
	}
	t := &term{kind: '=', attr: attr, exact: exact}
	op := strings.ToLower(p.name())
	switch op {
	case "pr":
		t.op = op
		return t, nil
	case "eq", "ne", "co", "sw", "ew":
		t.op = op
	default:
		return nil, bad(InvalidFilter, "the filter compares by %q; eq, ne, co, sw, ew and pr are known", clip(op))
	}
	var err error
	t.value, err = p.literal()
	if _, text := t.value.(string); err == nil && !text && op != "eq" && op != "ne" {
		err = p.wrong("a text in quotes")
	}
	return t, err
}

// literal reads a text in quotes, true, false or null.
func (p *reader) literal() (any, error) {
	for word, value := range map[string]any{"true": true, "false": false, "null": nil} {
		if p.word(word) {
			return value, nil
		}
	}
	rest := p.rest()
	if !strings.HasPrefix(rest, `"`) {
		return nil, p.wrong("a text in quotes, true, false or null")
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			var text string
			if json.Unmarshal([]byte(rest[:i+1]), &text) != nil {
				return nil, p.wrong("a text as JSON spells it")
			}
			p.at += i + 1
			return text, nil
		}
	}
	return nil, p.wrong("the end of a text")
}

// The names of the schemas, by which an attribute may be led.
const (
	UserSchema  = "urn:ietf:params:scim:schemas:core:2.0:User"
	GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// plain gives an attribute in small letters and without its schema; ok is false for
// one of a schema that is not known here.
func plain(name string) (attr string, ok bool) {
	if len(name) < 4 || !strings.EqualFold(name[:4], "urn:") {
		return strings.ToLower(name), true
	}
	at := strings.LastIndexByte(name, ':')
	schema := name[:at]
	return strings.ToLower(name[at+1:]), strings.EqualFold(schema, UserSchema) || strings.EqualFold(schema, GroupSchema)
}

func clip(text string) string {
	if len(text) > 60 {
		text = text[:60]
	}
	return strings.ToValidUTF8(text, "")
}
