package eventlog

import (
	"slices"
	"testing"
)

// TestDoings folds by hand: what starts, pauses, goes on and completes is one
// doing, at the time it began; two of one activity may be under way at once.
func TestDoings(t *testing.T) {
	const hour = int64(3600e6)
	b := NewBuilder()
	c := b.Case("a")
	col := b.EventColumn(LifecycleAttr)
	add := func(activity, transition string, at int64) {
		e := b.Event(c, activity, at*hour)
		if transition != "" {
			col.Set(e, TextValue(transition))
		}
	}
	add("survey", "schedule", 0) // planned: no doing yet
	add("survey", "start", 1)
	add("quote", "start", 2)
	add("survey", "suspend", 3)
	add("survey", "resume", 6)
	add("quote", "start", 7) // a second, before the first is done
	add("survey", "complete", 8)
	add("quote", "complete", 9)
	add("quote", "complete", 10)
	add("sign", "complete", 12) // nobody said when it began
	add("call", "", 13)
	l, found := b.Build()
	if len(found) > 0 {
		t.Fatal(found)
	}
	d := l.Doings()
	var names []string
	for _, a := range d.Activity() {
		names = append(names, d.ActivityName(a))
	}
	if want := []string{"survey", "quote", "quote", "sign", "call"}; !slices.Equal(names, want) {
		t.Errorf("doings are %v, want %v", names, want)
	}
	is := func(what string, got []int64, want ...int64) {
		t.Helper()
		for i := range want {
			if want[i] != NoTime {
				want[i] *= hour
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	is("begun", d.Times(), 1, 2, 7, 12, 13)
	is("ended", d.Ended, 8, 9, 10, 12, 13)
	is("worked", d.Worked, 4, 7, 3, NoTime, NoTime)
	is("busy", d.Busy, 9)
	if want := []int{-1, 0, 1, 0, 0, 2, 0, 1, 2, 3, 4}; !slices.Equal(at(d, l.Events()), want) {
		t.Errorf("events belong to %v, want %v", at(d, l.Events()), want)
	}
	if v := d.Variants(d.All()); len(v) != 1 || len(v[0].Activities) != 5 {
		t.Errorf("ways: %v", v)
	}
}

func at(d *Doings, events int) (out []int) {
	for e := range events {
		out = append(out, d.At(e))
	}
	return out
}

// TestDoingsOfPlainLogs: where events do not say, the log is what it was.
func TestDoingsOfPlainLogs(t *testing.T) {
	b := NewBuilder()
	b.Event(b.Case("a"), "x", 5)
	l, _ := b.Build()
	if d := l.Doings(); d.Log != l || d.End(0) != 5 || d.At(0) != 0 {
		t.Errorf("%+v", d)
	}
}
