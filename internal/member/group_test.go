package member_test

import (
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
)

// TestTeamsFold: what lines make of teams; those that say nothing make nothing.
func TestTeamsFold(t *testing.T) {
	north, south, ann, bo := throughline.ID{1}, throughline.ID{2}, throughline.PersonID{3}, throughline.PersonID{4}
	line := func(team throughline.ID, kind string, b member.Body) member.Line {
		return member.Line{Subject: team, Kind: kind, At: time.Unix(1, 0), Body: b.Encode()}
	}
	got := member.FoldTeams([]member.Line{
		line(south, member.Joined, member.Body{User: ann}), // of no team yet
		line(south, member.Made, member.Body{Name: "South"}), line(north, member.Made, member.Body{Name: "north"}),
		line(north, member.Joined, member.Body{User: ann}), line(north, member.Joined, member.Body{User: bo}), line(north, member.Joined, member.Body{User: bo}),
		{Subject: north, Kind: member.Renamed, Body: []byte("no json")}, {Subject: north, Kind: member.Joined, Body: []byte("{}")},
		line(north, member.Parted, member.Body{User: ann}), line(throughline.ID{5}, member.Made, member.Body{Name: "Gone"}),
		line(throughline.ID{5}, member.Dissolved, member.Body{}),
	})
	if len(got) != 2 || got[0].Name != "north" || !slices.Equal(got[0].Members, []throughline.PersonID{bo}) || got[1].Name != "South" || len(got[1].Members) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestMembershipsFollowGroups, and say nothing of a team that no group gives.
func TestMembershipsFollowGroups(t *testing.T) {
	r := member.Rules{Teams: map[string]string{"n1": "North", "n2": "North", "s": "South"}}
	in, out := r.Memberships([]string{"n2", "other"})
	if !slices.Equal(in, []string{"North"}) || !slices.Equal(out, []string{"South"}) {
		t.Errorf("in %v, out %v", in, out)
	}
	if in, out := (member.Rules{}).Memberships([]string{"n1"}); len(in)+len(out) > 0 {
		t.Errorf("in %v, out %v", in, out)
	}
}
