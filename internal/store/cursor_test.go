package store_test

import (
	"reflect"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FuzzDecodeCursor: anything is read or refused, and what is read is spelt as it was.
func FuzzDecodeCursor(f *testing.F) {
	for _, c := range []store.Cursor{{}, {Order: store.ByTitle, Turned: true, Deal: throughline.DealID{1}, Key: []any{"rota, ü\x00"}}, {Order: store.ByQuestion, Key: []any{int64(1), int64(-9), int64(1 << 60)}}} {
		back, err := store.DecodeCursor(c.String())
		if err != nil || !reflect.DeepEqual(back, c) {
			f.Errorf("%+v came back as %+v, %v", c, back, err)
		}
		f.Add(c.String())
	}
	f.Add("")
	f.Fuzz(func(t *testing.T, word string) {
		if c, err := store.DecodeCursor(word); err == nil && c.String() != word {
			t.Errorf("%q is read as %q", word, c.String())
		}
	})
}
