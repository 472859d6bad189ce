package workshop_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/workshop"
)

// TestTheInterviewAsksAgain: an answer that cannot be taken is asked for again
// where it was given, and what was right is kept.
func TestTheInterviewAsksAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "book")
	answers := map[string][][]string{ // by the beginning of the question, in the order in which it is put
		"What is the playbook called": {{"Ours"}},
		"Which market is nearest":     {{"helthcare"}},
		`there is no market`:          {{"healthcare"}},
		"Which words are yours alone": {{"cold store, night service", "ice"}},
		"Think of your last ten":      {{"Hansen, won, the plant manager counted the losses", "foo bar"}},
		`"foo bar" is no story`:       {{"Oslo, lost, the buyer signed with another"}},
		"Which stages do you use":     {{"Erstes", "Auftrag=p7"}},
		"Which question of theirs":    {{"pp"}},
		`"pp" is none of the nine`:    {{"p2"}},
	}
	var asked []string
	d := &workshop.Bench{Ask: func(question, _ string, _ bool) ([]string, error) {
		asked = append(asked, question)
		for begin, said := range answers {
			if strings.HasPrefix(question, begin) && len(said) > 0 {
				answers[begin] = said[1:]
				return said[0], nil
			}
		}
		return nil, nil
	}}
	out, err := workshop.Interview(t.Context(), d, workshop.InitPlaybookInput{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if out.Found.Errors() || len(out.Files) < 6 {
		t.Errorf("%+v", out)
	}
	for begin, left := range answers {
		if len(left) > 0 {
			t.Errorf("%q was never asked; asked: %q", begin, asked)
		}
	}
	for file, want := range map[string][]string{
		"playbook.yaml":         {`name: "Ours"`, `  - "cold store"`, `  - "night service"`, `  - "ice"`},
		"process/standard.yaml": {"preset: healthcare", "Hansen, won", "id: erstes", "serves: p2", "serves: p7"},
		"mapping.yaml":          {`"Erstes"`, `"Auftrag"`},
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s does not hold %s:\n%s", file, w, text)
			}
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".playbook-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q %v", left, err)
	}
}
