package english_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/language"
	"github.com/throughline/throughline/internal/language/english"
)

func read(s string) []language.Clause {
	return english.Clauses(s, english.Tokens(s, 0, len(s)), nil)
}

func tell(s string, c language.Clause) string {
	out := fmt.Sprintf("%s %s(%s) %s %s", c.Doer.Of(s), c.Act, c.Object.Of(s), c.Tense, c.Mood)
	if c.Denied() {
		out += " not"
	}
	if c.Passive {
		out += " passive"
	}
	if c.Aside {
		out += " aside"
	}
	if c.Asked {
		out += " asked"
	}
	if c.Said >= 0 {
		out += fmt.Sprintf(" said by %d", c.Said)
	}
	return strings.TrimSpace(out)
}

// A sentence a line, and the clauses that are read from it.
var sentences = map[string][]string{
	"They went with Competitor X.":                            {"They go(with Competitor X) done fact"},
	"Nothing new.":                                            {"(Nothing new) bare fact not"},
	"They will send us the list of systems by Friday.":        {"They send(us the list of systems by Friday) ahead fact"},
	"The manager said they will drop the project.":            {"The manager say() done fact", "they drop(the project) ahead fact said by 0"},
	"Finance has not approved the case.":                      {"Finance approve(the case) done fact not"},
	"They decided not to buy anything this year.":             {"They buy(anything this year) done decision not"},
	"Nobody owns it.":                                         {"Nobody own(it) now fact not"},
	"They have no budget.":                                    {"They have(no budget) now fact not"},
	"If we lower the price, Tom will sign the contract.":      {"we lower(the price) now condition", "Tom sign(the contract) ahead condition"},
	"I think they are going with Northgate.":                  {"I think() now fact", "they go(with Northgate) now hedge said by 0"},
	"He doesn't think it is worth the effort.":                {"He think() now fact not", "it be(worth the effort) now hedge not said by 0"},
	"They may go with someone else, she said.":                {"They go(with someone else) now hedge said by 1", "she say() done fact"},
	"The IT team, who run the servers, refused to test it.":   {"The IT team run(the servers) now fact aside", "The IT team test(it) done fact not"},
	"Marc and Helen agreed to pay for the pilot.":             {"Marc and Helen pay(for the pilot) ahead pledge"},
	"The contract was signed by both sides.":                  {"both sides sign(by both sides) done fact passive"},
	"They're not going to renew.":                             {"They're renew() ahead fact not"},
	"Tom wants us to lower the price by 10%.":                 {"Tom want(us) now fact", "lower(the price by 10%) bare request"},
	"She'd like to see it again.":                             {"She'd see(it again) now wish"},
	"Legal returned the contract with two open points.":       {"Legal return(the contract with two open points) done fact"},
	"Has the board approved it?":                              {"have() now fact asked", "the board approve(it) done fact asked"},
	"We sent them the proposal and they liked it.":            {"We send(them the proposal) done fact", "they like(it) done fact"},
	"The committee must decide, but nobody has called it in.": {"The committee decide() now duty", "nobody call(it in) done fact not"},
	"They refused to sign.":                                   {"They sign() done fact not"},
	"Before they signed, the auditor measured the baseline.":  {"they sign() done fact aside", "the auditor measure(the baseline) done fact"},
	"Priya told me that the board had rejected the proposal.": {"Priya tell(me) done fact", "the board reject(the proposal) done fact said by 0"},
}

func TestClauses(t *testing.T) {
	for s, want := range sentences {
		var got []string
		for _, c := range read(s) {
			got = append(got, tell(s, c))
		}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("%s\n got %s\nwant %s", s, strings.Join(got, "; "), strings.Join(want, "; "))
		}
	}
}

func TestForms(t *testing.T) {
	for w, want := range map[string]english.Verb{"went": {Plain: "go", Form: english.Past}, "signed": {Plain: "sign", Form: english.Past | english.Participle}, "chooses": {Plain: "choose", Form: english.Third},
		"cancelling": {Plain: "cancel", Form: english.Gerund}, "put": {Plain: "put", Form: english.Base | english.Past | english.Participle}, "saw": {Plain: "see", Form: english.Past}} {
		if got, ok := english.VerbOf(w); !ok || got != want {
			t.Errorf("%s: %+v %v, want %+v", w, got, ok, want)
		}
	}
	if v, ok := english.VerbOf("table-top"); ok {
		t.Errorf("table-top: %+v", v)
	}
}

func FuzzClauses(f *testing.F) {
	for s := range sentences {
		f.Add(s)
	}
	f.Add("'s n't 'll to to to not not will've be-be, who that that")
	f.Fuzz(func(t *testing.T, s string) {
		for i, c := range read(s) {
			for _, sp := range []language.Span{c.Span, c.Doer, c.Verb, c.Object, c.Not} {
				if sp.Start < 0 || sp.End > len(s) || sp.End < sp.Start {
					t.Fatalf("clause %d of %q: the span %+v", i, s, sp)
				}
			}
			if c.Said >= len(read(s)) || c.Said == i {
				t.Fatalf("clause %d of %q is said by %d", i, s, c.Said)
			}
		}
	})
}
