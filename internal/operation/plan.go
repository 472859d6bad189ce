package operation

import (
	"github.com/throughline/throughline/internal/sharing"
)

// ShowPlan is `throughline plan show`.
var ShowPlan = define(Operation{
	Words: []string{"plan", "show"}, Route: "GET /deals/{id}/plan",
	Summary: "The shared plan, as the customer sees it, and its links",
	About: "Shows what the customer is shown: what is to come of it, what is to be decided, the steps of both sides with their days, and by when " +
		"each has to begin. Beside it, which links stand and on which day each was last opened. What the customer keeps to themselves is not " +
		"among it: only their own links can read it.",
	Examples: []string{"throughline plan show 1C1I7A6R", "throughline plan show 1C1I7A6R --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shares(sharing.ShowPlan))

// LinkPlan is `throughline plan link`.
var LinkPlan = define(Operation{
	Words: []string{"plan", "link"}, Route: "POST /deals/{id}/plan/links",
	Summary: "Make the plan and a link to it for the customer",
	About: "Makes the deal's plan, if there is none, of what is known minus what is ours alone, with the steps that are usually to come, and a " +
		"link by which the customer reads and changes it without an account. The link is shown once: only a hash of it is kept. It ends after " +
		"--days, or when it is revoked. " +
		"With --domain it opens only to whoever gives an e-mail address there and the code that is sent to it (serve --smtp), or that " +
		"one of us passes on (plan code).",
	Examples: []string{"throughline plan link 1C1I7A6R", `throughline plan link 1C1I7A6R --for "Maria Chen" --days 30`,
		"throughline plan link 1C1I7A6R --domain montrevel.example", "throughline plan link 1C1I7A6R --from won"},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, shares(sharing.LinkPlan))

// PassCode is `throughline plan code`.
var PassCode = define(Operation{
	Words: []string{"plan", "code"}, Route: "POST /deals/{id}/plan/codes",
	Summary: "A code for an address, to pass on",
	About: "Makes a code by which somebody with a link that is bound to an e-mail domain shows that an address there is theirs, for where no mail is sent from here or it does not arrive. " +
		"Send it to that very address. It is shown once, holds for an hour, once, and replaces the one before. " +
		"What is then written from that address counts as written by one of theirs (E3); two addresses of two functions count as more (E4) only where the codes were mailed, since what we pass on proves nothing to us.",
	Examples: []string{"throughline plan code 1C1I7A6R m.chen@montrevel.example"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, shares(sharing.PassCode))

// RevokePlan is `throughline plan revoke`.
var RevokePlan = define(Operation{
	Words: []string{"plan", "revoke"}, Route: "POST /deals/{id}/plan/revoke",
	Summary: "Take back every link to the plan, at once",
	About: "Closes every link to the deal's plan that stands, ours and those that the customer made, also those of deals that were taken into it, " +
		"from the next request on. What was written stays; a new link opens the plan again.",
	Examples: []string{"throughline plan revoke 1C1I7A6R"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, shares(sharing.RevokePlan))

// ExportPlan is `throughline plan export`.
var ExportPlan = define(Operation{
	Words: []string{"plan", "export"}, Route: "GET /deals/{id}/plan/export",
	Summary:  "The plan as a table or a calendar",
	About:    "Gives the plan, as the customer sees it, as CSV that spreadsheets open, or as an iCalendar with a day for each step that has one.",
	Examples: []string{"throughline plan export 1C1I7A6R", "throughline plan export 1C1I7A6R --as calendar"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, shares(sharing.ExportPlan))
