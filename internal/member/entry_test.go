package member

import (
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// TestWhoTookItGivesItBack: one of ours, groups and a directory each take access away
// and give back what they took; one of ours gives all back.
func TestWhoTookItGivesItBack(t *testing.T) {
	ann := throughline.ID{1}
	ours, groups, directory := Body{}, Body{Provider: true}, Body{Directory: true}
	both := Body{Provider: true, Directory: true} // groups in the directory
	type said struct {
		kind string
		body Body
	}
	left, back := func(b Body) said { return said{Left, b} }, func(b Body) said { return said{Returned, b} }
	for _, c := range []struct {
		lines                []said
		here, told, off, out bool
	}{
		{[]said{left(directory)}, false, false, true, false},
		{[]said{left(directory), back(directory)}, true, false, false, false},
		{[]said{left(directory), back(groups)}, false, false, true, false},
		{[]said{left(groups), back(groups)}, true, false, false, false},
		{[]said{left(both)}, false, true, false, false},
		{[]said{left(both), back(directory)}, false, true, false, false},
		{[]said{left(directory), left(groups)}, false, false, true, false},
		{[]said{left(directory), left(groups), back(directory)}, false, true, false, false},
		{[]said{left(directory), left(groups), back(both)}, false, false, true, false},
		{[]said{left(ours), left(directory), back(directory)}, false, false, false, true},
		{[]said{left(directory), left(ours), back(directory)}, false, false, false, true},
		{[]said{left(groups), left(ours), back(groups)}, false, false, false, true},
		{[]said{left(ours), left(directory), left(groups), back(ours)}, true, false, false, false},
	} {
		lines := []Line{line(ann, Added, 0, Body{Name: "Ann", Email: "a@x.de", Role: Seller}), line(ann, Chosen, 1, Body{Sealed: "x"})}
		for i, s := range c.lines {
			lines = append(lines, line(ann, s.kind, 2+i, s.body))
		}
		u := FoldUsers(lines)[0]
		if u.Here() != c.here || u.Told() != c.told || u.Off() != c.off || u.Dismissed() != c.out || u.Gone.IsZero() != c.here {
			t.Errorf("%v: here %v, told %v, off %v, dismissed %v", c.lines, u.Here(), u.Told(), u.Off(), u.Dismissed())
		}
		kept := !slices.ContainsFunc(c.lines, func(s said) bool { return s.kind == Left && !s.body.Directory })
		if (u.Sealed != "") != kept {
			t.Errorf("%v: a password is left: %v", c.lines, u.Sealed)
		}
	}
}

// TestWhatADirectoryKeeps: names and addresses follow it; whoever is struck is one whom
// it keeps no longer, until it enters them again.
func TestWhatADirectoryKeeps(t *testing.T) {
	ann := throughline.ID{1}
	e := &Entry{UserName: "ann@x.de"}
	lines := []Line{
		line(ann, Added, 0, Body{Name: "Ann", Email: "ann@x.de", Role: Reader, Entry: e, Out: true}),
		line(ann, Entered, 1, Body{Name: "Anna", Email: "anna@x.de", Entry: e}),
	}
	all := FoldUsers(lines)
	if len(all) != 1 || all[0].Name != "Anna" || all[0].Email != "anna@x.de" || all[0].Here() || !all[0].Told() || all[0].Entry == nil || !all[0].Touched.Equal(noon.Add(time.Hour)) {
		t.Fatalf("%+v", all)
	}
	lines = append(lines, line(ann, Struck, 2, Body{}))
	if u := FoldUsers(lines)[0]; !u.Struck() || u.Entry != nil || u.Name != "Anna" {
		t.Errorf("%+v", u)
	}
	lines = append(lines, line(ann, Entered, 3, Body{Name: "Ann", Email: "ann@x.de", Entry: e}))
	if u := FoldUsers(lines)[0]; u.Struck() || u.Entry == nil {
		t.Errorf("%+v", u)
	}
}

// TestWhoeverTheDirectoryAwaits is known by a verified address, once; somebody who has
// an account already is not, nor whom it has switched off.
func TestWhoeverTheDirectoryAwaits(t *testing.T) {
	ann := throughline.ID{1}
	e := &Entry{UserName: "ann@x.de"}
	added := line(ann, Added, 0, Body{Name: "Ann", Email: "ann@x.de", Role: Seller, Entry: e})
	v := Vouched{Issuer: "i", Subject: "s", Email: "ann@x.de", Verified: true}
	judge := func(v Vouched, lines ...Line) Verdict {
		return Rules{New: true, Role: Seller}.Judge(FoldUsers(append([]Line{added}, lines...)), v, noon.Add(9*time.Hour))
	}
	if got := judge(v); !got.In || !got.Bind || got.Return || got.User == nil {
		t.Errorf("%+v", got)
	}
	if got := judge(v, line(ann, Left, 1, Body{Provider: true})); !got.In || !got.Bind || !got.Return {
		t.Errorf("whom groups let in: %+v", got)
	}
	unverified := v
	unverified.Verified = false
	for name, got := range map[string]Verdict{
		"not verified":     judge(unverified),
		"has a password":   judge(v, line(ann, Chosen, 1, Body{Sealed: "x"})),
		"is bound already": judge(v, line(ann, Bound, 1, Body{Issuer: "i", Subject: "other"})),
		"switched off":     judge(v, line(ann, Left, 1, Body{Directory: true})),
		"sent away":        judge(v, line(ann, Left, 1, Body{})),
		"struck":           judge(v, line(ann, Left, 1, Body{Directory: true}), line(ann, Struck, 1, Body{})),
	} {
		if got.In {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestTheDirectorysGroupsCount once it has kept one that is mapped, for those whom it
// keeps; before, and for others, a provider's do. A group that is no more counts as none.
func TestTheDirectorysGroupsCount(t *testing.T) {
	g, ann := throughline.ID{9}, throughline.PersonID{1}
	r := Rules{Groups: map[string]Role{"sales": Seller, "ext": Manager}, Teams: map[string]string{"north": "North"}}
	u := &User{ID: ann, Role: Reader, Entry: &Entry{UserName: "a"}}
	told := []string{"it"}
	check := func(kept Groups, u *User, want []string, own bool, due ...string) {
		t.Helper()
		if got, is := r.RoleGroups(u, kept, told); !slices.Equal(got, want) || is != own {
			t.Errorf("%v, %v", got, is)
		}
		var kinds []string
		for _, s := range r.Due(u, kept) {
			kinds = append(kinds, s.Kind+" "+string(s.Body.Role))
		}
		if !slices.Equal(kinds, due) {
			t.Errorf("due %q, want %q", kinds, due)
		}
	}
	made := func(name, external string) Line { return line(g, Made, 0, Body{Name: name, External: external}) }
	in := line(g, Joined, 1, Body{User: ann})
	check(FoldGroups([]Line{made("unmapped", ""), in}), u, told, false)
	check(FoldGroups([]Line{made("north", ""), in}), u, told, false) // of a team alone
	check(FoldGroups([]Line{made("sales", "")}), u, nil, true, "left ")
	check(FoldGroups([]Line{made("sales", ""), in}), u, []string{"sales"}, true, "changed seller")
	check(FoldGroups([]Line{made("Whatever", "ext"), in}), u, []string{"Whatever", "ext"}, true, "changed manager")
	named := func(name string) Line { return line(throughline.ID{8}, Made, 0, Body{Name: name, External: "ext"}) } // what the directory called one is no other's name
	check(FoldGroups([]Line{named("Heads"), made("ext", ""), in}), u, nil, true, "left ")
	check(FoldGroups([]Line{named("Heads"), line(throughline.ID{8}, Dissolved, 1, Body{}), made("ext", ""), in}), u, nil, true, "left ")
	check(FoldGroups([]Line{made("other", ""), in}).With(Team{ID: g, Name: "Heads", External: "ext", Members: []throughline.PersonID{ann}}), u, []string{"Heads", "ext"}, true, "changed manager")
	check(FoldGroups([]Line{made("sales", ""), in, line(g, Dissolved, 2, Body{})}), u, nil, true, "left ")
	check(FoldGroups([]Line{made("sales", ""), in, line(g, Renamed, 2, Body{Name: "other"})}), u, []string{"other"}, true, "left ")
	check(FoldGroups([]Line{made("sales", ""), in}), &User{ID: ann, Role: Reader}, told, false)
	check(FoldGroups([]Line{made("sales", ""), in}), &User{ID: ann, Role: Seller, Entry: u.Entry, away: byGroups}, []string{"sales"}, true, "returned ")
	check(FoldGroups([]Line{made("sales", ""), in}), &User{ID: ann, Role: Admin, Entry: u.Entry, away: byGroups | byOurs}, []string{"sales"}, true, "changed seller", "returned ")
	check(FoldGroups([]Line{made("sales", "")}), &User{ID: ann, Role: Seller, Entry: u.Entry, away: byGroups}, nil, true)
	if names, own := r.TeamGroups(u, FoldGroups([]Line{made("north", ""), in}), told); !own || !slices.Equal(names, []string{"north"}) {
		t.Errorf("%v, %v", names, own)
	}
}
