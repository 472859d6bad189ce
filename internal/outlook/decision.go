package outlook

import (
	"math"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/playbook"
)

// Decisions is the history in which a deal is won on the day on which they had
// decided for us, paper or no paper; n is how many such days were seen. A won
// deal of which nothing tells the decision counts from its order.
func (p *Past) Decisions() (h *forecast.History, n int) {
	whole := p.History()
	c := *whole
	c.Subjects = slices.Clone(whole.Subjects)
	for i := range p.lives {
		l := &p.lives[i]
		day, known := p.decidedOn(l)
		if math.IsNaN(day) {
			continue
		}
		s := &c.Subjects[i]
		if s.End == forecast.Won && s.Ended <= day {
			continue
		}
		n++
		s.End, s.Ended, s.Learned = forecast.Won, max(day, s.Opened), known
	}
	return &c, n
}

// decidedOn finds the day on which a deal first looked decided for us, and the
// day on which that was known; NaN where it never did.
func (p *Past) decidedOn(l *life) (day, known float64) {
	var s deal.Summary
	for _, f := range l.facts {
		switch f.Body.(type) {
		case deal.Ended, deal.Resumed, deal.Correction:
			continue
		}
		s.Apply(f)
		if _, ok := f.Body.(deal.Evidence); !ok {
			continue
		}
		at := f.When()
		if f.Learned.After(at) {
			at = f.Learned
		}
		if alignment.Of(&s, p.book, alignment.Norms{}, at).Decided {
			return forecast.Day(f.When()), forecast.Day(at)
		}
	}
	return missing, missing
}

// afterStep says which contracting steps have to be done before each, in the
// order k1 to k8: route, paper, checks, terms, approval, set-up, signature, order.
var afterStep = [][]int{nil, {0}, {1}, {1}, {2, 3}, {0}, {4, 5}, {6}}

// Paper is how long it takes from the decision to the order: step by step, in
// this history and typically, and as a whole in this history.
type Paper struct {
	steps   []forecast.ContractStep
	waits   map[bool][]float64 // days from decision to order, by whether buying is practised
	whole   map[bool][]float64 // the same of all orders: 0 where nothing told the decision before, as in Decisions
	decided map[throughline.DealID]float64
}

// enoughWaits is how many orders have to tell their wait before it is taken as
// a whole, not step by step.
const enoughWaits = 10

func practised(c throughline.Class) bool {
	return c == throughline.Transactional || c == throughline.TransactionalInformal
}

// Paper gathers the times that contracting steps took, from begun to done.
func (p *Past) Paper() Paper {
	steps := throughline.Contracting.Steps()
	out := Paper{
		steps:   make([]forecast.ContractStep, len(steps)),
		waits:   map[bool][]float64{},
		whole:   map[bool][]float64{},
		decided: map[throughline.DealID]float64{},
	}
	typical := map[throughline.Step]playbook.Spread{}
	if p.book != nil {
		for _, s := range p.book.Tracks[throughline.Contracting] {
			typical[s.Step] = s.Days
		}
	}
	at := map[throughline.Address]int{}
	for i, s := range steps {
		days := typical[s]
		st := forecast.ContractStep{Name: s.String(), After: afterStep[i], Median: float64(days.Middle), Slow: float64(days.Worst)}
		if st.Median <= 0 {
			st.Median = 1
		}
		if st.Slow < st.Median {
			st.Slow = 2 * st.Median
		}
		// The worst quarter begins at Worst; one in ten is slower than this.
		st.Slow = st.Median * math.Pow(st.Slow/st.Median, 1.2816/0.6745)
		out.steps[i], at[s.Address()] = st, i
	}
	for i := range p.lives {
		l := &p.lives[i]
		day, _ := p.decidedOn(l)
		told := !math.IsNaN(day)
		if told {
			out.decided[l.deal] = day
		}
		if l.end == forecast.Won {
			k := practised(l.class())
			if told && l.ended >= day {
				out.waits[k] = append(out.waits[k], l.ended-day)
				out.whole[k] = append(out.whole[k], l.ended-day)
			} else {
				out.whole[k] = append(out.whole[k], 0)
			}
		}
		begun := map[int]float64{}
		for _, f := range l.facts {
			m, ok := f.Body.(deal.StepMoved)
			if !ok {
				continue
			}
			k, ok := at[m.Step]
			if !ok {
				continue
			}
			switch m.State {
			case throughline.StepBegun:
				if _, ok := begun[k]; !ok {
					begun[k] = forecast.Day(f.When())
				}
			case throughline.StepDone:
				if from, ok := begun[k]; ok {
					out.steps[k].Days = append(out.steps[k].Days, forecast.Day(f.When())-from)
					delete(begun, k)
				}
			}
		}
	}
	return out
}

// class is the class stated last.
func (l *life) class() (c throughline.Class) {
	for _, f := range l.facts {
		if b, ok := f.Body.(deal.Classified); ok {
			c = b.Class
		}
	}
	return c
}

// Of gives what lies between one deal's decision and its order, as far as it
// has come on a day: one wait, where enough orders tell it, else the steps.
func (p Paper) Of(id throughline.DealID, r alignment.Reading, day float64) []forecast.ContractStep {
	if k := practised(r.Class); len(p.waits[k]) >= enoughWaits {
		one := forecast.ContractStep{Name: "paper", Days: p.whole[k]}
		if r.Decided {
			one.Days = p.waits[k]
			if from, ok := p.decided[id]; ok {
				one.Elapsed = max(day-from, 0)
			}
		}
		return []forecast.ContractStep{one}
	}
	out := slices.Clone(p.steps)
	k := 0
	for _, s := range r.Tracks {
		if s.Step.Track != throughline.Contracting || k >= len(out) {
			continue
		}
		switch s.State {
		case throughline.StepDone, throughline.StepNotNeeded:
			out[k].Done = true
		case throughline.StepBegun:
			if !s.Since.IsZero() {
				out[k].Elapsed = max(day-forecast.Day(s.Since), 0)
			}
		}
		k++
	}
	return out
}

// AmountError is how far amounts that were stated moved until the end of won
// deals, as a coefficient of variation, and how many deals say so. Amounts
// that never moved count.
func (p *Past) AmountError() (cv float64, n int) {
	sum := 0.0
	for i := range p.lives {
		l := &p.lives[i]
		if l.end != forecast.Won || !(l.amount > 0) {
			continue
		}
		first := 0.0
		for _, f := range l.facts {
			if m, ok := f.Body.(deal.AmountChanged); ok && m.Amount.Cents > 0 {
				first = float64(m.Amount.Cents) / 100
				break
			}
		}
		if first > 0 {
			d := math.Log(l.amount / first)
			sum += d * d
			n++
		}
	}
	if n < 10 {
		return defaultAmountError, n
	}
	return min(math.Sqrt(math.Expm1(min(sum/float64(n), 1))), 1), n
}

// defaultAmountError is taken until ten won deals tell [J].
const defaultAmountError = 0.2

// Attributes gives the attributes with which a deal opened, nil where it is not
// part of the history.
func (p *Past) Attributes(id throughline.DealID) (attributes map[string]string, known bool) {
	if p.byDeal == nil {
		p.byDeal = make(map[throughline.DealID]int, len(p.lives))
		for i := range p.lives {
			p.byDeal[p.lives[i].deal] = i
		}
	}
	i, known := p.byDeal[id]
	if !known {
		return nil, false
	}
	return p.lives[i].attrs, true
}

// Then writes what was known of a deal on one day as it looks on another: the
// facts are those learned by known, the judging is done at. ok is false where
// the deal was not open, as far as was known then. facts counts what has been
// learned since.
func (p *Past) Then(id throughline.DealID, known, at float64, row []float64) (state, facts int, ok bool) {
	p.Attributes(id)
	for i, found := p.byDeal[id]; found && i < len(p.lives) && i >= 0; i-- {
		l := &p.lives[i]
		if l.deal != id {
			continue
		}
		if l.opened > known {
			continue
		}
		if l.end != forecast.Open && max(l.ended, l.learned) <= known {
			return 0, 0, false
		}
		then := forecast.Instant(known)
		for _, f := range l.facts {
			if f.Learned.After(then) || f.When().After(then) {
				facts++
			}
		}
		return p.judge(l, known, at, row), facts, true
	}
	return 0, 0, false
}
