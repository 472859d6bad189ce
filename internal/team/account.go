package team

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// accounts is the room of the register with who sees customers' deals.
const accounts = store.AccountRoom

const (
	// mostSeen is how many customers may have a list: every question about a list of
	// deals reads the rows of those.
	mostSeen = 1000
	// mostTo is how many people and teams a list may name.
	mostTo = 200
)

// The refusals of saying who sees a customer's deals.
var (
	ErrSeenWord   = throughline.Refuse("seen_word", "say opened, close or usual")
	ErrSeenNobody = throughline.Refuse("seen_nobody", "say to whom it is opened: teams, or people of ours")
	ErrSeenNames  = throughline.Refuse("seen_names", "of every other customer there is no list; say opened or close with names, or usual without")
	ErrSeenMany   = throughline.Refuse("seen_many", "that many customers, or names, cannot have a list; a team stands for all who belong to it")
	ErrNotTheirs  = throughline.Refuse("seen_not_theirs",
		"a manager says this of a customer all of whose deals are their own, their teams' or nobody's; operations and admins say it of every one")
)

// AllSeen gives the customers with a list.
func AllSeen(ctx context.Context, d *desk.Desk) ([]member.AccountSeen, error) {
	all, err := lines(ctx, d, accounts, throughline.ID{})
	return slices.DeleteFunc(member.FoldSeen(all), func(x member.AccountSeen) bool { return x.Word == "" }), err
}

// SeenOf gives who sees a customer's deals.
func SeenOf(ctx context.Context, d *desk.Desk, id throughline.AccountID) (member.AccountSeen, error) {
	all, err := lines(ctx, d, accounts, throughline.ID(id))
	if found := member.FoldSeen(all); len(found) == 1 {
		return found[0], err
	}
	return member.AccountSeen{Account: id}, err
}

// SetSeen says who sees a customer's deals from now on: a word, and people and teams by
// a name, an address or an id. role is whoever says so, "" for one who may whatever it
// is. A manager who holds a customer close is on the list themselves, or they could not
// take it back.
func SetSeen(ctx context.Context, d *desk.Desk, role member.Role, id throughline.AccountID, word string, names []string) error {
	const op = "say who sees a customer"
	bad := func(kind throughline.Kind, why error) error { return throughline.Fail(op, kind, "", why) }
	switch {
	case word != member.SeenOpened && word != member.SeenClose && word != member.SeenUsual:
		return throughline.Fail(op, throughline.Invalid, desk.Short(word), ErrSeenWord)
	case word == member.SeenUsual && len(names) > 0:
		return bad(throughline.Invalid, ErrSeenNames)
	case word == member.SeenOpened && len(names) == 0:
		return bad(throughline.Invalid, ErrSeenNobody)
	case len(names) > mostTo:
		return bad(throughline.Invalid, ErrSeenMany)
	}
	all, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	if role == member.Manager {
		if is, err := Theirs(ctx, d, id); err != nil || !is {
			if err == nil {
				err = bad(throughline.Denied, ErrNotTheirs)
			}
			return err
		}
	}
	to, err := namedTo(ctx, d, all, names)
	if err != nil {
		return err
	}
	now := member.Seen{Word: word, To: to}
	if role == member.Manager && word == member.SeenClose && !now.Names(d.Author, all) {
		now.To = append(now.To, throughline.ID(d.Author))
	}
	lists, err := AllSeen(ctx, d)
	if err != nil {
		return err
	}
	was, is := "", slices.IndexFunc(lists, func(x member.AccountSeen) bool { return x.Account == id })
	if is >= 0 {
		was = lists[is].Word
	}
	switch {
	case was == word && slices.Equal(lists[is].To, now.To), was == "" && word == member.SeenUsual:
		return nil
	case was == "" && len(lists) >= mostSeen:
		return bad(throughline.Invalid, ErrSeenMany)
	}
	return admit(ctx, d, accounts, throughline.ID(id), word, member.Body{To: now.To})
}

// namedTo gives the ids of teams and of people who may come in, each once.
func namedTo(ctx context.Context, d *desk.Desk, all []member.Team, names []string) (out []throughline.ID, err error) {
	users, err := Users(ctx, d)
	for _, name := range names {
		if err != nil {
			break
		}
		t, noTeam := FindTeam(all, name)
		u, nobody := Find(users, name)
		var id throughline.ID
		switch {
		case noTeam == nil && nobody == nil:
			err = throughline.Fail("say who sees a customer", throughline.Conflict, desk.Short(name), ErrWhom)
		case noTeam == nil:
			id = t.ID
		case nobody == nil:
			id = throughline.ID(u.ID)
		default:
			err = nobody
		}
		if err == nil && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

// Theirs reports whether all of a customer's deals are a manager's own, their teams' or
// nobody's, and seen by them: who opens a customer to themselves would else see more.
func Theirs(ctx context.Context, d *desk.Desk, id throughline.AccountID) (bool, error) {
	whole := d.Whole()
	teams, err := Teams(ctx, whole)
	if err != nil {
		return false, err
	}
	same, err := whole.Read().Merged(ctx)
	if err != nil {
		return false, err
	}
	mine := desk.Everything()
	if owners, all := Seen(setting.OfTeam, Guest{User: member.User{ID: d.Author, Role: member.Manager}, Role: member.Manager}, teams); !all {
		mine = desk.Only(allNames(owners, same))
	}
	owned := *d
	owned.Seeing = func(context.Context) (desk.Sight, error) { return mine, nil }
	var n [3]int
	for i, of := range []*desk.Desk{whole, &owned, d} {
		if n[i], err = of.Read().DealsOf(ctx, id); err != nil {
			return false, err
		}
	}
	return n[0] == n[1] && n[0] == n[2], nil
}
