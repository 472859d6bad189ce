package web

import (
	"maps"
	"slices"
	"strconv"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// factsView is the page of every fact of a deal, with the forms that add one by
// hand, and where the deal comes from.
type factsView struct {
	frame
	Head     dealHeadView
	Ledger   ledgerView
	Persons  []choice
	Promises promisesView
	Origin   []field
}

func (s *site) ledger(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t := v.teller(page)
	for _, f := range page.Deal.Known {
		if f.By.Via == deal.ViaImport {
			if t.imported, err = ask[importing.Imports](v, operation.ListImports, &desk.Nothing{}); err != nil {
				return nil, err
			}
			break
		}
	}
	out := factsView{Ledger: t.ledger()} // before anything that leads to a fact
	out.Head, out.Persons, out.Promises, out.Origin = t.headOf("ledger"), t.personChoices(""), t.promises(), t.origin()
	out.frame = v.frame(out.Head.Heading, "deals")
	out.Live = v.liveAt(page)
	return ledgerPage(out), nil
}

// origin lists where the deal came from and what its source says besides.
func (t teller) origin() []field {
	var out []field
	for _, r := range t.page.Records {
		out = append(out, field{t.p.Say("origin.record", "system", r.System), r.Foreign})
	}
	for _, name := range slices.Sorted(maps.Keys(t.page.Attributes)) {
		out = append(out, field{t.p.Attribute(name), t.p.Text(t.names, t.page.Attributes[name])})
	}
	return append(out, field{t.p.Say("origin.ours"), t.page.ID.String()})
}

func offsetWord(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// eventChoices lists what can happen to a deal.
func eventChoices(p *phrase.Phrase) []choice {
	var out []choice
	for _, e := range deal.Events() {
		out = append(out, choice{Word: phrase.Initial(p.Say("event." + string(e))), Href: string(e)})
	}
	return out
}
