package operation

import "github.com/throughline/throughline/internal/recording"

// MergePeople is `throughline person merge`.
var MergePeople = define(Operation{
	Words: []string{"person", "merge"}, Route: "POST /people/{id}/merge",
	Summary: "Two names are one person",
	About: "Where somebody of a customer's was written down twice (\"Petra Lind\", \"P. Lind\", an address), the first stays and the other is read as " +
		"them everywhere: in deals, on the board, on the plan, in every count, from now on; as of an earlier day they are still two. Nothing that " +
		"was said is changed. What an import or a link of the plan says under the other name later is theirs too, and erasing one erases both. " +
		"Two people of different customers are one only with --across; one of ours and one of theirs never are. person unmerge takes it back.",
	Examples: []string{`throughline person merge "Petra Lind" "P. Lind"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.MergePeople))

// UnmergePeople is `throughline person unmerge`.
var UnmergePeople = define(Operation{
	Words: []string{"person", "unmerge"}, Route: "POST /people/{id}/unmerge",
	Summary: "They were two people after all",
	About: "Takes back that two names are one person, in every deal: what was said under the other name is theirs again, also what came " +
		"under it meanwhile.",
	Examples: []string{`throughline person unmerge "P. Lind"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, records(recording.UnmergePeople))
