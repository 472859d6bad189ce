package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// todayView is the working list: a few deals with one thing to do about each,
// what has a day this week, and a line for the rest.
type todayView struct {
	frame
	Heading  string
	Lede     string
	Empty    bool // nothing at all is kept yet
	Capture  captureView
	Items    []errandView
	None     string // why there are none
	Finish   string // all of them are done
	More     string // the word for bringing up the next ones
	Waiting  choice // how many more have something to do, and the list of them
	Rest     string // of how many deals nothing is asked
	Week     []weekLine
	Calendar string
	Later    string // how much else has a day this week
	All      string // the list of all open deals
	Ends     endsView
	Silent   choice   // those that have gone quiet
	Narrow   string   // whose list, as a query of forms
	Whose    []choice // everybody's deals, or those of whoever looks
	Behind   string   // what another program wrote is still being read
	Old      *oldView

	MostFile int    // megabytes that may be brought
	Known    string // whose exports are known
}

// errandView is a deal on the working list.
type errandView struct {
	rowView
	Anchor  string
	Act     string // the one thing to do
	Because choice
	IfLeft  string
	Others  []choice // the other reasons
	What    string   // its code
	Fold    string   // the word over the other reasons
	Done    string   // what became of it, where nothing is left to do today
	Undo    string   // the fact that says so; "" where it follows from others
	News    string   // they have acted since it was ticked off
	Tell    bool     // it was just ticked off: what did they say?
	Mine    bool     // whoever looks may say that it is not theirs
	Said    string   // somebody said that it is not theirs
}

// weekLine is something that has a day.
type weekLine struct{ Day, Words, Deal, Href string }

func (s *site) today(v *visit) (templ.Component, error) {
	q := v.query
	if q.Get("search") != "" || q.Get("silent") != "" || q.Get("sort") != "" { // what narrows and orders is the list's
		v.goTo = v.link("/deals", "asking", "true", "search", q.Get("search"), "silent", q.Get("silent"), "sort", cmp.Or(q.Get("sort"), "attention"), "owner", q.Get("owner"))
		return nil, nil
	}
	t, err := v.todayView()
	if err != nil {
		return nil, err
	}
	return todayPage(t), nil
}

func (v *visit) todayView() (todayView, error) {
	p := v.p
	owner, mine := v.query.Get("owner"), v.mine()
	if mine {
		owner = throughline.ID(v.desk.Author).String()
	}
	held := v.held(owner)
	l, err := ask[showing.Today](v, operation.ListTodayHeld,
		&showing.HeldInput{TodayInput: showing.TodayInput{View: desk.View{AsOf: v.asOf}, Owner: owner}, Held: held.Deals})
	if err != nil {
		return todayView{}, err
	}
	t := todayView{
		frame:    v.frame(p.Say("today.title"), "today"),
		Ends:     v.ends(l.Tally, owner),
		Empty:    l.Deals == l.Outcomes[string(throughline.Removed)] && owner == "",
		MostFile: mostUpload >> 20,
		Known:    strings.Join(importing.Systems(), ", "),
		Lede:     p.Weekday(v.day()),
		Whose:    v.whose(mine),
		Behind:   v.stillRead(l.Behind),
	}
	if whose := v.query.Get("owner"); whose != "" || v.query.Get("mine") != "" {
		t.Narrow = address("", url.Values{}, "owner", whose, "mine", v.query.Get("mine"))
	}
	left := 0
	for _, r := range l.Rows {
		item := v.errand(r, t.Writes, mine)
		if item.Done == "" {
			left++
		}
		if held.kept(r.ID) || item.Done == "" {
			t.Items = append(t.Items, item)
		}
	}
	if !held.same {
		v.hold(owner, 0, l.Rows)
	}
	t.headings(v, l, left, mine)
	t.below(v, l, owner)
	t.Capture = v.captureToday()
	t.Capture.Said = t.frame.Said
	return t, nil
}

// headings says how much there is to do, and why nothing is.
func (t *todayView) headings(v *visit, l showing.Today, left int, mine bool) {
	p := v.p
	open := l.Outcomes[throughline.StillOpen.Word()]
	switch {
	case left > 0:
		t.Heading = p.Say("today.things", "n", left)
	case len(t.Items) > 0:
		t.Heading, t.Finish = p.Say("today.finished"), p.Say("today.finished_means")
	default:
		t.Heading = p.Say("today.calm")
	}
	switch {
	case len(t.Items) > 0 || l.Waiting > 0:
	case mine && open == 0:
		t.None = p.Say("today.none_mine_open")
	case mine:
		t.None = p.Say("today.none_mine")
	case open > 0:
		t.None = p.Say("today.none")
	default:
		t.None = p.Say("today.none_open")
	}
	if l.Waiting > 0 && t.Writes {
		t.More = p.Say("today.more", "n", min(l.Waiting, mostItems-left))
		if left >= mostItems {
			t.More = ""
		}
	}
}

// mostItems is how many things to do stand on the list at once.
const mostItems = 5

// below fills what stands beside and under the list.
func (t *todayView) below(v *visit, l showing.Today, owner string) {
	p := v.p
	if l.Waiting > 0 {
		t.Waiting = choice{
			Word: p.Say("today.waiting", "n", l.Waiting),
			Href: v.link("/deals", "asking", "true", "sort", "attention", "owner", owner),
		}
	}
	if l.Rest > 0 {
		t.Rest = p.Say("today.rest", "n", l.Rest)
	}
	t.Calendar = v.link("/deals", "view", "calendar", "owner", owner)
	for _, d := range l.Week {
		day := p.WeekdayName(d.Day)
		if d.Day == l.AsOf {
			day = p.Say("ago.today")
		}
		t.Week = append(t.Week, weekLine{Day: phrase.Initial(day), Words: d.Words, Deal: cmp.Or(d.Account, d.Deal.Title), Href: v.link("/deals/" + d.Deal.ID.String())})
	}
	if n := l.WeekAll - len(l.Week); n > 0 {
		t.Later = p.Say("today.week_more", "n", n)
	}
	if t.Rest != "" || t.Later != "" { // the list holds more than either counts
		t.All = v.link("/deals", "outcome", "open", "sort", "close-date", "owner", owner)
	}
	open := l.Outcomes[throughline.StillOpen.Word()]
	if l.Silent > 0 {
		t.Silent = choice{
			Word: p.Say("today.silent", "n", l.Silent),
			Href: v.link("/deals", "outcome", "open", "silent", "true", "sort", "quiet", "owner", owner),
		}
	}
	if l.Silent > 0 && 2*l.Silent >= open && v.asOf.IsZero() {
		// everyone is quiet: is it they, or is what is kept here old?
		t.Old = v.old(l.Newest)
	}
}

// errand is a row with what can be done about it there and then.
func (v *visit) errand(r showing.TodayRow, writes, mine bool) errandView {
	p := v.p
	out := errandView{rowView: v.row(r.DealRow), Anchor: "d-" + r.ID.String(), Act: r.Act, Because: choice{Word: r.Because}, IfLeft: r.IfLeft, What: string(r.Errand.Code), Mine: mine, Said: r.Said}
	out.Question = r.Question
	if strings.Contains(out.Heading, out.Account) { // named once
		out.Account = ""
	}
	y := r.Reading.Aside
	switch {
	case r.Outcome != throughline.StillOpen.Word() && !r.Reading.Asks():
		out.Done = r.End
	case y != nil && y.How == deal.AsideNotMine && y.By != v.desk.Author:
		out.Said = p.Say("today.said_not_theirs", "who", cmp.Or(r.Said, p.Say("person.unnamed")))
	case y != nil:
		out.Done, out.Undo = p.Say("today.aside_"+string(y.How), "day", v.near(y.Until)), y.Fact.String()
		out.Tell = y.How == deal.AsideDone && v.query.Get("done") == out.ID
	case !r.Reading.Asks():
		out.Done = p.Say("today.nothing_more")
	default:
		out.News = v.news(r)
	}
	for _, w := range out.Why {
		if w.Word == r.Because {
			out.Because = w
		} else {
			out.Others = append(out.Others, w)
		}
	}
	if n := len(r.Why) - b2i(r.Errand.Reason.Code != ""); out.Done == "" && n > 0 {
		out.Fold = p.Say("today.more_reasons", "n", n)
	}
	if !writes || out.Done != "" {
		return out
	}
	switch r.Errand.Code {
	case errand.Promise:
		out.Promises = []promiseView{{Fact: r.Errand.Fact.String(), Text: r.Act, Href: "/deals/" + out.ID}}
	case errand.Bet:
		out.Bet = &betView{
			Action:   "/deals/" + out.ID + "/bet",
			Strategy: r.Summary.Bet.Value.Strategy.String(),
			Bet:      r.Bet,
			Later:    v.today.Add(14).String(),
		}
	case errand.Resume:
		out.Wakes = "/deals/" + out.ID + "/resume"
	}
	return out
}

// news says that they have acted since a deal was ticked off today, by anybody;
// what was only put off was not done.
func (v *visit) news(r showing.TodayRow) string {
	l := r.Summary.Aside
	if l.Set() && throughline.DayOf(l.At, v.zone()) == v.today && l.Value.How == deal.AsideDone {
		return v.p.Say("today.news")
	}
	return ""
}

// near names a day that is near: with its day of the week.
func (v *visit) near(d throughline.Day) string {
	if d.IsZero() {
		return ""
	}
	return v.p.Say("today.weekday", "weekday", v.p.WeekdayName(d), "day", v.p.DayNear(d, v.today))
}

// heldCookie keeps which deals stand on the list of a day, so that it holds
// still while one works it. It says nothing of them but their ids.
const heldCookie = "today"

// heldList is what the cookie holds.
type heldList struct {
	Deals []throughline.DealID // in their order
	From  int                  // from which on they are shown even when they are done
	same  bool                 // it is of this day and of these deals
}

// mostHeld bounds the cookie.
const mostHeld = 40

// kept reports whether a deal stays on the page once it is done.
func (h heldList) kept(id throughline.DealID) bool {
	i := slices.Index(h.Deals, id)
	return i < 0 || i >= h.From
}

// scope names whose list it is, of which day.
func (v *visit) scope(owner string) string {
	return v.today.String() + "|" + strings.Map(func(r rune) rune {
		if r <= ' ' || r == '|' || r == ';' || r == ',' || r == '"' || r == '\\' || r > '~' {
			return -1
		}
		return r
	}, owner)
}

// held reads which deals stand on the list.
func (v *visit) held(owner string) (h heldList) {
	c, err := v.Cookie(heldCookie)
	if err != nil || !v.asOf.IsZero() {
		return h
	}
	i := strings.LastIndexByte(c.Value, '|')
	if i < 0 || c.Value[:i] != v.scope(owner) {
		return h
	}
	h.same = true
	for n, word := range strings.Split(c.Value[i+1:], ".") {
		if id, err := throughline.ParseID(word); err == nil && len(h.Deals) < mostHeld {
			h.Deals = append(h.Deals, throughline.DealID(id))
		} else if from, err := strconv.Atoi(word); err == nil && n == 0 {
			h.From = min(max(from, 0), mostHeld)
		}
	}
	return h
}

// hold keeps the list as it stands, until the day is over.
func (v *visit) hold(owner string, from int, rows []showing.TodayRow) {
	if !v.asOf.IsZero() || len(rows) == 0 {
		return
	}
	words := []string{strconv.Itoa(from)}
	for _, r := range rows[max(0, len(rows)-mostHeld):] {
		words = append(words, r.ID.String())
	}
	http.SetCookie(v.out, &http.Cookie{Name: heldCookie, Value: v.scope(owner) + "|" + strings.Join(words, "."), Path: "/", MaxAge: 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)})
}

// postNext puts the next deals on the list, in place of those that are done.
func (s *site) postNext(v *visit) (string, error) {
	then := v.then("/")
	u, err := url.Parse(then)
	if err != nil {
		return "/", nil
	}
	v.query = u.Query()
	owner := v.query.Get("owner")
	if v.mine() {
		owner = throughline.ID(v.desk.Author).String()
	}
	in := showing.HeldInput{TodayInput: showing.TodayInput{Owner: owner}, Held: v.held(owner).Deals}
	l, err := ask[showing.Today](v, operation.ListTodayHeld, &in)
	if err != nil {
		return "", err
	}
	var done, left []throughline.DealID
	for _, r := range l.Rows {
		if r.Finished() {
			done = append(done, r.ID)
		} else {
			left = append(left, r.ID)
		}
	}
	done = done[max(0, len(done)-mostHeld+mostItems):]
	in.Held, in.More = append(done, left...), mostItems-len(left)
	if l, err = ask[showing.Today](v, operation.ListTodayHeld, &in); err != nil {
		return "", err
	}
	v.hold(owner, len(done), l.Rows)
	return then, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
