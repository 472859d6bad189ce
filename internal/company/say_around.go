package company

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// steps gives what is recorded when a step of a track is done.
var steps = map[string][]string{
	"k1": {
		"Purchasing listed what happens between yes and order: six steps, with names.",
		"The buyer drew the route on one page and put weeks beside the steps.",
		"A list of what they will need from us, from the last order of this kind.",
	},
	"k2": {
		"Their terms, our annex on service. Counsel has opened the draft.",
		"The framework agreement applies; only the annex is new.",
		"Contract with the parent, orders from the sites.",
	},
	"k3": {
		"Security questionnaire returned with three conditions.",
		"Data protection signed off; hosting stays in the region.",
		"Insurance and sanctions checks are closed.",
	},
	"k4": {
		"Two points open: liability and the way out.",
		"The last redline concerned one word.",
		"Service levels agreed; price form is yearly in advance.",
	},
	"k5": {
		"Request in their system, two signatures of three.",
		"Approved along the route, last signature on the desk.",
		"Released within the limits of the cost centre.",
	},
	"k6": {"Vendor number issued.", "Bank letter and tax form accepted; we are in their books.", "Supplier record reopened from an earlier order."},
	"k7": {"Executed copy received.", "Signed by both sides, two days apart."},
	"k8": {
		"Purchase order received and its text agrees with the contract.",
		"Order live in their system.",
		"Release order usable from the first of the month.",
	},
	"c1": {
		"The sponsor said in the staff meeting why this changes, and who stands behind it.",
		"A coalition of five, one from each function it touches, named in the newsletter.",
	},
	"c2": {"A list of groups with how much changes for each.", "Whose day changes by how much, on one page, discussed with the leads."},
	"c3": {"Two people taken off other work until the first units run.", "A project paused; its hours are in the plan."},
	"c4": {"First groups trained, and watched doing it.", "Eleven people can do it alone; four need another evening."},
	"c5": {"One story from a night shift went round the house.", "The first month's figure was read out by somebody who uses it."},
	"c6": {"The old form is gone from the print room.", "It is in the job descriptions now."},
}

// noticed gives how an event is told.
var noticed = map[deal.Event][]string{
	deal.NewVeto: {
		"{Role} has joined the group and can stop it.",
		"It turns out that {role} has to agree, and has not been asked so far.",
	},
	deal.SponsorLeft:    {"{Role} is moving to another site at the end of the month.", "{Role} is leaving; the successor is not named."},
	deal.Reorganisation: {"Two departments are being merged; who will own this is open.", "A reorganisation was announced this morning."},
	deal.ScopeChanged: {
		"They want to begin with half as many {units}.",
		"The night shift was added to the scope, the day clinics were taken out.",
		"Two more {units} are to be part of it.",
	},
	deal.NewAlternative:     {"A supplier they already use has shown something similar.", "Another offer came in after the date and was accepted."},
	deal.ProcurementEntered: {"Purchasing has taken over the correspondence.", "{Role} asked that all questions go through purchasing from now on."},
	deal.DateMoved:          {"They moved their date by a month; the reason is holidays.", "{Role} asked to begin after {date} instead of before."},
	deal.MoreReferences: {
		"{Role} asked for one more reference, the fourth.",
		"They would like to speak to another customer of their size.",
		"{Role} wants to hear from somebody who stopped using it.",
	},
	deal.MoreOptions: {
		"{Role} asked for two more variants of the offer.",
		"They want the small and the large package offered side by side again.",
	},
	deal.ComparisonReopened: {
		"The comparison that was closed in their minutes is being done again.",
		"{Role} has asked the second choice for a fresh price.",
	},
	deal.QuietAfterWarm: {
		"A warm meeting, warm thanks, and nothing for two weeks.",
		"After the best meeting so far, three messages without an answer.",
	},
}

// endings gives how the end is written down, from the customer where possible.
var endings = map[throughline.Outcome]map[throughline.Cause][]string{
	throughline.Won: {
		"": {"Order received.", "Order received; first {units} start after {date}.", "They ordered for all {units} they had asked about."},
	},
	throughline.LostCompetitor: {"": {"{Role} wrote that they chose another supplier: better reports, and a shorter way into their shift plan.",
		"Another supplier was chosen by their own scoring; we were second by four points.",
		"They went with the supplier of their shift planning. One contract less, said {role}."}},
	throughline.LostInhouse: {
		"": {"Their own people will build it on what they have. {Role} told us first.", "IT has freed two people; it will be made in-house.",
			"They will extend a system they already own."},
	},
	throughline.DecidedNoChange: {
		"": {"They looked at all of it and decided to stay as they are, with a better form. A clear answer, and well argued.",
			"{Body} decided against a change; the two worst {units} get more people instead.",
			"{Role} wrote that the gain does not repay the unrest this year. They mean it."},
	},
	throughline.NoDecision: {
		throughline.StatusQuo: {
			"It works well enough, {role} said at last. Nothing was ever moved aside for it.",
			"No owner, no date. We agreed to stop meeting about it.",
			"The figures did not frighten anybody. It stays as it is.",
		},
		throughline.Indecision: {
			"After the fifth reference they asked for time. There was no no, and no yes.",
			"Everything was answered and nobody wanted to sign. It was let lie.",
			"The case was approved twice and never announced. They have stopped answering.",
		},
		throughline.Disagreement: {
			"Two departments, two problems under one name. They could not settle it.",
			"The page on the problem came back with three versions of it.",
			"{Role} and {other} want different things; neither will give way this year.",
		},
		throughline.Overtaken: {
			"{Delayed} took the people and the money.",
			"The merger came first. Nobody there has an hour for this.",
			"A new director has a new list, and this is not on it.",
		},
		throughline.Unfunded: {
			"There was never a budget behind it, it turned out.",
			"The money could not be found in any of the three places they looked.",
			"{Role} would do it at once; the budget for it is somebody else's, and spent.",
		},
	},
	throughline.DisqualifiedByUs: {
		"": {
			"We said that ours is not the right answer to what they described. They agreed.",
			"We stepped back: what they need first is people, and we said so.",
			"We asked who would own it. Nobody did, so we parked our side and told them why.",
		},
	},
	throughline.Postponed: {
		"": {
			"They will look at it again after {date}.",
			"Put off by {body} until the new budget year, with a date.",
			"{Role} asked us to come back when the new building is open.",
		},
	},
}

// cares gives what people in a function want, and what they fear. Written so
// that they may read it.
var cares = map[string][2][]string{
	"": {
		{"fewer surprises at the start of a shift", "to be asked before it is decided", "one place to look"},
		{"another system that is left half finished", "being measured by something they cannot influence", "a start in the busiest month"},
	},
	"operations": {
		{"mornings that begin with work and not with questions", "the same way of working wherever one is", "to see at a glance what is open"},
		{"a dip in the first weeks that nobody planned for", "two ways kept running side by side", "one more screen beside the others"},
	},
	"nursing": {
		{"nurses who leave on time", "to read at the bedside what was seen at night"},
		{"time taken from patients", "a form with another name"},
	},
	"medicine": {{"to be told at two what is read at nine", "one story of a night, not three"}, {"lists that grow because they can"}},
	"care":     {{"families who trust the first answer", "time with residents"}, {"writing for the file instead of for the next shift"}},
	"quality": {
		{"fewer entries in the log, for the right reason", "findings that are closed and stay closed"},
		{"a record that looks complete and is not"},
	},
	"safety": {
		{"no open permit without a name", "near misses told while they can be learned from"},
		{"people writing less because it is read by more"},
	},
	"training": {{"newcomers who stand alone sooner", "examples from real nights"}, {"one course, and never another"}},
	"engineering": {
		{"a record that can be added to and never changed", "causes instead of symptoms"},
		{"an island that nobody else can read", "a choice that binds for ten years"},
	},
	"maintenance":   {{"faults that reach the workshop the same night"}, {"a list that everybody fills and nobody empties"}},
	"field service": {{"to know before driving out what was found already"}, {"forms that need two hands"}},
	"planning":      {{"a plan that is changed in one place"}, {"notes that arrive after the plan is out"}},
	"finance": {
		{"a return that can be checked after a year", "one contract less, not one more"},
		{"costs that appear after the first year", "a case built on hours that nobody gives back"},
	},
	"it": {
		{"one system that does not need a person to look after it", "to know where the data is"},
		{"an island that has to be tied to everything by hand", "being called at night for it"},
	},
	"legal": {
		{"to know who may read what, and how long it is kept", "a record that stands up to questions"},
		{"notes about people where none belong", "a deadline before the review"},
	},
	"purchasing": {{"offers that can be compared", "terms they have used before"}, {"being brought in when everything is settled"}},
	"works council": {
		{"that it is about the work and not about the people", "to see it before it is decided"},
		{"that somebody counts who writes how much"},
	},
	"ward management": {{"to go home when the shift is over", "to walk the ward with everything in one hand"}, {"typing at the bedside"}},
	"depot":           {{"a gate without queues at five in the morning"}, {"one more form in the rain"}},
	"production":      {{"a start without guessing", "to know what the other crews have tried"}, {"losing the hour in which the crews talk"}},
	"control room":    {{"to hand over in ten minutes and be sure"}, {"a second screen that beeps"}},
	"home management": {{"time with residents instead of with folders"}, {"a telephone between carer and resident"}},
	"management":      {{"a result that can be shown upward", "quiet before the next inspection"}, {"a big start that peters out"}},
}

// plan is what a seller bets on while a question is open.
type plan struct {
	bet, against, move, expect, move2, expect2, stop, stopIf string
}

// plans gives, by phase, what a seller could bet on. {by} is the bet's date.
var plans = [throughline.PhaseCount + 1][]plan{
	throughline.Notice: {
		{
			"If {other} counts for two weeks by {by}, because nobody has a figure yet, they will see for themselves whether it is worth a talk.",
			"It is simply how shifts are. Only their own count can answer that.",
			"Offer the counting sheet, one page",
			"{other} brings it back filled in",
			"Ask who else would notice if it got better",
			"they name one person",
			"the figure turns out small",
			"their own count is below {to} {measure}",
		},
	},
	throughline.Own: {
		{
			"If {other} names what may wait by {by}, because the list for the year is made then, this will have an owner.",
			"Everything else on the list. We ask which of it would be put back.",
			"Ask what doing nothing for a year would cost, in their figures",
			"{other} writes down three numbers",
			"Offer a first step for one {unit}",
			"they say which {unit} it would be",
			"an owner in name only",
			"no name stands beside it by {by}",
		},
		{
			"If {other} takes half an hour with finance by {by}, because the budget is drafted that week, there will be a line for it.",
			"Doing nothing, which costs nobody's budget anything.",
			"Prepare the half hour with {other}, on their paper",
			"{other} sends the invitation",
			"Ask whose people would be needed",
			"they name hours, not goodwill",
			"{delayed} takes the same people",
			"finance says no twice",
		},
	},
	throughline.Align: {
		{
			"If {other} brings the {crew} and finance into one room by {by}, because the next plan is made the week after, they will settle on one measure.",
			"Each of them solving a problem of their own.",
			"Ask {other} whose absence would undo an agreement later",
			"they name two people",
			"Offer a page that shows where they agree and where not",
			"they correct it",
			"two problems under one name",
			"two of the functions stay away again",
		},
		{
			"If the {crew} themselves write down what better means by {by}, because they are asked for once, the office will follow.",
			"Leaving it to the office, which is quicker and will not hold.",
			"Leave the meeting to them; bring the sample page only",
			"{other} runs it",
			"Ask what each side would give up",
			"it is in the minutes",
			"people whose day changes most are missing",
			"a second page on the problem appears",
		},
	},
	throughline.Explore: {
		{
			"If {other} writes down the ways they have, doing nothing among them, by {by}, because {body} asks for it, they will drop two at once.",
			"Waiting for the one system that does everything.",
			"Send the sheet on when ours does not fit",
			"{other} strikes out what does not apply",
			"Suggest a call with {peer}, without us",
			"they set a date",
			"endless looking",
			"a sixth way is added",
		},
	},
	throughline.Rules: {
		{
			"If {other} edits the sample rule by {by}, because {body} meets three days later, they will know who decides and when they stop looking.",
			"No rule at all, until the last week.",
			"Offer the sample rule; do not show the product",
			"{other} sends it back with changes",
			"Ask how the last such purchase was decided",
			"they tell us who could have stopped it",
			"a decider nobody has met",
			"the rule is still open a month after {by}",
		},
		{
			"If {other} asks the checkers for their conditions by {by}, because a review takes weeks, nothing will turn up at the end.",
			"A wish list of forty points that nobody can compare.",
			"Ask which three musts the {crew} would sign",
			"{n} of them do",
			"Ask for the approval route on one page",
			"purchasing sends it",
			"four more musts from one function",
			"no must is ever struck out",
		},
	},
	throughline.Choose: {
		{
			"If two {units} try it against limits set beforehand by {by}, because the {crew} believe only what they have tried, they will rank the options themselves.",
			"The supplier they already have, and the wish for one contract less.",
			"Agree the limits of the trial before it starts",
			"{other} writes them down",
			"Say plainly where we are weaker",
			"they weigh it and say how much it matters",
			"a near tie",
			"the limits are set after the trial",
		},
	},
	throughline.Commit: {
		{
			"If the first phase can be left after three months, agreed by {by}, because {other} would wear the blame alone, they will dare to sign.",
			"Waiting another year, which feels safer than choosing.",
			"Offer the first phase with a way out, in one paragraph",
			"{other} puts it into their case",
			"Recommend one option and take the other away",
			"they stop asking for variants",
			"one more reference, and another",
			"they ask for a third comparison",
		},
		{
			"If {other} hears by {by} from somebody who had the same fear, because references about success do not help, the case goes to signature.",
			"The quiet hope that it will settle itself.",
			"Arrange one call, about what went wrong",
			"{other} makes it without us",
			"Ask who will say it to the {crew}, and when",
			"a date is set",
			"a freeze on spending",
			"the approval lapses",
		},
	},
	throughline.Adopt: {
		{
			"If the order is out by {by}, because vendor set-up is the only thing missing, the first {units} start before {date}.",
			"Paper that nobody chases because everybody thinks it is done.",
			"Send the tax form and the bank letter today",
			"purchasing confirms the number",
			"Ask who trains the nights",
			"they name {n} people",
			"an approver on leave",
			"the text of the order differs from the contract",
		},
	},
}
