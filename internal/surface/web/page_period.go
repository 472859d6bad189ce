package web

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/surface/chart"
)

// How many deals the forecast of a period shows, on the page and in a file.
const (
	periodRows     = 25
	mostPeriodRows = 500
	mostPeriodFile = 10_000
)

// periodView is a period against its target, as a manager needs it.
type periodView struct {
	frame
	Heading, Lede string
	Empty         string // why there is nothing to see
	Pending       *pendingView
	Made          string // that the forecast is of an earlier day
	Menus         []menuView
	Since         string
	Narrow        bool // some of the deals only
	Clear         string
	CSV, Model    string
	Lands         []landView
	LandNotes     []string
	NoTarget      bool
	Change        periodFall
	Columns       []periodColumn
	Rows          []periodRowView
	RowsHead      string
	All           choice
	Thin          bool
	By            []choice
	ByHead        string
	Groups        []periodGroup
	Targets       bool // some group has a target
	Over          bool // nothing more may come: what was called and drawn is left out
	Words         []string
}

// menuView is a menu of the filter.
type menuView struct {
	ID, Name, Word string
	Options        []choice
}

// landView is one line of where the period may land.
type landView struct{ Word, Amount, Note, Picture, Kind string }

// periodFall is what has changed since a day.
type periodFall struct {
	Heading     string
	Was, Is     string
	WasPic      string
	IsPic       string
	Moves       []fallView
	Prior, Anew choice
	Note        string
}

type fallView struct {
	Code, Word, Amount, Count, Picture string
	Deals                              []swayView
	More                               string
}

// periodColumn is the head of a column; Href sorts by it.
type periodColumn struct {
	Word, Href, Turn string
	Sorted           string // ascending or descending, where it holds
	Figure           bool
}

type periodRowView struct {
	ID, Title, Href, Account, Owner string
	Amount, End, Outside            string
	Bar                             []chart.Part
	BarTitle, Won, Range            string
	Call                            string
	Judge                           *judgeView
	Change, Why                     string
	Up                              bool
}

type periodGroup struct {
	Name, Href, Open, Won, Target, Booked, Commit, Best, Picture, Range string
}

// periodInput reads what the address asks for.
func (v *visit) periodInput() (*forecasting.PeriodInput, error) {
	q := func(name string) string { return strings.TrimSpace(v.query.Get(name)) }
	in := &forecasting.PeriodInput{View: desk.View{AsOf: v.asOf}, Period: q("period"), Owner: q("owner"), Team: q("team"), Process: q("process"), By: q("by"),
		Sort: q("sort"), Upward: q("up") != "", Anew: q("anew") != "", Limit: periodRows}
	if !slices.Contains([]string{"", "seller", "team", "process", "month"}, in.By) {
		in.By = ""
	}
	if q("deals") == "all" {
		in.Limit = mostPeriodRows
	}
	if word := q("since"); word != "" {
		day, err := throughline.ParseDay(word)
		if err != nil {
			return nil, throughline.Fail("forecast period", throughline.Invalid, "", err)
		}
		in.Since = day
	}
	return in, nil
}

// period is the forecast as a manager reads it. An address of before, which asks
// by words or by a rule, is that of the model's page.
func (s *site) period(v *visit) (component, error) {
	if v.query.Get("only") != "" || v.query.Get("segment") != "" {
		v.URL.Path = "/forecast/model"
		v.goTo = v.to()
		return nil, nil
	}
	in, err := v.periodInput()
	if err != nil {
		return nil, err
	}
	f, err := ask[forecasting.PeriodForecast](v, operation.ForecastPeriodSoon, in)
	if err != nil {
		return nil, err
	}
	out := v.periodView(f, in)
	if f.Pending != nil {
		v.refresh = refreshEvery
	}
	return periodPage(out), nil
}

func (v *visit) cash(f forecasting.PeriodForecast, cents int64) string {
	if cents == 0 && f.Currency == "" {
		return "0"
	}
	return v.p.Money(throughline.Money{Cents: cents, Currency: f.Currency})
}

// round is an amount as a range says it: with three figures.
func (v *visit) round(f forecasting.PeriodForecast, cents int64) string {
	return v.cash(f, 100*roundly(float64(cents)/100))
}

func (v *visit) periodView(f forecasting.PeriodForecast, in *forecasting.PeriodInput) periodView {
	p := v.p
	out := periodView{frame: v.frame(p.Say("period.title"), "forecast"), Since: f.Changes.Asked.String(), Words: f.Words, Thin: f.Thin, Over: f.Over,
		Model: v.link("/forecast/model"), Narrow: in.Owner+in.Team+in.Process != "", Clear: v.to("owner", "", "team", "", "process", "", "deals", "")}
	until := p.Day(f.Period.Until)
	money := []any{"booked", v.cash(f, f.Booked), "target", v.cash(f, f.Target), "low", v.round(f, f.Model.P10), "high", v.round(f, f.Model.P90), "day", until}
	key := "period.heading"
	switch aimed := f.Target > 0; {
	case f.Over && aimed:
		key = "period.heading_over_target"
	case f.Over:
		key = "period.heading_over"
	case !f.Model.Known:
		key = "period.heading_waits"
	case aimed:
		key = "period.heading_target"
	}
	out.Heading = p.Say(key, money...)
	span := v.periodWord(f.Period, f.Company)
	out.Lede = p.Say("period.lede", "period", span, "n", f.Working, "open", f.Open)
	if f.Over {
		out.Lede = p.Say("period.lede_over", "period", span, "open", f.Open)
	}
	if f.Open+f.Won == 0 && !out.Narrow && f.Target == 0 && f.Pending == nil {
		out.Empty = p.Say("forecast.empty")
		if !v.asOf.IsZero() {
			out.Empty = p.Say("frame.before", "day", p.Day(v.day()))
		}
		out.Heading = p.Say("period.title")
	}
	if f.Pending != nil {
		if f.Pending.Older {
			out.Made = p.Say("period.made", "day", p.DayNear(f.Made, v.day()))
		} else {
			view := v.pendingView(forecasting.ForecastRun{Pending: f.Pending})
			out.Pending, out.Lede = view.Pending, span // how many deals are open is not known either
		}
	}
	if f.Open == 0 {
		out.Words, out.Thin = nil, false // there is no number that words could be about
	}
	v.periodMenus(&out, f)
	v.lands(&out, f)
	v.changed(&out, f)
	v.periodRows(&out, f, in)
	v.periodGroups(&out, f)
	q := v.URL.Query()
	q.Del("deals")
	out.CSV = address("/forecast.csv", q)
	return out
}

// periodMenus are the menus of the filter.
func (v *visit) periodMenus(out *periodView, f forecasting.PeriodForecast) {
	p := v.p
	c := f.Company
	q := setting.QuarterOf(v.day(), c.Fiscal)
	periods := menuView{ID: "p-period", Name: "period", Word: p.Say("period.filter_period")}
	seen := false
	add := func(x setting.Period) {
		here := x == f.Period
		seen = seen || here
		periods.Options = append(periods.Options, choice{Word: v.periodWord(x, c), Href: x.Key(), Here: here})
	}
	for _, n := range []int{0, 1, -1} {
		add(q.Next(n))
	}
	m := setting.MonthOf(v.day())
	for n := range 6 {
		add(m.Next(n))
	}
	add(m.Next(-1))
	if !seen {
		add(f.Period)
	}
	out.Menus = append(out.Menus, periods)
	menu := func(id, word string, list []forecasting.MenuOf, asked string) {
		if len(list) == 0 && asked == "" {
			return
		}
		m := menuView{ID: "p-" + id, Name: id, Word: word, Options: []choice{{Word: p.Say("period.all")}}}
		known := asked == ""
		for _, x := range list {
			if id == "process" && x.Key != asked && v.leftOut(throughline.Address("process/"+x.Key)) {
				continue
			}
			m.Options = append(m.Options, choice{Word: x.Name, Href: x.Key, Here: x.Key == asked})
			known = known || x.Key == asked
		}
		if !known { // part of a name, as the command takes it
			m.Options = append(m.Options, choice{Word: asked, Href: asked, Here: true})
		}
		out.Menus = append(out.Menus, m)
	}
	menu("owner", p.Say("period.filter_seller"), f.Sellers, strings.TrimSpace(v.query.Get("owner")))
	menu("team", p.Say("period.filter_team"), f.Teams, strings.TrimSpace(v.query.Get("team")))
	menu("process", p.Say("period.filter_process"), f.Processes, strings.TrimSpace(v.query.Get("process")))
}

// lands says where the period may land, on one scale.
func (v *visit) lands(out *periodView, f forecasting.PeriodForecast) {
	p := v.p
	sum := f.Booked + f.Commit + f.Best
	most := max(f.Target, sum, f.Booked+f.Model.P90) * 104 / 100
	add := func(kind, word string, cents int64, note string) {
		out.Lands = append(out.Lands, landView{Kind: kind, Word: word, Amount: v.cash(f, cents), Note: note, Picture: chart.Land{Kind: chart.LandKind(kind), Won: f.Booked, High: cents, Target: f.Target}.SVG(most)})
	}
	if f.Target > 0 {
		add("target", p.Say("period.target"), f.Target, "")
	} else {
		out.NoTarget = out.Empty == ""
	}
	add("booked", p.Say("period.booked"), f.Booked, p.Say("period.won_n", "n", f.Won))
	if !f.Over {
		add("call", p.Say("period.commit"), f.Booked+f.Commit, p.Say("period.more_n", "n", f.Commits))
		add("call", p.Say("period.best"), sum, p.Say("period.more_n", "n", f.Bests))
		if f.Model.Known {
			low, mid, high := f.Booked+f.Model.P10, f.Booked+f.Model.P50, f.Booked+f.Model.P90
			out.Lands = append(out.Lands, landView{Kind: "model", Word: p.Say("period.model"), Note: p.Say("period.land_means"),
				Amount:  p.Say("period.range_land", "low", v.round(f, low), "high", v.round(f, high), "middle", v.round(f, mid)),
				Picture: chart.Land{Kind: chart.LandModel, Won: f.Booked, Low: low, Middle: mid, High: high, Target: f.Target}.SVG(most)})
		} else if f.Pending == nil && f.Ahead() {
			out.Lands = append(out.Lands, landView{Kind: "model", Word: p.Say("period.model"), Amount: "–", Note: p.Say("period.beyond")})
		}
	}
	note := func(s string) { out.LandNotes = append(out.LandNotes, s) }
	if f.Target > 0 {
		add("gap", p.Say("period.gap"), max(f.Target-f.Booked, 0), p.Say("period.gap_means"))
		out.Lands[len(out.Lands)-1].Picture = ""
		if !f.Over {
			if f.Model.Known {
				note(v.gapWord(f, "period.gap_model", f.Target-f.Booked-f.Model.P50, true))
			}
			note(v.gapWord(f, "period.gap_commit", f.Target-f.Booked-f.Commit, false))
		}
	}
	if len(f.Rates) > 0 {
		var rates []string
		for _, r := range f.Rates {
			rates = append(rates, v.rateWord(r))
		}
		note(p.Say("period.rate_said", "rates", p.List(rates)))
	}
	if f.Apart > 0 {
		note(p.Say("period.apart", "n", f.Apart))
	}
	if f.Blank > 0 {
		note(p.Say("period.blank", "n", f.Blank))
	}
}

// gapWord says by how much something falls short of the target, or goes beyond it.
func (v *visit) gapWord(f forecasting.PeriodForecast, key string, short int64, round bool) string {
	say := v.cash
	if round {
		say = v.round
	}
	if short < 0 {
		return v.p.Say(key+"_over", "amount", say(f, -short))
	}
	return v.p.Say(key, "amount", say(f, short))
}

// changed tells the way from what was expected then to what is.
func (v *visit) changed(out *periodView, f forecasting.PeriodForecast) {
	p, c := v.p, f.Changes
	x := periodFall{Heading: forecasting.ChangeHeading(p, f, p.Day(c.Since), p.Day(c.Asked))}
	if c.Missing == "kept" && !c.Waiting {
		if !c.Prior.IsZero() {
			x.Prior = choice{Word: p.Say("period.prior", "day", p.Day(c.Prior)), Href: v.to("since", c.Prior.String(), "anew", "") + "#changed"}
		}
		x.Anew = choice{Word: p.Say("period.anew"), Href: v.to("since", c.Asked.String(), "anew", "yes") + "#changed"}
	}
	if c.Waiting {
		v.refresh = refreshEvery
	}
	if c.Missing == "" {
		low, high, at := min(c.Before, c.Now), max(c.Before, c.Now), c.Before
		for _, m := range c.Moves {
			at += m.Cents
			low, high = min(low, at), max(high, at)
		}
		pad := max((high-low)/12, 1)
		low, high = low-pad, high+pad
		x.Was, x.Is = v.cash(f, c.Before), v.cash(f, c.Now)
		x.WasPic, x.IsPic = chart.Sum(c.Before, low, high), chart.Sum(c.Now, low, high)
		at = c.Before
		for _, m := range c.Moves {
			row := fallView{Code: m.Code, Word: p.Say("period.move_" + m.Code), Amount: forecasting.Signed(p, m.Cents, f.Currency),
				Count: p.Say("period.deals_n", "n", m.Count), Picture: chart.Step(at, at+m.Cents, low, high)}
			at += m.Cents
			for _, d := range m.Deals {
				word := d.Title
				if word == "" {
					word = d.Deal.String()
				}
				row.Deals = append(row.Deals, swayView{choice{Word: word, Href: v.link("/deals/" + d.Deal.String())}, forecasting.Signed(p, d.Cents, f.Currency)})
			}
			if n := m.Count - len(m.Deals); n > 0 {
				row.More = p.Say("period.more", "n", n)
			}
			x.Moves = append(x.Moves, row)
		}
		x.Note = p.Say("period.expected_means")
	}
	out.Change = x
}

// periodRows is a row a deal.
func (v *visit) periodRows(out *periodView, f forecasting.PeriodForecast, in *forecasting.PeriodInput) {
	p := v.p
	out.RowsHead = p.Say("period.rows", "n", f.Matched)
	day := p.DayNear(f.Period.Until, v.day())
	sorts := in.Sort
	if sorts == "" {
		sorts = "expected"
	}
	for _, c := range []struct {
		sort, word string
		figure     bool
	}{{"customer", p.Say("period.col_customer"), false}, {"amount", p.Say("period.col_amount"), true}, {"end", p.Say("period.col_end"), false},
		{"won", p.Say("period.col_chances", "day", day), false}, {"call", p.Say("period.col_call"), false}, {"change", p.Say("period.col_change"), true}} {
		col := periodColumn{Word: c.word, Figure: c.figure, Turn: p.Say("period.turn", "what", c.word), Href: v.to("sort", c.sort, "up", "") + "#deals"}
		if sorts == c.sort {
			col.Sorted = "descending"
			if in.Upward {
				col.Sorted = "ascending"
			} else {
				col.Href = v.to("sort", c.sort, "up", "yes") + "#deals"
			}
		}
		out.Columns = append(out.Columns, col)
	}
	for _, x := range f.Rows {
		out.Rows = append(out.Rows, v.periodRow(f, x))
	}
	if n := min(f.Matched, mostPeriodRows); n > len(f.Rows) {
		out.All = choice{Word: p.Say("period.rows_all", "n", n), Href: v.to("deals", "all") + "#deals"}
	}
}

func (v *visit) periodRow(f forecasting.PeriodForecast, x forecasting.PeriodRow) periodRowView {
	p := v.p
	row := periodRowView{ID: x.ID.String(), Title: x.Title, Href: v.link("/deals/" + x.ID.String()), Account: x.Account, Owner: x.Owner, Amount: p.Money(x.Amount),
		End: p.Say("period.no_date"), Call: forecasting.CallWord(p, x.Call), Up: x.Change > 0}
	if row.Title == "" {
		row.Title = x.ID.String()
	}
	if !x.Close.IsZero() {
		if row.End = p.DayNear(x.Close, v.day()); !x.Within {
			row.Outside = p.Say("period.outside")
		}
	}
	if x.Change != 0 {
		row.Change = forecasting.Signed(p, x.Change, f.Currency)
		var why []string
		for _, c := range x.Codes {
			why = append(why, p.Say("period.move_"+c))
		}
		row.Why = p.List(why)
	}
	if f.Ahead() {
		v.chancesOf(&row, f, x)
	}
	if out := v.judgeForm(x.ID, forecasting.Categorised{Word: x.Call}, v.to()+"#row-"+x.ID.String()); v.desk.MayWrite() {
		row.Judge = out
	}
	return row
}

// chancesOf is the one bar of four parts, with the range of winning in words;
// words alone where the history tells too little.
func (v *visit) chancesOf(row *periodRowView, f forecasting.PeriodForecast, x forecasting.PeriodRow) {
	p := v.p
	if !f.Reaches {
		row.Won = p.Say("period.beyond")
		return
	}
	if x.Ranged {
		row.Range = forecasting.RangeWord(p, x.Low.Won, x.High.Won)
	}
	if f.Thin || x.NotKnown {
		if row.Range == "" {
			row.Won = p.Say("forecast.not_known")
		}
		return
	}
	var said []string
	for k, share := range []float64{x.Chances.Won, x.Chances.Lost, x.Chances.NoDecision, x.Chances.Open} {
		row.Bar = append(row.Bar, chart.Part{Kind: chart.EndKind(endsInOrder[k]), Share: share})
		said = append(said, p.Percent(share)+" "+v.end(endsInOrder[k]))
	}
	row.BarTitle = p.Say("forecast.as_a_bar", "parts", p.List(said), "day", p.Day(x.By))
	row.Won = p.Percent(x.Chances.Won)
}

// periodGroups tells the deals apart by one thing.
func (v *visit) periodGroups(out *periodView, f forecasting.PeriodForecast) {
	p := v.p
	for _, by := range []string{"seller", "team", "process", "month"} {
		if by == "team" && len(f.Teams) == 0 || by == "process" && len(f.Processes) == 0 || by == "month" && f.Period.Months() == 1 {
			continue
		}
		out.By = append(out.By, choice{Word: p.Say("period.by_" + by), Href: v.to("by", by) + "#apart", Here: by == f.By})
	}
	out.ByHead = p.Say("period.by_" + f.By)
	most := int64(0)
	for _, g := range f.Groups {
		most = max(most, g.Target, g.Booked+g.Commit+g.Best, g.Booked+g.Model.P90)
		out.Targets = out.Targets || g.Target > 0
	}
	most = most * 104 / 100
	for _, g := range f.Groups {
		row := periodGroup{Name: g.Name, Open: p.Number(g.Open), Won: p.Number(g.Won), Booked: v.cash(f, g.Booked), Commit: v.cash(f, g.Booked+g.Commit),
			Best: v.cash(f, g.Booked+g.Commit+g.Best)}
		name := map[string]string{"seller": "owner", "team": "team", "process": "process", "month": "period"}[f.By]
		switch {
		case f.By == "month":
			if m, err := setting.ParsePeriod(g.Key, f.Company.Fiscal); err == nil {
				row.Name = v.periodWord(m, f.Company)
			}
		case g.Key == "" && f.By == "seller":
			row.Name = p.Say("period.nobody")
		case g.Key == "":
			row.Name = p.Say("period.group_none")
		case row.Name == "":
			row.Name = phrase.Initial(g.Key)
		}
		if g.Key != "" {
			row.Href = v.to(name, g.Key, "deals", "")
		}
		if g.Target > 0 {
			row.Target = v.cash(f, g.Target)
		}
		if g.Model.Known {
			low, mid, high := g.Booked+g.Model.P10, g.Booked+g.Model.P50, g.Booked+g.Model.P90
			row.Range = p.Say("forecast.range", "low", v.round(f, low), "high", v.round(f, high))
			row.Picture = chart.Land{Kind: chart.LandModel, Won: g.Booked, Low: low, Middle: mid, High: high, Target: g.Target}.SVG(most)
		}
		out.Groups = append(out.Groups, row)
	}
}
