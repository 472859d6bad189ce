package usage

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Measures says how the product is used and what comes of it, as of a day: the
// measures of docs/methods/use.md. All of it is about the company; none is about
// one person.
type Measures struct {
	From       throughline.Day `json:"from"` // the first day of the weeks
	AsOf       throughline.Day `json:"as_of"`
	Weeks      []Week          `json:"weeks"` // thirteen, the oldest first
	Open       int             `json:"open"`  // open deals, on the day
	Evidence   int             `json:"evidence"`
	ByWay      map[string]int  `json:"evidence_by_way"` // page, command, rest, note, model, plan; unknown where nobody noted it
	Strategies int             `json:"strategies"`
	Revised    Share           `json:"revised"`            // changes of a strategy in the weeks; of them, those within two weeks after an event
	Answered   Share           `json:"answered"`           // events that are two weeks old; of them, those after which the strategy was changed within two weeks
	Fresh      Share           `json:"fresh"`              // open complex deals; of them, those with something written or done of late about the question they are at
	NoDecision Share           `json:"no_decision"`        // deals that ended in the year; of them, those without a decision
	Before     Share           `json:"no_decision_before"` // the same of the year before
	Causes     map[string]int  `json:"causes"`             // of those in the year; "" where nobody said
	Results    Share           `json:"results"`            // deals won from a year to three months ago; of them, those with a result
	Plans      Share           `json:"plans"`              // plans that were made; of them, those that were opened on two days
	Picks      Share           `json:"wrong_picks"`        // deals of the year that have a class; of them, those put on another process, or into another class, than at first
	People     Typical         `json:"people"`             // tracked on an open complex deal
	Steps      Typical         `json:"steps"`              // on a plan
	ToOrder    Typical         `json:"days_to_order"`      // from the decision to the order
	Tools      []Tool          `json:"tools"`              // whose result was kept in the weeks, the most used first
	Counted    Counted         `json:"counted"`
}

// Week is what was written in one.
type Week struct {
	From       throughline.Day `json:"from"`
	Evidence   int             `json:"evidence"`
	Strategies int             `json:"strategies"`
}

// Share is how many of some there are.
type Share struct {
	N  int `json:"n"`
	Of int `json:"of"`
}

// Part is the share, 0 to 1; ok is false of none.
func (s Share) Part() (part float64, ok bool) {
	if s.Of == 0 {
		return 0, false
	}
	return float64(s.N) / float64(s.Of), true
}

// Typical is the middle of numbers, and of how many; of none it says nothing.
type Typical struct {
	Middle float64 `json:"middle"`
	Of     int     `json:"of"`
}

// Tool is a tool of a method whose result was kept, and how often.
type Tool struct {
	Address throughline.Address `json:"address"`
	N       int                 `json:"n"`
}

// Counted is what was counted at the pages, in the last four weeks.
type Counted struct {
	Off      bool            `json:"off"`            // the company has switched counting off
	Since    throughline.Day `json:"since,omitzero"` // from which day; none where nothing was counted
	Days     int             `json:"days"`           // 28 at most
	Pages    int64           `json:"pages"`          // opened
	Forms    int64           `json:"forms"`          // sent
	Programs int64           `json:"programs"`       // asked by other programs
	Classes  []OfClass       `json:"classes"`        // of deals that are open, or were looked at
	Other    float64         `json:"other_minutes"`  // a week, at all pages that are of no deal
	Screens  []Screen        `json:"screens"`        // opened in thirteen weeks, the most used first
	Prompts  []Screen        `json:"prompts"`        // packs whose prompts were on the page before a call, in thirteen weeks
}

// OfClass is the use of deals of one class, unrounded.
type OfClass struct {
	Class        throughline.Class `json:"class"`
	Open         int               `json:"open"`
	Few          bool              `json:"few,omitzero"`           // too few deals or owners: neither of the others is given, as it would be about somebody
	Interactions *float64          `json:"interactions,omitempty"` // per open deal and week: pages opened and forms sent
	Minutes      *float64          `json:"minutes,omitempty"`      // per open deal and week; nil too where no time was counted
}

// From how many open deals of a class on, and of how many owners, its minutes and
// pages are given: those of fewer could be told to be somebody's.
const (
	FewestDeals  = 5
	FewestOwners = 3
)

// Screen is something with how often it was used.
type Screen struct {
	What string `json:"what"`
	N    int64  `json:"n"`
}

const (
	week    = 7
	weeks   = 13
	fourth  = 4 * week // days that minutes and interactions are counted over
	soon    = 14       // days within which a strategy answers an event
	settles = 91       // days that a result may take to come
)

// Sum adds deals up to measures.
type Sum struct {
	out   Measures
	zone  *time.Location
	open  map[throughline.Class]int
	whose map[throughline.Class]map[throughline.PersonID]bool // owners of open deals; never leaves this room
	tools map[throughline.Address]int

	people, steps []int
}

// Begin begins measures as of an instant, whose location is the zone whose days
// are counted.
func Begin(asOf time.Time) *Sum {
	day := throughline.DayOf(asOf, asOf.Location())
	s := &Sum{zone: asOf.Location(), open: map[throughline.Class]int{}, whose: map[throughline.Class]map[throughline.PersonID]bool{},
		tools: map[throughline.Address]int{}}
	s.out = Measures{AsOf: day, From: day.Add(1 - weeks*week), ByWay: map[string]int{}, Causes: map[string]int{}}
	for i := range weeks {
		s.out.Weeks = append(s.out.Weeks, Week{From: s.out.From.Add(week * i)})
	}
	return s
}

// since gives how many days lie between a day and the one as of which is measured.
func (s *Sum) since(t time.Time) int { return s.out.AsOf.Sub(throughline.DayOf(t, s.zone)) }

// of gives the week in which an instant lies; nil for none of these.
func (s *Sum) of(t time.Time) *Week {
	if ago := s.since(t); ago >= 0 && ago < weeks*week {
		return &s.out.Weeks[weeks-1-ago/week]
	}
	return nil
}

// Deal takes a deal in, as it was on the day, with its reading.
func (s *Sum) Deal(d *deal.Deal, r alignment.Reading) {
	s.written(d)
	complex := r.Class == throughline.Complex || r.Class == throughline.ComplexNoProcess
	if d.Outcome() == throughline.StillOpen {
		s.out.Open++
		s.owned(r.Class, d.Owner.Value)
		if s.open[r.Class]++; complex {
			s.people = append(s.people, len(d.People))
			s.out.Fresh.count(fresh(r))
		}
	} else {
		s.ended(d)
	}
	if !d.Plan().IsZero() {
		s.steps = append(s.steps, len(d.StatedSteps()))
	}
	if ended := d.Outcome() != throughline.StillOpen; (!ended || s.since(d.Closed()) < year) && d.Class.Set() && r.Class != throughline.Unclassified {
		picked := d.Picked.Value
		s.out.Picks.count(d.Reclassed() > 0 || picked.Process != "" && picked.Suggested != "" && picked.Process != picked.Suggested)
	}
}

// owned notes whose an open deal of a class is; nobody's counts for no owner.
func (s *Sum) owned(class throughline.Class, owner throughline.PersonID) {
	if s.whose[class] == nil {
		s.whose[class] = map[throughline.PersonID]bool{}
	}
	if !owner.IsZero() {
		s.whose[class][owner] = true
	}
}

const year = 365

func (s *Share) count(yes bool) {
	if s.Of++; yes {
		s.N++
	}
}

// fresh reports whether something written or done that is not old speaks of the
// question the customer is at.
func fresh(r alignment.Reading) bool {
	return slices.ContainsFunc(r.Phase(r.Firm).Evidence, func(w alignment.Weighed) bool { return !w.Against && w.Strength >= throughline.E3 })
}

// written counts what was written about a deal in the weeks.
func (s *Sum) written(d *deal.Deal) {
	var events, strategies []time.Time
	for _, f := range d.Known {
		at := f.Learned
		switch b := f.Body.(type) {
		case deal.Evidence, deal.Contradiction:
			if w := s.of(at); w != nil && f.By.Via != deal.ViaImport {
				w.Evidence++
				s.out.Evidence++
				s.out.ByWay[cmp.Or(string(f.By.Via), "unknown")]++
			}
		case deal.Noted:
			if b.Tool != "" && s.of(at) != nil {
				s.tools[b.Tool]++
			}
		case deal.Noticed:
			events = append(events, at)
		case deal.Strategy:
			if strategies = append(strategies, at); s.of(at) != nil {
				s.of(at).Strategies++
				s.out.Strategies++
			}
		}
	}
	slices.SortFunc(strategies, time.Time.Compare)
	after := func(a, b time.Time) bool {
		days := throughline.DayOf(b, s.zone).Sub(throughline.DayOf(a, s.zone))
		return !b.Before(a) && days <= soon
	}
	for i, at := range strategies {
		if i > 0 && s.of(at) != nil { // the first one is no change
			s.out.Revised.count(slices.ContainsFunc(events, func(e time.Time) bool { return after(e, at) }))
		}
	}
	for _, e := range events {
		if w := s.of(e); w == nil || s.since(e) < soon || len(strategies) == 0 || strategies[0].After(e) {
			continue // nobody had a strategy that it could change, or there is time yet
		}
		s.out.Answered.count(slices.ContainsFunc(strategies, func(at time.Time) bool { return after(e, at) }))
	}
}

// ended counts a deal that is over.
func (s *Sum) ended(d *deal.Deal) {
	ago, kind := s.since(d.Closed()), d.Outcome().Kind()
	if d.Closed().IsZero() || ago < 0 || kind != throughline.EndWon && kind != throughline.EndLost && kind != throughline.EndNoDecision {
		return
	}
	switch {
	case ago < year:
		s.out.NoDecision.count(kind == throughline.EndNoDecision)
		if kind == throughline.EndNoDecision {
			s.out.Causes[string(d.End.Value.Cause)]++
		}
	case ago < 2*year:
		s.out.Before.count(kind == throughline.EndNoDecision)
	}
	if kind == throughline.EndWon && ago < year && ago >= settles {
		s.out.Results.count(slices.ContainsFunc(d.GoalIDs(), func(id throughline.FactID) bool { return d.Goals[id].Measured }))
	}
}

// Measures gives what was added up, with on how many days each plan was opened,
// the counts of use of the last thirteen weeks, and how long orders took.
func (s *Sum) Measures(opened []int, uses []store.Use, off bool, toOrder Typical) Measures {
	out := s.out
	for _, days := range opened {
		out.Plans.count(days >= 2)
	}
	out.People, out.Steps, out.ToOrder = middle(s.people), middle(s.steps), toOrder
	out.Tools = []Tool{}
	for a, n := range s.tools {
		out.Tools = append(out.Tools, Tool{a, n})
	}
	slices.SortFunc(out.Tools, func(a, b Tool) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Address, b.Address)) })
	out.Counted = s.counted(uses)
	out.Counted.Off = off
	return out
}

// counted makes measures of counts.
func (s *Sum) counted(uses []store.Use) Counted {
	c := Counted{Classes: []OfClass{}, Screens: []Screen{}, Prompts: []Screen{}}
	screens, prompts := map[string]int64{}, map[string]int64{}
	inter, seconds := map[throughline.Class]int64{}, map[throughline.Class]int64{}
	for _, u := range uses {
		ago := s.out.AsOf.Sub(u.Day)
		if ago < 0 || ago >= weeks*week {
			continue
		}
		if c.Since.IsZero() || u.Day.Compare(c.Since) < 0 {
			c.Since = u.Day
		}
		switch u.Kind {
		case Page:
			screens[u.What] += u.N
		case Prompt:
			prompts[u.What] += u.N
		}
		if ago >= fourth {
			continue
		}
		switch u.Kind {
		case Page:
			c.Pages += u.N
		case Form:
			c.Forms += u.N
		case Program:
			c.Programs += u.N
		case Deal:
			inter[throughline.Class(u.What)] += u.N
		case Seconds:
			seconds[throughline.Class(u.What)] += u.N
		}
	}
	if c.Since.IsZero() {
		return c
	}
	c.Days = min(fourth, s.out.AsOf.Sub(c.Since)+1)
	inWeeks := float64(c.Days) / week
	c.Other = float64(seconds[""]) / 60 / inWeeks
	for _, class := range throughline.Classes() {
		if s.open[class] == 0 {
			continue
		}
		of, per := OfClass{Class: class, Open: s.open[class]}, float64(s.open[class])*inWeeks
		if of.Few = of.Open < FewestDeals || len(s.whose[class]) < FewestOwners; !of.Few {
			of.add(float64(inter[class])/per, float64(seconds[class])/60/per)
		}
		c.Classes = append(c.Classes, of)
	}
	c.Screens, c.Prompts = most(screens), most(prompts)
	return c
}

// add gives what was counted; minutes where there are any.
func (c *OfClass) add(interactions, minutes float64) {
	if c.Interactions = &interactions; minutes > 0 {
		c.Minutes = &minutes
	}
}

// Complex gives what both classes of complex deals take together: those of them of
// which that is given, as otherwise the one could be told from the other. Few says
// that there are such deals, and that it is given of neither.
func (c Counted) Complex() OfClass {
	out, all := OfClass{Class: throughline.Complex}, 0
	var interactions, minutes float64
	for _, k := range c.Classes {
		if k.Class != throughline.Complex && k.Class != throughline.ComplexNoProcess {
			continue
		}
		if all += k.Open; k.Few {
			continue
		}
		out.Open += k.Open
		interactions += *k.Interactions * float64(k.Open)
		if k.Minutes != nil {
			minutes += *k.Minutes * float64(k.Open)
		}
	}
	if out.Open == 0 {
		out.Open, out.Few = all, all > 0
		return out
	}
	out.add(interactions/float64(out.Open), minutes/float64(out.Open))
	return out
}

func most(counts map[string]int64) []Screen {
	out := []Screen{}
	for what, n := range counts {
		out = append(out, Screen{what, n})
	}
	slices.SortFunc(out, func(a, b Screen) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.What, b.What)) })
	return out
}

// middle gives the median, of an even number the mean of the two.
func middle(n []int) Typical {
	if len(n) == 0 {
		return Typical{}
	}
	n = slices.Sorted(slices.Values(n))
	return Typical{float64(n[(len(n)-1)/2]+n[len(n)/2]) / 2, len(n)}
}

// opened is the kind of a line of sharing that says that somebody came (room
// sharing), and looked what a program that makes previews did.
const (
	opened = "opened"
	looked = "machine"
)

// Days gives on how many days somebody opened a plan, by the lines of its sharing.
func Days(lines []store.Shared, asOf time.Time) int {
	days := map[throughline.Day]bool{}
	for _, l := range lines {
		var visit struct{ What string }
		if l.Kind == opened && !l.At.After(asOf) && json.Unmarshal(l.Body, &visit) == nil && visit.What != looked && visit.What != "doorstep" {
			days[throughline.DayOf(l.At, asOf.Location())] = true
		}
	}
	return len(days)
}
