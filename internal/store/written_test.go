package store_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

var written = store.Written{
	Facts: 300, Deals: []throughline.DealID{{1}, {2}}, People: []throughline.PersonID{{3}}, Accounts: []throughline.AccountID{{4}}, Records: []throughline.ID{{5}, {6}, {7}},
	Imports: []throughline.ID{{8}}, Forecasts: []throughline.ID{{9}}, Playbooks: []string{"a1", ""}, Settings: []string{"timezone"},
}

// TestWrittenComesBack, whatever of it there is.
func TestWrittenComesBack(t *testing.T) {
	for _, w := range []store.Written{{}, {Whole: true}, {Register: true}, {Whole: true, Register: true}, written} {
		got, err := store.DecodeWritten(store.EncodeWritten(w))
		if err != nil || !reflect.DeepEqual(got, w) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, w)
		}
	}
	if w := written; (&store.Written{Number: 7}).Empty() != true || w.Empty() {
		t.Error("what is empty is not told from what is not")
	}
}

// FuzzDecodeWritten: anything is read or refused, and what is read is written as it was.
func FuzzDecodeWritten(f *testing.F) {
	f.Add(store.EncodeWritten(written))
	f.Add([]byte{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := store.DecodeWritten(b)
		if err != nil {
			return
		}
		again, err := store.DecodeWritten(store.EncodeWritten(w))
		if err != nil || !reflect.DeepEqual(again, w) {
			t.Errorf("%x reads as %+v, and that as %+v, %v", bytes.Clone(b), w, again, err)
		}
	})
}
