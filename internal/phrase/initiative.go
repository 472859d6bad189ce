package phrase

import (
	"github.com/throughline/throughline/internal/deal"
)

// initiativeFact says what a fact about a change effort of theirs says.
func (p *Phrase) initiativeFact(n Names, body deal.Body) string {
	switch b := body.(type) {
	case deal.InitiativeStated:
		return p.initiativeStated(n, b)
	case deal.InitiativeJoined:
		key := "initiative.fact_joined"
		switch {
		case b.Left:
			key = "initiative.fact_left"
		case b.Observer:
			key = "initiative.fact_observes"
		}
		return p.because(p.Say(key), p.Text(n, b.Serves))
	case deal.PurchaseStated:
		what := p.Say("initiative.fact_moved")
		switch {
		case b.What != "" && b.Supplier != "":
			what = p.Say("initiative.fact_purchase_from", "what", p.Text(n, b.What), "supplier", p.Text(n, b.Supplier))
		case b.What != "":
			what = p.Say("initiative.fact_purchase", "what", p.Text(n, b.What))
		}
		if b.State == "" {
			return what
		}
		return p.because(what, p.PurchaseState(b.State))
	}
	return ""
}

func (p *Phrase) initiativeStated(n Names, b deal.InitiativeStated) string {
	for _, said := range []struct{ key, words string }{
		{"name", b.Name}, {"outcome", b.Outcome}, {"measure", b.Measure}, {"sponsor", b.Sponsor}, {"consequence", b.Consequence},
	} {
		if said.words != "" {
			return p.Say("initiative.fact_"+said.key, "what", p.Text(n, said.words))
		}
	}
	if b.NoSponsor {
		return p.Say("initiative.fact_no_sponsor")
	}
	return p.Say("initiative.fact_by", "day", p.Day(b.By))
}

// PurchaseState says how far a purchase of others has come.
func (p *Phrase) PurchaseState(s deal.PurchaseState) string {
	if s == "" {
		s = deal.Considered
	}
	return p.Say("initiative.purchase_" + string(s))
}
