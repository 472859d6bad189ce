package caretaking_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

func number(t *testing.T, d *operation.Desk) int {
	t.Helper()
	n, err := d.Ledger.Number(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func past(t *testing.T, d *operation.Desk) int {
	t.Helper()
	list, err := d.Ledger.SettingsPast(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func settle(t *testing.T, d *operation.Desk, words ...string) (caretaking.Settled, error) {
	t.Helper()
	in := caretaking.SettingChanges{}
	for i := 0; i < len(words); i += 2 {
		in.Changes = append(in.Changes, caretaking.SettingsInput{Name: words[i], Value: words[i+1]})
	}
	return caretaking.ChangeSettings(t.Context(), d.Caretaking(), in)
}

func holds(s caretaking.Settled, name string) string {
	for _, x := range s.Settings {
		if x.Name == name {
			return x.Value
		}
	}
	return ""
}

// TestErasingIsConfirmed: without a yes nothing is erased, and who is asked is
// told whom; afterwards the name is gone from what is kept, words included, and
// one of ours with another name is untouched.
func TestErasingIsConfirmed(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	maria := ""
	people := func() map[throughline.PersonID]store.Person {
		var ids []throughline.PersonID
		for id := range seat.Shown(t, d, id).Deal.People {
			ids = append(ids, id)
		}
		out, err := d.Ledger.People(t.Context(), d.Workspace, ids)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for at, p := range people() {
		if p.Name == "Maria Chen" {
			maria = throughline.ID(at).String()
		}
	}
	room := d.Caretaking()
	asked := ""
	for _, c := range []struct {
		in      caretaking.ErasePersonInput
		confirm func(string) bool
		want    throughline.Kind
	}{
		{caretaking.ErasePersonInput{ID: maria}, nil, throughline.Denied},
		{caretaking.ErasePersonInput{ID: maria}, func(q string) bool { asked = q; return false }, throughline.Denied},
		{caretaking.ErasePersonInput{ID: "Maria"}, nil, throughline.Invalid},
		{caretaking.ErasePersonInput{ID: d.NewID().String(), Yes: true}, nil, throughline.NotFound},
	} {
		room.Confirm = c.confirm
		before := number(t, d)
		if _, err := caretaking.ErasePerson(t.Context(), room, c.in); throughline.KindOf(err) != c.want || number(t, d) != before {
			t.Errorf("%+v: %v, writes %d before and %d after", c.in, err, before, number(t, d))
		}
	}
	if !strings.Contains(asked, "Maria Chen") {
		t.Errorf("the question does not say whom: %q", asked)
	}
	room.Confirm = nil
	if _, err := caretaking.ErasePerson(t.Context(), room, caretaking.ErasePersonInput{ID: maria, Yes: true}); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, p := range people() {
		left[p.Name] = true
	}
	if left["Maria Chen"] || !left["Colin Hartwig"] {
		t.Errorf("people are %v", left)
	}
}

// TestSettingsAreChangedTogether: of several changes one of which cannot be read
// none is made; what is as it was is not written; taking back takes all that
// was changed together back, and taken back again it holds again.
func TestSettingsAreChangedTogether(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	if _, err := settle(t, d, "name", "Brightwater", "fiscal_year", "13"); err == nil || past(t, d) != 0 {
		t.Fatalf("half a change: %v, %d settings were written", err, past(t, d))
	}
	if _, err := settle(t, d, "colour", "red"); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a setting that is none: %v", err)
	}
	if _, err := settle(t, d, "language", "fr"); err == nil {
		t.Error("a language that the pages do not speak was settled")
	}
	first, err := settle(t, d, "name", "Brightwater", "currency", "EUR")
	if err != nil || holds(first, "name") != "Brightwater" || holds(first, "currency") != "EUR" || len(first.Last) != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	n := past(t, d)
	if _, err := settle(t, d, "name", "Brightwater"); err != nil || past(t, d) != n {
		t.Errorf("the same again: %v, %d settings in place of %d", err, past(t, d), n)
	}
	second, err := settle(t, d, "name", "Brightwater AG") // the clock has not moved
	if err != nil || holds(second, "name") != "Brightwater AG" || len(second.Last) != 1 || second.Last[0].Before != "Brightwater" {
		t.Fatalf("%+v, %v", second, err)
	}
	room := d.Caretaking()
	if _, err := caretaking.UndoSettings(t.Context(), room, caretaking.SettingsBack{At: first.Last[0].At}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("who had not seen the last change took one back: %v", err)
	}
	for i, want := range []string{"Brightwater", "Brightwater AG"} {
		back, err := caretaking.ManageSettings(t.Context(), room, caretaking.SettingsInput{Name: "undo"})
		if err != nil || holds(back, "name") != want || holds(back, "currency") != "EUR" {
			t.Errorf("taken back %d: %+v, %v", i+1, back.Settings, err)
		}
	}
	gone, err := settle(t, d, "name", "default", "currency", "default")
	if err != nil || holds(gone, "name") != "" || holds(gone, "currency") != "" {
		t.Errorf("default: %+v, %v", gone.Settings, err)
	}
	back, err := caretaking.UndoSettings(t.Context(), room, caretaking.SettingsBack{})
	if err != nil || holds(back, "name") != "Brightwater AG" || holds(back, "currency") != "EUR" {
		t.Errorf("both come back together: %+v, %v", back.Settings, err)
	}
}

// TestAZoneHoldsAtOnce: days are counted in a zone from the moment it is
// settled, and a name that no list has is refused; where one was settled that
// this program does not know, that is said and not passed over.
func TestAZoneHoldsAtOnce(t *testing.T) {
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	s, err := settle(t, d, "timezone", "Asia/Tokyo")
	if err != nil || s.Zone != "Asia/Tokyo" || s.Today.String() != "2026-11-24" {
		t.Errorf("%s, %s, %v", s.Zone, s.Today, err)
	}
	for _, name := range []string{"Local", "Tokyo", "+09:00"} {
		if _, err := settle(t, d, "timezone", name); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.Ledger.Settle(t.Context(), d.Workspace, store.Setting{Name: caretaking.TimezoneSetting, Value: "Moon/Sea", Since: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if zone, err := caretaking.KeptZone(t.Context(), d.Ledger, d.Workspace); err == nil {
		t.Errorf("an unknown zone counts as %v", zone)
	}
}

// TestWhoWorksHereIsOnePerson: the same name, however it is typed, is one
// person; what is no name is refused.
func TestWhoWorksHereIsOnePerson(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	room := d.Caretaking()
	one, err := caretaking.JoinOurs(t.Context(), room, caretaking.JoinInput{Name: "Ines  Roth"})
	if err != nil {
		t.Fatal(err)
	}
	before := number(t, d)
	for _, name := range []string{"Ines Roth", " ines roth\n"} {
		if same, err := caretaking.JoinOurs(t.Context(), room, caretaking.JoinInput{Name: name}); err != nil || same != one {
			t.Errorf("%q: %v is another, %v", name, same, err)
		}
	}
	for _, name := range []string{"", " \n ", strings.Repeat("x", 121)} {
		if _, err := caretaking.JoinOurs(t.Context(), room, caretaking.JoinInput{Name: name}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%.20q: %v", name, err)
		}
	}
	if after := number(t, d); after != before {
		t.Errorf("%d writes became %d", before, after)
	}
	ours, err := showing.ListOurs(t.Context(), d.Showing(), desk.Nothing{})
	if err != nil || len(ours.People) != 1 || ours.People[0].Name != "Ines Roth" {
		t.Errorf("%+v, %v", ours.People, err)
	}
}

// damaged is a ledger in whose check something is found.
type damaged struct {
	store.Ledger
	faults []string
	counts error
}

func (l damaged) Check(context.Context) (store.Checked, error) {
	return store.Checked{Faults: l.faults, Rows: 7}, nil
}

func (l damaged) Counts(context.Context, throughline.Workspace) (store.Counts, error) {
	return store.Counts{Deals: 3, Facts: 4}, l.counts
}

// TestACheckSaysWhatItFound: a fault is no answer of wholeness; what is damaged
// need not be countable, and what is whole has to be.
func TestACheckSaysWhatItFound(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	l, broken := d.Ledger, errors.New("the table is gone")
	for _, c := range []struct {
		faults []string
		counts error
		whole  bool
		fails  bool
	}{
		{nil, nil, true, false},
		{[]string{"a row was changed"}, nil, false, false},
		{[]string{"a row was changed"}, broken, false, false},
		{nil, broken, true, true},
	} {
		d.Ledger = damaged{l, c.faults, c.counts}
		got, err := caretaking.CheckLedger(t.Context(), d.Caretaking(), caretaking.CheckInput{})
		if got.Whole != c.whole || (err != nil) != c.fails || got.Rows != 7 || len(got.Faults) != len(c.faults) {
			t.Errorf("%v, %v: %+v, %v", c.faults, c.counts, got, err)
		}
	}
}

// TestWhereThereIsNoDatabaseOfOnesOwn: restoring and copying are refused, not
// passed over; where they are given, they are handed what was asked.
func TestWhereThereIsNoDatabaseOfOnesOwn(t *testing.T) {
	now := seat.Today
	room := seat.Desk(t, &now).Caretaking()
	if _, err := caretaking.RestoreLedger(t.Context(), room, caretaking.RestoreInput{Path: "x"}); throughline.KindOf(err) != throughline.Unsupported {
		t.Error(err)
	}
	if _, err := caretaking.CopyLedger(t.Context(), room, caretaking.CopyInput{From: "a", To: "b"}); throughline.KindOf(err) != throughline.Unsupported {
		t.Error(err)
	}
	room.Restore = func(_ context.Context, in caretaking.RestoreInput, _ time.Time) (caretaking.Restored, error) {
		return caretaking.Restored{Digest: in.Path, Deals: desk.Count(in.SetAside)}, nil
	}
	room.Copy = func(_ context.Context, in caretaking.CopyInput, _ func(desk.Progress)) (caretaking.Copied, error) {
		return caretaking.Copied{From: in.From, To: in.To}, nil
	}
	if r, err := caretaking.RestoreLedger(t.Context(), room, caretaking.RestoreInput{Path: "x", SetAside: true}); err != nil || r.Digest != "x" || r.Deals != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if c, err := caretaking.CopyLedger(t.Context(), room, caretaking.CopyInput{From: "a", To: "b"}); err != nil || c.From != "a" || c.To != "b" {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestUntilWhichInstant: with a zone it says which; without one the company's clock
// does; what is no instant is refused before anything is done.
func TestUntilWhichInstant(t *testing.T) {
	now := seat.Today
	room := seat.Desk(t, &now).Caretaking()
	room.Zone = time.FixedZone("", 8*3600)
	var got time.Time
	room.Restore = func(_ context.Context, _ caretaking.RestoreInput, until time.Time) (caretaking.Restored, error) {
		got = until
		return caretaking.Restored{}, nil
	}
	for words, want := range map[string]time.Time{
		"":                          {},
		"2026-11-30T14:05:00+01:00": time.Date(2026, 11, 30, 13, 5, 0, 0, time.UTC),
		"2026-11-30 14:05":          time.Date(2026, 11, 30, 6, 5, 0, 0, time.UTC),
		"2026-11-30T14:05:09.25":    time.Date(2026, 11, 30, 6, 5, 9, 250_000_000, time.UTC),
	} {
		if _, err := caretaking.RestoreLedger(t.Context(), room, caretaking.RestoreInput{Path: "x", Until: words}); err != nil || !got.Equal(want) {
			t.Errorf("%q is %s, %v", words, got, err)
		}
	}
	for _, words := range []string{"2026-11-30", "yesterday", "2026-11-31 10:00", "0001-01-01T00:00:00Z"} {
		got = time.Time{}
		if _, err := caretaking.RestoreLedger(t.Context(), room, caretaking.RestoreInput{Path: "x", Until: words}); throughline.KindOf(err) != throughline.Invalid || !got.IsZero() {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// TestAllThatIsKeptIsAll: the link to a plan that was made for somebody and its
// visit, a target of theirs and a draft that they wrote are given, and nothing
// that opens anything; what is of somebody else is not.
func TestAllThatIsKeptIsAll(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	page := seat.Shown(t, d, seat.Ward(t, d))
	var maria, colin throughline.PersonID
	for id := range page.Deal.People {
		switch page.Names.Person(id) {
		case "Maria Chen":
			maria = id
		case "Colin Hartwig":
			colin = id
		}
	}
	plan := throughline.ID{7}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{{ID: throughline.FactID{8}, Deal: page.Deal.Deal, Learned: now, Recorded: now, Source: deal.Source{System: "person"}, Body: deal.PlanMade{Plan: plan}}}})
	share := func(kind string, body any) {
		text, err := json.Marshal(body)
		if err == nil {
			err = d.Ledger.Share(t.Context(), d.Workspace, store.Shared{Plan: plan, Kind: kind, At: now, Body: text})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, who := range []throughline.PersonID{maria, colin} {
		share("link", map[string]any{"hash": [32]byte{byte(i + 1)}, "person": who, "wrapped": []byte("a key"), "expires": now})
	}
	share("opened", map[string]any{"hash": [32]byte{1}, "what": "opened"})
	share("opened", map[string]any{"hash": [32]byte{2}, "what": "csv"})
	for _, who := range []throughline.PersonID{maria, colin} {
		if err := d.Ledger.Settle(t.Context(), d.Workspace, store.Setting{Name: "target.2026-Q4/seller." + who.String(), Value: "100 EUR", Since: now}); err != nil {
			t.Fatal(err)
		}
		if err := d.Ledger.ReviseDraft(t.Context(), d.Workspace, store.Draft{ID: throughline.ID(who), Revision: 1, Name: "a draft", Author: who, Written: now}); err != nil {
			t.Fatal(err)
		}
	}
	k, err := caretaking.ShowKept(t.Context(), d.Caretaking(), caretaking.KeptInput{ID: maria.String()})
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Plans) != 2 || k.Plans[0].What != "plan_link" || k.Plans[1].Says["what"] != "opened" {
		t.Errorf("of plans: %+v", k.Plans)
	}
	for _, e := range k.Plans {
		if e.Says["hash"] != nil || e.Says["wrapped"] != nil {
			t.Errorf("%s says what opens something: %v", e.What, e.Says)
		}
	}
	if len(k.Settings) != 1 || len(k.Drafts) != 1 || k.Drafts[0].Author != maria || !strings.Contains(k.Settings[0].Name, maria.String()) {
		t.Errorf("settings %+v, drafts %+v", k.Settings, k.Drafts)
	}
}
