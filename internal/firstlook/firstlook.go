// Package firstlook says what a bare history tells before anybody has written
// a word here: how deals ended and how long it took, where they stopped, which
// open ones have outlasted every win, and ten to look at.
//
// Takes: the summaries of all deals, one after the other, and the instant as of which to look.
// Gives: a Look; what too few deals bear is not in it.
// Never: says why a deal ended, ranks people, or gives one reason for more than a few deals.
package firstlook

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/quantile"
)

// How many deals it takes before something is said of them, and how many of one
// kind are picked.
const (
	enoughEnds   = 10 // of one end, to say how long it took
	enoughWins   = 20 // to call a deal older than any that was won
	enoughStops  = 30 // that were not won, to say where they stopped
	picksOfKind  = 3
	mostPicks    = 10
	mostStops    = 5
	mostPushed   = 3 // times a date was moved later before it is a reason
	soonDays     = 30
	oldAfterDays = 14 // what is newest is older than that: look as of then
)

// Spread is how long something took, in days.
type Spread struct {
	N      int `json:"n"`
	Q1     int `json:"quarter"`
	Median int `json:"half"`
	Q3     int `json:"three_quarters"`
	Most   int `json:"longest"`
}

// Ending is one way in which deals ended.
type Ending struct {
	Outcome throughline.Outcome `json:"outcome"`
	N       int                 `json:"n"`
	Took    *Spread             `json:"took,omitempty"` // from opening to end, where enough have both days
}

// Stop is a stage in which deals stood last that were not won.
type Stop struct {
	Stage   string              `json:"stage"` // as the source calls it
	Address throughline.Address `json:"address,omitempty"`
	N       int                 `json:"n"`
}

// Kind is what is odd about an open deal.
type Kind string

// The kinds, in the order in which a deal is tried for them.
const (
	Outlasted Kind = "outlasted" // older than any deal that was won
	Passed    Kind = "passed"    // the day on which an order was expected has passed
	Pushed    Kind = "pushed"    // that day was moved later again and again
	Quiet     Kind = "quiet"     // its customer acted once, and not for long
	Crowd     Kind = "crowd"     // one customer has several open deals
	Late      Kind = "late"      // older than three of four that were won
	Soon      Kind = "soon"      // an order is expected within a month
	Large     Kind = "large"     // among the largest
)

// Kinds lists them in order.
func Kinds() []Kind { return []Kind{Outlasted, Passed, Pushed, Quiet, Crowd, Late, Soon, Large} }

// Count is how many open deals are of a kind.
type Count struct {
	Kind Kind `json:"kind"`
	N    int  `json:"n"`
}

// Pick is an open deal to look at, and what is odd about it.
type Pick struct {
	Deal    throughline.DealID    `json:"-"`
	Title   string                `json:"title"`
	Account throughline.AccountID `json:"-"`
	Owner   throughline.PersonID  `json:"-"`
	Stage   string                `json:"stage,omitempty"`
	Amount  throughline.Money     `json:"amount,omitzero"`
	Kind    Kind                  `json:"kind"`
	Age     int                   `json:"age_days,omitempty"` // since it was opened
	N       int                   `json:"n,omitempty"`        // days past, times pushed, deals of the customer, days until, by kind
	Day     throughline.Day       `json:"day,omitzero"`       // that passed, of their last act, or expected
}

// Look is the answer.
type Look struct {
	AsOf      throughline.Day `json:"as_of"`
	Deals     int             `json:"deals"`
	Open      int             `json:"open"`
	Endings   []Ending        `json:"endings,omitempty"` // most first
	Untold    int             `json:"untold,omitempty"`  // lost, where no deal says to whom or why, nor that nothing was decided
	Decided   int             `json:"decided,omitempty"` // ended by a decision of theirs, where no decision is told apart
	Nothing   int             `json:"no_decision,omitempty"`
	Won       *Spread         `json:"won,omitempty"`
	Stops     []Stop          `json:"stops,omitempty"`
	Stopped   int             `json:"stopped,omitempty"` // deals behind Stops
	Outlasted int             `json:"outlasted,omitempty"`
	Counts    []Count         `json:"kinds,omitempty"`
	Picks     []Pick          `json:"-"`
}

// KnownWins gives of how many wins the days are known where those are far from
// all, else 0: then nothing holds of "any that was won".
func (l Look) KnownWins() int {
	for _, e := range l.Endings {
		if e.Outcome == throughline.Won && l.Won != nil && l.Won.N*20 < e.N*19 {
			return l.Won.N
		}
	}
	return 0
}

// Gathering takes summaries in.
type Gathering struct {
	zone    *time.Location
	newest  time.Time
	deals   int
	ends    map[throughline.Outcome]int
	took    map[throughline.Outcome][]int
	stops   map[string]*Stop
	stopped int
	noStage int
	open    []candidate
	at      map[throughline.AccountID]int
}

type candidate struct {
	Pick
	opened time.Time
	close  throughline.Day
	pushes int
	heard  throughline.Day
	cents  int64
}

// Gather makes an empty one; days are those of the zone.
func Gather(zone *time.Location) *Gathering {
	return &Gathering{
		zone:  zone,
		ends:  map[throughline.Outcome]int{},
		took:  map[throughline.Outcome][]int{},
		stops: map[string]*Stop{},
		at:    map[throughline.AccountID]int{},
	}
}

// Add takes a deal in. Of the summary its head is enough; it is not kept.
func (g *Gathering) Add(s *deal.Summary) {
	if s.Outcome() == throughline.Removed {
		return
	}
	g.deals++
	if s.Horizon.After(g.newest) {
		g.newest = s.Horizon
	}
	if s.Outcome() == throughline.StillOpen {
		g.take(s)
		return
	}
	g.ends[s.Outcome()]++
	if closed := s.Closed(); !closed.IsZero() && !s.Opened.IsZero() {
		if n := throughline.DayOf(closed, g.zone).Sub(throughline.DayOf(s.Opened, g.zone)); n >= 0 {
			g.took[s.Outcome()] = append(g.took[s.Outcome()], n)
		}
	}
	if s.Outcome() == throughline.Won || s.Outcome() == throughline.DisqualifiedByUs {
		return
	}
	word := s.Stage.Value.Foreign
	if word == "" && s.Stage.Value.Stage == "" {
		g.noStage++
		return
	}
	if word == "" {
		word = string(s.Stage.Value.Stage)
	}
	g.stopped++
	if g.stops[word] == nil && len(g.stops) < 500 {
		g.stops[word] = &Stop{Stage: word, Address: s.Stage.Value.Stage}
	}
	if g.stops[word] != nil {
		g.stops[word].N++
	}
}

// take notes an open deal.
func (g *Gathering) take(s *deal.Summary) {
	c := candidate{opened: s.Opened, close: s.CloseDate(), pushes: s.Pushes(), heard: s.LastCustomerAct(g.zone), cents: s.Amount.Value.Cents}
	c.Deal, c.Title, c.Account, c.Owner, c.Amount = s.Deal, s.Title.Value, s.Account.Value, s.Owner.Value, s.Amount.Value
	if c.Stage = s.Stage.Value.Foreign; c.Stage == "" {
		c.Stage = string(s.Stage.Value.Stage)
	}
	if !c.Account.IsZero() {
		g.at[c.Account]++
	}
	g.open = append(g.open, c)
}

// AsOf is the day to look from where nobody named one: today, or the newest day
// that anything speaks of where that is older than two weeks.
func (g *Gathering) AsOf(today throughline.Day) throughline.Day {
	if g.newest.IsZero() {
		return today
	}
	if last := throughline.DayOf(g.newest, g.zone); today.Sub(last) > oldAfterDays {
		return last
	}
	return today
}

// Look says what was gathered, as of a day.
func (g *Gathering) Look(asOf throughline.Day) Look {
	l := Look{AsOf: asOf, Deals: g.deals, Open: len(g.open)}
	for o, n := range g.ends {
		e := Ending{Outcome: o, N: n}
		if took := g.took[o]; len(took) >= enoughEnds {
			e.Took = spread(took)
		}
		l.Endings = append(l.Endings, e)
		switch {
		case o == throughline.NoDecision:
			l.Nothing += n
		case o == throughline.Won || o == throughline.LostCompetitor || o == throughline.LostInhouse || o == throughline.DecidedNoChange:
			l.Decided += n
		}
	}
	slices.SortFunc(l.Endings, func(a, b Ending) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Outcome, b.Outcome))
	})
	if n := g.ends[throughline.LostUnknown]; n > 0 && l.Nothing == 0 && g.ends[throughline.LostCompetitor] == 0 &&
		g.ends[throughline.LostInhouse] == 0 {
		l.Untold = n
	}
	if took := g.took[throughline.Won]; len(took) >= enoughWins {
		l.Won = spread(took)
	}
	if g.stopped >= enoughStops && g.stopped >= g.noStage && len(g.stops) > 1 {
		l.Stopped = g.stopped
		for _, s := range g.stops {
			l.Stops = append(l.Stops, *s)
		}
		slices.SortFunc(l.Stops, func(a, b Stop) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Stage, b.Stage)) })
		l.Stops = l.Stops[:min(len(l.Stops), mostStops)]
	}
	g.pick(&l)
	return l
}

func spread(days []int) *Spread {
	slices.Sort(days)
	q := func(p float64) int { return int(quantile.Of(days, p) + 0.5) }
	return &Spread{N: len(days), Q1: q(0.25), Median: q(0.5), Q3: q(0.75), Most: days[len(days)-1]}
}

// pick sorts the open deals by what is odd about them, counts each by every
// kind it is of, and deals ten out, one of a kind in turn, the largest first.
func (g *Gathering) pick(l *Look) {
	by := map[Kind][]candidate{}
	large := g.large()
	told := map[throughline.AccountID]bool{}
	for _, c := range g.open {
		if !c.opened.IsZero() {
			c.Age = l.AsOf.Sub(throughline.DayOf(c.opened, g.zone))
		}
		add := func(k Kind, n int, day throughline.Day) {
			one := c
			one.Kind, one.N, one.Day = k, n, day
			by[k] = append(by[k], one)
		}
		l.dated(c, add)
		if n := g.at[c.Account]; !c.Account.IsZero() && n >= 3 && !told[c.Account] {
			told[c.Account] = true
			add(Crowd, n, throughline.Day{})
		}
		if large > 0 && c.cents >= large {
			add(Large, 0, throughline.Day{})
		}
	}
	l.Outlasted = len(by[Outlasted])
	var order []Kind
	for _, k := range Kinds() {
		if n := len(by[k]); n > 0 {
			l.Counts = append(l.Counts, Count{k, n})
			order = append(order, k)
		}
		slices.SortStableFunc(by[k], k.compare)
	}
	l.dealOut(order, by)
}

// large is the amount from which a deal is one of the largest: the ninth tenth
// of those that have one, 0 where they are too few to say so.
func (g *Gathering) large() int64 {
	amounts := make([]int64, 0, len(g.open))
	for _, c := range g.open {
		if c.cents > 0 {
			amounts = append(amounts, c.cents)
		}
	}
	if len(amounts) < 10 {
		return 0
	}
	slices.Sort(amounts)
	return int64(quantile.Of(amounts, 0.9))
}

// dated adds the kinds that the days of a deal make it one of.
func (l *Look) dated(c candidate, add func(Kind, int, throughline.Day)) {
	switch {
	case l.Won != nil && c.Age > l.Won.Most:
		add(Outlasted, c.Age-l.Won.Most, throughline.Day{})
	case l.Won != nil && c.Age > l.Won.Q3:
		add(Late, c.Age-l.Won.Q3, throughline.Day{})
	}
	if !c.close.IsZero() {
		switch left := c.close.Sub(l.AsOf); {
		case left < 0:
			add(Passed, -left, c.close)
		case left <= soonDays:
			add(Soon, left, c.close)
		}
	}
	if c.pushes >= mostPushed {
		add(Pushed, c.pushes, c.close)
	}
	if !c.heard.IsZero() {
		if n := l.AsOf.Sub(c.heard); n > soonDays {
			add(Quiet, n, c.heard)
		}
	}
}

// compare orders the deals of a kind: the largest first, then what is most of
// the kind; of those that are soon, the soonest.
func (k Kind) compare(a, b candidate) int {
	more := cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(b.Age, a.Age))
	if k == Soon {
		more = cmp.Compare(a.N, b.N)
	}
	return cmp.Or(cmp.Compare(b.cents, a.cents), more, cmp.Compare(a.Title, b.Title), bytes.Compare(a.Deal[:], b.Deal[:]))
}

// dealOut takes one of each kind in turn: no deal twice, and no more than two
// of one account.
func (l *Look) dealOut(order []Kind, by map[Kind][]candidate) {
	taken, seen := map[throughline.DealID]bool{}, map[throughline.AccountID]int{}
	for round := 0; round < picksOfKind && len(l.Picks) < mostPicks; round++ {
		for _, k := range order {
			for len(by[k]) > 0 {
				c := by[k][0]
				by[k] = by[k][1:]
				if taken[c.Deal] || !c.Account.IsZero() && seen[c.Account] >= 2 {
					continue
				}
				taken[c.Deal] = true
				seen[c.Account]++
				l.Picks = append(l.Picks, c.Pick)
				break
			}
			if len(l.Picks) == mostPicks {
				break
			}
		}
	}
}
