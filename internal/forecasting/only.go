package forecasting

import (
	"errors"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/segment"
	"github.com/throughline/throughline/internal/store"
)

// What a manager's words may name, in the order in which it is said.
const (
	onlySeller    = "seller"
	onlyTeam      = "team"
	onlyCustomer  = "customer"
	onlyStage     = "stage"
	onlyAttribute = "attribute"
	onlyDeal      = "deal"
)

// mostNamed is how many of the things named are said one by one.
const mostNamed = 4

// OnlyOf is something that a manager's words named, and how many open deals it has.
type OnlyOf struct {
	By    string `json:"by"` // seller, team, customer, stage, attribute, deal
	Name  string `json:"name"`
	Deals int    `json:"deals"`
}

// OnlyWord says one of the things that words named: "seller Hanna Okabe".
func OnlyWord(p *phrase.Phrase, x OnlyOf) string {
	return p.Say("forecast.only_"+x.By, "name", x.Name)
}

// namesOn gives everything about an open deal that words may name.
func (d *Forecaster) namesOn(p *phrase.Phrase, o *open) []OnlyOf {
	var out []OnlyOf
	add := func(by, name string) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, OnlyOf{By: by, Name: name})
		}
	}
	add(onlySeller, o.row.Owner)
	add(onlyCustomer, o.row.Account)
	if o.row.Stage != "" {
		add(onlyStage, p.Place(d.Book, o.row.Stage))
	}
	add(onlyStage, o.row.ForeignStage)
	for name, value := range o.attributes {
		by := onlyAttribute
		if teamRank(name) >= 0 {
			by = onlyTeam
		}
		add(by, value)
	}
	add(onlyDeal, o.row.Title)
	return out
}

// onlyWords leaves the open deals that words name by their seller, customer,
// team, stage or title, and says what they named. A name that is met whole
// counts before those that merely hold the words.
func (d *Forecaster) onlyWords(p *phrase.Phrase, deals []open, words string) ([]open, []OnlyOf, error) {
	asked := store.Folded(words)
	var known []string
	for _, whole := range []bool{true, false} {
		var kept []open
		var named []OnlyOf
		for i := range deals {
			met := false
			for _, x := range d.namesOn(p, &deals[i]) {
				name := store.Folded(x.Name)
				if name != asked && (whole || !strings.Contains(name, asked)) {
					if x.By != onlyDeal {
						known = append(known, x.Name)
					}
					continue
				}
				if met && x.By == onlyDeal { // its customer's name stands in its title too
					continue
				}
				met = true
				k := slices.IndexFunc(named, func(o OnlyOf) bool { return o.By == x.By && o.Name == x.Name })
				if k < 0 {
					k, named = len(named), append(named, x)
				}
				named[k].Deals++
			}
			if met {
				kept = append(kept, deals[i])
			}
		}
		if len(kept) > 0 {
			order := []string{onlySeller, onlyTeam, onlyCustomer, onlyStage, onlyAttribute, onlyDeal}
			slices.SortStableFunc(named, func(a, b OnlyOf) int { return slices.Index(order, a.By) - slices.Index(order, b.By) })
			return kept, named, nil
		}
	}
	message := p.Say("forecast.only_none", "words", strings.TrimSpace(words))
	if near := diag.Nearest(words, known); near != "" {
		message += " " + p.Say("forecast.only_near", "name", near)
	}
	return nil, nil, throughline.Fail("choose deals", throughline.NotFound, words, errors.New(message))
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// onlyOfRule says what a rule chooses where it is one value of one thing, as the
// parts of a forecast are: "region: nordic"; else "".
func onlyOfRule(p *phrase.Phrase, r segment.Rule) string {
	switch {
	case r.Op == segment.Equal && len(r.Values) == 1 && !r.Values[0].IsNum:
		return p.Say("forecast.only_value", "name", phrase.Initial(p.Attribute(r.Attr)), "value", p.AttributeValue(r.Attr, r.Values[0].Text))
	case r.Op == segment.Not && len(r.Subs) == 1 && r.Subs[0].Op == segment.Known:
		return p.Say("forecast.only_unstated", "name", phrase.Initial(p.Attribute(r.Subs[0].Attr)))
	}
	return ""
}
