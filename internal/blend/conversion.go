package blend

import (
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// manyFunctions is from how many functions on a small purchase is becoming
// another one (DOMAIN 4.6).
const manyFunctions = 3

// Conversion reports whether a land deal shows that the organisation, and no
// longer one team, is beginning to buy: an expand deal of its own, with its own
// class and process, is then to be proposed. The deal is a land deal by its
// class (one person decides) or by its attribute motion: land; Linked asks for
// one that is so by its link.
func Conversion(d *deal.Summary, zone *time.Location) (Reason, bool) {
	if d == nil || d.Class.Value != throughline.TransactionalInformal && !strings.EqualFold(d.Attributes["motion"].Value, "land") {
		return Reason{}, false
	}
	return Linked(d, zone)
}

// Linked is Conversion for a deal known to be a land deal by other means, such
// as a link. What was spent, and so whether it crosses the customer's buying
// limit, is not looked at: that limit is theirs and seldom known.
func Linked(d *deal.Summary, zone *time.Location) (Reason, bool) {
	if d == nil || d.Outcome() != throughline.StillOpen && d.Outcome() != throughline.Won {
		return Reason{}, false
	}
	functions := map[string]bool{}
	var gate throughline.Role
	for _, id := range d.PersonIDs() {
		st := d.People[id]
		if st.Left.Value {
			continue
		}
		if f := strings.ToLower(strings.TrimSpace(st.Function.Value)); f != "" {
			functions[f] = true
		}
		for _, role := range []throughline.Role{throughline.Checker, throughline.BuyerOfRecord} {
			if slices.Contains(st.Roles, role) && (gate == "" || role < gate) {
				gate = role
			}
		}
	}
	if n := len(functions); n >= manyFunctions {
		return Reason{Code: ManyFunction, Count: n}, true
	}
	for _, e := range d.Events {
		if e.Event == deal.ProcurementEntered {
			return Reason{Code: PaperEntered, Event: e.Event, Since: throughline.DayOf(e.At, zone)}, true
		}
	}
	if gate != "" {
		return Reason{Code: GateAppeared, Role: gate}, true
	}
	return Reason{}, false
}
