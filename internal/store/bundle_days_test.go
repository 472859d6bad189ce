package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestEveryDayInABodyIsHeldToTheCalendar: a day that no page can show is
// refused in every kind of fact that has one.
func TestEveryDayInABodyIsHeldToTheCalendar(t *testing.T) {
	day := reflect.TypeFor[throughline.Day]()
	far := throughline.DayOf(time.Date(15000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	n := 0
	for _, k := range deal.Kinds() {
		zero, err := deal.DecodeBody(k, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range reflect.TypeOf(zero).NumField() {
			if reflect.TypeOf(zero).Field(i).Type != day {
				continue
			}
			n++
			body := reflect.New(reflect.TypeOf(zero)).Elem()
			body.Field(i).Set(reflect.ValueOf(far))
			f := deal.Fact{ID: throughline.FactID{1}, Deal: throughline.DealID{1}, Learned: time.Unix(0, 0), Recorded: time.Unix(0, 0), Body: body.Interface().(deal.Body)}
			if _, err := store.Entries([]deal.Fact{f}); err == nil {
				t.Errorf("%s: %s in the year 15000 was taken", k, body.Type().Field(i).Name)
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d days were tried", n)
	}
}
