package company

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// coldbrook: they have decided for us; the paper has not kept up.
func coldbrook(w *world) []Case {
	t := w.tale(
		outline{story: "decided, contracting", account: "Coldbrook Dairies", sector: &plant, region: "british isles", class: throughline.Complex,
			purchase: firstTime, seller: 0, ago: 148, title: "Coldbrook Dairies want four crews to run one plant and not four", dollars: 186_000,
			closeIn: -30, sites: "2"},
	)
	zanele := t.who(148, "Zanele Vasseur", "production manager", "production", throughline.ProblemOwner)
	t.they(148, "call", zanele)
	t.moves(147, throughline.Notice)
	jan := t.who(130, "Jan Kostaras", "plant manager", "management", throughline.SponsorRole)
	mirela := t.who(96, "Mirela Dijkhof", "plant controller", "finance", throughline.BudgetDecider)
	sipho := t.who(90, "Sipho Lindgren", "shift leader", "production", throughline.UserRole)
	buyer := t.who(36, "Haruto Charlier", "purchasing lead", "purchasing", throughline.BuyerOfRecord)
	t.classed(120, factors(1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1))
	t.says(140, e4, throughline.Notice, zanele, "Downtime report and scrap log, kept by different people, name the same hour of the day.")
	t.says(
		120,
		e4,
		throughline.Own,
		jan,
		"Plan for the year: one way of running the line before the fifth shift starts. Owner: the production manager.",
	)
	t.says(72, e3, throughline.Notice, sipho, "Wrote down every restart of one week: 23, of which nine were for something the last crew knew.")
	t.says(54, e4, throughline.Own, mirela, "Budget line confirmed at half-year, in the name of $1.", zanele)
	t.met(118, throughline.Own)
	t.moves(116, throughline.Align)
	t.says(
		84,
		e4,
		throughline.Align,
		sipho,
		"One page, accepted by four crews, maintenance and the office: recipe changes per week, 41 today, 15 is the aim.",
	)
	t.met(83, throughline.Align)
	t.says(58, e3, throughline.Explore, zanele, "Sent their own list of five ways and struck out three, each with a reason.")
	t.says(
		54,
		e4,
		throughline.Rules,
		jan,
		"Minutes of the plant management: nine musts in order, five names, one date. First: that it can be used with gloves on.",
	)
	t.moves(53, throughline.Rules)
	t.met(52, throughline.Rules)
	t.says(40, e3, throughline.Choose, sipho, "Had eleven operators rank the options after a week with each. Ours first, on eight of eleven sheets.")
	t.moves(39, throughline.Choose)
	t.met(39, throughline.Choose)
	t.moves(30, throughline.Commit)
	t.says(19, e4, throughline.Commit, mirela, "Finance approved the case, in its own form, under 41-220.")
	t.says(18, e3, throughline.Commit, jan, "Set the day on which the crews will be told, and wrote what will be said.")
	t.met(18, throughline.Commit)
	t.pushed(17, 33, false)
	t.done(30, "k1", "The buyer drew the route on one page: six steps, eight weeks.")
	t.done(24, "k2", "Their terms, our annex on service. Counsel has opened the draft.")
	t.begun(21, "k3", 12, "Security questionnaire, 140 questions; ours to answer, theirs to close.")
	t.begun(25, "k6", -5, "Vendor number asked for. The bank letter was missing, and is on its way.")
	t.done(60, "c1", "The plant manager said to all four crews why this changes, and who stands behind it.")
	t.done(20, "c3", "Two people are off the shift plan for the first month.")
	t.stands(40, zanele, 2, true, "one line, run one way, whoever is on", "a start that falls into the summer holidays")
	t.stands(40, sipho, 2, true, "a start without guessing", "losing the quarter of an hour in which crews talk")
	t.stands(19, mirela, 1, true, "a figure that can be checked after a year", "costs that appear after the first year")
	t.they(6, "email", buyer)
	t.bets(
		5,
		11,
		deal.Strategy{Aim: "Crews run one recipe and change it knowingly: 15 changes a week instead of 41. First line live before the fifth shift.",
			Bet:     "If the vendor number is issued by {by}, because $1 signs orders on Fridays only, the first line starts on the day that was set.",
			Against: "Paper that nobody chases, because everybody thinks it is done.",
			Stops: deal.StopsOf(
				"the approver goes on leave",
				"the questionnaire goes round each function once",
				"the order's text differs from the contract",
			),
			Moves: []deal.Move{
				{What: "Send the bank letter in the form their finance uses", Expect: "$2 confirms the number"},
				{What: "Answer the questionnaire in one go and offer a call for the open points", Expect: "they list their conditions"},
			},
			StopIf: "no number four weeks after {by}", Because: "Decided, and nothing signed."},
		jan,
		buyer,
	)
	t.truth.Consensus, t.truth.Confidence, t.truth.EarlyPaper = 0.9, 0.9, true
	t.truth.Decided = t.on(18)
	t.looksAgain(
		34,
		factors(1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1),
		deal.ProcurementEntered,
		buyer,
		"Purchasing follows the route of the plant; it sets no rule of its own.",
	)
	t.under(120, zanele, jan)
	t.under(72, sipho, zanele)
	t.under(54, mirela, jan)
	return []Case{t.end(throughline.NoPhase)}
}

// sternau: somebody with a veto has appeared, and the page on the problem is open again.
func sternau(w *world) []Case {
	t := w.tale(outline{story: "reopened", account: "Sternau Grid", sector: &utility, region: "central europe", class: throughline.Complex,
		purchase: firstTime, seller: 2, ago: 133, title: "Sternau Grid want two control rooms to become one without losing what each knows",
		dollars: 530_000, closeIn: 40, sites: "2"})
	agnes := t.who(133, "Agnieszka Brückner", "head of control", "operations", throughline.ProblemOwner)
	t.they(133, "meeting", agnes)
	t.moves(132, throughline.Notice)
	felix := t.who(118, "Matthias Lorenzen", "director of operations", "management", throughline.SponsorRole)
	linh := t.who(101, "Linh Havran", "operations training lead", "training", throughline.ChangeLeader)
	emre := t.who(77, "Emre Novotka", "chief engineer", "engineering", throughline.RuleSetter)
	petra := t.who(74, "Petra Macraeg", "head of finance", "finance", throughline.BudgetDecider)
	t.classed(100, factors(1, 1, 1, 2, 2, 1, 2, 0, 1, 2, 1, 2, 1, 2, 2))
	t.says(
		126,
		e4,
		throughline.Notice,
		agnes,
		"Outage review and on-call diary, written by different people: both rooms answered one alarm, and neither the next.",
	)
	t.says(59, e3, throughline.Notice, linh, "Counted for a fortnight and pinned the figure to the wall: sixteen calls to controllers at home.")
	t.says(
		84,
		e4,
		throughline.Own,
		felix,
		"Minutes of the operations board: the office move waits, the one control room does not. Owner: the head of control.",
	)
	t.met(110, throughline.Own)
	t.moves(109, throughline.Align)
	t.says(
		96,
		e4,
		throughline.Align,
		linh,
		"One page accepted by both rooms, training and field service: what is switched in one shift is known in the next.",
	)
	t.met(95, throughline.Align)
	t.says(57, e3, throughline.Explore, agnes, "Spent a day with the neighbouring network to see how they do it, and wrote four pages.")
	t.moves(80, throughline.Rules)
	t.says(
		70,
		e4,
		throughline.Rules,
		emre,
		"Decision rule in the minutes: five votes, both rooms must agree, one date. First must: an entry can be added to, never changed.",
	)
	t.met(69, throughline.Rules)
	t.moves(60, throughline.Choose)
	t.says(48, e3, throughline.Choose, emre, "Sent their scored comparison: three offers, nine criteria; on price we are second.")
	t.met(47, throughline.Choose)
	t.pushed(30, 82, true)
	t.write(t.on(16), 0, deal.Judged{Category: deal.Commit})
	noor := t.who(12, "Noor Zielonka", "operational security lead", "it", throughline.Checker)
	t.notices(
		12,
		deal.NewVeto,
		noor,
		"$1 was named to the group and can stop it: since the new rules, nothing enters the operations network without that signature.",
		noor,
	)
	t.denies(11, e3, throughline.Align, noor, "Wrote a page of their own: the problem is not what is handed over, it is over which network.")
	t.stands(60, agnes, 2, true, "to hand over in ten minutes and be sure", "a second screen that beeps")
	t.stands(60, linh, 2, true, "new controllers who stand alone after six months", "a record that is kept for the regulator only")
	t.stands(55, emre, 1, true, "one log that cannot be changed afterwards", "an island beside the switching system")
	t.stands(11, noor, -1, false, "nothing new inside the operations network", "being asked last")
	t.they(4, "call", agnes)
	t.says(4, e2, throughline.Align, agnes, "“It is a fair point, and we should have asked at the start. I will bring the two pages together.”")
	t.bets(3, 18, deal.Strategy{Aim: "One room, one record, before the storm season; the regulator gets one account of every outage.",
		Bet:     "If $1 and $2 write one page out of two by {by}, because the operations board meets a week later, the ranking will stand.",
		Against: "Two problems under one name, settled by whoever shouts last.",
		Stops:   deal.StopsOf("the security review starts from nothing", "both rooms feel passed over", "storms come early"),
		Moves: []deal.Move{{What: "Ask $2 what would have to be true for a yes, before offering anything", Expect: "three conditions in writing"},
			{
				What:   "Leave the ranking alone until the page is one page",
				Expect: "$1 takes it off the agenda",
			}, {What: "Start the security checks now, beside it", Expect: "$2 names who reads the answers"}},
		StopIf: "the board is asked to choose between two problems", Because: "Somebody with a veto was named, twelve weeks late."}, agnes, noor)
	_ = petra
	t.truth.Consensus, t.truth.Confidence = 0.45, 0.7
	t.under(84, agnes, felix)
	t.under(59, linh, agnes)
	return []Case{t.end(throughline.Align)}
}

// halvard: nobody there has answered for seventy days.
func halvard(w *world) []Case {
	t := w.tale(outline{story: "silent", account: "Halvard Ferries", sector: &transport, region: "nordic", class: throughline.ComplexNoProcess,
		purchase: firstTime, seller: 1, ago: 187, title: "Halvard Ferries want night cleaning, fuelling and repairs in one handover", dollars: 145_000,
		closeIn: -100, sites: "5"})
	signe := t.who(187, "Signe Parata", "head of dispatch", "operations", throughline.ProblemOwner)
	t.they(187, "call", signe)
	t.moves(186, throughline.Notice)
	t.says(179, e3, throughline.Notice, signe, "Sent a month's tally: twelve ships not ready at five.")
	dario := t.who(150, "Dario Krogh", "head of fleet", "engineering", throughline.RuleSetter)
	t.says(150, e3, throughline.Notice, dario, "Sent three lists from one night. They name the same pump three ways.")
	t.moves(149, throughline.Align)
	t.says(128, e3, throughline.Own, signe, "Set aside a day a week until the winter timetable.")
	t.classed(127, factors(2, 2, 1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 0, 1, 1))
	t.moves(110, throughline.Rules)
	t.pushed(98, -44, false)
	t.says(70, e2, throughline.Align, signe, "“After the peak we sit down, all three teams.”")
	t.we(58, "email", signe)
	t.pushed(47, 12, false)
	t.we(39, "call", signe)
	t.we(24, "email", dario)
	t.we(8, "email", signe)
	t.truth.Ahead, t.truth.Fading = 1.4, throughline.Overtaken
	return []Case{t.end(throughline.Own)}
}

// brookvale: a practised buyer, and we keep step.
func brookvale(w *world) []Case {
	t := w.tale(outline{story: "lock step", account: "Brookvale Packaging", sector: &plant, region: "north america", class: throughline.Transactional,
		purchase: ordering, seller: 0, ago: 19, title: "Brookvale Packaging need six more lines running before the customer audit", dollars: 231_000,
		closeIn: 16, sites: "6"})
	joyce := t.who(19, "Joyce Patil", "purchasing lead", "purchasing", throughline.BuyerOfRecord)
	t.they(19, "email", joyce)
	t.moves(19, throughline.Rules)
	t.classed(18, factors(0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2))
	t.says(19, e3, throughline.Rules, joyce, "Request for a quotation: six lines, two dates, one page. Same terms as last time.")
	t.we(18, "email", joyce)
	t.met(17, throughline.Rules)
	t.says(12, e4, throughline.Choose, joyce, "Award note in their system, 58-114: three quotes compared, delivery decided.")
	t.met(12, throughline.Choose)
	t.moves(11, throughline.Commit)
	hank := t.who(5, "Tyler Fonoti", "plant controller", "finance", throughline.BudgetDecider)
	t.says(5, e2, throughline.Commit, joyce, "It is in this week's approval run, said the buyer; $1 signs on Thursday.", hank)
	t.done(10, "k2", "The framework agreement applies; only the annex is new.")
	t.done(10, "k6", "Supplier record from the earlier order is still good.")
	t.begun(5, "k5", 6, "Two signatures of three.")
	way := slices.Clone(ways[0])
	way[3].day, way[4].day, way[5].day = 22, 26, 29
	t.stateSteps(t.on(19), t.on(1), way, func(due throughline.Day) throughline.Day { return due.Add(1 - due.Number()%2) })
	t.truth.Consensus, t.truth.Confidence, t.truth.Decided = 0.95, 0.9, t.on(5)
	return []Case{t.end(throughline.NoPhase)}
}

// larkholm: we are where they are.
func larkholm(w *world) []Case {
	t := w.tale(outline{story: "well aligned", account: "Larkholm Care", sector: &care, region: "british isles", class: throughline.Complex,
		purchase: firstTime, seller: 2, ago: 72, title: "Larkholm Care want families to hear the same thing from every shift", dollars: 98_000, closeIn: 85,
		sites: "12"})
	amina := t.who(72, "Amina Tregarth", "head of care", "care", throughline.ProblemOwner)
	t.they(72, "call", amina)
	t.moves(71, throughline.Notice)
	t.classed(60, factors(1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1))
	omar := t.who(64, "Omar Fairlie", "chief executive", "management", throughline.SponsorRole)
	lucia := t.who(49, "Lucía Hollins", "home manager", "home management", throughline.UserRole)
	t.says(69, e4, throughline.Notice, amina, "Families' feedback and the carers' survey, a month apart: two shifts, two answers.")
	t.says(
		57,
		e4,
		throughline.Own,
		omar,
		"Objectives for the year, signed by the trustees: one answer to a family, whoever is on. The new website waits.",
	)
	t.met(56, throughline.Own)
	t.moves(55, throughline.Align)
	t.says(
		40,
		e4,
		throughline.Align,
		lucia,
		"One statement of the problem, accepted by twelve homes, the night carers among them. Calls from families a week: 52 today, 20 is the aim.",
	)
	t.met(39, throughline.Align)
	t.says(26, e3, throughline.Explore, amina, "Sent their own list of five ways. Doing nothing is first, buying is fourth.")
	t.moves(24, throughline.Rules)
	mei := t.who(15, "Mei Penrose", "director of operations", "operations", throughline.RuleSetter)
	t.says(15, e3, throughline.Rules, mei, "Took our sample rule apart and added who can say no.")
	t.stands(40, amina, 2, true, "time with residents instead of on the telephone", "a system that families cannot be shown")
	t.stands(40, lucia, 2, true, "to speak it instead of typing it", "one more thing to carry at night")
	t.stands(26, omar, 1, true, "an inspection without surprises", "a big start that peters out")
	t.done(50, "c1", "The chief executive wrote to all homes why this changes, and who stands behind it.")
	t.done(30, "c2", "A list of groups with how much changes for each; night carers most.")
	t.they(3, "email", mei)
	t.bets(10, 9, deal.Strategy{Aim: "A family that rings hears one answer: 20 calls a week instead of 52, in twelve homes within a year.",
		Bet:     "If finance signs the rule that $1 has rewritten by {by}, because the trustees meet the week after, they will look at three offers and no more.",
		Against: "A wish list of forty points from twelve homes.", Stops: deal.StopsOf("data protection is asked last", "the holidays",
			"the new funding year starts with a cut"),
		Moves: []deal.Move{
			{What: "Ask $1 who at finance would have to live with it", Expect: "a name and a day"},
			{What: "Ask for the approval route on one page", Expect: "the office sends it"},
		},
		StopIf: "the rule is still open a month after {by}", Because: "They have their list of ways; the next question is how to decide."}, mei)
	t.truth.Consensus, t.truth.Confidence = 0.85, 0.8
	return []Case{t.end(throughline.Rules)}
}

// clervaux: they have moved on and we have not noticed.
func clervaux(w *world) []Case {
	t := w.tale(outline{story: "behind", account: "Clervaux Glass", sector: &plant, region: "france and benelux", class: throughline.Complex,
		purchase: replacing, seller: 0, ago: 88, title: "Clervaux Glass must move their handovers before support for the old system ends", dollars: 204_000,
		closeIn: 55, sites: "3"})
	fleur := t.who(88, "Fleur Mensah", "technical director", "engineering", throughline.RuleSetter)
	t.they(88, "email", fleur)
	t.moves(87, throughline.Notice)
	bastien := t.who(80, "Bastien Verhaegen", "production manager", "production", throughline.ProblemOwner)
	tuuli := t.who(62, "Tuuli Aubin", "safety manager", "safety", throughline.ChangeLeader)
	raf := t.who(41, "Rafael Peeters", "plant controller", "finance", throughline.BudgetDecider)
	t.classed(70, factors(1, 1, 1, 2, 2, 1, 2, 0, 1, 2, 1, 2, 1, 2, 2))
	t.says(
		79,
		e4,
		throughline.Notice,
		bastien,
		"Support for the old system ends in nine months: the maker's letter and their own IT's list say the same date.",
	)
	t.says(75, e4, throughline.Own, fleur, "Plan for the year, page four: replaced before support ends. Money and two people are named.")
	t.moves(70, throughline.Align)
	t.says(55, e4, throughline.Align, tuuli, "The works council and the plant put their names to one page on what changes, and for whom.")
	t.met(54, throughline.Align)
	t.says(48, e3, throughline.Explore, bastien, "Ruled out building it, in writing: two people, nine months, nobody to mend it.")
	t.says(41, e4, throughline.Rules, fleur, "Evaluation plan, published inside: criteria, weights, five names, one date.")
	t.says(12, e2, throughline.Choose, tuuli, "Two are left, said the safety manager, and the operators on line two are trying both.")
	t.we(36, "email", bastien)
	t.they(12, "call", tuuli)
	t.stands(48, bastien, 1, true, "a change without a stop of the furnace", "a system chosen by people who never stand at it")
	t.stands(41, raf, 0, true, "one contract less, not one more", "paying twice for the last three months")
	t.they(2, "email", fleur)
	t.truth.Consensus, t.truth.Confidence, t.truth.Rival = 0.85, 0.75, true
	return []Case{t.end(throughline.Choose)}
}
