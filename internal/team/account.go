package team

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
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
	ErrSeenWord      = throughline.Refuse("seen_word", "say opened, close or usual")
	ErrSeenNobody    = throughline.Refuse("seen_nobody", "say to whom it is opened: teams, or people of ours")
	ErrSeenNames     = throughline.Refuse("seen_names", "of every other customer there is no list; say opened or close with names, or usual without")
	ErrSeenMany      = throughline.Refuse("seen_many", "that many customers, or names, cannot have a list; a team stands for all who belong to it")
	ErrSeenMeanwhile = throughline.Refuse("seen_meanwhile", "somebody else has said otherwise of this customer meanwhile; look at it again")
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

// Wanted is what somebody says of who sees a customer's deals.
type Wanted struct {
	Word string   // opened, close or usual
	To   []string // people and teams by a name, an address or an id
	Next int      // the number that its line has to have, else Conflict (ErrSeenMeanwhile); 0: any
}

// SetSeen says who sees a customer's deals from now on, and whether that is anything
// else than what held: where it is not, nothing is written.
func SetSeen(ctx context.Context, d *desk.Desk, id throughline.AccountID, want Wanted) (wrote bool, err error) {
	const op = "say who sees a customer"
	bad := func(kind throughline.Kind, why error) (bool, error) {
		return false, throughline.Fail(op, kind, "", why)
	}
	switch word := want.Word; {
	case word != member.SeenOpened && word != member.SeenClose && word != member.SeenUsual:
		return false, throughline.Fail(op, throughline.Invalid, desk.Short(word), ErrSeenWord)
	case word == member.SeenUsual && len(want.To) > 0:
		return bad(throughline.Invalid, ErrSeenNames)
	case word == member.SeenOpened && len(want.To) == 0:
		return bad(throughline.Invalid, ErrSeenNobody)
	case len(want.To) > mostTo:
		return bad(throughline.Invalid, ErrSeenMany)
	}
	all, err := Teams(ctx, d)
	if err != nil {
		return false, err
	}
	to, err := namedTo(ctx, d, all, want.To)
	if err != nil {
		return false, err
	}
	was, err := SeenOf(ctx, d, id)
	switch {
	case err != nil:
		return false, err
	case want.Next != 0 && want.Next != was.N+1:
		return bad(throughline.Conflict, ErrSeenMeanwhile)
	case was.Word == want.Word && slices.Equal(was.To, to), was.Word == "" && want.Word == member.SeenUsual:
		return false, nil
	}
	if was.Word == "" {
		if lists, err := AllSeen(ctx, d); err != nil || len(lists) >= mostSeen {
			if err == nil {
				return bad(throughline.Invalid, ErrSeenMany)
			}
			return false, err
		}
	}
	body := member.Body{To: to}
	line := admission(d, accounts, throughline.ID(id), want.Word, body)
	line.N = want.Next
	if err := d.Ledger.Admit(ctx, d.Workspace, line); err != nil {
		if want.Next != 0 && throughline.KindOf(err) == throughline.Conflict {
			return bad(throughline.Conflict, ErrSeenMeanwhile)
		}
		return false, err
	}
	return true, note(ctx, d, accounts, line.Subject, want.Word, body)
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
