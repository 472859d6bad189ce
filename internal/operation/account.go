package operation

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// SetAccountSeen is `throughline admin account`.
var SetAccountSeen = define(Operation{
	Words: []string{"admin", "account"}, Route: "POST /accounts/{id}/seen", Summary: "Who sees a customer's deals: opened to some, or held close",
	About: "A customer has one list of people and teams, which is given whole, and one word. --seen opened: those named see all of its deals, besides what they see " +
		"anyway. --seen close: those named see all of its deals, who has one of them sees that one, admins and operations see all, and nobody else any, although " +
		"everybody sees every deal (deals_seen); without names nobody sees them but those. --seen usual: as every other customer. Operations and admins say this. It " +
		"holds at once; each change is kept with who made it and when, and is a line of the audit. --next, the number that admin accounts gives with a customer, " +
		"refuses it where somebody else has said otherwise since.",
	Examples: []string{
		`throughline admin account "Northfield Hospitals" --seen opened --to North --to bo@example.com`,
		`throughline admin account "Northfield Hospitals" --seen close --to North`,
		`throughline admin account "Northfield Hospitals" --seen usual`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, setAccountSeen)

// ListAccountsSeen is `throughline admin accounts`.
var ListAccountsSeen = define(Operation{
	Words: []string{"admin", "accounts"}, Route: "GET /seen", Summary: "Customers whose deals are opened to some, or held close",
	About: "Lists the customers with a list of who sees their deals, by name, of those that whoever asks sees. --account tells of one, also where it has no list.",
	Examples: []string{
		"throughline admin accounts",
		`throughline admin accounts --account "Northfield Hospitals"`,
	},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, listAccountsSeen)

// SeenInput says who sees a customer's deals.
type SeenInput struct {
	ID   string   `arg:"" name:"id" path:"id" json:"id" help:"The customer: its whole name, or our id."`
	Seen string   `name:"seen" placeholder:"WORD" json:"seen" help:"opened, close or usual."`
	To   []string `name:"to" placeholder:"WHO" json:"to,omitempty" help:"A team, or somebody who may sign in: a name, an address or an id; may be repeated, and is the whole list."`
	Next int      `name:"next" placeholder:"N" json:"next,omitempty" help:"The number that this change has to have, as it was read; 0: any."`
}

// SeenAsked says of which customer to tell.
type SeenAsked struct {
	Account string `name:"account" query:"account" placeholder:"ACCOUNT" json:"account,omitempty" help:"Only this customer: its name, or our id."`
}

// AccountsSeen are customers with who sees their deals.
type AccountsSeen struct {
	Accounts []AccountSeen `json:"accounts"`
}

// AccountSeen is one of them.
type AccountSeen struct {
	ID      throughline.AccountID `json:"id"`
	Name    string                `json:"name"`
	Seen    string                `json:"seen"` // opened, close or usual
	To      []SeenName            `json:"to"`
	Since   time.Time             `json:"since,omitzero"`
	By      string                `json:"by,omitempty"` // who said so; "": the command line
	Next    int                   `json:"next"`         // the number of the change that would be the next one
	Wrote   bool                  `json:"-"`            // what was said is another than what held
	May     bool                  `json:"-"`            // whoever asks may say otherwise; of one that is asked for alone
	Choices []SeenName            `json:"-"`            // whom they may name: teams, then people, by name
	Before  *SeenBefore           `json:"-"`            // what held until Since; nil: nothing was said
}

// SeenBefore is what was said before.
type SeenBefore struct {
	Seen string
	To   []throughline.ID
}

// SeenName is a team, or somebody, to whom a customer's deals are open.
type SeenName struct {
	ID   throughline.ID `json:"id"`
	Name string         `json:"name"`
	Team bool           `json:"team,omitempty"`
}

func setAccountSeen(ctx context.Context, d *Desk, in SeenInput) (AccountsSeen, error) {
	a, err := d.AccountNamed(ctx, "say who sees a customer", in.ID)
	if err != nil {
		return AccountsSeen{}, err
	}
	wrote, err := team.SetSeen(ctx, &d.Desk, a.ID, team.Wanted{Word: in.Seen, To: in.To, Next: in.Next})
	if err != nil {
		return AccountsSeen{}, err
	}
	out, err := listAccountsSeen(ctx, d, SeenAsked{Account: a.ID.String()})
	if err == nil {
		out.Accounts[0].Wrote = wrote
	}
	return out, err
}

func listAccountsSeen(ctx context.Context, d *Desk, in SeenAsked) (AccountsSeen, error) {
	out := AccountsSeen{Accounts: []AccountSeen{}}
	var lists []member.AccountSeen
	var err error
	if in.Account != "" {
		a, err := d.AccountCalled(ctx, "say who sees a customer", in.Account)
		if err != nil {
			return out, err
		}
		one, err := team.SeenOf(ctx, &d.Desk, a.ID)
		if err != nil {
			return out, err
		}
		lists = append(lists, one)
	} else if lists, err = team.AllSeen(ctx, &d.Desk); err != nil || len(lists) == 0 {
		return out, err
	}
	var ids []throughline.AccountID
	for _, x := range lists {
		ids = append(ids, x.Account)
	}
	called, err := d.Read().Accounts(ctx, ids)
	if err != nil {
		return out, err
	}
	names, err := d.seenNames(ctx)
	if err != nil {
		return out, err
	}
	seen := map[throughline.AccountID]bool{}
	if in.Account == "" {
		if seen, err = d.Read().SeesAccounts(ctx, ids); err != nil {
			return out, err
		}
	}
	for _, x := range lists {
		if in.Account != "" || seen[x.Account] {
			out.Accounts = append(out.Accounts, seenRow(x, called[x.Account], names))
		}
	}
	sortSeen(out.Accounts)
	if in.Account != "" && d.May(member.Sight, true) {
		one := &out.Accounts[0]
		one.May = true
		one.Choices = slices.SortedFunc(maps.Values(names), func(a, b SeenName) int {
			return cmp.Or(order(a.Team, b.Team), cmp.Compare(store.Folded(a.Name), store.Folded(b.Name)), bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
	return out, err
}

// order puts what is so before what is not.
func order(a, b bool) int { return desk.Count(b) - desk.Count(a) }

// seenNames are the teams, and those who may come in, by their ids.
func (d *Desk) seenNames(ctx context.Context) (map[throughline.ID]SeenName, error) {
	teams, err := team.Teams(ctx, &d.Desk)
	if err != nil {
		return nil, err
	}
	users, err := team.Users(ctx, &d.Desk)
	out := map[throughline.ID]SeenName{}
	for _, t := range teams {
		out[t.ID] = SeenName{t.ID, t.Name, true}
	}
	for _, u := range users {
		if u.Here() {
			out[throughline.ID(u.ID)] = SeenName{ID: throughline.ID(u.ID), Name: u.Name}
		}
	}
	return out, err
}

// seenRow is a customer with who sees its deals. A team that is none any more, and who
// left or was erased, is not on the list that is shown.
func seenRow(x member.AccountSeen, a store.Account, names map[throughline.ID]SeenName) AccountSeen {
	row := AccountSeen{ID: x.Account, Name: a.Name, Seen: x.Word, To: []SeenName{}, Since: x.Since, Next: x.N + 1, By: names[throughline.ID(x.By)].Name}
	if row.Seen == "" {
		row.Seen = member.SeenUsual
	}
	for _, id := range x.To {
		if n, is := names[id]; is {
			row.To = append(row.To, n)
		}
	}
	if !x.Since.IsZero() {
		row.Before = &SeenBefore{Seen: x.Before.Word}
		for _, id := range x.Before.To {
			if _, is := names[id]; is {
				row.Before.To = append(row.Before.To, id)
			}
		}
		if row.Before.Seen == "" {
			row.Before.Seen = member.SeenUsual
		}
	}
	return row
}

func sortSeen(all []AccountSeen) {
	slices.SortFunc(all, func(a, b AccountSeen) int {
		return cmp.Or(cmp.Compare(store.Folded(a.Name), store.Folded(b.Name)), bytes.Compare(a.ID[:], b.ID[:]))
	})
}
