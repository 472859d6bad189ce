package company

// sector is a kind of customer: how its people speak of their work. Accounts,
// titles and evidence are put together from these parts, so that a deal of a
// paper mill reads like a paper mill throughout.
type sector struct {
	name    string   // attribute "industry"
	forms   []string // of names: "Ashmere" + "General Hospital"
	unit    string   // where a shift works
	units   string
	crew    string // who works it, plural
	olds    []string
	records []string // where they write down what went wrong
	delayed []string // other plans of theirs that this would displace
	dates   []string // days that have a consequence for them
	bodies  []string // who decides together
	musts   []string
	peers   []string // whom they would ask
	posts   []post
	themes  []theme
}

// post is a position that somebody holds at an account of the sector.
type post struct {
	title, function string
	role            string
}

// theme is one problem as a customer would put it.
type theme struct {
	wants    []string // after the account's name, one of them makes the title
	problem  string   // a clause
	measure  string   // after a number
	from, to int      // before, and hoped for
	events   [3]string
}

var hospital = sector{
	name: "hospital", unit: "ward", units: "wards", crew: "nurses",
	forms:   []string{"General Hospital", "Hospitals", "University Hospital", "Health", "Children's Hospital", "Infirmary"},
	olds:    []string{"paper sheets", "a whiteboard and a ring binder", "a spreadsheet that one person can edit"},
	records: []string{"the incident log", "the medication safety report", "the complaints file", "the infection control register"},
	delayed: []string{
		"the new visitor system",
		"the bed-tracking pilot",
		"the refit of the staff room",
		"the second phase of the rota project",
		"the new intranet",
	},
	dates: []string{
		"the accreditation visit",
		"the opening of the new wing",
		"the winter rota",
		"the next intake of trainees",
		"the ministry's inspection",
	},
	bodies: []string{"the nursing board", "the quality committee", "the hospital management", "the patient safety group"},
	musts: []string{
		"that a handover can be read at the bedside",
		"that it works when the network does not",
		"that nothing is typed twice",
		"that agency staff can use it on their first night",
	},
	peers: []string{"a hospital of the same size", "the university clinic", "the children's hospital across the river"},
	posts: []post{
		{
			"head of nursing",
			"nursing",
			"problem_owner",
		}, {"medical director", "medicine", "sponsor"}, {"finance director", "finance", "budget_decider"},
		{
			"ward manager",
			"ward management",
			"user",
		}, {"information security officer", "it", "checker"}, {"purchasing manager", "purchasing", "buyer_of_record"},
		{
			"quality and safety lead",
			"quality",
			"change_leader",
		}, {"chief operating officer", "operations", "rule_setter"}, {"night charge nurse", "ward management", "user"},
		{"data protection officer", "legal", "checker"}, {"nurse educator", "nursing", "informant"},
	},
	themes: []theme{
		{
			[]string{"want every ward to hand over shifts without paper", "want a handover that is not read from a sheet"},
			"what the night shift knows is gone by the morning round",
			"minutes per handover",
			38,
			15,
			[3]string{
				"a drip rate was read off the sheet of the day before",
				"two patients with the same surname were handed over as one",
				"an allergy was on the whiteboard and not on the sheet",
			},
		},
		{
			[]string{"want to stop losing what the night shift saw", "want the night's notes to reach the morning round"},
			"observations made after midnight rarely reach the doctors",
			"late escalations a month",
			14,
			5,
			[3]string{
				"a falling blood pressure was noted at four and acted on at nine",
				"the family was told two different things on one morning",
				"a fall in the night was found out at lunch",
			},
		},
		{
			[]string{"need handovers that agency nurses can follow on their first night", "want temporary staff to find their feet in one night"},
			"temporary staff get a list of beds and nothing else",
			"questions to the charge nurse per night",
			27,
			10,
			[3]string{
				"an agency nurse found the isolation note in a drawer",
				"a pump was left on the setting of another patient for an hour",
				"the crash trolley had moved and nobody had said so",
			},
		},
		{
			[]string{"want emergency and wards to tell each other the same story", "want a patient's story to arrive before the patient"},
			"patients arrive on the ward before their story does",
			"calls back per transfer",
			6,
			2,
			[3]string{
				"a patient arrived on the ward without the reason for admission",
				"blood was taken twice within the hour",
				"a bed was made ready for somebody who had gone home",
			},
		},
		{
			[]string{"have to show who knew what, and when, before the accreditation visit", "have to be able to look up any night's handover"},
			"nobody can show afterwards what was handed over",
			"handovers without a trace, per hundred",
			61,
			5,
			[3]string{
				"an inspector asked for one night's handovers and got a box",
				"the same night was described three ways in one review",
				"sheets of a whole week had gone to the shredder",
			},
		},
		{
			[]string{"want theatre and recovery to stop asking the same questions twice", "want to ask a patient each question once"},
			"the same six questions are asked at every door",
			"minutes from theatre to recovery",
			22,
			12,
			[3]string{
				"a recovery bed stood ready for the wrong list",
				"a surgeon was called back to repeat a dose",
				"the block given in theatre was not on the form",
			},
		},
		{
			[]string{"want their two sites to hand over in one language", "want nineteen handover forms to become one"},
			"each site has its own form and its own shorthand",
			"forms in use",
			19,
			2,
			[3]string{
				"a shorthand for oxygen at one site means observation at the other",
				"a transferred patient came with two different forms",
				"a float nurse filled in the form of the wrong site for a month",
			},
		},
	},
}

var plant = sector{
	name: "process plant", unit: "line", units: "lines", crew: "operators",
	forms:   []string{"Paper", "Chemicals", "Foods", "Glass", "Steel", "Packaging", "Coatings", "Cement", "Dairies"},
	olds:    []string{"a logbook at the control desk", "three spreadsheets and a radio", "the shift leader's notebook"},
	records: []string{"the near-miss register", "the downtime report", "the scrap log", "the permit file"},
	delayed: []string{
		"the new weighbridge",
		"the energy metering project",
		"the dashboard for the canteen wall",
		"the warehouse scanner project",
		"the time clock change",
	},
	dates: []string{
		"the spring shutdown",
		"the customer audit",
		"the start of the fifth shift",
		"the certificate renewal",
		"the new line's first run",
	},
	bodies: []string{"the plant management", "the safety committee", "the production meeting", "the works council"},
	musts: []string{
		"that it can be used with gloves on",
		"that permits and handover are on one page",
		"that it runs without the office network",
		"that the fitters see what the operators wrote",
	},
	peers: []string{"the sister plant up the coast", "a mill that had the same fire", "a plant of the same owner"},
	posts: []post{
		{
			"production manager",
			"production",
			"problem_owner",
		}, {"plant manager", "management", "sponsor"}, {"plant controller", "finance", "budget_decider"},
		{"shift leader", "production", "user"}, {"automation engineer", "it", "checker"}, {"purchasing lead", "purchasing", "buyer_of_record"},
		{
			"safety manager",
			"safety",
			"change_leader",
		}, {"technical director", "engineering", "rule_setter"}, {"maintenance planner", "maintenance", "user"},
		{"chair of the works council", "works council", "checker"}, {"process engineer", "engineering", "informant"},
	},
	themes: []theme{
		{
			[]string{"want what one shift learns to reach the next", "want each fault to be found once"},
			"each shift finds the same fault anew",
			"repeat stops a month",
			23,
			8,
			[3]string{
				"a valve left on bypass was found nine hours later",
				"the same bearing was changed by two shifts running",
				"a trial recipe ran on for a day after it was called off",
			},
		},
		{
			[]string{"want to stop starting the line on yesterday's settings", "want to know why a setting was changed at night"},
			"settings are changed at night and explained at noon",
			"tonnes of scrap a week",
			11,
			4,
			[3]string{
				"eight pallets were made to the wrong size before anyone asked",
				"an alarm limit had been widened and nobody knew by whom",
				"the day shift undid what the night shift had worked out",
			},
		},
		{
			[]string{"need permits and handovers in one place before the spring shutdown", "want no permit without a name at the change of shift"},
			"open permits travel by word of mouth",
			"open permits nobody can name the owner of",
			17,
			2,
			[3]string{
				"a tank was opened with a permit from the week before",
				"two crews isolated the same pump in two ways",
				"a lock stayed on a breaker for three days without a name",
			},
		},
		{
			[]string{"want maintenance to hear at six what broke at two", "want faults to reach the fitters the same night"},
			"faults wait in a notebook until somebody reads it",
			"hours from fault to first look",
			7,
			2,
			[3]string{
				"a bearing that squealed on Friday seized on Sunday",
				"a fitter drove in for a fault that had been mended",
				"a leak was mopped for four nights before it was reported",
			},
		},
		{
			[]string{"want to keep what their retiring operators know", "want to write down what four operators will take with them"},
			"what the oldest hands know is written nowhere",
			"starts that need a call at home",
			13,
			3,
			[3]string{
				"a retired operator was called at home about a cold start",
				"a new crew took two hours to bring up one line",
				"a trick with the feed pump was found again after a year",
			},
		},
		{
			[]string{"want four crews to run one plant and not four", "want the plant to run the same on every shift"},
			"every crew runs the line its own way",
			"recipe changes per week",
			41,
			15,
			[3]string{
				"the same order came out in two qualities",
				"a crew raised the speed and the next one cut it, ten days in a row",
				"cleaning took one crew forty minutes and another two hours",
			},
		},
		{
			[]string{"have to answer an auditor's question in minutes, not in days", "want to find any decision of any night"},
			"nobody can find who decided what on which night",
			"days to answer an auditor",
			6,
			2,
			[3]string{
				"an auditor asked for one batch and waited four days",
				"a page had been torn from the logbook to write down a number",
				"two logbooks disagreed about the same hour",
			},
		},
	},
}

var utility = sector{
	name: "utility", unit: "control room", units: "control rooms", crew: "controllers",
	forms:   []string{"Water", "Grid", "Energy Networks", "District Heating", "Gas Transport", "Hydro"},
	olds:    []string{"a logbook on a shared drive", "an e-mail to a list of forty", "a terminal log that cannot be searched"},
	records: []string{"the outage review", "the switching log", "the regulator's list of findings", "the on-call diary"},
	delayed: []string{"the customer app", "the new map server", "the office move", "the drone survey", "the second weather feed"},
	dates: []string{
		"the storm season",
		"the regulator's review",
		"the merger of the control rooms",
		"the start of the heating season",
		"the new licence period",
	},
	bodies: []string{"the operations board", "the network committee", "the safety board", "the technical council"},
	musts: []string{
		"that it stays inside the operations network",
		"that a log entry can never be changed, only added to",
		"that it can be read on the wall",
		"that the field crews see the same page",
	},
	peers: []string{"the neighbouring network", "a grid operator of the same size", "the utility on the other bank"},
	posts: []post{
		{
			"head of control",
			"operations",
			"problem_owner",
		}, {"director of operations", "management", "sponsor"}, {"head of finance", "finance", "budget_decider"},
		{
			"shift controller",
			"control room",
			"user",
		}, {"operational security lead", "it", "checker"}, {"category buyer", "purchasing", "buyer_of_record"},
		{
			"operations training lead",
			"training",
			"change_leader",
		}, {"chief engineer", "engineering", "rule_setter"}, {"field crew coordinator", "field service", "user"},
		{"regulatory counsel", "legal", "checker"}, {"outage analyst", "operations", "informant"},
	},
	themes: []theme{
		{
			[]string{"want the next controller to know what the last one switched", "want nothing switched that the next shift has not seen"},
			"switching done at the end of a shift is told in passing",
			"calls to controllers at home a month",
			16,
			4,
			[3]string{
				"a section was found isolated an hour into the shift",
				"a crew waited at a gate for a release that had been given",
				"a temporary setting outlived three shifts",
			},
		},
		{
			[]string{"want two control rooms to become one without losing what each knows", "want one log where there were nine"},
			"each room keeps its own log in its own words",
			"log books in use",
			9,
			2,
			[3]string{
				"one station went by two names in one night",
				"both rooms answered the same alarm",
				"neither room answered an alarm, each sure the other had",
			},
		},
		{
			[]string{"have to give the regulator one record of every outage", "want to write up an outage in an afternoon"},
			"the story of an outage is put together afterwards from nine places",
			"hours to write up an outage",
			30,
			6,
			[3]string{
				"the regulator was given two different times for one event",
				"a report was sent back for the third time",
				"a call that explained everything was not in any log",
			},
		},
		{
			[]string{"want storm nights handed over in minutes", "want controllers to go home after a storm night"},
			"on a bad night there is no time to write, and in the morning nobody remembers",
			"minutes per handover on a storm night",
			55,
			15,
			[3]string{
				"a village was forgotten for two hours after a change of shift",
				"a crew was sent to a fault that had been mended",
				"three controllers stayed until noon to explain the night",
			},
		},
		{
			[]string{"want field crews and controllers to read from one page", "want an end to calls between crews and the control room"},
			"crews and controllers find out from each other by telephone",
			"calls per job",
			11,
			4,
			[3]string{
				"a crew dug where nothing had lain for a year",
				"a job was closed in one system and open in another",
				"a setting was changed twice, each time the wrong way",
			},
		},
		{
			[]string{"need new controllers to stand alone after six months, not twelve", "want trainees to learn from logs that can be read"},
			"new controllers learn by sitting beside old ones",
			"months until a controller stands alone",
			12,
			6,
			[3]string{
				"a trainee read a year of logs and found no two alike",
				"two experienced controllers leave before summer",
				"an exam question could not be answered from the log",
			},
		},
	},
}
