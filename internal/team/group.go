package team

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// teams is the room of the register with teams.
const teams = store.TeamRoom

// The refusals of teams.
var (
	ErrTeamName  = throughline.Refuse("team_name", "a team needs a name")
	ErrTeamKnown = throughline.Refuse("team_known", "there is a team of this name already")
	ErrNoTeam    = throughline.Refuse("team_unknown", "there is no such team")
)

// Teams gives the teams, by name.
func Teams(ctx context.Context, d *desk.Desk) ([]member.Team, error) {
	all, err := lines(ctx, d, teams, throughline.ID{})
	return member.FoldTeams(all), err
}

// FindTeam gives the team of an id or a name.
func FindTeam(all []member.Team, words string) (*member.Team, error) {
	words = tidy(words)
	for i, t := range all {
		if t.ID.String() == words || strings.EqualFold(t.Name, words) {
			return &all[i], nil
		}
	}
	return nil, throughline.Fail("find team", throughline.NotFound, desk.Short(words), ErrNoTeam)
}

func tidy(name string) string { return strings.Join(strings.Fields(name), " ") }

// named brings a name into the form that is kept, where no other team has it.
func named(all []member.Team, name string, self throughline.ID) (string, error) {
	name = tidy(strings.ToValidUTF8(name, "\uFFFD"))
	bad := func(kind throughline.Kind, why error) error {
		return throughline.Fail("name team", kind, desk.Short(name), why)
	}
	control := strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f })
	if _, err := throughline.ParseID(name); name == "" || control || utf8.RuneCountInString(name) > mostName || err == nil {
		return "", bad(throughline.Invalid, ErrTeamName)
	}
	if slices.ContainsFunc(all, func(t member.Team) bool { return t.ID != self && strings.EqualFold(t.Name, name) }) {
		return "", bad(throughline.Conflict, ErrTeamKnown)
	}
	return name, nil
}

// MakeTeam makes a team.
func MakeTeam(ctx context.Context, d *desk.Desk, name string) (throughline.ID, error) {
	all, err := Teams(ctx, d)
	if err == nil {
		name, err = named(all, name, throughline.ID{})
	}
	if err != nil {
		return throughline.ID{}, err
	}
	id := d.NewID()
	return id, admit(ctx, d, teams, id, member.Made, member.Body{Name: name})
}

// RenameTeam gives a team another name.
func RenameTeam(ctx context.Context, d *desk.Desk, words, name string) error {
	all, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	t, err := FindTeam(all, words)
	if err == nil {
		name, err = named(all, name, t.ID)
	}
	if err != nil || t.Name == name {
		return err
	}
	return admit(ctx, d, teams, t.ID, member.Renamed, member.Body{Name: name})
}

// DissolveTeam makes a team none: nobody belongs to it any more.
func DissolveTeam(ctx context.Context, d *desk.Desk, words string) error {
	all, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	t, err := FindTeam(all, words)
	if err != nil {
		return err
	}
	return admit(ctx, d, teams, t.ID, member.Dissolved, member.Body{})
}

// Belong makes somebody belong to a team, or not any more, from their next request on.
func Belong(ctx context.Context, d *desk.Desk, words, who string, in bool) error {
	all, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	t, err := FindTeam(all, words)
	if err != nil {
		return err
	}
	known, err := Users(ctx, d)
	if err != nil {
		return err
	}
	u, err := Find(known, who)
	if err != nil {
		return err
	}
	return belong(ctx, d, t, u.ID, in)
}

func belong(ctx context.Context, d *desk.Desk, t *member.Team, id throughline.PersonID, in bool) error {
	if t.Has(id) == in {
		return nil
	}
	kind := member.Parted
	if in {
		kind = member.Joined
	}
	return admit(ctx, d, teams, t.ID, kind, member.Body{User: id})
}

// follow makes somebody belong to the teams that their groups at a provider give,
// and to none of the others that groups give. A team that is not there yet is made.
func (o *Porter) follow(ctx context.Context, d *desk.Desk, id throughline.PersonID, groups []string) error {
	in, out := o.Rules.Memberships(groups)
	if len(in)+len(out) == 0 {
		return nil
	}
	all, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	for _, name := range slices.Concat(in, out) {
		t, bad := FindTeam(all, name)
		is := slices.Contains(in, name)
		if bad != nil && !is {
			continue
		}
		if bad != nil {
			made, err := MakeTeam(ctx, d, name)
			if err != nil {
				return err
			}
			t = &member.Team{ID: made}
		}
		if err := belong(ctx, d, t, id, is); err != nil {
			return err
		}
		for i := range all { // two servers may have made one at once
			if all[i].ID != t.ID && strings.EqualFold(all[i].Name, name) {
				if err := belong(ctx, d, &all[i], id, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
