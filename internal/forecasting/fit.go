package forecasting

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// fitted is everything a forecast speaks from, as of one instant.
type fitted struct {
	key      fitKey
	past     past
	model    *forecast.Model
	decide   *forecast.Model // of the decision apart from the paper; nil: the history does not tell them apart
	backtest Backtest
	paper    outlook.Paper
	cv       float64 // of amounts
	cvOf     int     // won deals behind it
	partial  bool    // only some of the open deals are asked about

	company setting.Company // whose quarters are counted, and whose money
}

type fitKey struct {
	ws    throughline.Workspace
	day   throughline.Day
	deals int
	facts int
	book  string
}

// backtestFor is how long a backtest that was shown stands for the next ones.
const backtestFor = 7

// enoughDecisions is how many deals have to tell their decision from their
// order before the two are forecast apart.
const enoughDecisions = 30

// fit reads the history and fits the models, or gives the last fit where
// nothing has been added since. The caller holds Forecasts.fitting.
func (d *Forecaster) fit(ctx context.Context, asOf time.Time) (fitted, error) {
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return fitted{}, err
	}
	f := fitted{key: fitKey{d.Workspace, throughline.DayOf(asOf, asOf.Location()), counts.Deals, counts.Facts, d.Book.Hash}}
	company, err := d.Company(ctx)
	if err != nil {
		return f, err
	}
	f.company = company
	if d.Forecasts != nil && d.Forecasts.fits.key == f.key {
		known := d.Forecasts.fits
		known.company = company
		return known, nil
	}
	if f.past, err = d.past(ctx, asOf); err != nil {
		return f, err
	}
	h := f.past.history
	if f.backtest, err = d.earned(ctx, h, asOf); err != nil {
		return f, err
	}
	d.Report(desk.Progress{Doing: "learning"})
	if f.model, err = forecast.Fit(h, h.Until, forecast.Settings{Seed: 1}); err != nil {
		return f, err
	}
	if decisions, n := f.past.built.Decisions(); n >= enoughDecisions {
		if f.decide, err = forecast.Fit(decisions, h.Until, forecast.Settings{Seed: 1, Ridge: f.model.Ridge, Draws: 50}); err != nil {
			return f, err
		}
	}
	f.paper = f.past.built.Paper()
	f.cv, f.cvOf = f.past.built.AmountError()
	if d.Forecasts != nil {
		d.Forecasts.fits = f
	}
	return f, ctx.Err()
}

// earned gives the backtest that says which model speaks: one of the last days,
// if the ledger has hardly changed since, else a new one, which is kept.
func (d *Forecaster) earned(ctx context.Context, h *forecast.History, asOf time.Time) (Backtest, error) {
	today := throughline.DayOf(asOf, asOf.Location())
	b, ok, err := d.keptBacktest(ctx, today, func(cases int) bool {
		return 10*cases <= 11*len(h.Subjects) && 11*cases >= 10*len(h.Subjects)
	})
	if ok || err != nil {
		return b, err
	}
	d.Report(desk.Progress{Doing: "looking back"})
	b, _, err = lookBack(h, forecast.BacktestSettings{Told: d.lookingBack()}, d.Language, d.Days())
	if err != nil {
		return b, err
	}
	b.Of = "ledger"
	_, err = d.keepShown(ctx, shownBacktest, today, keptBacktest{b, d.Book.Hash, forecastMade})
	return b, err
}

// keptBacktest gives a backtest of the last days that stands: of this playbook,
// and of about as many cases.
func (d *Forecaster) keptBacktest(ctx context.Context, today throughline.Day, stands func(cases int) bool) (Backtest, bool, error) {
	shown, err := d.shown(ctx, store.ShownQuery{Kind: shownBacktest, Limit: 5})
	if err != nil {
		return Backtest{}, false, err
	}
	for _, s := range shown {
		var kept keptBacktest
		if age := today.Sub(s.AsOf); age < 0 || age > backtestFor || json.Unmarshal(s.Body, &kept) != nil {
			continue
		}
		if kept.Book == d.Book.Hash && kept.Made == forecastMade && stands(kept.Cases) {
			kept.Words = backtestWords(kept.Backtest, d.Language)
			return kept.Backtest, true, nil
		}
	}
	return Backtest{}, false, nil
}

// The kinds of shown forecast.
const (
	shownRun      = "run"
	shownBacktest = "backtest"
)

type keptBacktest struct {
	Backtest
	Book string `json:"playbook"`
	Made int    `json:"made"`
}

// keepShown keeps what is about to be shown; false where nothing may be written
// here, which is no reason not to show it: then this process remembers it.
func (d *Forecaster) keepShown(ctx context.Context, kind string, asOf throughline.Day, what any) (bool, error) {
	body, err := json.Marshal(what)
	if err != nil {
		return false, throughline.Fail("keep forecast", throughline.Internal, kind, err)
	}
	hash := fmt.Sprintf("%016x", hashOf(body))
	at := d.Present()
	s := store.Shown{ID: throughline.KeyedID(at, kind, asOf.String(), hash), Kind: kind, At: at, AsOf: asOf, Hash: hash, Body: body}
	if !d.Keep {
		d.Forecasts.hold(s)
		return false, nil
	}
	if _, err := d.Ledger.AppendForecast(ctx, d.Workspace, s); err != nil {
		switch throughline.KindOf(err) {
		case throughline.Denied, throughline.Unavailable, throughline.Unsupported:
			if ctx.Err() == nil {
				return false, nil
			}
		}
		return false, err
	}
	return true, nil
}

// mostHeld bounds what is remembered and not kept, by its JSON.
const mostHeld = 64 << 20

// hold remembers a forecast that was shown and may not be kept.
func (u *Forecasts) hold(s store.Shown) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.held = append(u.held, s)
	total := 0
	for i := len(u.held) - 1; i >= 0; i-- {
		if total += len(u.held[i].Body); total > mostHeld && i < len(u.held)-1 {
			u.held = slices.Clone(u.held[i+1:])
			break
		}
	}
}

// holds reports whether a forecast is only remembered.
func (u *Forecasts) holds(id throughline.ID) bool {
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.ContainsFunc(u.held, func(s store.Shown) bool { return s.ID == id })
}

// shown gives forecasts that were shown, newest first: those kept in the ledger
// and those that this process remembers.
func (d *Forecaster) shown(ctx context.Context, q store.ShownQuery) ([]store.Shown, error) {
	out, err := d.Read().Forecasts(ctx, q)
	if err != nil || d.Forecasts == nil {
		return out, err
	}
	if partly, err := d.partly(ctx); err != nil || partly { // what was shown to others is the whole company's
		return nil, err
	}
	d.Forecasts.mu.Lock()
	for _, s := range d.Forecasts.held {
		if (q.Kind == "" || s.Kind == q.Kind) && (q.Until.IsZero() || !s.At.After(q.Until)) && (q.Since.IsZero() || !s.At.Before(q.Since)) {
			out = append(out, s)
		}
	}
	d.Forecasts.mu.Unlock()
	slices.SortStableFunc(out, func(a, b store.Shown) int { return b.At.Compare(a.At) })
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, nil
}

func hashOf(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}

// use is the model that earned its place.
func (f fitted) use() string {
	if f.backtest.Enough {
		return f.backtest.Used
	}
	return forecast.ByState // shrunk to the plain rate and to the prior
}
