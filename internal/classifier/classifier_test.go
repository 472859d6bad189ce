package classifier_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
)

const shared = "../../../shared/domain/classifier_cases.json"

func TestWorkedCases(t *testing.T) {
	for _, file := range []string{shared, "testdata/cases.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Skipf("the worked cases are not here: %v", err)
		}
		in, found := classifier.Read(file, text)
		if len(found) > 0 {
			t.Fatalf("findings on the worked cases: %v", found)
		}
		var want []struct {
			Name   string
			Result throughline.Class
			C, P   *int
			Vetoes []classifier.Veto
		}
		// encoding/json folds case, so "c" and "C" are told apart by hand.
		var raw []map[string]json.RawMessage
		if err := json.Unmarshal(text, &raw); err != nil {
			t.Fatal(err)
		}
		for _, m := range raw {
			w := struct {
				Name   string
				Result throughline.Class
				C, P   *int
				Vetoes []classifier.Veto
			}{}
			for key, into := range map[string]any{"name": &w.Name, "result": &w.Result, "C": &w.C, "P": &w.P, "vetoes": &w.Vetoes} {
				if err := json.Unmarshal(m[key], into); err != nil {
					t.Fatal(key, err)
				}
			}
			want = append(want, w)
		}
		got := in.Answers()
		if len(got) != len(want) {
			t.Fatalf("%d answers to %d cases", len(got), len(want))
		}
		for i, w := range want {
			g := got[i]
			if g.Class != w.Result || !same(g.C, w.C) || !same(g.P, w.P) || !slices.Equal(g.Vetoes, w.Vetoes) {
				t.Errorf("%s: got %s C %v P %v %v, want %s C %v P %v %v", w.Name, g.Class, show(g.C), show(g.P), g.Vetoes, w.Result, show(w.C), show(w.P), w.Vetoes)
			}
			if len(g.Reasons) != 3 {
				t.Errorf("%s: %d reasons, want 3", w.Name, len(g.Reasons))
			}
		}
	}
}

func same(a, b *int) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
func show(a *int) any {
	if a == nil {
		return "unknown"
	}
	return *a
}

// random makes an input in which about one factor in five is unknown.
func random(r *rand.Rand) classifier.Input {
	in := classifier.Input{C: classifier.Scores{}, P: classifier.Scores{}}
	for _, f := range classifier.Complexity() {
		if n := r.IntN(15); n < 12 {
			in.C[f.Factor] = n % 3
		}
	}
	for _, f := range classifier.Presence() {
		if n := r.IntN(15); n < 12 {
			in.P[f.Factor] = n % 3
		}
	}
	in.Issues = []classifier.Label{"", "", classifier.Adequate, "partial", "project-plan"}[r.IntN(5)]
	return in
}

func TestProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[throughline.Class]int{}
	for range 20_000 {
		in := random(r)
		v := classifier.Classify(in)
		seen[v.Class]++
		if !v.Class.Known() {
			t.Fatalf("class %q is unknown", v.Class)
		}
		if len(v.Reasons) != 3 {
			t.Fatalf("%d reasons for %+v", len(v.Reasons), in)
		}
		for i := 1; i < 3; i++ {
			if v.Reasons[i-1].Pull < v.Reasons[i].Pull {
				t.Fatalf("reasons are not the heaviest first: %+v", v.Reasons)
			}
		}
		for _, x := range []*int{v.C, v.P} {
			if x != nil && (*x < 0 || *x > 100) {
				t.Fatalf("score %d is not within 0 to 100", *x)
			}
		}
		if slices.Contains(v.Close, v.Class) {
			t.Fatalf("close classes name the class itself: %+v", v)
		}
		if !reflect.DeepEqual(v, classifier.Classify(in)) {
			t.Fatalf("the same input gives two answers")
		}
		// raising a factor never lowers C, nor makes a complex purchase transactional
		for _, f := range classifier.Complexity() {
			s, ok := in.C[f.Factor]
			if !ok || s == 2 {
				continue
			}
			up := classifier.Input{C: classifier.Scores{}, P: in.P, Issues: in.Issues}
			for k, x := range in.C {
				up.C[k] = x
			}
			up.C[f.Factor] = s + 1
			w := classifier.Classify(up)
			if *w.C < *v.C {
				t.Fatalf("raising %s lowered C from %d to %d", f.Factor, *v.C, *w.C)
			}
			if len(w.Vetoes) < len(v.Vetoes) {
				t.Fatalf("raising %s took a veto away: %v then %v", f.Factor, v.Vetoes, w.Vetoes)
			}
			if w.Class == throughline.Transactional && (v.Class == throughline.Complex || v.Class == throughline.ComplexNoProcess) {
				t.Fatalf("raising %s made %s transactional", f.Factor, v.Class)
			}
		}
		// raising a presence factor never lowers P
		for _, f := range classifier.Presence() {
			if s, ok := in.P[f.Factor]; ok && s < 2 {
				up := classifier.Input{C: in.C, P: classifier.Scores{}, Issues: in.Issues}
				for k, x := range in.P {
					up.P[k] = x
				}
				up.P[f.Factor] = s + 1
				if w := classifier.Classify(up); *w.P < *v.P {
					t.Fatalf("raising %s lowered P", f.Factor)
				}
			}
		}
	}
	for _, c := range throughline.Classes() {
		if seen[c] == 0 {
			t.Errorf("no random input was %s, so its properties were not tested", c)
		}
	}
}

func TestPriceIsNoArgument(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[classifier.Input]()} {
		for i := range typ.NumField() {
			name := strings.ToLower(typ.Field(i).Name)
			for _, word := range []string{"amount", "price", "size", "value", "cost", "money"} {
				if strings.Contains(name, word) {
					t.Errorf("the rule has an argument %s", name)
				}
			}
		}
	}
	text := "name: x\namount: AMOUNT\nc: {repetition: 0, buyer_knowledge: 1, risk_understood: 1, veto_holders: 2, work_change: 1, problem_agreement: 0}\np: {steps_seen: 2, used_before: 2, rule_and_decider: 2}\n"
	var first classifier.Verdict
	for i, amount := range []string{"9000", "$14M", "null", "-1", "1e300", "'a lot'"} {
		in, found := classifier.Read("x.yaml", []byte(strings.Replace(text, "AMOUNT", amount, 1)))
		if len(found) > 0 {
			t.Fatal(found)
		}
		v := in.Answers()[0].Verdict
		if i == 0 {
			first = v
		} else if !reflect.DeepEqual(v, first) {
			t.Errorf("amount %s changed the verdict to %+v", amount, v)
		}
	}
}

func TestWithinFivePointsShowsBoth(t *testing.T) {
	// C = 100*8/30 = 26.7, within five of 30; the other side of the line is complex.
	near := classifier.Input{
		C: classifier.Scores{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1, "veto_holders": 1, "functions_affected": 0,
			"options_comparable": 0, "work_change": 0, "problem_agreement": 0, "reversibility": 0},
		P: classifier.Scores{"steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2, "dated_consequence": 2},
	}
	v := classifier.Classify(near)
	if v.Class != throughline.Transactional || !slices.Equal(v.Close, []throughline.Class{throughline.Complex}) {
		t.Errorf("got %s, close %v", v.Class, v.Close)
	}
	near.C["repetition"], near.C["buyer_knowledge"], near.C["risk_understood"] = 0, 0, 0
	if v := classifier.Classify(near); len(v.Close) != 0 {
		t.Errorf("C %d is far from every line, close %v", *v.C, v.Close)
	}
}

func TestIssuesMustPassForComplex(t *testing.T) {
	in := classifier.Input{
		C: classifier.Scores{"repetition": 2, "buyer_knowledge": 2, "risk_understood": 1, "veto_holders": 1, "work_change": 2, "problem_agreement": 0},
		P: classifier.Scores{"steps_seen": 2, "used_before": 2, "rule_and_decider": 2},
	}
	for label, want := range map[classifier.Label]throughline.Class{
		"": throughline.Complex, classifier.Adequate: throughline.Complex,
		"partial": throughline.ComplexNoProcess, "project-plan": throughline.ComplexNoProcess, "contracting": throughline.ComplexNoProcess,
	} {
		in.Issues = label
		if got := classifier.Classify(in).Class; got != want {
			t.Errorf("label %q: got %s, want %s", label, got, want)
		}
	}
}

func TestHeaviestUnknownsAreAsked(t *testing.T) {
	v := classifier.Classify(classifier.Input{C: classifier.Scores{"risk_understood": 1}})
	if v.Class != throughline.Unclassified || len(v.Ask) != 3 {
		t.Fatalf("got %+v", v)
	}
	for _, q := range v.Ask {
		if q.Weight != 2 {
			t.Errorf("asks %s of weight %d though heavier ones are unknown", q.Factor, q.Weight)
		}
	}
}

func TestFindings(t *testing.T) {
	tests := []struct{ name, text, check, message, hint, nearest string }{
		{"near key", "nmae: x\nc: {}\np: {}\n", "purchase-key", `no key "nmae"`, "", "name"},
		{"near factor", "c: {repetiton: 0}\np: {}\n", "purchase-key", `no factor "repetiton"`, "", "repetition"},
		{"wrong part", "c: {steps_seen: 0}\np: {}\n", "purchase-key", "wrong part", "move it under `p:`", ""},
		{"score", "c: {repetition: 3}\np: {}\n", "purchase-score", `0, 1, 2 or null for unknown, not "3"`, "never bought", ""},
		{"score kind", "c: {repetition: [1]}\np: {}\n", "purchase-score", "not a list", "", ""},
		{"twice", "c: {repetition: 0, repetition: 1}\np: {}\n", "purchase-key", "stands twice", "", ""},
		{"missing", "c: {}\n", "purchase-missing", `no "p"`, "", ""},
		{"tab", "c:\n\trepetition: 0\n", "purchase-syntax", "tab", "", ""},
		{"broken json", `{"c": {`, "purchase-syntax", "neither JSON nor YAML", "", ""},
		{"empty", "", "purchase-missing", "no purchase", "", ""},
		{"not utf-8", "name: \xff\n", "purchase-syntax", "not UTF-8", "", ""},
		{"scalar", "42\n", "purchase-syntax", "not a purchase", "", ""},
		{"list of scalars", "[1]\n", "purchase-syntax", "a purchase is a mapping", "", ""},
		{"recursive alias", "c: &a {repetition: *a}\np: {}\n", "purchase-score", "0, 1, 2", "", ""},
		{"label", "c: {}\np: {}\nissues: maybe\n", "purchase-score", "issues is what", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, found := classifier.Read("f", []byte(tt.text))
			for _, f := range found {
				if f.Check == tt.check && strings.Contains(f.Message, tt.message) && strings.Contains(f.Hint, tt.hint) && f.Nearest == tt.nearest {
					if tt.name != "empty" && f.Range.Begin.Line == 0 {
						t.Errorf("finding has no place: %+v", f)
					}
					return
				}
			}
			t.Errorf("no such finding among %+v", found)
		})
	}
}

func TestColumnsAreBytes(t *testing.T) {
	_, found := classifier.Read("f", []byte("{name: 你好, c: {repetitoin: 0}, p: {}}\n"))
	if len(found) != 1 || found[0].Range.Begin.Column != len("{name: 你好, c: {")+1 {
		t.Errorf("got %+v", found)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("c: {repetition: 0}\np: {steps_seen: 2}\n"))
	f.Add([]byte(`[{"name":"x","c":{"repetition":null},"p":{}}]`))
	f.Add([]byte("a: &a [*a, *a]\n"))
	f.Add([]byte("? [x]\n: y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, found := classifier.Read("f", text)
		for _, a := range in.Answers() {
			if !a.Class.Known() {
				t.Errorf("class %q", a.Class)
			}
		}
		if len(in.Purchases) == 0 && !in.List && len(found) == 0 {
			t.Error("nothing read and nothing said")
		}
	})
}
