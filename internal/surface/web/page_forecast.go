package web

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/chart"
)

// How many deals the forecast shows, and how many of those that sway it.
const (
	forecastRows     = 12
	mostForecastRows = 500
	swayRows         = 5
)

type forecastView struct {
	frame
	Heading, Lede string
	DealsHead     string
	Lines         []string // what stands behind the numbers
	Empty         bool
	Fan           string
	Axis          []string
	FanWords      []string
	FanTable      []fanRow
	Legend        []keyView
	Months        []rangeView
	Splits        []splitView
	Segment       *segmentView
	Pending       *pendingView
	Sways         []swayView
	Changes       *changesView
	Deals         []outlookView
	All           choice
	Thin          bool
	Trust         []string
	Calibration   string
	Keys          []keyView
	Scores        []scoreView
	Afterwards    []rangeView
	Said          []rangeView
	First         bool
}

// fanRow is a day of the fan as numbers, in the order of its legend.
type fanRow struct {
	Day    string
	Shares []string
}

// endsInOrder is the one order in which ends stand.
var endsInOrder = []string{"won", "lost", "no_decision", "open"}

// keyView is a mark of a legend with its word.
type keyView struct {
	Kind, Word, Mark string
	Href             string
}

// rangeView is a row with a range: name, picture, words.
type rangeView struct {
	Name, Picture, Words, Wins string
	Href, Note                 string
}

// splitView is what the open deals may bring, told apart by one thing.
type splitView struct {
	Head string
	Rows []rangeView
	Open bool
}

// segmentView asks for some of the deals by the name of a seller, team, customer
// or stage, and says of whom those shown are.
type segmentView struct {
	Words   string   // what was asked for
	Said    string   // of whom these are; "" for all
	Problem string   // why all are shown although some were asked for
	All     string   // the way back to all
	Names   []string // what may be asked for
}

// pendingView says that the forecast is being worked out.
type pendingView struct {
	Text, At, Again string
	Plain           string
	Rates           []chanceView
}

type swayView struct {
	choice
	Text string
}

type changesView struct {
	Heading, Text string
	Deals         []swayView
}

// outlookView is one deal's outlook.
type outlookView struct {
	Heading, Href   string
	Anchor          string
	Fold            bool // the reasons are folded: it stands among others
	Facts           []string
	Bar             []chart.Part // empty: too few deals for single numbers, or a range that says nothing
	Vague           bool         // some end is not known yet
	Title           string
	Chances         []chanceView
	Decide          string
	Raises, Lowers  []string
	Plain, Override string
	Category        string
	Judge           *judgeView // nil: the page looks back
	Note            string
	Until           string // the heading of its own card
	Change          string // what their own change takes off winning
	ChangeWhy       []string
}

type chanceView struct{ Kind, Word, Said, Range string }

type scoreView struct {
	Name, Brier, Log, Slope, N string
	Used                       bool
}

func (s *site) forecast(v *visit) (templ.Component, error) {
	in := &forecasting.ForecastInput{
		View:    desk.View{AsOf: v.asOf},
		Segment: strings.TrimSpace(v.query.Get("segment")),
		Only:    strings.TrimSpace(v.query.Get("only")),
	}
	run, err := ask[forecasting.ForecastRun](v, operation.RunForecastSoon, in)
	problem := ""
	if kind := throughline.KindOf(err); err != nil && (in.Only != "" || in.Segment != "") &&
		(kind == throughline.NotFound || kind == throughline.Invalid) {
		problem = cause(err)
		if in.Only == "" { // a rule of an old link: its faults are for whoever writes rules
			problem = v.p.Say("forecast.only_none", "words", in.Segment)
		}
		in.Only, in.Segment = "", ""
		run, err = ask[forecasting.ForecastRun](v, operation.RunForecastSoon, in)
	}
	if err != nil {
		return nil, err
	}
	if run.Pending != nil && !run.Pending.Older {
		return forecastPage(v.pendingView(run)), nil
	}
	out := v.forecastView(run)
	if problem != "" && out.Segment != nil {
		out.Segment.Problem, out.Segment.All = problem, v.to("segment", "", "only", "")
	}
	if run.Pending != nil {
		out.Pending = &pendingView{
			Text:  v.p.Say("forecast.pending_older", "day", v.p.DayNear(run.AsOf, v.day())),
			At:    forecasting.PendingWord(v.p, *run.Pending),
			Again: v.to(),
		}
	}
	if run.Pending == nil && run.Open > 0 || run.Learned > 0 {
		back, err := ask[forecasting.Backtest](v, operation.KeptBacktest, &forecasting.BacktestInput{View: desk.View{AsOf: v.asOf}})
		if err != nil {
			return nil, err
		}
		v.trust(&out, back)
		shown, err := ask[forecasting.Shown](v, operation.ShownForecast, &forecasting.ShownInput{On: v.day(), Limit: 1})
		if err != nil && throughline.KindOf(err) != throughline.NotFound {
			return nil, err
		}
		v.said(&out, shown)
	}
	return forecastPage(out), nil
}

// refreshEvery is how soon, in seconds, a page that waits looks again.
const refreshEvery = 3

// pendingView is the page until the first forecast is ready: how far it has
// come, and how deals have ended so far.
func (v *visit) pendingView(run forecasting.ForecastRun) forecastView {
	p := v.p
	out := forecastView{frame: v.frame(p.Say("forecast.title"), "forecast"), Heading: p.Say("forecast.pending_title"),
		Pending: &pendingView{At: forecasting.PendingWord(p, *run.Pending), Again: v.to(), Plain: p.Say("forecast.pending_nothing")}}
	if rate := run.Pending.Plain; rate != nil && rate.Closed > 0 {
		out.Pending.Plain = p.Say("forecast.pending_plain", "n", rate.Closed)
		for _, e := range rate.Ends {
			c := chanceView{Kind: chart.EndKind(e.End), Word: v.end(e.End), Range: forecasting.RangeWord(p, e.Low, e.High)}
			if !e.NotKnown {
				c.Said = p.Percent(e.Said)
			}
			out.Pending.Rates = append(out.Pending.Rates, c)
		}
	}
	v.refresh = refreshEvery
	return out
}

func (v *visit) forecastView(run forecasting.ForecastRun) forecastView {
	p := v.p
	out := forecastView{
		frame:   v.frame(p.Say("forecast.title"), "forecast"),
		Heading: p.Say("forecast.heading", "n", run.Open),
		Lines:   run.Words,
		Thin:    run.Thin,
	}
	out.Segment = v.segment(run)
	if run.Open == 0 {
		out.Empty, out.Thin, out.Heading, out.Lines = true, false, p.Say("forecast.working"), nil // no number stands here that words could be about
		switch {
		case run.Learned == 0 && !v.asOf.IsZero():
			out.Heading = p.Say("frame.before", "day", p.Day(v.day()))
		case run.Learned == 0:
			out.Lede = p.Say("forecast.empty")
		default:
			out.Lede = p.Say("forecast.nothing_open")
		}
		if run.Learned == 0 {
			out.Segment = nil
		}
		return out
	}
	whole := func(x float64) string { return p.Number(int(math.Round(x))) }
	if len(run.Money.Quarters) > 0 {
		q := run.Money.Quarters[0]
		out.Lede = p.Say("forecast.lede", "day", p.Day(run.Quarter), "low", whole(q.Wins.P10), "high", whole(q.Wins.P90))
		if run.Money.Priced > 0 {
			out.Lede += " " + p.Say("forecast.lede_money", "low", v.sum(run, q.P10), "high", v.sum(run, q.P90), "middle", v.sum(run, q.P50))
		}
	}
	v.fan(&out, run)
	v.money(&out, run)
	titles := map[throughline.DealID]forecasting.DealForecast{}
	for _, x := range run.Deals {
		titles[x.ID] = x
	}
	for _, m := range run.Moves[:min(swayRows, len(run.Moves))] {
		out.Sways = append(
			out.Sways,
			swayView{v.dealLink(m.Deal, titles), p.Say("forecast.sways_row", "up", v.sum(run, m.Up), "down", v.sum(run, m.Down))},
		)
	}
	if run.Money.Priced == 0 {
		out.Sways = nil
	}
	if c := run.Changes; c != nil {
		out.Changes = v.changes(*c, titles)
	}
	show := forecastRows
	if v.query.Get("deals") == "all" {
		show = mostForecastRows
	}
	for _, x := range run.Deals[:min(show, len(run.Deals))] {
		one := v.outlook(x, run.Thin)
		one.Fold = true
		out.Deals = append(out.Deals, one)
	}
	out.DealsHead = p.Say("forecast.deals", "day", p.DayNear(run.Quarter, v.day()))
	if len(run.Deals) > len(out.Deals) {
		out.All = choice{Word: p.Say("forecast.all_deals", "n", min(len(run.Deals), mostForecastRows)), Href: v.to("deals", "all") + "#deals-h"}
	}
	return out
}

// segment says of whom the deals shown are, and what may be asked for.
func (v *visit) segment(run forecasting.ForecastRun) *segmentView {
	out := &segmentView{Words: strings.TrimSpace(v.query.Get("only")), Said: run.Said}
	if out.Said == "" {
		out.Said = run.Segment
	}
	if out.Said != "" {
		out.All = v.to("segment", "", "only", "")
	}
	for _, split := range run.Money.Splits {
		for _, g := range split.Groups {
			if name := forecasting.GroupWord(v.p, split, g); g.Key != "" && split.Named() {
				out.Names = append(out.Names, name)
			}
		}
	}
	for _, x := range run.Deals {
		if x.Account != "" {
			out.Names = append(out.Names, x.Account)
		}
	}
	slices.Sort(out.Names)
	out.Names = slices.Compact(out.Names)
	return out
}

func (v *visit) sum(run forecasting.ForecastRun, x float64) string {
	return v.p.Money(throughline.Money{Cents: roundly(x) * 100, Currency: run.Money.Currency})
}

// roundly keeps three figures: a range is no exact number.
func roundly(x float64) int64 {
	n := int64(math.Round(x))
	step := int64(1)
	for n/step >= 1000 || n/step <= -1000 {
		step *= 10
	}
	return (n + step/2) / step * step
}

func (v *visit) dealLink(id throughline.DealID, titles map[throughline.DealID]forecasting.DealForecast) choice {
	word := titles[id].Title
	if word == "" {
		word = id.String()
	}
	return choice{Word: word, Href: v.link("/deals/" + id.String())}
}

// fan fills the picture of ends over time.
func (v *visit) fan(out *forecastView, run forecasting.ForecastRun) {
	p := v.p
	if len(run.Fan) == 0 || run.Thin { // too few deals for single numbers
		return
	}
	last := run.Fan[len(run.Fan)-1].Day
	span := float64(last.Sub(run.AsOf))
	var quarters []float64
	for _, q := range []throughline.Day{run.Quarter, run.Next} {
		if at := float64(q.Sub(run.AsOf)) / span; at > 0 && at < 1 {
			quarters = append(quarters, at)
		}
	}
	parts := func(c forecasting.Chances) string {
		var list []string
		for k, x := range []float64{c.Won, c.Lost, c.NoDecision, c.Open} {
			list = append(list, p.Percent(x)+" "+v.end(endsInOrder[k]))
		}
		return p.List(list)
	}
	for k, day := range []throughline.Day{run.Quarter, run.Next} {
		var c forecasting.Chances
		for _, x := range run.Deals {
			by := x.By[k].Said
			c.Won, c.Lost, c.NoDecision, c.Open = c.Won+by.Won, c.Lost+by.Lost, c.NoDecision+by.NoDecision, c.Open+by.Open
		}
		n := float64(len(run.Deals))
		out.FanWords = append(
			out.FanWords,
			p.Say(
				"forecast.fan_said",
				"day",
				p.Day(day),
				"parts",
				parts(forecasting.Chances{Won: c.Won / n, Lost: c.Lost / n, NoDecision: c.NoDecision / n, Open: c.Open / n}),
			),
		)
	}
	fan := chart.Fan{Title: p.Say("forecast.fan"), Desc: strings.Join(out.FanWords, " "), Marks: quarters}
	for _, f := range run.Fan {
		fan.Points = append(fan.Points, chart.Shares{Won: f.Won, Lost: f.Lost, NoDecision: f.NoDecision, Open: f.Open})
	}
	out.Fan = fan.SVG()
	out.Axis = append(out.Axis, p.DayNear(run.AsOf, v.day()))
	for k := 1; k <= 3; k++ {
		out.Axis = append(out.Axis, p.DayNear(run.AsOf.Add(int(span)*k/3), v.day()))
	}
	for i := 3; i < len(run.Fan); i += 4 {
		f := run.Fan[i]
		row := fanRow{Day: p.Day(f.Day)}
		for _, x := range []float64{f.Won, f.Lost, f.NoDecision, f.Open} {
			row.Shares = append(row.Shares, p.Percent(x))
		}
		out.FanTable = append(out.FanTable, row)
	}
	for _, e := range endsInOrder {
		out.Legend = append(out.Legend, keyView{Kind: chart.EndKind(e), Word: v.end(e)})
	}
}

func (v *visit) end(e string) string { return forecasting.EndWord(v.p, e) }

// money fills the ranges by month, quarter and seller: amounts where deals have
// them, deals won where they have not.
func (v *visit) money(out *forecastView, run forecasting.ForecastRun) {
	p := v.p
	priced := run.Money.Priced > 0
	mark := func(e forecasting.Expected) chart.Marks {
		if priced {
			return chart.Marks{Low: e.P10, Middle: e.P50, High: e.P90, Came: math.NaN()}
		}
		return chart.Marks{Low: e.Wins.P10, Middle: e.Wins.P50, High: e.Wins.P90, Came: math.NaN()}
	}
	row := func(name string, e forecasting.Expected, most float64) rangeView {
		wins := p.Say("forecast.range", "low", whole(p, e.Wins.P10), "high", whole(p, e.Wins.P90))
		r := rangeView{Name: name, Picture: chart.Range(mark(e), most), Wins: wins}
		if priced {
			r.Words = p.Say("forecast.range_word", "low", v.sum(run, e.P10), "high", v.sum(run, e.P90), "middle", v.sum(run, e.P50))
		}
		return r
	}
	most := 0.0
	for _, e := range append(append([]forecasting.Expected{}, run.Money.Months...), run.Money.Quarters...) {
		most = max(most, mark(e).High)
	}
	for _, q := range run.Money.Quarters {
		out.Months = append(out.Months, row(quarterName(q.Until), q, most))
	}
	for _, m := range run.Money.Months {
		out.Months = append(
			out.Months,
			row(
				p.Say(
					"forecast.month",
					"month",
					p.Say(fmt.Sprintf("month.%d", int(m.Until.Civil().Month()))),
					"year",
					fmt.Sprint(m.Until.Civil().Year()),
				),
				m,
				most,
			),
		)
	}
	for k, split := range run.Money.Splits {
		view := splitView{Head: p.Say("forecast.split_until", "what", forecasting.SplitWord(p, split), "day", p.Day(run.Quarter)), Open: k == 0}
		most = 0
		for _, g := range split.Groups {
			most = max(most, mark(g.Expected).High)
		}
		for _, g := range split.Groups[:min(20, len(split.Groups))] {
			r := row(forecasting.GroupWord(p, split, g), g.Expected, most)
			if r.Note = p.Say("forecast.group_deals", "n", g.Open); priced {
				r.Note = p.Say("forecast.group_stated", "n", g.Open, "amount", v.sum(run, g.Stated))
			}
			if g.Rule != "" {
				r.Href = v.to("segment", g.Rule)
			}
			view.Rows = append(view.Rows, r)
		}
		out.Splits = append(out.Splits, view)
	}
}

func whole(p *phrase.Phrase, x float64) string { return p.Number(int(math.Round(x))) }

func quarterName(d throughline.Day) string {
	t := d.Civil()
	return fmt.Sprintf("%d Q%d", t.Year(), (int(t.Month())-1)/3+1)
}

func (v *visit) changes(c forecasting.Changes, titles map[throughline.DealID]forecasting.DealForecast) *changesView {
	p := v.p
	out := &changesView{Heading: p.Say("forecast.changed", "day", p.Day(c.Since)),
		Text: p.Say(
			"forecast.changed_line",
			"before",
			fmt.Sprintf("%.1f", c.Before),
			"now",
			fmt.Sprintf("%.1f", c.Now),
			"parts",
			p.List(forecasting.ChangeParts(p, c)),
		)}
	points := func(x float64) string {
		return strings.ReplaceAll(fmt.Sprintf("%+.0f", 100*x), "-", "−")
	}
	for _, x := range c.Deals {
		row := swayView{choice: v.dealLink(x.Deal, titles)}
		switch {
		case x.Before == nil:
			row.Text = p.Say("forecast.change_new", "now", p.Percent(*x.Now))
		case x.Now == nil:
			row.Text = p.Say("forecast.change_over", "before", p.Percent(*x.Before))
		default:
			var parts []string
			for _, part := range []struct {
				key string
				x   float64
			}{{"facts", x.Facts}, {"time", x.Time}, {"model", x.Model}} {
				if math.Abs(part.x) >= 0.005 {
					parts = append(
						parts,
						p.Say(
							"forecast.part_"+part.key,
							"x",
							p.Say("forecast.points", "n", int(math.Abs(math.Round(100*part.x))), "x", points(part.x)),
						),
					)
				}
			}
			if len(parts) == 0 {
				continue
			}
			row.Text = p.Say("forecast.change_row", "before", p.Percent(*x.Before), "now", p.Percent(*x.Now), "parts", p.List(parts))
			if x.New > 0 {
				row.Text += " · " + p.Say("forecast.change_facts", "n", x.New)
			}
		}
		out.Deals = append(out.Deals, row)
	}
	return out
}

// outlook puts one deal's chances into a bar and words; thin leaves the
// ranges, and an end that is never noted here is not spoken of.
func (v *visit) outlook(x forecasting.DealForecast, thin bool) outlookView {
	p := v.p
	out := outlookView{
		Heading: x.Title,
		Href:    v.link("/deals/"+x.ID.String()+"/forecast") + "#ends-h",
		Anchor:  "deal-" + x.ID.String(),
		Raises:  initials(x.Raises),
		Lowers:  initials(x.Lowers),
	}
	if out.Heading == "" {
		out.Heading = x.ID.String()
	}
	for _, f := range []string{x.Account, p.Money(x.Amount), x.Owner} {
		if f != "" {
			out.Facts = append(out.Facts, f)
		}
	}
	if len(x.By) == 0 {
		return out
	}
	by := x.By[0]
	var said []string
	for _, e := range []struct {
		end             string
		said, low, high float64
	}{{"won", by.Said.Won, by.Low.Won, by.High.Won}, {"lost", by.Said.Lost, by.Low.Lost, by.High.Lost},
		{"no_decision", by.Said.NoDecision, by.Low.NoDecision, by.High.NoDecision}, {"open", by.Said.Open, by.Low.Open, by.High.Open}} {
		c := chanceView{Kind: chart.EndKind(e.end), Word: v.end(e.end), Range: forecasting.RangeWord(p, e.low, e.high)}
		vague := slices.Contains(by.NotKnown, e.end)
		out.Vague = out.Vague || vague
		if !thin {
			out.Bar = append(out.Bar, chart.Part{Kind: chart.EndKind(e.end), Share: e.said})
			if vague {
				said = append(said, c.Word+" "+c.Range)
			} else {
				c.Said = p.Percent(e.said)
				said = append(said, c.Said+" "+c.Word)
			}
		}
		out.Chances = append(out.Chances, c)
	}
	if out.Vague { // a bar would show what is not known
		out.Bar = nil
	}
	out.Title = p.Say("forecast.as_a_bar", "parts", p.List(said), "day", p.Day(by.Day))
	out.Decide = forecasting.DecisionWords(p, x)
	out.Plain = phrase.Initial(p.Say("forecast.plain", "per", p.Percent(x.Plain.Won)))
	out.Category, out.Override = forecasting.CategoryWords(p, x.Category)
	out.Judge = v.judgeForm(x.ID, x.Category, "/forecast/model#deal-"+x.ID.String())
	return out
}

func initials(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, phrase.Initial(s))
	}
	return out
}

// trust fills what the backtest says.
func (v *visit) trust(out *forecastView, b forecasting.Backtest) {
	p := v.p
	out.Trust = b.Words
	if !b.Enough {
		return
	}
	var desc []string
	var curves []chart.Curve
	for _, c := range b.Curves {
		var parts []string
		drawn := chart.Curve{End: c.End}
		for _, x := range c.Bands {
			drawn.Bands = append(drawn.Bands, chart.Band{Said: x.Said, Came: x.Came, Low: x.Low, High: x.High})
			parts = append(parts, p.Say("forecast.calibration_part", "said", p.Percent(x.Said), "came", p.Percent(x.Came), "n", x.N))
		}
		curves = append(curves, drawn)
		desc = append(desc, p.Say("forecast.calibration_desc", "end", v.end(c.End), "parts", p.List(parts)))
		out.Keys = append(out.Keys, keyView{Kind: chart.EndKind(c.End), Word: v.end(c.End), Mark: chart.CalibrationKey(c.End)})
	}
	out.Calibration = chart.Calibration{Title: p.Say("forecast.calibration"), Desc: strings.Join(desc, "; "),
		Said: p.Say("forecast.said_axis"), Came: p.Say("forecast.came_axis"), Curves: curves}.SVG()
	number := func(x *float64, digits int) string {
		if x == nil {
			return "–"
		}
		return fmt.Sprintf("%.*f", digits, *x)
	}
	for _, m := range b.Models {
		out.Scores = append(
			out.Scores,
			scoreView{forecasting.ModelWord(p, m.Name), number(m.Brier, 3), number(m.LogScore, 3), number(m.Slope, 2), p.Number(m.N), m.Used},
		)
	}
	most := 0.0
	for _, x := range b.Points {
		most = max(most, x.P90, x.Came)
	}
	for _, x := range b.Points {
		text := func(n float64) string {
			if b.Priced {
				return p.Money(throughline.Money{Cents: roundly(n) * 100})
			}
			return whole(p, n)
		}
		out.Afterwards = append(out.Afterwards, rangeView{Name: p.Say("forecast.from_to", "from", x.On.String(), "to", x.By.String()),
			Picture: chart.Range(chart.Marks{Low: x.P10, Middle: x.P50, High: x.P90, Came: x.Came}, most),
			Words:   p.Say("forecast.range_came", "low", text(x.P10), "high", text(x.P90), "came", text(x.Came))})
	}
}

// said fills what was shown on earlier days against what came.
func (v *visit) said(out *forecastView, s forecasting.Shown) {
	p := v.p
	out.First = len(s.Past) < 2
	most := 0.0
	for _, x := range s.Past {
		most = max(most, x.Wins.P90, float64(x.Came))
	}
	for _, x := range s.Past {
		key := "forecast.range_so_far"
		if x.Over {
			key = "forecast.range_came"
		}
		out.Said = append(out.Said, rangeView{Name: p.Say("forecast.from_to", "from", x.AsOf.String(), "to", x.Quarter.String()),
			Picture: chart.Range(chart.Marks{Low: x.Wins.P10, Middle: x.Wins.P50, High: x.Wins.P90, Came: float64(x.Came)}, most),
			Words:   p.Say(key, "low", whole(p, x.Wins.P10), "high", whole(p, x.Wins.P90), "came", p.Number(x.Came))})
	}
}

// dealOutlook gives the outlook of an open deal as it was last shown, where the
// backtest earned it a place, with what people take it for; nil for neither.
func (v *visit) dealOutlook(id throughline.DealID) *outlookView {
	x, err := ask[forecasting.ForecastOfDeal](
		v,
		operation.ForecastDealKept,
		&forecasting.ForecastDealInput{View: desk.View{AsOf: v.asOf}, ID: id.String()},
	)
	if err != nil || !x.Enough {
		c, err := ask[reviewing.Judgement](v, operation.DealCategory, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: id.String()})
		if err != nil || v.asOf != (throughline.Day{}) && c.Category.Word == "" {
			return nil
		}
		out := &outlookView{Until: v.p.Say("forecast.judge_title"), Judge: v.judgeForm(id, c.Category, "/deals/"+id.String()+"/forecast#ends-h")}
		out.Category, out.Override = forecasting.CategoryWords(v.p, c.Category)
		return out
	}
	out := v.outlook(x.Deal, x.Thin)
	out.Judge = v.judgeForm(id, x.Deal.Category, "/deals/"+id.String()+"/forecast#ends-h")
	if c := x.Change; c != nil && !slices.Contains(x.Deal.By[0].NotKnown, "won") && !x.Thin {
		out.ChangeWhy, out.Change = c.Because, v.p.Say("forecast.change", "won", v.p.Percent(c.Won), "without", v.p.Percent(c.Without))
	} else if c != nil {
		out.ChangeWhy, out.Change = c.Because, v.p.Say("forecast.change_thin", "less", v.p.Percent(1-c.Factor))
	}
	out.Until = v.p.Say("forecast.on_deal", "day", v.p.DayNear(x.Quarter, v.day()))
	out.Note = v.p.Say(
		"forecast.on_deal_note",
		"day",
		v.p.DayNear(x.AsOf, v.day()),
		"n",
		x.Closed["won"]+x.Closed["lost"]+x.Closed["no_decision"],
		"model",
		forecasting.ModelWord(v.p, x.Model),
	)
	return &out
}
