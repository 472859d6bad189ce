package operation

import (
	"encoding/json"
	"reflect"
	"slices"
)

// A form carries a token that was made when it was shown. What is written with
// one is kept with a digest of the words, so that a form that is sent twice
// writes once, and a token that comes again with other words is not mistaken
// for the same form.

// notWords are the fields of an input that say nothing: which form it was, when
// its page was made, and the deal, which is part of the token's key.
var notWords = []string{"Once", "Seen", "ID"}

// wordsOf spells what an input says, the same for the same words.
func wordsOf(op string, in any) []byte {
	v := reflect.ValueOf(in).Elem()
	if v.Kind() != reflect.Struct {
		return nil
	}
	out := []byte(op)
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous || !f.IsExported() || slices.Contains(notWords, f.Name) || v.FieldByIndex(f.Index).IsZero() {
			continue
		}
		said, err := json.Marshal(v.FieldByIndex(f.Index).Interface())
		if err != nil {
			continue // nothing that a face could have sent
		}
		out = append(append(append(out, 0), f.Name...), 0)
		out = append(out, said...)
	}
	return out
}
