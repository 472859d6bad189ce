package operation

import (
	"github.com/throughline/throughline/internal/recording"
)

// RecordAmount is `throughline record amount`.
var RecordAmount = define(Operation{
	Words: []string{"record", "amount"}, Route: "POST /deals/{id}/amount",
	Summary: "What it is worth from now on",
	About: "States the deal's amount. It changes neither the class nor where the customer is. A sign that comes again, or stands before three " +
		"digits, groups thousands; one before one or two digits stands before hundredths: 1,234 and 1.234 are both 1234, 1,5 is one and a " +
		"half. k, M, Mio, 万 and the like are read. Without a currency it is in the deal's own, else in the one that most deals of the company " +
		"are in; where there is none, the currency has to be said.",
	Examples: []string{
		"throughline record amount 1C1I7A6R 145000 --currency USD",
		"throughline record amount 1C1I7A6R \"EUR 50k\"",
		"throughline record amount 1C1I7A6R \"1.234,56 €\"",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordAmount))

// RecordAside is `throughline record aside`.
var RecordAside = define(Operation{
	Words: []string{"record", "aside"}, Route: "POST /deals/{id}/aside",
	Summary: "Take a deal off today's list: it is done, not for this week, or not yours",
	About: "Done takes it off for a week, later until next Monday (--until names another day); both end at once when the customer acts. " +
		"not_mine takes it off your own list until the deal is handed on; others still see it, and that you said so. " +
		"It says nothing of the customer: no evidence, no answer. record undo puts it back.",
	Examples: []string{"throughline record aside 1C1I7A6R done", "throughline record aside 1C1I7A6R later --until 2026-12-14"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordAside))

// RecordClass is `throughline record class`.
var RecordClass = define(Operation{
	Words: []string{"record", "class"}, Route: "POST /deals/{id}/class",
	Summary: "How this customer buys this: the answers, and the class that follows",
	About: "Takes the complexity and presence factors of throughline classify, each 0, 1 or 2, and records the buying class that follows from " +
		"them with the factors behind it. --issues is what throughline steps says of the steps they stated: with it, a purchase is complex only if " +
		"those say how they will decide. Where something happened since the class was settled, the answer to it is a new class or --keep, which says " +
		"that it was looked at and holds; either rests the question and names what had happened. Price is no input.",
	Examples: []string{
		"throughline record class 1C1I7A6R --factor repetition=2 --factor veto_holders=1 --factor work_change=2 --factor risk_understood=1 --factor " +
			"buyer_knowledge=1 --factor problem_agreement=1 --factor owner_named=1",
		`throughline record class 1C1I7A6R --keep --because "the scope grew, the people did not"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordClass))

// RecordDeal is `throughline record deal`.
var RecordDeal = define(Operation{
	Words: []string{"record", "deal"}, Route: "POST /deals",
	Summary: "A new deal, or the larger one that a small one grows into",
	About: "Opens a deal for a customer. With --expands it is the larger purchase that a small one may grow into: the two are linked, the people are " +
		"taken along as witnesses, and it gets no class from the small one, because landing and expanding are bought differently. Which of our processes it " +
		"follows is what the playbook's rules say of its class and of what is known of it; --process takes another one, with the reason.",
	Examples: []string{
		`throughline record deal "One handover for all wards" --account "Montrevel University Hospital"`,
		`throughline record deal "All departments" --expands 1C1I7A6R`,
		`throughline record deal "Forty more licences" --account "Vale & Osei" --attribute purchase=order`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordDeal))

// RecordStage is `throughline record stage`.
var RecordStage = define(Operation{
	Words: []string{"record", "stage"}, Route: "POST /deals/{id}/stage",
	Summary:  "Which stage of ours the deal stands in",
	About:    "Moves the deal to a stage of its process. Where the customer is follows from evidence, not from this.",
	Examples: []string{"throughline record stage 1C1I7A6R process/standard/stage/align"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStage))

// RecordDate is `throughline record date`.
var RecordDate = define(Operation{
	Words: []string{"record", "date"}, Route: "POST /deals/{id}/date",
	Summary:  "When an order is expected from now on",
	About:    "Moves the close date. With --by-customer it was the customer who moved it, which makes one think again: what has changed for them?",
	Examples: []string{"throughline record date 1C1I7A6R 2027-02-28", "throughline record date 1C1I7A6R 2027-05-31 --by-customer"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordDate))

// RecordEnd is `throughline record end`.
var RecordEnd = define(Operation{
	Words: []string{"record", "end"}, Route: "POST /deals/{id}/end",
	Summary: "How it ended: the one thing that has to be said",
	About: "Closes a deal with an end state: won, lost to a rival, lost to their own people, they decided to change nothing, no decision, we stepped back, " +
		"put off. No decision asks for its cause, where it is known, because the usual answer to one makes another worse. " +
		"\"Price\" is no cause by itself: it asks compared with what, decided by whom. Put off needs a day or a trigger; on the day it comes back.",
	Examples: []string{
		"throughline record end 1C1I7A6R won",
		`throughline record end 1C1I7A6R no_decision --cause overtaken --person "Ruth Ekdahl" --text "the merger takes all hands"`,
		`throughline record end 1C1I7A6R postponed --until 2027-04-01 --trigger "the new budget"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordEnd))

// RecordResume is `throughline record resume`.
var RecordResume = define(Operation{
	Words: []string{"record", "resume"}, Route: "POST /deals/{id}/resume",
	Summary:  "Open an ended deal again",
	About:    "An ended or postponed deal goes on. How it ended stays in its ledger.",
	Examples: []string{"throughline record resume 1C1I7A6R"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordResume))

// RecordMany is `throughline record many`.
var RecordMany = define(Operation{
	Words: []string{"record", "many"}, Route: "POST /changes",
	Summary: "Change many deals in one act",
	About: "Gives deals to another of our people, says when their orders are expected, puts them off, or ends them as no decision with its cause: " +
		"one of the four, for all of them, in one transaction. A deal to which it does not apply is left as it is and named with the reason; " +
		"the others are changed. The act has a number, by which record back takes all of it back at once.",
	Examples: []string{
		`throughline record many 1C1I7A6R 2D2J8B7S --owner "Hanna Brandt"`,
		"throughline record many 1C1I7A6R 2D2J8B7S --expect 2027-03-31",
		"throughline record many 1C1I7A6R 2D2J8B7S --no-decision overtaken",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordMany))

// RecordBack is `throughline record back`.
var RecordBack = define(Operation{
	Words: []string{"record", "back"}, Route: "POST /changes/{number}/back",
	Summary: "Take back what was done to many deals in one act",
	About: "Adds a correction of every fact of the act, in one transaction: the facts stay and count no longer. What was recorded on those deals " +
		"since stays. Taking back what took an act back does the act again.",
	Examples: []string{"throughline record back 1204"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordBack))

// RecordMerge is `throughline record merge`.
var RecordMerge = define(Operation{
	Words: []string{"record", "merge"}, Route: "POST /deals/{id}/merge",
	Summary: "Two deals are one: take the other's facts in",
	About: "Where one purchase was opened twice, this one stays and the other leaves every list and count. What the customer said and did there, " +
		"the people, steps, promises and notes are told here too, with their own days, sources and authors. Title, customer, owner, stage, " +
		"amount, close date, class and strategy stay those of this deal. Nothing is changed in the other's ledger, and record unmerge takes " +
		"all of it apart again.",
	Examples: []string{"throughline record merge 1C1I7A6R 2Q8M4B0X"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordMerge))

// RecordUnmerge is `throughline record unmerge`.
var RecordUnmerge = define(Operation{
	Words: []string{"record", "unmerge"}, Route: "POST /deals/{id}/unmerge",
	Summary: "They were two deals after all",
	About: "Takes a merging back: the deal comes back on the lists, and what was taken over from it counts no longer on the other. " +
		"What was written there since stays there, except for what the customer wrote by links of this deal's plan: that goes with it. The links follow " +
		"the merging and its undoing.",
	Examples: []string{"throughline record unmerge 2Q8M4B0X"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordUnmerge))

// RecordProcess is `throughline record process`.
var RecordProcess = define(Operation{
	Words: []string{"record", "process"}, Route: "POST /deals/{id}/process",
	Summary: "Another of our processes than the rules say",
	About: "Which process a deal follows is what the playbook's rules say of its class and of what is known of it. This puts it on another one, with " +
		"the reason; such picks are counted, since many of them say that the rules are wrong or that there are too many processes. \"rules\" gives the deal " +
		"back to the rules. Its stage becomes the one of the new process that serves the same question; nothing that was recorded is lost.",
	Examples: []string{
		`throughline record process 1C1I7A6R standard --because "a new plant, nobody there has bought it before"`,
		"throughline record process 1C1I7A6R rules",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordProcess))

// RecordTitle is `throughline record title`.
var RecordTitle = define(Operation{
	Words: []string{"record", "title"}, Route: "POST /deals/{id}/title",
	Summary:  "What the deal is called from now on",
	About:    "Gives the deal another title. The earlier one stays in its ledger.",
	Examples: []string{`throughline record title 1C1I7A6R "Handover without paper on all wards"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordTitle))

// RecordCustomer is `throughline record customer`.
var RecordCustomer = define(Operation{
	Words: []string{"record", "customer"}, Route: "POST /deals/{id}/customer",
	Summary:  "Whose deal it is at the customer's",
	About:    "Puts the deal to another organisation: the one of that very name, or a new one. The people who take part stay.",
	Examples: []string{`throughline record customer 1C1I7A6R "Montrevel University Hospital"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordCustomer))

// RecordOwner is `throughline record owner`.
var RecordOwner = define(Operation{
	Words: []string{"record", "owner"}, Route: "POST /deals/{id}/owner",
	Summary: "Who of us has the deal from now on",
	About: "Hands the deal to another of our people: by id, or by their whole name. A name that nobody of ours has yet is a new colleague; " +
		"what was written under the earlier owner's name stays under it.",
	Examples: []string{`throughline record owner 1C1I7A6R "Hanna Okabe"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordOwner))

// RecordMistake is `throughline record mistake`.
var RecordMistake = define(Operation{
	Words: []string{"record", "mistake"}, Route: "POST /deals/{id}/mistake",
	Summary: "The deal was opened by mistake",
	About: "Takes a deal off every list and out of every count: it was never one. It is neither won nor lost, and no rate counts it. " +
		"What was written on it stays in its ledger; throughline record undo, or record resume, brings it back.",
	Examples: []string{`throughline record mistake 1C1I7A6R --text "the same as the deal of March"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordMistake))
