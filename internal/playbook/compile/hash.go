package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Hash is the SHA-256 of what a playbook says, in lower-case hexadecimal.
// Where its values stand, in which file order keys were written and which
// fields are empty make no difference, so that a playbook keeps its hash when
// its files are only tidied or the model learns a new optional field. Words that
// the program implies belong to none of its files and do not count either.
func Hash(p *playbook.Playbook) string {
	said := *p
	said.Mapping = p.Mapping.Said()
	sum := sha256.Sum256(write(nil, reflect.ValueOf(said)))
	return hex.EncodeToString(sum[:])
}

var place = reflect.TypeFor[diag.Range]()

// write appends a value in a form in which different values differ: texts are
// quoted, fields named, map keys sorted.
func write(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		b = append(b, '{')
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Type == place || f.Name == "Hash" || f.Name == "Files" || f.Name == "Core" || f.Name == "Library" || f.Name == "Defaults" ||
				f.Name == "Tests" ||
				empty(v.Field(i)) {
				continue
			}
			b = append(append(b, f.Name...), ':')
			b = write(b, v.Field(i))
		}
		return append(b, '}')
	case reflect.Map:
		b = append(b, '(')
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, k := range keys {
			b = append(strconv.AppendQuote(b, k.String()), ':')
			b = write(b, v.MapIndex(k))
		}
		return append(b, ')')
	case reflect.Slice, reflect.Array:
		b = append(b, '[')
		for i := range v.Len() {
			b = append(write(b, v.Index(i)), ',')
		}
		return append(b, ']')
	case reflect.String:
		return strconv.AppendQuote(b, v.String())
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint8:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64)
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	}
	panic("a playbook holds a " + v.Type().String() + ", which has no canonical form") // caught by the first test of a new field
}

// empty reports whether a value says nothing, wherever that nothing stands.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Type != place && !empty(v.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}
