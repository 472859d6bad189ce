package eventlog

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// TestTimesByAZonesClocks: another spelling of the same instant, across the
// change of clocks; an event without a time has none.
func TestTimesByAZonesClocks(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder()
	c := b.Case("c")
	for _, at := range []time.Time{time.Date(2024, 3, 30, 23, 0, 0, 0, time.UTC), time.Date(2024, 3, 31, 22, 0, 0, 500_000_000, time.UTC), {}} {
		b.Event(c, "x", Micros(at))
	}
	l, _ := b.Build()
	local := l.In(berlin)
	for e, want := range []struct{ utc, berlin string }{{"2024-03-30T23:00:00Z", "2024-03-31T00:00:00+01:00"}, {"2024-03-31T22:00:00.5Z", "2024-04-01T00:00:00.5+02:00"}, {"", ""}} {
		if l.TimeWord(e) != want.utc || local.TimeWord(e) != want.berlin {
			t.Errorf("event %d: %q and %q, want %q and %q", e, l.TimeWord(e), local.TimeWord(e), want.utc, want.berlin)
		}
		if us, zoned, ok := ParseInstant([]byte(local.TimeWord(e))); want.berlin != "" && (!ok || !zoned || us != l.Times()[e]) {
			t.Errorf("event %d: %q is read as %d", e, local.TimeWord(e), us)
		}
	}
}
