package company

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// agency is how a US federal customer speaks of its work. It buys by public
// rules; nobody there is invented into a role that the rules do not know.
var agency = sector{
	name: "us federal", unit: "lock", units: "locks", crew: "lock operators",
	olds: []string{"a paper log at each lock"}, records: []string{"the outage log"}, delayed: []string{"the camera programme"},
	dates: []string{
		"the end of the fiscal year",
	}, bodies: []string{"the source selection board"}, musts: []string{"that it works without a network"}, peers: []string{"another district"},
	posts: []post{{"operations division chief", "operations", "problem_owner"}},
	themes: []theme{
		{[]string{"want every lock to tell the next shift what it knows"}, "each lock keeps its own log", "hours of closure a month", 30, 12,
			[3]string{
				"a gate was closed for a repair that had been done",
				"two logs gave two water levels",
				"a barge waited for an answer until morning",
			}},
	},
}

const bureau = "Bureau of Inland Navigation"

// navigation is the federal account: a competition that is under way, and an
// order on an existing vehicle before it.
func navigation(w *world) []Case {
	order := w.tale(outline{story: "order on a vehicle", account: bureau, sector: &agency, region: "north america", class: throughline.Transactional,
		purchase: ordering, seller: 2, ago: 330, title: "Bureau of Inland Navigation order handover licences for two locks on an existing vehicle",
		dollars: 84_000, closeIn: -290, sites: "2"})
	marcus := order.who(330, "Marcus Delgadillo", "contract specialist", "contracting", throughline.BuyerOfRecord)
	order.they(330, "email", marcus)
	order.moves(330, throughline.Rules)
	order.classed(329, factors(0, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2, 2, 1))
	order.says(329, e4, throughline.Rules, marcus, "Request for a quotation under the existing vehicle, with the ordering instructions attached.")
	order.we(322, "email", marcus)
	order.says(314, e4, throughline.Choose, marcus, "Comparison of three quotations on file; ours meets every line.")
	order.moves(313, throughline.Commit)
	order.says(306, e4, throughline.Commit, marcus, "Funds certified for the order.")
	order.done(304, "k7", "Order signed by the contracting officer.")
	order.done(303, "k8", "Order number received.")
	order.write(order.on(303), e4, deal.Ended{Outcome: throughline.Won, Text: "Order received under the vehicle, within the fiscal year."})
	order.moves(300, throughline.Adopt)
	order.says(220, e4, throughline.Prove, marcus, "Performance rating for the period: delivered as stated.")
	order.truth.Outcome, order.truth.Closed, order.truth.Decided = throughline.Won, order.on(303), order.on(306)

	t := w.tale(outline{story: "federal, locked", account: bureau, sector: &agency, region: "north america", class: throughline.Complex,
		purchase: firstTime, seller: 2, ago: 241, title: "Bureau of Inland Navigation want every lock to tell the next shift what it knows",
		dollars: 2_900_000, closeIn: 120, sites: "41"})
	denise := t.who(241, "Denise Tsosie", "operations division chief", "operations", throughline.ProblemOwner)
	t.they(241, "meeting", denise)
	t.moves(240, throughline.Notice)
	t.says(236, e4, throughline.Notice, denise, "Published outage statistics: 30 hours of closure a month begin at a change of shift.")
	t.says(160, e4, throughline.Own, denise, "Entry in the agency's procurement forecast, with a fiscal year and a range.")
	t.moves(158, throughline.Align)
	walter := t.who(140, "Walter Ibanez", "contracting officer", "contracting", throughline.RuleSetter)
	rosa := t.who(128, "Rosalind Beauvais", "programme manager", "programme", throughline.ChangeLeader)
	t.says(128, e4, throughline.Explore, rosa, "Sources sought notice; eleven answers, ours among them. Commercial products are found to exist.")
	t.classed(125, factors(1, 1, 1, 2, 2, 1, 2, 1, 1, 2, 2, 2, 2, 2, 1))
	t.says(86, e4, throughline.Notice, rosa, "Draft statement of objectives opens with the outage statistics, a year on.")
	t.says(84, e4, throughline.Own, rosa, "Funded in the approved budget, line and year named.")
	t.says(
		78,
		e4,
		throughline.Align,
		rosa,
		"Statement of objectives, signed for operations, safety and the districts: 12 hours of closure a month instead of 30.",
	)
	t.says(62, e4, throughline.Explore, walter, "Market research report on file: buying is one of three ways, building another.")
	t.met(77, throughline.Align)
	t.moves(60, throughline.Rules)
	t.says(41, e3, throughline.Rules, rosa, "Industry day: ninety questions from the room, answered in writing to all.")
	t.says(33, e4, throughline.Rules, walter, "Draft request for proposals: factors, their order of weight, page limits.")
	t.notices(
		16,
		deal.SolicitationIssued,
		walter,
		"The solicitation was issued. Questions go to the contracting officer, in writing, until the date stated; nobody else may be approached.",
	)
	t.says(
		16,
		e4,
		throughline.Rules,
		walter,
		"Request for proposals published: three factors in descending order of weight, offers due in five weeks.",
	)
	t.met(16, throughline.Rules)
	t.moves(15, throughline.Choose)
	t.says(5, e3, throughline.Rules, walter, "First amendment: answers to 46 questions, ours four among them. The due date stands.")
	t.pushed(15, 150, true)
	t.done(70, "k1", "The route is public: offers, evaluation, award, protest window.")
	t.bets(13, 19, deal.Strategy{Aim: "A lock that closes does so for the river's reasons: 12 hours a month instead of 30.",
		Bet:     "If our offer answers the three factors in their own order by {by}, because it will be judged on nothing else, it stays in range.",
		Against: "The existing log, extended by another contract. Judged on the same three factors.",
		Stops:   deal.StopsOf("a factor that is answered on the wrong page", "a call to somebody we may not call", "a protest after the award"),
		Moves: []deal.Move{
			{What: "Write the four open questions to the contracting officer", Expect: "an amendment answers them"},
			{What: "Read the offer against the factors, with somebody who did not write it", Expect: "nothing is asked of them now"},
		},
		StopIf: "a mandatory line cannot be met", Because: "The solicitation is out. Respond; do not reach out."})
	t.truth.Consensus, t.truth.Confidence, t.truth.Rival = 0.8, 0.8, true
	return []Case{order.end(throughline.NoPhase), t.end(throughline.Choose)}
}

const carrier = "Vale & Osei Logistics"

// landed is the account where three teams bought by card, and the company is
// now asked to decide for all of them.
func landed(w *world) []Case {
	var cases []Case
	big := w.tale(outline{story: "expand", account: carrier, sector: &transport, region: "africa", class: throughline.ComplexNoProcess,
		purchase: firstTime, seller: 1, ago: 58, title: "Vale & Osei Logistics want one handover in every depot, not three favourites", dollars: 310_000,
		closeIn: 70, sites: "14"})
	var users []person
	for i, l := range []struct {
		ago         int
		team, name  string
		title, said string
		heard       string
	}{
		{420, "night dispatch in Tema", "Abebe Kamara", "night dispatcher", "Set it up for five people in an afternoon, without asking us anything.",
			"Nobody has asked for the clipboard back."},
		{305, "the workshop in Kumasi", "Fatou Marsden", "workshop lead", "Tried three in one evening; ours asked the fewest questions.",
			"The first hour of the shift is work now, and not telephone calls."},
		{190, "the cold store team", "Thabo Iyengar", "cold store supervisor", "Saw it in the workshop and wanted it by Saturday.",
			"Two alarms were seen to that the last shift had only heard."},
	} {
		t := w.tale(
			outline{
				story:    "land " + string(rune('1'+i)),
				account:  carrier,
				sector:   &transport,
				region:   "africa",
				class:    throughline.TransactionalInformal,
				purchase: byCard,
				seller:   1,
				ago:      l.ago,
				title:    "Vale & Osei Logistics: " + l.team + " want a handover page of their own",
				dollars:  600 + int64(i)*240,
				sites:    "1",
			},
		)
		u := t.who(l.ago, l.name, l.title, "depot", throughline.BudgetDecider)
		users = append(users, u)
		t.they(l.ago, "email", u)
		t.moves(l.ago, throughline.Rules)
		t.classed(l.ago, factors(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 1, 0))
		t.says(l.ago-1, e3, throughline.Choose, u, l.said)
		t.says(l.ago-2, e3, throughline.Commit, u, "Paid for a month by card.")
		t.write(t.on(l.ago-2), e3, deal.Ended{Outcome: throughline.Won, Text: "Paid by card, from the team's own money."})
		t.says(l.ago-60, e2, throughline.Prove, u, l.heard)
		t.write(t.on(56), 0, deal.Linked{To: big.id, As: "land"})
		t.truth.Outcome, t.truth.Closed, t.truth.Decided = throughline.Won, t.on(l.ago-2), t.on(l.ago-2)
		cases = append(cases, t.end(throughline.NoPhase))
		big.write(big.on(56), 0, deal.Linked{To: t.id, As: "expand"})
	}
	t := big
	kwame := t.who(58, "Kwame Osei-Grant", "operations director", "management", throughline.SponsorRole)
	t.they(58, "call", kwame)
	t.moves(57, throughline.Notice)
	for i, u := range users {
		t.join(t.on(55-i), u)
	}
	t.classed(52, factors(2, 2, 1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 0, 1, 1))
	t.says(54, e3, throughline.Notice, users[1], "Wrote down what the workshop's first hour was like before, and what it is like now.")
	t.says(
		53,
		e4,
		throughline.Notice,
		kwame,
		"Delay report and safety bulletin, kept apart: the depots that hand over in writing are late half as often.",
	)
	chidi := t.who(44, "Chidi Lobato", "commercial director", "finance", throughline.BudgetDecider)
	t.says(37, e3, throughline.Own, kwame, "Moved the yard camera project to next year to make room.")
	t.moves(35, throughline.Align)
	t.says(30, e2, throughline.Own, chidi, "“Three small bills are nothing. Fourteen depots are a decision, and nobody has said whose.”")
	sanna := t.who(21, "Sanna Mokoena", "head of information security", "it", throughline.Checker)
	t.notices(21, deal.ProcurementEntered, sanna, "$1 asked how a tool with names in it came in by card. A fair question.", sanna)
	t.says(14, e1, throughline.Align, kwame, "The three teams that have it like it. The eleven others we have not met.")
	t.moves(13, throughline.Rules)
	t.stands(44, kwame, 2, true, "one way of working in fourteen depots", "three favourites turned into three camps")
	t.stands(30, chidi, 0, true, "to know what is being decided, and by whom", "a small bill that grows quietly")
	t.they(7, "meeting", kwame)
	t.bets(6, 15, deal.Strategy{Aim: "Any depot can be taken over without ringing round, whoever worked it before.",
		Bet:     "If $1 names an owner with finance by {by}, because the executive meeting sets the year's list that week, eleven depots will be asked what they need.",
		Against: "Three more teams with a card. It feels like growth and decides nothing.",
		Stops: deal.StopsOf(
			"security says no to the way it came in",
			"the three teams are taken for the whole",
			"nobody in the eleven depots has been asked",
		),
		Moves: []deal.Move{
			{What: "Bring $2's question to the first page, with the answer", Expect: "a list of conditions"},
			{What: "Ask the workshop to tell their story to a depot that has nothing", Expect: "they are invited"},
		},
		StopIf: "it is to be bought for fourteen because three like it", Because: "Three teams in three functions, and security has asked."}, kwame, sanna)
	t.truth.Consensus, t.truth.Confidence, t.truth.Ahead = 0.55, 0.7, 0.8
	return append([]Case{t.end(throughline.Own)}, cases...)
}
