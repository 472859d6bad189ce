package company

var transport = sector{
	name: "transport", unit: "depot", units: "depots", crew: "dispatchers",
	forms:   []string{"Rail", "Tramways", "Buses", "Coaches", "Metro", "Regional Transport"},
	olds:    []string{"a sheet on a clipboard", "a chat group of sixty people", "a radio log and good memory"},
	records: []string{"the delay report", "the defect register", "the safety bulletin", "the passenger complaints"},
	delayed: []string{"the new uniform order", "the ticket machine refresh", "the fuel card project", "the yard camera project", "the driver app"},
	dates: []string{
		"the timetable change",
		"the holiday peak",
		"the opening of the new depot",
		"the safety certificate renewal",
		"the winter timetable",
	},
	bodies: []string{"the operations committee", "the safety panel", "the depot managers' meeting", "the executive meeting"},
	musts: []string{
		"that a defect cannot be handed over without a name",
		"that it can be filled in standing up",
		"that drivers see it before they sign on",
		"that it works without a signal",
	},
	peers: []string{"the operator in the next city", "a network with four depots", "the line that shares their depot"},
	posts: []post{
		{
			"head of dispatch",
			"operations",
			"problem_owner",
		}, {"operations director", "management", "sponsor"}, {"commercial director", "finance", "budget_decider"},
		{
			"duty manager",
			"depot",
			"user",
		}, {"head of information security", "it", "checker"}, {"procurement officer", "purchasing", "buyer_of_record"},
		{
			"safety and training manager",
			"safety",
			"change_leader",
		}, {"head of fleet", "engineering", "rule_setter"}, {"yard supervisor", "depot", "user"},
		{"staff representative", "works council", "checker"}, {"timetable planner", "planning", "informant"},
	},
	themes: []theme{
		{
			[]string{"want no vehicle to leave with a defect the last shift knew of", "want defects to be known at the gate"},
			"defects are told at the gate, if there is time",
			"vehicles sent back a month",
			19,
			5,
			[3]string{
				"a door known to stick went out three mornings running",
				"a vehicle was held at the depot for a fault that had been mended",
				"a brake note was found under a seat",
			},
		},
		{
			[]string{"want dispatchers to take over without ringing round", "want the first hour of a shift back"},
			"the first hour of a shift goes on finding out what happened in the last",
			"calls in the first hour",
			34,
			10,
			[3]string{
				"a replacement service was ordered twice",
				"a driver waited forty minutes for a departure that had been cancelled",
				"a closed stop was served at the start of a shift",
			},
		},
		{
			[]string{"need the new depot to run like the old one from its first night", "want to move depots without losing what the old one knew"},
			"how the old depot works is in eleven heads",
			"questions to the old depot per night",
			44,
			8,
			[3]string{
				"a supervisor from the old depot was called in on a day off",
				"a bay was marked free that had not been free for a week",
				"the wash was booked by two crews at once",
			},
		},
		{
			[]string{"want vehicles turned round without asking three people", "want a night plan that everybody has seen"},
			"the plan for the night changes four times and is told once",
			"minutes lost per turnaround",
			47,
			20,
			[3]string{
				"a crew stood ready at the wrong platform",
				"a fault alarm was passed on as an e-mail nobody read",
				"a relief was booked for a departure that had gone",
			},
		},
		{
			[]string{"want delays explained once, and the same to everyone", "want one reason for one delay"},
			"passengers, drivers and managers hear three reasons for one delay",
			"explanations given for one delay, on average",
			4,
			2,
			[3]string{
				"the board said signal fault while the driver said staffing",
				"a refund was given for a service that had been on time",
				"a delay was counted twice by two control desks",
			},
		},
		{
			[]string{"want night cleaning, fuelling and repairs in one handover", "want every vehicle ready at five"},
			"the three night teams each keep a list of their own",
			"vehicles not ready at five",
			12,
			3,
			[3]string{
				"a vehicle was cleaned after it had been withdrawn",
				"two vehicles left half charged on one morning",
				"a repair was undone to get at another repair",
			},
		},
	},
}

var care = sector{
	name: "care", unit: "home", units: "homes", crew: "carers",
	forms:   []string{"Care", "Homes", "Living", "Residences", "Elder Care", "Supported Living"},
	olds:    []string{"a communication book in the kitchen", "a folder per resident", "messages on private phones"},
	records: []string{"the falls register", "the safeguarding log", "the medication audit", "the families' feedback"},
	delayed: []string{"the new website", "the minibus", "the laundry contract", "the garden room", "the payroll change"},
	dates:   []string{"the inspection", "the opening of the new home", "the new funding year", "the summer holidays", "the change of pharmacy"},
	bodies:  []string{"the home managers' meeting", "the trustees", "the quality group", "the board"},
	musts: []string{
		"that a carer can speak it instead of typing",
		"that families can be shown what was done",
		"that it asks for nothing the old folder did not",
		"that it works on the phones they have",
	},
	peers: []string{"a charity with twelve homes", "the home on the hill", "a home that was inspected in spring"},
	posts: []post{
		{"head of care", "care", "problem_owner"}, {"chief executive", "management", "sponsor"}, {"head of finance", "finance", "budget_decider"},
		{
			"home manager",
			"home management",
			"user",
		}, {"data protection lead", "legal", "checker"}, {"office manager", "purchasing", "buyer_of_record"},
		{
			"practice development lead",
			"training",
			"change_leader",
		}, {"director of operations", "operations", "rule_setter"}, {"night senior carer", "home management", "user"},
		{"clinical governance lead", "quality", "checker"}, {"family liaison", "care", "informant"},
	},
	themes: []theme{
		{
			[]string{"want families to hear the same thing from every shift", "want families to have to ask only once"},
			"families ring twice because two shifts tell them two things",
			"calls from families a week",
			52,
			20,
			[3]string{
				"a daughter was told of a fall by the cleaner",
				"a birthday visit was prepared for the wrong day",
				"two carers gave two reasons for one bruise",
			},
		},
		{
			[]string{"want to give back the hour spent on writing things twice", "want carers to write a thing once"},
			"the same notes are written in three books",
			"hours of writing per home and day",
			9,
			4,
			[3]string{
				"a night's notes were copied out by hand until ten",
				"a weight was written into the wrong book",
				"a carer left because of the paperwork, and said so",
			},
		},
		{
			[]string{"have to be ready for the inspection in every home", "want every home's record to stand an inspection"},
			"what is known in one home is not known in the next",
			"homes with gaps in the record",
			11,
			2,
			[3]string{
				"an inspector found a plan that was two years old",
				"a resident moved homes and the folder followed a week later",
				"a missing signature could not be explained",
			},
		},
		{
			[]string{"need medicines and handovers to agree", "want charts and handovers to say the same"},
			"the handover says one thing and the chart another",
			"chart queries a week",
			18,
			4,
			[3]string{
				"a dose was given by both shifts",
				"a stopped medicine was ordered again",
				"a chart came back from the pharmacy with six questions",
			},
		},
		{
			[]string{"want night carers who work alone to know where help is", "want nobody to be alone at night with last week's list"},
			"whoever is alone at night has last week's list",
			"calls to managers per night",
			8,
			2,
			[3]string{
				"a lone carer rang a manager who had left in June",
				"a door code had changed at tea time",
				"a lifting aid was locked in the day room",
			},
		},
	},
}

var small = sector{
	name: "small business", unit: "team", units: "teams", crew: "staff",
	forms:   []string{"Veterinary Practice", "Bakery", "Brewery", "Pharmacy", "Guest House", "Ambulances", "Printworks", "Dental"},
	olds:    []string{"sticky notes", "a chat group", "the owner's memory"},
	records: []string{"the order book", "the complaints box", "the diary", "the returns list"},
	delayed: []string{"the new van", "the boiler service", "the loyalty card", "the shop sign"},
	dates:   []string{"the busy season", "the owner's holiday", "the opening of the second branch", "the yearly inspection"},
	bodies:  []string{"the partners", "the family meeting", "the Monday meeting"},
	musts:   []string{"that it fits on a phone", "that nobody needs a course", "that it can be stopped any month"},
	peers:   []string{"the one in the next town", "a friend with three branches", "somebody from the trade association"},
	posts: []post{
		{"owner", "management", "budget_decider"}, {"shift supervisor", "operations", "user"}, {"manager", "operations", "problem_owner"},
		{"bookkeeper", "finance", "informant"}, {"senior assistant", "operations", "user"}, {"co-owner", "management", "sponsor"},
	},
	themes: []theme{
		{
			[]string{"want mornings to start without a phone call to the owner", "want to open without asking the owner"},
			"everything goes through the owner's telephone",
			"calls to the owner a day",
			14,
			3,
			[3]string{
				"an order was made twice because two people took it",
				"a key was three villages away",
				"a customer was promised two different days",
			},
		},
		{
			[]string{"want to stop passing notes on a chat group", "want notes where they can be found again"},
			"what matters drowns between birthday wishes",
			"messages a day",
			120,
			20,
			[3]string{
				"a fridge alarm was answered with a thumbs up and nothing else",
				"a delivery was refused because the note was scrolled away",
				"a holiday was announced in the wrong group",
			},
		},
		{
			[]string{"want the weekend staff to know what the week promised", "want Friday's promises kept on Saturday"},
			"promises made on Friday are news on Saturday",
			"broken promises a month",
			9,
			2,
			[3]string{
				"an order was collected a day before it was ready",
				"a follow-up was missed over a weekend",
				"a regular customer was asked for a deposit",
			},
		},
		{
			[]string{"need the second branch to run while the owner is in the first", "want two branches that know of each other"},
			"the second branch waits for answers from the first",
			"questions a day",
			21,
			5,
			[3]string{
				"the second branch closed early for want of an answer",
				"a price changed in one place and not in the other",
				"a new hire had nobody to ask for a whole day",
			},
		},
	},
}

// Wants that are about buying more, or again, of what is known: practised
// purchases. {n}, {units}, {crew} and {date} stand for the account's own.
var orderWants = []string{
	"are adding {n} {units} to what they already use",
	"need {n} more {units} running before {date}",
	"are renewing for another year, with two {units} fewer",
	"are renewing for three years at the framework price",
	"are ordering licences and screens for {n} new {units}",
	"have asked three suppliers to quote for {n} {units}",
	"want the same set-up as at their first {unit}, {n} times over",
	"are replacing worn-out tablets in {n} {units}",
	"are moving their yearly order to the purchasing group",
	"need licences for {n} seasonal {crew}",
}

// Wants of one person with a card.
var cardWants = []string{
	"want to try it with one team for a month",
	"want a handover page for a single team of {n}",
	"want to get rid of the sticky notes on one desk",
	"want something the weekend team can use by Saturday",
	"want one shared page before {date}",
}

// Wants of those who have something like it already and must change.
var replaceWants = []string{
	"have to replace a handover system that is being switched off",
	"want one record across {n} sites where there are four systems now",
	"want to leave a system their {crew} stopped using",
	"must move their handovers before support for the old system ends",
	"want rota and handover in one place at the next contract",
	"want to merge the two handover tools they inherited",
	"want the handover tool their {crew} would have chosen",
	"are looking again at a tool bought five years ago for other {units}",
}
