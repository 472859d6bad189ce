package howmany_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/playbooks"
)

var (
	again = map[string]int{"repetition": 0, "buyer_knowledge": 0, "risk_understood": 0, "veto_holders": 0, "work_change": 0, "rule_and_decider": 2}
	first = map[string]int{"repetition": 2, "buyer_knowledge": 1, "risk_understood": 1, "veto_holders": 2, "work_change": 2, "rule_and_decider": 0}
	known = map[string]int{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1, "veto_holders": 1, "work_change": 2, "rule_and_decider": 2}
)

func starter(t *testing.T) *playbook.Playbook {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	return book
}

func TestHowMany(t *testing.T) {
	book := starter(t)
	for name, c := range map[string]struct {
		cells  []howmany.Cell
		want   int
		kinds  []howmany.Kind
		rules  []string
		joined string
	}{
		"nothing":              {nil, 0, nil, nil, ""},
		"many offers, one way": {[]howmany.Cell{{Offer: "a", Market: "x", Answers: first}, {Offer: "b", Market: "x", Answers: known}, {Offer: "c", Market: "y", Answers: first}}, 1, []howmany.Kind{howmany.Deciding}, []string{""}, ""},
		"orders beside first purchases": {[]howmany.Cell{{Offer: "system", Market: "x", Deals: 40, Answers: first}, {Offer: "licences", Market: "x", Deals: 60, Answers: again}}, 2,
			[]howmany.Kind{howmany.Practised, howmany.Deciding}, []string{"", `offer == "system"`}, ""},
		"one offer, two markets": {[]howmany.Cell{{Offer: "pumps", Market: "plants", Deals: 70, Answers: first}, {Offer: "pumps", Market: "dealers", Deals: 30, Answers: again}}, 2,
			[]howmany.Kind{howmany.Deciding, howmany.Practised}, []string{"", `market == "dealers"`}, ""},
		"crossed": {[]howmany.Cell{{Offer: "a", Market: "x", Deals: 9, Answers: first}, {Offer: "a", Market: "y", Deals: 5, Answers: again}, {Offer: "b", Market: "x", Deals: 1, Answers: again}, {Offer: "b", Market: "y", Deals: 9, Answers: first}}, 2,
			[]howmany.Kind{howmany.Deciding, howmany.Practised}, []string{"", `(offer == "a" && market == "y") || (offer == "b" && market == "x")`}, ""},
		"a rare one": {[]howmany.Cell{{Offer: "system", Market: "x", Deals: 97, Answers: first}, {Offer: "spares", Market: "x", Deals: 3, Answers: again}}, 1, []howmany.Kind{howmany.Deciding}, []string{""}, "rare"},
		"a public buyer": {[]howmany.Cell{{Offer: "system", Market: "firms", Deals: 50, Answers: first}, {Offer: "system", Market: "agencies", Deals: 20, Public: true, Answers: known}, {Offer: "spares", Market: "firms", Deals: 30, Answers: again}}, 3,
			[]howmany.Kind{howmany.Deciding, howmany.Practised, howmany.Public}, []string{"", `offer == "spares"`, `market == "agencies"`}, ""},
	} {
		a := howmany.Count(c.cells, book)
		if a.Processes != c.want || len(a.Groups) != len(c.kinds) {
			t.Errorf("%s: %d processes, want %d: %+v", name, a.Processes, c.want, a)
			continue
		}
		for i, g := range a.Groups {
			if g.Kind != c.kinds[i] || g.CEL != c.rules[i] {
				t.Errorf("%s: group %d is %s by %q, want %s by %q", name, i, g.Kind, g.CEL, c.kinds[i], c.rules[i])
			}
		}
		if got := ""; len(a.Joined) > 0 {
			if got = a.Joined[0].Why; got != c.joined {
				t.Errorf("%s: joined %s", name, got)
			}
		} else if c.joined != "" {
			t.Errorf("%s: nothing was joined", name)
		}
	}
}

// TestTooLittleIsSaid: a cell without answers counts as one to be decided and
// says what to ask.
func TestTooLittleIsSaid(t *testing.T) {
	a := howmany.Count([]howmany.Cell{{Offer: "a", Market: "x"}, {Offer: "b", Market: "x", Answers: first}}, starter(t))
	if a.Processes != 1 || len(a.Open) != 1 || a.Open[0].Cell != 0 || a.Open[0].Ask == "" || a.Classes[0] != throughline.Unclassified {
		t.Errorf("%+v", a)
	}
}

// TestRulesTellGroupsApart: whatever the cells, each is in one group, its rule
// holds for its cells and for no other, and the order of cells changes nothing
// but their numbers.
func TestRulesTellGroupsApart(t *testing.T) {
	book := starter(t)
	r := rand.New(rand.NewPCG(1, 2))
	ways := []map[string]int{again, first, known, nil}
	for range 500 {
		var cells []howmany.Cell
		for _, o := range []string{"a", "b", "c"} {
			for _, m := range []string{"x", "y"} {
				if r.IntN(3) > 0 {
					cells = append(cells, howmany.Cell{Offer: o, Market: m, Deals: r.IntN(60), Public: r.IntN(6) == 0, Answers: ways[r.IntN(4)]})
				}
			}
		}
		a := howmany.Count(cells, book)
		seen := map[int]int{}
		for i, g := range a.Groups {
			for _, c := range g.Cells {
				seen[c]++
			}
			for c, cell := range cells {
				holds := g.Rule.Holds(map[string]string{"offer": cell.Offer, "market": cell.Market})
				if i > 0 && holds != slices.Contains(g.Cells, c) {
					t.Fatalf("rule %s of %v: cell %+v", g.CEL, g.Cells, cell)
				}
			}
		}
		if len(seen) != len(cells) || a.Processes > howmany.Most {
			t.Fatalf("%d of %d cells in %d groups", len(seen), len(cells), a.Processes)
		}
		back := slices.Clone(cells)
		slices.Reverse(back)
		if b := howmany.Count(back, book); b.Processes != a.Processes || b.Deals != a.Deals || len(b.Joined) != len(a.Joined) {
			t.Fatalf("another order: %d, not %d\n%v", b.Processes, a.Processes, reflect.DeepEqual(a, b))
		}
	}
}

func TestReadTable(t *testing.T) {
	cells, found := howmany.Read("offers.csv", []byte("offer;market;deals;public;repetition;veto_holders;sector\nsystem;hospitals;40;no;2;2;x\n\"lic;ences\";;many;yes;;3;\n;;;;;;\n"))
	if len(cells) != 2 || cells[0].Deals != 40 || cells[0].Answers["veto_holders"] != 2 || cells[1].Offer != "lic;ences" || !cells[1].Public || len(cells[1].Answers) != 0 {
		t.Errorf("%+v", cells)
	}
	if len(found) != 3 || found[0].Range.Begin.Line != 1 || found[1].Range.Begin.Line != 3 {
		t.Errorf("%+v", found)
	}
	for _, bad := range []string{"", "\xff", "a,b\n1,2\n", "offer\nx\n", "offer,market\n\"x"} {
		if _, found := howmany.Read("f", []byte(bad)); len(found) == 0 {
			t.Errorf("%q is read without complaint", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("offer,market,deals,repetition\na,b,1,2\n"))
	f.Add([]byte("产品\t市场\t公开招标\n甲\t乙\t是\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		cells, _ := howmany.Read("f", text)
		for _, c := range cells {
			if c.Offer == "" && c.Market == "" || c.Deals < 0 {
				t.Fatalf("%+v", c)
			}
		}
	})
}
