package segment_test

import (
	"testing"

	"github.com/throughline/throughline/internal/segment"
)

func rule(op segment.Op, attr string, vs ...segment.Value) segment.Rule {
	return segment.Rule{Op: op, Attr: attr, Values: vs}
}

func TestHolds(t *testing.T) {
	federal := rule(segment.Equal, "region", segment.TextOf("federal"))
	large := rule(segment.AtLeast, "seats", segment.NumberOf(100))
	both := segment.Rule{Op: segment.And, Subs: []segment.Rule{federal, large}}
	tests := []struct {
		rule  segment.Rule
		attrs map[string]string
		want  bool
	}{
		{segment.Rule{}, nil, true},
		{federal, map[string]string{"region": "federal"}, true},
		{federal, nil, false},
		{large, map[string]string{"seats": "99.5"}, false},
		{large, map[string]string{"seats": " 100 "}, true},
		{large, map[string]string{"seats": "many"}, false},
		{large, map[string]string{"seats": "NaN"}, false},
		{both, map[string]string{"seats": "500", "region": "federal"}, true},
		{both, map[string]string{"seats": "500"}, false},
		{segment.Rule{Op: segment.Or, Subs: []segment.Rule{federal, large}}, map[string]string{"seats": "500"}, true},
		{segment.Rule{Op: segment.Not, Subs: []segment.Rule{federal}}, nil, true},
		{rule(segment.Differs, "region", segment.TextOf("federal")), nil, true},
		{rule(segment.In, "region", segment.TextOf("north"), segment.TextOf("south")), map[string]string{"region": "south"}, true},
		{rule(segment.Known, "region"), map[string]string{"region": ""}, true},
		{rule(segment.Known, "region"), nil, false},
	}
	for _, tt := range tests {
		if got := tt.rule.Holds(tt.attrs); got != tt.want {
			t.Errorf("%s on %v is %v", tt.rule, tt.attrs, got)
		}
	}
}

func TestSpelling(t *testing.T) {
	r := segment.Rule{Op: segment.And, Subs: []segment.Rule{
		rule(segment.In, "region", segment.TextOf("a\"b"), segment.TextOf("c")),
		{Op: segment.Or, Subs: []segment.Rule{rule(segment.AtMost, "seats of it", segment.NumberOf(10)), {Op: segment.Not, Subs: []segment.Rule{rule(segment.Known, "x")}}}}}}
	if got, want := r.String(), `region in ["a\"b", "c"] && (attr["seats of it"] <= 10.0 || !("x" in attr))`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := r.Attrs(); len(got) != 3 || r.Size() != 9 {
		t.Errorf("attributes %v, size %d", got, r.Size())
	}
}
