package operation

import (
	"github.com/throughline/throughline/internal/reviewing"
)

// JudgeForecast is `throughline forecast judge`.
var JudgeForecast = define(Operation{
	Words: []string{"forecast", "judge"}, Route: "POST /forecast/deals/{id}/category",
	Summary: "Say what you take a deal for: commit, best case",
	About: "Keeps a person's own forecast category beside the computed chances, which it does not change. The newest one holds, whether it was " +
		"said here or came with an import; none takes it back. A deal to which nothing came from the customer, only our own reading, can be " +
		"called a commit only with a --reason, which is then shown wherever the category is.",
	Examples: []string{"throughline forecast judge 1C1I7A6R best_case",
		"throughline forecast judge 1C1I7A6R commit --reason 'Their managing director gave me her hand on it'",
		"throughline forecast judge 1C1I7A6R none"},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, reviews(reviewing.JudgeForecast))

// DealCategory gives what people take a deal for; its page shows it. It is no
// command of its own.
var DealCategory = define(Operation{
	Words: []string{"forecast", "category"}, Summary: "What people take a deal for", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, reviews(reviewing.DealCategory))

// PrepareCall is `throughline prepare`.
var PrepareCall = define(Operation{
	Words: []string{"prepare"}, Route: "GET /deals/{id}/preparation",
	Summary: "One page before a call: their question, what to ask, whom, what was promised",
	About: "The question they have to answer next, at most six prompts from the methods blended on the deal's process, the people to ask, who is missing, " +
		"what they promised and whether it is due, and apart from it what we hope they do and what we owe them. Urgency is switched off once they are " +
		"choosing; while a solicitation is out, nothing is suggested that needs anybody but their contracting officer.",
	Examples: []string{"throughline prepare 1C1I7A6R", "throughline prepare 1C1I7A6R --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, reviews(reviewing.PrepareCall))

// ReviewDeals is `throughline review`.
var ReviewDeals = define(Operation{
	Words: []string{"review"}, Route: "GET /review",
	Summary: "Where evidence and forecast disagree: the two places to talk about",
	About: "Opens a review with the two deals in which what people take them for (commit, best case, the close date, our stage) and what the " +
		"customer has shown lie furthest apart, not with forty deals. Beside them the questions that were left and how they were answered, and what " +
		"repeats: questions opened again, causes of no decision, contracting begun late. Nobody is ranked by fields filled.",
	Examples: []string{"throughline review", "throughline review --owner maria", "throughline review --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, reviews(reviewing.ReviewDeals))

// ReviewSession is `throughline session`.
var ReviewSession = define(Operation{
	Words: []string{"session"}, Route: "GET /review/session",
	Summary: "One seller's deals to talk over: what is new, what is due, what to ask",
	About: "For a review with one seller: the two deals in which what we say and what the customer has shown lie furthest apart, or as many as " +
		"asked for. Of each: what the customer did, what we did and which dates and amounts moved since it was last talked over, what is due, " +
		"and three questions that come from what is missing in it, not the same ones for every deal. A deal was last talked over when somebody " +
		"other than its seller left a question or a note on it; --since names another day.",
	Examples: []string{"throughline session 'Amara'", "throughline session 'Amara' --deals 4 --since 2026-11-02 --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, reviews(reviewing.ReviewSession))
