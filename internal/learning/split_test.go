package learning

import "testing"

// TestPartsDiffer: parts that end alike do not differ, parts that end otherwise
// do, and parts of a few deals tell nothing.
func TestPartsDiffer(t *testing.T) {
	part := func(won, lost, none int) PartShare { return PartShare{Won: won, Lost: lost, NoDecision: none} }
	for _, c := range []struct {
		what  string
		parts []PartShare
		want  bool
	}{
		{"alike", []PartShare{part(30, 20, 50), part(60, 40, 100)}, false},
		{"a little apart", []PartShare{part(30, 20, 50), part(36, 18, 46)}, false},
		{"far apart", []PartShare{part(30, 20, 50), part(80, 10, 10)}, true},
		{"one of three apart", []PartShare{part(30, 20, 50), part(31, 19, 50), part(5, 5, 90)}, true},
		{"far apart, of a few", []PartShare{part(30, 20, 50), part(15, 1, 0)}, false},
		{"one end alone", []PartShare{part(30, 0, 0), part(80, 0, 0)}, false},
		{"one", []PartShare{part(30, 20, 50)}, false},
		{"none", nil, false},
	} {
		if got := differ(c.parts, 2.33); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

// TestARangeIsRead: as it is typed.
func TestARangeIsRead(t *testing.T) {
	for words, want := range map[string][2]float64{"0..10": {0, 10}, " 5 ": {5, 5}, "10..0": {0, 10}, "-3..4.5": {-3, 4.5}} {
		if a, b, err := between(words); err != nil || a != want[0] || b != want[1] {
			t.Errorf("%q: %g %g %v", words, a, b, err)
		}
	}
	for _, words := range []string{"", "a..b", "1..", "NaN", "Inf..2", "1..2..3"} {
		if _, _, err := between(words); err == nil {
			t.Errorf("%q is taken", words)
		}
	}
}
