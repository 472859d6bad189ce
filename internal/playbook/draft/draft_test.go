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
	if n := len(draft.Interview()); n != 12 {
		t.Errorf("%d questions, want 12", n)
	}
}
