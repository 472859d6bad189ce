package web

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
)

// seenView is who sees a customer's deals, on its page.
type seenView struct {
	Path        string
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
	out := &seenView{Path: "/accounts/" + id.String() + "/seen", Says: v.seenSays(x), Since: v.seenSince(x), May: x.May}
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
	return v.p.Say(key, "names", v.p.List(names))
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

// postSeen says who sees a customer's deals, and offers to put back what was.
func (s *site) postSeen(v *visit) (string, error) {
	in := operation.SeenInput{ID: v.PathValue("id"), Seen: v.text("word")}
	for _, who := range v.PostForm["to"] {
		if who = strings.TrimSpace(who); who != "" && in.Seen != member.SeenUsual {
			in.To = append(in.To, who)
		}
	}
	out, err := ask[operation.AccountsSeen](v, operation.SetAccountSeen, &in)
	if err != nil {
		return "", err
	}
	x := out.Accounts[0]
	m := said{What: "account_seen"}
	if v.text("back") == "" && x.Before != nil {
		m.Seen = []string{x.ID.String(), x.Before.Seen}
		for _, id := range x.Before.To {
			m.Seen = append(m.Seen, id.String())
		}
	}
	v.tell(m)
	return "/accounts/" + x.ID.String() + "#seen", nil
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
