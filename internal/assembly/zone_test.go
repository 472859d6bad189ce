package assembly_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
)

// TestWhoseDaysAreCounted: what a command names goes before what the company
// has settled, and that before the machine.
func TestWhoseDaysAreCounted(t *testing.T) {
	now := time.Date(2024, 3, 31, 11, 30, 0, 0, time.UTC)
	h := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 2))}
	db := filepath.Join(t.TempDir(), "x.db")
	open := func(zone string) (*operation.Desk, func() error) {
		t.Helper()
		d, done, err := h.Open(cli.Where{DB: db, Timezone: zone}, true, true)
		if err != nil {
			t.Fatal(err)
		}
		return d, done
	}
	for _, c := range []struct {
		settle, named string
		zone, today   string
	}{
		{"", "", time.Local.String(), throughline.DayOf(now, time.Local).String()},
		{"", "America/Phoenix", "America/Phoenix", "2024-03-31"},
		{"Pacific/Auckland", "", "Pacific/Auckland", "2024-04-01"},
		{"Pacific/Auckland", "America/Phoenix", "America/Phoenix", "2024-03-31"},
		{"default", "", time.Local.String(), throughline.DayOf(now, time.Local).String()},
	} {
		if c.settle != "" {
			d, done := open("")
			if _, err := operation.ManageSettings.Run(t.Context(), d, &caretaking.SettingsInput{Name: "timezone", Value: c.settle}); err != nil {
				t.Fatal(err)
			}
			if err := done(); err != nil {
				t.Fatal(err)
			}
		}
		d, done := open(c.named)
		if d.Days().String() != c.zone || d.Today().String() != c.today {
			t.Errorf("settled %q, named %q: days of %s, today %s; want %s, %s", c.settle, c.named, d.Days(), d.Today(), c.zone, c.today)
		}
		if err := done(); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := h.Open(cli.Where{DB: db, Timezone: "Mars/Olympus"}, true, true); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a zone that is none: %v", err)
	}
}
