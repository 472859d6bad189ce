package edit

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
)

// RoadFile is the path of a process.
func RoadFile(process string) string { return "process/" + process + ".yaml" }

// Milestone is what is written of one. Empty words are not written; Serves and
// Step as they are meant, whatever the stage serves.
type Milestone struct {
	ID               string
	Language         string // of the words
	Statement, Short string
	Differs          string // why it is ours; "-" takes it away
	Serves           throughline.Phase
	Step             throughline.Step // of a track that it begins or proves
	NoStep           bool             // it is of none
	Cites            []string         // added to what is cited
}

// stageOf gives the list of a process's stages, the stage with a milestone, and
// where in it that stands.
func stageOf(root *yaml.Node, milestone string) (stage, list *yaml.Node, at int) {
	stages := get(root, "stages")
	if stages == nil {
		return nil, nil, -1
	}
	for _, s := range stages.Content {
		list := get(s, "milestones")
		if i, _ := item(list, milestone); i >= 0 {
			return s, list, i
		}
	}
	return nil, nil, -1
}

var milestoneKeys = []string{"id", "short", "statement", "serves", "track", "optional", "differs", "charter", "cites", "keep"}

func before(key string) []string { return milestoneKeys[:slices.Index(milestoneKeys, key)] }

func (m Milestone) write(n, stage *yaml.Node) {
	if m.Short != "" {
		say(n, "short", m.Language, m.Short, before("short")...)
	}
	if m.Statement != "" {
		say(n, "statement", m.Language, m.Statement, before("statement")...)
	}
	if m.Serves != 0 {
		if s := get(stage, "serves"); s != nil && s.Value == m.Serves.String() {
			drop(n, "serves")
		} else {
			set(n, "serves", word(m.Serves.String()), before("serves")...)
		}
	}
	if m.Step.Number != 0 {
		set(n, "track", word(m.Step.String()), before("track")...)
	} else if m.NoStep {
		drop(n, "track")
	}
	if m.Differs == "-" {
		drop(n, "differs")
	} else if m.Differs != "" {
		say(n, "differs", Tongue(m.Differs), m.Differs, before("differs")...)
	}
	if len(m.Cites) > 0 {
		list := get(n, "cites")
		if list == nil {
			list = words(nil)
			set(n, "cites", list, before("cites")...)
		}
		for _, c := range m.Cites {
			if !slices.ContainsFunc(list.Content, func(x *yaml.Node) bool { return x.Value == c }) {
				list.Content = append(list.Content, word(c))
			}
		}
	}
}

// WriteMilestone writes a milestone that is there.
func (f Files) WriteMilestone(process string, m Milestone) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		stage, list, at := stageOf(root, m.ID)
		if at < 0 {
			return fmt.Errorf("the milestone %s: %w", m.ID, ErrAbsent)
		}
		m.write(list.Content[at], stage)
		return nil
	})
}

// KeepAnyway keeps a finding of a check about a milestone, with the reason; no
// reason lets it speak again.
func (f Files) KeepAnyway(process, milestone, check, reason string) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		_, list, at := stageOf(root, milestone)
		if at < 0 {
			return fmt.Errorf("the milestone %s: %w", milestone, ErrAbsent)
		}
		kept := get(list.Content[at], "keep")
		if kept == nil || kept.Kind != yaml.MappingNode {
			kept = mapping(0)
		}
		if strings.TrimSpace(reason) == "" {
			drop(kept, check)
		} else {
			set(kept, check, word(reason))
			set(list.Content[at], "keep", kept, before("keep")...)
		}
		if len(kept.Content) == 0 {
			drop(list.Content[at], "keep")
		}
		return nil
	})
}

// AddMilestone adds a milestone at the end of a stage, and gives its id, which
// is made of its short form where none is given.
func (f Files) AddMilestone(process, stage string, m Milestone) (id string, err error) {
	err = f.edit(RoadFile(process), func(root *yaml.Node) error {
		_, s := item(get(root, "stages"), stage)
		if s == nil {
			return fmt.Errorf("the stage %s: %w", stage, ErrAbsent)
		}
		id = m.ID
		if id == "" {
			id = Slug(m.Short, "milestone")
		}
		for n, base := 2, id; ; n++ {
			if _, _, at := stageOf(root, id); at < 0 {
				break
			}
			id = fmt.Sprintf("%s-%d", base, n)
		}
		list := get(s, "milestones")
		if list == nil || list.Kind != yaml.SequenceNode {
			list = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			set(s, "milestones", list)
		}
		own := mapping(0, "id", word(id))
		m.write(own, s)
		insert(list, len(list.Content), own)
		return nil
	})
	return id, err
}

// DropMilestone takes a milestone away.
func (f Files) DropMilestone(process, milestone string) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		stage, list, at := stageOf(root, milestone)
		if at < 0 {
			return fmt.Errorf("the milestone %s: %w", milestone, ErrAbsent)
		}
		remove(list, at)
		if len(list.Content) == 0 {
			drop(stage, "milestones")
		}
		return nil
	})
}

// MoveMilestone puts a milestone into a stage, at a place from 0. Which question
// it serves stays as it is.
func (f Files) MoveMilestone(process, milestone, stage string, place int) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		from, list, at := stageOf(root, milestone)
		_, to := item(get(root, "stages"), stage)
		if at < 0 || to == nil {
			return fmt.Errorf("the milestone %s, or the stage %s: %w", milestone, stage, ErrAbsent)
		}
		n := list.Content[at]
		if s := get(from, "serves"); get(n, "serves") == nil && s != nil && from != to {
			set(n, "serves", word(s.Value), before("serves")...)
		}
		if s := get(n, "serves"); s != nil && get(to, "serves") != nil && s.Value == get(to, "serves").Value {
			drop(n, "serves")
		}
		remove(list, at)
		if len(list.Content) == 0 && from != to {
			drop(from, "milestones")
		}
		into := get(to, "milestones")
		if into == nil {
			into = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			set(to, "milestones", into)
		}
		insert(into, place, n)
		return nil
	})
}

// Stage is what is written of one. Empty words are not written.
type Stage struct {
	ID, Language, Name string
	Serves             throughline.Phase
}

// WriteStage writes a stage that is there. Milestones that said nothing of what
// they serve go along with it.
func (f Files) WriteStage(process string, s Stage) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		_, n := item(get(root, "stages"), s.ID)
		if n == nil {
			return fmt.Errorf("the stage %s: %w", s.ID, ErrAbsent)
		}
		if s.Name != "" {
			say(n, "name", s.Language, s.Name, "id")
		}
		if s.Serves != 0 {
			set(n, "serves", word(s.Serves.String()), "id", "name")
		}
		return nil
	})
}

// AddStage adds a stage behind those that serve an earlier question or the same one, and gives its id.
func (f Files) AddStage(process string, s Stage) (id string, err error) {
	err = f.edit(RoadFile(process), func(root *yaml.Node) error {
		list := get(root, "stages")
		if list == nil || list.Kind != yaml.SequenceNode {
			return fmt.Errorf("the stages: %w", ErrAbsent)
		}
		id = Slug(s.Name, "stage")
		for n, base := 2, id; ; n++ {
			if at, _ := item(list, id); at < 0 {
				break
			}
			id = fmt.Sprintf("%s-%d", base, n)
		}
		at := 0
		for i, other := range list.Content {
			if v := get(other, "serves"); v != nil && v.Value <= s.Serves.String() { // p1 to p9: one digit each
				at = i + 1
			}
		}
		own := mapping(0, "id", word(id))
		say(own, "name", s.Language, s.Name, "id")
		set(own, "serves", word(s.Serves.String()))
		insert(list, at, own)
		return nil
	})
	return id, err
}

// DropStage takes a stage away; its milestones go to the one before it, or after where it is the first.
func (f Files) DropStage(process, stage string) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		list := get(root, "stages")
		at, n := item(list, stage)
		if n == nil {
			return fmt.Errorf("the stage %s: %w", stage, ErrAbsent)
		}
		own := get(n, "milestones")
		if own != nil && len(own.Content) > 0 && len(list.Content) > 1 {
			heir := list.Content[max(at-1, 0)]
			if at == 0 {
				heir = list.Content[1]
			}
			into := get(heir, "milestones")
			if into == nil {
				into = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
				set(heir, "milestones", into)
			}
			place := len(into.Content)
			if at == 0 {
				place = 0
			}
			for i, m := range own.Content {
				if get(m, "serves") == nil && get(n, "serves") != nil && get(n, "serves").Value != get(heir, "serves").Value {
					set(m, "serves", word(get(n, "serves").Value), before("serves")...)
				}
				insert(into, place+i, m)
			}
		}
		remove(list, at)
		return nil
	})
}

// MoveStage puts a stage at a place from 0.
func (f Files) MoveStage(process, stage string, place int) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		list := get(root, "stages")
		at, n := item(list, stage)
		if n == nil {
			return fmt.Errorf("the stage %s: %w", stage, ErrAbsent)
		}
		remove(list, at)
		insert(list, place, n)
		return nil
	})
}

// WriteProcess names a process and says which deals it is for; "-" as the rule
// takes the rule away.
func (f Files) WriteProcess(process, language, name, when string) error {
	return f.edit(RoadFile(process), func(root *yaml.Node) error {
		if name != "" {
			say(root, "name", language, name)
		}
		switch when = strings.TrimSpace(when); when {
		case "":
		case "-":
			drop(root, "when")
		default:
			set(root, "when", word(when), "name", "page")
		}
		return nil
	})
}

// DropProcess takes a process away.
func (f Files) DropProcess(process string) error {
	if _, ok := f[RoadFile(process)]; !ok {
		return fmt.Errorf("the process %s: %w", process, ErrAbsent)
	}
	delete(f, RoadFile(process))
	return nil
}

// Slug makes an id of words: plain letters and digits with hyphens between; of
// words without any, what is given otherwise.
func Slug(said, otherwise string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(said) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	out := strings.Trim(b.String(), "-")
	if out == "" || strings.IndexByte("0123456789", out[0]) >= 0 {
		return strings.Trim(otherwise+"-"+out, "-")
	}
	return out
}
