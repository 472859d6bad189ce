package alignment

import (
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// ProcessBy says what put a deal on its process.
type ProcessBy string

// A person's pick counts before the playbook's rules, a rule that holds before
// the stage that another system or one of ours named, and that before the default.
const (
	ByPick    ProcessBy = "pick"
	ByRule    ProcessBy = "rule"
	ByStage   ProcessBy = "stage"
	ByDefault ProcessBy = "default"
)

// OnProcess is the process of ours that a deal follows, and why.
type OnProcess struct {
	Process   throughline.Address `json:"process"` // process/standard; empty where the playbook has none
	By        ProcessBy           `json:"by"`
	Rule      string              `json:"rule,omitempty"`      // the rule that holds, as the playbook spells it
	Suggested throughline.Address `json:"suggested,omitempty"` // what would be without the pick, where that is another one
	Reason    string              `json:"reason,omitempty"`    // of whoever picked
	Since     time.Time           `json:"since,omitzero"`      // of the pick
}

// ProcessOf gives the process a deal follows. Its class and attributes count as
// they are known; a pick of a process that the playbook no longer has counts for nothing.
func ProcessOf(d *deal.Summary, book *playbook.Playbook) (playbook.Process, OnProcess) {
	pr, on := suggested(d, book)
	if !d.Picked.Set() {
		return pr, on
	}
	picked, ok := book.ProcessCalled(string(d.Picked.Value.Process))
	if !ok {
		return pr, on
	}
	out := OnProcess{Process: picked.Address(), By: ByPick, Reason: d.Picked.Value.Reason, Since: d.Picked.At}
	if picked.ID != pr.ID {
		out.Suggested, out.Rule = on.Process, on.Rule
	}
	return picked, out
}

// suggested is the process without anybody's pick.
func suggested(d *deal.Summary, book *playbook.Playbook) (playbook.Process, OnProcess) {
	if slices.ContainsFunc(book.Processes, func(pr playbook.Process) bool { return pr.When.CEL != "" }) {
		if pr, ok := book.ByRule(KnownOf(d)); ok {
			return pr, OnProcess{Process: pr.Address(), By: ByRule, Rule: pr.When.Tree.String()}
		}
	}
	stage := d.Stage.Value.Stage
	if stage == "" && d.Stage.Value.Foreign != "" {
		stage = book.Mapping.Stages[playbook.Fold(d.Stage.Value.Foreign)].Stage
	}
	for _, pr := range book.Processes {
		if strings.HasPrefix(string(stage), string(pr.Address())+"/") {
			return pr, OnProcess{Process: pr.Address(), By: ByStage}
		}
	}
	pr, _ := book.Choose(nil)
	if pr.ID == "" {
		return pr, OnProcess{By: ByDefault}
	}
	return pr, OnProcess{Process: pr.Address(), By: ByDefault}
}

// KnownOf is what rules may ask of a deal: its attributes, and its class.
func KnownOf(d *deal.Summary) map[string]string {
	known := d.AttributeValues()
	if _, own := known["class"]; !own {
		known["class"] = string(d.Class.Value)
		if d.Class.Value == "" {
			known["class"] = string(throughline.Unclassified)
		}
	}
	return known
}
