package phrase

import (
	"strings"

	"github.com/throughline/throughline/internal/deal"
)

// Acted says who brought a fact and by which way: "typed by Anna", "by Petra of
// theirs, through the plan", "imported from deals.csv". From is what an import
// read, "" where that is not known. Empty where nobody knows who it was.
func (p *Phrase) Acted(n Names, by deal.Actor, from string) string {
	who, side := "", "us"
	if by.Side == deal.Customer {
		side = "customer"
	}
	if !by.Person.IsZero() {
		who = p.Who(n, by.Person)
	}
	switch {
	case by.Via == deal.ViaImport && strings.TrimSpace(from) == "":
		return p.Say("acted.import")
	case by.Via == deal.ViaImport:
		return p.Say("acted.import_from", "from", from)
	case by.Via == deal.ViaJob:
		return p.Say("acted.job")
	case by.Side == deal.UnknownSide:
		return ""
	case who == "":
		who = p.Say("acted.some_" + side)
	case side == "customer":
		who = p.Say("acted.of_theirs", "who", who)
	}
	if by.Via == "" {
		return p.Say("acted.by", "who", who)
	}
	return p.Say("acted."+string(by.Via), "who", who)
}
