package operation

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/draft"
)

// InitPlaybook is `throughline playbook init`.
var InitPlaybook = define(Operation{
	Words:   []string{"playbook", "init"},
	Summary: "Write a first playbook by interview",
	About: "Asks for what makes your company sell as it does, your last wins and losses, and your stages in your own words, and writes a " +
		"first draft into a new folder. It passes the linter, or the findings say why not. --preset begins from a market; " +
		"--non-interactive asks nothing and leaves what was not said as a starting point.",
	Examples: []string{"throughline playbook init", "throughline playbook init ./playbook --preset healthcare",
		"throughline playbook init ./playbook --preset us-federal --name \"Acme\" --non-interactive --json"},
	Effect: Writes, Permission: MayWrite,
}, initPlaybook)

// InitPlaybookInput says where to, and what was said beforehand.
type InitPlaybookInput struct {
	Dir            string   `arg:"" optional:"" name:"dir" default:"playbook" json:"dir" help:"The new folder."`
	Preset         string   `name:"preset" placeholder:"NAME" json:"preset,omitempty" help:"Begin from a market."`
	Name           string   `name:"name" placeholder:"NAME" json:"name,omitempty" help:"The company's name."`
	Stages         []string `name:"stage" placeholder:"STAGE" json:"stages,omitempty" help:"A stage in your own words; repeat in order."`
	Deals          []string `name:"deal" placeholder:"STORY" sep:"none" json:"deals,omitempty" help:"A past deal: \"Hansen 2025, won, the plant manager moved two people\"; repeat."`
	NonInteractive bool     `name:"non-interactive" json:"non_interactive,omitempty" help:"Ask nothing."`
}

// Drafted is the answer of InitPlaybook.
type Drafted struct {
	Dir   string        `json:"dir"`
	Files []string      `json:"files"`
	Left  []string      `json:"left_out"` // answers that did not get in, and why
	Found diag.Findings `json:"findings"`
}

// Findings gives what compiler and linter say about the draft.
func (d Drafted) Findings() diag.Findings { return d.Found }

func initPlaybook(_ context.Context, d *Desk, in InitPlaybookInput) (Drafted, error) {
	if entries, err := os.ReadDir(in.Dir); err == nil && len(entries) > 0 {
		return Drafted{}, throughline.Fail("write playbook to", throughline.Conflict, in.Dir, errors.New("the folder is not empty"))
	}
	if in.Preset != "" {
		var known []string
		for _, p := range compile.Presets() {
			known = append(known, p.ID)
		}
		if !slices.Contains(known, in.Preset) {
			return Drafted{}, throughline.Fail("begin from preset", throughline.NotFound, in.Preset, unknownWord(in.Preset, known))
		}
	}
	a, err := answers(d, in)
	if err != nil {
		return Drafted{}, err
	}
	written, err := draft.Of(a)
	if err != nil {
		return Drafted{}, err
	}
	out := Drafted{Dir: in.Dir, Files: []string{}, Left: append([]string{}, written.Left...), Found: append(diag.Findings{}, written.Findings...)}
	for i := range out.Found {
		if f := &out.Found[i].Range.File; *f != "" {
			*f = filepath.Join(in.Dir, *f)
		}
	}
	for name, text := range written.Files {
		path := filepath.Join(in.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return out, throughline.Fail("make folder", throughline.Unavailable, filepath.Dir(path), errors.Unwrap(err))
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return out, throughline.Fail("write", throughline.Unavailable, path, errors.Unwrap(err))
		}
		out.Files = append(out.Files, name)
	}
	slices.Sort(out.Files)
	return out, nil
}

// answers takes what flags said, and asks the rest of a person who is there.
func answers(d *Desk, in InitPlaybookInput) (draft.Answers, error) {
	a := draft.Answers{Name: in.Name, Preset: in.Preset, Charter: map[string]string{}, Stages: in.Stages}
	stories := in.Deals
	if !in.NonInteractive {
		if d.Ask == nil {
			return a, throughline.Fail("write playbook to", throughline.Invalid, in.Dir,
				errors.New("nobody is there to be asked; --non-interactive writes a draft without asking"))
		}
		for _, q := range draft.Interview() {
			if q.ID == "name" && a.Name != "" || q.ID == "preset" && a.Preset != "" || q.ID == "stages" && len(a.Stages) > 0 || q.ID == "deals" && len(stories) > 0 {
				continue
			}
			said, err := d.Ask(q.Ask, q.Help, q.Many)
			if err != nil {
				return a, throughline.Fail("write playbook to", throughline.Unavailable, in.Dir, err)
			}
			one := strings.TrimSpace(strings.Join(said, " "))
			switch {
			case q.ID == "name":
				a.Name = one
			case q.ID == "preset":
				a.Preset = one
			case q.ID == "stages":
				a.Stages = said
			case q.ID == "deals":
				stories = said
			case q.ID == "own":
				a.Own = said
			case slices.Contains(playbook.CharterKeys(), q.ID):
				a.Charter[q.ID] = one
			}
		}
	}
	for _, line := range stories {
		story, ok := draft.ParseStory(line)
		if !ok {
			return a, throughline.Fail("read deal", throughline.Invalid, line, errors.New("write it as: Hansen 2025, won, the plant manager moved two people"))
		}
		a.Deals = append(a.Deals, story)
	}
	return a, nil
}
