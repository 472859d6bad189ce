package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

// ManageTeams is `throughline admin team`.
var ManageTeams = define(Operation{
	Words: []string{"admin", "team"}, Route: "POST /teams", Summary: "Teams: made, renamed, and who belongs to them",
	About: "--make makes a team; --rename gives it another name, --dissolve makes it none. --add makes people who may sign in belong to it, --take " +
		"not any more; somebody may belong to several. Where groups at an identity provider give a team (--oidc-team) they belong to it as their " +
		"groups say, from their next signing in on. Each change is a line of the audit. admin teams lists them.",
	Examples: []string{
		"throughline admin team North --make",
		"throughline admin team North --add ann@example.com --add bo@example.com",
		"throughline admin team North --take bo@example.com",
		"throughline admin team North --rename 'North and islands'",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, manageTeams)

// ListTeams is `throughline admin teams`.
var ListTeams = define(Operation{
	Words: []string{"admin", "teams"}, Route: "GET /teams", Summary: "Teams, and who belongs to them",
	About:    "Lists the teams by name, with those of ours who belong to each.",
	Examples: []string{"throughline admin teams"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, listTeams)

// TeamInput says what of a team to change.
type TeamInput struct {
	Team     string   `arg:"" name:"team" json:"team" help:"The team: its name, or its id."`
	Make     bool     `name:"make" json:"make,omitempty" help:"Make it."`
	Rename   string   `name:"rename" placeholder:"NAME" json:"rename,omitempty" help:"Another name."`
	Add      []string `name:"add" placeholder:"WHO" json:"add,omitempty" help:"Who belongs to it from now on: an address, a name or an id; may be repeated."`
	Take     []string `name:"take" placeholder:"WHO" json:"take,omitempty" help:"Who does no longer; may be repeated."`
	Dissolve bool     `name:"dissolve" json:"dissolve,omitempty" help:"It is none any more."`
}

// Teams are the teams of a company, by name.
type Teams struct {
	Teams []TeamRow `json:"teams"`
	Next  string    `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
}

// TeamRow is one of them.
type TeamRow struct {
	ID      throughline.ID `json:"id"`
	Name    string         `json:"name"`
	Members []TeamMember   `json:"members"`
}

// TeamMember is one who belongs to a team and may sign in.
type TeamMember struct {
	ID   throughline.PersonID `json:"id"`
	Name string               `json:"name"`
}

func manageTeams(ctx context.Context, d *Desk, in TeamInput) (Teams, error) {
	var err error
	if in.Make {
		_, err = team.MakeTeam(ctx, &d.Desk, in.Team)
	}
	if all, bad := team.Teams(ctx, &d.Desk); err == nil { // of a misspelt one it is said so, whatever is to be done with it
		if err = bad; err == nil {
			_, err = team.FindTeam(all, in.Team)
		}
	}
	for _, who := range in.Add {
		if err == nil {
			err = team.Belong(ctx, &d.Desk, in.Team, who, true)
		}
	}
	for _, who := range in.Take {
		if err == nil {
			err = team.Belong(ctx, &d.Desk, in.Team, who, false)
		}
	}
	if err == nil && in.Rename != "" {
		err = team.RenameTeam(ctx, &d.Desk, in.Team, in.Rename)
	}
	if err == nil && in.Dissolve {
		err = team.DissolveTeam(ctx, &d.Desk, in.Team)
	}
	if err != nil {
		return Teams{}, err
	}
	return listTeams(ctx, d, desk.Paging{})
}

func listTeams(ctx context.Context, d *Desk, in desk.Paging) (Teams, error) {
	walk, err := in.Walk("list teams", d.Now())
	if err != nil {
		return Teams{}, err
	}
	all, err := team.Teams(ctx, &d.Desk)
	if err != nil {
		return Teams{}, err
	}
	users, err := team.Users(ctx, &d.Desk)
	out := Teams{Teams: []TeamRow{}}
	all, out.Next = desk.Cut(walk, in.Limit, all, func(t member.Team) []desk.Key {
		return []desk.Key{desk.Word(strings.ToLower(t.Name)), desk.Word(t.ID.String())}
	})
	for _, t := range all {
		row := TeamRow{ID: t.ID, Name: t.Name, Members: []TeamMember{}}
		for _, u := range users { // by name; whoever left or was erased is none of them
			if u.Here() && t.Has(u.ID) {
				row.Members = append(row.Members, TeamMember{u.ID, u.Name})
			}
		}
		out.Teams = append(out.Teams, row)
	}
	return out, err
}
