package operation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
	"github.com/throughline/throughline/internal/store"
)

// life is a deal in a few words.
type life struct {
	opened, closed int // days before today; closed < 0: open
	end            throughline.Outcome
	stage          string
	amount         int64 // cents; 0: none
	attributes     map[string]string
	undated        bool
}

func facts(name string, l life) []deal.Fact {
	id := throughline.DealID(throughline.KeyedID(seat.Today, "forecast", name))
	var out []deal.Fact
	add := func(days int, body deal.Body) {
		at := seat.Today.AddDate(0, 0, -days)
		f := deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, name, string(body.Kind()), fmt.Sprint(len(out)))), Deal: id,
			Happened: at, Learned: at, Recorded: seat.Today, Source: deal.Source{System: "csv"}, Body: body}
		if l.undated {
			f.Happened = time.Time{}
		}
		out = append(out, f)
	}
	add(l.opened, deal.Opened{Title: name, Attributes: l.attributes})
	add(l.opened, deal.StageMoved{Foreign: l.stage})
	if l.amount != 0 {
		add(l.opened, deal.AmountChanged{Amount: throughline.Money{Cents: l.amount, Currency: "EUR"}})
	}
	if l.closed >= 0 {
		add(l.closed, deal.Ended{Outcome: l.end})
	}
	return out
}

// bad are the ledgers that forecasts must survive.
var bad = []struct {
	name  string
	n     int
	life  func(i int, r *rand.Rand) life
	thin  bool
	words string // in what it says
}{
	{"no deal at all", 0, nil, true, "No deal is open"},
	{"no closed deal", 30, func(i int, r *rand.Rand) life { return life{opened: 1 + r.IntN(200), closed: -1, stage: "Proposal"} }, true, "No deal here has ended yet"},
	{"one end only", 90, func(i int, r *rand.Rand) life {
		o := 60 + r.IntN(300)
		if i%5 == 0 {
			return life{opened: r.IntN(60), closed: -1, stage: "Proposal"}
		}
		return life{opened: o, closed: r.IntN(o), end: throughline.Won, stage: "Proposal", amount: 100_00}
	}, true, "Fewer than 30"},
	{"all in one week", 80, func(i int, r *rand.Rand) life {
		l := life{opened: 7, closed: r.IntN(7), stage: "Demo", end: throughline.Outcomes()[i%3]}
		if i%4 == 0 {
			l.closed = -1
		}
		return l
	}, true, ""},
	{"all on one day", 60, func(i int, _ *rand.Rand) life {
		l := life{opened: 3, closed: 3, stage: "Demo", end: throughline.Won}
		if i%3 == 0 {
			l.closed = -1
		}
		return l
	}, true, ""},
	{"amounts missing or negative", 120, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		l.amount = []int64{0, -500_00, 100_000_00, 1}[i%4]
		return l
	}, true, "no amount"},
	{"an attribute that tells the end", 110, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		l.attributes = map[string]string{"reason": "none yet"}
		if l.closed >= 0 {
			l.attributes["reason"] = "because " + string(l.end)
		}
		return l
	}, true, ""},
	{"attributes that are always the same", 120, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		l.attributes = map[string]string{"region": "north", "size": "7"}
		return l
	}, true, ""},
	{"an attribute missing in half", 120, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		if i%2 == 0 {
			l.attributes = map[string]string{"seats": fmt.Sprint(r.IntN(500)), "plan": []string{"a", "b", "c"}[r.IntN(3)]}
		}
		return l
	}, true, ""},
	{"an end that the source does not record", 200, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		l.end = []throughline.Outcome{throughline.Won, throughline.LostUnknown}[r.IntN(2)]
		return l
	}, false, "ever noted as no decision"},
	{"no opening dates", 60, func(i int, r *rand.Rand) life {
		l := mixed(i, r)
		l.undated = true
		return l
	}, true, "no opening date"},
}

// mixed is a deal of any kind.
func mixed(i int, r *rand.Rand) life {
	o := 20 + r.IntN(600)
	l := life{opened: o, closed: r.IntN(o), end: []throughline.Outcome{throughline.Won, throughline.LostCompetitor, throughline.NoDecision, throughline.DisqualifiedByUs}[r.IntN(4)],
		stage: []string{"Qualification", "Demo", "Proposal"}[r.IntN(3)], amount: 100_00 * int64(1+r.IntN(900))}
	if i%5 == 0 {
		l.closed = -1
	}
	return l
}

func TestForecastsOfBadLedgers(t *testing.T) {
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := seat.Today
			d := seat.Desk(t, &now)
			r := rand.New(rand.NewPCG(9, 9))
			open := 0
			var b store.Batch
			for i := range c.n {
				l := c.life(i, r)
				if l.closed < 0 {
					open++
				}
				b.Facts = append(b.Facts, facts(fmt.Sprintf("deal %d", i), l)...)
			}
			seat.Keep(t, d, b)
			got := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{})
			if got.Open != open || len(got.Deals) != open {
				t.Errorf("%d open deals, %d forecast, want %d", got.Open, len(got.Deals), open)
			}
			if got.Thin != c.thin {
				t.Errorf("thin is %t, want %t; closed %v", got.Thin, c.thin, got.Closed)
			}
			if text := strings.Join(got.Words, "\n"); !strings.Contains(text, c.words) || text == "" {
				t.Errorf("says %q, want %q in it", text, c.words)
			}
			whole(t, got)
			back := seat.Run[forecasting.Backtest](t, d, operation.BacktestForecast, &forecasting.BacktestInput{})
			if _, err := json.Marshal(back); err != nil || len(back.Words) == 0 {
				t.Errorf("backtest: %v, words %q", err, back.Words)
			}
		})
	}
}

// whole: chances lie between 0 and 1, sum to one, and stand inside their ranges.
func whole(t *testing.T, got forecasting.ForecastRun) {
	t.Helper()
	if _, err := json.Marshal(got); err != nil { // NaN and infinity are no JSON
		t.Fatal(err)
	}
	list := func(c forecasting.Chances) []float64 { return []float64{c.Won, c.Lost, c.NoDecision, c.Open} }
	check := func(what string, c forecasting.Chances) {
		sum := 0.0
		for _, p := range list(c) {
			sum += p
			if p < 0 || p > 1 {
				t.Errorf("%s: a chance of %g", what, p)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s sums to %g", what, sum)
		}
	}
	for _, split := range got.Money.Splits {
		open, wins, mean := 0, 0.0, 0.0
		for _, g := range split.Groups {
			open, wins, mean = open+g.Open, wins+g.Wins.Mean, mean+g.Mean
		}
		if q := got.Money.Quarters[0]; open != got.Open || math.Abs(wins-q.Wins.Mean) > 1e-6*(1+q.Wins.Mean) || math.Abs(mean-q.Mean) > 1e-6*(1+q.Mean) {
			t.Errorf("told apart by %s %s: %d deals, %g wins, %g; together %d, %g, %g", split.By, split.Attribute, open, wins, mean, got.Open, q.Wins.Mean, q.Mean)
		}
	}
	for _, x := range got.Deals {
		if x.PDecide != nil && math.Abs(*x.PDecide**x.PContract-x.By[0].Said.Won) > 1e-9 {
			t.Errorf("%s: decided %g and paper %g are not won %g", x.Title, *x.PDecide, *x.PContract, x.By[0].Said.Won)
		}
		if x.PDecide != nil && !(*x.DecideLow <= *x.PDecide && *x.PDecide <= *x.DecideUp && *x.PaperLow <= *x.PContract && *x.PContract <= *x.PaperUp && *x.PaperUp <= 1) {
			t.Errorf("%s: a chance outside of its range: %+v", x.Title, x)
		}
		check("plain "+x.Title, x.Plain)
		for _, by := range x.By {
			check(x.Title, by.Said)
			said, low, high := list(by.Said), list(by.Low), list(by.High)
			for k := range said {
				if !(low[k]-1e-9 <= said[k] && said[k] <= high[k]+1e-9) {
					t.Errorf("%s: %g is outside %g to %g", x.Title, said[k], low[k], high[k])
				}
			}
		}
	}
	for i, f := range got.Fan {
		check("the fan on "+f.Day.String(), f.Chances)
		if i > 0 && f.Open > got.Fan[i-1].Open+1e-9 {
			t.Errorf("more are open on %s than before", f.Day)
		}
	}
	for _, e := range append(got.Money.Months, got.Money.Quarters...) {
		if !(0 <= e.P10 && e.P10 <= e.P50 && e.P50 <= e.P90 && e.Wins.P10 <= e.Wins.P90 && e.Wins.P90 <= float64(got.Open)) {
			t.Errorf("until %s: %+v", e.Until, e)
		}
	}
	if c := got.Changes; c != nil {
		if d := c.Before + c.Opened + c.Ended + c.Facts + c.Time + c.Model - c.Now; math.Abs(d) > 1e-6 {
			t.Errorf("the parts of the change miss %g: %+v", d, c)
		}
	}
}

// TestForecastKnowsNothingLater: a forecast as of a past day is the same
// whether or not anything learned since stands in the ledger.
func TestForecastKnowsNothingLater(t *testing.T) {
	if testing.Short() {
		t.Skip("fits a whole company twice")
	}
	now := seat.Today
	day := throughline.DayOf(seat.Today.AddDate(0, -4, 0), time.UTC)
	all, some := seat.Desk(t, &now), seat.Desk(t, &now)
	for _, b := range company.Batches(company.Generate(3, throughline.DayOf(seat.Today, time.UTC), time.UTC, all.Book), 100) {
		seat.Keep(t, all, b)
		var known store.Batch
		known.People, known.Accounts, known.Records = b.People, b.Accounts, b.Records
		for _, f := range b.Facts {
			if !f.Learned.After(day.End(time.UTC)) {
				known.Facts = append(known.Facts, f)
			}
		}
		seat.Keep(t, some, known)
	}
	in := &forecasting.ForecastInput{View: desk.View{AsOf: day}}
	a, b := seat.Run[forecasting.ForecastRun](t, all, operation.RunForecast, in), seat.Run[forecasting.ForecastRun](t, some, operation.RunForecast, in)
	whole(t, a)
	if len(a.Deals) == 0 || !a.Enough {
		t.Fatalf("%d deals, enough %t: the company is too small to tell", len(a.Deals), a.Enough)
	}
	a.Ledger, b.Ledger = 0, 0 // how many deals there are today
	if !reflect.DeepEqual(a.Deals, b.Deals) || !reflect.DeepEqual(a.Money, b.Money) {
		t.Error("what was learned later changes the forecast of an earlier day")
	}
	for i := range a.Scores {
		if x, y := a.Scores[i], b.Scores[i]; x.Name != y.Name || x.N != y.N || *x.LogScore != *y.LogScore || *x.Brier != *y.Brier {
			t.Errorf("what was learned later changes the backtest of an earlier day: %+v, %+v", x, y)
		}
	}
}

// TestShownForecasts: what was said comes back as it was, with what came.
func TestShownForecasts(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	r := rand.New(rand.NewPCG(4, 4))
	var b store.Batch
	for i := range 80 {
		b.Facts = append(b.Facts, facts(fmt.Sprintf("deal %d", i), mixed(i, r))...)
	}
	seat.Keep(t, d, b)
	said := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{})
	again := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{})
	if !reflect.DeepEqual(said, again) {
		t.Error("the same question on the same day gets another answer")
	}
	kept, err := d.Ledger.Forecasts(t.Context(), d.Workspace, store.ShownQuery{Kind: "run"})
	if err != nil || len(kept) != 1 {
		t.Fatalf("%d forecasts kept, %v; the same one twice is one", len(kept), err)
	}
	if text := string(kept[0].Body); strings.Contains(text, "deal 0") || strings.Contains(text, `"title"`) {
		t.Error("what is kept holds names")
	}
	now = seat.Today.AddDate(0, 0, 14)
	won := said.Deals[0].ID
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{{ID: throughline.FactID(throughline.KeyedID(now, "won")), Deal: won, Happened: now, Learned: now,
		Recorded: now, Source: deal.Source{System: "csv"}, Body: deal.Ended{Outcome: throughline.Won}}}})
	got := seat.Run[forecasting.Shown](t, d, operation.ShownForecast, &forecasting.ShownInput{On: throughline.DayOf(seat.Today.AddDate(0, 0, 3), time.UTC)})
	if got.AsOf != throughline.DayOf(seat.Today, time.UTC) || len(got.Deals) != len(said.Deals) || !reflect.DeepEqual(got.Deals[0].By[0], said.Deals[0].By[0]) || got.Deals[0].Title != said.Deals[0].Title {
		t.Errorf("what was shown does not come back: %+v", got.Deals[0])
	}
	if got.Came["won"] != 1 || got.Now[won] != "won" || len(got.Past) != 1 || got.Past[0].Came != 1 {
		t.Errorf("came %v, past %+v", got.Came, got.Past)
	}
	_, err = operation.ShownForecast.Run(t.Context(), d, &forecasting.ShownInput{On: throughline.DayOf(seat.Today.AddDate(0, 0, -1), time.UTC)})
	if throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("before anything was shown: %v", err)
	}
}

// TestForecastSoon: who cannot wait is told how deals have ended so far, then,
// when the work behind them is done, the forecast; after new facts, the old one.
func TestForecastSoon(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	r := rand.New(rand.NewPCG(4, 4))
	var b store.Batch
	for i := range 80 {
		b.Facts = append(b.Facts, facts(fmt.Sprintf("deal %d", i), mixed(i, r))...)
	}
	seat.Keep(t, d, b)
	var queue []func(context.Context)
	d.Forecasts.Work = func(do func(context.Context)) { queue = append(queue, do) }
	soon := func() forecasting.ForecastRun {
		return seat.Run[forecasting.ForecastRun](t, d, operation.RunForecastSoon, &forecasting.ForecastInput{})
	}
	work := func() {
		for len(queue) > 0 {
			do := queue[0]
			queue = queue[1:]
			do(t.Context())
		}
	}
	first := soon()
	if p := first.Pending; p == nil || p.Older || p.Plain == nil || p.Plain.Closed == 0 || len(p.Plain.Ends) != 3 || p.Plain.Ends[0].Low >= p.Plain.Ends[0].Said {
		t.Fatalf("before anything was worked out: %+v", first.Pending)
	}
	if soon(); len(queue) != 1 {
		t.Errorf("%d pieces of work for one forecast", len(queue))
	}
	work()
	ready := soon()
	if ready.Pending != nil || len(ready.Deals) == 0 || len(queue) > 0 {
		t.Fatalf("when it is ready: %+v", ready.Pending)
	}
	if again := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{}); !reflect.DeepEqual(ready, again) {
		t.Error("who waits is told something else")
	}
	seat.Keep(t, d, store.Batch{Facts: facts("one more", life{opened: 3, closed: -1, stage: "Proposal"})})
	if older := soon(); older.Pending == nil || !older.Pending.Older || len(older.Deals) != len(ready.Deals) {
		t.Errorf("after one more fact: %+v", older.Pending)
	}
	work()
	if newer := soon(); newer.Pending != nil || len(newer.Deals) != len(ready.Deals)+1 {
		t.Errorf("after the work: %+v, %d deals", newer.Pending, len(newer.Deals))
	}
	now = now.AddDate(0, 0, 1)
	forecasting.PrepareForecast(d.Forecaster())
	work()
	if next := soon(); next.Pending != nil || next.AsOf != throughline.DayOf(now, time.UTC) {
		t.Errorf("the next day's was not prepared: %+v", next.Pending)
	}
}

// TestForecastToldApart: by seller, team, process and segment, and for the
// deals of one rule alone.
func TestForecastToldApart(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	book := *d.Book
	book.Processes = append(slices.Clone(book.Processes), playbook.Process{ID: "short", When: playbook.Rule{CEL: "size == 'small'",
		Tree: segment.Rule{Op: segment.Equal, Attr: "size", Values: []segment.Value{segment.TextOf("small")}}}})
	d.Book = &book
	r := rand.New(rand.NewPCG(9, 9))
	var b store.Batch
	north := 0
	for i := range 160 {
		l := mixed(i, r)
		l.amount = int64(1+r.IntN(90)) * 1000_00
		l.attributes = map[string]string{"region": []string{"north", "south"}[i%2], "size": []string{"small", "large"}[i/2%2], "sales_team": []string{"Blue", "Red", ""}[i%3]}
		if l.closed < 0 && i%2 == 0 {
			north++
		}
		b.Facts = append(b.Facts, facts(fmt.Sprintf("deal %d", i), l)...)
	}
	seat.Keep(t, d, b)
	all := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{})
	whole(t, all)
	by := map[string]forecasting.PipelineSplit{}
	for _, s := range all.Money.Splits {
		by[s.By+" "+s.Attribute] = s
	}
	for _, want := range []string{"team sales_team", "process ", "segment region", "segment size"} {
		if len(by[want].Groups) < 2 {
			t.Errorf("not told apart by %s: %v", want, by)
		}
	}
	part := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{Segment: "region == 'north'"})
	whole(t, part)
	if part.Open != north || part.Segment != `region == "north"` || part.Changes != nil {
		t.Errorf("%d of %d deals for %s", part.Open, north, part.Segment)
	}
	for _, g := range by["segment region"].Groups {
		if g.Key == "north" && (math.Abs(g.Mean-part.Money.Quarters[0].Mean) > 1e-6*g.Mean || g.Rule != part.Segment) {
			t.Errorf("the group says %g for %s, the deals of its rule %g", g.Mean, g.Rule, part.Money.Quarters[0].Mean)
		}
	}
	kept, err := d.Ledger.Forecasts(t.Context(), d.Workspace, store.ShownQuery{Kind: "run"})
	if err != nil || len(kept) != 1 || strings.Contains(string(kept[0].Body), "north") || strings.Contains(string(kept[0].Body), "Blue") {
		t.Errorf("%d kept, with values of attributes in it", len(kept))
	}
	for _, wrong := range []string{"region = north", "regoin == 'north'", "size(region) > 2"} {
		if _, err := operation.RunForecast.Run(t.Context(), d, &forecasting.ForecastInput{Segment: wrong}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
