package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"reflect"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Hash is the SHA-256 of what a playbook says, in lower-case hexadecimal.
// Where its values stand, in which file order keys were written and which
// fields are empty make no difference, so that a playbook keeps its hash when
// its files are only tidied or the model learns a new optional field.
func Hash(p *playbook.Playbook) string {
	h := sha256.New()
	write(h, reflect.ValueOf(*p))
	return hex.EncodeToString(h.Sum(nil))
}

var place = reflect.TypeFor[diag.Range]()

func write(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		fmt.Fprint(h, "{")
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Type == place || f.Name == "Hash" || empty(v.Field(i)) {
				continue
			}
			fmt.Fprintf(h, "%s:", f.Name)
			write(h, v.Field(i))
		}
		fmt.Fprint(h, "}")
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		fmt.Fprint(h, "(")
		for _, k := range keys {
			fmt.Fprintf(h, "%q:", fmt.Sprint(k))
			write(h, v.MapIndex(k))
		}
		fmt.Fprint(h, ")")
	case reflect.Slice, reflect.Array:
		fmt.Fprint(h, "[")
		for i := range v.Len() {
			write(h, v.Index(i))
			fmt.Fprint(h, ",")
		}
		fmt.Fprint(h, "]")
	case reflect.String:
		fmt.Fprintf(h, "%q", v.String())
	default:
		fmt.Fprintf(h, "%v", v.Interface())
	}
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
