package operation

import (
	"github.com/throughline/throughline/internal/learning"
)

// Simulate is `throughline simulate`.
var Simulate = define(Operation{
	Words: []string{"simulate"}, Route: "GET /simulate",
	Summary: "Try a change on your own history before you roll it out",
	About: "Lets the company go on as its own deals went: from question to question, at their pace and with their ends, with the deals that are open and those " +
		"that will come; and once more with a stated change, each deal with the same luck. Says how many more or fewer are won, lost and left without a decision, " +
		"how long they take and what is booked, with the range that holds the truth nine times in ten, and what the answer hangs on. " +
		"The last year is simulated anew first: where it does not come out as it was, or where there are too few deals, it says so and gives no answer. " +
		"Without a change it shows how it goes on. Of a LOG, states are its commoner activities.",
	Examples: []string{
		"throughline simulate",
		"throughline simulate --question order --days 0..10",
		"throughline simulate --end no_decision --percent 10..30 --touches 50 --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, learns(learning.Simulate))
