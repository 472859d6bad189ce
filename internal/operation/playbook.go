package operation

import (
	"context"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/workshop"
)

// works makes an operation's work of what is done at a bench.
func works[In, Out any](run func(context.Context, *workshop.Bench, In) (Out, error)) func(context.Context, *Desk, In) (Out, error) {
	return func(ctx context.Context, d *Desk, in In) (Out, error) { return run(ctx, &d.Bench, in) }
}

// looks is works for what needs no input; lay puts on the bench what is needed there.
func looks[Out any](
	run func(context.Context, *workshop.Bench) (Out, error),
	lay ...func(*Desk, *workshop.Bench),
) func(context.Context, *Desk, desk.Nothing) (Out, error) {
	return func(ctx context.Context, d *Desk, _ desk.Nothing) (Out, error) {
		bench := d.Bench
		for _, l := range lay {
			l(d, &bench)
		}
		return run(ctx, &bench)
	}
}

// knowsUse lays out what use of the playbook has shown.
func (d *Desk) knowsUse(b *workshop.Bench) {
	b.Used = learning.Used(d.Learner)
}

// InitPlaybook is `throughline playbook init`.
var InitPlaybook = define(Operation{
	Words:   []string{"playbook", "init"},
	Summary: "Write a first playbook by interview",
	About: "Asks for what makes your company sell as it does, your last wins and losses, and your stages in your own words, and writes a " +
		"first draft into a new folder, with a mapping of what the words of your CRM mean. It passes the linter, or the findings say why not. --preset " +
		"begins from a market; --non-interactive asks nothing and leaves what was not said as a starting point. An answer that cannot be taken is asked " +
		"for again; of flags all such answers are said at once, and nothing is written. Stages may be in any language.",
	Examples: []string{"throughline playbook init", "throughline playbook init ./playbook --preset healthcare",
		"throughline playbook init ./playbook --preset us-federal --name \"Acme\" --non-interactive --json"},
	Effect: Writes, Permission: MayWrite,
}, works(workshop.Interview))

// PublishPlaybook is `throughline playbook publish`.
var PublishPlaybook = define(Operation{
	Words:   []string{"playbook", "publish"},
	Summary: "Keep this version of the playbook; open deals stay on theirs",
	About: "Stores the playbook as it is, if it has no errors. Deals that open from then on follow it; open deals stay on the version that was in " +
		"force when they opened: before the first one is published, that is the playbook that ships. --move moves them, by a mapping of stages " +
		"that is shown first and that a person confirms; each move is recorded as a fact of the deal. Without --yes and without anybody to " +
		"ask, nothing is written, the answer says what would be, and the command exits with 1.",
	Examples: []string{"throughline playbook publish --playbook ./playbook", "throughline playbook publish --playbook ./playbook --move",
		"throughline playbook publish --playbook ./playbook --move --map process/standard/stage/scope=process/standard/stage/frame --yes"},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, works(workshop.Publish))

// CheckPlaybook is `throughline playbook check`.
var CheckPlaybook = define(Operation{
	Words:   []string{"playbook", "check"},
	Summary: "Say what is wrong with the playbook, all at once",
	About: "Compiles the playbook's files and lints them: milestones that describe the seller, too much process, a process copied from a " +
		"vendor, methods that overlap or leave holes. Every finding has its place and a way out; throughline playbook explain CHECK says more. " +
		"With --statements it reads plain statements instead, one a line, as if they were milestones. Exits with 1 if there are findings worse than a hint.",
	Examples: []string{"throughline playbook check", "throughline playbook check --playbook ./playbook --json",
		"throughline playbook check --playbook ./playbook --format github", "throughline playbook check --statements milestones.txt"},
	Effect: Reads, Permission: MayRead,
}, works(workshop.Check))

// TestPlaybook is `throughline playbook test`.
var TestPlaybook = define(Operation{
	Words:   []string{"playbook", "test"},
	Summary: "Run the tests that stand beside the playbook",
	About: "Each test in a *_test.yaml gives a deal in a few lines and what is expected of it: process, class, frontier, findings. " +
		"Differences are findings at the line that expected otherwise; so is what keeps parts of the playbook from being used, however the tests end.",
	Examples: []string{"throughline playbook test --playbook ./playbook"},
	Effect:   Reads, Permission: MayRead,
}, looks(workshop.Test))

// DiffPlaybooks is `throughline playbook diff`.
var DiffPlaybooks = define(Operation{
	Words:   []string{"playbook", "diff"},
	Summary: "Say in sentences what changes from one playbook to another, and for whom",
	About: "Compares two folders, or a folder with the starter playbook (\"starter\"), and proposes where deals would stand whose stage or " +
		"milestone is gone. Nothing is moved.",
	Examples: []string{"throughline playbook diff starter ./playbook", "throughline playbook diff ./playbook-2025 ./playbook-2026 --json"},
	Effect:   Reads, Permission: MayRead,
}, works(workshop.Diff))

// ShowPlaybook is `throughline playbook show`.
var ShowPlaybook = define(Operation{
	Words: []string{"playbook", "show"}, Route: "GET /playbook",
	Summary:  "The road map on one page",
	About:    "Shows the customer's nine questions, the stages and milestones of our process under the questions they serve, and the two tracks.",
	Examples: []string{"throughline playbook show", "throughline playbook show --lang zh", "throughline playbook show --json"},
	Effect:   Reads, Permission: MayRead,
}, looks(workshop.ShowRoad))

// ShowPacks is `throughline playbook packs`.
var ShowPacks = define(Operation{
	Words: []string{"playbook", "packs"}, Route: "GET /playbook/packs",
	Summary: "Borrowed methods: where each helps, and how they blend",
	About: "Lists the methodology packs that ship and how much each says at each phase and track, 0 (silent) to 3 (its home ground); for each " +
		"process of the playbook, the grid of its blend with gaps, crowds and clashes. With a pack's name, its idea, tools and questions.",
	Examples: []string{"throughline playbook packs", "throughline playbook packs jolt", "throughline playbook packs --json"},
	Effect:   Reads, Permission: MayRead,
}, works(workshop.ShowPacks))

// BriefPack is `throughline playbook brief`.
var BriefPack = define(Operation{
	Words: []string{"playbook", "brief"}, Route: "GET /playbook/packs/{pack}/brief",
	Summary: "What the vendor of a method has to fit",
	About: "Says, for whoever sells or teaches a method, what of our process it has to fit: stages and milestones in our words, how our customers " +
		"buy, what it must not replace; which of its tools are tied to which milestone, which are still open and which were dropped and why; and what " +
		"they are asked to deliver. The charter, deals and the past are not in it.",
	Examples: []string{"throughline playbook brief meddpicc", "throughline playbook brief jolt --playbook ./playbook --lang zh"},
	Effect:   Reads, Permission: MayRead,
}, works(workshop.BriefPack))

// WeighPlaybook is `throughline playbook weigh`.
var WeighPlaybook = define(Operation{
	Words:   []string{"playbook", "weigh"},
	Summary: "How heavy is it, and what would make it lighter?",
	About: "Measures the playbook against its budget: processes, stages, milestones, packs, prompts, fields, words. Shows the three heaviest " +
		"items with a proposed cut, and for each process the over-specification score with its three cheapest cuts. On a server what use shows is " +
		"weighed too: people on a deal, steps of a plan, minutes a week, wrong picks of process; each line that is not known says why.",
	Examples: []string{"throughline playbook weigh", "throughline playbook weigh --playbook ./playbook --json"},
	Effect:   Reads, Permission: MayRead,
}, looks(workshop.Weigh, (*Desk).knowsUse))

// CopiedPlaybook is `throughline playbook copied`.
var CopiedPlaybook = define(Operation{
	Words:   []string{"playbook", "copied"},
	Summary: "Could this process be anyone's?",
	About: "Compares the stages with the lists that CRM products ship with, and looks for what is the company's own: its nouns, its cited " +
		"deals, its charter. Names places where its own wins suggest a difference.",
	Examples: []string{"throughline playbook copied --playbook ./playbook"},
	Effect:   Reads, Permission: MayRead,
}, looks(workshop.Copied))

// CountProcesses is `throughline playbook count`.
var CountProcesses = define(Operation{
	Words:   []string{"playbook", "count"},
	Summary: "How many processes do we need, before there is a history?",
	About: "Reads a table of what is sold to whom, a line an offer to a market, with how each is bought: the classifier's factors, 0 to 2, six of which " +
		"suffice (repetition, buyer_knowledge, risk_understood, veto_holders, work_change, rule_and_decider), deals a year, and whether public law rules the " +
		"purchase. What is bought alike needs one process, however many products or industries there are. Says what each further one buys and costs, which " +
		"rule would choose it, and what to ask where too little is known. Once there are deals, throughline mine processes answers from them.",
	Examples: []string{
		"throughline playbook count offers.csv",
		"throughline playbook count offers.csv --json",
		"throughline playbook count - < offers.csv",
	},
	Effect: Reads, Permission: MayRead,
}, works(workshop.Count))

// ExplainCheck is `throughline playbook explain`.
var ExplainCheck = define(Operation{
	Words: []string{"playbook", "explain"}, Route: "GET /playbook/checks/{check}",
	Summary:  "Print the page of a check",
	About:    "Says what a check looks for, what to avoid, what to prefer, why, and how to keep a line anyway.",
	Examples: []string{"throughline playbook explain L02"},
	Effect:   Reads, Permission: MayRead,
}, works(workshop.Explain))

// Classify is `throughline classify`.
var Classify = define(Operation{
	Words: []string{"classify"}, Summary: "How a purchase is bought: its class, with reasons",
	About: "Reads one purchase, or a list, as JSON or YAML: nine complexity factors under c and six presence factors under p, each 0, 1, 2 " +
		"or left out where not known. Gives the buying class with C, P, vetoes and the three heaviest reasons, and what to ask where too " +
		"little is known. An amount may stand there and is no input.",
	Examples: []string{"throughline classify purchase.yaml", "throughline classify purchases.json --json", "throughline classify - < purchase.yaml"},
	Effect:   Reads, Permission: MayRead,
}, works(workshop.Classify))

// ReadSteps is `throughline steps`.
var ReadSteps = define(Operation{
	Words: []string{"steps"}, Summary: "Does this stated process say how they will decide?",
	About: "Reads the steps a customer stated, one a line as pasted, labels each (project, contracting, sourcing, or one of twenty-two buying " +
		"issues), and says what the whole comes to, with the three questions worth asking. A project plan tells how the work will run; it does " +
		"not yet tell how the decision will be made.",
	Examples: []string{
		"throughline steps their-plan.txt",
		"throughline steps --frontier p3 - < their-plan.txt",
		"throughline steps their-plan.txt --json",
	},
	Effect: Reads, Permission: MayRead,
}, works(workshop.ReadSteps))
