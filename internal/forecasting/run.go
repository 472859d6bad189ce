package forecasting

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/setting"
)

// ForecastInput says which forecast to show.
type ForecastInput struct {
	desk.View
	LogInput
	Owner   string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller."`
	Segment string `name:"segment" placeholder:"RULE" query:"segment" json:"segment,omitempty" help:"Only deals that this rule holds for, in the playbook's rule language, such as region == 'nordic'; what may come in is then theirs alone."`
	Only    string `name:"only" placeholder:"WORDS" query:"only" json:"only,omitempty" help:"Only deals of whom these words name: a seller, a team, a customer, a stage; part of a name will do. What may come in is then theirs alone."`
	Limit   int    `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many deals to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *ForecastInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// ForecastRun is the answer of RunForecast, and what is kept of it.
type ForecastRun struct {
	AsOf    throughline.Day `json:"as_of"`
	Shown   time.Time       `json:"shown,omitzero"` // when; for one that was kept
	Quarter throughline.Day `json:"quarter_end"`
	Next    throughline.Day `json:"next_quarter_end"`

	MonthEnds []throughline.Day `json:"month_ends,omitempty"` // the days that ByMonth of its deals speaks of

	Model  string         `json:"model"`            // which one speaks
	Enough bool           `json:"enough"`           // the backtest had enough to look back on
	Thin   bool           `json:"thin"`             // under 30 closed deals of some end: ranges alone are worth showing
	Closed map[string]int `json:"closed"`           // deals learned from, by end
	Unseen []string       `json:"unseen,omitempty"` // ends that nothing here has ever met; they keep what is believed of them beforehand

	Forgotten int `json:"forgotten,omitempty"` // open deals older than any was at its end, and silent

	Learned int              `json:"learned"` // deals learned from, open ones too
	Ledger  int              `json:"ledger"`  // deals there are; more than learned where some were drawn
	Undated int              `json:"undated,omitempty"`
	Endless int              `json:"ended_undated,omitempty"` // ended, on a day that nobody wrote down
	Scores  []ModelScore     `json:"scores"`
	Open    int              `json:"open"`  // open deals
	Deals   []DealForecast   `json:"deals"` // those most likely to be won this quarter first
	Money   PipelineForecast `json:"pipeline"`
	Fan     []FanPoint       `json:"fan"` // all open deals together, week by week
	Moves   []DealMove       `json:"moves"`
	Changes *Changes         `json:"changes,omitempty"`
	Words   []string         `json:"words"`
	Kept    bool             `json:"kept"`
	Segment string           `json:"segment,omitempty"`      // the rule whose deals these are; else all
	Only    []OnlyOf         `json:"only,omitempty"`         // what the words named, whose deals these are
	Said    string           `json:"segment_said,omitempty"` // of whom or what these deals are, in words
	State   string           `json:"ledger_state,omitempty"` // the facts and the playbook it speaks from
	Pending *Pending         `json:"pending,omitempty"`      // it is being worked out; what stands here is older or plain
	Found   diag.Findings    `json:"findings,omitempty"`

	Excluded []leak.Finding `json:"excluded,omitempty"` // attributes that were not known on the first day
}

// Findings gives the findings.
func (r ForecastRun) Findings() diag.Findings { return r.Found }

// Chances are of the three ends and of still being open; they sum to one.
type Chances struct {
	Won        float64 `json:"won"`
	Lost       float64 `json:"lost"`
	NoDecision float64 `json:"no_decision"`
	Open       float64 `json:"open"`
}

// DealForecast is the outlook of one deal.
type DealForecast struct {
	ID        throughline.DealID   `json:"id"`
	Foreign   string               `json:"foreign_id,omitempty"`
	Title     string               `json:"title,omitempty"`
	Account   string               `json:"account,omitempty"`
	Seller    throughline.PersonID `json:"seller,omitzero"`
	Owner     string               `json:"owner,omitempty"`
	Amount    throughline.Money    `json:"amount"`
	State     string               `json:"state"` // what the model takes it to be: where they are, or our stage
	By        []DealBy             `json:"by"`    // this quarter's end, the next one's
	Close     throughline.Day      `json:"close_date,omitzero"`
	Process   string               `json:"process,omitempty"`  // where there are several
	Team      string               `json:"team,omitempty"`     // a key made of its name, where an attribute names it
	ByMonth   [][4]float64         `json:"by_month,omitempty"` // won, lost, no decision, open by the end of each of the next months
	Plain     Chances              `json:"plain"`              // by this quarter's end: Aalen-Johansen by state
	PDecide   *float64             `json:"p_decide"`
	DecideLow *float64             `json:"p_decide_low"`
	DecideUp  *float64             `json:"p_decide_high"`
	PContract *float64             `json:"p_contract"` // p_decide times p_contract is the chance of winning by this quarter's end
	PaperLow  *float64             `json:"p_contract_low"`
	PaperUp   *float64             `json:"p_contract_high"`
	Decided   bool                 `json:"decided,omitempty"`

	DecideNotKnown bool `json:"p_decide_not_known,omitempty"`   // its range is too wide to say anything
	PaperNotKnown  bool `json:"p_contract_not_known,omitempty"` // so is this one's

	Forgotten bool `json:"forgotten,omitempty"` // older than any deal was at its end, and silent

	Paper    *PaperTime  `json:"contracting,omitempty"`
	Median   *float64    `json:"median_days"` // until half of such deals have ended; null: not within sight
	Drivers  []Driver    `json:"drivers"`
	Raises   []string    `json:"raises"` // what raises the chance of winning, in words
	Lowers   []string    `json:"lowers"`
	Category Categorised `json:"judged"` // their own judgement: commit, best case

	named bool // its names are put back, and its drivers are to be told in words
}

// DealBy is a deal's outlook by one day.
type DealBy struct {
	Day  throughline.Day `json:"day"`
	Said Chances         `json:"chance"`
	Low  Chances         `json:"low"`
	High Chances         `json:"high"`

	NotKnown []string `json:"not_known,omitempty"` // ends whose range is too wide to say anything: won, lost, no_decision, open
}

// notKnown lists the ends whose range says nothing.
func (b DealBy) notKnown() []string {
	var out []string
	for _, e := range []struct {
		end       string
		low, high float64
	}{{"won", b.Low.Won, b.High.Won}, {"lost", b.Low.Lost, b.High.Lost}, {"no_decision", b.Low.NoDecision, b.High.NoDecision},
		{"open", b.Low.Open, b.High.Open}} {
		if forecast.Vague(e.low, e.high) {
			out = append(out, e.end)
		}
	}
	return out
}

// PaperTime is how long the paper still takes, in days, given the decision.
type PaperTime struct {
	P10     float64 `json:"p10"`
	P50     float64 `json:"p50"`
	P90     float64 `json:"p90"`
	Stretch float64 `json:"stretch"` // the factor by which the times of the steps were stretched to agree with the chance of an order
	Typical bool    `json:"typical"` // some step rests on typical times, not on your own
}

// Driver is something known about a deal and what it does.
type Driver struct {
	Field  string  `json:"field"`
	Level  string  `json:"level,omitempty"`
	Value  float64 `json:"value"`
	Effect float64 `json:"effect"` // on the chance of winning by the end of the next quarter
	Risk   float64 `json:"risk"`   // on that of no decision
}

// FanPoint is the share of deals open today that will have met each end.
type FanPoint struct {
	Day throughline.Day `json:"day"`
	Chances
}

// Run gives the forecast of a day.
func Run(ctx context.Context, d *Forecaster, in ForecastInput) (ForecastRun, error) {
	return d.runAsked(ctx, in, false)
}

// RunSoon gives the forecast of a day to who cannot wait: rather an older
// answer now than this one in some seconds.
func RunSoon(ctx context.Context, d *Forecaster, in ForecastInput) (ForecastRun, error) {
	return d.runAsked(ctx, in, true)
}

func (d *Forecaster) runAsked(ctx context.Context, in ForecastInput, soon bool) (ForecastRun, error) {
	if in.Log != "" {
		return forecastLog(ctx, d, in)
	}
	if err := in.alone("forecast"); err != nil {
		return ForecastRun{}, err
	}
	day := in.Day(&d.Desk)
	partly, err := d.partly(ctx)
	if err != nil {
		return ForecastRun{}, err
	}
	if partly || in.Segment != "" || strings.TrimSpace(in.Only) != "" {
		return d.segmentRun(ctx, in, day)
	}
	work := func(ctx context.Context, day throughline.Day) (ForecastRun, error) { return d.forecast(ctx, day, 0) }
	if soon && d.Forecasts != nil && d.Forecasts.Work != nil {
		work = func(ctx context.Context, day throughline.Day) (ForecastRun, error) {
			return d.forecastSoon(ctx, day, namedSoon)
		}
	}
	out, err := work(ctx, day)
	if err != nil {
		return out, err
	}
	out.tell(d)
	return out.cut(in), nil
}

// forecast works out a day's forecast and keeps it, or gives what was shown of
// the same facts. It looks from the day's end, so that all who look on one day
// are told the same. Of one that was kept, only so many deals get their names
// back; 0 is all.
func (d *Forecaster) forecast(ctx context.Context, day throughline.Day, most int) (ForecastRun, error) {
	if partly, err := d.partly(ctx); err != nil {
		return ForecastRun{}, err
	} else if partly {
		run, err := d.whole().forecast(ctx, day, 1)
		if err != nil {
			return ForecastRun{}, err
		}
		return d.cutRun(ctx, run, most)
	}
	state, err := d.ledgerState(ctx)
	if err != nil {
		return ForecastRun{}, err
	}
	if d.Forecasts != nil && d.Forecasts.Work != nil && !d.behind { // a visitor who goes away does not end what others wait for
		return d.forecastBehind(ctx, day, state, most)
	}
	if d.Forecasts != nil {
		d.Forecasts.fitting.Lock() // one at a time: the second visitor wants the same
		defer d.Forecasts.fitting.Unlock()
	}
	if run, ok, err := d.sameAgain(ctx, day, state, most); ok || err != nil {
		return run, err
	}
	f, err := d.fit(ctx, day.End(d.Days()))
	if err != nil {
		return ForecastRun{}, err
	}
	d.Report(desk.Progress{Doing: "asking about open deals"})
	run, err := f.run(ctx, d, day.End(d.Days()))
	if err != nil {
		return run, err
	}
	run.State = state
	run.Kept, err = d.keepShown(ctx, shownRun, run.AsOf, run.nameless())
	return run, err
}

// cut leaves the deals asked for.
func (r ForecastRun) cut(in ForecastInput) ForecastRun {
	if name := strings.ToLower(strings.TrimSpace(in.Owner)); name != "" {
		r.Deals = slices.DeleteFunc(slices.Clone(r.Deals), func(x DealForecast) bool { return !strings.Contains(strings.ToLower(x.Owner), name) })
	}
	if in.Limit > 0 && len(r.Deals) > in.Limit {
		r.Deals = r.Deals[:in.Limit]
	}
	return r
}

// withheld stands in what is kept for a value that may name somebody.
const withheld = "withheld"

// nameless is what is kept: no names, and no values of attributes, so that
// erasing a person needs nothing here.
func (r ForecastRun) nameless() ForecastRun {
	r.Deals = slices.Clone(r.Deals)
	for i := range r.Deals {
		x := &r.Deals[i]
		x.Foreign, x.Title, x.Account, x.Owner, x.Category.Reason, x.Raises, x.Lowers = "", "", "", "", "", nil, nil
		x.Drivers = slices.Clone(x.Drivers)
		for k := range x.Drivers {
			if v := &x.Drivers[k]; strings.HasPrefix(v.Field, "attribute ") && v.Level != "" && v.Level != "missing" {
				v.Level = withheld
			}
		}
	}
	r.Moves = slices.Clone(r.Moves)
	for i := range r.Moves {
		r.Moves[i].Title = ""
	}
	r.Money.Splits = slices.Clone(r.Money.Splits)
	for i, s := range r.Money.Splits {
		r.Money.Splits[i] = s.nameless()
	}
	r.Words, r.Shown, r.Pending = nil, time.Time{}, nil
	return r
}

// quarters gives the last day of the quarter that begins or goes on after a
// day, and of the next, of a year that begins with a month: on its last day a
// quarter is over.
func quarters(day throughline.Day, first time.Month) (this, next throughline.Day) {
	q := setting.QuarterOf(day.Add(1), first)
	return q.Until, q.Next(1).Until
}

// open is one open deal, ready to be asked about.
type open struct {
	summary    *deal.Summary
	row        face
	attributes map[string]string // of the opening
	values     []float64
	state      int
	said       Categorised // what its people take it for
}

// face is what an open deal is called, and where it stands.
type face struct {
	ID                             throughline.DealID
	Foreign, Title, Account, Owner string
	Stage                          throughline.Address
	ForeignStage                   string
	Reading                        alignment.Reading
}

func faceOf(s *deal.Summary, r alignment.Reading, n desk.Names) face {
	out := face{ID: s.Deal, Title: s.Title.Value, Account: n.Accounts[s.Account.Value].Name, Owner: n.People[s.Owner.Value].Name,
		Stage: s.Stage.Value.Stage, ForeignStage: s.Stage.Value.Foreign, Reading: r}
	if f := n.Foreign[throughline.ID(s.Deal)]; len(f) > 0 {
		out.Foreign = f[0].Foreign
	}
	return out
}

// openDeals reads the deals open as of an instant, with their names.
func (f fitted) openDeals(ctx context.Context, d *Forecaster, asOf time.Time) ([]open, error) {
	o, err := d.Survey(ctx, asOf, true, func(s *deal.Summary) bool { return s.Outcome() == throughline.StillOpen })
	if err != nil {
		return nil, err
	}
	n, err := d.NamesOf(ctx, o.Kept)
	if err != nil {
		return nil, err
	}
	attributes, err := f.attributes(ctx, d, o.Kept)
	if err != nil {
		return nil, err
	}
	out := make([]open, len(o.Kept))
	for i, s := range o.Kept {
		out[i] = open{
			summary:    s,
			row:        faceOf(s, alignment.Of(s, d.BookOf(s), o.Norms, asOf), n),
			attributes: attributes[s.Deal],
			values:     make([]float64, f.past.built.Fields()),
		}
		out[i].state = f.past.built.Row(s, attributes[s.Deal], asOf, out[i].values)
		out[i].said = f.category(s, attributes[s.Deal], d.Days())
	}
	return out, nil
}

// attributes gives each deal those it opened with. Deals that were not drawn
// into the history are asked for; theirs are as they stand.
func (f fitted) attributes(ctx context.Context, d *Forecaster, list []*deal.Summary) (map[throughline.DealID]map[string]string, error) {
	out := make(map[throughline.DealID]map[string]string, len(list))
	var ask []throughline.DealID
	for _, s := range list {
		a, known := f.past.built.Attributes(s.Deal)
		if out[s.Deal] = a; !known {
			ask = append(ask, s.Deal)
		}
	}
	for len(ask) > 0 {
		n := min(len(ask), 1000)
		full, err := d.Read().SummariesOf(ctx, ask[:n])
		if err != nil {
			return nil, err
		}
		for i := range full {
			out[full[i].Deal] = full[i].AttributeValues()
		}
		ask = ask[n:]
	}
	return out, nil
}

// horizons are the days ahead that deals are asked about: each week of half a
// year, the ends of the quarters, and those of months.
type horizonSet struct {
	days          []float64
	this, next    int   // where the quarters' ends stand
	weeks, months []int // where weeks and ends of months stand
	monthEnds     []throughline.Day
}

const fanWeeks = 26

func horizonsFrom(asOf time.Time, first time.Month) horizonSet {
	today := throughline.DayOf(asOf, asOf.Location())
	this, next := quarters(today, first)
	now := forecast.Day(asOf)
	until := func(day throughline.Day) float64 { return max(forecast.Day(day.End(asOf.Location()))-now, 0.01) }
	var h horizonSet
	for t := today.Add(1).Civil(); len(h.monthEnds) < 6; t = t.AddDate(0, 1, 0) {
		last := throughline.DateOf(t.Year(), t.Month()+1, 0)
		h.monthEnds = append(h.monthEnds, last)
		t = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	var all []float64
	for w := range fanWeeks {
		all = append(all, float64(w+1)*7)
	}
	for _, m := range h.monthEnds {
		all = append(all, until(m))
	}
	all = append(all, until(this), until(next))
	slices.Sort(all)
	h.days = slices.Compact(all)
	find := func(x float64) int { return slices.Index(h.days, x) }
	for w := range fanWeeks {
		h.weeks = append(h.weeks, find(float64(w+1)*7))
	}
	for _, m := range h.monthEnds {
		h.months = append(h.months, find(until(m)))
	}
	h.this, h.next = find(until(this)), find(until(next))
	return h
}

// run asks about every open deal of the ledger.
func (f fitted) run(ctx context.Context, d *Forecaster, asOf time.Time) (ForecastRun, error) {
	deals, err := f.openDeals(ctx, d, asOf)
	if err != nil {
		return ForecastRun{}, err
	}
	return f.answer(ctx, deals, asOf)
}

// answer asks about open deals.
func (f fitted) answer(ctx context.Context, deals []open, asOf time.Time) (ForecastRun, error) {
	today := throughline.DayOf(asOf, asOf.Location())
	out := ForecastRun{AsOf: today, Model: f.use(), Enough: f.backtest.Enough, Closed: map[string]int{}, Learned: f.model.Deals,
		Ledger: f.past.of, Scores: f.backtest.Models, Deals: []DealForecast{}, Fan: []FanPoint{}, Moves: []DealMove{}}
	out.Quarter, out.Next = quarters(today, f.company.Fiscal)
	closed := f.model.Closed[0] + f.model.Closed[1] + f.model.Closed[2]
	for k, e := range []forecast.End{forecast.Won, forecast.Lost, forecast.NoDecision} {
		out.Closed[e.String()] = f.model.Closed[k]
		if f.model.Closed[k] == 0 && closed >= enoughToMiss {
			out.Unseen = append(out.Unseen, e.String())
			continue
		}
		out.Thin = out.Thin || f.model.Closed[k] < forecast.Enough
	}
	if f.past.built != nil {
		out.Undated, out.Endless, out.Excluded = f.past.built.Undated, f.past.built.Endless, f.past.built.Excluded
	}
	h := horizonsFrom(asOf, f.company.Fiscal)
	out.MonthEnds = h.monthEnds
	out.Open = len(deals)
	out.Deals = make([]DealForecast, len(deals))
	bets := make([]forecast.Bet, len(deals))
	fan := make([]Chances, len(deals)*len(h.weeks))
	err := each(len(deals), func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		out.Deals[i], bets[i], err = f.deal(&deals[i], h, asOf, fan[i*len(h.weeks):(i+1)*len(h.weeks)])
		return err
	})
	if err != nil {
		return out, err
	}
	f.apart(out.Deals, deals)
	for _, x := range out.Deals {
		if x.Forgotten {
			out.Forgotten++
		}
	}
	for w, k := range h.weeks {
		p := FanPoint{Day: dayAt(forecast.Day(asOf)+h.days[k], asOf.Location())}
		for i := range deals {
			c := fan[i*len(h.weeks)+w]
			p.Won, p.Lost, p.NoDecision, p.Open = p.Won+c.Won, p.Lost+c.Lost, p.NoDecision+c.NoDecision, p.Open+c.Open
		}
		if n := float64(len(deals)); n > 0 {
			p.Won, p.Lost, p.NoDecision, p.Open = p.Won/n, p.Lost/n, p.NoDecision/n, p.Open/n
			out.Fan = append(out.Fan, p)
		}
	}
	if err := f.money(&out, deals, bets, h); err != nil {
		return out, err
	}
	if f.partial {
		// What changed is told of all deals together.
	} else if out.Changes, err = f.changes(ctx, deals, h, asOf); err != nil {
		return out, err
	}
	slices.SortFunc(out.Deals, func(a, b DealForecast) int {
		return cmp.Or(cmp.Compare(b.By[0].Said.Won, a.By[0].Said.Won), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// each runs do for 0 to n-1 on all cores and gives the first error.
func each(n int, do func(i int) error) error {
	workers := min(runtime.GOMAXPROCS(0), max(n, 1))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n && errs[w] == nil; i += workers {
				errs[w] = do(i)
			}
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
