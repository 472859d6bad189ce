package compile_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"cel.dev/cel-go/cel"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/segment"
	"github.com/throughline/throughline/playbooks"
)

// ruled compiles the small playbook with a rule for its process.
func ruled(tb testing.TB, when string) (*playbook.Playbook, diag.Findings) {
	fsys := small(tb)
	book := string(fsys["playbook.yaml"].Data) + "\nknows: {region: [federal, north, south], seats: number, team: text, seats of it: number, type: text, string: text}\n"
	fsys["playbook.yaml"] = &fstest.MapFile{Data: []byte(book)}
	std := string(fsys["process/standard.yaml"].Data)
	fsys["process/standard.yaml"] = &fstest.MapFile{Data: []byte("when: " + when + "\n" + std)}
	return compile.Playbook(fsys)
}

func TestRules(t *testing.T) {
	for when, want := range map[string]string{
		`region == 'federal'`: `region == "federal"`,
		`"true"`:              `true`,
		`region in ['north', "south"] && seats >= 100`:                               `region in ["north", "south"] && seats >= 100.0`,
		`100.5 < seats || !(team == 'x') && class == 'complex'`:                      `seats > 100.5 || (!(team == "x") && class == "complex")`,
		`attr["seats of it"] <= -1e3 || attr.team != 'a'`:                            `attr["seats of it"] <= -1000.0 || team != "a"`,
		`"'team' in attr && (seats > 1.0 || seats < 0.5)"`:                           `"team" in attr && (seats > 1.0 || seats < 0.5)`,
		`"!(!(region == 'north'))"`:                                                  `!(!(region == "north"))`,
		`team == "a\\b\u00e9'" `:                                                     `team == "a\\bé'"`,
		`seats > 0x10`:                                                               `seats > 16.0`,
		`seats in [1, 2.5, -3]`:                                                      `seats in [1.0, 2.5, -3.0]`,
		`has(attr.team) && !has(attr.seats)`:                                         `"team" in attr && !("seats" in attr)`,
		`team == r'a\b' // a comment with ( and '`:                                   `team == "a\\b"`,
		`attr.region == 'north' && (team == 'x' && seats > 1) && class != 'complex'`: `region == "north" && (team == "x" && seats > 1.0) && class != "complex"`,
		`string == 'a' && attr["type"] != 'b'`:                                       `string == "a" && type != "b"`,
	} {
		p, found := ruled(t, when)
		if len(found) > 0 {
			t.Errorf("%s: %s at %q", when, found[0].Message, found[0].Value)
			continue
		}
		if got := p.Processes[0].When.Tree.String(); got != want {
			t.Errorf("%s: got %s, want %s", when, got, want)
		}
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	tests := []struct{ when, underlined, message, hint string }{
		{`regoin == 'federal'`, "regoin", `no deal knows "regoin"`, `did you mean "region"?`},
		{`colour == 'red'`, "colour", "no deal knows", "declare it under `knows:`"},
		{`region == 3`, "3", "region is a text, and 3 is a number", "quotes"},
		{`seats in [1, '2']`, "'2'", "seats is a number", "take the quotes away"},
		{`region == 'federl'`, "'federl'", `region is never "federl"`, `did you mean "federal"?`},
		{`region = 'federal'`, "=", "no place in a rule", "compare with =="},
		{`region.startsWith('f')`, "region.startsWith('f')", "more than a rule can say", "a rule compares"},
		{`size(team) > 3`, "size(team)", "more than a rule can say", ""},
		{`seats + 1 > 3`, "seats + 1", "more than a rule can say", ""},
		{`seats`, "seats", "alone is not yes or no", ""},
		{`seats > `, "> ", "", ""},
		{`"!region == 'north'"`, "!region", "! takes the next word alone", "!( … )"},
		{`(seats > 1`, "(", "not closed", ""},
		{`team == 'x`, "'x", "the text is not closed", ""},
		{`region in []`, "[]", "the list is empty", ""},
		{`seats > team`, "seats > team", "a comparison needs", ""},
		{`seats > 1e999`, "1e999", "is no number", ""},
		{`seats > 99999999999999999999`, "99999999999999999999", "is no number", ""},
		{`seats > 12_000`, "_000", "no place", ""},
		{`seats > 3u`, "3u", "another kind of number", "without the u: 3"},
		{`seats == -'x'`, "-'x'", "more than a rule can say", ""},
		{`seats > (team)`, "seats > (team)", "a comparison needs", ""},
		{`(region + team) == 'x'`, "region + team", "more than a rule can say", ""},
		{`(seats > 1) == true`, "seats > 1", "more than a rule can say", ""},
		{`region in ['north', team]`, "team", "a list holds texts or numbers only", ""},
		{`team in region`, "team in region", "is one of a list", "write region in"},
		{`"region in {'north': 1}"`, "region in {'north': 1}", "is one of a list", ""},
		{`"seats > 1 ? region == 'a' : true"`, "seats > 1 ? region == 'a' : true", "more than a rule can say", ""},
		{`"[1, 2].exists(x, x > seats)"`, "[1, 2].exists(x, x > seats)", "more than a rule can say", ""},
		{`region == null`, "null", "nothing is null", `!("region" in attr)`},
		{`region == b'x'`, "b'x'", "more than a rule can say", ""},
		{`attr == 'x'`, "attr == 'x'", "a comparison needs", ""},
		{`attr.regoin == 'x'`, "attr.regoin", `no deal knows "regoin"`, `"region"`},
		{`attr["regoin"] == 'x'`, `"regoin"`, `no deal knows "regoin"`, `"region"`},
		{`deal.region == 'north'`, "deal", `no deal knows "deal"`, "write region alone"},
		{`region.name == 'x'`, "region.name", "more than a rule can say", ""},
		{`"'regoin' in attr"`, "'regoin'", `no deal knows "regoin"`, `"region"`},
		{`has(attr.regoin)`, "has(attr.regoin)", `no deal knows "regoin"`, `"region"`},
		{`has(region)`, "region", "has( ) asks for attr.name", "has(attr.region)"},
		{`package == 'x'`, "package", "keeps for itself", `attr["package"]`},
		{`region == 'north' and seats > 1`, "and", "no place", "&&"},
		{`region == 'north' & seats > 1`, "&", "no place", "&&"},
		{`region <> 'north'`, ">", "no place", "!="},
		{`region == "a\qb" && seats > 1`, `"a\qb"`, "escape", "backslash"},
		{`region in ['north', 'south'`, "[", "the list is not closed", "]"},
		{`seats && true`, "seats", "alone is not yes or no", ""},
		{`"'x'"`, "'x'", "alone is not yes or no", ""},
		{`team == 'Zürich 東京' && tema == 'x'`, "tema", `no deal knows "tema"`, `"team"`},
		{`'team == "Zürich" || seats == "東京"'`, `"東京"`, "seats is a number", ""},
		{`team == 'é' && é == 1`, "é", "no place in a rule", ""},
		{"team == 'x' || " + strings.Repeat("team == 'y' || ", 120) + "seats > 1", "", "costs too much", ""},
		{"team in [" + strings.Repeat("1, ", 600) + "1]", "", "costs too much", ""},
		{strings.Repeat("(", 60) + "seats > 1" + strings.Repeat(")", 60), "(", "nests deeper", ""},
		{"team == '" + strings.Repeat("x", 2100) + "'", "", "costs too much", ""},
	}
	for _, tt := range tests {
		_, found := ruled(t, tt.when)
		if len(found) != 1 {
			t.Errorf("%.60s: %d findings: %v", tt.when, len(found), found)
			continue
		}
		f := found[0]
		if f.Check != compile.CheckRule || !strings.Contains(f.Message, tt.message) || !strings.Contains(f.Hint, tt.hint) {
			t.Errorf("%.60s: %s; %s", tt.when, f.Message, f.Hint)
		}
		if tt.underlined == "" || strings.HasSuffix(tt.when, " ") {
			continue
		}
		line := "when: " + tt.when
		if got := line[f.Range.Begin.Column-1 : f.Range.End.Column-1]; got != tt.underlined {
			t.Errorf("%.60s: underlines %q, want %q", tt.when, got, tt.underlined)
		}
	}
}

func TestChoose(t *testing.T) {
	fsys := folder(t, playbooks.Starter())
	delete(fsys, "mapping.yaml")
	std := string(fsys["process/standard.yaml"].Data)
	fsys["playbook.yaml"].Data = append(fsys["playbook.yaml"].Data, "\nknows: {region: [federal, other], seats: number}\n"...)
	fsys["process/federal.yaml"] = &fstest.MapFile{Data: []byte("when: region == 'federal'\n" + std)}
	fsys["process/land.yaml"] = &fstest.MapFile{Data: []byte("when: seats < 5\n" + std)}
	p, found := compile.Playbook(fsys)
	if found.Errors() {
		t.Fatal(found)
	}
	for _, tt := range []struct {
		attrs map[string]string
		want  string
	}{{map[string]string{"region": "federal", "seats": "1"}, "federal"}, {map[string]string{"seats": "1"}, "land"}, {nil, "standard"}, {map[string]string{"seats": "many"}, "standard"}} {
		if got, why := p.Choose(tt.attrs); got.ID != tt.want || why == "" {
			t.Errorf("%v takes %s because %s, want %s", tt.attrs, got.ID, why, tt.want)
		}
	}
}

func FuzzRule(f *testing.F) {
	for _, s := range []string{`region == 'federal' && !(seats < 1.5e3)`, `attr["x"] in ["a", 'b'] || class != "complex"`, `((((`, `'\u12`, `!`, `attr.`, `in in in`, `-`, `has(attr.x) || !('x' in attr)`, `r'''`, `seats in [1, -2, 0x3]`, `((x + 'é')) == "東"`, `x == 'a' // (`, `[1].all(y, y > seats)`, `{x: 1}.x`, `attr{x: 1}`} {
		f.Add(s)
	}
	base := small(f)
	f.Fuzz(func(t *testing.T, when string) {
		fsys := fstest.MapFS{}
		for k, v := range base {
			fsys[k] = v
		}
		fsys["playbook.yaml"] = &fstest.MapFile{Data: append([]byte("knows: {region: text, seats: number, x: text}\n"), base["playbook.yaml"].Data...)}
		fsys["process/standard.yaml"] = &fstest.MapFile{Data: append([]byte(fmt.Sprintf("when: %q\n", when)), base["process/standard.yaml"].Data...)}
		p, found := compile.Playbook(fsys)
		for _, f := range found {
			if f.Check == compile.CheckRule && (f.Message == "" || f.Range.Begin.Line < 1 || f.Range.End.Offset < f.Range.Begin.Offset) {
				t.Fatalf("%q: a finding without words or place: %+v", when, f)
			}
		}
		if p == nil || found.Errors() || p.Processes[0].When.CEL == "" {
			return
		}
		// what is accepted is spelt again and read to the same tree
		tree := p.Processes[0].When.Tree.String()
		fsys["process/standard.yaml"] = &fstest.MapFile{Data: append([]byte(fmt.Sprintf("when: %q\n", tree)), base["process/standard.yaml"].Data...)}
		q, found := compile.Playbook(fsys)
		if found.Errors() {
			t.Fatalf("%q is spelt %q, which is refused: %s", when, tree, found[0].Message)
		}
		if again := q.Processes[0].When.Tree.String(); again != tree {
			t.Fatalf("%q is spelt %q, then %q", when, tree, again)
		}
		sameAsCEL(t, when, q.Processes[0].When.Tree)
	})
}

// TestAllThatIsWrongIsSaidAtOnce: what is misspelt, mistyped and unsayable in
// one rule, each where it stands.
func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, found := ruled(t, `tema == 'x' && seats > '1' || region == 'federl' && size(team) > 2 || !seats`)
	var got []string
	for _, f := range found {
		got = append(got, f.Value+": "+f.Message)
	}
	want := []string{"tema: no deal knows \"tema\"", "'1': seats is a number, and '1' is a text", "'federl': region is never \"federl\"",
		"size(team): \"size(team)\" is more than a rule can say", "!seats: ! takes the next word alone"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestTheTreeMeansWhatCELMeans runs rules in the library's own interpreter and
// as trees, over deals that know everything.
func TestTheTreeMeansWhatCELMeans(t *testing.T) {
	for _, when := range []string{
		`region == 'north' && seats >= 100.0 || team != 'a'`,
		`!(region in ['north', 'south']) || 10.0 > seats`,
		`!(!(seats < 0.5)) && 'team' in attr`,
		`team < 'b' && team >= "a\u00e9"`,
		`seats in [1.0, 100.0] || has(attr.team) && region == 'federal'`,
	} {
		p, found := ruled(t, strconv.Quote(when))
		if len(found) > 0 {
			t.Fatalf("%s: %s", when, found[0].Message)
		}
		sameAsCEL(t, when, p.Processes[0].When.Tree)
	}
}

// sameAsCEL compares a tree with the text it was read from and with its own
// spelling; a whole number where strict CEL wants a point is CEL's only in the spelling.
func sameAsCEL(t *testing.T, when string, tree segment.Rule) {
	t.Helper()
	env, err := cel.NewEnv(cel.Variable("region", cel.StringType), cel.Variable("team", cel.StringType), cel.Variable("x", cel.StringType), cel.Variable("class", cel.StringType),
		cel.Variable("seats", cel.DoubleType), cel.Variable("attr", cel.MapType(cel.StringType, cel.DynType)))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{tree.String(), when} {
		ast, issues := env.Compile(text)
		if issues.Err() != nil {
			if i == 0 {
				t.Errorf("%q is spelt %q, which CEL refuses: %v", when, text, issues.Err())
			}
			continue
		}
		program, err := env.Program(ast)
		if err != nil {
			t.Fatal(err)
		}
		for _, region := range []string{"north", "federal", ""} {
			for _, team := range []string{"a", "b", "aé", "x"} {
				for _, seats := range []float64{-1, 0, 0.75, 1, 99.5, 100, 1e9} {
					texts := map[string]string{"region": region, "team": team, "x": team, "class": "complex", "seats": strconv.FormatFloat(seats, 'g', -1, 64)}
					vars := map[string]any{"region": region, "team": team, "x": team, "class": "complex", "seats": seats}
					vars["attr"] = map[string]any{"region": region, "team": team, "x": team, "class": "complex", "seats": seats}
					out, _, err := program.Eval(vars)
					if err != nil {
						t.Fatalf("%q: %v", text, err)
					}
					if got := tree.Holds(texts); any(got) != out.Value() {
						t.Fatalf("%q on %v: the tree says %v, CEL %v", text, texts, got, out.Value())
					}
				}
			}
		}
	}
}

func BenchmarkRule(b *testing.B) {
	for name, when := range map[string]string{"none": "", "one": `region == 'federal' && seats >= 100 || team in ['a', 'b']`} {
		fsys := small(b)
		fsys["playbook.yaml"] = &fstest.MapFile{Data: append([]byte("knows: {region: text, seats: number, team: text}\n"), fsys["playbook.yaml"].Data...)}
		if when != "" {
			fsys["process/standard.yaml"] = &fstest.MapFile{Data: append([]byte("when: "+when+"\n"), fsys["process/standard.yaml"].Data...)}
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, found := compile.Playbook(fsys); found.Errors() {
					b.Fatal(found)
				}
			}
		})
	}
}

// TestPlacesInTheFile: whatever YAML makes of a text, what is underlined is
// what the person wrote.
func TestPlacesInTheFile(t *testing.T) {
	for _, when := range []string{
		"regoin == 'x'",
		"\"regoin == 'x'\"",
		"'regoin == ''x'''",
		"'team == ''x'' && regoin == ''y'''",
		"\"team == \\\"Z\\u00fcrich\\\" && regoin == 'x'\"",
		"\"team == 'Zürich' \\\n   && regoin == 'x'\"",
		"team == 'Zürich 東京'\n  && (seats > 1\n  || regoin == 'x')",
		"team == 'Zürich 東京'\n  && regoin\n  == 'x'",
		">-\n  team == 'Zürich'\n  && regoin == 'x'",
		"|-\n  team == 'Zürich' && regoin == 'x'",
		"&anchor \"team == 'a'\n  && regoin == 'x'\"",
	} {
		_, found := ruled(t, when)
		if len(found) != 1 {
			t.Errorf("%q: %v", when, found)
			continue
		}
		text := "when: " + when
		r := found[0].Range
		line := strings.Split(text, "\n")[r.Begin.Line-1]
		if got := text[r.Begin.Offset:r.End.Offset]; got != "regoin" || line[r.Begin.Column-1:r.End.Column-1] != "regoin" {
			t.Errorf("%q underlines %q", when, got)
		}
	}
}
