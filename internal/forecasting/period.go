package forecasting

import (
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/setting"
)

// PeriodInput says of which period, and of whose deals.
type PeriodInput struct {
	desk.View
	Period  string          `arg:"" optional:"" name:"period" query:"period" json:"period,omitempty" help:"A month such as 2026-11, or a quarter such as 2026-Q4 of the fiscal year that begins in 2026 (default: this quarter)."`
	Owner   string          `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
	Team    string          `name:"team" placeholder:"TEAM" query:"team" json:"team,omitempty" help:"Only deals of this team."`
	Process string          `name:"process" placeholder:"PROCESS" query:"process" json:"process,omitempty" help:"Only deals that follow this process of ours."`
	Since   throughline.Day `name:"since" placeholder:"DATE" query:"since" json:"since,omitzero" help:"What has changed since this day (default: a week ago)."`
	Anew    bool            `name:"anew" query:"anew" json:"anew,omitempty" help:"Where nothing was kept of that day, work out what would have been said from what was known then."`
	By      string          `name:"by" placeholder:"KIND" enum:"seller,team,process,month," default:"seller" query:"by" json:"by,omitempty" help:"Told apart by seller, team, process or month."`
	Sort    string          `name:"sort" placeholder:"KEY" enum:"expected,customer,amount,end,won,call,change," default:"expected" query:"sort" json:"sort,omitempty" help:"Order of the deals: expected, customer, amount, end, won, call, change."`
	Upward  bool            `name:"upward" query:"upward" json:"upward,omitempty" help:"The other way round."`
	Limit   int             `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many deals to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *PeriodInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// PeriodForecast is what a manager asks of a period: what was to be won, what
// is, what may be, and what has changed. Amounts are in hundredths of Currency.
type PeriodForecast struct {
	AsOf     throughline.Day `json:"as_of"`
	Period   setting.Period  `json:"period"`
	Key      string          `json:"key"`
	Currency string          `json:"currency,omitempty"`
	Rates    []setting.Rate  `json:"rates,omitempty"`
	Working  int             `json:"working_days_left"`
	Figures
	Reaches bool            `json:"reaches"` // the forecast looks as far as the period
	Over    bool            `json:"over"`    // its last day has gone by
	Thin    bool            `json:"thin"`
	By      string          `json:"by"`
	Groups  []PeriodGroup   `json:"groups"`
	Changes Waterfall       `json:"changes"`
	Matched int             `json:"matched"` // open deals that are looked at
	Rows    []PeriodRow     `json:"deals"`
	Words   []string        `json:"words"`   // what stands behind the numbers
	Made    throughline.Day `json:"made_on"` // the day the forecast was made
	Pending *Pending        `json:"pending,omitempty"`

	Sellers   []MenuOf `json:"sellers"` // what may be asked for
	Teams     []MenuOf `json:"teams"`
	Processes []MenuOf `json:"processes"`

	Company setting.Company `json:"-"`
}

// Ahead reports whether days of the period are still to come after this one, of
// which alone a forecast tells.
func (f PeriodForecast) Ahead() bool { return f.Period.Until.Compare(f.AsOf) > 0 }

// MenuOf is a seller, a team or a process that may be asked for.
type MenuOf struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Here bool   `json:"here,omitempty"`
}

// Figures are a period's sums of some deals.
type Figures struct {
	Target  int64 `json:"target"` // 0: none is set
	Booked  int64 `json:"booked"` // won in the period so far
	Won     int   `json:"won"`    // deals
	Commit  int64 `json:"commit"` // open deals with their close date in the period, by what people take them for
	Commits int   `json:"commits"`
	Best    int64 `json:"best_case"`
	Bests   int   `json:"best_cases"`
	Open    int   `json:"open"`     // open deals
	Dated   int64 `json:"dated"`    // amounts of those whose close date lies in the period
	Model   Range `json:"model"`    // what may be won of the open ones in what is left of the period
	Apart   int   `json:"apart"`    // deals, won or open, whose amounts are in another currency, without a rate
	Blank   int   `json:"blank"`    // deals, won or open, without an amount
	Mean    int64 `json:"expected"` // booked, and of each open deal its chance of its amount
}

// Range is a range of money and of deals won.
type Range struct {
	Known bool      `json:"known"`
	P10   int64     `json:"p10"`
	P50   int64     `json:"p50"`
	P90   int64     `json:"p90"`
	Wins  Quantiles `json:"wins"`
}

// PeriodGroup is a part of the deals.
type PeriodGroup struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Figures
}

// PeriodRow is one open deal in a period.
type PeriodRow struct {
	ID       throughline.DealID `json:"id"`
	Title    string             `json:"title"`
	Account  string             `json:"account,omitempty"`
	Owner    string             `json:"owner,omitempty"`
	Amount   throughline.Money  `json:"amount"`
	Cents    int64              `json:"cents"` // in the currency of the sums
	Counted  bool               `json:"counted"`
	Close    throughline.Day    `json:"close_date,omitzero"`
	Within   bool               `json:"within"` // its close date lies in the period
	By       throughline.Day    `json:"by"`
	Chances  Chances            `json:"chance"`
	Low      Chances            `json:"low"`
	High     Chances            `json:"high"`
	Ranged   bool               `json:"ranged"`    // low and high are known for that day
	NotKnown bool               `json:"not_known"` // its range says nothing
	In       float64            `json:"in"`        // the chance that it is won within the period
	Expected int64              `json:"expected"`
	Call     string             `json:"call,omitempty"`
	Change   int64              `json:"change"`
	Codes    []string           `json:"codes,omitempty"` // how it changed
}

// Period gives the forecast of a period.
func Period(ctx context.Context, d *Forecaster, in PeriodInput) (PeriodForecast, error) {
	return d.period(ctx, in, false)
}

// PeriodSoon gives the forecast of a period to who cannot wait: rather an older
// answer now than this one in some seconds.
func PeriodSoon(ctx context.Context, d *Forecaster, in PeriodInput) (PeriodForecast, error) {
	return d.period(ctx, in, true)
}

func (d *Forecaster) period(ctx context.Context, in PeriodInput, soon bool) (PeriodForecast, error) {
	const op = "forecast period"
	company, err := d.Company(ctx)
	if err != nil {
		return PeriodForecast{}, err
	}
	day := in.Day(&d.Desk)
	p := setting.QuarterOf(day, company.Fiscal)
	if strings.TrimSpace(in.Period) != "" {
		if p, err = setting.ParsePeriod(in.Period, company.Fiscal); err != nil {
			return PeriodForecast{}, throughline.Fail(op, throughline.Invalid, in.Period, err)
		}
	}
	run, err := d.runOf(ctx, day, soon)
	if err != nil {
		return PeriodForecast{}, err
	}
	l := &looking{d: d, run: run, in: in, soon: soon, period: p, company: company, now: run.sight(), asOf: day}
	if err := l.gather(ctx); err != nil {
		return PeriodForecast{}, err
	}
	return l.answer(ctx)
}

// runOf gives the forecast of a day, with the names of its parts.
func (d *Forecaster) runOf(ctx context.Context, day throughline.Day, soon bool) (ForecastRun, error) {
	if soon && d.Forecasts != nil && d.Forecasts.Work != nil {
		return d.forecastSoon(ctx, day, 1)
	}
	run, err := d.forecast(ctx, day, 1)
	if err == nil && len(run.Deals) > 0 && !run.Deals[0].named {
		err = d.name(ctx, &run, true, 1)
	}
	return run, err
}

// looking is a forecast of a period being put together.
type looking struct {
	d       *Forecaster
	run     ForecastRun
	in      PeriodInput
	soon    bool // whoever asks cannot wait
	period  setting.Period
	company setting.Company
	asOf    throughline.Day
	purse   purse
	now     Sight
	won     []booked
	all     []*Standing // open deals that are looked at
	taken   func(seller throughline.PersonID, team, process string) bool
	sellers []throughline.PersonID // meant by Owner; nil: all
	changes map[throughline.DealID][]step
}

// gather reads what was won, and finds whose deals are looked at.
func (l *looking) gather(ctx context.Context) (err error) {
	var amounts []throughline.Money
	for i := range l.now.Deals {
		amounts = append(amounts, l.now.Deals[i].Amount)
	}
	if l.won, err = l.bookedIn(ctx); err != nil {
		return err
	}
	for _, b := range l.won {
		amounts = append(amounts, b.amount)
	}
	l.purse = purseOf(l.company, amounts)
	if err := l.choose(ctx); err != nil {
		return err
	}
	over := map[throughline.DealID]bool{} // won since the forecast was made
	for _, b := range l.won {
		over[b.id] = true
	}
	l.now.Deals = slices.DeleteFunc(l.now.Deals, func(x Standing) bool { return over[x.ID] })
	for i := range l.now.Deals {
		if x := &l.now.Deals[i]; l.taken(x.Seller, x.Team, x.Process) {
			l.all = append(l.all, x)
		}
	}
	return nil
}

// choose makes what says whether a deal is looked at.
func (l *looking) choose(ctx context.Context) error {
	const op = "choose deals"
	team, process := teamKey(strings.TrimSpace(l.in.Team)), strings.TrimSpace(l.in.Process)
	if owner := strings.TrimSpace(l.in.Owner); owner != "" {
		ids := l.everySeller()
		means, err := l.d.OwnerMeant(ctx, owner, ids)
		if err != nil {
			return err
		}
		l.sellers = []throughline.PersonID{}
		for _, id := range ids {
			if means(id) {
				l.sellers = append(l.sellers, id)
			}
		}
		if _, err := throughline.ParseID(owner); err != nil && len(l.sellers) == 0 {
			return throughline.Fail(op, throughline.NotFound, owner, throughline.Refuse("no_seller", "no seller is called %q", "word", owner))
		}
	}
	l.taken = func(seller throughline.PersonID, t, pr string) bool {
		return (l.sellers == nil || slices.Contains(l.sellers, seller)) && (team == "" || t == team) && (process == "" || pr == process)
	}
	return nil
}

// everySeller gives those who have open deals, won some in the period, or have a target.
func (l *looking) everySeller() []throughline.PersonID {
	var ids []throughline.PersonID
	for i := range l.now.Deals {
		ids = append(ids, l.now.Deals[i].Seller)
	}
	for _, b := range l.won {
		ids = append(ids, b.seller)
	}
	for _, t := range l.company.Targets {
		ids = append(ids, t.Seller)
	}
	return slices.DeleteFunc(desk.Distinct(ids), func(id throughline.PersonID) bool { return id.IsZero() })
}

func (l *looking) answer(ctx context.Context) (PeriodForecast, error) {
	p := l.period
	out := PeriodForecast{AsOf: l.asOf, Period: p, Key: p.Key(), Currency: l.purse.currency, Working: l.company.Working(p, l.asOf),
		Over: p.Until.Compare(l.asOf) < 0, Reaches: l.now.reaches(p), Thin: l.run.Thin, By: l.in.By, Matched: len(l.all), Made: l.run.AsOf,
		Pending: l.run.Pending, Company: l.company, Groups: []PeriodGroup{}, Rows: []PeriodRow{}, Words: []string{}}
	if out.By == "" {
		out.By = bySeller
	}
	var amounts []throughline.Money
	for _, x := range l.all {
		amounts = append(amounts, x.Amount)
	}
	var won []*booked
	for i := range l.won {
		if b := &l.won[i]; l.taken(b.seller, b.team, b.process) {
			won, amounts = append(won, b), append(amounts, b.amount)
		}
	}
	out.Rates = l.purse.rates(amounts)
	var err error
	if out.Figures, err = l.figures(part{open: l.all, won: won, period: p, whole: l.kept(), name: "all"}); err != nil {
		return out, err
	}
	out.Target = l.target(p)
	if err := l.menus(ctx, &out); err != nil {
		return out, err
	}
	if out.Groups, err = l.groups(out, won); err != nil {
		return out, err
	}
	if err := l.compare(ctx, &out, won); err != nil {
		return out, err
	}
	if out.Rows, err = l.rows(ctx); err != nil {
		return out, err
	}
	l.run.tell(l.d)
	out.Words = append(out.Words, l.run.Words...)
	return out, nil
}

// target is what is to be won by those who are looked at: by one seller, by a
// team, or by all; 0 where none is set for them.
func (l *looking) target(p setting.Period) int64 {
	var seller throughline.PersonID
	switch {
	case l.in.Process != "" || len(l.sellers) > 0 && l.in.Team != "" || l.sellers != nil && len(l.sellers) != 1:
		return 0
	case len(l.sellers) == 1:
		seller = l.sellers[0]
	}
	return l.targetOf(p, seller, strings.TrimSpace(l.in.Team))
}

func (l *looking) targetOf(p setting.Period, seller throughline.PersonID, team string) int64 {
	t, ok := l.company.Target(p, seller, team)
	if !ok {
		return 0
	}
	cents, ok := l.purse.cents(t.Amount)
	if !ok && (t.Amount.Currency == "" || t.Amount.Currency == l.purse.currency) {
		return t.Amount.Cents
	}
	return cents
}

// part is some of the deals in a period.
type part struct {
	open   []*Standing
	won    []*booked
	period setting.Period
	whole  *Expected // what is kept of just these deals; nil: it is drawn
	name   string    // under which what is drawn is held
}

// figures adds a part up.
func (l *looking) figures(x part) (Figures, error) {
	f := Figures{Open: len(x.open), Won: len(x.won)}
	for _, b := range x.won {
		cents, ok := l.purse.cents(b.amount)
		switch {
		case b.amount.Cents <= 0:
			f.Blank++
		case !ok:
			f.Apart++
		default:
			f.Booked += cents
		}
	}
	f.Mean = f.Booked
	for _, s := range x.open {
		cents, ok := l.purse.cents(s.Amount)
		switch {
		case s.Amount.Cents <= 0:
			f.Blank++
			cents = 0
		case !ok:
			f.Apart++
		}
		if p, known := l.now.won(s, x.period); known {
			f.Mean += share(p, cents)
		}
		if !x.period.Has(s.Close) {
			continue
		}
		f.Dated += cents
		switch deal.Category(s.Category.Word) {
		case deal.Commit:
			f.Commit, f.Commits = f.Commit+cents, f.Commits+1
		case deal.BestCase:
			f.Best, f.Bests = f.Best+cents, f.Bests+1
		}
	}
	var err error
	f.Model, err = l.rangeOf(x)
	return f, err
}

// menus names what may be asked for.
func (l *looking) menus(ctx context.Context, out *PeriodForecast) error {
	people, err := l.d.Read().People(ctx, l.everySeller())
	if err != nil {
		return err
	}
	for id, person := range people {
		if person.Name != "" {
			out.Sellers = append(out.Sellers, MenuOf{id.String(), person.Name, l.sellers != nil && slices.Contains(l.sellers, id)})
		}
	}
	p := phrase.For(l.d.Language)
	for _, s := range l.run.Money.Splits {
		for _, g := range s.Groups {
			switch {
			case g.Key == "":
			case s.By == byTeam:
				out.Teams = append(out.Teams, MenuOf{g.Key, g.Key, g.Key == l.in.Team})
			case s.By == byProcess:
				out.Processes = append(out.Processes, MenuOf{g.Key, GroupWord(p, s, g), g.Key == l.in.Process})
			}
		}
	}
	for _, list := range [][]MenuOf{out.Sellers, out.Teams, out.Processes} {
		slices.SortFunc(list, func(a, b MenuOf) int { return strings.Compare(a.Name+"\x00"+a.Key, b.Name+"\x00"+b.Key) })
	}
	return nil
}
