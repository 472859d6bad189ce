package workshop

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
	"github.com/throughline/throughline/internal/playbook/draft"
)

// InitPlaybookInput says where to, and what was said beforehand.
type InitPlaybookInput struct {
	Dir            string   `arg:"" optional:"" name:"dir" default:"playbook" json:"dir" help:"The new folder."`
	Preset         string   `name:"preset" placeholder:"NAME" json:"preset,omitempty" help:"Begin from a market."`
	Name           string   `name:"name" placeholder:"NAME" json:"name,omitempty" help:"The company's name."`
	Stages         []string `name:"stage" sep:"none" placeholder:"STAGE" json:"stages,omitempty" help:"A stage in your own words; repeat in order. NAME=p3 says at once which question of theirs it serves."`
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

// Interview writes a first playbook into a new folder by asking.
func Interview(_ context.Context, d *Bench, in InitPlaybookInput) (Drafted, error) {
	if entries, err := os.ReadDir(in.Dir); err == nil && len(entries) > 0 {
		return Drafted{}, throughline.Fail("write playbook to", throughline.Conflict, in.Dir, errors.New("the folder is not empty"))
	}
	if !in.NonInteractive && d.Ask == nil {
		return Drafted{}, throughline.Fail("write playbook to", throughline.Invalid, in.Dir,
			errors.New("nobody is there to be asked; --non-interactive writes a draft without asking"))
	}
	out := Drafted{Dir: in.Dir, Files: []string{}, Left: []string{}, Found: in.problems()}
	if len(out.Found) > 0 {
		return out, nil // all at once, and nothing is written
	}
	// The folder is made before anything is asked, so that nobody answers twelve
	// questions for a place where nothing can be written.
	beside, err := folderBeside(in.Dir)
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(beside)
	a, err := answers(d, in)
	if err != nil {
		return out, err
	}
	written, err := draft.Of(a)
	if err != nil {
		return out, err
	}
	out.Left, out.Found = append(out.Left, written.Left...), append(out.Found, written.Findings...)
	for i := range out.Found {
		if f := &out.Found[i].Range.File; *f != "" {
			*f = filepath.Join(in.Dir, *f)
		}
	}
	for name, text := range written.Files {
		path := filepath.Join(beside, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return out, throughline.Fail("make folder", throughline.Unavailable, filepath.Dir(path), errors.Unwrap(err))
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return out, throughline.Fail("write", throughline.Unavailable, path, errors.Unwrap(err))
		}
		out.Files = append(out.Files, name)
	}
	slices.Sort(out.Files)
	if err := os.Chmod(beside, 0o755); err != nil {
		return out, throughline.Fail("write playbook to", throughline.Unavailable, in.Dir, errors.Unwrap(err))
	}
	_ = os.Remove(in.Dir) // an empty folder makes room; one that is not makes the next step fail
	if err := os.Rename(beside, in.Dir); err != nil {
		return out, throughline.Fail("write playbook to", throughline.Unavailable, in.Dir, errors.Unwrap(err))
	}
	return out, nil
}

// folderBeside makes an empty folder next to where the playbook goes, which
// takes its name once it is whole.
func folderBeside(dir string) (string, error) {
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", throughline.Fail("make folder", throughline.Unavailable, parent, errors.Unwrap(err))
	}
	beside, err := os.MkdirTemp(parent, ".playbook-*")
	if err != nil {
		return "", throughline.Fail("write playbook to", throughline.Unavailable, dir, errors.Unwrap(err))
	}
	return beside, nil
}

// problems are what is wrong with the answers that flags gave.
func (in InitPlaybookInput) problems() diag.Findings {
	found := diag.Findings{}
	for _, said := range []struct {
		question string
		lines    []string
	}{{"preset", []string{in.Preset}}, {"stages", in.Stages}, {"deals", in.Deals}} {
		for _, line := range said.lines {
			if f, ok := draft.Problem(said.question, line); !ok {
				found = append(found, f)
			}
		}
	}
	return found
}

// answers takes what flags said, and asks the rest of a person who is there.
func answers(d *Bench, in InitPlaybookInput) (draft.Answers, error) {
	a := draft.Answers{Name: in.Name, Preset: in.Preset, Charter: map[string]string{}, Stages: in.Stages}
	stories := in.Deals
	if !in.NonInteractive {
		for _, q := range draft.Interview() {
			if q.ID == "name" && a.Name != "" || q.ID == "preset" && a.Preset != "" || q.ID == "stages" && len(a.Stages) > 0 ||
				q.ID == "deals" && len(stories) > 0 {
				continue
			}
			said, err := d.askUntilRight(q)
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
				a.Own = draft.Words(said)
			case slices.Contains(playbook.CharterKeys(), q.ID):
				a.Charter[q.ID] = one
			}
		}
		for i, name := range a.Stages {
			if !slices.Contains(draft.Unplaced(a.Stages), name) {
				continue
			}
			said, err := d.askUntilRight(draft.Serves(name))
			if err != nil {
				return a, throughline.Fail("write playbook to", throughline.Unavailable, in.Dir, err)
			}
			if at := strings.TrimSpace(strings.Join(said, " ")); at != "" {
				a.Stages[i] = name + "=" + at
			}
		}
	}
	for _, line := range stories {
		if story, ok := draft.ParseStory(line); ok { // the others were said
			a.Deals = append(a.Deals, story)
		}
	}
	return a, nil
}

// askUntilRight asks a question of the interview, and asks again for the lines
// that cannot be taken; the others are kept. An empty answer is always right.
func (d *Bench) askUntilRight(q draft.Question) ([]string, error) {
	var out []string
	for ask, help := q.Ask, q.Help; ; {
		said, err := d.Ask(ask, help, q.Many)
		if err != nil {
			return out, err
		}
		var wrong []string
		for _, line := range said {
			f, ok := draft.Problem(q.ID, line)
			if ok {
				out = append(out, line)
				continue
			}
			wrong = append(wrong, f.Message+"; "+f.Hint)
		}
		if len(wrong) == 0 {
			return out, nil
		}
		ask, help = strings.Join(wrong, "\n"), "write it again, or leave it empty"
		if q.Many && len(out) > 0 {
			help += "; the others are kept"
		}
	}
}
