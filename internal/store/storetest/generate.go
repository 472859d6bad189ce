package storetest

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

var day0 = time.Date(2025, 3, 1, 9, 30, 0, 123456000, time.UTC)

// Facts makes n facts of every kind about the given number of deals, with
// corrections among them if asked for. The same seed gives the same facts.
func Facts(r *rand.Rand, deals, n int, corrections bool) []deal.Fact {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	person := func() throughline.PersonID { return throughline.PersonID(id("person", r.IntN(5))) }
	phase := func() throughline.Phase { return throughline.Phase(1 + r.IntN(throughline.PhaseCount)) }
	out := make([]deal.Fact, n)
	for i := range out {
		earlier := func() throughline.FactID { // of whichever kind and deal
			if i == 0 {
				return throughline.FactID{}
			}
			return out[r.IntN(i)].ID
		}
		agrees := r.IntN(2) == 0
		bodies := []deal.Body{
			deal.Opened{
				Title:      pick("Neue Filiale", "新的系统", "a \"b\" <c>\n", ""),
				Owner:      person(),
				Attributes: map[string]string{"region": pick("north", "south")},
			},
			deal.Described{Title: pick("", "Renamed"), Account: throughline.AccountID(person()), Attributes: map[string]string{pick("a", "b"): "x"}},
			deal.OwnerChanged{Owner: person()},
			deal.StageMoved{Foreign: pick("Demo", "Proposal"), Stage: throughline.StageAddress("p", pick("x", "y"))},
			deal.AmountChanged{Amount: throughline.Money{Cents: r.Int64N(1e6), Currency: pick("", "EUR")}},
			deal.CloseDateMoved{To: throughline.DayOf(day0, time.UTC).Add(r.IntN(90)), ByCustomer: agrees},
			deal.Activity{What: pick("call", "email"), By: deal.Side(pick("", "us", "customer")), Person: person(), Open: r.IntN(3) == 0},
			deal.Evidence{About: phase().Address(), Person: person(), Text: pick("they said so", "sie sagten es — schriftlich", "")},
			deal.Contradiction{About: phase().Address(), Person: person(), Text: "they said otherwise"},
			deal.PhaseNotNeeded{Phase: phase(), Reason: "known"},
			deal.PersonJoined{
				Person:   person(),
				Role:     throughline.Roles()[r.IntN(len(throughline.Roles()))],
				Foreign:  "Decision Maker",
				Function: pick("", "it"),
				Left:     r.IntN(5) == 0,
			},
			deal.ReportsTo{Person: person(), To: []throughline.PersonID{person(), {}}[r.IntN(2)]},
			deal.Stance{Person: person(), Value: r.IntN(5) - 2, Agrees: map[bool]*bool{true: &agrees}[r.IntN(2) == 0], Wants: "calm", Fears: "noise"},
			deal.StepMoved{
				Step:  throughline.Contracting.Steps()[r.IntN(8)].Address(),
				State: throughline.StepDone,
				By:    deal.Side(pick("us", "customer")),
				Due:   throughline.DayOf(day0, time.UTC).Add(r.IntN(9)),
			},
			deal.MilestoneMet{Milestone: throughline.MilestoneAddress("p", pick("m", "n")), NotNeeded: r.IntN(4) == 0},
			deal.Classified{Class: throughline.Classes()[r.IntN(len(throughline.Classes()))], Factors: map[string]int{"repetition": r.IntN(4)}},
			deal.Noticed{Event: deal.Event(pick("new_veto", "more_options")), Text: "so it seems"},
			deal.Override{Position: phase(), Reason: "I was there"},
			deal.Judged{Category: deal.Categories()[r.IntN(4)], Reason: pick("", "I know them")},
			deal.Strategy{Aim: "x", Stops: deal.StopsOf("y"), Moves: []deal.Move{{What: "z", Expect: "an answer"}}},
			deal.Ended{
				Outcome: throughline.Outcomes()[r.IntN(8)],
				Foreign: pick("Closed Won", "Closed Lost"),
				Until:   throughline.DayOf(day0, time.UTC).Add(r.IntN(9)),
			},
			deal.Resumed{},
			deal.BetResolved{Strategy: earlier(), Result: deal.BetResults()[r.IntN(3)], Until: throughline.DayOf(day0, time.UTC).Add(r.IntN(9))},
			deal.PlaybookMoved{To: pick("a1", "b2")},
			deal.ProcessPicked{Process: throughline.Address(pick("", "process/standard")), Reason: "so it is"},
			deal.WorkMoved{Of: earlier(), What: pick("train", "move the data"), State: throughline.StepDone, Undated: r.IntN(5) == 0},
			deal.InitiativeStated{Initiative: id("initiative", 1), Name: "one depot", Sponsor: pick("the director", ""), Person: person()},
			deal.InitiativeJoined{Initiative: id("initiative", 1), Serves: pick("fewer waits", "")},
			deal.PurchaseStated{Initiative: id("initiative", 1), What: "the lifts", Supplier: pick("Liftwerk", ""), State: deal.Ordered},
			deal.StepStated{
				Of:     earlier(),
				Text:   pick("legal reads the draft", "board votes"),
				Label:  deal.ContractingStep,
				Due:    throughline.DayOf(day0, time.UTC).Add(r.IntN(9)),
				Person: person(),
			},
			deal.DecisionStated{
				Aspect: deal.Aspects()[r.IntN(10)],
				Text:   pick("the board", "two of three"),
				Day:    throughline.DayOf(day0, time.UTC).Add(r.IntN(9)),
				Person: person(),
			},
			deal.PlanMade{Plan: id("plan", 1)}, deal.Commented{Of: earlier(), Text: pick("why?", "sooner"), By: deal.Customer, Person: person()},
			deal.Noted{About: phase().Address(), Text: "they wait"},
			deal.Asked{About: phase().Address(), Text: "who signs?"},
			deal.SetAside{How: deal.Asides()[r.IntN(3)], Until: throughline.DayOf(day0, time.UTC).Add(r.IntN(30))},
			deal.Reconsidered{Strategy: earlier(), Answer: deal.Reconsiderings()[r.IntN(3)], Until: throughline.DayOf(day0, time.UTC).Add(r.IntN(30))},
			deal.TargetSet{Measure: "days", Baseline: "9", Target: "3", By: throughline.DayOf(day0, time.UTC).Add(r.IntN(9)), Person: person()},
			deal.ResultMeasured{Of: earlier(), Actual: "4", Person: person()},
			deal.PromiseMade{Person: person(), What: pick("send the list", "ask legal"), Due: throughline.DayOf(day0, time.UTC).Add(r.IntN(9))},
			deal.PromiseResolved{Promise: earlier(), Result: deal.PromiseKept},
			deal.Linked{To: throughline.DealID(id("deal", r.IntN(deals))), As: "land"},
		}
		learned := day0.AddDate(0, 0, r.IntN(40)).Add(time.Duration(r.IntN(5)) * time.Microsecond)
		f := deal.Fact{
			Deal: throughline.DealID(
				id("deal", r.IntN(deals)),
			), Learned: learned, Grade: throughline.Grade(r.IntN(5)), Body: bodies[r.IntN(len(bodies))],
			Source: deal.Source{System: pick("salesforce", "person"), Record: pick("", "OpportunityHistory 008")},
		}
		if r.IntN(4) > 0 {
			f.Happened = learned.AddDate(0, 0, -r.IntN(5))
		}
		if r.IntN(4) > 0 {
			f.Recorded = learned.AddDate(1, 0, 0)
		}
		if r.IntN(3) == 0 {
			f.By = actor(r, person)
		}
		if corrections && i > 0 && r.IntN(12) == 0 {
			of := out[r.IntN(i)]
			f.Deal, f.Body = of.Deal, deal.Correction{Of: of.ID, Reason: "wrong deal"}
			if r.IntN(4) == 0 {
				f.Body = deal.PersonMerged{Person: person(), Into: person()}
			}
		}
		f.ID = throughline.FactID(throughline.KeyedID(learned, "fact", strconv.Itoa(i), strconv.FormatUint(r.Uint64(), 36)))
		out[i] = f
	}
	return out
}

// actor gives one of any side that came by any way, or nobody; a person of no
// side is kept as they are.
func actor(r *rand.Rand, person func() throughline.PersonID) deal.Actor {
	ways := append(deal.Vias(), "")
	a := deal.Actor{Side: []deal.Side{deal.UnknownSide, deal.Us, deal.Customer}[r.IntN(3)], Via: ways[r.IntN(len(ways))]}
	if r.IntN(2) == 0 {
		a.Person = person()
	}
	return a
}

// ID makes the id that Facts uses for "person" and "deal" with a number, for
// names beside the facts.
func ID(parts ...any) throughline.ID { return id(parts...) }
