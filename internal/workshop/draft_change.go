package workshop

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/draft"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/playbooks"
)

// change is one change of a draft while it is made.
type change struct {
	ctx context.Context
	b   *Bench
	*Draft
	Edit
	did      *Did // what the history will say of it
	out      *Edited
	language string            // that its words are in
	serves   throughline.Phase // 0 where none is named
}

// changes are how each change of the files is made, by its name. Undoing, and
// taking a proposal, are none of them: they make other changes.
var changes = map[string]func(*change) error{
	WriteName:    func(c *change) error { return c.Files.WriteName(c.Text) },
	WriteCharter: (*change).writeCharter,
	WriteOwn:     func(c *change) error { return c.Files.WriteOwn(draft.Words(c.Words)) },
	WriteStories: func(c *change) error {
		c.Beside.Stories = keepMade(c.Beside.Stories, c.Stories)
		return nil
	},
	UseStory: func(c *change) error { return c.useStory(c.Edit, c.serves, c.out) },

	WriteMilestone: (*change).writeMilestone,
	AddMilestone:   (*change).addMilestone,
	KeepFinding:    func(c *change) error { return c.Files.KeepAnyway(c.Process, c.Milestone, c.Key, c.Text) },
	DropMilestone:  func(c *change) error { return c.Files.DropMilestone(c.Process, c.Milestone) },
	MoveMilestone:  func(c *change) error { return c.Files.MoveMilestone(c.Process, c.Milestone, c.Stage, c.Place) },

	WriteStage: func(c *change) error {
		return c.Files.WriteStage(c.Process, edit.Stage{ID: c.Stage, Language: c.language, Name: c.Text, Serves: c.serves})
	},
	AddStage:  (*change).addStage,
	DropStage: (*change).dropStage,
	MoveStage: func(c *change) error { return c.Files.MoveStage(c.Process, c.Stage, c.Place) },

	WriteProcess: func(c *change) error { return c.Files.WriteProcess(c.Process, c.language, c.Text, "") },
	WriteRule:    (*change).writeRule,
	AddProcess:   func(c *change) error { return c.addProcess(c.Edit, c.language) },
	DropProcess:  (*change).dropProcess,
	WriteMapping: func(c *change) error {
		return c.Files.WriteMapping(string(throughline.StageAddress(c.Process, c.Stage)), draft.Words(c.Words))
	},

	AdoptPack:   (*change).adoptPack,
	DropPack:    func(c *change) error { return c.Files.DropPack(c.Pack) },
	LeadPack:    func(c *change) error { return c.Files.Blend(c.Process, c.Pack, c.Words, c.Key != "out") },
	TieTool:     func(c *change) error { return c.Files.TieTool(c.Pack, c.Tool, c.Text) },
	DropTool:    func(c *change) error { return c.Files.DropTool(c.Pack, c.Tool, c.language, c.Text) },
	WritePrompt: func(c *change) error { return c.Files.WritePrompt(c.Pack, c.Place, c.language, c.Text) },
	PackDone:    func(c *change) error { return c.Files.WritePackStatus(c.Pack, string(playbook.Adapted)) },

	TakeBase:   func(c *change) error { return c.b.merge(c.Draft, c.Words) },
	TakeFolder: (*change).takeFolder,
	DropFolder: func(c *change) error {
		c.Beside.Folder = nil
		return nil
	},
	PutAway: func(c *change) error {
		c.Gone = true
		return nil
	},
}

func (c *change) writeCharter() error {
	if !slices.Contains(playbook.CharterKeys(), c.Key) {
		return throughline.Refuse("draft_unknown", "the charter has no such input")
	}
	return c.Files.WriteCharter(c.Key, c.language, c.Text)
}

// writeMilestone writes a milestone's words and step. One that serves another
// question now goes to the stage of that question.
func (c *change) writeMilestone() error {
	step, known := throughline.ParseStep(c.Track)
	if c.Track != "" && c.Track != "-" && !known {
		return throughline.Refuse("draft_unknown", "there is no such step")
	}
	err := c.Files.WriteMilestone(
		c.Process,
		edit.Milestone{ID: c.Milestone, Language: c.language, Statement: c.Text, Short: c.Short, Differs: c.Differs, Serves: c.serves,
			Step: step, NoStep: c.Track == "-"},
	)
	if err != nil || c.serves == 0 {
		return err
	}
	return c.settle(c.b, c.Process, c.Milestone, c.serves)
}

func (c *change) addMilestone() error {
	if strings.TrimSpace(c.Text) == "" {
		return errNoWords
	}
	short := c.Short
	if strings.TrimSpace(short) == "" {
		short = fewWords(c.Text)
	}
	id, err := c.Files.AddMilestone(c.Process, c.Stage, edit.Milestone{Language: c.language, Statement: c.Text, Short: short, Serves: c.serves})
	c.added(throughline.Address("process/" + c.Process + "/milestone/" + id))
	return err
}

func (c *change) addStage() error {
	if strings.TrimSpace(c.Text) == "" {
		return errNoWords
	}
	if c.serves == 0 {
		return errServes
	}
	id, err := c.Files.AddStage(c.Process, edit.Stage{Language: c.language, Name: c.Text, Serves: c.serves})
	c.added(throughline.StageAddress(c.Process, id))
	return err
}

// added names what came to be: its address is not known before.
func (c *change) added(at throughline.Address) {
	c.out.Added = at
	c.did.At = string(at)
}

func (c *change) dropStage() error {
	if pr, ok := c.process(c.Process); ok && len(pr.Stages) == 1 {
		return throughline.Refuse("draft_stage", "a process has at least one stage")
	}
	if err := c.Files.DropStage(c.Process, c.Stage); err != nil {
		return err
	}
	return c.settleMapping(c.b)
}

// writeRule writes for which deals a process is; no words take the rule away.
func (c *change) writeRule() error {
	when := strings.TrimSpace(c.Text)
	if when == "" {
		when = "-"
	}
	return c.Files.WriteProcess(c.Process, "", "", when)
}

func (c *change) dropProcess() error {
	if c.Book != nil && len(c.Book.Processes) == 1 {
		return throughline.Refuse("draft_process", "a playbook has at least one process")
	}
	if err := c.Files.DropProcess(c.Process); err != nil {
		return err
	}
	return c.settleMapping(c.b)
}

// adoptPack copies a pack into the playbook, where it may be changed, and says
// which process it helps.
func (c *change) adoptPack() error {
	text, err := fs.ReadFile(playbooks.Packs(), c.Pack+".yaml")
	if err != nil {
		return throughline.Refuse("draft_unknown", "there is no such pack")
	}
	if err := c.Files.CopyPack(c.Pack, text); err != nil || c.Process == "" {
		return err
	}
	return c.Files.Blend(c.Process, c.Pack, c.Words, true)
}
