package storetest

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

func records(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	rec := func(system string, k store.RecordKind, foreign string, to throughline.ID) store.Record {
		return store.Record{System: system, Kind: k, Foreign: foreign, ID: to}
	}
	a, b := id("a"), id("b")
	first := []store.Record{
		rec("sf", store.DealRecord, "006", a),
		rec("sf", store.AccountRecord, "006", b),
		rec("hs", store.DealRecord, "006", b),
		rec("hs", store.DealRecord, "7", a),
	}
	if r := appendAll(t, l, store.Batch{Records: first}); r.Records != 4 {
		t.Errorf("receipt %+v", r)
	}
	// One that is there is left as it is.
	if r := appendAll(t, l, store.Batch{Records: []store.Record{rec("sf", store.DealRecord, "006", b), rec("sf", store.DealRecord, "9", b)}}); r.Records != 1 {
		t.Errorf("receipt %+v, want one new record", r)
	}
	got := must[map[string]throughline.ID](t)(l.Resolve(ctx, ws, "sf", store.DealRecord, []string{"006", "9", "unknown", ""}))
	if want := map[string]throughline.ID{"006": a, "9": b}; !reflect.DeepEqual(got, want) {
		t.Errorf("resolved %v, want %v", got, want)
	}
	from := must[map[throughline.ID][]store.Record](t)(l.Foreign(ctx, ws, []throughline.ID{a, id("unknown"), a}))
	if want := map[throughline.ID][]store.Record{a: {first[3], first[0]}}; !reflect.DeepEqual(from, want) {
		t.Errorf("came from %v, want %v", from, want)
	}
	// Many at once.
	var many []store.Record
	var keys []string
	for i := range 1000 {
		k := "k" + strings.Repeat("x", i%7) + id(i).String()
		many, keys = append(many, rec("csv", store.DealRecord, k, id("many", i))), append(keys, k)
	}
	appendAll(t, l, store.Batch{Records: many})
	if got := must[map[string]throughline.ID](t)(l.Resolve(ctx, ws, "csv", store.DealRecord, keys)); len(got) != 1000 ||
		got[keys[999]] != id("many", 999) {
		t.Errorf("resolved %d of 1000", len(got))
	}
}

func people(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	p := throughline.PersonID(id("ann"))
	v := func(day int, name string) store.Person {
		return store.Person{
			ID:       p,
			Recorded: day0.AddDate(0, 0, day),
			Name:     name,
			Title:    "CFO",
			Email:    "ann@example.org",
			Account:  throughline.AccountID(id("acme")),
		}
	}
	latest := func(want string) {
		t.Helper()
		got := must[map[throughline.PersonID]store.Person](t)(l.People(ctx, ws, []throughline.PersonID{p, throughline.PersonID(id("unknown"))}))
		if len(got) != 1 || got[p].Name != want || got[p].Email != "ann@example.org" || got[p].Account != throughline.AccountID(id("acme")) {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
	for _, s := range []struct {
		version store.Person
		added   int
		latest  string
	}{
		{v(1, "Ann Smith"), 1, "Ann Smith"},
		{v(1, "Ann Smith"), 0, "Ann Smith"},
		{v(2, "Ann Smith"), 0, "Ann Smith"}, // nothing new on day 2
		{v(3, "Ann Jones"), 1, "Ann Jones"},
		{v(1, "Ann Smith"), 0, "Ann Jones"}, // the first again
		{v(2, "A. Smith"), 1, "Ann Jones"},  // an older one that comes late
		{v(9, "Ann Smith"), 1, "Ann Smith"},
	} {
		if r := appendAll(t, l, store.Batch{People: []store.Person{s.version}}); r.People != s.added {
			t.Errorf("%s of day %v: added %d, want %d", s.version.Name, s.version.Recorded, r.People, s.added)
		}
		latest(s.latest)
	}
}

func accounts(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	a := store.Account{ID: throughline.AccountID(id("acme")), Recorded: day0, Name: "Acme", Attributes: map[string]string{"industry": "tools"}}
	renamed := store.Account{ID: a.ID, Recorded: day0.AddDate(0, 1, 0), Name: "Acme & Söhne"}
	plain := store.Account{ID: throughline.AccountID(id("plain")), Name: "Plain"}
	if r := appendAll(t, l, store.Batch{Accounts: []store.Account{a, a, renamed, plain}}); r.Accounts != 3 {
		t.Errorf("added %d, want 3", r.Accounts)
	}
	if r := appendAll(t, l, store.Batch{Accounts: []store.Account{a, renamed, plain}}); r.Accounts != 0 {
		t.Errorf("the same again added %d", r.Accounts)
	}
	got := must[map[throughline.AccountID]store.Account](t)(l.Accounts(ctx, ws, []throughline.AccountID{a.ID, plain.ID}))
	if got[a.ID].Name != renamed.Name || got[a.ID].Attributes != nil || !got[a.ID].Recorded.Equal(renamed.Recorded) || got[plain.ID].Name != "Plain" {
		t.Errorf("got %+v", got)
	}
}

func imports(t *testing.T, open Factory) {
	l := opened(t, open)
	first := store.Import{ID: id("first"), System: "csv", Started: day0, Files: []string{"a.csv", "b.csv"}}
	second := store.Import{ID: id("second"), System: "salesforce", Started: day0.Add(time.Hour)}
	appendAll(t, l, store.Batch{Import: &first})
	appendAll(t, l, store.Batch{Import: &second})
	first.Finished, first.Horizon, first.Rows, first.Facts, first.Rejected = day0.Add(time.Minute), throughline.DayOf(day0, time.UTC), 7, 5, 2
	appendAll(t, l, store.Batch{Import: &first})
	got := must[[]store.Import](t)(l.Imports(context.Background(), ws))
	if want := []store.Import{second, first}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func erasure(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	p, q := throughline.PersonID(id("jane")), throughline.PersonID(id("joe"))
	mention := "{person:" + p.String() + "}"
	appendAll(t, l, store.Batch{
		People: []store.Person{
			{ID: p, Recorded: day0, Name: "Jane Doe", Email: "jane.doe@example.org", Title: "CFO"},
			{ID: p, Recorded: day0.AddDate(0, 0, 3), Name: "Jane Roe", Email: "jane.doe@example.org", Title: "CFO"},
			{ID: q, Recorded: day0, Name: "Joe Jane"},
		},
		Records: []store.Record{
			{System: "csv", Kind: store.PersonRecord, Foreign: "jane doe", ID: throughline.ID(p)},
			{System: "sf", Kind: store.PersonRecord, Foreign: "003a", ID: throughline.ID(p)},
			{System: "csv", Kind: store.PersonRecord, Foreign: "Joe Jane", ID: throughline.ID(q)},
		},
	})
	in := func(key, d string, b deal.Body) deal.Fact {
		f := fact(key, 1, b)
		f.Deal = throughline.DealID(id(d))
		return f
	}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{
		in("1", "one", deal.Opened{Title: "Renewal, Jane Doe", Attributes: map[string]string{"contact": "JANE.DOE@example.org"}}),
		in("2", "one", deal.Evidence{About: "journey/p3", Person: p, Text: "Jane  Doe said \"yes\"; jane roe wrote it (Jane Doe, Jane Doe)"}),
		in("3", "one", deal.Evidence{About: "journey/p4", Person: q, Text: "Joe Jane Doering said no"}),
		in("4", "two", deal.Evidence{About: "journey/p3", Person: q, Text: "another Jane Doe, in a deal she is not in"}),
		in(
			"5",
			"three",
			deal.Strategy{Aim: "win " + mention, Moves: []deal.Move{{What: "call jane doe"}}, Stops: deal.StopsOf("waiting for Jane Doe")},
		),
	}})
	at := day0.AddDate(0, 2, 0)
	if n := must[int](t)(l.ErasePerson(ctx, ws, p, at)); n != 3 {
		t.Errorf("redacted %d facts, want 3", n)
	}
	got := must[map[throughline.PersonID]store.Person](t)(l.People(ctx, ws, []throughline.PersonID{p, q}))
	if w := got[p]; w.Name != "" || w.Email != "" || w.Title != "" || !w.Erased.Equal(at) {
		t.Errorf("left of the person: %+v", w)
	}
	if got[q].Name != "Joe Jane" {
		t.Errorf("another person: %+v", got[q])
	}
	one := factsOf(t, l, throughline.DealID(id("one")))
	text := func(key string) (out string) {
		for _, f := range one {
			switch b := f.Body.(type) {
			case deal.Opened:
				if key == "1" {
					out = b.Title + " / " + b.Attributes["contact"]
				}
			case deal.Evidence:
				if f.ID == in(key, "one", b).ID {
					out = b.Text
				}
			}
		}
		return out
	}
	for key, want := range map[string]string{
		"1": "Renewal, " + mention + " / " + mention,
		"2": mention + " said \"yes\"; " + mention + " wrote it (" + mention + ", " + mention + ")",
		"3": "Joe Jane Doering said no",
	} {
		if got := text(key); got != want {
			t.Errorf("fact %s says %q, want %q", key, got, want)
		}
	}
	if fs := factsOf(t, l, throughline.DealID(id("two"))); fs[0].Body.(deal.Evidence).Text != "another Jane Doe, in a deal she is not in" {
		t.Errorf("a namesake in another deal was taken out: %v", fs[0].Body)
	}
	if s := factsOf(t, l, throughline.DealID(id("three")))[0].Body.(deal.Strategy); s.Moves[0].What != "call "+mention ||
		s.Stops[0].What != "waiting for "+mention {
		t.Errorf("the strategy says %+v", s)
	}
	s := must[[]deal.Summary](t)(l.SummariesOf(ctx, ws, []throughline.DealID{throughline.DealID(id("one"))}))
	if s[0].Title.Value != "Renewal, "+mention || s[0].People[p].Roles != nil || len(s[0].Marks) != 2 {
		t.Errorf("the summary says %+v", s[0])
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
	// Words of everybody's are nobody's, though somebody is reached by them; a name
	// leaves a mention whole, whatever it spells.
	k := throughline.PersonID(id("kim"))
	appendAll(t, l, store.Batch{
		People: []store.Person{
			{ID: k, Recorded: day0, Name: "Person", Email: "n/a", Phone: "2026", Other: "WhatsApp"},
			{ID: k, Recorded: day0.AddDate(0, 0, 1), Name: "-", Email: "kim@example.org", Phone: "030 555 0199", Other: "kim-private@example.org"},
		},
		Facts: []deal.Fact{in("6", "four", deal.Evidence{About: "journey/p3", Person: k,
			Text: mention + " - n/a in 2026, by WhatsApp, to kim-private@example.org, Kim@example.org or 030 555 0199; a person said so"})},
	})
	if n := must[int](t)(l.ErasePerson(ctx, ws, k, at)); n != 1 {
		t.Errorf("redacted %d facts, want 1", n)
	}
	kim := "{person:" + k.String() + "}"
	if got, want := factsOf(t, l, throughline.DealID(id("four")))[0].Body.(deal.Evidence).Text,
		mention+" - n/a in 2026, by WhatsApp, to "+kim+", "+kim+" or "+kim+"; a "+kim+" said so"; got != want {
		t.Errorf("the fact says %q, want %q", got, want)
	}
	// The same export again brings nothing back, and is still recognised.
	if r := appendAll(t, l, store.Batch{
		People:  []store.Person{{ID: p, Recorded: at.AddDate(0, 0, 1), Name: "Jane Doe"}},
		Records: []store.Record{{System: "csv", Kind: store.PersonRecord, Foreign: "Jane Doe", ID: throughline.ID(p)}},
		Facts:   []deal.Fact{in("2", "one", deal.Evidence{About: "journey/p3", Person: p, Text: "Jane Doe again"})},
	}); r != (store.Receipt{}) {
		t.Errorf("the same export brought back %+v", r)
	}
	ids := must[map[string]throughline.ID](t)(l.Resolve(ctx, ws, "csv", store.PersonRecord, []string{"Jane Doe", "Joe Jane", "Nobody"}))
	if want := map[string]throughline.ID{"Jane Doe": throughline.ID(p), "Joe Jane": throughline.ID(q)}; !reflect.DeepEqual(ids, want) {
		t.Errorf("resolved %v, want %v", ids, want)
	}
	from := must[map[throughline.ID][]store.Record](t)(l.Foreign(ctx, ws, []throughline.ID{throughline.ID(p)}))
	for _, r := range from[throughline.ID(p)] {
		if strings.Contains(strings.ToLower(r.Foreign), "doe") {
			t.Errorf("a record still names them: %+v", r)
		}
	}
	// Erasing again finds nothing more and keeps the first date.
	if n := must[int](t)(l.ErasePerson(ctx, ws, p, at.AddDate(1, 0, 0))); n != 0 {
		t.Errorf("redacted %d facts again", n)
	}
	if got := must[map[throughline.PersonID]store.Person](t)(l.People(ctx, ws, []throughline.PersonID{p})); !got[p].Erased.Equal(at) {
		t.Errorf("the tombstone says %v", got[p].Erased)
	}
}

func finding(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	acme := throughline.AccountID(id("acme"))
	d := func(key string, b deal.Body) deal.Fact {
		f := fact(key, 0, b)
		f.Deal = throughline.DealID(id(key))
		return f
	}
	gone := d("gone", deal.Opened{Title: "Gone"})
	away := d("gone", deal.Correction{Of: gone.ID})
	away.ID = throughline.FactID(id("away"))
	appendAll(t, l, store.Batch{
		Facts: []deal.Fact{
			d("a", deal.Opened{Title: "New  Branch"}), d("b", deal.Opened{Title: "Another new branch"}), d("c", deal.Opened{Title: "100%_sure"}),
			d("d", deal.Opened{Title: "Something", Account: acme}), d("e", deal.Opened{Title: "Ärger"}), gone, away,
		},
		Accounts: []store.Account{{ID: acme, Recorded: day0, Name: "Acme Tools"}},
		Records: []store.Record{
			{System: "sf", Kind: store.DealRecord, Foreign: "006bmX", ID: id("e")},
			{System: "sf", Kind: store.PersonRecord, Foreign: "006bmX", ID: id("a")},
		},
	})
	for words, want := range map[string]string{
		"new branch": "a b", "NEW": "a b", "branch": "a b", "acme": "d", "tools": "d", "006bmX": "e", "006": "e", "ärg": "e", "%_": "c", "%": "c",
		id("b").String(): "b", id("c").String()[:20] + strings.ToUpper(id("c").String()[20:]): "c",
		"": "", "  ": "", "nothing": "", "gone": "", "' or 1=1 --": "", "something new": "",
	} {
		var got []string
		for _, f := range must[[]throughline.DealID](t)(l.FindDeals(ctx, ws, words, 10)) {
			i := slices.IndexFunc([]string{"a", "b", "c", "d", "e"}, func(k string) bool { return throughline.DealID(id(k)) == f })
			got = append(got, string(rune('a'+i)))
		}
		if words == "branch" || words == "006" {
			slices.Sort(got)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %s", words, got, want)
		}
	}
	if got := must[[]throughline.DealID](t)(l.FindDeals(ctx, ws, "new", 1)); len(got) != 1 || got[0] != throughline.DealID(id("a")) {
		t.Errorf("the first of two is %v", got)
	}
	// All ids made in one millisecond begin alike.
	if got := must[[]throughline.DealID](t)(l.FindDeals(ctx, ws, id("a").String()[:13], 3)); len(got) != 3 {
		t.Errorf("the beginning of an id finds %d deals", len(got))
	}
}

// findPeople: by name or title, the latest version, in any case and any letters;
// whoever was erased is not found.
func findPeople(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	p := func(k, name, title string, days int) store.Person {
		return store.Person{ID: throughline.PersonID(id(k)), Recorded: day0.AddDate(0, 0, days), Name: name, Title: title}
	}
	appendAll(
		t,
		l,
		store.Batch{
			People: []store.Person{
				p("a", "Maria Oduya", "Head of Nursing", 0),
				p("b", "ÖZGE Müller", "", 0),
				p("c", "Hanna Okabe", "", 0),
				p("d", "Odu", "", 0),
				p("e", "Gone Oduya", "", 0),
			},
		},
	)
	appendAll(t, l, store.Batch{People: []store.Person{p("c", "Hanna Lind", "", 1)}})
	if _, err := l.ErasePerson(ctx, ws, throughline.PersonID(id("e")), day0); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{"odu": "Odu, Maria Oduya", "ODUYA": "Maria Oduya", "head of  nursing": "Maria Oduya", "özge": "ÖZGE Müller",
		"MÜLLER": "ÖZGE Müller",
		"okabe":  "", "lind": "Hanna Lind", "": "", "%": "", "nobody": ""} {
		var names []string
		for _, x := range must[[]store.Person](t)(l.FindPeople(ctx, ws, words, 10)) {
			names = append(names, x.Name)
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
	if got := must[[]store.Person](t)(l.FindPeople(ctx, ws, "odu", 1)); len(got) != 1 || got[0].Name != "Odu" {
		t.Errorf("the first of two is %v", got)
	}
	if got := must[[]store.Person](t)(l.FindPeople(ctx, other, "odu", 9)); len(got) != 0 {
		t.Errorf("another workspace has %v", got)
	}
}

func workspaces(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	f, p := fact("opened", 0, deal.Opened{Title: "x"}), throughline.PersonID(id("ann"))
	b := store.Batch{
		Facts:    []deal.Fact{f},
		People:   []store.Person{{ID: p, Name: "Ann"}},
		Accounts: []store.Account{{ID: throughline.AccountID(id("acme")), Name: "Acme"}},
		Records: []store.Record{
			{System: "s", Kind: store.DealRecord, Foreign: "1", ID: id("deal")},
		},
		Import: &store.Import{ID: id("import"), System: "s", Started: day0},
	}
	appendAll(t, l, b)
	same(t, l, other, nil)
	if fs, err := l.Facts(ctx, other, f.Deal); len(fs) > 0 || err != nil {
		t.Error("facts", fs, err)
	}
	if v, err := l.People(ctx, other, []throughline.PersonID{p}); len(v) > 0 || err != nil {
		t.Error("people", v, err)
	}
	if v, err := l.Accounts(ctx, other, []throughline.AccountID{throughline.AccountID(id("acme"))}); len(v) > 0 || err != nil {
		t.Error("accounts", v, err)
	}
	if v, err := l.Resolve(ctx, other, "s", store.DealRecord, []string{"1"}); len(v) > 0 || err != nil {
		t.Error("resolve", v, err)
	}
	if v, err := l.Foreign(ctx, other, []throughline.ID{id("deal")}); len(v) > 0 || err != nil {
		t.Error("foreign", v, err)
	}
	if v, err := l.FindDeals(ctx, other, "x", 5); len(v) > 0 || err != nil {
		t.Error("find", v, err)
	}
	if v, err := l.Imports(ctx, other); len(v) > 0 || err != nil {
		t.Error("imports", v, err)
	}
	_, err := l.ErasePerson(ctx, other, p, day0)
	kind(t, err, throughline.NotFound)
	// The same ids may stand in both.
	if r := must[store.Receipt](t)(l.Append(ctx, other, b)); r != (store.Receipt{Facts: 1, Deals: 1, People: 1, Accounts: 1, Records: 1}) {
		t.Errorf("receipt %+v", r)
	}
	if _, err := l.ErasePerson(ctx, other, p, day0); err != nil {
		t.Error(err)
	}
	if v := must[map[throughline.PersonID]store.Person](t)(l.People(ctx, ws, []throughline.PersonID{p})); v[p].Name != "Ann" {
		t.Errorf("erased in another workspace: %+v", v)
	}
	same(t, l, ws, b.Facts)
}
