package cli

import (
	"strings"

	"github.com/throughline/throughline/internal/operation"
)

// printUsers shows who may sign in, and an invitation that was made.
func (c *command) printUsers(v operation.Users) error {
	if len(v.Users) == 0 {
		c.say("%s\n", c.words.Say("cli.no_users"))
	}
	for _, u := range v.Users {
		state := c.words.Say("team.state_" + u.State)
		if u.HasFactor() {
			state = c.words.Say("cli.user_factor", "state", state)
		}
		c.say("%s\n", c.words.Say("cli.user", "name", u.Name, "email", u.Email, "role", c.words.Say("role_ours."+string(u.Role)), "state", state))
	}
	if v.Invitation != "" {
		c.say("%s\n  %s\n", c.words.Say("cli.invitation", "name", v.For, "until", v.Until.Format("2006-01-02 15:04")), v.Invitation)
	}
	return nil
}

// printTeams shows the teams, and who belongs to them.
func (c *command) printTeams(v operation.Teams) error {
	if len(v.Teams) == 0 {
		c.say("%s\n", c.words.Say("team.no_teams"))
	}
	for _, t := range v.Teams {
		names := make([]string, len(t.Members))
		for i, m := range t.Members {
			names[i] = clean(m.Name)
		}
		c.say("%s  %s\n", clean(t.Name), strings.Join(names, ", "))
	}
	return nil
}

// printSeen shows who sees the deals of which customers.
func (c *command) printSeen(v operation.AccountsSeen) error {
	if len(v.Accounts) == 0 {
		c.say("%s\n", c.words.Say("cli.none_seen"))
	}
	for _, x := range v.Accounts {
		names := make([]string, len(x.To))
		for i, n := range x.To {
			names[i] = clean(n.Name)
		}
		c.say("%s  %s  %s\n", clean(x.Name), x.Seen, strings.Join(names, ", "))
	}
	return nil
}

// printAssigned shows which processes are whose.
func (c *command) printAssigned(v operation.Assigned) error {
	if len(v.Assigned) == 0 {
		c.say("%s\n", c.words.Say("cli.none_assigned"))
	}
	for _, x := range v.Assigned {
		says := strings.Join(x.Processes, ", ")
		if says == "" {
			says = c.words.Say("assigned.all")
		}
		c.say("%s  %s\n", clean(x.Name), clean(says))
	}
	return nil
}

// printFactors shows whether everybody needs a second factor, and who has none.
func (c *command) printFactors(v operation.Factors) error {
	c.say("%s\n", c.words.Say(map[bool]string{true: "cli.factor_everybody", false: "cli.factor_anybody"}[v.Needed]))
	if len(v.Without) > 0 {
		c.say("%s\n", c.words.Say("cli.factor_without", "who", strings.Join(v.Without, ", ")))
	}
	return nil
}

// printTokens shows the tokens of a user, and the secret of one that was issued.
func (c *command) printTokens(v operation.Tokens) error {
	for _, t := range v.Tokens {
		reads := ""
		if t.Reads {
			reads = c.words.Say("own.reads")
		}
		c.say("%s\n", c.words.Say("cli.token", "id", t.ID.String(), "name", t.Name, "until", t.Until.Format("2006-01-02"), "reads", reads))
	}
	if v.Secret != "" {
		c.say("%s\n  %s\n", c.words.Say("own.issued"), v.Secret)
	}
	return nil
}
