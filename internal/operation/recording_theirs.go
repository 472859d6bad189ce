package operation

import (
	"github.com/throughline/throughline/internal/recording"
)

// CaptureNote is `throughline capture`.
var CaptureNote = define(Operation{
	Words: []string{"capture"}, Route: "POST /deals/{id}/capture",
	Summary: "Type a few sentences after a call; get the facts they hold, to accept or not",
	About: "Reads what was typed or pasted and proposes facts: who said or did what, which question or step it answers, how far it can be trusted, " +
		"which day. Nothing is recorded until a person accepts it: --accept names proposals by number, --all takes those that are sure as they are. " +
		"A sentence may speak for an answer or against it, end the deal or put it off, hold a promise of theirs, an event, or where somebody stands; " +
		"where the words leave open which, it asks, and --all leaves it out and says so. " +
		"The reader is word lists and worked examples; it goes nowhere else with the words. Where a language model is configured, --model asks it too, and " +
		"what it gives is proposed like the rest.",
	Examples: []string{`throughline capture 1C1I7A6R "Signe put two people on it from Monday. Finance still sees another problem."`,
		`throughline capture 1C1I7A6R "Legal sent back the contract with two open points" --accept 1`},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.CaptureNote))

// RecordDecision is `throughline record decision`.
var RecordDecision = define(Operation{
	Words: []string{"record", "decision"}, Route: "POST /deals/{id}/decision",
	Summary: "How they decide: who, by which rule, by when, and against what",
	About: "Says one aspect of how the customer decides, as it is known now: consequence (what happens to them if it is not done, with its day), " +
		"competes, displaced, decider, decide_by, rule, tie_break, veto, funding, risk_owner. That they do not know it themselves is an answer " +
		"(--unknown). From a named person, or where it stands in writing, it is also evidence on the question it belongs to.",
	Examples: []string{
		`throughline record decision 1C1I7A6R decider "the head of care" --person "Maria Chen"`,
		`throughline record decision 1C1I7A6R consequence "the old system gets no repairs" --day 2027-05-01 --source document`,
		"throughline record decision 1C1I7A6R tie_break --unknown",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordDecision))

// RecordEvidence is `throughline record evidence`.
var RecordEvidence = define(Operation{
	Words: []string{"record", "evidence"}, Route: "POST /deals/{id}/evidence",
	Summary: "Something the customer said or did that answers a question",
	About: "Adds a dated piece of evidence to a question of the journey, a step of a track or a milestone: what was said or done, by whom, " +
		"how far it can be trusted. E1 is our own reading, E2 a named person said it, E3 they wrote it, did it or spent something on it, E4 two " +
		"functions say so or an official record does. --against records what speaks against an answer; both stay, and the question is open again.",
	Examples: []string{
		`throughline record evidence 1C1I7A6R --about journey/p2 --grade E3 --person "Signe Parata" "Set aside a day a week until May"`,
		`throughline record evidence 1C1I7A6R --about journey/p3 --grade E2 --against "Finance describes the problem differently"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordEvidence))

// RecordEvent is `throughline record event`.
var RecordEvent = define(Operation{
	Words: []string{"record", "event"}, Route: "POST /deals/{id}/events",
	Summary: "Something happened that may change the strategy",
	About: "Adds an event: somebody new who can say no, the sponsor left, a reorganisation, the scope changed, a new alternative, procurement " +
		"came in, they moved the date, a solicitation was issued; or a sign that they are afraid to choose. What the event puts in question is " +
		"open again; nothing is deleted. A sponsor who left also leaves the deal, and their evidence counts one grade less.",
	Examples: []string{
		`throughline record event 1C1I7A6R new_veto --person "Ana Ruiz" --text "asked to see the case before the board"`,
		"throughline record event 1C1I7A6R sponsor_left --person \"Ruth Ekdahl\"",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordEvent))

// RecordNote is `throughline record note`.
var RecordNote = define(Operation{
	Words: []string{"record", "note"}, Route: "POST /deals/{id}/notes",
	Summary:  "A note, or what came out of a tool; no evidence",
	About:    "Keeps words that answer no question: a thought, or the result of a pack's tool. They change no position.",
	Examples: []string{`throughline record note 1C1I7A6R "Ask again after the holidays" --about journey/p2`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordNote))

// RecordQuestion is `throughline record question`.
var RecordQuestion = define(Operation{
	Words: []string{"record", "question"}, Route: "POST /deals/{id}/questions",
	Summary:  "Leave a question for whoever runs the deal",
	About:    "A question in place of an instruction. The seller's answer is the next version of the strategy.",
	Examples: []string{`throughline record question 1C1I7A6R "Who would describe the problem differently?" --about journey/p3`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordQuestion))

// RecordUndo is `throughline record undo`.
var RecordUndo = define(Operation{
	Words: []string{"record", "undo"}, Route: "POST /deals/{id}/undo",
	Summary:  "Take a fact back",
	About:    "Adds a correction: the fact stays in the ledger and counts no longer. Undoing a correction brings what it took back in again.",
	Examples: []string{`throughline record undo 1C1I7A6R 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --reason "wrong deal"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordUndo))

// RecordPerson is `throughline record person`.
var RecordPerson = define(Operation{
	Words: []string{"record", "person"}, Route: "POST /deals/{id}/people",
	Summary: "Somebody of the customer's takes part, with a role, or has left",
	About: "Adds a person of the customer's to the deal, or another role of one who is there, or --left that they have gone; what they said then " +
		"counts one grade less. Write nothing about them that they should not read.",
	Examples: []string{`throughline record person 1C1I7A6R "Ana Ruiz" --role budget_decider --function finance --title "head of finance"`,
		`throughline record person 1C1I7A6R "Ana Ruiz" --left`},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordPerson))

// RecordReports is `throughline record reports`.
var RecordReports = define(Operation{
	Words: []string{"record", "reports"}, Route: "POST /deals/{id}/reports",
	Summary: "Whom of theirs somebody reports to, or that it is no longer so",
	About: "Adds that somebody of the customer's reports to somebody else of theirs, since --on; --ended says that it is no longer so and whom they report to " +
		"now is not known. It stands in the deal in which it was learned and is told of the customer; of several words the last counts. What would make a " +
		"circle is refused with the names in it. Nothing else is written about anybody.",
	Examples: []string{`throughline record reports 1C1I7A6R "Ana Ruiz" "Ole Berg" --on 2026-02-16`, `throughline record reports 1C1I7A6R "Ana Ruiz" --ended`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordReports))

// RecordStance is `throughline record stance`.
var RecordStance = define(Operation{
	Words: []string{"record", "stance"}, Route: "POST /deals/{id}/stances",
	Summary: "Where somebody stands, from -2 (against) to +2 (for)",
	About: "Adds where a person of the customer's stands, whether they describe the problem as the others do, and what they want and fear, " +
		"as they could read it themselves.",
	Examples: []string{`throughline record stance 1C1I7A6R "Ana Ruiz" 1 --agrees yes --wants "one figure for both plants" --grade E2`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStance))

// RecordPromise is `throughline record promise`.
var RecordPromise = define(Operation{
	Words: []string{"record", "promise"}, Route: "POST /deals/{id}/promises",
	Summary: "What somebody of the customer's said they will do",
	About: "Keeps a promise of theirs: who (a person of the deal, or --who for a role or body), what they will do, by when, and the sentence it " +
		"stands in. On its day it is a reason to look; record promise-result says what became of it. A promise is no evidence and answers no " +
		"question, and neither does keeping it. What we hope they do is part of a strategy's move, not a promise.",
	Examples: []string{
		`throughline record promise 1C1I7A6R "send the list of systems" --person "Petra Lind" --due 2026-12-04 --words "I'll have the list with you by Friday"`,
		`throughline record promise 1C1I7A6R "return the draft" --who "their legal team"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordPromise))

// RecordPromiseResult is `throughline record promise-result`.
var RecordPromiseResult = define(Operation{
	Words: []string{"record", "promise-result"}, Route: "POST /deals/{id}/promises/results",
	Summary: "What became of a promise of theirs: kept, not kept, withdrawn",
	About:   "Says what became of a promise, on a day. The latest word counts; record undo opens it again. Without --promise it is the only one that is open.",
	Examples: []string{
		"throughline record promise-result 1C1I7A6R kept",
		`throughline record promise-result 1C1I7A6R not_kept --promise 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --text "she asks for another week"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordPromiseResult))

// RecordStated is `throughline record stated`.
var RecordStated = define(Operation{
	Words: []string{"record", "stated"}, Route: "POST /deals/{id}/stated",
	Summary: "A step of their own way, as they stated it, or what we owe them on it",
	About: "Keeps a step that the customer stated: whose it is, who carries it, by when, by which rule it counts. It is labelled buying, project, " +
		"contracting or sourcing by its words, unless --label says. --side us is what we owe them. With --of it moves a step that is there: " +
		"only what is named changes. A step that stands in a document or a message of theirs, or that they told, counts as an act of theirs.",
	Examples: []string{
		`throughline record stated 1C1I7A6R "Purchasing compares three quotations" --owner purchasing --due 2026-12-11 --source message`,
		`throughline record stated 1C1I7A6R "Send the samples" --side us --due 2026-12-04`,
		"throughline record stated 1C1I7A6R --of 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --state done",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStated))

// RecordStatedList is `throughline record stated-list`.
var RecordStatedList = define(Operation{
	Words: []string{"record", "stated-list"}, Route: "POST /deals/{id}/stated/list",
	Summary: "Their steps from a list, one a line",
	About: "Keeps the steps of a pasted list as facts, one a line. Behind a step, set apart by a tab or |, may stand who does it (supplier: we " +
		"owe it), by when, and the rule. Each is labelled by its words. A step that is there already, in the same words, is not added again; " +
		"its day is put right where the list names another.",
	Examples: []string{"throughline record stated-list 1C1I7A6R \"$(cat their-plan.txt)\" --source document --record \"tender, page 3\"",
		`throughline record stated-list 1C1I7A6R "Compare quotations | purchasing | 2026-12-11" --source message`},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStatedList))

// DescribePerson changes what somebody is called, and how they are reached. It
// has no command of its own.
var DescribePerson = define(Operation{
	Words: []string{"person", "describe"}, Summary: "What somebody is called, and how they are reached",
	About: "Appends a version with another name, title or address; the versions before stay. Nothing that was said changes.",
	Page:  true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.DescribePerson))
