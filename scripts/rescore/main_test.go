package main

import (
	"strings"
	"testing"
)

func TestRescore(t *testing.T) {
	const table = "case,origin,origin_day,horizon_days,model,won,lost,no_decision,open,came\n" +
		"a,2026-01-01T00:00:00Z,20454,30,hazards,0.5,,0.25,0.25,won\n" +
		"b,2026-01-01T00:00:00Z,20454,30,hazards,0.1,,0.1,0.8,open\n"
	var out strings.Builder
	if err := rescore(strings.NewReader(table), &out); err != nil {
		t.Fatal(err)
	}
	// Brier: (0.25 + 0.0625 + 0.0625 + 0.01 + 0.01 + 0.04) / 2; log: (ln 2 + ln 1.25) / 2.
	if got := out.String(); !strings.Contains(got, "n      2  brier 0.217500  log 0.458145") {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"case,model\n", strings.Replace(table, "0.8,open", "0.7,open", 1), strings.Replace(table, "0.5", "half", 1), strings.Replace(table, ",won\n", ",nothing\n", 1)} {
		if err := rescore(strings.NewReader(bad), &out); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
