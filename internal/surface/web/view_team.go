package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

func (v *visit) teamView(found operation.Users, teams operation.Teams, in operation.UserInput, wrong error) teamView {
	p := v.p
	out := teamView{frame: v.frame(p.Say("team.title"), "team"), Begun: true, May: v.desk.May(member.People, true), Typed: map[string]string{}}
	if wrong != nil {
		out.Wrong, v.status = v.refusal(wrong), statuses[throughline.KindOf(wrong)]
		out.Typed["name"], out.Typed["email"] = in.Name, in.Email
	}
	if found.Invitation != "" {
		out.Link, out.For = v.origin()+found.Invitation, found.For
		for _, u := range found.Users {
			if u.ID.String() == found.For || u.Email == found.For {
				out.For = u.Name
			}
		}
		out.Until = p.Day(throughline.DayOf(found.Until, v.zone()))
	}
	for _, u := range found.Users {
		row := teamRow{ID: u.ID.String(), Name: u.Name, Email: u.Email, Since: p.Day(throughline.DayOf(u.Since, v.zone())), State: p.Say("team.state_" + u.State),
			Here: u.State != operation.UserLeft, Waiting: u.State == operation.UserInvited || u.State == operation.UserWaiting,
			Self: v.desk.Guest != nil && u.ID == v.desk.Guest.User.ID, Roles: v.roleChoices(u.Role), Role: p.Say("role_ours." + string(u.Role))}
		row.Factor = u.Strong()
		if vouching := &v.desk.Porter.Vouching; u.Issuer != "" && vouching.Provider != nil {
			row.By, row.Follows = p.Say("team.by", "name", vouching.Provider.Name()), len(vouching.Rules.Groups) > 0
		}
		if u.Entry != nil {
			row.By, row.Follows = p.Say("team.by_directory"), row.Follows || len(v.desk.Porter.Rules.Groups) > 0
		}
		row.Removable = !row.Self && !u.Dismissed()
		out.Users = append(out.Users, row)
	}
	for _, u := range found.Users {
		if u.State == operation.UserHere && u.Issuer == "" && !u.Strong() {
			out.Without++
		}
	}
	out.Needed = found.Needed
	out.Roles, out.Rights = v.roleChoices(member.Seller), v.rights()
	out.Teams = teamGroups(found, teams)
	if vouching := &v.desk.Porter.Vouching; vouching.Provider != nil && len(vouching.Rules.Teams) > 0 {
		out.Given = p.Say("team.given", "name", vouching.Provider.Name())
	}
	if v.desk.May(member.Ledger, false) {
		out.Audit = v.link(auditPath)
	}
	return out
}

// teamGroups are the teams, each with who belongs to it and who of the others could.
func teamGroups(found operation.Users, teams operation.Teams) (out []teamGroup) {
	for _, t := range teams.Teams {
		g := teamGroup{ID: t.ID.String(), Name: t.Name}
		in := map[throughline.PersonID]bool{}
		for _, m := range t.Members {
			in[m.ID] = true
			g.Members = append(g.Members, choice{Word: m.Name, Href: m.ID.String()})
		}
		for _, u := range found.Users {
			if u.Here() && !in[u.ID] {
				g.Others = append(g.Others, choice{Word: u.Name, Href: u.ID.String()})
			}
		}
		out = append(out, g)
	}
	return out
}

// origin is the address of this server as whoever asks reached it.
func (v *visit) origin() string {
	scheme := "http://"
	if arrival.Secure(v.Request) {
		scheme = "https://"
	}
	return scheme + v.Host
}

func (v *visit) roleChoices(here member.Role) (out []choice) {
	for _, r := range member.Roles() {
		out = append(out, choice{Word: v.p.Say("role_ours." + string(r)), Href: string(r), Here: r == here})
	}
	return out
}

// rights is the permission table in words.
func (v *visit) rights() (out []rightRow) {
	for _, o := range member.Objects() {
		if o == member.Roster {
			continue // nobody's who signs in
		}
		row := rightRow{Role: v.p.Say("object." + string(o))}
		for _, r := range member.Roles() {
			row.Cells = append(row.Cells, v.p.Say("reach."+map[member.Reach]string{member.None: "none", member.See: "see", member.Change: "change"}[r.Reach(o)]))
		}
		out = append(out, row)
	}
	return out
}

// ownView is the page of whoever has signed in: password, sessions, tokens.
type ownView struct {
	frame
	Name, Email, Role string
	Wrong             string
	Secret            string // of a token that was issued, shown once
	By                string // the identity provider by which they sign in; "": by a password
	Sessions, Tokens  []passRow
	MayDirectory      bool // issue a token for the directory
	Passkeys          *ownPasskeys
	Factor            *ownFactor // nil: their provider asks for one
}

// ownFactor is what one's own page says of the second factor.
type ownFactor struct {
	Since  string // "": they have none
	Left   int    // recovery codes
	Needed bool
	NoKey  bool // none can be set up here
}

type passRow struct {
	ID, Name, Since, Until, Says string
	Here                         bool
}

func (s *site) own(v *visit, secret string, wrong error) (component, error) {
	g, p := v.desk.Guest, v.p
	sessions, tokens, err := team.Passes(v.Context(), &v.desk.Desk, g.User.ID)
	if err != nil {
		return nil, err
	}
	out := ownView{frame: v.frame(g.User.Name, "me"), Name: g.User.Name, Email: g.User.Email, Role: p.Say("role_ours." + string(g.Role)), Secret: secret,
		MayDirectory: v.desk.May(member.People, true)}
	if v.desk.Porter.Provider != nil && g.User.Issuer != "" {
		out.By = v.desk.Porter.Provider.Name()
	}
	if out.By == "" {
		f := &ownFactor{Left: g.User.RecoveryLeft(), NoKey: v.desk.Porter.Keeping == nil}
		if f.Needed, err = team.FactorNeeded(v.Context(), &v.desk.Desk); err != nil {
			return nil, err
		}
		if g.User.HasFactor() {
			f.Since = p.Day(throughline.DayOf(g.User.Factored, v.zone()))
		}
		out.Factor, out.Passkeys = f, v.ownPasskeys(g)
	}
	if wrong != nil {
		out.Wrong, v.status = v.refusal(wrong), statuses[throughline.KindOf(wrong)]
	}
	row := func(x member.Pass) passRow {
		r := passRow{ID: x.ID.String(), Name: x.Name, Since: p.Day(throughline.DayOf(x.Since, v.zone())), Until: p.Day(throughline.DayOf(x.Until, v.zone())), Here: x.ID == g.Pass}
		switch {
		case x.Role == member.Directory:
			r.Says = p.Say("own.for_directory")
		case x.Reads:
			r.Says = p.Say("own.reads")
		}
		return r
	}
	for _, x := range sessions {
		out.Sessions = append(out.Sessions, row(x))
	}
	for _, x := range tokens {
		out.Tokens = append(out.Tokens, row(x))
	}
	return ownPage(out), nil
}
