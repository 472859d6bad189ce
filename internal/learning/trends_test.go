package learning

import (
	"testing"
	"time"
)

// TestAQuarterIsOfTheFiscalYear: a quarter counts from the month in which the
// company's year begins.
func TestAQuarterIsOfTheFiscalYear(t *testing.T) {
	day := time.Date(2026, time.February, 10, 0, 0, 0, 0, time.UTC)
	for begins, want := range map[time.Month]string{time.January: "2026-Q1", time.April: "2025-Q4", time.February: "2026-Q1", time.October: "2025-Q2"} {
		if got := quarterOf(day, begins); got != want {
			t.Errorf("a year from %s: %s, not %s", begins, got, want)
		}
	}
}
