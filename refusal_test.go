package throughline_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/throughline/throughline"
)

// TestARefusalIsAValue: it is found under what wraps it, with its code and its
// arguments as they are; its sentence takes their values in turn.
func TestARefusalIsAValue(t *testing.T) {
	var err error = throughline.Fail("record note", throughline.Invalid, "x", fmt.Errorf("the note: %w", throughline.Refuse("long", "%d bytes are more than %d", "n", 70, "most", 64)))
	var r *throughline.Refusal
	if !errors.As(err, &r) || r.Code != "long" || len(r.Args) != 4 || r.Args[1] != 70 {
		t.Fatalf("%+v", r)
	}
	if got := err.Error(); got != "record note x: the note: 70 bytes are more than 64" {
		t.Error(got)
	}
	if got := throughline.Refuse("plain", "100 % is all there is").Error(); got != "100 % is all there is" {
		t.Error(got)
	}
	_, err = throughline.ParseDay("soon")
	if !errors.As(err, &r) || r.Code != "no_day" {
		t.Errorf("a day that is none is refused as %v", err)
	}
}
