package web

import (
	"time"

	"github.com/throughline/throughline"
)

// oldView offers to look as of the newest day that anything here speaks of.
type oldView struct{ Text, Word, Href string }

type option struct {
	Value, Word string
	Chosen      bool
}

// whose gives the way between everybody's deals and one's own; whoever has not
// said who they are is asked first.
func (v *visit) whose(mine bool) []choice {
	all := choice{Word: v.p.Say("today.everyone"), Href: v.to("mine", "false", "owner", ""), Here: !mine && v.query.Get("owner") == ""}
	own := choice{Word: v.p.Say("today.mine"), Href: v.to("mine", "", "owner", ""), Here: mine}
	if v.desk.Author.IsZero() {
		all.Href, own.Href = v.to("mine", "", "owner", ""), "/me"
	}
	return []choice{all, own}
}

// mine reports whether the deals of whoever looks are meant: once they have
// said who they are, until they ask for everybody's or for somebody else's.
func (v *visit) mine() bool {
	return !v.desk.Author.IsZero() && v.query.Get("mine") != "false" && v.query.Get("owner") == ""
}

// stillRead says since when another program's writing is being read in, where
// that is longer than a moment.
func (v *visit) stillRead(since time.Time) string {
	if since.IsZero() || v.desk.Now().Sub(since) < 10*time.Second {
		return ""
	}
	return v.p.Say("today.behind", "n", 1+int(v.desk.Now().Sub(since).Minutes()))
}

// roads are the processes of ours to choose from; none where there is only one,
// unless a link names one.
func (v *visit) roads(chosen string) []option {
	var out []option
	for _, pr := range v.taught().Processes {
		out = append(
			out,
			option{Value: pr.ID, Word: v.p.Process(v.desk.Book, pr.Address()), Chosen: chosen == pr.ID || chosen == string(pr.Address())},
		)
	}
	if len(out) < 2 && chosen == "" {
		return nil
	}
	return append([]option{{Word: v.p.Say("filter.any_process"), Chosen: chosen == ""}}, out...)
}

func (v *visit) keepDay() []field {
	if v.asOf.IsZero() {
		return nil
	}
	return []field{{"as_of", v.asOf.String()}}
}

// old offers to look back where nothing is newer than two months.
func (v *visit) old(day throughline.Day) *oldView {
	if day.IsZero() || !v.asOf.IsZero() || v.today.Sub(day) < 60 {
		return nil
	}
	return &oldView{Text: v.p.Say("today.old", "day", v.p.Day(day)), Word: v.p.Say("today.old_link"), Href: v.to("as_of", day.String())}
}
