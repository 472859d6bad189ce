package api

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/throughline/throughline/internal/operation"
)

// picked are the fields of an answer that were asked for, by name; an empty one is
// taken whole.
type picked map[string]picked

const longestFields = 4000

// fieldsOf reads which fields of an answer a request asks for; nil for all. One that
// the answer's shape does not have is refused.
func fieldsOf(op operation.Operation, r *http.Request) (picked, error) {
	words := strings.Join(r.URL.Query()["fields"], ",")
	if op.Effect == operation.Writes || words == "" {
		return nil, nil
	}
	if len(words) > longestFields {
		return nil, &huma.ErrorDetail{Message: "these are too many", Location: "query.fields"}
	}
	out, whole := picked{}, map[string]bool{}
	list := strings.Split(words, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(len(a), len(b)) }) // what is asked for whole before its parts
	for _, word := range list {
		if word == "" {
			continue
		}
		if !has(op.Output(), strings.Split(word, ".")) {
			return nil, &huma.ErrorDetail{Message: "the answer has no such field", Location: "query.fields", Value: word}
		}
		if whole[word] = true; above(whole, word) {
			continue
		}
		at := out
		for name := range strings.SplitSeq(word, ".") {
			if at[name] == nil {
				at[name] = picked{}
			}
			at = at[name]
		}
	}
	return out, nil
}

// above reports whether what a word goes into is asked for whole.
func above(whole map[string]bool, word string) bool {
	for i := strings.LastIndexByte(word, '.'); i > 0; i = strings.LastIndexByte(word[:i], '.') {
		if whole[word[:i]] {
			return true
		}
	}
	return false
}

// has reports whether a shape may have a field. What writes its own JSON may have any.
func has(t reflect.Type, path []string) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		if own(t) {
			return true
		}
		t = t.Elem()
	}
	if len(path) == 0 || own(t) || t.Kind() == reflect.Interface {
		return true
	}
	if t.Kind() == reflect.Map {
		return has(t.Elem(), path[1:])
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name == path[0] {
			return has(f.Type, path[1:])
		}
	}
	return false
}

func own(t reflect.Type) bool {
	for _, t := range []reflect.Type{t, reflect.PointerTo(t)} {
		if t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			return true
		}
	}
	return false
}

// of leaves of an answer what was asked for, in the answer's own order.
func (p picked) of(text []byte) ([]byte, error) {
	if p == nil {
		return text, nil
	}
	out, err := p.from(text)
	return append(out, '\n'), err
}

func (p picked) from(text json.RawMessage) ([]byte, error) {
	text = bytes.TrimSpace(text)
	if len(p) == 0 || len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return text, nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	out := []byte{text[0]}
	for dec.More() {
		within := p
		var name []byte
		if text[0] == '{' {
			word, err := dec.Token()
			if err != nil {
				return nil, err
			}
			within = p[word.(string)]
			if name, err = json.Marshal(word); err != nil {
				return nil, err
			}
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		if within == nil {
			continue
		}
		part, err := within.from(value)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		if name != nil {
			out = append(append(out, name...), ':')
		}
		out = append(out, part...)
	}
	return append(out, text[0]+2), nil // '}' and ']' are two after what opens them
}
