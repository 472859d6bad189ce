package forecasting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/survival"
)

// A forecast takes seconds to work out and is asked for at every visit. What
// was shown of a day is kept in the ledger, so the same question on the same
// day, of the same facts, by the same program, is answered from there. Where a
// face cannot wait it says so, and the work goes on behind it.

// forecastMade is raised when forecasts of the same facts come out otherwise.
const forecastMade = 6

// ledgerState names everything a forecast of a day depends on beside the day.
func (d *Forecaster) ledgerState(ctx context.Context) (string, error) {
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return "", err
	}
	company, err := d.Company(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d deals, %d facts, playbook %.12s, made %d, %s", counts.Deals, counts.Facts, d.Book.Hash, forecastMade, company.Reckoning()), nil
}

// sameAgain gives the forecast of a day that was shown of the very same facts.
func (d *Forecaster) sameAgain(ctx context.Context, day throughline.Day, state string, most int) (ForecastRun, bool, error) {
	heads, err := d.shown(ctx, store.ShownQuery{Kind: shownRun, Limit: 6, Headings: true})
	if err != nil {
		return ForecastRun{}, false, err
	}
	for _, h := range heads {
		if h.AsOf != day {
			continue
		}
		run, err := d.readWhole(ctx, h)
		if err != nil || run.State != state {
			continue // of other facts, or in another form
		}
		if err := d.name(ctx, &run, true, most); err != nil {
			return ForecastRun{}, false, err
		}
		run.Shown = time.Time{}
		return run, true, nil
	}
	return ForecastRun{}, false, nil
}

// namedSoon is how many deals of a forecast a face that cannot wait will show.
const namedSoon = 500

// readWhole reads a kept forecast, of which the heading is known. Those read
// last are remembered as they were kept, without names.
func (d *Forecaster) readWhole(ctx context.Context, h store.Shown) (ForecastRun, error) {
	if d.Forecasts != nil {
		if r, ok := d.Forecasts.remembered(h.Hash); ok {
			r.Shown, r.Kept = h.At, !d.Forecasts.holds(h.ID)
			return r, nil
		}
	}
	full, err := d.shown(ctx, store.ShownQuery{Kind: shownRun, Since: h.At, Until: h.At})
	if err != nil {
		return ForecastRun{}, err
	}
	for _, s := range full {
		if s.Hash != h.Hash {
			continue
		}
		r, err := readShown(s)
		if err == nil && d.Forecasts != nil {
			d.Forecasts.remember(s.Hash, r, len(s.Body))
			r = r.own()
			r.Kept = !d.Forecasts.holds(h.ID)
		}
		return r, err
	}
	return ForecastRun{}, throughline.Fail("read forecast", throughline.NotFound, h.AsOf.String(), nil)
}

// own gives a copy whose names can be put back without touching the other.
func (r ForecastRun) own() ForecastRun {
	r.Deals = slices.Clone(r.Deals)
	r.Moves = slices.Clone(r.Moves)
	r.Money.Splits = slices.Clone(r.Money.Splits)
	for i := range r.Money.Splits {
		r.Money.Splits[i].Groups = slices.Clone(r.Money.Splits[i].Groups)
	}
	return r
}

// mostRemembered bounds the forecasts that are remembered, by their JSON.
const mostRemembered = 64 << 20

// rememberedRun is a kept forecast as it was read.
type rememberedRun struct {
	hash string
	run  ForecastRun
	size int
}

func (u *Forecasts) remembered(hash string) (ForecastRun, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, r := range u.runs {
		if r.hash == hash {
			return r.run.own(), true
		}
	}
	return ForecastRun{}, false
}

func (u *Forecasts) remember(hash string, run ForecastRun, size int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.runs = append(u.runs, rememberedRun{hash, run, size})
	total := 0
	for i := len(u.runs) - 1; i >= 0; i-- {
		if total += u.runs[i].size; total > mostRemembered && i < len(u.runs)-1 {
			u.runs = slices.Clone(u.runs[i+1:])
			break
		}
	}
}

// Pending says that a forecast is being worked out, and how far that has come.
type Pending struct {
	Since time.Time `json:"since"`
	desk.Progress
	Older bool      `json:"older"`           // what is shown is an earlier forecast, of fewer facts
	Plain *EndRates `json:"plain,omitempty"` // what is shown in place of one: how deals have ended so far
}

// EndRates is how deals have ended so far, whatever else is known of them.
type EndRates struct {
	Closed int       `json:"closed"`
	Ends   []EndRate `json:"ends"`
}

// EndRate is the share of one end, with its range.
type EndRate struct {
	End  string  `json:"end"`
	Said float64 `json:"share"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`

	NotKnown bool `json:"not_known,omitempty"` // the range is too wide to say anything
}

// underway is a forecast being worked out behind the visitors.
type underway struct {
	mu     sync.Mutex
	at     desk.Progress
	since  time.Time
	done   bool
	failed error
	over   chan struct{} // closed when it is done

	plainly sync.Mutex   // guards what is shown until it is done
	plain   *ForecastRun // how deals have ended so far
	rate    *EndRates
}

func (j *underway) show(p desk.Progress) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at = p
}

// forecastSoon gives the forecast of a day where it need not be worked out.
// Else the work begins behind the caller, who is given the newest forecast of
// the days before, or, where there is none, how deals have ended so far.
// Of the deals so many get their names back; 0 is all.
func (d *Forecaster) forecastSoon(ctx context.Context, day throughline.Day, most int) (ForecastRun, error) {
	if partly, err := d.partly(ctx); err != nil {
		return ForecastRun{}, err
	} else if partly {
		run, err := d.whole().forecastSoon(ctx, day, 1)
		if err != nil {
			return ForecastRun{}, err
		}
		return d.cutRun(ctx, run, most)
	}
	state, err := d.ledgerState(ctx)
	if err != nil {
		return ForecastRun{}, err
	}
	run, ok, err := d.sameAgain(ctx, day, state, most)
	if ok || err != nil {
		return run, err
	}
	j, failed := d.begin(day, state)
	if failed != nil {
		return ForecastRun{}, failed
	}
	j.mu.Lock()
	pending := &Pending{Since: j.since, Progress: j.at}
	done := j.done
	j.mu.Unlock()
	if done { // in the meantime
		if run, ok, err = d.sameAgain(ctx, day, state, most); ok || err != nil {
			return run, err
		}
	}
	run, err = d.lastShown(ctx, day)
	switch {
	case err == nil:
		pending.Older = true
		if err := d.name(ctx, &run, true, most); err != nil {
			return run, err
		}
	case throughline.KindOf(err) == throughline.NotFound:
		j.plainly.Lock()
		defer j.plainly.Unlock()
		if j.plain == nil {
			plain, rate, err := d.plainly(ctx, day)
			if err != nil {
				return plain, err
			}
			j.plain, j.rate = &plain, rate
		}
		run, pending.Plain = *j.plain, j.rate
	default:
		return run, err
	}
	run.Pending = pending
	return run, nil
}

// begin has a forecast worked out behind the caller, once for all who ask.
func (d *Forecaster) begin(day throughline.Day, state string) (*underway, error) {
	u, key := d.Forecasts, day.String()+" "+state
	u.mu.Lock()
	defer u.mu.Unlock()
	if j := u.jobs[key]; j != nil {
		j.mu.Lock()
		failed := j.failed
		j.mu.Unlock()
		if failed != nil {
			delete(u.jobs, key) // the next one tries again
			return nil, failed
		}
		return j, nil
	}
	j := &underway{since: d.Present(), over: make(chan struct{})}
	if u.jobs == nil {
		u.jobs = map[string]*underway{}
	}
	going := 0
	for k, old := range u.jobs {
		old.mu.Lock()
		if old.done && (old.failed == nil || len(u.jobs) > mostJobs) {
			delete(u.jobs, k)
		}
		going += alive(!old.done)
		old.mu.Unlock()
	}
	if going >= mostJobs {
		return nil, throughline.Fail("forecast", throughline.Unavailable, day.String(), job.ErrFull)
	}
	u.jobs[key] = j
	own := *d
	own.Progress, own.behind = j.show, true
	u.Work(func(ctx context.Context) {
		_, err := own.forecast(ctx, day, 1)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.done, j.failed = true, err
		close(j.over)
	})
	return j, nil
}

// mostJobs bounds the forecasts that are being worked out or wait for it: one
// is worked out at a time, and as many days as anybody can think of may be asked for.
const mostJobs = 4

func alive(v bool) int {
	if v {
		return 1
	}
	return 0
}

// forecastBehind gives the forecast of a day when it has been worked out
// behind all who wait for it.
func (d *Forecaster) forecastBehind(ctx context.Context, day throughline.Day, state string, most int) (ForecastRun, error) {
	if run, ok, err := d.sameAgain(ctx, day, state, most); ok || err != nil {
		return run, err
	}
	j, err := d.begin(day, state)
	if err != nil {
		return ForecastRun{}, err
	}
	select {
	case <-j.over:
	case <-ctx.Done():
		return ForecastRun{}, throughline.Fail("forecast", throughline.Unavailable, day.String(), ctx.Err())
	}
	j.mu.Lock()
	err = j.failed
	j.mu.Unlock()
	if err != nil {
		return ForecastRun{}, err
	}
	run, ok, err := d.sameAgain(ctx, day, state, most)
	if err == nil && !ok { // something was written meanwhile, which the work saw
		if run, err = d.lastShown(ctx, day); err == nil {
			err = d.name(ctx, &run, true, most)
		}
	}
	return run, err
}

// KeepToday keeps today's forecast where none of today is kept, so that what was
// said on a day can be judged later whoever looked at it; no visit writes. It gives
// the day, or none where there is nothing to learn from yet.
func KeepToday(ctx context.Context, d *Forecaster) (throughline.Day, error) {
	own := *d
	own.Keep, own.behind = true, true
	today := throughline.DayOf(own.Now(), own.Days())
	return today, own.keepToday(ctx)
}

// keepToday keeps today's forecast where none of today is kept.
func (d *Forecaster) keepToday(ctx context.Context) error {
	if d.Renew != nil {
		d.Renew(&d.Desk) // what was published since
	}
	today := throughline.DayOf(d.Now(), d.Days())
	if list, err := d.genuine(ctx, today.End(d.Days())); err != nil || len(list) > 0 && list[0].AsOf == today {
		return err
	}
	run, err := d.forecast(ctx, today, 1)
	if err != nil || run.Kept {
		return err
	}
	d.Forecasts.mu.Lock()
	held := slices.Clone(d.Forecasts.held)
	d.Forecasts.mu.Unlock()
	for _, s := range held { // a visitor was quicker
		if s.AsOf == today {
			if _, err := d.Ledger.AppendForecast(ctx, d.Workspace, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// PrepareForecast has today's forecast worked out behind the server, so that
// the first visitor finds it. It does nothing where nobody works behind it.
func PrepareForecast(d *Forecaster) {
	if d.Forecasts == nil || d.Forecasts.Work == nil || d.Ledger == nil {
		return
	}
	own := *d
	own.Forecasts.Work(func(ctx context.Context) {
		day := own.Today()
		if state, err := own.ledgerState(ctx); err == nil {
			if _, ok, err := own.sameAgain(ctx, day, state, 1); !ok && err == nil {
				_, _ = own.begin(day, state) // a failure is told to whoever asks
			}
		}
	})
}

// plainly says how deals have ended so far: what is shown before any forecast.
func (d *Forecaster) plainly(ctx context.Context, day throughline.Day) (ForecastRun, *EndRates, error) {
	o, err := d.Survey(ctx, day.End(d.Days()), false, nil)
	if err != nil {
		return ForecastRun{}, nil, err
	}
	r := ForecastRun{AsOf: day, Closed: map[string]int{}, Open: o.Outcomes["open"], Ledger: o.Deals, Deals: []DealForecast{}, Fan: []FanPoint{},
		Moves: []DealMove{}, Scores: []ModelScore{}, Words: []string{}}
	company, err := d.Company(ctx)
	if err != nil {
		return ForecastRun{}, nil, err
	}
	r.Quarter, r.Next = quarters(day, company.Fiscal)
	r.Money.Months, r.Money.Quarters, r.Money.Splits = []Expected{}, []Expected{}, []PipelineSplit{}
	for _, outcome := range throughline.Outcomes() {
		r.Closed[forecast.EndOf(outcome).String()] += o.Outcomes[outcome.Word()]
	}
	delete(r.Closed, "other")
	rate := &EndRates{Ends: []EndRate{}}
	for _, e := range []string{"won", "lost", "no_decision"} {
		rate.Closed += r.Closed[e]
	}
	for _, e := range []string{"won", "lost", "no_decision"} {
		if rate.Closed > 0 {
			share := float64(r.Closed[e]) / float64(rate.Closed)
			low, high := survival.Wilson(share, float64(rate.Closed), 0.9)
			rate.Ends = append(rate.Ends, EndRate{e, share, clean01(low), clean01(high), forecast.Vague(low, high)})
		}
	}
	return r, rate, nil
}

// segmentRun is a forecast of the deals that a rule holds for. It is not kept:
// it is a part of one that is.
func (d *Forecaster) segmentRun(ctx context.Context, in ForecastInput, day throughline.Day) (ForecastRun, error) {
	if d.Forecasts != nil {
		d.Forecasts.fitting.Lock()
		defer d.Forecasts.fitting.Unlock()
	}
	f, err := d.whole().fit(ctx, day.End(d.Days()))
	if err != nil {
		return ForecastRun{}, err
	}
	p := phrase.For(d.Language)
	deals, err := f.openDeals(ctx, d, day.End(d.Days()))
	if err != nil {
		return ForecastRun{}, err
	}
	said, spelt, named := "", "", []OnlyOf(nil)
	if in.Segment != "" {
		rule, err := f.readSegment(in.Segment)
		if err != nil {
			return ForecastRun{}, err
		}
		deals = only(deals, rule)
		spelt, said = rule.String(), onlyOfRule(p, rule)
	}
	if strings.TrimSpace(in.Only) != "" {
		if deals, named, err = d.onlyWords(p, deals, in.Only); err != nil {
			return ForecastRun{}, err
		}
		var words []string
		for _, x := range named[:min(len(named), mostNamed)] {
			words = append(words, OnlyWord(p, x))
		}
		if n := len(named) - len(words); n > 0 {
			words = append(words, p.Say("forecast.only_more", "n", n))
		}
		said = strings.Join(append(nonEmpty(said), p.List(words)), p.Say("list.semicolon"))
	}
	f.partial = true
	out, err := f.answer(ctx, deals, day.End(d.Days()))
	out.Segment, out.Said, out.Only = spelt, said, named
	out.tell(d)
	return out.cut(in), err
}
