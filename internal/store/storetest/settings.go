package storetest

import (
	"context"
	"reflect"
	"testing"

	"github.com/throughline/throughline/internal/store"
)

// settings: of each name the last one holds, whenever it says it was written;
// an empty one takes back; workspaces keep their own.
func settings(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	say := func(name, value string, day int) {
		t.Helper()
		if err := l.Settle(ctx, ws, store.Setting{Name: name, Value: value, Since: day0.AddDate(0, 0, day)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := must[[]store.Setting](t)(l.Settings(ctx, ws)); len(got) != 0 {
		t.Errorf("an empty ledger has settled %v", got)
	}
	say("timezone", "Asia/Tokyo", 2)
	say("other", "x", 0)
	say("timezone", "Europe/Berlin", 1)
	say("gone", "y", 0)
	say("gone", "", 1)
	want := []store.Setting{
		{Name: "other", Value: "x", Since: day0.UTC().Truncate(1000)},
		{Name: "timezone", Value: "Europe/Berlin", Since: day0.AddDate(0, 0, 1)},
	}
	if got := must[[]store.Setting](t)(l.Settings(ctx, ws)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	past := []store.Setting{
		{Name: "gone", Value: "y", Since: day0.UTC().Truncate(1000)},
		{Name: "gone", Since: day0.AddDate(0, 0, 1)},
		want[0],
		{Name: "timezone", Value: "Asia/Tokyo", Since: day0.AddDate(0, 0, 2)},
		want[1],
	}
	if got := must[[]store.Setting](t)(l.SettingsPast(ctx, ws)); !reflect.DeepEqual(got, past) {
		t.Errorf("what was settled once is %v, not %v", got, past)
	}
	if got := must[[]store.Setting](t)(l.Settings(ctx, other)); len(got) != 0 {
		t.Errorf("another workspace sees %v", got)
	}
	if err := l.Settle(ctx, ws, store.Setting{Value: "z", Since: day0}); err == nil {
		t.Error("a setting without a name was kept")
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}
