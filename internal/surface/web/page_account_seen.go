package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/team"
)

// seenView is who sees a customer's deals, on its page.
type seenView struct {
	Path, Next  string
	Back        string // the customer's page
	Says, Since string
	May         bool
	Words       []choice // what may be said of it
	Named       []choice // teams, and people of the list, those of it marked
	Others      []choice // people who could be on it
}

// seenOf tells who sees a customer's deals; nil where nobody signs in, and it is everybody.
func (v *visit) seenOf(id throughline.AccountID) (*seenView, error) {
	if !v.desk.Team {
		return nil, nil
	}
	all, err := ask[operation.AccountsSeen](v, operation.ListAccountsSeen, &operation.SeenAsked{Account: id.String()})
	if err != nil || len(all.Accounts) != 1 {
		return nil, err
	}
	x, p := all.Accounts[0], v.p
	if x.Seen == member.SeenUsual && !x.May {
		return nil, nil
	}
	out := &seenView{Path: "/accounts/" + id.String() + "/seen", Back: "/accounts/" + id.String(), Next: strconv.Itoa(x.Next), Says: v.seenSays(x), Since: v.seenSince(x), May: x.May}
	for _, word := range []string{member.SeenUsual, member.SeenOpened, member.SeenClose} {
		out.Words = append(out.Words, choice{Word: p.Say("seen.is_" + word), Href: word, Here: x.Seen == word})
	}
	for _, n := range x.Choices {
		is := slices.ContainsFunc(x.To, func(to operation.SeenName) bool { return to.ID == n.ID })
		if c := (choice{Word: n.Name, Href: n.ID.String(), Here: is}); n.Team || is {
			out.Named = append(out.Named, c)
		} else {
			out.Others = append(out.Others, c)
		}
	}
	return out, nil
}

// seenSays puts who sees a customer's deals into a sentence.
func (v *visit) seenSays(x operation.AccountSeen) string {
	names := make([]string, len(x.To))
	for i, n := range x.To {
		names[i] = n.Name
	}
	key := "seen.says_" + x.Seen
	if len(names) == 0 && x.Seen != member.SeenUsual {
		key += "_nobody"
	}
	return v.p.Say(key, "names", v.p.List(names), "n", len(names))
}

func (v *visit) seenSince(x operation.AccountSeen) string {
	switch day := v.p.Day(throughline.DayOf(x.Since, v.zone())); {
	case x.Since.IsZero() || x.Seen == member.SeenUsual:
		return ""
	case x.By != "":
		return v.p.Say("assigned.since_by", "day", day, "name", x.By)
	default:
		return v.p.Say("assigned.since", "day", day)
	}
}

// seenNow asks who sees a customer's deals as it is now.
func (v *visit) seenNow(id string) (operation.AccountSeen, error) {
	all, err := ask[operation.AccountsSeen](v, operation.ListAccountsSeen, &operation.SeenAsked{Account: id})
	if err != nil {
		return operation.AccountSeen{}, err
	}
	return all.Accounts[0], nil
}

// postSeen says who sees a customer's deals, and offers to put back what was.
func (s *site) postSeen(v *visit) (string, error) {
	in := operation.SeenInput{ID: v.PathValue("id"), Seen: v.text("word")}
	in.Next, _ = strconv.Atoi(v.text("next"))
	back := v.text("back") != ""
	if back {
		if then, err := v.seenBefore(&in); err != nil || then != "" {
			return then, err
		}
	}
	for _, who := range v.PostForm["to"] {
		if who = strings.TrimSpace(who); who != "" && in.Seen != member.SeenUsual && !back {
			in.To = append(in.To, who)
		}
	}
	out, err := ask[operation.AccountsSeen](v, operation.SetAccountSeen, &in)
	if errors.Is(err, team.ErrSeenMeanwhile) {
		if back {
			return v.seenStays(in.ID, "account_seen_meanwhile"), nil
		}
		return "", v.seenMeanwhile(in, err)
	}
	if err != nil {
		return "", err
	}
	x := out.Accounts[0]
	m := said{What: "account_seen"}
	switch {
	case !x.Wrote:
		m.What = "account_seen_same"
	case !back && x.Before != nil:
		m.Seen = []string{x.ID.String(), strconv.Itoa(x.Next)}
	}
	v.tell(m)
	return "/accounts/" + x.ID.String() + "#seen", nil
}

// seenBefore puts into an input what held before the last change, which is to be taken
// back; where that cannot be, it says so on the page that it gives. The list itself is
// read anew and does not travel: it may be long.
func (v *visit) seenBefore(in *operation.SeenInput) (then string, err error) {
	x, err := v.seenNow(in.ID)
	switch {
	case err != nil:
		return "", err
	case x.Next != in.Next || x.Before == nil:
		return v.seenStays(in.ID, "account_seen_meanwhile"), nil
	case x.Before.Seen == member.SeenOpened && len(x.Before.To) == 0:
		return v.seenStays(in.ID, "account_seen_left"), nil
	}
	in.Seen = x.Before.Seen
	for _, id := range x.Before.To {
		in.To = append(in.To, id.String())
	}
	return "", nil
}

// seenStays says why what holds was not taken back.
func (v *visit) seenStays(id, what string) string {
	v.tell(said{What: what})
	return "/accounts/" + id + "#seen"
}

// seenMeanwhile says what somebody else has set while a form lay open, and beside it what
// the form says, which can be sent again over it.
func (v *visit) seenMeanwhile(in operation.SeenInput, err error) error {
	x, failed := v.seenNow(in.ID)
	if failed != nil {
		return failed
	}
	v.PostForm.Set("next", strconv.Itoa(x.Next))
	mine := operation.AccountSeen{Seen: in.Seen}
	for _, n := range x.Choices {
		if slices.Contains(in.To, n.ID.String()) {
			mine.To = append(mine.To, n)
		}
	}
	return throughline.Fail("say who sees a customer", throughline.KindOf(err), "", throughline.Refuse("seen_meanwhile_now",
		"somebody else has set meanwhile: %s What you have set: %s", "now", v.seenSays(x), "mine", v.seenSays(mine)))
}

// seenRow is a customer with a list, on the page of the team.
type seenRow struct{ Href, Name, Says, Since string }

func (v *visit) seenRows() (out []seenRow, err error) {
	all, err := ask[operation.AccountsSeen](v, operation.ListAccountsSeen, &operation.SeenAsked{})
	for _, x := range all.Accounts {
		row := seenRow{Href: v.link("/accounts/"+x.ID.String()) + "#seen", Name: x.Name, Says: v.seenSays(x), Since: v.seenSince(x)}
		if row.Name == "" {
			row.Name = v.p.Say("table.nameless")
		}
		out = append(out, row)
	}
	return out, err
}
