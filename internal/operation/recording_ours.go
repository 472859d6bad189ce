package operation

import (
	"github.com/throughline/throughline/internal/recording"
)

// RecordInitiative is `throughline record initiative`.
var RecordInitiative = define(Operation{
	Words: []string{"record", "initiative"}, Route: "POST /deals/{id}/initiative",
	Summary: "The change effort of theirs that this purchase is a part of",
	About: "A purchase is one part of something the customer wants to change. Begins such an initiative with its name, or says more of the one " +
		"the deal belongs to: what is to be better in their words, by what they will know, who stands behind it, what happens when if it is " +
		"not done. --join makes the deal a part of one that another deal of the same customer belongs to, --leave takes it out; --observer " +
		"says that we only look on. What is said of an initiative is said in each of its deals, and it outlives them.",
	Examples: []string{
		`throughline record initiative 1C1I7A6R --name "One handover for all wards" --outcome "No patient waits because a note was lost" --sponsor "the medical director"`,
		`throughline record initiative 1D7B --join "One handover for all wards" --serves "the night shift"`,
		"throughline record initiative 1D7B --leave",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordInitiative))

// RecordPurchase is `throughline record purchase`.
var RecordPurchase = define(Operation{
	Words: []string{"record", "purchase"}, Route: "POST /deals/{id}/purchases",
	Summary: "Another purchase of the same initiative: what, from whom, how far it is",
	About: "An initiative usually takes more than one purchase. Names one that is not ours, from whom it comes and how far it has come: " +
		"considered, chosen, ordered, in_use or stopped; with --of moves one that is there.",
	Examples: []string{`throughline record purchase 1C1I7A6R "Tablets for the wards" --supplier "their hardware house" --state ordered --due 2027-01-15`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordPurchase))

// RecordStep is `throughline record step`.
var RecordStep = define(Operation{
	Words: []string{"record", "step"}, Route: "POST /deals/{id}/steps",
	Summary: "How far a step of contracting or of their change has come",
	About: "Moves a step k1 to k8 or c1 to c6: begun, done, not needed. Says whose step it is, who carries it and when it is due. A step that the " +
		"customer did, told by a named person or seen in writing, counts as an act of theirs. What is left out stays as it was; --undated, --no-person " +
		"and --no-serves say that a day, who carries it, or what it serves holds no longer.",
	Examples: []string{
		"throughline record step 1C1I7A6R contracting/k3 begun --by customer --due 2027-01-12",
		"throughline record step 1C1I7A6R contracting/k3 begun --undated --no-serves",
		"throughline record step 1C1I7A6R contracting/k6 done --by customer --grade E3",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStep))

// RecordWork is `throughline record work`.
var RecordWork = define(Operation{
	Words: []string{"record", "work"}, Route: "POST /deals/{id}/work",
	Summary: "Work of the customer's own that has nothing to do with the purchase",
	About: "Much of what they have to get done lies outside the purchase: a process, data, training, incentives. Names such work, whose it is and " +
		"when it is due; with --of moves work that is there. With --wider it is work of the whole initiative, and counts in each of its deals. " +
		"Of work that is moved, what is left out stays as it was; --undated, --no-owner and --no-serves say that it holds no longer.",
	Examples: []string{`throughline record work 1C1I7A6R "Clean the supplier list" --owner "data office" --due 2027-02-01`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordWork))

// RecordMilestone is `throughline record milestone`.
var RecordMilestone = define(Operation{
	Words: []string{"record", "milestone"}, Route: "POST /deals/{id}/milestones",
	Summary: "A milestone of ours was met, or is not needed here",
	About:   "Marks a milestone as met, or with --not-needed and a reason as not needed on this deal; that is healthy and asks for nobody's permission.",
	Examples: []string{
		"throughline record milestone 1C1I7A6R process/standard/milestone/problem-owned --grade E3",
		`throughline record milestone 1C1I7A6R process/standard/milestone/ways-compared --not-needed "they did this last year"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordMilestone))

// RecordSkip is `throughline record skip`.
var RecordSkip = define(Operation{
	Words: []string{"record", "skip"}, Route: "POST /deals/{id}/skips",
	Summary:  "A question of the journey is not needed here",
	About:    "Takes a phase off this deal's road, with the reason. It can be taken back like any fact.",
	Examples: []string{`throughline record skip 1C1I7A6R p4 "they explored it with the last supplier"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordSkip))

// RecordOverride is `throughline record override`.
var RecordOverride = define(Operation{
	Words: []string{"record", "override"}, Route: "POST /deals/{id}/overrides",
	Summary:  "Our own judgement of where they are, against the computed one",
	About:    "Says where the seller believes the customer to be, with the reason. It is shown as an override and changes no evidence.",
	Examples: []string{`throughline record override 1C1I7A6R p6 "I sat in the meeting in which they chose"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordOverride))

// RecordStrategy is `throughline record strategy`.
var RecordStrategy = define(Operation{
	Words: []string{"record", "strategy"}, Route: "POST /deals/{id}/strategies",
	Summary: "A new version of the deal strategy",
	About: "Five lines and up to three moves: what they want and we with them; the bet, falsifiable, with its day; what speaks against it, doing nothing " +
		"among it; what could stop it, one thing at least outside the purchase; when we stop; and each move with the customer act expected. " +
		"Nothing is required. Each version says what caused it; earlier ones stay. Findings say where a bet names no act of theirs.",
	Examples: []string{
		`throughline record strategy 1C1I7A6R --aim "Fifteen minutes instead of 38" --bet "If the head of finance signs the measure by then, because the rota is set after, they will settle" --by 2026-12-10 --against "Nothing happens" --stop "the rota comes first | ward managers | they skip the meeting | outside" --move "Ask whose absence would undo it | | | the head of nursing names two people | 2026-12-03" --stop-if "no owner by January"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordStrategy))

// RecordBet is `throughline record bet`.
var RecordBet = define(Operation{
	Words: []string{"record", "bet"}, Route: "POST /deals/{id}/bets",
	Summary: "The one question on a bet's day: happened, did not, too early?",
	About: "Answers what became of the bet of the latest strategy. Too early asks again on the day named, else in two weeks. Three that did not " +
		"come off in a row ask to rethink or stop.",
	Examples: []string{"throughline record bet 1C1I7A6R happened", "throughline record bet 1C1I7A6R too_early --until 2026-12-20"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordBet))

// RecordRethink is `throughline record rethink`.
var RecordRethink = define(Operation{
	Words: []string{"record", "rethink"}, Route: "POST /deals/{id}/rethink",
	Summary: "Say whether what has happened changes the strategy: yes, no, later",
	About: "What is recorded of the customer may speak to the bet of the strategy in force, to when we stop, to what could stop it, or to what a move " +
		"expects of them; the answer to recording it says so (touches). Yes: another version is to be written, and Today asks for it until it is. " +
		"No: the strategy stands, and what happened up to now asks no more. Later: it comes back on Today on the day named, else next Monday. " +
		"It says nothing of the customer. record undo takes the answer back.",
	Examples: []string{"throughline record rethink 1C1I7A6R no", "throughline record rethink 1C1I7A6R later --until 2026-12-14"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordRethink))

// RecordTarget is `throughline record target`.
var RecordTarget = define(Operation{
	Words: []string{"record", "target"}, Route: "POST /deals/{id}/targets",
	Summary: "What the customer wants to have moved: measure, from, to",
	About: "Keeps the customer's own measure of success with its baseline and target, as they set it while agreeing on the problem. The result is " +
		"shown beside it afterwards.",
	Examples: []string{`throughline record target 1C1I7A6R "minutes a handover takes" 15 --baseline 38 --person "Maria Chen" --grade E3`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordTarget))

// RecordResult is `throughline record result`.
var RecordResult = define(Operation{
	Words: []string{"record", "result"}, Route: "POST /deals/{id}/results",
	Summary:  "What came of it, beside what they wanted",
	About:    "Adds the measured result of a target. Without --of it is the only target, or the latest.",
	Examples: []string{`throughline record result 1C1I7A6R 16 --person "Maria Chen" --grade E4`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.RecordResult))
