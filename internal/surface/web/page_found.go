package web

import (
	"strings"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// How much of each is shown, of what the words mean beside deals.
const (
	foundShown = 5  // words at once; the rest is folded
	foundMost  = 30 // of each
	foundDeals = 3  // of a person
)

// foundView is what words mean beside the titles, customers and ids of deals.
type foundView struct {
	People     []foundPerson
	Said, Rest []foundLine
	RestWord   string
	Looked     string // "" where everything was looked through
}

type foundPerson struct {
	Name, Note, More string
	Href             string
	Deals            []choice
}

type foundLine struct {
	Href, Who, When, Deal string
	Parts                 []foundPart
}

// foundPart is a stretch of a text; Hit marks what was looked for.
type foundPart struct {
	Text string
	Hit  bool
}

// Nothing tells whether there is anything to show.
func (f *foundView) Nothing() bool { return f == nil || len(f.People)+len(f.Said) == 0 }

// found looks for people and recorded words; nil without words.
func (v *visit) found(words string) (*foundView, error) {
	if strings.TrimSpace(words) == "" {
		return nil, nil
	}
	x, err := ask[showing.Searched](v, operation.SearchAll, &showing.SearchInput{View: desk.View{AsOf: v.asOf}, Words: words, Limit: foundMost})
	if err != nil {
		return nil, err
	}
	p, out := v.p, &foundView{}
	for _, s := range x.Sellers {
		out.People = append(out.People, foundPerson{Name: s.Name, Note: p.Say("found.ours"),
			Deals: []choice{{Word: p.Say("found.their_deals"), Href: v.link("/deals", "owner", s.ID.String(), "outcome", "open")}}})
	}
	for _, s := range x.People {
		f := foundPerson{Name: s.Name, Note: s.Title, Href: v.link("/people/" + s.ID.String())}
		for i, d := range s.Deals {
			if i == foundDeals {
				f.More = p.Say("manage.more", "n", len(s.Deals)-i)
				break
			}
			f.Deals = append(f.Deals, choice{Word: v.titled(d), Href: v.link("/deals/"+d.ID.String()+"/people") + "#person-" + s.ID.String()})
		}
		out.People = append(out.People, f)
	}
	for _, s := range x.Said {
		offset := offsetWord(s.Place / ledgerRows * ledgerRows)
		w := foundLine{
			Href:  v.link("/deals/"+s.Deal.ID.String()+"/ledger", "offset", offset) + "#f-" + s.Fact.String(),
			Who:   s.Name,
			When:  p.DayNear(s.On, v.day()),
			Deal:  v.titled(s.Deal),
			Parts: marked(s.Text, words),
		}
		if len(out.Said) < foundShown {
			out.Said = append(out.Said, w)
		} else {
			out.Rest = append(out.Rest, w)
		}
	}
	if len(out.Rest) > 0 {
		key := "found.rest"
		if x.More {
			key = "found.rest_more"
		}
		out.RestWord = p.Say(key, "n", len(out.Rest))
	}
	if x.Looked < x.Of {
		out.Looked = p.Say("found.looked", "n", x.Looked, "of", x.Of)
	}
	return out, nil
}

func (v *visit) titled(d showing.Named) string {
	if d.Title == "" {
		return v.p.Say("deal.untitled")
	}
	return d.Title
}

// marked cuts a text at the words that were looked for.
func marked(text, words string) []foundPart {
	low, words := strings.ToLower(text), strings.ToLower(strings.Join(strings.Fields(words), " "))
	at := strings.Index(low, words)
	if len(low) != len(text) || at < 0 || words == "" { // a letter whose small form is longer
		return []foundPart{{Text: text}}
	}
	return []foundPart{{Text: text[:at]}, {Text: text[at : at+len(words)], Hit: true}, {Text: text[at+len(words):]}}
}

// noRows says why a list is empty: nothing is kept, nothing was known yet, or
// nothing is like what was asked for.
func (v *visit) noRows(in *showing.DealsInput, deals int, found *foundView) string {
	p := v.p
	narrowed := in.Outcome != "" || in.Owner != "" || in.Stage != "" || in.Process != "" || in.Silent
	switch {
	case deals == 0 && !v.asOf.IsZero():
		return p.Say("list.before", "day", p.Day(v.day()))
	case deals == 0:
		return p.Say("list.empty")
	case in.Search != "" && !found.Nothing():
		return p.Say("list.no_deal", "words", in.Search)
	case in.Search != "" && !narrowed:
		return p.Say("list.nothing", "words", in.Search)
	case in.Search != "":
		return p.Say("list.nothing_narrowed", "words", in.Search)
	}
	return p.Say("list.none")
}
