package column

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		names string
		want  Want
		got   string // case, activity, time; or the checks
	}{
		{"case:concept:name,concept:name,time:timestamp,org:resource", Want{}, "case:concept:name,concept:name,time:timestamp"},
		{",Case ID,Activity,Resource,Start Timestamp,Complete Timestamp,outcome", Want{}, "Case ID,Activity,Complete Timestamp"},
		{"task,caseid,user,Activity_1,end_timestamp,start_timestamp", Want{}, "caseid,task,end_timestamp"},
		{"a,b,c", Want{Case: "c", Activity: "a", Time: "b"}, "c,a,b"},
		{"a,activity,time", Want{Case: "A"}, "table-refused near a"},
		{"case,activity,time", Want{Case: "activity"}, "table-refused near "},
		{"a,b", Want{}, "table-refused near ,table-refused near ,table-refused near "},
		{"case,activity,time,case", Want{}, "case,activity,time"},
	} {
		p, found := Of(strings.Split(c.names, ","), c.want)
		var got []string
		if found.Errors() {
			for _, f := range found {
				got = append(got, f.Check+" near "+f.Nearest)
			}
		} else {
			for _, u := range []Use{CaseID, Activity, Instant} {
				got = append(got, p.Names[p.At[u]])
			}
		}
		if strings.Join(got, ",") != c.got {
			t.Errorf("%s: %q, want %q", c.names, got, c.got)
		}
	}
	p, _ := Of([]string{"case", "activity", "time", "", "x", "x", "case:y", "case:"}, Want{})
	if got := strings.Join(p.Names, "|"); got != "case|activity|time|column 4|x|x (2)|case:y|case:" {
		t.Error(got)
	}
	if p.Uses[6] != CaseAttr || p.Uses[7] != EventAttr {
		t.Error(p.Uses)
	}
}
