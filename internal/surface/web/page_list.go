package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/showing"
)

// listRows is how many deals a page of the list shows.
const listRows = 100

// listView is the list of deals, in one of its two shapes.
type listView struct {
	frame
	Heading string
	Worth   string   // what the deals are worth together
	Sight   string   // that whoever looks sees a part of the deals; "" where they see all
	Only    choice   // that only deals with a reason are listed, and the way to all
	Shapes  []choice // table, board
	Menus   menusView
	Narrow  []choice // what leaves deals out, each with the way to do without
	Bad     []string // what was typed and could not be read
	None    string
	Old     *oldView
	Bare    bool       // there is no deal at all, so nothing to narrow
	Found   *foundView // what else the words may mean
	Views   viewsView
	CSV     string // address of the list as a file

	Table tableView
}

// tableView is the list as a table.
type tableView struct {
	Columns []headView
	Chosen  bool // somebody chose them: they are shown on a phone too
	Rows    []tableRow
	Range   string // "101 to 200 of 2,089"
	Earlier string // addresses
	Later   string
	Newer   string // keys of the words for both: what they mean depends on the order
	Older   string
	Bulk    *bulkView
}

// listInput reads what a list is asked for from its address. What was typed and
// is no day is told in bad, and leaves no deal out.
func (v *visit) listInput() (in *showing.DealsInput, bad []string) {
	get := v.query.Get
	in = &showing.DealsInput{View: desk.View{AsOf: v.asOf}, Search: get("search"), Outcome: get("outcome"), Owner: get("owner"), Stage: get("stage"),
		Process: get("process"), Silent: get("silent") != "", Asking: get("asking") != "", Sort: get("sort"), Reverse: get("reverse") != "", Sums: true,
		Limit: listRows, Offset: v.offset()}
	in.Narrow = showing.Narrow{Class: get("class"), Question: get("question"), Least: get("least"), Most: get("most"), Currency: get("currency"), Account: get("account"), Segment: get("segment")}
	for name, into := range map[string]*throughline.Day{"due_from": &in.DueFrom, "due_to": &in.DueTo} {
		if word := strings.TrimSpace(get(name)); word != "" {
			d, err := throughline.ParseDay(word)
			if err != nil {
				bad = append(bad, v.p.Say("refused.no_day"))
			}
			*into = d
		}
	}
	if in.Sort == "" {
		in.Sort = "recent"
	}
	return in, bad
}

// listed asks for a list. An amount or a segment that cannot be read is told, and leaves no deal out.
func (v *visit) listed(in *showing.DealsInput) (l showing.DealList, bad []string, err error) {
	l, err = ask[showing.DealList](v, operation.ListDeals, in)
	var r *throughline.Refusal
	if err != nil && in.Least+in.Most+in.Currency != "" && errors.As(err, &r) && strings.HasPrefix(r.Code, "amount") || errors.As(err, &r) && (r.Code == "currency" || r.Code == "segment") {
		bad = append(bad, v.refusal(err))
		in.Least, in.Most, in.Currency, in.Segment = "", "", "", ""
		l, err = ask[showing.DealList](v, operation.ListDeals, in)
	}
	return l, bad, err
}

// tidied gives the address of a list that a form has sent, without what was left
// empty and with the columns in one word; "" where there is nothing to tidy.
func (v *visit) tidied() string {
	if !v.query.Has("go") {
		return ""
	}
	q := url.Values{}
	for name, values := range v.query {
		if name != "go" && name != "col" && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	if cols := v.query["col"]; len(cols) > 0 {
		q.Set("cols", strings.Join(cols, ","))
	}
	return address(v.URL.Path, q)
}

// sightLine says that whoever looks sees a part of the deals, and what to do where
// one is missing; "" where they see all.
func (v *visit) sightLine() (string, error) {
	sight, err := v.desk.Sight(v.Context())
	if err != nil || !sight.Part() {
		return "", err
	}
	c, err := v.desk.Company(v.Context())
	switch {
	case err != nil:
		return "", err
	case v.desk.Role == member.Manager:
		return v.p.Say("setting.seen_manager"), nil
	case c.Sight == setting.OfTeam:
		return v.p.Say("setting.seen_team"), nil
	}
	return v.p.Say("setting.seen_own"), nil
}

func (s *site) deals(v *visit) (component, error) {
	if v.goTo = v.tidied(); v.goTo != "" {
		return nil, nil
	}
	p := v.p
	in, bad := v.listInput()
	if v.onCalendar() { // the head counts them; the days are asked for by themselves
		in.Limit, in.Offset, in.Sums = 1, 0, false
	}
	l, worse, err := v.listed(in)
	if err != nil {
		return nil, err
	}
	d := listView{frame: v.frame(p.Say("deals.title"), "deals"), Heading: p.Say("deals.heading", "n", l.Matched), Bad: append(bad, worse...), Worth: v.worth(l)}
	if d.Sight, err = v.sightLine(); err != nil {
		return nil, err
	}
	if in.Outcome == throughline.StillOpen.Word() {
		d.Heading = p.Say("table.heading_open", "n", l.Matched)
	}
	d.Search = in.Search
	if in.Asking {
		d.Only = choice{Word: p.Say("deals.only_asking"), Href: v.to("asking", "", "offset", "")}
	}
	if d.Menus, err = v.menus(in); err != nil {
		return nil, err
	}
	d.Narrow = v.narrowedBy(d.Menus)
	if d.Found, err = v.found(in.Search); err != nil {
		return nil, err
	}
	if d.Views, err = v.views(d.Writes); err != nil {
		return nil, err
	}
	if len(l.Rows) == 0 {
		d.None = v.noRows(in, l.Deals, d.Found)
		if d.Bare = l.Deals == 0; d.Bare {
			d.Heading = p.Say("deals.heading_none")
		}
	} else {
		d.CSV = address("/deals.csv", v.kept())
	}
	if d.Table, err = v.table(in, l, d.Writes); err != nil {
		return nil, err
	}
	d.Old = v.old(l.Newest)
	d.Shapes = []choice{
		{Word: p.Say("table.table"), Href: v.to("view", "", "offset", "", "month", ""), Here: !v.onBoard() && !v.onCalendar()},
		{Word: p.Say("table.board"), Href: v.to("view", "board", "offset", "", "month", ""), Here: v.onBoard()},
		{Word: p.Say("calendar.calendar"), Href: v.to("view", "calendar", "offset", "", "owner", v.whoseDays(in.Owner)), Here: v.onCalendar()},
	}
	if v.onCalendar() {
		return v.calendar(d, in)
	}
	if v.onBoard() {
		return v.board(d, in)
	}
	return listPage(d), nil
}

// onBoard reports whether the list is asked for as a board.
func (v *visit) onBoard() bool { return v.query.Get("view") == "board" }

// onCalendar reports whether the list is asked for as a calendar.
func (v *visit) onCalendar() bool { return v.query.Get("view") == "calendar" }

// whoseDays is whose calendar is offered: whose list it is, else one's own.
func (v *visit) whoseDays(owner string) string {
	if owner != "" || v.onCalendar() || v.desk.Author.IsZero() {
		return owner
	}
	return throughline.ID(v.desk.Author).String()
}

// kept is what of the address says which deals, in which order and shape.
func (v *visit) kept() url.Values {
	q := url.Values{}
	for name, values := range v.query {
		if name != "lang" && name != "offset" && len(values) > 0 && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	return q
}

// worth says what deals are worth together, and by which rates.
func (v *visit) worth(l showing.DealList) (said string) {
	if len(l.Sums) == 0 {
		return ""
	}
	all := make([]string, len(l.Sums))
	for i, m := range l.Sums {
		all[i] = v.p.Money(m)
	}
	out := v.p.Say("table.worth", "sums", v.p.List(all))
	if len(l.Unrated) > 0 {
		defer func() {
			said = v.p.Say("table.worth_then", "worth", said, "then", v.p.Say("table.unrated", "codes", v.p.List(l.Unrated)))
		}()
	}
	if len(l.Rates) == 0 {
		return out
	}
	rates := make([]string, len(l.Rates))
	for i, r := range l.Rates {
		rates[i] = v.rateWord(r)
	}
	return v.p.Say("table.worth_by", "worth", out, "rates", v.p.List(rates))
}

// table makes the rows of a page, and the way to the others.
func (v *visit) table(in *showing.DealsInput, l showing.DealList, writes bool) (out tableView, err error) {
	columns := v.listColumns(in)
	out.Chosen = v.choseColumns(in)
	for _, c := range columns {
		out.Columns = append(out.Columns, v.head(c, in))
	}
	for _, r := range l.Rows {
		row := tableRow{ID: r.ID.String(), Name: heading(v.p, r)}
		for _, c := range columns {
			cell := c.cell(v, r)
			cell.Key, cell.Word, cell.Num = c.key, v.p.Say("table.col."+c.key), c.num
			if c.key == "deal" && slices.Contains(v.shown(in), "customer") {
				cell.Text = brief(cell.Text, r.Account)
			}
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	out.Newer, out.Older = "deals.previous", "deals.next"
	if !in.Reverse && (in.Sort == "recent" || in.Sort == "opened" || in.Sort == "closed") {
		out.Newer, out.Older = "deals.newer", "deals.older"
	}
	if len(l.Rows) > 0 {
		out.Range = v.p.Say("deals.range", "from", in.Offset+1, "to", in.Offset+len(l.Rows), "n", l.Matched)
	}
	switch {
	case in.Offset > listRows:
		out.Earlier = v.to("offset", strconv.Itoa(in.Offset-listRows))
	case in.Offset > 0:
		out.Earlier = v.to("offset", "")
	}
	if in.Offset+len(l.Rows) < l.Matched && len(l.Rows) > 0 {
		out.Later = v.to("offset", strconv.Itoa(in.Offset+listRows))
	}
	if writes && len(l.Rows) > 0 {
		out.Bulk, err = v.bulk(l.Matched, len(l.Rows))
	}
	return out, err
}

// menusView is by what a list can be narrowed.
type menusView struct {
	Search                              string
	Owners, Ends, Stages                []option
	Questions, Classes, Segments, Roads []option // Roads is empty where there is one process
	DueFrom, DueTo, Least, Most         string
	Silent, Asking                      bool
	Columns                             []option // that can be shown
	More                                bool     // something of what is folded away is set
	Keep                                []field
}

// menus makes the menus over a list.
func (v *visit) menus(in *showing.DealsInput) (out menusView, err error) {
	p, get := v.p, v.query.Get
	offer, err := ask[showing.Menus](v, operation.ListMenus, &desk.Nothing{})
	if err != nil {
		return out, err
	}
	any := func(chosen string) option { return option{Word: p.Say("table.any"), Chosen: chosen == ""} }
	out = menusView{Search: in.Search, DueFrom: get("due_from"), DueTo: get("due_to"), Least: get("least"), Most: get("most"), Silent: in.Silent, Asking: in.Asking, Roads: v.roads(in.Process)}
	out.Owners = []option{any(in.Owner)}
	met := in.Owner == ""
	for _, o := range offer.Sellers {
		chosen := o.ID.String() == in.Owner || strings.EqualFold(o.Name, in.Owner)
		met = met || chosen
		out.Owners = append(out.Owners, option{Value: o.ID.String(), Word: o.Name, Chosen: chosen})
	}
	if !met { // a part of a name, or somebody without deals
		word := in.Owner
		if id, err := throughline.ParseID(word); err == nil {
			if name, err := ask[string](v, operation.NamePerson, &showing.NameInput{Person: throughline.PersonID(id)}); err == nil && name != "" {
				word = name
			}
		}
		out.Owners = append(out.Owners, option{Value: in.Owner, Word: word, Chosen: true})
	}
	out.Ends = []option{any(in.Outcome), {Value: "open", Word: p.Outcome(""), Chosen: in.Outcome == "open"}}
	for _, o := range append(throughline.Outcomes(), throughline.Removed) {
		out.Ends = append(out.Ends, option{Value: string(o), Word: p.Outcome(o), Chosen: in.Outcome == string(o)})
	}
	out.Stages = v.stages(offer.Stages, in.Stage)
	out.Questions = []option{any(in.Question)}
	for _, ph := range throughline.Phases() {
		out.Questions = append(out.Questions, option{Value: ph.String(), Word: p.Phase(v.desk.Book, ph), Chosen: strings.EqualFold(in.Question, ph.String())})
	}
	out.Questions = append(out.Questions, option{Value: "none", Word: p.Say("table.unplaced"), Chosen: in.Question == "none"})
	out.Classes = []option{any(in.Class)}
	for _, c := range throughline.Classes() {
		out.Classes = append(out.Classes, option{Value: string(c), Word: p.Class(c), Chosen: in.Class == string(c)})
	}
	for _, a := range v.desk.Book.Knows {
		for _, value := range a.Values {
			key := a.Name + "=" + value
			out.Segments = append(out.Segments, option{Value: key, Word: p.Say("table.segment_is", "name", phrase.Initial(p.Attribute(a.Name)), "value", p.AttributeValue(a.Name, value)), Chosen: key == in.Segment})
		}
	}
	if len(out.Segments) > 0 || in.Segment != "" {
		met := in.Segment == "" || slices.ContainsFunc(out.Segments, func(o option) bool { return o.Chosen })
		out.Segments = append([]option{any(in.Segment)}, out.Segments...)
		if !met {
			out.Segments = append(out.Segments, option{Value: in.Segment, Word: in.Segment, Chosen: true})
		}
	}
	shown := v.shown(in)
	for _, c := range tableColumns[1:] {
		out.Columns = append(out.Columns, option{Value: c.key, Word: p.Say("table.col." + c.key), Chosen: slices.Contains(shown, c.key)})
	}
	out.More = in.Class+in.Process+in.Segment+out.DueFrom+out.DueTo+out.Least+out.Most != "" || in.Silent || in.Asking
	out.Keep = v.keepDay()
	for _, name := range []string{"sort", "reverse", "view", "month", "account", "currency"} {
		if get(name) != "" {
			out.Keep = append(out.Keep, field{name, get(name)})
		}
	}
	return out, nil
}

// stages are those of our processes and the words of other systems, as far as
// open deals are in them.
func (v *visit) stages(there []showing.InStage, chosen string) []option {
	out := []option{{Word: v.p.Say("table.any"), Chosen: chosen == ""}}
	open := map[string]int{}
	var words []string
	for _, s := range there {
		key := string(s.Stage)
		if key == "" {
			key = s.Foreign
		}
		if key != "" && open[key] == 0 {
			words = append(words, key)
		}
		open[key] += s.Open
	}
	add := func(key, word string) {
		if slices.ContainsFunc(out, func(o option) bool { return o.Value == key }) {
			return
		}
		out = append(out, option{Value: key, Word: word, Chosen: strings.EqualFold(chosen, key)})
	}
	for _, pr := range v.taught().Processes {
		for _, s := range pr.Stages {
			if key := string(s.Addr); open[key] > 0 || key == chosen {
				add(key, v.p.Place(v.desk.Book, s.Addr))
			}
		}
	}
	for _, key := range words {
		add(key, v.p.Place(v.desk.Book, throughline.Address(key)))
	}
	if chosen != "" {
		add(chosen, chosen)
	}
	return out
}

// narrowedBy tells by what a list is narrowed, each with the way to do without.
func (v *visit) narrowedBy(m menusView) (out []choice) {
	add := func(name, what string) {
		if what != "" {
			out = append(out, choice{Word: what, Href: v.to(name, "", "offset", "")})
		}
	}
	of := func(list []option) string {
		for _, o := range list {
			if o.Chosen && o.Value != "" {
				return o.Word
			}
		}
		return ""
	}
	say := func(key, value string) string {
		if value == "" {
			return ""
		}
		return v.p.Say("table.narrow."+key, "v", value)
	}
	day := func(word string) string {
		d, err := throughline.ParseDay(word)
		if err != nil {
			return ""
		}
		return v.p.Day(d)
	}
	add("search", say("search", m.Search))
	add("owner", say("owner", of(m.Owners)))
	add("outcome", of(m.Ends))
	add("question", say("question", of(m.Questions)))
	add("stage", say("stage", of(m.Stages)))
	add("class", of(m.Classes))
	add("segment", of(m.Segments))
	add("process", say("process", of(m.Roads)))
	add("due_from", say("due_from", day(m.DueFrom)))
	add("due_to", say("due_to", day(m.DueTo)))
	add("least", say("least", m.Least))
	add("most", say("most", m.Most))
	add("currency", v.query.Get("currency"))
	if m.Silent {
		add("silent", v.p.Say("filter.silent"))
	}
	if word := v.query.Get("account"); word != "" {
		name := word
		if a, err := ask[string](v, operation.NameAccount, &showing.NameAccountInput{Account: word}); err == nil && a != "" {
			name = a
		}
		add("account", say("account", name))
	}
	return out
}
