package team

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// Sees gives what a guest sees of the deals, by what the company has settled, their
// role, the teams that they belong to and the lists of customers, as all of it is now.
// A deal of somebody is theirs under every name that was made one with theirs.
func Sees(ctx context.Context, d *desk.Desk, g Guest) (desk.Sight, error) {
	if wide(g) { // nothing need be read
		return desk.Everything(), nil
	}
	whole := d.Whole()
	c, err := whole.Company(ctx)
	if err != nil {
		return desk.Sight{}, err
	}
	lists, err := AllSeen(ctx, whole)
	if err != nil {
		return desk.Sight{}, err
	}
	if c.Sight == setting.Everybody && len(lists) == 0 { // teams need not be read
		return desk.Everything(), nil
	}
	teams, err := Teams(ctx, whole)
	if err != nil {
		return desk.Sight{}, err
	}
	owners, all := Seen(c.Sight, g, teams)
	if all && len(lists) == 0 {
		return desk.Everything(), nil
	}
	same, err := whole.Read().Merged(ctx)
	if err != nil {
		return desk.Sight{}, err
	}
	out := desk.Everything()
	if !all {
		out = desk.Only(allNames(owners, same))
	}
	var open, close []throughline.AccountID
	for _, x := range lists {
		switch {
		case x.Names(g.User.ID, teams):
			open = append(open, x.Account)
		case x.Word == member.SeenClose:
			close = append(close, x.Account)
		}
	}
	return out.With(store.NamesOf(g.User.ID, same), open, close), nil
}

// allNames gives people under every name that was made one with theirs.
func allNames(owners []throughline.PersonID, same map[throughline.PersonID]store.Person) (out []throughline.PersonID) {
	out = []throughline.PersonID{}
	for _, who := range owners {
		if who.IsZero() {
			out = append(out, who)
			continue
		}
		out = append(out, store.NamesOf(who, same)...)
	}
	return out
}

// wide reports whether a guest sees every deal whatever is settled: who runs the
// company's records has to. A program's token sees no more than its user does.
func wide(g Guest) bool {
	every := func(r member.Role) bool { return r == member.Operations || r == member.Admin }
	return every(g.User.Role) && (every(g.Role) || g.Role == member.Integration)
}

// Seen gives whose deals a guest sees, the zero id for those of nobody; all is true
// for every deal. A manager sees those of their teams and those of nobody, which they
// give to somebody; while the company has no team, all. One who belongs to none of
// the teams there are sees no more for it: nobody sees more by leaving a team.
func Seen(rule setting.Sight, g Guest, teams []member.Team) (owners []throughline.PersonID, all bool) {
	manages := g.User.Role == member.Manager && (g.Role == member.Manager || g.Role == member.Integration)
	if rule == setting.Everybody || wide(g) || manages && len(teams) == 0 {
		return nil, true
	}
	owners = []throughline.PersonID{g.User.ID}
	if manages {
		owners = append(owners, throughline.PersonID{})
	}
	if rule == setting.OfTeam || manages {
		for _, t := range teams {
			if t.Has(g.User.ID) {
				owners = append(owners, t.Members...)
			}
		}
	}
	return owners, false
}
