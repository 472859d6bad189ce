package operation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

// WelcomePath is where an invitation is opened; its secret follows.
const WelcomePath = "/welcome/"

// ManageUsers is `throughline admin user`.
var ManageUsers = define(Operation{
	Words: []string{"admin", "user"}, Summary: "People of ours who may sign in",
	About: "Without a name it lists them. --email adds somebody, with a role (reader, seller, manager, operations, admin; the first is an admin), " +
		"and prints an invitation: a path to open on the server, once, within three days, to choose a password. From the first one on a server " +
		"asks everybody to sign in. --role alone changes the role, --invite makes another invitation (also for one who had left), --remove " +
		"takes access away: sessions and tokens end, what was written stays. --no-second-factor takes the second factor and the passkeys of somebody off who has " +
		"lost them: from then on their password alone lets them in, and whoever needs one sets another one up. A new user of the name of one of our people with deals is that " +
		"one. What each role may do stands in docs/rights.md.",
	Examples: []string{
		"throughline admin user",
		`throughline admin user "Ann Bergmann" --email ann@example.com --role manager`,
		"throughline admin user ann@example.com --role operations",
		"throughline admin user ann@example.com --remove",
		"throughline admin user ann@example.com --no-second-factor",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, manageUsers)

// ListUsers lists people of ours who may sign in; their page shows it. It is no
// command of its own.
var ListUsers = define(Operation{
	Words: []string{"admin", "user", "listed"}, Summary: "People of ours who may sign in", Page: true, Effect: Reads, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ desk.Nothing) (Users, error) { return listUsers(ctx, d) })

// UserInput says whom to add or change.
type UserInput struct {
	Name   string `arg:"" optional:"" name:"name" json:"name,omitempty" help:"The name of somebody new; or a name, an address or an id."`
	Email  string `name:"email" placeholder:"ADDRESS" json:"email,omitempty" help:"Add somebody with this address."`
	Role   string `name:"role" placeholder:"ROLE" json:"role,omitempty" help:"What they may do: reader, seller, manager, operations, admin."`
	Invite bool   `name:"invite" json:"invite,omitempty" help:"Make a new invitation for them."`
	Remove bool   `name:"remove" json:"remove,omitempty" help:"Take their access away."`
	Drop   bool   `name:"no-second-factor" json:"no_second_factor,omitempty" help:"Take their second factor and their passkeys off, which they have lost."`
}

// Users is the answer of ManageUsers.
type Users struct {
	Users      []UserRow `json:"users"`
	Needed     bool      `json:"second_factor_needed,omitempty"` // by everybody who signs in with a password
	Invitation string    `json:"invitation,omitempty"`           // a path on the server; it is shown once
	For        string    `json:"for,omitempty"`                  // whose it is
	Until      time.Time `json:"until,omitzero"`
}

// UserRow is one of them.
type UserRow struct {
	member.User
	State string `json:"state"` // here, invited, waiting (the invitation is over), left
}

// The states of a user.
const (
	UserHere    = "here"
	UserInvited = "invited"
	UserWaiting = "waiting"
	UserLeft    = "left"
)

func (d *Desk) porter() *team.Porter {
	if d.Porter == nil {
		return team.NewPorter()
	}
	return d.Porter
}

func manageUsers(ctx context.Context, d *Desk, in UserInput) (Users, error) {
	if strings.TrimSpace(in.Name) == "" && (in.Email != "" || in.Role != "" || in.Invite || in.Remove || in.Drop) {
		return Users{}, throughline.Fail("manage users", throughline.Invalid, "", team.ErrName)
	}
	var secret member.Secret
	var err error
	switch {
	case in.Name == "":
	case in.Email != "":
		role := member.Role(in.Role)
		if role == "" {
			role = member.Seller
		}
		_, secret, err = d.porter().Add(ctx, &d.Desk, team.Newcomer{Name: in.Name, Email: in.Email, Role: role})
	case in.Remove:
		err = team.Leave(ctx, &d.Desk, in.Name)
	case in.Drop:
		err = team.DropFactor(ctx, &d.Desk, d.self(), in.Name)
	case in.Invite:
		secret, err = d.porter().Invite(ctx, &d.Desk, in.Name)
	case in.Role != "":
		err = team.SetRole(ctx, &d.Desk, in.Name, member.Role(in.Role))
	}
	if err != nil {
		return Users{}, err
	}
	out, err := listUsers(ctx, d)
	if text := secret.Reveal(); text != "" {
		out.Invitation, out.For, out.Until = WelcomePath+text, in.Name, d.Present().Add(team.InvitationLasts)
	}
	return out, err
}

func listUsers(ctx context.Context, d *Desk) (Users, error) {
	all, err := team.Users(ctx, &d.Desk)
	if err != nil {
		return Users{}, err
	}
	out := Users{Users: []UserRow{}}
	if out.Needed, err = team.FactorNeeded(ctx, &d.Desk); err != nil {
		return Users{}, err
	}
	for _, u := range all {
		row := UserRow{User: u, State: UserHere}
		switch {
		case !u.Here():
			row.State = UserLeft
		case !u.Invitation(d.Now()).IsZero():
			row.State = UserInvited
		case !u.Came():
			row.State = UserWaiting
		}
		out.Users = append(out.Users, row)
	}
	return out, nil
}

// self is who has signed in; zero for whoever is at the machine.
func (d *Desk) self() (id throughline.PersonID) {
	if d.Guest != nil {
		id = d.Guest.User.ID
	}
	return id
}

// ManageFactors is `throughline admin second-factor`.
var ManageFactors = define(Operation{
	Words: []string{"admin", "second-factor"}, Summary: "Whether everybody needs a second factor",
	About: "A second factor is a code that a telephone shows, asked for after the password; whoever wants one sets it up on their own page. With " +
		"everybody, whoever signs in by a password has to have one: who has none is out at once, and sets it up when they sign in next. With " +
		"anybody it is left to them again. Whoever signs in at a provider has their second factor there. Without a word it tells which holds.",
	Examples: []string{
		"throughline admin second-factor",
		"throughline admin second-factor everybody",
		"throughline admin second-factor anybody",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, manageFactors)

// ChangeFactorKey is `throughline admin factor-key`.
var ChangeFactorKey = define(Operation{
	Words: []string{"admin", "factor-key"}, Summary: "Seal second factors by another key",
	About: "Every second factor that somebody has is sealed by the key in a new file, all of them in one transaction or none; where the old key does not open " +
		"one, nothing is changed. --old names the file of the old key; without it that is the one beside the database. Afterwards servers are started with the new key: " +
		"--factor-key, or in the place of the file beside the database, where this command says so. Nobody has to set anything up again, and whoever has signed in stays " +
		"so. The secrets are the same: where somebody may have had the old key and the database together, have second factors set up anew (admin user --no-second-factor).",
	Examples: []string{
		"throughline admin factor-key new.key",
		"throughline admin factor-key new.key --old /etc/throughline/factor-key --db postgres://app@db.example.com/sales",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, changeFactorKey)

// FactorKeyInput names the keys.
type FactorKeyInput struct {
	New string `arg:"" name:"new" type:"path" json:"new" help:"The file of the new key: one line, 32 bytes as base64; (umask 077; openssl rand -base64 32 > FILE) makes one."`
	Old string `name:"old" type:"path" placeholder:"FILE" json:"old,omitempty" help:"The file of the old key (default: the one beside the database)."`
}

// FactorKeyChanged is the answer of ChangeFactorKey.
type FactorKeyChanged struct {
	team.Rekeyed
	New    string `json:"new"`
	Beside string `json:"beside,omitempty"` // where the old key lies that servers take by themselves; the new one goes there
}

func changeFactorKey(ctx context.Context, d *Desk, in FactorKeyInput) (FactorKeyChanged, error) {
	const op = "seal second factors by another key"
	out := FactorKeyChanged{New: in.New}
	if d.FactorKey == nil || d.Porter == nil {
		return out, throughline.Fail(op, throughline.Unsupported, in.New, nil)
	}
	fresh, _, err := d.FactorKey(in.New)
	if err != nil {
		return out, err
	}
	old, beside, err := d.FactorKey(in.Old)
	if err != nil {
		return out, err
	}
	out.Beside = beside
	out.Rekeyed, err = d.Porter.Rekey(ctx, &d.Desk, old, fresh)
	return out, err
}

// FactorInput says who needs a second factor.
type FactorInput struct {
	Who string `arg:"" optional:"" name:"who" json:"who,omitempty" help:"Who needs one: everybody, or anybody who wants to."`
}

// Who may be asked for a second factor.
const (
	FactorEverybody = "everybody"
	FactorAnybody   = "anybody"
)

// Factors is the answer of ManageFactors.
type Factors struct {
	Needed  bool     `json:"second_factor_needed"`
	Without []string `json:"without"` // who may come in by a password and has none: their addresses
}

func manageFactors(ctx context.Context, d *Desk, in FactorInput) (Factors, error) {
	switch in.Who {
	case "":
	case FactorEverybody, FactorAnybody:
		if err := team.NeedFactor(ctx, &d.Desk, d.Guest, in.Who == FactorEverybody); err != nil {
			return Factors{}, err
		}
	default:
		return Factors{}, throughline.Fail("need a second factor", throughline.Invalid, in.Who, errFactorWho)
	}
	found, err := listUsers(ctx, d)
	out := Factors{Needed: found.Needed, Without: []string{}}
	for _, u := range found.Users {
		if u.State == UserHere && u.Issuer == "" && !u.Strong() {
			out.Without = append(out.Without, u.Email)
		}
	}
	return out, err
}

var errFactorWho = throughline.Refuse("factor_who", "who needs a second factor is everybody or anybody")

// ManageTokens is `throughline admin token`.
var ManageTokens = define(Operation{
	Words: []string{"admin", "token"}, Summary: "Tokens by which programs come in",
	About: "Lists the tokens of a user, or with --name issues one and prints it, once. A program sends it as \"Authorization: Bearer TOKEN\". " +
		"It may do what its user may; --role integration lets it bring files in and write deals whatever its user's role, --role directory is that of " +
		"the company's directory (Entra ID, Okta): it adds, changes and removes people by SCIM, below /scim/v2, and reaches nothing else; its user has to be an admin, " +
		"for as long as it lasts. --reads lets it change nothing. --revoke ends one by its id.",
	Examples: []string{
		"throughline admin token ann@example.com",
		"throughline admin token ann@example.com --name 'nightly export' --reads --days 90",
		"throughline admin token ann@example.com --name 'Entra ID' --role directory --days 366",
		"throughline admin token ann@example.com --revoke 0194d9f2-0000-7000-8000-000000000000",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, manageTokens)

// TokenInput says whose tokens, and what of them.
type TokenInput struct {
	User   string `arg:"" name:"user" json:"user" help:"Whose: an address, a name or an id."`
	Name   string `name:"name" placeholder:"NAME" json:"name,omitempty" help:"Issue one of this name: what the program is for."`
	Role   string `name:"role" placeholder:"ROLE" json:"role,omitempty" help:"integration, directory (for SCIM), or nothing: its user's."`
	Reads  bool   `name:"reads" json:"reads,omitempty" help:"It changes nothing."`
	Days   int    `name:"days" placeholder:"N" default:"90" json:"days,omitempty" help:"How long it lasts, up to 366."`
	Revoke string `name:"revoke" placeholder:"ID" json:"revoke,omitempty" help:"End this one."`
}

// Tokens is the answer of ManageTokens.
type Tokens struct {
	Tokens []member.Pass `json:"tokens"`
	Secret string        `json:"secret,omitempty"` // of the one that was issued; it is shown once
}

func manageTokens(ctx context.Context, d *Desk, in TokenInput) (Tokens, error) {
	all, err := team.Users(ctx, &d.Desk)
	if err != nil {
		return Tokens{}, err
	}
	u, err := team.Find(all, in.User)
	if err != nil {
		return Tokens{}, err
	}
	out := Tokens{Tokens: []member.Pass{}}
	switch {
	case in.Revoke != "":
		id, bad := throughline.ParseID(in.Revoke)
		if bad != nil {
			return Tokens{}, throughline.Fail("revoke token", throughline.Invalid, in.Revoke, bad)
		}
		err = team.End(ctx, &d.Desk, u.ID, id)
	case in.Name != "":
		if in.Role != "" && !slices.Contains(member.Programs(), member.Role(in.Role)) {
			return Tokens{}, throughline.Fail("issue token", throughline.Invalid, in.Role, team.ErrTokenRole)
		}
		var s member.Secret
		s, err = d.porter().Issue(ctx, &d.Desk, u.ID, in.Name, member.Role(in.Role), in.Reads, time.Duration(in.Days)*24*time.Hour)
		out.Secret = s.Reveal()
	}
	if err != nil {
		return Tokens{}, err
	}
	_, tokens, err := team.Passes(ctx, &d.Desk, u.ID)
	out.Tokens = append(out.Tokens, tokens...)
	return out, err
}
