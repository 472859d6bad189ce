package company

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// northfield: they are agreeing what the problem is; we act as if they were choosing.
func northfield(w *world) []Case {
	t := w.tale(
		outline{story: "ahead", account: "Northfield Hospitals", sector: &hospital, region: "british isles", class: throughline.ComplexNoProcess,
			purchase: firstTime, seller: 0, ago: 94, title: "Northfield Hospitals want every ward to hand over shifts without paper", dollars: 412_000,
			closeIn: 20, sites: "3"},
	)
	maria := t.who(94, "Maria Oduya", "head of nursing", "nursing", throughline.ProblemOwner)
	t.they(94, "call", maria)
	t.moves(92, throughline.Notice)
	colin := t.who(86, "Colin Hartwig", "quality and safety lead", "quality", throughline.ChangeLeader)
	t.says(86, e2, throughline.Notice, maria, "Two patients with the same surname were handed over as one. Nobody was harmed, and nobody slept.")
	t.says(
		80,
		e4,
		throughline.Notice,
		colin,
		"Incident log: eleven entries in six months name the change of shift as a cause. The night supervisors' book, kept apart, has the same eleven nights.",
	)
	t.classed(78, factors(2, 2, 1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 0, 1, 1))
	ruth := t.who(70, "Ruth Ekdahl", "chief operating officer", "operations", throughline.SponsorRole)
	first := t.bets(
		76,
		-60,
		deal.Strategy{Aim: "Nurses go home when the shift ends, and the morning knows what the night saw. We start with two wards.",
			Bet:     "If $1 takes the eleven nights to the hospital management by {by}, because the year's list is made then, somebody will own this.",
			Against: "Nothing happens. It has always been like this.",
			Stops: deal.StopsOf(
				"nobody senior carries it",
				"the bed-tracking pilot takes the same people",
			), Moves: []deal.Move{{What: "Prepare half a page with $1, on their paper", Expect: "it is on the agenda"}},
			StopIf: "no owner by the end of the quarter", Because: "The incident log arrived."},
		maria,
	)
	t.says(
		66,
		e4,
		throughline.Own,
		ruth,
		"Minutes of the hospital management: the bed-tracking pilot is put back, this goes ahead. Owner: the head of nursing.",
	)
	t.resolved(59, first, "happened")
	t.says(52, e3, throughline.Own, maria, "Cleared Thursday mornings for half a year, and told the ward managers so by e-mail.")
	t.met(50, throughline.Own)
	second := t.bets(48, -24, deal.Strategy{Aim: "Nurses go home when the shift ends, and the morning knows what the night saw.",
		Bet: "If they see it run on a tablet by {by}, because seeing convinces, they will choose quickly.", Against: "Another year of paper sheets.",
		Stops: deal.StopsOf(
			"finance has not been asked",
			"two products are compared before the problem is",
		), Moves: []deal.Move{{What: "Show the product to the directors", Expect: "they ask for an offer"}},
		StopIf: "they choose somebody else", Because: "There is an owner now."})
	t.write(
		t.on(46),
		e1,
		deal.Evidence{About: throughline.Align.Address(), Text: "Finance “seems fine with it”. Our reading of a call; nobody there has said so."},
	)
	t.says(
		33,
		e3,
		throughline.Align,
		maria,
		"Head of nursing wrote one page: handovers take 38 minutes, four incidents in a month begin there, and 15 minutes would do.",
	)
	t.we(30, "meeting", ruth)
	t.moves(29, throughline.Rules)
	t.write(
		t.on(27),
		e1,
		deal.Evidence{
			About: throughline.Choose.Address(),
			Text:  "The demonstration to the directors went well, we thought. No nurse was in the room.",
		},
	)
	t.resolved(23, second, "did_not")
	t.moves(20, throughline.Choose)
	t.pushed(19, 74, false)
	t.stands(33, maria, 2, true, "nurses who leave on time, and a morning without guessing", "a tool that is bought before the wards have been heard")
	t.stands(31, colin, 1, true, "fewer entries in the log", "another form beside the old one")
	t.they(9, "email", maria)
	t.says(9, e2, throughline.Align, maria, "“My ward managers have not been asked yet, and it is their day that changes.”")
	t.bets(6, 12, deal.Strategy{Aim: "Nurses go home when the shift ends, and the morning knows what the night saw: 15 minutes instead of 38.",
		Bet:     "If $1 convenes finance and two ward managers by {by}, because the next rota is set two days later, they will settle on one measure.",
		Against: "A good page that only one person has written. We stop showing and start asking.",
		Stops: deal.StopsOf(
			"finance has its own measure and has not said so",
			"the ward managers hear of it after it is settled",
			"the rota comes first",
		),
		Moves: []deal.Move{{What: "Ask $1 whose absence would undo an agreement later", Expect: "names two people"},
			{
				What:   "Offer the sample decision rule; do not show the product",
				Expect: "they edit it",
			}, {What: "Send the page with the open places marked, for $1 to forward", Expect: "two others answer it"}},
		StopIf: "the ward managers are still missing when the rota is out", Because: "The second bet failed: we had shown, and nobody had asked us to."}, maria)
	t.truth.Ahead = 1.5
	t.under(66, colin, ruth)
	t.under(33, maria, ruth)
	return []Case{t.end(throughline.Align)}
}

// ashlow: everything is answered, and nobody dares to sign.
func ashlow(w *world) []Case {
	t := w.tale(
		outline{story: "indecision", account: "Ashlow Children's Hospital", sector: &hospital, region: "british isles", class: throughline.Complex,
			purchase: replacing, seller: 0, ago: 171, title: "Ashlow Children's Hospital want parents to be told the same thing at night as in the morning",
			dollars: 268_000, closeIn: -60, sites: "1"},
	)
	ngozi := t.who(171, "Ngozi Lemoine", "head of nursing", "nursing", throughline.ProblemOwner)
	t.they(171, "email", ngozi)
	t.moves(170, throughline.Notice)
	pieter := t.who(160, "Pieter Holmsten", "medical director", "medicine", throughline.SponsorRole)
	defne := t.who(120, "Defne Marchand", "finance director", "finance", throughline.BudgetDecider)
	bea := t.who(112, "Beatriz Quill", "ward manager", "ward management", throughline.UserRole)
	t.classed(150, factors(1, 1, 1, 1, 2, 1, 1, 0, 1, 2, 1, 2, 2, 2, 1))
	t.says(162, e3, throughline.Notice, ngozi, "Sent a month's tally: 52 calls from parents, most of them to ask which of two answers is right.")
	t.says(70, e4, throughline.Notice, ngozi, "The parents' council and the complaints file, asked separately, name the same hour.")
	t.says(150, e4, throughline.Own, pieter, "Minutes of the quality committee: goes ahead before the refit of the staff room.")
	t.says(68, e4, throughline.Own, defne, "Budget line kept through this year's cuts, in the name of the head of nursing.")
	t.met(148, throughline.Own)
	t.moves(140, throughline.Align)
	t.says(
		66,
		e4,
		throughline.Align,
		bea,
		"One statement of the problem, accepted by nursing, medicine and the parents' council; their names stand under it.",
	)
	t.met(124, throughline.Align)
	t.says(58, e3, throughline.Explore, ngozi, "Sent their list of four ways. Doing nothing is on it, with its price.")
	t.moves(100, throughline.Rules)
	t.says(56, e4, throughline.Rules, pieter, "Decision rule in the minutes: five votes, the wards break a tie, finance can stop it once.")
	t.met(88, throughline.Rules)
	t.says(
		52,
		e3,
		throughline.Choose,
		bea,
		"Ran the trial on two wards against limits set beforehand: inside them in nine weeks of ten. Ours is first, by a distance.",
	)
	t.moves(70, throughline.Choose)
	t.met(50, throughline.Choose)
	t.moves(49, throughline.Commit)
	t.pushed(64, 5, false)
	t.done(48, "k1", "Purchasing listed what happens between yes and order: five steps, with names.")
	t.done(40, "k3", "Data protection signed off; hosting stays in the region.")
	t.says(44, e3, throughline.Commit, ngozi, "Wrote down what could go wrong, with a name beside every line but one.")
	t.notices(38, deal.MoreReferences, defne, "$1 asked for one more reference, the third.", defne)
	t.says(34, e2, throughline.Commit, defne, "“I would feel better if somebody our size had done it for two years.”")
	t.notices(24, deal.ComparisonReopened, pieter, "The comparison that was closed in the minutes is being done again, with this year's prices.")
	t.notices(15, deal.MoreReferences, defne, "A fourth reference, this time from somebody who stopped using it.")
	t.pushed(14, 38, false)
	t.stands(50, ngozi, 2, true, "an end to the double telephone calls", "that it is let lie after all this work")
	t.stands(44, defne, 1, true, "a choice that can be explained in two years", "to be the one who signed")
	t.stands(44, pieter, 1, true, "quiet before the accreditation visit", "a big start that peters out")
	t.they(8, "call", ngozi)
	t.bets(7, 16, deal.Strategy{Aim: "Parents hear one answer. Both wards of the trial keep what they have, the others follow.",
		Bet:     "If the first phase can be left after three months, agreed by {by}, because $1 would stand alone if it failed, the case goes to signature.",
		Against: "Waiting, which feels safer than choosing. More proof will not help; less risk will.",
		Stops:   deal.StopsOf("a fifth reference", "the line on the risk list without a name", "a spending freeze"),
		Moves: []deal.Move{{What: "Recommend the small package and take the large one off the table", Expect: "they stop comparing the two"},
			{
				What:   "Put the way out into one paragraph for $1",
				Expect: "it stands in their own case",
			}, {What: "Ask $2 who will tell the wards, and when", Expect: "a date is set"}},
		StopIf: "they ask for a third comparison", Because: "Another reference was asked for. Urgency would make it worse."}, defne, ngozi)
	t.truth.Consensus, t.truth.Confidence = 0.9, 0.25
	t.under(66, bea, ngozi)
	t.under(58, ngozi, pieter)
	return []Case{t.end(throughline.Commit)}
}

// tarnside: a card on the table and nothing from the customer.
func tarnside(w *world) []Case {
	t := w.tale(
		outline{story: "our reading only", account: "Tarnside Infirmary", sector: &hospital, region: "british isles", class: throughline.Unclassified,
			purchase: firstTime, seller: 1, ago: 63, title: "Tarnside Infirmary are said to want one record for all four sites", dollars: 640_000,
			closeIn: 18, sites: "4"},
	)
	owen := t.who(63, "Owen Castellan", "head of digital services", "it", throughline.Informant)
	t.we(63, "call", owen)
	t.moves(62, throughline.Notice)
	t.write(
		t.on(55),
		e1,
		deal.Evidence{About: throughline.Notice.Address(), Text: "It sounded as if every site does it in its own way and everybody knows."},
	)
	t.we(50, "meeting", owen)
	t.moves(41, throughline.Rules)
	t.write(
		t.on(40),
		e1,
		deal.Evidence{About: throughline.Own.Address(), Text: "“Top priority”, we were told, by somebody whose list we have not seen."},
	)
	t.we(33, "email", owen)
	t.moves(27, throughline.Choose)
	t.we(26, "meeting", owen)
	t.write(
		t.on(26),
		e1,
		deal.Evidence{
			About: throughline.Choose.Address(),
			Text:  "We think we are in front. The demonstration was well received by those who were there, which was IT.",
		},
	)
	t.pushed(20, 46, false)
	t.we(11, "email", owen)
	t.we(4, "email", owen)
	t.write(t.on(3), 0, deal.Override{Position: throughline.Choose, Reason: "They have asked for a price. That must count for something."})
	t.truth.Ahead = 2
	return []Case{t.end(throughline.Notice)}
}
