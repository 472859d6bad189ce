package buyingissue_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/buyingissue"
)

func TestCases(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name  string
		Label buyingissue.Label
		Steps [][2]string
	}
	if err := yaml.Load(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			var lines []string
			for i, s := range c.Steps {
				lines = append(lines, []string{"- ", "1. ", "", "  * "}[i%4]+s[0])
			}
			got, found := buyingissue.Of("f", []byte(strings.Join(lines, "\n")), throughline.NoPhase)
			if len(found) > 0 {
				t.Error(found)
			}
			if got.Label != c.Label {
				t.Errorf("label %s (coverage %d), want %s", got.Label, got.Coverage, c.Label)
			}
			for i, s := range c.Steps {
				if string(got.Steps[i].Kind) != s[1] || got.Steps[i].Text != s[0] || got.Steps[i].Line != i+1 {
					t.Errorf("step %d: %+v, want %s %q", i+1, got.Steps[i], s[1], s[0])
				}
			}
			if len(got.Ask) != 3 {
				t.Errorf("%d questions, want 3", len(got.Ask))
			}
		})
	}
}

// readFresh reads lines of a kind, a tab and a step.
func readFresh(t *testing.T, file string) (kinds, steps []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if kind, step, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && line[0] != '#' {
			kinds, steps = append(kinds, kind), append(steps, step)
		}
	}
	return kinds, steps
}

// TestFreshSteps: steps written before the lists read them.
func TestFreshSteps(t *testing.T) {
	for _, file := range []string{"testdata/fresh.txt", "testdata/second.txt", "testdata/third.txt"} {
		t.Run(file, func(t *testing.T) { fresh(t, file) })
	}
}

func fresh(t *testing.T, file string) {
	t.Helper()
	kinds, steps := readFresh(t, file)
	r, _ := buyingissue.Of("f", []byte(strings.Join(steps, "\n")), throughline.NoPhase)
	wrong := 0
	for i, s := range r.Steps {
		if string(s.Kind) != kinds[i] {
			wrong++
			t.Logf("%s: %s, want %s (%s)", s.Text, s.Kind, kinds[i], s.Cue)
		}
	}
	t.Logf("%d of %d right", len(steps)-wrong, len(steps))
	if wrong > 0 {
		t.Errorf("%d of %d wrong", wrong, len(steps))
	}
}

func TestTheShippedIssues(t *testing.T) {
	l := buyingissue.Default()
	sum := 0
	for i, s := range l.Issues {
		sum += s.Weight
		if !s.Phase.Known() || s.Name == "" || s.Instead == "" {
			t.Errorf("%s is not complete: %+v", s.ID, s)
		}
		if i != slices.IndexFunc(l.Issues, func(x buyingissue.Issue) bool { return x.ID == s.ID }) {
			t.Errorf("%s stands twice", s.ID)
		}
	}
	if len(l.Issues) != 22 || sum != 46 {
		t.Errorf("%d issues of total weight %d, want 22 and 46", len(l.Issues), sum)
	}
}

func TestGapsAreTheHeaviestNearTheFrontier(t *testing.T) {
	r, _ := buyingissue.Of("f", []byte("Kick-off\nGo-live"), throughline.Commit)
	for _, s := range r.Ask {
		if s.Weight != 3 || s.Phase != throughline.Commit && s.Phase != throughline.Rules {
			t.Errorf("asks %s (%s, weight %d) at frontier p7", s.ID, s.Phase, s.Weight)
		}
	}
	r, _ = buyingissue.Of("f", []byte("Kick-off\nGo-live"), throughline.Own)
	if r.Ask[0].ID != "B1" {
		t.Errorf("asks %s first at frontier p2, want B1", r.Ask[0].ID)
	}
}

// TestProperties: adding a line never lowers coverage; the order of lines
// changes neither coverage nor label.
func TestProperties(t *testing.T) {
	pool := []string{"Kick-off", "UAT", "NDA", "RFP", "The board decides by vote", "Budget released by the controller, signed",
		"Risk accepted by the COO in writing", "Problem statement signed", "Sponsor named", "Lunch", "Two people released for the project", "Do nothing is on the list"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		lines := []string{}
		for range r.IntN(10) {
			lines = append(lines, pool[r.IntN(len(pool))])
		}
		a, _ := buyingissue.Of("f", []byte(strings.Join(lines, "\n")), throughline.NoPhase)
		b, _ := buyingissue.Of("f", []byte(strings.Join(append(slices.Clone(lines), pool[r.IntN(len(pool))]), "\n")), throughline.NoPhase)
		if b.Coverage < a.Coverage {
			t.Fatalf("a line more lowered coverage from %d to %d: %v", a.Coverage, b.Coverage, lines)
		}
		if a.Coverage < 0 || a.Coverage > 100 {
			t.Fatalf("coverage %d", a.Coverage)
		}
		mixed := slices.Clone(lines)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		c, _ := buyingissue.Of("f", []byte(strings.Join(mixed, "\n")), throughline.NoPhase)
		if c.Coverage != a.Coverage || c.Label != a.Label {
			t.Fatalf("order changed the answer: %v", lines)
		}
	}
}

func TestListsAreEditable(t *testing.T) {
	own := strings.Replace(buyingissue.Text(), `project: '\bkick-?off`, `project: '\bzork\b|\bkick-?off`, 1)
	l, err := buyingissue.Read([]byte(own))
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := l.Of("f", []byte("zork"), throughline.NoPhase); r.Steps[0].Kind != buyingissue.Project {
		t.Errorf("got %s", r.Steps[0].Kind)
	}
	for _, bad := range []string{"", "issues: []", "issues: [{id: B1}]", "issues: 3", "unknown: 1", "issues: [{id: B1, weight: 1, ask: x, cue: '('}]", "\t"} {
		if _, err := buyingissue.Read([]byte(bad)); err == nil {
			t.Errorf("%q is read without complaint", bad)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte("1. Kick-off\n\xff- The board decides by vote\r\n# x"))
	f.Add([]byte("step 1: \n\n-\n- \n(1) a) b"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, _ := buyingissue.Of("f", text, throughline.Rules)
		if r.Coverage < 0 || r.Coverage > 100 || r.Label == "" {
			t.Fatalf("%+v", r)
		}
		for _, s := range r.Steps {
			if s.Line < 1 || s.Column < 1 || s.Kind == "" {
				t.Fatalf("%+v", s)
			}
		}
	})
}
