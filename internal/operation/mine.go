package operation

import (
	"context"

	"github.com/throughline/throughline/internal/learning"
)

// learns makes an operation's work of a learner's.
func learns[In, Out any](run func(context.Context, *learning.Learner, In) (Out, error)) func(context.Context, *Desk, In) (Out, error) {
	return func(ctx context.Context, d *Desk, in In) (Out, error) {
		l, err := d.Learner(ctx)
		if err != nil {
			var none Out
			return none, err
		}
		return run(ctx, l, in)
	}
}

// Learner asks what a history teaches, for whoever is at the desk.
func (d *Desk) Learner(ctx context.Context) (*learning.Learner, error) {
	l := &learning.Learner{Desk: d.Desk, Cache: d.Cache, Logs: d.Logs}
	s, err := d.Sight(ctx)
	if err == nil && !s.Whole() {
		l.Logs = nil // what is kept of all deals is not theirs, nor theirs anybody's
	}
	return l, err
}

// MineSummary is `throughline mine summary`.
var MineSummary = define(Operation{
	Words: []string{"mine", "summary"}, Route: "GET /mine/summary",
	Summary: "What a history holds",
	About: "Counts cases, events and activities, says how long cases last, how they end and what is done again. " +
		"Without a LOG it reads the deals in the database.",
	Examples: []string{
		"throughline mine summary",
		"throughline mine summary log.xes.gz",
		"throughline mine summary loans.csv --won outcome=True --no-decision outcome=False --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineSummary))

// MineVariants is `throughline mine variants`.
var MineVariants = define(Operation{
	Words: []string{"mine", "variants"}, Route: "GET /mine/variants",
	Summary: "The ways cases go, commonest first",
	About: "Lists the different sequences of activities with how many cases took each, how these ended, how long they took, " +
		"and how many ways it takes to cover half and four fifths of the cases.",
	Examples: []string{
		"throughline mine variants",
		"throughline mine variants log.xes.gz --limit 5",
		"throughline mine variants loans.csv --won outcome=True --no-decision outcome=False --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineVariants))

// MineMap is `throughline mine map`.
var MineMap = define(Operation{
	Words: []string{"mine", "map"}, Route: "GET /mine/map",
	Summary: "The process map: what comes after what",
	About: "Draws which activity follows which, how many cases take each step and how long they wait. The rarest activities and steps are left out, " +
		"and it says how many. --outcome looks only at cases that ended so; --compare puts won cases beside those without a decision and marks the " +
		"steps whose shares differ by more than chance. --format svg and dot write a picture to standard output.",
	Examples: []string{
		"throughline mine map",
		"throughline mine map --compare",
		"throughline mine map log.xes.gz --steps 0.9 --format svg > map.svg",
		"throughline mine map loans.csv --won outcome=True --no-decision outcome=False --compare --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineMap))

// MineProcesses is `throughline mine processes`.
var MineProcesses = define(Operation{
	Words: []string{"mine", "processes"}, Route: "GET /mine/processes",
	Summary: "How many sales processes does this history ask for?",
	About: "Looks for groups of cases that go differently enough to deserve a process of their own and that can be told apart when a case opens: " +
		"by its attributes, and those of its first event. Cases that have ended are looked at: which steps occur, how long it takes, how it " +
		"ends, and in which order. A rule has to save enough, to beat 199 shuffles, and to hold among cases of one time and of one seller; " +
		"what only changed over time, or is only somebody's way of writing things down, is said to be that. Says how many processes are worth " +
		"having, the rules that separate them, what each further one would save, how stable that is when the history is drawn anew, what is " +
		"different in each group, and the patch to the playbook. Attributes that were not known on the first day are found and left out; " +
		"--attribute insists, --without leaves out more. Attributes that matter only together are looked for two by two, in each group that " +
		"none parts alone; the answer says whether they were.",
	Examples: []string{
		"throughline mine processes",
		"throughline mine processes domestic=d.xes.gz international=i.xes.gz --label trip",
		"throughline mine processes loans.csv --won outcome=True --no-decision outcome=False --term durations --term outcomes",
		"throughline mine processes deals.csv --attribute region --attribute size --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineProcesses))

// MineMilestones is `throughline mine milestones`.
var MineMilestones = define(Operation{
	Words: []string{"mine", "milestones"}, Route: "GET /mine/milestones",
	Summary: "Which milestones matter",
	About: "Compares, among open cases of the same age, those that had met a milestone with those that had not yet: how often they went on to be won, " +
		"lost or left without a decision. A milestone that only long cases reach gains nothing by that. Adjusted for how far a case had come and for " +
		"attributes of its opening; intervals of 95 %, and false alarms held to one in twenty over everything looked at. It is an association, not a cause.",
	Examples: []string{
		"throughline mine milestones",
		"throughline mine milestones loans.csv --won outcome=True --no-decision outcome=False",
		"throughline mine milestones log.xes.gz --won activity=Paid --milestone 'Permit approved' --adjust region --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineMilestones))

// MineConformance is `throughline mine conformance`.
var MineConformance = define(Operation{
	Words: []string{"mine", "conformance"}, Route: "GET /mine/conformance",
	Summary: "How cases went against the road map",
	About: "Aligns each case with the road map: what was done, skipped, done beside the road or in another order, by how the case ended. What " +
		"somebody marked as not needed is adaptation and no fault, nor is what a case has not come to yet. The road is the playbook's, whose " +
		"milestones (by id or name) or stages (by the mapping of foreign words) are found among the activities; or --road names activities, ? " +
		"behind one that may be left out, + behind one that may be done again, * for both.",
	Examples: []string{
		"throughline mine conformance",
		"throughline mine conformance --process standard --json",
		"throughline mine conformance log.xes.gz --road 'register,check+,decide,pay?'",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineConformance))

// MineStalls is `throughline mine stalls`.
var MineStalls = define(Operation{
	Words: []string{"mine", "stalls"}, Route: "GET /mine/stalls",
	Summary: "Where and after what cases go quiet",
	About: "Looks at the pauses between one event and the next. A pause longer than nine in ten is quiet (--days says another length). For each " +
		"activity: how often quiet followed it, and whether the case came back, died without a decision (of which cause), ended otherwise or " +
		"is quiet still.",
	Examples: []string{
		"throughline mine stalls",
		"throughline mine stalls --days 30 --where region=federal",
		"throughline mine stalls loans.csv --won outcome=True --no-decision outcome=False --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineStalls))

// MineHandover is `throughline mine handover`.
var MineHandover = define(Operation{
	Words: []string{"mine", "handover"}, Route: "GET /mine/handover",
	Summary: "From the decision to the order",
	About: "Says when contracting starts, how many days lie between the customer's decision and the order, and whether it goes faster where contracting " +
		"began before the decision. In the ledger the decision is the customer's first answer to P7; of a LOG, --decided, --ordered and --paper name the activities.",
	Examples: []string{
		"throughline mine handover",
		"throughline mine handover loans.csv --decided A_Accepted --paper 'W_Validate application' --ordered A_Pending --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineHandover))

// MineBetween is `throughline mine between`.
var MineBetween = define(Operation{
	Words: []string{"mine", "between"}, Route: "GET /mine/between",
	Summary: "How long it takes from one activity to another",
	About: "For each case that has both: the time from its first event of one activity to the next event of the other after it, whatever lies between. " +
		"The same activity twice asks for the time until it is done again. Shown for all cases and by how they ended, with the slowest cases.",
	Examples: []string{
		"throughline mine between --from problem-owned --to options-ranked",
		"throughline mine between log.xes.gz --from 'register request' --to 'decide' --where org=north --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineBetween))

// MineCase is `throughline mine case`.
var MineCase = define(Operation{
	Words: []string{"mine", "case"}, Route: "GET /mine/case",
	Summary: "One case of a history, event by event",
	About: "Opens a case: what is known of it, how it ended, and each event with its time, the days since the one before and its attributes. " +
		"Without a LOG the case is a deal of the database, by its id.",
	Examples: []string{
		"throughline mine case --id 3 log.xes",
		"throughline mine case --id 01890af4-1ac0-7001-8000-000000000001 --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineCase))

// MineObjects is `throughline mine objects`.
var MineObjects = define(Operation{
	Words:   []string{"mine", "objects"},
	Summary: "What follows what in the life of each kind of object",
	About: "Of an object-centric log (OCEL 2.0): the directly-follows relation of each object type. Two events are neighbours in the life of an object, so that " +
		"an order, its items and its invoice each have a way of their own and nothing is counted twice by flattening. --object-type looks at one of them; " +
		"the other mine commands take it to make cases of its objects.",
	Examples: []string{
		"throughline mine objects log.jsonocel",
		"throughline mine objects log.sqlite --object-type order --json",
	},
	Effect: Reads, Long: true, Permission: MayRead,
}, learns(learning.MineObjects))

// MineOverview is `throughline mine overview`: what the Learning page shows.
var MineOverview = define(Operation{
	Words: []string{"mine", "overview"}, Route: "GET /mine/overview",
	Summary: "What the company's own history says, in one answer",
	About: "Everything that mining reads off the deals of the database, each part shortened: how many processes they ask for, won deals against those " +
		"without a decision, which milestones matter, where deals go quiet, how they went against the road map, and the way from decision to order. " +
		"Of more than 20,000 deals as many are drawn, always the same ones. The single questions answer at length, and of any event log.",
	Examples: []string{"throughline mine overview", "throughline mine overview --section milestones --section handover", "throughline mine overview --as-of 2026-06-30 --json"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineOverview))

// MineCases is `throughline mine cases`: the deals behind a number.
var MineCases = define(Operation{
	Words: []string{"mine", "cases"}, Route: "GET /mine/cases",
	Summary: "The deals behind a number",
	About: "Lists the deals of the database that took a step (--after, --next, as the map of overview draws it), met a milestone (--has) or did not (--lacks), went quiet after " +
		"something (--quiet-after), skipped a milestone (--skipped), ended for a cause (--cause) or belong to a group of processes (--group), with one end or any.",
	Examples: []string{
		"throughline mine cases --skipped problem-owned --outcome no_decision",
		"throughline mine cases --quiet-after options-ranked",
		"throughline mine cases --after risks-owned --next request-approved --outcome won --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineCases))

// MineUse is `throughline mine use`.
var MineUse = define(Operation{
	Words: []string{"mine", "use"}, Route: "GET /mine/use",
	Summary: "How the product is used, and what comes of it",
	About: "Evidence written and strategies changed in thirteen weeks, and how many of the changes answered an event; open complex deals with something " +
		"fresh about the question they are at; decisions that were not made, before and after; results of won deals; plans that customers came back to; " +
		"wrong picks of process; which tools of methods were used, and whose prompts were shown. Minutes and interactions per deal and week are " +
		"counted at the pages of a server, by day and class of deal: never by person, deal or hour. admin settings counting off switches that off. " +
		"What the command line reads is not counted.",
	Examples: []string{"throughline mine use", "throughline mine use --as-of 2026-06-30 --json"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.MineUse))
