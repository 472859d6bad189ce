package storetest

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// privately: what somebody keeps to themselves goes with them; somebody else's
// name goes out of it, however it is spelled there, and nothing else does.
func privately(t *testing.T, l store.Ledger) {
	t.Helper()
	ctx, at := context.Background(), day0.UTC().Truncate(1000)
	author, other, named := throughline.PersonID{21}, throughline.PersonID{22}, throughline.PersonID{23}
	deal := throughline.ID{24}
	if _, err := l.Append(ctx, ws, store.Batch{People: []store.Person{{ID: author, Recorded: at, Ours: true, Name: "Bo Lind"},
		{ID: named, Recorded: at, Name: "Jörg Ångström", Email: "joerg@example.com"}}}); err != nil {
		t.Fatal(err)
	}
	for who, body := range map[throughline.PersonID]string{author: `{"text":"mine"}`,
		other: `{"text":"I doubt J\u00f6rg\nÅngström <3, ask joerg@example.com"}`} {
		if err := l.Admit(ctx, ws, store.Admission{Room: store.PrivateRoom(who), Subject: deal, Kind: "written", At: at, Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, gone := range []throughline.PersonID{named, author} {
		if _, err := l.ErasePerson(ctx, ws, gone, day0); err != nil {
			t.Fatal(err)
		}
	}
	mention := "{person:" + named.String() + "}"
	for who, want := range map[throughline.PersonID]string{author: "", other: "I doubt " + mention + " <3, ask " + mention} {
		lines := must[[]store.Admission](t)(l.Admissions(ctx, ws, store.PrivateRoom(who), deal))
		var body struct{ Text string }
		if len(lines) != 1 || json.Unmarshal(lines[0].Body, &body) != nil || body.Text != want {
			t.Errorf("what %v kept is %+v, want %q", who, lines, want)
		}
	}
}

// register: lines are appended to a subject in turn; a room is read whole or by
// subject; rooms and workspaces are apart.
func register(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	a, b := throughline.ID{1}, throughline.ID{2}
	line := func(room string, subject throughline.ID, kind, body string) store.Admission {
		return store.Admission{Room: room, Subject: subject, Kind: kind, At: day0.UTC().Truncate(1000), Body: []byte(body)}
	}
	for _, e := range []store.Admission{line("user", a, "added", "one"), line("user", b, "added", "two"), line("session", a, "began", ""),
		line("user", a, "role", "three")} {
		if err := l.Admit(ctx, ws, e); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []store.Admission{{}, {Room: "user", Kind: "x", At: day0}, {Room: "user", Subject: a, At: day0}, {Subject: a, Kind: "x", At: day0},
		{Room: "user", Subject: a, Kind: "x"}} {
		if err := l.Admit(ctx, ws, bad); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	want := []store.Admission{line("user", a, "added", "one"), line("user", a, "role", "three"), line("user", b, "added", "two")}
	want[0].N, want[1].N, want[2].N = 1, 2, 1
	if got := must[[]store.Admission](t)(l.Admissions(ctx, ws, "user", throughline.ID{})); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := must[[]store.Admission](t)(l.Admissions(ctx, ws, "user", a)); !reflect.DeepEqual(got, want[:2]) {
		t.Errorf("got %+v", got)
	}
	first := line("user", throughline.ID{3}, "added", "late")
	first.First = true
	if err := l.Admit(ctx, ws, first); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("a second first: %v", err)
	}
	first.Room = "token"
	if err := l.Admit(ctx, ws, first); err != nil {
		t.Errorf("the first of a room: %v", err)
	}
	second := line("token", throughline.ID{4}, "used", "")
	for n, want := range map[int]throughline.Kind{2: throughline.Conflict, -1: throughline.Conflict} {
		if second.N = n; throughline.KindOf(l.Admit(ctx, ws, second)) != want {
			t.Errorf("line %d of a subject that has none is taken", n)
		}
	}
	for _, n := range []int{1, 2, 0} {
		if second.N = n; l.Admit(ctx, ws, second) != nil {
			t.Errorf("line %d of a subject is refused in its turn", n)
		}
		if n > 0 && throughline.KindOf(l.Admit(ctx, ws, second)) != throughline.Conflict {
			t.Errorf("line %d of a subject is taken twice", n)
		}
	}
	if got := must[[]store.Admission](t)(l.Admissions(ctx, other, "user", throughline.ID{})); len(got) != 0 {
		t.Errorf("another workspace sees %v", got)
	}
	person := store.Person{ID: throughline.PersonID(a), Recorded: day0, Ours: true, Name: "one"}
	if _, err := l.Append(ctx, ws, store.Batch{People: []store.Person{person}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.ErasePerson(ctx, ws, person.ID, day0); err != nil {
		t.Fatal(err)
	}
	want[0].Body, want[1].Body = []byte("{}"), []byte("{}")
	if got := must[[]store.Admission](t)(l.Admissions(ctx, ws, "user", throughline.ID{})); !reflect.DeepEqual(got, want) {
		t.Errorf("after erasing the first: %+v", got)
	}
	privately(t, l)
	remarked(t, l)
	grouped(t, l)
}

// grouped: a group of a directory is called as the directory calls it, whoever is erased:
// somebody of its name, or who keeps it, too. A team of ours is not.
func grouped(t *testing.T, l store.Ledger) {
	t.Helper()
	ctx, at := context.Background(), day0.UTC().Truncate(1000)
	sales := throughline.PersonID{41}
	body := []byte(`{"by":"` + sales.String() + `","name":"Sales"}`)
	for _, room := range []string{store.GroupRoom, store.TeamRoom} {
		if err := l.Admit(ctx, ws, store.Admission{Room: room, Subject: throughline.ID{42}, Kind: "made", At: at, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Append(ctx, ws, store.Batch{People: []store.Person{{ID: sales, Recorded: day0, Name: "Sales"}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.ErasePerson(ctx, ws, sales, day0); err != nil {
		t.Fatal(err)
	}
	for room, stays := range map[string]bool{store.GroupRoom: true, store.TeamRoom: false} {
		lines := must[[]store.Admission](t)(l.Admissions(ctx, ws, room, throughline.ID{42}))
		if len(lines) != 1 || strings.Contains(string(lines[0].Body), `"Sales"`) != stays {
			t.Errorf("%s: %s", room, lines[0].Body)
		}
	}
}

// remarked: whatever somebody was called, erasing them takes that out of what people
// wrote of the playbook, in whatever form it is kept, and leaves the line readable. A line
// that is none is told of.
func remarked(t *testing.T, l store.Ledger) {
	t.Helper()
	ctx, at := context.Background(), day0.UTC().Truncate(1000)
	names := []string{"12", "text", "by", "about", "pack", `Ann "Q" <& Co>`}
	said := store.RemarkLine{By: throughline.PersonID{31}, About: "pack/jolt", Of: 12, Text: "not what " + strings.Join(names, "; ") + " said"}
	body, _ := json.Marshal(said)
	token := member(throughline.PersonID{32}, "admin")
	line := func(room, kind string, body []byte) {
		t.Helper()
		if err := l.Admit(ctx, ws, store.Admission{Room: room, Subject: throughline.ID{15: 1}, Kind: kind, At: at, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	line(store.RemarkRoom, "said", body)
	line("user", "role", token)
	for i, name := range append(names, "admin", "role") {
		p := throughline.PersonID{32}
		if name != "admin" {
			p = throughline.PersonID{33, byte(i)}
		}
		if _, err := l.Append(ctx, ws, store.Batch{People: []store.Person{{ID: p, Recorded: day0, Ours: true, Name: name}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.ErasePerson(ctx, ws, p, day0); err != nil {
			t.Fatal(err)
		}
		said.Text = strings.ReplaceAll(said.Text, name+";", "{person:"+p.String()+"};")
		said.Text = strings.ReplaceAll(said.Text, name+" said", "{person:"+p.String()+"} said")
	}
	for room, want := range map[string]any{store.RemarkRoom: said, "user": token} {
		lines := must[[]store.Admission](t)(l.Admissions(ctx, ws, room, throughline.ID{15: 1}))
		var got any = lines[0].Body
		if room == store.RemarkRoom {
			got = must[store.RemarkLine](t)(store.ReadRemark(lines[0].Body))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s says %s, want %+v", room, lines[0].Body, want)
		}
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
	line(store.RemarkRoom, "said", []byte(`{"text":{person:x}}`))
	if c, err := l.Check(ctx); err != nil || len(c.Faults) != 1 || !strings.Contains(c.Faults[0], "said of the playbook") {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}

// member is a line of somebody else's that one of ours wrote.
func member(by throughline.PersonID, role string) []byte {
	body, _ := json.Marshal(map[string]string{"by": by.String(), "role": role})
	return body
}
