package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/team"
)

// AssignProcesses is `throughline playbook assign`.
var AssignProcesses = define(Operation{
	Words: []string{"playbook", "assign"}, Route: "POST /playbook/assigned", Summary: "Which processes a team or somebody is assigned",
	About: "Sellers and readers choose among the processes that are assigned to them or to a team of theirs, put together, and are shown those wherever " +
		"a process is chosen or taught; of whom nothing is said, they see all. --process names the whole list, and may be repeated; --all takes back what was " +
		"said. Rules go on choosing among all processes: a deal that they put on another one says so, and whose it is. Which deals somebody sees is another " +
		"matter. Each change is kept with who made it and when.",
	Examples: []string{
		"throughline playbook assign North --process standard",
		"throughline playbook assign bo@example.com --process standard --process order",
		"throughline playbook assign North --all",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, assignProcesses)

// ListAssigned is `throughline playbook assigned`.
var ListAssigned = define(Operation{
	Words: []string{"playbook", "assigned"}, Route: "GET /playbook/assigned", Summary: "Which processes are whose",
	About:    "Lists the teams, and the people of whom something is said, with the processes they are assigned. One that the playbook has no more is a finding, and counts for nothing; the command then exits with 1.",
	Examples: []string{"throughline playbook assigned", "throughline playbook assigned --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in desk.Paging) (Assigned, error) {
	return assigned(ctx, d, false, in)
})

// ListAssignable is ListAssigned with everybody who might be; the team's page asks.
var ListAssignable = define(Operation{
	Words: []string{"playbook", "assigned", "page"}, Summary: "Which processes are whose, with everybody of whom nothing is said", Page: true,
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ desk.Nothing) (Assigned, error) {
	return assigned(ctx, d, true, desk.Paging{})
})

// AssignInput says whose processes which are.
type AssignInput struct {
	Whom      string   `arg:"" name:"whom" json:"whom" help:"A team, or one of ours: a name, an address or an id."`
	Processes []string `name:"process" placeholder:"PROCESS" json:"process,omitempty" help:"A process of the playbook; all of theirs, one after another."`
	All       bool     `name:"all" json:"all,omitempty" help:"Nothing is said of them any more."`
}

// Assigned is which processes are whose.
type Assigned struct {
	Assigned []team.Assigned `json:"assigned"`
	Next     string          `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
	Found    diag.Findings   `json:"findings,omitempty"`
}

// Findings gives what there is to say about what is assigned.
func (a Assigned) Findings() diag.Findings { return a.Found }

var errAssignNothing = throughline.Refuse("assign_nothing", "say which processes, by --process, or --all")

func assignProcesses(ctx context.Context, d *Desk, in AssignInput) (Assigned, error) {
	if in.All == (len(in.Processes) > 0) {
		return Assigned{}, throughline.Fail("assign processes", throughline.Invalid, desk.Short(in.Whom), errAssignNothing)
	}
	if err := team.Assign(ctx, &d.Desk, in.Whom, in.Processes); err != nil {
		return Assigned{}, err
	}
	out, err := assigned(ctx, d, false, desk.Paging{})
	out.Found = nil // what else is wrong is no failure of this
	return out, err
}

func assigned(ctx context.Context, d *Desk, everybody bool, in desk.Paging) (Assigned, error) {
	walk, err := in.Walk("list what is assigned", d.Now())
	if err != nil {
		return Assigned{}, err
	}
	all, err := team.AllAssigned(ctx, &d.Desk, everybody)
	out := Assigned{Found: team.GoneFindings(all)}
	out.Assigned, out.Next = desk.Cut(walk, in.Limit, all, func(a team.Assigned) []desk.Key {
		kind := int64(1) // teams come before people
		if a.Team {
			kind = 0
		}
		return []desk.Key{desk.Num(kind), desk.Word(strings.ToLower(a.Name)), desk.Word(a.ID.String())}
	})
	return out, err
}
