// Package draft writes a first playbook from an interview: the charter, the
// last wins and losses, the stages in a company's own words, a market to begin from.
//
// Takes: Answers, as a person gave them, in any language; any of them may be empty.
// Gives: what is wrong with an answer, as soon as it is given; the files of a playbook, and what compiler and linter say about them.
// Never: writes to a disk, or invents an answer: what is not said stays a starting point, and says so.
package draft

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/playbooks"
)

// Draft is a first playbook.
type Draft struct {
	Files    map[string][]byte
	Findings diag.Findings // what compiler and linter say; none means it passes
	Left     []string      // answers that did not get in, and why
}

// checkGuess is the check of a finding about what the draft had to guess.
const checkGuess = "playbook-draft"

// Of writes the first draft.
func Of(a Answers) (Draft, error) {
	w := writer{a: a, files: map[string][]byte{}, words: nil}
	if a.Preset != "" {
		i := slices.IndexFunc(compile.Presets(), func(p playbook.Preset) bool { return p.ID == a.Preset })
		if i < 0 {
			hint := ""
			if near := diag.Nearest(a.Preset, presetNames()); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			return Draft{}, throughline.Fail(
				"begin a playbook from preset",
				throughline.NotFound,
				a.Preset,
				fmt.Errorf("there is no such preset%s", hint),
			)
		}
		w.preset = compile.Presets()[i]
		text, err := fs.ReadFile(playbooks.Presets(), a.Preset+".yaml")
		if err != nil {
			return Draft{}, throughline.Fail("read preset", throughline.Internal, a.Preset, err)
		}
		w.files["preset/"+a.Preset+".yaml"] = text
	}
	for _, name := range []string{"journey.yaml", "tracks.yaml", "classes.yaml"} {
		text, err := fs.ReadFile(playbooks.Starter(), name)
		if err != nil {
			return Draft{}, throughline.Fail("read the starter playbook", throughline.Internal, name, err)
		}
		w.files[name] = text
	}
	starter, _ := compile.Playbook(playbooks.Starter())
	if starter == nil {
		return Draft{}, throughline.Fail("read the starter playbook", throughline.Internal, "", nil)
	}
	w.starter = starter.Processes[0]
	w.files["tracks.yaml"] = w.times(w.files["tracks.yaml"])
	words, err := statement.New(statement.Words{})
	if err != nil {
		return Draft{}, throughline.Fail("read the word lists", throughline.Internal, "", err)
	}
	w.words = words
	w.shipped = starter.Mapping
	w.book()
	stages := w.process()
	w.mapping(stages)
	out := Draft{Files: w.files, Left: w.left, Findings: w.guesses()}
	p, found := compile.Playbook(source.Memory(w.files))
	rep := lint.Playbook(p, func(file string) []byte { return w.files[file] }, lint.Measured{})
	out.Findings = append(append(out.Findings, found...), rep.Findings...)
	out.Findings.Sort()
	return out, nil
}

// times puts the market's durations into the starter's contracting track.
func (w *writer) times(tracks []byte) []byte {
	lines := strings.Split(string(tracks), "\n")
	step := ""
	for i, line := range lines {
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		if _, ok := throughline.ParseStep(key); ok && strings.HasPrefix(line, "  ") {
			step = key
		}
		if d, ok := w.preset.Days[step]; ok && key == "takes" {
			lines[i] = fmt.Sprintf(
				"    takes: {best: %d days, middle: %d days, worst: %d days} # typical here, check yours",
				d.Best,
				d.Middle,
				d.Worst,
			)
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

type writer struct {
	a       Answers
	preset  playbook.Preset
	starter playbook.Process
	shipped playbook.Mapping
	words   *statement.Linter
	files   map[string][]byte
	road    []stage // as it was written
	left    []string
}

func quote(s string) string { return strconv.Quote(strings.Join(strings.Fields(s), " ")) }

func (w *writer) book() {
	var b strings.Builder
	name := w.a.Name
	if name == "" {
		name = "How we sell"
	}
	fmt.Fprintf(
		&b,
		"# Written from an interview. Change it until it could only be yours; then set\n# status to adapted.\n\nname: %s\nstatus: %s\n",
		text(name),
		map[bool]string{true: "in-progress", false: "starting-point"}[w.said()],
	)
	b.WriteString(
		"about: \"Starting point, adapt. Every number is a default until your own history says better.\"\n\nevidence:\n  cycle: 120 days # how long a deal usually takes\n\nsilence:\n  default: 60 days # until there is enough history\n",
	)
	if len(w.a.Charter) > 0 {
		b.WriteString("\ncharter:\n")
		for _, k := range playbook.CharterKeys() {
			if v := strings.TrimSpace(w.a.Charter[k]); v != "" {
				fmt.Fprintf(&b, "  %s: %s\n", k, text(v))
			}
		}
	}
	if len(w.a.Own) > 0 {
		b.WriteString("\nown:\n")
		for _, o := range w.a.Own {
			fmt.Fprintf(&b, "  - %s\n", quote(o))
		}
	}
	w.files["playbook.yaml"] = []byte(b.String())
}

// said reports whether the company said anything of its own.
func (w *writer) said() bool {
	for v := range maps.Values(w.a.Charter) {
		if strings.TrimSpace(v) != "" {
			return true
		}
	}
	return len(w.a.Own)+len(w.a.Deals)+len(w.a.Stages) > 0
}

type stage struct {
	id, name   string
	zh         string // the name in Chinese, where the stage is the starter's
	serves     throughline.Phase
	guessed    bool // nothing in its name says which question it serves
	milestones []playbook.Milestone
	cites      map[string]string
}

// names are the stage's name in the languages it has; a company's own is in one.
func (s stage) names() playbook.Text {
	if s.zh == "" {
		return playbook.Text{"en": s.name}
	}
	return playbook.Text{"en": s.name, "zh": s.zh}
}

// process writes the road: the company's stages where it has some, milestones
// from its own deals first, then from the preset, then from the starter.
func (w *writer) process() []stage {
	stages := w.stages()
	at := func(ph throughline.Phase) *stage { // the last stage that serves ph or an earlier question
		best := 0
		for i := range stages {
			if stages[i].serves <= ph {
				best = i
			}
		}
		return &stages[best]
	}
	seen := map[string]bool{}
	add := func(m playbook.Milestone, cite string, most int) bool {
		s := at(m.Serves)
		if seen[m.ID] || len(s.milestones) >= most || total(stages) >= 15 {
			return false
		}
		seen[m.ID] = true
		s.milestones = append(s.milestones, m)
		if cite != "" {
			s.cites[m.ID] = cite
		}
		return true
	}
	w.fromDeals(add)
	// what begins contracting comes before what could crowd it out
	addFirst(w.preset.Milestones, add, func(m playbook.Milestone) bool {
		return m.Step.Track == throughline.Contracting && m.Serves <= throughline.Rules
	})
	if w.preset.ID == "" { // and what lies beyond the signature
		addFirst(w.starter.Milestones, add, func(m playbook.Milestone) bool { return m.Serves >= throughline.Adopt })
	}
	w.fill(stages, add)
	for i := range stages {
		slices.SortStableFunc(stages[i].milestones, func(a, b playbook.Milestone) int { return cmp.Compare(a.Serves, b.Serves) })
	}
	if w.preset.ID != "" && len(w.a.Stages) == 0 {
		stages = settle(stages)
	}
	w.furnish(stages)
	w.files[roadFile] = w.roadText(stages)
	return stages
}

// addFirst adds milestones of a shipped process, those that are pressing before the others.
func addFirst(from []playbook.Milestone, add func(playbook.Milestone, string, int) bool, pressing func(playbook.Milestone) bool) {
	for _, now := range []bool{true, false} {
		for _, m := range from {
			if pressing(m) == now {
				add(m, "", 3)
			}
		}
	}
}

// fromDeals adds a milestone for what was decisive in each deal that the company
// told of, and keeps, in words, what cannot be one.
func (w *writer) fromDeals(add func(playbook.Milestone, string, int) bool) {
	for i, d := range w.a.Deals {
		said := Sentence(d.Act)
		if found := w.words.Lint(statement.Statement{Text: said, Place: statement.Milestone}); len(found) > 0 {
			w.left = append(w.left, fmt.Sprintf("%s: %q is no milestone yet: %s; %s", d.Name, d.Act, found[0].Message, found[0].Hint))
			continue
		}
		serves, known := PhaseOf(said)
		if !known {
			serves = throughline.Explore
		}
		m := playbook.Milestone{ID: fmt.Sprintf("from-deal-%d", i+1), Name: playbook.Value{Text: playbook.Text{"en": said}},
			Short: playbook.Value{Text: playbook.Text{"en": asAt(d.Name)}}, Serves: serves}
		cite := d.Name + map[bool]string{true: ", won", false: ", lost"}[d.Won]
		if !add(m, cite, 2) {
			w.left = append(w.left, fmt.Sprintf("%s: the stage it belongs to has milestones enough", d.Name))
		}
	}
}

// roadText is the file of the process.
func (w *writer) roadText(stages []stage) []byte {
	var b strings.Builder
	b.WriteString("# The road: milestones are what a customer person did, yes or no.\n\n")
	fmt.Fprintf(&b, "name: %s\n", texts(w.starter.Name.Text))
	if w.preset.ID != "" {
		fmt.Fprintf(&b, "preset: %s\n", w.preset.ID)
	}
	if len(w.preset.Blend) > 0 {
		b.WriteString("blend: # the packs that help, and where each leads\n")
	}
	for _, u := range w.preset.Blend {
		var lead []string
		for _, a := range u.Lead {
			lead = append(lead, playbook.Place(a))
		}
		fmt.Fprintf(&b, "  %s: [%s]\n", u.Pack, strings.Join(lead, ", "))
	}
	b.WriteString("\nstages:\n")
	for _, s := range stages {
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    serves: %s%s\n", s.id, texts(s.names()), s.serves, map[bool]string{true: guessMark}[s.guessed])
		if len(s.milestones) > 0 {
			b.WriteString("    milestones:\n")
		}
		for _, m := range s.milestones {
			fmt.Fprintf(&b, "      - id: %s\n        short: %s\n        statement: %s\n", m.ID, texts(m.Short.Text), texts(m.Name.Text))
			if m.Serves != s.serves {
				fmt.Fprintf(&b, "        serves: %s\n", m.Serves)
			}
			if m.Step.Number != 0 {
				fmt.Fprintf(&b, "        track: %s\n", m.Step)
			}
			if c := s.cites[m.ID]; c != "" {
				fmt.Fprintf(&b, "        cites: [%s]\n", quote(c))
			}
		}
	}
	return []byte(b.String())
}

const (
	roadFile  = "process/standard.yaml"
	guessMark = " # a guess: which of the nine questions does it serve?"
)

func total(stages []stage) int {
	n := 0
	for _, s := range stages {
		n += len(s.milestones)
	}
	return n
}

// fill sees that contracting begins early and that something lies beyond the
// signature, from the starter's own.
func (w *writer) fill(stages []stage, add func(playbook.Milestone, string, int) bool) {
	beyond, paper := 0, false
	for i, s := range stages {
		for _, m := range s.milestones {
			if m.Serves >= throughline.Adopt {
				beyond++
			}
			paper = paper || m.Step.Track == throughline.Contracting && 2*i <= len(stages)
		}
	}
	for _, m := range w.starter.Milestones {
		switch {
		case m.Step.Track == throughline.Contracting && !paper:
			for i := len(stages) / 2; i >= 0; i-- { // in the first half, wherever there is room
				if len(stages[i].milestones) >= 3 {
					continue
				}
				for k := range stages { // it may stand later on the road already
					stages[k].milestones = slices.DeleteFunc(stages[k].milestones, func(x playbook.Milestone) bool { return x.ID == m.ID })
				}
				stages[i].milestones = append(stages[i].milestones, m)
				paper = true
				break
			}
		case m.Serves >= throughline.Adopt && beyond < 2:
			if add(m, "", 3) {
				beyond++
			}
		}
	}
}

// settle takes away the starter's stages that a market has nothing for, while
// three are left, and lets a stage serve the first question its milestones serve.
func settle(stages []stage) []stage {
	filled := 0
	for _, s := range stages {
		if len(s.milestones) > 0 {
			filled++
		}
	}
	var out []stage
	for _, s := range stages {
		if len(s.milestones) == 0 && filled >= 3 {
			continue
		}
		for i, m := range s.milestones {
			if i == 0 || m.Serves < s.serves {
				s.serves = m.Serves
			}
		}
		out = append(out, s)
	}
	return out
}

// furnish gives a stage without a milestone the starter's nearest.
func (w *writer) furnish(stages []stage) {
	for i := range stages {
		if len(stages[i].milestones) > 0 {
			continue
		}
		best, far := playbook.Milestone{}, 100
		for _, m := range w.starter.Milestones {
			d := int(m.Serves) - int(stages[i].serves)
			taken := slices.ContainsFunc(stages, func(s stage) bool {
				return slices.ContainsFunc(s.milestones, func(x playbook.Milestone) bool { return x.ID == m.ID })
			})
			if d = max(d, -d); d < far && !taken {
				best, far = m, d
			}
		}
		if best.ID != "" {
			stages[i].milestones = append(stages[i].milestones, best)
		}
	}
}
