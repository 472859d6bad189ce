package operation

import (
	"github.com/throughline/throughline/internal/workshop"
)

// SayRemark is `throughline playbook say`.
var SayRemark = define(Operation{
	Words: []string{"playbook", "say"}, Route: "POST /playbook/remarks",
	Summary: "Say one line about an element of the playbook: this never helped",
	About: "Keeps a line with who said it and the day, for whoever makes the playbook: about a question, a step of a track, a process, a stage, a " +
		"milestone, a pack or a tool of one. The element is named by its address, or by the end of it where no other ends so. Remarks are listed " +
		"for the quarterly review; whoever said one may take it back (playbook unsay), and an answer comes with playbook answer.",
	Examples: []string{
		`throughline playbook say process/standard/milestone/problem-owned "Nobody signs this before they have a budget"`,
		`throughline playbook say pack/jolt "This never helped with public bodies"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, works(workshop.SayRemark))

// UnsayRemark is `throughline playbook unsay`.
var UnsayRemark = define(Operation{
	Words: []string{"playbook", "unsay"}, Route: "POST /playbook/remarks/{number}/back",
	Summary:  "Take back what you said of the playbook",
	About:    "Only whoever said it may. It leaves every list; that it was said and taken back stays in the ledger.",
	Examples: []string{"throughline playbook unsay 2"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, works(workshop.UnsayRemark))

// AnswerRemark is `throughline playbook answer`.
var AnswerRemark = define(Operation{
	Words: []string{"playbook", "answer"}, Route: "POST /playbook/remarks/{number}/answer",
	Summary:  "Answer what somebody said of the playbook",
	About:    "For whoever makes the playbook: says what becomes of a remark, and why. The answer stands under it wherever it is shown.",
	Examples: []string{`throughline playbook answer 1 "Moved behind the budget question with the next version"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, works(workshop.AnswerRemark))

// ListRemarks is `throughline playbook remarks`.
var ListRemarks = define(Operation{
	Words: []string{"playbook", "remarks"}, Route: "GET /playbook/remarks",
	Summary: "What people said of the playbook, and what was answered",
	About:   "Lists remarks with their number, author and day, the newest first, for the quarterly review. What was taken back is not among them.",
	Examples: []string{
		"throughline playbook remarks",
		"throughline playbook remarks --open",
		"throughline playbook remarks --about process/standard/milestone/problem-owned --since 2025-10-01 --json",
	},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, works(workshop.ListRemarks))

// NameElement names an element that something is said of; its page asks. It is no
// command of its own.
var NameElement = define(Operation{
	Words: []string{"playbook", "remarks", "about"}, Summary: "What of the playbook is meant", Page: true, Effect: Reads, Permission: MayRead,
}, works(workshop.NameElement))
