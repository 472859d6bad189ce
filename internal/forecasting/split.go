package forecasting

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/segment"
	"github.com/throughline/throughline/internal/store"
)

// What the open deals are told apart by.
const (
	bySeller   = "seller"
	byTeam     = "team"     // an attribute that names a team
	byProcess  = "process"  // of the playbook
	bySegment  = "segment"  // the values of an attribute of the opening
	byCategory = "category" // what people take a deal for
)

// PipelineSplit is what the open deals may bring this quarter, told apart by one thing.
// Every deal is in one group.
type PipelineSplit struct {
	By        string          `json:"by"`                  // seller, team, process, segment, category
	Attribute string          `json:"attribute,omitempty"` // whose values a team or segment goes by
	Groups    []PipelineGroup `json:"groups"`              // those that may bring most first
}

// PipelineGroup is a part of the open deals.
type PipelineGroup struct {
	Key  string `json:"key"`            // a seller's id, a process's, a value, a category; empty: none is stated
	Name string `json:"name,omitempty"` // a seller's
	Rule string `json:"rule,omitempty"` // the group as a rule of the playbook, for --segment
	Open int    `json:"open"`

	Example throughline.DealID `json:"example,omitzero"` // one of its deals, where the value itself may not be kept

	Stated float64 `json:"stated"` // the sum of the amounts as they stand
	Expected
}

// Named tells whether the groups have names that ForecastInput's Only knows.
func (s PipelineSplit) Named() bool { return s.By != byProcess && s.By != byCategory }

// Of what a split is shown.
const (
	mostSellers  = 200
	mostValues   = 12 // of an attribute, to be a segment
	mostSegments = 3
)

// teamNames are attributes that say whose team a deal is, the likeliest first.
var teamNames = []string{"team", "salesteam", "salesgroup", "regionaloffice", "salesoffice", "office", "territory", "salesmanager", "manager"}

func teamRank(attribute string) int {
	return slices.Index(teamNames, strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "").Replace(attribute)))
}

// splitter tells the key of a deal.
type splitter struct {
	PipelineSplit
	key func(o *open) string
}

// splitters are the ways in which these deals can be told apart.
func (f fitted) splitters(deals []open) []splitter {
	out := []splitter{{PipelineSplit{By: bySeller}, func(o *open) string {
		if o.summary.Owner.Value.IsZero() {
			return ""
		}
		return o.summary.Owner.Value.String()
	}}}
	type candidate struct {
		splitter
		rank, known, told int
	}
	var teams, segments []candidate
	for k, field := range f.past.history.Fields {
		name, ofDeal := strings.CutPrefix(field.Name, "attribute ")
		if field.Kind != forecast.Category || f.past.built != nil && !ofDeal {
			continue
		}
		key := func(o *open) string {
			if v := int(o.values[k]); o.values[k] >= 0 && v < len(field.Levels) { // NaN is not
				return field.Levels[v]
			}
			return ""
		}
		count := map[string]int{}
		for i := range deals {
			count[key(&deals[i])]++
		}
		told := len(deals) - count[""]
		delete(count, "")
		if len(count) < 2 || len(count) > mostValues || 2*told < len(deals) {
			continue
		}
		c := candidate{splitter{PipelineSplit{bySegment, name, nil}, key}, teamRank(name), 0, told}
		if f.past.book != nil && slices.ContainsFunc(f.past.book.Knows, func(a playbook.Attribute) bool { return a.Name == name }) {
			c.known = 1
		}
		if c.rank >= 0 {
			c.By = byTeam
			teams = append(teams, c)
		} else {
			segments = append(segments, c)
		}
	}
	if len(teams) > 0 {
		out = append(out, slices.MinFunc(teams, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) }).splitter)
	}
	if f.past.book != nil && len(f.past.book.Processes) > 1 {
		out = append(out, splitter{PipelineSplit{By: byProcess}, func(o *open) string { return f.processOf(o) }})
	}
	slices.SortStableFunc(segments, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.known, a.known), cmp.Compare(b.told, a.told))
	})
	for _, c := range segments[:min(len(segments), mostSegments)] {
		out = append(out, c.splitter)
	}
	if slices.ContainsFunc(deals, func(o open) bool { return o.said.Word != "" }) {
		out = append(out, splitter{PipelineSplit{By: byCategory}, func(o *open) string { return o.said.Word }})
	}
	return out
}

// apart notes of each deal its team and its process, where deals are told apart by them.
func (f fitted) apart(out []DealForecast, deals []open) {
	for _, s := range f.splitters(deals) {
		for i := range deals {
			switch s.By {
			case byTeam:
				out[i].Team = teamKey(s.key(&deals[i]))
			case byProcess:
				out[i].Process = s.key(&deals[i])
			}
		}
	}
}

// processOf gives the process a deal follows.
func (f fitted) processOf(o *open) string {
	s := *o.summary
	if len(s.Attributes) == 0 {
		s.Attributes = map[string]deal.Latest[string]{}
		for name, value := range o.attributes {
			s.Attributes[name] = deal.Latest[string]{Value: value}
		}
	}
	pr, _ := alignment.ProcessOf(&s, f.past.book)
	return pr.ID
}

// splits fills what each group may bring by the end of the quarter.
func (f fitted) splits(m *PipelineForecast, deals []open, bets, wins []forecast.Bet, to int, until throughline.Day, draw drawer) error {
	for _, s := range f.splitters(deals) {
		of := map[string][]int{}
		for i := range deals {
			k := s.key(&deals[i])
			of[k] = append(of[k], i)
		}
		_, none := of[""]
		if len(of) > mostSellers || none && len(of) == 1 {
			continue
		}
		for key, list := range of {
			g := PipelineGroup{Key: key, Open: len(list), Example: deals[list[0]].summary.Deal}
			if s.By == bySeller {
				g.Name = deals[list[0]].row.Owner
			}
			if s.Attribute != "" {
				g.Rule = groupRule(s.Attribute, key)
			}
			var b, w []forecast.Bet
			for _, i := range list {
				b, w = append(b, bets[i]), append(w, wins[i])
				if bets[i].Amount > 0 {
					g.Stated += bets[i].Amount
				}
			}
			money, err := draw(b, 2000)
			if err != nil {
				return err
			}
			number, err := draw(w, 2000)
			if err != nil {
				return err
			}
			g.Expected = expected(money, number, 0, to, until)
			s.Groups = append(s.Groups, g)
		}
		rank := func(g PipelineGroup) int {
			if s.By == byCategory {
				return slices.Index(deal.Categories(), deal.Category(g.Key))
			}
			return 0
		}
		slices.SortFunc(s.Groups, func(a, b PipelineGroup) int {
			return cmp.Or(cmp.Compare(boolToInt(a.Key == ""), boolToInt(b.Key == "")), cmp.Compare(rank(a), rank(b)),
				cmp.Compare(b.Mean, a.Mean), cmp.Compare(b.Wins.Mean, a.Wins.Mean), cmp.Compare(a.Key, b.Key))
		})
		m.Splits = append(m.Splits, s.PipelineSplit)
	}
	return nil
}

// groupRule is a group as a rule of the playbook.
func groupRule(attribute, value string) string {
	if value == "" {
		return segment.Rule{Op: segment.Not, Subs: []segment.Rule{{Op: segment.Known, Attr: attribute}}}.String()
	}
	return segment.Rule{Op: segment.Equal, Attr: attribute, Values: []segment.Value{segment.TextOf(value)}}.String()
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nameless gives a split as it is kept: values of attributes, which may name
// somebody, as a number made of them.
func (s PipelineSplit) nameless() PipelineSplit {
	s.Groups = slices.Clone(s.Groups)
	for i := range s.Groups {
		g := &s.Groups[i]
		g.Name, g.Rule = "", ""
		if s.Attribute != "" && g.Key != "" {
			g.Key = valueKey(g.Key)
		}
	}
	return s
}

// teamKey stands for a team's name, which may name somebody.
func teamKey(name string) string {
	if name == "" {
		return ""
	}
	return valueKey(name)
}

func valueKey(value string) string { return fmt.Sprintf("%016x", hashOf([]byte(value))) }

// readSegment reads a rule in the language of the playbook. Attributes that the
// playbook does not declare are known by what deals hold.
func (f fitted) readSegment(text string) (segment.Rule, error) {
	var knows []playbook.Attribute
	if f.past.book != nil {
		knows = slices.Clone(f.past.book.Knows)
	}
	for _, field := range f.past.history.Fields {
		name, ofDeal := strings.CutPrefix(field.Name, "attribute ")
		if f.past.built != nil && !ofDeal || field.Kind == forecast.Flag ||
			slices.ContainsFunc(knows, func(a playbook.Attribute) bool { return a.Name == name }) {
			continue
		}
		a := playbook.Attribute{Name: name, Kind: playbook.TextAttribute}
		if field.Kind == forecast.Number {
			a.Kind = playbook.NumberAttribute
		}
		knows = append(knows, a)
	}
	r, found := compile.Rule(text, knows)
	if len(found) > 0 {
		message := found[0].Message
		if found[0].Hint != "" {
			message += "; " + found[0].Hint
		}
		return r, throughline.Fail("read segment", throughline.Invalid, text, errors.New(message))
	}
	return r, nil
}

// only leaves the deals that a rule holds for.
func only(deals []open, r segment.Rule) []open {
	return slices.DeleteFunc(deals, func(o open) bool {
		attributes := o.attributes
		if _, ok := attributes["class"]; !ok && o.row.Reading.Class != "" {
			attributes = map[string]string{"class": string(o.row.Reading.Class)}
			for k, v := range o.attributes {
				attributes[k] = v
			}
		}
		return !r.Holds(attributes)
	})
}

// name puts back the names of the sellers and the words of the values that the
// groups are known by.
func (s *PipelineSplit) name(people map[throughline.PersonID]store.Person, values map[string]string) {
	for k := range s.Groups {
		g := &s.Groups[k]
		if id, err := throughline.ParseID(g.Key); err == nil && s.By == bySeller {
			g.Name = people[throughline.PersonID(id)].Name
		}
		if s.Attribute == "" {
			continue
		}
		if v, ok := values[g.Key]; ok {
			g.Key = v
		}
		g.Rule = groupRule(s.Attribute, g.Key)
	}
}
