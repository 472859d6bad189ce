package draft_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/draft"
	"github.com/throughline/throughline/internal/playbook/source"
)

func loud(fs diag.Findings) []string {
	var out []string
	for _, f := range fs {
		if f.Severity != diag.Hint {
			out = append(out, f.Range.File+": "+f.Check+" "+f.Message)
		}
	}
	return out
}

func TestEveryPresetGivesACleanDraft(t *testing.T) {
	for _, p := range append(compile.Presets(), playbook.Preset{}) {
		d, err := draft.Of(draft.Answers{Preset: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Findings) > 0 {
			t.Errorf("preset %q: %v\n%s", p.ID, d.Findings, d.Files["process/standard.yaml"])
		}
		book, _ := compile.Playbook(source.Memory(d.Files))
		names := []playbook.Value{book.Processes[0].Name}
		for _, s := range book.Processes[0].Stages {
			names = append(names, s.Name)
		}
		for _, m := range book.Processes[0].Milestones {
			names = append(names, m.Name, m.Short)
		}
		for _, v := range names {
			if v.Text["en"] == "" || v.Text["zh"] == "" {
				t.Errorf("preset %q: the road says %v in one language", p.ID, v.Text)
			}
		}
		for _, st := range book.Tracks[throughline.Contracting] {
			if want, ok := p.Days[st.Step.String()]; ok && st.Days != want {
				t.Errorf("preset %q: %s takes %v, want %v", p.ID, st.Step, st.Days, want)
			}
		}
	}
}

func TestTheInterview(t *testing.T) {
	a := draft.Answers{
		Name:    "How we \"sell\": cold",
		Charter: map[string]string{"strategy": "the north first", "focus": "cold stores", "stance": "maker", "differentiation": "we come at night: always"},
		Own:     []string{"cold store", "night service"},
		Stages:  []string{"First look", "Cold audit", "Shared plan", "Trial", "Order", "In use", "Closed Won"},
	}
	for _, line := range []string{
		"Hansen 2025, won, the cold store manager measured the losses of a summer",
		"Oslo Fisk, lost, customer was interested",
		"Bergen, won, the finance director approved the case in her own form",
	} {
		s, ok := draft.ParseStory(line)
		if !ok {
			t.Fatalf("%q is no story", line)
		}
		a.Deals = append(a.Deals, s)
	}
	d, err := draft.Of(a)
	if err != nil {
		t.Fatal(err)
	}
	if got := loud(d.Findings); len(got) > 0 {
		t.Errorf("%v\n%s", got, d.Files["process/standard.yaml"])
	}
	process := string(d.Files["process/standard.yaml"])
	for _, want := range []string{`cites: ["Hansen 2025, won"]`, `name: "Cold audit"`, "track: k1", "The finance director approved the case in her own form."} {
		if !strings.Contains(process, want) {
			t.Errorf("the process does not hold %s:\n%s", want, process)
		}
	}
	if len(d.Left) != 2 || !strings.Contains(strings.Join(d.Left, "\n"), "Oslo Fisk") {
		t.Errorf("left out: %q", d.Left)
	}
	if !strings.Contains(string(d.Files["playbook.yaml"]), "status: in-progress") {
		t.Errorf("got %s", d.Files["playbook.yaml"])
	}
}

// TestStagesInAnyLanguage: each stage gets an id of its own that nothing
// mangles, a draft compiles whatever the names, and what was guessed is said.
func TestStagesInAnyLanguage(t *testing.T) {
	for _, c := range []struct {
		stages, ids []string
		guessed     int
	}{
		{[]string{"商机", "需求分析", "报价", "合同签订"}, []string{"stage-1", "stage-2", "stage-3", "stage-4"}, 1},
		{[]string{"Primera visita", "Propuesta económica", "Diseño", "Año 2"}, []string{"primera-visita", "propuesta-economica", "diseno", "ano-2"}, 4},
		{[]string{"Встреча", "Договор", "Straße", "Ødegård"}, []string{"vstrecha", "dogovor", "strasse", "odegard"}, 4},
		{[]string{"Zig", "Zag", "Zog", "Zug", "Zeg", "Zyg"}, []string{"zig", "zag", "zog", "zug", "zeg", "zyg"}, 6},
		{[]string{"A+", "A++", "A"}, []string{"a"}, 1}, // letters and digits make the difference, as in a mapping
		{[]string{"Step one=p2", "Step two = P5", "Step three"}, []string{"step-one", "step-two", "step-three"}, 1},
		{[]string{"مرحلة", "Order", "Closed Won", "丢单"}, []string{"stage-1", "order"}, 1},
	} {
		d, err := draft.Of(draft.Answers{Stages: c.stages})
		if err != nil {
			t.Fatal(err)
		}
		if d.Findings.Errors() {
			t.Errorf("%q: %v", c.stages, d.Findings)
		}
		for _, f := range d.Findings {
			if f.Check == "S09" {
				t.Errorf("%q: %s", c.stages, f.Message)
			}
		}
		book, found := compile.Playbook(source.Memory(d.Files))
		if book == nil || len(found) > 0 {
			t.Fatalf("%q: %v", c.stages, found)
		}
		var ids []string
		for i, s := range book.Processes[0].Stages {
			ids = append(ids, s.ID)
			if i > 0 && s.Serves < book.Processes[0].Stages[i-1].Serves {
				t.Errorf("%q: the road goes back at %s", c.stages, s.ID)
			}
		}
		if strings.Join(ids, " ") != strings.Join(c.ids, " ") {
			t.Errorf("%q: ids %q, want %q", c.stages, ids, c.ids)
		}
		guessed := 0
		for _, f := range d.Findings {
			if f.Check == "playbook-draft" {
				guessed++
				line := strings.Split(string(d.Files["process/standard.yaml"]), "\n")[f.Range.Begin.Line-1]
				if !strings.HasPrefix(line[f.Range.Begin.Column-1:], "serves: p") {
					t.Errorf("%q: the finding stands at %q", c.stages, line)
				}
			}
		}
		if guessed != c.guessed {
			t.Errorf("%q: %d guesses, want %d", c.stages, guessed, c.guessed)
		}
	}
}

// TestADraftKnowsTheWords of its own stages and of how deals end.
func TestADraftKnowsTheWords(t *testing.T) {
	for _, a := range []draft.Answers{{}, {Preset: "healthcare"}, {Stages: []string{"Erstkontakt", "Angebot: gestellt", "线索"}}} {
		d, err := draft.Of(a)
		if err != nil {
			t.Fatal(err)
		}
		book, _ := compile.Playbook(source.Memory(d.Files))
		for word, want := range map[string]throughline.Outcome{"Closed Won": throughline.Won, "Lost": throughline.LostUnknown, "No Decision": throughline.NoDecision, "赢单": throughline.Won} {
			if got := book.Mapping.Outcomes[playbook.Fold(word)].Outcome; got != want {
				t.Errorf("%+v: %s means %q", a, word, got)
			}
		}
		for _, s := range book.Processes[0].Stages {
			for _, name := range s.Name.Text {
				if got := book.Mapping.Stages[playbook.Fold(name)]; got.Stage != s.Addr || got.Implied {
					t.Errorf("%+v: %q means %q", a, name, got.Stage)
				}
			}
		}
		if len(a.Stages) == 0 {
			if got := book.Mapping.Stages["negotiation"]; got.Stage == "" {
				t.Errorf("%+v: negotiation means nothing", a)
			}
		}
	}
}

func TestAnUnknownPreset(t *testing.T) {
	_, err := draft.Of(draft.Answers{Preset: "helthcare"})
	if throughline.KindOf(err) != throughline.NotFound || !strings.Contains(err.Error(), `did you mean "healthcare"?`) {
		t.Errorf("got %v", err)
	}
}

func TestStories(t *testing.T) {
	for _, bad := range []string{"", "x", "a, b, c", "a, won", ", won, x", "a, won, "} {
		if _, ok := draft.ParseStory(bad); ok {
			t.Errorf("%q is taken for a story", bad)
		}
	}
	for _, good := range []string{"Hansen, won, they counted", "奥斯陆，赢单，采购部签了合同", "Bergen, closed lost, they went on as before, all of them", "Tromsø, no decision, nobody came"} {
		s, ok := draft.ParseStory(good)
		if !ok || s.Won != (strings.Contains(good, "won") || strings.Contains(good, "赢")) {
			t.Errorf("%q is %+v", good, s)
		}
	}
	d, err := draft.Of(draft.Answers{Deals: []draft.Story{{Name: "奥斯陆", Won: true, Act: "采购部签署了合同"}}})
	if err != nil || !strings.Contains(string(d.Files["process/standard.yaml"]), `statement: {zh: "采购部签署了合同。"}`) || d.Findings.Errors() {
		t.Errorf("%v %v\n%s", err, d.Findings, d.Files["process/standard.yaml"])
	}
	if got := strings.Join(draft.Words([]string{"cold store, night service", "冷链、夜班，", ""}), "|"); got != "cold store|night service|冷链|夜班" {
		t.Error(got)
	}
	if n := len(draft.Interview()); n != 12 {
		t.Errorf("%d questions, want 12", n)
	}
}
