// Package howmany says how many processes a company needs before it has any
// history: from what it sells, to whom, and how each of those is bought
// (DOMAIN claims 51 and 85; docs/methods/how-many.md).
//
// Takes: cells, an offer to a market each, with a few of the classifier's answers, deals a year, whether public law rules the purchase; the playbook, for what each class is asked.
// Gives: the groups that are bought alike, largest first, each with its rule; what each further one buys and costs; what is still to be asked.
// Never: counts offers or markets, takes a price, or parts what is bought alike.
package howmany

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
)

// Cell is one offer to one market.
type Cell struct {
	Offer   string         `yaml:"offer" json:"offer"`
	Market  string         `yaml:"market" json:"market"`
	Deals   int            `yaml:"deals" json:"deals,omitempty"`   // a year; 0: not known
	Public  bool           `yaml:"public" json:"public,omitempty"` // the rules of buying are public law, and talking ends when the request is out (DOMAIN 4.7)
	Answers map[string]int `yaml:"buying" json:"buying,omitempty"` // the classifier's factors, 0 to 2 each
}

// Asked are the questions that settle most, few enough to answer for a cell in a minute.
func Asked() []classifier.Factor {
	return []classifier.Factor{
		classifier.Repetition,
		classifier.BuyerKnowledge,
		classifier.RiskUnderstood,
		classifier.VetoHolders,
		classifier.WorkChange,
		classifier.RuleAndDecider,
	}
}

// Apart is in how many of the nine questions two classes have to differ for
// their purchases to need two roads; Rare is the share of deals below which a
// road of its own costs more than it gives. Both are judgements.
const (
	Apart = 3
	Rare  = 0.05
	Most  = 3 // processes; more than three has never been easier to run than three (I7)
)

// Kind is why a group is bought in a way of its own.
type Kind string

// Practised buyers have their steps; deciding ones have to find out whether and
// how; public ones follow published law.
const (
	Practised Kind = "practised"
	Deciding  Kind = "deciding"
	Public    Kind = "public"
)

// Group is what one process would be for.
type Group struct {
	Kind      Kind                `json:"kind"`
	Cells     []int               `json:"cells"` // indexes of the cells given
	Classes   []throughline.Class `json:"classes"`
	Questions []throughline.Phase `json:"questions"` // of the nine, those its road has to ask
	Deals     int                 `json:"deals"`     // a year
	Rule      segment.Rule        `json:"-"`         // which deals it is for; the largest group needs none
	CEL       string              `json:"rule,omitempty"`
	Differs   int                 `json:"differs,omitempty"` // in how many of the nine questions from the largest group
}

// Joined is a group that would be bought in a way of its own and is too rare
// for a process of its own, or one too many.
type Joined struct {
	Kind  Kind   `json:"kind"`
	Cells []int  `json:"cells"`
	Deals int    `json:"deals"`
	Why   string `json:"why"` // "rare" or "ceiling"
}

// Open is a cell of which too little is known, with the question to ask first.
type Open struct {
	Cell int               `json:"cell"`
	Ask  classifier.Factor `json:"ask,omitempty"`
}

// Answer is how many processes, and why.
type Answer struct {
	Processes int                 `json:"processes"`
	Groups    []Group             `json:"groups"` // most deals first
	Joined    []Joined            `json:"joined,omitempty"`
	Open      []Open              `json:"open,omitempty"`
	Classes   []throughline.Class `json:"classes"` // of the cells given
	Deals     int                 `json:"deals"`
}

// Count groups cells by how they are bought. A cell of which too little is known
// counts as one that has to be decided, which costs less when it is wrong.
func Count(cells []Cell, book *playbook.Playbook) Answer {
	a := Answer{Groups: []Group{}, Classes: make([]throughline.Class, len(cells))}
	found := map[Kind]*Group{}
	for i, c := range cells {
		v := classifier.Classify(classifier.InputOf(c.Answers, ""))
		a.Classes[i] = v.Class
		if v.Class == throughline.Unclassified {
			open := Open{Cell: i}
			if len(v.Ask) > 0 {
				open.Ask = v.Ask[0].Factor
			}
			a.Open = append(a.Open, open)
		}
		kind := kindOf(c, v.Class, book)
		g := found[kind]
		if g == nil {
			g = &Group{Kind: kind}
			found[kind] = g
		}
		g.Cells, g.Deals = append(g.Cells, i), g.Deals+c.Deals
		if !slices.Contains(g.Classes, v.Class) {
			g.Classes = append(g.Classes, v.Class)
		}
		a.Deals += c.Deals
	}
	for _, kind := range []Kind{Deciding, Practised, Public} {
		if g := found[kind]; g != nil {
			g.Questions = questions(g.Classes, book)
			a.Groups = append(a.Groups, *g)
		}
	}
	slices.SortStableFunc(a.Groups, func(x, y Group) int {
		return cmp.Or(cmp.Compare(y.Deals, x.Deals), cmp.Compare(len(y.Cells), len(x.Cells)))
	})
	a.join()
	for i := range a.Groups {
		g := &a.Groups[i]
		if i == 0 {
			continue // the one without a rule
		}
		g.Differs = differ(a.Groups[0].Questions, g.Questions)
		g.Rule = rule(cells, g.Cells)
		g.CEL = g.Rule.String()
	}
	a.Processes = len(a.Groups)
	return a
}

// kindOf says in which way a cell is bought. Whether practised purchases need
// another road than the deciding ones follows from what the playbook asks of them.
func kindOf(c Cell, class throughline.Class, book *playbook.Playbook) Kind {
	switch {
	case c.Public:
		return Public
	case (class == throughline.Transactional || class == throughline.TransactionalInformal) &&
		differ(book.Consequence(class).Shown, book.Consequence(throughline.Complex).Shown) >= Apart:
		return Practised
	}
	return Deciding
}

// join gives up groups that are too rare, and those beyond the ceiling, the rarest first.
func (a *Answer) join() {
	for len(a.Groups) > 1 {
		last := a.Groups[len(a.Groups)-1]
		why := ""
		switch {
		case len(a.Groups) > Most:
			why = "ceiling"
		case a.Deals > 0 && last.Deals > 0 && float64(last.Deals) < Rare*float64(a.Deals):
			why = "rare"
		default:
			return
		}
		a.Joined = append(a.Joined, Joined{last.Kind, last.Cells, last.Deals, why})
		a.Groups = a.Groups[:len(a.Groups)-1]
		a.Groups[0].Cells = append(a.Groups[0].Cells, last.Cells...)
		a.Groups[0].Deals += last.Deals
	}
}

// questions are those that any of the classes is asked.
func questions(classes []throughline.Class, book *playbook.Playbook) []throughline.Phase {
	var out []throughline.Phase
	for _, p := range throughline.Phases() {
		if slices.ContainsFunc(classes, func(c throughline.Class) bool { return slices.Contains(book.Consequence(c).Shown, p) }) {
			out = append(out, p)
		}
	}
	return out
}

// differ counts the questions that are asked in one road only.
func differ(a, b []throughline.Phase) int {
	n := 0
	for _, p := range throughline.Phases() {
		if slices.Contains(a, p) != slices.Contains(b, p) {
			n++
		}
	}
	return n
}

// rule tells a group's cells from all others, by the offer alone or the market
// alone where that does, else by both.
func rule(cells []Cell, group []int) segment.Rule {
	in := func(i int) bool { return slices.Contains(group, i) }
	by := func(name string, of func(Cell) string) (segment.Rule, bool) {
		r := segment.Rule{Op: segment.In, Attr: name}
		for i, c := range cells {
			if in(i) && !slices.Contains(r.Values, segment.TextOf(of(c))) {
				r.Values = append(r.Values, segment.TextOf(of(c)))
			}
		}
		for i, c := range cells {
			if !in(i) && slices.Contains(r.Values, segment.TextOf(of(c))) {
				return r, false
			}
		}
		if len(r.Values) == 1 {
			r.Op = segment.Equal
		}
		return r, true
	}
	if r, ok := by("offer", func(c Cell) string { return c.Offer }); ok {
		return r
	}
	if r, ok := by("market", func(c Cell) string { return c.Market }); ok {
		return r
	}
	or := segment.Rule{Op: segment.Or}
	for _, i := range group {
		or.Subs = append(or.Subs, segment.Rule{Op: segment.And, Subs: []segment.Rule{
			{Op: segment.Equal, Attr: "offer", Values: []segment.Value{segment.TextOf(cells[i].Offer)}},
			{Op: segment.Equal, Attr: "market", Values: []segment.Value{segment.TextOf(cells[i].Market)}}}})
	}
	if len(or.Subs) == 1 {
		return or.Subs[0]
	}
	return or
}
