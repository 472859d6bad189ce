package compile_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// ruled compiles the small playbook with a rule for its process.
func ruled(tb testing.TB, when string) (*playbook.Playbook, diag.Findings) {
	fsys := small(tb)
	book := string(fsys["playbook.yaml"].Data) + "\nknows: {region: [federal, north, south], seats: number, team: text, seats of it: number}\n"
	fsys["playbook.yaml"] = &fstest.MapFile{Data: []byte(book)}
	std := string(fsys["process/standard.yaml"].Data)
	fsys["process/standard.yaml"] = &fstest.MapFile{Data: []byte("when: " + when + "\n" + std)}
	return compile.Playbook(fsys)
}

func TestRules(t *testing.T) {
	for when, want := range map[string]string{
		`region == 'federal'`: `region == "federal"`,
		`"true"`:              `true`,
		`region in ['north', "south"] && seats >= 100`:          `region in ["north", "south"] && seats >= 100.0`,
		`100.5 < seats || !(team == 'x') && class == 'complex'`: `seats > 100.5 || (!(team == "x") && class == "complex")`,
		`attr["seats of it"] <= -1e3 || attr.team != 'a'`:       `attr["seats of it"] <= -1000.0 || team != "a"`,
		`"'team' in attr && (seats > 1.0 || seats < 0.5)"`:      `"team" in attr && (seats > 1.0 || seats < 0.5)`,
		`"!(!(region == 'north'))"`:                             `!(!(region == "north"))`,
		`team == "a\\b\u00e9'" `:                                `team == "a\\bé'"`,
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
		{`region.startsWith('f')`, "region.", "more than a rule can say", "a rule compares"},
		{`size(team) > 3`, "size(", "more than a rule can say", ""},
		{`seats + 1 > 3`, "+", "no place", ""},
		{`seats`, "seats", "alone is not yes or no", ""},
		{`seats > `, "> ", "", ""},
		{`"!region == 'north'"`, "!region", "! takes the next word alone", "!( … )"},
		{`(seats > 1`, "(", "not closed", ""},
		{`team == 'x`, "'x", "the text is not closed", ""},
		{`region in []`, "[]", "the list is empty", ""},
		{`seats > team`, "seats > team", "a comparison needs", ""},
		{`seats > 0x10`, "0x10", "is no number", ""},
		{"team == 'x' || " + strings.Repeat("team == 'y' || ", 120) + "seats > 1", "", "costs too much", ""},
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
	for _, s := range []string{`region == 'federal' && !(seats < 1.5e3)`, `attr["x"] in ["a", 'b'] || class != "complex"`, `((((`, `'\u12`, `!`, `attr.`, `in in in`, `-`} {
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
	})
}
