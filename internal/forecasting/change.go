package forecasting

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
)

// Changes says what has moved since a week ago, and why: how many of the deals
// open then and now will be won by the end of this quarter. Before and the
// parts sum to Now.
type Changes struct {
	Since  throughline.Day `json:"since"`
	Before float64         `json:"before"` // wins expected a week ago
	Now    float64         `json:"now"`
	Opened float64         `json:"opened"` // by deals opened since
	Ended  float64         `json:"ended"`  // by deals that have ended since
	Facts  float64         `json:"facts"`  // by what was learned of the others
	Time   float64         `json:"time"`   // by a week having passed
	Model  float64         `json:"model"`  // by what the model learned from deals that ended
	Deals  []DealChange    `json:"deals"`  // those that moved most
}

// DealChange is what moved one deal's chance of being won this quarter.
type DealChange struct {
	Deal   throughline.DealID `json:"deal"`
	Before *float64           `json:"before"` // null: it was not open
	Now    *float64           `json:"now"`    // null: it is no longer open
	Facts  float64            `json:"facts"`
	Time   float64            `json:"time"`
	Model  float64            `json:"model"`
	New    int                `json:"new_facts"` // facts learned since
}

const lookedBackDays = 7

// changes compares with a week ago; nil where there was nothing then, or where
// only some of the deals were read.
func (f fitted) changes(ctx context.Context, deals []open, h horizonSet, asOf time.Time) (*Changes, error) {
	now := forecast.Day(asOf)
	then := now - lookedBackDays
	past := f.past.history
	if f.past.built == nil || f.past.of > outlook.MostLearned ||
		!slices.ContainsFunc(past.Subjects, func(s forecast.Subject) bool { return s.Opened <= then }) {
		return nil, nil
	}
	old, err := forecast.Fit(past, then, forecast.Settings{Ridge: f.model.Ridge, Draws: -1})
	if err != nil {
		return nil, err
	}
	use := f.use()
	until := now + h.days[h.this]
	won := func(m *forecast.Model, state int, row []float64, days float64) (float64, error) {
		o, err := m.Outlook(forecast.Question{State: state, Row: row, Horizons: []float64{max(days, 0.01)}, Use: use})
		if err != nil {
			return 0, err
		}
		return chancesOf(o.Ends, o.Chance[0]).Won, nil
	}
	c := &Changes{Since: dayAt(then, asOf.Location()), Deals: []DealChange{}}
	row := make([]float64, f.past.built.Fields())
	seen := map[throughline.DealID]bool{}
	for i := range deals {
		o := &deals[i]
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		seen[o.summary.Deal] = true
		x := DealChange{Deal: o.summary.Deal}
		p, err := won(f.model, o.state, o.values, until-now)
		if err != nil {
			return nil, err
		}
		x.Now = &p
		state, fresh, was := f.past.built.Then(o.summary.Deal, then, then, row)
		if !was {
			c.add(x)
			continue
		}
		x.New = fresh
		before, err := won(old, state, row, until-then)
		if err != nil {
			return nil, err
		}
		model, err := won(f.model, state, row, until-then)
		if err != nil {
			return nil, err
		}
		state, _, _ = f.past.built.Then(o.summary.Deal, then, now, row)
		later, err := won(f.model, state, row, until-now)
		if err != nil {
			return nil, err
		}
		x.Before, x.Model, x.Time, x.Facts = &before, model-before, later-model, p-later
		c.add(x)
	}
	for i := range past.Subjects {
		s := &past.Subjects[i]
		if s.End == forecast.Open || s.Opened > then || max(s.Ended, s.Learned) <= then || max(s.Ended, s.Learned) > now {
			continue
		}
		id, err := throughline.ParseID(s.ID)
		if err != nil || seen[throughline.DealID(id)] {
			continue
		}
		state, fresh, was := f.past.built.Then(throughline.DealID(id), then, then, row)
		if !was {
			continue
		}
		before, err := won(old, state, row, until-then)
		if err != nil {
			return nil, err
		}
		c.add(DealChange{Deal: throughline.DealID(id), Before: &before, New: fresh})
	}
	slices.SortStableFunc(c.Deals, func(a, b DealChange) int { return cmp.Compare(b.size(), a.size()) })
	c.Deals = slices.Clip(c.Deals[:min(len(c.Deals), 8)])
	return c, nil
}

// add counts what one deal changed. One that opened since has no chance before,
// one that ended since none now.
func (c *Changes) add(x DealChange) {
	if x.Before != nil {
		c.Before += *x.Before
	}
	if x.Now != nil {
		c.Now += *x.Now
	}
	switch {
	case x.Before == nil:
		c.Opened += *x.Now
	case x.Now == nil:
		c.Ended -= *x.Before
	}
	c.Facts, c.Time, c.Model = c.Facts+x.Facts, c.Time+x.Time, c.Model+x.Model
	c.Deals = append(c.Deals, x)
}

// size is how much of a deal the sum moved by.
func (x DealChange) size() float64 {
	switch {
	case x.Before == nil:
		return *x.Now
	case x.Now == nil:
		return *x.Before
	}
	return math.Abs(*x.Now - *x.Before)
}
