package playbooks_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/playbooks"
)

func starter(t *testing.T) *playbook.Playbook {
	t.Helper()
	p, found := compile.Playbook(playbooks.Starter())
	for _, f := range found {
		t.Errorf("%s:%d:%d: %s %s", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, f.Message, f.Hint)
	}
	if p == nil {
		t.Fatal("the starter playbook did not compile")
	}
	return p
}

func TestWhatShipsHasNoFindings(t *testing.T) { starter(t) }

// TestTheStarterKeepsTheRules holds the starter to what a good process looks
// like: few stages, one to three milestones each, about the customer, reaching
// beyond the signature, in both languages.
func TestTheStarterKeepsTheRules(t *testing.T) {
	p := starter(t)
	if len(p.Processes) != 1 {
		t.Fatalf("%d processes", len(p.Processes))
	}
	pr := p.Processes[0]
	if n := len(pr.Stages); n < 4 || n > 7 {
		t.Errorf("%d stages", n)
	}
	if n := len(pr.Milestones); n < 10 || n > 12 {
		t.Errorf("%d milestones", n)
	}
	words, beyond, per := 0, 0, map[throughline.Address]int{}
	linter, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range pr.Milestones {
		per[m.Stage]++
		if m.Serves > throughline.Commit {
			beyond++
		}
		if n := len(strings.Fields(m.Short.Text.In("en"))); n < 2 || n > 4 {
			t.Errorf("%s: the short form has %d words", m.Addr, n)
		}
		words += len(strings.Fields(m.Name.Text.In("en")))
		for _, f := range linter.Lint(statement.Statement{Text: m.Name.Text.In("en"), File: m.Name.At.File, At: m.Name.At.Begin, Address: m.Addr, Place: statement.Milestone}) {
			t.Errorf("%s: %s [%s]", m.Addr, f.Message, f.Check)
		}
	}
	for _, s := range pr.Stages {
		if n := per[s.Addr]; n < 1 || n > 3 {
			t.Errorf("%s has %d milestones", s.Addr, n)
		}
	}
	if beyond < 2 {
		t.Errorf("%d milestones lie beyond the signature", beyond)
	}
	if words > 300 {
		t.Errorf("the milestones have %d words", words)
	}
}

// TestTheStarterSpeaksBothLanguages looks at every text, so that none is
// forgotten in one of them.
func TestTheStarterSpeaksBothLanguages(t *testing.T) {
	p := starter(t)
	check := func(where string, x playbook.Text) {
		if x["en"] == "" || x["zh"] == "" || len(x) != 2 {
			t.Errorf("%s: %v", where, x)
		}
	}
	check("name", p.Name)
	check("about", p.About.Text)
	for _, q := range p.Journey.Phases {
		all := append([]playbook.Value{q.Name, q.Ask}, q.Sub...)
		all = append(append(append(all, q.NotEvidence...), q.Stalls...), q.Helps...)
		for _, g := range q.Evidence {
			all = append(all, g.Value)
		}
		for _, v := range all {
			check(q.Phase.String(), v.Text)
		}
		if len(q.Evidence) < 2 || len(q.Sub) < 3 || len(q.NotEvidence) == 0 || len(q.Stalls) < 2 || len(q.Helps) < 2 {
			t.Errorf("%s says too little", q.Phase)
		}
	}
	for _, steps := range p.Tracks {
		for _, s := range steps {
			for _, v := range []playbook.Value{s.Name, s.Ask, s.Evidence, s.Snag, s.Owner} {
				check(s.Step.String(), v.Text)
			}
			if s.Days.Middle == 0 {
				t.Errorf("%s has no duration", s.Step)
			}
		}
	}
	for _, pr := range p.Processes {
		check(pr.ID, pr.Name.Text)
		for _, s := range pr.Stages {
			check(string(s.Addr), s.Name.Text)
		}
		for _, m := range pr.Milestones {
			check(string(m.Addr), m.Name.Text)
			check(string(m.Addr), m.Short.Text)
		}
	}
}

// TestPacksSpeakBothLanguages looks at every text of a pack: none is missing
// in one of them, none stands untranslated, the names it credits are the same
// in both, and what a seller reads holds to the checks that are not about who
// did something: no buzzword, no silence for consent, nobody's mark.
func TestPacksSpeakBothLanguages(t *testing.T) {
	linter, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	packs := compile.Packs()
	if len(packs) < 23 {
		t.Fatalf("%d packs", len(packs))
	}
	name := regexp.MustCompile(`[A-Z][A-Za-z]*[A-Za-z]|[0-9][0-9,]+`)
	for _, k := range packs {
		all := append([]playbook.Value{k.Name, k.Origin, k.Idea, k.Marks, k.Credit}, k.Presumes...)
		for _, q := range k.Prompts {
			all = append(all, q.Value)
		}
		for _, x := range k.Tools {
			all = append(all, x.Name, x.In, x.Out)
		}
		for _, c := range k.Clashes {
			all = append(all, c.Rule)
		}
		for _, v := range all {
			en, zh := v.Text["en"], v.Text["zh"]
			if en == "" || zh == "" || en == zh && k.Origin.Text["en"] != en || len(v.Text) != 2 {
				t.Errorf("%s: %v", k.ID, v.Text)
			}
			if strings.ContainsAny(zh, ",;:?!\"'") && !strings.Contains(zh, "35,000") {
				t.Errorf("%s: half-width marks in %s", k.ID, zh)
			}
			for _, f := range linter.Lint(statement.Statement{Text: zh, Place: statement.Elsewhere}) {
				source := slices.ContainsFunc([]playbook.Value{k.Origin, k.Marks, k.Credit}, func(o playbook.Value) bool { return o.Text["zh"] == zh })
				if slices.Contains([]string{"L06", "L07", "L08", "L14"}, f.Check) && !source {
					t.Errorf("%s: %s: %s [%s: %s]", k.ID, zh, f.Message, f.Check, f.Value)
				}
			}
		}
		for _, v := range []playbook.Value{k.Origin, k.Credit, k.Marks} {
			for _, n := range name.FindAllString(v.Text["zh"], -1) {
				if !strings.Contains(v.Text["en"], n) && n != "20" && n != "250" {
					t.Errorf("%s: %s is named in Chinese only: %v", k.ID, n, v.Text)
				}
			}
		}
		for _, n := range name.FindAllString(k.Credit.Text["en"], -1) {
			if slices.Contains(notNames, n) {
				continue
			}
			if !strings.Contains(k.Credit.Text["zh"], n) {
				t.Errorf("%s: the Chinese does not credit %s: %s", k.ID, n, k.Credit.Text["zh"])
			}
		}
	}
}

// notNames are the words of a credit that begin with a capital and name nobody.
var notNames = []string{"Draws", "Our"}

// TestPresetsSpeakBothLanguages looks at every text of a market, and sees that
// its short Chinese is short and its statements pass in both languages.
func TestPresetsSpeakBothLanguages(t *testing.T) {
	linter, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	presets := compile.Presets()
	if len(presets) < 10 {
		t.Fatalf("%d presets", len(presets))
	}
	for _, p := range presets {
		all := append([]playbook.Value{p.Name, p.Differs}, p.Traps...)
		if len(p.Dated.Text) > 0 {
			all = append(all, p.Dated)
		}
		for _, m := range p.Milestones {
			all = append(all, m.Name, m.Short)
			if n := utf8.RuneCountInString(m.Short.Text["zh"]); n > 10 {
				t.Errorf("%s: the short form of %s has %d characters", p.ID, m.ID, n)
			}
			for _, said := range m.Name.Text {
				for _, f := range linter.Lint(statement.Statement{Text: said, Address: m.Addr, Place: statement.Milestone}) {
					t.Errorf("%s: %s: %s [%s]", p.ID, said, f.Message, f.Check)
				}
			}
		}
		for _, v := range all {
			if v.Text["en"] == "" || v.Text["zh"] == "" || v.Text["en"] == v.Text["zh"] || len(v.Text) != 2 {
				t.Errorf("%s: %v", p.ID, v.Text)
			}
		}
	}
}

// TestClassBlends: every blend that ships for a class names
// packs that are there, within what one process bears.
func TestClassBlends(t *testing.T) {
	p := starter(t)
	for class, blend := range p.Defaults {
		practised := class == throughline.Transactional || class == throughline.TransactionalInformal
		if len(blend) == 0 || len(blend) > 4 || practised && len(blend) > 1 {
			t.Errorf("%s has %d packs", class, len(blend))
		}
		leads := map[throughline.Address]string{}
		for _, u := range blend {
			k, ok := p.AnyPack(u.Pack)
			if !ok {
				t.Errorf("%s names %s, which is not there", class, u.Pack)
			}
			for _, a := range u.Lead {
				if leads[a] != "" || k.Weights[playbook.Place(a)] < 2 {
					t.Errorf("%s: %s leads at %s, where %q leads or it says little", class, u.Pack, a, leads[a])
				}
				leads[a] = u.Pack
			}
		}
	}
}

// TestTheDemoHasTwoProcesses: the made-up company's playbook is the starter and
// a process for practised purchases, without findings.
func TestTheDemoHasTwoProcesses(t *testing.T) {
	p, found := compile.Playbook(playbooks.Demo())
	if len(found) > 0 || p == nil {
		t.Fatal(found)
	}
	if len(p.Processes) != 2 || len(p.Journey.Phases) != throughline.PhaseCount {
		t.Fatalf("%d processes, %d questions", len(p.Processes), len(p.Journey.Phases))
	}
	for purchase, want := range map[string]string{"first": "standard", "replacement": "standard", "order": "order", "card": "order", "": "standard"} {
		if pr, why := p.Choose(map[string]string{"purchase": purchase}); pr.ID != want {
			t.Errorf("%q follows %s (%s), want %s", purchase, pr.ID, why, want)
		}
	}
}
