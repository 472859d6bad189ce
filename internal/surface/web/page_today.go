package web

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
)

// todayRows is how many deals Today shows.
const todayRows = 25

type todayView struct {
	frame
	Heading string
	Lede    string
	Empty   bool // nothing at all is kept yet
	Ends    endsView
	Filter  filterView
	Rows    []rowView
	None    string   // why there are no rows
	All     choice   // the rest of them
	Else    choice   // the same words among all deals
	Silent  choice   // those that have gone quiet
	Whose   []choice // everybody's deals, or those of whoever looks
	Behind  string   // what another program wrote is still being read
	Old     *oldView

	MostFile int    // megabytes that may be brought
	Known    string // whose exports are known
}

// oldView offers to look as of the newest day that anything here speaks of.
type oldView struct{ Text, Word, Href string }

type filterView struct {
	Action string
	Search string
	Owner  string
	Owners []string
	Sort   string
	Sorts  []option
	Ends   []option // empty: no such filter
	Roads  []option // our processes; empty: no such filter
	Silent bool
	Keep   []field
}

type option struct {
	Value, Word string
	Chosen      bool
}

func (s *site) today(v *visit) (templ.Component, error) {
	p := v.p
	f := filterView{
		Action: "/",
		Search: v.query.Get("search"),
		Owner:  v.query.Get("owner"),
		Sort:   v.query.Get("sort"),
		Silent: v.query.Get("silent") != "",
	}
	owner, mine := f.Owner, v.mine()
	if mine {
		owner = throughline.ID(v.desk.Author).String()
	}
	sort := f.Sort
	if sort == "" {
		sort = "attention"
	}
	// One list, whatever the order: the deals with a reason to look at them.
	l, err := ask[operation.DealList](v, operation.ListDeals, &operation.DealsInput{View: desk.View{AsOf: v.asOf},
		Search: f.Search, Owner: owner, Silent: f.Silent, Asking: true, Sort: sort, Limit: todayRows})
	if err != nil {
		return nil, err
	}
	tally, rows, newest, behind := l.Tally, l.Rows, l.Newest, l.Behind
	open := tally.Outcomes[throughline.StillOpen.Word()]
	t := todayView{
		frame:    v.frame(p.Say("today.title"), "today"),
		Ends:     v.ends(tally, owner),
		Empty:    tally.Deals == tally.Outcomes[string(throughline.Removed)] && owner == "",
		MostFile: mostUpload >> 20,
		Known:    strings.Join(operation.Systems(), ", "),
	}
	t.Lede = p.Say("today.lede", "day", p.Weekday(v.day()), "asking", p.Number(l.Calls.Open()), "open", p.Say("today.open", "n", open))
	if l.Calls.PutOff > 0 {
		t.Lede = p.Say("today.lede_woken", "lede", t.Lede, "n", l.Calls.PutOff)
	}
	if l.Calls.Living > 0 {
		t.Lede = p.Say("today.lede_living", "lede", t.Lede, "n", l.Calls.Living)
	}
	switch {
	case f.Search != "" || f.Silent:
		t.Heading = p.Say("today.matched", "n", l.Matched, "of", p.Say("today.customers", "n", l.Calls.Asking))
	case l.Matched == 0:
		t.Heading = p.Say("today.calm")
	default:
		t.Heading = p.Say("today.asking", "n", l.Matched)
	}
	t.Search = f.Search
	f.Sorts = v.options("sort.", f.Sort, "attention", "quiet", "amount", "close-date", "opened", "title")
	f.Owners, f.Keep = owners(rows), v.keepDay()
	if !v.desk.Author.IsZero() && !mine {
		f.Keep = append(f.Keep, field{"mine", "false"})
	}
	t.Filter, t.Whose, t.Behind = f, v.whose(mine), v.stillRead(behind)
	for _, r := range rows {
		t.Rows = append(t.Rows, v.todo(r, t.Writes))
	}
	switch {
	case len(rows) > 0:
	case f.Search == "" && !f.Silent && mine:
		t.None = p.Say("today.none_mine")
	case f.Search == "" && !f.Silent && f.Owner == "" && open > 0:
		t.None = p.Say("today.none")
	case f.Search == "" && !f.Silent && f.Owner == "":
		t.None = p.Say("today.none_open")
	default:
		t.None = p.Say("list.none")
	}
	if l.Matched > len(rows) {
		t.All = choice{
			Word: p.Say("today.all", "n", l.Matched),
			Href: v.link("/deals", "asking", "true", "sort", sort, "owner", owner, "search", f.Search, "silent", v.query.Get("silent")),
		}
	}
	if f.Search != "" {
		t.Else = choice{Word: p.Say("today.search_all"), Href: v.link("/deals", "search", f.Search, "owner", owner)}
	}
	if tally.Silent > 0 && !f.Silent {
		t.Silent = choice{
			Word: p.Say("today.silent", "n", tally.Silent),
			Href: v.link("/deals", "outcome", "open", "silent", "true", "sort", "quiet", "owner", owner),
		}
	}
	if tally.Silent > 0 && 2*tally.Silent >= open && v.asOf.IsZero() {
		// everyone is quiet: is it they, or is what is kept here old?
		t.Old = v.old(newest)
	}
	return todayPage(t), nil
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

// todo is a row with what can be done about it there and then.
func (v *visit) todo(r operation.DealRow, writes bool) rowView {
	out := v.row(r)
	out.Question = r.Question
	if !writes {
		return out
	}
	for _, y := range r.Reasons {
		switch y.Code {
		case alignment.PromiseLate, alignment.PromiseDue:
			out.Promises = append(out.Promises, promiseView{Fact: y.Fact.String(), Text: r.Told(y), Href: "/deals/" + out.ID})
		case alignment.BetDue:
			out.Bet = &betView{
				Action:   "/deals/" + out.ID + "/bet",
				Strategy: r.Summary.Bet.Value.Strategy.String(),
				Bet:      r.Bet,
				Later:    v.today.Add(14).String(),
			}
		case alignment.WokeUp:
			out.Wakes = "/deals/" + out.ID + "/resume"
		}
	}
	return out
}

// options makes the choices of a select; the first is the default.
func (v *visit) options(prefix, chosen string, values ...string) []option {
	out := make([]option, len(values))
	for i, value := range values {
		out[i] = option{Value: value, Word: v.p.Say(prefix + value), Chosen: value == chosen || i == 0 && chosen == ""}
	}
	return out
}

// roads are the processes of ours to choose from; none where there is only one,
// unless a link names one.
func (v *visit) roads(chosen string) []option {
	var out []option
	for _, pr := range v.desk.Book.Processes {
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

func owners(rows []operation.DealRow) []string {
	var out []string
	for _, r := range rows {
		if r.Owner != "" {
			out = append(out, r.Owner)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// old offers to look back where nothing is newer than two months.
func (v *visit) old(day throughline.Day) *oldView {
	if day.IsZero() || !v.asOf.IsZero() || v.today.Sub(day) < 60 {
		return nil
	}
	return &oldView{Text: v.p.Say("today.old", "day", v.p.Day(day)), Word: v.p.Say("today.old_link"), Href: v.to("as_of", day.String())}
}
